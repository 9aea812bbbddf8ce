"""Segments of the company's own: people who fit a condition, counted as a whole, with facts for who comes and goes."""

import logging
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.journey.actions import record, record_alike
from perezvon.kit.conditions import Node, Unclear, q, read, tests
from perezvon.staff.fields import circumstances

from .. import facts
from ..fields import PERSON
from ..models import ClientGroup, Person
from .errors import Refused

LONGEST_MS = 60_000  # of the statement that finds who fits
_LEAVE = """
DELETE FROM crm_groupmember m WHERE m.group_id = %s AND NOT EXISTS (SELECT 1 FROM crm_fit f WHERE f.id = m.person_id)
RETURNING m.person_id
"""
_JOIN = """
INSERT INTO crm_groupmember (group_id, person_id, since)
SELECT %s, f.id, %s FROM crm_fit f
 WHERE NOT EXISTS (SELECT 1 FROM crm_groupmember m WHERE m.group_id = %s AND m.person_id = f.id)
RETURNING person_id
"""
log = logging.getLogger(__name__)


class GroupRefused(Refused):
    """The name is taken, or the condition means somebody else for everyone."""

    text = gettext_lazy("There is a segment with this name already.")


def understood(where: Any) -> Node:
    """The condition of a segment. GroupRefused in words when it cannot be read or asks about "me"."""
    if where is None:
        raise GroupRefused(_("There is no condition to keep."))
    try:
        node = read(where, PERSON)
    except Unclear as error:
        raise GroupRefused(str(error)) from error
    for test in tests(node):
        values = test.value if isinstance(test.value, tuple) else ()
        if any(value in test.field.words for value in values):
            raise GroupRefused(
                _("A segment is the same for everybody: name the colleague or the department instead of “me”.")
            )
        if test.field.key == "groups":
            raise GroupRefused(_("A segment cannot be made of segments."))
    return node


@transaction.atomic
def save_group(row: ClientGroup, *, by: Any, at: datetime) -> ClientGroup:
    """Add a segment or change one, and count it. GroupRefused."""
    understood(row.where)
    if row.pk is None:
        row.at, row.by = at, by
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise GroupRefused from error
    record(facts.GROUP_CHANGED, at=at, by=by, name=row.name, segment=row.pk)
    if row.is_archived:
        row.members.all().delete()
    else:
        count(row, at=at)
    return row


def count_all(*, at: datetime) -> None:
    """Count every segment anew; one that cannot be counted says why and keeps its members."""
    for row in ClientGroup.objects.filter(is_archived=False).order_by("pk"):
        try:
            count(row, at=at)
        except (Refused, OperationalError) as error:
            log.warning("a segment could not be counted", extra={"segment": row.pk})
            ClientGroup.objects.filter(pk=row.pk).update(problem=str(error)[:300])


@transaction.atomic
def count(row: ClientGroup, *, at: datetime) -> tuple[int, int]:
    """Who has come and who has left, in three statements; nothing is told of the first count. GroupRefused."""
    node = understood(row.where)
    people = Person.objects.filter(merged_into=None).filter(q(node, circumstances(None, at)))
    try:
        sql, parameters = people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        sql, parameters = "SELECT id FROM crm_person WHERE false", ()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7262304, %s)", [row.pk])
        cursor.execute(f"SET LOCAL statement_timeout = {LONGEST_MS}")
        cursor.execute("DROP TABLE IF EXISTS crm_fit")
        cursor.execute(
            f"CREATE TEMP TABLE crm_fit ON COMMIT DROP AS SELECT id FROM crm_person WHERE id IN ({sql})", parameters
        )
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("ANALYZE crm_fit")
        cursor.execute(_LEAVE, [row.pk])
        left = [person for (person,) in cursor.fetchall()]
        cursor.execute(_JOIN, [row.pk, at, row.pk])
        come = [person for (person,) in cursor.fetchall()]
    if row.counted_at is not None:
        record_alike(facts.GROUP_JOINED, at=at, person_ids=come, name=row.name, segment=row.pk)
        record_alike(facts.GROUP_LEFT, at=at, person_ids=left, name=row.name, segment=row.pk)
    ClientGroup.objects.filter(pk=row.pk).update(size=row.members.count(), counted_at=at, problem="")
    row.refresh_from_db()
    return len(come), len(left)
