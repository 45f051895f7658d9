"""What the project makes of a damaged delivery: refused, right, told by a finding, or silently wrong.

Measured against the delivery without damage: its tables, and where those differ every display of every page. What was
done to the delivery is known from the damage itself and from its text, never from the project's own reading.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random

import duckdb
from building import Building

from displays.catalogue import DATA, METHODS, PAGES
from displays.conduct.changes import records_changed
from ingest.build import build_cut, write_analysis_tables, write_datasets, write_trial
from ingest.check import run_checks
from ingest.collect import collect
from ingest.delivered import delivered_columns
from ingest.delivery import Delivery, Finding, IngestError
from ingest.report import write_report
from ingest.source import create_source_tables
from ingest.values import create_value_tables
from mutations.draft import ALL, CUT, HARMLESS, LOST, STUDY, Draft, Mutation, plain
from queries import View
from trial import Trial

DAY = date.fromisoformat(CUT)
ON_READING = {"reading", "encoding", "file_name", "stacked", "not_used"}
"""Findings on how a file was read: they tell nothing of what may be wrong in it."""
SHOWN = [entry for page in PAGES if page not in (DATA, METHODS) for entry in page.displays]
ONE_SUBJECT = f"{STUDY}106-003"
REFUSED, RIGHT, TOLD, SILENT, FAILED = "refused", "right", "told", "silent", "failed"


@lru_cache
def trial() -> Trial:
    return Trial.read(Path(__file__).parents[2] / "sample_data" / "trial.toml")


@dataclass
class Made:
    """A cut of a delivery as far as it was needed, its findings, and a number for the content of each table."""

    connection: duckdb.DuckDBPyConnection
    delivery: Delivery
    source: dict[str, int]
    tables: dict[str, int] = field(default_factory=dict)
    findings: frozenset[Finding] = frozenset()

    @property
    def view(self) -> View:
        return View(Building(Path("memory"), DAY, self.connection, catalog="memory"))


def made(folder: Path, unless: dict[str, int] | None = None) -> Made:
    """The cut of a folder; where what staging reads is as in `unless`, nothing further is made."""
    delivery = collect(folder)
    connection = duckdb.connect(config={"threads": 1})
    write_datasets(connection, delivery)
    write_trial(connection, trial(), DAY)
    delivered = delivered_columns(connection, "sdtm")
    ways = create_source_tables(connection, delivered, DAY)
    found = Made(connection, delivery, contents(connection, "source"))
    if found.source == unless:
        return found
    create_value_tables(connection, delivered, ways, DAY)
    findings = [*delivery.findings, *write_analysis_tables(connection, lambda line: None, DAY)]
    findings += run_checks(connection)
    write_report(connection, delivery, findings, trial())
    found.tables, found.findings = contents(connection, "main"), frozenset(findings)
    return found


def contents(connection: duckdb.DuckDBPyConnection, schema: str) -> dict[str, int]:
    """A number for each table's content, whatever the order of its rows."""
    names = connection.execute(
        "select table_name from information_schema.tables where table_schema = ? and table_type <> 'LOCAL TEMPORARY'",
        [schema],
    ).fetchall()
    sums = ", ".join(f"(select coalesce(sum(hash(t)), 0) + count(*) from {schema}.{n} as t)" for (n,) in sorted(names))
    return dict(zip(sorted(n for (n,) in names), connection.execute(f"select {sums}").fetchone(), strict=True))


def shown(view: View) -> dict[str, tuple]:
    """The numbers of every display: each row of its table, and its finding, without differences of capitals alone."""
    numbers = {}
    for entry in SHOWN:
        arguments = (ONE_SUBJECT,) if entry.arguments else ()
        display = entry.function(view, *arguments)
        rows = display.table.astype(object).to_numpy().tolist()
        numbers[display.name] = (sorted(repr([_plain(v) for v in row]) for row in rows), _plain(display.finding))
    return numbers


def _plain(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.casefold().split())
    if isinstance(value, float):
        return "missing" if value != value else round(value, 9)
    return "missing" if value is None or str(value) in ("NaT", "<NA>") else value


@lru_cache
def base() -> Made:
    with tempfile.TemporaryDirectory() as folder:
        return made(plain().write(Path(folder)))


@lru_cache
def base_shown() -> dict[str, tuple]:
    return shown(base().view)


