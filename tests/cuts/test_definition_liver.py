"""Hy's law as SQL decides it: drawn subjects at each boundary in one cut, plain Python over random courses, faults."""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import date, timedelta

import pandas
import pytest
from building import building
from drawn import THREE, trial_data
from faults import Fault, is_found

from stats.liver import cholestasis_excluded, hys_law

START, CUT = date(2007, 6, 1), date(2007, 9, 30)
LIMIT = {"ALT": 40, "AST": 50, "BILI": 20, "ALP": 300}
CLEAR = ("ALP 10 1",)
KNOWN = {
    # results as "test day multiple", or the words of a result / its ULN; HYCD
    "met on the day": (("ALT 10 3", "BILI 10 2", *CLEAR), "CANDIDATE"),
    "by AST": (("AST 10 3", "BILI 10 2", *CLEAR), "CANDIDATE"),
    "on day 14 after": (("ALT 10 3", "BILI 10 1", "BILI 24 2", *CLEAR), "CANDIDATE"),
    "on day 15 after": (("ALT 10 3", "BILI 10 1", "BILI 25 2", *CLEAR), "NONE"),
    "the day before": (("ALT 10 3", "BILI 9 2", "BILI 10 1", *CLEAR), "NONE"),
    "of a later rise": (("ALT 10 3", "BILI 10 1", "ALT 30 4", "BILI 35 2", "ALP 30 1"), "CANDIDATE"),
    "just below 3": (("ALT 10 2.975", "BILI 10 4", *CLEAR), "NONE"),
    "just below 2": (("ALT 10 9", "BILI 10 1.95", *CLEAR), "NONE"),
    "ALP raised": (("ALT 10 3", "BILI 10 2", "ALP 10 2"), "ALP RAISED"),
    "ALP just below 2": (("ALT 10 3", "BILI 10 2", "ALP 10 1.99"), "CANDIDATE"),
    "ALP two days later": (("ALT 10 3", "BILI 10 2", "ALP 12 1"), "CANDIDATE"),
    "ALP three days later": (("ALT 10 3", "BILI 10 2", "ALP 13 1"), "ALP MISSING"),
    "ALP never": (("ALT 10 3", "BILI 10 2"), "ALP MISSING"),
    "the nearer ALP": (("ALT 10 3", "BILI 10 2", "ALP 8 1", "ALP 11 2"), "ALP RAISED"),
    "the initial ALP": (("ALT 10 3", "BILI 14 2", "ALP 10 1", "ALP 14 3"), "CANDIDATE"),
    "before treatment": (("ALT -5 3", "BILI -5 2", "ALT 10 1", "BILI 10 1"), "NONE"),
    "the rise before treatment alone": (("ALT -5 3", "BILI 5 2", "ALT 10 1"), "NONE"),
    "day 1 is before it": (("ALT 1 3", "BILI 1 2", "ALT 10 1", "BILI 10 1"), "NONE"),
    "no transaminase": (("BILI 10 1",), "NO LIVER"),
    "before treatment only": (("ALT -5 1", "BILI -5 1"), "NO LIVER"),
    "no bilirubin": (("ALT 10 1",), "NO BILI"),
    "no bilirubin in the days after": (("ALT 10 3", "BILI 30 1"), "BILI AFTER"),
    "no limits": (("ALT 10 200/", "BILI 10 60/"), "NO ULN"),
    "no limit of bilirubin": (("ALT 10 4", "BILI 10 60/"), "NO ULN"),
    "no limit of bilirubin, no rise": (("ALT 10 1", "BILI 10 60/"), "NONE"),
    "a rise that cannot be read": (("ALT 10 high", "BILI 10 2"), "UNREAD"),
    "a rise that cannot be read, bilirubin low": (("ALT 10 high", "BILI 10 1"), "NONE"),
    "above a limit that tells": (("ALT 10 >3", "BILI 10 2", *CLEAR), "CANDIDATE"),
    "above a limit that does not tell": (("ALT 10 >2", "BILI 10 2"), "UNREAD"),
    "below a limit that tells": (("ALT 10 <3", "BILI 10 2"), "NONE"),
    "below a limit that does not tell": (("ALT 10 <4", "BILI 10 2"), "UNREAD"),
    "in a month alone": (("ALT 2007-07 3", "BILI 40 2"), "DATE"),
    "without a date": (("ALT . 3", "BILI 40 2"), "DATE"),
    "in a month alone, normal": (("ALT 2007-07 1", "BILI 40 2"), "NONE"),
    "not done": (("ALT 10 1", "ALT 12 not done", "BILI 10 2"), "NONE"),
}
RELATIVE = {
    "added by the baseline": (("ALT -5 0.5", "BILI -5 0.6", "ALT 10 1.5", "BILI 10 1.2"), "Y"),
    "within normal limits": (("ALT -5 0.2", "BILI -5 0.3", "ALT 10 0.9", "BILI 10 0.6"), "N"),
    "without limits": (("ALT -5 20/", "BILI -5 5/", "ALT 10 60/", "BILI 10 10/"), "Y"),
    "a high baseline, met by the limit": (("ALT -5 2", "BILI -5 1", "ALT 10 4", "BILI 10 2", *CLEAR), "N"),
}


