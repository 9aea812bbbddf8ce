"""The route of a number: its nodes, real calls on it, where the nodes stand, and walking it without a call."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from perezvon.staff.models import Grant, Role
from perezvon.staff.testing import JOINED, person
from perezvon.telephony import actions
from perezvon.telephony.actions.menus import Key
from perezvon.telephony.models import Call, Line, Provider
from perezvon.telephony.pbx.nodes import plan_for
from perezvon.telephony.route.graph import Graph
from perezvon.telephony.route.layout import GAP_X, HEIGHT, WIDTH, lay_out
from perezvon.telephony.route.traffic import Alike, calls_of, traffic_of
from perezvon.telephony.route.walk import FULL, IN_VAIN, NOBODY, Try, walk

from .conftest import CLIENT, LINE
from .setting_contract import exchange, phrase, telephone

__all__ = ["exchange"]


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.HOME = tmp_path
    with translation.override("en"):
        yield


@pytest.fixture
def line(exchange: Provider, anna: Any, boris: Any) -> Line:
    """Hours, own manager, a menu with two keys, two queues of which one overflows into the other."""
    for user, number in ((anna, "201"), (boris, "200")):
        actions.add_device(telephone(exchange, user, number, JOINED), "browser", at=JOINED)
    care = actions.add_queue(exchange, "Care", members={boris.pk: 5}, on_wait="callback", at=JOINED)
    sales = actions.add_queue(
        exchange, "Sales", members={anna.pk: 5}, on_wait=f"queue:{care.pk}", on_nobody="callback", on_full="hangup",
        most_waiting=3, at=JOINED,
    )  # fmt: skip
    keys = [Key("1", f"queue:{sales.pk}", "Buy"), Key("2", f"queue:{care.pk}"), Key("*", "repeat")]
    menu = actions.add_menu(
        exchange, "Main", prompt=phrase("Hello", JOINED), keys=keys, on_silence=f"queue:{sales.pk}", at=JOINED
    )
    return actions.add_line(LINE, provider=exchange, open_to=f"menu:{menu.pk}", closed_to="callback", at=JOINED)


def graph_of(line: Line) -> Graph:
    plan = plan_for(line.provider)  # type: ignore[arg-type]
    return Graph(next(one for one in plan.lines if one.id == line.pk), plan)


def test_every_way_of_the_settings_is_an_arrow(line: Line) -> None:
    graph = graph_of(line)
    menu, sales, care = (
        next(n.key for n in graph.nodes.values() if n.title == name) for name in ("Main", "Sales", "Care")
    )
    labels = {pair: arrow.label for pair, arrow in graph.arrows.items()}
    assert labels[menu, sales] == "1 Buy, silence"
    assert labels[menu, care] == "2"
    assert labels[sales, care] == "after 2 min"
    assert labels[sales, "promise"] == "nobody is there"
    assert labels[sales, "bye"] == "it is full"
    assert labels[f"hours-{line.pk}", "promise"] == "closed"
    assert (sales, "talk") in labels and (f"sticky-{line.pk}", "talk") in labels
    assert (menu, menu) not in labels  # a key that repeats the menu leads nowhere


def test_calls_are_led_along_the_route(line: Line) -> None:
    graph = graph_of(line)
    ivr, queued = ("ivr", "main"), ("queued", "sales")
    calls = [
        Alike((ivr, queued), "talked", 70), Alike((ivr,), "L03", 10), Alike((ivr, queued), "L05", 8), Alike((), "L02", 5),
        Alike((ivr, queued), "L08", 2), Alike((("ivr", ""), ("queued", "77")), "L06", 3), Alike((), "L01", 1),
        Alike((("queued", "gone"),), "talked", 1),
    ]  # fmt: skip
    traffic = traffic_of(graph, calls, {"77": {"Sales"}})
    menu, sales = (next(n.key for n in graph.nodes.values() if n.title == name) for name in ("Main", "Sales"))
    assert (traffic.total, traffic.talked, traffic.strayed) == (100, 71, 1)
    assert traffic.passed[menu] == 70 + 10 + 8 + 2 + 3
    assert traffic.along[menu, sales] >= 70 + 8 + 2 + 3
    assert traffic.along[f"hours-{line.pk}", "promise"] == 5
    lost = {key: dict(count) for key, count in traffic.lost.items()}
    assert lost == {
        menu: {"L03": 10}, sales: {"L05": 8, "L06": 3}, f"hours-{line.pk}": {"L02": 5}, "talk": {"L08": 2},
        f"line-{line.pk}": {"L01": 1},
    }  # fmt: skip
    assert sum(sum(one.values()) for one in lost.values()) + traffic.talked == traffic.total


def a_call(provider: Provider, at: datetime, path: list[tuple[str, str]], stage: str, **more: Any) -> Call:
    spans = [{"state": state, "at": at.isoformat(), **({"what": what} if what else {})} for state, what in path]
    return Call.objects.create(
        provider=provider, key=f"k{Call.objects.count()}", direction="in", state="ended", stage=stage, phone=CLIENT, line=LINE,
        started_at=at, path=spans, **more,
    )  # fmt: skip


def test_calls_are_counted_in_one_statement_and_only_those_one_may_see(
    line: Line, exchange: Provider, anna: Any, boris: Any, admin: Any, noon: datetime, django_assert_num_queries: Any
) -> None:
    for _n in range(3):
        a_call(
            exchange, noon, [("new", ""), ("ivr", "main"), ("ringing", "201"), ("queued", "sales")], "talked", user=anna
        )
    a_call(exchange, noon, [("ivr", "")], "L03", user=boris)
    a_call(exchange, noon - timedelta(days=40), [("ivr", "main")], "L03")
    with django_assert_num_queries(2):  # rights, then the calls
        found = calls_of(LINE, admin, noon - timedelta(days=30))
    expected = {Alike((("ivr", "main"), ("queued", "sales")), "talked", 3), Alike((("ivr", ""),), "L03", 1)}
    assert set(found) == expected
    assert sum(one.count for one in calls_of(LINE, anna, noon - timedelta(days=30))) == 3


def test_the_picture_and_its_losses(client_of: Any, admin: Any, line: Line, exchange: Provider) -> None:
    from perezvon.kit import clock

    a_call(exchange, clock.now() - timedelta(days=2), [("ivr", "main")], "L03")
    page = client_of(admin).get(reverse("telephony:route", args=[line.pk])).content.decode()
    assert '<svg class="route-picture"' in page
    assert "stage=L03" in page and f"/lines/{line.pk}/" in page
    role = Role.objects.create(key="numbers", name="Numbers")
    Grant.objects.create(role=role, noun="number", verb="view", scope="all")
    looker = client_of(person("Looker", "numbers", email="looker@veter.example"))
    seen = looker.get(reverse("telephony:route", args=[line.pk])).content.decode()
    assert "stage=L03" not in seen and "/pbx/menus/" not in seen  # no calls, no settings
    outsider = client_of(person("Outsider", email="outsider@veter.example"))
    assert outsider.get(reverse("telephony:route", args=[line.pk])).status_code == 404
    cloud = actions.add_line("+74951112299", at=JOINED)
    assert client_of(admin).get(reverse("telephony:route", args=[cloud.pk])).status_code == 200


def walked(line: Line, **imagined: Any) -> list[str]:
    plan = plan_for(line.provider)  # type: ignore[arg-type]
    planned = next(one for one in plan.lines if one.id == line.pk)
    return [step.words for step in walk(planned, plan, Try(**imagined), lambda pk: [f"queue {pk} rings"])]


class TestWalking:
    def test_closed(self, line: Line) -> None:
        assert walked(line, is_open=False) == [
            "It is closed.",
            "A voice promises to call back, and a task is made of it.",
        ]

    def test_blocked(self, line: Line) -> None:
        assert walked(line, is_open=True, is_blocked=True) == ["The caller is on the blacklist: the call ends at once."]

    def test_a_key_a_queue_and_a_talk(self, line: Line) -> None:
        steps = walked(line, is_open=True, keys="1")
        assert steps[1:3] == ["Menu “Main” says: “Hello”.", "He presses 1 (Buy)."]
        assert steps[-1] == "Somebody answers: they talk."

    def test_silence_and_overflow_from_queue_to_queue(self, line: Line) -> None:
        steps = walked(line, is_open=True, queue=IN_VAIN)
        assert "He presses nothing: it is said 2 times, 5 s of waiting each." in steps
        assert [step for step in steps if step.startswith("Queue")] == ["Queue “Sales”.", "Queue “Care”."]
        assert steps[-1] == "A voice promises to call back, and a task is made of it."

    def test_repeat_wrong_key_nobody_and_full(self, line: Line) -> None:
        assert walked(line, is_open=True, keys="*2").count("Menu “Main” says: “Hello”.") == 2
        assert any("there is no such key" in step for step in walked(line, is_open=True, keys="9"))
        assert walked(line, is_open=True, keys="1", queue=NOBODY)[-2] == "Nobody is at a telephone."
        assert walked(line, is_open=True, keys="1", queue=FULL)[-2:] == ["It is full.", "The call ends."]

    def test_the_own_manager_comes_first(self, line: Line) -> None:
        assert walked(line, is_open=True, manager="Anna")[-2:] == [
            "First his own manager is rung for 15 s: Anna.", "Somebody answers: they talk.",
        ]  # fmt: skip

    def test_on_the_page(self, client_of: Any, admin: Any, anna: Any, line: Line) -> None:
        from perezvon.crm.actions.people import add_person

        add_person(name="Ivan", phones=[CLIENT], responsible=anna, by=admin, at=JOINED)
        address, client = reverse("telephony:route", args=[line.pk]), client_of(admin)
        asked = {"when": "2026-03-11T12:00", "phone": "8 916 123-45-67", "keys": "1", "queue": "in_vain"}
        page = client.get(address, asked).content.decode()
        assert "The caller is known: Ivan." in page and "First his own manager is rung for 15 s: Anna Petrova." in page
        night = client.get(address, {**asked, "when": "2026-03-15T03:00"}).content.decode()
        assert "It is closed." in night
        assert client.get(address, {"queue": "answered", "keys": "abc", "when": "soon"}).status_code == 200


names = st.integers(2, 9).map(lambda n: [f"n{i}" for i in range(n)])


@given(
    names.flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.tuples(st.sampled_from(n), st.sampled_from(n)), max_size=20))
    )
)
def test_nodes_never_overlap_and_arrows_lead_downwards(drawn: tuple[list[str], set[tuple[str, str]]]) -> None:
    nodes, pairs = drawn[0], sorted(pair for pair in drawn[1] if pair[0] != pair[1])
    layout = lay_out(nodes, pairs)
    assert set(layout.places) == set(nodes) and set(layout.points) == set(pairs)
    places = list(layout.places.values())
    for n, one in enumerate(places):
        assert one.x >= 0 and one.x + WIDTH <= layout.width and one.y + HEIGHT <= layout.height
        for other in places[n + 1 :]:
            assert one.layer != other.layer or abs(one.x - other.x) >= WIDTH + GAP_X - 0.01
    for pair in pairs:
        if pair not in layout.back:
            assert layout.places[pair[0]].layer < layout.places[pair[1]].layer
            heights = [y for _x, y in layout.points[pair]]
            assert heights == sorted(heights)
