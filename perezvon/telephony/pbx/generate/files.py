"""All files of a node."""

from ..plan import Plan
from . import base, dialplan, music, queues, sip
from .text import HEADER


def generate(plan: Plan) -> dict[str, str]:
    """File name -> text, with marks where secrets go. ValueError for a value that breaks out of its line:
    ``checks`` finds those first and names the place.
    """
    files = {
        **base.files(plan),
        "pjsip.conf": sip.text(plan),
        "queues.conf": queues.text(plan),
        "musiconhold.conf": music.text(plan),
        "extensions.conf": dialplan.text(plan),
    }
    return {name: HEADER + "\n" + text for name, text in sorted(files.items())}
