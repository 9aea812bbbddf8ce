"""Everything that can go wrong, said as application/problem+json (RFC 9457) in the caller's language."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadShape
from pydantic_core import to_json

from perezvon.kit.conditions import Unclear
from perezvon.lists.listing import Refused

MEDIA = "application/problem+json"
TITLES: dict[int, Promise | str] = {
    400: gettext_lazy("The request cannot be read"),
    401: gettext_lazy("Nobody is signed in"),
    403: gettext_lazy("The token does not allow this"),
    404: gettext_lazy("There is no such thing"),
    405: gettext_lazy("This cannot be done here"),
    409: gettext_lazy("This cannot be done now"),
    412: gettext_lazy("It has been changed meanwhile"),
    413: gettext_lazy("The request is too long"),
    415: gettext_lazy("JSON is expected"),
    422: gettext_lazy("Something in the request is wrong"),
    429: gettext_lazy("Too many requests"),
}
#: what pydantic's codes mean; ``%(...)s`` are the limits that it tells
REASONS: dict[str, Promise | str] = {
    "missing": gettext_lazy("This is needed."),
    "extra_forbidden": gettext_lazy("There is no such field here."),
    "string_type": gettext_lazy("A text is expected here."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters."),
    "string_pattern_mismatch": gettext_lazy("The text does not have the expected shape."),
    "int_type": gettext_lazy("A whole number is expected here."),
    "int_parsing": gettext_lazy("A whole number is expected here."),
    "int_from_float": gettext_lazy("A whole number is expected here."),
    "bool_type": gettext_lazy("true or false is expected here."),
    "bool_parsing": gettext_lazy("true or false is expected here."),
    "list_type": gettext_lazy("A list is expected here."),
    "too_long": gettext_lazy("The list is too long, at most %(max_length)s."),
    "too_short": gettext_lazy("The list is too short, at least %(min_length)s."),
    "dict_type": gettext_lazy("An object is expected here."),
    "model_attributes_type": gettext_lazy("An object is expected here."),
    "model_type": gettext_lazy("An object is expected here."),
    "enum": gettext_lazy("Expected is one of: %(expected)s"),
    "literal_error": gettext_lazy("Expected is one of: %(expected)s"),
    "greater_than_equal": gettext_lazy("At least %(ge)s."),
    "less_than_equal": gettext_lazy("At most %(le)s."),
    "timezone_aware": gettext_lazy("A moment with a time zone is expected, like 2026-05-01T09:00:00+03:00."),
    "datetime_parsing": gettext_lazy("A moment with a time zone is expected, like 2026-05-01T09:00:00+03:00."),
    "datetime_from_date_parsing": gettext_lazy("A moment with a time zone is expected, like 2026-05-01T09:00:00+03:00."),
    "datetime_type": gettext_lazy("A moment with a time zone is expected, like 2026-05-01T09:00:00+03:00."),
    "date_parsing": gettext_lazy("A day is expected here, like 2026-11-30."),
    "date_from_datetime_parsing": gettext_lazy("A day is expected here, like 2026-11-30."),
    "far_moment": gettext_lazy("The moment is too far away."),
    "money": gettext_lazy("Money is a text with a decimal point, like “50000.00”."),
    "below_zero": gettext_lazy("Money below zero makes no sense here."),
}  # fmt: skip
_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


class ApiProblem(Exception):
    """A refusal with its HTTP status, a code for programs and a sentence for people."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str | Promise = "",
        *,
        errors: Iterable[tuple[str, str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.errors, self.headers = list(errors), headers or {}


def wrong(place: str, reason: str | Promise, code: str = "invalid") -> ApiProblem:
    """422 because of one place of the request."""
    return ApiProblem(422, "invalid", errors=[(place, str(reason), code)])


def answer(problem: ApiProblem) -> HttpResponse:
    """The problem as a response."""
    title = str(TITLES.get(problem.status, problem.code))
    errors = [{"place": place, "reason": reason, "code": code} for place, reason, code in problem.errors]
    body = {
        "type": f"/api/v1/docs/#problem-{problem.code}", "title": title, "status": problem.status,
        "detail": str(problem.detail) or (errors[0]["reason"] if errors else title), "code": problem.code,
        "errors": errors,
    }  # fmt: skip
    response = HttpResponse(to_json(body), status=problem.status, content_type=MEDIA)
    for name, value in problem.headers.items():
        response[name] = value
    return response


def problem_of(error: Exception) -> ApiProblem | None:
    """What an exception of the product means to a program; None = it is our own mistake."""
    if isinstance(error, ApiProblem):
        return error
    if isinstance(error, Refused):
        code = _CAPITAL.sub("_", type(error).__name__).lower()
        places = [(f"body.{name}", str(error), code) for name in getattr(error, "fields", ())]
        return ApiProblem(422 if code == "not_a_phone" else 409, code, str(error), errors=places)
    if isinstance(error, Http404):
        return ApiProblem(404, "not_found")
    if isinstance(error, PermissionDenied):
        return ApiProblem(409, "out_of_sight", _("After this change you would not see it any more."))
    if isinstance(error, Unclear):
        return wrong(f"query.filter{'.' if error.where else ''}{error.where}", error.reason, "unclear")
    if isinstance(error, ValidationError):
        return ApiProblem(422, "invalid", errors=list(_form_places(error)))
    if isinstance(error, IntegrityError):
        return ApiProblem(409, "conflict", _("The data base keeps a promise that this would break."))
    if isinstance(error, DataError):
        return ApiProblem(422, "invalid", _("A value is too long or too large."))
    return _of_ninja(error)


def _of_ninja(error: Exception) -> ApiProblem | None:
    if isinstance(error, BadShape):
        return ApiProblem(422, "invalid", errors=[_shape(one) for one in error.errors])
    if isinstance(error, AuthenticationError):
        return ApiProblem(
            401, "unauthorized", _("Show a personal token: “Authorization: Bearer pzv_…”."),
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    if isinstance(error, HttpError):
        return ApiProblem(error.status_code, "unreadable")
    return None


def _shape(error: Mapping[str, Any]) -> tuple[str, str, str]:
    source, *rest = [str(step) for step in error["loc"]]
    steps = rest[1:] if source == "body" and rest else rest
    reason = REASONS.get(error["type"])
    told = str(reason) % error.get("ctx", {}) if reason else str(error["msg"])
    return ".".join([source, *steps]), told, str(error["type"])


def _form_places(error: ValidationError) -> Iterable[tuple[str, str, str]]:
    named = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for name, messages in named.items():
        for message in messages:
            yield f"body.{name}" if name and name != "__all__" else "body", str(message), "invalid"


def on_error(request: HttpRequest, error: Exception) -> HttpResponse:
    """The handler of the whole API. What is our own mistake goes on to the product's own 500 page."""
    problem = problem_of(error)
    if problem is None:
        raise error
    return answer(problem)
