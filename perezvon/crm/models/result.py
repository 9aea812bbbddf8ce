from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

WAIT, LOSE, WIN = "wait", "lose", "win"
LONGEST = 365


class TaskResult(models.Model):
    """A ready result of a kind of task: one press instead of typing, and a word that can be counted.

    It may suggest what comes next: ``next_kind`` is a code of ``TaskKind``, WAIT (for the client) or LOSE (close the
    deal), "" = nothing; ``next_days`` is in how many days (0 = today). ``needs_comment``: a word must be added.
    """

    kind = models.CharField(_("task"), max_length=12)
    text = models.CharField(_("result"), max_length=120)
    order = models.IntegerField(default=0)
    next_kind = models.CharField(_("suggests next"), max_length=12, blank=True, default="")
    next_days = models.PositiveSmallIntegerField(
        _("in how many days"), default=1, validators=[MaxValueValidator(LONGEST)]
    )
    needs_comment = models.BooleanField(_("asks for a comment"), default=False)
    is_archived = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("result of a task")
        ordering = ["kind", "order", "id"]
        constraints = [
            models.UniqueConstraint("kind", "text", condition=models.Q(is_archived=False), name="crm_task_result_once"),
            models.CheckConstraint(condition=models.Q(next_days__lte=LONGEST), name="crm_task_result_days"),
        ]

    def __str__(self) -> str:
        return self.text
