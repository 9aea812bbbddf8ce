from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Criterion(models.Model):
    """Something a talk is judged by; ``weight`` is its share beside the weights of the others.

    What was judged by it stays judged: a criterion that is used no more is archived.
    """

    name = models.CharField(pgettext_lazy("thing", "Name"), max_length=120)
    hint = models.CharField(_("What is good"), max_length=300, blank=True, default="")
    weight = models.PositiveSmallIntegerField(
        _("Weight"), default=10, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    order = models.SmallIntegerField(_("Place in the form"), default=0)
    is_archived = models.BooleanField(_("Not used any more"), default=False)

    class Meta:
        verbose_name = _("criterion of quality")
        ordering = ["order", "id"]
        constraints = [models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=100), name="telephony_weight")]

    def __str__(self) -> str:
        return self.name


class QualityScore(models.Model):
    """How well a call was handled, 0..100, by one judge; another judge has a row of his own.

    ``total`` = sum(weight x mark) / sum(weight) over the criteria that applied, with the weights of that day.
    """

    call = models.ForeignKey("telephony.Call", models.PROTECT, related_name="scores")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    total = models.PositiveSmallIntegerField()
    comment = models.CharField(_("Comment"), max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = _("score of a call")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "by"], name="telephony_score_once"),
            models.CheckConstraint(condition=Q(total__lte=100), name="telephony_score_total"),
        ]
        indexes = [models.Index(fields=["user", "-at"], name="telephony_score_user")]


class QualityMark(models.Model):
    """The mark for one criterion, 0..100, with the weight it had then; None = it did not apply."""

    score = models.ForeignKey(QualityScore, models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    weight = models.PositiveSmallIntegerField()
    value = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["score", "criterion"], name="telephony_mark_once"),
            models.CheckConstraint(condition=Q(value__lte=100) | Q(value=None), name="telephony_mark_value"),
        ]
