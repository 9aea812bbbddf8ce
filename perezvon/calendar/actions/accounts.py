"""Calendars at other services: connected, chosen, paused, disconnected; what to do with what was deleted there."""

from datetime import datetime
from typing import Any

from django.db import transaction

from perezvon.crm import actions as crm
from perezvon.crm.models import Task
from perezvon.journey.actions import record

from .. import facts
from ..caldav import Client, Collection
from ..models import CalendarAccount, CalendarLink, OutsideFile
from ..secrets import opened, sealed

MOST = 5
URLS = {"yandex": "https://caldav.yandex.ru/", "mailru": "https://calendar.mail.ru/"}


class TooMany(Exception):
    """A person has as many accounts as there may be."""


def client_of(account: CalendarAccount) -> Client:
    """The way to its server. ValueError when the password cannot be opened."""
    return Client(account.url, account.login, opened(bytes(account.secret), account.user_id))


def look(url: str, login: str, password: str) -> list[Collection]:
    """The calendars that a login has, asked before anything is kept. DavError."""
    return Client(url, login, password).calendars()


@transaction.atomic
def connect(
    user: Any,
    *,
    service: str,
    url: str,
    login: str,
    password: str,
    calendar: Collection,
    with_names: bool,
    at: datetime,
) -> CalendarAccount:
    """Keep a calendar equal with ours from now on. TooMany."""
    if CalendarAccount.objects.visible_to(user).count() >= MOST:
        raise TooMany
    account = CalendarAccount.objects.create(
        user=user, service=service, url=url, login=login, secret=sealed(password, user.pk), calendar_url=calendar.url,
        calendar_name=calendar.name[:200], with_names=with_names, next_at=at, created_at=at,
    )  # fmt: skip
    record(facts.ACCOUNT_ADDED, at=at, by=user, owner_id=user.pk, name=str(account))
    return account


def renew(account: CalendarAccount, password: str, *, at: datetime) -> None:
    """Another password, and at once another try. Not worth a fact."""
    CalendarAccount.objects.filter(pk=account.pk).update(
        secret=sealed(password, account.user_id), is_paused=False, failures=0, error="", next_at=at
    )


def pause(account: CalendarAccount, is_paused: bool, *, at: datetime) -> None:
    """Stop looking there, or look there again at once. Not worth a fact."""
    CalendarAccount.objects.filter(pk=account.pk).update(is_paused=is_paused, failures=0, next_at=at)


@transaction.atomic
def disconnect(account: CalendarAccount, *, by: Any, at: datetime) -> None:
    """Forget a calendar with everything that was read there; what we wrote there stays there."""
    record(facts.ACCOUNT_REMOVED, at=at, by=by, owner_id=account.user_id, name=str(account))
    OutsideFile.objects.filter(account=account).delete()
    account.delete()


@transaction.atomic
def settle(link: CalendarLink, what: str, *, by: Any, at: datetime) -> None:
    """A task was deleted in the other calendar: "again" puts it there anew, "off" leaves it out of there, "slot" takes
    its time away here too, "cancel" takes the task back. ValueError for other words.
    """
    task = link.task
    if what == "off":
        link.kept_off = True
        link.save(update_fields=["kept_off"])
    elif what == "again":
        link.delete()
    elif what == "slot":
        link.delete()
        if task is not None:
            crm.set_slot(task, None, None, by=by, at=at)
    elif what == "cancel":
        link.delete()
        if task is not None:
            crm.cancel_task(Task.objects.get(pk=task.pk), by=by, at=at)
    else:
        raise ValueError(what)
    CalendarAccount.objects.filter(pk=link.account_id).update(next_at=at)
