"""The same data under every design: what each says, and how toxic it takes each level to be."""

from __future__ import annotations

from pandas import DataFrame, Series, concat

from displays.display import Display
from displays.escalation.words import target
from displays.rule.alarms import Alarms, advice, alarms, held, not_assessed, stops_after, warnings, without_them
from displays.rule.design import designs, name_of, outcomes, six_at_most, subjects
from displays.rule.frame import rule_display, undecided
from displays.rule.pending import what_if
from displays.rule.sensitivity_figure import figure
from displays.rule.words import (
    MODEL,
    after_colon,
    comparable,
    dose,
    news,
    not_reached,
    reason,
    said,
    selected_highest,
    verdict_words,
)
from displays.since import SINCE_LABELS, compare, ringed
from displays.words import counted, listed, percent, sentence
from queries import View
from stats.escalation import CRM, Decision, Outcomes
from stats.escalation.estimates import flat_posterior
from stats.escalation.selection import selected_by
from stats.escalation.wrappers import unwrapped
from stats.proportions import interval
from trial import Trial

SENSITIVITY = ("sensitivity", "The same data under other designs")
LABELS = {
    "DESIGN": "Design",
    "SAYS": "Recommendation",
    "NEXT": "Recommended dose level",
    "RANGE": "Range over pending subjects, none to all with a DLT",
    "WHATIF": "What follows from pending subjects",
    "MTD": "MTD if the trial ended now",
    "WHY": "Reason",
    "TRTA": "Dose level",
    "NEVAL": "Evaluable (n)",
    "NDLT": "With DLT (n)",
    "NPENDING": "Pending (n)",
    "ESTIMATE": "P(DLT)",
    "LOWER": "90 % lower",
    "UPPER": "90 % upper",
    "OVER": "P(over the design's target)",
    "BASIS": "How estimated",
} | SINCE_LABELS
FORMATS = dict.fromkeys(("ESTIMATE", "LOWER", "UPPER", "OVER"), "percent")
LEVEL = 0.90
OBSERVED = "observed rate, 90 % exact (Clopper-Pearson)"
FLAT = "posterior under a flat prior, 90 %"


def sensitivity(view: View) -> Display:
    """What each design says of the same subjects, with P(DLT), its 90 % interval and P(over target) by level."""
    if (absent := undecided(view, *SENSITIVITY)) is not None:
        return absent
    used, found = designs(view.trial), alarms(view.cut)
    table = compared(view, used, found)
    return rule_display(
        view,
        *SENSITIVITY,
        used,
        finding=_finding(view, table, found),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=figure(view, table),
        compared=True,
        method=_method(view),
        source="Clopper and Pearson, Biometrika 1934;26:404.",
    )


def compared(view: View, used: list, found: Alarms) -> DataFrame:
    """One row a design and level: what the design recommends, its estimates (nan where nobody was evaluated), counts.

    SINCE and PREVIOUS are of the design: whether its answer has changed.
    """
    rows = concat([estimates(view, design, found) for design in used], ignore_index=True)
    answers = rows[["DESIGN", "SAYS"]].drop_duplicates("DESIGN")
    marks = compare(answers, _before(view), ("DESIGN",), lambda row: row.SAYS, always=True).rows
    return rows.merge(marks.drop(columns="SAYS"), on="DESIGN", validate="many_to_one")


def _before(view: View) -> DataFrame | None:
    """What each design recommended on the previous cut; None where that is not known."""
    if view.previous is None or not comparable(view.previous):
        return None
    earlier, found = view.previous, alarms(view.previous)
    answers = [(name_of(design), advice(earlier, design, found)) for design in designs(earlier.trial)]
    return DataFrame(answers, columns=["DESIGN", "SAYS"])


def estimates(view: View, design, found: Alarms) -> DataFrame:
    """What one design recommends, no dose while the alarms hold it, and how it estimates each level."""
    trial, known = view.trial, outcomes(subjects(view.cut), design)
    ranks, decision = range(1, design.levels + 1), design.decide(known)
    named = None if found.holds(decision) else decision.dose
    evaluated, dlt = known.evaluated(design.levels), known.dlt(design.levels)
    basis, estimate, lower, upper = _estimated(design, known, evaluated, dlt)
    return DataFrame(
        {
            "DESIGN": name_of(design),
            "SAYS": advice(view.cut, design, found),
            "WITHOUT": said(decision, trial, known),
            "NEXT": dose(named, trial) if named else "none",
            "RANGE": _range(decision, trial),
            "WHATIF": _what_if(trial, design, known, found),
            "MTD": _mtd(design, known, decision, trial),
            "ACTION": _action(decision, found),
            "WHY": reason(decision, trial),
            "RANK": list(ranks),
            "TRTA": [dose(rank, trial) for rank in ranks],
            "RECOMMENDED": [rank == named for rank in ranks],
            "NEVAL": evaluated,
            "NDLT": dlt,
            "NPENDING": [known.enrolled_at(rank) - known.evaluated_at(rank) for rank in ranks],
            "ESTIMATE": estimate,
            "LOWER": lower,
            "UPPER": upper,
            "OVER": _over(design, known, trial.escalation["target"]),
            "BASIS": basis,
        }
    )


def _action(decision: Decision, found: Alarms) -> str:
    if found.stopped:
        return "stop"
    return "suspend" if found.holds(decision) else decision.action


