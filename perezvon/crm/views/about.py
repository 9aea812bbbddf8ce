"""What is known of a client besides the card's fields: ties, files, consents, wishes; one panel of the card, loaded after it."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web.ranged import Content, ranged
from perezvon.web.respond import page_or_fragment

from .. import access
from ..actions import client_files, consents, ties, wishes
from ..actions.errors import Refused
from ..filing import store
from ..forms.about import ConsentForm, ConsentTextForm, FileForm, TieDaysForm, TieForm, WishForm, WithdrawForm
from ..models import ClientFile, Company, Consent, ConsentText, GroupMember, Person, Purpose, Wish
from .answers import ask, done, refused
from .people import may_edit

OPEN = {"person": access.person, "company": access.company, "deal": access.deal}


def card(noun: str, pk: int) -> str:
    """The address of a card."""
    return reverse(f"crm:{noun}", args=[pk])


# --- the panel -----------------------------------------------------------------


@require_safe
@rights.required("person", "view")
def of_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Ties, files, consents, segments of the company's own and wishes of a person."""
    one = access.person(request.user, pk)
    context = {
        **_common(request, "person", one), "consents": Consent.objects.filter(person=one).select_related("text").order_by("withdrawn_at", "-given_at"),
        "groups": GroupMember.objects.filter(person=one, group__is_archived=False).select_related("group").order_by("group__name"),
        "wishes": Wish.objects.filter(person=one).select_related("product", "by").order_by("closed_at", "return_on")[:30],
        "ties": _seen(request.user, ties.of(one, timezone.localdate(clock.now()))),
    }  # fmt: skip
    return page_or_fragment(request, "crm/about.html", context, "crm/_about.html")


@require_safe
@rights.required("company", "view")
def of_company(request: HttpRequest, pk: int) -> HttpResponse:
    """Ties and files of a company."""
    one = access.company(request.user, pk)
    context = {
        **_common(request, "company", one),
        "ties": _seen(request.user, ties.of(one, timezone.localdate(clock.now()))),
    }
    return page_or_fragment(request, "crm/about.html", context, "crm/_about.html")


@require_safe
@rights.required("deal", "view")
def of_deal(request: HttpRequest, pk: int) -> HttpResponse:
    """Files of a deal."""
    one = access.deal(request.user, pk)
    return page_or_fragment(request, "crm/about.html", _common(request, "deal", one), "crm/_about.html")


def _common(request: HttpRequest, noun: str, one: Any) -> dict[str, Any]:
    files = ClientFile.objects.filter(removed_at=None, **{noun: one}).select_related("by").order_by("-at", "-id")[:100]
    return {"noun": noun, "one": one, "files": files, "can_edit": may_edit(request.user, noun, one)}


def _seen(user: Any, shown: list[ties.Shown]) -> list[dict[str, Any]]:
    """Ties with whether the reader may open the other card: a name alone tells nothing that he may not know."""
    people = [each.other.pk for each in shown if isinstance(each.other, Person)]
    companies = [each.other.pk for each in shown if isinstance(each.other, Company)]
    visible = {
        ("person", pk) for pk in Person.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True)
    }
    visible |= {
        ("company", pk) for pk in Company.objects.visible_to(user).filter(pk__in=companies).values_list("pk", flat=True)
    }
    found = []
    for each in shown:
        noun = "person" if isinstance(each.other, Person) else "company"
        is_open = (noun, each.other.pk) in visible
        found.append({"shown": each, "url": card(noun, each.other.pk) if is_open else ""})
    return found


