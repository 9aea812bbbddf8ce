"""Where a call may be sent: what the places are called, where their screens are, who leads to them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from perezvon.kit import phones
from perezvon.staff.models import User

from .models import Destination, Extension, Line, Menu, MenuKey, Queue, Way

# What may follow each place of a route. A menu is repeated only from inside a menu.
AFTER_HOURS = (Way.MENU, Way.QUEUE, Way.PERSON, Way.NUMBER, Way.MANAGER, Way.CALLBACK, Way.HANGUP)
AFTER_MENU = (*AFTER_HOURS[:-1], Way.REPEAT, Way.HANGUP)
AFTER_QUEUE = AFTER_HOURS
Choices = list[tuple[str, str | list[tuple[str, str]]]]


class Book:
    """The places of one exchange by id; each kind is read once, when it is first asked for."""

    def __init__(self, provider_id: int | None) -> None:
        self.provider_id = provider_id

    @cached_property
    def menus(self) -> dict[int, str]:
        """Names of menus."""
        return dict(Menu.objects.filter(provider=self.provider_id).values_list("pk", "name"))

    @cached_property
    def queues(self) -> dict[int, str]:
        """Names of the queues in use."""
        rows = Queue.objects.filter(provider=self.provider_id, is_enabled=True).order_by("name", "pk")
        return dict(rows.values_list("pk", "name"))

    @cached_property
    def people(self) -> dict[int, str]:
        """Names of those who have an internal number at the exchange."""
        rows = Extension.objects.filter(provider=self.provider_id, user__is_active=True).order_by("user__name")
        return {pk: f"{name}, {number}" for pk, name, number in rows.values_list("user_id", "user__name", "number")}

    @cached_property
    def _of_way(self) -> dict[str, dict[int, str]]:
        return {Way.MENU: self.menus, Way.QUEUE: self.queues, Way.PERSON: self.people}

    def knows(self, text: str) -> bool:
        """Whether the place is there."""
        try:
            place = Destination.of(text)
        except ValueError:
            return False
        return place.pk is None or place.pk in self._of_way[place.way]

    def name(self, text: str) -> str:
        """The place in words: "queue “Sales”"; a dash for none."""
        if not text:
            return "—"
        try:
            place = Destination.of(text)
        except ValueError:
            return text
        if place.pk is not None:
            found = self._of_way[place.way].get(place.pk) or self._gone(place)
            return _WITH_NAME[Way(place.way)](found)
        if place.way == Way.NUMBER:
            return _("number %(number)s") % {"number": phones.pretty(place.what)}
        return str(Way(place.way).label)

    def _gone(self, place: Destination) -> str:
        """The name of what is no longer offered: a queue out of use, somebody without a telephone."""
        kinds: dict[str, Any] = {Way.MENU: Menu, Way.QUEUE: Queue, Way.PERSON: User}
        found = kinds[place.way].objects.filter(pk=place.pk).values_list("name", flat=True).first()
        return found or pgettext("destination", "removed")

    def choices(self, ways: Iterable[Way]) -> Choices:
        """What a list of places offers, in groups; the number itself is typed beside the list."""
        groups: Choices = []
        simple: list[tuple[str, str]] = []
        for way in ways:
            if way in self._of_way:
                found = [(f"{way}:{pk}", name) for pk, name in self._of_way[way].items()]
                if found:
                    groups.append((str(_GROUPS[way]()), found))
            else:
                simple.append((way.value, str(way.label)))
        return [*groups, (_("Or else"), simple)]


_WITH_NAME = {
    Way.MENU: lambda name: _("menu “%(name)s”") % {"name": name},
    Way.QUEUE: lambda name: _("queue “%(name)s”") % {"name": name},
    Way.PERSON: lambda name: name,
}
_GROUPS = {Way.MENU: lambda: _("Voice menus"), Way.QUEUE: lambda: _("Queues"), Way.PERSON: lambda: _("Employees")}


def url_of(text: str) -> str:
    """The screen where the place is set; "" where it has none."""
    try:
        place = Destination.of(text)
    except ValueError:
        return ""
    names = {Way.MENU: "telephony:menu", Way.QUEUE: "telephony:pbx_queue"}
    if place.way in names:
        return reverse(names[Way(place.way)], args=[place.pk])
    return reverse("telephony:telephones") if place.way == Way.PERSON else ""


@dataclass(frozen=True, slots=True)
class Use:
    """Who leads to a place: the row's name in words and its screen."""

    name: str
    url: str


def uses_of(text: str) -> list[Use]:
    """Everything that sends calls to the place."""
    return list(_uses(text))


def _uses(text: str) -> Iterator[Use]:
    for line in Line.objects.filter(open_to=text) | Line.objects.filter(closed_to=text):
        yield Use(_("line %(name)s") % {"name": line}, reverse("telephony:line", args=[line.pk]))
    menus = Menu.objects.filter(on_silence=text) | Menu.objects.filter(on_wrong=text)
    for menu in menus | Menu.objects.filter(pk__in=MenuKey.objects.filter(destination=text).values("menu")):
        yield Use(_WITH_NAME[Way.MENU](menu.name), reverse("telephony:menu", args=[menu.pk]))
    queues = Queue.objects.filter(on_wait=text) | Queue.objects.filter(on_nobody=text)
    for queue in queues | Queue.objects.filter(on_full=text):
        yield Use(_WITH_NAME[Way.QUEUE](queue.name), reverse("telephony:pbx_queue", args=[queue.pk]))
