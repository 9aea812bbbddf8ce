"""Asterisk sends no webhooks: its events come through AMI (perezvon/telephony/listen.py)."""

from collections.abc import Mapping
from datetime import datetime

from ..contract import Account, ExchangeError, Received


def receive(account: Account, path: str, body: bytes, headers: Mapping[str, str], at: datetime) -> Received:
    """Always 404."""
    raise ExchangeError("this exchange sends no webhooks", 404)
