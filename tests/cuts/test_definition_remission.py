"""Best response, remission rates and time to event as SQL computes them, against plain Python over drawn courses."""

from __future__ import annotations

import random
import sys
from collections import Counter, defaultdict
from datetime import date, timedelta

import pandas
import pytest
from building import building
from drawn_responses import TERMS, delivery
from faults import Fault, is_found

CUT, FIRST_ASSESSMENT_DAYS = date(2007, 11, 30), 42
READ = {
    "CR": "CR",
    "COMPLETE REMISSION": "CR",
    "CRh": "CRh",
    "CRi": "CRi",
    "CRP": "CRi",
    "MLFS": "MLFS",
    "PR": "PR",
    "NR": "NR",
    "SD": "NR",
    "PD": "PD",
    "RELAPSE": "RELAPSE",
    "NE": "NE",
    "good": None,
}
"""Response as delivered → as it is read; None where it is not recognised."""
BEST_FIRST = ["CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD"]
ENDED = ("RELAPSE", "PD")
ARMS = {"A130": "130 mg/m²/day", "A160": "160 mg/m²/day", "OTHER": "No planned level"}
KNOWN = {
    # the cut's study day, disease, responses by study day, what else happened: status, best response, in remission
    "died before an assessment": (90, "ALL", [], {"died": 12}, ["Evaluable", None, "N"]),
    "no assessment yet": (21, "ALL", [], {}, ["Awaiting first assessment", None, "N"]),
    "the last day allowed for the first": (42, "ALL", [], {}, ["Awaiting first assessment", None, "N"]),
    "the day after": (43, "ALL", [], {}, ["Not evaluable", None, "N"]),
    "relapse, then remission": (200, "ALL", [(30, "CR"), (60, "RELAPSE"), (100, "CRi")], {}, ["Evaluable", "CR", "Y"]),
    "remission after a transplant": (
        200,
        "ALL",
        [(30, "NR"), (60, "CR")],
        {"transplant": 40},
        ["Evaluable", "NR", "N"],
    ),
    "remission on its day": (200, "ALL", [(40, "CR")], {"transplant": 40}, ["Evaluable", "CR", "Y"]),
    "after a transplant alone": (200, "ALL", [(60, "CR")], {"transplant": 20}, ["Not evaluable", None, "N"]),
    "after new treatment alone": (200, "AML", [(60, "CR")], {"new drug": 50}, ["Not evaluable", None, "N"]),
    "could not be evaluated": (200, "ALL", [(30, "NE")], {}, ["Not evaluable", "NE", "N"]),
    "CRh in ALL": (200, "ALL", [(30, "CRh")], {}, ["Evaluable", "CRh", "N"]),
    "CRh in AML": (200, "AML", [(30, "CRh")], {}, ["Evaluable", "CRh", "Y"]),
    "relapse without a remission": (200, "AML", [(30, "RELAPSE")], {}, ["Evaluable", "PD", "N"]),
    "before treatment": (200, "ALL", [(1, "CR"), (40, "MLFS")], {}, ["Evaluable", "MLFS", "N"]),
    "progressed before an assessment": (200, "ALL", [], {"progressed": 20}, ["Evaluable", None, "N"]),
    "left before an assessment": (30, "ALL", [], {"left": 9}, ["Not evaluable", None, "N"]),
    "twice on a day, the later entry": (200, "ALL", [(30, "NR"), (30, "CRi")], {}, ["Evaluable", "CRi", "Y"]),
    "not recognised": (200, "ALL", [(30, "good")], {}, ["Not evaluable", None, "N"]),
}
TIMES = {
    # end point: days from its start, both counted, and whether the event happened
    "relapse, then remission": {"OS": [100, 0], "EFS": [60, 1], "DOR": [31, 1]},
    "remission on its day": {"OS": [40, 0], "EFS": [40, 0], "DOR": [1, 0]},
    "died before an assessment": {"OS": [12, 1], "EFS": [12, 1], "DOR": [None, None]},
    "relapse without a remission": {"OS": [30, 0], "EFS": [30, 1], "DOR": [None, None]},
}
EVENTS = {
    "died": "DEATH",
    "transplant": "TRANSPLANT",
    "new drug": "NEWDRUG",
    "progressed": "PROGRESSIVE_DISEASE",
    "left": "OFF_WITHDRAWAL",
}


