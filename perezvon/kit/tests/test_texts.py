"""One folding, in Python and in SQL."""

import pytest
from django.db import connection

from perezvon.kit.texts import fold


@pytest.mark.parametrize(("text", "folded"), [("Ёжик", "ЕЖИК"), ("иванов", "ИВАНОВ"), ("straße", "STRAßE"), ("ﬁ", "ﬁ")])
def test_case_and_yo_do_not_matter(text, folded):
    assert fold(text) == folded


@pytest.mark.django_db
def test_the_database_folds_the_same():
    letters = [chr(code) for first, last in ((0x20, 0x180), (0x400, 0x530)) for code in range(first, last)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT translate(upper(x), 'Ё', 'Е') FROM unnest(%s::text[]) AS x", [letters])
        assert [row[0] for row in cursor.fetchall()] == [fold(letter) for letter in letters]
