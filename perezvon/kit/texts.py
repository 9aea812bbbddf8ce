"""Text compared as people read it: case does not matter, and ё is е.

One folding in two places that must agree: ``fold`` in Python and ``Folded`` in PostgreSQL. Both use the simple
(one letter to one letter) upper case of Unicode; a few Greek and ligature letters have only a longer one and stay.
"""

from django.db.models import CharField, TextField, Transform


def fold(text: str) -> str:
    """``text`` as it is compared: upper case, Ё as Е."""
    upper = text.upper()
    if len(upper) != len(text):
        upper = "".join(up if len(up := letter.upper()) == 1 else letter for letter in text)
    return upper.replace("Ё", "Е")


class Folded(Transform):
    """The same in SQL: ``Folded("name")``, or ``name__folded__contains=fold(text)`` in a filter.

    Indexes are built on this very expression (order by name, trigrams); every server understands it, no collation
    has to exist.
    """

    lookup_name = "folded"
    output_field = TextField()
    template = "translate(upper(%(expressions)s), 'Ё', 'Е')"


CharField.register_lookup(Folded)
TextField.register_lookup(Folded)
