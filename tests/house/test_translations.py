"""The tool that keeps the catalogues complete."""

import polib

from perezvon.config import translations


def entry(**fields) -> polib.POEntry:
    return polib.POEntry(**fields)


def test_placeholders_must_be_the_same() -> None:
    assert not translations._wrong_with(entry(msgid="%(name)s won", msgstr="Выиграл %(name)s"))
    assert translations._wrong_with(entry(msgid="%(name)s won", msgstr="Выиграл %(nme)s"))
    assert translations._wrong_with(entry(msgid="Won", msgstr=""))


def test_every_plural_form_is_wanted() -> None:
    plural = {"msgid": "%(n)s call", "msgid_plural": "%(n)s calls"}
    whole = {0: "%(n)s звонок", 1: "%(n)s звонка", 2: "%(n)s звонков"}
    assert not translations._wrong_with(entry(**plural, msgstr_plural=whole))
    assert translations._wrong_with(entry(**plural, msgstr_plural={**whole, 1: ""}))


def test_words_are_found_in_python_and_in_templates(tmp_path, monkeypatch) -> None:
    room = tmp_path / "perezvon" / "room"
    (room / "templates").mkdir(parents=True)
    (room / "code.py").write_text('_ = str\nlabel = _("Calls")\nmany = ngettext("%(n)s call", "%(n)s calls", 2)\n')
    (room / "templates" / "a.html").write_text(
        '{% load i18n %}{% translate "Board" %}{% blocktranslate %}Hello {{ who }}{% endblocktranslate %}'
    )
    monkeypatch.setattr(translations, "PACKAGE", tmp_path / "perezvon")
    found = translations.words_in(room)
    assert {text for _context, text in found} == {"Calls", "%(n)s call", "Board", "Hello %(who)s"}
    assert found[(None, "%(n)s call")].plural == "%(n)s calls"
