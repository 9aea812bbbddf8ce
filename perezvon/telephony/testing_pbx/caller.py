"""One client who calls from this machine, for whoever wants to see an exchange ring."""

import tempfile
from pathlib import Path

from ..models import Provider, Trunk
from ..pbx.node import Node
from . import sipp
from .ports import CARRIER, LOOPBACK, free_udp


def is_let_in(provider: Provider) -> bool:
    """Whether a trunk of the exchange takes calls from CARRIER, an address that only this machine itself has."""
    return Trunk.objects.filter(provider=provider, is_enabled=True, addresses__contains=[CARRIER]).exists()


def call(node: Node, program: str, line: str, caller: str, seconds: int) -> str:
    """Call ``line`` (E.164), say a tone when it is answered, hang up after ``seconds``; what sipp complained of, "" = nothing."""
    bind = node.text("bind")
    host = LOOPBACK if bind == "0.0.0.0" else bind  # noqa: S104 - compared, not listened on
    with tempfile.TemporaryDirectory(prefix="perezvon-ring-") as folder:
        carrier = sipp.Sipp(Path(folder), program, host, node.number("sip_port"))
        scenario = sipp.calling((sipp.Talk(), sipp.Listen(seconds)), carrier.sound)
        child = carrier.start(
            scenario, address=CARRIER, port=free_udp(CARRIER), media=free_udp(CARRIER), number=line.removeprefix("+"),
            caller=caller.removeprefix("+"), seconds=seconds + 5,
        )  # fmt: skip
        try:
            code = child.wait()
        finally:
            carrier.stop_all()
        words = "".join(path.read_text(errors="replace") for path in Path(folder).glob("*.err"))
    return words.strip()[:500] if code else ""
