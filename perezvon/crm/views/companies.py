"""Companies: the list, the card, adding and changing."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.lists.page import list_page
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment

from .. import access, actions, doubles
from ..columns import with_tags
from ..custom.definitions import fields_of
from ..feed import feed
from ..forms import CompanyForm, ContactChangeForm, ContactForm, NewCompanyForm, NoteForm
from ..listings import COMPANIES
from ..models import Company, Deal, Person
from ..timeline import timeline
from .answers import ask, done, refused
from .people import may_edit, owners_of


@require_safe
@rights.required("company", "view")
def companies(request: HttpRequest) -> HttpResponse:
    """The list of companies."""
    return list_page(request, COMPANIES)


@require_safe
@rights.required("company", "view")
def company(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of a company: who works there, deals, the timeline."""
    if kept := Company.objects.filter(pk=pk, merged_into__isnull=False).values_list("merged_into", flat=True).first():
        return HttpResponseRedirect(reverse("crm:company", args=[kept]))
    one, user = access.company(request.user, pk), request.user
    deals = Deal.objects.visible_to(user).filter(company=one).select_related("stage").order_by("-created_at")
    with_tags("company")([one], user)
    context = {
        "company": one, "own": fields_of("company"), "owners": owners_of(one), "deals": deals[:20],
        "people": Person.objects.visible_to(user).filter(company=one).order_by("name")[:50],
        "can_edit": may_edit(user, "company", one), **feed(request, COMPANIES, one, "company"),
    }  # fmt: skip
    return render(request, "crm/company.html", context)


@require_safe
@rights.required("company", "view")
def company_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the timeline."""
    access.company(request.user, pk)
    chunk = timeline(request.user, request.GET.get("show", ""), request.GET.get("before", ""), company_id=pk)
    context = {"chunk": chunk, "show": request.GET.get("show", ""), "timeline_url": request.path}
    return page_or_fragment(request, "crm/timeline.html", context, "crm/_timeline.html")


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("company", "add")
def add(request: HttpRequest) -> HttpResponse:
    """A new company."""
    form = NewCompanyForm(request.POST if request.method == "POST" else None, user=request.user)
    known: list[doubles.Known] = []
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        known = doubles.known_companies(request.user, asked["name"], asked["inn"], asked["phone"], asked["email"])
    if request.method == "POST" and form.is_valid() and (not known or request.POST.get("sure")):
        values = form.changes()
        responsible = doubles.colleague(values.pop("responsible_id", request.user.pk))
        contacts = {"phones": [values.pop("phone")], "emails": [values.pop("email")]}
        values["department_id"] = values.get("department_id") or request.user.department_id
        one = actions.add_company(**values, **contacts, responsible=responsible, by=request.user, at=clock.now())
        return done(request, reverse("crm:company", args=[one.pk]), _("The company is added."))
    back = reverse("crm:companies")
    return ask(request, form, _("New company"), submit=_("Add"), back=back, parts="crm/_new_company.html", known=known)


@require_safe
@rights.required("company", "view")
def known(request: HttpRequest) -> HttpResponse:
    """Which company is called so or has this INN, while a form is being typed."""
    asked = [request.GET.get(name, "") for name in ("name", "inn", "phone", "email")]
    return render(request, "crm/_known.html", {"known": doubles.known_companies(request.user, *asked)})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("company", "edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the card."""
    one = access.company(request.user, pk, to="edit")
    form = CompanyForm(request.POST or None, user=request.user, company=one)
    address = reverse("crm:company", args=[pk])
    if request.method == "POST" and form.is_valid():
        values, version = form.changes(), form.cleaned_data["version"]
        try:
            doubles.saved(request.user, lambda: actions.change_company(
                one, values, version=version, by=request.user, at=clock.now()
            ))  # fmt: skip
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("Saved."))
    return ask(request, form, _("Change the card"), submit=_("Save"), back=address)


@require_POST
@rights.required("company", "view")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note on the company."""
    one, form = access.company(request.user, pk), NoteForm(request.POST)
    address = reverse("crm:company", args=[pk])
    if form.is_valid():
        actions.add_note(one, form.cleaned_data["text"], by=request.user, at=clock.now())
        return done(request, address)
    return ask(request, form, _("Note"), back=address)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("company", "edit")
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """One more phone or address."""
    one, form = access.company(request.user, pk, to="edit"), ContactForm(request.POST or None)
    address, known = reverse("crm:company", args=[pk]), list[doubles.Known]()
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        known = doubles.known_companies(request.user, "", "", values["text"], values["text"], but=pk)
        if not known or request.POST.get("sure"):
            actions.add_contact(one, values["kind"], values["text"], by=request.user, at=clock.now())
            return done(request, address, _("Saved."))
    title, more = _("One more phone or address"), {"known": known, "about": one, "merge_url": "crm:company-merge"}
    return ask(request, form, title, submit=_("Add"), back=address, parts="crm/_new_contact.html", **more)


@require_http_methods(["GET", "HEAD", "POST"])
def contact_point(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a phone or an address in place (of a person or of a company)."""
    owner = access.contact(request.user, pk)
    form = ContactChangeForm(request.POST or None, owner=owner, sees=rights.sees_phones(request.user))
    name, whose = ("crm:person", owner.person_id) if owner.person_id else ("crm:company", owner.company_id)
    back = reverse(name, args=[whose])
    if request.method == "POST" and form.is_valid():
        actions.change_contact(owner, **form.changes(), by=request.user, at=clock.now())
        return done(request, back, _("Saved."))
    return ask(request, form, _("A phone or an address"), submit=_("Save"), back=back)


@require_POST
def remove_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """A phone or an address is not theirs any more (of a person or of a company)."""
    owner = access.contact(request.user, pk)
    actions.remove_contact(owner, by=request.user, at=clock.now())
    name, whose = ("crm:person", owner.person_id) if owner.person_id else ("crm:company", owner.company_id)
    return done(request, reverse(name, args=[whose]), _("Removed."))
