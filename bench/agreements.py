"""The list of agreements at a thousand and at a hundred thousand of them, for an office and for the programme.

    python -m bench.agreements [ROWS ...]

Makes a database of its own (EASTEP_DATA, or a temporary folder). Prints one JSON line a case, medians of fifteen:

    queries     how many the page asks; it must not grow with the rows
    page_s      the server's time for the whole page, through every layer but the network
    sql_s       the page's own queries as bare SQL, on the same connection, in the same moment
    ratio       page_s / sql_s, the median of the fifteen ratios (goal: 3)
    main_s      the slowest query alone
    seq_scans   tables of agreements that PostgreSQL reads from end to end

and at the end the median and the worst ratio of each size. The office has a fiftieth of all agreements, at least five
hundred; four in five are in effect, the others stand in every state. Versions are not made: the list reads none.
"""

import base64
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from eastep.website import database

TIMES = 15
LEAST = 500  # agreements of the office
TABLES = ("agreements_party", "agreements_agreement")

INSTITUTIONS = """
CREATE TEMPORARY TABLE homes AS SELECT row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS all_of, id
  FROM institutions_institution WHERE country = 'JP';
CREATE TEMPORARY TABLE hosts AS SELECT row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS all_of, id
  FROM institutions_institution WHERE country = 'KR'
"""
EMPTY = "TRUNCATE agreements_agreement CASCADE"
AGREEMENTS = """
INSERT INTO agreements_agreement
  (id, shared_at, ending_by_id, ending_given_on, ending_on, ending_reason, made_by_id, made_at, moved_at, starts_on,
   ends_on, is_agreed, open_state, level, mobility, field_keys, tolerance{more})
SELECT g, now(), CASE WHEN kind = 5 THEN home.id END, CASE WHEN kind = 5 THEN current_date END,
  CASE WHEN kind = 5 THEN current_date + 200 END, '', %(person)s, now(), now() - g %% 100000 * interval '1 minute',
  current_date - g %% 1500 + CASE WHEN kind = 4 THEN 2000 ELSE 0 END,
  CASE kind WHEN 4 THEN current_date + 4000 WHEN 5 THEN current_date + 200 WHEN 6 THEN current_date - 1 - g %% 900
    ELSE CASE WHEN g %% 7 = 0 THEN NULL ELSE current_date + g %% 1800 END END,
  kind >= 4, CASE kind WHEN 1 THEN 'draft' WHEN 2 THEN 'proposed' WHEN 3 THEN 'recorded' ELSE '' END,
  CASE WHEN g %% 5 = 0 THEN 'faculty' ELSE 'university' END, ARRAY['study'],
  CASE WHEN g %% 3 = 0 THEN ARRAY['*'] ELSE ARRAY['04', '042', '04' || g %% 40, '=04' || g %% 40] END, 2{more_values}
FROM generate_series(1, %(rows)s) g, LATERAL (SELECT CASE WHEN g %% 5 > 0 THEN 7 ELSE g / 5 %% 7 END AS kind) kinds,
  homes home WHERE home.n = g %% home.all_of + 1
"""
SIDES = """
INSERT INTO agreements_party
  (agreement_id, position, institution_id, partner_id, faculty_id, is_author, reference, signatory_name,
   signatory_position, edition, balance, work_state, waits_for, places_out, places_in)
SELECT a.id, position, CASE position WHEN 1 THEN one ELSE other END, CASE position WHEN 1 THEN other ELSE one END, NULL,
  position = 1, 'A-' || a.id, '', '', 1, CASE position WHEN 1 THEN 1 ELSE -1 END * (a.id %% 11 - 5), a.open_state,
  CASE WHEN a.open_state = '' THEN '' WHEN position = 1 THEN 'partner' ELSE 'us' END, 3, 3
FROM agreements_agreement a, generate_series(1, 2) position, LATERAL (
  SELECT CASE WHEN a.id <= %(office)s THEN %(home)s ELSE (SELECT id FROM homes WHERE n = a.id %% all_of + 1) END AS one,
    (SELECT id FROM hosts WHERE n = a.id / 3 %% all_of + 1) AS other) both_sides
"""


