"""DLT evaluation as SQL decides it: who has a DLT, is evaluable, pending or not evaluable, and how they are counted."""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pandas
import pytest
from building import building
from faults import Fault, is_found

CUT, WINDOW_DAYS, PLANNED = date(2007, 11, 30), 28, 3
ARMS = {"A130": "130 mg/m²/day", "A160": "160 mg/m²/day", "OTHER": "No planned level"}
DOSES = {"A130": 130, "A160": 160, "OTHER": 175}
LEVELS = (130, 160, 190, 230, 280, 310)
WHOLE = (1, 2, 3)
REASONS = {"": "NOREASON", "Parents' wish": "REDUCED", "Neutropenia": "TOXICITY", "Held": "DOUBT"}
"""Reason for a smaller dose as delivered → what it means."""
DISEASE, SEPSIS = {"cause": "Death due to disease progression"}, {"cause": "Death due to sepsis"}
TOXIC = {"leftfor": "ADVERSE EVENT"}
WISH = {"why": "Parents' wish"}


def fatal(verdict, relation):
    """A fatal event of day 10 without a grade."""
    return (10, "", verdict, relation, "", "FATAL")


KNOWN = {
    # the data cut's study day, days of infusions, and what else happened: status, days left
    "whole course, over": (60, WHOLE, {}, ["No DLT", None]),
    "the cut on the last day of the window": (28, WHOLE, {}, ["No DLT", None]),
    "the cut a day earlier": (27, WHOLE, {}, ["Pending", 1]),
    "an infusion missed": (60, (1, 2), {}, ["Pending", None]),
    "an infusion missed by wish": (60, (1, 2), {"why": "Parents' wish"}, ["Not evaluable", None]),
    "an infusion missed for toxicity": (60, (1, 2), {"why": "Neutropenia"}, ["Pending", None]),
    "an infusion missed for a reason in doubt": (60, (1, 2), {"why": "Held"}, ["Pending", None]),
    "missed by wish, the window open": (10, (1, 2), {"why": "Parents' wish"}, ["Not evaluable", None]),
    "four fifths of the dose": (60, WHOLE, {"dose": 0.8}, ["No DLT", None]),
    "less than four fifths": (60, WHOLE, {"dose": 0.799}, ["Pending", None]),
    "less than four fifths by wish": (60, WHOLE, {"dose": 0.799, "why": "Parents' wish"}, ["Not evaluable", None]),
    "a tenth of the dose and a DLT": (60, WHOLE, {"dose": 0.1, "events": [(5, 4, "Y")]}, ["DLT", None]),
    "more than the dose": (60, WHOLE, {"dose": 1.1}, ["No DLT", None]),
    "a dose that is not known": (60, WHOLE, {"dose": None}, ["Pending", None]),
    "a dose that is not known, and gone": (60, WHOLE, {"dose": None, "left": 10}, ["Not evaluable", None]),
    "an infusion not due yet": (3, (1, 2), {}, ["Pending", 25]),
    "an infusion delayed": (60, (1, 2, 5), {}, ["No DLT", None]),
    "two on one day": (60, (1, 1, 2), {}, ["Pending", None]),
    "a DLT of an event that did not come": (60, WHOLE, {"lost": "Y"}, ["Pending", None]),
    "no DLT of an event that did not come": (60, WHOLE, {"lost": "N"}, ["No DLT", None]),
    "a DLT in another dataset": (60, WHOLE, {"elsewhere": "Y"}, ["Pending", None]),
    "no DLT in another dataset": (60, WHOLE, {"elsewhere": "N"}, ["No DLT", None]),
    "a DLT in another dataset and of an event": (
        60,
        WHOLE,
        {"elsewhere": "Y", "events": [(20, 3, "Y")]},
        ["DLT", None],
    ),
    "in the expansion and in another cohort": (60, WHOLE, {"cohorts": ("1", "EXP")}, ["Pending", None]),
    "in two cohorts, none the expansion's": (60, WHOLE, {"cohorts": ("1", "2")}, ["No DLT", None]),
    "two halves on one day": (60, (1, 1, 2, 2, 3, 3), {"dose": 0.5}, ["No DLT", None]),
    "died on the last day of the window, of the leukaemia": (60, WHOLE, DISEASE | {"died": 28}, ["No DLT", None]),
    "died on the last day of the window, no cause": (60, WHOLE, {"died": 28}, ["Pending", None]),
    "died a day before, of the leukaemia": (60, WHOLE, DISEASE | {"died": 27}, ["Not evaluable", None]),
    "died in the window, no cause": (60, WHOLE, {"died": 12}, ["Pending", None]),
    "died in the window, cause unknown": (
        60,
        WHOLE,
        {"died": 12, "cause": "Death of unknown cause"},
        ["Pending", None],
    ),
    "died in the window, of what may be the drug": (60, WHOLE, SEPSIS | {"died": 12}, ["Pending", None]),
    "died in the window, toxicity named": (60, WHOLE, {"died": 12, "cause": "Disease and toxicity"}, ["Pending", None]),
    "died of septic shock, called refractory": (
        60,
        WHOLE,
        {"died": 12, "cause": "Death due to refractory septic shock"},
        ["Pending", None],
    ),
    "died of an accident of the brain's vessels": (
        60,
        WHOLE,
        {"died": 12, "cause": "Cerebrovascular accident"},
        ["Pending", None],
    ),
    "died of an unrelated event, the drug's toxicity named": (
        60,
        WHOLE,
        {"died": 12, "cause": "Death due to study drug toxicity", "events": [fatal("N", "NOT RELATED")]},
        ["Pending", None],
    ),
    "died of an unrelated event, another named": (
        60,
        WHOLE,
        {"died": 12, "cause": "Heart failure", "events": [fatal("N", "NOT RELATED")]},
        ["Pending", None],
    ),
    "died of an unrelated event": (
        60,
        WHOLE,
        {"died": 12, "events": [fatal("N", "NOT RELATED")]},
        ["Not evaluable", None],
    ),
    "died of an event adjudicated not a DLT": (
        60,
        WHOLE,
        {"died": 12, "events": [fatal("N", "")]},
        ["Not evaluable", None],
    ),
    "died of a related event, not a DLT": (
        60,
        WHOLE,
        {"died": 12, "events": [fatal("N", "RELATED")]},
        ["Pending", None],
    ),
    "died of it after the window": (
        60,
        WHOLE,
        {"died": 40, "seen": 28, "events": [fatal("N", "RELATED")]},
        ["Pending", None],
    ),
    "died of an event not adjudicated": (
        60,
        WHOLE,
        {"died": 12, "events": [fatal("", "NOT RELATED")]},
        ["Pending", None],
    ),
    "died of a DLT": (60, WHOLE, {"died": 12, "events": [fatal("Y", "RELATED")]}, ["DLT", None]),
    "died after an infusion missed by wish, no cause": (60, (1, 2), WISH | {"died": 12}, ["Pending", None]),
    "died after an infusion missed by wish": (60, (1, 2), WISH | DISEASE | {"died": 12}, ["Not evaluable", None]),
    "died after the window": (60, WHOLE, {"died": 29}, ["No DLT", None]),
    "died a week after it": (60, WHOLE, {"died": 35, "seen": 14}, ["No DLT", None]),
    "died eight days after it, last seen long before": (60, WHOLE, {"died": 36, "seen": 14}, ["Pending", None]),
    "died after it, last seen long before its end": (60, WHOLE, {"died": 50, "seen": 14}, ["Pending", None]),
    "another therapy, last seen long before the end": (60, WHOLE, {"other": ("cm", 40), "seen": 14}, ["Pending", None]),
    "left for an adverse event, none delivered": (60, WHOLE, TOXIC | {"left": 14}, ["Pending", None]),
    "left for one on a day not written": (60, WHOLE, TOXIC | {"left": "?"}, ["Pending", None]),
    "left after one of a lower grade, adjudicated": (
        60,
        WHOLE,
        TOXIC | {"left": 14, "events": [(9, 2, "N")]},
        ["Pending", None],
    ),
    "left for one of a lower grade": (60, WHOLE, TOXIC | {"left": 14, "events": [(9, 2, "")]}, ["Pending", None]),
    "left for one that was no DLT": (60, WHOLE, TOXIC | {"left": 14, "events": [(9, 3, "N")]}, ["Not evaluable", None]),
    "left for one before another was no DLT": (
        60,
        WHOLE,
        TOXIC | {"left": 9, "events": [(14, 3, "N")]},
        ["Pending", None],
    ),
    "left for a DLT": (60, WHOLE, TOXIC | {"left": 14, "events": [(9, 3, "Y")]}, ["DLT", None]),
    "left for one after the window": (60, WHOLE, TOXIC | {"left": 29}, ["No DLT", None]),
    "a DLT dated after the death": (60, WHOLE, DISEASE | {"died": 20, "events": [(30, 4, "Y")]}, ["Pending", None]),
    "left before the last day": (60, WHOLE, {"left": 27}, ["Not evaluable", None]),
    "left on the last day": (60, WHOLE, {"left": 28}, ["No DLT", None]),
    "left on a day not written, seen to the end": (60, WHOLE, {"left": "?"}, ["No DLT", None]),
    "left on a day not written, not seen to the end": (60, WHOLE, {"left": "?", "seen": 9}, ["Not evaluable", None]),
    "left after the window, last seen in it": (60, WHOLE, {"left": 50, "seen": 9}, ["Not evaluable", None]),
    "left after the window, seen to its end": (60, WHOLE, {"left": 50, "seen": 28}, ["No DLT", None]),
    "left the treatment, seen to the end": (60, WHOLE, {"left": 5, "epoch": "TREATMENT"}, ["No DLT", None]),
    "left the treatment, not seen after": (
        60,
        WHOLE,
        {"left": 5, "epoch": "TREATMENT", "seen": 5},
        ["Not evaluable", None],
    ),
    "another therapy in the month of the window's end": (60, WHOLE, {"other": ("cm", "?")}, ["Pending", None]),
    "transplanted before the last day": (60, WHOLE, {"other": ("pr", 27)}, ["Not evaluable", None]),
    "transplanted on the last day": (60, WHOLE, {"other": ("pr", 28)}, ["No DLT", None]),
    "another therapy before the last day": (60, WHOLE, {"other": ("cm", 20)}, ["Not evaluable", None]),
    "another therapy, an event open": (60, WHOLE, {"other": ("cm", 20), "events": [(9, 3, "")]}, ["Pending", None]),
    "another therapy, a DLT": (60, WHOLE, {"other": ("cm", 20), "events": [(9, 3, "Y")]}, ["DLT", None]),
    "a DLT though an infusion was missed": (60, (1, 2), {"events": [(5, 4, "Y")]}, ["DLT", None]),
    "a DLT after the window": (60, WHOLE, {"events": [(40, 4, "Y")]}, ["DLT", None]),
    "a DLT before the first infusion": (60, WHOLE, {"events": [(-3, 4, "Y")]}, ["Pending", None]),
    "grade 3 before the first infusion, related": (60, WHOLE, {"events": [(-3, 3, "", "RELATED")]}, ["Pending", None]),
    "the same, not related": (60, WHOLE, {"events": [(-3, 3, "", "NOT RELATED")]}, ["No DLT", None]),
    "the same, of grade 2": (60, WHOLE, {"events": [(-3, 2, "", "RELATED")]}, ["No DLT", None]),
    "a DLT after the cut": (60, WHOLE, {"events": [(70, 4, "Y")]}, ["Pending", None]),
    "died of an event whose causality cannot be read": (
        60,
        WHOLE,
        {"died": 12, "events": [fatal("N", "CANNOT BE EXCLUDED")]},
        ["Pending", None],
    ),
    "such a DLT and a valid one": (60, WHOLE, {"events": [(-3, 4, "Y"), (5, 3, "Y")]}, ["DLT", None]),
    "not graded, relation not known": (60, WHOLE, {"events": [(20, "", "")]}, ["Pending", None]),
    "not graded, related": (60, WHOLE, {"events": [(20, "", "", "RELATED")]}, ["Pending", None]),
    "not graded, called mild": (60, WHOLE, {"events": [(20, "", "", "RELATED", "MILD")]}, ["Pending", None]),
    "not graded, not related": (60, WHOLE, {"events": [(20, "", "", "NOT RELATED")]}, ["No DLT", None]),
    "not graded, called severe, not related": (
        60,
        WHOLE,
        {"events": [(2, "", "", "NONE", "SEVERE")]},
        ["Pending", None],
    ),
    "not graded, not a DLT": (60, WHOLE, {"events": [(20, "", "N")]}, ["No DLT", None]),
    "not graded, after the window": (60, WHOLE, {"events": [(29, "", "")]}, ["No DLT", None]),
    "not graded and an infusion missed": (60, (1,), {"events": [(2, "", "")]}, ["Pending", None]),
    "a DLT though the window is open": (10, WHOLE, {"events": [(5, 4, "Y")]}, ["DLT", None]),
    "grade 3 in the window, not adjudicated": (60, WHOLE, {"events": [(20, 3, "")]}, ["Pending", None]),
    "grade 3 in the window, not a DLT": (60, WHOLE, {"events": [(20, 3, "N")]}, ["No DLT", None]),
    "grade 2 in the window, not adjudicated": (60, WHOLE, {"events": [(20, 2, "")]}, ["No DLT", None]),
    "grade 3 after the window, not adjudicated": (60, WHOLE, {"events": [(29, 3, "")]}, ["No DLT", None]),
    "not adjudicated and an infusion missed": (60, (1,), {"events": [(2, 3, "")]}, ["Pending", None]),
    "last seen seven days before the end": (60, WHOLE, {"seen": 21}, ["No DLT", None]),
    "last seen eight days before the end": (60, WHOLE, {"seen": 20}, ["Pending", None]),
    "no date of any infusion": (60, WHOLE, {"first": "none"}, ["Pending", None]),
    "no date of any infusion, with a DLT": (60, WHOLE, {"first": "none", "events": [(9, 3, "Y")]}, ["Pending", None]),
    "the month alone of the first infusion": (60, WHOLE, {"first": "month"}, ["Pending", None]),
    "the month alone, a DLT after each day of it": (
        60,
        WHOLE,
        {"first": "month", "events": [(9, 3, "Y")]},
        ["DLT", None],
    ),
    "the month alone, a DLT before some day of it": (
        60,
        WHOLE,
        {"first": "month", "events": [(1, 3, "Y")]},
        ["Pending", None],
    ),
}


