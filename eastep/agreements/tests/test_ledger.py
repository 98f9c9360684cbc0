"""The ledger: posted, reversed, brought in from a list; who may; and both balances always what the lines add up to."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eastep.agreements import actions
from eastep.agreements.actions import PastYear
from eastep.agreements.models import Agreement, LedgerLine, Party
from eastep.agreements.queries.ledger import recount, unit_may_change
from eastep.agreements.states import LineKind
from eastep.agreements.tests.factories import (
    TODAY,
    make_agreed,
    make_content,
    make_draft,
    make_recorded,
    office_of,
)
from eastep.core.errors import Refused
from eastep.core.events import history, sentence
from eastep.institutions.states import Role
from eastep.institutions.tests.factories import make_institution, make_person

YEAR = TODAY().year


@pytest.fixture
def side(waseda, yonsei, takasaki, park) -> Party:
    """Waseda's side of an agreement with Yonsei that is in effect."""
    return make_agreed(waseda, yonsei)


def post(
    side, stays=1, *, sender=None, year=YEAR, kind=LineKind.STAY, key="", terms=None, by=None
) -> LedgerLine:
    sender = sender or side.institution
    return actions.post(
        side.agreement,
        by=by or office_of(side.institution),
        party=side,
        year=year,
        sender=sender,
        stays=stays,
        terms=stays if terms is None else terms,
        kind=kind,
        key=key or f"stay:{LedgerLine.objects.count()}",
    )


def balances(agreement):
    return list(
        Party.objects.filter(agreement=agreement).order_by("position").values_list("balance", flat=True)
    )


def test_who_sends_is_ahead(side, waseda, yonsei):
    post(side, 3)
    post(side.other, 1, sender=yonsei)
    assert balances(side.agreement) == [2, -2]
    assert recount(side.agreement) == {waseda.pk: 2, yonsei.pk: -2}
    assert [sentence(entry) for entry in history(side.agreement)][-2:] == [
        f"髙﨑 愛子 posted to the ledger for {YEAR}: Stay, Test University → Test University. Stays: 3. Terms: 3. Note: –",
        f"박지민 posted to the ledger for {YEAR}: Stay, Test University → Test University. Stays: 1. Terms: 1. Note: –",
    ]


def test_terms_count_where_the_agreement_says_so(waseda, yonsei):
    side = make_agreed(waseda, yonsei, balance={"counts": "term", "expires_after": 3, "tolerance": 2})
    post(side, 3, terms=5)
    post(side, 2, terms=4, sender=yonsei)
    assert balances(side.agreement) == [1, -1]


def test_the_same_key_is_the_same_line(side):
    line = post(side, 2, key="stay:7")
    assert post(side, 2, key="stay:7") == line
    with pytest.raises(Refused) as refused:
        post(side, 3, key="stay:7")
    assert (refused.value.code, balances(side.agreement)) == ("posted", [2, -2])


def test_a_line_is_taken_back_once(side, takasaki, yonsei):
    line = post(side, 2, year=YEAR - 1, terms=3)
    opposite = actions.reverse(line, by=takasaki, party=side, note="Typed twice")
    assert actions.reverse(line, by=takasaki, party=side, note="again") == opposite
    assert (opposite.year, opposite.kind, opposite.stays, opposite.terms, opposite.note) == (
        *(YEAR - 1, "stay", -2, -3),
        "Typed twice",
    )
    assert (opposite.sender, opposite.receiver) == (line.sender, line.receiver)
    assert balances(side.agreement) == [0, 0]
    with pytest.raises(Refused) as refused:
        actions.reverse(opposite, by=takasaki, party=side, note="")
    assert refused.value.code == "reverses_another"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"stays": 0, "terms": 0}, "number"),
        ({"stays": -1}, "below_zero"),
        ({"stays": 0, "terms": 2}, "below_zero"),
        ({"stays": 1, "terms": 0}, "below_zero"),
        ({"stays": 10_001}, "number"),
        ({"year": 1949}, "year"),
        ({"year": YEAR + 3}, "year"),
    ],
)
def test_what_makes_no_sense_is_refused(side, given, code):
    with pytest.raises(Refused) as refused:
        post(side, **given)
    assert (refused.value.code, LedgerLine.objects.count()) == (code, 0)