def on(day: str) -> str:
    if not day.lstrip("-").isdigit():
        return day
    return (START + timedelta(days=int(day) - (int(day) > 0))).isoformat()


def result(name: str, text: str) -> str:
    """A row of LB of "ALT 10 3": the multiple of its limit, "<" or ">" before it; "60/" without a limit; words."""
    test, day, said = text.split(" ", 2)
    number, slash, _ = said.partition("/")
    value, sign = number.lstrip("<>"), number[: len(number) - len(number.lstrip("<>"))]
    if value.replace(".", "").isdigit():
        given = f"{sign}{float(value) * (1 if slash else LIMIT[test]):g}"
    else:
        given = "." if said == "not done" else value
    limit = "." if slash else LIMIT[test]
    done = "NOT DONE" if said == "not done" else "."
    return f"{name} | {test} | SERUM | {given} | U/L | {limit} | {on(day)} | {done}"


def drawn_course(drawn: random.Random) -> tuple:
    """Results of a few days, at and about the limits, some without a limit, a number or a day."""
    results = []
    for _ in range(drawn.randint(1, 6)):
        test = drawn.choice(["ALT", "ALT", "AST", "BILI", "BILI", "BILI", "ALP"])
        day = drawn.choice(["-5", "1", *(str(n) for n in (5, 8, 10, 12, 19, 20, 24, 25)), *(["."] * (test == "ALT"))])
        value = drawn.choice(["1", "1.99", "2", "2.5", "3", "3", "9", "high", ">1", "<9"] + ["200/"] * (test != "ALP"))
        results.append(f"{test} {day} {value}")
    return tuple(results), None


def subjects() -> dict[str, tuple]:
    drawn = random.Random(11)
    return KNOWN | RELATIVE | {f"drawn-{n}": drawn_course(drawn) for n in range(400)}


SUBJECTS = subjects()


@pytest.fixture(scope="module")
def made(trial):
    people = "\n".join(f"{name} | A130 | {THREE}" for name in SUBJECTS)
    rows = [result(name, text) for name, (texts, _) in SUBJECTS.items() for text in texts]
    head = "USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBSTNRHI | LBDTC | LBSTAT"
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\n{people}", lb="\n".join([head, *rows]))
    data["lb"]["LBSTNRHI"] = pandas.to_numeric(data["lb"]["LBSTNRHI"])
    return building(data, trial, CUT)


def answered(made, days: int = 14) -> pandas.DataFrame:
    return made.ask("hys_law", days=days).set_index("USUBJID")


@pytest.mark.parametrize("name", KNOWN)
def test_known_courses(made, name, agrees):
    agrees(answered(made).loc[name, "HYCD"], KNOWN[name][1], "Hy's law")


def test_the_baseline_adds_and_the_window_is_asked(made):
    found = answered(made)
    assert {name: found.loc[name, "RELFL"] for name in RELATIVE} == {name: said for name, (_, said) in RELATIVE.items()}
    assert found.loc["a high baseline, met by the limit", "HYCD"] == "CANDIDATE", "none is removed"
    assert answered(made, 30).loc["on day 15 after", "HYCD"] == "CANDIDATE"
    assert found.loc["before treatment", "BEFOREFL"] == "Y" and found.loc["met on the day", "BEFOREFL"] == "N"


