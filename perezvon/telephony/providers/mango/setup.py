"""What the screen and the command line must know to connect a Mango Office account."""

from django.utils.translation import gettext_lazy as _

from ..contract import Adapter
from .events import read
from .interpret import clock_offset, interpret
from .webhook import receive


def addresses(base: str) -> dict[str, str]:
    """What to type into the account: the vendor appends events/call, events/summary ... himself."""
    return {"webhook": base}


ADAPTER = Adapter(
    kind="mango",
    label=_("Mango Office"),
    receive=receive,
    read=read,
    interpret=interpret,
    addresses=addresses,
    secret_names=(("api_key", _("API key (vpbx_api_key)")), ("api_salt", _("Signature key (vpbx_api_salt)"))),
    generated=("api_key", "api_salt"),
    clock_offset=clock_offset,
)
