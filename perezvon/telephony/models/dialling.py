from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Dialling(models.Model):
    """A call that somebody asked for with a button: his own telephone rings first, then the client's.

    ``token`` is our own name of the wish; ``call_key`` the exchange's name of the call that came of it ("" = not told; our own
    exchange's ends with the token). The number stays here: neither the page nor the telephone is told it.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        PLACED = "placed", _("placed")
        REFUSED = "refused", _("refused by the exchange")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    provider = models.ForeignKey("telephony.Provider", models.PROTECT, related_name="+")
    token = models.CharField(max_length=32, unique=True)
    phone = models.CharField(max_length=20)
    person = models.ForeignKey("crm.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    task = models.ForeignKey("crm.Task", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    call_key = models.CharField(max_length=160, blank=True, default="")
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("call asked for")
        indexes = [
            models.Index(fields=["user", "-at"], name="telephony_dialling_user"),
            models.Index(fields=["provider", "call_key"], name="telephony_dialling_call"),
        ]
