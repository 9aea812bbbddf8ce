"""Cells of the lists of clients, deals and tasks: what stands in them, as HTML."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db.models import IntegerField, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from perezvon.kit.money import roubles
from perezvon.lists.listing import Look
from perezvon.staff import access
from perezvon.staff import reads as staff
from perezvon.web import hooks as surface
from perezvon.web import words
from perezvon.web.templatetags.web import due, icon

from . import doubles, hooks
from .models import ContactOwner, GroupMember, Person, Tagged

Cell = Callable[[Any, Look], Any]


def name(row: Any, look: Look) -> Any:
    """A name, or that there is none yet."""
    return escape(row.name) if row.name else format_html('<span class="text-secondary">{}</span>', _("Unknown caller"))


def phone(row: Any, look: Look) -> Any:
    """The number as the reader may see it, with the button that calls it."""
    if not row.phone_shown:
        return ""
    noun = "person" if isinstance(row, Person) else "company"
    return format_html("{} {}", row.phone_shown, button(look, noun, row.pk))


def button(look: Look, noun: str, pk: int) -> SafeString:
    """The button that calls."""
    drawn = surface.call_button(look.request, noun, pk, "") if look.request is not None else ""
    return mark_safe(drawn)  # noqa: S308 - a room's own template


def moment(attribute: str) -> Cell:
    """A cell with a date and time."""

    def cell(row: Any, look: Look) -> Any:
        at: datetime | None = getattr(row, attribute)
        return time_of(at, words.moment(at, look.at)) if at else ""

    return cell


def day(attribute: str) -> Cell:
    """A cell with a date."""

    def cell(row: Any, look: Look) -> Any:
        value = getattr(row, attribute)
        return escape(date_format(value, "j E Y")) if value else ""

    return cell


def ago(attribute: str) -> Cell:
    """A cell that says how long ago something was."""

    def cell(row: Any, look: Look) -> Any:
        at: datetime | None = getattr(row, attribute)
        return time_of(at, words.ago(at, look.at)) if at else ""

    return cell


def time_of(at: datetime, text: str) -> SafeString:
    """A moment in a ``<time>`` element."""
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), words.exact(at), text)


def money(attribute: str) -> Cell:
    """A cell with roubles."""
    return lambda row, look: escape(roubles(getattr(row, attribute)))


def person(attribute: str) -> tuple[Callable[[Any], str], Cell]:
    """Value and cell of a column with a person of the staff, by the name that the process remembers."""

    def value(row: Any) -> str:
        return staff.name_of(getattr(row, attribute))

    return value, lambda row, look: escape(value(row))


def source(row: Any) -> str:
    """The name of the source."""
    return dict(hooks.sources()).get(row.source_id or 0, "")


def segment(row: Any, look: Look) -> SafeString:
    """The client's segment."""
    return format_html('<span class="segment segment-{}">{}</span>', row.segment, row.get_segment_display())


def tags(row: Any, look: Look) -> SafeString:
    """The tags of a row."""
    return format_html_join(" ", '<span class="badge tag">{}</span>', ((tag,) for tag in row.tag_names))


def stage(row: Any, look: Look) -> SafeString:
    """The stage of a deal."""
    return format_html('<span class="badge stage-badge stage-{}">{}</span>', row.stage.kind, row.stage.name)


def client(row: Any, look: Look) -> Any:
    """Whose deal it is, with the button that calls him."""
    who = (row.person.name if row.person else "") or (row.company.name if row.company else "") or "—"
    return format_html("{} {}", who, button(look, "deal", row.pk))


def next_action(row: Any, look: Look) -> Any:
    """The colour and the moment of the next action of an open deal."""
    return due(row.next_action_at) if row.status == "open" else ""


def task_title(row: Any, look: Look) -> Any:
    """The title of a task, with the tick that completes it."""
    kind = format_html('<span class="text-secondary">{}</span>', row.get_kind_display())
    return format_html("{} {}", row.title, kind)


def tick(row: Any, look: Look) -> Any:
    """The button that completes a task."""
    if row.done_at:
        return format_html('<span class="task-tick is-done">{}</span>', icon("check"))
    address = reverse("crm:task-done", args=[row.pk])
    here = look.request.get_full_path() if look.request is not None else reverse("crm:tasks")
    word = _("Complete: %(title)s") % {"title": row.title}
    return format_html(
        '<a class="task-tick" href="{}?next={}" data-dialog title="{}" aria-label="{}">{}</a>',
        address, quote(here), _("Complete"), word, icon("check"),
    )  # fmt: skip


