"""Who is told when somebody asks to act for an institution."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.core.tasks import react
from eastep.institutions import actions
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_claim, make_institution, make_person
from eastep.notices.models import Notice


@pytest.fixture(autouse=True)
def database(db):
    """Every test here looks into the database."""


def run_reactions():
    """What a worker would do."""
    for job in ProcrastinateJob.objects.filter(task_name="core.react").order_by("id"):
        react(**job.args)


def told():
    return list(Notice.objects.values_list("person", "entry__event", "url"))


def test_the_programme_is_told_that_somebody_asks():
    administrator, asking = make_person(Role.PROGRAMME), make_person()
    claim = actions.claim_institution(make_institution(), by=asking, note="국제처장입니다.")
    run_reactions()
    run_reactions()  # a job may run twice
    assert told() == [
        (administrator.pk, "institutions.institution_claimed", f"/institutions/claims/{claim.pk}/")
    ]


@pytest.mark.parametrize("verb", ["granted", "refused"])
def test_whoever_asked_is_told_what_was_decided(verb):
    administrator, claim = make_person(Role.PROGRAMME), make_claim()
    if verb == "granted":
        actions.grant_claim(claim, by=administrator)
    else:
        actions.refuse_claim(claim, by=administrator, reason="Ask the head of your office.")
    run_reactions()
    assert told() == [(claim.person_id, f"institutions.claim_{verb}", f"/institutions/claims/{claim.pk}/")]
