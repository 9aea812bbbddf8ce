"""Bitrix24 by its REST behind an incoming webhook (2 requests a second, 50 rows a page).

Source: apidocs.bitrix24.ru. Everything is read in the order of ids with ``>ID`` and ``start=-1``: the other side then does
not count the whole list for every page. QUERY_LIMIT_EXCEEDED (503) and OPERATION_TIME_LIMIT (429) are waited for.
"""

import html
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, ClassVar

from perezvon.kit.outgoing import OutgoingError

from .contract import MOVES, BadToken, Catalog, Chunk, System, texts

PAGE = 50
_METHODS = {
    "companies": "crm.company.list",
    "people": "crm.contact.list",
    "deals": "crm.deal.list",
    "moves": "crm.stagehistory.list",
}
_COMMON = ["ID", "ASSIGNED_BY_ID", "DATE_CREATE", "COMMENTS"]
_SELECT = {
    "companies": [*_COMMON, "TITLE", "PHONE", "EMAIL"],
    "people": [*_COMMON, "NAME", "SECOND_NAME", "LAST_NAME", "COMPANY_ID", "PHONE", "EMAIL"],
    "deals": [*_COMMON, "TITLE", "STAGE_ID", "CATEGORY_ID", "OPPORTUNITY", "COMPANY_ID", "CONTACT_ID", "CLOSED", "CLOSEDATE"],
}  # fmt: skip
_BREAK = re.compile(r"<br\s*/?>|</p>|\[br\]", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{1,500}>|\[/?[a-z*]{1,8}(=[^\]]{0,300})?\]", re.IGNORECASE)
_KINDS = {"S": "won", "F": "lost"}


class Bitrix24(System):
    """A portal whose incoming webhook is the token: https://example.bitrix24.ru/rest/1/secret/."""

    address_is_secret: ClassVar[bool] = True
    pause_seconds: ClassVar[float] = 0.5

    def look(self) -> Catalog:
        """Users, funnels with their stages; reasons of losses it has none."""
        users = {
            str(one["ID"]): [texts((one.get("NAME"), one.get("LAST_NAME"))).replace("; ", " "), one.get("EMAIL") or ""]
            for one in self._paged("user.get", {})
        }
        funnels = self._call("crm.category.list", {"entityTypeId": 2})["result"]["categories"]
        stages = list(self._paged("crm.status.list", {"order": {"SORT": "ASC"}}))
        pipelines = {
            str(one["id"]): {"name": one["name"], "stages": [_stage(each) for each in stages if each.get("ENTITY_ID") == _entity(one["id"])]}
            for one in funnels
        }  # fmt: skip
        return Catalog(users, pipelines, {})

    def chunk(self, kind: str, place: Any, since: datetime | None) -> Chunk:
        """The fifty after the id ``place``."""
        wanted: dict[str, Any] = {">ID": int(place or 0)}
        if since is not None:
            wanted[">CREATED_TIME" if kind == MOVES else ">DATE_MODIFY"] = since.isoformat()
        told: dict[str, Any] = {"order": {"ID": "ASC"}, "filter": wanted, "start": -1}
        told |= {"entityTypeId": 2} if kind == MOVES else {"select": _SELECT[kind]}
        answer = self._call(_METHODS[kind], told)["result"]
        rows = answer["items"] if kind == MOVES else answer
        return Chunk([_ROWS[kind](one) for one in rows], int(rows[-1]["ID"]) if len(rows) >= PAGE else None)

    def _paged(self, method: str, told: dict[str, Any]) -> Iterator[dict[str, Any]]:
        start: int | None = 0
        while start is not None:
            answer = self._call(method, {**told, "start": start})
            yield from answer["result"]
            start = answer.get("next")

    def _call(self, method: str, told: dict[str, Any]) -> Any:
        answer = self.ask(f"{self.token.rstrip('/')}/{method}", body=told)
        if not isinstance(answer, dict) or "result" not in answer:
            raise OutgoingError(f"{method}: {str((answer or {}).get('error', 'no answer'))[:80]}")
        return answer

    def ask(self, url: str, *, query: Any = None, body: Any = None) -> Any:
        """As ``System.ask``; what it says of a wrong webhook is BadToken, and the address is not told."""
        try:
            return super().ask(url, query=query, body=body)
        except OutgoingError as error:
            if error.status == 404:
                raise BadToken(error.reason) from None
            raise


def _entity(funnel: Any) -> str:
    return f"DEAL_STAGE_{funnel}" if int(funnel) else "DEAL_STAGE"


def _stage(one: dict[str, Any]) -> list[str]:
    semantics = one.get("SEMANTICS") or {"success": "S", "failure": "F"}.get(
        (one.get("EXTRA") or {}).get("SEMANTICS", ""), ""
    )
    return [str(one["STATUS_ID"]), one["NAME"], _KINDS.get(semantics, "open")]


def _common(one: dict[str, Any], name: str) -> dict[str, str]:
    return {
        "outer": str(one["ID"]), "name": name, "responsible": str(one.get("ASSIGNED_BY_ID") or ""),
        "created": one.get("DATE_CREATE") or "", "comment": _plain(one.get("COMMENTS") or ""),
    }  # fmt: skip


def _plain(text: str) -> str:
    """Remarks are HTML, or have marks in square brackets; their words."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).strip()


def _client(one: dict[str, Any], name: str) -> dict[str, str]:
    return {
        **_common(one, name),
        **{key.lower(): texts(each.get("VALUE") for each in one.get(key) or ()) for key in ("PHONE", "EMAIL")},
    }


def _company(one: dict[str, Any]) -> dict[str, str]:
    return _client(one, one.get("TITLE") or "")


def _person(one: dict[str, Any]) -> dict[str, str]:
    name = " ".join(part for key in ("LAST_NAME", "NAME", "SECOND_NAME") if (part := (one.get(key) or "").strip()))
    return {**_client(one, name), "company_outer": _id(one.get("COMPANY_ID"))}


def _deal(one: dict[str, Any]) -> dict[str, str]:
    return {
        **_common(one, one.get("TITLE") or ""), "amount": str(one.get("OPPORTUNITY") or ""), "pipeline": str(one.get("CATEGORY_ID") or "0"),
        "stage": str(one.get("STAGE_ID") or ""), "closed": (one.get("CLOSEDATE") or "") if one.get("CLOSED") == "Y" else "", "reason": "",
        "client_outer": _id(one.get("CONTACT_ID")), "company_outer": _id(one.get("COMPANY_ID")),
    }  # fmt: skip


def _id(value: Any) -> str:
    return "" if str(value or "0") == "0" else str(value)


def _move(one: dict[str, Any]) -> dict[str, str]:
    return {
        "outer": str(one["OWNER_ID"]), "at": one["CREATED_TIME"], "pipeline": str(one.get("CATEGORY_ID") or "0"),
        "stage": str(one.get("STAGE_ID") or ""), "before": "",
    }  # fmt: skip


_ROWS = {"companies": _company, "people": _person, "deals": _deal, "moves": _move}
