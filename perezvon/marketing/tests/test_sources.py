from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from perezvon.marketing import reads
from perezvon.marketing.actions import (
    accept,
    add_source,
    assign_line,
    change_source,
    free_line,
    process_submissions,
    remove_utm_rule,
    set_utm_rule,
)
from perezvon.marketing.models import LineSource, Source, UtmRule
from perezvon.staff.testing import JOINED

LINE = "+74950210001"
DAY = timedelta(days=1)


def test_a_call_belongs_to_the_source_the_number_had_then(yandex: Any, site: Any) -> None:
    assign_line("8 (495) 021-00-01", yandex, at=JOINED)
    assign_line(LINE, yandex, at=JOINED + DAY)  # nothing changes
    assign_line(LINE, site, at=JOINED + 10 * DAY)
    free_line(LINE, at=JOINED + 20 * DAY)
    free_line(LINE, at=JOINED + 21 * DAY)
    days = {-1: None, 0: yandex.pk, 5: yandex.pk, 10: site.pk, 19: site.pk, 20: None, 30: None}
    for day, source_id in days.items():
        assert reads.source_of_line(LINE, JOINED + day * DAY) == source_id, day
    assert LineSource.objects.count() == 2


def test_many_lines_are_asked_at_once(yandex: Any, site: Any, django_assert_num_queries: Any) -> None:
    other = "+74950210002"
    assign_line(LINE, yandex, at=JOINED)
    assign_line(other, site, at=JOINED)
    with django_assert_num_queries(1):
        found = reads.sources_of_lines([(LINE, JOINED), (other, JOINED), ("+74990000000", JOINED), ("", JOINED)])
    assert found == {(LINE, JOINED): yandex.pk, (other, JOINED): site.pk}


def test_history_is_not_rewritten(yandex: Any, site: Any) -> None:
    assign_line(LINE, yandex, at=JOINED)
    with pytest.raises(ValidationError):
        assign_line(LINE, site, at=JOINED - DAY)
    with pytest.raises(ValidationError):
        assign_line("no number", site, at=JOINED)
    with pytest.raises(IntegrityError), transaction.atomic():
        LineSource.objects.create(line=LINE, source=site, since=JOINED)


def test_a_short_inner_number_may_have_a_source(yandex: Any) -> None:
    assert assign_line("100", yandex, at=JOINED).line == "100"


def test_names_of_sources_do_not_repeat(yandex: Any, site: Any) -> None:
    with pytest.raises(ValidationError):
        add_source("yandex", at=JOINED)
    with pytest.raises(ValidationError):
        change_source(site, name="Yandex", channel="", at=JOINED)
    change_source(yandex, name="Yandex Direct", channel="search", is_archived=True, at=JOINED)
    assert list(Source.objects.current()) == [site]
    assert reads.names_of([yandex.pk, None]) == {yandex.pk: "Yandex Direct"}
    assert reads.sources() == [site]


def test_rules_are_set_moved_and_removed(yandex: Any, site: Any) -> None:
    rule = set_utm_rule(yandex, utm_source="yandex", utm_medium="cpc", at=JOINED)
    assert set_utm_rule(site, utm_source="Yandex", utm_medium="CPC", at=JOINED).pk == rule.pk
    assert reads.source_of_utm({"source": "yandex", "medium": "cpc"}) == site.pk
    with pytest.raises(ValidationError):
        set_utm_rule(site, at=JOINED)
    with pytest.raises(IntegrityError), transaction.atomic():
        UtmRule.objects.create(source=site)
    remove_utm_rule(rule, at=JOINED)
    assert reads.source_of_utm({"source": "yandex", "medium": "cpc"}) is None


def test_unknown_tags_are_shown(form: Any, yandex: Any) -> None:
    for number in range(3):
        accept(form, {"phone": f"+7495021000{number}", "utm_source": "vk", "utm_medium": "social"}, at=JOINED)
    accept(form, {"phone": "+74950210009", "utm_source": "yandex"}, at=JOINED)
    process_submissions()
    set_utm_rule(yandex, utm_source="yandex", at=JOINED)
    assert reads.unmatched_tags(JOINED + DAY) == [{"source": "vk", "medium": "social", "campaign": "", "count": 3}]
