"""Telephone numbers: one spelling inside, a readable one outside.

Inside the product a number is E.164 text ("+79161234567"). Sources: ITU-T E.164 and the
metadata of Google's libphonenumber (package ``phonenumbers``).
"""

import json
import re
from functools import cache, lru_cache
from pathlib import Path

import phonenumbers
from babel import Locale

_NOT_DIGIT = re.compile(r"\D")
_RUSSIAN = re.compile(r"[78][3-9]\d{9}")
_TOO_LONG = 64
_IN_TEXT = re.compile(r"\+?\d[\d\s().-]{8,}\d")


def normalise(text: str | None, region: str = "RU") -> str:
    """The E.164 spelling of a number as a person or a PBX writes it; "" when it is not one.

    Takes +7, 8, brackets, spaces, dashes, full-width digits. Ten bare Russian digits are taken
    as a Russian number. Short internal numbers are not telephone numbers: "".
    """
    if not text or len(text) > _TOO_LONG:
        return ""
    digits = _NOT_DIGIT.sub("", text)
    if region == "RU" and digits.isascii():
        if len(digits) == 11 and _RUSSIAN.fullmatch(digits) and not text.startswith("+8"):
            return "+7" + digits[1:]
        if len(digits) == 10 and digits[0] in "3489" and "+" not in text:
            return "+7" + digits
    return _by_metadata(text, region)


@lru_cache(maxsize=20_000)
def _by_metadata(text: str, region: str) -> str:
    number = _parsed(text, region)
    if number is None or not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    for attempt in (text, "+" + _NOT_DIGIT.sub("", text)):
        try:
            number = phonenumbers.parse(attempt, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return number
    try:
        return phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None


def pretty(e164: str) -> str:
    """A number for the eye: "+7 916 123-45-67"; unknown shapes are returned as they are."""
    if len(e164) == 12 and e164.startswith("+7"):
        return f"+7 {e164[2:5]} {e164[5:8]}-{e164[8:10]}-{e164[10:]}"
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def mask(e164: str) -> str:
    """A number that cannot be dialled from the screen: "+7 916 •••-••-67"."""
    if len(e164) == 12 and e164.startswith("+7"):
        return f"+7 {e164[2:5]} •••-••-{e164[10:]}"
    if len(e164) <= 4:
        return "•" * len(e164)
    return e164[:2] + "•" * (len(e164) - 4) + e164[-2:]


def without_numbers(text: str) -> str:
    """The text with telephone numbers masked: it may travel further than the card it was written on."""
    return _IN_TEXT.sub(lambda found: _masked(found.group()), text)


def _masked(text: str) -> str:
    number = normalise(text)
    return mask(number) if number else text


@cache
def _names(table: str) -> dict[str, dict[str, str]]:
    """Names by prefix for code 7, cut out of the metadata by bin/phone-regions.

    The metadata of the whole world take seconds and 150 MB to import in every process.
    """
    text = (Path(__file__).parent / "phone_regions.json").read_text(encoding="utf-8")
    found: dict[str, dict[str, str]] = json.loads(text)[table]
    return found


def _name(table: str, digits: str, language: str) -> str:
    """The name of the longest known prefix."""
    names = _names(table)
    for length in range(len(digits), 1, -1):
        if found := names.get(digits[:length]):
            return found.get(language) or found.get("en", "")
    return ""


def _is_russian_mobile(e164: str) -> bool:
    """All of +79 but some of +79300 are mobile numbers of Russia by the metadata; asking them costs forty times as much."""
    is_mobile = len(e164) == 12 and e164.startswith("+79") and not e164.startswith("+79300")
    return is_mobile and e164[1:].isascii() and e164[1:].isdigit()


def region_of(e164: str, language: str = "ru") -> str:
    """The region or country that a number belongs to, in words; "" when the number does not tell.

    Russian mobile numbers tell only the country, which is "" here. Code 495 is Moscow's own: the
    metadata give it to the region around the city in one language and to the city in the other.
    """
    return "" if _is_russian_mobile(e164) else _region_of(e164, language)


@lru_cache(maxsize=50_000)
def _region_of(e164: str, language: str) -> str:
    number = _parsed(e164, "RU") if e164 else None
    if number is None or not phonenumbers.is_valid_number(number):
        return ""
    code = phonenumbers.region_code_for_number(number)
    if number.country_code != 7:
        return _country(code, language)
    known = e164 if not e164.startswith("+7495") else "+74991234567"
    fixed = phonenumbers.number_type(number) != phonenumbers.PhoneNumberType.MOBILE
    words = _name("regions", known[1:], language).removeprefix("г. ") if fixed else ""
    words = words + "." if words.endswith(" обл") else words  # the metadata have it both ways
    return words or ("" if code == "RU" else _country(code, language))


def _country(code: str | None, language: str) -> str:
    return Locale(language).territories.get(code or "", "")


def operator_of(e164: str, language: str = "ru") -> str:
    """The mobile operator a Russian number was first given out by; "" for other and unknown ones."""
    return _name("operators", e164[1:], language) if _is_russian_mobile(e164) else _operator_of(e164, language)


@lru_cache(maxsize=50_000)
def _operator_of(e164: str, language: str) -> str:
    number = _parsed(e164, "RU") if e164 else None
    if number is None or number.country_code != 7:
        return ""
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return _name("operators", e164[1:], language) if mobile else ""


@lru_cache(maxsize=50_000)
def zone_of(e164: str, region: str = "") -> str:
    """The time zone (IANA name) in which a number rings: of the number itself, else of the region named in words.

    Russian mobile numbers are at home in eleven zones, so they tell nothing: "" without a region that is known.
    """
    from phonenumbers.timezone import time_zones_for_number  # 15 MB, for the few who call

    number = _parsed(e164, "RU") if e164 else None
    zones = time_zones_for_number(number) if number is not None else ()
    if len(zones) != 1 and (prefix := _prefix_of(region)):
        zones = time_zones_for_number(phonenumbers.parse(f"+{prefix.ljust(11, '0')}", None))
    return zones[0] if len(zones) == 1 and "/" in zones[0] and zones[0] != "Etc/Unknown" else ""


@cache
def _prefixes() -> dict[str, str]:
    """The names of regions -> a prefix of their numbers."""
    return {name: prefix for prefix, names in _names("regions").items() for name in names.values()}


def _prefix_of(region: str) -> str:
    known = _prefixes()
    return known.get(region) or known.get(f"г. {region}") or known.get(region.rstrip(".")) or ""
