"""Shift tables: the grade of a laboratory test at baseline and the worst after it, by dose."""

from __future__ import annotations

from collections.abc import Iterable

from pandas import DataFrame

from displays.display import Display, blank, display, not_collected, plain
from displays.groups import doses_in_order, no_subjects
from displays.laboratory.tests import NO_RESULT, chosen, grading
from displays.since import change
from displays.words import counted, first_of, percent, rate, sentence, share
from queries import View

SHIFTS = ("lab_shifts", "Shift from baseline to the worst after it")
SCALES = (("grade", "CTCAE grade"), ("range", "Normal range"))
WORDS = {str(grade): f"grade {grade}" for grade in range(5)} | {
    "LOW": "low",
    "NORMAL": "normal",
    "HIGH": "high",
    "LOWHIGH": "low and high",
    "UNKNOWN": "not known",
    "NONE": "no value",
}
"""Category → its words, in the order of the columns."""
SIDES = {"LOW": "Low values", "HIGH": "High values", "RANGE": "Normal range"}
GRADES = ("0", "1", "2", "3", "4")
RANGES = ("LOW", "NORMAL", "HIGH", "LOWHIGH")
SEVERE = ("3", "4")
ALL_DOSES = "All doses"


def lab_shifts(view: View, test: str = "", scale: str = "grade") -> Display:
    """Each treated subject's grade of a test at baseline against the worst after the first infusion, by dose: of low
    and of high values, or the place in the normal range."""
    if "lb" not in view.cut.received:
        return not_collected(view, *SHIFTS, "Laboratory results", "lb")
    wanted = chosen(view, test)
    if wanted is None:
        return no_subjects(view, *SHIFTS) if view.ask("selected_treated")["TREATED"].iloc[0] == 0 else _none(view)
    code, name = wanted
    sides = ("RANGE",) if scale == "range" else ("LOW", "HIGH")
    found = _of(view.ask("lab_shift", test=code), sides)
    if found.empty:
        words = f"{name}: CTCAE v{view.trial.ctcae_version} has no criteria by number; the normal range can be chosen."
        return blank(view, *SHIFTS, words, collected=True)
    before = _before(view, code, sides)
    table, behind = _table(view, found, before, scale)
    return display(
        view,
        SHIFTS[0],
        f"{SHIFTS[1]}: {name}",
        finding=_finding(view, name, found, before, scale),
        table=table,
        labels=_labels(table, scale),
        brief=tuple(column for column in _labels(table, scale) if column != "SIDE"),
        level="LEVEL",
        narrow="SIDE" if table["SIDE"].nunique() > 1 else "",
        over={column: "Worst after the first infusion" for column in _columns(found)},
        behind=behind,
        questions=(view.question("lab_shift", test=code), view.question("lab_readings", test=code), "lab_tests"),
        population=_population(found) + ("" if scale == "range" else f" Grades: CTCAE v{view.trial.ctcae_version}."),
        method=_method(view, code, scale),
        source="Laboratory results as delivered (LB)." + ("" if scale == "range" else f" {_version(view)}."),
    )


def _none(view: View) -> Display:
    return blank(view, *SHIFTS, NO_RESULT, collected=True)


def _of(rows: DataFrame, sides: Iterable[str]) -> DataFrame:
    return rows[rows["SCALE"].isin(sides)].reset_index(drop=True)


def _before(view: View, code: str, sides: Iterable[str]) -> DataFrame | None:
    """The same of the previous cut; None where there is none, or another version of CTCAE graded it."""
    if view.previous is None or view.previous.trial.ctcae_version != view.trial.ctcae_version:
        return None
    return _of(view.ask_previous("lab_shift", test=code), sides)


def _version(view: View) -> str:
    return f"NCI CTCAE v{view.trial.ctcae_version}"


