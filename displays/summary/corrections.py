"""Values that were corrected since the previous cut: measurements of a grade that matters, and adverse events."""

from __future__ import annotations

from dataclasses import dataclass

from pandas import DataFrame, Series, Timestamp, concat

from displays.absent import absence
from displays.adverse_events.events import COMPARED, every_event
from displays.display import day
from displays.groups import everybody, present
from displays.summary.alarm import Alarm, not_assessed
from displays.summary.who import Who
from displays.words import exactly
from queries import Cut, View
from queries.frames import rows_of
from queries.matching import text

LEADS = {"LVEF": "lvef_over_time", "QTCF": "qtc_longest", "LAB": "records_changed", "AE": "judged_not_dlt"}
DATASETS = {"LVEF": "cv", "QTCF": "eg", "LAB": "lb", "AE": "ae"}
NAMES = {"LVEF": "LVEF", "QTCF": "QTcF", "LAB": "laboratory result", "AE": "adverse event"}
GRAVE = 3
"""From this CTCAE grade on, before or after, a corrected event is an alarm; a measurement by its own question."""
LOW_LVEF_PCT = 50
EVENTS = {column: word for column, word in COMPARED.items() if column not in ("DLTFL", "AEOUT")}
"""What of an event counts as corrected: an outcome changes as time goes by, an adjudication is a row of its own."""


@dataclass(frozen=True)
class Correction:
    """One value beside what it was, or that was withdrawn. kind: a key of NAMES.

    graded: whether it is an alarm: a value that both cuts hold has another grade, or one that was withdrawn was of
    grade 3 or worse, an LVEF below 50 %, or an event adjudicated as a DLT. The load compares the numbers of records
    alone, so a record withdrawn while another came is named here and nowhere else.
    """

    kind: str
    usubjid: str
    subjid: str
    words: str
    graded: bool
    withdrawn: bool = False

    @property
    def who(self) -> Who:
        return Who(self.usubjid, self.subjid, self.words)

    @property
    def named(self) -> Who:
        """The subject with what was corrected: "LVEF 52 → 62 %, grade 2 → 0"."""
        what = f"{NAMES[self.kind]} " if self.kind in ("LVEF", "QTCF") else ""
        return self.who._replace(words=f"{what}{self.words}")


def corrections(view: View) -> list[Correction]:
    """Every value of this kind that both cuts hold and that differs, or that only the previous cut holds.

    Of measurements those whose grade matters in either cut. Empty where no cut is compared.
    """
    return view.once("corrections", lambda: [*measurements(view), *events(view)]) if view.previous else []


def not_compared(view: View) -> list[tuple[str, str]]:
    """The kinds that one of the cuts does not hold, each with why: what was not delivered is not withdrawn."""
    lacks = [
        (kind, cut) for cut in (view.cut, view.previous) for kind in DATASETS if DATASETS[kind] not in cut.received
    ]
    told = [(kind, f"{NAMES[kind]}s: {absence(cut, DATASETS[kind])}") for kind, cut in lacks]
    if _regraded(view):
        told += [("GRADE", f"grades of unchanged values: graded by CTCAE v{view.previous.trial.ctcae_version} before")]
    return told


def _regraded(view: View) -> bool:
    """Whether another version of CTCAE graded the previous cut: an unchanged value has no corrected grade then."""
    return view.previous is not None and view.previous.trial.ctcae_version != view.trial.ctcae_version


def measurements(view: View) -> list[Correction]:
    """The ejection fractions, QTcF and laboratory results whose value or grade is another than at the previous cut."""
    where = _with_other_results(view)
    # without the filters, so that a result is found again whoever comes under them or leaves them
    now, before = (cut.ask("graded_values", keys=None, **where) for cut in (view.cut, view.previous))
    here, there = set(now["KEYTXT"]), set(before["KEYTXT"])
    if there - here:
        now = concat([now, view.cut.ask("graded_values", keys=sorted(there - here), **where)])
    if here - there:
        before = concat([before, view.previous.ask("graded_values", keys=sorted(here - there), **where)])
    if view.filters.any_set:
        before = before[before["USUBJID"].isin(_selected(view))]
    both = before.merge(now, on="KEYTXT", how="left", suffixes=("WAS", ""), indicator="HELD")
    lacking, regraded = {kind for kind, _ in not_compared(view)}, _regraded(view)
    other = both[~both["KINDWAS"].isin(lacking) & ~_as_it_was(both)]
    found = [_measured(row, regraded) for row in rows_of(other)]
    return sorted(filter(None, found), key=lambda one: list(NAMES).index(one.kind))


def _selected(view: View) -> set[str]:
    """The subjects that the filters leave, in this cut or the previous one."""
    asked = (ask("subject_list", usubjid=None) for ask in (view.ask, view.ask_previous))
    return {usubjid for found in asked for usubjid in found["USUBJID"]}


def _as_it_was(both: DataFrame) -> Series:
    """Which results both cuts hold with the same value, unit and grade: of many, most."""
    same = both["HELD"] == "both"
    for column in ("AVAL", "AVALC", "AVALQ", "AVALU", "GRADE"):
        now, was = both[column], both[f"{column}WAS"]
        same &= ((now == was) | (now.isna() & was.isna())).fillna(False).astype(bool)
    return same


def _with_other_results(view: View) -> dict[str, list]:
    """Of whom (people) and on which days graded results are not the same in both cuts, those dated after the previous
    cut aside: of thousands of subjects with their hundreds of results few are such. Found once for all filters."""
    return everybody(view).once("other results", lambda: _other_results(view.cut, view.previous))


