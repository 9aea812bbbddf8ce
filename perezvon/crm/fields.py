"""What can be asked of clients, deals and tasks: the vocabularies of filters, views, segments, rules and the API.

Upper rooms add fields of their own (``PERSON.add``); fields that people make come from ``@PERSON.more``.
"""

from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from perezvon.kit.conditions import Field, Fields, Kind, Relation
from perezvon.kit.conditions.fields import Pair
from perezvon.lists.picking import picked
from perezvon.staff import access
from perezvon.staff import fields as staff
from perezvon.staff.models import User

from . import hooks
from .custom import asking
from .kinds import all_kind_choices
from .models import (
    CadenceBreach,
    ClientGroup,
    ContactOwner,
    ContactPoint,
    Deal,
    GroupMember,
    LostReason,
    Person,
    Pipeline,
    Product,
    Segment,
    Stage,
    Tag,
    Tagged,
    Task,
)

_CLIENT = _("Client")
_WORK = pgettext_lazy("fields", "Work")
_WHEN = pgettext_lazy("fields", "When")


def stages() -> list[Pair]:
    """The stages of all pipelines, "Pipeline: stage" when there are several."""
    rows = Stage.objects.filter(pipeline__is_archived=False).select_related("pipeline")
    found = list(rows.order_by("pipeline__order", "pipeline_id", "order", "id"))
    several = len({stage.pipeline_id for stage in found}) > 1
    return [(one.pk, f"{one.pipeline.name}: {one.name}" if several else one.name) for one in found]


def pipelines() -> list[Pair]:
    """The pipelines that are in use."""
    return list(Pipeline.objects.filter(is_archived=False).values_list("pk", "name"))


def products() -> list[Pair]:
    """The products, archived ones too: old deals have them."""
    return list(Product.objects.values_list("pk", "name"))


def reasons() -> list[Pair]:
    """Why deals are lost."""
    return list(LostReason.objects.values_list("pk", "name"))


def sources() -> list[Pair]:
    """The sources of clients."""
    return list(hooks.sources())


def _sees(noun: str) -> Any:
    return lambda user: access.can(user, noun, "view")


def _attribute(path: str) -> Any:
    """Follow a one-to-one relation backwards: None when there is no such row."""
    first, second = path.split("__")
    return lambda row: getattr(getattr(row, first, None), second, None)


def groups() -> list[Pair]:
    """The company's own segments."""
    return list(ClientGroup.objects.filter(is_archived=False).order_by("name").values_list("pk", "name"))


def tags() -> list[Pair]:
    """The tags by name."""
    return list(Tag.objects.order_by("name").values_list("pk", "name"))


def _tags(owner: str) -> Field:
    return Field(
        "tags", Kind.MANY, _("Tags"), path="tag", ids=True, choices=tags,
        rows=lambda: Tagged.objects.filter(**{owner: OuterRef("pk")}),
        value=lambda row: row.tagged.values_list("tag_id", flat=True),
    )  # fmt: skip


CONTACT = Fields(
    "contact",
    Field("kind", Kind.CHOICE, _("Kind of contact"), path="point__kind", choices=ContactPoint.Kind.choices),
    Field("value", Kind.TEXT, _("Number or address"), path="point__value", can=access.sees_phones),
    Field("region", Kind.TEXT, _("Region of the number"), path="point__region"),
    Field("operator", Kind.TEXT, _("Operator"), path="point__operator"),
    Field("valid", Kind.FLAG, _("It works"), path="point__is_valid"),
    Field("main", Kind.FLAG, _("The main one"), path="is_primary"),
    Field("type", Kind.CHOICE, _("Which"), choices=ContactOwner.Type.choices),
)


