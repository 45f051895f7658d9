"""Each subject's cardiac function: worst category and grade, when, after how much anthracycline, and now."""

from __future__ import annotations

from pandas import DataFrame, Series

from displays.display import Display, display, not_collected
from displays.groups import nobody, present
from displays.heart import remarks
from displays.heart.definitions import CATEGORIES, dysfunction, own_units, sources
from displays.heart.evaluable import FAILURE, NOT_EVALUABLE, category_words, grade_words
from displays.heart.measurements import corrections, dysfunction_collected, measurements, question
from displays.since import SINCE_LABELS, compare, since
from displays.words import MOST_LISTED, counted, equivalents, exactly, first_of, listed, on_day, sentence
from queries import View
from queries.frames import rows_of

BRIEF = ("SUBJID", "TRTA", "SUMMARY", "COURSE", "SINCE")
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "SUMMARY": "Worst CTRCD and CTCAE grade",
    "COURSE": "LVEF: baseline → lowest; latest (%)",
    "DISEASE": "Disease",
    "WORST": "Worst CTRCD",
    "CTRCDDY": "on day",
    "TIMING": "DLT window",
    "CTRCDTERM": "by heart failure",
    "POSSIBLE": "Worse possible, not known",
    "WORSTGR": "Worst CTCAE grade",
    "WORSTGRN": "Grade in words",
    "WORSTGRDY": "from day",
    "BASE": "Baseline LVEF (%)",
    "BASEQ": "Baseline is a limit (<, >) or range (-)",
    "LOWEST": "Lowest LVEF (%)",
    "LOWESTQ": "Lowest is a limit (<, >) or range (-)",
    "LOWESTDY": "on day (lowest)",
    "WORSTCHG": "Worst change (points)",
    "LATEST": "Latest LVEF (%)",
    "LATESTDY": "on day (latest)",
    "LATESTCTRCD": "Latest CTRCD",
    "CTRCDDOSE": "Study drug by then ({unit})",
    "CUMDOSE": "Study drug in all ({unit})",
    "PRIOR": "Prior anthracycline (mg/m² doxorubicin equivalents)",
    "NLATER": "Later LVEFs (n)",
    "NUNSURE": "of which strain or biomarker not available (n)",
    "NEREASN": "Why not evaluable",
} | SINCE_LABELS
FORMATS = {
    "CTRCDDOSE": "amount",
    "CUMDOSE": "amount",
    "BASE": "decimal1",
    "LOWEST": "decimal1",
    "LATEST": "decimal1",
    "WORSTCHG": "decimal1",
}


BESIDE = ("heart_failure", "heart_unreadable", "heart_set_aside", "heart_unpaired")
"""The questions of what the board must see beside the rates."""
HEART_BY_SUBJECT = ("heart_by_subject", "Cardiac function, subject by subject")


def heart_by_subject(view: View) -> Display:
    """Each treated subject's cardiac function in one row, most severe first."""
    if not dysfunction_collected(view):
        return not_collected(view, *HEART_BY_SUBJECT, "Ejection fractions", "cv")
    table = subjects(view)
    return display(
        view,
        *HEART_BY_SUBJECT,
        finding=[*_finding(view, table), *corrections(view, measurements(view, "LVEF"))],
        table=table,
        labels=LABELS,
        formats=FORMATS,
        brief=BRIEF,
        population=population(view, table),
        method=f"{dysfunction(view)} Worst: the first day it was reached. Prior anthracyclines: mg/m² as doxorubicin "
        f"equivalents ({equivalents(view.trial.anthracyclines)}). {own_units(view)}",
        source=sources(view) + " Feijen, JAMA Oncol 2019;5:864.",
        questions=("heart_subjects", *BESIDE, question(view, "LVEF")),
    )


def subjects(view: View) -> DataFrame:
    """The treated subjects, most severe first, in words, with RANK of CTRCD (−1 unknown), SINCE and PREVIOUS."""
    return view.once("subjects of the heart", lambda: _subjects(view)).copy(deep=False)


def _subjects(view: View) -> DataFrame:
    compared = compare(view.ask("heart_subjects"), view.ask_previous("heart_subjects"), ("USUBJID",), _state)
    table = compared.rows.assign(WASCTRCD=compared.was["CTRCD"], WASGR=compared.was["WORSTGR"])
    rows, unknown = list(rows_of(table)), why_prior_unknown(view)
    table["WORST"] = [category_words(row) if present(row.CTRCD) else None for row in rows]
    table["WORSTGRN"] = [_grade(row) for row in rows]
    table["NEREASN"] = table["NEREASCD"].map(NOT_EVALUABLE)
    table["PRIOR"] = [prior(row, unknown) for row in rows]
    table["SUMMARY"] = [_summary(row) for row in rows]
    table["COURSE"] = [_course(row) for row in rows]
    table["RANK"] = [CATEGORIES.index(category) if present(category) else -1 for category in table["CTRCD"]]
    worst_first = dict(by=["RANK", "WORSTGR", "LOWEST"], ascending=[False, False, True])
    return table.sort_values(**worst_first, na_position="last", kind="stable", ignore_index=True)


def why_prior_unknown(view: View) -> str:
    """Why no prior medication is known at all; "" where it was delivered."""
    if "cm" in view.cut.delivered:
        return ""
    return "could not be read" if "cm" in view.cut.unread else "not collected"


