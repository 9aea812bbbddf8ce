from .bulk import Bulk, BulkRow
from .export import Export
from .selection import Selection, SelectionRow
from .view import Pin, Sharing, View

__all__ = ["Bulk", "BulkRow", "Export", "Pin", "Selection", "SelectionRow", "Sharing", "View"]
