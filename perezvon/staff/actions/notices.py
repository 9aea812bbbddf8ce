"""Telling a person something: the product's only way to do it.

notify([anna, boris], kind=QUEUE_JAM, title=_("Seven clients wait"), url="/wallboard/", level="urgent", at=at,
       key="queue:5")
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.functional import Promise

from perezvon.journey.actions import NewFact, record, record_many

from .. import facts, notices
from ..delivery import forgotten
from ..jobs import deliver
from ..models import Notice, NoticeChoice, NoticeDelivery, PushDevice, QuietTimes, User
from ..notices import MAIL, PUSH, SCREEN
from ..pushing import check
from ..webpush import check_keys

Words = str | Promise | Callable[[], object]
WINDOW = timedelta(hours=1)
KEPT = timedelta(days=90)
DEVICES = 10


@transaction.atomic
def notify(
    users: Iterable[User | int],
    *,
    kind: str,
    title: Words,
    text: Words = "",
    url: str = "",
    level: str = Notice.Level.INFO,
    at: datetime,
    key: str = "",
    within: timedelta = WINDOW,
    ways: Iterable[str] | None = None,
    by: User | None = None,
) -> list[Notice]:
    """Tell these people something, each by the ways and at the times he has chosen; the notices made.

    ``kind`` is declared (``notices.declare``). ``title`` and ``text`` are put into each person's language: give lazy
    translations, or a function when there are placeholders to fill in. ``url`` is a path of the product. Of one
    ``key`` a person hears once ``within`` the window. ``ways`` stand for the kind's own, not for a
    person's choice. People who left are skipped. What goes outside is sent after the commit. LookupError for an undeclared kind, ValueError for an unknown level or an address that is not ours.
    """
    declared, level = notices.kind(kind), Notice.Level(level).value
    if url and (not url.startswith("/") or url.startswith(("//", "/\\"))):
        raise ValueError(f"{url!r} is no page of the product")
    people = _people(users)
    if key:
        told = set(
            Notice.objects.filter(user__in=people, key=key, at__gt=at - within).values_list("user_id", flat=True)
        )
        people = {pk: user for pk, user in people.items() if pk not in told}
    if not people:
        return []
    plan = _Plan(people, declared, level, at, ways)
    new = [_notice(user, plan, kind=kind, level=level, url=url, key=key, at=at, words=(title, text)) for user in people.values()]  # fmt: skip
    Notice.objects.bulk_create(new)
    User.objects.filter(pk__in=people).update(unseen_notices=F("unseen_notices") + 1)
    plan.send(new)
    record_many(
        NewFact(facts.NOTICE_SENT, at, by_id=by.pk if by else None, owner_id=one.user_id,
                department_id=people[one.user_id].department_id,
                details={"name": people[one.user_id].name, "kind": kind, "level": level})
        for one in new
    )  # fmt: skip
    return new


def _people(users: Iterable[User | int]) -> dict[int, User]:
    """Those who work here, locked in the order of ids: two notices of one key come one after the other."""
    ids = {user if isinstance(user, int) else user.pk for user in users}
    locked = User.objects.working().select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {user.pk: user for user in locked}


def _notice(user: User, plan: "_Plan", *, words: tuple[Words, Words], **fields: Any) -> Notice:
    with translation.override(user.language):
        title, text = (str(each() if callable(each) else each) for each in words)
    return Notice(user=user, title=title[:200], text=text, is_loud=plan.is_loud(user.pk), **fields)


class _Plan:
    """By which ways, and when, each of these people hears of this kind."""

    def __init__(
        self, people: dict[int, User], kind: notices.Kind, level: str, at: datetime, ways: Iterable[str] | None
    ) -> None:
        self.people, self.at, self.usual = people, at, kind.ways if ways is None else tuple(ways)
        chosen = NoticeChoice.objects.filter(user__in=people, kind=kind.name).values_list("user_id", "ways")
        self.chosen = dict(chosen)
        self.quiet: dict[int, datetime] = {}
        for times in QuietTimes.objects.filter(user__in=people).select_related("user"):
            passes = level == Notice.Level.URGENT and times.urgent_passes
            until = None if passes else times.quiet.until(at)
            if until:
                self.quiet[times.user_id] = until

    def ways(self, user_id: int) -> Iterable[str]:
        return self.chosen.get(user_id, self.usual)

    def is_loud(self, user_id: int) -> bool:
        """Whether it pops up on his screen: a person in front of it is not asleep, but may have muted everything."""
        return SCREEN in self.ways(user_id) and user_id not in self.quiet

    def send(self, new: list[Notice]) -> None:
        """Write the deliveries down and give them to the jobs, which start after the commit."""
        pushed = [one.user_id for one in new if PUSH in self.ways(one.user_id)]
        devices: dict[int, list[PushDevice]] = {}
        for device in PushDevice.objects.filter(user__in=pushed):
            devices.setdefault(device.user_id, []).append(device)
        rows = []
        for one in new:
            due = self.quiet.get(one.user_id, self.at)
            rows += [NoticeDelivery(notice=one, way=PUSH, device=d, due_at=due) for d in devices.get(one.user_id, ())]
            if MAIL in self.ways(one.user_id) and self.people[one.user_id].email:
                rows.append(NoticeDelivery(notice=one, way=MAIL, due_at=due))
        for row in NoticeDelivery.objects.bulk_create(rows):
            deliver.configure(schedule_at=row.due_at).defer(delivery=row.pk)


@transaction.atomic
def see(user: User, *, at: datetime, only: Iterable[int] | None = None) -> int:
    """The person has looked at his notices (``only`` these, or all); how many of them were new to him."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    unseen = Notice.objects.visible_to(user).unseen()
    count = (unseen if only is None else unseen.filter(pk__in=list(only))).update(seen_at=at)
    if count:
        User.objects.filter(pk=user.pk).update(unseen_notices=F("unseen_notices") - count)
        user.unseen_notices = max(0, user.unseen_notices - count)
        record(facts.NOTICE_SEEN, at=at, by=user, owner_id=user.pk, department_id=user.department_id, count=count)
    return count


