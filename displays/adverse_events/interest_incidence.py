"""Cumulative incidence of a category of special interest, with death as the competing event."""

from __future__ import annotations

import pandas
from pandas import DataFrame

from displays.adverse_events.interest_figure import WITH_EVENT, figure
from displays.display import Display, display, not_collected
from displays.escalation.words import GRADES, emergence, emergent
from displays.groups import behind, doses_in_order, nobody
from displays.pages import Options
from displays.since import compare_numbers, since
from displays.words import counted, first_of, percent, percent_range, sentence, term_in_words
from queries import View
from queries.frames import rows_of
from stats.survival import cumulative_incidence

INTEREST_INCIDENCE = ("interest_incidence", "Cumulative incidence of an event of special interest")
ALL = "All"
CAUSES = {"Event": 1, "Death": 2}
GRADES_ASKED = (("any", "Any grade"), ("severe", "Grade ≥ 3"))
LABELS = {
    "TRTA": "Dose level",
    "N": "Followed (n)",
    "NEVENT": "With the event (n)",
    "NDEATH": "Died before it (n)",
    "INWINDOW": "Incidence by the end of the DLT window",
    "LOWER": "95 % CI from",
    "UPPER": "95 % CI to",
    "LATEST": "Incidence at the last day followed",
    "LASTDY": "Last day followed",
    "SINCE": "Since previous cut",
}


def category_options(view: View) -> Options:
    """The categories with an event, most subjects first."""
    rows = view.ask("ae_special_interest")
    if rows.empty:
        return ()
    counts = rows.groupby("AESICAT")[["NGRADE3", "NSUBJ"]].sum().reset_index()
    order = counts.sort_values(["NSUBJ", "NGRADE3", "AESICAT"], ascending=[False, False, True], kind="stable")
    return tuple((name, name) for name in order.loc[order["NSUBJ"] > 0, "AESICAT"])


def interest_incidence(view: View, category: str = "", grade: str = "any") -> Display:
    """What share of subjects had had an event of the category by each day, those who died before it apart."""
    if "ae" not in view.cut.received:
        return not_collected(view, *INTEREST_INCIDENCE, "Adverse events")
    category = category or next((name for name, _ in category_options(view)), "")
    asked = dict(category=category, grade=grade)
    subjects = view.ask("ae_interest_times", **asked)
    # everybody of the previous cut: what was known before is not new because its subject has come under the filters
    before = view.previous.ask("ae_interest_times", **asked) if view.previous else None
    timed = _marked(subjects[subjects["DAYS"].notna()], before)
    curves = _curves(view, timed)
    table = _compared(view, _table(view, timed, curves), asked)
    name = f"{term_in_words(category) or 'special interest'}{' of grade 3 or worse' if grade == 'severe' else ''}"
    return display(
        view,
        *INTEREST_INCIDENCE,
        finding=_finding(view, subjects, table, name),
        table=table,
        labels=LABELS,
        formats=dict.fromkeys(("INWINDOW", "LOWER", "UPPER", "LATEST"), "percent"),
        figure=figure(view, timed, curves) if (timed["EVNTDESC"] == "Event").any() else None,
        population=_population(view, subjects),
        method=f"{emergence(view.trial)} From the first infusion (day 1) to the first event of the category; "
        "Aalen-Johansen estimate with death before it as the competing event, others followed to the last contact. A "
        "partial onset counts from its earliest possible day, what began before the first infusion and was fatal after "
        "it from the death. The band is the two-sided 95 % interval of all subjects "
        f"together; it does not exist while the incidence is 0. {GRADES}",
        source="Aalen and Johansen 1978; variance of Aalen 1978; limits: Choudhury, Stat Med 2002;21:1129. Categories: "
        "trial.toml.",
        questions=(view.question("ae_interest_times", **asked),),
        behind=_behind(timed, curves),
    )


def _behind(timed: DataFrame, curves: dict[str, DataFrame]) -> dict[str, tuple[str, ...]]:
    """Who had the event in each group that has a curve, the earliest first; none where nobody had it."""
    events = timed[timed["EVNTDESC"] == "Event"].sort_values("DAYS", kind="stable")
    whole = behind(events.assign(TRTA=ALL), WITH_EVENT, "TRTA") if ALL in curves else {}
    return whole | behind(events, WITH_EVENT, "TRTA")


def _marked(timed: DataFrame, before: DataFrame | None) -> DataFrame:
    """The subjects with SINCE: new where the event was not known at the previous cut."""
    if before is None:
        return timed.assign(SINCE="")
    known = set(before.loc[before["EVNTDESC"] == "Event", "USUBJID"])
    new = (timed["EVNTDESC"] == "Event") & ~timed["USUBJID"].isin(known)
    return timed.assign(SINCE=["new" if fresh else "" for fresh in new])


def _curves(view: View, timed: DataFrame) -> dict[str, DataFrame]:
    """The curve of all subjects, then that of each dose level where there are several."""
    doses = doses_in_order(view, timed["TRTA"])
    whole = {ALL if len(doses) > 1 else dose: _curve(timed) for dose in doses[:1]}
    return whole | {dose: _curve(timed[timed["TRTA"] == dose]) for dose in doses[1:] and doses}


