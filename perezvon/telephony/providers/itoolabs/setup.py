"""What the screen and the command line must know to connect an account of crmapi."""

from django.utils.translation import gettext_lazy as _

from ..contract import Adapter
from .events import read
from .interpret import interpret
from .webhook import receive


def addresses(base: str) -> dict[str, str]:
    """What to type into the account: one address for everything."""
    return {"webhook": base}


ADAPTER = Adapter(
    kind="itoolabs",
    label=_("MegaFon, MTS Exolve and others (ITooLabs crmapi)"),
    receive=receive,
    read=read,
    interpret=interpret,
    addresses=addresses,
    secret_names=(("crm_token", _("Token (crm_token)")),),
    generated=("crm_token",),
)
