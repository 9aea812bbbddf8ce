"""Files through the door of programs: seen and taken by those who see the card."""

from io import BytesIO
from typing import Any

from perezvon.crm.actions.client_files import add_file
from perezvon.crm.actions.people import add_person
from perezvon.staff.testing import JOINED


def test_a_file_is_read_and_removed(anna: Any, gleb: Any, program: Any) -> None:
    nina = add_person(name="Nina", phones=["+74950210077"], responsible=anna, by=anna, at=JOINED)
    row = add_file(nina, "note.txt", BytesIO(b"Likes the sea"), by=anna, at=JOINED)
    hers = program(anna)
    assert [one["name"] for one in hers.get("files", person=nina.pk).json()["items"]] == ["note.txt"]
    taken = hers.get(f"files/{row.pk}/content")
    assert b"".join(taken) == b"Likes the sea" and taken["X-Content-Type-Options"] == "nosniff"
    for path in (f"files/{row.pk}", f"files/{row.pk}/content"):
        assert program(gleb).get(path).status_code == 404
    assert hers.delete(f"files/{row.pk}").status_code == 204
    assert hers.get(f"files/{row.pk}").status_code == 404
