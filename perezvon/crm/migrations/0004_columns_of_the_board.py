"""One index for the columns of the board: their sums and their cards in order."""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

_IS_OPEN = models.Q(("status", "open"))
_NEXT = models.OrderBy(models.F("next_action_at"), nulls_first=True)


class Migration(migrations.Migration):
    atomic = False  # indexes of a big table are built while it is in use

    dependencies = [("crm", "0003_first_words"), ("staff", "0002_standard_roles")]

    operations = [
        AddIndexConcurrently(
            "deal",
            models.Index(
                models.F("stage"), _NEXT, models.F("id"), condition=_IS_OPEN,
                include=("amount", "responsible", "department", "product", "source_id"), name="crm_deal_columns",
            ),
        ),
        AddIndexConcurrently(
            "deal",
            models.Index(
                models.F("responsible"), models.F("stage"), _NEXT, models.F("id"), condition=_IS_OPEN,
                include=("amount", "department", "product", "source_id"), name="crm_deal_own_columns",
            ),
        ),
        RemoveIndexConcurrently("deal", "crm_deal_board"),
        RemoveIndexConcurrently("deal", "crm_deal_board_own"),
        RemoveIndexConcurrently("deal", "crm_deal_sums"),
    ]  # fmt: skip
