"""Replay: at each first infusion, what the rule said of what was known that day, and what was done."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame, Timestamp

from displays.display import Display, day
from displays.groups import cohort_name, present
from displays.rule.alarms import NO_ALARMS, Alarms, advice, alarms, held, not_assessed, warnings, without
from displays.rule.design import (
    known_then,
    name_of,
    outcomes,
    outcomes_by_step,
    rule_of,
    six_at_most,
    subjects,
    telling,
)
from displays.rule.frame import rule_display, undecided
from displays.rule.path import path
from displays.rule.words import comparable, counts_at, dose, news, reason, said
from displays.since import SINCE_LABELS, Compared, compare
from displays.stopping.asked import questions as stopping_questions
from displays.words import counted, sentence
from queries import View
from queries.frames import rows_of
from stats.escalation import Decision, Outcomes

REPLAY = ("replay", "Rule recommendation and dose given, step by step")
LABELS = {
    "STEP": "Step",
    "DAY": "Day of first infusion",
    "SUBJID": "Subject",
    "COHORTNAM": "Cohort",
    "KNOWN": "Known that day",
    "RULE": "Rule recommendation",
    "DONE": "Dose given",
    "AGREE": "Given versus recommended, by today's adjudications",
    "WHY": "Reason",
    "NOTE": "Note",
} | SINCE_LABELS
NOW = "now"
AS_SAID, NOT_COMPARABLE = "as recommended", "cannot be compared"
NOT_REPLAYED = "not replayed"
"""What is told of the previous cut for a step that was one then, and was not among the last ones."""
MOST_NOTED = 12
"""So many differing steps are looked into for the DLT that made the difference."""
MOST_DLTS = 60
"""Among more DLTs none is looked for: no single one decides, and the rule would be asked hundreds of times."""


def replay(view: View) -> Display:
    """Subject by subject what the protocol's rule recommended on the data of that day, beside the dose given."""
    if (absent := undecided(view, *REPLAY)) is not None:
        return absent
    design, found = rule_of(view.trial), alarms(view.cut)
    compared = _compared(view, found)
    table = compared.rows
    return rule_display(
        view,
        *REPLAY,
        [design],
        finding=_finding(view, design, compared, found),
        table=table,
        labels=LABELS,
        figure=path(view, table),
        questions=("rule_replay", "rule_outcomes", *stopping_questions(view)),
        method=(
            f"{_earlier(table)}For each first infusion: the subjects enrolled before, read as a data cut of that day "
            "would read them. A DLT counts from its onset, no DLT from the last day of the window, not evaluable from "
            "the day that became so; all others are pending, those awaiting their first infusion too. Adjudications "
            "are those of this cut, whenever they were made: an adjudication that changed later changes what the rule "
            "is taken to "
            "have recommended, so that a step can "
            f"differ here although it followed what was known then; the note of the first {MOST_NOTED} such steps "
            "names the DLT that made the difference. Hypothetical subjects are not steps. An expansion at the dose "
            "that the rule named is as recommended. Stopping rules are asked for the present alone, the last row."
        ),
    )


def _earlier(table: DataFrame) -> str:
    """That the first steps of a trial of very many subjects are left out; "" where all are shown."""
    first = int(table["STEP"].min())
    return f"The first {counted(first - 1, 'first infusion')} are not replayed, so many subjects are there. " * (
        first > 1
    )


def _compared(view: View, found: Alarms) -> Compared:
    """The steps beside those of the previous cut; the present is no step, and never new or changed."""
    earlier = view.previous if view.previous and comparable(view.previous) else None
    former = steps(earlier, notes=False) if earlier else None
    compared = compare(
        steps(view.cut, found=found),
        former,
        ("USUBJID",),
        lambda row: "" if row.AGREE == NOW else (row.RULE, row.AGREE),
        words=lambda was, _: f"{was.RULE}: {was.AGREE}",
    )
    if former is None or former["STEP"].min() == 1:
        return compared
    rows = compared.rows
    left_out = (rows["SINCE"] == "new") & rows["USUBJID"].isin(subjects(earlier)["USUBJID"])
    since, previous = rows["SINCE"].mask(left_out, ""), rows["PREVIOUS"].mask(left_out, NOT_REPLAYED)
    return replace(compared, rows=rows.assign(SINCE=since, PREVIOUS=previous))


