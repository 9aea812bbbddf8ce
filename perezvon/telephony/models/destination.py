"""Where a call goes next: one short text that every node of a route uses, "queue:5", "menu:2", "hangup"."""

from dataclasses import dataclass
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Way(models.TextChoices):
    """What a destination may be; the first three carry the id of a row, ``number`` a telephone number in E.164."""

    MENU = "menu", _("voice menu")
    QUEUE = "queue", _("queue")
    PERSON = "person", _("employee")
    NUMBER = "number", _("outside number")
    MANAGER = "manager", _("the client's own manager")
    CALLBACK = "callback", _("promise to call back")
    REPEAT = "repeat", _("repeat the menu")
    HANGUP = "hangup", pgettext_lazy("route", "hang up")


WITH_ID = frozenset({Way.MENU, Way.QUEUE, Way.PERSON})
LIMIT = 32


@dataclass(frozen=True, slots=True)
class Destination:
    """A destination taken apart. ``what`` is the id of the row or the number; "" where there is none."""

    way: str
    what: str = ""

    @classmethod
    def of(cls, text: str) -> Self:
        """Read "queue:5". ValueError for an unknown way, or an id or number that is not there."""
        way, _colon, what = text.partition(":")
        if way not in Way.values:
            raise ValueError(f"{text!r} is no destination")
        if way in WITH_ID and not what.isdecimal():
            raise ValueError(f"{text!r} names no {way}")
        if way == Way.NUMBER and not what.removeprefix("+").isdecimal():
            raise ValueError(f"{text!r} names no number")
        return cls(way, what)

    def __str__(self) -> str:
        return f"{self.way}:{self.what}" if self.what else self.way

    @property
    def pk(self) -> int | None:
        """The id of the menu, queue or employee; None for the other ways."""
        return int(self.what) if self.way in WITH_ID else None


class DestinationField(models.CharField):
    """A column that keeps a destination; "" = none."""

    def __init__(self, *args: object, **options: object) -> None:
        options.setdefault("max_length", LIMIT)
        options.setdefault("blank", True)
        options.setdefault("default", "")
        super().__init__(*args, **options)  # type: ignore[arg-type]
