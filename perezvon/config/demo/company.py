"""The demo company in data: a travel agency with twelve people in three departments.

Russia keeps no telephone numbers for fiction. The numbers here are of geographic codes with a
subscriber part that begins with 0: such numbers are not given out, nobody real can be called.
"""

from dataclasses import dataclass

NAME = "Попутный ветер"
DOMAIN = "veter.example"

SALES, CONTACT, OFFICE = "Отдел продаж", "Контакт-центр", "Офис"


@dataclass(frozen=True)
class Member:
    """One of the staff: ``skill`` multiplies the chance that his deal is won."""

    login: str
    name: str
    department: str
    roles: tuple[str, ...]
    extension: str
    skill: float = 1.0
    is_head: bool = False


PEOPLE = (
    Member("boris", "Борис Орлов", SALES, ("head_of_sales",), "201", 1.15, True),
    Member("anna", "Анна Соколова", SALES, ("seller",), "202", 1.3),
    Member("dmitry", "Дмитрий Лебедев", SALES, ("seller",), "203", 1.0),
    Member("maria", "Мария Котова", SALES, ("seller",), "204", 0.95),
    Member("ilya", "Илья Зайцев", SALES, ("seller",), "205", 0.65),
    Member("svetlana", "Светлана Журавлёва", CONTACT, ("supervisor",), "101", 1.0, True),
    Member("pavel", "Павел Синицын", CONTACT, ("operator",), "102"),
    Member("ekaterina", "Екатерина Галкина", CONTACT, ("operator",), "103"),
    Member("artem", "Артём Стрижов", CONTACT, ("operator",), "104"),
    Member("kirill", "Кирилл Дроздов", OFFICE, ("owner", "administrator"), "301", 1.0, True),
    Member("vera", "Вера Воробьёва", OFFICE, ("accountant",), "302"),
    Member("alina", "Алина Чайкина", OFFICE, ("marketer",), "303"),
)


@dataclass(frozen=True)
class Channel:
    """An ad source: its share of the calls and forms, and how good its clients are."""

    source: str
    channel: str
    line: str
    calls: float
    forms: float
    quality: float
    utm: tuple[str, str, str] = ("", "", "")


CHANNELS = (
    Channel("Яндекс Директ", "контекст", "+74950210001", 0.30, 0.34, 1.0, ("yandex", "cpc", "tours")),
    Channel("Карты и справочники", "карты", "+74950210002", 0.17, 0.05, 1.1, ("maps", "organic", "")),
    Channel("Реклама ВКонтакте", "соцсети", "+74950210003", 0.14, 0.30, 0.45, ("vk", "social", "lookalike")),
    Channel("Наружная реклама", "офлайн", "+74950210004", 0.09, 0.0, 0.6),
    Channel("Рекомендации", "сарафан", "+74950210005", 0.12, 0.03, 1.7),
    Channel("Сайт без рекламы", "сайт", "+74950210006", 0.10, 0.28, 1.05, ("organic", "", "")),
    Channel("Рассылка по базе", "почта", "+74950210007", 0.08, 0.0, 1.3, ("email", "newsletter", "")),
)
BACK_OFFICE_LINE = "+74950210010"


@dataclass(frozen=True)
class Trip:
    """A product: cheque in roubles (from, to), weight by month of the year, chance of a sale."""

    name: str
    cheque: tuple[int, int]
    months: tuple[float, ...]
    ease: float = 1.0


_SUMMER = (0.5, 0.5, 0.8, 1.1, 1.5, 1.8, 1.8, 1.5, 1.0, 0.6, 0.4, 0.5)
_WINTER = (1.6, 1.4, 1.0, 0.7, 0.4, 0.3, 0.3, 0.4, 0.8, 1.3, 1.6, 1.9)
_EVEN = (1.0,) * 12
PRODUCTS = (
    Trip("Турция", (90_000, 260_000), _SUMMER, 1.1),
    Trip("Египет", (80_000, 190_000), _WINTER, 1.0),
    Trip("ОАЭ", (110_000, 320_000), _WINTER, 0.9),
    Trip("Таиланд", (140_000, 380_000), _WINTER, 0.8),
    Trip("Сочи и Крым", (40_000, 140_000), _SUMMER, 1.2),
    Trip("Санатории", (50_000, 160_000), _EVEN, 1.15),
    Trip("Круизы", (160_000, 520_000), _SUMMER, 0.6),
)

# code of the number, how often it is met
CODES = (
    ("495", 40),
    ("499", 14),
    ("812", 16),
    ("343", 6),
    ("383", 5),
    ("846", 4),
    ("843", 5),
    ("863", 4),
    ("831", 4),
    ("351", 2),
)

MEN = [
    "Александр",
    "Алексей",
    "Андрей",
    "Антон",
    "Владимир",
    "Денис",
    "Евгений",
    "Игорь",
    "Константин",
    "Максим",
    "Михаил",
    "Никита",
    "Николай",
    "Олег",
    "Пётр",
    "Роман",
    "Сергей",
    "Степан",
    "Фёдор",
    "Юрий",
]
WOMEN = [
    "Александра",
    "Алла",
    "Валерия",
    "Виктория",
    "Галина",
    "Дарья",
    "Евгения",
    "Елена",
    "Елизавета",
    "Зоя",
    "Ирина",
    "Ксения",
    "Лариса",
    "Людмила",
    "Надежда",
    "Наталья",
    "Полина",
    "Софья",
    "Татьяна",
    "Юлия",
]
SURNAMES = [
    "Абрамов",
    "Баранов",
    "Белкин",
    "Виноградов",
    "Воронин",
    "Гаврилов",
    "Горшков",
    "Данилов",
    "Дроздецкий",
    "Емельянов",
    "Жданов",
    "Захаров",
    "Игнатьев",
    "Калинин",
    "Климов",
    "Комаров",
    "Кудряшов",
    "Ларионов",
    "Логинов",
    "Мартынов",
    "Мельников",
    "Миронов",
    "Нестеров",
    "Одинцов",
    "Осипов",
    "Панфилов",
    "Поляков",
    "Прохоров",
    "Романов",
    "Рябов",
    "Савельев",
    "Селезнёв",
    "Сорокин",
    "Суханов",
    "Тарасов",
    "Тимофеев",
    "Устинов",
    "Фомин",
    "Харитонов",
    "Цветков",
    "Чернов",
    "Шестаков",
    "Щукин",
    "Яшин",
]

LOST = (
    ("Не дозвонились", "Три попытки в разные дни, не отвечает."),
    ("Дорого", "Просил уложиться в меньший бюджет, вариантов не нашли."),
    ("Купил у конкурента", "Оформил у другого агентства, дали скидку."),
    ("Передумал ехать", "Отпуск перенесли, в этом году не едет."),
    ("Нет мест", "На нужные даты мест уже не было."),
)
NOT_TARGET = ("Ищет работу", "Ошиблись номером", "Предложение услуг нам", "Турист другого агентства")
RESULTS = {
    "call": ("Созвонились, ждёт подборку.", "Поговорили, сравнивает варианты.", "Уточнили даты и состав."),
    "proposal": ("Отправили подборку из трёх отелей.", "Подборка ушла на почту."),
    "payment": ("Оплата пришла.", "Обещал оплатить завтра."),
}
QUESTIONS = (
    "Хотим поехать вдвоём на неделю, что посоветуете?",
    "Нужен отель с детским клубом, двое взрослых и ребёнок 6 лет.",
    "Какие есть варианты с вылетом в пятницу?",
    "Подскажите цену на майские праздники.",
    "Интересует раннее бронирование.",
    "",
)
