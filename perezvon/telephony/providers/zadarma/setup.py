"""What the screen and the command line must know to connect a Zadarma account."""

from django.utils.translation import gettext_lazy as _

from ..contract import Adapter
from ..words import ASKING, STICKY, TIME_ZONE, ZONE_HINT
from .asking import click_to_call, employees, fetch_record, statistics
from .events import read
from .interpret import interpret
from .webhook import receive


def addresses(base: str) -> dict[str, str]:
    """What to type into the account: one address for everything."""
    return {"webhook": base}


ADAPTER = Adapter(
    kind="zadarma",
    label=_("Zadarma"),
    receive=receive,
    read=read,
    interpret=interpret,
    addresses=addresses,
    secret_names=(("api_key", _("API key")), ("api_secret", _("API secret"))),
    setting_names=(TIME_ZONE,),
    needed=("api_secret",),
    hints={"time_zone": ZONE_HINT},
    switches=(STICKY, ASKING),
    steps=(
        _("In the account open Settings - Integrations and API - Keys and API, and copy the key and the secret here."),
        _("Open the notifications about calls of the PBX and paste the address for events; it is checked at once."),
        _("Tick all notifications about calls: NOTIFY_START, INTERNAL, ANSWER, END, OUT_START, OUT_END, RECORD, IVR."),
        _("So that calls outside working hours are counted as such, set our working calendar for the department."),
    ),
    takes_get=True,
    asking=("api_key", "api_secret"),
    click_to_call=click_to_call,
    fetch_record=fetch_record,
    statistics=statistics,
    employees=employees,
    record_after=45,
)
