"""Rows that belong to exactly one client or deal."""

from django.db.models import Q


def of_one() -> Q:
    """The condition that of ``person``, ``company`` and ``deal`` exactly one is filled in."""
    return (
        Q(person__isnull=False, company=None, deal=None)
        | Q(person=None, company__isnull=False, deal=None)
        | Q(person=None, company=None, deal__isnull=False)
    )