def steps(cut, notes: bool = True, found: Alarms = NO_ALARMS) -> DataFrame:
    """One row a first infusion, in order, and a last one for the present (AGREE "now"); empty without a rule.

    LEVEL is the level given, RULELEVEL the one the rule named (absent while it waits); both count from 1. NOTE is for
    the first MOST_NOTED differing steps, none without `notes`: each asks the rule once more for every DLT.
    found: the stopping rules of the present; while one is met the last row names no dose.
    """
    design = rule_of(cut.trial)
    if design is None:
        return DataFrame(columns=["STEP", "USUBJID", "AGREE", "RULE"])
    then = known_then(cut)
    known, numbers = outcomes_by_step(then, design), dict(zip(then["USUBJID"], then["STEP"], strict=True))
    treated = subjects(cut)
    taken = treated[treated["USUBJID"].isin(numbers.keys())]
    rows = [
        _step(cut, design, number, row, known[number])
        for row, number in zip(rows_of(taken), taken["USUBJID"].map(numbers), strict=True)
    ]
    differing = [row["STEP"] for row in rows if row["AGREE"] not in (AS_SAID, NOT_COMPARABLE)][
        : MOST_NOTED if notes else 0
    ]
    before = {step: then[(then["STEP"] == step) & then["EARLIER"].notna()] for step in differing}
    noted = [
        row | {"NOTE": _note(cut, design, before[row["STEP"]], row) if row["STEP"] in before else ""} for row in rows
    ]
    return DataFrame([*noted, _present(cut, design, max(numbers.values(), default=0) + 1, found)])


def _step(cut, design, number: int, row, known: Outcomes) -> dict:
    decision, level = design.decide(known), int(row.RANK) if present(row.RANK) else None
    agree = _agreement(design, decision, level, row.EXPFL == "Y")
    return _said_row(cut, known, decision) | {
        "STEP": number,
        "DAY": row.TRTSDT,
        "USUBJID": row.USUBJID,
        "SUBJID": row.SUBJID,
        "COHORTNAM": cohort_name(row),
        "LEVEL": level,
        "DONE": _done(row),
        "AGREE": agree,
        "EXPFL": row.EXPFL,
    }


def _present(cut, design, number: int, found: Alarms) -> dict:
    known = outcomes(subjects(cut), design)
    decision = design.decide(known)
    return (
        _said_row(cut, known, decision)
        | _held_row(cut, design, decision, found)
        | {
            "STEP": number,
            "DAY": Timestamp(cut.date),
            "USUBJID": None,
            "SUBJID": "now",
            "COHORTNAM": "",
            "LEVEL": None,
            "DONE": "",
            "AGREE": NOW,
            "NOTE": "",
        }
    )


def _held_row(cut, design, decision: Decision, found: Alarms) -> dict:
    """While a stopping rule is met the present has no dose; the reason says what the rule alone would recommend."""
    if not found.holds(decision):
        return {}
    why = f"{sentence(held(found))} {sentence(without(found, name_of(design), decision, cut.trial))}"
    return {
        "RULE": advice(cut, design, found),
        "ACTION": "stop" if found.stopped else "suspend",
        "RULELEVEL": None,
        "WHY": why,
    }


def _said_row(cut, known: Outcomes, decision: Decision) -> dict:
    trial = cut.trial
    return {
        "KNOWN": counts_at(known, known.level, trial) if known.cohorts else "no earlier subjects",
        "RULE": said(decision, trial, known),
        "ACTION": decision.action,
        "RULELEVEL": decision.dose,
        "WHY": reason(decision, trial),
        "CURRENT": known.level if known.cohorts else 1,
        "NEVAL": known.evaluated_at(known.level) if known.cohorts else 0,
        "NDLT": known.dlt_at(known.level) if known.cohorts else 0,
        "NENROLLED": known.enrolled_at(known.level) if known.cohorts else 0,
    }


def _done(row) -> str:
    return (row.TRTA if present(row.TRTA) else "no planned level") + (" (expansion)" if row.EXPFL == "Y" else "")


def _agreement(design, decision: Decision, level: int | None, expansion: bool) -> str:
    """What was done against what was said: as said, above, below, did not wait … or cannot be compared."""
    if level is None or decision.action not in ("escalate", "stay", "de-escalate", "suspend", "stop"):
        return NOT_COMPARABLE
    if decision.action == "suspend":
        return "did not wait"
    if decision.action == "stop":
        return AS_SAID if expansion and level == decision.dose else "after the end"
    if expansion and six_at_most(design):
        return "expansion before the end"
    if level == decision.dose:
        return AS_SAID
    return "above" if level > decision.dose else "below"


