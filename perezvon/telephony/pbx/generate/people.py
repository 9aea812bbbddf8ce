"""Employees: ringing their telephones, what they dial."""

from ..plan import Person, Plan
from .text import NOT_TAKEN, Context

EMERGENCY = "112"
RING = "tTb(phone^s^1)U(answered)"


def contexts(plan: Plan) -> list[Context]:
    """Everything that begins or ends at an employee's telephone."""
    people = [person for person in plan.people if person.devices]
    return [
        _ring(people),
        _phones_of(people),
        _people(people, plan),
        _from_phones(people, plan),
        _transfer(people, plan),
    ]


def _ring(people: list[Person]) -> Context:
    """Gosub(ring,201,1(seconds)): all telephones of a person at once; returns when nobody took it."""
    context = Context("ring")
    for person in people:
        context.on(person.number, *_dial(person, f"${{ARG1}},{RING}"), ("none", "Return()"))
    return context


def _dial(person: Person, how: str) -> list[str]:
    """Ring the telephones of a person; of several only those that are connected."""
    if len(person.devices) == 1:
        return [f"Dial({person.watched},{how})"]
    contacts = [f"${{PJSIP_DIAL_CONTACTS({device.endpoint})}}" for device in person.devices]
    return [
        "Set(DIALSTATUS=CHANUNAVAIL)",
        f'GotoIf($["{"".join(contacts)}" = ""]?none)',
        f"Dial({'&'.join(contacts)},{how})",
    ]


def _phones_of(people: list[Person]) -> Context:
    """What queues ring when a person has several telephones; the hint is the state of all of them."""
    context = Context("phones-of")
    for person in people:
        context.hint(person.number, person.watched)
        context.on(person.number, *_dial(person, ",b(phone^s^1)tT"), ("none", "Hangup(${HANGUPCAUSE})"))
    return context


def _people(people: list[Person], plan: Plan) -> Context:
    """An employee as the end of a route, or of a transfer of a client to him."""
    context = Context("people")
    for person in people:
        context.on(
            person.number,
            f'ExecIf($["${{PZ_DID}}" != ""]?Gosub(stage,s,1(person,,,,{person.number})))',
            *(['ExecIf($["${PZ_DID}" != ""]?Gosub(record,s,1))'] if plan.node.flag("records_direct") else []),
            f"Gosub(ring,{person.number},1({plan.node.number('person_seconds')}))",
            NOT_TAKEN,
        )
    return context


def _from_phones(people: list[Person], plan: Plan) -> Context:
    """What a telephone may dial: colleagues by their numbers, everybody else outside."""
    context = Context("from-phones")
    for person in people:
        context.on(
            person.number,
            "Set(__TRANSFER_CONTEXT=transfer)",
            f"Gosub(ring,{person.number},1({plan.node.number('person_seconds')}))",
            "Hangup(${HANGUPCAUSE})",
        )
    emergency = [] if any(person.number == EMERGENCY for person in people) else [EMERGENCY]
    for pattern in ("_XXX.", *emergency):
        context.on(pattern, "Goto(outgoing,${EXTEN},1)")
    return context.on("_+X.", "Goto(outgoing,${EXTEN:1},1)")


def _transfer(people: list[Person], plan: Plan) -> Context:
    """Where transfers look: colleagues, queues by "queue-5" (the softphone's), then the outside."""
    context = Context("transfer")
    for person in people:
        context.on(person.number, f"Goto(people,{person.number},1)")
    for queue in plan.live_queues():
        context.on(f"queue-{queue.id}", f"Goto(queue-{queue.id},s,1)")
    return context.on("_+X.", "Goto(number,${EXTEN:1},1)").on("_XXXXX.", "Goto(number,${EXTEN},1)")