def _curve(rows: DataFrame) -> DataFrame:
    codes = [CAUSES.get(cause, 0) for cause in rows["EVNTDESC"]]
    return cumulative_incidence(rows["DAYS"], codes, cause=1)


def at_day(curve: DataFrame, day: int) -> tuple[float, float, float]:
    """Incidence with its limits on a day: 0 before the first time seen, nan after the last one.

    Where the last ones seen all had the event or died, nothing can come after it: what it was then it stays.
    """
    seen, last = curve[curve["time"] <= day], curve.iloc[-1]
    if last["time"] < day and last["censored"] > 0:
        return (float("nan"),) * 3
    return tuple(seen[["incidence", "lower", "upper"]].iloc[-1]) if len(seen) else (0.0, float("nan"), float("nan"))


def _table(view: View, timed: DataFrame, curves: dict[str, DataFrame]) -> DataFrame:
    rows = []
    for group, curve in curves.items():
        own = timed if group == ALL else timed[timed["TRTA"] == group]
        told = own["EVNTDESC"].value_counts()
        estimate, lower, upper = at_day(curve, view.trial.dlt_window_days)
        rows.append(
            dict(TRTA=group, N=len(own), NEVENT=int(told.get("Event", 0)), NDEATH=int(told.get("Death", 0)))
            | dict(INWINDOW=estimate, LOWER=lower, UPPER=upper)
            | dict(LATEST=curve["incidence"].iloc[-1], LASTDY=int(curve["time"].iloc[-1]))
        )
    return DataFrame(rows, columns=[column for column in LABELS if column != "SINCE"])


def _compared(view: View, table: DataFrame, asked: dict) -> DataFrame:
    """Each group with how many subjects more had the event than at the previous cut."""
    if view.previous is None:
        return compare_numbers(table, None, ("TRTA",), "NEVENT")
    before = view.ask_previous("ae_interest_times", **asked)
    events = before[before["EVNTDESC"].eq("Event") & before["DAYS"].notna()]
    counts = events["TRTA"].value_counts().rename_axis("TRTA").rename("NEVENT").reset_index()
    whole = DataFrame({"TRTA": [ALL], "NEVENT": [len(events)]})
    return compare_numbers(table, pandas.concat([whole, counts], ignore_index=True), ("TRTA",), "NEVENT")


def _finding(view: View, subjects: DataFrame, table: DataFrame, name: str) -> list[str]:
    if subjects.empty:
        return [nobody(view)]
    whom, days = counted(len(subjects), "treated subject"), view.trial.dlt_window_days
    untimed = list(subjects.loc[subjects["DAYS"].isna(), "SUBJID"])
    beside = sentence(f"on a day not known, and not counted here: {first_of(untimed)}") if untimed else ""
    ungraded = _ungraded(subjects)
    if table.empty or not table["NEVENT"].iloc[0]:
        return [f"No {name} with a known day in {whom}.", beside, ungraded]
    whole = table.iloc[0]
    whom = counted(len(subjects) - len(untimed), "subject" if untimed else "treated subject")
    first = f"{name}: {whole['NEVENT']} of {whom}; {_by_day(whole, days)}"
    levels = [f"{row.TRTA} {row.NEVENT} of {row.N}" for row in rows_of(table.iloc[1:])]
    by_dose = [f"by dose: {first_of(levels)}"] if levels else []
    more = table["SINCE"].iloc[0]
    return [
        sentence(first),
        sentence("; ".join([*by_dose, f"{whole['NDEATH'] or 'none'} died before it"])),
        beside,
        ungraded,
        since(view, f"{more.removeprefix('+') or 'no'} more with it"),
    ]


def _by_day(whole, days: int) -> str:
    """ "33 % by day 28 (95 % CI 4 to 78 %)", or that nobody was followed so long."""
    if pandas.isna(whole["INWINDOW"]):
        return f"nobody was followed to day {days}"
    limits = f" (95 % CI {percent_range(whole['LOWER'], whole['UPPER'])})" if pandas.notna(whole["LOWER"]) else ""
    return f"{percent(whole['INWINDOW'])} by day {days}{limits}"


def _ungraded(subjects: DataFrame) -> str:
    """Who had an ungraded event and none of grade 3 or worse, where these are asked for; "" where nobody."""
    names = list(subjects.loc[subjects["UNGRFL"] == "Y", "SUBJID"])
    if not names:
        return ""
    return sentence(f"with an ungraded event and none of grade 3 or worse, not counted here: {first_of(names)}")


def _population(view: View, subjects: DataFrame) -> str:
    if subjects.empty:
        return "No treated subjects."
    untimed = subjects[subjects["DAYS"].isna()]
    undated = subjects[subjects["DTHNODT"] == "Y"]
    parts = [
        f"{counted(len(subjects), 'treated subject')}, each followed to the first event, death or the last contact",
        f"an event without a day, not on the curve: {first_of(list(untimed['SUBJID']))}" if len(untimed) else "",
        f"died on a day not known, followed to the last contact: {first_of(list(undated['SUBJID']))}"
        if len(undated)
        else "",
        emergent(view.trial),
    ]
    return " ".join(sentence(part) for part in parts if part)
