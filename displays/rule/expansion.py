"""The expansion beside a rule that takes six subjects at a level: what it adds, and what could follow in it."""

from __future__ import annotations

from collections.abc import Callable

from pandas import DataFrame

from displays.escalation.words import target, target_name
from displays.rule.alarms import Alarms, met_after
from displays.rule.branch import Branch
from displays.rule.chances import AtDose, above_target, at_dose, over_words
from displays.rule.design import resolved, six_at_most, subjects
from displays.rule.pending import condition, pending_until, ways
from displays.rule.words import dose
from displays.words import counted, percent, rate, sentence
from queries import View
from stats.escalation import Decision, Outcomes


def expansion_rank(view: View) -> int | None:
    """The dose level of the expansion, counted from 1; None where none has begun at a planned level."""
    rows = _expansion(subjects(view.cut))
    return None if rows.empty else int(rows["RANK"].iloc[-1])


def _expansion(rows: DataFrame) -> DataFrame:
    return rows[(rows["EXPFL"] == "Y") & rows["RANK"].notna()]


CLOSING = 2
"""The second DLT closes a level of a design of six: more at one level change no answer."""
MOST_TOLD = 40
"""Of more pending subjects the rate is told where it changes sides alone."""


def replaces_the_rule(view: View, design, known: Outcomes) -> bool:
    """Whether the escalation by a rule of six is over, however the pending turn out, and an expansion goes on.

    Then the rate of the expansion is asked for, not the rule.
    """
    if not six_at_most(design) or expansion_rank(view) is None:
        return False
    after = (design.decide(resolved(known, way)) for way in ways(known, CLOSING))
    answers = {(decision.action, decision.dose) for decision in after}
    return len(answers) == 1 and answers.pop()[0] == "stop"


def against_the_rule(view: View, design, known: Outcomes) -> str:
    """What is to be said of an expansion that the rule did not name; "" where there is nothing to say."""
    rank, decision = expansion_rank(view), design.decide(known)
    if rank is None or (decision.action == "stop" and decision.dose == rank):
        return ""
    return _differs(decision, dose(rank, view.trial))


def _differs(decision: Decision, place: str) -> str:
    if decision.action == "stop":
        return f"The expansion is at {place}, which is not what the rule named"
    return f"The expansion at {place} was opened while the escalation by the rule is not over"


def not_read(view: View, design, decision: Decision) -> str:
    """The DLTs of an expansion that a design of six does not read, before a dose above it or a higher one is named."""
    rank = expansion_rank(view)
    if rank is None or decision.dose is None or not six_at_most(design):
        return ""
    expansion = _expansion(subjects(view.cut))
    counts = expansion["RESULT"].value_counts()
    dlts, evaluable = counts.get("T", 0), counts.get("T", 0) + counts.get("N", 0)
    if not dlts or decision.action == "stop" or (decision.dose <= rank and decision.action != "escalate"):
        return ""
    return (
        f"{dlts} of {counted(evaluable, 'evaluable subject')} in the expansion at {dose(rank, view.trial)} had a DLT; "
        "the rule counts the escalation cohorts alone"
    )


def expansion_words(view: View, design, known: Outcomes, found: Alarms) -> list[str]:
    """How the expansion stands against the dose that the rule named."""
    rank, rows = expansion_rank(view), subjects(view.cut)
    if rank is None:
        return []
    return [
        against_the_rule(view, design, known),
        _own_rate(_expansion(rows), dose(rank, view.trial)),
        _together(view, rows[rows["RANK"] == rank], rank, found),
    ]


def _own_rate(expansion: DataFrame, place: str) -> str:
    counts = expansion["DLTSTAT"].value_counts()
    evaluable = counts.get("DLT", 0) + counts.get("No DLT", 0)
    waiting = expansion[expansion["RESULT"] == "P"]
    text = f"In the expansion at {place} no subject can be evaluated{' yet' * bool(len(waiting))}"
    if evaluable:
        dlts = f"{counts.get('DLT', 0)} of {counted(evaluable, 'evaluable subject')}"
        text = f"In the expansion at {place} {dlts} had a DLT"
    text += f"; {counts.get('Not evaluable', 0)} not evaluable" if counts.get("Not evaluable", 0) else ""
    return text + (f"; {pending_until(waiting)}" if len(waiting) else "")


def _together(view: View, rows: DataFrame, rank: int, found: Alarms) -> str:
    """Everybody at the dose, and what the pending could make of it, with the stopping rule that it would meet."""
    counts, place = rows["RESULT"].value_counts(), dose(rank, view.trial)
    dlts, waiting = counts.get("T", 0), counts.get("P", 0)
    evaluable, limit = dlts + counts.get("N", 0), target(view)
    text = (
        f"Dose finding and expansion together at {place}: {rate(int(dlts), int(evaluable))}, {target_name(view)} below "
        f"{percent(limit)}{_over(view, at_dose(rows, rank))}"
    )
    if not waiting:
        return text
    outcomes_of = after_pending(view, rows, found)
    return sentence(text) + " " + sentence("; ".join(outcomes_of[::-1] if waiting == 1 else outcomes_of))


