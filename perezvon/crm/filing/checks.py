"""What a file is, by its first bytes; a name that says something else is not believed.

Signatures: the formats' own specifications (PNG, JFIF, GIF, RIFF, PDF, ZIP, OLE compound file, RTF, ID3, Ogg, ISO BMFF).
Nothing that a browser would run (HTML, SVG, scripts) is taken as anything but refused.
"""

from pathlib import PurePath

from django.utils.translation import gettext as _

MOST_BYTES = 50 * 1024 * 1024
HEAD = 4096
_OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation", "zip": "application/zip",
}  # fmt: skip
_OLD_OFFICE = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
               "msg": "application/vnd.ms-outlook"}  # fmt: skip
_TEXTS = {"txt": "text/plain", "csv": "text/csv", "eml": "message/rfc822", "xml": "text/plain", "json": "text/plain"}
#: family -> {ending: media}
FAMILIES: dict[str, dict[str, str]] = {
    "png": {"png": "image/png"}, "jpeg": {"jpg": "image/jpeg", "jpeg": "image/jpeg"}, "gif": {"gif": "image/gif"},
    "webp": {"webp": "image/webp"}, "heic": {"heic": "image/heic", "heif": "image/heic"}, "pdf": {"pdf": "application/pdf"},
    "zip": _OFFICE, "ole": _OLD_OFFICE, "rtf": {"rtf": "application/rtf"}, "text": _TEXTS, "tiff": {"tif": "image/tiff", "tiff": "image/tiff"},
    "mp3": {"mp3": "audio/mpeg"}, "ogg": {"ogg": "audio/ogg", "opus": "audio/ogg"}, "wav": {"wav": "audio/wav"},
    "mp4": {"mp4": "video/mp4", "m4a": "audio/mp4", "mov": "video/quicktime"}, "rar": {"rar": "application/vnd.rar"}, "7z": {"7z": "application/x-7z-compressed"},
}  # fmt: skip
ENDINGS = sorted({ending for family in FAMILIES.values() for ending in family})
_STARTS = (
    (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"), (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"{\\rtf", "rtf"), (b"ID3", "mp3"), (b"\xff\xfb", "mp3"),
    (b"OggS", "ogg"), (b"Rar!\x1a\x07", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"II*\x00", "tiff"), (b"MM\x00*", "tiff"),
)  # fmt: skip


class NotTaken(ValueError):
    """A file that is not taken in; ``str()`` is a translated sentence."""


def tidy_name(name: str) -> str:
    """A name without folders, control characters and what file systems dislike, at most 200 letters with its ending."""
    plain = PurePath(name.replace("\\", "/")).name
    plain = "".join(letter for letter in plain if letter.isprintable() and letter not in '<>:"/|?*').strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        return plain[:200] or "file"
    return f"{stem[: 199 - len(ending)]}.{ending[:20]}"


def media_of(name: str, head: bytes) -> str:
    """What the file is by its content. NotTaken when the kind is not known or the ending says something else."""
    ending = name.rpartition(".")[2].lower()
    family = _family(head)
    known = FAMILIES.get(family, {})
    if ending not in known:
        if ending in ENDINGS:
            raise NotTaken(_("“%(name)s” is not what its name says.") % {"name": name})
        raise NotTaken(_("Files of this kind are not taken: %(name)s.") % {"name": name})
    return known[ending]


def _family(head: bytes) -> str:
    for start, family in _STARTS:
        if head.startswith(start):
            return family
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return "heic" if head[8:12] in (b"heic", b"heix", b"mif1", b"heif") else "mp4"
    return "text" if head and _is_text(head) else ""


def _is_text(head: bytes) -> bool:
    """Letters in UTF-8 or in a Russian one-byte encoding, and nothing else."""
    if b"\x00" in head:
        return False
    beginning = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if beginning.startswith((b"<!doctype", b"<html", b"<svg", b"<script", b"#!")):
        return False
    return not any(byte < 32 and byte not in b"\t\r\n\f\x1b" for byte in head)