def _range(decision: Decision, trial: Trial) -> str:
    """What a design without a convention for pending subjects would recommend if none, and if all of them had a DLT."""
    if not decision.answers:
        return ""
    best, worst = (verdict_words(action, rank, trial) for action, rank in decision.answers)
    return f"{best} to {worst}"


def _what_if(trial: Trial, design, known: Outcomes, found: Alarms) -> str:
    if not known.pending or found.board:
        return ""
    return sentence(what_if(trial, design, known, stops_after(found, trial, known)))


def _mtd(design, known: Outcomes, decision, trial) -> str:
    """What the design would name the MTD on the evaluated subjects alone; a rule of six names one only when it ends."""
    if not known.evaluated(design.levels).sum():
        return "none yet"
    if decision.action == "stop" and decision.dose is None:
        return "none"
    if six_at_most(design):
        return _named(decision, trial) if decision.action == "stop" else "none yet"
    rank = selected_by(unwrapped(design), known)
    if rank is None:
        return "none"
    return selected_highest(dose(rank, trial)) if rank == design.levels else dose(rank, trial)


def _named(decision: Decision, trial: Trial) -> str:
    place = dose(decision.dose, trial)
    return place if decision.mtd_reached else not_reached(place).removeprefix("MTD ")


def _estimated(design, known: Outcomes, evaluated, dlt) -> tuple:
    if isinstance(unwrapped(design), CRM):
        fit = unwrapped(design).fit(known)
        return MODEL, fit.p_tox, fit.lower90, fit.upper90
    if six_at_most(design):
        limits = interval(dlt, evaluated, level=LEVEL)
        return OBSERVED, limits.estimate, limits.lower, limits.upper
    limits = flat_posterior(evaluated, dlt, LEVEL)
    return FLAT, limits.estimate, limits.lower, limits.upper


def _over(design, known: Outcomes, target: float):
    return (
        unwrapped(design).fit(known).p_over_target
        if isinstance(unwrapped(design), CRM)
        else design.probability_above(known, target)
    )


def _method(view: View) -> str:
    aim = percent(view.trial.escalation["target"])
    return (
        f"Target of the interval designs and the CRM: {aim}{_two_targets(view)}; Rolling Six and 3+3 have none. "
        f"P(DLT): for Rolling Six and 3+3 the {OBSERVED}; for BOIN, Keyboard and mTPI-2 the {FLAT}; for the CRM "
        f"the {MODEL}, also at levels without a treated subject. P(over target): that the DLT rate is above {aim}, "
        "under a flat prior from the level's own subjects, for the CRM from the model. MTD if the trial ended "
        "now: on the evaluated subjects, among the levels that the design has not closed; for the interval "
        "designs by isotonic regression as BOIN selects it, for the CRM the level nearest the target among those "
        "with evaluated subjects."
    )


def _two_targets(view: View) -> str:
    """Why there are two targets on one page, where there are."""
    limit, aim = target(view), view.trial.escalation["target"]
    if limit == aim:
        return ""
    below = (
        f"the protocol's limit of the DLT rate, {percent(limit)}, is a rate to stay below, and the one that other "
        "displays show"
    )
    return f" (a rate to aim at; {below})"


def _finding(view: View, table: DataFrame, found: Alarms) -> list[str]:
    """What holds every design first; then what each recommends, or would recommend without what holds it."""
    says = table.drop_duplicates("DESIGN").set_index("DESIGN")["WITHOUT"]
    together: Series = says.reset_index().groupby("WITHOUT", sort=False)["DESIGN"].agg(list)
    rule, own = says.index[0], says.iloc[0]
    same = [name for name in together[own] if name != rule]
    does = "would" if found.board else _verb(same, "do", "does")
    agree = f", and so {does} {listed(same)}" if same else ""
    others = [
        f"{listed(names)} {_recommends(found, names)}: {after_colon(words)}"
        for words, names in together.items()
        if words != own
    ]
    own_words = f"{_would(found)}{rule}, the protocol's rule, {_recommends(found, [rule])}: {after_colon(own)}{agree}"
    parts = [held(found), warnings(found), not_assessed(found), own_words, "; ".join(others), *_pending(table)]
    return [sentence(part) for part in [*parts, news(view, _changed(table))] if part]


def _recommends(found: Alarms, designs: list[str]) -> str:
    """That designs recommend, or would without the stopping rules and the DLTs unread that hold it."""
    return "would recommend" if found.board else _verb(designs, "recommend", "recommends")


def _would(found: Alarms) -> str:
    if not found.board:
        return ""
    return f"{without_them(found)} "


def _verb(names: list[str], several: str, one: str) -> str:
    return several if len(names) > 1 else one


def _pending(table: DataFrame) -> list[str]:
    """What the designs that wait would say, those with the same words together."""
    waiting = table[(table["ACTION"] == "suspend") & (table["WHATIF"] != "")].drop_duplicates("DESIGN")
    together = waiting.groupby("WHATIF", sort=False)["DESIGN"].agg(list)
    return [f"{listed(names)}: {words[:1].lower() + words[1:]}" for words, names in together.items()]


def _changed(table: DataFrame) -> str:
    changed = ringed(table)["DESIGN"].nunique()
    designs, whose = counted(table["DESIGN"].nunique(), "design"), "their" if changed > 1 else "its"
    return f"{changed or 'none'} of {designs} changed {whose} recommendation"
