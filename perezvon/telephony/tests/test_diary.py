"""The exchange's diary: the same calls by it as by ear, whatever was missed; read once, through files put aside."""

from pathlib import Path

import pytest

from perezvon.telephony.pbx import cel
from perezvon.telephony.pbx.diary import Diary, Place

from .streams import call_of, essence, own_stream, own_streams, read_back, same_by_the_diary

APART = 0.05  # seconds: whoever dies does not die between two things of one moment


@pytest.mark.parametrize("name", own_streams())
def test_the_diary_alone_tells_the_same_call(name: str) -> None:
    same_by_the_diary(*own_stream(name))


@pytest.mark.parametrize("name", own_streams())
def test_whatever_was_missed_the_diary_fills_in(name: str) -> None:
    """Every gap: heard until here, and again from there."""
    heard, lines = own_stream(name)
    diary, whole = read_back(lines), essence(call_of(heard))
    moments = [float(event["Timestamp"]) for event in heard]
    pauses = [i for i in range(1, len(heard)) if moments[i] - moments[i - 1] > APART]
    cuts = [0, *pauses, len(heard)]
    for first in cuts:
        for last in (cut for cut in cuts if cut >= first):
            part = [*heard[:first], *heard[last:], *diary]
            assert essence(call_of(part)) == whole, f"{first}:{last}"


@pytest.mark.parametrize("name", own_streams())
def test_beside_everything_that_was_heard_the_diary_changes_nothing(name: str) -> None:
    heard, lines = own_stream(name)
    assert call_of([*heard, *read_back(lines)]) == call_of(heard)


def _line(call: str, number: int, event: str = "CHAN_START") -> str:
    cells = [event, f"1795562109.{number:06}", "", "", "", "", f"PJSIP/x-{number}", "", "", call, call, "", "", ""]
    return ",".join(f'"{cell}"' for cell in cells) + "\n"


def _write(path: Path, *lines: str) -> None:
    with open(path, "a") as file:
        file.writelines(lines)


def _rows(diary: Diary) -> int:
    return sum(len(one.rows) for one in diary.calls.values())


def test_reading_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "cel.csv"
    assert not Diary(path).read_on()
    _write(path, _line("a", 1), _line("b", 2))
    diary = Diary(path)
    assert diary.read_on()
    assert not diary.read_on()
    assert diary.kept() == Place(diary.place.file, 0)
    diary.calls.pop("a")
    later = Diary(path, diary.kept())
    later.read_on()
    assert list(later.calls) == ["b"], "the earliest call that is not over is read again, nothing before it"
    later.calls.clear()
    assert not Diary(path, later.kept()).read_on()


def test_a_line_that_is_being_written_is_left_for_the_next_time(tmp_path: Path) -> None:
    path = tmp_path / "cel.csv"
    _write(path, _line("a", 1), _line("b", 2)[:30])
    diary = Diary(path)
    diary.read_on()
    assert list(diary.calls) == ["a"]
    _write(path, _line("b", 2)[30:])
    diary.read_on()
    assert list(diary.calls) == ["a", "b"]


def test_a_broken_line_stands_in_nobody_s_way(tmp_path: Path) -> None:
    path = tmp_path / "cel.csv"
    path.write_bytes(b'"half a line\n"CHAN_START","x"\n\xff\xfe\n\n' + _line("a", 1).encode())
    diary = Diary(path)
    diary.read_on()
    assert list(diary.calls) == ["a"]


def test_a_file_put_aside_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "cel.csv"
    _write(path, _line("a", 1))
    diary = Diary(path)
    diary.read_on()
    diary.calls.clear()
    _write(path, _line("b", 2))
    path.rename(tmp_path / "cel.csv.1")
    _write(path, _line("c", 3))
    diary = Diary(path, diary.kept())
    while diary.read_on():
        pass
    assert list(diary.calls) == ["b", "c"]
    diary.calls.clear()
    assert not Diary(path, diary.kept()).read_on()


def test_a_large_diary_is_put_aside_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "cel.csv"
    _write(path, _line("a", 1), _line("b", 2))
    diary = Diary(path)
    assert not diary.put_aside(10), "not read yet"
    diary.read_on()
    assert diary.put_aside(10)
    assert (tmp_path / "cel.csv.1").exists()
    _write(path, _line("c", 3))
    diary.read_on()
    assert list(diary.calls) == ["a", "b", "c"]
    assert not diary.put_aside(10), "the old file holds calls that are not over"
    diary.calls.clear()
    assert diary.put_aside(10)


def test_a_diary_that_began_anew_is_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "cel.csv"
    _write(path, _line("a", 1), _line("b", 2))
    diary = Diary(path)
    diary.read_on()
    path.write_text(_line("c", 3))
    later = Diary(path, diary.place)
    later.read_on()
    assert list(later.calls) == ["c"]


def test_of_a_huge_diary_that_nobody_read_only_the_end_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("perezvon.telephony.pbx.diary.MOST_BYTES", 200)
    path = tmp_path / "cel.csv"
    _write(path, *(_line(f"call-{number}", number) for number in range(50)))
    diary = Diary(path)
    diary.read_on()
    assert list(diary.calls)[-1] == "call-49"
    assert _rows(diary) < 5


def test_it_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "cel.csv"
    _write(path, *(_line(f"call-{number}", number) for number in range(50)))
    diary, pieces = Diary(path), 0
    while diary.read_on(300):
        pieces += 1
    assert (_rows(diary), pieces > 5) == (50, True)


def test_a_call_whose_beginning_is_not_there_is_not_told() -> None:
    rows = [
        row for line in (_line("a", 2, "HANGUP"), _line("a", 3, "LINKEDID_END")) if (row := cel.row_of(line.strip()))
    ]
    assert (cel.is_whole("a", rows), cel.is_over("a", rows)) == (False, True)
