"""Scheduled assessments and PK samples as SQL follows them: done, overdue, missed, not due or not expected."""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pandas
import pytest
from building import building
from faults import Fault, is_found

from trial import Trial

CUT = date(2007, 11, 30)
SCHEDULE = [("Baseline", 1, 28, 0), ("Day 28", 28, 7, 10), ("Month 3", 91, 21, 21)]
"""Visit, study day on which an echocardiogram is due, days of the window before and after."""
HOURS = {1: [0, 2, 24], 3: [48]}
"""Day of the first course → planned hours after the start of its infusion."""
TEXT = """
[trial]
id = "T"
title = "Drawn"
infusions_per_course = 3
[test_codes]
PARENT_DRUG = ["ANNAMYC"]
METABOLITE = ["ANNAMYOL"]
[pk]
course = 1
hours_day_1 = [0, 2, 24]
hours_day_3 = [48]
""" + "".join(
    f"[[schedule]]\nassessment = 'ECHO'\nvisit = '{visit}'\nday = {day}\ndays_before = {before}\ndays_after = {after}\n"
    for visit, day, before, after in SCHEDULE
)
KNOWN = {
    # the cut's study day, days of echocardiograms, what else happened: status of that of day 28, days late
    "the window ends on the cut": (38, [], {}, ["Not due", None]),
    "the day after the window": (39, [], {}, ["Overdue", 1]),
    "done on the first day of the window": (60, [21], {}, ["Done", None]),
    "done the day before the window": (60, [20], {}, ["Overdue", 22]),
    "done on the last day": (60, [38], {}, ["Done", None]),
    "missed, then done": (60, [40], {}, ["Missed", 2]),
    "early and late, not inside": (60, [2, 39], {}, ["Missed", 1]),
    "died on the day it was due": (60, [], {"died": 28}, ["Not expected", None]),
    "died the day after": (60, [], {"died": 29}, ["Overdue", 22]),
    "left the study before": (60, [], {"left": 27}, ["Not expected", None]),
    "left on the day": (60, [], {"left": 28}, ["Overdue", 22]),
}
ELAPSED = {"PT0H": 0, "-PT15M": -0.25, "PT2H": 2, "P1D": 24, "PT48H": 48, "PT120M": 2, "P1DT0H": 24}
WORDS = {"PRE-DOSE": 0, "2 h after start": 2, "120 min": 2, "24 h": 24, "48H POST": 48}


def drawn_subject(drawn):
    """A course with some echocardiograms and PK samples, told in several ways, and one end or none."""
    cut_day = drawn.choice([3, 5, 10, 38, 39, 60, 120, 130])
    infusions = drawn.choice([3, 3, 3, 2, 1])
    ends = drawn.choice([{}, {}, {}, {"died": 28}, {"died": 40}, {"left": 27}, {"left": 90}, {"died": 2}])
    days = sorted(drawn.sample([-40, -3, 1, 5, 20, 21, 28, 38, 39, 45, 70, 91, 112, 113], drawn.randint(0, 5)))
    return dict(cut_day=cut_day, infusions=infusions, echos=days, samples=list(drawn_samples(drawn)), **ends)


def drawn_samples(drawn):
    """PK samples as (planned hours by duration or words, how the infusion is told, whether it was measured)."""
    for _ in range(drawn.randint(0, 4)):
        told = drawn.choice([("PCELTM", one) for one in ELAPSED] + [("PCTPT", one) for one in WORDS])
        day = drawn.choice([1, 1, 3])
        reference = drawn.choice(["date", "words", "visit", "time"])
        yield told, day, reference, drawn.choice(["10", "<0.5", "NOT DONE"])


def subjects_drawn():
    drawn = random.Random(19)
    found = {
        name: dict(cut_day=cut_day, infusions=3, echos=days, samples=[], **ends)
        for name, (cut_day, days, ends, _) in KNOWN.items()
    }
    found |= {f"drawn-{n}": drawn_subject(drawn) for n in range(400)}
    return {name: subject | {"start": CUT - timedelta(days=subject["cut_day"] - 1)} for name, subject in found.items()}


SUBJECTS = subjects_drawn()


def on(subject, day):
    """The date of a study day; there is no day 0."""
    return subject["start"] + timedelta(days=day - (1 if day > 0 else 0))


def happened(subject, day):
    return day is not None and day <= subject["cut_day"]


def sample_row(name, subject, sample):
    (column, text), day, reference, value = sample
    infused = datetime.combine(on(subject, day), datetime.min.time()) + timedelta(hours=9)
    row = dict(USUBJID=name, PCTESTCD="ANNAMYC", PCSTRESC=value, PCSTAT="", **{column: text})
    if value == "NOT DONE":
        row |= dict(PCSTAT="NOT DONE", PCSTRESC="")
    if reference == "date":
        row["PCRFTDTC"] = infused.isoformat()
    elif reference == "words":
        row["PCTPTREF"] = f"COURSE 1 DAY {day} INFUSION START"
    elif reference == "visit":
        row["VISIT"] = f"Cycle 1 Day {day}"
    else:
        row["PCDTC"] = (infused + timedelta(hours=max(hours_of(sample), 0))).isoformat()
    return row


