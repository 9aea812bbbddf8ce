"""Exchanges and moments that this room's tests share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from perezvon.telephony.actions.intake import accounts
from perezvon.telephony.models import Provider
from perezvon.telephony.testing import mango_provider

NOON = datetime(2026, 3, 11, 9, 0, tzinfo=UTC)  # a Wednesday, 12:00 in Moscow
CLIENT, LINE = "+79161234567", "+74951112233"


@pytest.fixture(autouse=True)
def _fresh_accounts() -> Iterator[None]:
    accounts.forget()
    yield
    accounts.forget()


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def mango(db: Any) -> Provider:
    return mango_provider(NOON)


@pytest.fixture
def spool(tmp_path: Any, settings: Any) -> Any:
    """The folder of an own Asterisk; what is kept goes beside it."""
    from django.core.files.storage import storages

    settings.RECORDINGS_SPOOL = tmp_path / "spool"
    where = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "kept"}}
    settings.STORAGES = {**settings.STORAGES, "recordings": where}
    storages._storages.clear()
    yield tmp_path / "spool"
    storages._storages.clear()


@pytest.fixture
def jobs(db: Any) -> Any:
    """What waits to be done by the worker: ``jobs()`` gives task and arguments."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    return lambda: list(ProcrastinateJob.objects.filter(status="todo").values("task_name", "args", "lock"))
