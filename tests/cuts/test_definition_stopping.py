"""Whom a stopping rule counts and who has its event, and what was known at each enrolment, against plain Python."""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import date, timedelta

import pandas
import pytest
from building import building
from faults import Fault, is_found

CUT = date(2007, 11, 30)
RULES = {
    "dysfunction": dict(counts="ctrcd_moderate", population="evaluable for heart"),
    "dysfunction, seen for 90 days": dict(counts="ctrcd_moderate", population="evaluable for heart", observed_days=90),
    "early death": dict(counts="early_death", population="treated", within_days=30),
    "mucositis": dict(counts="ae", population="treated", category="Mucositis", minimum_grade=4, observed_days=28),
    "mucositis of 28 days": dict(
        counts="ae", population="treated", category="Mucositis", minimum_grade=3, within_days=28
    ),
    "dose-limiting toxicity": dict(counts="dlt", population="evaluable for DLT"),
}
EVERY = dict.fromkeys(("cohort", "category", "terms", "within_days", "observed_days", "minimum_grade"))
KNOWN = {
    # the cut's study day, what happened: status under each of four rules
    "seen long, without an event": (
        200,
        dict(echos=[(-5, 60), (100, 58)]),
        ["No event", "No event", "No event", "No event"],
    ),
    "moderate dysfunction": (200, dict(echos=[(-5, 60), (100, 45)]), ["Event", "No event", "No event", "No event"]),
    "severe dysfunction": (200, dict(echos=[(-5, 60), (50, 35)]), ["Event", "No event", "No event", "No event"]),
    "no baseline": (200, dict(echos=[(100, 45)]), ["Left out", "No event", "No event", "No event"]),
    "severe without a baseline": (200, dict(echos=[(100, 39)]), ["Event", "No event", "No event", "No event"]),
    "no later LVEF yet": (200, dict(echos=[(-5, 60)]), ["Awaited", "No event", "No event", "No event"]),
    "died on day 30": (200, dict(died=30, echos=[(-5, 60)]), ["Left out", "Event", "No event", "No event"]),
    "died on day 31": (
        200,
        dict(died=31, echos=[(-5, 60), (20, 60)]),
        ["No event", "No event", "No event", "No event"],
    ),
    # the first infusion was on 15 May: day 18 is 1 June, day 47 30 June
    "died in June, seen on day 40": (
        200,
        dict(died=40, dated="month", echos=[(-5, 60), (40, 58)]),
        ["No event", "No event", "No event", "No event"],
    ),
    "died in June, seen on day 3": (
        200,
        dict(died=18, dated="month", echos=[(-5, 60)]),
        ["Left out", "Left out", "No event", "Left out"],
    ),
    "died in May": (
        200,
        dict(died=3, dated="month", echos=[(-5, 60)]),
        ["Left out", "Event", "No event", "Left out"],
    ),
    "died on no stated day, seen on day 100": (
        200,
        dict(died=100, dated="", echos=[(-5, 60), (100, 58)]),
        ["No event", "No event", "No event", "No event"],
    ),
    "left on day 20": (
        200,
        dict(left=20, echos=[(-5, 60), (20, 60)]),
        ["No event", "Left out", "Left out", "Left out"],
    ),
    "seen for 20 days": (20, dict(echos=[(-5, 60), (15, 60)]), ["No event", "Awaited", "Awaited", "Awaited"]),
    "LVEF on day 90": (200, dict(echos=[(-5, 60), (90, 58)]), ["No event"] * 4),
    "mucositis of grade 4": (200, dict(events=[(60, "Stomatitis", 4)]), ["Left out", "No event", "Event", "No event"]),
    "mucositis of grade 3": (
        200,
        dict(events=[(60, "Stomatitis", 3)]),
        ["Left out", "No event", "No event", "No event"],
    ),
}
EARLIER = {
    "a DLT on day 10": dict(events=[(10, "Rash", 4)]),
    "no DLT": dict(),
    "died on day 12": dict(died=12),
    "left on day 12": dict(left=12),
}
"""Subjects whose first infusion was 199 days before the cut."""
ENROLMENTS = {
    # an earlier subject, its study day on which another was enrolled: what was known of it
    ("a DLT on day 10", 9): "P",
    ("a DLT on day 10", 10): "T",
    ("no DLT", 27): "P",
    ("no DLT", 28): "N",
    ("died on day 12", 11): "P",
    ("died on day 12", 12): None,
    ("left on day 12", 11): "P",
    ("left on day 12", 12): None,
}
FOUR = ["dysfunction", "early death", "mucositis", "dose-limiting toxicity"]


def course(cut_day, died=None, left=None, echos=(), events=(), dated="day"):
    """died: the first day on which the death can have been; dated: by a day, by a month, or not at all."""
    return dict(cut_day=cut_day, died=died, left=left, echos=list(echos), events=list(events), dated=dated)