def history(
    cut_day,
    infusions,
    seen=None,
    died=None,
    left=None,
    events=(),
    why="",
    dose=1.0,
    cause="",
    other=None,
    epoch="FOLLOW-UP",
    leftfor="",
    first="",
    lost="",
    elsewhere="",
    cohorts=(),
):
    """A subject's course by study days; without `seen`, seen on the day of the cut. left "?": on a day not written.

    lost: a verdict of an event that did not come; elsewhere: what FA says of a DLT; cohorts: those it was delivered in.
    first: how the date of the first infusion is written: "" in full, "month", or "none" (nor is any other's).
    dose: share of the level's in every infusion, None not known; why: the reason for a smaller or a missed one.
    events: day, grade, verdict, relation, severity, outcome. other: transplant (pr) or another therapy (cm), its day.
    """
    events = [(*event, *[""] * (6 - len(event))) for event in events]
    told = dict(cut_day=cut_day, infusions=infusions, seen=seen or cut_day, died=died, left=left)
    told |= dict(leftfor=leftfor or "WITHDRAWAL BY SUBJECT")
    told |= dict(elsewhere=elsewhere, cohorts=cohorts)
    return told | dict(events=events, why=why, dose=dose, cause=cause, other=other, epoch=epoch, first=first, lost=lost)


