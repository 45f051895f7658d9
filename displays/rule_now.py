"""What the protocol's rule says now, why, and where the trial stands in its decision table."""
from __future__ import annotations

from pandas import DataFrame

from displays import house
from displays.display import Display, day, display, plain
from displays.interval_rows import interval_rows
from displays.rule_design import core, decide, outcomes, rule_of, six_at_most, subjects
from displays.rule_pending import condition, pending_until, pending_words
from displays.rule_table import grid, has_table, labels, states
from displays.rule_words import conventions, counts_at, dose, population, said, sources, target, undecided, why
from displays.words import counted, percent, percent_range, rate, sentence
from queries import View
from stats.escalation import Outcomes

NAME, TITLE = "rule_now", "What the rule says now"
MODEL_LABELS = {
    "TRTA": "Dose level", "NEVAL": "Evaluable (n)", "NDLT": "With DLT (n)", "ESTIMATE": "P(DLT), model", "LOWER": "90 % lower", "UPPER": "90 % upper",
    "OVER": "P(over target)", "NOW": "Present",
}
MODEL_FORMATS = {"ESTIMATE": "percent", "LOWER": "percent", "UPPER": "percent", "OVER": "percent"}


def rule_now(view: View) -> Display:
    """What the protocol's rule says of the subjects treated so far, in a sentence with its reason, and its decision table."""
    if (absent := undecided(view, NAME, TITLE)) is not None:
        return absent
    design = rule_of(view.trial)
    known = outcomes(subjects(view.cut), design)
    table = states(design, known, view.trial) if has_table(design) else model_rows(view, design, known)
    figure = grid(design, table) if has_table(design) else _model_figure(table)
    return display(
        view, NAME, title=TITLE, finding=_finding(view, design, known), table=table, figure=figure,
        labels=labels(design) if has_table(design) else MODEL_LABELS, formats={} if has_table(design) else MODEL_FORMATS,
        population=population(view, design), questions=("rule_outcomes",),
        method=f"{_table_words(design)} {conventions([design])} Evaluable: a verdict is known. A rule is no decision: the board decides.",
        source=sources(view, [design]),
    )


def _table_words(design) -> str:
    if not has_table(design):
        return "The level whose estimated DLT rate is nearest the target; intervals: 90 % of the model's posterior."
    closed = "" if six_at_most(design) else " Closed: the level and those above are not given again."
    return f"The table is {design.name}'s own: what follows from the numbers at the current level.{closed}"


def _finding(view: View, design, known: Outcomes) -> str:
    parts = [_verdict(view, design, known), *pending_words(view, design, known)]
    parts += expansion_words(view, design, known)
    return " ".join(sentence(part) for part in [*parts, *_since(view, design, known)] if part)


def _verdict(view: View, design, known: Outcomes) -> str:
    decision, trial = decide(design, known), view.trial
    if not known.cohorts:
        treated = len(subjects(view.cut))
        seen = f"None of {counted(treated, 'treated subject')} can be evaluated" if treated else "No subject has been treated in this cut"
        return f"{seen}: {design.name} says start at {dose(decision.dose, trial)}"
    reason = why(decision, known, trial)
    return f"{counts_at(known, known.level, trial)}: {_says(design, decision, trial)}" + (f". {reason}" if reason else "")


def _says(design, decision, trial) -> str:
    if decision.action != "stop":
        return f"{design.name} says {said(decision, trial)}"
    if decision.dose is None:
        return f"{design.name} ends the escalation, no dose is tolerated"
    return f"{design.name} ends the escalation with {dose(decision.dose, trial)} as the maximum tolerated dose (MTD)"


def expansion_words(view: View, design, known: Outcomes) -> list[str]:
    """How the expansion stands against the dose that the rule named."""
    rows = subjects(view.cut)
    expansion = rows[(rows["EXPFL"] == "Y") & rows["RANK"].notna()]
    if expansion.empty:
        return []
    rank = int(expansion["RANK"].iloc[-1])
    return [_against(view, decide(design, known), rank), _own_rate(expansion, dose(rank, view.trial)), _together(view, rows[rows["RANK"] == rank], design, rank)]