def test_peaks_days_and_the_r_ratio(made):
    row = answered(made).loc["of a later rise"]
    assert (row.PEAKLIV, row.LIVTEST, row.LIVDY, row.PEAKBILI, row.PEAKBILIDY) == (4, "ALT", 30, 2, 35)
    assert (row.ELEVDY, row.BILIDY) == (30, 35) and pandas.isna(row.RRATIO), "no ALP within 2 days of the first rise"
    assert answered(made).loc["the nearer ALP", "RRATIO"] == 1.5
    assert answered(made).loc["just below 2", "NEARNESS"] == pytest.approx(0.975)


# --- the same by plain Python ------------------------------------------------------------------------


def read(text: str):
    """Test, study day (None: unknown) and the least and most multiple that the result can be."""
    test, day, said = text.split(" ", 2)
    if "/" in said or not said.lstrip("<>").replace(".", "").isdigit():
        low, high = 0.0, 1e9
    else:
        value = float(said.lstrip("<>"))
        low, high = (0.0 if said[0] == "<" else value), (1e9 if said[0] == ">" else value)
        high = high * (1 - 1e-6) if said[0] == "<" else high
    return test, None if day == "." else int(day), low, high


def possible(texts: tuple, end: int) -> bool:
    """Whether some pair after treatment meets the rule, by stats: the least (end 2) or the most it can be (end 3)."""
    rows = [read(text) for text in texts]
    later = [row for row in rows if row[1] is None or row[1] > 1]
    for test, day, *ends in later:
        for other, then, *others in later:
            if test not in ("ALT", "AST") or other != "BILI":
                continue
            if end == 2 and None in (day, then):
                continue
            after = 0 if None in (day, then) else then - day
            if hys_law(alt_xuln=ends[end - 2], ast_xuln=None, bili_xuln=others[end - 2], bili_days_after=after):
                return True
    return False


def told(texts: tuple) -> str:
    """Met, could be met, or not: the naive answer."""
    later = [read(text) for text in texts if read(text)[1] is None or read(text)[1] > 1]
    if possible(texts, 2):
        return "met"
    if not any(row[0] in ("ALT", "AST") for row in later) or not any(row[0] == "BILI" for row in later):
        return "unknown"
    if possible(texts, 3):
        return "unknown"
    days = [row[1] for row in later if row[0] == "BILI" and row[1] is not None]
    unfollowed = [
        row
        for row in later
        if row[0] in ("ALT", "AST") and row[1] is not None and row[2] >= 3
        if not any(0 <= day - row[1] <= 14 for day in days)
    ]
    return "unknown" if unfollowed else "not met"


GROUPS = dict.fromkeys(("CANDIDATE", "ALP RAISED", "ALP MISSING"), "met") | {"NONE": "not met"}


def test_the_answer_is_that_of_plain_python_over_drawn_courses(made):
    found = answered(made)["HYCD"]
    drawn = {name: texts for name, (texts, _) in SUBJECTS.items() if name.startswith("drawn")}
    expected = {name: told(texts) for name, texts in drawn.items()}
    assert {name: GROUPS.get(found[name], "unknown") for name in drawn} == expected
    assert min(Counter(expected.values()).values()) > 15 and len(set(expected.values())) == 3


def test_phosphatase_decides_as_in_stats(made):
    found = answered(made)
    met = found[found["HYCD"].isin(["CANDIDATE", "ALP RAISED"])]
    assert len(met) > 10
    for row in met.itertuples():
        assert cholestasis_excluded(row.ALP) is (row.HYCD == "CANDIDATE")


FAULTS = [
    Fault("hys-law", "hys_law", "between r.ADT and r.ADT + cast($days as integer))", "= r.ADT)"),
    Fault("hys-law", "hys_law", "when VALUE >= TIMES * ULN", "when VALUE > TIMES * ULN * 1.01"),
    Fault("hys-law", "hys_law", "if(l.PARAMCD in ('ALT', 'AST'), 3, 2) as TIMES", "2 as TIMES"),
    Fault("hys-law", "hys_law", "when XULN is null then 'U'", "when XULN is null then 'N'"),
    Fault("hys-law", "hys_law", "when l.AVALQ = '>' then 'U'", "when false then 'U'"),
    Fault("hys-law", "hys_law", "abs(p.ADT - m.ATDT) <= 2", "true"),
    Fault("hys-law", "hys_law", "not r.DATED or not b.DATED or ", ""),
    Fault("hys-law", "hys_law", "when u.USUBJID is not null then 'BILI AFTER'", ""),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
