"""Advice is never given over an unknown that could change it: drawn trials with one unknown after another.

Every subject of every trial is delivered as it is known (unknown), at its worst and at its best, in one cut; a trial
is then a choice of these subjects, and the rule and the stopping rules are asked about the chosen alone.

Worst: a DLT, related, severe. Best: seen to the end, and without.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import cycle

import pandas
import pytest
from building import building, kept

from displays.rule.alarms import alarms
from displays.rule.design import outcomes, rule_of, subjects
from displays.rule.finding import finding
from queries import View

CUT, START = date(2008, 1, 31), date(2007, 3, 12)
DOSES = {1: 130, 2: 160, 3: 190}
UNKNOWN, WORST, BEST = READINGS = ("unknown", "worst", "best")
ORDER = ("escalate", "stay", "suspend", "de-escalate", "stop")
"""From the least cautious to the most."""
TRIALS = 100
LAST = (1, 2, 3, 3, 3, 3, 4, 5, 6, 6, 6, 7)
"""Subjects at the last level: most often as many as a design decides on."""


COUNTED = "onset, the month alone"
"""A DLT that may have begun before the first infusion counts as one; it is read at its worst and holds nothing open."""
SETTLED = "reader"
"""Which reader counts is a setting: what the other says is named on the Heart page and holds no dose."""


# --- what may be unknown of one subject: the rows it adds or changes, by reading -----------------------------


class Told:
    """The records of one subject that are unlike those of a subject seen to the end without anything."""

    def __init__(self):
        self.events, self.echos, self.baseline, self.doses, self.died = [], [], 62, None, ""
        self.seen, self.exposure, self.arm, self.rows = 35, {}, {}, []

    def event(self, day, term, grade, verdict="", related="RELATED", **more):
        self.events.append(dict(day=day, AEDECOD=term, AETOXGR=grade, AEDLT=verdict, AEREL=related) | more)
        return self

    def dlt(self):
        return self.event(10, "Rash", "3", "Y")

    def echo(self, value, method="ECHOCARDIOGRAPHY", reader="INVESTIGATOR", day=32):
        self.echos.append(dict(day=day, value=value, CVMETHOD=method, CVEVAL=reader))
        return self

    def count(self, day, anc):
        """An absolute neutrophil count, in 10^9/L."""
        facts = dict(LBTESTCD="NEUT", LBSTRESN=anc, LBSTRESC=str(anc), LBSTRESU="10^9/L")
        return self.row("lb", "LBDTC", day, **facts)

    def row(self, domain, date_name, day, **facts):
        """One record of another domain, dated by study day (None: without a date)."""
        self.rows.append((domain, date_name, day, facts))
        return self

    def but(self, **facts):
        self.__dict__.update(facts)
        return self


def aplastic(*later):
    """Counts low from day 15 to the end of the window, and those of later days."""
    told = Told().but(seen=45)
    for day, anc in [(1, 3), (15, 0.1), (28, 0.1), *later]:
        told.count(day, anc)
    return told


def untreated(decod, category):
    return Told().but(doses=(), echos=[], seen=0).row("ds", "DSSTDTC", -2, DSDECOD=decod, DSCAT=category)


KINDS = {
    "grade": {
        UNKNOWN: lambda: Told().event(10, "Sepsis", ""),
        WORST: lambda: Told().event(10, "Sepsis", "4", "Y"),
        BEST: lambda: Told().event(10, "Sepsis", "1"),
    },
    "grade, life-threatening": {
        UNKNOWN: lambda: Told().event(10, "Respiratory failure", "", AESLIFE="Y"),
        WORST: lambda: Told().event(10, "Respiratory failure", "4", "Y", AESLIFE="Y"),
        BEST: lambda: Told().event(10, "Respiratory failure", "4", "N", AESLIFE="Y"),
    },
    "grade of a fatal event": {
        UNKNOWN: lambda: Told().event(10, "Sepsis", "", AEOUT="FATAL").but(died=12, seen=12),
        WORST: lambda: Told().event(10, "Sepsis", "5", "Y", AEOUT="FATAL").but(died=12, seen=12),
        BEST: lambda: Told(),
    },
    "relation": {
        UNKNOWN: lambda: Told().event(10, "Sepsis", "3", related=""),
        WORST: lambda: Told().event(10, "Sepsis", "3", "Y"),
        BEST: lambda: Told().event(10, "Sepsis", "3", "N", related="NOT RELATED"),
    },
    "relation, in a word for unknown": {
        UNKNOWN: lambda: Told().event(10, "Sepsis", "3", related="NOT ASSESSABLE"),
        WORST: lambda: Told().event(10, "Sepsis", "3", "Y"),
        BEST: lambda: Told().event(10, "Sepsis", "3", "N", related="NOT RELATED"),
    },
    "verdict, unreadable": {
        UNKNOWN: lambda: Told().event(10, "Rash", "3", "see minutes"),
        WORST: lambda: Told().event(10, "Rash", "3", "Y"),
        BEST: lambda: Told().event(10, "Rash", "3", "N"),
    },
    "verdict": {
        UNKNOWN: lambda: Told().event(10, "Rash", "3"),
        WORST: lambda: Told().event(10, "Rash", "3", "Y"),
        BEST: lambda: Told().event(10, "Rash", "3", "N"),
    },
    "cause of death": {
        UNKNOWN: lambda: Told().but(died=12, seen=12),
        WORST: lambda: Told().event(11, "Sepsis", "5", "Y", AEOUT="FATAL").but(died=12, seen=12),
        BEST: lambda: Told(),
    },
    "cause of death, in free words": {
        UNKNOWN: lambda: Told().but(died=12, seen=12).row("ds", "DSSTDTC", 12, DSDECOD="DEATH", DSTERM="see narrative"),
        WORST: lambda: Told().event(11, "Sepsis", "5", "Y", AEOUT="FATAL").but(died=12, seen=12),
        BEST: lambda: Told(),
    },
    "day of death, the month alone": {
        UNKNOWN: lambda: Told().but(died="month", seen=12),
        WORST: lambda: Told().event(11, "Sepsis", "5", "Y", AEOUT="FATAL").but(died=12, seen=12),
        BEST: lambda: Told(),
    },
    "date of death": {
        UNKNOWN: lambda: Told().but(died="?", seen=12),
        WORST: lambda: Told().event(11, "Sepsis", "5", "Y", AEOUT="FATAL").but(died=12, seen=12),
        BEST: lambda: Told(),
    },
    "dose": {
        UNKNOWN: lambda: Told().but(doses=(None, None, None)),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "why the dose was low": {
        UNKNOWN: lambda: Told().but(doses=(13, 13, 13)),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "reason of the low dose, in free words": {
        UNKNOWN: lambda: Told().but(doses=(130, 13), exposure={"EXADJ": "see comments"}),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "dates of the infusions": {
        UNKNOWN: lambda: Told().but(exposure={"EXSTDTC": ""}),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "dates of the infusions, with an event adjudicated a DLT": {
        UNKNOWN: lambda: Told().dlt().but(exposure={"EXSTDTC": ""}),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "enrolled, not yet treated": {
        UNKNOWN: lambda: untreated("ENROLLED", "PROTOCOL MILESTONE"),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "enrolled, in another word": {
        UNKNOWN: lambda: untreated("REGISTERED", ""),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "assigned, no record of enrolment": {
        UNKNOWN: lambda: Told().but(doses=(), seen=0),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "event behind the end of treatment": {
        UNKNOWN: lambda: Told().row(
            "ds", "DSSTDTC", 20, DSDECOD="ADVERSE EVENT", DSCAT="DISPOSITION EVENT", EPOCH="TREATMENT"
        ),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "day of another therapy": {
        UNKNOWN: lambda: Told().row(
            "cm", "CMSTDTC", None, CMTRT="CLOFARABINE", CMDECOD="CLOFARABINE", CMCAT="SUBSEQUENT THERAPY"
        ),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "recovery of the counts": {
        UNKNOWN: lambda: aplastic(),
        WORST: lambda: aplastic((43, 0.1)).event(28, "Bone marrow failure", "4", "Y"),
        BEST: lambda: aplastic((31, 2), (33, 2), (35, 2)),
    },
    "recovery of the counts, fallen again": {
        UNKNOWN: lambda: aplastic((31, 2), (33, 0.1), (38, 0.1)),
        WORST: lambda: aplastic((43, 0.1)).event(28, "Bone marrow failure", "4", "Y"),
        BEST: lambda: aplastic((31, 2), (33, 2), (35, 2)),
    },
    "number of infusions": {
        UNKNOWN: lambda: Told().but(exposure={"EXENDTC": 3}),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "end of the window": {
        UNKNOWN: lambda: Told().but(seen=10),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told(),
    },
    "date of an adjudicated DLT": {
        UNKNOWN: lambda: Told().event(-4, "Rash", "3", "Y"),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told().event(-4, "Rash", "3", "N"),
    },
    COUNTED: {
        UNKNOWN: lambda: Told().event("month", "Rash", "3", "Y"),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told().event(-4, "Rash", "3", "N"),
    },
    "onset": {
        UNKNOWN: lambda: Told().event(None, "Rash", "3"),
        WORST: lambda: Told().dlt(),
        BEST: lambda: Told().event(-4, "Rash", "3", "N"),
    },
    "imaging method": {
        UNKNOWN: lambda: Told().echo(45, "CARDIAC XYZ"),
        WORST: lambda: Told().echo(45),
        BEST: lambda: Told().echo(60),
    },
    "imaging method, low": {
        UNKNOWN: lambda: Told().echo(35, ""),
        WORST: lambda: Told().echo(35),
        BEST: lambda: Told().echo(60),
    },
    "baseline": {
        UNKNOWN: lambda: Told().but(baseline=None).echo(45),
        WORST: lambda: Told().but(baseline=75).echo(45),
        BEST: lambda: Told().but(baseline=62).echo(60),
    },
    "baseline, severe": {
        UNKNOWN: lambda: Told().but(baseline=None).echo(35),
        WORST: lambda: Told().but(baseline=75).echo(35),
        BEST: lambda: Told().but(baseline=62).echo(60),
    },
    "number of the LVEF": {
        UNKNOWN: lambda: Told().echo("~45"),
        WORST: lambda: Told().echo(35),
        BEST: lambda: Told().echo(60),
    },
    "limit": {
        UNKNOWN: lambda: Told().echo("<40"),
        WORST: lambda: Told().echo(25),
        BEST: lambda: Told().echo(60),
    },
    SETTLED: {
        UNKNOWN: lambda: Told().echo(55).echo(38, reader="INDEPENDENT ASSESSOR"),
        WORST: lambda: Told().echo(38).echo(38, reader="INDEPENDENT ASSESSOR"),
        BEST: lambda: Told().echo(58).echo(58, reader="INDEPENDENT ASSESSOR"),
    },
    "grade of heart failure": {
        UNKNOWN: lambda: Told().event(90, "Cardiac failure", "", "N").but(seen=95),
        WORST: lambda: Told().event(90, "Cardiac failure", "4", "N", AESHOSP="Y").but(seen=95),
        BEST: lambda: Told().event(90, "Cardiac failure", "1", "N").but(seen=95),
    },
    "relation of heart failure": {
        UNKNOWN: lambda: Told().event(90, "Cardiac failure", "3", "N", related="").but(seen=95),
        WORST: lambda: Told().event(90, "Cardiac failure", "3", "N").but(seen=95),
        BEST: lambda: Told().event(90, "Cardiac failure", "3", "N", related="NOT RELATED").but(seen=95),
    },
    "grade of mucositis": {
        UNKNOWN: lambda: Told().event(10, "Stomatitis", "", "N"),
        WORST: lambda: Told().event(10, "Stomatitis", "4", "N"),
        BEST: lambda: Told().event(10, "Stomatitis", "1", "N"),
    },
}  # fmt: skip


# --- drawn trials ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Subject:
    """One subject of a drawn trial: kind "" is one about whom nothing is unknown, with or without a DLT."""

    name: str
    level: int
    first: date
    kind: str
    dlt: bool = False

    def told(self, reading: str) -> Told:
        if self.kind:
            return KINDS[self.kind][reading]()
        return Told().dlt() if self.dlt else Told().echo(60)

    def id(self, reading: str) -> str:
        return f"{self.name}-{reading if self.kind else UNKNOWN}"


def drawn_trials(number: int, seed: int = 8) -> list[tuple[Subject, ...]]:
    """Levels below nearly without DLTs, the last level open: up to seven subjects, one to three of them unknown."""
    drawn, kinds = random.Random(seed), cycle(KINDS)
    trials = []
    for place in range(number):
        above = drawn.choice([0, 0, 1, 1, 2])
        sizes = [(drawn.choice([3, 3, 6]), True) for _ in range(above)] + [(drawn.choice(LAST), False)]
        people = []
        for level, (size, over) in enumerate(sizes, start=1):
            unknown = set(drawn.sample(range(size), min(size, drawn.choice([1, 2, 2, 3])))) if not over else set()
            if over and drawn.random() < 0.15:
                unknown = {drawn.randrange(size)}
            for index in range(size):
                # every kind in turn, so that each is met in many trials
                kind = next(kinds) if index in unknown else ""
                dlt = not kind and drawn.random() < (0.05 if over else 0.12)
                name = f"T{place}-{len(people)}"
                people.append(Subject(name, level, START + timedelta(days=7 * len(people)), kind, dlt))
        trials.append(tuple(people))
    return trials


def records(trials) -> dict[str, pandas.DataFrame]:
    """The datasets of all subjects of all trials in every reading."""
    rows: dict[str, list] = defaultdict(list)
    for trial in trials:
        for subject in trial:
            for reading in READINGS if subject.kind else (UNKNOWN,):
                _deliver(rows, subject, subject.id(reading), subject.told(reading))
    frames = {name: pandas.DataFrame(own) for name, own in rows.items()}
    return {
        name: frame.fillna({column: "" for column in frame.select_dtypes(exclude="number")})
        for name, frame in frames.items()
    }


def _deliver(rows, subject: Subject, name: str, told: Told) -> None:
    def on(day: int) -> str:
        return (subject.first + timedelta(days=day - 1 if day > 0 else day)).isoformat()

    arm = f"A{DOSES[subject.level]}"
    rows["dm"].append(
        dict(STUDYID="T", USUBJID=name, SUBJID=name, SITEID="101", ARMCD=arm, ARM=arm, ACTARMCD=arm, ACTARM=arm)
        | dict(DTHFL="Y" if told.died else "", DTHDTC=_death(told.died, subject.first, on))
        | (dict(ACTARMCD="", ACTARM="") if told.doses == () else {})
    )
    doses = (DOSES[subject.level],) * 3 if told.doses is None else told.doses
    if "EXENDTC" in told.exposure:
        rows["ex"].append(_infusion(name, 1, doses[0], on(1)) | {"EXENDTC": on(told.exposure["EXENDTC"])})
    else:
        rows["ex"] += [_infusion(name, n, dose, on(n)) | told.exposure for n, dose in enumerate(doses, start=1)]
    if doses:
        rows["ae"].append(dict(USUBJID=name, AESEQ=1, AEDECOD="Nausea", AETOXGR="1", AEDLT="N", AESTDTC=on(2)))
    for number, event in enumerate(told.events, start=2):
        partial = {"month": f"{subject.first:%Y-%m}", None: ""}
        onset = partial[event["day"]] if event["day"] in partial else on(event["day"])
        facts = {key: value for key, value in event.items() if key != "day"}
        rows["ae"].append(dict(USUBJID=name, AESEQ=number, AESTDTC=onset) | facts)
    for domain, date_name, day, facts in told.rows:
        own = {"USUBJID": name, f"{domain.upper()}SEQ": len(rows[domain]) + 1, date_name: on(day) if day else ""}
        rows[domain].append(own | facts)
    days = (1, min(8, told.seen), told.seen) if told.seen else ()
    rows["sv"] += [dict(USUBJID=name, VISIT=f"D{day}", SVSTDTC=on(day)) for day in days]
    if told.baseline:
        rows["cv"].append(_echo(name, 1, told.baseline, on(-4)))
    for number, echo in enumerate(told.echos, start=2):
        more = {key: echo[key] for key in ("CVMETHOD", "CVEVAL")}
        rows["cv"].append(_echo(name, number, echo["value"], on(echo["day"])) | more)


def _death(died, first: date, on) -> str:
    if died == "?":
        return ""
    if died == "month":
        return f"{first + timedelta(days=11):%Y-%m}"
    return on(died) if died else ""


def _infusion(name, number, dose, day) -> dict:
    return dict(USUBJID=name, EXSEQ=number, EXTRT="L-ANNAMYCIN", EXDOSE=dose, EXDOSU="mg/m2", EXSTDTC=day)


def _echo(name, number, value, day) -> dict:
    text = isinstance(value, str)
    return dict(
        USUBJID=name, CVSEQ=number, CVTESTCD="LVEF", CVSTRESC=str(value), CVSTRESN=None if text else value,
        CVSTRESU="%", CVDTC=day, CVMETHOD="ECHOCARDIOGRAPHY", CVEVAL="INVESTIGATOR",
    )  # fmt: skip


# --- a choice of subjects as a trial -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def trials():
    return drawn_trials(TRIALS)


@pytest.fixture(scope="module")
def everybody(trials, trial):
    """All subjects of all trials, in every reading, in one cut."""
    return building(records(trials), trial, CUT)


def named(people, readings: dict[str, str]) -> set[str]:
    """Each subject as known, but for those whose reading is named."""
    return {subject.id(readings.get(subject.name, UNKNOWN)) for subject in people}


def chosen(everybody, names: set[str]):
    """The trial of these subjects: every answer of the cut, of them alone; what is made of answers is made anew."""
    made = kept()
    of_a_question = len(everybody.key) + 2  # its SQL and parameters

    def answer(key, ask):
        if len(key) != of_a_question:
            return made(key, ask)
        rows = everybody.answers(key, ask)
        if "USUBJID" not in rows:
            return rows
        rows = rows[rows["USUBJID"].isin(names)].reset_index(drop=True)
        return rows.assign(SEQ=range(1, len(rows) + 1)) if "SEQ" in rows else rows

    cut = replace(everybody, answers=answer)
    cut.__dict__["trial"] = everybody.trial  # read once for all
    return cut


@pytest.mark.parametrize("place", range(3))
def test_chosen_subjects_are_as_in_a_cut_of_their_own(trials, everybody, trial, place):
    own = named(trials[place], {})
    frames = {name: frame[frame["USUBJID"].isin(own)] for name, frame in records(trials).items()}
    alone, among = building(frames, trial, CUT), chosen(everybody, own)
    assert words(alone) == words(among) and advice(alone) == advice(among)


def words(cut) -> str:
    """The rule's finding."""
    design = rule_of(cut.trial)
    return " ".join(finding(View(cut), design, outcomes(subjects(cut), design), alarms(cut)))


