"""How long counts take to recover after a course, by dose, with what competes with recovery."""

from __future__ import annotations

from pandas import DataFrame

from displays.absent import absence
from displays.display import Display, blank, display
from displays.groups import nobody, present, treated
from displays.laboratory.counts_figure import counts_figure
from displays.laboratory.recovery import ALL, COMPETING, EVENTS, at_risk, limit_name, limits, summary
from displays.since import compare, since
from displays.words import counted, exactly, first_of, listed, sentence, short_dose
from queries import View
from queries.frames import rows_of

LABELS = {
    "PARAM": "Recovery to (10⁹/L)",
    "TRTA": "Dose",
    "NSUBJ": "Given the course (n)",
    "NRISK": "Below the limit (n)",
    "NRECOV": "Recovered (n)",
    "MEDIAN": "Median (day of the course)",
    "LIMITS": "95 % CI (day)",
    "NOTCLEAR": "Marrow not cleared (n)",
    "NRELAPSE": "Relapse or progression (n)",
    "NDIED": "Died (n)",
    "NOTHER": "Transplant or another therapy (n)",
    "NNEXT": "Next course before (n)",
    "NOPEN": "Not recovered at the last count (n)",
    "NNEVER": "Never below (n)",
    "NUNKNOWN": "Not assessable (n)",
}
FORMATS = {"MEDIAN": "decimal1"}
MOST_NAMED = 4
Chosen = tuple[str, float]
"""A limit: test and 10^9/L."""
COUNTS = ("count_recovery", "Time to recovery of counts, by dose")


def late_aplasia_is_asked(view: View) -> bool:
    """Whether the trial's definition of a DLT has aplasia beyond a late day."""
    return bool(view.trial.dlt_late_day and view.trial.dlt_late_criterion)


def late_aplasia(view: View) -> DataFrame:
    """The subjects with an aplasia beyond the late day, by their counts or as adjudicated; or who may come to it."""
    return view.ask("late_aplasia")


def limit_options(view: View) -> tuple[tuple[str, str], ...]:
    """The limits that can be chosen, as the trial states them."""
    return tuple((_key(test, limit), limit_name(test, limit)) for test, limit in limits(view))


def course_options(view: View) -> tuple[tuple[str, str], ...]:
    """The courses that anybody was given."""
    given = view.ask("count_courses")["COURSE"]
    return tuple((str(course), f"Course {course}") for course in given)


def count_recovery(view: View, limit: str = "ANC 0.5", course: str = "1") -> Display:
    """How many subjects' counts recovered by each day of a course, by dose, with death, leukaemia, the next course and
    another therapy competing."""
    if not _delivered(view, "ANC", "PLATELETS"):
        return blank(view, *COUNTS, f"Neutrophils and platelets: {absence(view.cut, 'lb')}.", population="No records.")
    rows = view.ask("count_recovery", course=int(course))
    chosen = dict((_key(*one), one) for one in limits(view)).get(limit) or limits(view)[0]
    own = _own(rows, chosen)
    if own.empty:
        return blank(view, *COUNTS, nobody(view) if not treated(view) else f"No subject was given course {course}.")
    (table, behind), shown = summary(view, rows), _with_news(view, own, chosen, course)
    return display(
        view,
        *COUNTS,
        finding=_finding(view, table, own, chosen, course),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=counts_figure(view, at_risk(shown), limit_name(*chosen)) if len(at_risk(own)) else None,
        population=_population(view, own, shown, chosen, course),
        method=_method(view),
        source="Aalen and Johansen 1978; limits: Choudhury, Stat Med 2002;21:1129; median: Brookmeyer and Crowley, "
        "Biometrics 1982;38:29. Data: LB, EX, RS, DM, DS, CM, PR.",
        questions=(view.question("count_recovery", course=int(course)), "late_aplasia"),
        behind=behind,
    )


def _key(test: str, limit: float) -> str:
    return f"{test} {exactly(limit, 2)}"


def _delivered(view: View, *roles: str) -> bool:
    return view.cut.table("countcame")["ROLE"].isin(roles).any()


def _own(rows: DataFrame, chosen: Chosen) -> DataFrame:
    return rows[(rows["PARAMCD"] == chosen[0]) & (rows["LIMITVAL"] == chosen[1])].reset_index(drop=True)


def _with_news(view: View, own: DataFrame, chosen: Chosen, course: str) -> DataFrame:
    """A recovery that the previous cut did not have is new; a longer time without one is no change."""
    before = view.ask_previous("count_recovery", course=int(course))
    then = None if before is None else _own(before, chosen)
    table = compare(own, then, ("USUBJID",), lambda row: row.EVNTCD == "RECOVERED").rows
    return table.assign(SINCE=table["SINCE"].where(table["EVNTCD"] == "RECOVERED", ""))


