"""The tree of departments."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts, reads
from ..models import Department, User, WorkCalendar

# Moves of two branches at once could tie a knot: the tree changes one hand at a time.
_TREE_LOCK = 7_261_101


def _lock_the_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE_LOCK])


@transaction.atomic
def add_department(
    name: str,
    *,
    parent: Department | None = None,
    head: User | None = None,
    calendar: WorkCalendar | None = None,
    by: User | None = None,
    at: datetime,
) -> Department:
    """Add a department under ``parent`` (None = at the top). ValidationError when the name is taken there."""
    _lock_the_tree()
    _refuse_namesake(name, parent)
    department = Department.objects.create(name=name.strip(), parent=parent, head=head, calendar=calendar)
    above = Department.objects.get(pk=parent.pk).path if parent else "/"
    department.path = f"{above}{department.pk}/"
    department.save(update_fields=["path"])
    record(facts.DEPARTMENT_ADDED, at=at, by=by, department_id=department.pk, name=department.name)
    reads.forget()
    return department


@transaction.atomic
def change_department(
    department: Department,
    *,
    name: str,
    head: User | None,
    calendar: WorkCalendar | None,
    by: User | None = None,
    at: datetime,
) -> Department:
    """Rename a department, change its head or calendar. ValidationError when the name is taken."""
    _refuse_namesake(name, department.parent, but=department)
    department.name, department.head, department.calendar = name.strip(), head, calendar
    department.save(update_fields=["name", "head", "calendar"])
    record(facts.DEPARTMENT_CHANGED, at=at, by=by, department_id=department.pk, name=department.name)
    reads.forget()
    return department


@transaction.atomic
def save_department(
    department: Department, *, parent: Department | None, by: User | None = None, at: datetime, **card: Any
) -> Department:
    """Move a department if ``parent`` is another one, and change what stands on its card, in one go.

    ``card`` and errors as in ``change_department`` and ``move_department``.
    """
    if (parent.pk if parent else None) != department.parent_id:
        department = move_department(department, parent, by=by, at=at)
    return change_department(department, **card, by=by, at=at)


@transaction.atomic
def move_department(
    department: Department, parent: Department | None, *, by: User | None = None, at: datetime
) -> Department:
    """Hang a department with everything below it under another one (None = to the top).

    ValidationError when that would put it under itself.
    """
    _lock_the_tree()
    department = Department.objects.select_for_update().get(pk=department.pk)
    above = Department.objects.get(pk=parent.pk).path if parent else "/"
    if above.startswith(department.path):
        raise ValidationError(_("A department cannot be a part of itself."))
    _refuse_namesake(department.name, parent, but=department)
    old, new = department.path, f"{above}{department.pk}/"
    Department.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    Department.objects.filter(pk=department.pk).update(parent=parent)
    department.refresh_from_db()
    record(facts.DEPARTMENT_MOVED, at=at, by=by, department_id=department.pk, name=department.name)
    reads.forget()
    return department


def _refuse_namesake(name: str, parent: Department | None, but: Department | None = None) -> None:
    namesakes = Department.objects.filter(name__iexact=name.strip(), parent=parent)
    if (namesakes.exclude(pk=but.pk) if but else namesakes).exists():
        raise ValidationError(_("There is a department with this name already."))
