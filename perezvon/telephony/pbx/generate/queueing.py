"""Queues: entering, leaving for one of three reasons, asking to be called back without losing the place."""

from ..plan import Plan, Queue
from .queues import RING_ALL
from .text import Context
from .ways import place_of, spare_queue

MOST_HOPS = 20  # a call that went through so many queues goes in circles
OPTIONS = "tb(phone^queue^1)"  # the employee may transfer by keys; his telephone is told which call it is


def contexts(plan: Plan) -> list[Context]:
    """All queues, and the places where "to the own manager" leads."""
    found = [context for queue in plan.live_queues() for context in _queue(queue, plan)]
    spares = {spare_queue(plan, line.department) for line in plan.live_lines()} | {spare_queue(plan, None)}
    return [*found, *(_manager(spare, plan) for spare in sorted(spares))]


def _queue(queue: Queue, plan: Plan) -> list[Context]:
    name = f"queue-{queue.id}"
    main = Context(name, f"{queue.key} {queue.name}").on(
        "s",
        "Set(PZ_HOPS=$[0${PZ_HOPS} + 1])",
        f"GotoIf($[${{PZ_HOPS}} > {MOST_HOPS}]?promise,s,1)",
        f"Gosub(stage,s,1(queue,{queue.key}))",
        "Answer()",
        *(["Gosub(record,s,1)"] if queue.is_recorded else ["StopMixMonitor()", "Set(PZ_RECORD=)"]),
        'ExecIf($["${PZ_PRIORITY}" != ""]?Set(QUEUE_PRIO=${PZ_PRIORITY}))',
        "Set(QUEUESTATUS=)",
        *_behind(queue),
        f"Queue({queue.key},{OPTIONS},,,{queue.most_wait_seconds or ''},,answered)",
        f"Gosub(stage,s,1(queue-exit,{queue.key},,${{QUEUESTATUS}}))",
        'GotoIf($["${QUEUESTATUS}" = "TIMEOUT"]?wait)',
        'GotoIf($["${QUEUESTATUS}" = "FULL"]?full)',
        f"Goto({place_of(queue.on_nobody, plan, department=queue.department)})",
        ("wait", f"Goto({place_of(queue.on_wait, plan, department=queue.department)})"),
        ("full", f"Goto({place_of(queue.on_full, plan, department=queue.department)})"),
    )
    return [main, *(_callback(queue, plan) if queue.callback_key else []), _place(queue), _client(queue)]


def _behind(queue: Queue) -> list[str]:
    """Which queue rings, and for how long: known to the telephones, see ``rang``. When all ring at once nobody is behind."""
    name = "" if queue.strategy == RING_ALL else queue.key
    return [f"Set(__PZ_QUEUE={name})", f"Set(__PZ_RING={queue.ring_seconds or 15})"]


def _callback(queue: Queue, plan: Plan) -> list[Context]:
    """The key in the queue: the stage "callback" says who asked, where, and which place he had.

    The product then lets a stand-in wait in his place (control.keep_place): a pair of Local channels, of which one waits in
    the queue and the other, once an employee has taken the first, rings the client.
    """
    name, key = f"queue-{queue.id}", queue.callback_key
    promise = plan.sound(plan.node.number("promise")) or "queue-thankyou&vm-goodbye"
    keys = Context(f"{name}-keys", "keys for those who wait").on(
        key,
        f"GotoIf($[${{LEN(${{FILTER(0-9,${{CALLERID(num)}})}})}} < 7]?{name},s,1)",
        f"Gosub(stage,s,1(callback,{queue.key},{key},${{IF($[0${{QUEUEPOSITION}} > 0]?${{QUEUEPOSITION}}:1)}}))",
        f"Playback({promise})",
        "Hangup(16)",
    )
    return [keys]


def _place(queue: Queue) -> Context:
    """The half of a stand-in that waits in the queue, at the place PZ_PLACE."""
    wait = max(queue.most_wait_seconds * 4, 1800)
    return Context(f"queue-{queue.id}-place").on(
        "s", *_behind(queue), f"Queue({queue.key},{OPTIONS},,,{wait},,answered,,${{PZ_PLACE}})", "Hangup(16)"
    )


def _client(queue: Queue) -> Context:
    """The half that rings the client, when an employee is on the line; until then it is one of those who wait."""
    other = "${CHANNEL(name):0:-1}1"
    return Context(f"queue-{queue.id}-client").on(
        "_X.",
        "Answer()",
        "Set(CHANNEL(hangup_handler_push)=ended,s,1)",
        f"Gosub(stage,s,1(place,{queue.key},,${{PZ_PLACE}},,${{EXTEN}}))",
        ("wait", "Wait(0.3)"),
        f'GotoIf($["${{IMPORT({other},PZ_STAGE)}}" != "talk"]?wait)',
        f"Set(PZ_AGENT=${{IMPORT({other},PZ_AGENT)}})",
        "Gosub(stage,s,1(out,,,,${PZ_AGENT},${EXTEN}))",
        *(["Gosub(record,s,1)"] if queue.is_recorded else []),
        "Set(PZ_TONE=r)",
        "Gosub(dial-out,${EXTEN},1)",
        "Hangup()",
    )


def _manager(spare: str, plan: Plan) -> Context:
    """The client's own manager where a route says so; without one, or when he does not answer, the spare queue."""
    return Context(f"manager-or-{spare}").on(
        "s",
        f'GotoIf($["${{PZ_MANAGER}}" = ""]?{spare},s,1)',
        "Gosub(stage,s,1(sticky,,,,${PZ_MANAGER}))",
        *(["Gosub(record,s,1)"] if plan.node.flag("records_direct") else []),
        f"GosubIf($[${{DIALPLAN_EXISTS(ring,${{PZ_MANAGER}},1)}}]?ring,${{PZ_MANAGER}},1({plan.node.number('person_seconds')}))",
        f"Goto({spare},s,1)",
    )
