"""What the screen and the command line must know to connect a Mango Office account."""

from django.utils.translation import gettext_lazy as _

from ..contract import Adapter
from ..words import ASKING, STICKY
from .asking import click_to_call, employees, fetch_record, route, statistics
from .events import read
from .interpret import clock_offset, interpret
from .webhook import receive, route_wish


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
    switches=(STICKY, ASKING),
    steps=(
        _("In the account open Integrations - API and copy both keys from there into this form."),
        _(
            "Paste the address for events as the address of the external system; events/call and the like are added there."
        ),
        _("Switch on all notifications about calls, recordings included."),
        _("Calls outside an employee's hours may send no events: the nightly balance brings them in."),
    ),
    asking=("api_key", "api_salt"),
    click_to_call=click_to_call,
    fetch_record=fetch_record,
    statistics=statistics,
    route=route,
    route_wish=route_wish,
    employees=employees,
    record_after=60,
)
