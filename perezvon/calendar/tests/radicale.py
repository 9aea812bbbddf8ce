"""A real CalDAV server of our own on loopback, for tests: Radicale with one person in it."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import urllib3

LOGIN, PASSWORD = "anna", "app-password"
_PATIENCE = 20.0


class Server:
    """The server and what its owner does in it, as with a telephone."""

    def __init__(self, port: int) -> None:
        self.place, self.url = f"127.0.0.1:{port}", f"http://127.0.0.1:{port}/"
        self._pool = urllib3.PoolManager()
        self._heads = urllib3.make_headers(basic_auth=f"{LOGIN}:{PASSWORD}")

    def ask(self, method: str, path: str, body: str = "", **heads: str) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            method, self.url + path.lstrip("/"), body=body.encode(), headers={**self._heads, **heads}, retries=False
        )

    def add_calendar(self, name: str) -> str:
        """A new calendar of events; its address."""
        path = f"{LOGIN}/{name}/"
        body = (
            '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop>'
            f"<d:displayname>{name}</d:displayname></d:prop></d:set></c:mkcalendar>"
        )
        assert self.ask("MKCALENDAR", path, body).status == 201
        return self.url + path

    def put(self, path: str, *lines: str, uid: str = "own@phone") -> None:
        """Write an event by hand."""
        text = "\r\n".join(
            ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Phone//EN", "BEGIN:VEVENT", f"UID:{uid}",
             "DTSTAMP:20261101T000000Z", *lines, "END:VEVENT", "END:VCALENDAR", "")
        )  # fmt: skip
        assert self.ask("PUT", path, text, **{"Content-Type": "text/calendar"}).status in (201, 204)

    def text(self, path: str) -> str:
        """An event as it lies there; "" for none."""
        answer = self.ask("GET", path)
        return answer.data.decode() if answer.status == 200 else ""

    def replace(self, path: str, old: str, new: str) -> None:
        """Change an event by hand."""
        text = self.text(path)
        assert old in text
        assert self.ask("PUT", path, text.replace(old, new), **{"Content-Type": "text/calendar"}).status in (201, 204)


@contextmanager
def radicale(folder: Path) -> Iterator[Server]:
    """Run it while the block lasts."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    users = folder / "users"
    users.write_text(f"{LOGIN}:{PASSWORD}\n")
    config = folder / "config"
    config.write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n[auth]\ntype = htpasswd\nhtpasswd_filename = {users}\n"
        f"htpasswd_encryption = plain\ndelay = 0\n[storage]\nfilesystem_folder = {folder / 'store'}\n[logging]\nlevel = error\n"
    )
    process = subprocess.Popen([sys.executable, "-m", "radicale", "--config", str(config)])
    server = Server(port)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(10)


def _wait(server: Server, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            server.ask("OPTIONS", "/")
        except urllib3.exceptions.HTTPError:
            assert process.poll() is None and time.monotonic() < until, "Radicale did not start"
            time.sleep(0.05)
        else:
            return
