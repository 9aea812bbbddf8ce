# Two commands matter: `make run` and `make test`. Everything they need is installed into .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
export PORT

.DEFAULT_GOAL := help
.PHONY: help run setup test lock bench bench-pbx api-fuzz ci screens clean

help:  ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/:/'

run: $(VENV)/.run frontend-built  ## set up, start everything, print the address
	@exec $(BIN)/perezvon up

setup: $(VENV)/.run $(VENV)/.dev frontend-built  ## everything that run, test and ci need

test: setup  ## all tests, browser stories included
	@exec $(BIN)/python bin/test $(ARGS)

ci: setup  ## the whole truth: style, types, walls, sizes, translations, tests
	@exec bin/ci

bench: setup  ## measure the speed, write docs/performance.json
	@exec $(BIN)/python -m bench $(ARGS)

bench-pbx: setup  ## calls on a real Asterisk, with the product and without it; into docs/performance.json too
	@exec $(BIN)/python -m bench.pbx $(ARGS)

reliability: setup  ## kill every part under real calls, write docs/reliability.json
	@exec $(BIN)/python -m tests.faults $(ARGS)

api-fuzz: setup  ## made-up requests to every operation of the API, 20 of each; API_EXAMPLES=n for another number
	@API_EXAMPLES=$${API_EXAMPLES:-20} $(BIN)/python bin/test tests/faults/test_api_fuzz.py --timeout=3000 --show-capture=no $(ARGS)

screens: setup  ## take the screenshots under docs/screens again
	@exec $(BIN)/python bin/screens $(ARGS)

lock:  ## compile requirements/*.in into lock files (names, versions, hashes; no addresses)
	@exec bin/lock

clean:  ## forget the environment and the built front end; the data in var/ stay
	rm -rf $(VENV) perezvon/web/static/dist frontend/node_modules

$(VENV)/.tools: requirements/setup.lock
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV); $(PYTHON) bin/venv $(VENV); }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/setup.lock 2>&1 | { grep -v "^WARNING: Location" || true; }
	@touch $@

$(VENV)/.run: $(VENV)/.tools requirements/run.lock pyproject.toml
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/run.lock
	@PEREZVON_SKIP_FRONTEND=1 $(BIN)/uv pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@$(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.lock
	@touch $@

.PHONY: frontend-built
frontend-built: $(VENV)/.run
	@$(BIN)/python hatch_build.py
	@$(BIN)/python -m perezvon.config.translations compile
