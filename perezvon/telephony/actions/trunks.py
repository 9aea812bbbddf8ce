"""Carriers' lines into our own exchange."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.kit import phones

from .. import facts
from ..models import Provider, Trunk
from . import checks
from .changes import change
from .keys import free_key

CODECS = ("alaw", "ulaw", "g722", "opus", "gsm")
_LIMITS = {"port": (1, 65_535), "channels": (0, 10_000)}
_TEXTS = ("name", "host", "username", "password", "caller_id", "codecs")
_MOST_ADDRESSES = 50


@transaction.atomic
def add_trunk(provider: Provider, name: str, *, by: Any = None, at: datetime, **values: Any) -> Trunk:
    """Add a trunk; ``values`` are columns of Trunk. ValidationError tells what is wrong with which of them."""
    trunk = Trunk(provider=provider, key=free_key(Trunk.objects.filter(provider=provider), name, "trunk"))
    values["name"] = name.strip()
    _check(trunk, values)
    for column, value in values.items():
        setattr(trunk, column, value)
    trunk.save()
    record(facts.TRUNK_ADDED, at=at, by=by, department_id=provider.department_id, name=trunk.name)
    return trunk


@transaction.atomic
def change_trunk(trunk: Trunk, *, by: Any = None, at: datetime, **values: Any) -> Trunk:
    """Change columns; an empty ``password`` keeps the present one. ValidationError as in ``add_trunk``."""
    if not values.get("password"):
        values.pop("password", None)
    _check(trunk, values)
    changes = change(trunk, values, hidden=("password",))
    if changes:
        told = {"name": trunk.name, "changes": changes}
        record(facts.TRUNK_CHANGED, at=at, by=by, department_id=trunk.provider.department_id, **told)
    return trunk


@transaction.atomic
def remove_trunk(trunk: Trunk, *, by: Any = None, at: datetime) -> None:
    """Take a trunk away; the calls that came through it stay."""
    record(facts.TRUNK_REMOVED, at=at, by=by, department_id=trunk.provider.department_id, name=trunk.name)
    trunk.delete()


def _check(trunk: Trunk, values: dict[str, Any]) -> None:
    def now(name: str) -> Any:
        return values.get(name, getattr(trunk, name))

    checks.one_line(values, *_TEXTS)
    checks.ranges(values, _LIMITS)
    wrong: dict[str, str] = {}
    if not checks.is_host(now("host")):
        wrong["host"] = _("This is neither a host name nor an address.")
    if now("registers") and not (now("username") and now("password")):
        wrong["username"] = _("To register, the carrier's user name and password are needed.")
    if bad := [one for one in now("addresses") if not checks.is_host(str(one))]:
        wrong["addresses"] = _("Neither addresses nor host names: %(texts)s.") % {"texts": ", ".join(map(str, bad))}
    elif len(now("addresses")) > _MOST_ADDRESSES:
        wrong["addresses"] = _("At most %(most)s addresses.") % {"most": _MOST_ADDRESSES}
    if now("caller_id") and phones.normalise(now("caller_id")) != now("caller_id"):
        wrong["caller_id"] = _("This is not a telephone number.")
    if not now("codecs") or not set(now("codecs").split(",")) <= set(CODECS):
        wrong["codecs"] = _("Choose at least one codec.")
    if wrong:
        raise ValidationError(wrong)
