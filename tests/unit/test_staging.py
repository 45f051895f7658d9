"""The order of the staging files follows from what each says it reads, and what each says is what its SQL reads."""

from __future__ import annotations

import re

import pytest

from ingest.delivery import IngestError
from ingest.source import COLUMNS
from ingest.staging import FOLDER, steps, tables_read
from queries.cut import _files
from queries.grading import reference_tables
from trial import Trial


@pytest.fixture
def folder(tmp_path):
    """folder(adsl="Reads: …\nselect …") → a folder of staging files."""

    def write(**files: str):
        for name, text in files.items():
            (tmp_path / f"{name}.sql").write_text(text)
        return tmp_path

    return write


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.sql")), ids=lambda path: path.stem)
def test_a_file_says_what_its_sql_reads(path):
    """By a search of words after from and join that knows nothing of the parser that the ingest uses."""
    sql = re.sub(r"--.*|'[^']*'", "", path.read_text(encoding="utf-8"))
    parts = set(
        re.findall(
            r"(\w+)(?:\s*\([\w\s,]*\))?\s+as\s+(?:not\s+)?(?:materialized\s+)?\(\s*(?:with|select|values|from)\b", sql
        )
    )
    read = set(re.findall(r"\b(?:from|join)\s+([a-z_]\w*(?:\.\w+)?)(?!\w|\.|\()", sql)) - parts
    step = next(step for step in steps() if step.name == path.stem)
    assert {table for table in step.reads} == {
        table for table in read if not table[0].isupper() and not re.match(r"[a-z]\.", table)
    }


def test_every_table_that_a_file_reads_exists():
    schemas = {
        "source": {name.lower() for name in COLUMNS},
        "trial": {*Trial.none().tables(), "cut"},
        "reference": set(reference_tables()),
        "ingest": {"dataset"},
    }
    for step in steps():
        for schema, table in (name.split(".") for name in step.reads if "." in name):
            assert table in schemas[schema], f"{step.name} reads {schema}.{table}"


def test_every_step_comes_after_those_it_reads():
    made: set[str] = set()
    for step in steps():
        assert made.issuperset(step.before), step.name
        made.add(step.name)
    assert made == {path.stem for path in FOLDER.glob("*.sql")}


def test_the_questions_read_only_tables_that_a_cut_keeps():
    names = {step.name for step in steps()}
    kept = {step.name for step in steps() if step.kept}
    for name, path in _files().items():
        words = set(re.findall(r"\b(?:from|join)\s+(\w+)", re.sub(r"--.*", "", path.read_text(encoding="utf-8"))))
        assert not (words & names) - kept, name
    assert kept == {
        "adsl",
        "adlate",
        "adex",
        "adexsum",
        "exother",
        "adae",
        "deathcause",
        "deathtold",
        "departure",
        "relapsetold",
        "countcame",
        "adcount",
        "transplanttold",
        "deathday",
        "addl",
        "adlb",
        "adeg",
        "adcv",
        "adcvout",
        "adctrcd",
        "adegout",
        "adrs",
        "adtte",
        "adpc",
        "adpp",
        "pkdose",
        "pkprofile",
        "addue",
        "recordsum",
        "countlast",
    }


def test_wanted_tables_alone_with_what_they_rest_on():
    rest = [
        "aerow",
        "baselineflag",
        "body",
        "deathelsewhere",
        "dsread",
        "exdrug",
        "labtest",
        "labwords",
        "aesupp",
        "surface",
        "disposition",
        "labmeasured",
        "aegrade",
        "exdose",
        "deathtold",
        "adex",
        "labvalue",
        "labgrade",
        "adlb",
    ]
    assert [step.name for step in steps("adlb")] == rest


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a": "-- Reads: b\nselect * from b"}, "There is no b.sql in queries/staging; it is read by a.sql."),
        ({"a": "select * from b", "b": "select 1 as x"}, "a.sql reads b and does not say so"),
        ({"a": "-- Reads: b\nselect 1 as x", "b": "select 1 as x"}, "a.sql says that it reads b and does not"),
        ({"a": "-- Reads: b\nfrom b", "b": "-- Reads: a\nfrom a"}, "read each other in a circle: "),
        ({"a": "selec 1"}, "cannot be read as SQL"),
    ],
    ids=["missing", "undeclared", "not read", "circle", "no SQL"],
)
def test_an_error_is_one_plain_sentence(folder, files, words):
    with pytest.raises(IngestError, match=re.escape(words)):
        steps(folder=folder(**files))


def test_a_table_that_is_wanted_and_has_no_file_is_an_error(folder):
    with pytest.raises(IngestError, match=r"There is no adsl\.sql in queries/staging\.$"):
        steps("adsl", folder=folder(a="select 1 as x"))


def test_a_part_of_a_statement_is_no_table():
    sql = (
        "with a as (select * from source.ae), b as (select * from a) select (select max(x) "
        "from trial.cut) from b join adsl using (x)"
    )
    assert tables_read(sql) == {"source.ae", "trial.cut", "adsl"}


def test_only_a_file_that_says_so_is_not_kept(folder):
    made = steps(folder=folder(a="-- Kept: no\nselect 1 as x", b="-- Reads: a\nselect * from a"))
    assert [(step.name, step.kept) for step in made] == [("a", False), ("b", True)]
