"""Passwords of the telephones in browsers change by themselves: nobody types them, so nobody notices.

The window asks the product for the password when the exchange no longer takes the old one. A telephone on the desk keeps
its password: somebody typed it there.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from perezvon.journey.actions import record

from .. import facts
from ..models import Call, Device, Provider
from ..pbx import nodes
from ..pbx.putting import TELEPHONES, CannotPut, put_passwords
from ..pbx.snapshot import secrets_of
from ..pbx.versions import applied
from .telephones import new_secret

log = logging.getLogger(__name__)

LASTS = timedelta(days=30)


def change_passwords(provider: Provider, *, at: datetime) -> int:
    """Give new passwords to the browser telephones whose own is older than LASTS, unless their owner talks; how many.

    What is written down already but not known to the exchange (it did not answer, the worker died) is told as well.
    """
    version = applied(provider)
    if version is None:
        return 0
    number = _renew(provider, at) if provider.first_id == provider.pk else 0  # a twin has the rows of the first node
    try:
        put_passwords(nodes.node_for(provider), version.files.get(TELEPHONES, ""), secrets_of(provider))
    except CannotPut as error:
        log.warning("new passwords are not in force yet", extra={"provider": provider.slug, "why": str(error)[:500]})
    return number


@transaction.atomic
def _renew(provider: Provider, at: datetime) -> int:
    old = Device.objects.filter(extension__provider=provider, kind=Device.Kind.BROWSER, secret_since__lt=at - LASTS)
    talking = Call.objects.live().filter(provider=provider, user__isnull=False).values("user")
    rows = list(old.exclude(extension__user__in=talking).select_for_update(of=("self",)).order_by("pk"))
    for device in rows:
        device.secret, device.secret_since = new_secret(), at
    Device.objects.bulk_update(rows, ["secret", "secret_since"])
    if rows:
        told = {"name": provider.name, "count": len(rows)}
        record(facts.PASSWORDS_CHANGED, at=at, department_id=provider.department_id, **told)
    return len(rows)


def change_all_passwords(*, at: datetime) -> None:
    """The same at every exchange of our own that is switched on."""
    for provider in nodes.own_exchanges():
        change_passwords(provider, at=at)
