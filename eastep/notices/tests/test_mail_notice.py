"""Notices by mail: in the receiver's language, tried again, and never failing in silence."""

from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from lxml import html
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.core.errors import Refused
from eastep.institutions.tests.factories import make_person
from eastep.notices import actions, subjects, tasks
from eastep.notices.models import Notice
from eastep.notices.states import MAIL, MailState
from eastep.notices.tests.factories import make_entry, make_notice

pytestmark = pytest.mark.django_db
TRIES = 8  # the first, and seven more


@pytest.fixture(autouse=True)
def address(settings):
    settings.ADDRESS = "https://eastep.example.org"


@pytest.fixture(autouse=True)
def no_names(monkeypatch):
    """The apps above name what their notices are about; here nothing has a name."""
    monkeypatch.setattr(subjects, "_names", {})


def job(attempts=0):
    """What procrastinate tells a job about itself."""
    return SimpleNamespace(job=SimpleNamespace(attempts=attempts))


def breaks(monkeypatch, error):
    def send(self):
        raise error

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", send)


def test_the_mail_says_what_happened_where_to_look_and_how_to_get_no_more(monkeypatch):
    monkeypatch.setattr(
        subjects, "_names", {"people.user": lambda keys: dict.fromkeys(keys, "Waseda – Yonsei")}
    )
    park = make_person(email="park@example.kr", password="long enough to be one")
    notice = make_notice(park, mail=True)
    tasks.mail_notice(job(), notice.pk)
    [sent] = mail.outbox
    assert (sent.subject, sent.to, sent.extra_headers) == (
        "Waseda – Yonsei: 髙﨑 花 added the person.",
        ["park@example.kr"],
        {"Auto-Submitted": "auto-generated", "Content-Language": "en"},
    )
    assert sent.body == (
        "髙﨑 花 added the person.\n\n"
        "About: Waseda – Yonsei\n\n"
        f"https://eastep.example.org/notices/{notice.pk}/\n\n"
        "--\n"
        "EASTEP sent this mail to you because it concerns your work.\n"
        "To get no more mails, switch them off on this page; the notices themselves stay there:\n"
        "https://eastep.example.org/notices/\n"
    )
    notice.refresh_from_db()
    assert (notice.mail, notice.mailed_at is not None, notice.read_at) == (MailState.SENT, True, None)


@pytest.mark.parametrize("language", ["ja", "ko"])
def test_the_mail_is_in_the_language_of_its_receiver(language):
    notice = make_notice(make_person(language=language), mail=True)
    tasks.mail_notice(job(), notice.pk)
    [sent] = mail.outbox
    assert (sent.subject.startswith("髙﨑 花"), "added" in sent.subject) == (True, False)
    assert sent.extra_headers["Content-Language"] == language


def test_a_guest_without_a_password_is_led_straight_to_the_page():
    notice = make_notice(make_person(), mail=True, url="/agreements/7/")
    tasks.mail_notice(job(), notice.pk)
    [sent] = mail.outbox
    assert [line for line in sent.body.splitlines() if "://" in line] == [
        "https://eastep.example.org/agreements/7/"
    ]
    assert sent.body.splitlines()[-1] == (
        "If you were invited as a guest, you need no account: the page mails a code to this address, and the code "
        "lets you in."
    )


def test_names_are_not_made_into_html_and_long_subjects_are_cut():
    by = make_person(preferred_name="O'Brien <& Sons> " + "long " * 30)
    notice = make_notice(make_person(), mail=True, entry=make_entry(by=by))
    tasks.mail_notice(job(), notice.pk)
    [sent] = mail.outbox
    assert sent.subject.startswith("O'Brien <& Sons> long")
    assert (len(sent.subject), sent.subject[-1]) == (120, "…")
    assert sent.body.startswith("O'Brien <& Sons> long")


def test_a_mail_that_was_sent_is_not_sent_again():
    notice = make_notice(make_person(), mail=True)
    tasks.mail_notice(job(), notice.pk)
    tasks.mail_notice(job(), notice.pk)
    tasks.mail_notice(job(), 0)
    assert len(mail.outbox) == 1


def test_while_the_mail_server_is_away_the_job_is_repeated(monkeypatch):
    notice = make_notice(make_person(), mail=True)
    breaks(monkeypatch, SMTPServerDisconnected("Connection unexpectedly closed"))
    with pytest.raises(SMTPServerDisconnected):
        tasks.mail_notice(job(), notice.pk)
    notice.refresh_from_db()
    assert (notice.mail, notice.mail_error) == (MailState.WAITING, "Connection unexpectedly closed")
    monkeypatch.undo()
    tasks.mail_notice(job(1), notice.pk)
    notice.refresh_from_db()
    assert (notice.mail, notice.mail_error, len(mail.outbox)) == (MailState.SENT, "", 1)


def test_the_pauses_grow_to_a_day():
    pauses = [5**n for n in range(1, TRIES)]
    assert (pauses[:3], sum(pauses) // 3600) == ([5, 25, 125], 27)
    decisions = [
        tasks.RETRY.get_retry_decision(exception=OSError(), job=job(attempts).job)
        for attempts in range(TRIES)
    ]
    assert [bool(decision) for decision in decisions] == [True] * 7 + [False]


@pytest.mark.parametrize(
    ("error", "attempts", "reason"),
    [
        (SMTPServerDisconnected("Connection unexpectedly closed"), 7, "Connection unexpectedly closed"),
        (SMTPRecipientsRefused({"a@b.kr": (550, b"No such user")}), 0, "550 No such user"),
        (TimeoutError(), 7, "TimeoutError"),
    ],
)
def test_in_the_end_the_person_reads_why_and_sends_again(client, monkeypatch, error, attempts, reason):
    park = make_person(language="en")
    notice = make_notice(park, mail=True)
    breaks(monkeypatch, error)
    tasks.mail_notice(job(attempts), notice.pk)
    monkeypatch.undo()
    notice.refresh_from_db()
    assert (notice.mail, notice.mail_error) == (MailState.FAILED, reason)

    client.force_login(park)
    page = html.fromstring(client.get("/notices/").content)
    assert page.xpath("normalize-space(//tbody//td/p)") == f"The mail could not be delivered: {reason}"
    [again] = page.xpath("//tbody//form/@action")
    ProcrastinateJob.objects.all().delete()
    assert client.post(again)["Location"] == "/notices/"
    notice.refresh_from_db()
    assert (notice.mail, notice.mail_error, ProcrastinateJob.objects.count()) == (MailState.WAITING, "", 1)


def test_an_address_that_is_refused_for_now_is_tried_again(monkeypatch):
    notice = make_notice(make_person(), mail=True)
    breaks(monkeypatch, SMTPRecipientsRefused({"a@b.kr": (451, b"Try later")}))
    with pytest.raises(SMTPRecipientsRefused):
        tasks.mail_notice(job(), notice.pk)
    assert Notice.objects.get().mail == MailState.WAITING


def test_only_the_person_sends_again():
    notice = make_notice(make_person(), mail=True)
    actions.give_up_mail(notice, reason="550")
    with pytest.raises(PermissionDenied):
        actions.mail_again(notice, by=make_person())


@pytest.mark.parametrize("state", [state for state in MailState if "mail_again" not in MAIL.open_to(state)])
def test_only_what_failed_is_sent_again(state):
    park = make_person()
    notice = make_notice(park, mail=state != MailState.NONE)
    if state == MailState.SENT:
        actions.mail_notice(notice)
    with pytest.raises(Refused) as refused:
        actions.mail_again(notice, by=park)
    assert refused.value.code == "wrong_state"
