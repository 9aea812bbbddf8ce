from .form import Form, Submission
from .source import LineSource, Source, UtmRule

__all__ = ["Form", "LineSource", "Source", "Submission", "UtmRule"]
