"""The swimmer plot: against the raw files, and what it says of deaths, relapses and who left."""

import json

import pandas
import pytest
from conftest import CUT_DATES, SAMPLE
from drawn_responses import CASES, EVENTS, RESPONSES, delivery
from raw import sample

from displays.display import Display
from displays.remission.swimmer import swimmer
from displays.remission.swimmer_figure import bars, spells
from queries import View


@pytest.fixture(scope="module")
def known() -> dict:
    return json.loads((SAMPLE / "known_answers.json").read_text())["cuts"]


@pytest.fixture(scope="module")
def drawn(make_cut, trial):
    return make_cut(delivery(CASES, RESPONSES, events=EVENTS), trial)


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_swimmer_shows_what_the_raw_files_hold(sample_cuts, known, day):
    shown = swimmer(View(sample_cuts[day]))
    happened = shown.table.groupby("KIND").SUBJID.agg(lambda s: sorted(set(s))).to_dict()
    told = known[day.isoformat()]
    assert (
        happened["Death"] == sorted(told["deaths"])
        and happened["Transplant"] == sorted(told["transplants"])
        and happened["Relapse"] == sorted(told["relapses"])
    )
    ex = sample(day.isoformat())["ex"]
    assert sorted(shown.table.SUBJID.unique()) == sorted(ex.USUBJID.str[-7:].unique())
    bar = next(trace for trace in shown.figure.data if trace.type == "bar")
    assert (
        dict(zip((row[0] for row in bar.customdata), bar.x, strict=True))
        == bars(shown.table).set_index("USUBJID").LASTDY.to_dict()
    )
    for kind in ("Relapse", "Death", "Transplant", "Remission", "Course"):
        trace = next(t for t in shown.figure.data if t.name == kind)
        assert sorted(zip((row[0] for row in trace.customdata), trace.x, strict=True)) == sorted(
            zip(shown.table[shown.table.KIND == kind].USUBJID, shown.table[shown.table.KIND == kind].ADY, strict=True)
        )


def test_a_second_remission_is_a_second_spell(drawn):
    own = swimmer(View(drawn)).table.query("SUBJID == '5'")
    assert [(s.start, s.end) for s in spells(own)] == [(30, 60), (100, 100)]


def swimming(make_cut, trial, *, deaths: str = "", responses: str = "", events: str = "", previous=None) -> Display:
    """The swimmer plot of three subjects; `deaths` are the subjects dead by DTHFL alone."""
    frames = delivery(
        "id disease arm start\n1 ALL A130 2007-03-01\n2 ALL A130 2007-03-01\n3 AML A130 2007-03-01",
        "id day response evaluator\n1 30 CR INVESTIGATOR\n" + responses,
        events=events,
    )
    frames["dm"] = frames["dm"].assign(DTHFL=["Y" if s in deaths.split() else "" for s in frames["dm"].SUBJID])
    return swimmer(View(make_cut(frames, trial), previous))


def test_a_death_without_a_date_is_drawn_as_a_death(make_cut, trial):
    shown = swimming(make_cut, trial, deaths="1", events="id day what\n2 40 DEATH")
    own = shown.table.query("SUBJID == '1'")
    assert set(own.STATUS) == {"died"} and own[own.KIND == "Death undated"][["ADY", "DETAIL"]].values.tolist() == [
        [30, "date unknown; last known alive"]
    ]
    assert "2 died (1 without a usable date)" in shown.finding and "2 died, 1 on study" in shown.population
    arrows = next(trace for trace in shown.figure.data if trace.name == "Ongoing")
    assert [row[0] for row in arrows.customdata] == ["T-3"]
    assert [
        row[0] for row in next(trace for trace in shown.figure.data if trace.name == "Death undated").customdata
    ] == ["T-1"]
    assert [(s.start, s.end) for s in spells(own)] == [(30, 30)]


def test_a_death_without_a_date_is_new_once(make_cut, trial):
    people = "id disease arm start\n1 ALL A130 2007-03-01"
    frames = [delivery(people, f"id day response evaluator\n1 {day} NR INVESTIGATOR") for day in (30, 60)]
    now, later = (make_cut(f | {"dm": f["dm"].assign(DTHFL="Y")}, trial) for f in frames)
    assert swimmer(View(later, now)).table.query("KIND == 'Death undated'").SINCE.tolist() == [""]
    assert swimmer(View(now, make_cut(frames[0], trial))).table.query("KIND == 'Death undated'").SINCE.tolist() == [
        "new"
    ]


def test_a_death_before_the_first_infusion_is_a_death(make_cut, trial):
    shown = swimming(make_cut, trial, events="id day what\n2 -5 DEATH")
    assert "1 died (1 without a usable date)" in shown.finding and shown.table.query(
        "KIND == 'Death undated'"
    ).DETAIL.tolist() == ["dated before the first infusion; last known alive"]


def test_relapses_are_counted_out_of_the_remissions(make_cut, trial, sample_cuts):
    shown = swimming(
        make_cut,
        trial,
        responses="1 60 RELAPSE INVESTIGATOR\n2 20 MLFS INVESTIGATOR\n2 50 RELAPSE INVESTIGATOR\n3 40 PD INVESTIGATOR",
    )
    assert "1 of 1 in remission relapsed; 1 relapse and 1 progression without a remission." in shown.finding
    view = View(sample_cuts[CUT_DATES[-1]])
    duration = view.ask("survival_times", endpoint="DOR")
    assert (
        f"{sum(duration.EVNTDESC == 'Relapse')} of {len(duration)} in remission relapsed; 1 relapse and "
        in swimmer(view).finding
    )


