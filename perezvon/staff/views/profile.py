"""A person's own page: name, language, sign-in, tokens."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from perezvon.kit.clock import now

from .. import actions
from ..forms.people import ProfileForm, TokenForm
from ..models import User


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    """One's own card."""
    form = ProfileForm(request.POST or None, initial=_card(request.user))
    if request.method == "POST" and form.is_valid():
        actions.change_user(request.user, form.cleaned_data, by=request.user, at=now())
        messages.success(request, _("Saved."))
        return redirect("staff:profile")
    return _page(request, form=form)


@require_POST
@never_cache
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """Make a personal token and show its text, this once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, token_form=form)
    _token, text = actions.issue_token(
        request.user, form.cleaned_data["name"], by=request.user, at=now(), **form.limits()
    )
    return _page(request, new_token=text)


@require_POST
@login_required
def token_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's own token back."""
    actions.revoke_token(get_object_or_404(request.user.tokens, pk=pk), by=request.user, at=now())
    messages.success(request, _("The token no longer works."))
    return redirect("staff:profile")


def _card(user: User) -> dict[str, str]:
    return {"name": user.name, "language": user.language, "time_zone": user.time_zone}


def _page(
    request: HttpRequest, form: ProfileForm | None = None, token_form: TokenForm | None = None, new_token: str = ""
) -> HttpResponse:
    user = request.user
    context = {
        "form": form or ProfileForm(initial=_card(user)),
        "token_form": token_form or TokenForm(),
        "new_token": new_token,
        "tokens": user.tokens.all(),
        "roles": user.role_titles(),
    }
    is_wrong = (form and form.errors) or (token_form and token_form.errors)
    return render(request, "staff/profile.html", context, status=422 if is_wrong else 200)
