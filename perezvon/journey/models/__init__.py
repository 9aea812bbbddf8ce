from .due import Due
from .fact import Fact
from .reading import Epoch, Parked, Reader, Schedule

__all__ = ["Due", "Epoch", "Fact", "Parked", "Reader", "Schedule"]
