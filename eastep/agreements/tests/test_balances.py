"""The balance on pages: by year, by partner, by country; every figure opens its lines; who sees and who may."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from lxml import html

from eastep.agreements import actions
from eastep.agreements.actions import PastYear
from eastep.agreements.models import Agreement, LedgerLine, Party
from eastep.agreements.queries.balances import (
    Year,
    between_countries,
    carried_by_country,
    carried_by_institution,
    carried_for,
    of_institution,
    years_of,
)
from eastep.agreements.states import LineKind
from eastep.agreements.tests.factories import TODAY, make_agreed, make_draft, office_of
from eastep.agreements.tests.guests import make_invitation, prove
from eastep.core.text import Text
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

YEAR = TODAY().year
RULE = {"counts": "stay", "expires_after": 1, "tolerance": 2}


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def waseda():
    return make_institution(code="WASEDA", name=Text(en="Waseda University"), sort_key="waseda")


@pytest.fixture
def yonsei():
    return make_institution(country="KR", code="YONSEI", name=Text(en="Yonsei University"), sort_key="yonsei")


@pytest.fixture
def side(waseda, yonsei, takasaki, park) -> Party:
    """Three years between Waseda and Yonsei, of which two are closed; one year to make good.

    Hand-calculated: 3 − 0 = 3 open; then 1 − 2, which leaves 1 of the 3 and 1 of its own, of which the older one
    expires; then 0 − 4 against the 1 that was carried over.
    """
    side = make_agreed(waseda, yonsei, balance=RULE)
    rows = [
        PastYear(party=side, year=YEAR - 2, sent=3, received=0),
        PastYear(party=side, year=YEAR - 1, sent=1, received=2, sent_terms=2, received_terms=2),
        PastYear(party=side, year=YEAR, received=4),
    ]
    actions.post_past_exchanges(waseda, by=takasaki, rows=rows)
    actions.close_year(side, by=takasaki, year=YEAR - 1)
    return Party.objects.select_related("agreement", "institution", "partner").get(pk=side.pk)


def tree(response):
    return html.fromstring(response.content.decode())


def text(response):
    return " ".join(tree(response).find(".//main").text_content().split())


def cells(response, table=0):
    """The rows of a table, as they are read."""
    rows = tree(response).findall(".//main//table")[table].findall(".//tr")
    return [
        [" ".join(cell.text_content().split()) for cell in row if cell.tag in ("td", "th")] for row in rows
    ]


def test_the_years_of_an_agreement_from_either_side(side):
    years = years_of(side.agreement, side)
    assert years == [
        Year(year=YEAR - 2, brought=0, sent=3, received=0, expired=0, balance=3, is_closed=True),
        Year(year=YEAR - 1, brought=3, sent=1, received=2, expired=-1, balance=1, is_closed=True),
        Year(year=YEAR, brought=1, sent=0, received=4, expired=0, balance=-3, is_closed=False),
    ]
    other = years_of(side.agreement, side.other)
    assert [(one.brought, one.sent, one.received, one.expired, one.balance) for one in other] == [
        (-one.brought, one.received, one.sent, -one.expired, -one.balance) for one in years
    ]
    assert (side.balance, side.other.balance) == (-3, 3)


def test_the_page_says_who_has_sent_more(client, side, takasaki, park, auditor):
    theirs = "Yonsei University has sent 3 more stays than it has received; the agreement tolerates 2."
    ours = "We have sent 3 more stays than we have received; the agreement tolerates 2."
    for person, sentence in ((takasaki, theirs), (park, ours), (auditor, theirs)):
        client.force_login(person)
        for address in ("", "balance/"):
            said = text(client.get(f"/agreements/{side.agreement_id}/{address}"))
            assert f"Out of balance {sentence}" in said
    client.force_login(takasaki)
    response = client.get(f"/agreements/{side.agreement_id}/balance/")
    assert cells(response)[1:] == [
        [str(YEAR - 2), "0", "3", "0", "0", "+3", "Closed"],
        [str(YEAR - 1), "+3", "1", "2", "−1", "+1", "Closed"],
        [str(YEAR), "+1", "0", "4", "0", "−3", "Open"],
        ["All years", "", "4", "6", "−1", "−3", ""],
    ]


def test_every_figure_of_an_agreement_opens_lines_that_add_up_to_it(client, side, takasaki):
    client.force_login(takasaki)
    links = tree(client.get(f"/agreements/{side.agreement_id}/balance/")).xpath("//main//table//a")
    assert len(links) == 16
    for link in links:
        figure = int(link.text.replace("−", "-"))
        lines = tree(client.get(link.get("href"))).xpath("//main//table//tbody/tr")
        last = lines[-1].findall("td")[5].text.replace("−", "-") if lines else "0"
        assert abs(int(last)) == abs(figure), link.get("href")


def test_balance_of_an_agreement_without_lines(client, waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei)
    client.force_login(takasaki)
    response = client.get(f"/agreements/{side.agreement_id}/balance/")
    assert "As many were sent as received: nothing is open. Nothing is counted yet." in text(response)
    assert "Nothing is counted yet." in text(client.get(f"/agreements/{side.agreement_id}/balance/lines/"))
    assert "There is no year to close." in text(client.get(f"/agreements/{side.agreement_id}/balance/close/"))
    assert "Nothing is counted yet." in text(client.get("/agreements/balance/countries/"))
    assert "Nothing is counted yet." in text(client.get("/agreements/balance/lines/"))
    assert [row[:3] for row in cells(client.get("/agreements/balance/"))[1:]] == [
        ["Yonsei University", "0", "0"]
    ]
    client.force_login(make_person(Role.OFFICE, make_institution()))
    assert "There is no agreement yet." in text(client.get("/agreements/balance/"))


def test_a_third_institution_finds_nothing(client, side, stranger):
    client.force_login(stranger)
    line = LedgerLine.objects.first()
    for path in ("", "lines/", "correction/", "close/", f"{YEAR - 1}/reopen/", f"lines/{line.pk}/reverse/"):
        assert client.get(f"/agreements/{side.agreement_id}/balance/{path}").status_code == 404
    assert "Nothing is counted yet." in text(client.get("/agreements/balance/lines/"))
    client.logout()
    assert client.get(f"/agreements/{side.agreement_id}/balance/").status_code == 302


def test_who_sees_an_agreement_sees_all_its_lines_and_no_others(
    side, waseda, takasaki, park, stranger, auditor
):
    others = make_agreed(waseda, make_institution(country="KR"), balance=RULE)
    third = make_agreed(make_institution(), make_institution(country="KR"), balance=RULE)
    for one in (others, third):
        rows = [PastYear(party=one, year=YEAR, sent=1, received=2)]
        actions.post_past_exchanges(one.institution, by=office_of(one.institution), rows=rows)
    others.partner.memberships.all().delete()  # who has an office is not invited
    invitation, _token = make_invitation(others)
    people = [takasaki, park, stranger, auditor, make_person(Role.PROGRAMME), prove(invitation)]
    seen = [set(LedgerLine.objects.visible_to(person)) for person in people]
    assert seen == [
        set(LedgerLine.objects.filter(agreement__in=Agreement.objects.visible_to(person)))
        for person in people
    ]
    assert [len(lines) for lines in seen] == [11, 9, 0, 13, 13, 2]


def test_who_only_reads_is_offered_nothing_and_may_nothing(client, side, auditor):
    coordinator = make_person(Role.COORDINATOR, side.institution)
    for person in (auditor, coordinator):
        client.force_login(person)
        links = tree(client.get(f"/agreements/{side.agreement_id}/balance/")).xpath(
            "//div[@class='actions']//a/@href"
        )
        assert links == [f"/agreements/{side.agreement_id}/balance/lines/", "/agreements/balance/"]
        for path in ("correction/", "close/", f"{YEAR - 1}/reopen/"):
            assert client.post(f"/agreements/{side.agreement_id}/balance/{path}").status_code == 404


def test_a_correction_is_posted_once(client, side, takasaki, waseda):
    client.force_login(takasaki)
    url = f"/agreements/{side.agreement_id}/balance/correction/"
    form = tree(client.get(url))
    key = form.xpath("//input[@name='key']/@value")[0]
    given = {
        "sender": waseda.pk,
        "year": YEAR,
        "stays": 2,
        "terms": 3,
        "note": "Two more in the autumn",
        "key": key,
    }
    assert [client.post(url, given).status_code for _ in range(2)] == [302, 302]
    line = LedgerLine.objects.get(kind=LineKind.CORRECTION)
    assert (line.stays, line.terms, line.note, line.sender, line.by) == (
        2,
        3,
        "Two more in the autumn",
        waseda,
        takasaki,
    )
    assert client.post(url, {**given, "stays": ""}).status_code == 422
    closed = client.post(url, {**given, "key": "0" * 32, "year": YEAR - 1})
    assert closed.status_code == 422
    assert f"The year {YEAR - 1} is closed, as all until {YEAR - 1} are." in text(closed)


def test_a_line_is_reversed_with_a_reason(client, side, takasaki):
    client.force_login(takasaki)
    line = LedgerLine.objects.get(year=YEAR, kind=LineKind.PAST)
    url = f"/agreements/{side.agreement_id}/balance/lines/{line.pk}/reverse/"
    assert client.post(url, {"note": ""}).status_code == 422
    assert client.post(url, {"note": "Another university's"}).status_code == 302
    assert Party.objects.get(pk=side.pk).balance == 1
    response = client.get(f"/agreements/{side.agreement_id}/balance/lines/?year={YEAR}")
    assert "Another university's Reverses another line" in text(response)
    assert "! Reversed" in text(response)
    assert (cells(response)[-1][3], cells(response)[-1][7][:10]) == ("−4", TODAY().isoformat())
    carried = LedgerLine.objects.get(year=YEAR, kind=LineKind.CARRIED)
    refused = client.post(
        f"/agreements/{side.agreement_id}/balance/lines/{carried.pk}/reverse/", {"note": "x"}
    )
    assert (refused.status_code, "Reopen the year instead." in text(refused)) == (422, True)


def test_years_are_closed_as_the_preview_says(client, waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei)
    rows = [PastYear(party=side, year=YEAR - 2, sent=3), PastYear(party=side, year=YEAR - 1, received=1)]
    actions.post_past_exchanges(waseda, by=takasaki, rows=rows)
    client.force_login(takasaki)
    url = f"/agreements/{side.agreement_id}/balance/close/"
    assert cells(client.get(url))[1:] == [
        [str(YEAR - 2), f"Carried over into the next year: open from {YEAR - 2}", "−3", "0"],
        [str(YEAR - 1), f"Carried over out of {YEAR - 2}: open from {YEAR - 2}", "+3", "0"],
    ]
    response = client.get(url, {"until": YEAR - 1})
    assert [row[0] for row in cells(response)[1:]] == [str(YEAR - 2), str(YEAR - 1), str(YEAR - 1), str(YEAR)]
    seen = tree(response).xpath("//input[@name='seen']/@value")[0]
    actions.post_past_exchanges(waseda, by=takasaki, rows=[PastYear(party=side, year=YEAR - 2, received=1)])
    stale = client.post(url, {"until": YEAR - 1, "seen": seen})
    assert (stale.status_code, "Somebody else has changed this meanwhile." in text(stale)) == (422, True)
    seen = tree(stale).xpath("//input[@name='seen']/@value")[0]
    assert client.post(url, {"until": YEAR - 1, "seen": seen}).status_code == 302
    assert Agreement.objects.get().closed_until == YEAR - 1
    reopen = f"/agreements/{side.agreement_id}/balance/{YEAR - 1}/reopen/"
    assert len(cells(client.get(reopen))) == 3
    assert client.post(reopen).status_code == 302
    assert client.post(reopen).status_code == 409
    assert Agreement.objects.get().closed_until == YEAR - 2


def test_an_institution_with_its_partners(client, side, waseda, yonsei, takasaki):
    """Hand-calculated: 4 sent and 6 received with Yonsei; in terms, 5 sent to a second partner."""
    keio = make_institution(
        code="HANYANG", country="KR", name=Text(en="Hanyang University"), sort_key="hanyang"
    )
    second = make_agreed(waseda, keio, balance={"counts": "term", "expires_after": 3, "tolerance": 0})
    row = PastYear(party=second, year=YEAR - 1, sent=3, sent_terms=5)
    actions.post_past_exchanges(waseda, by=takasaki, rows=[row])
    client.force_login(takasaki)
    response = client.get("/agreements/balance/")
    assert cells(response, 0)[1:] == [
        [str(YEAR - 2), "3", "0", "+3"],
        [str(YEAR - 1), "4", "2", "+2"],
        [str(YEAR), "0", "4", "−4"],
        ["All years", "7", "6", "+1"],
    ]
    assert cells(response, -1)[1:] == [
        ["Hanyang University", "3", "0", "0", "+5"],
        ["Yonsei University", "4", "6", "−3", "0"],
    ]
    for link in tree(response).xpath(
        "//main//table//tbody//a[starts-with(@href, '/agreements/balance/lines')]"
    ):
        facts = tree(client.get(link.get("href"))).xpath("//main//dl//dd")
        shown = [" ".join(fact.text_content().split()) for fact in facts]
        figure = link.text.replace("−", "-").replace("+", "")
        assert figure == "0" or any(
            f" {figure}." in one.replace("−", "-").replace("+", "") for one in shown
        ), link.get("href")
    assert client.get("/agreements/balance/?export=csv").getvalue().decode("utf-8-sig").splitlines()[1:] == [
        "Hanyang University,KR,3,0,0,5",
        "Yonsei University,KR,4,6,-3,0",
    ]


def test_the_programme_and_auditors_see_every_institution(client, side, auditor):
    for person in (auditor, make_person(Role.PROGRAMME)):
        client.force_login(person)
        assert cells(client.get("/agreements/balance/"))[1:] == [
            ["Waseda University", "4", "6", "−3", "0"],
            ["Yonsei University", "6", "4", "+3", "0"],
        ]
        one = client.get("/agreements/balance/?institution=KR:YONSEI")
        assert cells(one, -1)[1:] == [["Waseda University", "6", "4", "+3", "0"]]


def test_both_directions_between_two_countries(client, side, auditor, stranger):
    client.force_login(auditor)
    response = client.get("/agreements/balance/countries/")
    assert "South Korea has sent 3 more stays than it has received" in text(response)
    assert cells(response)[1:] == [
        [str(YEAR - 2), "3", "0", "+3"],
        [str(YEAR - 1), "1", "2", "−1"],
        [str(YEAR), "0", "4", "−4"],
        ["Open, after carrying over and expiry", "−3"],
    ]
    client.force_login(stranger)
    assert "Nothing is counted yet." in text(client.get("/agreements/balance/countries/"))


def test_a_pair_of_countries_counts_each_stay_once(side, waseda):
    """Agreements within a country are no exchange between two."""
    home = make_agreed(waseda, make_institution())
    actions.post_past_exchanges(waseda, by=office_of(waseda), rows=[PastYear(party=home, year=YEAR, sent=5)])
    (pair,) = between_countries(LedgerLine.objects.all())
    assert (pair.one, pair.other, pair.open) == ("JP", "KR", -3)
    assert [(year, one.sent, one.received) for year, one in pair.years] == [
        (YEAR - 2, 3, 0),
        (YEAR - 1, 1, 2),
        (YEAR, 0, 4),
    ]


def test_what_a_round_reads(side, waseda, yonsei):
    third = make_institution(country="KR", code="THIRD")
    make_agreed(waseda, third)
    assert carried_for(waseda.key, yonsei.key) == -3
    assert carried_for(yonsei.key, waseda.key) == 3
    assert (carried_for("JP", "KR"), carried_for("KR", "JP")) == (-3, 3)
    with CaptureQueriesContext(connection) as queries:
        assert carried_by_institution([waseda.key], [yonsei.key, third.key]) == {
            (waseda.key, yonsei.key): -3,
            (waseda.key, third.key): 0,
        }
        assert carried_by_country(["JP"], ["KR", "JP"]) == {("JP", "KR"): -3}
    assert len(queries) == 2


def test_drafts_of_the_partner_are_not_in_the_list(client, waseda, yonsei, park):
    make_draft(waseda, yonsei)
    client.force_login(park)
    assert "There is no agreement yet." in text(client.get("/agreements/balance/"))


@pytest.mark.parametrize(
    "path",
    [
        "/agreements/{pk}/balance/",
        "/agreements/{pk}/balance/lines/",
        "/agreements/balance/",
        "/agreements/balance/countries/",
        "/agreements/balance/lines/",
    ],
)
def test_as_many_queries_for_three_as_for_one(client, waseda, takasaki, path):
    def ask():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path.format(pk=first.agreement_id)).status_code == 200
        return [query["sql"] for query in queries]

    first = make_agreed(waseda, make_institution(country="KR"))
    rows = [PastYear(party=first, year=YEAR - 1, sent=1, received=2)]
    actions.post_past_exchanges(waseda, by=takasaki, rows=rows)
    client.force_login(takasaki)
    ask()
    before = ask()
    for country in ("KR", "TW"):
        more = make_agreed(waseda, make_institution(country=country))
        for party in (first, more):
            row = PastYear(party=party, year=YEAR - 2 if country == "KR" else YEAR - 3, sent=1, received=5)
            actions.post_past_exchanges(waseda, by=takasaki, rows=[row])
    assert len(ask()) == len(before)


def test_lines_are_taken_out(client, side, takasaki):
    client.force_login(takasaki)
    url = f"/agreements/{side.agreement_id}/balance/lines/?year={YEAR - 2}&export=csv"
    lines = client.get(url).getvalue().decode("utf-8-sig").splitlines()
    assert [line.split(",")[:8] for line in lines[1:]] == [
        [
            str(YEAR - 2),
            '"Past year',
            " from the office's list\"",
            "",
            "Waseda University",
            "Yonsei University",
            "3",
            "0",
        ],
        [
            str(YEAR - 2),
            "Carried over",
            str(YEAR - 2),
            "Waseda University",
            "Yonsei University",
            "-3",
            "0",
            "-3",
        ],
    ]


def test_what_each_partner_has_sent(side, waseda, yonsei):
    partners, _years = of_institution(LedgerLine.objects.all(), waseda)
    (figures,) = partners.values()
    assert (figures.sent, figures.received, dict(figures.open)) == (4, 6, {"stay": -3})
