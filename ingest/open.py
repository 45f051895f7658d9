"""Makes the file of a data cut for an open session out of the whole cut: the answers an open session gets, no subject.

The file is a new one, into which no subject was ever written: nothing of one is left in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
from pandas import DataFrame

from ingest.delivery import IngestError
from ingest.publish import NOT_WRITTEN, cut_path, part_of, publish, refuse_existing
from queries import Cut, CutError, list_cuts, open_cut
from queries.kept import Kept
from queries.open_file import ANSWERS, JUDGED, MADE, PREVIOUS, RECORDS, THIS, answers_version
from queries.open_session import open_answer, open_records
from queries.withdrawn import withdrawn

SHORTEST = 4
"""An identifier of fewer letters is in any text."""
Tables = dict[str, DataFrame]


def make_open_cut(folder: Path, day: date, out: Path, progress: Callable[[str], None]) -> Path:
    """Write `cut_<date>.duckdb` for an open session into a folder of its own; IngestError says why not.

    folder: the whole cuts; the latest before that day is the one compared with, and all before it decide what may be
    told without telling of a few.
    """
    target = cut_path(out, day)
    paths = _chosen(folder, day)
    _refuse_whole_cuts(out, folder)
    refuse_existing(target)
    with ExitStack() as opened:
        cut, before = (_opened(path, opened) if path else None for path in paths)
        assert cut is not None
        _refuse_another_study(cut, before)
        parts = {THIS: _tables(cut, before)} | ({PREVIOUS: _tables(before, None)} if before else {})
        refuse_named(parts, [cut, *filter(None, [before])])
        with part_of(target) as part:
            _write(part, cut, before, parts)
            publish(part, target)
    progress(f"{len(ANSWERS)} answers of {day}" + (f", compared with {before.date}" if before else ""))
    return target


def _chosen(folder: Path, day: date) -> tuple[Path, Path | None]:
    """The file of the cut, and of the latest before it that was not withdrawn."""
    found = dict(list_cuts(folder)) if folder.is_dir() else {}
    if day not in found:
        there = ", ".join(map(str, found)) or "none"
        raise IngestError(
            f"{folder} holds no data cut of {day} (it has {there}); with --open SOURCE is the folder of loaded cuts."
        )
    earlier = [known for known in found.items() if known[0] < day and withdrawn(known[1]) is None]
    return found[day], max(earlier, default=(None, None))[1]


def _refuse_whole_cuts(out: Path, folder: Path) -> None:
    """A whole cut beside the files for an open session would be served with them."""
    if out.resolve() == folder.resolve():
        raise IngestError(
            f"{out} is the folder of the whole cuts; give the files for an open session an --out of theirs."
        )
    for _, path in list_cuts(out) if out.is_dir() else []:
        try:
            known = open_cut(path)
        except CutError as error:
            raise IngestError(f"{out} holds a data cut that cannot be opened: {error}") from error
        known.connection.close()
        if not known.for_open_session:
            raise IngestError(f"{path} is a whole data cut; give the files for an open session a folder of their own.")


def _opened(path: Path, opened: ExitStack) -> Cut:
    """A whole cut of which each question is asked once."""
    try:
        if told := withdrawn(path):
            raise IngestError(f"{path} {told.words}; restore it first, or take another.")
        cut = open_cut(path)
    except CutError as error:
        raise IngestError(str(error)) from error
    opened.callback(cut.connection.close)
    if cut.for_open_session:
        raise IngestError(f"{path} is for an open session already; with --open SOURCE is the folder of the whole cuts.")
    return replace(cut, answers=Kept(200))


def _refuse_another_study(cut: Cut, before: Cut | None) -> None:
    if before is not None and before.study != cut.study:
        raise IngestError(
            f"{before.path} is of study {before.study}, {cut.path.name} of {cut.study}: "
            "keep the cuts of each study in a folder of their own."
        )


def _tables(cut: Cut, before: Cut | None) -> Tables:
    """Table → what it holds, of one of the two cuts."""
    unread = [(dataset, name) for dataset, names in cut.nameless.unread.items() for name in names]
    datasets = [(name, name in cut.delivered) for name in sorted(cut.received)]
    told = {name: open_answer(cut, name) for name in ANSWERS} | {
        "about": DataFrame([(cut.study, cut.has_subjects)], columns=["STUDYID", "SUBJECTS"]),
        "dataset": DataFrame(datasets, columns=["DATASET", "FILLED"]),
        "file": DataFrame(unread, columns=["DATASET", "FILENAME"], dtype=object),
    }
    if before is None:
        return told
    records, judged = open_records(cut, before)
    return told | {RECORDS: records, JUDGED: DataFrame({"CHANGED": [judged]})}


def refuse_named(parts: dict[str, Tables], cuts: list[Cut]) -> None:
    """IngestError where a subject's identifier is in any text that would be written: a site, a term, the definition."""
    texts = [cut.trial.text for cut in cuts]
    for tables in parts.values():
        texts += [
            str(value) for table in tables.values() for value in table.select_dtypes(exclude="number").to_numpy().flat
        ]
    told = "\n".join(texts).casefold()
    for cut in cuts:
        if found := _named_in(told, cut.table("adsl")):
            raise IngestError(
                f"{found} subjects of {cut.path} are named in a text that an open session sees (the trial's "
                "definition, a site, a term); take them out and load again."
            )


def _named_in(told: str, subjects: DataFrame) -> int:
    """How many subjects a text, in small letters, names: by USUBJID anywhere in it, or by SUBJID as a word of its own.

    A SUBJID of digits alone is any number or date.
    """
    whole = subjects["USUBJID"].dropna().str.strip().str.casefold()
    short = subjects["SUBJID"].dropna().str.strip().str.casefold()
    by_whole = {place for place, name in whole.items() if len(name) >= SHORTEST and name in told}
    by_short = {place for place, name in short.items() if not name.isdigit() and _is_word(name, told)}
    return len(by_whole | by_short)


def _is_word(name: str, told: str) -> bool:
    return len(name) >= SHORTEST and name in told and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", told))


def _write(part: Path, cut: Cut, before: Cut | None, parts: dict[str, Tables]) -> None:
    try:
        with duckdb.connect(str(part), config={"default_block_size": "16384"}) as connection:
            _write_about(connection, cut, before)
            for schema, tables in parts.items():
                connection.execute(f"create schema {schema}")
                for name, table in tables.items():
                    connection.register("answer", table)
                    connection.execute(f"create table {schema}.{name} as select * from answer")
                    connection.unregister("answer")
            connection.execute("checkpoint")
    except NOT_WRITTEN as error:
        raise IngestError(f"{part.parent} could not be written to; is the disk full?") from error


def _write_about(connection: duckdb.DuckDBPyConnection, cut: Cut, before: Cut | None) -> None:
    [stored] = cut.cursor().execute("select CUTDT, DEFINITION, DEFAULTS, SCHEMAVER from trial.cut").fetchall()
    connection.execute("create schema trial")
    connection.execute(
        "create table trial.cut as select cast(? as date) as CUTDT, ? as DEFINITION, ? as DEFAULTS, ? as SCHEMAVER",
        list(stored),
    )
    connection.execute(f"create schema {MADE}")
    connection.execute(
        f"create table {MADE}.made as select ? as VERSION, cast(? as date) as PREVIOUSDT",
        [answers_version(), before.date if before else None],
    )
