"""What would happen to a call, told step by step without making it. Pure; words are in the reader's language.

The steps are those of the generated dialplan (pbx/generate/routes.py and queueing.py), in its order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perezvon.kit import phones
from perezvon.web.words import duration

from ..models import Way
from ..pbx.generate.ways import spare_queue
from ..pbx.plan import Line, Menu, Plan, Queue, destination

ANSWERED, IN_VAIN, NOBODY, FULL = "answered", "in_vain", "nobody", "full"
GOOD, BAD, PLAIN = "good", "bad", "plain"
_MOST_HOPS = 20


@dataclass(frozen=True, slots=True)
class Try:
    """The call that is imagined.

    ``keys`` are pressed one after another, the rest is silence; ``queue`` is how queues and telephones behave;
    ``manager`` is the client's own manager with an internal number ("" = none).
    """

    is_open: bool
    is_blocked: bool = False
    manager: str = ""
    keys: str = ""
    queue: str = ANSWERED


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence; ``icon`` names its picture, ``tone`` is good, bad or plain."""

    words: str
    icon: str
    tone: str = PLAIN


def walk(line: Line, plan: Plan, imagined: Try, queue_words: Callable[[int], list[str]]) -> list[Step]:
    """The steps of the call; ``queue_words(id)`` tells what a queue does to those who wait."""
    return list(_Walk(line, plan, imagined, queue_words).steps())


