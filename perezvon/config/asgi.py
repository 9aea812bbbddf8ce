"""What uvicorn serves: two doors on one port.

A page is synchronous work of some milliseconds. Under Django's own ASGI handler it costs twice the CPU
(a new thread and a new database connection per request), so pages run in a few threads that last and keep
their connections (bridge.py). Only the live stream needs the event loop and takes the other door, and so does
the signalling of browser telephones. Measured in docs/decisions/009.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")

from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402

from perezvon.config.bridge import Pages, Receive, Scope, Send  # noqa: E402
from perezvon.config.env import current  # noqa: E402

LIVE = "/live/"

streams = get_asgi_application()
pages = Pages(get_wsgi_application(), workers=current().web_threads)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send a request through the door it needs."""
    if scope["type"] == "websocket":
        await sockets(scope, receive, send)
    elif scope["type"] != "http" or scope["path"] == LIVE:
        await streams(scope, receive, send)  # type: ignore[arg-type]
    else:
        await pages(scope, receive, send)


async def sockets(scope: Scope, receive: Receive, send: Send) -> None:
    """The signalling of browser telephones; there is no other WebSocket."""
    from perezvon.telephony.softphone import gateway  # its models need Django to be ready

    if scope["path"] == gateway.PATH:
        await gateway.serve(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": gateway.FORBIDDEN})
