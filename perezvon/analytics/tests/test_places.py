"""A place says in one number how far a journey got."""

import pytest
from django.db import connection

from perezvon.analytics import journeys
from perezvon.analytics.places import ALIVE, PARTS, loss_of, pack, standing_of, unpack

from .cast import journey, product, source


def test_parts_do_not_overlap_and_fit_a_signed_number():
    bits = [part.mask << part.shift for part in PARTS.values()]
    assert sum(bits) == (1 << 63) - 1
    assert all(one & other == 0 for number, one in enumerate(bits) for other in bits[:number])


def test_what_is_packed_is_unpacked():
    parts = {
        "rank": 1003,
        "standing": 13,
        "healed": 7,
        "recovery": 1,
        "cell_new": 1,
        "cell_source": 5,
        "cell_product": 6,
        "short": 0,
    }
    assert unpack(pack(**parts)) == parts


def test_a_part_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="rank"):
        pack(rank=5000)


def test_further_is_greater_and_alive_is_better_than_lost_than_out():
    lost, alive, out = (pack(rank=30, standing=each) for each in (5, ALIVE, 0))
    assert out < lost < alive < pack(rank=40, standing=1)


def test_codes_of_losses():
    assert (loss_of(7), loss_of(0), loss_of(ALIVE), standing_of("L13"), standing_of("")) == ("L07", "", "", 13, ALIVE)


@pytest.mark.django_db
def test_postgresql_packs_the_same_number():
    ad, sea = source("Ads"), product("Sea")
    ticket = journey(
        30, loss="L05", is_short=True, healed="L07", recovery="by_client", source=ad, product=sea, is_new=True
    )
    gone = journey(70, loss="L12", state="out", is_new=False)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ticket, place FROM ({journeys.select()}) AS j")
        found = dict(cursor.fetchall())
    assert unpack(found[ticket.pk]) == {
        "rank": 30, "standing": 5, "healed": 7, "recovery": 2, "cell_new": 1,
        "cell_source": ad.pk, "cell_product": sea.pk, "short": 1,
    }  # fmt: skip
    assert unpack(found[gone.pk])["standing"] == 0
