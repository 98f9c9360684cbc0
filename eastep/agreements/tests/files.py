"""Lists of an office for tests: handed in, read, mended and taken over as on the pages."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from procrastinate.contrib.django.models import ProcrastinateJob

from eastep.agreements import tasks
from eastep.agreements.actions import bringing
from eastep.agreements.models import AgreementFile
from eastep.core.text import Text
from eastep.institutions.models import Institution
from eastep.institutions.register import Register
from eastep.institutions.tests.factories import make_institution
from eastep.people.models import User

WASEDA, YONSEI, KOREA, SNU = "JP:F113310103581", "KR:0000149", "KR:0000069", "KR:0000019"
JOBS = {"agreements.read_file": tasks.read_file, "agreements.finish_file": tasks.finish_file}


def shipped(key: str) -> Institution:
    """An institution as the register that is shipped has it."""
    known = Register.shipped().by_key[key]
    return make_institution(
        country=known.country,
        code=known.code,
        name=Text(en=known.name_en, ja=known.name_ja, ko=known.name_ko),
        aliases=list(known.aliases),
    )


def book(rows: Sequence[Sequence[Any]], sheet: str = "協定") -> bytes:
    to = io.BytesIO()
    with xlsxwriter.Workbook(to) as workbook:
        worksheet = workbook.add_worksheet(sheet)
        for number, row in enumerate(rows):
            worksheet.write_row(number, 0, row)
    return to.getvalue()


def work() -> None:
    """Do the jobs that lie in the queue, each twice, until none comes any more: any job may run twice."""
    while jobs := list(ProcrastinateJob.objects.filter(queue_name="imports").order_by("pk")):
        ProcrastinateJob.objects.filter(pk__in=[job.pk for job in jobs]).delete()
        for job in jobs:
            JOBS[job.task_name](**job.args)
            JOBS[job.task_name](**job.args)


def brought(
    institution: Institution, by: User, content: bytes | Sequence[Sequence[Any]], *, kind: str = ""
) -> AgreementFile:
    """A list that has been handed in and read."""
    data = content if isinstance(content, bytes) else book(content)
    (file,) = bringing.hand_in(institution, by=by, files=[("協定一覧.xlsx", data)], kind=kind)
    work()
    return again(file)


def taken(file: AgreementFile, by: User, *, only_good: bool = False) -> AgreementFile:
    bringing.take_file(file, by=by, run=file.run, only_good=only_good, remove_missing=False)
    work()
    return again(file)


def again(file: AgreementFile) -> AgreementFile:
    return AgreementFile.objects.select_related("institution").get(pk=file.pk)


def told(file: AgreementFile) -> list[tuple[int, str, str]]:
    """Row, column and code of each error."""
    return [(one["row"], one["column"], one["code"]) for one in file.problems if one["severity"] == "error"]
