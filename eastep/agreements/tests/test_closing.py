"""What closing a year makes of what is open: by hand, and against a simulation of one stay after the other."""

from hypothesis import given
from hypothesis import strategies as st

from eastep.agreements.closing import Closing, Movement, closing, movements

COUNTS = st.integers(-3, 6)
FLOWS = st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=6)
EXPIRY = st.none() | st.integers(0, 4)


def test_three_years_carried_then_expired():
    """Hand-calculated: 2 ahead from 2021; 1 comes back in 2022 for the older one; the other is 2 years old when 2023 ends."""
    flows = {"stays": {2021: (3, 1), 2022: (2, 1), 2023: (0, 0)}, "terms": {}}
    found = movements(range(2021, 2024), lots={}, flows=flows, expires_after=2)
    assert [(one.closes, one.year, one.kind, one.origin, one.stays) for one in found] == [
        (2021, 2021, "carried", 2021, -2),
        (2021, 2022, "carried", 2021, 2),
        (2022, 2022, "carried", 2021, -1),
        (2022, 2023, "carried", 2021, 1),
        (2022, 2022, "carried", 2022, -2),
        (2022, 2023, "carried", 2022, 2),
        (2023, 2023, "expired", 2021, -1),
        (2023, 2023, "carried", 2022, -2),
        (2023, 2024, "carried", 2022, 2),
    ]


def test_what_can_expire_at_once_and_what_never_does():
    assert closing({}, (5, 2), year=2026, expires_after=0) == Closing(expired={2026: 3}, carried={})
    assert closing({1990: 4}, (0, 1), year=2026, expires_after=None) == Closing(expired={}, carried={1990: 3})


def test_the_other_side_can_come_to_be_ahead():
    assert closing({2024: 2}, (0, 5), year=2025, expires_after=3) == Closing(expired={}, carried={2025: -3})
    assert closing({2024: -2}, (5, 0), year=2025, expires_after=3) == Closing(expired={}, carried={2025: 3})


def test_stays_and_terms_are_closed_each_by_itself():
    """One year abroad against one term back: even in stays, one term open."""
    flows = {"stays": {2025: (1, 1)}, "terms": {2025: (2, 1)}}
    assert movements(range(2025, 2026), lots={}, flows=flows, expires_after=3) == [
        Movement(closes=2025, year=2025, kind="carried", origin=2025, stays=0, terms=-1),
        Movement(closes=2025, year=2026, kind="carried", origin=2025, stays=0, terms=1),
    ]


def one_after_the_other(flows, expires_after, order):
    """Each stay in turn makes good the oldest that is open the other way, or else stays open itself."""
    there, back, expired = [], [], []
    for year, (sent, received) in enumerate(flows, 2020):
        moves = [sent >= 0] * abs(sent) + [received < 0] * abs(
            received
        )  # what is taken away goes the other way
        order.shuffle(moves)
        for is_there in moves:
            own, other = (there, back) if is_there else (back, there)
            if other:
                other.remove(min(other))
            else:
                own.append(year)
        for sign, queue in ((1, there), (-1, back)):
            for origin in sorted(queue):
                if expires_after is not None and year - origin >= expires_after:
                    queue.remove(origin)
                    expired.append((year, origin, sign))
    return sorted(there), sorted(back), sorted(expired)


@given(flows=FLOWS, expires_after=EXPIRY, order=st.randoms(use_true_random=False))
def test_as_one_stay_after_the_other_in_any_order(flows, expires_after, order):
    lots, expired = {}, []
    for year, flow in enumerate(flows, 2020):
        closed = closing(lots, flow, year=year, expires_after=expires_after)
        lots = closed.carried
        expired += [
            (year, origin, 1 if count > 0 else -1)
            for origin, count in closed.expired.items()
            for _ in range(abs(count))
        ]
    there = [origin for origin, count in lots.items() for _ in range(count)]
    back = [origin for origin, count in lots.items() for _ in range(-count)]
    assert (sorted(there), sorted(back), sorted(expired)) == one_after_the_other(flows, expires_after, order)


@given(flows=FLOWS, expires_after=EXPIRY, cut=st.integers(0, 6))
def test_years_closed_together_are_closed_as_one_by_one(flows, expires_after, cut):
    by_year = dict(enumerate(flows, 2020))
    flows = {"stays": by_year, "terms": {year: (2 * one, other) for year, (one, other) in by_year.items()}}
    years = range(2020, 2020 + len(by_year))
    together = movements(years, lots={}, flows=flows, expires_after=expires_after)
    first = movements(years[:cut], lots={}, flows=flows, expires_after=expires_after)
    left = {
        unit: {
            one.origin: getattr(one, unit) for one in first if one.year == 2020 + cut and getattr(one, unit)
        }
        for unit in ("stays", "terms")
    }
    assert together == first + movements(years[cut:], lots=left, flows=flows, expires_after=expires_after)


@given(flows=FLOWS, expires_after=EXPIRY)
def test_nothing_is_made_and_nothing_lost(flows, expires_after):
    """What is open at the end is what was sent less received, less what has expired."""
    by_year = dict(enumerate(flows, 2020))
    years = range(2020, 2020 + len(by_year))
    found = movements(years, lots={}, flows={"stays": by_year}, expires_after=expires_after)
    assert sum(one.stays for one in found if one.kind == "carried") == 0
    net = sum(sent - received for sent, received in flows) + sum(one.stays for one in found)
    assert net == sum(one.stays for one in found if one.year == years[-1] + 1)