def _columns(found: DataFrame) -> dict[str, str]:
    """Column → the worst category that it counts: every one of the scale, and what is not known where it occurs."""
    scale = RANGES if (found["SCALE"] == "RANGE").any() else GRADES
    occur = set(found["WORSTCAT"])
    shown = [category for category in scale if category != "LOWHIGH" or category in occur]
    return {f"W{category}": category for category in (*shown, *(x for x in ("UNKNOWN", "NONE") if x in occur))}


def _labels(table: DataFrame, scale: str) -> dict[str, str]:
    cells = {column: WORDS[column[1:]].capitalize() for column in table.columns if column[:1] == "W"}
    severe = {} if scale == "range" else {"SEVERE": "Grade ≥ 3"}
    return (
        {"ROW": "Dose, and at baseline", "N": "Subjects (n)"}
        | cells
        | severe
        | {"SINCE": "Since previous cut", "SIDE": "Side"}
    )


def _table(view: View, found: DataFrame, before: DataFrame | None, scale: str) -> tuple[DataFrame, dict]:
    """For each side all doses and each dose, and under each the categories at baseline; with who is behind a cell."""
    rows, behind = [], {}
    for side in [side for side in SIDES if side in set(found["SCALE"])]:
        own, was = _at(found, "SCALE", side), _at(before, "SCALE", side)
        for dose in (ALL_DOSES, *doses_in_order(view, own["TRTA"])):
            here, there = (rows if dose == ALL_DOSES else _at(rows, "TRTA", dose) for rows in (own, was))
            for name, level, base in [(dose, 0, None), *_bases(here)]:
                cells = here if base is None else _at(here, "BASECAT", base)
                earlier = there if base is None else _at(there, "BASECAT", base)
                behind |= _people(cells, len(rows), found)
                rows.append(dict(ROW=name, LEVEL=level, SIDE=SIDES[side]) | _cells(cells, earlier, found, scale))
    return DataFrame(rows), behind


def _bases(rows: DataFrame) -> list[tuple[str, int, str]]:
    """The categories at baseline that occur: words, level of the row, category."""
    return [(f"at baseline {WORDS[base]}", 1, base) for base in WORDS if base in set(rows["BASECAT"])]


def _at(rows: DataFrame | None, column: str, value: str) -> DataFrame | None:
    return None if rows is None else rows[rows[column] == value]


def _cells(cells: DataFrame, earlier: DataFrame | None, found: DataFrame, scale: str) -> dict:
    total = int(cells["N"].sum())
    counts = cells.groupby("WORSTCAT")["N"].sum()
    made = {column: int(counts.get(category, 0)) for column, category in _columns(found).items()}
    severe = sum(int(counts.get(grade, 0)) for grade in SEVERE)
    worse = "" if earlier is None else change(_worse(cells, scale), _worse(earlier, scale))
    graded = sum(int(counts.get(grade, 0)) for grade in GRADES)
    part = dict(SEVERE=share(severe, graded, severe / max(graded, 1))) if scale == "grade" else {}
    return dict(N=total) | made | part | dict(SINCE=worse)


def _worse(cells: DataFrame, scale: str) -> int:
    """How many have grade 3 or worse, or are outside the normal range."""
    bad = SEVERE if scale == "grade" else ("LOW", "HIGH", "LOWHIGH")
    return int(cells.loc[cells["WORSTCAT"].isin(bad), "N"].sum())


def _people(cells: DataFrame, row: int, found: DataFrame) -> dict[str, tuple[str, ...]]:
    """Who is behind each cell of a row that counts anybody, the worst at baseline first."""
    ordered = cells.sort_values("BASECAT", ascending=False, kind="stable")
    groups = {
        f"{column} {row}": ordered[ordered["WORSTCAT"] == category] for column, category in _columns(found).items()
    }
    groups |= {f"N {row}": ordered, f"SEVERE {row}": ordered[ordered["WORSTCAT"].isin(SEVERE)]}
    people = {key: tuple(name for names in part["SUBJECTS"] for name in names) for key, part in groups.items()}
    return {key: names for key, names in people.items() if names}


