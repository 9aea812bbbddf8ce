"""The synchronous question before the first ring: who is calling, and whose client is it?"""

import json

from perezvon.crm.reads import PersonCard, by_phone

from ...models import Extension
from ..contract import Account, Answer


def answer_contact(account: Account, phone: str) -> Answer:
    """``contact_name`` for the telephone's screen, ``responsible`` for the exchange to ring first.

    One statement finds the client by any spelling of the number, one more the responsible's login
    at this exchange (else his internal number). An unknown number gets an empty object.
    """
    cards = by_phone(phone)
    answer: dict[str, str] = {}
    if cards:
        answer["contact_name"] = cards[0].name
        login = _login_of(account, cards[0])
        if login:
            answer["responsible"] = login
    return Answer(200, json.dumps(answer, ensure_ascii=False).encode(), "application/json")


def _login_of(account: Account, card: PersonCard) -> str:
    if card.responsible_id is None:
        return ""
    own = Extension.objects.filter(provider_id=account.id, user_id=card.responsible_id).order_by("pk")
    return own.values_list("number", flat=True).first() or card.extension
