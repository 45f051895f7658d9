"""What the project makes of a damaged delivery: refused, right, told by a finding, or silently wrong.

Measured against the delivery without damage: its tables, and where those differ every display of every page. What was
done to the delivery is known from the damage itself and from its text, never from the project's own reading.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random

import duckdb
from building import Building
from mutations.draft import ALL, CUT, HARMLESS, LOST, STUDY, Draft, Mutation, plain

from displays.catalogue import DATA, METHODS, PAGES
from ingest.build import build_cut, write_cut, write_datasets, write_trial
from ingest.collect import collect
from ingest.delivered import delivered_columns
from ingest.delivery import Delivery, IngestError
from ingest.source import create_source_tables
from queries import View
from trial import Trial

DAY = date.fromisoformat(CUT)
ON_READING = {"reading", "encoding", "file_name", "stacked", "not_used"}
"""Findings on how a file was read: they tell nothing of what may be wrong in it."""
SHOWN = [entry for page in PAGES if page not in (DATA, METHODS) for entry in page.displays]
AS_DELIVERED = ["AEREL", "CAUSALITY", "AEACN", "ACTION", "AEOUT", "VISIT", "AVISIT", "DSTERM"]
"""Columns that show what was delivered in the sponsor's own words."""
GONE = {"fewer_records", "subject_gone"}
ONE_SUBJECT = f"{STUDY}106-003"
REFUSED, RIGHT, TOLD, SILENT, FAILED = "refused", "right", "told", "silent", "failed"


@lru_cache
def trial() -> Trial:
    return Trial.read(Path(__file__).parents[2] / "sample_data" / "trial.toml")


@dataclass(frozen=True)
class Told:
    """A finding of the load as far as it is compared: everything but its examples, which are beside it."""

    check: str
    dataset: str
    what: str
    count: int
    examples: str = field(compare=False)


@dataclass(frozen=True)
class Made:
    """A cut of a delivery, its findings, and a number for the content of each table that displays read."""

    connection: duckdb.DuckDBPyConnection
    tables: dict[tuple[str, str], int]
    findings: frozenset[Told]

    @property
    def view(self) -> View:
        return View(Building(Path("memory"), DAY, self.connection, catalog="memory"))


def made(delivery: Delivery, earlier: Path | None = None) -> Made:
    """The cut of a delivery in memory; earlier: the folder of the cut that it is compared with."""
    connection = duckdb.connect(config={"threads": 1})
    write_cut(connection, delivery, trial(), DAY, lambda line: None, earlier)
    rows = connection.execute("select CHECKID, DATASET, WHAT, NRECS, EXAMPLES from ingest.finding").fetchall()
    tables = {(schema, t): n for schema in ("main", "source") for t, n in contents(connection, schema).items()}
    return Made(connection, tables, frozenset(Told(*row) for row in rows))


def source(delivery: Delivery) -> dict[str, int]:
    """What staging reads of a delivery, as a number for the content of each table: a part of the work of a cut."""
    connection = duckdb.connect(config={"threads": 1})
    write_datasets(connection, delivery)
    write_trial(connection, trial(), DAY)
    create_source_tables(connection, delivered_columns(connection, "sdtm"), DAY)
    return contents(connection, "source")


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
        rows = display.table.drop(columns=AS_DELIVERED, errors="ignore").astype(object).to_numpy().tolist()
        numbers[display.name] = (sorted(repr([_plain(v) for v in row]) for row in rows), _plain(display.finding))
    return numbers


def _plain(value: object) -> object:
    if isinstance(value, str):
        return " ".join(value.casefold().split())
    if isinstance(value, float):
        return "missing" if value != value else round(value, 9)
    return "missing" if value is None or str(value) in ("NaT", "<NA>") else value


@lru_cache
def undamaged() -> Delivery:
    with tempfile.TemporaryDirectory() as folder:
        return collect(plain().write(Path(folder)))


@lru_cache
def base() -> Made:
    return made(undamaged())


@lru_cache
def base_source() -> dict[str, int]:
    return source(undamaged())


