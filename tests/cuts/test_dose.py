"""DLT evaluation and counts by dose, against raw rows, known answers and drawn tables."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

import numpy
import pandas
import pytest
from conftest import CUT_DATES, SAMPLE
from drawn import THREE, missed, trial_data, windowed
from raw import sample

from displays.escalation.cumulative_dose import CARDIAC, beside
from displays.escalation.evaluation import why_not_evaluable, why_pending

LATER = date(2007, 11, 30)


def short(usubjid: str) -> str:
    return usubjid.split("-", 1)[1]


def evaluations(cut) -> pandas.DataFrame:
    return cut.table("addl").set_index("USUBJID")


# --- against the raw files of the sample trial -------------------------------------------------


def recounted(day: str) -> dict[str, dict]:
    """Dose → subjects by status, counted from the raw files in plain pandas."""
    files, cut = sample(day), pandas.Timestamp(day)
    given = files["ex"][files["ex"]["EXDOSE"] > 0].assign(day=lambda f: pandas.to_datetime(f["EXSTDTC"].str[:10]))
    supp = files["suppae"]
    dlts = set(supp.loc[(supp["QNAM"] == "AEDLT") & (supp["QVAL"] == "Y"), "USUBJID"])
    arms = files["dm"].set_index("USUBJID")["ACTARMCD"]
    ended = files["ds"][(files["ds"]["DSCAT"] == "DISPOSITION EVENT") & files["ds"]["EPOCH"].str.startswith("FOLLOW")]
    ended = pandas.to_datetime(ended.set_index("USUBJID")["DSSTDTC"].str[:10])
    counts: dict[str, dict] = {}
    for usubjid, rows in given.groupby("USUBJID"):
        start = rows["day"].min()
        end = start + timedelta(days=27)
        if usubjid in dlts:
            status = "DLT"
        elif (rows["day"] <= start + timedelta(days=2)).sum() < 3 or ended.get(usubjid, end) < end:
            status = "Not evaluable"
        else:
            status = "Pending" if end > cut else "No DLT"
        counts.setdefault(arms[usubjid].removeprefix("A"), {}).setdefault(status, set()).add(short(usubjid))
    return counts


@pytest.mark.parametrize("day", [d.isoformat() for d in CUT_DATES])
def test_counts_by_dose_agree_with_the_raw_files_and_the_known_answers(sample_cuts, day):
    rows = sample_cuts[date.fromisoformat(day)].ask("dlt_by_dose")
    assert list(rows["TRTAN"]) == [130, 160, 190, 230, 280, 310]
    raw, known = recounted(day), json.loads((SAMPLE / "known_answers.json").read_text())["cuts"][day]["by_dose"]
    for row in rows.itertuples():
        dose = f"{row.TRTAN:g}"
        status = {name: len(ids) for name, ids in raw.get(dose, {}).items()}
        assert (row.NDLT, row.NPENDING, row.NNOTEVAL) == tuple(
            status.get(s, 0) for s in ("DLT", "Pending", "Not evaluable")
        )
        assert row.NEVAL == status.get("DLT", 0) + status.get("No DLT", 0)
        assert row.NTREATED == sum(status.values()) == known.get(dose, {"treated": 0})["treated"]
        if row.NTREATED:
            assert (row.NEVAL, row.NDLT, row.NPENDING, row.NNOTEVAL) == (
                known[dose]["evaluable"],
                known[dose]["dlt"],
                len(known[dose]["pending"]),
                len(known[dose]["not_evaluable"]),
            )


@pytest.mark.parametrize("day", [d.isoformat() for d in CUT_DATES])
def test_each_subject_agrees_with_the_known_answers(sample_cuts, day):
    cut = sample_cuts[date.fromisoformat(day)]
    table, known = cut.table("addl"), json.loads((SAMPLE / "known_answers.json").read_text())["cuts"][day]["by_cohort"]
    for cohort, answer in known.items():
        members = table[table["COHORT"] == cohort]
        assert len(members) == answer["treated"]
        pending = members[members["DLTSTAT"] == "Pending"]
        assert {short(r.USUBJID): r.DAYSLEFT for r in pending.itertuples()} == answer["pending"]
        dlts = members[members["DLTSTAT"] == "DLT"]
        assert {short(r.USUBJID): sorted(r.DLTTERM.split("; ")) for r in dlts.itertuples()} == {
            s: sorted(t) for s, t in answer["dlt_subjects"].items()
        }
        reasons = {
            short(r.USUBJID): why_not_evaluable(r) for r in members[members["DLTSTAT"] == "Not evaluable"].itertuples()
        }
        assert reasons.keys() == answer["not_evaluable"].keys()
        for subject, words in answer["not_evaluable"].items():
            # The known answers say when, the evaluation also why: the day or the infusion must agree.
            found = re.findall(r"(?:infusion|on day) \d+", reasons[subject])
            assert found and found[0] == re.findall(r"(?:infusion|on day) \d+", words)[0]


def test_dlts_and_judgements_agree_with_the_raw_files(sample_cuts):
    for cut in sample_cuts.values():
        supp = sample(cut.date.isoformat())["suppae"]
        yes = supp[(supp["QNAM"] == "AEDLT") & (supp["QVAL"] == "Y")]
        found = cut.ask("dlt_events")
        assert {(r.USUBJID, str(r.AESEQ)) for r in found.itertuples()} == {
            (r.USUBJID, r.IDVARVAL.strip()) for r in yes.itertuples()
        }
        reasons = supp[supp["QNAM"] == "AEDLTRS"].set_index(["USUBJID", "IDVARVAL"])["QVAL"]
        assert all(reasons[row.USUBJID, str(row.AESEQ)] == row.DLTRS for row in found.itertuples())
        no = cut.ask("dlt_judged_not")
        flags = cut.table("adae")
        assert len(no) == ((flags["ATOXGR"] >= 3) & (flags["DLTWINFL"] == "Y") & (flags["DLTFL"] != "Y")).sum()
        late = cut.ask("ae_late")
        kept = (
            (flags["TRTEMFL"] == "Y") & (flags["DLTWINFL"] == "N") & ((flags["ATOXGR"] >= 3) | (flags["CARDFL"] == "Y"))
        )
        assert len(late) == kept.sum()


def test_cumulative_dose_agrees_with_the_raw_infusions(sample_cuts):
    cut = sample_cuts[CUT_DATES[-1]]
    given = sample(cut.date.isoformat())["ex"].groupby("USUBJID")["EXDOSE"].sum()
    last = cut.ask("dose_cumulative").query("KIND == 'Last day known'").set_index("USUBJID")["CUMDOSE"]
    assert numpy.allclose(last.sort_index(), given[last.index].sort_index()) and len(last) == given.gt(0).sum()


def test_the_name_of_a_late_event_just_under_another_is_beside_its_mark():
    """Of one just above or far away it is above; a line of the course is no event; a dose may be unknown."""
    rows = [(70, 1440.0, CARDIAC), (99, 1352.0, CARDIAC), (99, 1352.0, "Infusion"), (300, 1400.0, CARDIAC)]
    rows += [(75, 900.0, CARDIAC), (80, float("nan"), CARDIAC), (336, 1950.0, "Last day known")]
    found = beside(pandas.DataFrame(rows, columns=["ADY", "CUMDOSE", "KIND"]))
    assert found.to_dict() == {0: False, 1: True, 3: False, 4: False, 5: False}


def test_adverse_events_by_dose_agree_with_a_naive_count(sample_cuts):
    cut = sample_cuts[CUT_DATES[-1]]
    events = cut.table("adae").query("TRTEMFL == 'Y'").merge(cut.table("adsl")[["USUBJID", "TRTA"]], on="USUBJID")
    for row in cut.ask("ae_by_dose").itertuples():
        own = events[events["TRTA"] == row.TRTA]
        assert row.NSERIOUS == own.loc[own["AESERC"] == "Y", "USUBJID"].nunique()
        assert row.NGRADE3 == own.loc[own["ATOXGR"] >= 3, "USUBJID"].nunique() and row.NEVENT == len(own)
    for row in cut.ask("ae_special_interest").itertuples():
        own = events[(events["TRTA"] == row.TRTA) & (events["AESICAT"] == row.AESICAT)]
        assert row.NSUBJ == own["USUBJID"].nunique()
        assert (pandas.isna(row.WORST) and own.empty) or row.WORST == own["ATOXGR"].max()


# --- the rules, as drawn tables ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cut_day", "status", "left"), [(2, "Pending", 26), (27, "Pending", 1), (28, "No DLT", None), (29, "No DLT", None)]
)
def test_the_window_is_day_1_to_28(make_cut, trial, cut_day, status, left):
    row = evaluations(windowed(make_cut, trial, cut_day)).loc["S1"]
    assert row.DLTSTAT == status and row.WINENDT.date() == date(2007, 6, 28)
    assert (None if pandas.isna(row.DAYSLEFT) else row.DAYSLEFT) == left


RULES = """
USUBJID  | ARMCD | INFUSIONS                        | DTHDTC     | DTHFL
complete | A130  | 2007-06-01,2007-06-02,2007-06-03 | .          | .
missed3  | A130  | 2007-06-01,2007-06-02            | .          | .
wish3    | A130  | 2007-06-01,2007-06-02            | .          | .
missed2  | A130  | 2007-06-01,2007-06-03            | .          | .
missed23 | A130  | 2007-06-01                       | .          | .
delayed  | A130  | 2007-06-01,2007-06-02,2007-06-05 | .          | .
twice    | A130  | 2007-06-01,2007-06-01,2007-06-02 | .          | .
died28   | A160  | 2007-06-01,2007-06-02,2007-06-03 | 2007-06-28 | Y
died29   | A160  | 2007-06-01,2007-06-02,2007-06-03 | 2007-06-29 | Y
died2    | A160  | 2007-06-01                       | 2007-06-02 | Y
left9    | A160  | 2007-06-01,2007-06-02,2007-06-03 | .          | .
left28   | A160  | 2007-06-01,2007-06-02,2007-06-03 | .          | .
stopped  | A160  | 2007-06-01,2007-06-02,2007-06-03 | .          | .
dltmiss  | A190  | 2007-06-01                       | .          | .
dltdied  | A190  | 2007-06-01,2007-06-02,2007-06-03 | 2007-06-12 | Y
dltlate  | A190  | 2007-06-01,2007-06-02,2007-06-03 | .          | .
dlttwice | A190  | 2007-06-01,2007-06-02,2007-06-03 | .          | .
judgedno | A190  | 2007-06-01,2007-06-02,2007-06-03 | .          | .
unjudged | A190  | 2007-06-01,2007-06-02,2007-06-03 | .          | .
"""
RULE_EVENTS = """
USUBJID  | AESEQ | AETERM    | AETOXGR | AEREL   | AESTDTC
dltmiss  | 1     | Typhlitis | 4       | RELATED | 2007-06-02
dltdied  | 1     | Sepsis    | 5       | RELATED | 2007-06-10
dltlate  | 1     | Aplasia   | 4       | RELATED | 2007-07-14
dlttwice | 1     | Stomatitis| 3       | RELATED | 2007-06
dlttwice | 2     | Typhlitis | 4       | RELATED | 2007-06-20
judgedno | 1     | Fever     | 3       | RELATED | 2007-06-10
unjudged | 1     | Rash      | 3       | RELATED | 2007-06-10
unjudged | 2     | Rash      | 3       | RELATED | 2007-07-10
"""
RULE_VERDICTS = """
USUBJID  | AESEQ | QNAM  | QVAL
dltmiss  | 1     | AEDLT | Y
dltdied  | 1     | AEDLT | Y
dltlate  | 1     | AEDLT | Y
dlttwice | 1     | AEDLT | Y
dlttwice | 1     | AEDLT | Y
dlttwice | 2     | AEDLT | Y
judgedno | 1     | AEDLT | N
"""
RULE_DISPOSITION = """
USUBJID | DSCAT             | EPOCH     | DSDECOD               | DSTERM                | DSSTDTC
died28  | DISPOSITION EVENT | FOLLOW-UP | DEATH                 | Death due to disease  | 2007-06-28
left9   | DISPOSITION EVENT | FOLLOW-UP | WITHDRAWAL BY SUBJECT | Withdrew consent      | 2007-06-09
left28  | DISPOSITION EVENT | FOLLOW-UP | LOST TO FOLLOW-UP     | Moved                 | 2007-06-28
stopped | DISPOSITION EVENT | TREATMENT | PROGRESSIVE DISEASE   | No response           | 2007-06-20
"""
EXPECTED = {
    "complete": ("No DLT", None),
    "missed3": ("Pending", None),
    "wish3": ("Not evaluable", "missed infusion 3, 67 % of the planned dose of course 1: parents' wish"),
    "missed2": ("Pending", None),
    "missed23": ("Pending", None),
    "delayed": ("No DLT", None),
    "twice": ("Pending", None),
    "died28": ("No DLT", None),
    "died29": ("No DLT", None),
    "died2": ("Pending", None),
    "left9": ("Not evaluable", "withdrawn on day 9"),
    "left28": ("No DLT", None),
    "stopped": ("No DLT", None),
    "dltmiss": ("DLT", None),
    "dltdied": ("DLT", None),
    "dltlate": ("DLT", None),
    "dlttwice": ("DLT", None),
    "judgedno": ("No DLT", None),
    "unjudged": ("Pending", None),
}


@pytest.fixture(scope="module")
def ruled(make_cut, trial):
    data = trial_data(RULES, RULE_EVENTS, RULE_VERDICTS, ds=RULE_DISPOSITION)
    return make_cut(missed(data, {"wish3": "Missed: Parents' wish"}), trial, LATER)


def test_the_rules_of_evaluation(ruled):
    found = {row.Index: (row.DLTSTAT, why_not_evaluable(row) or None) for row in evaluations(ruled).itertuples()}
    assert found == EXPECTED


def test_details_of_evaluation(ruled):
    table = evaluations(ruled)
    assert table.loc["dlttwice", ["NDLT", "DLTTERM", "DLTGR"]].tolist() == [2, "Stomatitis; Typhlitis", 4]
    assert table.loc["dltlate", "DLTADY"] == 44
    assert table["NUNJUDG"].to_dict() == dict.fromkeys(EXPECTED, 0) | {"unjudged": 1}
    assert table.loc["missed23", "NDOSE1"] == 1 and table.loc["twice", "NDOSE1"] == 2


def test_denominators_by_dose_of_the_drawn_rules(ruled):
    rows = ruled.ask("dlt_by_dose").set_index("TRTAN")
    columns = ["NTREATED", "NEVAL", "NDLT", "NPENDING", "NNOTEVAL", "NUNJUDG"]
    assert rows.loc[130, columns].tolist() == [7, 2, 0, 4, 1, 0]
    assert rows.loc[160, columns].tolist() == [6, 4, 0, 1, 1, 0]
    assert rows.loc[190, columns].tolist() == [6, 5, 4, 1, 0, 1]
    assert rows.loc[230, columns].tolist() == [0] * 6


def test_infusions_are_missed_only_once_they_were_due(make_cut, trial):
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\nS1 | A130 | 2007-06-01,2007-06-02",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-06-02",
    )
    assert evaluations(make_cut(data, trial, date(2007, 6, 3))).loc["S1", "DLTSTAT"] == "Pending"
    assert evaluations(make_cut(data, trial, date(2007, 6, 4))).loc["S1", "MISSINF"] == "3"


def test_the_reason_of_an_infusion_delivered_as_a_dose_of_0_is_told(make_cut, trial):
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Fever | 1 | 2007-06-02",
    )
    data["ex"].loc[2, "EXDOSE"] = 0.0
    data["ex"]["EXADJ"] = ["", "", "Missed: Fever"]
    row = next(evaluations(make_cut(data, trial)).itertuples())
    assert why_pending(row) == (
        "awaiting adjudication of missed infusion 3, 67 % of the planned dose of course 1 (toxicity): fever"
    )
    data["ae"]["AEREL"] = "NOT RELATED"
    row = next(evaluations(make_cut(data, trial)).itertuples())
    assert why_not_evaluable(row) == "missed infusion 3, 67 % of the planned dose of course 1: fever"
