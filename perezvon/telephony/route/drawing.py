"""A route as the page draws it: cards, arrows with their thickness, losses with the calls behind them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from perezvon.web.words import number, percent

from ..stages import stage_words
from . import graph as g
from .graph import Graph, Node
from .layout import HEIGHT, WIDTH, Layout, lay_out
from .traffic import Traffic

_THIN, _THICK = 1.6, 16.0
Point = tuple[float, float]
ICONS = {
    g.LINE: "phone-incoming", g.HOURS: "clock", g.STICKY: "user-check", g.MENU: "sitemap", g.QUEUE: "users-group",
    g.PERSON: "user", g.NUMBER: "phone-outgoing", g.MANAGER: "user-check", g.PROMISE: "phone-call", g.BYE: "phone-off",
    g.TALK: "messages",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loss:
    """Calls lost at a node at one stage; the address opens them."""

    words: str
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class Card:
    """A node on the picture. ``lost_share`` is of those who came to it, 0..1; ``leak`` is the width of the red stream."""

    node: Node
    icon: str
    url: str
    x: float
    y: float
    passed: int
    lost: int
    lost_share: float
    losses: tuple[Loss, ...]
    leak: float
    arrows: tuple["Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """An arrow: its SVG path, thickness, tone, label and where the label stands."""

    path: str
    width: float
    tone: str
    label: str
    count: int
    x: float
    y: float
    target: str
    tip: str = ""
    is_back: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that is drawn; sizes in pixels."""

    cards: tuple[Card, ...]
    lines: tuple[Line, ...]
    width: float
    height: float
    listed: tuple[Card, ...]
    card_width: int = WIDTH
    card_height: int = HEIGHT


def draw(graph: Graph, traffic: Traffic, since: date, *, links: bool) -> Picture:
    """The picture; ``links`` = whoever looks may open the settings."""
    layout = lay_out(graph.nodes, graph.arrows)
    lines = {pair: _line(pair, graph, traffic, layout) for pair in graph.arrows}
    cards = tuple(_card(node, graph, traffic, layout, since, links, lines) for node in graph.nodes.values())
    return Picture(cards, tuple(lines.values()), layout.width + _room(cards), layout.height, _from_above(cards))


def _from_above(cards: tuple[Card, ...]) -> tuple[Card, ...]:
    return tuple(sorted(cards, key=lambda card: (card.y, card.x)))


def _room(cards: tuple[Card, ...]) -> float:
    return 40 if any(card.leak for card in cards) else 0


def _card(
    node: Node, graph: Graph, traffic: Traffic, layout: Layout, since: date, links: bool, lines: dict[Any, Line]
) -> Card:
    lost, passed = traffic.lost.get(node.key, {}), traffic.passed[node.key]
    losses = tuple(
        Loss(str(stage_words(stage)), count, _calls_url(graph.line.number, stage, since))
        for stage, count in sorted(lost.items(), key=lambda one: -one[1])
    )
    total = sum(loss.count for loss in losses)
    share = total / passed if passed else 0.0
    leak = _thickness(total, traffic.total) if total else 0.0
    place = layout.places[node.key]
    out = tuple(line for (source, _target), line in lines.items() if source == node.key)
    return Card(
        node, ICONS[node.kind], _settings_url(node) if links else "", place.x, place.y, passed, total, share, losses, leak, out,
    )  # fmt: skip


def _calls_url(line: str, stage: str, since: date) -> str:
    asked = {"line": line, "stage": stage, "from": since.isoformat(), "show": "in"}
    return f"{reverse('telephony:calls')}?{urlencode(asked)}"


def _settings_url(node: Node) -> str:
    names = {
        g.LINE: "telephony:line",
        g.STICKY: "telephony:line",
        g.MENU: "telephony:menu",
        g.QUEUE: "telephony:pbx_queue",
    }
    if node.kind in names:
        return reverse(names[node.kind], args=[node.pk])
    if node.kind == g.HOURS and node.pk:
        return reverse("staff:calendar", args=[node.pk])
    return reverse("telephony:telephones") if node.kind in (g.PERSON, g.MANAGER) else ""


def _thickness(count: int, total: int) -> float:
    return round(_THIN + (_THICK - _THIN) * (count / total if total else 0), 1)


def _line(pair: tuple[str, str], graph: Graph, traffic: Traffic, layout: Layout) -> Line:
    arrow, points, count = graph.arrows[pair], layout.points[pair], traffic.along[pair]
    is_back = pair in layout.back
    width = _thickness(count, traffic.total)
    tip, points = _tip(points, width, is_back)
    x, y = points[1] if is_back else _middle(*points[:2]) if len(points) == 2 else _middle(*points[1:3])
    path = _back_path(points) if is_back else _path(points)
    target = graph.nodes[arrow.target].title
    return Line(path, width, arrow.tone, arrow.label, count, x, y, target, tip, is_back)


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _tip(points: list[Point], width: float, is_back: bool) -> tuple[str, list[Point]]:
    """The head of the arrow as a triangle, and the points of its shaft, which ends where the head begins."""
    half = max(4.5, width * 0.85)
    x, y = points[-1]
    if is_back:
        back = x + half * 1.2
        return f"M{x:.1f} {y:.1f}L{back:.1f} {y - half:.1f}V{y + half:.1f}Z", [*points[:-1], (back, y)]
    back = y - half * 1.2
    return f"M{x:.1f} {y:.1f}L{x - half:.1f} {back:.1f}H{x + half:.1f}Z", [*points[:-1], (x, back)]


def _path(points: list[Point]) -> str:
    """A smooth line that leaves downwards and arrives downwards."""
    parts = [f"M{points[0][0]:.1f} {points[0][1]:.1f}"]
    for (a, b), (c, d) in zip(points, points[1:], strict=False):
        bend = (d - b) / 2
        parts.append(
            f"L{c:.1f} {d:.1f}" if a == c else f"C{a:.1f} {b + bend:.1f} {c:.1f} {d - bend:.1f} {c:.1f} {d:.1f}"
        )
    return "".join(parts)


def _back_path(points: list[Point]) -> str:
    (a, b), (right, _y), (c, d) = points
    return f"M{a:.1f} {b:.1f}C{right:.1f} {b:.1f} {right:.1f} {d:.1f} {c:.1f} {d:.1f}"


def headline(traffic: Traffic) -> list[tuple[str, str, str]]:
    """(label, figure, tone) for the head of the page."""
    lost = sum(sum(one.values()) for one in traffic.lost.values())
    total = traffic.total or 1
    return [
        (_("calls"), number(traffic.total), ""),
        (_("talked"), f"{number(traffic.talked)} · {percent(traffic.talked / total)}", "good"),
        (pgettext("calls", "lost"), f"{number(lost)} · {percent(lost / total)}", "late"),
    ]
