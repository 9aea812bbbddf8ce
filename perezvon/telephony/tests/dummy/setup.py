"""What the screen and the command line must know."""

from perezvon.telephony.providers.contract import Adapter
from perezvon.telephony.providers.words import ASKING

from .asking import click_to_call, statistics
from .events import read
from .interpret import interpret
from .webhook import receive

ADAPTER = Adapter(
    kind="dummy", label="Dummy", receive=receive, read=read, interpret=interpret,
    addresses=lambda base: {"webhook": base}, secret_names=(("key", "Key"),), setting_names=(("api_url", "API"),),
    needed=("key",), switches=(ASKING,), steps=("Type the address in.",), asking=("key", "api_url"),
    click_to_call=click_to_call, statistics=statistics,
)  # fmt: skip