def delivery():
    rows = defaultdict(list)
    for name, subject in SUBJECTS.items():
        died, left = (subject.get(end) if happened(subject, subject.get(end)) else None for end in ("died", "left"))
        rows["dm"].append(
            dict(USUBJID=name, DTHDTC=on(subject, died).isoformat() if died else "", DTHFL="Y" if died else "")
        )
        rows["ex"] += [
            dict(USUBJID=name, EXSEQ=n, EXSTDTC=f"{on(subject, n)}T09:00") for n in range(1, subject["infusions"] + 1)
        ]
        if left:
            rows["ds"].append(dict(USUBJID=name, DSDECOD="LOST TO FOLLOW-UP", DSSTDTC=on(subject, left).isoformat()))
        rows["cv"] += [
            dict(USUBJID=name, CVTESTCD="LVEF", CVSTRESC="60", CVDTC=on(subject, day).isoformat())
            for day in subject["echos"]
            if happened(subject, day)
        ]
        rows["pc"] += [sample_row(name, subject, sample) for sample in subject["samples"]]
    frames = {name: pandas.DataFrame(own).fillna("") for name, own in rows.items()}
    frames["dm"] = frames["dm"].assign(STUDYID="T", SITEID="1", ARMCD="A", ARM="A")
    frames["ex"] = frames["ex"].assign(EXTRT="DRUG", EXDOSE=100.0)
    frames["ds"] = frames["ds"].assign(DSCAT="DISPOSITION EVENT", EPOCH="FOLLOW-UP", DSSEQ=1)
    return frames | {"pc": frames["pc"].assign(PCSEQ=range(1, len(frames["pc"]) + 1))}


@pytest.fixture(scope="module")
def made():
    """All drawn subjects in one cut: each began so long before it that its study day of the cut is as drawn."""
    return building(delivery(), Trial.parse(TEXT), CUT)


def known(value):
    return None if pandas.isna(value) else value


def assessed(made, kind):
    table = made.table("addue")
    return table[table["ASSESS"] == kind]


@pytest.mark.parametrize("name", KNOWN)
def test_known_assessments(made, name, agrees):
    row = next(row for row in made.rows_of("addue", name) if (row.ASSESS, row.AVISIT) == ("ECHO", "Day 28"))
    agrees([row.STATUS, row.DAYSLATE], KNOWN[name][3], "echocardiogram of day 28: status, days late")


# --- the same by plain Python, in study days -----------------------------------------------------


def shifted(day, days):
    """A study day so many days on; there is no day 0."""
    moved = day + days
    return moved - 1 if day > 0 >= moved else moved


def gone_by(subject, due):
    """Died up to the day it was due, or left the study before it."""
    died, left = subject.get("died"), subject.get("left")
    return (happened(subject, died) and died <= due) or (happened(subject, left) and left < due)


def status_of(subject, due, before, after):
    """(status, days late) of one scheduled echocardiogram."""
    first, last, cut_day = shifted(due, -before), due + after, subject["cut_day"]
    done = [day for day in subject["echos"] if happened(subject, day) and day >= first]
    later = [day for day in done if day > last]
    if any(day <= last for day in done):
        return "Done", None
    if gone_by(subject, due):
        return "Not expected", None
    if last >= cut_day:
        return "Not due", None
    return ("Missed", min(later) - last) if later else ("Overdue", cut_day - last)


def test_echocardiograms_are_followed_as_in_plain_python_over_random_courses(made):
    found = {
        (row.USUBJID, row.AVISIT): (row.STATUS, known(row.DAYSLATE)) for row in assessed(made, "ECHO").itertuples()
    }
    expected = {
        (name, visit): status_of(subject, due, before, after)
        for name, subject in SUBJECTS.items()
        for visit, due, before, after in SCHEDULE
    }
    assert found == expected and min(Counter(status for status, _ in found.values()).values()) > 20


def test_overdue_and_missed_echocardiograms_are_listed(made):
    asked = made.ask("heart_overdue")
    found = Counter(zip(asked["USUBJID"], asked["AVISIT"], asked["STATUS"], strict=True))
    expected = Counter(
        (name, visit, status_of(subject, *when)[0]) for name, subject in SUBJECTS.items() for visit, *when in SCHEDULE
    )
    assert found == {key: 1 for key in expected if key[2] in ("Overdue", "Missed")}


def hours_of(sample):
    (column, text), *_ = sample
    return (ELAPSED if column == "PCELTM" else WORDS)[text]


def infusions_of(subject):
    """How many infusions count: one that is dated after the death does not."""
    died = subject.get("died")
    return min(subject["infusions"], died) if happened(subject, died) and died > 0 else subject["infusions"]


