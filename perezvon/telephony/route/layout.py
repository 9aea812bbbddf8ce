"""Placing a route: layers from above to below, few crossings, long arrows led around. Pure geometry, pixels.

After Sugiyama, Tagawa and Toda (1981): break circles, take the longest way for the layer, put stand-ins where an arrow
passes a layer, sort each layer by the mean place of its neighbours, then give out coordinates.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

WIDTH, HEIGHT = 196, 96
GAP_X, GAP_Y, MARGIN, STAND_IN = 34, 78, 26, 84
_SWEEPS = 8
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """The upper left corner of a node, and its layer."""

    x: float
    y: float
    layer: int


@dataclass
class Layout:
    """Places of nodes, points of arrows (from the source's foot to the target's head), the size of the picture."""

    places: dict[str, Place] = field(default_factory=dict)
    points: dict[Pair, list[tuple[float, float]]] = field(default_factory=dict)
    back: set[Pair] = field(default_factory=set)
    width: float = 0
    height: float = 0


def lay_out(nodes: Iterable[str], arrows: Iterable[Pair]) -> Layout:
    """Place ``nodes`` (the first is the source) and lead ``arrows`` between them."""
    names, pairs = list(nodes), list(arrows)
    back = _back_arrows(names, pairs)
    down = [pair for pair in pairs if pair not in back]
    layer = _layers(names, down)
    chains = {pair: _chain(pair, layer) for pair in down}
    rows = _sorted_rows(names, layer, chains)
    layout = Layout(back=back)
    centres = _coordinates(rows, layout)
    for name in names:
        layout.places[name] = Place(centres[name] - WIDTH / 2, MARGIN + layer[name] * (HEIGHT + GAP_Y), layer[name])
    _lead(layout, chains, centres)
    return layout


def _back_arrows(names: list[str], pairs: list[Pair]) -> set[Pair]:
    """Arrows that close a circle, found by a walk in depth."""
    back, done, open_ = set[Pair](), set[str](), set[str]()

    def visit(name: str) -> None:
        open_.add(name)
        for source, target in pairs:
            if source == name and target in open_:
                back.add((source, target))
            elif source == name and target not in done:
                visit(target)
        open_.discard(name)
        done.add(name)

    for name in names:
        if name not in done:
            visit(name)
    return back


def _layers(names: list[str], down: list[Pair]) -> dict[str, int]:
    """The longest way from a source."""
    layer = dict.fromkeys(names, 0)
    for _round in names:
        for source, target in down:
            layer[target] = max(layer[target], layer[source] + 1)
    return layer


def _chain(pair: Pair, layer: dict[str, int]) -> list[str]:
    """The arrow with a stand-in for every layer that it passes."""
    source, target = pair
    between = [f"{source}>{target}>{n}" for n in range(layer[source] + 1, layer[target])]
    return [source, *between, target]


def _sorted_rows(names: list[str], layer: dict[str, int], chains: dict[Pair, list[str]]) -> list[list[str]]:
    rows: list[list[str]] = [[] for _n in range(max(layer.values(), default=0) + 1)]
    for name in names:
        rows[layer[name]].append(name)
    links: list[Pair] = []
    for (source, _target), chain in chains.items():
        for n, name in enumerate(chain[1:-1], layer[source] + 1):
            rows[n].append(name)
        links += zip(chain, chain[1:], strict=False)
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        order = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
        for n in order:
            _sort_row(rows, n, rows[n - 1] if downwards else rows[n + 1], links)
    return rows


def _sort_row(rows: list[list[str]], n: int, beside: list[str], links: list[Pair]) -> None:
    """By the mean place of the neighbours in the row beside; who has none stays about where he is."""
    place = {name: index for index, name in enumerate(beside)}
    present = {name: index for index, name in enumerate(rows[n])}

    def wish(name: str) -> float:
        near = [place[b if a == name else a] for a, b in links if name in (a, b) and (b if a == name else a) in place]
        return sum(near) / len(near) if near else float(present[name])

    rows[n].sort(key=lambda name: (wish(name), present[name]))


def _coordinates(rows: list[list[str]], layout: Layout) -> dict[str, float]:
    """Each row is spread about the middle of the widest one."""
    widths = [sum(_width(name) for name in row) + GAP_X * max(0, len(row) - 1) for row in rows]
    layout.width = max(widths, default=0) + 2 * MARGIN + STAND_IN
    layout.height = len(rows) * HEIGHT + (len(rows) - 1) * GAP_Y + 2 * MARGIN
    centres = {}
    for row, width in zip(rows, widths, strict=True):
        at = (layout.width - width) / 2
        for name in row:
            centres[name] = at + _width(name) / 2
            at += _width(name) + GAP_X
    return centres


def _width(name: str) -> float:
    return STAND_IN if ">" in name else WIDTH


def _lead(layout: Layout, chains: dict[Pair, list[str]], centres: dict[str, float]) -> None:
    """Points of the arrows; where several leave or reach a node they are spread along its side."""
    feet = _ports({pair: (pair[0], centres[chain[1]]) for pair, chain in chains.items()}, layout)
    heads = _ports({pair: (pair[1], centres[chain[-2]]) for pair, chain in chains.items()}, layout)
    for pair, chain in chains.items():
        source, target = layout.places[pair[0]], layout.places[pair[1]]
        between = []
        for n, name in enumerate(chain[1:-1], source.layer + 1):
            top = MARGIN + n * (HEIGHT + GAP_Y)
            between += [(centres[name], top), (centres[name], top + HEIGHT)]
        layout.points[pair] = [(feet[pair], source.y + HEIGHT), *between, (heads[pair], target.y)]
    for source_name, target_name in layout.back:
        source, target = layout.places[source_name], layout.places[target_name]
        right = max(source.x, target.x) + WIDTH + STAND_IN
        a, b = source.y + HEIGHT / 2, target.y + HEIGHT / 2
        layout.points[source_name, target_name] = [(source.x + WIDTH, a), (right, (a + b) / 2), (target.x + WIDTH, b)]


def _ports(wishes: dict[Pair, tuple[str, float]], layout: Layout) -> dict[Pair, float]:
    """x of every arrow at a node's side, in the order of where the arrows go."""
    at_node: dict[str, list[tuple[float, Pair]]] = {}
    for pair, (name, x) in wishes.items():
        at_node.setdefault(name, []).append((x, pair))
    found = {}
    for name, wanted in at_node.items():
        left, step = layout.places[name].x, WIDTH / (len(wanted) + 1)
        for n, (_x, pair) in enumerate(sorted(wanted), 1):
            found[pair] = left + n * step
    return found
