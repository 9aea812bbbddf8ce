"""Other CRMs as their documents say they answer: pages of amoCRM v4 and of Bitrix24's REST, served by a server of our own."""

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "long-lived-token"


def _page(path: str, rows: list[dict[str, Any]], *, more: bool = False) -> dict[str, Any]:
    links = {"self": {"href": f"/api/v4/{path}"}, **({"next": {"href": f"/api/v4/{path}?page=2"}} if more else {})}
    return {"_page": 1, "_links": links, "_embedded": {path.rpartition("/")[2]: rows}}


def _fields(phone: str = "", email: str = "", **others: str) -> list[dict[str, Any]]:
    told = [("PHONE", "Телефон", phone, "WORK"), ("EMAIL", "Email", email, "WORK")]
    found = [
        {"field_id": n, "field_name": name, "field_code": code, "field_type": "multitext", "values": [{"value": value, "enum_code": enum}]}
        for n, (code, name, value, enum) in enumerate(told) if value
    ]  # fmt: skip
    return found + [
        {"field_id": 90, "field_name": name, "field_code": None, "field_type": "text", "values": [{"value": value}]}
        for name, value in others.items()
    ]


def _card(pk: int, name: str, fields: list[dict[str, Any]], **embedded: Any) -> dict[str, Any]:
    return {
        "id": pk, "name": name, "responsible_user_id": 11, "created_at": 1700000000, "updated_at": 1750000000, "is_deleted": False,
        "custom_fields_values": fields or None, "_embedded": {"tags": [], **embedded},
    }  # fmt: skip


def _lead(pk: int, name: str, status: int, price: int, contact: int | None, **more: Any) -> dict[str, Any]:
    contacts = [{"id": contact, "is_main": True}] if contact else []
    return {
        "id": pk, "name": name, "price": price, "responsible_user_id": 11, "status_id": status, "pipeline_id": 501, "loss_reason_id": None,
        "created_at": 1710000000, "updated_at": 1750000000, "closed_at": None, "custom_fields_values": None,
        "_embedded": {"tags": [], "companies": [], "contacts": contacts, "loss_reason": []}, **more,
    }  # fmt: skip


def amo_pages() -> dict[tuple[str, str], Any]:
    """{(path, page): answer}; what is missing is 204, as amoCRM answers past the end."""
    statuses = [(1, "Неразобранное", 1), (2, "Первый контакт", 0), (3, "Договор", 0), (142, "Успешно реализовано", 0), (143, "Закрыто и не реализовано", 0)]  # fmt: skip
    lost = {"closed_at": 1720000000, "loss_reason_id": 7}
    lost["_embedded"] = {
        "tags": [],
        "companies": [],
        "contacts": [{"id": 21, "is_main": True}],
        "loss_reason": [{"id": 7, "name": "Дорого"}],
    }  # type: ignore[assignment]
    return {
        ("users", "1"): _page("users", [{"id": 11, "name": "Анна", "email": "anna@veter.example"}, {"id": 12, "name": "Бывший", "email": "gone@x.example"}]),
        ("leads/pipelines", "1"): _page("leads/pipelines", [{
            "id": 501, "name": "Туры", "sort": 1, "is_main": True, "is_archive": False,
            "_embedded": {"statuses": [{"id": pk, "name": name, "sort": pk, "type": kind} for pk, name, kind in statuses]},
        }]),
        ("leads/loss_reasons", "1"): _page("leads/loss_reasons", [{"id": 7, "name": "Дорого", "sort": 1}]),
        ("companies", "1"): _page("companies", [_card(31, "Ромашка", _fields(phone="+74950000031"))]),
        ("contacts", "1"): _page("contacts", [
            _card(21, "Иван Петров", _fields("8 903 000-00-21", "ivan@client.example", Паспорт="есть"), tags=[{"id": 1, "name": "море"}], companies=[{"id": 31}]),
            _card(22, "Без номера", []),
        ], more=True),
        ("contacts", "2"): _page("contacts", [_card(23, "Кривой номер", _fields(phone="12"))]),
        ("events", "1"): _page("events", [{
            "id": "01a", "type": "lead_status_changed", "entity_id": 41, "entity_type": "lead", "created_by": 11, "created_at": 1711000000,
            "value_before": [{"lead_status": {"id": 2, "pipeline_id": 501}}], "value_after": [{"lead_status": {"id": 3, "pipeline_id": 501}}],
        }]),
        ("leads", "1"): _page("leads", [
            _lead(41, "Турция", 3, 150000, 21), _lead(42, "Египет", 142, 90000, 22, closed_at=1715000000),
            _lead(43, "Крым", 143, 40000, 21, **lost), _lead(44, "Ничья", 2, 0, None),
        ]),
    }  # fmt: skip


