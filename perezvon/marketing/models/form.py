from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class FormQuerySet(models.QuerySet["Form"]):
    """Lists of site forms."""

    def visible_to(self, user: Any, verb: str = "view") -> "FormQuerySet":
        """The forms that ``user`` may see."""
        from ..access import limit_forms

        return limit_forms(self, user, verb)


class Form(models.Model):
    """A public form of a site: its key stands in the address, ``origins`` may post to it from a browser.

    ``limit_per_minute`` is how many posts one address may send in a minute (0 = no limit).
    """

    name = models.CharField(_("name"), max_length=80)
    key = models.CharField(max_length=40, unique=True)
    origins: Any = models.JSONField(default=list, blank=True)
    source = models.ForeignKey(
        "marketing.Source", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("source")
    )
    product = models.ForeignKey(
        "crm.Product", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    department = models.ForeignKey(
        "staff.Department", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    redirect_to = models.CharField(_("page after sending"), max_length=500, blank=True, default="")
    limit_per_minute = models.PositiveIntegerField(_("posts a minute from one address"), default=60)
    is_enabled = models.BooleanField(_("accepts requests"), default=True)
    created_at = models.DateTimeField()

    objects = FormQuerySet.as_manager()

    class Meta:
        verbose_name = _("site form")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Submission(models.Model):
    """What a visitor sent, stored before anything is made of it; (form, idempotency_key) is one.

    ``fields`` is everything he sent as text, ``utm`` the tags of this visit without their prefix,
    ``click_ids`` the ad systems' ids, ``first_touch`` the tags, page and referrer of his very first
    visit. A body that cannot be read is kept as "rejected" with its reason and beginning.
    """

    class State(models.TextChoices):
        NEW = "new", _("being processed")
        DONE = "done", _("accepted")
        SPAM = "spam", _("spam")
        REJECTED = "rejected", _("rejected")

    form = models.ForeignKey(Form, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    idempotency_key = models.CharField(max_length=80)
    name = models.CharField(max_length=200, blank=True, default="")
    phone = models.CharField(max_length=20, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    message = models.TextField(blank=True, default="")
    fields: Any = models.JSONField(default=dict)
    utm: Any = models.JSONField(default=dict)
    click_ids: Any = models.JSONField(default=dict)
    first_touch: Any = models.JSONField(default=dict)
    landing_page = models.CharField(max_length=1000, blank=True, default="")
    referrer = models.CharField(max_length=1000, blank=True, default="")
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)
    reason = models.CharField(max_length=200, blank=True, default="")
    tries = models.SmallIntegerField(default=0)
    person = models.ForeignKey("crm.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.ForeignKey("marketing.Source", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("form submission")
        constraints = [models.UniqueConstraint("form", "idempotency_key", name="marketing_submission_once")]
        indexes = [
            models.Index("id", condition=models.Q(state="new"), name="marketing_submission_new"),
            models.Index(fields=["form", "-received_at", "-id"], name="marketing_submission_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.form_id} {self.received_at:%d.%m %H:%M}"
