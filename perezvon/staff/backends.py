"""How the person of a session is found: every page asks it."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from perezvon.journey.statements import listed

from .models import User


class Staff(AuthenticationBackend):  # type: ignore[misc]
    """Signs people in by e-mail and password; those who have left are nobody."""

    def get_user(self, user_id: Any) -> User | None:
        """The person with this id who works here, or None."""
        found = listed(User, "WHERE id = %s", [user_id])
        return found[0] if found and self.user_can_authenticate(found[0]) else None