def course(cut_day, disease, responses, ends):
    return dict(cut_day=cut_day, disease=disease, responses=[(*one, "INVESTIGATOR") for one in responses], ends=ends)


def drawn_course(drawn):
    """A course with a few assessments, some by another evaluator, some on partial dates, and one end or none."""
    cut_day, last = drawn.choice([15, 41, 42, 43, 60, 120, 300]), 280
    days = [1, 20, 30, 31, 58, 58, 59, 60, 90, 100, last]
    responses = [
        (
            drawn.choice(days),
            drawn.choice([*READ, "CR", "CR", "NR"]),
            drawn.choice(["INVESTIGATOR"] * 5 + [".", "CENTRAL"]),
        )
        for _ in range(drawn.choice([0, 1, 2, 3, 4, 5]))
    ]
    ends = {}
    if drawn.random() < 0.6:
        day = drawn.choice([5, 25, 40, 59, 60, 61, 100])
        ends = {drawn.choice(list(EVENTS)): day} if day <= cut_day else {}
    responses = [one for one in responses if one[0] <= min(cut_day, ends.get("died", cut_day))]
    return dict(cut_day=cut_day, disease=drawn.choice(["ALL", "AML"]), responses=responses, ends=ends)


def subjects_drawn():
    drawn = random.Random(13)
    courses = [course(*case[:4]) for case in KNOWN.values()] + [drawn_course(drawn) for _ in range(500)]
    names = [*KNOWN, *(f"drawn {n}" for n in range(500))]
    found = {}
    for number, (name, one) in enumerate(zip(names, courses, strict=True)):
        found[f"T-{number}"] = one | {"name": name, "start": CUT - timedelta(days=one["cut_day"] - 1)}
    return found


SUBJECTS = subjects_drawn()
BY_NAME = {subject["name"]: usubjid for usubjid, subject in SUBJECTS.items()}


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects in one cut: each began so long before it that its study day of the cut is as drawn."""
    people, responses, events = ["id disease arm start"], ["id day response evaluator"], ["id day what"]
    for number, subject in enumerate(SUBJECTS.values()):
        people.append(f"{number} {subject['disease']} {list(ARMS)[number % len(ARMS)]} {subject['start']}")
        for day, response, evaluator in subject["responses"]:
            responses.append(f"{number} {day} {response.replace(' ', '_')} {evaluator}")
        events += [f"{number} {day} {EVENTS[what]}" for what, day in subject["ends"].items()]
    assert set(TERMS) == {"ALL", "AML"}
    return building(
        delivery(*("\n".join(lines) for lines in (people, responses)), events="\n".join(events)), trial, CUT
    )


def known(value):
    return None if pandas.isna(value) else value


def best_rows(made):
    table = made.table("adrs")
    return {row.USUBJID: row for row in table[table["PARAMCD"] == "BOR"].itertuples()}


@pytest.mark.parametrize("name", KNOWN)
def test_known_best_responses(made, name, agrees):
    row = best_rows(made)[BY_NAME[name]]
    agrees([row.EVALSTAT, row.AVALC, row.RSPFL], KNOWN[name][4], "status, best response, in remission")


@pytest.mark.parametrize("name", TIMES)
def test_known_times(made, name, agrees):
    for endpoint, expected in TIMES[name].items():
        rows = made.ask("survival_times", endpoint=endpoint).set_index("USUBJID")
        found = rows.loc[BY_NAME[name], ["AVAL", "EVENT"]].tolist() if BY_NAME[name] in rows.index else [None, None]
        agrees(found, expected, f"{endpoint}: days, event")


# --- the same by plain Python, in study days -----------------------------------------------------


def assessments(subject):
    """The investigator's recognised assessments after the first infusion, the later entry of a day: (day, response)."""
    found = {}
    for day, response, evaluator in subject["responses"]:
        if day > 1 and READ[response] and evaluator != "CENTRAL":
            found[day] = READ[response]
    return sorted(found.items())


def other_treatment(subject):
    return min(filter(None, (subject["ends"].get("transplant"), subject["ends"].get("new drug"))), default=None)