def _party(noun: str, key: str, owner: str) -> Fields:
    """What people and companies have in common."""
    return Fields(
        noun,
        Field("name", Kind.TEXT, _("Name"), group=_CLIENT),
        Field("region", Kind.TEXT, _("Region"), group=_CLIENT),
        Field("comment", Kind.TEXT, _("Comment"), group=_CLIENT),
        Field("segment", Kind.CHOICE, _("Segment"), choices=Segment.choices, group=_CLIENT),
        Field("source", Kind.CHOICE, _("Source"), path="source_id", choices=sources, ids=True, group=_CLIENT),
        staff.person("responsible", _("Responsible"), "responsible_id", _WORK),
        staff.department("department", _("Department"), "department_id", _WORK),
        staff.person("created_by", _("Added by"), "created_by_id", _WORK),
        picked(key),
        _tags(owner),
        Field("created", Kind.MOMENT, _("Added"), path="created_at", group=_WHEN),
        Relation(
            "contacts", _("Phones and addresses"), lambda: CONTACT,
            lambda: ContactOwner.objects.filter(until=None, **{owner: OuterRef("pk")}),
            lambda row: row.contact_owners.filter(until=None).select_related("point"),
        ),
        Relation(
            "deals", _("Deals"), lambda: DEAL, lambda: Deal.objects.filter(**{owner: OuterRef("pk")}),
            lambda row: row.deals.all(), _sees("deal"),
        ),
        Relation(
            "tasks", _("Tasks"), lambda: TASK, lambda: Task.objects.filter(**{owner: OuterRef("pk")}),
            lambda row: row.tasks.all(), _sees("task"),
        ),
    )  # fmt: skip


_HAS_LEFT = ExpressionWrapper(
    Exists(User.objects.filter(pk=OuterRef("responsible"), is_active=False)), output_field=BooleanField()
)


def _has_left(row: Any) -> bool:
    return row.responsible is not None and not row.responsible.is_active


PERSON = _party("person", "people", "person")
PERSON.add(Field("company", Kind.TEXT, _("Company"), path="company__name", group=_CLIENT))
PERSON.add(
    Field(
        "groups", Kind.MANY, _("Segment of your own"), path="group", ids=True, choices=groups, group=_CLIENT,
        rows=lambda: GroupMember.objects.filter(person=OuterRef("pk")),
        value=lambda row: row.groups.values_list("group_id", flat=True),
    )
)  # fmt: skip
BREACH = Fields(
    "breach",
    Field("begun", Kind.MOMENT, _("Out of rhythm since"), path="at"),
    Field("ended", Kind.MOMENT, _("Contacted again"), path="ended_at"),
    staff.person("responsible", _("Responsible then"), "responsible_id"),
)
PERSON.add(
    Relation("breaches", _("Breaches of the rhythm"), lambda: BREACH, lambda: CadenceBreach.objects.filter(person=OuterRef("pk")),
             lambda row: row.breaches.all())
)  # fmt: skip
PERSON.add(Field("owner_left", Kind.FLAG, _("The responsible has left"), path=_HAS_LEFT, value=_has_left, group=_WORK))
PERSON.add(Field("last_contact", Kind.MOMENT, _("Last contact"), path="last_contact_at", group=_WHEN))
PERSON.add(Field("entered", Kind.MOMENT, _("Entered in the CRM"), path="entered_at", group=_WHEN))
PERSON.add(Field("first_sale", Kind.MOMENT, _("First sale"), path="first_sale_at", group=_WHEN))

COMPANY = _party("company", "companies", "company")
COMPANY.add(Field("owner_left", Kind.FLAG, _("The responsible has left"), path=_HAS_LEFT, value=_has_left, group=_WORK))
COMPANY.add(Field("inn", Kind.TEXT, _("INN"), group=_CLIENT))
COMPANY.add(
    Relation("people", _("People"), lambda: PERSON, lambda: Person.objects.filter(company=OuterRef("pk")),
             lambda row: row.people.all())
)  # fmt: skip

