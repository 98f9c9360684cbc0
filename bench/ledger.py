"""The pages of balances over the ledgers of a hundred thousand agreements, for an office and for the programme.

    python -m bench.ledger [AGREEMENTS ...]

Twenty lines an agreement: ten years, both directions. Prints one JSON line a page; see bench/agreements.py for the names.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from bench.agreements import INSTITUTIONS, asked_for, fill
from eastep.website import database

LINES = """
INSERT INTO agreements_ledgerline
  (agreement_id, year, kind, sender_id, receiver_id, stays, terms, origin, key, note, party_id, by_id, at)
SELECT side.agreement_id, 2016 + g / 2, 'past',
  CASE g %% 2 WHEN 0 THEN side.institution_id ELSE side.partner_id END,
  CASE g %% 2 WHEN 0 THEN side.partner_id ELSE side.institution_id END,
  1 + (side.id + g) %% 4, 2 + (side.id + g) %% 5, NULL, 'past:' || g, '', side.id, %(person)s, now()
FROM agreements_party side, generate_series(0, 19) g WHERE side.position = 1
"""
PAGES = {
    "institution": "/agreements/balance/",
    "countries": "/agreements/balance/countries/",
    "lines": "/agreements/balance/lines/",
    "lines of a figure": "/agreements/balance/lines/?country=JP&partner_country=KR&direction=sent&kind=own&year=2020",
    "an agreement": "/agreements/{pk}/balance/",
    "its lines": "/agreements/{pk}/balance/lines/",
}


def measure(sizes: list[int]) -> None:
    from django.db import connection
    from django.test import Client

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
        with connection.cursor() as asked:
            asked.execute(
                "SET session_replication_role = replica"
            )  # no look at each of 14 million foreign keys
            asked.execute(LINES, {"person": system.pk})
            asked.execute("SET session_replication_role = origin")
            asked.execute("VACUUM ANALYZE agreements_ledgerline")
        for name, person in people.items():
            client = Client()
            client.force_login(person)
            for what, path in PAGES.items():
                case = asked_for(client, path.format(pk=15))
                print(json.dumps({"agreements": size, "who": name, "asked": what, **case}), flush=True)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="eastep-bench-") as folder:
        Path(folder).chmod(0o755)
        os.environ.setdefault("EASTEP_DATA", f"{folder}/data")
        with database.running() as url:
            os.environ["DATABASE_URL"] = url
            os.environ["DJANGO_SETTINGS_MODULE"] = "eastep.website.settings"
            import django

            django.setup()
            measure([int(size) for size in sys.argv[1:]] or [1_000, 100_000])
