"""Any order, any repeats, any batches: the stored call is the same (Hypothesis)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perezvon.telephony.actions import interpret_pending
from perezvon.telephony.actions.intake import account_of, store
from perezvon.telephony.actions.providers import add_provider
from perezvon.telephony.actions.rows import TOLD
from perezvon.telephony.models import Call, Provider
from perezvon.telephony.providers import adapter
from perezvon.telephony.providers.contract import Event, Stored, digest_of
from perezvon.telephony.testing import KINDS, as_raw, mango_call

from .conftest import CLIENT, LINE, NOON
from .streams import STREAMS, raw, told
from .test_itoolabs import TALK, event, history

CRM_CALLS: dict[str, list[Stored]] = {
    "talk": [*TALK, history("Success", 60)],
    "group": [event("INCOMING", 1), event("INCOMING", 1, "oleg"), event("CANCELLED", 9), event("ACCEPTED", 9, "oleg"),
              event("COMPLETED", 69, "oleg"), history("Success", 60, user="oleg")],
    "missed": [event("INCOMING", 1), event("CANCELLED", 21), history("missed")],
    "history": [history("missed")],
}  # fmt: skip


def _mango(kind: str) -> list[Event]:
    return [as_raw(e) for e in mango_call(kind, caller=CLIENT, line=LINE, started_at=NOON)]


@st.composite
def deliveries(draw: Any, events: list[Any]) -> list[Any]:
    """All events in any order, some of them several times."""
    repeats = draw(st.lists(st.sampled_from(events), max_size=5))
    return draw(st.permutations([*events, *repeats]))


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_mango_is_a_function_of_the_set(kind: str, data: Any) -> None:
    events = _mango(kind)
    assert told("mango", data.draw(deliveries(events))) == told("mango", events)


@pytest.mark.parametrize("name", STREAMS)
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_asterisk_is_a_function_of_the_set(name: str, data: Any) -> None:
    events = raw(name)
    assert told("asterisk", data.draw(deliveries(events))) == told("asterisk", events)


@pytest.mark.parametrize("name", CRM_CALLS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_itoolabs_is_a_function_of_the_set(name: str, data: Any) -> None:
    exchange = adapter("itoolabs")

    def call(stored: list[Stored]) -> Any:
        from perezvon.telephony.canonical import Rules

        return exchange.interpret("c1", [exchange.read(one) for one in stored], Rules())

    assert call(data.draw(deliveries(CRM_CALLS[name]))) == call(CRM_CALLS[name])


def _columns() -> dict[str, Any]:
    call = Call.objects.get()
    return {name: getattr(call, name) for name in TOLD}


def _stored_as_crm(one: Stored) -> tuple[Event, Any]:
    marks = [f"{key}={value}" for key, value in sorted(one.payload.items())]
    return Event(one.name, "c1", one.payload, digest_of(one.name, *marks)), one.received_at


CASES: dict[str, tuple[str, list[tuple[Event, Any]]]] = {
    **{f"mango {k}": ("mango", [(e, NOON) for e in _mango(k)]) for k in ("answered", "queue_timeout", "no_answer")},
    **{f"asterisk {n}": ("asterisk", [(e, NOON) for e in raw(n)]) for n in STREAMS},
    **{f"itoolabs {n}": ("itoolabs", [_stored_as_crm(s) for s in found]) for n, found in CRM_CALLS.items()},
}


class _Undo(Exception):
    """Takes an example's rows back."""


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES)
def test_through_the_store_in_any_batches(case: str) -> None:
    """The whole way, the database included: split anywhere, in any order, with repeats."""
    kind, events = CASES[case]
    secrets = {"host": "pbx", "username": "u", "secret": "s"} if kind == "asterisk" else {}
    exchange = Provider.objects.get(pk=add_provider(kind, kind, at=NOON, **secrets)["id"])
    account = account_of(exchange)

    def result(batches: list[list[tuple[Event, Any]]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        try:
            with transaction.atomic():
                for batch in batches:
                    store(account, batch)
                    while interpret_pending():
                        pass
                found = _columns()
                raise _Undo
        except _Undo:
            return found

    expected = result([events])

    @given(data=st.data())
    @settings(max_examples=8, deadline=timedelta(seconds=60), suppress_health_check=list(HealthCheck))
    def any_way(data: Any) -> None:
        order = data.draw(deliveries(events))
        cuts = sorted(data.draw(st.sets(st.integers(0, len(order)), max_size=4)))
        edges = [0, *cuts, len(order)]
        assert result([order[a:b] for a, b in zip(edges, edges[1:], strict=False)]) == expected

    any_way()
