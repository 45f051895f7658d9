"""Opens the file of a data cut: a whole cut, or one for an open session, whichever it is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb

from queries.cut import Cut, CutError, OtherVersion, attach
from queries.files import as_written
from queries.open_file import MADE, OpenCut, refuse_other_answers
from queries.schema import SCHEMA


def open_cut(path: str | Path) -> Cut:
    """Open a cut read-only; SQL in it can read no other file. CutError says why it cannot be opened."""
    path = Path(path)
    if not path.is_file():
        raise CutError(f"There is no data cut {path.name}; make one with python -m ingest.")
    # An instance of its own a file: connected to by its path, DuckDB would go on serving the rows of a file
    # that has since been replaced by another of the same name.
    connection, written = duckdb.connect(":memory:"), as_written(path)
    try:
        attach(connection, path, "cut")
        stored = connection.execute("select * from cut.trial.cut").df().iloc[0]
        version = _version_of_answers(connection)
    except (duckdb.Error, IndexError) as error:
        connection.close()
        raise CutError(f"{path.name} is not a data cut of this dashboard; make one with python -m ingest.") from error
    known = dict(path=path, date=stored["CUTDT"].date(), connection=connection, written=written)
    if version is not None:
        refuse_other_answers(path, version)
        return _with_its_own_date(OpenCut(**known))
    cut = Cut(**known)
    _refuse_other_schema(cut, int(stored.get("SCHEMAVER", 1)))  # the first version did not name itself
    return _with_its_own_date(cut)


def is_for_open_session(path: Path) -> bool:
    """Whether a file is one for an open session, of whatever version; False where it cannot be opened."""
    with duckdb.connect(":memory:") as connection:
        try:
            attach(connection, path, "cut")
            return _holds_answers(connection)
        except duckdb.Error:
            return False


def _holds_answers(connection: duckdb.DuckDBPyConnection) -> bool:
    made = "select 1 from duckdb_tables() where database_name = 'cut' and schema_name = ? and table_name = 'made'"
    return bool(connection.execute(made, [MADE]).fetchall())


def _version_of_answers(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The version of the answers of a file for an open session, which may name none; None for a whole cut."""
    if not _holds_answers(connection):
        return None
    return "".join(str(row[0]) for row in connection.execute(f"select VERSION from cut.{MADE}.made").fetchall())


def _refuse_other_schema(cut: Cut, version: int) -> None:
    """A cut of another version of the dashboard lacks tables or columns, or means something else by them."""
    if version == SCHEMA:
        return
    maker = "an earlier" if version < SCHEMA else "a later"
    raise OtherVersion(
        f"{cut.path.name} was made by {maker} version of this dashboard (its tables have version {version}, "
        f"this dashboard reads {SCHEMA}); move it away and load its delivery again: "
        f"python -m ingest SOURCE --trial trial.toml --cut {cut.date.isoformat()} --out FOLDER"
    )


def _with_its_own_date(cut: Cut) -> Cut:
    """A renamed file would put its data under another date."""
    named = re.fullmatch(r"cut_(\d{4}-\d{2}-\d{2})", cut.path.stem)
    if named and named[1] != cut.date.isoformat():
        raise CutError(
            f"{cut.path.name} holds the data of {cut.date.isoformat()}, not of the date in its name; "
            f"rename it to cut_{cut.date.isoformat()}.duckdb."
        )
    return cut


def list_cuts(folder: str | Path) -> list[tuple[date, Path]]:
    """The data cuts in a folder, oldest first, by the date in their names."""
    found = []
    for path in Path(folder).glob("cut_*.duckdb"):
        try:
            found.append((date.fromisoformat(path.stem.removeprefix("cut_")), path))
        except ValueError:
            continue
    return sorted(found)
