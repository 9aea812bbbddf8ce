from .deals import DealForm, EmptyForm, LoseForm, NeedsForm, NewDealForm, WinForm
from .parties import CompanyForm, ContactChangeForm, ContactForm, NewCompanyForm, NewPersonForm, PersonForm
from .tasks import DoneForm, MoveTaskForm, NoteForm, TaskForm, WaitForm

__all__ = [
    "CompanyForm", "ContactChangeForm", "ContactForm", "DealForm", "DoneForm", "EmptyForm", "LoseForm", "MoveTaskForm", "NeedsForm", "NewCompanyForm", "NewDealForm",
    "NewPersonForm", "NoteForm", "PersonForm", "TaskForm", "WaitForm", "WinForm",
]  # fmt: skip
