"""What a setting will do to a caller, in words."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perezvon.web.words import duration

from .destinations import Book
from .models import Queue

_SHOWN = 6


def of_queue(queue: Queue, book: Book) -> list[str]:
    """What happens to a caller of a queue, sentence by sentence; its members are read with their people."""
    return list(_of_queue(queue, book))


def _of_queue(queue: Queue, book: Book) -> Iterator[str]:
    groups = _by_skill(queue, book)
    if not groups:
        yield _("Nobody is in it: every caller goes straight on to: %(place)s.") % {
            "place": _place(queue.on_nobody, book)
        }
        return
    yield _ringing(queue, groups)
    yield from _meanwhile(queue)
    wait = duration(queue.most_wait_seconds)
    yield _("After %(wait)s of waiting: %(place)s.") % {"wait": wait, "place": _place(queue.on_wait, book)}
    yield _("When nobody is at a telephone: %(place)s.") % {"place": _place(queue.on_nobody, book)}
    if queue.most_waiting:
        yield ngettext(
            "When %(count)s caller waits already: %(place)s.",
            "When %(count)s callers wait already: %(place)s.",
            queue.most_waiting,
        ) % {"count": queue.most_waiting, "place": _place(queue.on_full, book)}
    yield from _recording(queue)


def _by_skill(queue: Queue, book: Book) -> list[list[str]]:
    """Names of the members who have telephones, the most skilled first, equals together."""
    members = sorted(queue.members.all(), key=lambda one: (-one.skill, one.pk))
    able = [one for one in members if one.user_id in book.people]
    return [[one.user.name for one in equal] for _skill, equal in groupby(able, key=lambda one: one.skill)]


def _ringing(queue: Queue, groups: list[list[str]]) -> str:
    people = _("; when they are busy: ").join(_names(group) for group in groups)
    words = {
        Queue.Strategy.RINGALL: _("Rings all at once for %(ring)s: %(people)s."),
        Queue.Strategy.LEASTRECENT: _("Rings whoever has been free longest, %(ring)s each: %(people)s."),
        Queue.Strategy.FEWESTCALLS: _("Rings whoever had the fewest calls, %(ring)s each: %(people)s."),
        Queue.Strategy.RRMEMORY: _("Rings in turn, %(ring)s each: %(people)s."),
        Queue.Strategy.RANDOM: _("Rings somebody by chance, %(ring)s each: %(people)s."),
    }
    return words[Queue.Strategy(queue.strategy)] % {"ring": duration(queue.ring_seconds), "people": people}


def _names(names: Iterable[str]) -> str:
    """Names with commas; many of them are counted."""
    names = list(names)
    if len(names) <= _SHOWN:
        return ", ".join(names)
    rest = len(names) - _SHOWN
    more = ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": rest}
    return ", ".join(names[:_SHOWN]) + " " + more


def _meanwhile(queue: Queue) -> Iterator[str]:
    if queue.says_position:
        yield _("Tells the caller his place every %(span)s.") % {"span": duration(queue.says_every_seconds)}
    if queue.callback_key:
        yield _("Key %(key)s: he hangs up, keeps his place and is called back.") % {"key": queue.callback_key}


def _place(text: str, book: Book) -> str:
    return book.name(text) if text else _("the call ends")


def _recording(queue: Queue) -> Iterator[str]:
    if not queue.is_recorded:
        yield _("The conversation is not recorded.")
    elif queue.keep_days:
        yield ngettext(
            "The conversation is recorded and kept for %(count)s day.",
            "The conversation is recorded and kept for %(count)s days.",
            queue.keep_days,
        ) % {"count": queue.keep_days}
    else:
        yield _("The conversation is recorded and kept for good.")
