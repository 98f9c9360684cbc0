"""Parquet, Arrow and CSV files in and out, by suffix."""

import csv
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from eastep.placement.arrow import pa
from eastep.placement.columns import Source, is_read
from eastep.placement.tables import placement_table

if TYPE_CHECKING:
    from os import PathLike

    from eastep.placement.result import Placement

type FilePath = "str | PathLike[str]"


def source_of_file(kind: str, given: FilePath) -> Source:
    """Read those columns of a file that a table of this kind may have."""
    path = Path(given)
    read = _by_suffix(
        path, {".parquet": _read_parquet, ".arrow": _read_arrow, ".feather": _read_arrow, ".csv": _read_csv}
    )
    with path.open("rb"):  # a file that is not there or not open to us says so itself
        pass
    try:
        table, columns = read(kind, path)
        table.validate(
            full=path.suffix.casefold() != ".csv"
        )  # a damaged file can hold what would crash us later
    except (pa.ArrowException, OSError) as error:
        what = path.suffix.casefold().lstrip(".")
        raise ValueError(
            f"{path} cannot be read as {what} ({_one_line(error)}): it may be cut off, or of another format; write or copy it "
            "again, or give it the right suffix"
        ) from None
    return Source(
        kind=kind,
        name=str(path),
        table=table,
        columns=columns,
        row_words=partial(_line, path) if path.suffix.casefold() == ".csv" else "row {}".format,
    )


def write_placement(placement: "Placement", given: FilePath) -> None:
    """See `Placement.write`."""
    path = Path(given)
    write = _by_suffix(
        path,
        {".parquet": _write_parquet, ".arrow": _write_arrow, ".feather": _write_arrow, ".csv": _write_csv},
    )
    write(placement_table(placement), path)


def _by_suffix[T](path: Path, ways: dict[str, T]) -> T:
    if path.suffix.casefold() not in ways:
        raise ValueError(f"{path}: the suffix says what kind of file it is; there are {', '.join(ways)}")
    return ways[path.suffix.casefold()]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _read_parquet(kind: str, path: Path) -> tuple[pa.Table, list[str]]:
    from pyarrow import parquet  # noqa: PLC0415 -- slow to load

    schema = parquet.read_metadata(path).schema
    columns = [schema.column(place) for place in range(len(schema))]
    few = {
        column.path
        for column in columns
        if column.physical_type == "BYTE_ARRAY"
        and column.logical_type.type == "STRING"
        and column.path.split(".")[0] != "student"
    }
    try:
        return _row_groups(kind, path, few)
    except pa.ArrowNotImplementedError:  # lists of texts of which a row group has too many for a dictionary
        return _row_groups(kind, path, set())


def _row_groups(kind: str, path: Path, few: set[str]) -> tuple[pa.Table, list[str]]:
    """One after the other: pyarrow 26 cannot join lists of dictionaries of several row groups by itself."""
    from pyarrow import parquet  # noqa: PLC0415 -- slow to load

    with parquet.ParquetFile(path, read_dictionary=few) as file:
        names = file.schema_arrow.names
        columns = [name for name in names if is_read(kind, name)]
        groups = [file.read_row_group(number, columns) for number in range(file.num_row_groups)]
        if groups:
            return pa.concat_tables(groups), names
        return pa.Table.from_batches(
            [], pa.schema([field for field in file.schema_arrow if is_read(kind, field.name)])
        ), names


def _read_arrow(kind: str, path: Path) -> tuple[pa.Table, list[str]]:
    from pyarrow import ipc  # noqa: PLC0415 -- slow to load

    with pa.OSFile(str(path)) as file:  # not a memory map: another program may cut the file off later
        if file.read(6) == b"ARROW1":
            table = ipc.open_file(file).read_all()
        else:
            file.seek(0)
            table = ipc.open_stream(file).read_all()
    places = [place for place, name in enumerate(table.column_names) if is_read(kind, name)]
    return table.select(places), table.column_names


def _read_csv(kind: str, path: Path) -> tuple[pa.Table, list[str]]:
    """Every cell as text: an id such as 007 is no number."""
    from pyarrow import csv as arrow_csv  # noqa: PLC0415 -- slow to load

    header = next(_records(path), (1, []))[1]
    if not header:
        raise ValueError(f"{path} is empty; a line with the names of the columns is needed")
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise ValueError(f"{path} has one column only, {header[0]!r}; save it with commas between the cells")
    places = [place for place, name in enumerate(header) if is_read(kind, name)]
    names = [f"{place}" for place in range(len(header))]  # of our own, since the file's may repeat
    try:
        table = arrow_csv.read_csv(
            path,
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows_after_names=1),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=[names[place] for place in places],
            ),
        )
    except pa.ArrowException:
        for line, record in _records(path):  # the same file again, slowly, to find the line
            if len(record) != len(header):
                raise ValueError(
                    f"{path}, line {line}: {len(record)} cells where the header has {len(header)}; put text with a comma "
                    'into quotes ("…")'
                ) from None
        raise
    if not places:  # then all were read
        return table.select([]), header
    return table.rename_columns([header[place] for place in places]), header


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The records of a CSV file that are not empty, with the line where each begins."""
    with path.open("rb") as file:
        reader = csv.reader(_decoded(path, file), strict=True)
        begins = 1
        try:
            for record in reader:
                if record:
                    yield begins, record
                begins = reader.line_num + 1
        except csv.Error as error:
            raise ValueError(
                f'{path}, line {begins}: {error}; look for a quote (") without its end'
            ) from None


def _decoded(path: Path, lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise ValueError(
                f'{path}, line {number}: the text is not UTF-8; save it as "CSV UTF-8"'
            ) from None


def _line(path: Path, row: int) -> str:
    """Where a row of a CSV file begins; the header is row -1."""
    return next(
        (f"line {line}" for place, (line, _) in enumerate(_records(path), -1) if place == row), f"row {row}"
    )


def _write_parquet(table: pa.Table, path: Path) -> None:
    from pyarrow import parquet  # noqa: PLC0415 -- slow to load

    parquet.write_table(table, path, compression="zstd")


def _write_arrow(table: pa.Table, path: Path) -> None:
    from pyarrow import ipc  # noqa: PLC0415 -- slow to load

    with ipc.new_file(str(path), table.schema) as file:
        file.write_table(table)


def _write_csv(table: pa.Table, path: Path) -> None:
    from pyarrow import csv as arrow_csv  # noqa: PLC0415 -- slow to load

    plain = [pa.string() if pa.types.is_dictionary(kind) else kind for kind in table.schema.types]
    schema = pa.schema(list(zip(table.column_names, plain, strict=True)))
    arrow_csv.write_csv(table.cast(schema), path)