def drawn_history(drawn):
    """A course that may be short, delayed, ended early or barely followed, with events adjudicated or not."""
    cut_day = drawn.choice([2, 3, 4, 10, 27, 28, 29, 60, 90])
    days = drawn.choice([WHOLE] * 5 + [(1,), (1, 2), (1, 3), (2, 3), (1, 1, 2), (1, 2, 5), (1, 4, 5), (1, 9)])
    days = [day - days[0] + 1 for day in days]
    days = [day for day in days if day <= cut_day]
    events = [
        (
            drawn.choice([-3, 1, 2, 15, 28, 29, 40]),
            drawn.choice([1, 2, 2, 3, 4, ""]),
            drawn.choice(["", "", "Y", "N", "N", "N"]),
            drawn.choice(["", "RELATED", "NOT RELATED"]),
        )
        for _ in range(drawn.choice([0, 0, 1, 1, 2, 3]))
    ]
    ends = [*[None] * 24, 2, 3, 10, 27, 28, 29]
    died, left = (drawn.choice([day for day in ends if day is None or day <= cut_day]) for _ in range(2))
    seen = drawn.choice([None, None, 5, 20, 21, 28])
    events = [event for event in events if event[0] <= cut_day]
    why, dose = drawn.choice(list(REASONS)), drawn.choice([*[1.0] * 8, 0.5, 0.85, 1.3, None])
    cause = drawn.choice(["", "", DISEASE["cause"], DISEASE["cause"], SEPSIS["cause"]])
    other = drawn.choice([None] * 12 + [("cm", 20), ("pr", 27), ("cm", 28), ("pr", 40)])
    other = other if other and other[1] <= cut_day else None
    seen = seen if seen and seen <= cut_day else None
    leftfor = drawn.choice(["", TOXIC["leftfor"]])
    return history(cut_day, days, seen, died, left, events, why, dose, cause, other, leftfor=leftfor)


