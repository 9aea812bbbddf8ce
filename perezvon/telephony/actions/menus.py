"""Voice menus: what is said, what each key does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts
from ..destinations import AFTER_MENU, Book
from ..models import Menu, MenuKey, Prompt, Provider, Way
from . import checks
from .changes import change
from .keys import free_key

DIGITS = "1234567890*#"
_LIMITS = {"wait_seconds": (1, 60), "attempts": (1, 9)}


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is set: the digit, what it is for, where it leads."""

    digit: str
    destination: str
    label: str = ""


@transaction.atomic
def add_menu(
    provider: Provider, name: str, *, keys: Iterable[Key] = (), by: Any = None, at: datetime, **values: Any
) -> Menu:
    """Add a node of the voice menu with its keys. ValidationError names the field, a key as ``key_1``."""
    menu = Menu(provider=provider, key=free_key(Menu.objects.filter(provider=provider), name, "", 40))
    keys = list(keys)
    _check(menu, {**values, "name": name}, keys)
    menu.name = name.strip()
    for column, value in values.items():
        setattr(menu, column, value)
    menu.save()
    _set_keys(menu, keys)
    record(facts.MENU_ADDED, at=at, by=by, department_id=provider.department_id, name=menu.name)
    return menu


@transaction.atomic
def change_menu(menu: Menu, *, keys: Iterable[Key] | None = None, by: Any = None, at: datetime, **values: Any) -> Menu:
    """Change a menu; ``keys`` replace all of them (None = they stay). ValidationError as in ``add_menu``."""
    keys = None if keys is None else list(keys)
    _check(menu, values, keys or [])
    changes = change(menu, values)
    if keys is not None and (told := _set_keys(menu, keys)):
        changes["keys"] = told
    if changes:
        told_of = {"name": menu.name, "changes": changes}
        record(facts.MENU_CHANGED, at=at, by=by, department_id=menu.provider.department_id, **told_of)
    return menu


@transaction.atomic
def remove_menu(menu: Menu, *, by: Any = None, at: datetime) -> None:
    """Take a menu away. ValidationError when calls are still sent to it."""
    checks.refuse_if_used(f"{Way.MENU}:{menu.pk}")
    record(facts.MENU_REMOVED, at=at, by=by, department_id=menu.provider.department_id, name=menu.name)
    menu.delete()


def _set_keys(menu: Menu, keys: list[Key]) -> list[Any]:
    """Replace the keys; [before, after] as lists of texts, [] when nothing differs."""
    before = [Key(one.digit, one.destination, one.label) for one in menu.keys.all()]
    after = sorted(keys, key=lambda key: key.digit)
    if before == after:
        return []
    menu.keys.all().delete()
    MenuKey.objects.bulk_create(
        MenuKey(menu=menu, digit=key.digit, label=key.label[:80], destination=key.destination) for key in after
    )
    return [[f"{key.digit}={key.destination} {key.label}".strip() for key in each] for each in (before, after)]


def _check(menu: Menu, values: dict[str, Any], keys: list[Key]) -> None:
    checks.one_line(values, "name")
    checks.ranges(values, _LIMITS)
    book = Book(menu.provider_id)
    leads = {f"key_{key.digit}": key.destination for key in keys}
    checks.places(book, {**values, **leads}, AFTER_MENU, "on_silence", "on_wrong", *leads)
    prompt: Prompt | None = values.get("prompt")
    if prompt is not None and prompt.use != Prompt.Use.PHRASE:
        raise ValidationError({"prompt": _("Music cannot be the phrase of a menu.")})
    if len(leads) != len(keys) or any(key.digit not in DIGITS or len(key.digit) != 1 for key in keys):
        raise ValidationError(_("Every key may be used once: 0-9, * and #."))
    for key in keys:
        checks.one_line({f"key_{key.digit}": key.label}, f"key_{key.digit}")
