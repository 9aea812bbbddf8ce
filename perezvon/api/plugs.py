"""What this room plugs into the shared surface."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.staff import access
from perezvon.staff.hooks import token_nouns
from perezvon.web.surface import command, navigation

from . import notices  # noqa: F401  (declares its kinds)


def sees_webhooks(user: Any) -> bool:
    """Whether the person may open the subscriptions."""
    return access.can(user, "webhook", "view")


@token_nouns.answer
def nouns_of_tokens() -> list[tuple[str, str]]:
    """What a token may be limited to."""
    from .nouns import nouns

    found = [(key, str(noun.title)) for key, noun in nouns().items()]
    return sorted(found, key=lambda one: one[1].lower())


navigation("webhooks", _("Webhooks"), "api:webhooks", "webhook", order=640, can=sees_webhooks, group=_("Settings"))
command("api.docs", _("For programs: the API"), "api:docs", "braces", can=lambda user: True)
