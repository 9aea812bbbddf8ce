"""Keeping another calendar equal with ours: first what changed there, then what changed here.

The rule of conflicts is by field: the time of a task comes from the calendar, everything else from here. Both sides
agreed last on the times kept in ``CalendarLink``, so whoever differs from them has changed something.
"""

import hashlib
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from perezvon.crm import actions as crm
from perezvon.crm.models import Task
from perezvon.staff import access
from perezvon.staff import reads as staff
from perezvon.staff.actions.notices import notify

from .. import ical, outside
from ..caldav import Client, Conflict, DavError, Missing
from ..caldav.xml import path_of
from ..models import CalendarAccount, CalendarLink, OutsideEvent, OutsideFile, SyncRun
from ..notices import FAILED, GONE, REFUSED
from .accounts import client_of

EVERY, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
RUNS_KEPT, MOST_WRITES, TELL_AFTER = 50, 200, 3
_PAGE = "/calendar/connections/"


def due(at: datetime) -> CalendarAccount | None:
    """The next account to look at, claimed: nobody else looks at it for some minutes. None = nothing to do."""
    rows = CalendarAccount.objects.filter(is_paused=False, next_at__lte=at, user__is_active=True)
    for pk, then in rows.order_by("next_at").values_list("pk", "next_at")[:5]:
        if CalendarAccount.objects.filter(pk=pk, next_at=then).update(next_at=at + 2 * EVERY):
            return CalendarAccount.objects.select_related("user").get(pk=pk)
    return None


def sync(account: CalendarAccount, *, at: datetime, client: Client | None = None) -> SyncRun:
    """Look at a calendar once and write down what came of it. Never raises for what a server does."""
    run = SyncRun(account=account, at=at)
    try:
        client = client or client_of(account)
        with translation.override(account.user.language):
            _pull(account, client, run, at)
            _push(account, client, run, at)
    except (DavError, ValueError) as error:
        run.error = str(getattr(error, "reason", error))[:300]
        _failed(account, run, at, is_denied=isinstance(error, DavError) and error.status == 401)
    else:
        fields = {"failures": 0, "error": "", "next_at": at + EVERY, "read_at": at}
        CalendarAccount.objects.filter(pk=account.pk).update(**fields)
    run.save()
    old = SyncRun.objects.filter(account=account).values_list("pk", flat=True)[RUNS_KEPT:]
    SyncRun.objects.filter(pk__in=list(old)).delete()
    return run


def _failed(account: CalendarAccount, run: SyncRun, at: datetime, *, is_denied: bool) -> None:
    """Try again later, each time later; without the right password not at all, until there is another."""
    failures = account.failures + 1
    later = at + min(EVERY * 2**failures, LONGEST_PAUSE)
    CalendarAccount.objects.filter(pk=account.pk).update(
        failures=failures, error=run.error, next_at=later, is_paused=is_denied
    )
    if is_denied or failures == TELL_AFTER:

        def words() -> str:
            return _("%(name)s cannot be reached: %(why)s") % {"name": str(account), "why": run.error}

        notify([account.user_id], kind=FAILED, title=words, url=_PAGE, at=at, key=f"calendar:{account.pk}")


# --- what changed there ---------------------------------------------------------------


def _pull(account: CalendarAccount, client: Client, run: SyncRun, at: datetime) -> None:
    links = {link.href: link for link in account.links.select_related("task")}
    files = {one.href: one for one in account.files.all()}
    changes = client.changes(account.calendar_url, account.sync_token)
    known = {one.href: one.etag for one in files.values()} | {one.href: one.etag for one in links.values()}
    wanted = [href for href, tag in changes.tags.items() if not tag or known.get(href) != tag]
    for href, (tag, text) in client.texts(account.calendar_url, wanted).items():
        run.pulled += 1
        _take(account, links.get(href), href, tag, text, run, at)
    gone = {href for href in known if href not in changes.tags} if changes.is_whole else changes.gone
    for href in sorted(gone):
        if href in links and links[href].gone_at is None:
            _gone(links[href], at)
        OutsideFile.objects.filter(account=account, href=href).delete()
    account.sync_token = changes.token[:500]
    CalendarAccount.objects.filter(pk=account.pk).update(sync_token=account.sync_token)
    _look_further(account, at)


@transaction.atomic
def _take(
    account: CalendarAccount, link: CalendarLink | None, href: str, tag: str, text: str, run: SyncRun, at: datetime
) -> None:
    """One event that changed there: a task of ours, or a thing of the person's own. What cannot be read is left out."""
    try:
        told = outside.read(text)
    except (ValueError, KeyError, TypeError, IndexError, OverflowError):
        return
    if link is None and told.uid.startswith("task-"):
        link = account.links.select_related("task").filter(uid=told.uid).first()
    if link is not None:
        link.href, link.etag, link.gone_at = href, tag[:200], None
        if told.starts_at and told.ends_at:
            _moved(account, link, told.starts_at, told.ends_at, run, at)
        else:
            link.digest = ""  # a whole day or a repetition: our time is written there again
        link.save()
        return
    file, _made = OutsideFile.objects.update_or_create(
        account=account, href=href,
        defaults={"etag": tag[:200], "text": text, "expanded_to": at + outside.WINDOW_AFTER},
    )  # fmt: skip
    _expand(account, file, told, at)


