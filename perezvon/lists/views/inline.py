"""Changing one field in place, in a list or on a card, without overwriting what somebody else has saved meanwhile."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import UNPROCESSABLE, back_to, done
from perezvon.web.respond import page_or_fragment, wants_fragment

from .. import access
from ..listing import Edit, Listing, Look, Refused

CONFLICT = 409


class OneField(forms.Form):
    """The field, the version that was on the screen and the value it had."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    was = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, edit: Edit, user: Any, row: Any) -> None:
        super().__init__(data, initial={"version": row.version, "was": written(edit, row), "value": edit.of(row)})
        self.fields["value"] = edit.field(user, row)
        self.fields["value"].label = str(edit.label)


def written(edit: Edit, row: Any) -> str:
    """The value of the field now, as text to compare."""
    value = edit.of(row)
    return "" if value is None else str(value)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def field(request: HttpRequest, key: str, pk: int, name: str) -> HttpResponse:
    """GET: the field to be changed (``cell=1``: as it is shown). POST: save it. 409 asks which of two values shall stay."""
    listing = access.listing(request.user, key, "edit")
    edit = listing.edit(name)
    if edit is None or listing.change is None:
        raise Http404
    row = access.one(request.user, listing, pk, "edit")
    if request.method != "POST":
        if request.GET.get("cell"):
            return HttpResponse(_cell(request, listing, name, row))
        return _form(request, listing, edit, row, OneField(None, edit=edit, user=request.user, row=row))
    form = OneField(request.POST, edit=edit, user=request.user, row=row)
    if not form.is_valid():
        return _form(request, listing, edit, row, form, UNPROCESSABLE)
    return _save(request, listing, edit, row, form)


def _save(request: HttpRequest, listing: Listing, edit: Edit, row: Any, form: OneField) -> HttpResponse:
    version, was = form.cleaned_data["version"], form.cleaned_data["was"]
    if version != row.version and was == written(edit, row):
        version = row.version  # somebody saved another field: nothing of his is lost
    if version != row.version and request.POST.get("mine") == "1":
        version = row.version
    try:
        with transaction.atomic():
            changes = edit.changes(request.user, form.cleaned_data["value"])
            listing.change(row, changes, version=version, by=request.user, at=clock.now())  # type: ignore[misc]
            rights.recheck(row, request.user)
    except listing.changed:
        return _conflict(request, listing, edit, row.pk, form)
    except (Refused, PermissionDenied) as error:
        form.add_error("value", str(error) or _("Then you would not see it any more."))
        return _form(request, listing, edit, row, form, UNPROCESSABLE)
    row = access.one(request.user, listing, row.pk)
    if wants_fragment(request):
        return HttpResponse(_cell(request, listing, edit.key, row))
    return done(request, _card(listing, row), _("Saved."))


def _cell(request: HttpRequest, listing: Listing, key: str, row: Any) -> Any:
    """What stands in the cell of the field."""
    listing.dress([row], request.user)
    column = listing.column_of_edit(key)
    return column.drawn(row, Look(request.user, clock.now(), request)) if column else ""


def _card(listing: Listing, row: Any) -> str:
    return reverse(listing.card, args=[row.pk])


def _form(
    request: HttpRequest, listing: Listing, edit: Edit, row: Any, form: OneField, status: int = 200
) -> HttpResponse:
    context = {
        "form": form, "edit": edit, "row": row, "url": request.path, "next": back_to(request, ""),
        "back": back_to(request, _card(listing, row)),
    }  # fmt: skip
    return page_or_fragment(request, "lists/inline.html", context, "lists/_inline.html", status)


def _conflict(request: HttpRequest, listing: Listing, edit: Edit, pk: int, form: OneField) -> HttpResponse:
    """Both values side by side; whoever saves decides."""
    row = access.one(request.user, listing, pk, "edit")
    theirs = _cell(request, listing, edit.key, row)
    again = OneField(None, edit=edit, user=request.user, row=row)
    again.initial["value"] = again.fields["value"].widget.value_from_datadict(request.POST, {}, "value")
    context = {
        "form": again, "edit": edit, "row": row, "theirs": theirs, "url": request.path, "back": back_to(request, _card(listing, row)),
        "next": back_to(request, ""),
    }  # fmt: skip
    if not wants_fragment(request):
        messages.warning(request, _("Somebody has changed this meanwhile."))
    return page_or_fragment(request, "lists/conflict.html", context, "lists/_conflict.html", CONFLICT)
