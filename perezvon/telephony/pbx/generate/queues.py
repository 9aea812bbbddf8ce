"""queues.conf: who is rung, for how long, what those who wait hear."""

from ..plan import Plan, Queue
from .music import music_class
from .text import plain, section

TOP_SKILL = 10
# The product itself keeps the wrap-up (actions/pausing.py), so that whoever is ready sooner is rung sooner; this bridges the
# moments until it has paused him.
GUARD_SECONDS = 3
RING_ALL = "ringall"
NOBODY = "paused,invalid,unavailable,unknown"  # whoever talks or rings will be free again; who is away will not


def text(plan: Plan) -> str:
    """All queues in use."""
    general = section("general", [
        ("persistentmembers", False), ("autofill", True), ("shared_lastcall", True), ("log_membername_as_agent", True),
        ("force_longest_waiting_caller", False), ("monitor-type", "MixMonitor"),
    ])  # fmt: skip
    return "\n".join([general, *(_queue(queue, plan) for queue in plan.live_queues())])


def _queue(queue: Queue, plan: Plan) -> str:
    pairs: list[tuple[str, object]] = [
        ("musicclass", music_class(queue.music, plan)), ("strategy", queue.strategy), ("timeout", queue.ring_seconds or 15),
        ("retry", 1), ("timeoutpriority", "app"), ("wrapuptime", min(queue.wrap_up_seconds, GUARD_SECONDS)), ("weight", queue.weight),
        ("maxlen", queue.most_waiting), ("servicelevel", queue.answer_within_seconds), ("ringinuse", False),
        ("autopause", False), ("joinempty", NOBODY), ("leavewhenempty", NOBODY),
        ("reportholdtime", False), *_spoken(queue, plan),
    ]  # fmt: skip
    lines = section(queue.key, pairs)
    for person, skill in plan.members(queue):
        penalty = 0 if queue.strategy == RING_ALL else TOP_SKILL - skill  # else the less skilled would never ring
        state = "" if len(person.devices) == 1 else f",hint:{person.number}@phones-of"
        lines += f"member => {person.interface},{penalty},{plain(person.name) or person.number}{state}\n"
    return lines


def _spoken(queue: Queue, plan: Plan) -> list[tuple[str, object]]:
    pairs: list[tuple[str, object]] = [("announce-position", queue.says_position), ("announce-holdtime", False)]
    if queue.says_position:
        every = max(queue.says_every_seconds, 5)
        pairs += [
            ("announce-frequency", every),
            ("min-announce-frequency", min(15, every)),
            ("announce-to-first-user", True),
        ]
    else:
        pairs += [("announce-frequency", 0)]
    if queue.callback_key:
        pairs += [("context", f"queue-{queue.id}-keys")]
        offer = plan.sound(queue.callback_offer)
        if offer:
            every = max(queue.says_every_seconds, 15)
            pairs += [
                ("periodic-announce", offer), ("periodic-announce-frequency", every), ("periodic-announce-startdelay", 10),
            ]  # fmt: skip
    return pairs
