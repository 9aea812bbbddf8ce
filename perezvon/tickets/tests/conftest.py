import pytest

from perezvon.tickets.actions.redial import forget_policies
from perezvon.tickets.actions.rulebook import forget_rulebook
from perezvon.tickets.actions.settings import forget_settings


@pytest.fixture(autouse=True)
def _settings_forgotten():
    forget_settings()
    forget_policies()
    forget_rulebook()
    yield
    forget_settings()
    forget_policies()
    forget_rulebook()
