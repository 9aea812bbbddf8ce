"""The source of a line, shown and chosen on the line's own page."""

from typing import Any

from django.urls import reverse

from perezvon.marketing.actions.sources import add_source, assign_line
from perezvon.staff.testing import JOINED
from perezvon.telephony.actions import add_line

LINE = "+74951112233"


def test_the_source_stands_beside_the_line(client_of: Any, admin: Any) -> None:
    line = add_line(LINE, name="Site", at=JOINED)
    source = add_source("Yandex Direct", at=JOINED)
    client, of_line = client_of(admin), reverse("marketing:of-line", args=[line.pk])
    assert client.post(of_line, {"source": source.pk}).status_code == 302
    assert "Yandex Direct" in client.get(of_line, headers={"HX-Request": "true"}).content.decode()
    assert "Yandex Direct" in client.get(reverse("telephony:lines")).content.decode()
    assert of_line in client.get(reverse("telephony:line", args=[line.pk])).content.decode()
    assign_line(LINE, source, at=JOINED)
    assert client.post(of_line, {"source": ""}).status_code == 422
