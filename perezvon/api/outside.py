"""What programs outside call that has no token: site forms and exchanges' webhooks, each with a format of its own.

Written by hand; tests/faults/test_fuzz.py holds it to the truth.
"""

from typing import Any

from django.utils.translation import gettext as _

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_ADDRESS: Json = {**_TEXT, "pattern": "^[-a-zA-Z0-9_]+$"}
_KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


def outside() -> Json:
    """Paths of the document."""
    slug = _part("slug", _("The name of the exchange in its webhook address."), _ADDRESS)
    tail = _part("path", _("What the exchange adds, for example events/call."), {**_TEXT, "minLength": 1})
    return {
        "/f/{key}/": {"post": _form()},
        "/hooks/{slug}/": {"post": _hook([slug])},
        "/hooks/{slug}/{path}": {"post": _hook([slug, tail], "At")},
    }


def _part(name: str, words: str, schema: Json) -> Json:
    return {"name": name, "in": "path", "required": True, "description": words, "schema": schema}


def _answer(words: str, schema: str = "") -> Json:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"description": words, "content": content} if schema else {"description": words}


def _form() -> Json:
    key = {
        "name": "Idempotency-Key", "in": "header", "description": _("Makes repetitions of a post one request."),
        "schema": {**_TEXT, "maxLength": 200},
    }  # fmt: skip
    return {
        "operationId": "submitForm", "tags": ["site-forms"], "summary": _("Send a site's form"),
        "description": _(
            "With text/html in Accept the answer is a redirect to the page of thanks. The same Idempotency-Key, or the "
            "same content within a minute, is one request."
        ),
        "parameters": [_part("key", _("The key of the form."), _ADDRESS), key], "security": [],
        "requestBody": {"required": True, "content": dict.fromkeys(_KINDS, {"schema": {"$ref": "#/components/schemas/Entry"}})},
        "responses": _form_answers(),
    }  # fmt: skip


def _form_answers() -> Json:
    return {
        "200": _answer(_("Taken; also when it had been taken before."), "Receipt"),
        "302": _answer(_("Taken; the visitor is led to the page of thanks.")),
        "400": _answer(_("The body cannot be read; it is kept with the reason."), "Refusal"),
        "403": _answer(_("The site is not on the form's list."), "Refusal"),
        "404": _answer(_("No such form, or it is switched off."), "Refusal"),
        "413": _answer(_("More than 64 KiB."), "Refusal"),
        "422": _answer(_("Neither a phone nor an e-mail that can be understood."), "Refusal"),
        "429": _answer(_("Too many posts from one address; Retry-After says when to come again."), "Refusal"),
    }


def _hook(parameters: list[Json], suffix: str = "") -> Json:
    anything = {"schema": {"type": "object", "additionalProperties": True}}
    return {
        "operationId": f"receiveEvent{suffix}", "tags": ["exchanges"], "security": [],
        "summary": _("An event of an exchange"),
        "description": _("The format and the signature are the exchange's own. 200 comes only after the event is stored."),
        "parameters": parameters,
        "requestBody": {"content": {"application/x-www-form-urlencoded": anything, "application/json": anything}},
        "responses": {
            "200": _answer(_("Stored, or known already. What the exchange expects to hear.")),
            "400": _answer(_("Cannot be read; kept as rejected with the reason.")),
            "401": _answer(_("The signature or the token is wrong.")),
            "404": _answer(_("No such exchange.")), "413": _answer(_("Too long.")),
        },
    }  # fmt: skip


def _object(required: list[str], **properties: Any) -> Json:
    return {"type": "object", "required": required, "properties": properties}


COMPONENTS: Json = {
    "Entry": {
        "type": "object",
        "properties": {
            **dict.fromkeys(("name", "phone", "email", "message", "landing_page", "referrer"), _TEXT),
            **{f"utm_{tag}": _TEXT for tag in ("source", "medium", "campaign", "content", "term")},
            **dict.fromkeys(("gclid", "yclid", "ymclid", "idempotency_key"), _TEXT),
        },
        "additionalProperties": True,
        "example": {"name": "Anna", "phone": "+7 495 021-00-00", "utm_source": "yandex"},
    },
    "Receipt": _object(["ok", "id"], ok={"const": True}, id={"type": "integer"}),
    "Refusal": _object(["ok", "error"], ok={"const": False}, error=_TEXT),
}
