"""Every spelling of a number is one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perezvon.kit import phones


@pytest.mark.parametrize(
    "text",
    [
        "+7 (916) 123-45-67",
        "8 916 123 45 67",
        "89161234567",
        "79161234567",
        "+79161234567",
        "9161234567",
        "8(916)1234567",
    ],
)
def test_all_russian_spellings_are_one(text):
    assert phones.normalise(text) == "+79161234567"


@pytest.mark.parametrize(
    ("text", "e164"),
    [
        ("+44 20 7946 0958", "+442079460958"),
        ("+375 29 123-45-67", "+375291234567"),
        ("+86 138 0013 8000", "+8613800138000"),
    ],
)
def test_foreign_numbers(text, e164):
    assert phones.normalise(text) == e164


@pytest.mark.parametrize("text", ["", None, "101", "anonymous", "abc", "1" * 80, "+"])
def test_what_is_no_number(text):
    assert phones.normalise(text) == ""


def test_masking_leaves_nothing_to_dial():
    assert phones.mask("+79161234567") == "+7 916 •••-••-67"
    assert "1234" not in phones.mask("+79161234567")
    assert phones.mask("+442079460958").count("•") == 9


def test_the_number_tells_its_region():
    assert phones.region_of("+74951234567", "ru") == phones.region_of("+74991234567", "ru") == "Москва"
    assert phones.region_of("+79161234567") == ""
    assert phones.region_of("") == ""


def test_pretty():
    assert phones.pretty("+79161234567") == "+7 916 123-45-67"


@given(st.from_regex(r"\+79[0-9]{9}", fullmatch=True))
def test_the_short_way_of_russian_mobiles_says_what_the_metadata_say(number):
    assert phones.region_of(number) == phones._region_of(number, "ru")
    assert phones.operator_of(number) == phones._operator_of(number, "ru")
