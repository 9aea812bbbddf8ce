"""Our numbers that clients dial: whose they are, and on an exchange of our own where their calls go."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record
from perezvon.kit import phones

from .. import facts
from ..destinations import AFTER_HOURS, Book
from ..models import Line
from . import checks
from .changes import change

_LIMITS = {"sticky_seconds": (5, 120)}


def add_line(number: str, *, by: Any = None, at: datetime, **values: Any) -> Line:
    """Add a number (E.164); ``values`` are columns of Line. ValidationError when it is known or something is wrong."""
    line = Line(number=number)
    _check(line, {**values, "number": number})
    for name, value in values.items():
        setattr(line, name, value)
    try:
        with transaction.atomic():
            line.save()
            record(facts.LINE_ADDED, at=at, by=by, department_id=line.department_id, line=number, name=line.name)
    except IntegrityError:
        raise ValidationError({"number": _("This number is here already.")}) from None
    return line


def change_line(line: Line, *, by: Any = None, at: datetime, **values: Any) -> Line:
    """Change columns of a line. ValidationError when the number is taken or something is wrong."""
    _check(line, values)
    try:
        with transaction.atomic():
            changes = change(line, values)
            if changes:
                told = {"line": line.number, "name": line.name, "changes": changes}
                record(facts.LINE_CHANGED, at=at, by=by, department_id=line.department_id, **told)
    except IntegrityError:
        raise ValidationError({"number": _("This number is here already.")}) from None
    return line


def _check(line: Line, values: dict[str, Any]) -> None:
    number = values.get("number", line.number)
    if phones.normalise(number) != number:
        raise ValidationError({"number": _("This is not a telephone number.")})
    checks.ranges(values, _LIMITS)
    provider = values.get("provider", line.provider)
    checks.places(Book(provider.pk if provider else None), values, AFTER_HOURS, "open_to", "closed_to")
