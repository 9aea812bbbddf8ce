from .audit import BaseAudit
from .check import DealCheck, StageCheck
from .client_file import ClientFile
from .consent import Channel, Consent, ConsentText, Purpose
from .contact_point import ContactOwner, ContactPoint
from .custom import CustomChoice, CustomField, Tag, Tagged
from .deal import Deal, DealOutcome, StageTransition
from .group import ClientGroup, GroupMember
from .imports import Import, ImportMapping, ImportResult, ImportRow, ImportStrand
from .kind import TaskKind
from .line import DealLine
from .merge import CompanyMerge, CompanyPair, DuplicatePair, Merge
from .note import Note
from .party import Company, Person
from .pipeline import LostReason, Pipeline, Product, Stage
from .relocation import OuterKey, OuterMove, Relocation
from .result import TaskResult
from .round import CallRound
from .segment import CadenceBreach, CadenceException, Segment, SegmentMove, SegmentRules
from .seller import FoldedColumn, SellerLevel
from .series import TaskGroup, TaskSeries
from .snooze import Snooze
from .task import Task
from .task_parts import TaskHandover, TaskReminder, TaskWatcher
from .tie import Tie, TieKind
from .wait import DealWait
from .wish import Wish
from .word import Word

__all__ = [
    "CallRound",
    "BaseAudit",
    "Channel",
    "ClientFile",
    "ClientGroup",
    "Consent",
    "ConsentText",
    "GroupMember",
    "Purpose",
    "Tie",
    "TieKind",
    "Wish",
    "CustomChoice",
    "CustomField",
    "DealCheck",
    "DealLine",
    "FoldedColumn",
    "SellerLevel",
    "Snooze",
    "StageCheck",
    "TaskResult",
    "DealWait",
    "CompanyMerge",
    "CompanyPair",
    "DuplicatePair",
    "Merge",
    "CadenceBreach",
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
    "OuterKey",
    "OuterMove",
    "Product",
    "Relocation",
    "Stage",
    "StageTransition",
    "Tag",
    "Tagged",
    "Task",
    "TaskGroup",
    "TaskHandover",
    "TaskKind",
    "TaskReminder",
    "TaskSeries",
    "TaskWatcher",
    "Word",
]
