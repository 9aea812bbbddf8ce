"""What "me" and "my department" mean in a condition."""

from perezvon.kit.conditions import Fields, holds, q, read
from perezvon.staff import fields
from perezvon.staff.models import User
from perezvon.staff.testing import JOINED

THING = Fields("thing", fields.person("who", "Who", "pk"), fields.department("where", "Where", "department_id"))


def fit(user, **asked):
    tree = read(asked, THING)
    seen = fields.circumstances(user, JOINED)
    found = set(User.objects.filter(q(tree, seen)))
    assert found == {one for one in User.objects.all() if holds(tree, one, seen)}
    return found


def test_words_are_of_the_one_who_asks(anna, boris, vera):
    assert fit(anna, field="who", op="is", value=["me"]) == {anna}
    assert fit(boris, field="who", op="is_not", value=["me"]) == {anna, vera}
    assert fit(boris, field="where", op="is", value=["my_department"]) == {anna, boris}
    assert fit(vera, field="where", op="is", value=["my_departments"]) == {anna, boris, vera}


def test_the_system_is_nobody(anna):
    assert fit(None, field="who", op="is", value=["me"]) == set()
    assert fit(None, field="who", op="is_not", value=["me"]) == {anna}


def test_choices_are_those_who_work_here(anna, sales):
    assert (anna.pk, anna.name) in THING.field("who").pairs
    assert (sales.pk, "\u2003Sales") in THING.field("where").pairs