def after_pending(view: View, rows: DataFrame, found: Alarms) -> list[str]:
    """The rate at a dose after each number of DLTs among its pending subjects, with the stopping rule that it meets.

    rows: the subjects of the dose, those of `rule_outcomes`. ["if neither has a DLT, the rate
    would be 2 of 13 (15 %)", …].
    """
    counts = rows["RESULT"].value_counts()
    dlts, waiting = counts.get("T", 0), counts.get("P", 0)
    number = dlts + counts.get("N", 0) + waiting

    def after(more: int) -> str:
        met = met_after(found, view.trial, more, int(waiting), expansion=True)
        share = f"the rate would be {dlts + more} of {number} ({percent((dlts + more) / number)})"
        return f"{condition([more], waiting)}, {': '.join(part for part in (share, met) if part)}"

    if waiting <= MOST_TOLD:
        return [after(more) for more in range(waiting + 1)] if waiting else []
    return [*[after(more) for more in _turns(view, found, int(dlts), int(number), int(waiting))], BETWEEN]


BETWEEN = "what lies between is not listed"


def _turns(view: View, found: Alarms, dlts: int, number: int, waiting: int) -> list[int]:
    """The numbers of DLTs among very many pending at which the rate passes the target or a rule is met; the ends."""
    sides = [
        ((dlts + more) / number < target(view), met_after(found, view.trial, more, waiting, expansion=True))
        for more in range(waiting + 1)
    ]
    turns = {more for more in range(1, waiting + 1) if sides[more] != sides[more - 1]}
    return sorted({0, waiting} | turns)


def expansion_in_short(view: View) -> str:
    """ "Expansion: 8 of 10 planned treated: 5 evaluable (1 with a DLT), 2 pending, 1 not evaluable"; "" where none has
    begun."""
    rows = _expansion(subjects(view.cut))
    if rows.empty:
        return ""
    planned = view.trial.content.get("trial", {}).get("expansion_subjects")
    of = f" of {int(planned)} planned" if planned is not None else ""
    treated = rows[rows["TRTFL"] == "Y"]
    dlts, evaluable = (rows["RESULT"] == "T").sum(), rows["RESULT"].isin(["T", "N"]).sum()
    parts = [f"{evaluable or 'none'} evaluable" + (f" ({dlts or 'none'} with a DLT)" if evaluable else "")]
    others = {"pending": (treated["RESULT"] == "P").sum(), "not evaluable": treated["RESULT"].isna().sum()}
    parts += [f"{number} {words}" for words, number in others.items() if number]
    awaited = len(rows) - len(treated)
    parts += [f"{awaited} enrolled and not yet treated"] if awaited else []
    return f"Expansion: {len(treated) or 'none'}{of} treated: {', '.join(parts)}"


def _over(view: View, seen: AtDose) -> str:
    """P(over target), where the finding has not begun with it."""
    return "" if above_target(view, seen) or not seen.evaluable else f"; {over_words(view, seen)}"


def expansion_branches(view: View, found: Alarms) -> tuple[tuple[Branch, ...], bool]:
    """The rate at the dose after the pending and the next subjects of the expansion; whether any are pending."""
    rows, rank = subjects(view.cut), expansion_rank(view)
    now = at_dose(rows, rank)
    more = _next_in_expansion(view, int(_expansion(rows)["RESULT"].notna().sum()))
    steps = [number for number in (now.pending, more) if number]

    def stops(dlts: int, evaluable: int) -> str:
        return met_after(found, view.trial, dlts - now.dlts, evaluable - now.evaluable, expansion=True)

    return _rates(now.dlts, now.evaluable, steps, target(view), stops), now.pending > 0


def _next_in_expansion(view: View, taken: int) -> int:
    planned = view.trial.content.get("trial", {}).get("expansion_subjects")
    usual = view.trial.escalation["cohort_size"]
    return usual if planned is None else max(min(usual, int(planned) - taken), 0)


def _rates(
    dlts: int, evaluable: int, steps: list[int], limit: float, stops: Callable[[int, int], str]
) -> tuple[Branch, ...]:
    """stops: DLTs and evaluable subjects at the dose → the stopping rule that they would meet, in words; "" if none."""
    if not steps:
        return ()
    size, total = steps[0], evaluable + steps[0]
    return tuple(_rate_after(dlts, more, size, total, steps[1:], limit, stops) for more in range(size + 1))


def _rate_after(dlts: int, more: int, size: int, total: int, steps: list[int], limit: float, stops) -> Branch:
    share, held = (dlts + more) / total, stops(dlts + more, total)
    side = f"below {percent(limit)}" if share < limit else f"{percent(limit)} or more"
    says = (f"{dlts + more} of {total}, {percent(share)}", held or side)
    then = () if held else _rates(dlts + more, total, steps, limit, stops)
    return Branch(f"{more} of {size} DLT", "above" if held or share >= limit else "below", says, ": ".join(says), then)
