"""The same promises of a folder and of an S3-compatible storage (a real S3 protocol over HTTP, served by moto)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from perezvon.telephony.records.shelf import FolderShelf, Gone, S3Shelf, Shelf, shelf

NAME = "2026/03/11/7-1.mp3"
BYTES = bytes(range(256)) * 1000


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Address of an S3 of our own with the bucket "talks"."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
    )
    client.create_bucket(Bucket="talks")
    yield address
    client.close()
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def kept(request: Any, tmp_path: Path, settings: Any) -> Iterator[Shelf]:
    where: dict[str, Any] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "kept"},
    }  # fmt: skip
    if request.param == "s3":
        address = request.getfixturevalue("s3")
        where = {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": "talks", "endpoint_url": address, "region_name": "us-east-1", "access_key": "k",
                "secret_key": "s", "location": "perezvon", "file_overwrite": True,
            },
        }  # fmt: skip
    settings.STORAGES = {**settings.STORAGES, "recordings": where}
    storages._storages.clear()
    yield shelf()
    if request.param == "s3":
        storages["recordings"].connection.meta.client.close()
    storages._storages.clear()


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(BYTES)
    return path


def test_the_setting_chooses_the_storage(kept: Shelf, request: pytest.FixtureRequest) -> None:
    assert isinstance(kept, (FolderShelf, S3Shelf))


def test_what_is_put_comes_back_in_pieces(kept: Shelf, source: Path) -> None:
    assert kept.put(NAME, source) == kept.size(NAME) == len(BYTES)
    pieces = list(kept.pieces(NAME, 0, len(BYTES)))
    assert b"".join(pieces) == BYTES and max(map(len, pieces)) <= 65_536
    assert b"".join(kept.pieces(NAME, 1000, 70_000)) == BYTES[1000:70_000]
    assert b"".join(kept.pieces(NAME, 5, 6)) == BYTES[5:6]


def test_putting_twice_is_putting_once(kept: Shelf, source: Path, tmp_path: Path) -> None:
    kept.put(NAME, source)
    kept.put(NAME, source)
    assert kept.size(NAME) == len(BYTES)
    assert [path.name for path in (tmp_path / "kept").rglob("*") if path.is_file()] in ([], ["7-1.mp3"])


def test_what_is_not_there_is_gone(kept: Shelf) -> None:
    with pytest.raises(Gone):
        kept.size("2026/nothing.mp3")
    with pytest.raises(Gone):
        list(kept.pieces("2026/nothing.mp3", 0, 5))


def test_dropping_twice_is_dropping_once(kept: Shelf, source: Path) -> None:
    kept.put(NAME, source)
    kept.drop(NAME)
    kept.drop(NAME)
    with pytest.raises(Gone):
        kept.size(NAME)


def test_a_name_stays_inside_the_folder(tmp_path: Path, source: Path) -> None:
    with pytest.raises(Gone):
        FolderShelf(tmp_path / "kept").put("../out.mp3", source)
    assert not (tmp_path / "out.mp3").exists()


def test_a_talk_is_the_product_s_own(tmp_path: Path, source: Path) -> None:
    FolderShelf(tmp_path / "kept").put(NAME, source)
    assert (tmp_path / "kept" / NAME).stat().st_mode & 0o077 == 0
