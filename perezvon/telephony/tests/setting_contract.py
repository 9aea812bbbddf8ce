"""A small exchange of our own for tests, and the contract of everything that is set for one."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from perezvon.staff.contracts import NounContract
from perezvon.staff.testing import JOINED
from perezvon.telephony.actions import add_own_exchange, add_prompt, give_extension
from perezvon.telephony.models import Prompt, Provider
from perezvon.telephony.sounds.audio import Sound

from .sounds import tone


def own_exchange(at: datetime, name: str = "Our own") -> Provider:
    """An Asterisk of ours; it does not run."""
    return add_own_exchange(name, at=at)


def phrase(name: str, at: datetime, use: str = "phrase") -> Prompt:
    """A second of sound."""
    return add_prompt(name, Sound(tone(1.0), 1.0), use=use, text=f"{name} in words", at=at)


def telephone(exchange: Provider, user: Any, number: str, at: datetime) -> Any:
    """An internal number."""
    return give_extension(exchange, user, number, at=at)


class SettingContract(NounContract):
    """What is set for an exchange has no owner: it is seen with the exchange, changed by who administers it."""

    noun = "provider"
    add_url = ""

    def test_own_rows_only(self, client_of: Any, granted: Any, anna: Any, sales: Any) -> None:
        """Nobody owns an exchange: the scope "own" opens nothing."""
        thing, reader = self.make(owner=anna, department=sales, at=JOINED), granted("own")
        assert not type(thing).objects.visible_to(reader).exists()

    def test_department_rows_only(
        self, client_of: Any, granted: Any, anna: Any, operator: Any, sales: Any, support: Any
    ) -> None:
        """The exchange's department decides; shared things are seen by all who see any exchange."""

    def test_looking_is_not_changing(self, client_of: Any, granted: Any, anna: Any, sales: Any) -> None:
        """A person who may only look is refused every page that changes something."""
        thing, client = self.make(owner=anna, department=sales, at=JOINED), client_of(granted("all"))
        assert client.get(self.change(thing)).status_code == 404
        assert client.post(self.change(thing), {"name": "Mine"}).status_code == 404
        if self.add_url:
            assert client.get(reverse(self.add_url)).status_code == 404

    def change(self, thing: Any) -> str:
        """The page that changes the row."""
        raise NotImplementedError


@pytest.fixture
def exchange(db: Any) -> Provider:
    return own_exchange(JOINED)
