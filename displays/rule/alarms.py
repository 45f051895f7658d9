"""What holds the escalation rule: stopping rules that are met or near, and deaths in the DLT window without a cause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pandas import DataFrame

from displays.display import day
from displays.groups import present
from displays.rule.design import outcomes, subjects
from displays.rule.words import dose, said
from displays.stopping.asked import rule_states
from displays.stopping.notes import met_earlier
from displays.stopping.state import MET, NEAR, UNKNOWN, RuleState
from displays.stopping.words import at_the_next
from displays.words import MOST_LISTED, counted, first_of, listed, on_day, on_days
from queries import Cut, View
from queries.frames import rows_of
from stats.escalation import Decision, Outcomes
from trial import Trial

Stops = Callable[[Outcomes], str]
"""What a state of the trial would meet, in words; "" where it meets no stopping rule."""


BOARD = "the board decides before any further dosing"


def never(_after: Outcomes) -> str:
    """For a state that is asked about no stopping rule."""
    return ""


@dataclass(frozen=True)
class Alarms:
    """The stopping rules of one cut by their state: met, near, not assessable, and all.

    certain: not met yet, since too few subjects are counted, and met at a later one whatever happens. unreadable: what
    they count was delivered for somebody treated and could not be read: they may be met. absent: what they count was
    not collected. unread, among: how many subjects at no planned level had a DLT, which no design can read, and of how
    many evaluable. strangers: who had one and is not in DM, at no dose at all.
    """

    met: tuple[RuleState, ...] = ()
    certain: tuple[RuleState, ...] = ()
    near: tuple[RuleState, ...] = ()
    unreadable: tuple[RuleState, ...] = ()
    absent: tuple[RuleState, ...] = ()
    every: tuple[RuleState, ...] = ()
    unread: int = 0
    among: int = 0
    strangers: tuple[str, ...] = ()

    @property
    def board(self) -> bool:
        """Whether the board decides before what could come next can be said."""
        return self.stopped or bool(self.unreadable) or self.lost > 0

    @property
    def stopped(self) -> bool:
        """Whether a stopping rule is met, or will be at a later subject whatever happens."""
        return bool(self.met or self.certain)

    @property
    def lost(self) -> int:
        """How many subjects had a DLT that no design can read."""
        return self.unread + len(self.strangers)

    def holds(self, decision: Decision) -> bool:
        """Whether a design's decision does not stand.

        Any while a stopping rule is met or will be; while one may be met unseen, any that names a dose and does not go
        down; a higher dose while DLTs are unread.
        """
        names_a_dose = decision.dose is not None and decision.action != "de-escalate"
        raised = self.lost > 0 and decision.action == "escalate"
        return self.stopped or (bool(self.unreadable) and names_a_dose) or raised


NO_ALARMS = Alarms()


def alarms(cut: Cut) -> Alarms:
    """Which stopping rules of a cut are met, near or cannot be assessed; the reader's filters do not touch them."""
    return cut.once("alarms of the rule", lambda: _alarms(cut))


def _alarms(cut: Cut) -> Alarms:
    every = tuple(now for now, _ in rule_states(View(cut)))
    met, near, unknown = (tuple(now for now in every if now.state == state) for state in (MET, NEAR, UNKNOWN))
    rows = subjects(cut)
    treated = (rows["TRTFL"] == "Y").any()
    elsewhere = rows[rows["RANK"].isna() & rows["RESULT"].isin(["N", "T"])]
    return Alarms(
        met,
        certain=tuple(now for now in near if now.certain_from is not None),
        near=tuple(now for now in near if now.certain_from is None),
        unreadable=tuple(now for now in unknown if now.unread and treated),
        absent=tuple(now for now in unknown if not (now.unread and treated)),
        every=every,
        unread=int((elsewhere["RESULT"] == "T").sum()),
        among=len(elsewhere),
        strangers=tuple(cut.ask("dlts_of_nobody")["USUBJID"]),
    )


def advice(cut: Cut, design, found: Alarms) -> str:
    """What a design recommends on a cut in few words, or that a stopping rule leaves no dose to name."""
    if found.met:
        return f"no dose, {names(found.met).replace('S', 's', 1)} {_is(found.met)} met"
    if found.certain:
        return f"no dose, {will_be(found.certain).replace('S', 's', 1)}"
    known = outcomes(subjects(cut), design)
    decision = design.decide(known)
    if found.holds(decision) and found.unreadable:
        return f"no dose, {names(found.unreadable).replace('S', 's', 1)} cannot be assessed"
    if found.holds(decision):
        at = "at no planned level" if not found.strangers else "that the rule cannot read"
        return f"no dose raised, {counted(found.lost, 'DLT')} {at}"
    return said(decision, cut.trial, known)


