"""A company with a row of every noun that programs can read, made by the rooms' own actions where that is short."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from perezvon.api.actions import add_webhook
from perezvon.api.models import Attempt, Delivery
from perezvon.billing.actions import receive_payment
from perezvon.crm import actions as crm
from perezvon.crm.actions import consents, custom, merging, tags, wishes
from perezvon.crm.actions.client_files import add_file
from perezvon.crm.models import (
    CadenceBreach,
    ClientGroup,
    CompanyPair,
    CustomField,
    DealLine,
    DuplicatePair,
    GroupMember,
    Import,
    LostReason,
    Product,
    SegmentMove,
    Tie,
    TieKind,
)
from perezvon.lists.actions.selections import add_selection, pick
from perezvon.lists.actions.views import add_view
from perezvon.lists.models import Export
from perezvon.marketing.actions import add_form, add_source, assign_line, set_utm_rule
from perezvon.marketing.models import Submission
from perezvon.staff.actions import set_absence, set_presence
from perezvon.staff.actions.calendars import add_calendar, set_holiday
from perezvon.staff.models import WorkCalendar
from perezvon.staff.testing import JOINED
from perezvon.telephony.actions.blocking import block_number
from perezvon.telephony.actions.providers import add_provider
from perezvon.telephony.models import (
    Call,
    CallbackRequest,
    Dialling,
    Extension,
    Line,
    Provider,
    QualityScore,
    Queue,
    QueueMember,
    Recording,
)
from perezvon.tickets.actions import complaints
from perezvon.tickets.models import (
    AssignRule,
    ChecklistItem,
    ComplaintWord,
    Contact,
    Handout,
    LadderStep,
    LostCall,
    QueueSeat,
    SlaClock,
    SlaPolicy,
    Ticket,
    TicketPause,
    TicketQueue,
)

LATER = JOINED + timedelta(hours=1)


def every_noun(admin: Any) -> None:
    """Make one row, or a few, of every noun."""
    said: dict[str, Any] = {"by": admin, "at": JOINED}
    source = add_source("Search", channel="ads", **said)
    firm = crm.add_company(name="Firm", inn="7700000016", phones=["+74950210001"], responsible=admin, **said)
    nina = crm.add_person(name="Nina", phones=["+74950210077"], emails=["n@x.example"], company_id=firm.pk, source_id=source.pk, responsible=admin, **said)  # fmt: skip
    twin = crm.add_person(name="Nina P.", phones=["+74950210078"], responsible=admin, **said)
    gone = crm.add_person(name="N. Petrova", responsible=admin, **said)
    merging.merge_people(nina, gone, **said)
    _companies(admin, firm)
    DuplicatePair.objects.create(first=nina, second=twin, score=90, reasons=["near"], at=JOINED)
    product, _made = Product.objects.get_or_create(name="Tours")
    LostReason.objects.get_or_create(name="Too dear")
    deal = crm.open_deal(person=nina, title="A tour", amount=Decimal("50000"), product=product, **said)
    crm.set_task(kind="call", title="Call", deadline=LATER, deal=deal, **said)
    crm.add_note(deal, "Likes the sea, +7 916 123-45-67", **said)
    receive_payment(deal, Decimal("1000.50"), **said)
    CadenceBreach.objects.create(person=nina, responsible=admin, segment="gold", days=30, since=JOINED, at=LATER)
    SegmentMove.objects.create(person=nina, was="occasional", now="gold", revenue=1, at=JOINED)
    Import.objects.create(title="clients.xlsx", at=JOINED, by=admin)
    _of_lists(admin, nina.pk)
    _about(admin, nina, firm, deal)
    _time(admin)
    set_presence(admin, "available", **said)
    call = _telephony(admin, nina)
    _tickets(admin, nina, source, call)
    form = add_form("Ask us", key="ask", source=source, **said)
    Submission.objects.create(form=form, received_at=JOINED, idempotency_key="1", name="Nina", phone="+74950210077", fields={"a": "b"})  # fmt: skip
    hook = add_webhook(admin, "Hook", "https://example.com/", ["deal."], **said)
    sent = Delivery.objects.create(webhook=hook, fact_id=1, kind="deal.won", key="d1", body="{}", made_at=JOINED, queued_at=JOINED, due_at=JOINED)  # fmt: skip
    Attempt.objects.create(delivery=sent, at=JOINED, milliseconds=5, status=200)
    assign_line("+74950210000", source, **said)
    set_utm_rule(source, utm_source="yandex", **said)


def _companies(admin: Any, firm: Any) -> None:
    said: dict[str, Any] = {"by": admin, "at": JOINED}
    near, same = (crm.add_company(name=name, responsible=admin, **said) for name in ("Firm Ltd", "The Firm"))
    CompanyPair.objects.create(first=firm, second=near, score=90, reasons=["near"], at=JOINED)
    merging.merge_companies(firm, same, **said)


def _time(admin: Any) -> None:
    """A calendar with a holiday, and somebody away."""
    said: dict[str, Any] = {"by": admin, "at": JOINED}
    calendar = WorkCalendar.objects.first() or add_calendar(
        "Office", {"0": [["09:00", "18:00"]]}, time_zone="Europe/Moscow", **said
    )
    set_holiday(calendar, date(2026, 8, 3), name="Moving", **said)
    set_absence(user=admin, kind="trip", first=date(2026, 8, 4), last=date(2026, 8, 5), **said)


def _care(admin: Any, nina: Any, ticket: Ticket) -> None:
    """A queue with its rules, promises with a clock, a complaint that is made good."""
    said: dict[str, Any] = {"by": admin, "at": JOINED}
    queue = TicketQueue.objects.create(name="Everything")
    QueueSeat.objects.create(queue=queue, user=admin, skills=["visas"])
    AssignRule.objects.create(queue=queue, name="In turn", way="turn")
    Handout.objects.create(ticket=ticket, queue=queue, user=admin, at=JOINED)
    policy = SlaPolicy.objects.create(name="Fast", first_minutes=15)
    LadderStep.objects.create(policy=policy, kind="first", minutes=-5, to="own")
    SlaClock.objects.create(
        ticket=ticket, kind="first", policy=policy, started_at=JOINED, seconds=900, deadline_at=LATER
    )
    TicketPause.objects.create(ticket=ticket, why="Passport", by=admin, since=JOINED, until=LATER)
    reason, kind = (ComplaintWord.objects.filter(kind=one).first() or ComplaintWord.objects.create(kind=one, name=one) for one in ("reason", "given"))  # fmt: skip
    complaint = complaints.open_complaint(reason=reason, text="Late", severity="minor", person=nina, **said)
    complaints.compensate(complaint, kind=kind, amount=Decimal(500), **said)
    complaints.answer(complaint, text="Sorry", way="call", **said)


def _about(admin: Any, nina: Any, firm: Any, deal: Any) -> None:
    said: dict[str, Any] = {"by": admin, "at": JOINED}
    tags.mark(nina, ["VIP"], **said)
    custom.save_field(CustomField(noun="person", kind="text", label="Passport"), **said)
    DealLine.objects.create(deal=deal, title="A visa", price=100)
    consents.give(nina, "ads", channel="call", evidence="said so", given_at=JOINED, **said)
    add_file(nina, "passport.txt", BytesIO(b"A passport"), **said)
    wishes.add_wish(nina, text="The mountains", return_on=date(2027, 1, 1), **said)
    kind = TieKind.objects.filter(between="work").first() or TieKind.objects.create(
        between="work", word="a", other_word="b"
    )
    Tie.objects.create(kind=kind, person=nina, other_company=firm, at=JOINED)
    GroupMember.objects.create(group=ClientGroup.objects.create(name="Regulars", at=JOINED), person=nina, since=JOINED)


def _of_lists(admin: Any, person: int) -> None:
    told = {"where": {"field": "region", "op": "filled"}, "columns": ["name"]}
    add_view("people", "With a region", told, by=admin, at=JOINED)
    pick(add_selection("people", "Monday", by=admin, at=JOINED), [person], by=admin, at=JOINED)
    Export.objects.create(listing="people", reason="A report", count=1, by=admin, at=JOINED)


def _telephony(admin: Any, nina: Any) -> Call:
    provider = Provider.objects.get(pk=add_provider("mango", "Mango", at=JOINED)["id"])
    call = Call.objects.create(
        provider=provider, key="1", direction="in", state="ended", phone="+74950210077", person=nina, line="+74950210000",
        user=admin, started_at=JOINED, answered_at=JOINED, ended_at=LATER, stage="talked",
    )  # fmt: skip
    Recording.objects.create(call=call, provider=provider, key="r1", made_at=JOINED)
    queue = Queue.objects.create(provider=provider, key="q", name="Sales")
    QueueMember.objects.create(queue=queue, user=admin)
    CallbackRequest.objects.create(call=call, provider=provider, queue=queue, person=nina, phone="+74950210077", joined_at=JOINED, asked_at=JOINED)  # fmt: skip
    Extension.objects.create(provider=provider, number="201", user=admin)
    Line.objects.create(number="+74950210000", name="Main", provider=provider)
    Dialling.objects.create(user=admin, provider=provider, token="1" * 32, phone="+74950210077", person=nina, at=JOINED)
    QualityScore.objects.create(call=call, user=admin, by=admin, at=JOINED, total=80)
    block_number("+79160000009", "Spam", by=admin, at=JOINED)
    return call


def _tickets(admin: Any, nina: Any, source: Any, call: Call) -> None:
    ticket = Ticket.objects.create(
        channel="call", person=nina, source=source, responsible=admin, opened_at=JOINED, last_contact_at=JOINED,
        changed_at=JOINED,
    )  # fmt: skip
    Contact.objects.create(ticket=ticket, kind="call", ref_id=call.pk, direction="in", at=JOINED)
    LostCall.objects.create(
        ticket=ticket, began_at=JOINED, lost_at=JOINED, last_at=JOINED, stage="L05", window_until=LATER
    )
    _care(admin, nina, ticket)
    ChecklistItem.objects.get_or_create(step="dialled", text="Ask the name")
