"""An exchange of our own with two telephones, and calls that last there: what the operator's tests share."""

from datetime import datetime, timedelta
from typing import Any

from perezvon.telephony.models import Call, Device, Extension, Provider, Queue, QueueMember

from .conftest import CLIENT, LINE


def own_exchange(at: datetime, **settings: Any) -> Provider:
    """Our own Asterisk, on paper."""
    given = {"host": "127.0.0.1", "port": 1, "http_port": "8099", "trunks": "trunk", **settings}
    return Provider.objects.create(
        kind="asterisk", name="Own", slug="own", secrets={"username": "u", "secret": "s"}, settings=given, created_at=at
    )


def twin_of(provider: Provider, at: datetime, **settings: Any) -> Provider:
    """A second node with the same rows."""
    given = {**provider.settings, **settings, "node": "node2", "twin_of": provider.pk}
    return Provider.objects.create(
        kind="asterisk", name="Twin", slug="twin", secrets=provider.secrets, settings=given, created_at=at
    )


def telephone(provider: Provider, user: Any, number: str, *kinds: str) -> Extension:
    """An internal number with telephones ("browser", "desk")."""
    extension = Extension.objects.create(provider=provider, number=number, user=user)
    for kind in kinds or ("browser",):
        Device.objects.create(extension=extension, kind=kind, secret=f"secret-of-{number}-{kind}")
    return extension


def queue(provider: Provider, *users: Any, wrap_up: int = 15) -> Queue:
    """The queue "sales" with these members."""
    made = Queue.objects.create(provider=provider, key="sales", name="Sales", wrap_up_seconds=wrap_up)
    for user in users:
        QueueMember.objects.create(queue=made, user=user)
    return made


def ringing(provider: Provider, number: str, at: datetime, *, phone: str = CLIENT, key: str = "", **more: Any) -> Call:
    """A call that rings at an internal number since ``at``."""
    fields: dict[str, Any] = {
        "direction": "in", "state": "ringing", "line": LINE, "queue": "sales", "started_at": at - timedelta(seconds=9),
        "attempts": [{"extension": number, "leg": "l1", "at": at.isoformat()}],
        "path": [{"state": "queued", "at": at.isoformat()}, {"state": "ringing", "at": at.isoformat(), "what": number}],
    }  # fmt: skip
    return Call.objects.create(
        provider=provider, key=key or f"node1-{Call.objects.count()}", phone=phone, **{**fields, **more}
    )


def talked(provider: Provider, number: str, user: Any, at: datetime, *, talk: int = 60, **more: Any) -> Call:
    """A call that was answered at ``at`` and is over."""
    ended = at + timedelta(seconds=talk)
    rang = {"extension": number, "leg": "l1", "at": at.isoformat(), "until": at.isoformat(), "cause": "answered"}
    fields = {
        "state": "ended", "stage": "talked", "user": user, "answered_at": at, "ended_at": ended, "talk_seconds": talk,
        "attempts": [rang], "legs": [{"id": "l1", "at": at.isoformat(), "until": ended.isoformat()}],
    }  # fmt: skip
    return ringing(provider, number, at, **{**fields, **more})
