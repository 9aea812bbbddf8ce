from .exporting import note_export
from .marking import mark_dirty
from .storing import check_balance, pour_dirty, pour_everything

__all__ = ["check_balance", "mark_dirty", "note_export", "pour_dirty", "pour_everything"]
