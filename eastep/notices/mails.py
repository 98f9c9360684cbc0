"""A notice as a mail, in the language of the person who gets it."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from eastep.core.events import sentence
from eastep.notices.models import Notice
from eastep.notices.subjects import subjects_of

LONGEST_SUBJECT = 120  # characters; what is longer, mail programs cut off themselves


def mail_of(notice: Notice) -> EmailMessage:
    """The mail: what happened, where to look, and how to get no more mails."""
    person, entry = notice.person, notice.entry
    with translation.override(person.language):
        said = " ".join(sentence(entry).split())
        about = subjects_of([entry]).get(entry.pk, "")
        subject = _("{about}: {said}").format(about=about, said=said) if about else said
        body = render_to_string(
            "notices/mail.txt",
            {
                "said": said,
                "about": about,
                "link": absolute(notice.get_absolute_url() if can_sign_in(notice) else notice.url),
                "choice_link": absolute(reverse("notices")),
                "can_choose": can_sign_in(notice),
            },
        )
    return EmailMessage(
        subject=Truncator(subject).chars(LONGEST_SUBJECT),
        body=f"{body.strip()}\n",
        to=[person.email],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": person.language},
    )


def can_sign_in(notice: Notice) -> bool:
    """A guest cannot: their link leads straight to what they were shown."""
    return notice.person.has_usable_password()


def absolute(path: str) -> str:
    """The whole address of a page, for readers outside EASTEP."""
    return f"{settings.ADDRESS}{path}"
