"""A notice to a browser, through the push service of the browser's maker (RFC 8030)."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext_noop

from perezvon.kit import outgoing

from . import webpush
from .delivery import Gone, Later, Refused, page_of
from .models import Notice, PushDevice

KEPT = {Notice.Level.URGENT: 3_600}  # seconds for which the service keeps it for a browser that is off
KEPT_ELSE = 12 * 3_600
LONG_TEXT = 600
LONGEST = 2_048  # signs of an endpoint
LIMITS = outgoing.Limits(whole=20.0, most_bytes=65_536)


def push(notice: Notice, device: PushDevice, *, at: datetime) -> None:
    """Send it. Gone when the browser no longer wants it, Later or Refused when the service says so."""
    try:
        check(device.endpoint)
        body = webpush.encrypted(said(notice), device.p256dh, device.auth)
        reply = outgoing.send("POST", device.endpoint, headers=_heads(notice, device, at), body=body, limits=LIMITS)
    except outgoing.OutgoingError as error:
        why = gettext_noop("the push service cannot be reached") + f" · {error.reason}"
        raise (Gone(why) if error.retry_after is None else Later(why)) from None
    except ValueError as error:
        raise Refused(str(error)) from None
    _judge(reply)


def check(endpoint: str) -> None:
    """OutgoingError unless a browser may name this address: one of the Internet, by https.

    Servers of our own network that the product may call (``PRIVATE_HOSTS``) are nothing that a browser may choose.
    """
    parts = outgoing.checked(endpoint)
    place = f"{parts.hostname}:{parts.port or 443}"
    if place in settings.PRIVATE_HOSTS and not settings.PUSH_TO_PRIVATE_HOSTS:
        raise outgoing.OutgoingError(f"{parts.hostname}: this is no push service")
    if len(endpoint) > LONGEST or not endpoint.isascii() or parts.username is not None:
        raise outgoing.OutgoingError("the address cannot be read")
    if place not in settings.PRIVATE_HOSTS and _is_inside(parts.hostname or ""):
        raise outgoing.OutgoingError(f"{parts.hostname}: this address is not on the Internet")


def _is_inside(host: str) -> bool:
    """Whether this is an address of our own network; names are looked up when they are called."""
    try:
        return not outgoing.is_public(host)
    except ValueError:
        return False


def _heads(notice: Notice, device: PushDevice, at: datetime) -> dict[str, str]:
    return {
        "Authorization": webpush.authorization(device.endpoint, at=at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT.get(Notice.Level(notice.level), KEPT_ELSE)),
        "Urgency": "high" if notice.level == Notice.Level.URGENT else "normal",
    }


def said(notice: Notice) -> bytes:
    """What the browser's worker is told, as JSON that fits into one push."""
    text = notice.text if len(notice.text) <= LONG_TEXT else notice.text[: LONG_TEXT - 1] + "…"
    told = {
        "title": notice.title, "text": text, "url": page_of(notice), "urgent": notice.level == "urgent",
        "tag": notice.key or f"notice-{notice.pk}",
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _judge(reply: outgoing.Reply) -> None:
    status = reply.status
    if 200 <= status < 300:
        return
    why = gettext_noop("the push service refused it") + f" · {status}"
    if status in (404, 410):
        raise Gone(why)
    if status in (401, 403):  # made for another key of ours: it has to subscribe again
        raise Gone(why)
    if status == 429 or status >= 500:
        raise Later(why, timedelta(seconds=outgoing.retry_after(status, reply.headers) or 0))
    raise Refused(why)


def named(user_agent: str) -> str:
    """A browser's name for the list of browsers: "Firefox, Windows"; "" for nobody knows what."""
    browsers = (("Edg/", "Edge"), ("OPR/", "Opera"), ("YaBrowser", "Yandex"), ("Firefox", "Firefox"),
                ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
               ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip
    found = [next((name for mark, name in names if mark in user_agent), "") for names in (browsers, systems)]
    return ", ".join(filter(None, found))
