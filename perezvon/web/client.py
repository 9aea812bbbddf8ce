"""Words that the behaviours in ``frontend/src`` show."""

from django.utils.translation import gettext as _


def client_words() -> dict[str, str]:
    """Return the words by the key that the behaviours ask for."""
    return {
        "cancel": _("Cancel"),
        "close": _("Close"),
        "commands": _("Commands"),
        "confirm": _("Are you sure?"),
        "copied": _("Copied"),
        "failed": _("That did not work. Check the connection and try again."),
        "edit": _("Change"),
        "keys": _("Keyboard shortcuts"),
        "keys_call": _("Card: call"),
        "keys_card": _("Card: the next and the previous one of the list"),
        "keys_close": _("Close"),
        "keys_complete": _("Line or card: complete it, or what is to be done next"),
        "keys_snooze": _("My day: put it out of the inbox for a while"),
        "keys_put_off": _("My day: move the deadline"),
        "keys_wait": _("My day: let the deal wait for the client"),
        "keys_move": _("My day, board: move the deal to another stage"),
        "keys_edit": _("Card: change"),
        "keys_go": _("Go"),
        "keys_help": _("This list"),
        "keys_list": _("Card: back to the list"),
        "keys_next": _("Next row"),
        "keys_note": _("Card: write a note"),
        "keys_open": _("Open the row"),
        "keys_palette": _("Search and commands"),
        "keys_pick": _("Choose the row"),
        "keys_previous": _("Previous row"),
        "keys_save": _("Save what is being written"),
        "keys_save_next": _("Save and go to the next one"),
        "keys_task": _("Card: plan a task"),
        "lost": _("No live connection. Trying again…"),
        "nothing": _("Nothing found"),
        "pause": _("Pause"),
        "picked": _("Chosen: {count}"),
        "play": _("Play"),
        "push_failed": _("This browser could not be subscribed. Its push service may be switched off or out of reach."),
        "push_impossible": _("This browser cannot do it, or the product is not opened by https."),
        "push_refused": _("The browser does not allow notices from this site; that is changed in its settings."),
        "refused": _("The move was refused."),
        "searching": _("Searching…"),
        "yes": _("Yes"),
    }