OTHER = {
    "pr": dict(PRSEQ=1, PRTRT="Stem cell transplant"),
    "cm": dict(CMSEQ=1, CMTRT="CLOFARABINE", CMCAT="SUBSEQUENT ANTICANCER THERAPY"),
}


def on(subject, day):
    """The date of a study day; there is no day 0."""
    return (subject["start"] + timedelta(days=day - (day > 0))).isoformat()


def delivery(subjects):
    """The datasets of the subjects: a weight on the day last seen, a disposition for death and departure."""
    rows = defaultdict(list)
    for name, subject in subjects.items():
        arm = subject["arm"]
        death = on(subject, subject["died"]) if subject["died"] else ""
        rows["dm"].append(dict(USUBJID=name, ACTARMCD=arm, ACTARM=arm, DTHDTC=death, DTHFL="Y" if death else ""))
        rows["ex"] += infusions(name, subject)
        rows["vs"].append(
            dict(USUBJID=name, VSTESTCD="WEIGHT", VSSTRESN=20, VSSTRESU="kg", VSDTC=on(subject, subject["seen"]))
        )
        rows["ae"] += [
            dict(USUBJID=name, AETERM="Rash", AESTDTC=on(subject, day), AETOXGR=str(grade), AEDLT=verdict)
            | dict(AEREL=relation, AESEV=severity, AEOUT=outcome)
            for day, grade, verdict, relation, severity, outcome in subject["events"]
        ]
        if subject["lost"]:
            told = dict(RDOMAIN="AE", IDVAR="AESEQ", IDVARVAL="9999", QNAM="AEDLT", QVAL=subject["lost"])
            rows["suppae"].append(dict(USUBJID=name) | told)
        if subject["elsewhere"]:
            said = dict(FASEQ=1, FATESTCD="DLT", FATEST="Dose-limiting toxicity", FASTRESC=subject["elsewhere"])
            rows["fa"].append(dict(USUBJID=name) | said)
        for cohort in subject["cohorts"]:
            rows["suppdm"].append(dict(RDOMAIN="DM", USUBJID=name, QNAM="COHORT", QVAL=cohort))
        if subject["left"]:
            left = "" if subject["left"] == "?" else on(subject, subject["left"])
            rows["ds"].append(
                dict(
                    USUBJID=name,
                    DSDECOD=subject["leftfor"],
                    DSTERM="Left",
                    DSSTDTC=left,
                    EPOCH=subject["epoch"],
                )
            )
        if death and subject["cause"]:
            rows["ds"].append(
                dict(USUBJID=name, DSDECOD="DEATH", DSTERM=subject["cause"], DSSTDTC=death, EPOCH="FOLLOW-UP")
            )
        if subject["other"]:
            domain, day = subject["other"]
            began = on(subject, WINDOW_DAYS)[:7] if day == "?" else on(subject, day)
            rows[domain].append(OTHER[domain] | {"USUBJID": name, f"{domain.upper()}STDTC": began})
    frames = {name: pandas.DataFrame(own) for name, own in rows.items()}
    frames["dm"] = frames["dm"].assign(STUDYID="S", SITEID="1")
    frames["ex"] = frames["ex"].assign(EXTRT="DRUG", EXDOSU="mg/m2", EXSEQ=range(len(frames["ex"])))
    frames["ds"] = frames["ds"].assign(DSCAT="DISPOSITION EVENT", DSSEQ=1)
    frames["ae"] = frames["ae"].assign(AESEQ=range(len(frames["ae"])))
    return frames


