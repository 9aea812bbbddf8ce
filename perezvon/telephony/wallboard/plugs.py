"""What the wallboard plugs into the shared surface."""

from django.utils.translation import gettext_lazy as _

from perezvon.web.live.feeds import feed
from perezvon.web.surface import command, navigation

from .live import watch
from .viewer import may_look, may_supervise

navigation("wallboard", _("Wallboard"), "telephony:wallboard", "layout-dashboard", order=25, can=may_look)
command("telephony.supervisions", _("Who stepped into calls"), "telephony:supervisions", "headset")
command("telephony.alerts", _("Alerts"), "telephony:alerts", "bell-ringing", can=may_supervise)
command("telephony.alert_rules", _("Rules of alerts"), "telephony:alert_rules", "bell-cog", can=may_supervise)
command("telephony.tv", _("Wallboard on a big screen"), "telephony:wallboard_tv", "device-tv", can=may_look)
feed("wallboard", watch)