def _moved(
    account: CalendarAccount, link: CalendarLink, starts: datetime, ends: datetime, run: SyncRun, at: datetime
) -> None:
    """The calendar's time of a task counts, unless the task may not be put there: then ours is written there again."""
    if (starts, ends) == (link.starts_at, link.ends_at) or link.task is None:
        return
    is_same_else = link.digest == _digest(link.task, account)
    task = link.task
    try:
        if not access.allows(
            account.user, "task", "edit", owner_id=task.responsible_id, department_id=task.department_id
        ):
            raise crm.Refused
        with transaction.atomic():
            crm.set_slot(task, starts, ends, by=account.user, at=at)
    except crm.Refused as error:
        link.digest = ""
        title, why = link.task.title, str(error)
        notify(
            [account.user_id], kind=REFUSED, title=lambda: _("It stays where it was: %(title)s") % {"title": title},
            text=why, url=f"/tasks/{link.task.pk}/", at=at,
        )  # fmt: skip
        return
    link.starts_at, link.ends_at = starts, ends
    link.digest = _digest(link.task, account) if is_same_else else ""  # what changed here meanwhile is still to be told
    run.changed += 1


@transaction.atomic
def _gone(link: CalendarLink, at: datetime) -> None:
    """Deleted there: nothing is deleted here, the person is asked."""
    if link.task is None or link.task.done_at:
        link.delete()
        return
    link.gone_at = at
    link.save(update_fields=["gone_at"])
    title = link.task.title
    notify(
        [link.account.user_id], kind=GONE, title=lambda: _("Deleted in the other calendar: %(title)s") % {"title": title},
        text=lambda: _("Say what becomes of it."), url=_PAGE, at=at, key=f"gone:{link.pk}",
    )  # fmt: skip


def _expand(account: CalendarAccount, file: OutsideFile, told: outside.Read, at: datetime) -> None:
    """Write down when an event of the person's own takes place."""
    zone: ZoneInfo = staff.zone_of(account.user_id)
    try:
        times = outside.busy(told, file.text, at - outside.WINDOW_BEFORE, at + outside.WINDOW_AFTER, zone)
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, AttributeError):
        times = []  # a rule that cannot be counted
    OutsideEvent.objects.filter(file=file).delete()
    OutsideEvent.objects.bulk_create(
        OutsideEvent(
            file=file, user_id=account.user_id, starts_at=one.starts_at, ends_at=one.ends_at, title=one.title,
            is_all_day=one.is_all_day,
        )
        for one in times
    )  # fmt: skip


def _look_further(account: CalendarAccount, at: datetime) -> None:
    """Repeating events come into sight as time goes on."""
    near = at + outside.WINDOW_AFTER - timedelta(days=14)
    for file in account.files.filter(expanded_to__lt=near, text__contains="RRULE"):
        with transaction.atomic():
            _expand(account, file, outside.read(file.text), at)
            OutsideFile.objects.filter(pk=file.pk).update(expanded_to=at + outside.WINDOW_AFTER)


# --- what changed here ------------------------------------------------------------------


def _push(account: CalendarAccount, client: Client, run: SyncRun, at: datetime) -> None:
    links = {link.task_id: link for link in account.links.select_related("task") if link.task_id}
    tasks = {task.pk: task for task in ical.tasks_of(account.user, at, with_deadlines=False)}
    for task in tasks.values():
        link = links.get(task.pk)
        if run.pushed >= MOST_WRITES:
            return  # the rest at the next look
        if link is None and task.done_at is None and task.ends_at and task.ends_at > at - timedelta(days=1):
            run.pushed += _write(account, client, task, None, at)
        elif link is not None and not link.gone_at and not link.kept_off and link.digest != _digest(task, account):
            run.pushed += _write(account, client, task, link, at)
    for link in account.links.select_related("task"):
        if not _belongs(link.task, account):
            run.pushed += _erase(client, link)


def _belongs(task: Task | None, account: CalendarAccount) -> bool:
    return task is not None and task.responsible_id == account.user_id and task.starts_at is not None


def _digest(task: Task, account: CalendarAccount) -> str:
    """What would be written of a task; the same text needs no writing."""
    client = task.person.name if task.person and account.with_names else ""
    parts = (task.starts_at, task.ends_at, task.title, client, task.done_at is not None, account.with_names, task.kind)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _write(account: CalendarAccount, client: Client, task: Task, link: CalendarLink | None, at: datetime) -> int:
    """Write a task there; 1, or 0 when it was changed there meanwhile: then the next look reads it first."""
    uid = ical.uid_of(task.pk)
    href = link.href if link else f"{account.calendar_url.rstrip('/')}/{uid.partition('@')[0]}-{uid[-24:-9]}.ics"
    event = ical.event(task, base="", with_names=account.with_names, stamp=at)
    try:
        tag = client.put(href, ical.document("", [event]), link.etag if link else None)
    except (Conflict, Missing):
        if link is not None:
            CalendarLink.objects.filter(pk=link.pk).update(etag="")
        return 0
    fields = {
        "etag": tag[:200], "digest": _digest(task, account), "starts_at": task.starts_at, "ends_at": task.ends_at,
        "uid": uid,
    }  # fmt: skip
    if link is None:
        CalendarLink.objects.update_or_create(account=account, task=task, defaults={**fields, "href": path_of(href)})
    else:
        CalendarLink.objects.filter(pk=link.pk).update(**fields)
    return 1


def _erase(client: Client, link: CalendarLink) -> int:
    """Take away there what is no more here, or has gone to somebody else."""
    try:
        client.delete(link.href, link.etag)
    except Conflict:
        client.delete(link.href, "")  # whatever was changed there: the task is not his any more
    except Missing:
        pass
    link.delete()
    return 1