@dataclass(frozen=True)
class Advice:
    """How cautious a trial's advice is, the level it names (None: nobody is dosed), and the rule's finding."""

    caution: int
    level: int | None = None
    finding: str = ""

    @property
    def said(self) -> str:
        return ORDER[self.caution]

    def is_more_cautious(self, other: Advice) -> bool:
        """By the order of caution; to stay at a level is no more cautious than to escalate to it."""
        as_high = self.level is not None and other.level is not None and self.level >= other.level
        return self.caution > other.caution and not as_high


def advice(cut) -> Advice:
    """An end that names a dose is no more cautious than staying at that dose.

    To suspend while the current level is closed already is no less cautious than to de-escalate: nobody is dosed.
    """
    if alarms(cut).met:
        return Advice(ORDER.index("stop"))
    design = rule_of(cut.trial)
    known = outcomes(subjects(cut), design)
    decision = design.decide(known)
    said = "escalate" if decision.action == "start" else decision.action
    if decision.action == "stop" and decision.dose is not None:
        said = "stay" if decision.dose >= known.level else "de-escalate"
    if decision.action == "suspend" and known.dlt_at(known.level) >= 2:
        said = "de-escalate"
    return Advice(ORDER.index(said), decision.dose)


@pytest.fixture(scope="module")
def advised(trials, everybody):
    """Trial, subject → the advice with that subject unknown, at its worst, at its best; each state is asked once."""

    @cache
    def of(place: int, name: str, reading: str) -> Advice:
        cut = chosen(everybody, named(trials[place], {name: reading}))
        return replace(advice(cut), finding=words(cut) if reading == UNKNOWN else "")

    def ask(place: int, subject: Subject) -> tuple[Advice, Advice, Advice]:
        return of(place, "", UNKNOWN), of(place, subject.name, WORST), of(place, subject.name, BEST)

    return ask


