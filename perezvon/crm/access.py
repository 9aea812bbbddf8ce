"""Who may open and change which client, deal or task; what is missing and what is forbidden look alike (404)."""

from typing import Any

from django.db.models import Q
from django.shortcuts import get_object_or_404

from perezvon.staff import access

from .models import ClientFile, Company, Consent, ContactOwner, Deal, Import, Person, Relocation, Task, Tie, Wish


def person(user: Any, pk: int, to: str = "view") -> Person:
    """The person, when ``user`` may do that to it. Http404 otherwise."""
    return get_object_or_404(Person.objects.visible_to(user, to).select_related("responsible", "company"), pk=pk)


def company(user: Any, pk: int, to: str = "view") -> Company:
    """The company, when ``user`` may do that to it. Http404 otherwise."""
    return get_object_or_404(Company.objects.visible_to(user, to).select_related("responsible"), pk=pk)


def deal(user: Any, pk: int, to: str = "view") -> Deal:
    """The deal, when ``user`` may do that to it. Http404 otherwise."""
    related = ("person", "company", "stage", "pipeline", "product", "responsible")
    return get_object_or_404(Deal.objects.visible_to(user, to).select_related(*related), pk=pk)


def task(user: Any, pk: int, to: str = "view") -> Task:
    """The task, when ``user`` may do that to it. Http404 otherwise."""
    rows = Task.objects.visible_to(user, to)
    if to == "view":  # a watcher sees the task that he watches, and nothing else of it
        rows = Task.objects.filter(Q(pk__in=rows.filter(pk=pk)) | Q(pk__in=Task.objects.watched_by(user).filter(pk=pk)))
    related = ("person", "deal", "responsible", "series", "group", "created_by")
    return get_object_or_404(rows.select_related(*related), pk=pk)


def may_put_off(user: Any, one: Task) -> bool:
    """Whether ``user`` (None = the system) may put a hard deadline off: who set it, or who may hand the task over."""
    owner, department = one.responsible_id, one.department_id
    mine = user is None or user.pk == one.created_by_id
    return mine or access.allows(user, "task", "assign", owner_id=owner, department_id=department)


def contact(user: Any, pk: int) -> ContactOwner:
    """A contact point of somebody whom ``user`` may change. Http404 otherwise."""
    people = Person.objects.visible_to(user, "edit").values("pk")
    companies = Company.objects.visible_to(user, "edit").values("pk")
    mine = ContactOwner.objects.present().filter(Q(person__in=people) | Q(company__in=companies))
    return get_object_or_404(mine.select_related("person", "company", "point"), pk=pk)


def client_file(user: Any, pk: int, to: str = "view") -> ClientFile:
    """A file on something that ``user`` may see, or change. Http404 otherwise."""
    rows = ClientFile.objects.visible_to(user, to).select_related("person", "company", "deal")
    return get_object_or_404(rows, pk=pk)


def tie(user: Any, pk: int) -> Tie:
    """A tie of which ``user`` may change one end. Http404 otherwise."""
    people = Person.objects.visible_to(user, "edit").values("pk")
    companies = Company.objects.visible_to(user, "edit").values("pk")
    mine = Q(person__in=people) | Q(other_person__in=people) | Q(company__in=companies) | Q(other_company__in=companies)
    related = ("kind", "person", "company", "other_person", "other_company")
    return get_object_or_404(Tie.objects.filter(mine).select_related(*related), pk=pk)


def consent(user: Any, pk: int) -> Consent:
    """A consent of somebody whom ``user`` may change. Http404 otherwise."""
    mine = Consent.objects.filter(person__in=Person.objects.visible_to(user, "edit").values("pk"))
    return get_object_or_404(mine.select_related("person"), pk=pk)


def wish(user: Any, pk: int) -> Wish:
    """A wish of somebody whom ``user`` may change. Http404 otherwise."""
    mine = Wish.objects.filter(person__in=Person.objects.visible_to(user, "edit").values("pk"))
    return get_object_or_404(mine.select_related("person"), pk=pk)


def one_import(user: Any, pk: int) -> Import:
    """An import that ``user`` may look at and steer. Http404 otherwise."""
    return get_object_or_404(Import.objects.visible_to(user).select_related("by", "responsible"), pk=pk)


def relocation(user: Any, pk: int) -> Relocation:
    """A move from another CRM that ``user`` may look at and steer. Http404 otherwise."""
    return get_object_or_404(Relocation.objects.visible_to(user).select_related("by"), pk=pk)