def drawn_course(drawn):
    cut_day = drawn.choice([10, 27, 28, 29, 30, 31, 89, 90, 200])
    end = {drawn.choice(["died", "left"]): drawn.choice([5, 29, 30, 31, 60])} if drawn.random() < 0.4 else {}
    end = {what: day for what, day in end.items() if day <= cut_day}
    last = min([cut_day, *end.values()])
    echos = [(drawn.choice([-9, -5, 20, 60, 89, 90, 90, 91]), drawn.choice([35, 45, 49, 55, 60, 70])) for _ in range(3)]
    events = [
        (drawn.choice([3, 28, 29, 60]), drawn.choice(["Stomatitis", "Rash"]), drawn.choice([None, 2, 3, 4]))
        for _ in range(drawn.randint(0, 3))
    ]
    echos = {day: value for day, value in echos[: drawn.randint(0, 3)] if day <= last}
    return course(cut_day, echos=sorted(echos.items()), events=[one for one in events if one[0] <= last], **end)


def subjects_drawn():
    drawn = random.Random(29)
    found = {name: course(day, **more) for name, (day, more, _) in KNOWN.items()}
    found |= {name: course(200, **more) for name, more in EARLIER.items()}
    found |= {f"enrolled on day {day}": course(201 - day) for _, day in ENROLMENTS}
    found |= {f"drawn-{n}": drawn_course(drawn) for n in range(200)}
    return {name: one | {"start": CUT - timedelta(days=one["cut_day"] - 1)} for name, one in found.items()}


SUBJECTS = subjects_drawn()


