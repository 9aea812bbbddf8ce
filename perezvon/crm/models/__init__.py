from .contact_point import ContactOwner, ContactPoint
from .deal import Deal, DealOutcome, StageTransition
from .imports import Import, ImportMapping, ImportResult, ImportRow, ImportStrand
from .merge import DuplicatePair, Merge
from .note import Note
from .party import Company, Person
from .pipeline import LostReason, Pipeline, Product, Stage
from .segment import CadenceException, Segment, SegmentMove, SegmentRules
from .task import Task, TaskKind
from .wait import DealWait
from .word import Word

__all__ = [
    "DealWait",
    "DuplicatePair",
    "Merge",
    "CadenceException",
    "Segment",
    "SegmentMove",
    "SegmentRules",
    "Company",
    "ContactOwner",
    "ContactPoint",
    "Deal",
    "DealOutcome",
    "Import",
    "ImportMapping",
    "ImportResult",
    "ImportRow",
    "ImportStrand",
    "LostReason",
    "Note",
    "Person",
    "Pipeline",
    "Product",
    "Stage",
    "StageTransition",
    "Task",
    "TaskKind",
    "Word",
]