def test_a_relapse_before_a_remission_hides_no_later_one(make_cut, trial):
    shown = swimming(make_cut, trial, responses="1 10 RELAPSE INVESTIGATOR\n1 60 RELAPSE INVESTIGATOR")
    assert (
        shown.table.query("KIND == 'Relapse'").ADY.tolist() == [10, 60]
        and "1 of 1 in remission relapsed." in shown.finding
    )


def where_now(cut) -> tuple[dict, dict]:
    """How many are where by the swimmer plot and by the subject flow."""
    subjects = bars(swimmer(View(cut)).table)
    return subjects.STATUS.value_counts().to_dict(), cut.ask("flow_counts").query("PART == 'Study'").set_index(
        "STEP"
    ).NUMBER.dropna().to_dict()


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
def test_swimmer_and_subject_flow_agree(sample_cuts, day):
    swum, flow = where_now(sample_cuts[day])
    assert swum == {
        k: n
        for k, n in {
            "died": flow["Died"],
            "ongoing": flow["On treatment"] + flow["In follow-up"],
            "off study": flow["Left the study alive"],
        }.items()
        if n
    }


def test_the_pilot_does_not_know_who_left_the_study(pilot_cut):
    swum, flow = where_now(pilot_cut)
    assert flow == {"On treatment": 0, "Died": 3} and swum == {"died": 3, "not collected": 251}
    shown = swimmer(View(pilot_cut))
    assert (
        "whether 251 others are still on study was not collected" in shown.population
        and "off study" not in shown.population
    )
    assert not any(trace.name == "Ongoing" for trace in shown.figure.data) and shown.source


def test_who_left_without_a_date_is_counted_once(make_cut, trial):
    frames = delivery(
        "id disease arm start\n1 ALL A130 2007-03-01\n2 ALL A130 2007-03-01",
        events="id day what\n1 50 OFF_WITHDRAWAL_BY_SUBJECT",
    )
    frames["ds"].loc[frames["ds"].DSSEQ == 9, "DSSTDTC"] = ""
    swum, flow = where_now(make_cut(frames, trial))
    assert swum == {"off study": 1, "ongoing": 1} and flow == {
        "On treatment": 1,
        "In follow-up": 0,
        "Left the study alive": 1,
        "Died": 0,
    }


MEDICATION = {
    # name, more of its record: whether it is a transplant after which a remission counts for nothing
    "by name": ("Allogeneic stem cell transplant", {}, True),
    "by short name": ("HSCT", {"CMCAT": "CONCOMITANT"}, True),
    "by HCT with its kind": ("Allo HCT", {}, True),
    "prophylaxis": ("Transplant rejection prophylaxis", {}, False),
    "for the rejection": ("Antithymocyte globulin for transplant rejection", {}, False),
    "after one": ("Immunosuppression post stem cell transplant", {}, False),
    "HCT alone": ("HCT 25 mg", {}, False),
    "HCT by its decoded name": ("HCT", {"CMDECOD": "HYDROCHLOROTHIAZIDE"}, False),
    "not taken place": ("HSCT", {"CMOCCUR": "N"}, False),
    "before the trial": ("HSCT", {"CMSTDTC": "2006-04-10"}, False),
    "another drug": ("Paracetamol", {}, False),
}


@pytest.mark.parametrize("case", MEDICATION)
def test_a_transplant_among_the_medications_is_one(make_cut, trial, case):
    name, more, is_one = MEDICATION[case]
    frames = delivery("id disease arm start\n1 ALL A130 2007-03-01", "id day response evaluator\n1 60 CR INVESTIGATOR")
    subject = frames["dm"]["USUBJID"].iloc[0]
    row = dict(USUBJID=subject, CMSEQ=1, CMTRT=name, CMDECOD="", CMCAT="", CMSTDTC="2007-04-10") | more
    cut = make_cut(frames | {"cm": pandas.DataFrame([row])}, trial)
    best = cut.table("adrs").query("PARAMCD == 'BOR'").iloc[0]
    assert best["REMFL"] == ("N" if is_one else "Y")
    assert ("Transplant" in set(swimmer(View(cut)).table.KIND)) == is_one


@pytest.mark.parametrize("reason", ["LOST TO FOLLOW-UP", "WITHDRAWAL BY SUBJECT", "PROGRESSIVE DISEASE"])
def test_who_left_by_a_record_of_the_treatment_is_off_study(make_cut, trial, reason):
    frames = delivery("id disease arm start\n1 ALL A130 2007-03-01", "id day response evaluator\n1 30 CR INVESTIGATOR")
    row = dict(USUBJID=frames["dm"]["USUBJID"].iloc[0], DSSEQ=9, DSTERM=reason, DSDECOD=reason)
    row |= dict(DSCAT="DISPOSITION EVENT", EPOCH="TREATMENT", DSSTDTC="2007-04-10")
    old = frames.get("ds", pandas.DataFrame())
    cut = make_cut(frames | {"ds": pandas.concat([old, pandas.DataFrame([row])]).fillna("")}, trial)
    left = reason != "PROGRESSIVE DISEASE"
    words = "0 on study at the data cut (arrow), 1 off study alive" if left else "1 on study at the data cut (arrow), 0"
    assert words in swimmer(View(cut)).population