def counting(subject):
    """Assessments up to a transplant or new treatment: those that count toward best response."""
    other = other_treatment(subject)
    return [(day, response) for day, response in assessments(subject) if other is None or day <= other]


def best_of(subject):
    """CR first; a relapse without a remission is progression; None where nothing could be evaluated."""
    found = ["PD" if response == "RELAPSE" else response for _, response in counting(subject) if response != "NE"]
    return min(found, key=BEST_FIRST.index, default=None)


def status_of(subject):
    died, other = subject["ends"].get("died"), other_treatment(subject)
    if best_of(subject) or died or ("progressed" in subject["ends"] and other is None):
        return "Evaluable"
    if assessments(subject) or other or "left" in subject["ends"]:
        return "Not evaluable"
    return "Awaiting first assessment" if subject["cut_day"] <= FIRST_ASSESSMENT_DAYS else "Not evaluable"


def is_remission(response, disease):
    return response in ("CR", "CRi") or (response == "CRh" and disease == "AML")


def confirmation(subject, day):
    """Of a CR in ALL on a day: does it last four weeks?"""
    others = [(other, response) for other, response in assessments(subject) if other != day]
    if any(response in ENDED and day < other < day + 28 for other, response in others):
        return "recurrence within 4 weeks"
    if any(response != "NE" and other >= day + 28 for other, response in others):
        return "confirmed"
    earlier = any(response == "CR" and other <= day - 28 for other, response in others)
    lost = any(response in ENDED and other <= day for other, response in others)
    return "confirmed" if earlier and not lost else "not yet confirmed"


def best_confirmation(subject):
    if subject["disease"] != "ALL" or best_of(subject) != "CR":
        return None
    order = ["confirmed", "not yet confirmed", "recurrence within 4 weeks"]
    return min((confirmation(subject, day) for day, one in counting(subject) if one == "CR"), key=order.index)


def test_best_response_is_that_of_plain_python_over_random_courses(made):
    found = best_rows(made)
    for usubjid, subject in SUBJECTS.items():
        row, best = found[usubjid], best_of(subject)
        shown = best or ("NE" if counting(subject) else None)
        expected = (status_of(subject), shown, "Y" if is_remission(best, subject["disease"]) else "N")
        assert (row.EVALSTAT, known(row.AVALC), row.RSPFL) == expected, subject
        assert known(row.CONFIRM) == best_confirmation(subject), subject
    assert min(Counter(map(best_of, SUBJECTS.values())).values()) > 5


def counted(subjects):
    """How many are in remission, of whom confirmed and not; evaluable, awaiting and not."""
    found = Counter(status_of(subject) for subject in subjects)
    for subject in subjects:
        if is_remission(best_of(subject), subject["disease"]):
            found.update(["remission", best_of(subject), best_confirmation(subject)])
    return found


def test_remission_rates_by_disease_are_those_of_plain_counting(made):
    for row in made.ask("remission_by_disease").itertuples():
        own = [subject for subject in SUBJECTS.values() if subject["disease"] == row.DISEASE]
        own = [one for one in own if row.ANALYSISN > 1 or status_of(one) == "Evaluable"]
        found = counted(own)
        assert (row.N, row.REMISSION, row.NCR, row.NCRH, row.NCRI) == (
            len(own),
            *(found[name] for name in ("remission", "CR", "CRh", "CRi")),
        ), row.DISEASE
        assert (row.UNCONF, row.LOST) == (found["not yet confirmed"], found["recurrence within 4 weeks"])
        assert (row.AWAITING, row.NOTEVAL) == (found["Awaiting first assessment"], found["Not evaluable"])
        assert row.EARLY == sum(status_of(one) == "Evaluable" and not counting(one) for one in own)


def test_remission_rates_by_dose_are_those_of_plain_counting(made):
    groups = defaultdict(list)
    for number, subject in enumerate(SUBJECTS.values()):
        groups[subject["disease"], list(ARMS.values())[number % len(ARMS)]].append(subject)
    asked = made.ask("remission_by_dose")
    assert set(zip(asked["DISEASE"], asked["TRTA"], strict=True)) >= groups.keys()
    for row in asked.itertuples():
        found = counted([one for one in groups[row.DISEASE, row.TRTA] if status_of(one) == "Evaluable"])
        assert (row.N, row.REMISSION) == (found["Evaluable"], found["remission"]), row
        assert row.TREATED == len(groups[row.DISEASE, row.TRTA])


