"""Statements over many rows at once: the standing of requests is written by one UPDATE, whatever their number."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection

from .models import Contact, Ticket

#: The columns that follow from what is known, and their types in PostgreSQL.
DERIVED = {
    "state": "text", "person_id": "bigint", "product_id": "bigint", "region": "text", "responsible_id": "bigint",
    "department_id": "bigint", "last_contact_at": "timestamptz", "first_response_at": "timestamptz", "deadline": "timestamptz",
    "next_task_id": "bigint", "step": "text", "rank": "int", "loss": "text", "lost_at": "timestamptz",
    "is_short": "bool", "missed_at": "timestamptz", "window_until": "timestamptz", "healed": "text",
    "recovery": "text", "recovered_at": "timestamptz", "observed": "bool", "deal_id": "bigint",
    "deal_stage_id": "bigint", "amount": "numeric", "paid": "numeric", "won_at": "timestamptz",
    "paid_at": "timestamptz", "repeat_at": "timestamptz", "closed_at": "timestamptz", "overdue_since": "timestamptz",
    "look_at": "timestamptz", "changed_at": "timestamptz", "first_response_due": "timestamptz", "due_at": "timestamptz",
    "due_kind": "text", "paused_at": "timestamptz",
}  # fmt: skip
_NEW = {
    "state": "text", "person_id": "bigint", "channel": "text", "line": "text", "source_id": "bigint",
    "product_id": "bigint", "region": "text", "is_new": "bool", "department_id": "bigint", "responsible_id": "bigint",
    "opened_at": "timestamptz", "last_contact_at": "timestamptz", "first_response_due": "timestamptz",
    "deal_id": "bigint", "changed_at": "timestamptz",
}  # fmt: skip
_CONTACT = {
    "ticket_id": "bigint", "kind": "text", "ref_id": "bigint", "direction": "text", "at": "timestamptz",
    "answered_at": "timestamptz", "ended_at": "timestamptz", "stage": "text", "cause": "text", "seconds": "int",
    "observed": "bool", "by_id": "bigint",
}  # fmt: skip


def _unnest(columns: dict[str, str]) -> str:
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in columns.values())}) AS v({', '.join(columns)})"


@cache
def _update_sql() -> str:
    sets = ", ".join(f"{name} = v.{name}" for name in DERIVED)
    return f"UPDATE tickets_ticket AS t SET {sets} FROM {_unnest({'id': 'bigint', **DERIVED})} WHERE t.id = v.id"


@cache
def _insert_sql() -> tuple[str, list[Any]]:
    # The rest of the columns have no defaults in the database: Django keeps them in the model.
    rest = {
        field.attname: field.get_default()
        for field in Ticket._meta.concrete_fields
        if field.attname not in _NEW and not field.primary_key and not field.null
    }
    names = [*_NEW, *rest]
    values = [*(f"v.{name}" for name in _NEW), *("%s" for _name in rest)]
    return (
        f"INSERT INTO tickets_ticket ({', '.join(names)}) SELECT {', '.join(values)} FROM {_unnest(_NEW)} "
        "ON CONFLICT (person_id) WHERE state = 'open' AND NOT (channel = 'manual') DO NOTHING "
        "RETURNING id, number, person_id, opened_at"
    ), list(rest.values())


@cache
def _contact_sql() -> str:
    told = [name for name in _CONTACT if name not in ("ticket_id", "kind", "ref_id")]
    sets = ", ".join(f"{name} = excluded.{name}" for name in told)
    return (
        f"INSERT INTO tickets_contact ({', '.join(_CONTACT)}) SELECT * FROM {_unnest(_CONTACT)} "
        f"ON CONFLICT (kind, ref_id) DO UPDATE SET {sets}"
    )


def _columns(rows: Sequence[Any], names: Sequence[str]) -> list[list[Any]]:
    return [[getattr(row, name) for row in rows] for name in names]


def save_standings(tickets: Sequence[Ticket]) -> None:
    """Write the derived columns of locked requests."""
    if tickets:
        with connection.cursor() as cursor:
            cursor.execute(_update_sql(), _columns(tickets, ["id", *DERIVED]))


def insert_tickets(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Insert requests with numbers from the database; those that were inserted, with id and number.

    One whose person has an open request already (another process was faster) is left out.
    """
    if not tickets:
        return []
    sql, rest = _insert_sql()
    with connection.cursor() as cursor:
        cursor.execute(sql, [*rest, *_columns(tickets, list(_NEW))])
        made = cursor.fetchall()
    waiting = {(ticket.person_id, ticket.opened_at): [] for ticket in tickets}  # type: ignore[var-annotated]
    for ticket in tickets:
        waiting[ticket.person_id, ticket.opened_at].append(ticket)
    found = []
    for pk, number, person_id, opened_at in made:
        ticket = waiting[person_id, opened_at].pop(0)
        ticket.pk, ticket.number = pk, number
        ticket._state.adding = False
        found.append(ticket)
    return found


def save_contacts(contacts: Sequence[Contact]) -> None:
    """Insert contacts, or bring those that are known up to date; a contact stays with its request."""
    if contacts:
        with connection.cursor() as cursor:
            cursor.execute(_contact_sql(), _columns(contacts, list(_CONTACT)))
