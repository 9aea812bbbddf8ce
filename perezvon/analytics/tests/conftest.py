"""Every test of this room has a columnar store of its own."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Path) -> Path:
    """The folder of the store, empty."""
    settings.ANALYTICS_ROOT = tmp_path / "analytics"
    return tmp_path / "analytics"