@dataclass(frozen=True)
class Outcome:
    """What became of one damaged delivery. said: the refusal, the findings, or the displays that differ."""

    mutation: Mutation
    where: tuple[str, str]
    verdict: str
    said: str = ""

    @property
    def good(self) -> bool:
        """Whether it is as it must be: the same content right, other content right, refused or told."""
        return self.verdict in ((RIGHT,) if self.mutation.kind == HARMLESS else (RIGHT, REFUSED, TOLD))

    def __str__(self) -> str:
        return f"{self.verdict}: {self.mutation.name} ({', '.join(self.where)}): {self.said}"


def drawn(seed: int, number: int) -> tuple[Mutation, tuple[str, str], Draft]:
    """The damaged delivery of a number, the same for ever: kinds in turn, places by chance."""
    kind, turn = ALL[number % len(ALL)], number // len(ALL)
    for attempt in range(50):
        draft = plain()
        where = kind.harm(Random(f"{seed} {kind.name} {turn} {attempt}"), draft)
        if where:
            return kind, where, draft
    raise LookupError(f"{kind.name} was not possible in 50 attempts")


def outcome(seed: int, number: int, with_displays: bool = False) -> Outcome:
    """What the project makes of a damaged delivery; with_displays: draw them all, though nothing asks for it."""
    kind, where, draft = drawn(seed, number)
    with tempfile.TemporaryDirectory() as folder:
        draft.write(Path(folder))
        try:
            return Outcome(kind, where, *_judged(kind, where[0], draft, Path(folder), with_displays))
        except Exception as error:  # noqa: BLE001  whatever ends it is what is looked for
            return Outcome(kind, where, FAILED, f"{type(error).__name__}: {error}"[:400])


def _judged(kind: Mutation, name: str, draft: Draft, folder: Path, with_displays: bool) -> tuple[str, str]:
    try:
        cut = made(folder, base().source if kind.kind == HARMLESS else None)
    except IngestError as error:
        return _refused(str(error), folder)
    if not cut.tables:
        return RIGHT, ""
    if kind.kind == LOST:
        return _beside_the_previous(name, draft, cut)
    known = {_what(finding) for finding in base().findings}
    told = [finding for finding in cut.findings if _what(finding) not in known and _tells(finding, name)]
    now = shown(cut.view) if with_displays else {}
    if cut.tables == base().tables:
        return RIGHT, ""
    if told and kind.kind != HARMLESS:
        return TOLD, "; ".join(f"{f.check}: {f.what}" for f in told)
    now, then = now or shown(cut.view), base_shown()
    differ = [f"{display}" for display in now if now[display] != then[display]]
    if not differ:
        return RIGHT, ""
    return (TOLD if told else SILENT), f"{', '.join(differ)} [{', '.join(f.check for f in told)}]"


def _refused(reason: str, folder: Path) -> tuple[str, str]:
    """A refusal is one sentence, and leaves nothing behind."""
    with tempfile.TemporaryDirectory() as out:
        try:
            build_cut(collect(folder), trial(), DAY, Path(out))
        except IngestError:
            pass
        left = [path.name for path in Path(out).iterdir()]
    if left or "\n" in reason or not reason.endswith((".", "?")):
        return FAILED, f"{reason} {left}"
    return REFUSED, reason


def _what(finding: Finding) -> tuple:
    """What a finding says, without its examples."""
    return finding.check, finding.dataset, finding.what, finding.count


def _tells(finding: Finding, name: str) -> bool:
    """Whether a finding says that something is doubtful in a dataset: by its name, or among its examples."""
    names = {name.upper(), name.upper().removeprefix("SUPP")}
    if finding.check in ON_READING:
        return False
    return finding.dataset.upper() in names or any(f"{one.lower()}.csv" in finding.examples.lower() for one in names)


def _beside_the_previous(name: str, draft: Draft, cut: Made) -> tuple[str, str]:
    """Records that are gone are counted as withdrawn beside the cut that had them."""
    gone = len(plain().tables[name].rows) - len(draft.tables[name].rows)
    before = base().view.cut
    table = records_changed(View(cut.view.cut, before)).table.set_index("DOMAIN")
    withdrawn = int(table["WITHDRAWN"].get(name.upper(), 0))
    return (TOLD if withdrawn == gone else SILENT), f"{gone} rows gone, {withdrawn} told as withdrawn"
