"""Web processes: the parent holds the listening socket, each child serves it with uvicorn.

Because the socket is the parent's, a web process that is killed refuses nobody: the others serve, and what
waits in the queue is served when it is back.
"""

from __future__ import annotations

import os
import shutil
import socket
import sys

from perezvon.config.env import Env
from perezvon.config.processes.supervisor import Child

BACKLOG = 2048
LAST_SECONDS = 3  # open event streams may not hold up a stop


class PortTaken(Exception):
    """Somebody else listens on the port; the text says what to do."""


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound, inheritable socket. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise PortTaken(
            f"Cannot listen on {host} port {port}: {error.strerror}. Choose another one: PORT={port + 1}"
        ) from error
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def children(env: Env, listener: socket.socket) -> list[Child]:
    """One child per web worker."""
    figures = env.home / "metrics"
    shutil.rmtree(figures, ignore_errors=True)  # counters of processes that are gone
    figures.mkdir(parents=True)
    command = [sys.executable, "-m", "perezvon.config.processes.web", str(listener.fileno())]
    extra = {"PROMETHEUS_MULTIPROC_DIR": str(figures)}
    return [Child(f"web-{number}", command, extra, (listener.fileno(),)) for number in range(1, env.web_workers + 1)]


def serve(descriptor: int) -> None:
    """Serve the inherited socket until SIGTERM."""
    import uvicorn

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")
    from perezvon.config import asgi, warming  # the import makes Django ready
    from perezvon.telephony.softphone import gateway

    warming.warm()
    config = uvicorn.Config(
        asgi.application,
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        ws_max_size=gateway.MESSAGE_LIMIT,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=LAST_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    serve(int(sys.argv[1]))
