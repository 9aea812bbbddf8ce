from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SHIPPED = {
    "call": _("call"),
    "callback": _("call back"),
    "meeting": _("meeting"),
    "mail": _("write"),
    "proposal": _("prepare a proposal"),
    "payment": _("check the payment"),
    "other": _("other"),
}
USUAL = {
    "call": _("Call the client"),
    "callback": _("Call back"),
    "meeting": _("Meet the client"),
    "mail": _("Write to the client"),
    "proposal": _("Prepare a proposal"),
    "payment": _("Check the payment"),
    "other": _("Next step"),
}
COLORS = ("blue", "teal", "orange", "pink", "purple", "green", "brown", "gray")


class TaskKind(models.Model):
    """A kind of task, as the company wants it. Tasks, rules and programs remember its ``code``.

    ``name`` and ``title`` (the usual words of a task) are "" for kinds that we ship and nobody renamed: those speak
    the reader's language. ``minutes`` is how long such a task usually takes, ``takes_slot`` whether it stands in the
    calendar with a beginning and an end, ``reminders`` the minutes before its time at which its person is reminded.
    """

    # Kinds that the product itself makes tasks of; they may be renamed, not removed.
    CALL, CALLBACK, MEETING, MAIL = "call", "callback", "meeting", "mail"
    PROPOSAL, PAYMENT, OTHER = "proposal", "payment", "other"

    code = models.CharField(max_length=12, primary_key=True, validators=[RegexValidator(r"^[a-z0-9_]+\Z")])
    name = models.CharField(_("name"), max_length=60, blank=True, default="")
    title = models.CharField(_("usual words of the task"), max_length=200, blank=True, default="")
    icon = models.CharField(_("icon"), max_length=40, default="checkbox")
    color = models.CharField(_("colour"), max_length=8, default="blue", choices=[(one, one) for one in COLORS])
    minutes = models.PositiveSmallIntegerField(_("usual length, minutes"), default=30)
    takes_slot = models.BooleanField(_("takes its time in the calendar"), default=False)
    reminders: Any = ArrayField(models.PositiveIntegerField(), verbose_name=_("reminders"), default=list, blank=True)
    order = models.PositiveSmallIntegerField(_("place in the list"), default=100)
    is_used = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("kind of task")
        ordering = ["order", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=1440), name="crm_taskkind_length"),
            models.CheckConstraint(condition=~Q(name="") | Q(code__in=list(SHIPPED)), name="crm_taskkind_has_name"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """What the kind is called on the screen."""
        return self.name or str(SHIPPED.get(self.code, self.code))

    @property
    def words(self) -> str:
        """The title of a task for which nobody found other words."""
        return self.title or str(USUAL.get(self.code, "")) or self.label[:1].upper() + self.label[1:]