DEAL: Fields = Fields(
    "deal",
    Field("title", Kind.TEXT, _("Title")),
    Field("number", Kind.WHOLE, _("Number of the deal"), path="pk"),
    Field("amount", Kind.MONEY, _("Amount")),
    Field("status", Kind.CHOICE, _("Status"), choices=Deal.Status.choices),
    Field("stage", Kind.CHOICE, _("Stage"), path="stage_id", choices=stages, ids=True),
    Field("pipeline", Kind.CHOICE, _("Pipeline"), path="pipeline_id", choices=pipelines, ids=True),
    Field("product", Kind.CHOICE, _("Product"), path="product_id", choices=products, ids=True),
    Field("source", Kind.CHOICE, _("Source"), path="source_id", choices=sources, ids=True),
    Field(
        "lost_reason", Kind.CHOICE, _("Lost reason"), path="outcome__reason_id", choices=reasons, ids=True,
        value=_attribute("outcome__reason_id"),
    ),
    staff.person("responsible", _("Responsible"), "responsible_id", _WORK),
    staff.department("department", _("Department"), "department_id", _WORK),
    staff.person("created_by", _("Opened by"), "created_by_id", _WORK),
    picked("deals"),
    _tags("deal"),
    Field("next_action", Kind.MOMENT, _("Next action"), path="next_action_at", group=_WHEN),
    Field("next_kind", Kind.CHOICE, _("Kind of the next action"), path="next_action_kind", choices=all_kind_choices, group=_WORK),
    Field("expected", Kind.DATE, _("Sale expected on"), path="expected_on", group=_WHEN),
    Field("created", Kind.MOMENT, _("Opened"), path="created_at", group=_WHEN),
    Field("closed", Kind.MOMENT, _("Closed"), path="closed_at", group=_WHEN),
    Field("alive", Kind.MOMENT, _("Last activity"), path="alive_at", group=_WHEN),
    Field("stage_since", Kind.MOMENT, _("In this stage since"), path="stage_since", group=_WHEN),
    Field("client", Kind.TEXT, _("Name of the client"), path="person__name", group=_CLIENT),
    Field("company", Kind.TEXT, _("Company"), path="company__name", group=_CLIENT),
    Field("region", Kind.TEXT, _("Region of the client"), path="person__region", group=_CLIENT),
    Field("segment", Kind.CHOICE, _("Segment of the client"), path="person__segment", choices=Segment.choices, group=_CLIENT),
    Relation(
        "tasks", _("Tasks"), lambda: TASK, lambda: Task.objects.filter(deal=OuterRef("pk")), lambda row: row.tasks.all()
    ),
)  # fmt: skip

TASK: Fields = Fields(
    "task",
    Field("title", Kind.TEXT, _("Task")),
    Field("kind", Kind.CHOICE, _("What"), choices=all_kind_choices),
    Field("deadline", Kind.MOMENT, _("Deadline"), group=_WHEN),
    Field("done", Kind.MOMENT, _("Done at"), path="done_at", group=_WHEN),
    Field("created", Kind.MOMENT, _("Planned"), path="created_at", group=_WHEN),
    Field("hard", Kind.FLAG, _("Hard deadline"), path="is_hard"),
    Field("result", Kind.TEXT, _("Result")),
    staff.person("responsible", _("Responsible"), "responsible_id", _WORK),
    staff.department("department", _("Department"), "department_id", _WORK),
    staff.person("created_by", _("Planned by"), "created_by_id", _WORK),
    staff.person("done_by", _("Done by"), "done_by_id", _WORK),
    picked("tasks"),
    Field("client", Kind.TEXT, _("Name of the client"), path="person__name", group=_CLIENT),
    Field("segment", Kind.CHOICE, _("Segment of the client"), path="person__segment", choices=Segment.choices, group=_CLIENT),
    Field("deal", Kind.TEXT, _("Title of the deal"), path="deal__title"),
    Field("stage", Kind.CHOICE, _("Stage of the deal"), path="deal__stage_id", choices=stages, ids=True),
)  # fmt: skip

for _vocabulary in (PERSON, COMPANY, DEAL):
    _vocabulary.more(asking.conditions(_vocabulary.noun))