class _Walk:
    def __init__(self, line: Line, plan: Plan, imagined: Try, queue_words: Callable[[int], list[str]]) -> None:
        self.line, self.plan, self.imagined, self.queue_words = line, plan, imagined, queue_words
        self.keys, self.hops = list(imagined.keys), 0

    def steps(self) -> Iterator[Step]:
        line, plan = self.line, self.plan
        if not line.is_enabled:
            yield Step(_("The line is not in use: the call is refused."), "phone-off", BAD)
            return
        if self.imagined.is_blocked:
            yield Step(_("The caller is on the blacklist: the call ends at once."), "ban", BAD)
            return
        if not self.imagined.is_open:
            yield Step(_("It is closed."), "clock-pause", BAD)
            yield from self._go(line.closed_to)
            return
        yield Step(_("It is open."), "clock")
        notice = next((one.name for one in plan.sounds if one.id == line.notice and one.file), "")
        if notice:
            yield Step(_("He hears: “%(name)s”.") % {"name": notice}, "volume")
        if line.is_sticky and self.imagined.manager:
            span = duration(line.sticky_seconds)
            words = _("First his own manager is rung for %(span)s: %(name)s.") % {
                "span": span,
                "name": self.imagined.manager,
            }
            yield Step(words, "user-check")
            if self.imagined.queue == ANSWERED:
                yield _talk()
                return
            yield Step(_("No answer; the call goes on."), "phone-x")
        yield from self._go(line.open_to)

    def _go(self, text: str) -> Iterator[Step]:
        told = destination(text)
        self.hops += 1
        if self.hops > _MOST_HOPS:
            yield Step(_("The call goes round in circles; the exchange breaks it off."), "alert-triangle", BAD)
        elif told is None or told.way == Way.HANGUP:
            yield Step(_("The call ends."), "phone-off", BAD)
        elif told.way == Way.CALLBACK:
            yield Step(_("A voice promises to call back, and a task is made of it."), "phone-call")
        elif told.way == Way.MENU:
            menu = self.plan.menu(told.pk)
            yield from self._menu(menu) if menu else self._go("hangup")
        elif told.way == Way.QUEUE:
            queue = self.plan.queue(told.pk)
            yield from self._queue(queue) if queue else self._go("hangup")
        elif told.way == Way.MANAGER:
            yield from self._manager()
        else:
            yield from self._ring(told.way, told.what)

    def _menu(self, menu: Menu) -> Iterator[Step]:
        said = next((one.name for one in self.plan.sounds if one.id == menu.prompt and one.file), "")
        words = _("Menu “%(menu)s” says: “%(name)s”.") if said else _("Menu “%(menu)s” says nothing.")
        yield Step(words % {"menu": menu.name, "name": said}, "sitemap")
        if not self.keys:
            yield self._silence(menu)
            yield from self._go(menu.on_silence)
            return
        digit = self.keys.pop(0)
        key = next((one for one in menu.keys if one.digit == digit), None)
        if key is not None:
            label = f" ({key.label})" if key.label else ""
            yield Step(_("He presses %(key)s.") % {"key": digit + label}, "hand-click")
            yield from self._menu(menu) if key.destination == Way.REPEAT else self._go(key.destination)
        elif menu.on_wrong in ("", Way.REPEAT):
            yield Step(
                _("He presses %(key)s: there is no such key, the menu says so.") % {"key": digit}, "hand-click", BAD
            )
            yield from self._menu(menu) if self.keys else self._after_wrong(menu)
        else:
            yield Step(_("He presses %(key)s: a wrong key.") % {"key": digit}, "hand-click", BAD)
            yield from self._go(menu.on_wrong)

    def _after_wrong(self, menu: Menu) -> Iterator[Step]:
        yield self._silence(menu)
        yield from self._go(menu.on_silence)

    def _silence(self, menu: Menu) -> Step:
        words = ngettext(
            "He presses nothing: it is said %(count)s time, %(span)s of waiting.",
            "He presses nothing: it is said %(count)s times, %(span)s of waiting each.",
            menu.attempts,
        )
        return Step(words % {"count": menu.attempts, "span": duration(menu.wait_seconds)}, "clock-pause", BAD)

    def _queue(self, queue: Queue) -> Iterator[Step]:
        yield Step(_("Queue “%(name)s”.") % {"name": queue.name or queue.key}, "users-group")
        state = NOBODY if not self.plan.members(queue) else self.imagined.queue
        if state == FULL and queue.most_waiting:
            yield Step(_("It is full."), "clock-pause", BAD)
            yield from self._go(queue.on_full)
        elif state == NOBODY:
            yield Step(_("Nobody is at a telephone."), "user-x", BAD)
            yield from self._go(queue.on_nobody)
        else:
            for words in self.queue_words(queue.id)[:1]:
                yield Step(words, "phone-calling")
            if state == ANSWERED:
                yield _talk()
                return
            words = _("He waits for %(span)s in vain.") % {"span": duration(queue.most_wait_seconds)}
            yield Step(words, "clock-pause", BAD)
            yield from self._go(queue.on_wait)

    def _manager(self) -> Iterator[Step]:
        spare = spare_queue(self.plan, self.line.department).removeprefix("queue-")
        if self.imagined.manager:
            yield Step(_("His own manager is rung: %(name)s.") % {"name": self.imagined.manager}, "user-check")
            if self.imagined.queue == ANSWERED:
                yield _talk()
                return
        else:
            yield Step(_("He has no manager with a telephone."), "user-question")
        yield from self._go(f"queue:{spare}" if spare.isdecimal() else "callback")

    def _ring(self, way: str, what: str) -> Iterator[Step]:
        person = self.plan.person(int(what)) if way == Way.PERSON else None
        if way == Way.PERSON and person is None:
            yield Step(_("The employee has no telephone here: the call ends."), "phone-off", BAD)
            return
        name = person.name if person else phones.pretty(what)
        span = duration(self.plan.node.number("person_seconds"))
        yield Step(_("Rings %(name)s for %(span)s.") % {"name": name, "span": span}, "phone-calling")
        if self.imagined.queue == ANSWERED:
            yield _talk()
        else:
            yield Step(_("No answer: the call ends."), "phone-off", BAD)


def _talk() -> Step:
    return Step(_("Somebody answers: they talk."), "messages", GOOD)
