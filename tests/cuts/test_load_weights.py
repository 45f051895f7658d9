"""Every finding of the load says what it could change, and the Data page shows them in that order."""

from __future__ import annotations

import ast
from datetime import date

import pandas
import pytest
from raw import ROOT

from displays.data.findings import ingest_findings, left_out
from ingest.check import CHECKS_FOLDER, read_checks
from ingest.delivery import Finding
from ingest.weights import DECISION, INFORMATION, NUMBER, WEIGHTS, Weight
from pages.parts.table import screen_table
from queries import View

DM = {"STUDYID": "S", "SITEID": "1", "AGE": 7.0, "ARMCD": "A130", "ARM": "130 mg/m²/day", "ACTARMCD": "A130"}
FIRST = date(2007, 3, 5)


def test_every_check_states_a_weight_that_can_be_read():
    for path in sorted(CHECKS_FOLDER.glob("*.sql")):
        assert "\n-- Weight: " in path.read_text(encoding="utf-8"), path.name
    assert {check.weight.usual for check in read_checks()} == set(WEIGHTS)


def test_a_check_whose_weight_depends_on_the_record_says_which():
    for check in read_checks():
        assert ("DECIDES" in check.sql) == bool(check.weight.where), check.name


def test_every_finding_of_the_loads_own_code_states_its_weight():
    for path in sorted((ROOT / "ingest").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Finding":
                stated = len(call.args) == 8 or "weight" in {keyword.arg for keyword in call.keywords}
                assert stated, f"{path.name}, line {call.lineno}"


@pytest.mark.parametrize(
    ("text", "dataset", "variable", "decides", "weight"),
    [
        ("number", "AE", None, False, NUMBER),
        ("number; decision in AE, EX", "AE", None, False, DECISION),
        ("number; decision in AE, EX", "LB", "AE1", False, NUMBER),
        ("information; number in AE; decision in EXSTDTC", "EX", "EXSTDTC", False, DECISION),
        ("information; number in AE; decision in EXSTDTC", "AE", "AESTDTC", False, NUMBER),
        ("information; number in AE; decision in EXSTDTC", "EX", "EXENDTC", False, INFORMATION),
        ("number; decision where in the DLT window", "AE", None, True, DECISION),
        ("number; decision where in the DLT window", "AE", None, False, NUMBER),
        ("decision; number in AE", "AE", None, False, DECISION),
    ],
)
def test_the_heaviest_weight_that_holds_is_the_records(text, dataset, variable, decides, weight):
    assert Weight.parse(text).of(dataset, variable, decides) == weight


@pytest.mark.parametrize("text", ["", "heavy", "number; decision", "number; decision at AE", "number; heavy in AE"])
def test_what_is_no_weight_is_named(text):
    with pytest.raises(ValueError, match="no weight"):
        Weight.parse(text)


def test_a_finding_that_states_no_weight_is_taken_to_weigh_the_most():
    assert Finding("note", "AE", "new", "Something.").weight == DECISION


def events(*rows: tuple) -> dict[str, pandas.DataFrame]:
    """A subject with two courses and events of (day, grade, relation)."""
    days = [FIRST, FIRST + pandas.Timedelta(days=60)]
    ae = pandas.DataFrame(
        [
            dict(USUBJID="S-1", AESEQ=n, AETERM="Rash", AEDECOD="Rash", AETOXGR=grade, AEREL=relation)
            | dict(AESTDTC=(FIRST + pandas.Timedelta(days=day - 1)).isoformat()[:10])
            for n, (day, grade, relation) in enumerate(rows, 1)
        ]
    )
    ex = pandas.DataFrame(
        [
            dict(USUBJID="S-1", EXSEQ=n, EXTRT="Annamycin", EXDOSE=130.0, EXDOSU="mg/m2", EXSTDTC=day.isoformat()[:10])
            for n, day in enumerate(days, 1)
        ]
    )
    return {"dm": pandas.DataFrame([DM | {"USUBJID": "S-1"}]), "ex": ex, "ae": ae}


def weights(cut, check: str) -> dict[str, int]:
    rows = cut.table("ingest.finding").query("CHECKID == @check")
    return dict(zip(rows["WEIGHT"], rows["NRECS"], strict=True))


@pytest.mark.parametrize(("check", "grade"), [("grade_missing", ""), ("grade_not_read", "see notes")])
def test_an_ungraded_event_decides_in_the_window_and_else_changes_a_number(make_cut, trial, check, grade):
    rows = [(10, grade, "RELATED"), (65, grade, "RELATED"), (11, grade, "NOT RELATED"), (12, "3", "RELATED")]
    cut = make_cut(events(*rows), trial)
    assert weights(cut, check) == {DECISION: 1, NUMBER: 2}
    shown = ingest_findings(View(cut)).table.query("CHECKID == @check")
    assert shown["WEIGHTNAM"].tolist() == ["Changes a decision", "Changes a number"]
    assert "counted here are in the DLT window" in shown["WHAT"].iloc[0] and "here" not in shown["WHAT"].iloc[1]


@pytest.mark.parametrize(("check", "dose"), [("dose_missing", None), ("dose_differs_from_level", 200.0)])
def test_a_dose_of_the_first_course_decides_and_a_later_one_changes_a_number(make_cut, trial, check, dose):
    for course, weight in ((0, DECISION), (1, NUMBER)):
        frames = events((10, "1", "RELATED"))
        frames["ex"].loc[course, "EXDOSE"] = dose
        assert weights(make_cut(frames, trial), check) == {weight: 1}


def test_findings_stand_by_weight_with_a_count_of_each_in_the_sentence(sample_cuts):
    cut = sample_cuts[date(2008, 2, 29)]
    shown, stored = ingest_findings(View(cut)), cut.table("ingest.finding")
    order = [WEIGHTS.index(weight) for weight in shown.table["WEIGHT"]]
    assert order == sorted(order) and len(shown.table) == len(stored)
    number = stored["WEIGHT"].value_counts()
    assert shown.finding == (
        f"{len(stored)} findings: 1 changes a decision, {number['number']} change a number and "
        f"{number['information']} are for information."
    )
    assert set(left_out(View(cut)).table["CHECKID"]) <= set(shown.table["CHECKID"])


def test_the_reader_may_narrow_the_list_to_one_weight(sample_cuts):
    shown = ingest_findings(View(sample_cuts[date(2008, 2, 29)]))
    rows = screen_table(shown)
    assert [name for name, _ in rows.parts] == ["Changes a decision", "Changes a number", "For information"]
    assert sum(part.number for _, part in rows.parts) == rows.number == len(shown.table)
