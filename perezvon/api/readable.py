"""The document for people: operations by noun, with parameters, fields of bodies and answers, and a call to copy."""

import json
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
_DEPTH = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter or a field: its name, where it goes, what may stand there, and what it means."""

    name: str
    place: str
    kind: str
    is_needed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as it is read."""

    id: str
    method: str
    path: str
    words: str
    about: str
    parameters: list[Row]
    body: list[Row]
    answers: list[tuple[str, str]]
    told: list[Row]
    curl: str


@dataclass(frozen=True, slots=True)
class Section:
    """The operations of one noun."""

    key: str
    title: str
    operations: list[Operation]


def sections(document: Json) -> list[Section]:
    """The whole document in the order of its tags."""
    by_tag: dict[str, list[Operation]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(document, path, method, operation))
    return [
        Section(tag["name"], tag["description"], by_tag[tag["name"]])
        for tag in sorted(document["tags"], key=lambda tag: tag["description"].lower())
        if tag["name"] in by_tag
    ]


def _operation(document: Json, path: str, method: str, operation: Json) -> Operation:
    shared = ("Accept-Language", "Idempotency-Key", "If-Match")
    parameters = [
        Row(one["name"], one["in"], _kind(document, one["schema"]), bool(one.get("required")), one.get("description", ""))
        for one in operation.get("parameters", []) if one["name"] not in shared
    ]  # fmt: skip
    sent = _schema(operation.get("requestBody"))
    told = _schema(next((one for status, one in operation["responses"].items() if status < "300"), None))
    return Operation(
        operation["operationId"], method.upper(), path, operation["summary"], operation.get("description", ""), parameters,
        _rows(document, sent), [(status, one["description"]) for status, one in operation["responses"].items()],
        _rows(document, told), _curl(document, path, method, sent),
    )  # fmt: skip


def _schema(holder: Json | None) -> Json:
    content: Json = (holder or {}).get("content", {})
    for media in content.values():
        return media.get("schema", {})  # type: ignore[no-any-return]
    return {}


def _resolved(document: Json, schema: Json) -> Json:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _rows(document: Json, schema: Json) -> list[Row]:
    shape = _resolved(document, schema)
    needed = shape.get("required", ())
    if "items" in shape.get("properties", {}):  # a page is read as its rows
        return _rows(document, shape["properties"]["items"].get("items", {}))
    return [
        Row(name, "", _kind(document, one), name in needed, one.get("description", ""))
        for name, one in shape.get("properties", {}).items()
    ]


def _kind(document: Json, schema: Json, depth: int = 0) -> str:
    """What may stand there, in a few words that programmers know."""
    schema = _resolved(document, schema)
    if "enum" in schema:
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_kind(document, one, depth) for one in schema["anyOf"])
    if schema.get("type") == "array":
        return f"[{_kind(document, schema.get('items', {}), depth)}]"
    if "properties" in schema:
        inside = ", ".join(schema["properties"]) if depth < _DEPTH else "…"
        return f"{{{inside}}}"
    return str(schema.get("format") or schema.get("const") or schema.get("type") or "any")


def _curl(document: Json, path: str, method: str, sent: Json) -> str:
    base = document["servers"][0]["url"].rstrip("/")
    parts = ["curl"] + ([] if method == "get" else [f"-X {method.upper()}"])
    if path.startswith("/api/"):
        parts.append('-H "Authorization: Bearer $TOKEN"')
    if sent:
        parts += [
            '-H "Content-Type: application/json"',
            f"-d '{json.dumps(_example(document, sent), ensure_ascii=False)}'",
        ]
    return " ".join([*parts, f"'{base}{path.replace('{pk}', '1')}'"])


def _example(document: Json, schema: Json) -> Any:
    schema = _resolved(document, schema)
    if "example" in schema:
        return schema["example"]
    if schema.get("examples"):
        return schema["examples"][0]
    if "properties" in schema:
        needed = schema.get("required", ()) or list(schema["properties"])[1:2]
        return {name: _example(document, one) for name, one in schema["properties"].items() if name in needed}
    return _plain(document, schema)


def _plain(document: Json, schema: Json) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        return _example(document, schema["anyOf"][0])
    if schema.get("type") == "array":
        return [_example(document, schema.get("items", {}))]
    if schema.get("format") == "date-time":
        return "2026-12-01T12:00:00+03:00"
    return {"integer": 1, "boolean": True, "number": 1}.get(str(schema.get("type")), "…")