def _against(view: View, decision, rank: int) -> str:
    if decision.action == "stop" and decision.dose == rank:
        return ""
    place = dose(rank, view.trial)
    if decision.action == "stop":
        return f"The expansion is at {place}, which is not what the rule named"
    return f"The expansion at {place} was opened while the escalation by the rule is not over"


def _own_rate(expansion: DataFrame, place: str) -> str:
    counts = expansion["DLTSTAT"].value_counts()
    evaluable = counts.get("DLT", 0) + counts.get("No DLT", 0)
    waiting = expansion[expansion["RESULT"] == "P"]
    text = f"In the expansion at {place} {counts.get('DLT', 0)} of {counted(evaluable, 'evaluable subject')} had a DLT" if evaluable else f"In the expansion at {place} no subject can be judged yet"
    text += f"; {counts.get('Not evaluable', 0)} not evaluable" if counts.get("Not evaluable", 0) else ""
    return text + (f"; {pending_until(waiting)}" if len(waiting) else "")


def _together(view: View, rows: DataFrame, design, rank: int) -> str:
    """Everybody at the dose, and what the pending could make of it."""
    counts, place = rows["RESULT"].value_counts(), dose(rank, view.trial)
    dlts, waiting = counts.get("T", 0), counts.get("P", 0)
    evaluable, limit = dlts + counts.get("N", 0), target(view)
    text = f"Dose finding and expansion together at {place}: {rate(int(dlts), int(evaluable))}, target below {percent(limit)}"
    if not waiting:
        return text
    number = evaluable + waiting
    outcomes_of = [f"{condition([more], waiting)}, {dlts + more} of {number} ({percent((dlts + more) / number)})" for more in range(waiting + 1)]
    return sentence(text) + " " + sentence("; ".join(outcomes_of[::-1] if waiting == 1 else outcomes_of))


def _since(view: View, design, known: Outcomes) -> list[str]:
    if view.previous is None:
        return []
    earlier = rule_of(view.previous.trial)
    if earlier is None:
        return []
    before = outcomes(subjects(view.previous), earlier)
    then, now = said(decide(earlier, before), view.previous.trial, before), said(decide(design, known), view.trial, known)
    verdict = "the same" if then == now else then
    return [f"At the previous cut ({day(view.previous.date)}) it said {verdict}"]


def model_rows(view: View, design, known: Outcomes) -> DataFrame:
    """What a CRM estimates at each level: ESTIMATE, LOWER, UPPER (90 %), OVER, and the counts it rests on."""
    fit, trial = core(design).fit(known), view.trial
    ranks = range(1, len(trial.dose_levels) + 1)
    current = known.level if known.cohorts else None
    return DataFrame({
        "TRTA": [dose(rank, trial) for rank in ranks], "NEVAL": [known.evaluated_at(rank) for rank in ranks], "NDLT": [known.dlt_at(rank) for rank in ranks],
        "ESTIMATE": fit.p_tox, "LOWER": fit.lower90, "UPPER": fit.upper90, "OVER": fit.p_over_target,
        "NOW": ["present" if rank == current else "" for rank in ranks],
    })


def _model_figure(table: DataFrame):
    rows = table.assign(
        TEXT=[f"{'<b>' if row.NOW else ''}{plain(row.TRTA)}: {percent(row.ESTIMATE)} (90 % {percent_range(row.LOWER, row.UPPER)}); {row.NDLT} of {row.NEVAL}{'</b>' if row.NOW else ''}" for row in table.itertuples()],
        COLOUR=house.INK, SYMBOL="square",
    )
    return interval_rows(rows, axis_title="Estimated DLT rate")
