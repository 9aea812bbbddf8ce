"""What a mistyped name may have meant: the words of all names, and the nearest of them."""

import re
from collections.abc import Iterable

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection

from perezvon.kit.texts import fold

from .models import Word
from .typed import other_layout, typed

SHORTEST = 3
LONGEST = 40
_LETTERS = re.compile(r"[^\W\d_]+")
_CANDIDATES = 30


def words_of(names: Iterable[str]) -> set[str]:
    """The words that are worth knowing, folded."""
    found = (fold(word) for name in names for word in _LETTERS.findall(name))
    return {word for word in found if SHORTEST <= len(word) <= LONGEST}


def learn(names: Iterable[str]) -> None:
    """Remember the words of names; those that are known cost one look."""
    words = words_of(names)
    fresh = words - set(Word.objects.filter(text__in=words).values_list("text", flat=True))
    Word.objects.bulk_create((Word(text=word) for word in sorted(fresh)), ignore_conflicts=True)


def learn_everything() -> None:
    """Remember the words of all names with one statement (after rows were laid past the actions)."""
    with connection.cursor() as cursor:
        cursor.execute(_EVERYTHING, [SHORTEST, LONGEST])


_EVERYTHING = """
INSERT INTO crm_word (text)
SELECT DISTINCT w FROM (SELECT name FROM crm_person UNION ALL SELECT name FROM crm_company) AS named,
       regexp_split_to_table(translate(upper(named.name), 'Ё', 'Е'), '[^[:alpha:]]+') AS w
 WHERE length(w) BETWEEN %s AND %s ON CONFLICT DO NOTHING
"""


def meant(text: str) -> str:
    """What was meant by a name that nobody has: the other keyboard, or the nearest known words; "" when unclear."""
    words = typed(text).words
    if not words or any(character.isdigit() for character in text):
        return ""
    swapped = typed(other_layout(text)).words
    if swapped and all(map(_is_known, swapped)):
        return " ".join(swapped).capitalize() if len(swapped) == 1 else " ".join(swapped).title()
    better = [word if _is_known(word) else _nearest(word) for word in words]
    return " ".join(better).title() if all(better) and better != list(words) else ""


def _is_known(word: str) -> bool:
    return len(word) >= SHORTEST and Word.objects.filter(text__contains=word).exists()


def _nearest(word: str) -> str:
    """The known word with the fewest slips; "" when none has few enough."""
    most = 1 if len(word) < 6 else 2
    if len(word) <= SHORTEST:
        return ""
    near = Word.objects.filter(text__trigram_similar=word).annotate(alike=TrigramSimilarity("text", word))
    counted = [
        (slips(word, each), each)
        for each in near.order_by("-alike", "text").values_list("text", flat=True)[:_CANDIDATES]
    ]
    fitting = [pair for pair in counted if pair[0] <= most]
    return min(fitting, key=lambda pair: pair[0])[1] if fitting else ""


def slips(one: str, other: str) -> int:
    """How many letters were missed, added, changed or swapped with their neighbour (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, left in enumerate(one, 1):
        here = [row]
        for column, right in enumerate(other, 1):
            best = min(above[column] + 1, here[-1] + 1, above[column - 1] + (left != right))
            if row > 1 and column > 1 and left == other[column - 2] and right == one[row - 2]:
                best = min(best, before[column - 2] + 1)
            here.append(best)
        before, above = above, here
    return above[-1]
