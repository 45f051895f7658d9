"""Scheduled echocardiograms and PK samples: drawn tables for the status of each, and the sample trial by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pandas
import pytest

from displays.heart.echos import overdue_echos
from queries import View
from trial import Trial

CUT = date(2007, 11, 30)
TRIAL = Trial.parse(
    """
[trial]
id = "T"
title = "Drawn"
infusions_per_course = 3
[test_codes]
PARENT_DRUG = ["ANNAMYC"]
METABOLITE = ["ANNAMYOL"]
[[schedule]]
assessment = "ECHO"
visit = "Day 28"
day = 28
days_before = 7
days_after = 10
[pk]
course = 1
hours_day_1 = [0, 2, 24]
hours_day_3 = [48]
"""
)


def subject(number: str, first_infusion: str | None, died: str = "", left: str = "", infusions: int = 3):
    """DM, EX and DS rows of one subject."""
    usubjid = f"T-{number}"
    dm = dict(
        STUDYID="T",
        USUBJID=usubjid,
        SUBJID=number,
        SITEID="1",
        AGE=9.0,
        AGEU="YEARS",
        SEX="F",
        ARMCD="A",
        ARM="Arm A",
        DTHFL="Y" if died else "",
        DTHDTC=died,
    )
    start = date.fromisoformat(first_infusion) if first_infusion else None
    ex = [
        dict(
            USUBJID=usubjid,
            EXSEQ=i + 1.0,
            EXTRT="DRUG",
            EXDOSE=100.0,
            EXSTDTC=f"{start + timedelta(days=i)}T09:00",
            EXENDTC="",
        )
        for i in range(infusions if start else 0)
    ]
    ds = (
        [
            dict(
                USUBJID=usubjid,
                DSSEQ=1.0,
                DSDECOD="LOST TO FOLLOW-UP",
                DSTERM="",
                DSCAT="DISPOSITION EVENT",
                EPOCH="FOLLOW-UP",
                DSSTDTC=left,
            )
        ]
        if left
        else []
    )
    return dm, ex, ds


def echo(number: str, when: str, value: str = "60", status: str = "", reason: str = ""):
    return dict(
        USUBJID=f"T-{number}",
        CVSEQ=1.0,
        CVTESTCD="LVEF",
        CVORRES=value,
        CVSTRESC=value,
        CVSTRESN=float(value) if value else float("nan"),
        CVSTAT=status,
        CVREASND=reason,
        CVDTC=when,
    )


def pk(number: str, when: str, elapsed: str = "", reference: str = "", value: str = "10", status: str = "", **more):
    return (
        dict(
            USUBJID=f"T-{number}",
            PCSEQ=1.0,
            PCTESTCD="ANNAMYC",
            PCORRES=value,
            PCSTRESC=value,
            PCSTAT=status,
            PCELTM=elapsed,
            PCRFTDTC=reference,
            PCDTC=when,
        )
        | more
    )


def drawn(make_cut, subjects, cv=(), pc=(), cut=CUT, trial=TRIAL):
    parts = [subject(*s) for s in subjects]
    rows = {
        "dm": [p[0] for p in parts],
        "ex": [r for p in parts for r in p[1]],
        "ds": [r for p in parts for r in p[2]],
        "cv": list(cv),
        "pc": list(pc),
    }
    return make_cut(
        {k: pandas.DataFrame(v).fillna("") if k == "pc" else pandas.DataFrame(v) for k, v in rows.items() if v},
        trial,
        cut,
    )


def echo_due(cut):
    due = cut.table("addue")
    return due[due.ASSESS == "ECHO"].iloc[0]


# First infusion 2007-10-01: due on day 28 = 2007-10-28, window 2007-10-21 to 2007-11-07.
ECHO_CASES = {
    # name: (cut, echo dates, died, left, status, days late)
    "window ends on the cut date": ("2007-11-07", [], "", "", "Not due", None),
    "the day after the window": ("2007-11-08", [], "", "", "Overdue", 1),
    "window not open yet": ("2007-10-10", [], "", "", "Not due", None),
    "done on the first day": ("2007-11-30", ["2007-10-21"], "", "", "Done", None),
    "done the day before the window": ("2007-11-30", ["2007-10-20"], "", "", "Overdue", 23),
    "done on the last day": ("2007-11-30", ["2007-11-07"], "", "", "Done", None),
    "missed, then done later": ("2007-11-30", ["2007-11-09"], "", "", "Missed", 2),
    "early and late, not inside": ("2007-11-30", ["2007-10-02", "2007-11-08"], "", "", "Missed", 1),
    "partial date, month of the window": ("2007-11-30", ["2007-11"], "", "", "Done", None),
    "partial date, month before": ("2007-11-30", ["2007-09"], "", "", "Overdue", 23),
    "partial date, year alone": ("2007-11-30", ["2007"], "", "", "Done", None),
    "with a time of day": ("2007-11-30", ["2007-11-07T23:30"], "", "", "Done", None),
    "no date": ("2007-11-30", [""], "", "", "Overdue", 23),
    "died before it was due": ("2007-11-30", [], "2007-10-27", "", "Not expected", None),
    "died on the day it was due": ("2007-11-30", [], "2007-10-28", "", "Not expected", None),
    "died the day after": ("2007-11-30", [], "2007-10-29", "", "Overdue", 23),
    "done early, then died": ("2007-11-30", ["2007-10-22"], "2007-10-24", "", "Done", None),
    "left the study before": ("2007-11-30", [], "", "2007-10-27", "Not expected", None),
    "left the study on the day": ("2007-11-30", [], "", "2007-10-28", "Overdue", 23),
}


@pytest.fixture(scope="module")
def echo_dues(make_cut) -> dict[str, pandas.Series]:
    """Case → what is due of its subject; the cases of one cut date are the subjects of one cut."""
    found = {}
    for day in {case[0] for case in ECHO_CASES.values()}:
        cases = {name: case for name, case in ECHO_CASES.items() if case[0] == day}
        subjects = [(name, "2007-10-01", died, left) for name, (_, _, died, left, _, _) in cases.items()]
        echos = [echo(name, when) for name, (_, dates, *_) in cases.items() for when in dates]
        due = drawn(make_cut, subjects, echos, cut=date.fromisoformat(day)).table("addue")
        due = due[due.ASSESS == "ECHO"].set_index("USUBJID")
        found |= {name: due.loc[f"T-{name}"] for name in cases}
    return found


@pytest.mark.parametrize("case", ECHO_CASES)
def test_echo_status(echo_dues, case):
    _, _, _, _, status, late = ECHO_CASES[case]
    due = echo_dues[case]
    assert (due.WINLO.date(), due.DUEDT.date(), due.WINHI.date()) == (
        date(2007, 10, 21),
        date(2007, 10, 28),
        date(2007, 11, 7),
    )
    assert due.STATUS == status
    assert (None if pandas.isna(due.DAYSLATE) else due.DAYSLATE) == late


def test_an_overdue_echo_of_one_who_died_is_marked(make_cut):
    assert echo_due(drawn(make_cut, [("1", "2007-10-01", "2007-10-29")])).GONEFL == "Y"
    assert echo_due(drawn(make_cut, [("1", "2007-10-01")])).GONEFL == "N"


def test_what_is_due_by_the_first_infusion_is_a_baseline(make_cut):
    text = TRIAL.text + "".join(
        f"[[schedule]]\nassessment = 'ECHO'\nvisit = '{name}'\nday = {when}\ndays_before = 28\ndays_after = 0\n"
        for name, when in (("Screening", -7), ("Baseline", 1), ("Day 2", 2))
    )
    due = drawn(make_cut, [("1", "2007-10-01")], trial=Trial.parse(text)).table("addue")
    assert {visit: flag == "Y" for visit, flag in due[due.ASSESS == "ECHO"].set_index("AVISIT").BASEFL.items()} == {
        "Screening": True,
        "Baseline": True,
        "Day 2": False,
        "Day 28": False,
    }


def test_an_echo_not_done_is_no_echo_and_says_why(make_cut):
    record = echo("1", "2007-10-28", value="", status="NOT DONE", reason="Machine broken")
    due = echo_due(drawn(make_cut, [("1", "2007-10-01")], [record]))
    assert (due.STATUS, due.REASON) == ("Overdue", "Machine broken")


def test_other_heart_tests_do_not_count(make_cut):
    due = echo_due(drawn(make_cut, [("1", "2007-10-01")], [echo("1", "2007-10-28") | {"CVTESTCD": "OTHER"}]))
    assert due.STATUS == "Overdue"


def test_one_who_was_never_treated_has_nothing_due(make_cut):
    assert drawn(make_cut, [("1", None)]).table("addue").empty


def test_without_the_day_of_the_first_infusion_nothing_is_overdue(make_cut):
    """Of a sample: an infusion without a date may be the one that it belongs to."""
    dm, ex, _ = subject("1", "2007-10-01", infusions=1)
    rows = {"dm": [dm], "ex": [row | {"EXSTDTC": ""} for row in ex], "cv": [echo("1", "2007-10-28")]}
    cut = make_cut({name: pandas.DataFrame(table) for name, table in rows.items()}, TRIAL, CUT)
    due = cut.table("addue")
    assert set(due.STATUS) == {"Unknown when due"} and due.DAYSLATE.isna().all() and len(due) > 1
    assert "1 unknown when due" in overdue_echos(View(cut)).population


def test_no_schedule_no_rows(make_cut):
    cut = drawn(make_cut, [("1", "2007-10-01")], [echo("1", "2007-10-28")], trial=Trial.none())
    assert cut.table("addue").empty


def test_an_assessment_the_dashboard_cannot_check_is_not_called_overdue(make_cut):
    trial = Trial.parse(TRIAL.text.replace('"ECHO"', '"EYE"'))
    due = drawn(make_cut, [("1", "2007-10-01")], trial=trial).table("addue")
    assert list(due[due.ASSESS == "EYE"].STATUS) == ["Not checked"]


D1 = "2007-11-01T09:00"
PK_CASES = {
    # name: (records, cut, the status of the samples at day 1 0 h, 2 h, 24 h and day 3 48 h)
    "no record at all": ([], "2007-11-30", ["Overdue"] * 4),
    "time passed by one day": ([], "2007-11-06", ["Overdue"] * 4),
    "last one due on the cut": ([], "2007-11-05", ["Overdue"] * 3 + ["Not due"]),
    "one measured": (
        [pk("1", "2007-11-01T11:05", "PT2H", D1)],
        "2007-11-30",
        ["Overdue", "Done", "Overdue", "Overdue"],
    ),
    "below the limit": (
        [pk("1", "2007-11-01T11:05", "PT2H", D1, value="<0.5")],
        "2007-11-30",
        ["Overdue", "Done", "Overdue", "Overdue"],
    ),
    "recorded as not done": (
        [pk("1", "", "PT2H", D1, value="", status="NOT DONE", PCREASND="Line blocked")],
        "2007-11-30",
        ["Overdue", "Missed", "Overdue", "Overdue"],
    ),
    "not done, metabolite done": (
        [pk("1", "", "PT2H", D1, value="", status="NOT DONE"), pk("1", D1, "PT2H", D1, PCTESTCD="ANNAMYOL")],
        "2007-11-30",
        ["Overdue", "Done", "Overdue", "Overdue"],
    ),
    "before the dose": (
        [pk("1", "2007-11-01T08:30", "", D1, PCTPT="PRE-DOSE")],
        "2007-11-30",
        ["Done", "Overdue", "Overdue", "Overdue"],
    ),
    "a quarter before": (
        [pk("1", "2007-11-01T08:45", "-PT15M", D1)],
        "2007-11-30",
        ["Done", "Overdue", "Overdue", "Overdue"],
    ),
    "one day": ([pk("1", "2007-11-02T08:45", "P1D", D1)], "2007-11-30", ["Overdue", "Overdue", "Done", "Overdue"]),
    "by words alone": (
        [pk("1", "2007-11-02T09:00", PCTPT="24 h after start")],
        "2007-11-30",
        ["Overdue", "Overdue", "Done", "Overdue"],
    ),
    "by the named reference": (
        [pk("1", "", "PT48H", PCTPTREF="COURSE 1 DAY 3 INFUSION", value="3")],
        "2007-11-30",
        ["Overdue"] * 3 + ["Done"],
    ),
    "without a planned time": ([pk("1", "2007-11-01T11:00", "", D1)], "2007-11-30", ["Overdue"] * 4),
    "another analyte": ([pk("1", "2007-11-01T11:00", "PT2H", D1, PCTESTCD="OTHER")], "2007-11-30", ["Overdue"] * 4),
}


@pytest.fixture(scope="module")
def pk_due(make_cut) -> pandas.Series:
    """The status of each planned sample by case and visit; the cases of one cut date are the subjects of one cut.

    A case without records has a cut of its own: PC was not delivered.
    """
    groups: dict[tuple, list[str]] = {}
    for name, (records, cut, _) in PK_CASES.items():
        groups.setdefault((cut, "" if records else name), []).append(name)
    found = []
    for (day, _), names in groups.items():
        records = [record | {"USUBJID": f"T-{name}"} for name in names for record in PK_CASES[name][0]]
        subjects = [(name, "2007-11-01") for name in names]
        found.append(drawn(make_cut, subjects, pc=records, cut=date.fromisoformat(day)).table("addue"))
    due = pandas.concat(found)
    return due[due.ASSESS == "PK"].set_index(["USUBJID", "AVISIT"]).STATUS


@pytest.mark.parametrize("case", PK_CASES)
def test_pk_status(pk_due, case):
    due = pk_due.loc[f"T-{case}"]
    assert [
        due[v] for v in ("Course 1 day 1, 0 h", "Course 1 day 1, 2 h", "Course 1 day 1, 24 h", "Course 1 day 3, 48 h")
    ] == PK_CASES[case][2]


def test_pk_reasons_and_infusions_not_given(make_cut):
    record = pk("1", "", "PT2H", D1, value="", status="NOT DONE", PCREASND="Line blocked")
    due = drawn(make_cut, [("1", "2007-11-01", "", "", 2)], pc=[record]).table("addue").set_index("AVISIT")
    assert due.REASON["Course 1 day 1, 2 h"] == "Line blocked"
    assert due.REASON["Course 1 day 1, 24 h"] == "No record"
    assert tuple(due.loc["Course 1 day 3, 48 h", ["STATUS", "REASON"]]) == ("Not expected", "Infusion not given")


def test_pk_after_death_is_not_expected(make_cut):
    due = drawn(make_cut, [("1", "2007-11-01", "2007-11-02")]).table("addue")
    due = due[due.ASSESS == "PK"].set_index("AVISIT").STATUS
    assert list(due[["Course 1 day 1, 2 h", "Course 1 day 1, 24 h", "Course 1 day 3, 48 h"]]) == [
        "Overdue",
        "Not expected",
        "Not expected",
    ]
