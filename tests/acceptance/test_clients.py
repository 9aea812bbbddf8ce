"""Clients made of the API's document by other people's tools compile: one in TypeScript, one in Python."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from perezvon.api.document import document

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
USE = """
import type { paths } from "./perezvon";
type Page = paths["/api/v1/people"]["get"]["responses"][200]["content"]["application/json"];
export const names = (page: Page): string[] => page.items.map((one) => one.name);
type New = paths["/api/v1/people"]["post"]["requestBody"]["content"]["application/json"];
export const anna: New = { name: "Anna", phones: ["+79161234567"] };
"""


def _run(*command: str, within: Path) -> None:
    done = subprocess.run(command, cwd=within, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.fixture
def described(tmp_path: Path) -> Path:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document("https://crm.example.com")), encoding="utf-8")
    return file


def test_a_client_in_typescript(described: Path, tmp_path: Path) -> None:
    tools = FRONTEND / "node_modules"
    _run("node", str(tools / "openapi-typescript/bin/cli.js"), str(described), "-o", "perezvon.d.ts", within=tmp_path)
    (tmp_path / "use.ts").write_text(USE, encoding="utf-8")
    _run(
        "node",
        str(tools / "typescript/bin/tsc"),
        "--strict",
        "--noEmit",
        "--target",
        "es2022",
        "use.ts",
        within=tmp_path,
    )


def test_a_client_in_python(described: Path, tmp_path: Path) -> None:
    tool = str(Path(sys.executable).parent / "openapi-python-client")
    _run(tool, "generate", "--path", str(described), "--output-path", "made", "--meta", "none", within=tmp_path)
    _run(sys.executable, "-m", "compileall", "-q", "made", within=tmp_path)
    assert (tmp_path / "made/api/people/people_list.py").exists()
    _run(sys.executable, "-W", "error", "-c", "import made.models, made.client", within=tmp_path)
