"""People of the staff, for those who keep it in order."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from perezvon.kit.clock import now
from perezvon.web.paging import cursor_page
from perezvon.web.parts import Chip

from .. import access, actions
from ..forms.people import NewPersonForm, PasswordForm, PersonForm
from ..models import Presence, User
from .answers import told_in

administered = access.required("staff", "administer")


@require_GET
@access.required("staff", "view")
def people(request: HttpRequest) -> HttpResponse:
    """The list of the staff: who works here, or who has left."""
    left = request.GET.get("left") == "1"
    text = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    visible = User.objects.visible_to(request.user)
    found = visible.filter(is_active=not left).select_related("department").prefetch_related("roles")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(email__icontains=text) | Q(extension=text))
    page = cursor_page(found, ("name", "id"), request.GET.get("cursor"), 50)
    counts = visible.aggregate(
        working=Count("pk", filter=Q(is_active=True)), left=Count("pk", filter=Q(is_active=False))
    )
    chips = [
        Chip(_("Work here"), reverse("staff:people"), counts["working"], not left, key="working"),
        Chip(_("Have left"), reverse("staff:people") + "?left=1", counts["left"], left, key="left"),
    ]
    return render(request, "staff/people.html", {"page": page, "chips": chips, "text": text, "left": left})


@require_http_methods(["GET", "POST"])
@administered
def person_add(request: HttpRequest) -> HttpResponse:
    """Take a person on."""
    form = NewPersonForm(request.POST or None, initial={"language": request.user.language})
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            user = actions.add_user(**form.cleaned_data, by=request.user, at=now())
            messages.success(request, _("%(name)s is on the staff.") % {"name": user.name})
            return redirect("staff:person", user.pk)
    return _form_page(request, form, _("New person"), reverse("staff:people"))


@require_http_methods(["GET", "POST"])
@access.required("staff", "view")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """A person's card; those who administer the staff change it."""
    user = get_object_or_404(User.objects.visible_to(request.user).select_related("department"), pk=pk)
    may_change = access.allows(request.user, "staff", "administer", owner_id=None, department_id=user.department_id)
    form = PersonForm.of(user, request.POST if request.method == "POST" and may_change else None)
    if form.is_bound and form.is_valid():
        with told_in(form):
            roles = form.cleaned_data.pop("roles")
            actions.save_card(user, form.cleaned_data, roles=roles, by=request.user, at=now())
            messages.success(request, _("Saved."))
            return redirect("staff:person", pk)
    context = {"user_card": user, "form": form, "may_change": may_change, "password": PasswordForm(), **_past(user)}
    return render(request, "staff/person.html", context, status=422 if form.errors else 200)


def _past(user: User) -> dict[str, Any]:
    return {"presences": Presence.objects.filter(user=user)[:10]}


@require_POST
@administered
def leaving(request: HttpRequest, pk: int) -> HttpResponse:
    """The person leaves the company."""
    return _change(request, pk, actions.dismiss, _("%(name)s can no longer sign in."))


@require_POST
@administered
def returning(request: HttpRequest, pk: int) -> HttpResponse:
    """The person works here again."""
    return _change(request, pk, actions.take_back, _("%(name)s works here again. Give him a new password."))


def _change(request: HttpRequest, pk: int, action: Any, words: str) -> HttpResponse:
    user = get_object_or_404(User.objects.visible_to(request.user, "administer"), pk=pk)
    try:
        action(user, by=request.user, at=now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, words % {"name": user.name})
    return redirect("staff:person", pk)


@require_POST
@administered
def password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a person a new password."""
    user = get_object_or_404(User.objects.visible_to(request.user, "administer"), pk=pk)
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _form_page(
            request, form, _("New password for %(name)s") % {"name": user.name}, reverse("staff:person", args=[pk])
        )
    actions.set_password(user, form.cleaned_data["password"], by=request.user, at=now())
    messages.success(request, _("The new password of %(name)s works from now on.") % {"name": user.name})
    return redirect("staff:person", pk)


def _form_page(request: HttpRequest, form: Any, title: str, back: str) -> HttpResponse:
    return render(
        request, "staff/form.html", {"form": form, "heading": title, "back": back}, status=422 if form.errors else 200
    )
