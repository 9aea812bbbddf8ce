"""A notice to a mailbox, by Django's mail."""

from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_noop

from .delivery import Later, Refused, page_of
from .models import Notice

FOR_GOOD = 500  # SMTP answers from here on are final


def mail(notice: Notice) -> None:
    """Send it in the person's language. Later or Refused when the server says so."""
    with translation.override(notice.user.language):
        context = {"notice": notice, "site": settings.PUBLIC_URL, "url": f"{settings.PUBLIC_URL}{page_of(notice)}"}
        message = EmailMultiAlternatives(
            " ".join(notice.title.split()), render_to_string("staff/mail/notice.txt", context), to=[notice.user.email]
        )
        message.attach_alternative(render_to_string("staff/mail/notice.html", context), "text/html")
    try:
        message.send()
    except SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise _failure(max(codes, default=FOR_GOOD), gettext_noop("the mailbox was refused")) from None
    except SMTPResponseException as error:
        raise _failure(error.smtp_code, gettext_noop("the mail server refused it") + f" · {error.smtp_code}") from None
    except (SMTPException, OSError) as error:
        raise Later(gettext_noop("the mail server cannot be reached") + f" · {error}") from None


def _failure(code: int, why: str) -> Exception:
    return Refused(why) if code >= FOR_GOOD else Later(why)
