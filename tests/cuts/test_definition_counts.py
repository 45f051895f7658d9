"""Recovery of counts as SQL decides it: drawn courses in one cut, plain Python over random ones, faults, the sample."""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import date, timedelta

import pytest
from building import building
from drawn import THREE, trial_data
from faults import Fault, is_found

START, CUT = date(2007, 6, 1), date(2007, 9, 30)
SECOND = ",2007-07-10,2007-07-11,2007-07-12"
"""The infusions of a second course, from day 40 on."""
KNOWN = {
    # neutrophils: day → value; what else happened: kind and day; at limit 0.5: what came first, day of the course
    "recovers by three": ({10: 0.1, 20: 0.5, 22: 0.6, 24: 0.7, 30: 0.2}, (), ("RECOVERED", 20)),
    "two, and a fall": ({10: 0.1, 20: 0.5, 22: 0.6, 30: 0.2}, (), ("CENSORED", 30)),
    "one, and no later fall": ({10: 0.1, 20: 0.2, 30: 0.5}, (), ("RECOVERED", 30)),
    "just below": ({10: 0.1, 30: 0.499}, (), ("CENSORED", 30)),
    "three before the nadir": ({4: 0.6, 5: 0.6, 6: 0.6, 7: 0.4, 10: 0.1, 30: 0.9}, (), ("RECOVERED", 30)),
    "low before treatment alone": ({-3: 0.1, 1: 0.1, 10: 0.9, 20: 0.9}, (), ("NEVER LOW", None)),
    "never low": ({10: 0.5, 20: 0.9}, (), ("NEVER LOW", None)),
    "no counts": ({}, (), ("NO COUNTS", None)),
    "none that can be read": ({10: "0.9 furlong"}, (), ("UNKNOWN", None)),
    "one of three cannot be read": (
        {10: 0.1, 20: 0.6, 22: "0.6 furlong", 24: 0.6, 26: 0.6, 30: 0.2},
        (),
        ("CENSORED", 30),
    ),
    "a limit that is below": ({10: "<0.2", 30: 0.9}, (), ("RECOVERED", 30)),
    "died before": ({10: 0.1}, (("death", 20),), ("DEATH", 20)),
    "died in the month, after": ({10: 0.1, 25: 0.9}, (("death", "2007-06"),), ("RECOVERED", 25)),
    "died in the month": ({10: 0.1, 25: 0.2}, (("death", "2007-06"),), ("DEATH", 25)),
    "died after": ({10: 0.1, 15: 0.9}, (("death", 20),), ("RECOVERED", 15)),
    "marrow not cleared": ({10: 0.1, 30: 0.9}, (("NR", 28),), ("NOT CLEARED", 28)),
    "marrow blasts": ({10: 0.1, 30: 0.9}, (("blasts", 28),), ("NOT CLEARED", 28)),
    "marrow free": ({10: 0.1, 30: 0.9}, (("free", 28),), ("RECOVERED", 30)),
    "relapsed": ({10: 0.1, 40: 0.9}, (("RELAPSE", 35),), ("RELAPSE", 35)),
    "blasts of a relapse": ({10: 0.1, 40: 0.9}, (("blasts", 35), ("RELAPSE", 35)), ("RELAPSE", 35)),
    "on the same day": ({10: 0.1, 28: 0.9}, (("NR", 28),), ("RECOVERED", 28)),
    "transplanted": ({10: 0.1, 40: 0.9}, (("transplant", 30),), ("OTHER THERAPY", 30)),
    "next course": ({10: 0.1, 50: 0.9}, (("course", 40),), ("NEXT COURSE", 40)),
    "on the day of the next course": ({10: 0.1, 40: 0.9, 50: 0.1}, (("course", 40),), ("RECOVERED", 40)),
    "cleared later in the course": ({10: 0.1, 29: 0.9}, (("blasts", 15), ("free", 32)), ("RECOVERED", 29)),
    "in remission later in the course": ({10: 0.1, 29: 0.9}, (("NR", 15), ("CR", 32)), ("RECOVERED", 29)),
    "cleared by a transplant": (
        {10: 0.1, 29: 0.9},
        (("blasts", 15), ("transplant", 25), ("free", 32)),
        ("NOT CLEARED", 15),
    ),
    "cleared before": ({10: 0.1, 32: 0.9}, (("free", 15), ("blasts", 28)), ("NOT CLEARED", 28)),
    "low again after a relapse": (
        {8: 0.2, 22: 0.7, 29: 0.9, 70: 0.02},
        (("RELAPSE", 62),),
        ("RECOVERED", 22),
    ),
    "low again after a transplant": ({8: 0.2, 22: 0.7, 70: 0.02}, (("transplant", 65),), ("RECOVERED", 22)),
    "low after a transplant alone": ({8: 0.6, 22: 0.7, 70: 0.02}, (("transplant", 65),), ("NEVER LOW", None)),
    "counts after the end of the study": ({10: 0.1, 30: 0.2}, (("left", 20),), ("CENSORED", 10)),
    "left the study": ({10: 0.1, 15: 0.2}, (("left", 20), ("death", 60)), ("CENSORED", 15)),
}
PLATELETS = {
    # platelets at limit 20
    "platelets": ({10: 9, 20: 20}, (), ("RECOVERED", 20)),
    "transfused seven days before": ({10: 9, 20: 60, 30: 60}, (("platelets", 13),), ("RECOVERED", 30)),
    "transfused eight days before": ({10: 9, 20: 60, 30: 60}, (("platelets", 12),), ("RECOVERED", 20)),
    "transfused later": ({10: 9, 20: 60, 30: 60}, (("platelets", 25),), ("CENSORED", 30)),
    "red cells": ({10: 9, 20: 60}, (("red cells", 15),), ("RECOVERED", 20)),
    "transfused and never low": ({10: 60}, (("platelets", 9),), ("UNKNOWN", None)),
}


