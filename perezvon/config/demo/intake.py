"""Handing contacts to the product the way the outside world does: exchange events and form posts."""

from collections.abc import Iterable
from datetime import timedelta
from random import Random

from perezvon.marketing.actions.intake import accept
from perezvon.telephony.testing import MangoEvent, mango_call, store_events

from . import company
from .arrivals import Arrival
from .founding import Founded

_MENU = 8


def send(arrivals: Iterable[Arrival], founded: Founded, random: Random) -> None:
    """Bring everything in at the moments it happened."""
    events: list[MangoEvent] = []
    for arrival in arrivals:
        if arrival.is_call:
            events += call_events(arrival, founded, random)
        else:
            post(arrival, founded, random)
    store_events(founded.provider, events)


def call_events(arrival: Arrival, founded: Founded, random: Random) -> list[MangoEvent]:
    """What the exchange tells of one call; operators and free sellers answer."""
    kind = arrival.fate
    if arrival.outbound and not arrival.talk:
        kind = "outbound_no_answer"
    return mango_call(
        kind,
        caller=arrival.human.phone,
        line=arrival.channel.line,
        started_at=arrival.at,
        extension=_who(arrival, founded, random),
        talk=arrival.talk,
        wait=arrival.wait,
        menu=random.randrange(4, 16) if kind.startswith("ivr") else _MENU,
    )


def _who(arrival: Arrival, founded: Founded, random: Random) -> str:
    if arrival.human.seller:
        return arrival.human.seller
    if arrival.outbound or random.random() < 0.35:
        return random.choice([user.extension for user in founded.operators()])
    sellers = founded.sellers()[1:]
    return random.choices([user.extension for user, _ in sellers], [member.skill**2 for _, member in sellers])[0]


def post(arrival: Arrival, founded: Founded, random: Random) -> None:
    """One form of the site, with its tags."""
    channel, human = arrival.channel, arrival.human
    names = ("utm_source", "utm_medium", "utm_campaign")
    fields = {
        "name": human.name if random.random() < 0.9 else human.name.split()[0],
        "phone": spelled(human.phone, random),
        "email": human.email,
        "message": random.choice(company.QUESTIONS),
        "landing_page": f"https://{company.DOMAIN}/{random.choice(('', 'tours', 'hot', 'cruises'))}",
        "referrer": "https://search.example/" if channel.utm[1] == "cpc" else "",
        **{name: value for name, value in zip(names, channel.utm, strict=True) if value},
    }
    key = f"demo-{arrival.at:%Y%m%d%H%M%S}-{human.phone[-6:]}"
    accept(founded.form, fields, at=arrival.at, idempotency_key=key)


def spelled(phone: str, random: Random) -> str:
    """A number as people type it."""
    a, b, c, d = phone[2:5], phone[5:8], phone[8:10], phone[10:]
    return random.choice(
        (f"+7 ({a}) {b}-{c}-{d}", f"8 {a} {b} {c} {d}", f"8{a}{b}{c}{d}", f"+7{a}{b}{c}{d}", f"{a}{b}{c}{d}")
    )


def end_of(arrival: Arrival) -> timedelta:
    """How long the contact lasts."""
    return timedelta(seconds=_MENU + arrival.wait + arrival.talk)
