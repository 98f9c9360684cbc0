"""Worked examples of the literature: the figures are the sources', never the engine's own.

Colleges rank students, so the score of an application is the place in the college's list, counted from its end. A
student whom a college does not list cannot apply there. "Seen" says where the figures were read; what is marked "from
knowledge" was not at hand and should be compared with the paper by whoever has it.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, product

from eastep.placement import Lottery, Market, Placement, deferred_acceptance, verify
from eastep.placement.tests.test_brute_force import Tiny


def college_admissions(
    students: Mapping[str, str | Sequence[str]],
    colleges: Mapping[str, str | Sequence[str]],
    places: Mapping[str, int] | None = None,
    within: Mapping[str, str] | None = None,
) -> Placement:
    """Place by two-sided lists; where a college is not told its places it has one."""
    wishes = {
        student: [college for college in listed if student in colleges[college]]
        for student, listed in students.items()
    }
    score = {
        student: {college: -list(colleges[college]).index(student) for college in listed}
        for student, listed in wishes.items()
    }
    market = Market.from_mappings(
        wishes=wishes,
        score=score,
        places=dict.fromkeys(colleges, 1) | dict(places or {}),
        within=within,
    )
    placement = deferred_acceptance(market, Lottery.draw("any", students))
    assert verify(market, placement) == []
    return placement


def stable_in_all(placement: Placement) -> list[dict[str, str | None]]:
    """Every stable assignment, found by trying all."""
    market = placement.market
    tiny = Tiny(market, placement.lottery)
    assert market.student_ids is not None
    assert market.option_names is not None
    return [
        {
            student: None if option is None else market.option_names[option]
            for student, option in zip(market.student_ids, found, strict=True)
        }
        for found in tiny.feasible()
        if tiny.is_stable(found)
    ]


def by_rank(own: str, others: str, ranks: Sequence[Sequence[int]]) -> dict[str, list[str]]:
    """The lists that a matrix of ranks says: row i holds the ranks that own[i] gives to the others."""
    return {
        one: [others[row.index(rank)] for rank in sorted(row)] for one, row in zip(own, ranks, strict=True)
    }


def test_gale_and_shapley_example_1() -> None:
    """D. Gale and L. S. Shapley, American Mathematical Monthly 69 (1962), p. 11, example 1.

    Seen: C. Schottmüller, Mechanism Design (slides, Copenhagen), p. 4: the matrix, and that three sets of marriages
    are stable. In the best one for the men each gets the first choice.
    """
    men = by_rank("αβγ", "ABC", [[1, 2, 3], [3, 1, 2], [2, 3, 1]])
    women = by_rank("ABC", "αβγ", [[3, 1, 2], [2, 3, 1], [1, 2, 3]])
    placement = college_admissions(men, women)
    assert placement.by_name() == {"α": "A", "β": "B", "γ": "C"}
    assert len(stable_in_all(placement)) == 3
    assert college_admissions(women, men).by_name() == {"A": "β", "B": "γ", "C": "α"}


def test_gale_and_shapley_example_2() -> None:
    """The same paper, p. 12, example 2: only one set of marriages is stable. Seen: the same slides, p. 5."""
    men = by_rank("αβγδ", "ABCD", [[1, 2, 3, 4], [1, 4, 3, 2], [2, 1, 3, 4], [4, 2, 3, 1]])
    women = by_rank("ABCD", "αβγδ", [[3, 4, 2, 1], [3, 1, 4, 2], [2, 3, 4, 1], [3, 2, 1, 4]])
    placement = college_admissions(men, women)
    only = {"γ": "A", "δ": "B", "α": "C", "β": "D"}
    assert placement.by_name() == only
    assert stable_in_all(placement) == [dict(sorted(only.items()))]
    assert college_admissions(women, men).by_name() == {"A": "γ", "B": "δ", "C": "α", "D": "β"}


def test_roth_and_sotomayor_the_simplest_market_with_two_stable_sides() -> None:
    """A. E. Roth and M. A. O. Sotomayor, Two-sided matching (1990), example 2.9.

    Seen: the tests of MyMatching.jl (students of QuantEcon), which name the example, with both outcomes.
    """
    men = {"m1": "1234", "m2": "4231", "m3": "4312", "m4": "1432", "m5": "124"}
    ranks = {"1": "23145", "2": "31245", "3": "54123", "4": "14523"}
    women = {woman: [f"m{number}" for number in listed] for woman, listed in ranks.items()}
    found = college_admissions(men, women).by_name()
    assert found == {"m1": "1", "m2": "2", "m3": "3", "m4": "4", "m5": None}
    assert college_admissions(women, men).by_name() == {"1": "m2", "2": "m3", "3": "m4", "4": "m1"}


def test_roth_and_sotomayor_ten_stable_sets() -> None:
    """The same book, example 2.17 (after D. E. Knuth). Seen: as above; that there are ten: from knowledge."""
    men = {"a": "1234", "b": "2143", "c": "3412", "d": "4321"}
    women = {"1": "dcba", "2": "cdab", "3": "badc", "4": "abcd"}
    placement = college_admissions(men, women)
    assert placement.by_name() == {"a": "1", "b": "2", "c": "3", "d": "4"}
    assert college_admissions(women, men).by_name() == {"1": "d", "2": "c", "3": "b", "4": "a"}
    assert len(stable_in_all(placement)) == 10


def test_roth_and_sotomayor_1989() -> None:
    """A. E. Roth and M. Sotomayor, The college admissions problem revisited, Econometrica 57 (1989).

    Five colleges, the first with three places, and seven students. Seen: the tests of MyMatching.jl, which give the
    lists and both outcomes and name the book of 1990.
    """
    students = {
        "s1": ["C5", "C1"],
        "s2": ["C2", "C5", "C1"],
        "s3": ["C3", "C1"],
        "s4": ["C4", "C1"],
        "s5": ["C1", "C2"],
        "s6": ["C1", "C3"],
        "s7": ["C1", "C3", "C4"],
    }
    colleges = {
        "C1": ["s1", "s2", "s3", "s4", "s5", "s6", "s7"],
        "C2": ["s5", "s2"],
        "C3": ["s6", "s7", "s3"],
        "C4": ["s7", "s4"],
        "C5": ["s2", "s1"],
    }
    placement = college_admissions(students, colleges, {"C1": 3})
    best_for_students = {
        "s1": "C5", "s2": "C2", "s3": "C3", "s4": "C4", "s5": "C1", "s6": "C1", "s7": "C1",
    }  # fmt: skip
    best_for_colleges = {
        "s1": "C1", "s2": "C5", "s3": "C1", "s4": "C1", "s5": "C2", "s6": "C3", "s7": "C4",
    }  # fmt: skip
    assert placement.by_name() == best_for_students
    stable = stable_in_all(placement)
    assert best_for_colleges in stable
    # Their theorem 3 (from knowledge): of the groups that a college has in two stable outcomes, every member of the
    # better one is better than whoever is in the other one only. C1 ranks by number.
    groups = [{student for student, college in found.items() if college == "C1"} for found in stable]
    for one, other in combinations(groups, 2):
        assert len(one) == len(other) == 3
        assert max(one) < min(other - one, default="s9") or max(other) < min(one - other, default="s9")


def test_gusfield_and_irving_hospitals() -> None:
    """D. Gusfield and R. W. Irving, The stable marriage problem (1989), section 1.6.5: 11 residents, 5 hospitals.

    Seen: the tests of MyMatching.jl, which also correct the book's other extreme.
    """
    residents = [
        "3154", "13425", "45312", "3415", "142", "43215", "2513", "13254", "415", "31524", "54132",
    ]  # fmt: skip
    hospitals = {
        "1": [3, 7, 9, 11, 5, 4, 10, 8, 6, 1, 2],
        "2": [5, 7, 10, 6, 8, 2, 3, 11],
        "3": [11, 6, 8, 3, 2, 4, 7, 1, 10],
        "4": [10, 1, 2, 11, 4, 9, 5, 3, 6, 8],
        "5": [2, 4, 10, 7, 6, 1, 8, 3, 11, 9],
    }
    placement = college_admissions(
        {f"r{number}": listed for number, listed in enumerate(residents, 1)},
        {name: [f"r{number}" for number in listed] for name, listed in hospitals.items()},
        {"1": 4, "2": 1, "3": 3, "4": 2, "5": 1},
    )
    expected = [3, 1, 4, 3, 1, 3, 2, 1, 4, 1, 5]
    assert placement.by_name() == {f"r{number}": str(got) for number, got in enumerate(expected, 1)}


def test_the_teaching_example_of_the_nrmp() -> None:
    """National Resident Matching Program, How the matching algorithm works: eight applicants, four programs of two.

    Seen: J. Aghion's reading of the NRMP's page (2010), with all lists and the final match.
    """
    applicants = {
        "Anderson": ["City"],
        "Brown": ["City", "Mercy"],
        "Chen": ["City", "Mercy"],
        "Davis": ["Mercy", "City", "General", "State"],
        "Eastman": ["City", "Mercy", "State", "General"],
        "Ford": ["City", "General", "Mercy", "State"],
        "Garcia": ["City", "Mercy", "State", "General"],
        "Hassan": ["State", "City", "Mercy", "General"],
    }
    programs = {
        "City": ["Garcia", "Hassan", "Eastman", "Anderson", "Brown", "Chen", "Davis", "Ford"],
        "General": ["Brown", "Eastman", "Hassan", "Anderson", "Chen", "Davis", "Garcia"],
        "Mercy": ["Chen", "Garcia"],
        "State": ["Brown", "Eastman", "Anderson", "Chen", "Hassan", "Ford", "Davis", "Garcia"],
    }
    found = college_admissions(applicants, programs, dict.fromkeys(programs, 2)).by_name()
    assert found == {
        "Anderson": None,
        "Brown": None,
        "Chen": "Mercy",
        "Davis": "General",
        "Eastman": "City",
        "Ford": "State",
        "Garcia": "City",
        "Hassan": "State",
    }


def test_the_regional_cap_of_kamada_and_kojima() -> None:
    """Y. Kamada and F. Kojima, AER 105 (2015), examples 1 and 6 of the paper of 2010: ten doctors, two hospitals of
    ten in a region with a cap of ten, which Japan's matching split into targets of five and five.

    Seen: module_test.py of UTokyoMDcenter/MatchingMarkets (lists, capacities, cap and targets). The outcome with fixed
    targets, two doctors without a place though the region has two left, and that the flexible one places all ten:
    from knowledge; it also follows by going down the hospitals' common list.
    """
    doctors = {f"d{number}": ["h1" if number <= 3 else "h2"] for number in range(1, 11)}
    hospitals = {"h1": list(doctors), "h2": list(doctors)}
    fixed = college_admissions(doctors, hospitals, {"h1": 5, "h2": 5})
    assert fixed.rank_distribution().tolist() == [2, 8]
    assert [doctor for doctor, got in fixed.by_name().items() if got is None] == ["d9", "d10"]
    within = {"h1": "region", "h2": "region"}
    nested = college_admissions(doctors, hospitals, {"h1": 10, "h2": 10, "region": 10}, within)
    assert nested.by_name() == {doctor: listed[0] for doctor, listed in doctors.items()}
    assert nested.load.tolist() == [3, 7, 10]


def test_roth_1985() -> None:
    """A. E. Roth, The college admissions problem is not equivalent to the marriage problem, Journal of Economic Theory
    36 (1985): three colleges, the first with two places. From knowledge.

    One outcome is stable, and every college would rather have another one: C1 with s2 and s4, C2 with s1, C3 with s3.
    In the marriage problem that cannot be.
    """
    students = {
        "s1": ["C3", "C1", "C2"],
        "s2": ["C2", "C1", "C3"],
        "s3": ["C1", "C3", "C2"],
        "s4": ["C1", "C2", "C3"],
    }
    colleges = {
        "C1": ["s1", "s2", "s3", "s4"],
        "C2": ["s1", "s2", "s3", "s4"],
        "C3": ["s3", "s1", "s2", "s4"],
    }
    placement = college_admissions(students, colleges, {"C1": 2})
    assert stable_in_all(placement) == [{"s1": "C3", "s2": "C2", "s3": "C1", "s4": "C1"}]
    assert placement.by_name() == {"s1": "C3", "s2": "C2", "s3": "C1", "s4": "C1"}


def test_abdulkadiroglu_and_sonmez_2003_fairness_has_a_price() -> None:
    """A. Abdulkadiroğlu and T. Sönmez, School choice, AER 93 (2003), example 1 (after Roth 1982). From knowledge.

    The only stable outcome gives i1 and i2 their second choices, though they could swap to the harm of nobody: fair
    without a waste is not the best for all. Deferred acceptance does not swap, `balanced_exchange` would.
    """
    students = {"i1": ["s2", "s1", "s3"], "i2": ["s1", "s2", "s3"], "i3": ["s1", "s2", "s3"]}
    schools = {"s1": ["i1", "i3", "i2"], "s2": ["i2", "i1", "i3"], "s3": ["i2", "i1", "i3"]}
    placement = college_admissions(students, schools)
    assert placement.by_name() == {"i1": "s1", "i2": "s2", "i3": "s3"}
    assert stable_in_all(placement) == [{"i1": "s1", "i2": "s2", "i3": "s3"}]


def test_one_common_order_is_serial_dictatorship() -> None:
    """If all schools rank alike, both top trading cycles and deferred acceptance go down the common list: the same
    paper, section II.B. Seen: the statement on page 16 of Columbia Discussion Paper 0203-18 (a Lean formalisation)."""
    order = ["i2", "i4", "i1", "i3"]
    for lists in product(["abc", "bca", "cb", "a"], repeat=4):
        students = dict(zip(["i1", "i2", "i3", "i4"], lists, strict=True))
        left = {"a": 1, "b": 1, "c": 2}
        expected: dict[str, str | None] = {}
        for student in order:
            expected[student] = next((school for school in students[student] if left[school]), None)
            if school := expected[student]:
                left[school] -= 1
        found = college_admissions(students, dict.fromkeys("abc", order), {"a": 1, "b": 1, "c": 2})
        assert found.by_name() == expected