def on(day: int | str) -> str:
    """The date of a day of the course; one in words as it is."""
    if isinstance(day, str):
        return day
    return (START + timedelta(days=day - (day > 0))).isoformat()


def drawn_course(drawn: random.Random) -> tuple:
    """Counts on a few days of the first course, some unreadable, and perhaps something that comes between."""
    days = sorted(drawn.sample(range(2, 60), drawn.randint(0, 8)))
    counts = {day: drawn.choice([0.1, 0.2, 0.4, 0.5, 0.9, 1.0, 1.2, "2 furlong"]) for day in days}
    kinds = ["death", "NR", "RELAPSE", "transplant", "course", "blasts", "left", "free"]
    others = tuple((kind, 40 if kind == "course" else drawn.randint(5, 60)) for kind in drawn.sample(kinds, 2))
    # a death, or the end of the study, is the last thing that happens
    return counts, tuple(one for one in others if drawn.random() < 0.5), None


def subjects() -> dict[str, tuple]:
    drawn = random.Random(23)
    return KNOWN | PLATELETS | {f"drawn-{n}": drawn_course(drawn) for n in range(300)}


SUBJECTS = subjects()


def what(kind: str, *kinds: str) -> list[tuple[str, int]]:
    return [(name, day) for name, (_, others, _) in SUBJECTS.items() for own, day in others if own in (kind, *kinds)]


def delivery() -> dict:
    dead, second = dict(what("death")), dict(what("course"))
    people = [
        f"{name} | A130 | {THREE}{SECOND if name in second else ''} | "
        + (f"Y | {on(dead[name])}" if name in dead else ". | .")
        for name in SUBJECTS
    ]
    lines = []
    for name, (counts, _, _) in SUBJECTS.items():
        test = "PLAT" if name in PLATELETS else "NEUT"
        for day, told in counts.items():
            value, _, unit = str(told).partition(" ")
            lines.append(f"{name} | {test} | BLOOD | {value} | {unit or '10^9/L'} | {on(day)}")
    for name, day in what("blasts", "free"):
        value = 20 if (name, day) in what("blasts") else 2
        lines.append(f"{name} | BLASTLE | BONE MARROW | {value} | % | {on(day)}")
    responses = [
        f"{name} | {n} | OVRLRESP | {kind} | INVESTIGATOR | {on(day)}"
        for n, (kind, (name, day)) in enumerate(
            [(kind, one) for kind in ("NR", "RELAPSE", "CR") for one in what(kind)], 1
        )
    ]
    given = [f"{name} | {n} | Platelet transfusion | {on(day)}" for n, (name, day) in enumerate(what("platelets"), 1)]
    given += [f"{name} | 90 | Transfusion of red cells | {on(day)}" for name, day in what("red cells")]
    given += [f"{name} | 91 | Stem cell transplant | {on(day)}" for name, day in what("transplant")]
    ends = [
        f"{name} | 1 | DISPOSITION EVENT | WITHDRAWAL BY SUBJECT | {on(day)} | FOLLOW-UP" for name, day in what("left")
    ]
    return trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC", *people]),
        lb="\n".join(["USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBDTC", *lines]),
        rs="\n".join(["USUBJID | RSSEQ | RSTESTCD | RSSTRESC | RSEVAL | RSDTC", *responses]),
        pr="\n".join(["USUBJID | PRSEQ | PRTRT | PRSTDTC", *given]),
        ds="\n".join(["USUBJID | DSSEQ | DSCAT | DSDECOD | DSSTDTC | EPOCH", *ends]),
    )


@pytest.fixture(scope="module")
def made(trial):
    return building(delivery(), trial, CUT)


def answers(made, test: str = "ANC", limit: float = 0.5, course: int = 1) -> dict[str, tuple]:
    """Subject → what came first, or why nobody was at risk; and its day of the course."""
    table = made.table("adcount")
    own = table[(table["PARAMCD"] == test) & (table["LIMITVAL"] == limit) & (table["COURSE"] == course)]
    return {
        row.USUBJID: (row.EVNTCD, int(row.AVAL)) if row.RISKCD == "AT RISK" else (row.RISKCD, None)
        for row in own.itertuples()
    }


@pytest.mark.parametrize("name", [*KNOWN, *PLATELETS])
def test_known_courses(made, name, agrees):
    asked = ("PLAT", 20.0) if name in PLATELETS else ("ANC", 0.5)
    agrees(list(answers(made, *asked)[name]), list((KNOWN | PLATELETS)[name][2]), "what came first, and its day")


