"""The synchronous question before the first ring: who is calling, and whose client is it?"""

import json

from ..contract import Account, Answer
from ..sticky import owner_of


def answer_contact(account: Account, phone: str) -> Answer:
    """``contact_name`` for the telephone's screen, ``responsible`` for the exchange to ring first.

    ``responsible`` is his login at this exchange, else his internal number. An unknown number gets an empty object.
    """
    owner = owner_of(account, phone)
    answer: dict[str, str] = {}
    if owner:
        answer["contact_name"] = owner.client
        if owner.extension:
            answer["responsible"] = owner.extension
    return Answer(200, json.dumps(answer, ensure_ascii=False).encode(), "application/json")