def prior(row, unknown: str) -> str:
    """Prior anthracycline in mg/m², in words: "325", "at least 250 (1 dose not known)".

    unknown: why concomitant and prior medication (CM) is not there, where it is not. Of a supposed subject nothing is
    known.
    """
    if unknown:
        return unknown
    if not present(row.PANTMISS):
        return "not known"
    if not row.PANTMISS:
        return f"{row.PANTDOX:g}" if present(row.PANTDOX) else "none recorded"
    missing = f"({row.PANTMISS:g} {'dose' if row.PANTMISS == 1 else 'doses'} not known)"
    return f"at least {row.PANTDOX:g} {missing}" if present(row.PANTDOX) else f"amount not known {missing}"


def _state(row) -> str:
    if row.EVALFL != "Y":
        return f"not evaluable ({NOT_EVALUABLE[row.NEREASCD]})"
    failed = f", {row.CTRCDTERM}" if row.CTRCDSRC == FAILURE else ""
    return f"CTRCD {category_words(row)}, {grade_words(row, 'WORSTGR', 'WORSTGRQ')}{failed}"


def _grade(row) -> str | None:
    """Where the grade is more or less than a number; a later LVEF without a known grade is said."""
    if present(row.WORSTGRQ):
        return grade_words(row, "WORSTGR", "WORSTGRQ")
    return f"{counted(int(row.NNOGRADE), 'later LVEF')} without a known grade" if row.NNOGRADE else None


def _summary(row) -> str:
    """The worst state with its day; of a changed one as old → new."""
    on = f", {on_day(row.CTRCDDY)}" if present(row.CTRCDDY) else ""
    possible = f"; {row.POSSIBLE} possible, not known" if present(row.POSSIBLE) else ""
    was = f"{row.PREVIOUS} → " if row.SINCE == "changed" else ""
    return f"{was}{_state(row)}{on}{possible}"


def _course(row) -> str:
    """ "63 → 46 on day 184; 46 on day 268"; "no later value" where there is none."""
    base = exactly(row.BASE) if present(row.BASE) else "no baseline"
    if not present(row.LATESTDY):
        return f"{base}; no later value"
    lowest = f"{_lowest(row)} on {on_day(row.LOWESTDY)}"
    return f"{base} → {lowest}; {exactly(row.LATEST)} on {on_day(row.LATESTDY)}"


def _finding(view: View, table: DataFrame) -> list[str]:
    if table.empty:
        return [nobody(view)]
    worst = table["CTRCD"].value_counts().reindex(CATEGORIES[:0:-1]).dropna()
    found = listed([f"{number:.0f} {category}" for category, number in worst.items()]) if len(worst) else "none"
    words = f"cardiac dysfunction at its worst in {counted(len(table), 'treated subject')}: {found}"
    return [sentence(words), _news(view, table)]


def _news(view: View, table: DataFrame) -> str:
    """Whose worst cardiac dysfunction or grade is another than at the previous cut, as old → new."""
    changed = table[table["SINCE"] == "changed"]
    moved = changed[(changed["RANK"] > 0) | changed["WASCTRCD"].isin(CATEGORIES[1:]) | _regraded(changed)]
    changes = [f"{row.SUBJID} {row.PREVIOUS} → {_state(row)}" for row in rows_of(moved)]
    return since(view, first_of(changes) if changes else "no subject's worst cardiac dysfunction changed")


def _regraded(rows: DataFrame) -> Series:
    """Where a known worst grade is another known one now."""
    return rows["WORSTGR"].notna() & rows["WASGR"].notna() & (rows["WORSTGR"] != rows["WASGR"])


def population(view: View, people: DataFrame) -> str:
    """The denominators of cardiac dysfunction: evaluable of treated, why not, and what could be missing."""
    if people.empty:
        return ""
    evaluable, others = people[people["EVALFL"] == "Y"], people[people["EVALFL"] != "Y"]
    reasons = [f"{n} {reason}" for reason, n in others["NEREASN"].value_counts().items()]
    words = f"{len(evaluable)} evaluable of {counted(len(people), 'treated subject')}"
    words += f"; {len(others)} not evaluable ({listed(reasons)})." if reasons else "."
    return words + _graded_alone(others) + remarks.beside(view, people) + _unsure(view, evaluable)


def _graded_alone(others: DataFrame) -> str:
    graded = others[others["WORSTGR"].fillna(0) >= 2]
    named = first_of(
        [f"{row.SUBJID} ({grade_words(row, 'WORSTGR', 'WORSTGRQ')}, {_lowest(row)} %)" for row in rows_of(graded)],
        MOST_LISTED,
    )
    return f" Not in the rates, though graded by absolute value only: {named}." if len(graded) else ""


def _lowest(row) -> str:
    return row.LOWESTC.removesuffix("%").strip() if present(row.LOWESTQ) else exactly(row.LOWEST)


def _unsure(view: View, evaluable: DataFrame) -> str:
    unsure = int((evaluable["NUNSURE"] > 0).sum())
    if not unsure:
        return ""
    return (
        f" In {counted(unsure, 'subject')} strain, or a biomarker within "
        f"{counted(view.trial.marker_window_days, 'day')}, was not available where it could have changed the category "
        "of an echocardiogram."
    )