def infusions(name, subject):
    """The exposure records: the infusions, and one that was missed where there is a reason for it."""
    share = subject["dose"]
    amount = None if share is None else share * DOSES[subject["arm"]]
    why = "" if share is None or share >= 1 else subject["why"]
    # each has its own line on the form: two halves on one day are two records, not one delivered twice
    rows = [
        dict(USUBJID=name, EXSTDTC=on(subject, day), EXDOSE=amount, EXADJ=why, EXSPID=f"LINE {line}")
        for line, day in enumerate(subject["infusions"], start=1)
    ]
    if subject["first"] == "none":
        rows = [row | dict(EXSTDTC="") for row in rows]
    if subject["first"] == "month":
        rows[0]["EXSTDTC"] = rows[0]["EXSTDTC"][:7]
    if subject["why"] and len(first_course(subject)) < PLANNED <= subject["cut_day"]:
        rows.append(dict(USUBJID=name, EXSTDTC=on(subject, PLANNED), EXDOSE=0.0, EXADJ="Missed: " + subject["why"]))
    return rows


def subjects_drawn():
    drawn = random.Random(2)
    known = {name: history(day, infusions, **more) for name, (day, infusions, more, _) in KNOWN.items()}
    histories = known | {f"drawn-{n}": drawn_history(drawn) for n in range(500)}
    arms = list(ARMS)
    return {
        name: one | {"start": CUT - timedelta(days=one["cut_day"] - 1), "arm": arm_of(name, arms[number % len(arms)])}
        for number, (name, one) in enumerate(histories.items())
    }


def arm_of(name, otherwise):
    """A known course is one at 130: at no planned level a dose has nothing to be compared with."""
    return "A130" if name in KNOWN else otherwise


ALL_SUBJECTS = subjects_drawn()
SUBJECTS = {name: one for name, one in ALL_SUBJECTS.items() if name.startswith("drawn")}


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects in one cut: each began so long before it that its study day of the cut is as drawn."""
    return building(delivery(ALL_SUBJECTS), trial, CUT)


def known(value):
    return None if pandas.isna(value) else value


@pytest.mark.parametrize("name", KNOWN)
def test_known_courses(made, name, agrees):
    row = made.rows_of("addl", name)[0]
    agrees([row.DLTSTAT, row.DAYSLEFT], KNOWN[name][3], "status, days left in the window")


# --- the same by plain Python, in study days -----------------------------------------------------


def infused(subject):
    """The days of the infusions that count: none after the death."""
    return [day for day in subject["infusions"] if not subject["died"] or day <= subject["died"]]


def first_course(subject):
    """The days of the first course's infusions."""
    given = sorted(set(infused(subject)))
    return [day for place, day in enumerate(given) if all(b - a <= 7 for a, b in pairwise(given[: place + 1]))]


def doubled(subject):
    """Two infusions on one day, of more than the level's dose, while a day has none: the dates cannot be right."""
    course, given, level = Counter(infused(subject)), amounts(subject), level_of(subject)
    twice = [given[day] for day in given if course[day] > 1]
    too_much = [one for one in twice if level is None or one is None or one > 1.05 * level]
    return len(given) < PLANNED and bool(too_much)


def amounts(subject):
    """Each day of the first course → the amount given on it; None where it is not known."""
    course, dose, level = first_course(subject), subject["dose"], DOSES[subject["arm"]]
    return {
        day: None if dose is None else count * dose * level
        for day, count in Counter(infused(subject)).items()
        if day in course
    }


def level_of(subject):
    """The level that counts: the one that each day's dose is nearest to, within 5 %; else the assigned one."""
    assigned, given = None if subject["arm"] == "OTHER" else DOSES[subject["arm"]], set()
    for amount in amounts(subject).values():
        near = [level for level in LEVELS if amount is not None and abs(amount - level) <= 0.05 * level + 1e-9]
        given.add(min(near, key=lambda level: abs(amount - level)) if near else None)
    return assigned if len(given) > 1 or None in given else given.pop()


