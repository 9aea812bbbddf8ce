"""Jobs of this room: they take ids, and may run twice."""

from datetime import datetime

from procrastinate.contrib.django import app

from perezvon.kit import clock


@app.task(name="telephony.route", queue="calls")
def route(provider_id: int, digest: str, asked_at: str) -> str:
    """Lead a call that is in the menu to the client's manager."""
    from .actions.routing import lead

    return lead(provider_id, bytes.fromhex(digest), asked_at=datetime.fromisoformat(asked_at), at=clock.now())