@transaction.atomic
def choose_ways(user: User, ways: Mapping[str, Iterable[str]]) -> None:
    """Keep by which ways the person wants which kinds. LookupError, ValueError for unknown ones. Not worth a fact."""
    for name, chosen in ways.items():
        known = notices.kind(name)
        if set(chosen) - notices.WAYS.keys():
            raise ValueError(f"no such way: {sorted(chosen)}")
        wanted = [way for way in notices.WAYS if way in set(chosen)]
        if set(wanted) == set(known.ways):
            NoticeChoice.objects.filter(user=user, kind=name).delete()
        else:
            NoticeChoice.objects.update_or_create(user=user, kind=name, defaults={"ways": wanted})


def set_quiet(user: User, **times: Any) -> QuietTimes:
    """Keep the person's quiet times: fields of ``QuietTimes``. Not worth a fact."""
    return QuietTimes.objects.update_or_create(user=user, defaults=times)[0]


@transaction.atomic
def add_device(user: User, *, endpoint: str, p256dh: str, auth: str, name: str = "", at: datetime) -> PushDevice:
    """A browser of this person may be pushed; the same browser again only changes its keys and its person.

    Beyond ``DEVICES`` the oldest one goes. OutgoingError for an address that is not public, ValueError for keys
    that no browser has.
    """
    check(endpoint)
    check_keys(p256dh, auth)
    fields = {"user": user, "p256dh": p256dh, "auth": auth, "name": name[:80], "added_at": at}
    device = PushDevice.objects.update_or_create(endpoint=endpoint, defaults=fields)[0]
    for old in user.push_devices.all()[DEVICES:]:
        old.delete()
    return device


def remove_device(device: PushDevice) -> None:
    """This browser is not pushed any more."""
    device.delete()


@transaction.atomic
def sweep(*, at: datetime) -> int:
    """Delete notices that were seen long ago; how many. Unseen ones stay."""
    return Notice.objects.filter(seen_at__lt=at - KEPT).delete()[1].get("staff.Notice", 0)


def give_again(*, at: datetime) -> int:
    """Give deliveries whose job was lost to the jobs once more; how many."""
    lost = forgotten(at=at)
    for pk in lost:
        deliver.defer(delivery=pk)
    return len(lost)
