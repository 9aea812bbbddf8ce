"""The rooms of the product, from the ground floor up. Only `config` knows them all."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
ROOMS = (
    "journey",
    "web",
    "staff",
    "lists",
    "api",
    "crm",
    "calendar",
    "telephony",
    "billing",
    "marketing",
    "tickets",
    "analytics",
)


def has(room: str, module: str) -> bool:
    """Whether the room has this module (`urls`, `context`): a file or a folder."""
    place = PACKAGE / room / module
    return place.with_suffix(".py").exists() or (place / "__init__.py").exists()


def application(room: str) -> str:
    """The room's AppConfig, named so that Django need not guess."""
    return f"perezvon.{room}.apps.{room.capitalize()}Config"
