"""A company for the stories: `python -m tests.browser.company ORIGIN` fills an empty installation, prints JSON.

ORIGIN is the address of the customer's site, allowed to send the form. The office never closes here,
so the stories read the same at any hour.
"""

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PASSWORD = "right-horse-battery"
DOMAIN = "story.example"
LINE = "+74950990001"
WEEK = {str(day): [["00:00", "23:59"]] for day in range(7)}
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
# One client for each story that changes something.
CLIENTS = {"Lost Larisa": "+74950110001", "Deal Denis": "+74950110002", "Search Sofia": "+74950110003"}


def doors(origin: str, sales: Any, anna: Any, at: datetime) -> dict[str, Any]:
    """The exchange, the numbers, the source and the site form: what clients come through."""
    from perezvon.marketing.actions.forms import add_form
    from perezvon.marketing.actions.sources import add_source, assign_line, set_utm_rule
    from perezvon.telephony.actions.providers import add_provider
    from perezvon.telephony.models import Extension, Line, Provider, Queue

    told = add_provider("mango", "Mango", at=at)
    provider = Provider.objects.get(pk=told["id"])
    Extension.objects.create(provider=provider, number="202", user=anna)
    Queue.objects.create(provider=provider, key="1", name="Sales", department=sales)
    Line.objects.create(number=LINE, name="Main", department=sales)
    ads = add_source("Search ads", channel="ads", at=at)
    assign_line(LINE, ads, at=at)
    set_utm_rule(ads, utm_source="yandex", utm_medium="cpc", utm_campaign="", at=at)
    form = add_form("Tour request", origins=[origin], department=sales, at=at)
    return {"hook": told["slug"], "secrets": provider.secrets, "form": form.key}


def heard(anna: Any, person: Any, sales: Any, at: datetime) -> None:
    """A talk of twenty seconds with its sound."""
    from perezvon.telephony.actions.recordings import keep
    from perezvon.telephony.models import Call, Provider, Recording
    from perezvon.telephony.records import voices

    call = Call.objects.create(
        provider=Provider.objects.get(), key="heard", direction="in", state="ended", stage="talked", cause="caller_hangup",
        phone=CLIENTS["Search Sofia"], person=person, user=anna, department=sales, line=LINE, started_at=at - HOUR,
        answered_at=at - HOUR, ended_at=at - HOUR + 20 * SECOND, talk_seconds=20,
    )  # fmt: skip
    recording = Recording.objects.create(call=call, provider=call.provider, key="heard", made_at=at - HOUR)
    with TemporaryDirectory() as folder:
        sides = [voices.write(Path(folder) / f"{n}.wav", side) for n, side in enumerate(voices.talk(20))]
        keep(recording, sides, at=at)


def found(origin: str) -> dict[str, Any]:
    """The people, the doors, the clients and two deals on the board."""
    from perezvon.crm.actions.deals import open_deal
    from perezvon.crm.actions.people import add_person
    from perezvon.crm.models import LostReason, Stage
    from perezvon.kit import clock
    from perezvon.staff.actions.calendars import change_calendar
    from perezvon.staff.actions.departments import add_department
    from perezvon.staff.actions.people import add_user
    from perezvon.staff.models import WorkCalendar

    at = clock.now()
    calendar = WorkCalendar.objects.get(is_default=True)
    change_calendar(calendar, name="Always open", weekly=WEEK, time_zone="Europe/Moscow", at=at)
    calendar.holidays.all().delete()
    sales = add_department("Sales", calendar=calendar, at=at)

    def hire(login: str, name: str, *roles: str, extension: str = "") -> Any:
        return add_user(
            email=f"{login}@{DOMAIN}", name=name, roles=roles, department=sales, password=PASSWORD,
            extension=extension, language="en", at=at,
        )  # fmt: skip

    anna = hire("anna", "Anna Petrova", "seller", extension="202")
    hire("kirill", "Kirill Drozdov", "owner", "administrator", extension="301")
    hire("olga", "Olga Kim", "operator", extension="101")
    hire("keyholder", "Kira Keyholder", "seller")
    people = {
        name: add_person(name=name, phones=[phone], responsible=anna, by=anna, at=at) for name, phone in CLIENTS.items()
    }
    sofia = people["Search Sofia"]
    deals = {
        title: open_deal(person=sofia, title=title, amount=1000, responsible=anna, by=anna, at=at).pk
        for title in ("Moved deal", "Lost deal")
    }
    stages = [(stage.pk, stage.kind) for stage in Stage.objects.order_by("order", "pk")]
    LostReason.objects.get_or_create(name="Expensive")
    known = doors(origin, sales, anna, at)
    heard(anna, sofia, sales, at)
    return {
        **known,
        "people": {name: each.pk for name, each in people.items()},
        "deals": deals,
        "stages": stages,
    }


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")
    django.setup()
    print(json.dumps(found(sys.argv[1])))