def dose_code(subject):
    """What the dose of the first course means, once it is over: None where nothing follows from it."""
    course, given, level = first_course(subject), amounts(subject).values(), level_of(subject)
    if subject["cut_day"] <= PLANNED or gone_before(subject):
        return None
    if doubled(subject):
        return "UNKNOWN"
    if level is None:
        share = len(course) / PLANNED
    elif None in given:
        return "UNKNOWN"
    else:
        share = sum(given) / (PLANNED * level)
    if share < 0.8 - 1e-9:
        return REASONS[subject["why"]]
    if share > 1.05 + 1e-9:
        return "ABOVE"
    return "BELOW" if share < 0.95 - 1e-9 else None


def gone_before(subject):
    """Died or left before a missing infusion was due."""
    gone_day = min(filter(None, (subject["died"], departed(subject))), default=None)
    missing = lacking(subject)
    return bool(gone_day is not None and missing and gone_day <= missing[0])


def missed(subject):
    """Numbers of the infusions of the first course that were due and not given; none for who was gone before."""
    if subject["cut_day"] <= PLANNED or gone_before(subject) or doubled(subject):
        return []
    return lacking(subject)


def lacking(subject):
    """Numbers of the infusions of the first course that were not given."""
    course = first_course(subject)
    if len(course) >= PLANNED:
        return []
    late = course[-1] > PLANNED
    return [number for number in range(1, PLANNED + 1) if (number > len(course) if late else number not in course)]


def departed(subject):
    """The day a subject left the study; a death as well is the end of it."""
    return subject["left"]


def in_window(subject):
    """The events in the window that are not adjudicated."""
    return [event for event in subject["events"] if 1 <= event[0] <= WINDOW_DAYS and not event[2]]


def unadjudicated(subject):
    return [event for event in in_window(subject) if event[1] and event[1] >= 3]


def misdated(subject):
    """Not adjudicated, related to the drug, severe or not graded, and dated before the first infusion."""
    severe = [event for event in subject["events"] if not event[1] or event[1] >= 3]
    return [event for event in severe if event[0] < 1 and not event[2] and event[3] == "RELATED"]


def ungraded(subject):
    """Those of which only the grade could tell whether they are a DLT."""
    return [event for event in in_window(subject) if not event[1] and event[3] != "NOT RELATED"]


def unexplained(subject):
    """Died in the window, the last day included, of anything but the leukaemia."""
    return subject["died"] is not None and subject["died"] <= WINDOW_DAYS and subject["cause"] != DISEASE["cause"]


def gone(subject):
    """Died, left, transplanted or on another therapy before the last day of the window."""
    days = [subject["died"], departed(subject), subject["other"] and subject["other"][1]]
    return any(day is not None and day < WINDOW_DAYS for day in days)


def last_seen(subject):
    """The last day on which a DLT would have been seen, up to the cut and the death (an early one ends it)."""
    days = [subject["seen"], *subject["infusions"], *(event[0] for event in subject["events"])]
    days += [subject["left"]] if subject["left"] not in (None, "?") and subject["leftfor"] == TOXIC["leftfor"] else []
    died = subject["died"]
    end = died if died and died <= WINDOW_DAYS + 7 else 1
    return max([day for day in days if not died or day <= died] + [end])


def after_death(subject, day):
    return bool(subject["died"]) and day > subject["died"]


def left_for_toxicity(subject):
    """Left for toxicity in the window, perhaps, and no severe event of the window until then was adjudicated."""
    left = subject["left"]
    if left is None or subject["leftfor"] != TOXIC["leftfor"] or (left != "?" and left > WINDOW_DAYS):
        return False
    last = WINDOW_DAYS if left == "?" else left
    return not any(1 <= day <= last and (grade or 0) >= 3 and verdict for day, grade, verdict, *_ in subject["events"])


def status_of(subject):
    """What a subject tells about dose-limiting toxicity, and the days left while its window is open."""
    left = WINDOW_DAYS - subject["cut_day"]
    judged = [event[0] for event in subject["events"] if event[2] == "Y"]
    if any(day > 0 and not after_death(subject, day) for day in judged):
        return "DLT", None
    if left_for_toxicity(subject) or "Y" in (subject["lost"], subject["elsewhere"]):
        return "Pending", left if left > 0 else None
    if (
        {"1", "EXP"} <= set(subject["cohorts"])
        or judged
        or unadjudicated(subject)
        or ungraded(subject)
        or misdated(subject)
        or unexplained(subject)
    ):
        return "Pending", left if left > 0 else None
    code = dose_code(subject)
    if code in ("TOXICITY", "DOUBT", "NOREASON"):
        return "Pending", left if left > 0 else None
    if code == "REDUCED" or gone(subject):
        return "Not evaluable", None
    if left > 0:
        return "Pending", left
    unseen = last_seen(subject) < WINDOW_DAYS - 7
    if unseen and departed(subject):
        return "Not evaluable", None
    return ("Pending", None) if code == "UNKNOWN" or unseen else ("No DLT", None)