# --- ties ------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def add_tie(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """Tie a client to another."""
    one = OPEN[noun](request.user, pk, to="edit")
    form = TieForm(request.POST or None, party=one, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            ties.add_tie(**form.values(), by=request.user, at=clock.now())
        except Refused as error:
            refused(form, error)
        else:
            return done(request, card(noun, pk), _("Saved."))
    return ask(request, form, _("Who belongs to this client"), submit=_("Add"), back=card(noun, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def tie(request: HttpRequest, pk: int) -> HttpResponse:
    """Another role or other days of a tie; ``remove`` takes one away that was said by mistake."""
    one = access.tie(request.user, pk)
    back = card("person", one.person_id) if one.person_id else card("company", one.company_id or 0)
    if request.method == "POST" and request.POST.get("remove"):
        ties.remove_tie(one, by=request.user, at=clock.now())
        return done(request, back, _("Removed."))
    form = TieDaysForm(request.POST or None, tie=one)
    if request.method == "POST" and form.is_valid():
        ties.change_tie(one, **form.cleaned_data)
        return done(request, back, _("Saved."))
    return ask(request, form, str(one.kind), submit=_("Save"), back=back, parts="crm/_tie_form.html")


# --- files -----------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def add_file(request: HttpRequest, noun: str, pk: int) -> HttpResponse:
    """Keep a file with a card."""
    one: Any = OPEN[noun](request.user, pk, to="edit")
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            client_files.add_file(one, upload.name, upload, by=request.user, at=clock.now())
        except Refused as error:
            form.add_error("file", str(error))
        else:
            return done(request, card(noun, pk), _("The file is kept."))
    return ask(request, form, _("A file"), submit=_("Upload"), back=card(noun, pk))


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file as a download; a picture may be shown (``?show=1``)."""
    one = access.client_file(request.user, pk)
    return given_out(request, one, is_shown=bool(request.GET.get("show")) and one.is_picture)


def given_out(request: HttpRequest, one: ClientFile, *, is_shown: bool = False) -> HttpResponseBase:
    """The bytes of a file, never run by a browser."""
    content = Content(
        one.size, one.media, f'"{one.stored[:16]}"', lambda start, end: store.pieces(one.stored, start, end)
    )
    answer = ranged(request, content, filename="" if is_shown else one.name)
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@require_POST
def remove_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away."""
    one = access.client_file(request.user, pk, to="edit")
    noun = "person" if one.person_id else "company" if one.company_id else "deal"
    back = card(noun, getattr(one, f"{noun}_id"))
    try:
        client_files.remove_file(one, by=request.user, at=clock.now())
    except Refused as error:
        return done(request, back, error)
    return done(request, back, _("Removed."))


# --- consents --------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def add_consent(request: HttpRequest, pk: int) -> HttpResponse:
    """Note a consent that was given."""
    one, at = access.person(request.user, pk, to="edit"), clock.now()
    form = ConsentForm(request.POST or None, person=one, today=timezone.localdate(at))
    if request.method == "POST" and form.is_valid():
        try:
            consents.give(one, **form.values(), by=request.user, at=at)
        except Refused as error:
            form.add_error(None, str(error))
        else:
            return done(request, card("person", pk), _("Saved."))
    return ask(request, form, _("A consent"), submit=_("Save"), back=card("person", pk))  # type: ignore[arg-type]


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """The client takes a consent back."""
    one = access.consent(request.user, pk)
    form, back = WithdrawForm(request.POST or None), card("person", one.person_id)
    if request.method == "POST" and form.is_valid():
        try:
            consents.withdraw(one, **form.cleaned_data, by=request.user, at=clock.now())
        except Refused as error:
            refused(form, error)
        else:
            return done(request, back, _("The consent is taken back."))
    title = _("Take back: %(purpose)s") % {"purpose": one.get_purpose_display()}
    return ask(request, form, title, submit=_("Take back"), back=back, tone="danger")


@require_safe
@rights.required("settings", "administer")
def consent_texts(request: HttpRequest) -> HttpResponse:
    """The words that are consented to, by purpose, all versions."""
    rows = list(ConsentText.objects.select_related("by").order_by("-version"))
    counts = {purpose.value: Consent.objects.filter(purpose=purpose, withdrawn_at=None).count() for purpose in Purpose}
    purposes = [
        (purpose, counts[purpose.value], [row for row in rows if row.purpose == purpose.value]) for purpose in Purpose
    ]
    return render(request, "crm/consent_texts.html", {"purposes": purposes})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def write_consent_text(request: HttpRequest) -> HttpResponse:
    """A new version of a text."""
    purpose = request.GET.get("purpose", "")
    now = consents.text_of(purpose)
    form = ConsentTextForm(request.POST or None, purpose=purpose, now=now.text if now else "")
    back = reverse("crm:consent-texts")
    if request.method == "POST" and form.is_valid():
        consents.write_text(form.cleaned_data["purpose"], form.cleaned_data["text"], by=request.user, at=clock.now())
        return done(request, back, _("Saved."))
    return ask(request, form, _("A new version of the text"), submit=_("Save"), back=back)  # type: ignore[arg-type]


# --- wishes ----------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def add_wish(request: HttpRequest, pk: int) -> HttpResponse:
    """Note what the client may buy besides."""
    one, form = access.person(request.user, pk, to="edit"), WishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        wishes.add_wish(one, **form.values(), by=request.user, at=clock.now())
        return done(request, card("person", pk), _("Saved: it comes back as a task on its day."))
    return ask(request, form, _("What the client may buy besides"), submit=_("Save"), back=card("person", pk))  # type: ignore[arg-type]


@require_POST
@rights.required("person", "edit")
def close_wish(request: HttpRequest, pk: int) -> HttpResponse:
    """It was sold, or is not wanted any more (``how``)."""
    one = access.wish(request.user, pk)
    close = wishes.sell_wish if request.POST.get("how") == "sold" else wishes.drop_wish
    try:
        close(one, by=request.user, at=clock.now())
    except Refused as error:
        return done(request, card("person", one.person_id), error)
    return done(request, card("person", one.person_id), _("Saved."))


@require_safe
@rights.required("person", "view")
def upsell(request: HttpRequest) -> HttpResponse:
    """Upsell per colleague in thirty days, and the wishes that are waiting."""
    people, at = Person.objects.visible_to(request.user).values("pk"), clock.now()
    rows = wishes.by_seller(people, at - timedelta(days=30), at + timedelta(seconds=1))
    for row in rows:
        row["name"] = staff.name_of(row["user"])
    waiting = Wish.objects.filter(person__in=people, closed_at=None).select_related("person", "product", "by")
    return render(request, "crm/upsell.html", {"rows": rows, "wishes": waiting.order_by("return_on", "id")[:200]})
