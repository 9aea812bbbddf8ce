"""What this room plugs into the shared surface."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.staff import access
from perezvon.web.surface import panel


def sees_payments(user: Any) -> bool:
    """Whether the person may see any money at all."""
    return access.can(user, "payment", "view")


panel("crm.deal", "payments", _("Payments"), "billing:payments", order=20, can=sees_payments)