def test_the_evaluation_is_that_of_plain_python_over_random_courses(made):
    table = {row.USUBJID: row for row in made.table("addl").itertuples() if row.USUBJID in SUBJECTS}
    found = {name: (row.DLTSTAT, known(row.DAYSLEFT)) for name, row in table.items()}
    expected = {name: status_of(subject) for name, subject in SUBJECTS.items()}
    assert found == expected
    assert min(Counter(status for status, _ in expected.values()).values()) > 20
    for name, subject in SUBJECTS.items():
        days = [event[0] for event in subject["events"] if event[2] == "Y" and event[0] > 0]
        dlts = sum(not after_death(subject, day) for day in days)
        assert (table[name].NDLT, table[name].NUNJUDG) == (dlts, len(unadjudicated(subject))), name
        assert known(table[name].MISSINF) == (", ".join(map(str, missed(subject))) or None), name
        assert known(table[name].DOSECD) == dose_code(subject), name


def test_counts_by_dose_are_those_of_plain_counting(made):
    groups = defaultdict(Counter)
    for row in made.table("addl").itertuples():
        subject = SUBJECTS.get(row.USUBJID)
        if subject is None:
            groups[row.TRTA].update([row.DLTSTAT, "treated"])
            groups[row.TRTA]["unadjudicated"] += row.NUNJUDG
            continue
        level = level_of(subject)
        own = groups["No planned level" if level is None else f"{level} mg/m²/day"]
        own.update([status_of(subject)[0], "treated"])
        own["unadjudicated"] += len(unadjudicated(subject))
    for row in made.ask("dlt_by_dose").itertuples():
        own = groups[row.TRTA]
        counts = (row.NTREATED, row.NEVAL, row.NDLT, row.NPENDING, row.NNOTEVAL, row.NUNJUDG)
        statuses = (own["DLT"], own["Pending"], own["Not evaluable"], own["unadjudicated"])
        assert counts == (own["treated"], own["DLT"] + own["No DLT"], *statuses), row.TRTA


def test_what_each_subject_tells_the_rule_is_its_status(made):
    letters = {"DLT": "T", "No DLT": "N", "Pending": "P", "Not evaluable": None}
    asked = made.ask("rule_outcomes")
    found = {row.USUBJID: known(row.RESULT) for row in asked.itertuples() if row.USUBJID in SUBJECTS}
    assert found == {name: letters[status_of(subject)[0]] for name, subject in SUBJECTS.items()}
    dated = asked["TRTSDT"].dropna()
    assert list(dated) == sorted(dated) and len(dated) == len(asked) - 2


