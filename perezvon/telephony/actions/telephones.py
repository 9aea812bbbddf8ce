"""People's internal numbers and telephones on our own exchange."""

import re
import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts
from ..models import Device, Extension, Provider, QueueMember, Way
from . import checks

_NUMBER = re.compile(r"[1-9][0-9]{1,5}")


def new_secret() -> str:
    """A SIP password: 24 letters and digits, also typed by hand on a telephone."""
    letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks alike
    return "".join(secrets.choice(letters) for _letter in range(24))


def free_number(provider: Provider, wish: str = "") -> str:
    """An internal number that nobody has: ``wish`` when it is free, else the one after the highest."""
    taken = set(provider.extensions.values_list("number", flat=True))
    if wish and wish not in taken and _NUMBER.fullmatch(wish):
        return wish
    numbers = [int(number) for number in taken if _NUMBER.fullmatch(number)]
    return str(max(numbers, default=100) + 1)


@transaction.atomic
def give_extension(provider: Provider, user: Any, number: str, *, by: Any = None, at: datetime) -> Extension:
    """Give somebody an internal number. ValidationError when he has one or the number is taken."""
    if not _NUMBER.fullmatch(number):
        raise ValidationError({"number": _("Two to six digits, the first of them not 0.")})
    if provider.extensions.filter(user=user).exists():
        raise ValidationError({"user": _("He has an internal number here already.")})
    try:
        with transaction.atomic():
            extension = Extension.objects.create(provider=provider, user=user, number=number)
    except IntegrityError:
        raise ValidationError({"number": _("Somebody has this number already.")}) from None
    told = {"name": user.name, "extension": number}
    record(facts.EXTENSION_GIVEN, at=at, by=by, department_id=user.department_id, **told)
    return extension


@transaction.atomic
def take_extension(extension: Extension, *, by: Any = None, at: datetime) -> None:
    """Take an internal number away with its telephones. ValidationError while calls are sent to its owner."""
    user = extension.user
    checks.refuse_if_used(f"{Way.PERSON}:{user.pk}")
    members = QueueMember.objects.filter(user=user, queue__provider=extension.provider_id).select_related("queue")
    if members:
        queues = ", ".join(member.queue.name for member in members)
        raise ValidationError(_("First take %(name)s out of: %(queues)s.") % {"name": user.name, "queues": queues})
    told = {"name": user.name, "extension": extension.number}
    record(facts.EXTENSION_TAKEN, at=at, by=by, department_id=user.department_id, **told)
    extension.delete()


@transaction.atomic
def add_device(extension: Extension, kind: str, *, by: Any = None, at: datetime) -> Device:
    """Make a telephone for an internal number, with a password of its own; the one that is there is returned."""
    device, made = Device.objects.get_or_create(
        extension=extension, kind=kind, defaults={"secret": new_secret(), "secret_since": at}
    )
    if made:
        _tell(facts.DEVICE_ADDED, device, by, at)
    return device


@transaction.atomic
def renew_device(device: Device, *, by: Any = None, at: datetime) -> Device:
    """A new password: the telephone that knows the old one is out at the next version of the exchange."""
    device.secret, device.secret_since, device.is_enabled = new_secret(), at, True
    device.save(update_fields=["secret", "secret_since", "is_enabled"])
    _tell(facts.DEVICE_RENEWED, device, by, at)
    return device


@transaction.atomic
def revoke_device(device: Device, *, by: Any = None, at: datetime) -> None:
    """Take a telephone away."""
    _tell(facts.DEVICE_REVOKED, device, by, at)
    device.delete()


def _tell(kind: str, device: Device, by: Any, at: datetime) -> None:
    user = device.extension.user
    told = {"name": user.name, "extension": device.extension.number, "device": device.kind}
    record(kind, at=at, by=by, department_id=user.department_id, **told)
