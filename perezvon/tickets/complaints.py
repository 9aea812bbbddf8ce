"""Complaints as pages show them: counted chips, filters, the report with the rows behind every number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.crm.fields import PERSON
from perezvon.kit.conditions import Field, Fields, Kind, Relation
from perezvon.kit.periods import Period
from perezvon.staff import access
from perezvon.staff import reads as staff

from .models import Compensation, Complaint, ComplaintWord, Severity

NEWEST = ("-opened_at", "-id")
#: key -> (label, tone, order)
SHOWS = {
    "open": (pgettext_lazy("complaints", "Open"), "", NEWEST),
    "mine": (pgettext_lazy("complaints", "Mine"), "", NEWEST),
    "late": (pgettext_lazy("complaints", "Late"), "danger", ("due_at", "id")),
    "approve": (_("Wait for approval"), "warning", NEWEST),
    "answered": (_("Client answered"), "success", NEWEST),
    "all": (pgettext_lazy("complaints", "All"), "", NEWEST),
}
_IDS = ("reason", "guilty_stage", "guilty", "guilty_department", "responsible", "person")


def rows_of(user: Any, show: str, at: datetime) -> QuerySet[Complaint]:
    """The complaints of one chip that ``user`` may see."""
    rows: Any = Complaint.objects.visible_to(user)
    if show == "mine":
        return rows.mine(user)  # type: ignore[no-any-return]
    if show == "late":
        return rows.late(at)  # type: ignore[no-any-return]
    if show == "approve":
        return rows.to_approve()  # type: ignore[no-any-return]
    if show == "answered":
        return rows.filter(stage="answered")  # type: ignore[no-any-return]
    return rows if show == "all" else rows.open()


def filtered(rows: QuerySet[Complaint], query: Mapping[str, str], period: Period | None) -> QuerySet[Complaint]:
    """Narrow by the address; unknown values change nothing."""
    for name in _IDS:
        text = query.get(name, "")
        if text.isascii() and text.isdigit() and len(text) < 18:
            rows = rows.filter(**{f"{name}_id": int(text)})
        elif text == "none":
            rows = rows.filter(**{f"{name}_id": None})
    if query.get("severity") in Severity.values:
        rows = rows.filter(severity=query["severity"])
    return rows.filter(opened_at__gte=period.start, opened_at__lt=period.end) if period else rows


def counts(user: Any, at: datetime) -> dict[str, int]:
    """The numbers of the chips."""
    return {show: rows_of(user, show, at).count() for show in SHOWS if show != "all"}


@dataclass(frozen=True, slots=True)
class Figures:
    """Complaints of one group; seconds by the clock from the complaint to the answer, roubles approved."""

    name: str
    key: int | None
    count: int
    judged: int
    justified: int
    repeated: int
    late: int
    answer_seconds: float | None
    money: Any

    @property
    def share(self) -> float | None:
        """The part in which the client was right, of those that were looked into."""
        return self.justified / self.judged if self.judged else None


_MONEY = Subquery(
    Compensation.objects.filter(complaint=OuterRef("pk"), state="approved").order_by().values("complaint")
    .annotate(total=Sum("amount")).values("total")
)  # fmt: skip
_FIGURES: dict[str, Any] = {
    "count": Count("pk"),
    "judged": Count("pk", filter=Q(is_justified__isnull=False)),
    "justified": Count("pk", filter=Q(is_justified=True)),
    "repeated": Count("pk", filter=Q(repeat_of__isnull=False)),
    "late": Count("pk", filter=Q(answered_at__gt=F("answer_due"))),
    "answer": Avg(ExpressionWrapper(F("answered_at") - F("opened_at"), output_field=DurationField())),
    "money": Coalesce(Sum("given"), 0, output_field=Compensation._meta.get_field("amount")),
}


def report(rows: QuerySet[Complaint], column: str) -> list[Figures]:
    """The figures by reason, guilty_stage, guilty, guilty_department; the most complaints first."""
    grouped = (
        rows.order_by().annotate(given=_MONEY).values(f"{column}_id").annotate(**_FIGURES).order_by("-count")[:100]
    )
    found = list(grouped)
    names = _names(column)
    return [_figures(names.get(each[f"{column}_id"], ""), each[f"{column}_id"], each) for each in found]


def total(rows: QuerySet[Complaint]) -> Figures:
    """The figures of all rows."""
    return _figures("", None, rows.order_by().annotate(given=_MONEY).aggregate(**_FIGURES))


def _figures(name: str, key: int | None, row: Mapping[str, Any]) -> Figures:
    answer = row["answer"].total_seconds() if row["answer"] else None
    return Figures(
        name, key, row["count"], row["judged"], row["justified"], row["repeated"], row["late"], answer, row["money"]
    )


def _names(column: str) -> dict[int, str]:
    if column == "guilty":
        return dict(staff.everybody())
    if column == "guilty_department":
        return dict(staff.departments())
    return dict(ComplaintWord.objects.values_list("pk", "name"))


def _words(kind: str) -> Any:
    return lambda: list(ComplaintWord.objects.filter(kind=kind).values_list("pk", "name"))


COMPLAINT: Fields = Fields(
    "complaint",
    Field("stage", Kind.CHOICE, _("Stage of the complaint"), choices=Complaint.Stage.choices),
    Field("severity", Kind.CHOICE, _("Severity"), choices=Severity.choices),
    Field("reason", Kind.CHOICE, _("Reason of the complaint"), path="reason_id", choices=_words("reason"), ids=True),
    Field("justified", Kind.FLAG, _("The client is right"), path="is_justified"),
    Field("opened", Kind.MOMENT, _("Complained at"), path="opened_at"),
)
PERSON.add(
    Relation(
        "complaints", _("Complaints"), lambda: COMPLAINT, lambda: Complaint.objects.filter(person=OuterRef("pk")),
        lambda person: Complaint.objects.filter(person=person), lambda user: access.can(user, "complaint", "view"),
    )
)  # fmt: skip
