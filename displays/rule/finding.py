"""The finding of the rule: what holds it, what it recommends and why, the pending, the expansion, how sure it is."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import day
from displays.escalation.outside import last_seen, open_after_window, outside_window
from displays.rule.alarms import (
    Alarms,
    advice,
    alarms,
    counts,
    deaths_without_cause,
    held,
    near_and_earlier,
    not_assessed,
    unassessed,
    without,
)
from displays.rule.chances import above_target, at_dose, next_cohort_words, over_words
from displays.rule.design import name_of, rule_of, six_at_most, subjects
from displays.rule.enrolled import pending_elsewhere
from displays.rule.expansion import expansion_rank, expansion_words, not_read
from displays.rule.frame import other_name
from displays.rule.pending import pending_words
from displays.rule.words import comparable, counts_at, dose, news, not_reached, recommended, why
from displays.words import MOST_LISTED, counted, first_of, sentence
from queries import View
from stats.escalation import Decision, Outcomes
from stats.escalation.reasons import COUNT
from stats.escalation.wrappers import unwrapped
from trial import Trial


def finding(view: View, design, known: Outcomes, found: Alarms) -> list[str]:
    """The sentences in order of what decides: stopping rules met or near, deaths without a cause, a rate above the
    target, stopping rules not assessed; then the rule and its reason; the pending; what bears on the counts; the
    expansion; chances."""
    decision, rows = design.decide(known), subjects(view.cut)
    parts = [*_first(view, design, decision, found), *cautions(view, design, known, found)]
    parts += _counts(view, known, decision) if found.holds(decision) else _verdict(view, design, known, decision, rows)
    parts += [pending_elsewhere(rows)]
    parts += [_other_name(view, decision, rows), *pending_words(view, design, known, found)]
    parts += [*outside_window(view.cut.ask("dlt_events"), view.trial), last_seen(rows, view.trial)]
    parts += [*expansion_words(view, design, known, found), _over(view, known, decision, rows)]
    over = decision.action == "stop" and expansion_rank(view) is None
    parts += ["" if found.board or over else next_cohort_words(view, found)]
    parts += [recommended_before(view, design, found)]
    return [sentence(part) for part in parts if part]


def cautions(view: View, design, known: Outcomes, found: Alarms) -> list[str]:
    """What is said before a dose beside the stopping rules that are met or near; "" for each that there is not."""
    decision, rows = design.decide(known), subjects(view.cut)
    return [
        deaths_without_cause(rows),
        _too_toxic(view, decision, rows),
        open_after_window(view.cut.ask("after_window_open"), view.trial),
        not_assessed(found) or unassessed(found.absent),
        _elsewhere(rows, known, decision),
        not_read(view, design, decision),
    ]


def _first(view: View, design, decision: Decision, found: Alarms) -> list[str]:
    """The stopping rules that are or may be met, or DLTs unread, in place of a dose; and what is near."""
    if not found.holds(decision):
        return [held(found), near_and_earlier(found)]
    return [
        held(found),
        without(found, name_of(design), decision, view.trial),
        counts(found.met),
        near_and_earlier(found),
    ]


def _too_toxic(view: View, decision: Decision, rows: DataFrame) -> str:
    """That the rate at the dose named, or at that of the expansion, is above the target."""
    named = decision.dose if decision.action == "stop" else None
    ranks = [rank for rank in dict.fromkeys((named, expansion_rank(view))) if rank]
    return ". ".join(text for text in (above_target(view, at_dose(rows, rank)) for rank in ranks) if text)


def _elsewhere(rows: DataFrame, known: Outcomes, decision: Decision) -> str:
    """The DLTs at another dose than assigned that the counts in the finding do not show; "" where none.

    "1 DLT at 310 mg/m²/day (assigned 130 mg/m²/day): S4".
    """
    shown = {part.level for part in decision.parts if part.code == COUNT}
    shown |= {known.level} if known.cohorts else set()
    other = rows[(rows["RESULT"] == "T") & rows["GIVENTRT"].notna() & ~rows["RANK"].isin(shown)]
    other = other.assign(TRTP=other["TRTP"].fillna("no planned level"))
    return "; ".join(
        f"{counted(len(own), 'DLT')} at {given} (assigned {assigned}): {first_of(list(own['SUBJID']), MOST_LISTED)}"
        for (given, assigned), own in other.groupby(["GIVENTRT", "TRTP"], sort=False)
    )


def _counts(view: View, known: Outcomes, decision: Decision) -> list[str]:
    """The counts at the current level, and the reason where it names no dose: none is while a stopping rule is met."""
    if not known.cohorts:
        return []
    reason = why(decision, known, view.trial) if decision.dose is None else ""
    return [counts_at(known, known.level, view.trial), reason]


def _verdict(view: View, design, known: Outcomes, decision: Decision, rows: DataFrame) -> list[str]:
    """What the rule recommends on which counts, and why where the counts are not all of it."""
    trial = view.trial
    if not known.cohorts:
        return [f"{_nobody_evaluated(rows[rows['TRTFL'] == 'Y'])}: {recommended(design, decision, trial, known)}"]
    words = f"{counts_at(known, known.level, trial)}: {recommends(design, decision, trial)}"
    return [words, why(decision, known, trial), _closed(design, decision, known, trial)]


def _closed(design, decision: Decision, known: Outcomes, trial: Trial) -> str:
    """Which level a second DLT has closed, where the counts that were said are of another; "" where none."""
    if not six_at_most(design):
        return ""
    said_of = {part.level for part in decision.parts if part.code == COUNT} | {known.level}
    closed = unwrapped(design).eliminated(known)
    if closed is None or closed in said_of:
        return ""
    counts_of = f"{known.dlt_at(closed)} of {counted(known.evaluated_at(closed), 'evaluable subject')}"
    return f"{dose(closed, trial)} is closed: {counts_of} had a DLT"


def _nobody_evaluated(treated: DataFrame) -> str:
    if treated.empty:
        return "No subject has been treated in this cut"
    elsewhere = treated[treated["RANK"].isna() & treated["RESULT"].isin(["N", "T"])]
    if elsewhere.empty:
        return f"None of {counted(len(treated), 'treated subject')} can be evaluated"
    dlts, evaluable = (elsewhere["RESULT"] == "T").sum(), counted(len(elsewhere), "evaluable subject")
    return f"No subject was evaluated at a planned dose level ({evaluable} at another dose, {dlts} with a DLT)"


def recommends(design, decision: Decision, trial: Trial, known: Outcomes | None = None) -> str:
    """ "Rolling Six ends the escalation with 190 mg/m²/day as the maximum tolerated dose (MTD)"."""
    if decision.action != "stop":
        return recommended(design, decision, trial, known)
    if decision.dose is None:
        return f"{name_of(design)} ends the escalation, no dose is tolerated"
    place = dose(decision.dose, trial)
    if not decision.mtd_reached:
        return f"{name_of(design)} ends the escalation: {not_reached(place)}"
    return f"{name_of(design)} ends the escalation with {place} as the maximum tolerated dose (MTD)"


def _other_name(view: View, decision: Decision, rows: DataFrame) -> str:
    """Where a level has more than the design foresees: that the expansion may be delivered under another name."""
    return other_name(view, rows) if any(part.code == "beyond six" for part in decision.parts) else ""


def _over(view: View, known: Outcomes, decision: Decision, rows: DataFrame) -> str:
    """P(over target) at the dose named, else at the current one, where it was not said already."""
    named = decision.action == "stop"
    current = known.level if known.cohorts else None
    rank = decision.dose if named else current
    if rank is None or rank == expansion_rank(view) or (named and above_target(view, at_dose(rows, rank))):
        return ""
    return over_words(view, at_dose(rows, rank))


def recommended_before(view: View, design, found: Alarms) -> str:
    """What the recommendation was at the previous cut; "" where none is compared."""
    earlier = view.previous
    if earlier is None or not comparable(earlier):
        return news(view, "")
    then = advice(earlier, rule_of(earlier.trial), alarms(earlier))
    same = then == advice(view.cut, design, found)
    return f"At the previous cut ({day(earlier.date)}) the recommendation was{' the same' if same else f': {then}'}."