def test_a_correction_can_take_away_stays_or_terms(side):
    post(side, -2, kind=LineKind.CORRECTION, key="a")
    post(side, 0, terms=1, kind=LineKind.CORRECTION, key="b")
    assert balances(side.agreement) == [-2, 2]


def test_nothing_is_counted_before_it_is_recorded(waseda, yonsei, park):
    draft = make_draft(waseda, yonsei)
    with pytest.raises(Refused) as refused:
        post(draft)
    assert refused.value.code == "not_recorded"
    recorded = make_recorded(waseda, yonsei)
    post(recorded)
    post(recorded.other, 1, sender=yonsei, by=park)  # also by the side that has not confirmed it yet
    assert balances(recorded.agreement) == [0, 0]


def test_nobody_else_may(side, park, stranger, auditor):
    line = post(side)
    coordinator = make_person(Role.COORDINATOR, side.institution)
    for person in (park, stranger, auditor, coordinator, make_person(Role.PROGRAMME)):
        for verb in (
            lambda by=person: post(side, key="x", by=by),
            lambda by=person: actions.reverse(line, by=by, party=side, note=""),
            lambda by=person: actions.close_year(side, by=by, year=YEAR - 1),
            lambda by=person: actions.reopen_year(side, by=by, year=YEAR - 1),
            lambda by=person: actions.post_past_exchanges(
                side.institution, by=by, rows=[PastYear(party=side, year=YEAR - 1, sent=1)]
            ),
        ):
            with pytest.raises(PermissionDenied):
                verb()
    assert LedgerLine.objects.count() == 1


def test_who_sees_the_agreement_sees_its_lines(side, takasaki, park, stranger, auditor):
    line = post(side)
    sees = [takasaki, park, auditor, make_person(Role.COORDINATOR, side.partner), make_person(Role.PROGRAMME)]
    assert [list(LedgerLine.objects.visible_to(person)) for person in sees] == [[line]] * 5
    assert list(LedgerLine.objects.visible_to(stranger)) == []


@pytest.mark.parametrize(
    "sql", ["UPDATE agreements_ledgerline SET stays = 9", "DELETE FROM agreements_ledgerline"]
)
def test_a_line_never_changes(side, sql):
    post(side)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


# Years


def test_carried_over_and_expired_by_the_rule_of_the_agreement(waseda, yonsei, takasaki):
    """Hand-calculated, one year to make good: 3 ahead from the year before last; 1 comes back; 2 expire."""
    side = make_agreed(waseda, yonsei, balance={"counts": "stay", "expires_after": 1, "tolerance": 0})
    post(side, 3, year=YEAR - 2, kind=LineKind.PAST)
    post(side, 1, year=YEAR - 1, sender=yonsei, kind=LineKind.PAST)
    actions.close_year(side, by=takasaki, year=YEAR - 2)
    assert balances(side.agreement) == [2, -2]
    actions.close_year(side, by=takasaki, year=YEAR - 1)
    assert balances(side.agreement) == [0, 0]
    lines = LedgerLine.objects.filter(origin__isnull=False).order_by("pk")
    assert list(lines.values_list("year", "kind", "origin", "sender__code", "stays")) == [
        (YEAR - 2, "carried", YEAR - 2, "WASEDA", -3),
        (YEAR - 1, "carried", YEAR - 2, "WASEDA", 3),
        (YEAR - 1, "expired", YEAR - 2, "WASEDA", -2),
    ]
    assert [sentence(entry).partition(" closed ")[2] for entry in history(side.agreement)][-2:] == [
        f"the year {YEAR - 2} of the ledger. Counted: Stays, whatever their length. Carried over: 3. Expired: 0.",
        f"the year {YEAR - 1} of the ledger. Counted: Stays, whatever their length. Carried over: 0. Expired: 2.",
    ]


def test_the_same_whichever_side_closes(waseda, yonsei, takasaki, park):
    found = []
    for closes in (1, 2):
        side = make_agreed(waseda, yonsei)
        post(side, 3, terms=2, year=YEAR - 1)
        post(side, 1, terms=5, year=YEAR - 1, sender=yonsei)
        party = side if closes == 1 else side.other
        lines = actions.close_year(party, by=office_of(party.institution), year=YEAR - 1)
        found.append([(one.key, one.sender, one.stays, one.terms) for one in lines])
    assert (
        found[0]
        == found[1]
        == [
            (f"close:{YEAR - 1}:1:carried:{YEAR - 1}:{YEAR - 1}", waseda, -2, 3),
            (f"close:{YEAR - 1}:1:carried:{YEAR}:{YEAR - 1}", waseda, 2, -3),
        ]
    )


