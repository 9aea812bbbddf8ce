"""Versions of the configuration, to look at: what differs, what is applied, whether anything waits."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from ..models import PbxVersion, Provider
from .generate import generate
from .instance import started_at
from .nodes import node_for, plan_for
from .putting import needs_restart


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file that differs. ``lines`` are those of a unified diff without its head: "+...", "-...", " ...", "@@...".

    ``added`` and ``removed`` count lines.
    """

    name: str
    lines: tuple[str, ...]
    added: int
    removed: int


def versions(provider: Provider, limit: int = 50) -> list[PbxVersion]:
    """The newest first, without their files and rows."""
    found = PbxVersion.objects.filter(provider=provider).select_related("by").defer("files", "snapshot")
    return list(found.order_by("-number")[:limit])


def applied(provider: Provider) -> PbxVersion | None:
    """The version that the exchange works by; None when none ever was applied."""
    found = PbxVersion.objects.filter(provider=provider, state=PbxVersion.State.APPLIED)
    return found.order_by("-applied_at", "-number").first()


def present_files(provider: Provider) -> dict[str, str]:
    """What would be written now, by the settings as they are. ValueError for a value that breaks its line."""
    return generate(plan_for(provider))


def waits_for_restart(provider: Provider) -> bool:
    """Whether the running exchange was started before something was applied that only a start reads."""
    last, started = applied(provider), started_at(node_for(provider))
    if last is None or started is None:
        return False
    found = PbxVersion.objects.filter(provider=provider, applied_at__lte=started).order_by("-applied_at", "-number")
    then = found.first()
    return then is not None and needs_restart(then.files, last.files)


def waits(provider: Provider) -> bool:
    """Whether the settings have changed since they were applied."""
    last = applied(provider)
    try:
        return last is None or last.files != present_files(provider)
    except ValueError:
        return True


def diff(before: Mapping[str, str], after: Mapping[str, str]) -> list[FileDiff]:
    """File by file, those that differ only; a missing file is an empty one."""
    found = []
    for name in sorted({*before, *after}):
        old, new = before.get(name, "").splitlines(), after.get(name, "").splitlines()
        if old == new:
            continue
        lines = tuple(difflib.unified_diff(old, new, n=3, lineterm=""))[2:]
        added = sum(line.startswith("+") for line in lines)
        removed = sum(line.startswith("-") for line in lines)
        found.append(FileDiff(name, lines, added, removed))
    return found


def diff_of(version: PbxVersion) -> list[FileDiff]:
    """What this version changes against the one that is applied (against the one before it, when it is that one)."""
    last = applied(version.provider)
    if last is not None and last.pk == version.pk:
        earlier = PbxVersion.objects.filter(provider=version.provider, applied_at__lt=version.applied_at)
        last = earlier.order_by("-applied_at").first()
    return diff(last.files if last else {}, version.files)
