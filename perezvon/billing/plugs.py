"""What this room plugs into the shared surface."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.crm import hooks
from perezvon.staff import access
from perezvon.web.surface import panel

from .models import Payment


def sees_payments(user: Any) -> bool:
    """Whether the person may see any money at all."""
    return access.can(user, "payment", "view")


panel("crm.deal", "payments", _("Payments"), "billing:payments", order=20, can=sees_payments)
hooks.payments.answer(lambda: Payment.objects.order_by().values_list("deal_id", "amount", "at"))