def cursor(*values: object) -> str:
    """The place in a list behind the row with these values, as in the address of a next page."""
    text = json.dumps(values, default=str, ensure_ascii=False)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def questions(inside: Any) -> dict[str, str]:
    """What is asked for, and its query string: the list as it opens, in its other orders, far inside, and filtered."""
    return {
        "as it opens": "",
        "far inside": f"?after={cursor(inside.partner.sort_key, inside.pk)}",
        "by end": "?sort=end",
        "by balance": "?sort=balance",
        "by balance, the other way": "?sort=-balance",
        "by last change": "?sort=changed",
        "in effect": "?standing=in_effect",
        "waiting for the partner" if inside.position == 1 else "waiting": "?standing=recorded",
        "ends within 12 months": "?standing=ends_12",
        "one country": "?country=KR",
        "a field": "?field=0421",
        "within the tolerance": "?balance=even",
        "a partner's name": "?text=%ED%95%9C%EC%96%91",
        "a reference number": "?text=A-4",
    }


def timed(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return time.perf_counter() - before


def measure(sizes: list[int]) -> None:
    from django.db import connection
    from django.test import Client

    from eastep.agreements.queries.lists import listed
    from eastep.institutions.actions import give_role
    from eastep.institutions.models import Institution
    from eastep.institutions.states import Role
    from eastep.people.actions import add_person, system_user
    from eastep.website.cli import migrate

    migrate()
    system = system_user()
    home = Institution.objects.filter(country="JP").order_by("pk")[100]
    people = {}
    for name, role, place in (("programme", Role.PROGRAMME, None), ("office", Role.OFFICE, home)):
        people[name] = add_person(f"{name}@eastep.invalid", by=system)
        give_role(people[name], by=system, role=role, institution=place)
    with connection.cursor() as asked:
        asked.execute(INSTITUTIONS)
    for size in sizes:
        fill(size, home.pk, system.pk)
        ratios = []
        for name, person in people.items():
            client = Client()
            client.force_login(person)
            rows = listed(person).order_by("partner__sort_key", "pk")
            inside = rows[rows.count() // 2]
            for what, query in questions(inside).items():
                case = asked_for(client, f"/agreements/{query}")
                ratios.append(case["ratio"])
                print(json.dumps({"rows": size, "who": name, "asked": what, **case}), flush=True)
        print(
            json.dumps({"rows": size, "median ratio": median(ratios), "worst ratio": max(ratios)}), flush=True
        )


def fill(size: int, home: int, person: int) -> None:
    """So many agreements, by two statements."""
    from django.db import connection

    from eastep.agreements.models import Agreement

    columns = {field.column for field in Agreement._meta.concrete_fields}
    more = {"unit": "'stay'"}  # columns without a default of the database that came later
    known = {name: value for name, value in more.items() if name in columns}
    added = {
        "more": "".join(f", {name}" for name in known),
        "more_values": "".join(f", {value}" for value in known.values()),
    }
    values = {"rows": size, "person": person, "home": home, "office": max(size // 50, LEAST)}
    with connection.cursor() as asked:
        for statement in (EMPTY, AGREEMENTS.format(**added), SIDES):
            asked.execute(statement, values if "%(" in statement else None)
        for table in TABLES:
            asked.execute(f"VACUUM ANALYZE {table}")


def asked_for(client: Any, path: str) -> dict[str, Any]:
    """One page beside its own queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(2):
        assert client.get(path).status_code == 200, path  # and warms
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    queries = [one["sql"] for one in captured.captured_queries]
    reads = [sql for sql in queries if sql.startswith("SELECT")]
    pages, sums, ratios, each = [], [], [], []
    with connection.cursor() as asked:
        for _ in range(TIMES):
            each.append([timed(lambda sql=sql: (asked.execute(sql), asked.fetchall())) for sql in reads])
            sums.append(sum(each[-1]))
            pages.append(timed(lambda: client.get(path)))
            ratios.append(pages[-1] / sums[-1])
        scans = set()
        for sql in reads:
            asked.execute(f"EXPLAIN {sql}")
            scans |= set(re.findall(r"Seq Scan on (\w+)", "\n".join(row[0] for row in asked.fetchall())))
    return {
        "queries": len(queries),
        "page_s": round(median(pages), 4),
        "sql_s": round(median(sums), 5),
        "ratio": round(median(ratios), 2),
        "main_s": round(max(map(median, zip(*each, strict=True))), 5),
        "seq_scans": sorted(scans & set(TABLES)),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="eastep-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ.setdefault("EASTEP_DATA", f"{folder}/data")
        with database.running() as url:
            os.environ["DATABASE_URL"] = url
            os.environ["DJANGO_SETTINGS_MODULE"] = "eastep.website.settings"
            import django

            django.setup()
            measure([int(argument) for argument in sys.argv[1:]] or [1_000, 100_000])
