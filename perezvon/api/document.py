"""The OpenAPI 3.1 document, in the reader's language, made from the declarations and completed with what all share."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.schema import NinjaGenerateJsonSchema
from pydantic.json_schema import DefsRef

from perezvon.web.context import product_version

from .nouns import nouns
from .outside import COMPONENTS, outside
from .problems import MEDIA
from .site import api

Json = dict[str, Any]
_METHODS = ("get", "post", "patch", "delete")


class Named(NinjaGenerateJsonSchema):
    """Shapes are called after their class with what it stands in: Deal.Status is DealStatus."""

    def get_defs_ref(self, core_mode_ref: Any) -> DefsRef:
        """The first choice is ours; the others stay for the case that it is taken."""
        ref = super().get_defs_ref(core_mode_ref)
        parts = core_mode_ref[0].rsplit(":", 1)[0].split(".")
        name = DefsRef("".join(part for part in parts if part[:1].isupper()))
        self._prioritized_defsref_choices[ref].insert(0, name)
        return ref


class Assembled(OpenAPISchema):
    """The framework's document; two shapes of one name are an error and not a mixture."""

    def _create_schema_from_model(
        self, model: Any, by_alias: bool = True, remove_level: bool = True, mode: Any = "validation"
    ) -> tuple[Json, bool]:
        schema = model.model_json_schema(
            ref_template=REF_TEMPLATE, by_alias=by_alias, schema_generator=Named, mode=mode
        )
        self.add_schema_definitions(schema.pop("$defs", {}))
        if not remove_level or len(schema["properties"]) != 1:
            return schema, True
        name, inside = next(iter(schema["properties"].items()))
        return inside, name in schema.get("required", ())

    def add_schema_definitions(self, definitions: Json) -> None:
        """Take shapes in. LookupError when another one has the name already."""
        for name, shape in definitions.items():
            if self.schemas.setdefault(name, shape) != shape:
                raise LookupError(f"two shapes are called {name}: rename the class in one room's api.py")


def document(address: str) -> Json:
    """The whole document; ``address`` is where this installation is reached."""
    made: Json = json.loads(json.dumps(Assembled(api(), "api/v1/"), cls=DjangoJSONEncoder))
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    made["paths"].update(outside())
    made["components"]["schemas"].update(COMPONENTS)
    made["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": _("A personal token from the profile.")},
        "session": {
            "type": "apiKey", "in": "cookie", "name": "sessionid",
            "description": _("A browser in which somebody is signed in; it may only read."),
        },
    }  # fmt: skip
    made["info"].update(version=product_version(), license={"name": "Apache-2.0", "identifier": "Apache-2.0"})
    made["servers"] = [{"url": address}]
    made["tags"] = _tags(made)
    tidy: Json = _tidy(made)
    _prune(tidy)
    for name, shape in tidy["components"]["schemas"].items():
        if name.endswith(("In", "Change")):  # generators of clients would demand what has a default
            for one in shape["properties"].values():
                one.pop("default", None)
    return tidy


def _prune(made: Json) -> None:
    """Without shapes that nothing points at: those of parameters stand in the operations themselves."""
    schemas = made["components"]["schemas"]
    text = json.dumps(made["paths"])
    while True:
        inside = text + json.dumps(schemas)
        idle = [name for name in schemas if f'"#/components/schemas/{name}"' not in inside]
        if not idle:
            return
        for name in idle:
            del schemas[name]


def _tags(made: Json) -> list[Json]:
    others = {"facts": _("What happened: the ledger"), "me": _("Who I am"), "site-forms": _("Forms of sites")}
    titles = others | {noun.key: str(noun.title) for noun in nouns().values()}
    used = {tag for operations in made["paths"].values() for operation in operations.values() for tag in operation["tags"]}  # fmt: skip
    return [{"name": tag, "description": titles.get(tag, tag)} for tag in sorted(used)]


def _complete(path: str, method: str, operation: Json) -> None:
    """Who may call, what headers go in and come out, and refusals in their own media type."""
    operation["security"] = [{"token": []}] if method != "get" else [{"token": []}, {"session": []}]
    words = _answers()
    for status, response in operation["responses"].items():
        response["description"] = words.get(int(status), response["description"])
        if int(status) >= 400:
            response["content"] = {MEDIA: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if int(status) != 401:
            response["headers"] = _limits()
    if method != "get":
        operation["parameters"] = [*operation.get("parameters", []), _key()]
    if method in ("patch", "delete") or (method == "post" and "{pk}" in path):
        operation["parameters"].append(_if_match())
    operation["parameters"].append(_language())


def _answers() -> dict[int, str]:
    return {
        200: _("Here it is."), 201: _("It is made; Location says where it is."), 204: _("Done; there is nothing to tell."),
        400: _("The body cannot be read as JSON."), 401: _("No valid token, and nobody is signed in."),
        403: _("The token is for reading only, or for other things."),
        404: _("There is no such thing, or it is not for you: both look the same."),
        409: _("It cannot be done now: the reason is in “code” and “detail”."),
        412: _("It has another version than If-Match says."), 413: _("The body is too long."),
        415: _("The body is not application/json."), 422: _("A parameter or a field is wrong: “errors” say which."),
        429: _("Too many requests a minute, or rows a day; Retry-After says when to come again."),
    }  # fmt: skip


def _limits() -> Json:
    words = {
        "RateLimit-Limit": _("Requests a minute, at most."), "RateLimit-Remaining": _("How many are left."),
        "RateLimit-Reset": _("Seconds until the minute is over."),
    }  # fmt: skip
    return {name: {"description": text, "schema": {"type": "integer"}} for name, text in words.items()}


def _key() -> Json:
    return {
        "name": "Idempotency-Key", "in": "header", "required": False,
        "description": _("Repeating a request with the same key gets the same answer and changes nothing; kept for a day."),
        "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    }  # fmt: skip


def _if_match() -> Json:
    return {
        "name": "If-Match", "in": "header", "required": False,
        "description": _("The ETag that was read: the change is refused when somebody was faster."),
        "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$'},
    }  # fmt: skip


def _language() -> Json:
    return {
        "name": "Accept-Language", "in": "header", "required": False,
        "description": _("The language of words and errors; the owner's own without it."),
        "schema": {"type": "string", "enum": ["ru", "en"]},
    }  # fmt: skip


def _tidy(node: Any) -> Any:
    """Without the titles that repeat the names of fields."""
    if isinstance(node, dict):
        plain = {key: _tidy(value) for key, value in node.items()}
        if isinstance(plain.get("title"), str) and ("type" in plain or "anyOf" in plain or "$ref" in plain):
            plain.pop("title")
        return plain
    return [_tidy(each) for each in node] if isinstance(node, list) else node
