"""Potassium, magnesium, calcium, phosphate and sodium: worst grades after the first infusion by dose."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, display, not_collected
from displays.groups import doses_in_order, no_subjects, treated
from displays.laboratory.tests import grading
from displays.since import change
from displays.words import as_words, counted, first_of, listed, sentence, short_dose
from queries import View
from queries.frames import rows_of

ELECTROLYTES = ("electrolytes", "Electrolytes: worst grade after the first infusion, by dose")
SIDES = {"LOW": "low", "HIGH": "high"}
ASKED = {
    "K": "Potassium",
    "MG": "Magnesium",
    "CACORR": "Calcium corrected for albumin",
    "PHOS": "Phosphate",
    "SODIUM": "Sodium",
}
"""The tests that the board expects here: one without a row is said to be missing."""


def electrolytes(view: View) -> Display:
    """How many subjects of each dose had a low or a high electrolyte after the first infusion: any grade, and ≥ 3."""
    if "lb" not in view.cut.received:
        return not_collected(view, *ELECTROLYTES, "Laboratory results", "lb")
    found = view.ask("electrolytes")
    if not treated(view):
        return no_subjects(view, *ELECTROLYTES)
    if found.empty:
        return blank(view, *ELECTROLYTES, "No electrolyte after the first infusion has a CTCAE grade.", collected=True)
    doses = doses_in_order(view, found["TRTA"])
    table, behind = _table(found, view.ask_previous("electrolytes"), doses)
    return display(
        view,
        *ELECTROLYTES,
        finding=_finding(found),
        table=table,
        labels={"TEST": "Electrolyte"} | _labels(view, found, doses) | {"SINCE": "Since previous cut"},
        over=_over(view, doses),
        behind=behind,
        questions=("electrolytes",),
        population=_population(view, found),
        method="“n, n ≥ 3”: subjects whose worst grade after the first infusion was 1 or more, and 3 or more. "
        + " ".join(dict.fromkeys(grading(view, code) for code in found["PARAMCD"].unique())),
        source=f"NCI CTCAE v{view.trial.ctcae_version}. Corrected calcium: Payne, BMJ 1973;4:643. Data: LB.",
    )


def _labels(view: View, found: DataFrame, doses: list[str]) -> dict[str, str]:
    treated = found.drop_duplicates("TRTA").set_index("TRTA")["NTREATED"]
    names = [(f"D{place}", short_dose(dose, view.trial.dose_unit), dose) for place, dose in enumerate(doses)]
    each = {column: f"{name} (n = {treated[dose]})" for column, name, dose in names}
    return each | {"ALL": f"All (n = {treated.sum()})"}


def _over(view: View, doses: list[str]) -> dict[str, str]:
    """One heading with the unit over the doses."""
    if not view.trial.dose_levels:
        return {}
    return {f"D{place}": f"Subjects at each dose ({view.trial.dose_unit})" for place in range(len(doses))}


def _table(found: DataFrame, before: DataFrame | None, doses: list[str]) -> tuple[DataFrame, dict]:
    rows, behind = [], {}
    for (code, side), cells in found.groupby(["PARAMCD", "SIDE"], sort=False):
        placed = cells.set_index("TRTA")
        row = {"TEST": f"{as_words(cells['PARAM'].iloc[0])}, {SIDES[side]}"}
        for place, dose in enumerate(doses):
            row[f"D{place}"] = _cell(placed.loc[dose, "NANY"], placed.loc[dose, "NSEV"])
            behind |= _people(f"D{place} {len(rows)}", placed.loc[[dose]])
        row["ALL"] = _cell(cells["NANY"].sum(), cells["NSEV"].sum())
        row["SINCE"] = _since(cells, before, code, side)
        behind |= _people(f"ALL {len(rows)}", cells)
        rows.append(row)
    return DataFrame(rows), behind


def _cell(any_grade: int, severe: int) -> str:
    """ "3, 1 ≥ 3": with any grade, and of them with grade 3 or worse."""
    return f"{any_grade}, {severe} ≥ 3" if severe else str(any_grade)


def _people(key: str, cells: DataFrame) -> dict[str, tuple[str, ...]]:
    ordered = cells.sort_values("WORST", ascending=False, kind="stable")
    people = tuple(name for names in ordered.loc[ordered["NANY"] > 0, "SUBJECTS"] for name in names)
    return {key: people} if people else {}


def _since(cells: DataFrame, before: DataFrame | None, code: str, side: str) -> str:
    """By how much the number with grade 3 or worse rose since the previous cut."""
    if before is None:
        return ""
    was = before[(before["PARAMCD"] == code) & (before["SIDE"] == side)]
    words = change(int(cells["NSEV"].sum()), int(was["NSEV"].sum()))
    return f"{words} ≥ 3" if words else ""


def _finding(found: DataFrame) -> list[str]:
    sums = found.groupby(["PARAMCD", "SIDE", "PARAM"], sort=False)[["NANY", "NSEV", "NGRADED"]].sum().reset_index()
    severe = sums[sums["NSEV"] > 0].sort_values("NSEV", ascending=False, kind="stable")
    of = counted(int(sums["NGRADED"].max()), "subject with graded results", "subjects with graded results")
    if severe.empty:
        return [sentence(f"no electrolyte of grade 3 or worse in {of}")]
    named = [f"{SIDES[row.SIDE]} {as_words(row.PARAM).lower()} ({row.NSEV})" for row in rows_of(severe)]
    who = {row.PARAMCD + row.SIDE: _severe(found, row) for row in rows_of(severe)}
    people = [f"{words.rpartition(' (')[0]}: {first_of(who[key])}" for words, key in zip(named, who, strict=True)]
    return [sentence(f"grade 3 or worse in {of}: {first_of(named, 3)}"), sentence("; ".join(people))]


def _severe(found: DataFrame, row) -> list[str]:
    cells = found[(found["PARAMCD"] == row.PARAMCD) & (found["SIDE"] == row.SIDE) & (found["NSEV"] > 0)]
    return [name for names in cells["SEVERE"] for name in names]


def _population(view: View, found: DataFrame) -> str:
    doses = found.drop_duplicates("TRTA")
    total = int(doses["NTREATED"].sum())
    words = [f"{counted(total, 'treated subject')}, each counted once a row"]
    missing = [name.lower() for code, name in ASKED.items() if code not in set(found["PARAMCD"])]
    absent = f"{listed(missing)}: no result that CTCAE v{view.trial.ctcae_version} grades by a number"
    words += [absent] if missing else []
    sums = found.groupby(["PARAMCD", "SIDE", "PARAM"], sort=False)[["NGRADED", "NOPEN"]].sum().reset_index()
    words += [
        f"{as_words(row.PARAM).lower()}, {SIDES[row.SIDE]}: {row.NGRADED} of {total} with a grade"
        for row in rows_of(sums)
        if row.NGRADED < total
    ]
    return sentence("; ".join(words)) + f" Grades: CTCAE v{view.trial.ctcae_version}."
