"""What the screen and the command line must know to connect an account of UIS, CoMagic, CallGear or Novofon 2.0."""

from django.utils.translation import gettext_lazy as _

from ..contract import Adapter
from ..words import ASKING, STICKY, TIME_ZONE, ZONE_HINT
from .asking import PLATFORMS, click_to_call, employees, fetch_record, statistics
from .events import read
from .interpret import interpret
from .template import templates
from .webhook import INTERACTIVE, receive


def addresses(base: str) -> dict[str, str]:
    """What to type into the account: the address of notifications, and that of the interactive call handling."""
    return {"webhook": base, "route": f"{base}/{INTERACTIVE}"}


ADAPTER = Adapter(
    kind="uis",
    label=_("UIS, CoMagic, CallGear, Novofon 2.0"),
    receive=receive,
    read=read,
    interpret=interpret,
    addresses=addresses,
    secret_names=(("access_token", _("Key of the Data API and the Call API (access_token)")),),
    setting_names=(TIME_ZONE, ("line", _("Our number for calls from cards"))),
    hints={"time_zone": ZONE_HINT, "access_token": _("Made in the account: Account - Users - API keys.")},
    choices={"platform": (_("Whose account it is"), tuple((name, name) for name in PLATFORMS))},
    switches=(STICKY, ASKING),
    steps=(
        _("In the account open Notifications and make one HTTP notification for each text below: method POST, the address "
          "for events, the text pasted as it is (no quotes around the double braces)."),
        _("For the client's own manager: in the scenario add the operation Interactive call handling with the address for "
          "routing and the parameter numa. Lead code 1 and silence to the usual way."),
        _("Allow our server's address to the API (Account - Rules and security settings - API) and make a permanent key."),
        _("The address is the lock: nothing is signed. Add the addresses of the exchange's servers if support tells them."),
    ),
    templates=templates,
    secret_address=True,
    takes_get=True,
    asking=("access_token",),
    click_to_call=click_to_call,
    fetch_record=fetch_record,
    statistics=statistics,
    employees=employees,
    record_after=60,
)  # fmt: skip
