import pytest

from perezvon.marketing.utm import Rule, click_ids_of, parameters_of, source_of, tags_of

RULES = [
    Rule(1, source="linkedin"),
    Rule(2, source="yandex"),
    Rule(3, source="yandex", medium="cpc"),
    Rule(4, source="yandex", medium="cpc", campaign="tours"),
    Rule(5, campaign="tours"),
    Rule(6, medium="email"),
]


@pytest.mark.parametrize(
    ("utm", "source_id"),
    [
        ({"source": "linkedin"}, 1),
        ({"source": "not-linkedin"}, None),
        ({"source": "linkedin-ads"}, None),
        ({"source": " LinkedIn "}, 1),
        ({"source": "yandex"}, 2),
        ({"source": "yandex", "medium": "cpm"}, 2),
        ({"source": "yandex", "medium": "CPC", "campaign": "brand"}, 3),
        ({"source": "yandex", "medium": "cpc", "campaign": "tours"}, 4),
        ({"source": "google", "medium": "cpc", "campaign": "tours"}, 5),
        ({"source": "yandex", "campaign": "tours"}, 5),  # one tag each: the campaign tells more
        ({"source": "yandex", "medium": "email"}, 2),
        ({}, None),
    ],
)
def test_the_most_specific_rule_wins(utm: dict[str, str], source_id: int | None) -> None:
    assert source_of(utm, RULES) == source_id
    assert source_of(utm, list(reversed(RULES))) == source_id


def test_an_empty_rule_fits_nothing() -> None:
    assert source_of({"source": "yandex"}, [Rule(9)]) is None


def test_tags_and_ids_are_taken_from_an_address() -> None:
    found = parameters_of("https://site.example/p?utm_source=vk&utm_term=%D1%82%D1%83%D1%80&yclid=123&x=1#end")
    assert tags_of(found) == {"source": "vk", "term": "тур"}
    assert click_ids_of(found) == {"yclid": "123"}
    assert parameters_of("http://[broken") == {}
