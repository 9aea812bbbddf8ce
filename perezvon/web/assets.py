"""Addresses of built files: what Vite made of ``frontend/``."""

import json
from pathlib import Path
from typing import Any

from django.conf import settings

DIST = Path(__file__).resolve().parent / "static" / "dist"
MANIFEST = DIST / "manifest.json"


_read: dict[Path, tuple[int, dict[str, Any]]] = {}


def manifest() -> dict[str, Any]:
    """Return Vite's manifest; empty when the front end is not built.

    Read once: a page asks for every icon. With DEBUG it is read again when it changed.
    """
    known = _read.get(MANIFEST)
    if known and not settings.DEBUG:
        return known[1]
    try:
        stamp = MANIFEST.stat().st_mtime_ns
        if known is None or known[0] != stamp:
            known = _read[MANIFEST] = stamp, json.loads(MANIFEST.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # not built, or being built this very moment
        return {}
    return known[1]


def script(entry: str) -> str:
    """Return the address of the script built from ``src/<entry>.js`` or ""."""
    chunk = manifest().get(f"src/{entry}.js", {})
    return _address(chunk["file"]) if "file" in chunk else ""


def styles(entry: str) -> list[str]:
    """Return addresses of the style sheets that ``src/<entry>.js`` imports."""
    chunk = manifest().get(f"src/{entry}.js", {})
    return [_address(name) for name in chunk.get("css", [])]


def sprite() -> str:
    """Return the address of the sheet of icons or ""."""
    chunk = manifest().get("sprite.svg", {})
    return _address(chunk["file"]) if "file" in chunk else ""


def _address(name: str) -> str:
    """Return the address of a built file; its name carries a hash of the contents already."""
    return f"{settings.STATIC_URL}dist/{name}"
