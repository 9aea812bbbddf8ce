"""What this room tells people by itself."""

from django.utils.translation import gettext_lazy as _

from perezvon.staff.notices import declare

FORGOTTEN = declare("crm.forgotten", _("Deals without a next action"), group=_("Deals"), ways=("screen", "mail"))
REMINDER = declare("crm.task_reminder", _("Reminders of tasks"), group=_("Tasks"), ways=("screen", "push"))
TODAY = declare("crm.tasks_today", _("The list of the day at nine"), group=_("Tasks"), ways=("screen", "push"))
GIVEN = declare("crm.task_given", _("Tasks given to me"), group=_("Tasks"), ways=("screen", "push"))
WATCHED = declare("crm.task_watched", _("Tasks that I watch"), group=_("Tasks"), ways=("screen",))
HARD = declare("crm.task_hard", _("Hard deadlines missed"), group=_("Tasks"), ways=("screen", "push"))
