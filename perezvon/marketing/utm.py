"""UTM tags: reading them and choosing the rule that fits best.

Whole values are compared, never parts: "not-linkedin" is not "linkedin". Letters of either case are one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

TAGS = ("source", "medium", "campaign", "content", "term")
CLICK_IDS = ("gclid", "yclid", "ymclid", "gbraid", "wbraid", "fbclid", "vkclid", "openstat", "ef_id")
LONGEST = 200
_RULE_TAGS = ("campaign", "source", "medium")


@dataclass(frozen=True, slots=True)
class Rule:
    """Tags -> source id; "" = any value."""

    source_id: int
    source: str = ""
    medium: str = ""
    campaign: str = ""

    def fits(self, utm: Mapping[str, str]) -> bool:
        """Whether every tag that the rule names has exactly this value."""
        named = [(tag, getattr(self, tag)) for tag in _RULE_TAGS if getattr(self, tag)]
        return bool(named) and all(plain(value) == plain(utm.get(tag, "")) for tag, value in named)

    @property
    def weight(self) -> tuple[int, ...]:
        """The more tags a rule names the more specific it is; campaign tells more than source, source than medium."""
        named = [bool(getattr(self, tag)) for tag in _RULE_TAGS]
        return (sum(named), *named)


def plain(value: str) -> str:
    """A tag's value as it is compared."""
    return value.strip().casefold()


def source_of(utm: Mapping[str, str], rules: Iterable[Rule]) -> int | None:
    """The source id of the most specific rule that fits; None when none does."""
    fitting = [rule for rule in rules if rule.fits(utm)]
    return max(fitting, key=lambda rule: rule.weight).source_id if fitting else None


def tags_of(fields: Mapping[str, str], prefix: str = "utm_") -> dict[str, str]:
    """The tags among the fields of a form or the parameters of an address, without their prefix."""
    found = {tag: fields.get(prefix + tag, "").strip()[:LONGEST] for tag in TAGS}
    return {tag: value for tag, value in found.items() if value}


def click_ids_of(fields: Mapping[str, str]) -> dict[str, str]:
    """The click ids that ad systems add to an address."""
    found = {name: fields.get(name, "").strip()[:LONGEST] for name in CLICK_IDS}
    return {name: value for name, value in found.items() if value}


def parameters_of(address: str) -> dict[str, str]:
    """The parameters of a page's address; {} for anything that is not an address."""
    try:
        return dict(parse_qsl(urlsplit(address).query, max_num_fields=100))
    except ValueError:
        return {}
