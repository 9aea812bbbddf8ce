from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Purpose(models.TextChoices):
    """What a person allows (152-FZ: each purpose is consented to by itself; 38-FZ art. 18: advertising)."""

    DATA = "data", pgettext_lazy("consent to", "processing of personal data")
    ADS = "ads", pgettext_lazy("consent to", "advertising by phone, mail and messengers")
    RECORDING = "recording", pgettext_lazy("consent to", "recording of talks")
    TRANSFER = "transfer", pgettext_lazy("consent to", "handing data over to partners")


class Channel(models.TextChoices):
    """How it was given or taken back."""

    PAPER = "paper", pgettext_lazy("consent by", "on paper")
    SITE = "site", pgettext_lazy("consent by", "on the site")
    CALL = "call", pgettext_lazy("consent by", "by phone")
    MAIL = "mail", pgettext_lazy("consent by", "by mail")
    MESSENGER = "messenger", pgettext_lazy("consent by", "in a messenger")


class ConsentText(models.Model):
    """The words that are consented to; a changed text is a new version (trigger), so a proof shows what was read."""

    purpose = models.CharField(_("consent to"), max_length=12, choices=Purpose.choices)
    version = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "version"], name="crm_consent_text_once"),
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="crm_consent_text_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}, {self.version}"


class Consent(models.Model):
    """What a person allowed, proved by ``evidence`` and perhaps a file; taken back once, never given again by the same row."""

    person = models.ForeignKey("crm.Person", models.CASCADE, related_name="+")
    purpose = models.CharField(_("consent to"), max_length=12, choices=Purpose.choices)
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(_("how"), max_length=12, choices=Channel.choices)
    evidence = models.CharField(_("what proves it"), max_length=300)
    file = models.ForeignKey("crm.ClientFile", models.PROTECT, null=True, related_name="+", db_index=False)
    given_at = models.DateTimeField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    withdrawn_channel = models.CharField(max_length=12, choices=Channel.choices, blank=True, default="")
    withdrawn_note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose"], condition=Q(withdrawn_at=None), name="crm_consent_in_force_once"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")), name="crm_consent_withdrawn_after"
            ),
            models.CheckConstraint(condition=Q(evidence__regex=r"\S"), name="crm_consent_is_proved"),
        ]