def _finding(view: View, name: str, found: DataFrame, before: DataFrame | None, scale: str) -> list[str]:
    """How many reached grade 3 or worse on each side, the side with more first; who is new; what is not known."""
    sides = sorted(set(found["SCALE"]), key=lambda side: -_worse(found[found["SCALE"] == side], scale))
    words = [_side(view, name, found[found["SCALE"] == side], side, scale) for side in sides]
    return [*words, *filter(None, (_new(found, before, side, scale) for side in sides)), _version_changed(view)]


def _side(view: View, name: str, rows: DataFrame, side: str, scale: str) -> str:
    after = rows[~rows["WORSTCAT"].isin(("UNKNOWN", "NONE"))]
    number, of = _worse(rows, scale), int(after["N"].sum())
    if scale == "range":
        return sentence(
            f"{name}: outside the normal range after the first infusion in {rate(number, of, ci=False)} subjects"
        )
    shift = int(after.loc[after["WORSTCAT"].isin(SEVERE) & after["BASECAT"].isin(("0", "1", "2")), "N"].sum())
    what = "low" if side == "LOW" else "high"
    first = f"{name}: {what} values of grade 3 or worse in {rate(number, of, ci=False)} subjects after baseline"
    return sentence(f"{first}; {shift or 'none'} of them from grade 2 or better") if number else sentence(first)


def _new(found: DataFrame, before: DataFrame | None, side: str, scale: str) -> str:
    """Who is of grade 3 or worse (outside the range) and was not at the previous cut."""
    if before is None:
        return ""
    bad = SEVERE if scale == "grade" else ("LOW", "HIGH", "LOWHIGH")
    now, was = (_named(rows[(rows["SCALE"] == side) & rows["WORSTCAT"].isin(bad)]) for rows in (found, before))
    new = [plain(number) for name, number in now.items() if name not in was]
    what = {"LOW": "low values", "HIGH": "high values"}.get(side)
    words = f"{what} of grade 3 or worse" if what else "outside the normal range"
    return sentence(f"new since the previous cut, {words}: {first_of(new)}") if new else ""


def _named(rows: DataFrame) -> dict[str, str]:
    return {
        name: number
        for names, numbers in zip(rows["SUBJECTS"], rows["NUMBERS"], strict=True)
        for name, number in zip(names, numbers, strict=True)
    }


def _version_changed(view: View) -> str:
    if view.previous is None or view.previous.trial.ctcae_version == view.trial.ctcae_version:
        return ""
    return f"Not compared: the previous cut was graded by CTCAE v{view.previous.trial.ctcae_version}."


def _population(found: DataFrame) -> str:
    side = found[found["SCALE"] == found["SCALE"].iloc[0]]
    number = int(side["N"].sum())
    words = [f"{counted(number, 'treated subject')}, each counted once a side"]
    none, unknown = (int(side.loc[side[column] == "NONE", "N"].sum()) for column in ("WORSTCAT", "BASECAT"))
    words += [f"{none} ({percent(none / number)}) without a value after the first infusion"] if none else []
    words += [f"{unknown} without a value at baseline"] if unknown else []
    still = len({name for names in found["OPEN"] for name in names})
    words += [f"{still} with a worst grade beside other results that have none"] if still else []
    return sentence("; ".join(words))


def _method(view: View, code: str, scale: str) -> str:
    worst = "Baseline: the last value before the first infusion. Worst: of all results known to be after it."
    if scale == "range":
        return f"{worst} Low and high as the laboratory indicated, else by the normal limits of the result."
    own = (
        "“Grade ≥ 3”: of those with a graded result after the first infusion. A baseline is graded as any value; one "
        "from which CTCAE counts the later values has the lowest grade."
    )
    return f"{worst} {own} {grading(view, code)}"
