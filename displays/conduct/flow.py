"""Subject flow: from consent to the end of the study, in pooled counts."""

from __future__ import annotations

from pandas import NA, DataFrame, concat, isna, notna

from displays.display import Display, display
from displays.groups import NOBODY, no_subjects
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import counted, listed, share
from queries import View
from queries.frames import rows_of

PARTS = {
    "Entry": "From consent to treatment",
    "DLT evaluation": "DLT evaluation of the {treated} treated",
    "Treatment": "Treatment of the {treated} treated",
    "Reason": "Why treatment ended",
    "Study": "Where the {treated} treated are now",
}
ABSENT = {"DLT evaluation": "DLT evaluation", "Treatment": "end of treatment", "Study": "end of study"}
LABELS = {
    "PART": "Part",
    "PARTS": "From consent on",
    "STEP": "Step",
    "SHARE": "Subjects of those before",
    "NUMBER": "Subjects",
    "OUTOF": "Out of",
    "POPULATION": "Denominator",
    "FRACTION": "Percentage",
} | SINCE_LABELS


def subject_flow(view: View) -> Display:
    """Where every subject is: screened, enrolled, treated, evaluable, on treatment, in follow-up, dead."""
    title = "Subject flow"
    now, before = view.ask("flow_counts"), view.ask_previous("flow_counts")
    if before is not None and "reasons" in view.held_before:  # what was held back then is not a zero
        before = concat([before, now[now["PART"] == "Reason"].assign(NUMBER=NA)], ignore_index=True)
    table = _with_previous(now, before)
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
        brief=("PARTS", "STEP", "SHARE", "SINCE"),
        bars={"SHARE": "FRACTION"},
        population=_population(table, view),
        method="Enrolled: an enrolment date, or treated where none was delivered. Treated: at least one infusion. "
        "Evaluable for DLT: a DLT, or the whole window observed with every planned infusion of the first course. "
        "In follow-up: treatment ended, alive, study not left.",
        source="DM, DS, EX and the DLT evaluation (addl).",
        questions=("flow_counts",),
        audience="open",
    )


def _with_previous(now: DataFrame, before: DataFrame | None) -> DataFrame:
    """The counts in words, with percentages, and what the previous cut counted at the same step."""
    now = now.assign(STEP=[_name(step) for step in now["STEP"]])
    known = None if before is None else before.assign(STEP=[_name(step) for step in before["STEP"]])
    # a reason that no subject had at the previous cut was no row there: that is a zero
    table = compare_numbers(now, known, ("PART", "STEP"), "NUMBER")
    number, out_of = (table[column].astype("Float64") for column in ("NUMBER", "OUTOF"))
    fraction = (number / out_of).where(out_of > 0).astype("float64")
    treated = _count(table, "Entry", "Treated")
    return table.assign(
        FRACTION=fraction,
        PARTS=[PARTS[part].format(treated=treated) for part in table["PART"]],
        SHARE=[share(*values) for values in zip(table["NUMBER"], table["OUTOF"], fraction, strict=True)],
    )


def _name(step: str) -> str:
    return step.capitalize() if step.isupper() else step


def _count(table: DataFrame, part: str, step: str) -> int:
    found = table.loc[(table["PART"] == part) & (table["STEP"] == step), "NUMBER"]
    return int(found.iloc[0]) if len(found) and notna(found.iloc[0]) else 0


def _finding(table: DataFrame) -> list[str]:
    treated = _count(table, "Entry", "Treated")
    words = (
        f"{_count(table, 'Entry', 'Enrolled')} of {_count(table, 'Entry', 'Screened')} screened were enrolled and "
        f"{treated} treated"
    )
    now = [
        f"{int(row.NUMBER)} {_state(row.STEP)}"
        for row in rows_of(table[table["PART"] == "Study"])
        if notna(row.NUMBER) and row.NUMBER
    ]
    return [f"{words}.", f"Of these {listed(now)}." if treated and now else ""]


def _state(step: str) -> str:
    return {
        "On treatment": "are on treatment",
        "In follow-up": "in follow-up",
        "In follow-up or left, not known": "in follow-up or left (not known)",
        "Left the study alive": "left the study alive",
        "Died": "died",
    }[step]


def _population(table: DataFrame, view: View) -> str:
    screened = _count(table, "Entry", "Screened")
    parts = list(dict.fromkeys(row.PART for row in rows_of(table) if isna(row.NUMBER)))
    held = [ABSENT[part] for part in parts if _is_held(table, part)]
    absent = [ABSENT[part] for part in parts if not _is_held(table, part)]
    held += ["reasons why treatment ended"] * ("reasons" in view.held)
    missing = f" Not collected in this cut: {listed(absent)}." if absent else ""
    compared = " Since previous cut: the change of the number." if table["PREVIOUS"].notna().any() else ""
    few = f" Not shown in the open session, where it would be told of fewer than five: {listed(held)}." if held else ""
    return f"{counted(screened, 'subject')} screened.{compared}{missing}{few}"


def _is_held(table: DataFrame, part: str) -> bool:
    """Whether the numbers of a part are there and are not told in an open session."""
    return "HELD" in table and bool(table.loc[table["PART"] == part, "HELD"].any())