def _is(rules: tuple[RuleState, ...]) -> str:
    return "are" if len(rules) > 1 else "is"


def names(rules: tuple[RuleState, ...]) -> str:
    """ "Stopping rule Early death", "Stopping rules Early death and Severe mucositis"."""
    return f"Stopping rule{'s' * (len(rules) > 1)} {listed([standing.rule.name for standing in rules])}"


def will_be(rules: tuple[RuleState, ...]) -> str:
    """ "Stopping rule Early death will be met at the next subject whatever happens (2 of 2; from 3 subjects on)"."""
    numbers = listed([f"{now.score}; from {now.certain_from} subjects on" for now in rules])
    at = "the next subject" if all(map(at_the_next, rules)) else "a later subject"
    return f"{names(rules)} will be met at {at} whatever happens ({numbers})"


def held(found: Alarms) -> str:
    """What is said in place of a dose: stopping rules that are met or may be, DLTs that cannot be read; "" for none."""
    met, unseen = f"{names(found.met)} {_is(found.met)} met" if found.met else "", unassessed(found.unreadable)
    sure = will_be(found.certain) if found.certain else ""
    first, *more = [part for part in (met, sure, unseen) if part] or [""]
    return ". ".join(part for part in (f"{first}; {BOARD}" if first else "", *more, unread(found)) if part)


def unread(found: Alarms) -> str:
    """The DLTs at no planned level or of nobody in DM, which no design can read, before any dose; "" where none."""
    if not found.lost:
        return ""
    elsewhere = f"{found.unread} of {counted(found.among, 'evaluable subject')} at no planned level had a DLT"
    nobody = f"a DLT was adjudicated of {first_of(list(found.strangers), MOST_LISTED)}, not in DM"
    several = [nobody] * bool(found.strangers) + [elsewhere] * bool(found.unread)
    them = listed(several).replace("a DLT", "A DLT", 1) if found.strangers else elsewhere
    return f"{them}; the rule cannot read {'it' if found.lost == 1 and found.strangers else 'them'}. {RAISED}"


RAISED = "The board decides before the dose is raised"


def without(found: Alarms, name: str, decision: Decision, trial: Trial) -> str:
    """What the design would recommend if stopping rules or DLTs unread did not hold it."""
    return f"{without_them(found)} {name} would {_would(decision, trial)}"


def without_them(found: Alarms) -> str:
    """ "Without it", "Without them": the stopping rules that are met or may be, the DLTs unread."""
    return f"Without {_it(len(found.met) + len(found.certain) + len(found.unreadable) + found.lost)}"


def _it(number: int) -> str:
    return "them" if number > 1 else "it"


def _would(decision: Decision, trial: Trial) -> str:
    if decision.action == "suspend":
        return "suspend enrolment, awaiting pending subjects"
    if decision.dose is None:
        return "end the escalation, no dose tolerated"
    place = dose(decision.dose, trial)
    if decision.action != "stop":
        return f"recommend {place}"
    return f"name {place} as the MTD" if decision.mtd_reached else f"end at {place}, MTD not reached"


def counts(rules: tuple[RuleState, ...]) -> str:
    """ "Early death: 2 of 5, met from 2 events"."""
    return "; ".join(
        f"{standing.rule.name}: {standing.score}, "
        f"met from {counted(standing.deciding.limit(standing.deciding.n), 'event')}"
        for standing in rules
    )


def met_after(found: Alarms, trial: Trial, dlts: int, evaluated: int, *, expansion: bool) -> str:
    """The stopping rules of DLTs that so many more DLTs in so many more subjects would meet: "stopping rule X met".

    expansion: whether these subjects are of the expansion; a rule of another cohort does not count them.
    """
    of_dlts = [standing for standing in found.every if standing.rule.counts == "dlt" and standing.subjects is not None]
    counting = [s for s in of_dlts if not s.rule.cohort or (expansion and trial.is_expansion(s.rule.cohort))]
    limits = [(standing, standing.limit(standing.n + evaluated)) for standing in counting]
    met = tuple(standing for standing, limit in limits if limit is not None and standing.events + dlts >= limit)
    return f"{names(met).replace('S', 's', 1)} met" if met else ""


