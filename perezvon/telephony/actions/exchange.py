"""Our own exchange: connect it, apply its settings, go back to an earlier version."""

import secrets
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts
from ..models import PbxVersion, Provider
from ..pbx import nodes
from ..pbx.checks import Problem, Refused, check
from ..pbx.control import restart_when_idle
from ..pbx.generate import generate
from ..pbx.generate.base import MANAGER
from ..pbx.node import DEFAULTS
from ..pbx.plan import plan_of
from ..pbx.putting import CannotPut, put
from ..pbx.restoring import restore
from ..pbx.snapshot import secrets_of, snapshot_of
from ..pbx.versions import applied
from .intake import accounts
from .providers import new_slug

State = PbxVersion.State


@transaction.atomic
def add_own_exchange(name: str, *, by: Any = None, at: datetime, department: Any = None, **settings: Any) -> Provider:
    """Connect an Asterisk that we run ourselves; ``settings`` are those of pbx.node.DEFAULTS. ValueError for others."""
    unknown = set(settings) - set(DEFAULTS)
    if unknown:
        raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}")
    provider = Provider.objects.create(
        kind=nodes.KIND, name=name[:80], slug=new_slug(name, nodes.KIND), department=department, created_at=at,
        secrets={"username": MANAGER, "secret": secrets.token_urlsafe(24)},
        settings={"own": True, "host": DEFAULTS["host"], "port": DEFAULTS["port"], **settings},
    )  # fmt: skip
    record(facts.PROVIDER_ADDED, at=at, by=by, department_id=provider.department_id, name=provider.name)
    accounts.forget()
    return provider


def problems_of(provider: Provider) -> list[Problem]:
    """Everything that is wrong with the settings now."""
    return check(nodes.plan_for(provider))


@transaction.atomic
def add_twin(first: Provider, name: str, *, by: Any = None, at: datetime, **settings: Any) -> Provider:
    """A second node with the lines, queues and telephones of ``first``; ``settings`` are its own doors to the network."""
    kept = {
        **first.settings,
        "node": f"{first.settings.get('node') or DEFAULTS['node']}b",
        **settings,
        "twin_of": first.pk,
    }
    return add_own_exchange(
        name, by=by, at=at, department=first.department, **{n: v for n, v in kept.items() if n in DEFAULTS}
    )


@transaction.atomic
def draft(provider: Provider, *, by: Any = None, at: datetime, comment: str = "") -> PbxVersion:
    """Write down what the settings would make of the configuration. Refused when they cannot be applied.

    An unapplied draft is replaced; when nothing changed since it was made it is returned as it is.
    """
    provider = Provider.objects.select_for_update().get(pk=provider.pk)
    snapshot = snapshot_of(provider)
    plan = plan_of(snapshot, nodes.node_for(provider))
    serious = [problem for problem in check(plan) if not problem.is_warning]
    if serious:
        raise Refused(serious)
    files = generate(plan)
    known = PbxVersion.objects.filter(provider=provider, state=State.DRAFT).first()
    if known and known.files == files and known.snapshot == snapshot:
        return known
    PbxVersion.objects.filter(provider=provider, state=State.DRAFT).delete()
    last = PbxVersion.objects.filter(provider=provider).order_by("-number").values_list("number", flat=True).first()
    return PbxVersion.objects.create(
        provider=provider, number=(last or 0) + 1, files=files, snapshot=snapshot, comment=comment[:200], by=by, at=at
    )


class Stale(Exception):
    """The settings have changed since this version was looked at; the text says so."""


def apply(version: PbxVersion, *, by: Any = None, at: datetime) -> PbxVersion:
    """Put a draft into force: write the files, let the running exchange read them; no call is dropped.

    When the exchange refuses, the old files are put back, the version is marked with its words and returned as failed.
    Stale when the settings are no longer those of the draft.
    """
    provider = version.provider
    if version.state == State.APPLIED:
        return version
    plan = nodes.plan_for(provider)
    if version.snapshot != snapshot_of(provider):
        raise Stale(_("The settings have changed meanwhile. Look at the changes once more."))
    last = applied(provider)
    try:
        put(plan.node, version.files, secrets_of(provider), before=last.files if last else {})
    except CannotPut as error:
        return _settle(version, State.FAILED, by=by, at=at, error=str(error))
    applied_one = _settle(version, State.APPLIED, by=by, at=at)
    _follow(provider, by=by, at=at)
    return applied_one


def _follow(provider: Provider, *, by: Any, at: datetime) -> None:
    """The twins of an exchange have its rows: they read them too."""
    if provider.first_id == provider.pk:
        for twin in provider.nodes()[1:]:
            apply_now(twin, by=by, at=at)


@transaction.atomic
def _settle(version: PbxVersion, state: str, *, by: Any, at: datetime, error: str = "") -> PbxVersion:
    version.state, version.error = state, error[:4000]
    version.applied_at = at if state == State.APPLIED else None
    version.save(update_fields=["state", "error", "applied_at"])
    kind = facts.PBX_APPLIED if state == State.APPLIED else facts.PBX_REFUSED
    provider = version.provider
    told = {"name": provider.name, "number": version.number, "why": error[:200]}
    record(kind, at=at, by=by, department_id=provider.department_id, **told)
    return version


def apply_now(provider: Provider, *, by: Any = None, at: datetime, comment: str = "") -> PbxVersion:
    """Draft and apply in one go. Refused, Stale as above."""
    return apply(draft(provider, by=by, at=at, comment=comment), by=by, at=at)


def restart(provider: Provider, *, by: Any = None, at: datetime) -> None:
    """Start the exchange anew as soon as nobody talks, for what a running one does not read. ControlError."""
    with transaction.atomic():
        record(facts.PBX_RESTARTED, at=at, by=by, department_id=provider.department_id, name=provider.name)
        restart_when_idle(provider)  # the last thing: an exchange that does not answer leaves no fact


def roll_back(version: PbxVersion, *, by: Any = None, at: datetime) -> PbxVersion:
    """Bring the settings back as they were in an earlier version, and apply them as a new one.

    Passwords are not kept in versions: those of today stay; a carrier or a telephone that was deleted meanwhile comes
    back without one (a telephone gets a new one). Refused when something it needs is no longer there.
    """
    with transaction.atomic():
        provider = Provider.objects.select_for_update().get(pk=version.provider_id)
        if provider.first_id != provider.pk:
            raise Refused(
                [Problem(_("The exchange"), _("the rows are those of its first node: go back there"), "provider")]
            )
        restore(provider, version.snapshot)
        told = {"name": provider.name, "number": version.number}
        record(facts.PBX_ROLLED_BACK, at=at, by=by, department_id=provider.department_id, **told)
        new = draft(provider, by=by, at=at, comment=_("as version %(number)s") % {"number": version.number})
    return apply(new, by=by, at=at)
