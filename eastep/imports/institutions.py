"""A sheet of institutions, as `eastep import institutions` takes it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eastep.core.sheets import read_workbook
from eastep.imports.cells import text_up_to
from eastep.imports.problems import Problem
from eastep.imports.reading import read_table
from eastep.imports.table import Column
from eastep.institutions.incoming import InstitutionRow

COLUMNS = (
    Column("country", _("Country"), ("Country", "国", "국가"), text_up_to(10), required=True),
    Column(
        "code",
        _("National code"),
        ("Code", "National code", "学校コード", "학교 코드"),
        required=True,
        unique=True,
    ),
    Column("name_ja", _("Name in Japanese"), ("Name in Japanese", "name_ja", "日本語名", "일본어명")),
    Column("name_ko", _("Name in Korean"), ("Name in Korean", "name_ko", "韓国語名", "한국어명")),
    Column("name_en", _("Name in English"), ("Name in English", "name_en", "英語名", "영어명")),
    Column("reading", _("Reading"), ("Reading", "よみ", "読み", "읽기", "읽는 법")),
    Column("aliases", _("Also called"), ("Also called", "Aliases", "別名", "별칭")),
    Column("city", pgettext_lazy("city", "Place"), ("City", "Place", "所在地", "소재지")),
    Column(
        "domain",
        _("Internet domain"),
        ("Domain", "Internet domain", "ドメイン", "インターネットドメイン", "도메인", "인터넷 도메인"),
    ),
    Column("source", _("Source"), ("Source", "出典", "출처")),
)


def read_institutions(content: bytes, name: str) -> tuple[list[InstitutionRow], tuple[Problem, ...], int]:
    """The good rows, what is wrong with the others, and how many errors. Raises ValidationError for no sheet."""
    table = read_table(read_workbook(content, filename=name).sheets[0], COLUMNS)
    names = [column.name for column in COLUMNS]
    rows = [
        InstitutionRow(number=row.number, **{column: row[column] or "" for column in names})
        for row in table.rows
    ]
    return rows, tuple(table.problems), table.problems.errors
