"""Words that the scripts of the telephone show (frontend/src/phone/)."""

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """The words by the key that the scripts ask for."""
    return {**_links(), **_microphones(), **_calls(), **_ends()}


def bar() -> dict[str, str]:
    """Those that the bar over every page needs."""
    return {**_calls(), "lost": _links()["lost"], "blocked": _links()["blocked"], "elsewhere": _links()["elsewhere"]}


def _links() -> dict[str, str]:
    return {
        "off": _("Switched off"),
        "connecting": _("Connecting…"),
        "ready": _("On the line"),
        "lost": _("No link to the exchange. Trying again; a talk goes on meanwhile."),
        "refused": _("The exchange refuses the telephone. Trying again…"),
        "signed-out": _("You are signed out. Sign in again."),
        "taken-away": _("This telephone was taken away. Ask the administrator."),
        "elsewhere": _("The telephone is in another window of this browser."),
        "busy-elsewhere": _("There is a talk in the other window: it cannot be taken from there now."),
        "lost-command": _("There is no link: this button works again when it is back."),
        "silent": _("The browser keeps the telephone silent until you touch this page."),
        "here": _("Have it here"),
        "let-ring": _("Let it ring"),
        "notices": _("May the browser show a notice when somebody calls?"),
        "let-notify": _("Allow"),
        "blocked": _("The browser did not open the telephone's window. Allow windows of this site."),
    }


def _microphones() -> dict[str, str]:
    return {
        "mic-refused": _("The browser does not give the microphone. Allow it in the address bar and try again."),
        "mic-missing": _("No microphone is connected."),
        "mic-busy": _("The microphone is taken by another program."),
        "mic-insecure": _("The browser gives the microphone only over https or on this very machine."),
        "usual": _("As the system chose"),
        "microphone": _("Microphone"),
        "speaker": _("Speakers"),
    }


def _calls() -> dict[str, str]:
    return {
        "incoming": _("Incoming call"),
        "unknown": _("Unknown caller"),
        "calling": _("Calling…"),
        "talking": _("Talk"),
        "held": _("On hold"),
        "answer": _("Answer"),
        "decline": _("Decline"),
        "hang-up": _("Hang up"),
        "hold": _("Hold"),
        "resume": _("Take off hold"),
        "mute": _("Mute"),
        "unmute": _("Unmute"),
        "transfer": _("Transfer"),
        "whom": _("Colleague, queue or number"),
        "transfer-now": _("Transfer at once"),
        "transfer-ask": _("Talk first"),
        "keys": _("Keypad"),
        "join": _("Connect them"),
        "consulting": _("Talk about the transfer"),
        "transferred": _("Transferred."),
        "not-transferred": _("The transfer did not succeed; the call is still yours."),
    }


def _ends() -> dict[str, str]:
    return {
        "end-Busy": _("Busy"),
        "end-Rejected": _("Declined"),
        "end-Unavailable": _("Not available"),
        "end-Not Found": _("No such number"),
        "end-No Answer": _("No answer"),
        "end-Canceled": _("The caller hung up"),
        "end-lost": _("The link was lost"),
    }
