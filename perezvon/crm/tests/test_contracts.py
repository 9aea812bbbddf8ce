"""Every noun of this room keeps the contract."""

from typing import Any

from perezvon.crm.models import Company, Deal, Person, Stage, Task
from perezvon.staff.contracts import NounContract

_count = iter(range(1, 10_000))


class TestPeople(NounContract):
    noun, list_url, detail_url = "person", "crm:people", "crm:person"
    max_list_queries, max_detail_queries = 7, 11

    def make(self, *, owner: Any, department: Any, at: Any) -> Person:
        return Person.objects.create(
            name=f"Клиент {next(_count)}.", responsible=owner, department=department, created_at=at
        )


class TestCompanies(NounContract):
    noun, list_url, detail_url = "company", "crm:companies", "crm:company"
    max_list_queries, max_detail_queries = 6, 11

    def make(self, *, owner: Any, department: Any, at: Any) -> Company:
        return Company.objects.create(
            name=f"Фирма {next(_count)}.", responsible=owner, department=department, created_at=at
        )


class TestDeals(NounContract):
    noun, list_url, detail_url = "deal", "crm:deals", "crm:deal"
    max_list_queries, max_detail_queries = 8, 12

    def make(self, *, owner: Any, department: Any, at: Any) -> Deal:
        person = Person.objects.create(name="Клиент", responsible=owner, department=department, created_at=at)
        stage = Stage.objects.filter(kind="open").first()
        return Deal.objects.create(
            title=f"Сделка {next(_count)}.", person=person, responsible=owner, department=department, created_at=at,
            stage=stage, pipeline=stage.pipeline, stage_since=at,
        )  # fmt: skip


class TestBoard(TestDeals):
    list_url, detail_url = "crm:board", ""
    max_list_queries = 10


class TestTasks(NounContract):
    noun, list_url, detail_url = "task", "", "crm:task"
    max_detail_queries = 6

    def make(self, *, owner: Any, department: Any, at: Any) -> Task:
        return Task.objects.create(
            kind="call",
            title=f"Позвонить {next(_count)}.",
            responsible=owner,
            department=department,
            created_at=at,
            deadline=at,
        )