def last_known(subject):
    """The last day of any record: what was assessed, by whomever, and what happened."""
    days = [1, *(day for day, _, _ in subject["responses"]), *subject["ends"].values()]
    return max(days)


def time_to(endpoint, subject):
    """(days, both counted, and whether it happened) of one end point; None where it does not begin."""
    died, seen = subject["ends"].get("died"), assessments(subject)
    if endpoint == "OS":
        return (died, 1) if died else (last_known(subject), 0)
    good = [day for day, response in counting(subject) if is_remission(response, subject["disease"])]
    start = 1 if endpoint == "EFS" else min(good, default=None)
    if start is None:
        return None
    ended = [day for day, response in seen if response in ENDED and day > start] + ([died] if died else [])
    followed = [day for day, response in seen if response != "NE" and day >= start]
    return (min(ended) - start + 1, 1) if ended else (max(followed, default=start) - start + 1, 0)


@pytest.mark.parametrize("endpoint", ["OS", "EFS", "DOR"])
def test_times_to_event_are_those_of_plain_python_over_random_courses(made, endpoint):
    asked = made.ask("survival_times", endpoint=endpoint)
    found = {row.USUBJID: (row.AVAL, row.EVENT) for row in asked.itertuples()}
    expected = {usubjid: time_to(endpoint, subject) for usubjid, subject in SUBJECTS.items()}
    assert found == {usubjid: time for usubjid, time in expected.items() if time}
    assert len(found) > 100 and {event for _, event in found.values()} == {0, 1}


FAULTS = [
    Fault("best-response", "adrs", "OTHERDT is null or ADT <= OTHERDT", "OTHERDT is null or ADT < OTHERDT"),
    Fault("best-response", "latertherapy", "cm.CMSTDT >= adsl.TRTSDT", "cm.CMSTDT >= adsl.TRTSDT + 400"),
    Fault("best-response", "adrs", "when LATEST <= TRTSDT then", "when LATEST < TRTSDT then"),
    Fault("best-response", "adrs", "order by RSSEQ desc nulls last", "order by RSSEQ"),
    Fault("best-response", "adrs", "('SD', 'NR', 6)", "('SD', 'PR', 5)"),
    Fault("best-response", "adrs", "when AVALC = 'RELAPSE' then 7", "when AVALC = 'RELAPSE' then 1"),
    Fault("best-response", "adrs", "CUTDT - TRTSDT + 1 <=", "CUTDT - TRTSDT <="),
    Fault("best-response", "adrs", "l.ADT < f.ADT + 28)", "l.ADT < f.ADT + 29)"),
    Fault("best-response", "adrs", "l.ADT >= f.ADT + 28", "l.ADT > f.ADT + 28"),
    Fault("remission-rate", "adrs", "BESTC = 'CRh' and DISEASE = 'AML'", "BESTC = 'CRh'"),
    Fault(
        "remission-rate", "remission_by_disease", "when 1 then s.EVALSTAT = 'Evaluable'", "when 1 then s.SAFFL = 'Y'"
    ),
    Fault("remission-rate", "remission_by_disease", "m.CONFIRM = 'not yet confirmed'", "m.CONFIRM = 'confirmed'"),
    Fault("remission-rate", "remission_by_dose", "s.EVALSTAT = 'Evaluable' and s.RSPFL = 'Y'", "s.RSPFL = 'N'"),
    Fault("time-to-event", "adtte", "cast(ADT - STARTDT + 1 as integer)", "cast(ADT - STARTDT as integer)"),
    Fault("time-to-event", "adtte", "a.ADT > e.STARTDT) as RECURDT", "a.ADT >= e.STARTDT + 35) as RECURDT"),
    Fault("time-to-event", "adtte", "filter (where a.AVALC <> 'NE') as LASTDT", "as LASTDT"),
    Fault("time-to-event", "adtte", "where RSPFL = 'Y' and BORFL = 'Y'", "where RSPFL = 'Y'"),
    Fault("time-to-event", "survival_times", "1 - t.CNSR as EVENT", "t.CNSR as EVENT"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
