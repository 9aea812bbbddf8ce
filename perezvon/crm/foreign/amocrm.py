"""amoCRM by its API v4 (Bearer token, 7 requests a second, 250 rows a page); Kommo speaks the same.

Source: www.amocrm.ru/developers/content/crm_platform (leads, contacts, companies, users, pipelines, loss reasons). The
statuses 142 (won) and 143 (lost) are the same in every pipeline; type 1 is the column of unsorted ones.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from .contract import MOVES, Catalog, Chunk, System, moment, texts

PAGE = 250
WON, LOST = 142, 143
_PATHS = {"companies": "companies", "people": "contacts", "deals": "leads", "moves": "events"}
_WITH = {"deals": "contacts,loss_reason"}
_MOVES_PAGE = 100  # more events than that are not given at once


class AmoCrm(System):
    """An account like https://example.amocrm.ru with a long-lived token."""

    pause_seconds: ClassVar[float] = 1 / 7

    def headers(self) -> dict[str, str]:
        """The token."""
        return {"Authorization": f"Bearer {self.token}"}

    def look(self) -> Catalog:
        """Users, pipelines with their statuses, reasons of losses."""
        users = {str(one["id"]): [one.get("name") or "", one.get("email") or ""] for one in self._all("users")}
        pipelines = {
            str(one["id"]): {"name": one["name"], "stages": [_stage(each) for each in one["_embedded"]["statuses"]]}
            for one in self._all("leads/pipelines")
            if not one.get("is_archive")
        }
        reasons = {str(one["id"]): one["name"] for one in self._all("leads/loss_reasons")}
        return Catalog(users, pipelines, reasons)

    def chunk(self, kind: str, place: Any, since: datetime | None) -> Chunk:
        """A page by its number, in the order of ids."""
        number = int(place or 1)
        query: dict[str, Any] = {"page": number, "limit": PAGE, "order[id]": "asc"}
        if kind in _WITH:
            query["with"] = _WITH[kind]
        if kind == MOVES:
            query = {"page": number, "limit": _MOVES_PAGE, "filter[type]": "lead_status_changed"}
        if since is not None:
            query[f"filter[{'created_at' if kind == MOVES else 'updated_at'}][from]"] = int(since.timestamp())
        answer = self.ask(self._url(_PATHS[kind]), query=query)
        if answer is None:
            return Chunk([])
        rows = [_ROWS[kind](one) for one in answer["_embedded"][_PATHS[kind]]]
        return Chunk(rows, number + 1 if "next" in answer.get("_links", {}) else None)

    def _all(self, path: str) -> Iterator[dict[str, Any]]:
        number = 1
        while (answer := self.ask(self._url(path), query={"page": number, "limit": PAGE})) is not None:
            yield from answer["_embedded"][path.rpartition("/")[2]]
            if "next" not in answer.get("_links", {}):
                return
            number += 1

    def _url(self, path: str) -> str:
        return f"{self.address}/api/v4/{path}"


def _stage(status: dict[str, Any]) -> list[str]:
    kind = {WON: "won", LOST: "lost"}.get(int(status["id"]), "unsorted" if status.get("type") == 1 else "open")
    return [str(status["id"]), status["name"], kind]


def _common(one: dict[str, Any]) -> dict[str, str]:
    embedded = one.get("_embedded") or {}
    return {
        "outer": str(one["id"]), "name": one.get("name") or "", "responsible": str(one.get("responsible_user_id") or ""),
        "created": moment(one.get("created_at")), "tags": ", ".join(tag["name"].replace(",", " ") for tag in embedded.get("tags") or ()),
    }  # fmt: skip


def _client(one: dict[str, Any]) -> dict[str, str]:
    fields = one.get("custom_fields_values") or []
    return {
        **_common(one),
        "phone": _values(fields, "PHONE"),
        "email": _values(fields, "EMAIL"),
        "comment": _others(fields),
    }


def _person(one: dict[str, Any]) -> dict[str, str]:
    return {**_client(one), "company_outer": _first(one, "companies")}


def _deal(one: dict[str, Any]) -> dict[str, str]:
    contacts = (one.get("_embedded") or {}).get("contacts") or []
    main = next((each for each in contacts if each.get("is_main")), contacts[0] if contacts else None)
    reasons = (one.get("_embedded") or {}).get("loss_reason") or []
    return {
        **_common(one), "amount": str(one.get("price") or ""), "pipeline": str(one.get("pipeline_id") or ""),
        "stage": str(one.get("status_id") or ""), "closed": moment(one.get("closed_at")),
        "reason": reasons[0]["name"] if reasons else "", "client_outer": str(main["id"]) if main else "",
        "company_outer": _first(one, "companies"), "comment": _others(one.get("custom_fields_values") or []),
    }  # fmt: skip


def _first(one: dict[str, Any], what: str) -> str:
    rows = (one.get("_embedded") or {}).get(what) or []
    return str(rows[0]["id"]) if rows else ""


def _values(fields: list[dict[str, Any]], code: str) -> str:
    return texts(
        each.get("value") for one in fields if one.get("field_code") == code for each in one.get("values") or ()
    )


def _others(fields: list[dict[str, Any]]) -> str:
    """Fields that have no place of their own, as lines of the comment: nothing typed there is lost."""
    lines = (
        f"{one.get('field_name')}: {texts(each.get('value') for each in one.get('values') or ())}"
        for one in fields
        if one.get("field_code") not in ("PHONE", "EMAIL")
    )
    return "\n".join(lines)


def _move(one: dict[str, Any]) -> dict[str, str]:
    left, into = (((one.get(name) or [{}])[0]).get("lead_status") or {} for name in ("value_before", "value_after"))
    return {
        "outer": str(one["entity_id"]), "at": moment(one["created_at"]), "pipeline": str(into.get("pipeline_id") or ""),
        "stage": str(into.get("id") or ""), "before": str(left.get("id") or ""),
    }  # fmt: skip


_ROWS = {"companies": _client, "people": _person, "deals": _deal, "moves": _move}
