"""Jobs of this room: they take ids, and may run twice."""

from datetime import datetime

from procrastinate.contrib.django import app

from perezvon.kit import clock


@app.task(name="telephony.route", queue="calls")
def route(provider_id: int, digest: str, asked_at: str) -> str:
    """Lead a call that is in the menu to the client's manager."""
    from .actions.routing import lead

    return lead(provider_id, bytes.fromhex(digest), asked_at=datetime.fromisoformat(asked_at), at=clock.now())


@app.task(name="telephony.follow_states", queue="exchange")
def follow_states(users: list[int]) -> None:
    """Our own exchange rings those who can answer, and nobody else."""
    from .actions import pausing

    pausing.follow(users, clock.now())