def stops_after(found: Alarms, trial: Trial, known: Outcomes) -> Stops:
    """What a later state of the dose finding would meet: "stopping rule X met"."""

    def stops(after: Outcomes) -> str:
        before, then = (Counter(result for _, result in state.subjects) for state in (known, after))
        dlts, none = then["T"] - before["T"], then["N"] - before["N"]
        return met_after(found, trial, dlts, dlts + none, expansion=False)

    return stops


def warnings(found: Alarms) -> str:
    """The stopping rules that one more event would meet; "" where none is near."""
    if not found.near:
        return ""
    numbers = listed([standing.score for standing in found.near])
    each = "each" if len(found.near) > 1 else "it"
    return f"{names(found.near)} {_is(found.near)} near ({numbers}): one more event would meet {each}"


def near_and_earlier(found: Alarms) -> str:
    """The rules that are near, and those whose boundary was met earlier, as known now; "" where neither."""
    earlier = [
        f"{names((standing,))}: {words}"
        for standing in found.every
        if standing.subjects is not None
        if (words := met_earlier(standing))
    ]
    return ". ".join(part for part in (warnings(found), *earlier) if part)


def deaths_without_cause(rows: DataFrame) -> str:
    """Who died in the DLT window, or after it in aplasia, of what is not known or not adjudicated, "" where nobody.

    Who may have died in it by a partial or missing date is named with the days that it allows; deaths dated after the
    data cut are named too. rows: the answer of `rule_outcomes`.
    """
    codes = rows["PENDCD"].fillna("").str.split(";")
    aplasia = codes.map(lambda of: "APLASIA DEATH" in of).astype(bool)
    dead = codes.map(lambda of: "DEATH" in of).astype(bool)
    sure = rows["GONEADY"].notna() | (rows["DTHLADY"] <= rows["WINADY"])
    groups = (dead & ~aplasia & sure, dead & ~aplasia & ~sure, dead & aplasia)
    inside, maybe, aplastic = (list(rows_of(rows[group])) for group in groups)
    late = [f"{row.SUBJID} ({day(row.DTHAFTDT)})" for row in rows_of(rows[rows["DTHAFTDT"].notna()])]
    parts = [_died(inside, "died"), _died(maybe, "may have died"), _died(aplastic, "died", AFTER_WINDOW)]
    if late:
        them = first_of(late, MOST_LISTED)
        parts.append(f"{counted(len(late), 'death')} dated after the data cut, not counted: {them}")
    return "; ".join(part for part in parts if part)


INSIDE = "in the DLT window"
AFTER_WINDOW = "after the DLT window, before counts had recovered,"


def _died(dead: list, verb: str, where: str = INSIDE) -> str:
    unknown = [f"{row.SUBJID} ({_day_of_death(row)})" for row in dead if not present(row.GONEREAS)]
    named = [f"{row.SUBJID} ({_day_of_death(row)}, {row.GONEREAS})" for row in dead if present(row.GONEREAS)]
    them, others = first_of(unknown, MOST_LISTED), first_of(named, MOST_LISTED)
    if not unknown:
        return f"{others} {verb} {where} of a cause that was not adjudicated" if named else ""
    first = f"{them} {verb} {where} without a delivered cause"
    return first + (f", and {others} of a cause that was not adjudicated" if named else "")


def _day_of_death(row) -> str:
    """ "day 12", "between day 9 and day 30"."""
    return on_day(row.GONEADY) if present(row.GONEADY) else on_days(row.DTHADY, row.DTHLADY)


def not_assessed(found: Alarms) -> str:
    """The stopping rules whose events were not collected, and that a recommendation does without; "" where none, or
    where the board decides before one is made."""
    if not found.absent or found.board:
        return ""
    return f"{unassessed(found.absent)}; the recommendation is made without {_it(len(found.absent))}"


def unassessed(rules: tuple[RuleState, ...]) -> str:
    """ "Stopping rule X cannot be assessed: what is counted was not collected in this cut"; "" for none."""
    why = dict.fromkeys(now.absent for now in rules)
    return "; ".join(
        f"{names(tuple(now for now in rules if now.absent == absent))} cannot be assessed: what is counted was {absent}"
        for absent in why
    )
