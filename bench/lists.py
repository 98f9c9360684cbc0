"""The long lists of a round, and one applicant of it, at a thousand and at a million rows.

    python -m bench.lists [ROWS ...]

Makes a database of its own (EASTEP_DATA, or a temporary folder), so it needs no other to be there. Prints one JSON line a
case, with medians of eleven:

    queries      how many the page asks; it must not grow with the rows
    page_s       the server's time for the whole page, through every layer but the network
    main_s       the page's slowest query, sent as bare SQL on the same connection
    page / main  their ratio
    sql / main   all the page's queries as bare SQL, over the slowest alone

The round is the programme's, with applicants of a hundred homes. Half of them are placed; each has four choices.
"""

import base64
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from eastep.website import database

TIMES = 11
APPLICANTS = """
INSERT INTO applications_roundapplicant
  (round_id, applicant, name, home_id, score, choices, record, results, withdrawn, reason, version, earlier, search_key, grams)
SELECT %(round)s, number, name, home.id, score, 4,
  jsonb_build_object('id', number, 'name', name, 'home', home.key, 'field', '0311', 'level', 6, 'gpa', '3.2/4.0',
    'languages', 'TOPIK 4 2026-04-12', 'score', score::text, 'language', '', 'choices', (
      SELECT jsonb_agg(jsonb_build_object('host', h.key, 'start', '2027-spring', 'length', 'term'))
      FROM hosts h WHERE h.n <= 4)),
  '{}', CASE WHEN g %% 50 = 0 THEN 'office' ELSE '' END, '', 1, '[]', people.key, grams
FROM people JOIN homes home ON home.n = g %% 100 + 1
"""
OUTCOMES = """
INSERT INTO applications_outcome
  (simulation_id, position, applicant, name, home_id, score, choice, host_id, "row", touched, details, search_key, grams)
SELECT %(simulation)s, g, number, name, home.id, score, CASE WHEN g %% 2 = 0 THEN 1 + g / 2 %% 4 END,
  CASE WHEN g %% 2 = 0 THEN host.id END, CASE WHEN g %% 2 = 0 THEN g END, '',
  jsonb_build_object('id', number, 'score', score::text, 'choices', '[]'::jsonb), people.key, grams
FROM people JOIN homes home ON home.n = g %% 100 + 1 JOIN hosts host ON host.n = g %% 50 + 1
"""
OPTIONS = """
INSERT INTO applications_option
  (simulation_id, "row", home_id, host_id, places, taken, cutoff, highest_refused, refused, is_full, binds, details)
SELECT %(simulation)s, g, home.id, host.id, 3, g %% 4, 70, 69, g %% 97, g %% 4 = 3, g %% 4 = 3,
  jsonb_build_object('start', '2027-spring', 'length', 'term', 'is_full', g %% 4 = 3)
FROM people JOIN homes home ON home.n = g %% 100 + 1 JOIN hosts host ON host.n = g %% 50 + 1
"""
PLACES = """
INSERT INTO applications_roundplace
  (round_id, number, key, home_id, host_id, start, length, places, record, withdrawn, version, earlier)
SELECT %(round)s, (home.n - 1) * 50 + host.n, home.key || host.key, home.id, host.id, '2027-spring', 'term', 3,
  jsonb_build_object('home', home.key, 'host', host.key, 'fields', '', 'levels', '', 'start', '2027-spring',
    'length', 'term', 'places', 3, 'minimum_gpa', '', 'language', ''), '', 1, '[]'
FROM homes home, hosts host
"""
PEOPLE = """
CREATE TEMPORARY TABLE people AS
SELECT g, number, '佐藤 花' || g AS name, (60 + hashint4(g) %% 4000 / 100.0)::numeric(6, 2) AS score,
  '佐藤花' || g || ' ' || lower(number) AS key, (
    SELECT array_agg(DISTINCT substr(part, i, 2))
    FROM unnest(ARRAY['^佐藤花' || g, '^' || lower(number)]) part, generate_series(1, length(part) - 1) i) AS grams
FROM generate_series(1, %(rows)s) g, LATERAL (SELECT 'A' || lpad(g::text, 8, '0') AS number) numbered
"""
INSTITUTIONS = """
CREATE TEMPORARY TABLE homes AS SELECT row_number() OVER (ORDER BY id) AS n, id, key FROM institutions_institution
  WHERE country = 'JP' ORDER BY id LIMIT 100;
CREATE TEMPORARY TABLE hosts AS SELECT row_number() OVER (ORDER BY id) AS n, id, key FROM institutions_institution
  WHERE country = 'KR' ORDER BY id LIMIT 50
"""


