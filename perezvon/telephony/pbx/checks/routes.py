"""Routes that lead nowhere, round in circles, or to nobody."""

import re
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext as _

from ..plan import Line, Menu, Plan, Queue, Way, destination
from .names import line_place, menu_place, queue_place
from .problem import Problem

_KEY = re.compile(r"[0-9*#]")
Edge = tuple[str, int]  # ("menu", 2) or ("queue", 5)


def look(plan: Plan) -> Iterator[Problem]:
    """Lines, menus, queues; then circles; then what no line leads to."""
    for line in plan.live_lines():
        yield from _line(line, plan)
    for menu in plan.menus:
        yield from _menu(menu, plan)
    for queue in plan.live_queues():
        yield from _queue(queue, plan)
    yield from _circles(plan)
    yield from _unused(plan)


def _wrong(text: str, plan: Plan, *, in_menu: bool = False) -> str:
    """Why a destination cannot be reached; "" when it can."""
    told = destination(text)
    if told is None:
        return _("“%(text)s” is no destination") % {"text": text[:32]}
    if told.way == Way.REPEAT and not in_menu:
        return _("only a menu can be repeated")
    if told.way == Way.MENU and plan.menu(told.pk) is None:
        return _("the menu it leads to is not there")
    if told.way == Way.QUEUE and plan.queue(told.pk) is None:
        return _("the queue it leads to is not there or out of use")
    if told.way == Way.PERSON and plan.person(told.pk) is None:
        return _("the employee it leads to has no telephone at this exchange")
    if told.way == Way.NUMBER and not plan.live_trunks():
        return _("it leads outside, but there is no trunk in use")
    return ""


def _line(line: Line, plan: Plan) -> Iterator[Problem]:
    place = line_place(line.name, line.number)
    for words, text in ((_("in working hours"), line.open_to), (_("off hours"), line.closed_to)):
        says = _wrong(text, plan) if text else _("it is not said where calls go")
        if says:
            yield Problem(place, f"{words}: {says}", "line", line.id)
    if line.calendar and plan.calendar(line.calendar) is None:
        yield Problem(place, _("its calendar is not there"), "line", line.id)


def _menu(menu: Menu, plan: Plan) -> Iterator[Problem]:
    place = menu_place(menu.name)
    if not plan.sound(menu.prompt):
        yield Problem(place, _("it says nothing: choose a phrase"), "menu", menu.id, is_warning=True)
    if not menu.on_silence or menu.on_silence == Way.REPEAT:
        yield Problem(place, _("it has no exit: say what happens when nothing is pressed"), "menu", menu.id)
    elif says := _wrong(menu.on_silence, plan):
        yield Problem(place, f"{_('when nothing is pressed')}: {says}", "menu", menu.id)
    if menu.on_wrong and (says := _wrong(menu.on_wrong, plan, in_menu=True)):
        yield Problem(place, f"{_('when a wrong key is pressed')}: {says}", "menu", menu.id)
    for key in menu.keys:
        words = _("key %(digit)s") % {"digit": key.digit}
        if not _KEY.fullmatch(key.digit):
            yield Problem(place, _("a telephone has no key “%(digit)s”") % {"digit": key.digit}, "menu", menu.id)
        says = _wrong(key.destination, plan, in_menu=True) if key.destination else _("it leads nowhere")
        if says:
            yield Problem(place, f"{words}: {says}", "menu", menu.id)
    if len({key.digit for key in menu.keys}) < len(menu.keys):
        yield Problem(place, _("a key is there twice"), "menu", menu.id)


def _queue(queue: Queue, plan: Plan) -> Iterator[Problem]:
    place = queue_place(queue.name, queue.key)
    if not queue.members:
        yield Problem(place, _("nobody answers it"), "queue", queue.id)
    elif not plan.members(queue):
        yield Problem(place, _("none of its people has a telephone at this exchange"), "queue", queue.id)
    ways = (
        (_("when the wait is over"), queue.on_wait),
        (_("when nobody is there"), queue.on_nobody),
        (_("when it is full"), queue.on_full),
    )
    for words, text in ways:
        if text and (says := _wrong(text, plan)):
            yield Problem(place, f"{words}: {says}", "queue", queue.id)
    if queue.callback_key and not _KEY.fullmatch(queue.callback_key):
        yield Problem(place, _("a telephone has no key “%(digit)s”") % {"digit": queue.callback_key}, "queue", queue.id)
    if queue.callback_key and not plan.live_trunks():
        yield Problem(place, _("it promises to call back, but there is no trunk in use"), "queue", queue.id)


def _circles(plan: Plan) -> Iterator[Problem]:
    """A caller who does nothing must come out somewhere; a caller for whom nobody is there, too."""
    silent = _Walk(plan, lambda menu: menu.on_silence, lambda queue: "")
    for menu in plan.menus:
        if silent.returns(("menu", menu.id)):
            yield Problem(menu_place(menu.name), _("who presses nothing goes round in circles"), "menu", menu.id)
    for pick in (lambda queue: queue.on_nobody, lambda queue: queue.on_full):
        walk = _Walk(plan, lambda menu: "", pick)
        for queue in plan.live_queues():
            if walk.returns(("queue", queue.id)):
                says = _("it overflows into itself: the call would go round in circles")
                yield Problem(queue_place(queue.name, queue.key), says, "queue", queue.id)


class _Walk:
    """Follows one edge from each node."""

    def __init__(self, plan: Plan, of_menu: Callable[[Menu], str], of_queue: Callable[[Queue], str]) -> None:
        self.plan, self.of_menu, self.of_queue = plan, of_menu, of_queue

    def returns(self, start: Edge) -> bool:
        """Whether one comes back to where one started."""
        seen, here = set(), self._next(start)
        while here is not None and here not in seen:
            if here == start:
                return True
            seen.add(here)
            here = self._next(here)
        return False

    def _next(self, here: Edge) -> Edge | None:
        way, pk = here
        menu, queue = self.plan.menu(pk), self.plan.queue(pk)
        text = (
            self.of_menu(menu) if way == "menu" and menu else self.of_queue(queue) if way == "queue" and queue else ""
        )
        return _edge(text)


def _edge(text: str) -> Edge | None:
    told = destination(text)
    return (told.way, told.pk) if told and told.way in (Way.MENU, Way.QUEUE) and told.pk else None


def _unused(plan: Plan) -> Iterator[Problem]:
    """Menus and queues to which no line leads; only worth a word."""
    reached = _reached(plan)
    for menu in plan.menus:
        if ("menu", menu.id) not in reached:
            yield Problem(menu_place(menu.name), _("no line leads to it"), "menu", menu.id, is_warning=True)
    for queue in plan.live_queues():
        if ("queue", queue.id) not in reached:
            yield Problem(
                queue_place(queue.name, queue.key), _("no line leads to it"), "queue", queue.id, is_warning=True
            )


def _reached(plan: Plan) -> set[Edge]:
    waiting = [edge for line in plan.live_lines() for edge in _edges((line.open_to, line.closed_to))]
    reached: set[Edge] = set()
    while waiting:
        here = waiting.pop()
        if here in reached:
            continue
        reached.add(here)
        menu, queue = (plan.menu(here[1]), None) if here[0] == "menu" else (None, plan.queue(here[1]))
        if menu:
            waiting += _edges([menu.on_silence, menu.on_wrong, *(key.destination for key in menu.keys)])
        if queue:
            waiting += _edges([queue.on_wait, queue.on_nobody, queue.on_full])
    return reached


def _edges(texts: Iterable[str]) -> list[Edge]:
    return [edge for text in texts if (edge := _edge(text))]
