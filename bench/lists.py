"""The list of applicants with their outcomes, at a thousand and at a million rows.

    python -m bench.lists [ROWS ...]

Makes a database of its own (EASTEP_DATA, or a temporary folder), so it needs no other to be there. Prints one JSON line a
case: how many queries the page asks, the seconds of the whole request, and their ratio to its slowest query
sent alone on the same connection. Medians of seven.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from eastep.website import database

ASKED = ["", "?sort=-position", "?text=A00000777", "?text=花777", "?met=none"]
ROWS = """
INSERT INTO applications_outcome
  (round_id, position, applicant, name, home_id, score, details, search_key, grams)
SELECT %(round)s, g, 'A' || lpad(g::text, 8, '0'), '佐藤 花' || g,
  (SELECT min(id) FROM institutions_institution), 80, '{"score": "80", "choices": []}',
  key, (SELECT array_agg(DISTINCT substr(key, i, 2)) FROM generate_series(1, length(key) - 1) i)
FROM generate_series(1, %(rows)s) g, LATERAL (SELECT '佐藤花' || g || ' a' || lpad(g::text, 8, '0') AS key) k
"""


def seconds(act: Callable[[], object]) -> float:
    taken = []
    for _ in range(7):
        before = time.perf_counter()
        act()
        taken.append(time.perf_counter() - before)
    return median(taken)


def measure(sizes: list[int]) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from eastep.applications.models import Round
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
    for size in sizes:
        round_ = Round.objects.create(title=str(size), seed="1", state="placed", opened_by=person)
        with connection.cursor() as cursor:
            cursor.execute(ROWS, {"round": round_.pk, "rows": size})
            cursor.execute("VACUUM ANALYZE applications_outcome")
        for question in ASKED:
            path = f"/rounds/{round_.pk}/applicants/{question}"
            client.get(path)  # warm
            with CaptureQueriesContext(connection) as asked:
                client.get(path)
            queries = len(asked.captured_queries)
            slowest = max(asked.captured_queries, key=lambda one: float(one["time"]))["sql"]
            with connection.cursor() as cursor:
                bare = seconds(lambda: (cursor.execute(slowest), cursor.fetchall()))  # noqa: B023 (called at once)
            whole = seconds(lambda: client.get(path))  # noqa: B023
            case = {"rows": size, "asked": question, "queries": queries, "request_s": round(whole, 4)}
            print(
                json.dumps(
                    case | {"slowest_query_s": round(bare, 4), "ratio": round(whole / bare, 1)},
                    ensure_ascii=False,
                )
            )


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