def unknowns(trials):
    return [(place, subject) for place, people in enumerate(trials) for subject in people if subject.kind]


def test_every_kind_is_drawn_often(trials):
    kinds = [subject.kind for _, subject in unknowns(trials)]
    assert {kind: kinds.count(kind) for kind in KINDS if kinds.count(kind) < 5} == {}


def test_the_worst_never_makes_the_advice_less_cautious_and_the_best_never_more(trials, advised):
    wrong = []
    for place, subject in unknowns(trials):
        unknown, worst, best = advised(place, subject)
        if unknown.is_more_cautious(worst) or best.is_more_cautious(unknown):
            wrong.append((place, subject.kind, unknown.said, worst.said, best.said))
    assert wrong == []


def test_no_dose_is_raised_over_an_unknown_that_could_change_it(trials, advised):
    wrong = []
    for place, subject in unknowns(trials):
        unknown, worst, _ = advised(place, subject)
        if unknown.said == "escalate" and worst.is_more_cautious(unknown) and subject.kind != SETTLED:
            wrong.append((place, subject.kind, worst.said))
    assert wrong == []


def test_an_unknown_that_holds_the_rule_is_named_in_its_finding(trials, advised):
    """Where the best would make the advice less cautious, the subject is named, or the stopping rule that is met."""
    held, wrong = 0, []
    for place, subject in unknowns(trials):
        unknown, _, best = advised(place, subject)
        if unknown.is_more_cautious(best) and subject.kind != COUNTED:
            held += 1
            if subject.id(UNKNOWN) not in unknown.finding and "Stopping rule" not in unknown.finding:
                wrong.append((place, subject.kind, unknown.finding))
    assert held >= 20 and wrong == []