def test_a_closed_year_takes_nothing_more(side, takasaki):
    line = post(side, 3, year=YEAR - 1)
    actions.close_year(side, by=takasaki, year=YEAR - 1)
    for verb in (
        lambda: post(side, 1, year=YEAR - 1),
        lambda: post(side, 1, year=YEAR - 5),
        lambda: actions.reverse(line, by=takasaki, party=side, note=""),
    ):
        with pytest.raises(Refused) as refused:
            verb()
        assert refused.value.code == "closed"
    carried = LedgerLine.objects.get(year=YEAR, kind="carried")
    with pytest.raises(Refused) as refused:
        actions.reverse(carried, by=takasaki, party=side, note="")
    assert (refused.value.code, balances(side.agreement)) == ("of_a_closing", [3, -3])


@pytest.mark.parametrize(
    ("year", "code"), [(YEAR, "not_over"), (YEAR - 4, "empty"), (YEAR - 2, "closed_already")]
)
def test_years_that_cannot_be_closed(side, takasaki, year, code):
    post(side, 3, year=YEAR - 2)
    if code == "closed_already":
        actions.close_year(side, by=takasaki, year=YEAR - 1)
    with pytest.raises(Refused) as refused:
        actions.close_year(side, by=takasaki, year=year)
    assert refused.value.code == code


def test_the_last_year_is_reopened_first(side, takasaki, park):
    post(side, 3, year=YEAR - 3)
    actions.close_year(side, by=takasaki, year=YEAR - 2)
    for year, code in ((YEAR - 3, "later_closed"), (YEAR - 1, "not_closed")):
        with pytest.raises(Refused) as refused:
            actions.reopen_year(side, by=takasaki, year=year)
        assert refused.value.code == code
    actions.reopen_year(side.other, by=park, year=YEAR - 2)
    assert Agreement.objects.get().closed_until == YEAR - 3
    post(side, 2, year=YEAR - 2)
    actions.close_year(side, by=takasaki, year=YEAR - 2)
    assert balances(side.agreement) == [5, -5]
    actions.reopen_year(side, by=takasaki, year=YEAR - 2)
    actions.reopen_year(side, by=takasaki, year=YEAR - 3)
    assert Agreement.objects.get().closed_until is None
    post(side, 1, year=YEAR - 6)
    assert balances(side.agreement) == [6, -6]


# Past years from a list


def test_past_years_are_posted_compared_and_told(side, takasaki, park, waseda, yonsei):
    rows = [
        PastYear(party=side, year=YEAR - 2, sent=3, received=2),
        PastYear(party=side, year=YEAR - 1, sent=0),
    ]
    first = actions.post_past_exchanges(waseda, by=takasaki, rows=rows)
    assert [(len(one.lines), one.known, one.refused) for one in first] == [(2, 0, []), (0, 1, [])]
    theirs = [PastYear(party=side.other, year=YEAR - 2, sent=2, received=4)]
    (second,) = actions.post_past_exchanges(yonsei, by=park, rows=theirs)
    assert (second.lines, second.known) == ([], 1)
    assert [str(why) for why in second.refused] == [
        f"Test University has 3 for {YEAR - 2}, your list says 4."
    ]
    (again,) = actions.post_past_exchanges(
        waseda, by=takasaki, rows=[PastYear(party=side, year=YEAR - 2, sent=1)]
    )
    assert [str(why) for why in again.refused] == [f"The ledger has 3 for {YEAR - 2}, your list says 1."]
    assert balances(side.agreement) == [1, -1]


def test_a_row_that_is_refused_keeps_no_other_one_back(side, takasaki, waseda):
    other, draft = make_agreed(waseda, make_institution(country="KR")), make_draft(waseda)
    post(other, 1, year=YEAR - 3)
    actions.close_year(other, by=takasaki, year=YEAR - 3)
    rows = [
        PastYear(party=draft, year=YEAR - 1, sent=1),
        PastYear(party=other, year=YEAR - 3, sent=2),
        PastYear(party=other, year=YEAR - 2, sent=-2, received=1),
        PastYear(party=side, year=YEAR - 1, sent=2, sent_terms=3),
    ]
    done = actions.post_past_exchanges(waseda, by=takasaki, rows=rows)
    assert [([line.terms for line in one.lines], [why.code for why in one.refused]) for one in done] == [
        ([], ["not_recorded"]),
        ([], ["contradicted"]),
        ([0], ["below_zero"]),
        ([3], []),
    ]
    assert [one.row for one in done] == rows


