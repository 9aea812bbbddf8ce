"""The configuration of a known company, file by file. ``PEREZVON_GOLDEN=write`` takes the present output as right."""

import os
from pathlib import Path

import pytest

from perezvon.telephony.pbx.checks import check
from perezvon.telephony.pbx.generate import MARK, filled, generate
from perezvon.telephony.pbx.generate.routes import spellings
from perezvon.telephony.pbx.generate.text import Context, is_safe, plain, section

from . import company

GOLDEN = Path(__file__).parent / "golden"
FILES = generate(company.plan())


@pytest.mark.parametrize("name", sorted(FILES))
def test_file_is_as_it_was(name: str) -> None:
    path = GOLDEN / name
    if os.environ.get("PEREZVON_GOLDEN") == "write":
        path.write_text(FILES[name], encoding="utf-8")
    assert FILES[name] == path.read_text(encoding="utf-8")


def test_no_file_is_forgotten() -> None:
    assert {path.name for path in GOLDEN.glob("*.conf")} == set(FILES)


def test_the_same_plan_makes_the_same_files() -> None:
    assert generate(company.plan()) == FILES


def test_the_company_can_be_applied() -> None:
    assert [str(problem) for problem in check(company.plan()) if not problem.is_warning] == []


def test_secrets_are_marks_until_the_files_are_written() -> None:
    marks = {mark for text in FILES.values() for mark in MARK.findall(text)}
    assert marks == {"ami", "trunk-2", "device-21", "device-22", "device-23", "device-24"}
    assert filled("password = @@trunk-2@@\n", {"trunk-2": "a;b"}) == "password = a\\;b\n"
    guessed = filled("password = @@nobody@@\n", {}).removeprefix("password = ").strip()
    assert len(guessed) == 32  # never an empty password, which would let anybody in


def test_every_goto_leads_somewhere() -> None:
    text = FILES["extensions.conf"]
    contexts = {line[1 : line.index("]")] for line in text.splitlines() if line.startswith("[")}
    for line in text.splitlines():
        for verb in ("Goto(", "Gosub("):
            _before, found, after = line.partition("," + verb)
            place = after.split(",")[0].split(")")[0]
            if found and place not in ("", "s") and "$" not in place and "," in after.split(")")[0]:
                assert place in contexts, line


def test_a_line_is_known_under_every_spelling() -> None:
    assert spellings("+74951112233") == ["74951112233", "84951112233", "4951112233"]
    assert spellings("+375291234567") == ["375291234567"]


def test_who_may_not_see_numbers_is_shown_a_word() -> None:
    boris = FILES["pjsip.conf"].partition("[102w]")[2].partition("\n[")[0]
    anna = FILES["pjsip.conf"].partition("[101w]")[2].partition("\n[")[0]
    assert "from_user = client" in boris
    assert "from_user" not in anna


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a;b", "a\x00b"])
def test_a_value_cannot_break_out_of_its_line(text: str) -> None:
    assert not is_safe(text)
    with pytest.raises(ValueError, match="cannot stand"):
        section("x", [("y", text)])
    with pytest.raises(ValueError, match="cannot stand"):
        Context("x").on("s", f"NoOp({text})")


def test_a_name_for_the_eye_has_no_signs_that_mean_something() -> None:
    assert plain('ООО «Ветер», [1] ${x} a=b "q"') == "ООО «Ветер» 1 x a b q"
