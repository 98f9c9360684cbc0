"""`eastep place` by a rule with balance, and `eastep verify` of what came out."""

import json

import pytest

from eastep.website.tests.test_cli import eastep

PLACES = """Home institution,Host institution,Start term,Length,Places
Waseda University,Yonsei University,2027-spring,term,3
Yonsei University,Waseda University,2027-spring,term,3
"""
APPLICANTS = """Applicant number,Name,Home institution,Field,Level,Score,Choice 1: host,Choice 1: start term,Choice 1: length
a,A,Waseda University,0311,6,90,Yonsei University,2027-spring,term
b,B,Waseda University,0311,6,80,Yonsei University,2027-spring,term
c,C,Waseda University,0311,6,70,Yonsei University,2027-spring,term
k,K,Yonsei University,0311,6,60,Waseda University,2027-spring,term
"""
CAPPED = ["--mechanism", "balanced_deferred_acceptance"]


@pytest.fixture
def sheets(tmp_path):
    (tmp_path / "p.csv").write_text(PLACES)
    (tmp_path / "a.csv").write_text(APPLICANTS)
    return ["--places", tmp_path / "p.csv", "--applicants", tmp_path / "a.csv"]


@pytest.mark.parametrize(
    ("rule", "going"),
    [
        ([*CAPPED, "--tolerance", "1", "--carried", "KR=1"], "abc"),  # one who is owed, and one more
        (["--mechanism", "balanced_exchange", "--unit", "institution"], "a"),
    ],
)
def test_a_result_by_a_rule_is_verified(sheets, tmp_path, rule, going):
    out = tmp_path / "result.json"
    done = eastep("place", *sheets, *rule, "--seed", "2027", "--out", out)
    assert done.exit_code == 0, done.stderr
    result = json.loads(out.read_text())
    assert "".join(one["id"] for one in result["applicants"] if one["placed"]) == going + "k"
    again = eastep("verify", out, *sheets)
    assert (again.exit_code, "The same" in again.stdout) == (0, True)
    assert "Balance between: " in done.stdout
    result["settings"]["rule"]["tolerance"] = 5
    out.write_text(json.dumps(result))
    assert eastep("verify", out, *sheets).exit_code == 1


@pytest.mark.parametrize(
    ("rule", "code", "said"),
    [
        ([*CAPPED, "--unit", "institution"], 1, "keeps the balance between countries only"),
        ([*CAPPED, "--carried", "KR=1", "--carried", "JP=1"], 1, "contradict each other"),
        (["--mechanism", "maximum_balanced"], 2, "Invalid value"),
    ],
)
def test_what_cannot_be_is_refused_in_words(sheets, rule, code, said):
    done = eastep("place", *sheets, *rule)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


@pytest.mark.parametrize("rule", [["--tolerance", "4"], ["--carried", "KR=2"]])
def test_a_balance_that_no_rule_would_keep_is_wrong_usage(sheets, rule):
    done = eastep("place", *sheets, *rule)
    assert (done.exit_code, "give --mechanism as well" in done.stderr) == (2, True)


def test_sheets_of_one_home_keep_no_balance(sheets, tmp_path):
    (tmp_path / "p.csv").write_text("\n".join(PLACES.splitlines()[:2]))
    done = eastep("place", *sheets, *CAPPED)
    assert (done.exit_code, "knows one direction only" in done.stderr) == (1, True)