def test_what_was_reversed_can_be_brought_in_again(side, takasaki, waseda):
    row = PastYear(party=side, year=YEAR - 1, sent=3)
    for number in (1, 2, 3):
        (done,) = actions.post_past_exchanges(waseda, by=takasaki, rows=[row])
        assert [line.key for line in done.lines] == [f"past:{YEAR - 1}:{waseda.pk}:{number}"]
        actions.reverse(done.lines[0], by=takasaki, party=side, note="Wrong list")
    assert balances(side.agreement) == [0, 0]


def test_stays_are_not_counted_a_second_time_from_a_list(side, takasaki, waseda):
    post(side, 2, year=YEAR - 1)
    post(side, 1, year=YEAR - 1)
    rows = [PastYear(party=side, year=YEAR - 1, sent=3)]
    assert actions.post_past_exchanges(waseda, by=takasaki, rows=rows)[0].known == 1


# Stays or terms


def test_the_unit_changes_as_soon_as_both_agree(side, takasaki, park, waseda, yonsei):
    post(side, 3, terms=4, year=YEAR - 1)
    actions.close_year(side, by=takasaki, year=YEAR - 1)
    counts_terms(side, takasaki, park)
    assert Agreement.objects.get().unit == "term"
    assert balances(side.agreement) == [4, -4]


def test_past_years_need_their_terms_before_terms_are_counted(side, takasaki, waseda, yonsei):
    terms = make_content(waseda, yonsei, balance={"counts": "term", "expires_after": 3, "tolerance": 2})
    assert unit_may_change(side.agreement, terms) is True
    row = PastYear(party=side, year=YEAR - 1, sent=3)
    (done,) = actions.post_past_exchanges(waseda, by=takasaki, rows=[row])
    assert unit_may_change(side.agreement, terms) is False
    actions.reverse(done.lines[0], by=takasaki, party=side, note="Without terms")
    assert unit_may_change(side.agreement, terms) is True


def test_an_amendment_that_counts_terms_waits_for_those_of_past_years(side, takasaki, park, waseda):
    row = PastYear(party=side, year=YEAR - 1, sent=3)
    actions.post_past_exchanges(waseda, by=takasaki, rows=[row])
    with pytest.raises(Refused) as refused:
        counts_terms(side, takasaki, park)
    assert (refused.value.code, Agreement.objects.get().unit) == ("unfinished", "stay")


def test_where_terms_are_counted_a_list_must_have_them(waseda, yonsei, takasaki):
    side = make_agreed(waseda, yonsei, balance={"counts": "term", "expires_after": 3, "tolerance": 2})
    rows = [
        PastYear(party=side, year=YEAR - 1, sent=3),
        PastYear(party=side, year=YEAR - 2, sent=3, sent_terms=4),
    ]
    done = actions.post_past_exchanges(waseda, by=takasaki, rows=rows)
    assert [[why.code for why in one.refused] for one in done] == [["no_terms"], []]
    (other,) = actions.post_past_exchanges(
        yonsei,
        by=office_of(yonsei),
        rows=[PastYear(party=side.other, year=YEAR - 2, received=3, received_terms=6)],
    )
    assert [str(why) for why in other.refused] == [
        f"Test University has 4 terms for {YEAR - 2}, your list says 6."
    ]


def counts_terms(side, takasaki, park):
    """An amendment by which terms are counted, approved by both."""
    version = actions.amend(side, by=takasaki)
    content = {**version.content, "balance": {"counts": "term", "expires_after": 3, "tolerance": 2}}
    actions.edit_draft(side, by=takasaki, edition=1, content=content)
    version = actions.propose(side, by=takasaki, edition=2)
    for party, person in ((side, takasaki), (side.other, park)):
        actions.approve(party, by=person, sha256=version.sha256, signed_name="x")


