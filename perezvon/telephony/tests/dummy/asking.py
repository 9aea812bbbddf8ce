"""Its statistics."""

import json
from collections.abc import Iterator
from datetime import datetime

from perezvon.telephony.providers.capabilities import STATISTICS, Dial, Dialled
from perezvon.telephony.providers.contract import Account, Event, clean, digest_of
from perezvon.telephony.providers.remote import Pace, Remote

ANY = Pace("any", 0.5)


def statistics(account: Account, since: datetime, until: datetime) -> Iterator[Event]:
    """Their account of the calls that began in [since, until)."""
    remote = Remote(account, str(account.settings["api_url"]))
    rows = remote.json("GET", "/calls", ANY, headers={"X-Key": account.secrets["key"]})
    for row in rows:
        if since.timestamp() <= row["at"] - row["talk"] < until.timestamp():
            yield Event(STATISTICS, row["call"], clean(row), digest_of(STATISTICS, json.dumps(row, sort_keys=True)))


def click_to_call(account: Account, dial: Dial) -> Dialled:
    """Ring the employee, then the client."""
    remote = Remote(account, str(account.settings["api_url"]), most_wait=2.0)
    body = json.dumps({"who": dial.extension, "phone": dial.phone}).encode()
    remote.json("POST", "/dial", ANY, headers={"X-Key": account.secrets["key"]}, body=body)
    return Dialled()
