"""The node behind a provider's row, and everything that is known about it."""

import os
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from ..models import Provider
from .node import Node, node_of
from .plan import Plan, plan_of
from .program import PbxError, Program, find, folder_of
from .snapshot import snapshot_of

KIND = "asterisk"
_YES = ("1", "true", "yes", "on")


def is_own(provider: Provider) -> bool:
    """Whether the exchange is an Asterisk that we bring, configure and run ourselves."""
    return provider.kind == KIND and says_own(provider.settings)


def says_own(told: Mapping[str, Any]) -> bool:
    """Whether the settings of an Asterisk say so."""
    return str(told.get("own", "")).lower() in _YES


def own_exchanges() -> list[Provider]:
    """Those that are switched on."""
    return [
        provider for provider in Provider.objects.filter(kind=KIND, is_enabled=True).order_by("pk") if is_own(provider)
    ]


def program() -> Program | None:
    """The Asterisk of this machine; None when it is not installed. PbxError when it cannot be used."""
    return find(folder_of(Path(settings.HOME)))


def is_installed() -> bool:
    """Whether there is an Asterisk that can be used."""
    try:
        return program() is not None
    except PbxError:
        return False


def node_for(provider: Provider, using: Program | None = None) -> Node:
    """The node of this exchange on this machine, installed or not."""
    home = Path(settings.HOME)
    spool = provider.settings.get("spool") or settings.RECORDINGS_SPOOL
    found = using or program() or _expected(folder_of(home))
    return node_of(
        home / "pbx" / f"node-{provider.pk}",
        provider.settings,
        found,
        sounds=home / "pbx" / "sounds",
        recordings=Path(spool),
    )


def _expected(folder: Path) -> Program:
    """Where things will lie once it is installed."""
    libraries = folder / "usr/lib" / f"{platform.machine()}-linux-gnu"
    return Program(
        (os.fspath(folder / "usr/sbin/asterisk"),),
        libraries / "asterisk" / "modules",
        folder / "usr/share/asterisk",
        "",
    )


def plan_for(provider: Provider, snapshot: dict[str, Any] | None = None) -> Plan:
    """The exchange's rows (or a stored snapshot of them) as a plan on its node."""
    return plan_of(snapshot or snapshot_of(provider), node_for(provider))
