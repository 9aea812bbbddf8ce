from django.db import models
from django.utils.translation import gettext_lazy as _

STANDARD_TITLES = {
    "administrator": _("Administrator"),
    "owner": _("Owner of the business"),
    "head_of_sales": _("Head of sales"),
    "seller": _("Seller"),
    "operator": _("Contact centre operator"),
    "supervisor": _("Contact centre supervisor"),
    "marketer": _("Marketer"),
    "accountant": _("Accountant"),
}


class Role(models.Model):
    """A named bundle of rights, as the company speaks of it: seller, head of sales, operator.

    A standard role without a name of its own is called in the reader's language.
    """

    key = models.SlugField(unique=True)
    name = models.CharField(_("name"), max_length=80, blank=True, default="")

    class Meta:
        verbose_name = _("role")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """What the role is called on the screen."""
        return self.name or str(STANDARD_TITLES.get(self.key, self.key))


class Grant(models.Model):
    """One right of a role: may do ``verb`` to ``noun`` within ``scope``."""

    class Scope(models.TextChoices):
        OWN = "own", _("own")
        DEPARTMENT = "department", _("own department")
        SUBTREE = "subtree", _("department and below")
        ALL = "all", _("everything")

    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    noun = models.CharField(max_length=32)
    verb = models.CharField(max_length=16)
    scope = models.CharField(max_length=12, choices=Scope.choices)

    class Meta:
        constraints = [models.UniqueConstraint("role", "noun", "verb", name="staff_grant_once")]

    def __str__(self) -> str:
        return f"{self.noun}.{self.verb}: {self.scope}"
