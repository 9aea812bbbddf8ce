import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from perezvon.marketing import bodies, entries

JSON, FORM = "application/json", "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body", "fields"),
    [
        (JSON, b'{"phone": "1", "age": 5, "ok": true, "no": null}', {"phone": "1", "age": "5", "ok": "true", "no": ""}),
        (JSON, b'\xef\xbb\xbf{"name": "\xd0\x90\xd0\xbd\xd0\xbd\xd0\xb0"}', {"name": "Анна"}),
        (JSON, '{"name": "Анна"}'.encode("utf-16"), {"name": "Анна"}),
        (JSON, '{"name": "Анна"}'.encode("cp1251"), {"name": "Анна"}),
        (JSON, b'{"a": 1, "a": 2}', {"a": "1, 2"}),
        (JSON, b'{"a": {"b": [1, {"c": "d"}]}}', {"a": '{"b": [1, {"c": "d"}]}'}),
        (JSON, b'{"n": NaN, "i": 1e999}', {"n": "nan", "i": "inf"}),
        (JSON, b'{"name": "A\\u0000B\\ud800"}', {"name": "AB?"}),
        (FORM, b"name=%D0%90%D0%BD%D0%BD%D0%B0&phone=%2B7+495", {"name": "Анна", "phone": "+7 495"}),
        (FORM, b"name=%C0%ED%ED%E0", {"name": "Анна"}),
        (FORM + "; charset=windows-1251", b"name=%C0%ED%ED%E0", {"name": "Анна"}),
        (FORM + "; charset=base64", b"name=Anna", {"name": "Anna"}),
        (FORM, b"a=1&a=2&a=1&b=&=x&c", {"a": "1, 2", "b": "", "": "x", "c": ""}),
        (FORM, b"name=%00%zz", {"name": "%zz"}),
        ("text/plain", b'{"phone": "1"}', {"phone": "1"}),
        ("", b"phone=1", {"phone": "1"}),
    ],
)
def test_what_can_be_read(kind: str, body: bytes, fields: dict[str, str]) -> None:
    assert bodies.read(kind, body) == fields


def multipart(*parts: bytes) -> tuple[str, bytes]:
    body = b"".join(b"--xx\r\n" + part + b"\r\n" for part in parts) + b"--xx--\r\n"
    return "multipart/form-data; boundary=xx", body


def test_a_multipart_form_without_its_files() -> None:
    kind, body = multipart(
        b'Content-Disposition: form-data; name="name"\r\n\r\n' + "Анна".encode(),
        b'Content-Disposition: form-data; name="photo"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8',
        b'Content-Disposition: form-data; name="phone"\r\n\r\n+7 495',
    )
    assert bodies.read(kind, body) == {"name": "Анна", "phone": "+7 495"}


@pytest.mark.parametrize(
    ("kind", "body", "reason"),
    [
        (JSON, b"", "broken JSON"),
        (JSON, b"{", "broken JSON"),
        (JSON, b"[1]", "JSON is not an object"),
        (JSON, b"[" * 60_000, "broken JSON"),
        (JSON, b'{"a":' * 900 + b"1" + b"}" * 900, "nested too deep"),
        (JSON, b'{"a": ' + b"9" * 5_000 + b"}", "broken JSON"),
        (JSON, b"{" + b",".join(b'"k%d": 1' % i for i in range(300)) + b"}", "too many fields"),
        (FORM, b"&".join(b"k%d=1" % i for i in range(300)), "too many fields"),
        (FORM, b"a=" + b"x" * bodies.LIMIT, "too large"),
        ("multipart/form-data", b"--xx", "broken multipart"),
        ("multipart/form-data; boundary=\xc3\xbf", b"--xx", "broken multipart"),
        ("image/png", b"\x89PNG", "unknown content type"),
    ],
)
def test_what_cannot(kind: str, body: bytes, reason: str) -> None:
    with pytest.raises(bodies.BadBody) as bad:
        bodies.read(kind, body)
    assert bad.value.reason == reason


@given(
    kind=st.sampled_from([JSON, FORM, "multipart/form-data; boundary=xx", "text/plain", "", "a;charset=utf-7"]),
    body=st.one_of(
        st.binary(max_size=300),
        st.dictionaries(st.text(max_size=9), st.recursive(st.text() | st.floats() | st.none(), st.lists)).map(
            lambda value: json.dumps(value).encode()
        ),
    ),
)
def test_any_bytes_are_text_or_a_reason(kind: str, body: bytes) -> None:
    try:
        fields = bodies.read(kind, body)
    except bodies.BadBody as bad:
        assert bad.reason
        return
    for name, value in fields.items():
        assert "\x00" not in name + value
        (name + value).encode("utf-8")
    entries.read(fields)


def test_an_entry_is_understood() -> None:
    entry = entries.read(
        {
            "Имя": "Анна",
            "tel": "8 (916) 123-45-67",
            "E-mail": "Anna@Mail.Example",
            "comment": "Hello",
            "page": "https://site.example/?utm_source=vk&gclid=abc",
            "first_utm_source": "yandex",
            "first_landing_page": "https://site.example/old",
            "first_at": "2026-05-01T10:00:00Z",
            "idempotency_key": "k",
        }
    )
    assert (entry.name, entry.phone, entry.email, entry.message) == (
        "Анна",
        "+79161234567",
        "anna@mail.example",
        "Hello",
    )
    assert (entry.utm, entry.click_ids) == ({"source": "vk"}, {"gclid": "abc"})
    assert entry.first_touch == {
        "source": "yandex",
        "landing_page": "https://site.example/old",
        "at": "2026-05-01T10:00:00Z",
    }
    assert "idempotency_key" not in entry.fields
    assert not entry.fault and not entry.is_spam


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"name": "Anna"}, "no contact"),
        ({"phone": "call me"}, "contact not understood"),
        ({"email": "anna at mail"}, "contact not understood"),
        ({"phone": "call me", "email": "a@b.example"}, ""),
    ],
)
def test_a_contact_is_needed(fields: dict[str, str], fault: str) -> None:
    assert entries.read(fields).fault == fault