# Whatever is done


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("post"), st.integers(1, 2), st.integers(-5, 0), st.integers(1, 4), st.integers(1, 8)
        ),
        st.tuples(
            st.just("correct"), st.integers(1, 2), st.integers(-5, 0), st.integers(-3, 3), st.integers(-3, 3)
        ),
        st.tuples(
            st.just("list"), st.integers(1, 2), st.integers(-5, 0), st.integers(0, 4), st.integers(0, 4)
        ),
        st.tuples(st.just("reverse"), st.integers(1, 2), st.integers(0, 9)),
        st.tuples(st.just("close"), st.integers(1, 2), st.integers(-6, -1)),
        st.tuples(st.just("reopen"), st.integers(1, 2), st.integers(-6, -1)),
    ),
    min_size=3,
    max_size=25,
)


@given(steps=STEPS, counts=st.sampled_from(["stay", "term"]), expires_after=st.none() | st.integers(0, 3))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_balance_is_always_a_recount_of_the_ledger(
    waseda, yonsei, takasaki, park, steps, counts, expires_after
):
    with transaction.atomic():
        balance = {"counts": counts, "expires_after": expires_after, "tolerance": 1}
        side = make_agreed(waseda, yonsei, balance=balance)
        sides = {1: (side, takasaki), 2: (side.other, park)}
        before = []
        for number, (verb, position, *values) in enumerate(steps):
            party, by = sides[position]
            try:
                with transaction.atomic():
                    act(verb, party, by, number, *values)
            except Refused:
                pass
            lines = list(LedgerLine.objects.filter(agreement=side.agreement).order_by("pk"))
            assert [vars_of(one) for one in lines[: len(before)]] == before
            before = [vars_of(one) for one in lines]
            for party, _by in sides.values():
                expected = sum(
                    (1 if one.sender_id == party.institution_id else -1) * getattr(one, f"{counts}s")
                    for one in lines
                )
                assert Party.objects.get(pk=party.pk).balance == expected
            assert sum(balances(side.agreement)) == 0
            closed = Agreement.objects.get(pk=side.agreement.pk).closed_until
            open_in_closed = [
                (one.stays, one.terms) if one.sender == waseda else (-one.stays, -one.terms)
                for one in lines
                if closed is not None and one.year <= closed
            ]
            assert [sum(column) for column in zip(*open_in_closed, strict=True)] in ([], [0, 0])
        transaction.set_rollback(True)


def act(verb, party, by, number, *values):
    match verb:
        case "post":
            year, stays, terms = values
            post(party, stays, terms=terms, year=YEAR + year, key=f"{number}", by=by)
        case "correct":
            year, stays, terms = values
            post(
                party, stays, terms=terms, year=YEAR + year, kind=LineKind.CORRECTION, key=f"{number}", by=by
            )
        case "list":
            year, sent, received = values
            row = PastYear(
                party=party,
                year=YEAR + year,
                sent=sent,
                received=received,
                sent_terms=sent,
                received_terms=received,
            )
            actions.post_past_exchanges(party.institution, by=by, rows=[row])
        case "reverse":
            if lines := list(LedgerLine.objects.filter(agreement=party.agreement).order_by("pk")):
                actions.reverse(lines[values[0] % len(lines)], by=by, party=party, note="")
        case "close":
            actions.close_year(party, by=by, year=YEAR + values[0])
        case "reopen":
            actions.reopen_year(party, by=by, year=YEAR + values[0])


def vars_of(line):
    return {name: value for name, value in vars(line).items() if name != "_state"}


# Two at once


@pytest.fixture
def nothing_left(transactional_db):
    """What these tests commit, the database forgets; the queue's own tables it would keep."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")


@pytest.mark.usefixtures("nothing_left")
def test_two_who_post_at_once_are_both_counted(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    sides, start = {takasaki: side, park: side.other}, threading.Barrier(4)

    def run(person, number):
        try:
            start.wait()
            for turn in range(5):
                post(sides[person], 1, key=f"{number % 2}:{turn}:{person.pk}", by=person)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(person, n))
        for n, person in enumerate((takasaki, takasaki, park, park))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert balances(side.agreement) == [0, 0]
    assert LedgerLine.objects.count() == 20


@pytest.mark.usefixtures("nothing_left")
def test_the_same_posted_by_two_at_once_is_one_line(waseda, yonsei, takasaki, park):
    side = make_agreed(waseda, yonsei)
    start, found = threading.Barrier(4), []

    def run():
        try:
            start.wait()
            found.append(post(side, 2, key="stay:7", by=takasaki).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(set(found)), balances(side.agreement)) == (4, 1, [2, -2])
