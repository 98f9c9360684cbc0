"""Who is told of what, and once."""

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person
from eastep.notices import actions
from eastep.notices.models import Notice
from eastep.notices.states import MailState
from eastep.notices.tests.factories import make_entry, make_notice

pytestmark = pytest.mark.django_db


def test_people_are_told_but_not_who_did_it_nor_who_has_left():
    kim, park, gone = make_person(), make_person(), make_person(is_active=False)
    entry = make_entry(by=kim)
    told = actions.tell(entry, people=[kim, park, gone, park], url="/rounds/")
    assert [(notice.person, notice.entry, notice.url, notice.mail) for notice in told] == [
        (park, entry, "/rounds/", MailState.WAITING)
    ]
    assert list(Notice.objects.values_list("pk", flat=True)) == [told[0].pk]
    assert list(ProcrastinateJob.objects.values_list("task_name", "args", "queue_name")) == [
        ("notices.mail_notice", {"notice_id": told[0].pk}, "mail")
    ]


def test_what_is_rolled_back_tells_nobody():
    park = make_person()
    with transaction.atomic():
        actions.tell(make_entry(), people=[park], url="/rounds/")
        transaction.set_rollback(True)
    assert (Notice.objects.count(), ProcrastinateJob.objects.count()) == (0, 0)


def test_a_key_tells_a_person_once():
    park, lee = make_person(), make_person()
    first = actions.tell(make_entry(), people=[park], url="/rounds/", key="agreement 7 ends, 6 months")
    again = actions.tell(make_entry(), people=[park, lee], url="/rounds/", key="agreement 7 ends, 6 months")
    assert ([notice.person for notice in first], [notice.person for notice in again]) == ([park], [lee])
    assert ProcrastinateJob.objects.count() == 2


def test_without_a_key_each_entry_is_told():
    park = make_person()
    assert [make_notice(park).person, make_notice(park).person] == [park, park]


@pytest.mark.parametrize("url", ["https://example.com/", "//example.com/", "rounds/", ""])
def test_a_notice_leads_nowhere_else(url):
    with pytest.raises(IntegrityError, match="notice_leads_into_eastep"), transaction.atomic():
        actions.tell(make_entry(), people=[make_person()], url=url)


def test_who_switched_mails_off_is_told_without():
    park = make_person()
    actions.choose_mail(park, by=park, by_mail=False)
    off = make_notice(park, mail=True)
    actions.choose_mail(park, by=park, by_mail=True)
    assert [off.mail, make_notice(park, mail=True).mail] == [MailState.NONE, MailState.WAITING]
    assert ProcrastinateJob.objects.count() == 1


def test_a_notice_can_be_made_without_a_mail():
    assert (make_notice(make_person(), mail=False).mail, ProcrastinateJob.objects.count()) == ("none", 0)


@pytest.mark.parametrize("role", [Role.PROGRAMME, Role.AUDITOR, None])
def test_notices_are_seen_by_their_person_alone(role):
    park = make_person()
    notice = make_notice(park)
    assert list(Notice.objects.visible_to(park)) == [notice]
    assert list(Notice.objects.visible_to(make_person(role))) == []