def _note(cut, design, before: DataFrame, step: dict) -> str:
    """Which single DLT made the difference: without it the rule would have recommended what was done."""
    named, dlts = [], telling(before, design).query("RESULT == 'T'")
    for index, row in dlts.iterrows() if len(dlts) <= MOST_DLTS else ():
        without = before.assign(RESULT=before["RESULT"].where(before.index != index, "N"))
        decision = design.decide(outcomes(without, design))
        if _agreement(design, decision, step["LEVEL"], step["EXPFL"] == "Y") == AS_SAID:
            day_of = f", day {row.DLTADY:g}" if present(row.DLTADY) else ""
            named.append(
                f"{row.EARLIERID} ({row.DLTTERM}{day_of} at "
                f"{dose(int(row.RANK), cut.trial)}){_adjudication(cut, row.EARLIER)}"
            )
    return (
        f"Without the DLT of {'; or of '.join(named)} the rule would have recommended what was given" if named else ""
    )


def _adjudication(cut, usubjid: str) -> str:
    """Why the subject's events were adjudicated as a DLT, in the adjudicators' words: it may have been later."""
    events = cut.ask("dlt_events")
    words = [str(text) for text in events.loc[events["USUBJID"] == usubjid, "DLTRS"] if present(text)]
    return f" (adjudication: “{'; '.join(words)}”)" if words else ""


def _finding(view: View, design, compared: Compared, found: Alarms) -> list[str]:
    table = compared.rows
    done = table[table["AGREE"] != NOW]
    if done.empty:
        recommended = f"{name_of(design)} recommends: {table['RULE'].iloc[-1]}"
        return [sentence(f"No subject has been treated in this cut; {recommended}")]
    first = [table["WHY"].iloc[-1]] if found.stopped else [held(found), warnings(found), not_assessed(found)]
    parts = [*first, *_followed(design, done), news(view, _read_otherwise(compared))]
    return [sentence(part) for part in parts if part]


def _followed(design, done: DataFrame) -> list[str]:
    """How many first infusions followed the rule, and the first three that did not."""
    known = done[done["AGREE"] != NOT_COMPARABLE]
    other = known[known["AGREE"] != AS_SAID]
    outside = "compared (no planned level)"
    if known.empty:
        return [f"None of {counted(len(done), 'first infusion')} can be {outside}"]
    last = "the last " if done["STEP"].min() > 1 else ""
    first = f"By today's adjudications {len(known) - len(other)} of {last}{counted(len(known), 'first infusion')}"
    first += f" followed the recommendation of {name_of(design)} on the data of that day"
    first += f"; {len(done) - len(known)} more cannot be {outside}" if len(done) > len(known) else ""
    more = [f"{len(other) - 3} more differ"] if len(other) > 3 else []
    return [first, *(_difference(row) for row in rows_of(other.head(3))), *more]


def _difference(row) -> str:
    known = row.KNOWN[:1].lower() + row.KNOWN[1:]
    note = f". {row.NOTE}" if row.NOTE else ""
    return (
        f"{day(row.DAY)}: {row.SUBJID} at {row.DONE}, the rule would now have recommended: {row.RULE} ({known}){note}"
    )


def _read_otherwise(compared: Compared) -> str:
    rows = compared.rows[compared.rows["AGREE"] != NOW]
    new, left_out = len(compared.new), int((rows["PREVIOUS"] == NOT_REPLAYED).sum())
    changed, both = ", ".join(compared.changed["SUBJID"]), len(rows) - new - left_out
    if rows["STEP"].min() == 1 and not left_out:
        words = f"re-read since: {changed}" if changed else "no earlier step has changed"
        return f"{counted(new, 'new step')}; {words}"
    words = f"of the {both} compared {f'were re-read since: {changed}' if changed else 'none has changed'}"
    parts = [f"of {len(rows)} steps shown {new or 'none'} {'is' if new < 2 else 'are'} new"]
    if left_out:
        parts.append(f"{left_out} {'was' if left_out == 1 else 'were'} not replayed then")
    return ", ".join(parts) + f"; {words}" * (both > 0)
