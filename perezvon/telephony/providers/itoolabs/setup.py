"""What the screen and the command line must know to connect an account of crmapi."""

from django.utils.translation import gettext_lazy as _

from ..contract import Adapter
from ..words import ASKING
from .asking import click_to_call, employees, fetch_record, statistics
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
    secret_names=(("crm_token", _("Token (crm_token)")), ("api_key", _("Key of the exchange's API (X-API-KEY)"))),
    setting_names=(("api_url", _("Address of the exchange's API")),),
    hints={"api_url": _("For example https://vats123456.megapbx.ru/crmapi/v1, as the account shows it.")},
    generated=("crm_token",),
    switches=(ASKING,),
    steps=(
        _("In the account open Integration - CRM - Your own CRM, and paste the address for events and the token."),
        _(
            "Allow the requests for calls, history and contacts: by the last one the client is put through to his manager."
        ),
        _("Copy the address and the key of the exchange's own API from there: for the balance and calls from cards."),
        _(
            "The exchange says nothing of its menu and queue: set our working calendar, so that closed hours are told apart."
        ),
    ),
    asking=("api_url", "api_key"),
    click_to_call=click_to_call,
    fetch_record=fetch_record,
    statistics=statistics,
    employees=employees,
    record_after=30,
)