@lru_cache
def earlier_cuts() -> tempfile.TemporaryDirectory:
    """A folder with the cut of the delivery without damage, a day earlier; it goes with the process."""
    folder = tempfile.TemporaryDirectory()
    build_cut(undamaged(), trial(), DAY - timedelta(1), Path(folder.name))
    return folder


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
        delivery = collect(folder)
        if kind.kind == HARMLESS and not with_displays and source(delivery) == base_source():
            return RIGHT, ""
        cut = made(delivery, Path(earlier_cuts().name) if kind.kind == LOST else None)
    except IngestError as error:
        return _refused(str(error), folder)
    told = [finding for finding in cut.findings - base().findings if _tells(finding, name)]
    now = shown(cut.view) if with_displays else {}
    if kind.kind == LOST:
        return _beside_the_previous(name, draft, cut)
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


def _tells(finding: Told, name: str) -> bool:
    """Whether a finding says that something is doubtful in a dataset: by its name, or among its examples."""
    names = {name.upper(), name.upper().removeprefix("SUPP")}
    names |= {"SUPPQUAL"} if name.startswith("supp") else set()  # supplemental values of no domain
    if finding.check in ON_READING:
        return False
    return finding.dataset.upper() in names or any(f"{one.lower()}.csv" in finding.examples.lower() for one in names)


def _beside_the_previous(name: str, draft: Draft, cut: Made) -> tuple[str, str]:
    """Records that are gone are a finding with their number, beside the cut that had them."""
    gone = len(plain().tables[name].rows) - len(draft.tables[name].rows)
    told = [f for f in cut.findings - base().findings if f.dataset == name.upper() and f.check in GONE]
    counted = any(f.count == gone for f in told)
    return (TOLD if counted else SILENT), f"{gone} rows gone; {'; '.join(f'{f.count} {f.what}' for f in told)}"


def outcomes(seed: int, numbers: Iterable[int]) -> dict[int, Outcome]:
    """The outcomes of many, with the work shared: damage to different datasets lies together in one delivery.

    Each is judged by itself where together they do not settle it.
    """
    settled: dict[int, Outcome] = {}
    groups: list[dict[int, tuple[Mutation, tuple[str, str], Draft]]] = []
    for number in numbers:
        one = drawn(seed, number)
        if _is_refused(one[2]):  # it would stop the others in its delivery too
            settled[number] = outcome(seed, number)
            continue
        fitting = (group for group in groups if _fits(one, group.values()))
        group = next(fitting, None)
        if group is None:
            groups.append(group := {})
        group[number] = one
    for group in groups:
        settled |= _settled(group)
        settled |= {number: outcome(seed, number) for number in group if number not in settled}
    return settled


def _is_refused(draft: Draft) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        try:
            collect(draft.write(Path(folder)))
        except IngestError:
            return True
    return False


def _fits(one: tuple, others: Iterable[tuple]) -> bool:
    """Whether damage can lie beside other damage: of the same sort, in another dataset and in other files."""
    kind, (name, _), draft = one
    return all(
        kind.kind == other.kind != LOST
        and "dm" not in (name, its)
        and name.removeprefix("supp") != its.removeprefix("supp")
        and not draft.files.keys() & beside.files.keys()
        for other, (its, _), beside in others
    )


def _settled(group: dict[int, tuple[Mutation, tuple[str, str], Draft]]) -> dict[int, Outcome]:
    """What can be said of those in one delivery: all are as without damage, or a finding tells of each."""
    if len(group) == 1:
        return {}
    together = plain()
    for _, (name, _), draft in group.values():
        together.files |= draft.files
        together.tables.pop(name)
        together.tables |= {name: draft.tables[name]} if name in draft.tables else {}
    with tempfile.TemporaryDirectory() as folder:
        try:
            delivery = collect(together.write(Path(folder)))
            if all(kind.kind == HARMLESS for kind, _, _ in group.values()):
                right = source(delivery) == base_source()
                return {n: Outcome(kind, where, RIGHT) for n, (kind, where, _) in group.items()} if right else {}
            findings = made(delivery).findings - base().findings
        except IngestError:
            return {}
    return {
        number: Outcome(kind, where, TOLD)
        for number, (kind, where, _) in group.items()
        if any(_tells(finding, where[0]) for finding in findings)
    }
