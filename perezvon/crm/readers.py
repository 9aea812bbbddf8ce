"""What this room does when its time comes."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from perezvon.journey.models import Due, Fact
from perezvon.journey.registry import OUTSIDE, SLOW, loop, reader, schedule, timer
from perezvon.kit import clock

from .actions import audit, imports, relocation
from .actions.breaches import note_breaches
from .actions.cadence import plan_contacts
from .actions.company_duplicates import find_company_pairs
from .actions.digest import tell_days
from .actions.duplicates import find_pairs
from .actions.forgotten import tell_forgotten
from .actions.life import LIFE, touch_deals
from .actions.own_segments import count_all
from .actions.people import touch_people
from .actions.reminders import TIMER as REMINDERS
from .actions.reminders import ring
from .actions.segments import recount
from .actions.series import end_of_deals, extend
from .actions.snoozing import TIMER as SNOOZE
from .actions.snoozing import snoozes_over
from .actions.tasks import OVERDUE, note_overdue
from .actions.waits import TIMER as WAIT
from .actions.waits import client_came, waits_over
from .actions.watching import tell_given, tell_hard, tell_watchers
from .actions.wishes import bring_back
from .custom.sql import keep_indexes
from .models import Company, Person
from .vocabulary import learn


@timer(WAIT)
def end_waiting(dues: Sequence[Due], at: datetime) -> None:
    """A deal has waited long enough."""
    waits_over([int(due.key) for due in dues], at=at)


@timer(SNOOZE)
def end_snoozes(dues: Sequence[Due], at: datetime) -> None:
    """What was put off comes back into the inbox."""
    snoozes_over([int(due.key) for due in dues], at=at)


@timer(OVERDUE)
def tell_overdue(dues: Sequence[Due], at: datetime) -> None:
    """A deadline has passed: say so unless the task is done or was put off."""
    late = note_overdue([int(due.key) for due in dues], at=at)
    extend([task.series_id for task in late], done=None, at=at)
    tell_hard(late, at=at)


@timer(REMINDERS)
def remind(dues: Sequence[Due], at: datetime) -> None:
    """Reminders are due."""
    ring([int(due.key) for due in dues], at=at)


@reader("crm.given", kinds=("task.set", "task.handed"), acts=True)
def hear_of_given(facts: Sequence[Fact]) -> None:
    """Who was given a task by somebody else is told."""
    tell_given(facts)


@reader("crm.watchers", kinds=("task.done", "task.moved", "task.handed", "task.overdue"), acts=True)
def hear_of_watched(facts: Sequence[Fact]) -> None:
    """Who watches a task is told what became of it."""
    tell_watchers(facts)


@schedule("crm.days", every=300)
def tell_of_days(at: datetime) -> None:
    """At nine in the morning everybody gets the list of his day."""
    tell_days(at=at)


@reader("crm.contacts", kinds=("call.ended", "form.submitted"))
def note_contacts(facts: Sequence[Fact]) -> None:
    """The last contact of everybody who called, was called or wrote."""
    ordered = [fact for fact in sorted(facts, key=lambda each: each.at) if fact.person_id]
    touch_people({fact.person_id: fact.at for fact in ordered if fact.person_id})
    theirs = [fact for fact in ordered if fact.kind != "call.ended" or fact.details.get("direction") == "in"]
    client_came({fact.person_id: fact.at for fact in theirs if fact.person_id})


@reader("crm.series_of_deals", kinds=("deal.won", "deal.lost"), acts=True)
def end_with_deals(facts: Sequence[Fact]) -> None:
    """What was repeated for a deal ends with it."""
    end_of_deals({fact.deal_id for fact in facts}, at=max(fact.at for fact in facts))


@reader("crm.life", kinds=LIFE, lane=SLOW, acts=True)
def note_life(facts: Sequence[Fact]) -> None:
    """When something was last done about a deal."""
    touch_deals({fact.deal_id: fact.at for fact in sorted(facts, key=lambda each: each.at) if fact.deal_id})


@reader(
    "crm.words",
    kinds=("person.added", "person.entered", "person.changed", "company.added", "company.changed"),
    lane=SLOW,
)
def learn_names(facts: Sequence[Fact]) -> None:
    """New names come into the vocabulary that mistyped searches are mended with."""
    people = Person.objects.filter(pk__in={fact.person_id for fact in facts if fact.person_id})
    companies = Company.objects.filter(pk__in={fact.company_id for fact in facts if fact.company_id})
    learn([*people.values_list("name", flat=True), *companies.values_list("name", flat=True)])


@loop("crm.imports", lane=OUTSIDE)
def bring_in() -> int:
    """The next batch of an import."""
    return imports.work(clock.now())


@loop("crm.relocations", lane=OUTSIDE)
def move_in() -> int:
    """The next page of a move from another CRM."""
    return relocation.work(clock.now())


@loop("crm.custom_indexes", lane=OUTSIDE)
def index_own_fields() -> int:
    """Indexes of fields that the company has just made or put away."""
    return keep_indexes(clock.now())


@schedule("crm.forgotten", every=24 * 3600)
def tell_of_forgotten(at: datetime) -> None:
    """Once a day: open deals for which nothing is planned."""
    tell_forgotten(at=at)


@schedule("crm.duplicates", every=24 * 3600)
def look_for_duplicates(at: datetime) -> None:
    """Once a day: pairs of people, and of companies, that may be one."""
    find_pairs(at=at)
    find_company_pairs(at=at)


@schedule("crm.segments", every=24 * 3600)
def count_segments(at: datetime) -> None:
    """Once a day every client is put into his segments, wishes and who is out of his rhythm become tasks; then the audit."""
    recount(at=at)
    count_all(at=at)
    bring_back(at=at, today=timezone.localdate(at))
    plan_contacts(at=at, today=timezone.localdate(at))
    note_breaches(at=at, today=timezone.localdate(at))
    audit.count(at=at)
