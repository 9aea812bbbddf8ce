"""Founding the demo company: people, lines, sources, forms, the exchange."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from perezvon.crm.models import Product
from perezvon.marketing.actions.forms import add_form
from perezvon.marketing.actions.sources import add_source, assign_line, set_utm_rule
from perezvon.marketing.models import Form
from perezvon.staff.actions.calendars import change_calendar
from perezvon.staff.actions.departments import add_department, change_department
from perezvon.staff.actions.people import add_user
from perezvon.staff.models import Department, User, WorkCalendar
from perezvon.telephony.actions.providers import add_provider
from perezvon.telephony.models import Extension, Line, Provider, Queue

from . import PASSWORD, company
from .arrivals import CLOSES, OPENS
from .exchange import found_exchange

FORM_KEY = "tour-request"
_TOP = {"owner", "head_of_sales"}  # they answer for the whole company


@dataclass(frozen=True)
class Founded:
    """What the history needs at hand."""

    people: dict[str, User]
    departments: dict[str, Department]
    provider: Provider
    form: Form
    products: dict[str, Product]

    def sellers(self) -> list[tuple[User, company.Member]]:
        return [(self.people[m.login], m) for m in company.PEOPLE if m.department == company.SALES]

    def operators(self) -> list[User]:
        return [self.people[m.login] for m in company.PEOPLE if m.department == company.CONTACT]


def found(*, at: datetime) -> Founded:
    """Everything that exists before the first client calls."""
    with translation.override("ru"):
        departments = _departments(at)
        people = _people(departments, at)
        products = {trip.name: Product.objects.get_or_create(name=trip.name)[0] for trip in company.PRODUCTS}
        provider = _exchange(people, departments, at)
        found_exchange(people, departments, at)
        form = _sources(departments, at)
    return Founded(people, departments, provider, form, products)


def _departments(at: datetime) -> dict[str, Department]:
    calendar = WorkCalendar.objects.get(is_default=True)
    hours = [[f"{OPENS:02}:00", f"{CLOSES:02}:00"]]
    week = {str(day): hours for day in range(5)} | {"5": [["10:00", "16:00"]]}
    change_calendar(calendar, name=company.NAME, weekly=week, time_zone="Europe/Moscow", at=at)
    head = add_department(company.NAME, calendar=calendar, at=at)
    names = (company.SALES, company.CONTACT, company.OFFICE)
    return {company.NAME: head, **{name: add_department(name, parent=head, at=at) for name in names}}


def _people(departments: dict[str, Department], at: datetime) -> dict[str, User]:
    people = {}
    for member in company.PEOPLE:
        department = departments[company.NAME if _TOP & set(member.roles) else member.department]
        user = add_user(
            email=f"{member.login}@{company.DOMAIN}", name=member.name, department=department, roles=member.roles,
            password=PASSWORD, extension=member.extension, at=at,
        )  # fmt: skip
        people[member.login] = user
        if member.is_head:
            led = departments[member.department]
            change_department(led, name=led.name, head=user, calendar=led.calendar, at=at)
    return people


def _exchange(people: dict[str, User], departments: dict[str, Department], at: datetime) -> Provider:
    told = add_provider("mango", "Манго (демонстрация)", at=at)
    provider = Provider.objects.get(slug=told["slug"])
    Extension.objects.bulk_create(
        Extension(provider=provider, number=user.extension, user=user) for user in people.values()
    )
    Queue.objects.create(provider=provider, key="1", name="Продажи, облако", department=departments[company.CONTACT])
    for channel in company.CHANNELS:
        Line.objects.create(number=channel.line, name=channel.source, department=departments[company.CONTACT])
    return provider


def _sources(departments: dict[str, Department], at: datetime) -> Form:
    site = None
    for channel in company.CHANNELS:
        source = add_source(channel.source, channel=channel.channel, at=at)
        assign_line(channel.line, source, at=at)
        if channel.utm[0]:
            utm_source, utm_medium, utm_campaign = channel.utm
            set_utm_rule(source, utm_source=utm_source, utm_medium=utm_medium, utm_campaign=utm_campaign, at=at)
        site = source if channel.channel == "сайт" else site
    return add_form("Заявка с сайта", key=FORM_KEY, source=site, department=departments[company.CONTACT], at=at)


def founded_before() -> Founded:
    """The company that is in the base already. LookupError when it is not the demo company."""
    logins = {f"{member.login}@{company.DOMAIN}": member.login for member in company.PEOPLE}
    people = {logins[user.email]: user for user in User.objects.filter(email__in=logins)}
    form = Form.objects.filter(key=FORM_KEY).first()
    provider = Provider.objects.filter(kind="mango").order_by("pk").first()
    if form is None or provider is None or len(people) < len(logins):
        raise LookupError("there is no demo company in this base")
    departments = {department.name: department for department in Department.objects.all()}
    products = {product.name: product for product in Product.objects.all()}
    return Founded(people, departments, provider, form, products)
