"""Who contacts the agency, when and how it goes: a seeded stream, the same for the same seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from random import Random

from perezvon.kit.worktime import WorkingTime

from . import company
from .company import CHANNELS, CODES, PRODUCTS, Channel, Trip

_WEEKDAY = (1.25, 1.1, 1.0, 1.0, 1.05, 0.55, 0.22)
_MONTH = (1.15, 1.0, 1.05, 1.1, 1.25, 1.3, 1.15, 0.95, 0.85, 0.8, 0.85, 1.1)
_HOUR = {
    8: 0.3,
    9: 0.7,
    10: 1.3,
    11: 1.5,
    12: 1.4,
    13: 1.2,
    14: 1.1,
    15: 1.2,
    16: 1.1,
    17: 1.0,
    18: 0.8,
    19: 0.45,
    20: 0.3,
    21: 0.15,
}
OPENS, CLOSES = 9, 19
_RETURNING = 0.17


@dataclass
class Human:
    """Somebody who may contact the agency again; ``deals`` counts his sales so far."""

    name: str
    phone: str
    email: str
    channel: Channel
    deals: int = 0
    seller: str = ""


@dataclass(frozen=True)
class Arrival:
    """One contact: a call with its fate, or a form."""

    at: datetime
    human: Human
    channel: Channel
    trip: Trip
    is_call: bool
    fate: str = ""
    wait: int = 0
    talk: int = 0
    later: tuple["Arrival", ...] = field(default=())
    outbound: bool = False


class Town:
    """The people who may call; numbers never repeat."""

    def __init__(self, random: Random, hours: WorkingTime) -> None:
        self.random, self.hours = random, hours
        self.taken, self.known = set[str](), list[Human]()

    def working(self, at: datetime) -> datetime:
        """The same moment when people work, else some minutes after the next opening."""
        if self.hours.is_open(at):
            return at
        return self.hours.add(at, self.random.randrange(300, 3000)).astimezone(at.tzinfo)

    def stranger(self, channel: Channel) -> Human:
        """A new human with a name, a number and perhaps an e-mail."""
        r = self.random
        surname = r.choice(company.SURNAMES)
        if r.random() < 0.56:
            name = f"{r.choice(company.WOMEN)} {feminine(surname)}"
        else:
            name = f"{r.choice(company.MEN)} {surname}"
        phone = self._number()
        email = f"client{len(self.taken)}@mail.example" if r.random() < 0.5 else ""
        return Human(name, phone, email, channel)

    def _number(self) -> str:
        while True:
            code = self.random.choices([c for c, _ in CODES], [w for _, w in CODES])[0]
            phone = f"+7{code}0{self.random.randrange(100_000, 1_000_000):06d}"
            if phone not in self.taken:
                self.taken.add(phone)
                return phone


def feminine(surname: str) -> str:
    """The surname of a woman: Орлов -> Орлова, Белкин -> Белкина."""
    return surname[:-2] + "ая" if surname.endswith(("ий", "ый")) else surname + "а"


def contacts(day: date, town: Town, scale: float, tz: tzinfo) -> Iterator[Arrival]:
    """All contacts of a day in order of time, callbacks and second tries included."""
    r = town.random
    expected = scale * _WEEKDAY[day.weekday()] * _MONTH[day.month - 1]
    count = max(0, round(r.gauss(expected, expected**0.5 * 0.8)))
    arrivals = [_one(day, town, tz) for _ in range(count)]
    everything = [*arrivals, *(later for first in arrivals for later in first.later)]
    return iter(sorted(everything, key=lambda a: (a.at, a.human.phone)))


def _one(day: date, town: Town, tz: tzinfo) -> Arrival:
    hour = town.random.choices(list(_HOUR), list(_HOUR.values()))[0]
    minute, second = town.random.randrange(60), town.random.randrange(60)
    return one_at(datetime.combine(day, time(hour, minute, second), tz), town)


def one_at(at: datetime, town: Town) -> Arrival:
    """One contact at a moment (local time), by somebody new or known."""
    r = town.random
    is_call = r.random() < 0.74
    channel = r.choices(CHANNELS, [c.calls if is_call else c.forms for c in CHANNELS])[0]
    trip = r.choices(PRODUCTS, [p.months[at.month - 1] for p in PRODUCTS])[0]
    buyers = [h for h in town.known[-400:] if h.deals]
    if buyers and r.random() < _RETURNING:
        human = r.choice(buyers)
    else:
        human = town.stranger(channel)
        town.known.append(human)
    if not is_call:
        return Arrival(at, human, channel, trip, is_call=False)
    return _call(at, human, channel, trip, town)


def _call(at: datetime, human: Human, channel: Channel, trip: Trip, town: Town) -> Arrival:
    fate, wait, talk = _fate(at, town)
    later = _second_try(at, human, channel, trip, town) if fate != "answered" else ()
    return Arrival(at, human, channel, trip, True, fate, wait, talk, later)


def _fate(at: datetime, town: Town) -> tuple[str, int, int]:
    """How a call goes: (kind for the exchange, seconds waited, seconds talked)."""
    r = town.random
    if not town.hours.is_open(at):
        return "off_hours", 8, 0
    crowd = _HOUR.get(at.hour, 0.5) * _WEEKDAY[at.weekday()]
    chances = {
        "answered": 78.0,
        "lines_busy": 0.6 * crowd,
        "ivr_hangup": 3.5,
        "ivr_no_choice": 2.2,
        "queue_abandoned": 5.5 * crowd,
        "queue_timeout": 1.2 * crowd,
        "no_answer": 3.2,
        "dropped": 1.6,
    }
    fate = r.choices(list(chances), list(chances.values()))[0]
    wait = {
        "answered": r.randrange(6, 45),
        "queue_abandoned": r.randrange(12, 150),
        "queue_timeout": 180,
        "no_answer": 40,
    }
    talk = int(r.lognormvariate(5.1, 0.6)) if fate == "answered" else 3 if fate == "dropped" else 0
    return fate, wait.get(fate, r.randrange(4, 20)), talk


def _second_try(at: datetime, human: Human, channel: Channel, trip: Trip, town: Town) -> tuple[Arrival, ...]:
    """After a lost call: we call back, the client calls again, or nobody does."""
    r = town.random
    dice = r.random()
    if dice < 0.5:
        moment = town.working(at + timedelta(minutes=r.randrange(4, 75)))
        talk = int(r.lognormvariate(4.9, 0.5)) if r.random() < 0.78 else 0
        return (Arrival(moment, human, channel, trip, True, "outbound", r.randrange(8, 25), talk, outbound=True),)
    if dice < 0.66 and town.hours.is_open(at) and at.hour < CLOSES - 2:
        moment = at + timedelta(minutes=r.randrange(3, 60))
        talk = int(r.lognormvariate(5, 0.5))
        return (Arrival(moment, human, channel, trip, True, "answered", r.randrange(5, 40), talk),)
    return ()
