from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .priority import Priority
from .queries import TicketQuerySet


class Ticket(models.Model):
    """A request: one journey of one client, from the first ring to the repeat sale. Never deleted.

    ``step`` and ``rank`` say how far the journey has come (see ``tickets/stages.py``); ``loss`` is
    the stage it is lost at now ("" = not lost), ``healed`` the last loss that was made good and
    ``recovery`` how. ``observed`` is False when the exchange's events only let us infer the stage.
    Money is in roubles; ``amount`` is 0 until the deal is won. The dimension columns are those of the
    first contact; ``responsible`` and ``department`` follow the work. ``missed_at`` is the client's
    last call that nobody talked to him after; ``look_at`` the moment at which the flow of time alone
    may change the standing (a timer waits for it). ``queue`` hands it out; ``waiting_since`` is set while nobody could
    take it. ``due_at`` is the nearest promise to the client (``due_kind``), None while none runs; ``paused_at`` since
    when the clocks stand. One that was merged points to the kept one. The database gives the number.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "open")
        CLOSED = "closed", pgettext_lazy("request", "closed")
        DISQUALIFIED = "out", _("not a target")

    class Recovery(models.TextChoices):
        BY_US = "by_us", _("by us")
        BY_CLIENT = "by_client", _("the client came back himself")
        SOLD = "sold", _("sold all the same")

    number = models.CharField(_("number"), max_length=16, unique=True, editable=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    person = models.ForeignKey("crm.Person", models.PROTECT, null=True, blank=True, related_name="+")
    channel = models.CharField(_("channel"), max_length=16)
    line = models.CharField(_("dialled number"), max_length=20, blank=True, default="")
    source = models.ForeignKey("marketing.Source", models.SET_NULL, null=True, blank=True, related_name="+")
    product = models.ForeignKey("crm.Product", models.SET_NULL, null=True, blank=True, related_name="+")
    region = models.CharField(_("region"), max_length=120, blank=True, default="")
    is_new = models.BooleanField(_("new client"), default=True)
    department = models.ForeignKey("staff.Department", models.SET_NULL, null=True, blank=True, related_name="+")
    responsible = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    last_contact_at = models.DateTimeField()
    first_response_due = models.DateTimeField(null=True, blank=True)
    first_response_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateTimeField(_("next step due"), null=True, blank=True)
    next_task_id = models.BigIntegerField(null=True, blank=True)
    step = models.CharField(max_length=24, default="dialled")
    rank = models.IntegerField(default=0)
    loss = models.CharField(max_length=3, blank=True, default="")
    lost_at = models.DateTimeField(null=True, blank=True)
    is_short = models.BooleanField(_("hung up within seconds"), default=False)
    missed_at = models.DateTimeField(null=True, blank=True)
    window_until = models.DateTimeField(_("can be saved until"), null=True, blank=True)
    healed = models.CharField(max_length=3, blank=True, default="")
    recovery = models.CharField(max_length=10, choices=Recovery.choices, blank=True, default="")
    recovered_at = models.DateTimeField(null=True, blank=True)
    observed = models.BooleanField(default=True)
    deal_id = models.BigIntegerField(null=True, blank=True)
    deal_stage_id = models.BigIntegerField(null=True, blank=True)
    amount = models.DecimalField(_("sale, ₽"), max_digits=14, decimal_places=2, default=0)
    paid = models.DecimalField(_("paid, ₽"), max_digits=14, decimal_places=2, default=0)
    won_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    repeat_at = models.DateTimeField(null=True, blank=True)
    out_at = models.DateTimeField(null=True, blank=True)
    out_reason = models.CharField(_("why not a target"), max_length=200, blank=True, default="")
    out_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(_("why closed"), max_length=200, blank=True, default="")
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    overdue_since = models.DateTimeField(null=True, blank=True)
    queue = models.ForeignKey("tickets.TicketQueue", models.SET_NULL, null=True, blank=True, related_name="+")
    priority = models.CharField(_("priority"), max_length=8, choices=Priority.choices, default=Priority.NORMAL)
    waiting_since = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(_("promised by"), null=True, blank=True)
    due_kind = models.CharField(max_length=10, blank=True, default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    look_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    objects = models.Manager.from_queryset(TicketQuerySet)()

    class Meta:
        verbose_name = _("request")
        constraints = [
            # A deal opened by hand while another request of the client is open has a request of its own.
            models.UniqueConstraint(
                "person", condition=Q(state="open") & ~Q(channel="manual"), name="tickets_one_open_per_person"
            ),
            models.CheckConstraint(
                condition=~Q(state="out") | (Q(out_reason__regex=r"\S") & Q(out_at__isnull=False)),
                name="tickets_out_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(end_reason__regex=r"\S"), name="tickets_end_has_reason"
            ),
            models.UniqueConstraint("deal_id", condition=Q(deal_id__isnull=False), name="tickets_deal_once"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(state="open"), name="tickets_merged_is_not_open"
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="tickets_newest"),
            models.Index(fields=["responsible", "deadline"], condition=Q(state="open"), name="tickets_mine"),
            models.Index(fields=["department", "deadline"], condition=Q(state="open"), name="tickets_department"),
            models.Index(fields=["-opened_at", "-id"], condition=Q(state="open"), name="tickets_open"),
            models.Index(
                fields=["-opened_at", "-id"],
                condition=Q(state="open", first_response_at=None),
                name="tickets_unanswered",
            ),
            models.Index(
                fields=["-missed_at", "-id"], condition=Q(state="open", missed_at__isnull=False), name="tickets_missed"
            ),
            models.Index(
                fields=["overdue_since", "id"],
                condition=Q(state="open", overdue_since__isnull=False),
                name="tickets_overdue",
            ),
            models.Index(
                fields=["-opened_at", "-id"], condition=Q(state="open", next_task_id=None), name="tickets_unplanned"
            ),
            models.Index(fields=["changed_at"], name="tickets_changed"),
            models.Index(fields=["queue", "due_at", "id"], condition=Q(state="open"), name="tickets_queue_due"),
            models.Index(fields=["due_at", "id"], condition=Q(state="open", due_at__isnull=False), name="tickets_due"),
            models.Index(
                fields=["waiting_since", "id"], condition=Q(waiting_since__isnull=False), name="tickets_waiting"
            ),
            models.Index(fields=["paused_at", "id"], condition=Q(paused_at__isnull=False), name="tickets_paused"),
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="tickets_merged"),
            models.Index(fields=["person", "opened_at"], name="tickets_person"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def version(self) -> int:
        """Another one after every change, by whomever: the moment of the last, in microseconds."""
        return (self.changed_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)

    @property
    def is_open(self) -> bool:
        """Somebody has to do something about it."""
        return self.state == self.State.OPEN