def _other_results(cut: Cut, previous: Cut) -> dict[str, list]:
    before, now = previous.ask("graded_digests"), cut.ask("graded_digests")
    until = max([Timestamp(previous.date), *before["ADT"].dropna().nlargest(1)])
    now = now[now["ADT"].isna() | (now["ADT"] <= until)]
    others = concat([before, now]).drop_duplicates(keep=False)
    days = others["ADT"].dropna().dt.date
    return dict(people=sorted(others["USUBJID"].unique().tolist()), days=sorted(days.unique().tolist()))


def _measured(row, regraded: bool) -> Correction | None:
    """The correction of a result; None where neither its value nor its grade by the same version of CTCAE changed."""
    gone, graded = row.HELD == "left_only", text(row.GRADEWAS) != text(row.GRADE)
    was, now = _with_unit(row.AVALWAS, row.AVALCWAS, row.AVALQWAS, row.AVALUWAS), None
    if not gone:
        now = _with_unit(row.AVAL, row.AVALC, row.AVALQ, row.AVALU)
        if now == was and (regraded or not graded):
            return None
    value = " ".join(was) if now in (None, was) else _arrow(was, now)
    name = f"{row.PARAMWAS.lower().replace('hemo', 'haemo')} " if row.KINDWAS == "LAB" else ""
    grades = "" if row.KINDWAS == "QTCF" else _grades(row.GRADEWAS, row.GRADE)
    words = ", ".join(part for part in (f"{name}{value}", "withdrawn" if gone else grades) if part)
    alarm = _grave_value(row) if gone else graded
    return Correction(row.KINDWAS, row.USUBJIDWAS, row.SUBJIDWAS, f"{words} ({day(row.ADTWAS)})", alarm, gone)


def _grave_value(row) -> bool:
    """Whether a withdrawn result was of a grade that matters, or an ejection fraction below 50 %."""
    low = row.KINDWAS == "LVEF" and present(row.AVALWAS) and text(row.AVALQWAS) != ">" and row.AVALWAS < LOW_LVEF_PCT
    return bool(low or (present(row.GRADEWAS) and row.GRADEWAS >= GRAVE))


def _with_unit(number, delivered, qualifier, unit) -> tuple[str, str]:
    """A limit, a range or a text as delivered, else the number; and its unit: ("62", "%")."""
    told = present(qualifier) or not present(number)
    value = text(delivered).removesuffix("%").strip() if told else exactly(number)
    return value, text(unit).replace("10^9", "× 10⁹")


def _arrow(was: tuple[str, str], now: tuple[str, str]) -> str:
    """ "52 → 62 %"; both units where they differ."""
    return f"{was[0] if was[1] == now[1] else ' '.join(was)} → {' '.join(now)}"


def _grades(then, now) -> str:
    """ "grade 2 → 0", "grade not known → 3"; "" where it is the same."""
    if text(then) == text(now):
        return ""
    was, is_now = (f"{grade:g}" if present(grade) else "not known" for grade in (then, now))
    return f"grade {was} → {is_now}"


def events(view: View) -> list[Correction]:
    """The adverse events whose grade, term, onset or causality changed, and those withdrawn."""
    if "AE" in {kind for kind, _ in not_compared(view)}:
        return []
    # without the filters, so that an event is found again whoever comes under them
    compared = every_event(view, EVENTS)
    selected = _selected(view)
    rows = compared.changed
    changed = [
        _changed(row, was) for row, was in zip(rows_of(rows), rows_of(compared.was.loc[rows.index]), strict=True)
    ]
    return [one for one in [*changed, *map(_withdrawn, rows_of(compared.gone))] if one.usubjid in selected]


def _changed(row, was) -> Correction:
    graded = text(row.ATOXGR) != text(was.ATOXGR) and _grave(row, was)
    return Correction("AE", row.USUBJID, row.SUBJID, f"{row.AEDECOD.lower()}: {row.PREVIOUS}", graded)


def _withdrawn(was) -> Correction:
    grade = f", grade {was.ATOXGR:g}," if present(was.ATOXGR) else ""
    grave = _grave(was) or text(was.DLTFL) == "Y"
    return Correction("AE", was.USUBJID, was.SUBJID, f"{was.AEDECOD.lower()}{grade} withdrawn", grave, withdrawn=True)


def _grave(*events) -> bool:
    return any(present(event.ATOXGR) and event.ATOXGR >= GRAVE for event in events)


def of_corrections(view: View) -> list[Alarm]:
    """The values corrected to another grade, and the grave ones withdrawn, one line a kind."""
    if view.previous is None:
        return [not_assessed("corrected values (no earlier cut is chosen)", LEADS["LVEF"])]
    graded = [one for one in corrections(view) if one.graded]
    return [
        _alarm(kind, [one for one in graded if one.kind == kind]) for kind in dict.fromkeys(one.kind for one in graded)
    ]


def _alarm(kind: str, found: list[Correction]) -> Alarm:
    gone = sum(one.withdrawn for one in found)
    ways = ["corrected, with another grade"] * (gone < len(found)) + ["withdrawn"] * (gone > 0)
    text = f"{NAMES[kind]}{'s' * (len(found) > 1)} {' or '.join(ways)}"
    return Alarm("corrected", text[:1].upper() + text[1:], LEADS[kind], tuple(one.who for one in found), "new")
