"""Where the escalation is: stopping rules first, then the dose, its rate, the expansion, and who is pending."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame

from displays.display import Display
from displays.escalation.evaluation import awaited_but_days
from displays.escalation.words import target, target_name, two_targets
from displays.groups import present
from displays.rule.alarms import Alarms, alarms, held, names, stops_after, without
from displays.rule.chances import METHOD, AtDose, at_dose
from displays.rule.design import name_of, outcomes, rule_of, subjects, telling
from displays.rule.enrolled import awaiting
from displays.rule.expansion import after_pending, against_the_rule, expansion_in_short, expansion_rank
from displays.rule.finding import cautions, recommended_before, recommends
from displays.rule.frame import rule_display, undecided, what_holds
from displays.rule.pending import what_if
from displays.rule.words import dose
from displays.words import listed, percent, percent_range, sentence
from queries import View
from queries.frames import rows_of
from stats.escalation import Outcomes
from stats.proportions import interval

DECISION = ("decision", "Where the escalation is")
LABELS = {
    "SUBJID": "Pending subject",
    "TRTA": "Dose level",
    "UNTIL": "Pending until",
    "STATUS": "Status so far",
    "THEN": "What would follow",
}
COLUMNS = ("USUBJID", *LABELS)


def decision(view: View) -> Display:
    """What the rule says now in one sentence, the stopping rules first; the rate at the dose; the pending subjects."""
    if (absent := undecided(view, *DECISION)) is not None:
        return _without_a_rule(view, absent)
    design = rule_of(view.trial)
    known, found = outcomes(subjects(view.cut), design), alarms(view.cut)
    said = [*cautions(view, design, known, found), _decided_on(view, design, known, found)]
    said += [_rate(view, design, known), *_expansion(view, design, known)]
    return rule_display(
        view,
        *DECISION,
        [design],
        finding=[
            _first(view, design, known, found),
            *map(sentence, filter(None, said)),
            recommended_before(view, design, found),
        ],
        table=_table(view, design, known, found),
        labels=LABELS,
        formats={"UNTIL": "date"},
        method=f"Pending subjects, and what follows if none and if all of them have a DLT. {METHOD} The rule is "
        "advisory; the board decides.",
    )


def _without_a_rule(view: View, absent: Display) -> Display:
    """What holds whatever the rule, before the sentence that there is none."""
    if rule_of(view.trial) is not None:
        return absent
    sentences = (*what_holds(view), *absent.sentences)
    return replace(absent, finding=" ".join(sentences), sentences=sentences)


def _first(view: View, design, known: Outcomes, found: Alarms) -> str:
    """The stopping rules met or near, then the dose: "Stopping rule Early death is near: …"."""
    ruling = design.decide(known)
    if found.holds(ruling):
        parts = [held(found), without(found, name_of(design), ruling, view.trial)]
    else:
        parts = [held(found), _near(found), _unassessed(found), recommends(design, ruling, view.trial, known)]
    return " ".join(sentence(part) for part in parts if part)


def _near(found: Alarms) -> str:
    if not found.near:
        return ""
    verb, each = ("are", "each") if len(found.near) > 1 else ("is", "it")
    return f"{names(found.near)} {verb} near: another event would meet {each}"


def _unassessed(found: Alarms) -> str:
    return f"{names(found.absent)} cannot be assessed" if found.absent else ""


def _decided_on(view: View, design, known: Outcomes, found: Alarms) -> str:
    """The counts that the rule ended the escalation on, where the rate that is told is of other subjects; else "".

    "In the dose finding 3 of 6 evaluable at 230 mg/m²/day and 1 of 6 at 190 mg/m²/day had a DLT".
    """
    ruling, rank = design.decide(known), _told_of(view, design, known)
    if ruling.action != "stop" or found.holds(ruling) or not known.cohorts:
        return ""
    if rank == known.level and not _expansion_adds(view, known, rank):
        return ""
    levels = [level for level in dict.fromkeys((known.level, ruling.dose)) if level and known.evaluated_at(level)]
    counts = [
        f"{known.dlt_at(level)} of {known.evaluated_at(level)}{' evaluable' if level == levels[0] else ''} at "
        f"{dose(level, view.trial)}"
        for level in levels
    ]
    return f"In the dose finding {listed(counts)} had a DLT" if counts else ""


def _expansion_adds(view: View, known: Outcomes, rank: int) -> bool:
    """Whether others are evaluable at a level than those that the rule reads."""
    return at_dose(subjects(view.cut), rank).evaluable != known.evaluated_at(rank)


def _told_of(view: View, design, known: Outcomes) -> int | None:
    """The level whose rate is told: of the expansion, else that the rule ended with, else the current one."""
    ruling = design.decide(known)
    ended = ruling.dose if ruling.action == "stop" else None
    return expansion_rank(view) or ended or (known.level if known.cohorts else None)


def _rate(view: View, design, known: Outcomes) -> str:
    rank = _told_of(view, design, known)
    if not rank:
        return ""
    words = _of(view, at_dose(subjects(view.cut), rank))
    together = expansion_rank(view) == rank and _expansion_adds(view, known, rank)
    return f"With the expansion {words}" if together else words


def _of(view: View, seen: AtDose) -> str:
    place, limit = dose(seen.rank, view.trial), target(view)
    if not seen.evaluable:
        return f"Nobody at {place} is evaluable yet"
    which = f", the {target_name(view)}," if two_targets(view) else ""
    limits = interval(seen.dlts, seen.evaluable)
    return (
        f"{seen.dlts} of {seen.evaluable} evaluable had a DLT at {place} ({percent(limits.estimate)}, 95 % CI "
        f"{percent_range(limits.lower, limits.upper)}); the chance that the true rate is above {percent(limit)}{which} "
        f"is {percent(seen.over(limit))}"
    )


def _expansion(view: View, design, known: Outcomes) -> list[str]:
    return [against_the_rule(view, design, known), expansion_in_short(view)]


def _table(view: View, design, known: Outcomes, found: Alarms) -> DataFrame:
    """One row a pending subject, the one that is resolved first before others; then a row for each consequence.

    USUBJID, SUBJID, TRTA, UNTIL (a day, or none where it is not days that are awaited), STATUS, THEN. A consequence has
    its words in THEN, and nothing else.
    """
    waiting = subjects(view.cut).query("RESULT == 'P'").sort_values("WINENDT", kind="stable", na_position="last")
    rows = [
        (row.USUBJID, row.SUBJID, row.TRTA, row.WINENDT if present(row.DAYSLEFT) else None, _so_far(row), None)
        for row in rows_of(waiting)
    ]
    rows += [(None, None, None, None, None, sentence(words)) for words in _consequences(view, design, known, found)]
    return DataFrame(rows, columns=list(COLUMNS)).astype({"UNTIL": "datetime64[us]"})


def _so_far(row) -> str:
    """ "no DLT so far", or what else than days is awaited."""
    return awaiting(row) if row.TRTFL == "N" else awaited_but_days(row) or "no DLT so far"


def _consequences(view: View, design, known: Outcomes, found: Alarms) -> list[str]:
    """What follows from the pending: of the dose finding the rule's answers, of the expansion its rate; none and all.

    While the board is to decide nothing is said to follow.
    """
    if found.board:
        return []
    rows, rank = subjects(view.cut), expansion_rank(view)
    waits = (telling(rows, design)["RESULT"] == "P").any()
    answers = [what_if(view.trial, design, known, stops_after(found, view.trial, known))] if waits else []
    rates = after_pending(view, rows[rows["RANK"] == rank], found) if rank else []
    return [*filter(None, answers), *rates[:1], *rates[1:][-1:]]
