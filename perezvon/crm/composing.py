"""What can be written on a card: modes of the composer, each with its form, its address and the word on its button.

An upper room adds its own (a letter, a message) from its ``plugs.py``; a mode whose room is absent, or which the reader has no
right to, is not drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from perezvon.staff import access

from .forms import DoneForm, NoteForm, TaskForm
from .forms.about import FileForm
from .models import Company, Deal, Person, Task, TaskKind

Card = Person | Company | Deal


@dataclass(frozen=True, slots=True)
class Mode:
    """One mode. ``form(user, card)`` makes its form, ``url(noun, card)`` is where it goes; ``can(user, noun, card)`` says who
    may; ``parts`` is the template of its fields ("" = one under another); ``names_card``: the form says whose card it is.
    """

    key: str
    label: Any
    icon: str
    submit: Any
    form: Callable[[Any, Card], Any]
    url: Callable[[str, Card], str]
    can: Callable[[Any, str, Card], bool]
    parts: str = ""
    order: int = 100
    nouns: tuple[str, ...] = ("person", "company", "deal")
    names_card: bool = False


_modes: dict[str, Mode] = {}


def mode(one: Mode) -> Mode:
    """Add a mode. ValueError when its key is taken."""
    if one.key in _modes:
        raise ValueError(f"the mode {one.key!r} of the composer is registered twice")
    _modes[one.key] = one
    return one


def modes_for(user: Any, noun: str, card: Card) -> list[Mode]:
    """The modes that the person may use on the card, in their order; the first is open at once."""
    found = [one for one in _modes.values() if noun in one.nouns and one.can(user, noun, card)]
    return sorted(found, key=lambda one: one.order)


def call_about(card: Person | Deal, user: Any) -> Task:
    """The call of his own that is planned there, else one that would be set now; not saved."""
    subject = {"deal": card} if isinstance(card, Deal) else {"person": card}
    planned = Task.objects.open().filter(responsible=user, kind=TaskKind.CALL, **subject)
    known: Task | None = planned.select_related("deal", "person").order_by("deadline", "pk").first()
    person = card.person if isinstance(card, Deal) else card
    deal = card if isinstance(card, Deal) else None
    return known or Task(kind=TaskKind.CALL, person=person, deal=deal, responsible=user)


def _may_edit(user: Any, noun: str, card: Card) -> bool:
    return access.allows(user, noun, "edit", owner_id=card.responsible_id, department_id=card.department_id)


def _may_note(user: Any, noun: str, card: Card) -> bool:
    return noun != "person" or access.can(user, "person", "edit")


def _may_plan(user: Any, noun: str, card: Card) -> bool:
    return access.can(user, "task", "add")


def _may_call(user: Any, noun: str, card: Card) -> bool:
    """The result may move the deal, or end it."""
    return access.can(user, "task", "add") and (noun != "deal" or _may_edit(user, noun, card))


mode(Mode(
    "note", _("Note"), "note", _("Add the note"), lambda user, card: NoteForm(),
    lambda noun, card: reverse(f"crm:{noun}-note", args=[card.pk]), _may_note, order=10,
))  # fmt: skip
mode(Mode(
    "task", _("Task"), "calendar-plus", _("Plan"), lambda user, card: TaskForm(user=user),
    lambda noun, card: reverse("crm:task-add"), _may_plan, order=20, names_card=True,
))  # fmt: skip
mode(Mode(
    "call", _("Result of a call"), "phone-check", _("Save the result"), lambda user, card: DoneForm(task=call_about(card, user)),  # type: ignore[arg-type]
    lambda noun, card: reverse("crm:call-result", args=[noun, card.pk]), _may_call, "crm/_done.html", order=30, nouns=("person", "deal"),
))  # fmt: skip
mode(Mode(
    "file", _("Document"), "paperclip", _("Upload"), lambda user, card: FileForm(),
    lambda noun, card: reverse("crm:file-add", args=[noun, card.pk]), _may_edit, order=60,
))  # fmt: skip
