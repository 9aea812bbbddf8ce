"""Nodes and arrows of a number's route, out of the exchange's plan. Pure; words are in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from perezvon.kit import phones
from perezvon.web.words import duration

from ..models import Way
from ..pbx.generate.ways import spare_queue
from ..pbx.plan import Line, Menu, Plan, Queue, destination

LINE, HOURS, STICKY, MENU, QUEUE = "line", "hours", "sticky", "menu", "queue"
PERSON, NUMBER, MANAGER, PROMISE, BYE, TALK = "person", "number", "manager", "promise", "bye", "talk"
ENDS = (PROMISE, BYE, TALK)
PLAIN, GOOD, AWAY = "plain", "good", "away"  # the tone of an arrow: on, to a conversation, past it


@dataclass(frozen=True, slots=True)
class Node:
    """A place of the route; ``pk`` is the row's id, ``code`` its name in calls (a menu's or a queue's key)."""

    key: str
    kind: str
    title: str
    words: str = ""
    pk: int = 0
    code: str = ""


@dataclass(slots=True)
class Arrow:
    """From a node to another one; several reasons for one arrow stand in one label."""

    source: str
    target: str
    labels: list[str] = field(default_factory=list)
    tone: str = PLAIN

    @property
    def label(self) -> str:
        """All reasons, briefly."""
        return ", ".join(label for label in self.labels if label)


class Graph:
    """The route of one number."""

    def __init__(self, line: Line, plan: Plan) -> None:
        self.line, self.plan = line, plan
        self.nodes: dict[str, Node] = {}
        self.arrows: dict[tuple[str, str], Arrow] = {}
        self.first = self._line()

    def out(self, key: str) -> Iterator[Arrow]:
        """Arrows that leave a node."""
        return (arrow for (source, _target), arrow in self.arrows.items() if source == key)

    def of_kind(self, kind: str) -> list[Node]:
        """Nodes of a kind in the order in which a caller may meet them."""
        return [node for node in self.nodes.values() if node.kind == kind]

    def _arrow(self, source: str, target: str, label: str = "", tone: str = PLAIN) -> None:
        arrow = self.arrows.setdefault((source, target), Arrow(source, target, tone=tone))
        if label not in arrow.labels:
            arrow.labels.append(label)

    def _add(self, node: Node) -> bool:
        """Whether the node is new."""
        is_new = node.key not in self.nodes
        self.nodes.setdefault(node.key, node)
        return is_new

    def _line(self) -> str:
        line, start = self.line, f"{LINE}-{self.line.id}"
        notice = next((one.name for one in self.plan.sounds if one.id == line.notice and one.file), "")
        words = _("says first: %(name)s") % {"name": notice} if notice else line.name
        self._add(Node(start, LINE, phones.pretty(line.number), words, line.id))
        calendar = self.plan.calendar(line.calendar)
        hours = f"{HOURS}-{line.id}"
        self._add(
            Node(hours, HOURS, _("Working hours"), calendar.name if calendar else "", calendar.id if calendar else 0)
        )
        self._arrow(start, hours)
        opened = hours
        if line.is_sticky:
            opened = f"{STICKY}-{line.id}"
            words = _("rung for %(span)s") % {"span": duration(line.sticky_seconds)}
            self._add(Node(opened, STICKY, _("Own manager"), words, line.id))
            self._arrow(hours, opened, pgettext("hours", "open"))
            self._arrow(opened, self._talk(), _("answered"), GOOD)
        label = pgettext("hours", "open") if opened == hours else _("no manager or no answer")
        self._arrow(opened, self.place(line.open_to, opened), label)
        self._arrow(hours, self.place(line.closed_to, hours), pgettext("hours", "closed"), AWAY)
        return start

    def _talk(self) -> str:
        self._add(Node(TALK, TALK, _("Conversation")))
        return TALK

    def place(self, text: str, here: str) -> str:
        """The node behind a destination, with everything that follows it; made when it is met first."""
        told = destination(text)
        if told is None or told.way == Way.HANGUP:
            return self._end(BYE, _("The call ends"))
        if told.way == Way.REPEAT:
            return here
        if told.way == Way.CALLBACK:
            return self._end(PROMISE, _("Promise to call back"))
        if told.way == Way.MENU:
            menu = self.plan.menu(told.pk)
            return self._menu(menu) if menu else self._end(BYE, _("The call ends"))
        if told.way == Way.QUEUE:
            queue = self.plan.queue(told.pk)
            return self._queue(queue) if queue else self._end(BYE, _("The call ends"))
        return self._somebody(told.way, told.what)

    def _end(self, kind: str, title: str) -> str:
        self._add(Node(kind, kind, title))
        return kind

    def _somebody(self, way: str, what: str) -> str:
        """One person, an outside number or whoever is the client's manager."""
        span = _("rung for %(span)s") % {"span": duration(self.plan.node.number("person_seconds"))}
        if way == Way.MANAGER:
            node = Node(MANAGER, MANAGER, _("The client's own manager"), span)
        elif way == Way.PERSON:
            person = self.plan.person(int(what))
            node = Node(f"{PERSON}-{what}", PERSON, person.name if person else "—", span, int(what))
        else:
            node = Node(f"{NUMBER}-{what}", NUMBER, phones.pretty(what), _("outside number"))
        if self._add(node):
            self._arrow(node.key, self._talk(), _("answered"), GOOD)
            if way == Way.MANAGER:
                spare = spare_queue(self.plan, self.line.department)
                pk = spare.removeprefix("queue-")
                self._arrow(
                    node.key, self.place(f"queue:{pk}" if pk.isdecimal() else "callback", node.key), _("no answer")
                )
        return node.key

    def _menu(self, menu: Menu) -> str:
        key = f"{MENU}-{menu.id}"
        said = next((one.name for one in self.plan.sounds if one.id == menu.prompt and one.file), _("says nothing"))
        if not self._add(Node(key, MENU, menu.name, said, menu.id, menu.key)):
            return key
        for one in menu.keys:
            to = self.place(one.destination, key)
            if to != key:
                self._arrow(key, to, f"{one.digit} {one.label}".strip())
        to = self.place(menu.on_silence, key)
        if to != key:
            self._arrow(key, to, _("silence"), AWAY)
        if menu.on_wrong not in ("", Way.REPEAT):
            self._arrow(key, self.place(menu.on_wrong, key), _("wrong key"), AWAY)
        return key

    def _queue(self, queue: Queue) -> str:
        key = f"{QUEUE}-{queue.id}"
        people = len(self.plan.members(queue))
        words = _("people: %(count)s, %(span)s each") % {"count": people, "span": duration(queue.ring_seconds)}
        if not self._add(Node(key, QUEUE, queue.name or queue.key, words, queue.id, queue.key)):
            return key
        self._arrow(key, self._talk(), _("answered"), GOOD)
        wait = _("after %(span)s") % {"span": duration(queue.most_wait_seconds)}
        ways = [(queue.on_wait, wait), (queue.on_nobody, _("nobody is there"))]
        ways += [(queue.on_full, _("it is full"))] if queue.most_waiting else []
        for text, label in ways:
            to = self.place(text, key)
            if to != key:
                self._arrow(key, to, label, AWAY)
        return key
