from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from .queries import ImportQuerySet


class Import(models.Model):
    """A file being brought into the base: read into rows, looked at, brought in, and possibly taken back as a whole.

    ``names`` says whom a name in a cell means where the staff, or the sources, know none: {"responsible:ivanov": id, 0 = nobody}.
    ``file`` is its name in the product's folder of imports ("" once it is read). ``mapping`` is {column number as text:
    field}. ``known`` says what happens to a client who is already here. ``done`` is how many rows reading or undoing has
    worked through; ``place`` the last line that was read; ``total`` rows, 0 while it is not known.
    """

    class What(models.TextChoices):
        PEOPLE = "people", _("people")
        COMPANIES = "companies", _("companies")
        DEALS = "deals", _("deals")

    class State(models.TextChoices):
        UPLOADED = "uploaded", pgettext_lazy("import", "columns are to be named")
        READING = "reading", pgettext_lazy("import", "is being read")
        CHECKED = "checked", pgettext_lazy("import", "read, nothing brought in yet")
        RUNNING = "running", pgettext_lazy("import", "is being brought in")
        PAUSED = "paused", pgettext_lazy("import", "paused")
        DONE = "done", pgettext_lazy("import", "brought in")
        UNDOING = "undoing", pgettext_lazy("import", "is being taken back")
        UNDONE = "undone", pgettext_lazy("import", "taken back")
        FAILED = "failed", pgettext_lazy("import", "failed")

    class Known(models.TextChoices):
        FILL = "fill", _("fill in what is empty")
        OVERWRITE = "overwrite", _("take the file's values")
        SKIP = "skip", _("leave as it is")
        ADD = "add", _("add another one all the same")

    what = models.CharField(max_length=12, choices=What.choices, default=What.PEOPLE)
    title = models.CharField(_("file"), max_length=200)
    file = models.CharField(max_length=120, blank=True, default="")
    layout: Any = models.JSONField(default=dict)
    heads: Any = models.JSONField(default=list)
    mapping: Any = models.JSONField(default=dict)
    names: Any = models.JSONField(default=dict, db_default={})
    relocation = models.ForeignKey("crm.Relocation", models.SET_NULL, null=True, related_name="imports")
    known = models.CharField(_("who is known already"), max_length=12, choices=Known.choices, default=Known.FILL)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("responsible where the file names nobody"),
    )  # fmt: skip
    source_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    error = models.CharField(max_length=300, blank=True, default="")
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    place = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    kept = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("noun", "import")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(state__in=["reading", "running", "undoing"]), name="crm_import_at_work"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_at_work(self) -> bool:
        """Whether the worker is busy with it."""
        return self.state in (self.State.READING, self.State.RUNNING, self.State.UNDOING)


class ImportStrand(models.Model):
    """One of the strands in which rows are brought in side by side: each goes through the whole file, block by block of
    lines, and takes its own rows.

    ``block`` is the next one; it moves in the transaction that brought its rows in.
    """

    batch = models.ForeignKey(Import, models.CASCADE, related_name="strands", db_index=False)
    number = models.PositiveSmallIntegerField()
    block = models.BigIntegerField()
    done = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="crm_import_strand_once")]


class ImportRow(models.Model):
    """A line of the file: as it was and as it is understood.

    ``cells`` are joined by CELL; phones and e-mails, in their one spelling, by a space. ``values`` holds the other
    understood fields. ``why`` is "what:text" of the first cell that makes no sense, see ``importing.fields.why_words``.
    """

    CELL = "\x1f"

    # Written by the million, under a lock of the import itself: the base need not look for it at every line.
    batch = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False, db_constraint=False)
    line = models.BigIntegerField()
    is_bad = models.BooleanField(default=False)
    why = models.CharField(max_length=200, blank=True, default="")
    cells = models.TextField()
    name = models.CharField(max_length=200, blank=True, default="")
    phones = models.TextField(blank=True, default="")
    emails = models.TextField(blank=True, default="")
    values: Any = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="crm_import_row_once")]
        indexes = [models.Index(fields=["batch", "line"], condition=Q(is_bad=True), name="crm_import_row_bad")]

    @property
    def texts(self) -> list[str]:
        """The cells one by one."""
        return self.cells.split(self.CELL)


class ImportResult(models.Model):
    """What came of a row. ``before`` holds what it changed on a card that was there: {column: [old, new]}, ``owners`` the
    contact points it gave; both are what undoing needs. Written once; undoing writes ``state``.
    """

    class State(models.TextChoices):
        ADDED = "added", pgettext_lazy("import row", "added")
        UPDATED = "updated", pgettext_lazy("import row", "changed")
        SKIPPED = "skipped", pgettext_lazy("import row", "left out")
        UNDONE = "undone", pgettext_lazy("import row", "taken back")
        KEPT = "kept", pgettext_lazy("import row", "stays: it has been worked with")

    # Written by the million, under a lock of the import itself: the base need not look for it at every line.
    batch = models.ForeignKey(Import, models.CASCADE, related_name="results", db_index=False, db_constraint=False)
    line = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State.choices)
    person_id = models.BigIntegerField(null=True)
    company_id = models.BigIntegerField(null=True)
    deal_id = models.BigIntegerField(null=True)
    before: Any = models.JSONField(null=True)
    owners = ArrayField(models.BigIntegerField(), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "line"], name="crm_import_result_once")]
        indexes = [models.Index(fields=["deal_id"], condition=Q(deal_id__isnull=False), name="crm_import_result_deal")]


class ImportMapping(models.Model):
    """Which columns of files with these heads are what; remembered, so that the next file asks nothing."""

    what = models.CharField(max_length=12)
    heads_key = models.CharField(max_length=64)
    mapping: Any = models.JSONField(default=dict)
    names: Any = models.JSONField(default=dict, db_default={})
    known = models.CharField(max_length=12, default="fill")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["what", "heads_key"], name="crm_import_mapping_once")]
