"""How people sign in: nobody makes an account for himself."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """People are added by an administrator (`perezvon user add`, or on screen)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
