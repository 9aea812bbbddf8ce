"""Fetching Asterisk: which mirror, which program, and what is said when it cannot be."""

from pathlib import Path

import pytest

from perezvon.telephony.pbx import install as fetching
from perezvon.telephony.pbx.program import PbxError, find, folder_of, major_of, unpacked


def _apt(folder: Path) -> Path:
    (folder / "sources.list.d").mkdir(parents=True)
    return folder


@pytest.fixture(autouse=True)
def _keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = tmp_path / "keyring.gpg"
    keyring.touch()
    monkeypatch.setattr(fetching, "KEYRING", keyring)


def test_the_mirror_is_the_machines_own(tmp_path: Path) -> None:
    text = "Types: deb\n# http://old.example/debian\nURIs: http://mirror.example/debian-security\nSuites: x\n\nTypes: deb\nURIs: http://mirror.example/debian/\n"
    apt = _apt(tmp_path / "apt")
    (apt / "sources.list.d" / "debian.sources").write_text(text)
    assert fetching.source({}, apt).address == "http://mirror.example/debian"


def test_the_old_notation_of_sources_is_read_too(tmp_path: Path) -> None:
    apt = _apt(tmp_path / "apt")
    (apt / "sources.list").write_text(
        "# deb http://a.example/debian x main\ndeb [arch=amd64] https://b.example/debian bookworm main\n"
    )
    assert fetching.source({}, apt).address == "https://b.example/debian"


def test_a_system_without_a_mirror_is_told_the_other_ways(tmp_path: Path) -> None:
    apt = _apt(tmp_path / "apt")
    (apt / "sources.list").write_text("deb http://a.example/ubuntu noble main\n")
    with pytest.raises(PbxError, match="PEREZVON_ASTERISK.*container.*PEREZVON_PBX_MIRROR"):
        fetching.source({}, apt)
    assert fetching.source({"PEREZVON_PBX_MIRROR": "http://c.example/debian"}, apt).address == "http://c.example/debian"


def test_nothing_is_found_before_it_is_installed(tmp_path: Path) -> None:
    assert find(tmp_path, {}) is None
    (tmp_path / "usr").mkdir()
    assert find(tmp_path, {}) is None, "half an installation is none"
    with pytest.raises(PbxError, match="no whole installation"):
        unpacked(tmp_path)


def _binary(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_a_given_program_must_be_there_and_new_enough(tmp_path: Path) -> None:
    with pytest.raises(PbxError, match="no such program"):
        find(tmp_path, {"PEREZVON_ASTERISK": str(tmp_path / "none")})
    old = _binary(tmp_path / "old", "Asterisk 20.6.0~dfsg")
    with pytest.raises(PbxError, match="22 or newer is needed"):
        find(tmp_path, {"PEREZVON_ASTERISK": str(old)})


def test_one_folder_may_serve_many_homes(tmp_path: Path) -> None:
    assert folder_of(tmp_path, {}) == tmp_path / "pbx" / "program"
    assert folder_of(tmp_path, {"PEREZVON_PBX": "/srv/asterisk"}) == Path("/srv/asterisk")


@pytest.mark.parametrize(("version", "major"), [("22.10.1", 22), ("23", 23), ("nonsense", 0)])
def test_major_version(version: str, major: int) -> None:
    assert major_of(version) == major