def _finding(view: View, table: DataFrame, own: DataFrame, chosen: Chosen, course: str) -> list[str]:
    line = table[(table["PARAM"] == limit_name(*chosen)) & (table["TRTA"] == ALL)].iloc[0]
    what = f"{limit_name(*chosen)} × 10⁹/L after course {course}"
    if not line.NRISK:
        return [
            sentence(f"{what}: none of {counted(line.NSUBJ, 'subject')} is known to have been below it"),
            *_notes(view, own),
        ]
    first = sentence(f"{what}: {line.NRECOV} of {counted(int(line.NRISK), 'subject')} recovered, {_median(line)}")
    return [
        first,
        _by_dose(view, table, chosen),
        _not_recovered(at_risk(own)),
        _aplasia(view, course),
        *_notes(view, own),
    ]


def _median(line) -> str:
    if not present(line.MEDIAN):
        return "median not reached"
    return f"median day {exactly(line.MEDIAN)}" + (f" (95 % CI {line.LIMITS})" if present(line.LIMITS) else "")


def _by_dose(view: View, table: DataFrame, chosen: Chosen) -> str:
    rows = table[(table["PARAM"] == limit_name(*chosen)) & (table["TRTA"] != ALL) & (table["NRISK"] > 0)]
    words = [
        f"{short_dose(row.TRTA, view.trial.dose_unit)} {row.NRECOV} of {row.NRISK}"
        + (f", day {exactly(row.MEDIAN)}" if present(row.MEDIAN) else ", not reached")
        for row in rows_of(rows)
    ]
    unit = f" ({view.trial.dose_unit})" if view.trial.dose_levels else ""
    return sentence(f"by dose{unit}, with medians: {'; '.join(words)}") if len(words) > 1 else ""


def _not_recovered(risk: DataFrame) -> str:
    """What came before recovery, marrow not cleared apart from the rest."""
    parts = []
    for code in (*COMPETING, "CENSORED"):
        those = risk.loc[risk["EVNTCD"] == code, "SUBJID"].tolist()
        parts += [f"{EVENTS[code]} {len(those)} ({first_of(those, MOST_NAMED)})"] if those else []
    return sentence(f"before recovery: {'; '.join(parts)}") if parts else ""


def _aplasia(view: View, course: str) -> str:
    """Aplasia beyond the late day without leukaemia, which the trial counts as a DLT, by name."""
    if course != "1" or not late_aplasia_is_asked(view):
        return ""
    late, rows = view.trial.dlt_late_day, late_aplasia(view)
    named = [
        f"{row.SUBJID}" + (f" (adjudicated a DLT: {row.TERM})" if present(row.TERM) else "")
        for row in rows_of(rows[(rows["APLCD"] == "LATE APLASIA") | rows["TERM"].notna()])
    ]
    waiting = rows[(rows["APLCD"] == "APLASIA") & rows["TERM"].isna()]["SUBJID"].tolist()
    awaited = f"; counts awaited to that day in {listed(waiting)}" if waiting else ""
    return sentence(f"aplasia beyond day {late} without leukaemia: {listed(named)}{awaited}")


def _notes(view: View, own: DataFrame) -> list[str]:
    """What the numbers cannot tell: transfusions that were not delivered, subjects without counts."""
    support = "" if _delivered(view, "TRANSFUSION") else "Platelet transfusions were not delivered: support unknown."
    without = own[own["RISKCD"].isin(["UNKNOWN", "NO COUNTS"])]["SUBJID"].tolist()
    return [support, sentence(f"not assessable: {first_of(without)}") if without else ""]


def _population(view: View, own: DataFrame, shown: DataFrame, chosen: Chosen, course: str) -> str:
    risk, never = len(at_risk(own)), int((own["RISKCD"] == "NEVER LOW").sum())
    test = limit_name(*chosen).split(" ≥")[0].lower()
    words = (
        f"{risk} of {counted(len(own), 'subject')} given course {course} had {test} below the limit after its first "
    )
    words += f"infusion, {never or 'none'} never had; {counted(treated(view), 'treated subject')}"
    unread, undated = int(own["NUNREAD"].sum()), int(own["NUNDATED"].sum())
    words += f"; {counted(unread, 'day')} with a count that cannot be read, which proves nothing" if unread else ""
    words += f"; {counted(undated, 'count')} without a whole date, used for no course" if undated else ""
    news = int((shown["SINCE"] != "").sum())
    return " ".join(filter(None, [sentence(words), since(view, f"{news or 'no'} newly recovered")]))


def _method(view: View) -> str:
    return (
        "From the first infusion of the course (day 1) to recovery: after the nadir (the lowest count of the course), "
        f"the first of {view.trial.recovery_values} consecutive counts on different days that are not below the limit, "
        "or one after which none of the course is below it. Platelets count only without a platelet transfusion in the "
        f"{view.trial.transfusion_days} days before; where transfusions were not delivered they count as they are. Who "
        "was never below the limit is not at risk. Aalen-Johansen estimate; competing with recovery: death, leukaemia "
        "that persists in the marrow (response PR or NR, or marrow blasts of 5 % or more, and neither a remission nor "
        "marrow below 5 % later in the course), relapse or progression, the next course, a transplant or another "
        "therapy; a recovery on the same day comes first. Counts after one of them are not used. Who has none of them "
        "is censored at the last count. The median is the day by which half of those at risk had recovered; it is not "
        "reached where more than half had something else before."
    )
