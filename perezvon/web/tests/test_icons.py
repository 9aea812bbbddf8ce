"""Every icon that the product names is drawn."""

import re
from pathlib import Path

import pytest

from perezvon.web import assets

ROOMS = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"""\{%\s*(?:icon|empty)\s+["']([a-z0-9-]+)["']""")


def sheet() -> str:
    built = assets.manifest().get("sprite.svg")
    if not built:
        pytest.skip("the front end is not built")
    return (assets.DIST / built["file"]).read_text(encoding="utf-8")


def test_no_name_is_unknown_to_the_set_of_icons() -> None:
    assert re.findall(r'id="([a-z0-9-]+)" data-missing', sheet()) == []


def test_every_name_in_a_template_is_on_the_sheet() -> None:
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sheet()))
    templates = [
        path for path in ROOMS.glob("*/templates/**/*.html") if path.stat().st_mtime < assets.MANIFEST.stat().st_mtime
    ]
    named = {name for path in templates for name in NAMED.findall(path.read_text(encoding="utf-8"))}
    assert named - drawn == set()
