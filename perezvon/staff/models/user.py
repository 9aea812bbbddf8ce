from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserQuerySet(models.QuerySet["User"]):
    """Lists of people of the staff."""

    def working(self) -> "UserQuerySet":
        """Those who have not left."""
        return self.filter(is_active=True)

    def visible_to(self, user: Any, verb: str = "view") -> "UserQuerySet":
        """Those whom ``user`` may see in the lists of the staff; everybody sees himself."""
        from ..access import limit

        return limit(self, user, "staff", verb, owner="pk", department="department")


class UserManager(BaseUserManager["User"]):
    """People are found by e-mail, whatever the case it is typed in."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def working(self) -> UserQuerySet:
        """Those who have not left."""
        return self.get_queryset().working()

    def visible_to(self, user: Any, verb: str = "view") -> UserQuerySet:
        """Those whom ``user`` may see in the lists of the staff."""
        return self.get_queryset().visible_to(user, verb)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person who signs in by e-mail; without a password he cannot sign in yet."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """A person whom no right is refused: for the very first sign-in and for repairs."""
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person of the staff: seller, operator, head, administrator."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("as the system")
        LIGHT = "light", _("light")
        DARK = "dark", _("dark")

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    position = models.CharField(_("position"), max_length=120, blank=True, default="")
    department = models.ForeignKey("staff.Department", models.PROTECT, null=True, blank=True, related_name="people")
    roles = models.ManyToManyField("staff.Role", blank=True, related_name="people")
    extension = models.CharField(_("internal number"), max_length=16, blank=True, default="", db_index=True)
    language = models.CharField(_("language"), max_length=8, default="ru")
    time_zone = models.CharField(_("time zone"), max_length=48, blank=True, default="")  # "" = the company's
    theme = models.CharField(_("theme"), max_length=8, choices=Theme.choices, default=Theme.AUTO)
    # The present stretch of ``Presence``, so that every page can show it for free.
    presence = models.CharField(max_length=16, blank=True, default="", editable=False)
    presence_reason = models.CharField(max_length=80, blank=True, default="", editable=False)
    presence_since = models.DateTimeField(null=True, blank=True, editable=False)
    # How many notices were not looked at: shown on every page, so it is counted when that changes.
    unseen_notices = models.PositiveIntegerField(default=0, editable=False)
    is_active = models.BooleanField(_("works here"), default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person of the staff")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="staff_user_email_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """Django's word for administrators of its own admin; ours are superusers."""
        return self.is_superuser

    def role_titles(self) -> Iterable[str]:
        """The roles in the reader's language."""
        return [role.title for role in self.roles.all()]