def deadline(row: Any, look: Look) -> Any:
    """When a task is due, or when it was done; a click puts it off."""
    if row.done_at:
        return time_of(row.done_at, words.ago(row.done_at, look.at))
    here = look.request.get_full_path() if look.request is not None else reverse("crm:tasks")
    address = reverse("crm:task-move", args=[row.pk])
    return format_html(
        '<a class="task-when" href="{}?next={}" data-dialog title="{}">{}</a>',
        address,
        quote(here),
        _("Put off"),
        due(row.deadline),
    )


def linked(attribute: str, url_name: str) -> Cell:
    """A cell with a link to a related row."""

    def cell(row: Any, look: Look) -> Any:
        other = getattr(row, attribute)
        if other is None:
            return ""
        return format_html('<a href="{}">{}</a>', reverse(url_name, args=[other.pk]), str(other) or _("Unknown caller"))

    return cell


def local(at: datetime | None) -> datetime | None:
    """A moment as a file shows it."""
    return timezone.localtime(at) if at else None


def with_contacts(owner: str) -> Callable[[Sequence[Any], Any], None]:
    """Give rows their primary phone (as the reader may see it) and e-mail, with one query."""

    def dress(rows: Sequence[Any], user: Any) -> None:
        sees = access.sees_phones(user)
        found = _primary(owner, [row.pk for row in rows])
        for row in rows:
            row.phone = found.get((row.pk, "phone"), "")
            row.email = found.get((row.pk, "email"), "")
            row.phone_shown = doubles.shown(row.phone, sees) if row.phone else ""

    return dress


def with_tags(owner: str) -> Callable[[Sequence[Any], Any], None]:
    """Give rows the names of their tags, with one query."""

    def dress(rows: Sequence[Any], user: Any) -> None:
        found: dict[int, list[str]] = {row.pk: [] for row in rows}
        tagged = Tagged.objects.filter(**{f"{owner}__in": list(found)}).order_by("tag__name")
        for pk, tag in tagged.values_list(owner, "tag__name"):
            found[pk].append(tag)
        for row in rows:
            row.tag_names = found[row.pk]

    return dress


def with_marks(rows: Sequence[Any], user: Any) -> None:
    """Give people the names of their tags and of their segments of the company's own, with one query."""
    found: dict[int, tuple[list[str], list[str]]] = {row.pk: ([], []) for row in rows}
    tagged = Tagged.objects.filter(person__in=list(found)).order_by()
    members = GroupMember.objects.filter(person__in=list(found), group__is_archived=False).order_by()
    is_group, is_tag = (Value(place, IntegerField()) for place in (1, 0))
    both = tagged.values_list("person", "tag__name", is_tag).union(
        members.values_list("person", "group__name", is_group), all=True
    )
    for pk, name, place in both:
        found[pk][place].append(name)
    for row in rows:
        row.tag_names, row.group_names = (sorted(names, key=str.casefold) for names in found[row.pk])


def of_person() -> Callable[[Sequence[Any], Any], None]:
    """Contacts, tags and own segments of people."""
    contacts = with_contacts("person")

    def dress(rows: Sequence[Any], user: Any) -> None:
        contacts(rows, user)
        with_marks(rows, user)

    return dress


def groups(row: Any, look: Look) -> SafeString:
    """The segments of the company's own that a person is in."""
    return format_html_join(" ", '<span class="badge tag">{}</span>', ((name,) for name in row.group_names))


def with_contacts_and_tags(owner: str) -> Callable[[Sequence[Any], Any], None]:
    """Contacts and tags of clients."""
    contacts, marks = with_contacts(owner), with_tags(owner)

    def dress(rows: Sequence[Any], user: Any) -> None:
        contacts(rows, user)
        marks(rows, user)

    return dress


def _primary(owner: str, ids: Iterable[int]) -> dict[tuple[int, str], str]:
    rows = ContactOwner.objects.filter(until=None, point__kind__in=("phone", "email"), **{f"{owner}__in": list(ids)})
    pairs = rows.order_by("is_primary", "-id").values_list(owner, "point__kind", "point__value")
    return {(pk, kind): value for pk, kind, value in pairs}