def bitrix_answers() -> dict[str, Any]:
    """{method: rows}; the server pages them by ID as the portal does."""
    phone = [{"ID": "1", "VALUE_TYPE": "WORK", "VALUE": "89030000051", "TYPE_ID": "PHONE"}]
    stages = [("DEAL_STAGE", "NEW", "Новая", ""), ("DEAL_STAGE", "WON", "Сделка успешна", "S"), ("DEAL_STAGE", "LOSE", "Сделка провалена", "F"), ("SOURCE", "CALL", "Звонок", "")]  # fmt: skip
    person = {
        "ASSIGNED_BY_ID": "1",
        "DATE_CREATE": "2025-03-01T10:00:00+03:00",
        "COMMENTS": "любит<br>море",
        "SECOND_NAME": None,
    }
    deal = {
        "ASSIGNED_BY_ID": "1",
        "DATE_CREATE": "2025-03-02T10:00:00+03:00",
        "CATEGORY_ID": "0",
        "COMPANY_ID": "0",
        "COMMENTS": "",
    }
    return {
        "user.get": [{"ID": "1", "NAME": "Анна", "LAST_NAME": "Петрова", "EMAIL": "anna@veter.example"}],
        "crm.status.list": [{"ENTITY_ID": entity, "STATUS_ID": pk, "NAME": name, "SORT": "10", "SEMANTICS": sign, "EXTRA": {"SEMANTICS": "process"}} for entity, pk, name, sign in stages],
        "crm.company.list": [],
        "crm.stagehistory.list": [
            {"ID": 1, "TYPE_ID": 1, "OWNER_ID": 62, "CREATED_TIME": "2025-03-02T10:00:00+03:00", "CATEGORY_ID": 0, "STAGE_SEMANTIC_ID": "P", "STAGE_ID": "NEW"},
            {"ID": 2, "TYPE_ID": 3, "OWNER_ID": 62, "CREATED_TIME": "2025-03-09T10:00:00+03:00", "CATEGORY_ID": 0, "STAGE_SEMANTIC_ID": "F", "STAGE_ID": "LOSE"},
        ],
        "crm.contact.list": [
            {**person, "ID": str(pk), "NAME": "Пётр", "LAST_NAME": f"Клиент{pk}", "COMPANY_ID": "0", "PHONE": phone if pk == 51 else [], "EMAIL": []}
            for pk in range(51, 112)
        ],
        "crm.deal.list": [
            {**deal, "ID": "61", "TITLE": "Отпуск", "STAGE_ID": "NEW", "OPPORTUNITY": "70000.00", "CONTACT_ID": "51", "CLOSED": "N", "CLOSEDATE": "2025-03-09T03:00:00+03:00"},
            {**deal, "ID": "62", "TITLE": "Отказ", "STAGE_ID": "LOSE", "OPPORTUNITY": "1.50", "CONTACT_ID": "52", "CLOSED": "Y", "CLOSEDATE": "2025-03-10T03:00:00+03:00"},
        ],
    }  # fmt: skip


class OtherCrm:
    """Both of them at one address; ``asked`` are the requests, ``refuse`` the statuses of the next answers."""

    def __init__(self) -> None:
        self.amo, self.bitrix = amo_pages(), bitrix_answers()
        self.asked: list[tuple[str, Any]] = []
        self.refuse: list[int] = []
        crm: Any = self

        class Door(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                place = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(place.query).items()}
                crm.asked.append((place.path, query))
                if crm.refuse:
                    self.answer(crm.refuse.pop(0), {"title": "Too Many Requests"})
                elif self.headers["Authorization"] != f"Bearer {TOKEN}":
                    self.answer(401, {"title": "Unauthorized"})
                else:
                    found = crm.amo.get((place.path.removeprefix("/api/v4/"), query.get("page", "1")))
                    self.answer(200 if found else 204, found)

            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                method = self.path.rpartition("/")[2]
                crm.asked.append((method, told))
                if crm.refuse:
                    self.answer(crm.refuse.pop(0), {"error": "QUERY_LIMIT_EXCEEDED"})
                elif not self.path.startswith("/rest/1/secret/"):
                    self.answer(401, {"error": "INVALID_CREDENTIALS"})
                elif method == "crm.category.list":
                    self.answer(
                        200, {"result": {"categories": [{"id": 0, "name": "Общая", "sort": 1, "isDefault": "Y"}]}}
                    )
                else:
                    rows = crm.bitrix[method]
                    if told.get("start") == -1:
                        rows = [row for row in rows if int(row["ID"]) > told["filter"][">ID"]][:50]
                    rows = {"items": rows} if method == "crm.stagehistory.list" else rows
                    self.answer(200, {"result": rows, "time": {"duration": 0.1}})

            def answer(self, status: int, told: Any) -> None:
                body = b"" if told is None else json.dumps(told).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_about: Any) -> None:
                """Be quiet."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.host = f"127.0.0.1:{self.server.server_port}"


@contextmanager
def served() -> Iterator[OtherCrm]:
    crm = OtherCrm()
    thread = threading.Thread(target=crm.server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield crm
    finally:
        crm.server.shutdown()
        crm.server.server_close()
        thread.join()
