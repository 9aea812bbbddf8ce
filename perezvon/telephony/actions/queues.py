"""Queues of our own exchange: who is rung, how long, and what happens when nobody takes the call."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts
from ..destinations import AFTER_QUEUE, Book
from ..models import Prompt, Provider, Queue, QueueMember, Way
from . import checks
from .changes import change
from .keys import free_key

LIMITS = {
    "ring_seconds": (5, 300), "wrap_up_seconds": (0, 3600), "most_wait_seconds": (0, 7200), "most_waiting": (0, 10_000),
    "weight": (0, 100), "answer_within_seconds": (1, 3600), "says_every_seconds": (15, 600), "keep_days": (0, 36_500),
}  # fmt: skip
OVERFLOWS = ("on_wait", "on_nobody", "on_full")
Members = Mapping[int, int]  # user id -> skill


@transaction.atomic
def add_queue(
    provider: Provider, name: str, *, members: Members | None = None, by: Any = None, at: datetime, **values: Any
) -> Queue:
    """Add a queue; ``values`` are columns of Queue, ``members`` the skill (1..10) by user id."""
    queue = Queue(provider=provider, key=free_key(Queue.objects.filter(provider=provider), name, "", 40))
    _check(queue, {**values, "name": name}, members or {})
    queue.name = name.strip()
    for column, value in values.items():
        setattr(queue, column, value)
    queue.save()
    _set_members(queue, members or {})
    record(facts.QUEUE_ADDED, at=at, by=by, department_id=queue.department_id, name=queue.name)
    return queue


@transaction.atomic
def change_queue(queue: Queue, *, members: Members | None = None, by: Any = None, at: datetime, **values: Any) -> Queue:
    """Change a queue; ``members`` replace all of them (None = they stay). ValidationError names the field."""
    _check(queue, values, members or {})
    changes = change(queue, values)
    if members is not None and (told := _set_members(queue, members)):
        changes["members"] = told
    if changes:
        told_of = {"name": queue.name, "changes": changes}
        record(facts.QUEUE_CHANGED, at=at, by=by, department_id=queue.department_id, **told_of)
    return queue


@transaction.atomic
def remove_queue(queue: Queue, *, by: Any = None, at: datetime) -> None:
    """Take a queue away; its calls stay. ValidationError when calls are still sent to it."""
    checks.refuse_if_used(f"{Way.QUEUE}:{queue.pk}")
    record(facts.QUEUE_REMOVED, at=at, by=by, department_id=queue.department_id, name=queue.name)
    queue.delete()


def _set_members(queue: Queue, members: Members) -> list[Any]:
    """Replace the members; [before, after] as {user id: skill}, [] when nothing differs."""
    before = dict(queue.members.values_list("user_id", "skill"))
    after = dict(members)
    if before == after:
        return []
    queue.members.exclude(user_id__in=after).delete()
    for user_id, skill in after.items():
        QueueMember.objects.update_or_create(queue=queue, user_id=user_id, defaults={"skill": skill})
    return [{str(pk): skill for pk, skill in sorted(each.items())} for each in (before, after)]


def _check(queue: Queue, values: dict[str, Any], members: Members) -> None:
    checks.one_line(values, "name", "callback_key")
    checks.ranges(values, LIMITS)
    book = Book(queue.provider_id)
    checks.places(book, values, AFTER_QUEUE, *OVERFLOWS)
    wrong: dict[str, str] = {}
    own = f"{Way.QUEUE}:{queue.pk}"
    wrong |= {name: _("A queue cannot overflow into itself.") for name in OVERFLOWS if values.get(name) == own}
    key = values.get("callback_key", "")
    if key and (len(key) != 1 or key not in "0123456789*#"):
        wrong["callback_key"] = _("One key: 0-9, * or #.")
    music, offer = values.get("music"), values.get("callback_offer")
    if music is not None and music.use != Prompt.Use.MUSIC:
        wrong["music"] = _("This is a phrase, not music.")
    if offer is not None and offer.use != Prompt.Use.PHRASE:
        wrong["callback_offer"] = _("This is music, not a phrase.")
    if any(not 1 <= skill <= 10 for skill in members.values()):
        wrong["members"] = _("Skill is a figure from 1 to 10.")
    elif strangers := set(members) - set(book.people):
        wrong["members"] = _("Without an internal number nobody can be rung: %(count)s.") % {"count": len(strangers)}
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def set_member(queue: Queue, user_id: int, skill: int | None, *, by: Any = None, at: datetime) -> int | None:
    """Let one employee answer a queue with this skill, None = no longer; the skill he had before (None = he did not).

    ValidationError for a skill out of 1..10 or somebody without an internal number.
    """
    Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)
    before = queue.members.filter(user=user_id).values_list("skill", flat=True).first()
    if before == skill:
        return before
    if skill is None:
        queue.members.filter(user=user_id).delete()
    else:
        _check(queue, {}, {user_id: skill})
        QueueMember.objects.update_or_create(queue=queue, user_id=user_id, defaults={"skill": skill})
    told = [{} if each is None else {str(user_id): each} for each in (before, skill)]
    changes = {"members": told}
    record(facts.QUEUE_CHANGED, at=at, by=by, department_id=queue.department_id, name=queue.name, changes=changes)
    return before
