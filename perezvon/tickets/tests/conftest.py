import pytest

from perezvon.tickets.actions.settings import forget_settings


@pytest.fixture(autouse=True)
def _settings_forgotten():
    forget_settings()
    yield
    forget_settings()
