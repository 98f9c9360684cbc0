"""Who may open each page of a round: through the whole stack, for every role."""

import pytest

from eastep.applications import actions
from eastep.applications.tests.factories import KYOTO, WASEDA
from eastep.applications.tests.rounds import computed, institution, make_round
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_person

EVERYBODY = ("office", "other office", "programme", "auditor of the home", "auditor", "student", "nobody")
READS = dict(zip(EVERYBODY, (200, 404, 404, 200, 404, 404, 302), strict=True))
CHANGES = READS | {"auditor of the home": 403}
PAGES_OF_A_ROUND = {
    **dict.fromkeys(
        [
            *("", "history/", "files/", "files/{file}/", "files/{file}/problems.csv", "places/", "places/1/"),
            *("applicants/", "applicants/{applicant}/", "simulations/", "balance/"),
            *("{simulation}", "{simulation}applicants/", "{simulation}applicants/1/", "{simulation}options/"),
            *("{simulation}options/1/", "{simulation}applicants/1/letter/", "{simulation}letters/"),
            *("{simulation}result.json", "{simulation}inputs-places.csv"),
        ],
        READS,
    ),
    **dict.fromkeys(
        [
            *("settings/", "discard/", "places/add/", "applicants/add/", "applicants/{applicant}/edit/"),
            *("simulations/make/", "{simulation}freeze/", "{simulation}discard/"),
        ],
        CHANGES,
    ),
}
PAGES_OF_A_FROZEN_ROUND = {
    **dict.fromkeys(
        [
            "",
            "answers/",
            "answers/?export=csv",
            "waiting/",
            "waiting/1/",
            "waiting/1/?export=csv",
            "waiting.csv",
        ],
        READS,
    ),
    **dict.fromkeys(["answers/paste/", "second/", "unfreeze/"], CHANGES),
}


@pytest.fixture
def home_round(office):
    """A round of Waseda's with a file, a place, two applicants and a computed simulation."""
    round_ = make_round(office, institution(WASEDA))
    [file] = actions.hand_in(round_, by=office, files=[("p.csv", b"Home,Host\n")], kind="places")
    actions.read_file(file, by=office, run=file.run)
    return round_, file, computed(round_, office)


def test_who_may_open_each_page_of_a_round(client, office, programme, auditor, home_round):
    round_, file, simulation = home_round
    facts = {
        "file": file.pk,
        "applicant": round_.applicants.get(applicant="a").pk,
        "simulation": f"simulations/{simulation.pk}/",
    }
    pages = {page: page.format(**facts) for page in PAGES_OF_A_ROUND}
    assert _seen(client, round_, pages, _people(office, programme, auditor)) == PAGES_OF_A_ROUND


def test_who_may_open_each_page_of_a_frozen_round(client, office, programme, auditor, home_round):
    round_, _file, simulation = home_round
    actions.freeze_round(round_, by=office, simulation=simulation)
    pages = {page: page for page in PAGES_OF_A_FROZEN_ROUND}
    assert _seen(client, round_, pages, _people(office, programme, auditor)) == PAGES_OF_A_FROZEN_ROUND


def _people(office, programme, auditor):
    return dict(
        zip(
            EVERYBODY,
            (
                office,
                make_person(Role.OFFICE, institution(KYOTO)),
                programme,
                make_person(Role.AUDITOR, institution(WASEDA)),
                auditor,
                make_person(Role.STUDENT, institution(WASEDA)),
                None,
            ),
            strict=True,
        )
    )


def _seen(client, round_, pages, people):
    """The answer to everybody, by page."""
    seen = {page: {} for page in pages}
    for who, person in people.items():
        client.logout()
        if person:
            client.force_login(person)
        for page, address in pages.items():
            answer = client.get(f"/rounds/{round_.pk}/{address}")
            seen[page][who] = answer.status_code
            if answer.streaming:
                answer.getvalue()  # to its end, which closes the file
    return seen


def test_what_the_state_does_not_allow_is_told_with_409(client, office, home_round):
    round_, _file, simulation = home_round
    actions.freeze_round(round_, by=office, simulation=simulation)
    client.force_login(office)
    assert client.post(f"/rounds/{round_.pk}/discard/").status_code == 409