def test_each_limit_and_course_is_its_own(made):
    assert answers(made, limit=1.0)["recovers by three"] == ("CENSORED", 30)
    assert answers(made, course=2)["on the day of the next course"] == ("CENSORED", 11)
    assert answers(made, course=2)["next course"] == ("NEVER LOW", None)
    alive = {name for name, day in what("course") if dict(SUBJECTS[name][1]).get("death", 99) > day}
    assert set(answers(made, course=2)) == alive


# --- the same by plain Python ------------------------------------------------------------------------


def state(told) -> str:
    if isinstance(told, str):
        return "unread"
    return "low" if told < 0.5 else "ok"


def told(counts: dict, others: tuple) -> tuple:
    """What came first by the glossary's words, day by day."""
    end = 40 if "course" in dict(others) else 10**6
    came = dict(others)
    free = came.get("free", -1) if came.get("free", -1) < came.get("transplant", 10**6) else -1
    others = [
        (kind, day)
        for kind, day in others
        if day <= end and kind != "free" and not (kind in ("NR", "blasts") and day < free <= end)
    ]
    end = min([end, *(day for _, day in others)])
    own = [(day, state(value), value) for day, value in sorted(counts.items()) if 1 < day <= end]
    if not own:
        return "NO COUNTS", None
    if not any(kind == "low" for _, kind, _ in own):
        return ("UNKNOWN" if any(kind == "unread" for _, kind, _ in own) else "NEVER LOW"), None
    lowest = min(value for _, kind, value in own if kind != "unread")
    nadir = next(day for day, _, value in own if value == lowest)
    after = [one for one in own if one[0] > nadir]
    found = []
    for place, (day, _, _) in enumerate(after):
        kinds = [kind for _, kind, _ in after[place:]]
        if kinds[:3] == ["ok"] * 3 or set(kinds) == {"ok"}:
            found.append((day, 0, "RECOVERED"))
            break
    ranks = {"death": (1, "DEATH"), "RELAPSE": (2, "RELAPSE"), "NR": (3, "NOT CLEARED"), "blasts": (3, "NOT CLEARED")}
    ranks |= {"transplant": (4, "OTHER THERAPY"), "course": (5, "NEXT COURSE"), "left": (6, "CENSORED")}
    found += [(day, *ranks[kind]) for kind, day in others if day <= end]
    day, _, event = min(found, default=(0, 0, "CENSORED"))
    return (event, own[-1][0]) if event == "CENSORED" else (event, day)


def plain_enough(others: tuple) -> bool:
    """Not where another rule decides which of two records holds: after a death, or what a later one means."""
    kinds = dict(others)
    last = kinds.get("death", kinds.get("left", 10**6))
    return all(day <= last for kind, day in others if kind not in ("death", "left")) and not {"death", "left"} <= set(
        kinds
    )


def test_the_first_event_is_that_of_plain_python_over_drawn_courses(made):
    drawn = {name: one for name, one in SUBJECTS.items() if name.startswith("drawn") and plain_enough(one[1])}
    expected = {name: told(counts, others) for name, (counts, others, _) in drawn.items()}
    found = answers(made)
    assert {name: found[name] for name in drawn} == expected
    kinds = Counter(event for event, _ in expected.values())
    assert len(drawn) > 150 and len(kinds) == 10 and min(kinds.values()) >= 2


FAULTS = [
    Fault("count-recovery", "adcount", "r.AVAL < a.LIMITVAL and", "r.AVAL <= a.LIMITVAL and"),
    Fault(
        "count-recovery", "adcount", "r.ADT > a.CRSSDT and r.ADT <= least", "r.ADT >= a.CRSSDT - 9 and r.ADT <= least"
    ),
    Fault("count-recovery", "adcount", "b.ADT > k.LOWEST[2]", "true"),
    Fault("count-recovery", "adcount", "len(NEXTSTATE) >= RECVALS and", "false and"),
    Fault("count-recovery", "adcount", "list_distinct(NEXTSTATE) = ['OK']", "false"),
    Fault("count-recovery", "adcount", "d.ADT between g.STDT and g.LASTDT", "d.ADT between g.STDT and g.LASTDT + 1"),
    Fault("count-recovery", "adcount", "d.DTHFDT as ADT, 2", "d.DTHDT as ADT, 2"),
    Fault("count-recovery", "adcount", "r.AVAL >= 5", "r.AVAL >= 50"),
    Fault("count-recovery", "adcount", "coalesce(r.ADT <= a.ENDDT, true)", "true"),
    Fault("count-recovery", "adcount", "f.ADT > r.ADT and", ""),
    Fault("count-recovery", "adcount", "coalesce(r.ADT < o.OTHERDT, true)", "true"),
    Fault("count-recovery", "adcount", "x.KIND <> 'OTHER'", "true"),
    Fault("count-recovery", "adcount", "arg_min(EVNTCD, row(ADT, RANK))", "arg_min(EVNTCD, row(ADT, -RANK))"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