def cursor(*values: object) -> str:
    """The place in a list behind the row with these values, as in the address of a next page."""
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def questions(round_: Any, simulation: Any, size: int) -> dict[str, str]:
    """What is asked for, and its address: each list as it opens, in its other orders, far inside, and filtered."""
    applicants, outcomes, options = (
        f"/rounds/{round_.pk}/applicants/",
        f"/rounds/{round_.pk}/simulations/{simulation.pk}/applicants/",
        f"/rounds/{round_.pk}/simulations/{simulation.pk}/options/",
    )
    rows = round_.applicants.order_by("applicant")
    inside = rows.get(applicant=f"A{size // 2:08}")
    home = str(inside.home)
    return {
        "applicants": applicants,
        "applicants, far inside": f"{applicants}?after={cursor(inside.applicant, inside.pk)}",
        "applicants by score": f"{applicants}?sort=score",
        "applicants by score, far inside": f"{applicants}?sort=score&after={cursor('80.00', inside.applicant, inside.pk)}",
        "applicants, a number": f"{applicants}?text=A00000777",
        "applicants, part of a name": f"{applicants}?text=花777",
        "applicants, a name that all have": f"{applicants}?text=佐藤",
        "applicants, withdrawn": f"{applicants}?state=office",
        "applicants, one home": f"{applicants}?home={home}",
        "one applicant": inside.get_absolute_url(),
        "outcomes": outcomes,
        "outcomes, last first": f"{outcomes}?sort=-position",
        "outcomes, far inside": f"{outcomes}?after={cursor(size // 2, simulation.outcomes.get(position=size // 2).pk)}",
        "outcomes, a number": f"{outcomes}?text=A00000777",
        "outcomes, part of a name": f"{outcomes}?text=花777",
        "outcomes, not placed": f"{outcomes}?met=none",
        "outcomes, one home": f"{outcomes}?home={inside.home_id}",
        "options": options,
        "options by demand": f"{options}?sort=refused",
        "options, with free places": f"{options}?used=free",
    }


def seconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        before = time.perf_counter()
        act()
        taken.append(time.perf_counter() - before)
    return median(taken)


def bare(sql: str) -> float:
    """The query alone, its rows fetched and not looked at."""
    from django.db import connection

    with connection.cursor() as asked:
        return seconds(lambda: (asked.execute(sql), asked.fetchall()))


def measure(sizes: list[int]) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from eastep.applications.models import Round, Simulation
    from eastep.institutions.actions import give_role
    from eastep.institutions.states import Role
    from eastep.people.actions import add_person, system_user
    from eastep.website.cli import migrate

    migrate()
    system = system_user()
    person = add_person("bench@eastep.invalid", by=system)
    give_role(person, by=system, role=Role.PROGRAMME)
    client = Client()
    client.force_login(person)
    with connection.cursor() as asked:
        asked.execute(INSTITUTIONS)
    for size in sizes:
        round_ = Round.objects.create(title=str(size), seed="1", opened_by=person)
        simulation = Simulation.objects.create(
            round=round_, name="1", seed="1", state="computed", made_by=person, edition=round_.edition,
            result={"settings": {"moves": []}},
        )  # fmt: skip
        with connection.cursor() as asked:
            asked.execute("DROP TABLE IF EXISTS people")
            for statement in (PEOPLE, APPLICANTS, OUTCOMES, OPTIONS, PLACES):
                asked.execute(statement, {"round": round_.pk, "simulation": simulation.pk, "rows": size})
            for table in ("roundapplicant", "outcome", "option", "roundplace"):
                asked.execute(f"VACUUM ANALYZE applications_{table}")
        for name, path in questions(round_, simulation, size).items():
            assert client.get(path).status_code == 200, path  # and warms
            with CaptureQueriesContext(connection) as asked_for:
                client.get(path)
            queries = [one["sql"] for one in asked_for.captured_queries]
            each = [bare(sql) for sql in queries if sql.startswith("SELECT")]
            page = seconds(lambda: client.get(path))  # noqa: B023 (called at once)
            case = {
                "rows": size,
                "asked": name,
                "queries": len(queries),
                "page_s": round(page, 4),
                "main_s": round(max(each), 5),
                "page / main": round(page / max(each), 1),
                "sql / main": round(sum(each) / max(each), 2),
            }
            print(json.dumps(case, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="eastep-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ.setdefault("EASTEP_DATA", f"{folder}/data")
        with database.running() as url:
            os.environ["DATABASE_URL"] = url
            os.environ["DJANGO_SETTINGS_MODULE"] = "eastep.website.settings"
            import django

            django.setup()
            measure([int(argument) for argument in sys.argv[1:]] or [1_000, 1_000_000])
