"""Destinations of the settings as places of the dialplan."""

from ..plan import Plan, Way, destination


def place_of(text: str, plan: Plan, *, again: str = "bye,s,1", department: int | None = None) -> str:
    """Where Goto() leads for "queue:5" and the like; "" and what has no place any more hang up.

    ``again`` is the beginning of the menu for "repeat"; ``department`` chooses the queue when the client has no manager.
    """
    told = destination(text)
    if told is None or told.way == Way.HANGUP:
        return "bye,s,1"
    if told.way == Way.REPEAT:
        return again
    if told.way == Way.CALLBACK:
        return "promise,s,1"
    if told.way == Way.MANAGER:
        return f"manager-or-{spare_queue(plan, department)},s,1"
    if told.way == Way.NUMBER:
        return f"number,{told.what.removeprefix('+')},1"
    if told.way == Way.PERSON:
        person = plan.person(told.pk)
        return f"people,{person.number},1" if person else "bye,s,1"
    found = plan.menu(told.pk) if told.way == Way.MENU else plan.queue(told.pk)
    return f"{told.way}-{told.pk},s,1" if found else "bye,s,1"


def spare_queue(plan: Plan, department: int | None) -> str:
    """The context to go to when the client has no manager: the department's queue, any queue, the promise."""
    queues = plan.live_queues()
    own = [queue for queue in queues if department is not None and queue.department == department]
    found = next(iter([*own, *queues]), None)
    return f"queue-{found.id}" if found else "promise"
