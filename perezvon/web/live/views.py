"""The stream of one browser: server-sent events at ``/live/``."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from time import monotonic
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_safe

from perezvon.web.live import Predicate, audience
from perezvon.web.live.feeds import Watcher, feeds
from perezvon.web.live.hub import NEWS, REFETCH, Entry, Listener, hub

HEARTBEAT = 15.0
CONNECTING = 5.0
MINUTE = 60.0
# After this many seconds the browser connects anew, so that rights taken away, a closed session
# and a moved balancer take effect; spread, so that not everybody comes at once.
LIFETIME = (600.0, 900.0)
NAMES = {"k": "kind", "i": "id", "p": "person", "t": "ticket", "l": "deal", "c": "call"}


@require_safe
def live(request: HttpRequest) -> HttpResponseBase:
    """Stream the facts that this person may see; 401 without a sign-in (the browser then gives up).

    ``?back=1.5`` also tells what happened in the last 1.5 seconds: since the page was asked for. ``?feed=name`` adds
    the news of a room (feeds.py); 404 for one that this person may not hear.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    allows, whose, name = audience(request.user), request.user.pk, request.GET.get("feed", "")
    watcher = feeds[name](request.user) if name in feeds else None
    if name and watcher is None:
        return HttpResponse(status=404)
    _give_back_connection()
    told = stream(allows, _back(request), whose=whose, watcher=watcher)
    response = StreamingHttpResponse(told, content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def stream(
    allows: Predicate,
    back: float = 0.0,
    heartbeat: float = HEARTBEAT,
    whose: int | None = None,
    watcher: Watcher | None = None,
) -> AsyncIterator[bytes]:
    """Yield events until the browser leaves or its time is over.

    ``whose`` is the id of the person at the browser: facts that are his own say so. ``watcher`` brings the news of the
    page's feed. A silent stream says ": ping" every ``heartbeat`` seconds, so that proxies keep it open.
    """
    await sync_to_async(_give_back_connection)()
    until = monotonic() + random.uniform(*LIFETIME)  # noqa: S311  (not a secret)
    listener, here = Listener(allows), hub()
    here.join(listener, back)
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(here.connected.wait(), CONNECTING)
        yield b"retry: 2000\nevent: hello\ndata: {}\n\n"
        if watcher:
            watcher.start(listener.ring)
        while (left := until - monotonic()) > 0:
            mail = await listener.take(min(heartbeat, left))
            if watcher and (NEWS in mail or REFETCH in mail) and (news := await watcher.news()):
                yield b"event: news\ndata: " + news.encode() + b"\n\n"
            if text := written(mail, whose) if mail else b": ping\n\n":
                yield text
    finally:
        here.leave(listener)
        if watcher:
            watcher.stop()


def written(mail: list[Entry | str], whose: int | None = None) -> bytes:
    """Return the facts in mail as one server-sent event, b"" for none: ids only, no names, no numbers."""
    if REFETCH in mail:
        return b"event: refetch\ndata: {}\n\n"
    facts = [told(entry, whose) for entry in mail if isinstance(entry, dict)]
    if not facts:
        return b""
    return b"event: facts\ndata: " + json.dumps(facts, separators=(",", ":")).encode() + b"\n\n"


def told(entry: Entry, whose: int | None = None) -> dict[str, Any]:
    """Return what the browser may know of an entry, under names it can read; ``mine`` when it is this person's own."""
    known = {name: entry[key] for key, name in NAMES.items() if entry.get(key) is not None}
    return {**known, "mine": True} if whose is not None and entry.get("o") == whose else known


def _back(request: HttpRequest) -> float:
    """Return the seconds since the page was asked for; 0 for nonsense."""
    try:
        seconds = float(request.GET.get("back", "0"))
    except ValueError:
        return 0.0
    return seconds if 0 < seconds < MINUTE else 0.0


def _give_back_connection() -> None:
    """Return this request's database connection to the pool: a stream lives for minutes."""
    if not connection.in_atomic_block:
        connections.close_all()
