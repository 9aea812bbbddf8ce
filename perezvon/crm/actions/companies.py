"""Companies: adding and changing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from perezvon.journey.actions import record
from perezvon.kit import phones as kit_phones

from .. import facts
from ..models import Company
from . import custom, tags
from .contact_points import attach
from .errors import ChangedMeanwhile
from .identity import EMAIL, PHONE, tidy_email

CHANGEABLE = frozenset({"name", "inn", "responsible_id", "department_id", "region", "source_id", "comment"})


@transaction.atomic
def add_company(
    *,
    name: str,
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    responsible: Any = None,
    by: Any = None,
    at: datetime,
    **fields: Any,
) -> Company:
    """A company put into the CRM; what is not a number or an address is left out."""
    fields.setdefault("department_id", getattr(responsible, "department_id", None))
    fields["custom"] = custom.filled(fields.get("custom", {}))
    company = Company.objects.create(name=name, responsible=responsible, created_at=at, created_by=by, **fields)
    keys = [(PHONE, kit_phones.normalise(text)) for text in phones] + [(EMAIL, tidy_email(t)) for t in emails]
    attach(company, [key for key in keys if key[1]], at=at)
    owner_id = getattr(responsible, "pk", None)
    record(facts.COMPANY_ADDED, at=at, by=by, company_id=company.pk, owner_id=owner_id, name=name)
    return company


@transaction.atomic
def company_called(name: str, *, by: Any, at: datetime) -> int | None:
    """The id of the company called so that ``by`` may see, else of a new one of his; None for no name."""
    name = " ".join(name.split())
    if not name:
        return None
    mine = Company.objects.visible_to(by)
    found = mine.filter(name=name).order_by("pk").values_list("pk", flat=True).first()
    if found is None:  # a name that went with a merge means the card that was kept
        gone = Company.objects.filter(name=name, merged_into__in=mine.order_by().values("pk"))
        found = gone.order_by("pk").values_list("merged_into", flat=True).first()
    return found or add_company(name=name, responsible=by, by=by, at=at).pk


@transaction.atomic
def change_company(
    company: Company, changes: Mapping[str, Any], *, version: int, by: Any = None, at: datetime
) -> Company:
    """Save changed columns of the card read at ``version``. ChangedMeanwhile when it is not the last."""
    wanted = custom.columns(changes, CHANGEABLE)
    if not Company.objects.filter(pk=company.pk, version=version).update(**wanted, version=F("version") + 1):
        raise ChangedMeanwhile
    if "tags" in changes:
        tags.lay(company, changes["tags"], by=by, at=at)
    record(facts.COMPANY_CHANGED, at=at, by=by, company_id=company.pk, fields=custom.names(changes, CHANGEABLE))
    company.refresh_from_db()
    return company
