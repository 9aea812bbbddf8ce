"""What the screen and the command line must know to connect an Asterisk node."""

from django.utils.translation import gettext_lazy as _

from ..contract import Adapter
from .dialling import asked, click_to_call
from .events import read
from .interpret import interpret
from .webhook import receive


def addresses(base: str) -> dict[str, str]:
    """Nothing to type in: we call Asterisk, not the other way round."""
    return {}


ADAPTER = Adapter(
    kind="asterisk",
    label="Asterisk",
    receive=receive,
    read=read,
    interpret=interpret,
    addresses=addresses,
    secret_names=(("username", _("AMI user")), ("secret", _("AMI password"))),
    setting_names=(("host", _("AMI address")), ("port", _("AMI port")), ("trunks", _("Names of trunks"))),
    needed=("host", "username", "secret"),
    click_to_call=click_to_call,
    asked=asked,
)