FAULTS = [
    Fault("dlt-evaluation", "dltverdict", "coalesce(QVALYN, '') <> 'N' and", "true and"),
    Fault("dlt-evaluation", "aesupp", "left join found as f on f.SROW", "join found as f on f.SROW"),
    Fault("dlt-evaluation", "dltelsewhere", "from source.fa\n", "from source.fa where false\n"),
    Fault("dlt-evaluation", "cohorttold", "and not bool_and(EXPANDS)", "and bool_and(EXPANDS)"),
    Fault("dlt-evaluation", "firstdose", "FIRSTDT < FIRSTDTL", "false"),
    Fault("dlt-evaluation", "addl", "or a.ASTDT >= TRTSDTL)", "or true)"),
    Fault("dlt-evaluation", "addl", "when NDLT > 0 then 'DLT'", "when NDLT > 1 then 'DLT'"),
    Fault("dlt-evaluation", "addl", "when OPENCD is not null then 'Pending'", "when false then 'Pending'"),
    Fault("dlt-evaluation", "addl", "when u.ISOPEN then", "when false then"),
    Fault("dlt-evaluation", "addl", "when u.NUNGRD > 0 then", "when false then"),
    Fault("dlt-evaluation", "addl", "when u.NTOOLATE > 0 then", "when false then"),
    Fault("dlt-evaluation", "addl", "and a.AFTDTHFL is null", "and true"),
    Fault("dlt-evaluation", "addl", "coalesce(d.DSSTDT <= t.WINENDT", "coalesce(d.DSSTDT <= t.WINENDT + 9"),
    Fault("dlt-evaluation", "addl", "(e.DLTFL is not null", "(false"),
    Fault("dlt-evaluation", "addl", "and e.ATOXGR >= 3)", "and true)"),
    Fault("dlt-evaluation", "observed", "<= t.WINENDT + t.DLTSEEN then d.DTHDT", "<= t.CUTDT then d.DTHDT"),
    Fault("dlt-evaluation", "disposition", "w.MEANS = 'TOXICITY'", "w.MEANS = 'NOTHING'"),
    Fault("dlt-evaluation", "addl", "when u.NBEFORE > 0 then", "when false then"),
    Fault("dlt-evaluation", "addl", "when u.ONSETCD is not null then", "when false then"),
    Fault("dlt-evaluation", "adae", "w.AFTERFL = 'N' and w.RELFL = 'Y' then", "false then"),
    Fault("dlt-evaluation", "adae", "nullif(r.KIND, 'U') as RELFL", "null as RELFL"),
    Fault("dlt-evaluation", "addl", "coalesce(RELFL, '') <> 'N' as UNGRADED", "RELFL = 'Y' as UNGRADED"),
    Fault("dlt-evaluation", "addl", "(RELFL = 'Y' or RELUNRFL = 'Y') and DLTFL = 'N' as CONTRARY", "false as CONTRARY"),
    Fault("dlt-evaluation", "observed", "when o.OTHERDTL < t.WINENDT then o.OTHERCD", "when false then o.OTHERCD"),
    Fault("dlt-evaluation", "therapyopen", "t.STDTL >= a.TRTSDT", "t.STDTL < a.TRTSDT"),
    Fault("dlt-evaluation", "departure", "t.ENDED <> 'TREATMENT' or", "true or"),
    Fault("dlt-evaluation", "departure", "coalesce(c.LASTDT <= coalesce(", "coalesce(c.LASTDT < coalesce("),
    Fault("dlt-evaluation", "contact", "(COMPLET|", "(WITHDRAWAL|COMPLET|"),
    Fault("dlt-evaluation", "observed", "l.LEFTDT <= t.CUTDT and w.UNSEEN", "false and w.UNSEEN"),
    Fault(
        "dlt-evaluation", "observed", "coalesce(y.DTHFDT < t.WINENDT, false)", "coalesce(y.DTHFDT <= t.WINENDT, false)"
    ),
    Fault("dlt-evaluation", "deathcause", "or d.NDRUG > 0 then", "then"),
    Fault("dlt-evaluation", "deathcause", "KIND in ('DISEASE', 'OTHER')", "KIND <> 'DRUG'"),
    Fault("dlt-evaluation", "deathcause", "coalesce(d.NELSE, 0) = 0 then", "true then"),
    Fault(
        "dlt-evaluation", "deathcause", "and regexp_matches(c.WORDS, k.NAMED)", "or regexp_matches(c.WORDS, k.NAMED)"
    ),
    Fault("dlt-evaluation", "disposition", "'^(FOLLOW|", "'^(FOLLOWED|"),
    Fault("dlt-evaluation", "departure", "min(LEFTDT) as LEFTDT", "max(LEFTDT) + 100 as LEFTDT"),
    Fault("dlt-evaluation", "observed", "t.WINENDT > t.CUTDT as WINOPEN", "t.WINENDT >= t.CUTDT as WINOPEN"),
    Fault("dlt-evaluation", "observed", "t.WINENDT - t.DLTSEEN as UNSEEN", "t.WINENDT - 8 as UNSEEN"),
    Fault("dlt-evaluation", "observed", "y.DTHFDT <= t.WINENDT", "y.DTHFDT < t.WINENDT"),
    Fault(
        "dlt-evaluation",
        "observed",
        "l.LEFTDT < t.WINENDT or (l.LEFTDT",
        "l.LEFTDT <= t.WINENDT or (l.LEFTDT",
    ),
    Fault("dlt-evaluation", "adexsum", "<= m.FIRSTDUEDT", "< m.FIRSTDUEDT"),
    Fault("dlt-evaluation", "adexsum", "p.LASTDAY <= p.PLANNED", "p.LASTDAY <= p.PLANNED + 2"),
    Fault("dlt-evaluation", "adexsum", "round(DOSESHR - MINSHARE, 9) < 0", "round(DOSESHR - MINSHARE, 9) <= 0"),
    Fault("dlt-evaluation", "adexsum", "or DOSESHR is null then 'UNKNOWN'", "then 'UNKNOWN'"),
    Fault("dlt-evaluation", "adexsum", "bool_or(g.NROWS > 1 and", "bool_or(g.NROWS > 9 and"),
    Fault("dlt-evaluation", "adexsum", "else 'NOREASON'", "else 'REDUCED'"),
    Fault("dlt-evaluation", "dosegiven", "<= s.DOSETOL * l.DOSE", "<= 0 * l.DOSE"),
    Fault("dlt-evaluation", "adsl", "coalesce(other.DOSELVL <> level.DOSELVL, true)", "other.DOSELVL <> level.DOSELVL"),
    Fault("dlt-evaluation", "dosegiven", "having count(n.DOSELVL) = count(*)", "having count(n.DOSELVL) < count(*)"),
    Fault("dlt-evaluation", "dosereason", "when w.BYTOXICITY then 'TOXICITY'", "when w.BYTOXICITY then 'OTHER'"),
    Fault("dlt-evaluation", "dosereason", "else 'DOUBT'", "else 'OTHER'"),
    Fault("dlt-evaluation", "addl", "when m.DOSECD = 'UNKNOWN' then", "when false then"),
    Fault("dlt-evaluation", "addl", "in ('TOXICITY', 'DOUBT', 'NOREASON')", "in ('TOXICITY', 'DOUBT')"),
    Fault("dlt-evaluation", "addl", "s.DLTDAYS - 1", "s.DLTDAYS - 2"),
    Fault(
        "dlt-evaluation", "dlt_by_dose", "s.DLTSTAT in ('DLT', 'No DLT')", "s.DLTSTAT in ('DLT', 'No DLT', 'Pending')"
    ),
    Fault("dlt-evaluation", "rule_outcomes", "d.DLTSTAT = 'Pending' then 'P'", "d.DLTSTAT = 'Pending' then 'N'"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
