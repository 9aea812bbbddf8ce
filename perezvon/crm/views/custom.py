"""Own fields and tags: the administrator's pages."""

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from ..actions import custom as actions
from ..actions import tags as tag_actions
from ..actions.errors import Refused
from ..forms.custom import FieldForm, NameForm, TagForm
from ..models import CustomChoice, CustomField, Tag, Tagged
from .answers import refused


@require_safe
@rights.required("settings", "administer")
def own_fields(request: HttpRequest) -> HttpResponse:
    """The fields of people, companies and deals, in the order of cards and forms."""
    rows = list(CustomField.objects.prefetch_related("choices").order_by("is_archived", "order", "pk"))
    nouns = [(noun, [row for row in rows if row.noun == noun.value]) for noun in CustomField.Noun]
    return render(request, "crm/fields.html", {"nouns": nouns})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def field(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Add or change a field."""
    one = get_object_or_404(CustomField, pk=pk) if pk else None
    form = FieldForm(request.POST if request.method == "POST" else None, instance=one, noun=request.GET.get("noun", ""))
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_field(form.save(commit=False), form.labels(), by=request.user, at=clock.now())
        except Refused as error:
            refused(form, error)  # type: ignore[arg-type]
        else:
            return done(request, reverse("crm:fields"), _("Saved."))
    return ask(request, form, _("Own field"), submit=_("Save"), back=reverse("crm:fields"))


@require_POST
@rights.required("settings", "administer")
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a field one place up or down."""
    actions.move_field(get_object_or_404(CustomField, pk=pk), request.POST.get("way") == "down")
    return done(request, reverse("crm:fields"))


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def choice(request: HttpRequest, pk: int) -> HttpResponse:
    """Call one of the values otherwise, also where it is chosen already."""
    one = get_object_or_404(CustomChoice.objects.select_related("field"), pk=pk)
    form = NameForm(request.POST or None, now=one.label)
    if request.method == "POST" and form.is_valid():
        try:
            actions.rename_choice(one, form.cleaned_data["name"], by=request.user, at=clock.now())
        except Refused as error:
            refused(form, error)
        else:
            return done(request, reverse("crm:fields"), _("Saved."))
    return ask(request, form, one.field.label, submit=_("Save"), back=reverse("crm:fields"))


@require_safe
@rights.required("settings", "administer")
def tags(request: HttpRequest) -> HttpResponse:
    """The words that clients, companies and deals are marked with, and how often."""
    rows = Tagged.objects.filter(tag=OuterRef("pk")).order_by().values("tag").annotate(count=Count("pk"))
    found = Tag.objects.annotate(count=Coalesce(Subquery(rows.values("count")), 0)).order_by("name")
    return render(request, "crm/tags.html", {"tags": found})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Call a tag otherwise, or make one of two."""
    one = get_object_or_404(Tag, pk=pk)
    form = TagForm(request.POST or None, tag=one)
    if request.method == "POST" and form.is_valid():
        try:
            tag_actions.rename_tag(one, form.cleaned_data["name"], by=request.user, at=clock.now())
        except Refused as error:
            refused(form, error)
        else:
            return done(request, reverse("crm:tags"), _("Saved."))
    return ask(request, form, _("Tag"), submit=_("Save"), back=reverse("crm:tags"))


@require_POST
@rights.required("settings", "administer")
def remove_tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a tag off everything."""
    tag_actions.remove_tag(get_object_or_404(Tag, pk=pk), by=request.user, at=clock.now())
    return done(request, reverse("crm:tags"), _("Removed."))
