"""What this room records in the ledger."""

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare
from perezvon.kit.money import roubles

PAYMENT_RECEIVED = declare("payment.received", sentence=_("Paid: %(amount)s"), icon="cash", words={"amount": roubles})