def delivered_once(name, subject):
    """The samples of a subject; one delivered twice, alike in all but its number, counts once."""
    rows = {}
    for sample in subject["samples"]:
        rows.setdefault(tuple(sorted(sample_row(name, subject, sample).items())), sample)
    return list(rows.values())


def test_the_planned_time_and_infusion_of_each_sample_are_those_of_plain_python(made):
    samples = [(name, sample) for name, subject in SUBJECTS.items() for sample in delivered_once(name, subject)]
    table = made.table("adpc").sort_values("PCSEQ")
    assert len(table) == len(samples) > 500
    for row, (name, sample) in zip(table.itertuples(), samples, strict=True):
        _, day, reference, _ = sample
        reached = day <= infusions_of(SUBJECTS[name]) or reference not in ("date", "time")
        infusion = (1, day) if reached else (None, None)
        found = (known(row.COURSE), known(row.COURSEDY))
        assert row.NRRLT == pytest.approx(hours_of(sample)), sample
        # the day of another infusion is taken where the sample's own time less its hours points there
        assert found == infusion or (reference == "time" and not reached), (sample, found)


def sample_status(subject, day, hour):
    own = [one for one in subject["samples"] if one[1] == day and max(hours_of(one), 0) == hour]
    own = [one for one in own if day <= infusions_of(subject) or one[2] in ("words", "visit")]
    due = day + (9 + hour) // 24
    if any(one[3] != "NOT DONE" for one in own):
        return "Done"
    if day > infusions_of(subject) or gone_by(subject, due):
        return "Not expected"
    if due >= subject["cut_day"]:
        return "Not due"
    return "Missed" if own else "Overdue"


def test_samples_are_followed_as_in_plain_python_over_random_courses(made):
    found = {(row.USUBJID, row.AVISIT): row.STATUS for row in assessed(made, "PK").itertuples()}
    expected = {
        (name, f"Course 1 day {day}, {hour} h"): sample_status(subject, day, hour)
        for name, subject in SUBJECTS.items()
        for day, hours in HOURS.items()
        for hour in hours
    }
    assert found == expected and min(Counter(found.values()).values()) > 20


def test_what_is_outstanding_by_site_is_that_of_plain_counting(made):
    (row,) = made.ask("currency_by_site").to_dict("records")
    echos = Counter(
        status_of(subject, *when)[0] for subject in SUBJECTS.values() for _, *when in SCHEDULE if when[0] > 1
    )
    samples = Counter(
        sample_status(subject, day, hour)
        for subject in SUBJECTS.values()
        for day, hours in HOURS.items()
        for hour in hours
    )
    assert row["ECHODUE"] == echos["Done"] + echos["Missed"] + echos["Overdue"]
    assert (row["ECHOOVERDUE"] + row["ECHOGONE"], row["ECHOLATE"]) == (echos["Overdue"], echos["Missed"])
    assert (row["PKMISSING"], row["PKNOTDONE"]) == (samples["Missed"] + samples["Overdue"], samples["Missed"])
    assert row["PKDUE"] == samples["Done"] + row["PKMISSING"] and row["TREATED"] == len(SUBJECTS)


FAULTS = [
    Fault("assessments-due", "addue", "d.ADTHI >= v.WINLO", "d.ADTHI > v.WINLO"),
    Fault("assessments-due", "addue", "where d.ADT <= v.WINHI", "where d.ADT < v.WINHI"),
    Fault("assessments-due", "addue", "v.WINHI >= v.CUTDT then 'Not due'", "v.WINHI > v.CUTDT then 'Not due'"),
    Fault("assessments-due", "addue", "v.DTHDT <= v.DUEDT or", "v.DTHDT < v.DUEDT or"),
    Fault("assessments-due", "addue", "cast(CUTDT - WINHI as integer)", "cast(CUTDT - DUEDT as integer)"),
    Fault("assessments-due", "addue", "k.DUEDT >= k.CUTDT then 'Not due'", "k.DUEDT > k.CUTDT then 'Not due'"),
    Fault("assessments-due", "addue", "when d.NRESULT is not null then 'Missed'", "when false then 'Missed'"),
    Fault("assessments-due", "adpc", "24 * coalesce(cast(nullif(ELAPSED.D", "12 * coalesce(cast(nullif(ELAPSED.D"),
    Fault("assessments-due", "adpc", "cast(TIMEPOINT.AMOUNT as double) / 60", "cast(TIMEPOINT.AMOUNT as double) / 6"),
    Fault("assessments-due", "adpc", "case ELAPSED.SIGN when '-' then -1", "case ELAPSED.SIGN when '-' then 1"),
    Fault("assessments-due", "adpc", "try_cast(REFERENCE.D as integer)", "try_cast(REFERENCE.C as integer)"),
    Fault("assessments-due", "heart_overdue", "in ('Overdue', 'Missed')", "in ('Overdue', 'Done')"),
    Fault("assessments-due", "currency_by_site", "d.STATUS in ('Missed', 'Overdue')", "d.STATUS in ('Missed')"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
