"""Real calls on a route: how many went along every arrow, how many were lost at every node."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, TextField
from django.db.models.expressions import RawSQL

from ..models import Call, Queue
from ..stages import TALKED, CallLoss
from . import graph as g
from .graph import Graph

# The menus and queues that a call went through, in order, as one text: "ivr:main queued:sales".
_WAY = """(
SELECT coalesce(string_agg((s ->> 'state') || ':' || coalesce(s ->> 'what', ''), E'\\n' ORDER BY n), '')
FROM jsonb_array_elements("telephony_call"."path") WITH ORDINALITY AS spans(s, n)
WHERE s ->> 'state' IN ('ivr', 'queued'))"""
_IN_MENU = (CallLoss.IVR_HANGUP, CallLoss.IVR_NO_CHOICE)
_RUNG = (g.PERSON, g.STICKY, g.MANAGER, g.NUMBER)


@dataclass(frozen=True, slots=True)
class Alike:
    """Calls that went one way and ended alike: (state, what) of the menus and queues, the stage, how many."""

    way: tuple[tuple[str, str], ...]
    stage: str
    count: int


@dataclass
class Traffic:
    """Calls per node and arrow; ``lost`` counts by stage per node; ``strayed`` went where no route leads any more."""

    total: int = 0
    talked: int = 0
    strayed: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    along: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: dict[str, Counter[str]] = field(default_factory=dict)


def calls_of(number: str, user: Any, since: datetime) -> list[Alike]:
    """Ended calls to the number that ``user`` may see, begun at ``since`` or later; one statement."""
    rows = Call.objects.visible_to(user).filter(line=number, direction="in", state="ended", started_at__gte=since)
    went: Any = RawSQL(_WAY, (), output_field=TextField())
    counted: Any = rows.annotate(went=went).values_list("went", "stage").order_by().annotate(Count("pk"))
    return [Alike(_taken_apart(way), stage, count) for way, stage, count in counted]


def _taken_apart(went: str) -> tuple[tuple[str, str], ...]:
    parts = (one.partition(":") for one in went.split("\n") if one)
    return tuple((state, what) for state, _colon, what in parts)


def names_of_queues() -> dict[str, set[str]]:
    """What queues are called, by key, whatever exchange they are at: the same name means the same queue."""
    found: dict[str, set[str]] = {}
    for key, name in Queue.objects.values_list("key", "name"):
        found.setdefault(key, set()).add(name)
    return found


def traffic_of(graph: Graph, calls: Iterable[Alike], queue_names: dict[str, set[str]]) -> Traffic:
    """Put the calls on the route."""
    traffic, guide = Traffic(), _Guide(graph, queue_names)
    for alike in calls:
        nodes, arrows, lost = guide.follow(alike)
        traffic.total += alike.count
        traffic.talked += alike.count if alike.stage == TALKED else 0
        traffic.strayed += 0 if guide.is_placed(alike) else alike.count
        for node in nodes:
            traffic.passed[node] += alike.count
        for arrow in arrows:
            traffic.along[arrow] += alike.count
        if lost:
            traffic.lost.setdefault(lost, Counter())[alike.stage] += alike.count
    return traffic


class _Guide:
    """Leads calls through the graph; between two places that were observed it takes the shortest way."""

    def __init__(self, graph: Graph, queue_names: dict[str, set[str]]) -> None:
        self.graph, self.queue_names = graph, queue_names

    def is_placed(self, alike: Alike) -> bool:
        """Whether every menu and queue of the call is on the route."""
        return all(self._node(state, what) for state, what in alike.way)

    def follow(self, alike: Alike) -> tuple[set[str], set[tuple[str, str]], str]:
        """(nodes, arrows, the node where it was lost or "")."""
        here = self.graph.first
        nodes, arrows = {here}, set[tuple[str, str]]()

        def go(target: str) -> None:
            nonlocal here
            way = self._way(here, target)
            arrows.update(way)
            nodes.update(node for arrow in way for node in arrow)
            nodes.add(target)
            here = target

        if alike.stage == CallLoss.LINES_BUSY:
            return nodes, arrows, here
        hours = self.graph.of_kind(g.HOURS)[0].key
        go(hours)
        if alike.stage == CallLoss.OFF_HOURS and not any(what for _state, what in alike.way):
            go(self._closed(hours))
            return nodes, arrows, hours
        for state, what in alike.way:
            if node := self._node(state, what):
                go(node)
        if alike.stage == TALKED:
            go(g.TALK)
            return nodes, arrows, ""
        lost = self._place_of_loss(alike.stage, here)
        if lost and lost not in nodes:
            go(lost)
        return nodes, arrows, lost

    def _closed(self, hours: str) -> str:
        """Where the closed door leads: the arrow that was drawn last."""
        return [arrow.target for arrow in self.graph.out(hours)][-1]

    def _node(self, state: str, what: str) -> str:
        """The menu or queue of the route; a name that the exchange did not tell is the first one. "" = not on it."""
        kind = g.MENU if state == "ivr" else g.QUEUE
        nodes = self.graph.of_kind(kind)
        if not what:
            return nodes[0].key if nodes else ""
        by_key = (node.key for node in nodes if node.code == what)
        by_name = (node.key for node in nodes if kind == g.QUEUE and node.title in self.queue_names.get(what, ()))
        return next(by_key, next(by_name, ""))

    def _place_of_loss(self, stage: str, here: str) -> str:
        if stage not in CallLoss.values:
            return ""
        if stage == CallLoss.OFF_HOURS:
            return self.graph.of_kind(g.HOURS)[0].key
        kind = self.graph.nodes[here].kind
        if stage == CallLoss.DROPPED_IN_TALK:
            return g.TALK if g.TALK in self.graph.nodes else here
        if stage in _IN_MENU and kind != g.MENU:
            return self._node("ivr", "") or here
        if stage in (CallLoss.QUEUE_ABANDONED, CallLoss.QUEUE_OVERFLOW) and kind != g.QUEUE:
            return self._node("queued", "") or here
        if stage == CallLoss.RING_NO_ANSWER and kind != g.QUEUE:
            rung = next((node.key for node in self.graph.nodes.values() if node.kind in _RUNG), "")
            return rung or self._node("queued", "") or here
        return here

    def _way(self, source: str, target: str) -> list[tuple[str, str]]:
        """The arrows of a shortest way; [] when there is none."""
        came: dict[str, str] = {source: ""}
        waiting = deque([source])
        while waiting and target not in came:
            here = waiting.popleft()
            for arrow in self.graph.out(here):
                if arrow.target not in came:
                    came[arrow.target] = here
                    waiting.append(arrow.target)
        if target not in came or source == target:
            return []
        way, here = [], target
        while came[here]:
            way.append((came[here], here))
            here = came[here]
        return way[::-1]