def on(subject, day):
    """The date of a study day; there is no day 0."""
    return (subject["start"] + timedelta(days=day - (1 if day > 0 else 0))).isoformat()


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects in one cut; every event is adjudicated, a DLT where of grade 4 in the window.

    All deaths are of the leukaemia: of no other cause would a subject be not evaluable.
    """
    dm, ex, cv, ae, ds = [], [], [], [], []
    for name, subject in SUBJECTS.items():
        died = subject["died"]
        dm.append(dict(USUBJID=name, DTHFL="Y" if died else "", DTHDTC=death_text(subject) if died else ""))
        dm[-1]["DTHCAUS"] = "Disease progression" if died else ""
        ex += [dict(USUBJID=name, EXSTDTC=on(subject, day)) for day in (1, 2, 3)]
        cv += [dict(USUBJID=name, CVDTC=on(subject, day), CVSTRESN=value) for day, value in subject["echos"]]
        for day, term, grade in subject["events"]:
            row = dict(USUBJID=name, AETERM=term, AEDECOD=term, AETOXGR=str(grade or ""), AESTDTC=on(subject, day))
            ae.append(row | dict(AEDLT="Y" if is_dlt(day, grade) else "N"))
        if subject["left"]:
            ds.append(dict(USUBJID=name, DSDECOD="WITHDRAWAL BY SUBJECT", DSSTDTC=on(subject, subject["left"])))
    frames = {name: pandas.DataFrame(rows) for name, rows in dict(dm=dm, ex=ex, cv=cv, ae=ae, ds=ds).items()}
    frames["dm"] = frames["dm"].assign(STUDYID="S", SITEID="1", ACTARMCD="A130", ACTARM="A130")
    frames["ex"] = frames["ex"].assign(EXTRT="DRUG", EXDOSE=130.0, EXDOSU="mg/m2", EXSEQ=range(len(ex)))
    frames["cv"] = frames["cv"].assign(CVTESTCD="LVEF", CVSTRESU="%", CVSEQ=range(len(cv)))
    frames["ae"] = frames["ae"].assign(AESEQ=range(len(ae)))
    frames["ds"] = frames["ds"].assign(DSCAT="DISPOSITION EVENT", EPOCH="FOLLOW-UP", DSSEQ=1)
    return building(frames, trial, CUT)


def death_text(subject):
    return {"day": on(subject, subject["died"]), "month": on(subject, subject["died"])[:7], "": ""}[subject["dated"]]


def latest_death(subject):
    """The latest day on which the death can have been, by its date and the cut."""
    if subject["dated"] == "month":
        first = date.fromisoformat(death_text(subject) + "-01")
        return ((first + timedelta(days=31)).replace(day=1) - subject["start"]).days
    return subject["died"] if subject["dated"] else subject["cut_day"]


def is_dlt(day, grade):
    return grade == 4 and day <= 28


def known(value):
    return None if pandas.isna(value) else value


def asked(made, rule):
    return {row.USUBJID: row for row in made.ask("stopping_subjects", **EVERY | RULES[rule]).itertuples()}


@pytest.mark.parametrize("name", KNOWN)
def test_known_subjects_of_stopping_rules(made, name, agrees):
    for rule, expected in zip(FOUR, KNOWN[name][2], strict=True):
        agrees(asked(made, rule)[name].STATUS, expected, rule)


@pytest.mark.parametrize(("earlier", "day"), ENROLMENTS)
def test_known_enrolments(made, earlier, day, agrees):
    rows = made.ask("rule_replay").query(f"USUBJID == 'enrolled on day {day}' and EARLIER == @earlier")
    agrees(rows["RESULT"].item(), ENROLMENTS[earlier, day], f"known of the subject with {earlier} on its day {day}")


# --- the same by plain Python, in study days -----------------------------------------------------


def heart_of(subject):
    """(baseline, later LVEFs that can be compared with it as (day, category)) of one subject."""
    before = [value for day, value in subject["echos"] if day < 1]
    later = [(day, value) for day, value in subject["echos"] if day > 1]
    base = before[-1] if before else None
    known = [(day, category(base, value)) for day, value in later]
    return before[-1:], [(day, worst) for day, worst in known if worst]


def category(baseline, value):
    """Without a baseline severe below 40 %, otherwise not known."""
    if baseline is None:
        return "severe" if value < 40 else None
    fall = baseline - value
    if value < 40:
        return "severe" if baseline >= 40 or fall >= 10 else "none"
    return "moderate" if value < 50 and fall >= 10 else "none"


def has_event(subject, rule):
    """Whether the event of a rule happened, in the days that it counts."""
    last = rule.get("within_days") or 10_000
    if rule["counts"] == "ctrcd_moderate":
        return any(worst in ("moderate", "severe") and day <= last for day, worst in heart_of(subject)[1])
    if rule["counts"] == "early_death":
        return subject["died"] is not None and latest_death(subject) <= last
    if rule["counts"] == "dlt":
        return any(is_dlt(day, grade) for day, _, grade in subject["events"])
    return any(
        term == "Stomatitis" and (grade or 0) >= rule["minimum_grade"] and day <= last
        for day, term, grade in subject["events"]
    )


def observed(subject, rule):
    """Whether a subject without the event was observed as long as the rule asks."""
    needed = max(rule.get("within_days") or 0, rule.get("observed_days") or 0)
    if not needed:
        return True
    if rule["counts"] == "ctrcd_moderate":
        return max((day for day, _ in heart_of(subject)[1]), default=0) >= needed
    seen = min(subject["cut_day"], subject["left"] or subject["died"] or subject["cut_day"])
    return subject["died"] is not None or seen >= needed


def dlt_status(subject):
    """As the DLT evaluation has it here: whole courses, every event adjudicated."""
    if any(is_dlt(day, grade) for day, _, grade in subject["events"]):
        return "DLT"
    if (subject["died"] or 99) <= 28 or (subject["left"] or 99) < 28:
        return "Not evaluable"
    return "Pending" if subject["cut_day"] < 28 else "No DLT"


def status_of(subject, rule):
    on_study = subject["died"] is None and subject["left"] is None
    baseline, compared = heart_of(subject)
    if rule["population"] == "evaluable for heart" and not compared:
        return "Awaited" if baseline and on_study else "Left out"
    if rule["counts"] == "dlt" and dlt_status(subject) in ("Not evaluable", "Pending"):
        return {"Not evaluable": "Left out", "Pending": "Awaited"}[dlt_status(subject)]
    if has_event(subject, rule):
        return "Event"
    if may_have_event(subject, rule) and rule["counts"] == "early_death":
        return "Left out"
    if observed(subject, rule):
        return "No event"
    return "Awaited" if on_study else "Left out"


@pytest.mark.parametrize("rule", RULES)
def test_whom_a_rule_counts_is_that_of_plain_python_over_random_courses(made, rule):
    found = {name: row.STATUS for name, row in asked(made, rule).items()}
    expected = {name: status_of(subject, RULES[rule]) for name, subject in SUBJECTS.items()}
    assert found == expected and len(set(found.values())) == 4
    assert min(Counter(found.values()).values()) > 2


def may_have_event(subject, rule):
    """40 to 49 % without a baseline, or by a fall under 10 points, may be moderate dysfunction (strain and markers were
    not measured), an event without a grade of any grade.

    A death may have been in the days where its date allows days in them and after them.
    """
    last = rule.get("within_days") or 10_000
    if rule["counts"] == "ae":
        return not has_event(subject, rule) and any(
            term == "Stomatitis" and grade is None and day <= last for day, term, grade in subject["events"]
        )
    if rule["counts"] == "early_death":
        return subject["died"] is not None and subject["died"] <= last < latest_death(subject)
    if rule["counts"] != "ctrcd_moderate":
        return False
    baseline, _ = heart_of(subject)
    values = [value for day, value in subject["echos"] if 1 < day <= last]
    low = [value for value in values if (small_fall(baseline[0], value) if baseline else 40 <= value < 50)]
    return bool(low) and not has_event(subject, rule)


def small_fall(baseline, value):
    """A fall under 10 points to 40 to 49 %, or one of a heart that was below 40 % before."""
    return 0 < baseline - value < 10 and (40 <= value < 50 or baseline < 40)


@pytest.mark.parametrize("rule", RULES)
def test_whom_a_rule_counts_only_with_what_is_possible_is_that_of_plain_python(made, rule):
    found = {name for name, row in asked(made, rule).items() if row.POSSFL == "Y"}
    expected = {name for name, subject in SUBJECTS.items() if may_have_event(subject, RULES[rule])}
    assert found == expected and (len(found) > 2) == (RULES[rule]["counts"] in ("ctrcd_moderate", "ae"))


def test_subjects_come_in_the_order_of_their_first_infusion(made):
    rows = sorted(asked(made, "early death").values(), key=lambda row: row.SEQ)
    starts = [(row.TRTSDT, row.USUBJID) for row in rows]
    assert [row.SEQ for row in rows] == list(range(1, len(SUBJECTS) + 1)) and starts == sorted(starts)


def as_of(subject, day):
    """What a cut of a calendar day would have known of the DLTs of a subject treated before it."""
    study_day = (day - subject["start"]).days + 1
    onset = min((when for when, _, grade in subject["events"] if is_dlt(when, grade)), default=None)
    if onset is not None and onset <= study_day:
        return "T"
    died, left = subject["died"] or 99, subject["left"] or 99
    gone = [day for day, last in ((died, 28), (left, 27)) if day <= last]
    if gone and min(gone) <= study_day:
        return None
    if dlt_status(subject) == "Pending" or study_day < 28:
        return "P"
    return "N"


def test_what_was_known_at_each_enrolment_is_that_of_plain_python(made):
    rows = made.ask("rule_replay").dropna(subset="EARLIER").to_dict("records")
    count = len(SUBJECTS)
    assert len(rows) == count * (count - 1) / 2
    for row in rows:
        expected = as_of(SUBJECTS[row["EARLIER"]], SUBJECTS[row["USUBJID"]]["start"])
        assert known(row["RESULT"]) == expected, row
    assert {known(row["RESULT"]) for row in rows} == {"T", "P", "N", None}


FAULTS = [
    Fault("stopping-events", "stopping_subjects", "where ATOXGR is null\n    union", "where false\n    union"),
    Fault("stopping-events", "stopping_subjects", "ATOXGR >= $minimum_grade", "ATOXGR > $minimum_grade"),
    Fault(
        "stopping-events",
        "stopping_subjects",
        "t.CUTDT) - t.TRTSDT + 1 <= $within_days",
        "t.CUTDT) - t.TRTSDT <= $within_days",
    ),
    Fault("stopping-events", "stopping_subjects", "EARLYPOSS and not EARLYSURE", "false"),
    Fault("stopping-events", "deathday", "else greatest(r.DTHDT, c.LASTDT, r.TRTSDT)", "else r.DTHDT"),
    Fault("stopping-events", "stopping_subjects", "or ADY <= $within_days)", "or ADY < $within_days)"),
    Fault("stopping-events", "stopping_subjects", "where CTRCDN >= LEASTN", "where CTRCDN > LEASTN"),
    Fault("stopping-events", "stopping_subjects", "CTRCDPOSN >= LEASTN and", "CTRCDPOSN > LEASTN and"),
    Fault("stopping-events", "stopping_subjects", "LASTDY >= NEEDED", "LASTDY > NEEDED"),
    Fault("stopping-events", "stopping_subjects", "LVEFDY >= NEEDED", "LVEFDY > NEEDED"),
    Fault("stopping-events", "stopping_subjects", "when HASEVENT then 'Event'", "when false then 'Event'"),
    Fault(
        "stopping-events",
        "stopping_subjects",
        "= 'NO BASELINE LVEF' or WHEREABOUTS",
        "= 'NO LATER LVEF' or WHEREABOUTS",
    ),
    Fault(
        "rule-replay",
        "rule_replay",
        "coalesce(e.DLTDT, e.WINENDT) <= s.TRTSDT",
        "coalesce(e.DLTDT, e.WINENDT) < s.TRTSDT",
    ),
    Fault("rule-replay", "rule_replay", "e.WINENDT > s.TRTSDT then 'P'", "e.WINENDT >= s.TRTSDT then 'P'"),
    Fault("rule-replay", "rule_replay", "e.NEDT <= s.TRTSDT", "e.NEDT < s.TRTSDT"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
