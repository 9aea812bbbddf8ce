"""Music on hold: the built-in pieces, and a class of its own for every prompt that is used as music."""

from ..plan import Plan
from .text import section


def music_class(prompt: int | None, plan: Plan) -> str:
    """The class that plays a prompt; the default one when there is nothing to hear."""
    return f"music-{prompt}" if prompt and plan.sound(prompt) else "default"


def text(plan: Plan) -> str:
    """musiconhold.conf."""
    parts = [section("default", [("mode", "files"), ("directory", plan.node.data / "moh"), ("sort", "random")])]
    for pk in sorted({queue.music for queue in plan.live_queues() if queue.music and plan.sound(queue.music)}):
        parts.append(section(f"music-{pk}", [("mode", "playlist"), ("entry", plan.sound(pk))]))
    return "\n".join(parts)
