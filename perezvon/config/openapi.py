"""The description of everything that programs outside may call, as an OpenAPI 3.1 document.

Written by hand (docs/decisions/006-openapi-by-hand.md): it is held to the truth by tests/faults/test_fuzz.py, which posts
whatever the document allows and whatever it does not.
"""

from typing import Any

from perezvon.web.context import product_version

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}


def document(address: str) -> Json:
    """The whole document; ``address`` is where this installation is reached."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Perezvon",
            "version": product_version(),
            "description": "Site forms, exchanges' webhooks, the screen-pop query and the list of requests.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": address}],
        "paths": {
            "/f/{key}/": {"post": _form()},
            "/hooks/{slug}/": {"post": _hook([_SLUG])},
            "/hooks/{slug}/{path}": {"post": _hook([_SLUG, _PATH], "At")},
            "/api/v1/clients/by-phone": {"get": _by_phone()},
            "/api/v1/tickets": {"get": _tickets()},
        },
        "components": {
            "schemas": _SCHEMAS,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A personal token from the profile."},
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
            },
        },
    }


def _path_part(name: str, words: str, **schema: Any) -> Json:
    return {"name": name, "in": "path", "required": True, "description": words, "schema": {**_TEXT, **schema}}


def _asked(name: str, words: str, schema: Json, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "description": words, "schema": schema}


def _answer(words: str, schema: str = "", kind: str = "application/json") -> Json:
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}} if schema else {}
    return {"description": words, "content": content} if content else {"description": words}


_SLUG = _path_part("slug", "The name of the exchange in its webhook address.", pattern="^[-a-zA-Z0-9_]+$")
_PATH = _path_part("path", "What the exchange adds, for example events/call.", minLength=1)
_KEY = _path_part("key", "The key of the form.", pattern="^[-a-zA-Z0-9_]+$")
_REFUSED = {
    "400": _answer("The body cannot be read; it is kept with the reason.", "Refusal"),
    "403": _answer("The site is not on the form's list.", "Refusal"),
    "404": _answer("No such form, or it is switched off.", "Refusal"),
    "413": _answer("More than 64 KiB.", "Refusal"),
    "422": _answer("Neither a phone nor an e-mail that can be understood.", "Refusal"),
    "429": _answer("Too many posts from one address; Retry-After says when to come again.", "Refusal"),
}


def _form() -> Json:
    body = {"schema": {"$ref": "#/components/schemas/Entry"}}
    kinds = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
    return {
        "operationId": "submitForm",
        "tags": ["forms"],
        "summary": "Send a site's form.",
        "description": "With text/html in Accept the answer is a redirect to the page of thanks. The same "
        "Idempotency-Key, or the same content within a minute, is one request.",
        "parameters": [
            _KEY,
            {
                "name": "Idempotency-Key",
                "in": "header",
                "description": "Makes repetitions of a post one request.",
                "schema": {**_TEXT, "maxLength": 200},
            },
        ],
        "requestBody": {"required": True, "content": dict.fromkeys(kinds, body)},
        "responses": {
            "200": _answer("Taken; also when it had been taken before.", "Receipt"),
            "302": _answer("Taken; the visitor is led to the page of thanks."),
            **_REFUSED,
        },
    }


def _hook(parameters: list[Json], suffix: str = "") -> Json:
    anything = {"schema": {"type": "object", "additionalProperties": True}}
    return {
        "operationId": f"receiveEvent{suffix}",
        "tags": ["exchanges"],
        "summary": "An event of an exchange (Mango Office, ITooLabs crmapi, Asterisk).",
        "description": "The format and the signature are the exchange's own. 200 comes only after the event is stored.",
        "parameters": parameters,
        "requestBody": {
            "content": {"application/x-www-form-urlencoded": anything, "application/json": anything},
        },
        "responses": {
            "200": {"description": "Stored, or known already. What the exchange expects to hear."},
            "400": {"description": "Cannot be read; kept as rejected with the reason."},
            "401": {"description": "The signature or the token is wrong."},
            "404": {"description": "No such exchange."},
            "413": {"description": "Too long."},
        },
    }


def _by_phone() -> Json:
    return {
        "operationId": "clientsByPhone",
        "tags": ["clients"],
        "summary": "Who is calling: the people behind a number as typed.",
        "security": [{"token": []}, {"session": []}],
        "parameters": [
            _asked("phone", "With +7, 8, spaces, brackets, dashes.", {**_TEXT, "minLength": 1, "maxLength": 64}, True)
        ],
        "responses": {
            "200": _answer("The people, the last contacted first; none for an unknown number.", "People"),
            "401": _answer("No sign-in and no valid token.", "Refusal"),
            "403": _answer("No right to see clients.", "Refusal"),
            "422": _answer("No number is asked about.", "Refusal"),
        },
    }


def _tickets() -> Json:
    return {
        "operationId": "tickets",
        "tags": ["requests"],
        "summary": "Requests that the person may see, in order of their ids.",
        "security": [{"token": []}, {"session": []}],
        "parameters": [
            _asked(
                "since",
                "Only those opened at this moment or later (ISO 8601 with a zone).",
                {**_TEXT, "format": "date-time"},
            ),
            _asked("after", "The id that the page before ended with.", {"type": "integer", "minimum": 0}),
            _asked("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}),
        ],
        "responses": {
            "200": _answer("A page; next is null on the last one.", "Tickets"),
            "401": _answer("No sign-in and no valid token.", "Refusal"),
            "403": _answer("No right to see requests.", "Refusal"),
            "422": _answer("A parameter cannot be read.", "Refusal"),
        },
    }


def _object(required: list[str], **properties: Any) -> Json:
    return {"type": "object", "required": required, "properties": properties}


_NUMBER: Json = {"type": "integer"}
_MAYBE_NUMBER: Json = {"type": ["integer", "null"]}
_PERSON = _object(
    ["id", "name", "phone", "url"],
    id=_NUMBER,
    name={**_TEXT, "description": "Empty for a caller whom nobody has named yet."},
    phone={**_TEXT, "description": "E.164, or masked for those who may not see numbers."},
    company=_TEXT,
    region=_TEXT,
    responsible=_TEXT,
    responsible_id=_MAYBE_NUMBER,
    extension=_TEXT,
    url=_TEXT,
)
_TICKET = _object(
    ["id", "number", "state", "opened_at"],
    id=_NUMBER,
    number=_TEXT,
    state={"enum": ["open", "closed", "out"]},
    channel=_TEXT,
    opened_at={**_TEXT, "format": "date-time"},
    client={"oneOf": [{"type": "null"}, _object(["id", "name", "phone"], id=_NUMBER, name=_TEXT, phone=_TEXT)]},
    source=_TEXT,
    responsible=_TEXT,
    step=_TEXT,
    loss={**_TEXT, "description": "The stage it is lost at, L01 to L14; empty = not lost."},
    recovery=_TEXT,
    deal=_MAYBE_NUMBER,
    amount={**_TEXT, "description": "The sale in roubles."},
)
_SCHEMAS: Json = {
    "Entry": {
        "type": "object",
        "description": "Other fields are kept as they are. A phone or an e-mail is needed.",
        "properties": {
            **dict.fromkeys(("name", "phone", "email", "message", "landing_page", "referrer"), _TEXT),
            **{f"utm_{tag}": _TEXT for tag in ("source", "medium", "campaign", "content", "term")},
            **dict.fromkeys(("gclid", "yclid", "ymclid", "idempotency_key"), _TEXT),
        },
        "additionalProperties": True,
        "example": {"name": "Anna", "phone": "+7 495 021-00-00", "utm_source": "yandex"},
    },
    "Receipt": _object(["ok", "id"], ok={"const": True}, id=_NUMBER),
    "Refusal": _object(["ok", "error"], ok={"const": False}, error=_TEXT),
    "People": _object(["people"], people={"type": "array", "items": _PERSON}),
    "Tickets": _object(["tickets", "next"], tickets={"type": "array", "items": _TICKET}, next=_MAYBE_NUMBER),
}
