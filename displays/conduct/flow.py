"""Subject flow: from consent to the end of the study, in pooled counts."""

from __future__ import annotations

from pandas import DataFrame, isna, notna

from displays.display import Display, display
from displays.drawing import house
from displays.drawing.bars import changed, named_bars
from displays.groups import NOBODY, no_subjects
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import counted, listed, percent
from queries import View

PARTS = {
    "Entry": "From consent to treatment",
    "DLT evaluation": "DLT evaluation of the {treated} treated",
    "Treatment": "Treatment of the {treated} treated",
    "Reason": "Why treatment ended",
    "Study": "Where the {treated} treated are now",
}
ABSENT = {"DLT evaluation": "DLT evaluation", "Treatment": "end of treatment", "Study": "end of study"}
COLOUR = {
    "Screen failures": house.OTHER,
    "In screening": "#b9c4cd",
    "Not treated": "#b9c4cd",
    "Evaluable": house.STATUS["No DLT"],
    "Pending": house.STATUS["Pending"],
    "Not evaluable": house.STATUS["Not evaluable"],
    "Died": house.INK,
    "Left the study alive": house.OTHER,
}
MAIN = "#4a6f8a"
LABELS = {
    "PART": "Part",
    "STEP": "Step",
    "NUMBER": "Subjects",
    "OUTOF": "Out of",
    "POPULATION": "Denominator",
    "FRACTION": "Percentage",
} | SINCE_LABELS


def subject_flow(view: View) -> Display:
    """Where every subject is: screened, enrolled, treated, evaluable, on treatment, in follow-up, dead."""
    view = view.pooled()
    title = "Subject flow"
    table = _with_previous(view.ask("flow_counts"), view.ask_previous("flow_counts"))
    if table.empty or not table["NUMBER"].max() > 0:
        return no_subjects(view, "subject_flow", title, NOBODY, audience="open")
    return display(
        view,
        "subject_flow",
        title=title,
        finding=_finding(table),
        table=table,
        labels=LABELS,
        formats={"FRACTION": "percent"},
        figure=_figure(table),
        population=_population(table),
        method="Enrolled: an enrolment date, or treated where none was delivered. Treated: at least one infusion. "
        "Evaluable for DLT: a DLT, or the whole window observed with every planned infusion of the first course. "
        "In follow-up: treatment ended, alive, study not left.",
        source="DM, DS, EX and the DLT evaluation (addl).",
        questions=("flow_counts",),
        audience="open",
    )


def _with_previous(now: DataFrame, before: DataFrame | None) -> DataFrame:
    """Percentages, where each bar starts, and what the previous cut counted at the same step."""
    now = now.assign(STEP=[_name(step) for step in now["STEP"]])
    known = None if before is None else before.assign(STEP=[_name(step) for step in before["STEP"]])
    # a reason that no subject had at the previous cut was no row there: that is a zero
    table = compare_numbers(now, known, ("PART", "STEP"), "NUMBER")
    number, out_of = (table[column].astype("Float64") for column in ("NUMBER", "OUTOF"))
    fraction = (number / out_of).where(out_of > 0).astype("float64")
    return table.assign(FRACTION=fraction, START=_starts(table))


def _name(step: str) -> str:
    return step.capitalize() if step.isupper() else step


def _starts(table: DataFrame) -> list[float]:
    """Where a bar begins: those who go on stand at the left, those who leave at the end of the step before."""
    number = table.set_index(["PART", "STEP"])["NUMBER"].fillna(0).to_dict()
    enrolled, treated = number.get(("Entry", "Enrolled"), 0), number.get(("Entry", "Treated"), 0)
    fixed = {
        "In screening": enrolled,
        "Screen failures": enrolled + number.get(("Entry", "In screening"), 0),
        "Not treated": treated,
    }
    starts, running = [], {}
    for row in table.itertuples():
        starts.append(float(fixed.get(row.STEP, 0) if row.PART == "Entry" else running.get(row.PART, 0)))
        running[row.PART] = running.get(row.PART, 0) + (0 if isna(row.NUMBER) else row.NUMBER)
    return starts


def _figure(table: DataFrame):
    drawn = table[table["NUMBER"].notna()]
    treated = _count(table, "Entry", "Treated")
    rows = DataFrame(
        {
            "PART": [PARTS[part].format(treated=treated) for part in drawn["PART"]],
            "NAME": drawn["STEP"],
            "VALUE": [_value(row) for row in drawn.itertuples()],
            "TRACK": float("nan"),
            "START": drawn["START"],
            "LENGTH": drawn["NUMBER"].astype(float),
            "COLOUR": [COLOUR.get(step, MAIN) for step in drawn["STEP"]],
            "SCALE": float(_count(table, "Entry", "Screened")),
        }
    )
    return named_bars(rows, part="Subjects")


def _value(row) -> str:
    share = "" if row.STEP == "Screened" else f" of {row.OUTOF:d} ({percent(row.FRACTION)})"
    return f"<b>{row.NUMBER:d}</b>{share}" + changed(row.SINCE)


def _count(table: DataFrame, part: str, step: str) -> int:
    found = table.loc[(table["PART"] == part) & (table["STEP"] == step), "NUMBER"]
    return int(found.iloc[0]) if len(found) and notna(found.iloc[0]) else 0


def _finding(table: DataFrame) -> str:
    treated = _count(table, "Entry", "Treated")
    words = (
        f"{_count(table, 'Entry', 'Enrolled')} of {_count(table, 'Entry', 'Screened')} screened were enrolled and "
        f"{treated} treated"
    )
    now = [
        f"{int(row.NUMBER)} {_state(row.STEP)}"
        for row in table[table["PART"] == "Study"].itertuples()
        if notna(row.NUMBER) and row.NUMBER
    ]
    return words + (f"; of these {listed(now)}." if treated and now else ".")


def _state(step: str) -> str:
    return {
        "On treatment": "are on treatment",
        "In follow-up": "in follow-up",
        "Left the study alive": "left the study alive",
        "Died": "died",
    }[step]


def _population(table: DataFrame) -> str:
    screened = _count(table, "Entry", "Screened")
    absent = list(dict.fromkeys(ABSENT[row.PART] for row in table.itertuples() if isna(row.NUMBER)))
    missing = f" Not collected in this cut: {listed(absent)}." if absent else ""
    compared = " Coloured: the change since the previous cut." if table["PREVIOUS"].notna().any() else ""
    return f"{counted(screened, 'subject')} screened.{compared}{missing}"
