"""The overview: every count against the raw files, change detection by drawn tables, and nothing of a subject or a dose."""
from __future__ import annotations

import ast
import importlib
import json
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy
import pandas
import pytest

from displays import accrual, baseline, changes, currency, flow, heart_events, methods, overview, pooled
from ingest.source import COLUMNS
from queries import Filters, View
from raw import sample

ROOT = Path(__file__).parents[1]
CUTS = ["2007-08-31", "2007-11-30", "2008-02-29"]
KNOWN = json.loads((ROOT / "sample_data" / "known_answers.json").read_text(encoding="utf-8"))
DISPLAYS = [
    overview.what_changed, changes.records_changed, flow.subject_flow, accrual.accrual_over_time, accrual.accrual_by_site,
    currency.data_currency, baseline.baseline, pooled.adverse_events,
]
REMISSION = {"CR", "CRi", "CRh"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def names(function) -> str:
    return getattr(function, "func", function).__name__


@pytest.fixture(scope="module")
def views(sample_cuts):
    """Each cut of the sample trial, compared with the one before."""
    cuts = [sample_cuts[day(c)] for c in CUTS]
    return {c: View(cut, previous) for c, cut, previous in zip(CUTS, cuts, [None, *cuts])}


def treated_subjects(raw) -> set[str]:
    ex = raw["ex"]
    return set(ex[ex.EXDOSE > 0].USUBJID)


def enrolled_subjects(raw) -> set[str]:
    ds = raw["ds"]
    return set(ds[ds.DSDECOD == "ENROLLED"].USUBJID)


def serious(raw) -> pandas.DataFrame:
    ae = raw["ae"]
    criteria = [c for c in ("AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESMIE", "AESCONG", "AESCAN") if c in ae]
    return ae[(ae[criteria] == "Y").any(axis=1) | (ae.AETOXGR == "5")]


def numbers(display) -> dict:
    return dict(zip(display.table.MEASURE, display.table.NOW))


@pytest.mark.parametrize("cut", CUTS)
def test_measures_against_the_raw_files(views, cut):
    raw, known = sample(cut), KNOWN["cuts"][cut]
    now = numbers(overview.what_changed(views[cut]))
    assert now["Enrolled"] == len(enrolled_subjects(raw)) == known["enrolled"]
    assert now["Treated"] == len(treated_subjects(raw)) == known["treated"]
    assert now["Deaths"] == (raw["dm"].DTHFL == "Y").sum() == len(known["deaths"])
    assert now["Serious adverse events"] == len(serious(raw)) == known["sae_events"] + len(known["criteria_met_but_not_serious"])
    assert now["Subjects with an SAE"] == serious(raw).USUBJID.nunique()
    levels = known["by_dose"].values()
    assert now["Evaluable for DLT"] == sum(level["evaluable"] for level in levels)
    assert now["Subjects with a DLT"] == sum(level["dlt"] for level in levels)
    judged = raw["suppae"][(raw["suppae"].QNAM == "AEDLT") & (raw["suppae"].QVAL == "Y")]
    assert now["Subjects with a DLT"] == judged.USUBJID.nunique()
    best = KNOWN["cuts"][cut]["best_response_by_subject"].values()
    assert now["Remissions"] == sum(response in REMISSION for response in best)


@pytest.mark.parametrize("cut", CUTS)
def test_measures_say_their_denominators(views, cut):
    known = KNOWN["cuts"][cut]
    table = overview.what_changed(views[cut]).table.set_index("MEASURE")
    pending = sum(len(level["pending"]) for level in known["by_dose"].values())
    not_evaluable = sum(len(level["not_evaluable"]) for level in known["by_dose"].values())
    assert table.DENOM["Enrolled"] == f"of {len(sample(cut)['dm'])} screened"
    assert table.DENOM["Evaluable for DLT"] == f"of {known['treated']} treated"
    assert table.NOTE["Evaluable for DLT"].startswith(f"{pending} pending, {not_evaluable} not evaluable")
    assert table.DENOM["Subjects with a DLT"] == f"of {table.NOW['Evaluable for DLT']} evaluable"


def test_the_change_is_the_difference_of_two_cuts(views):
    first, second = (numbers(overview.what_changed(views[c])) for c in CUTS[:2])
    made = overview.what_changed(views[CUTS[1]])
    for row in made.table.itertuples():
        assert row.PREVIOUS == first[row.MEASURE]
        difference = second[row.MEASURE] - first[row.MEASURE]
        assert row.CHANGE == ("no change" if difference == 0 else f"{difference:+d}".replace("-", "−"))
    more = second["Enrolled"] - first["Enrolled"]
    assert f"Since 31 Aug 2007: {more} more subjects enrolled" in made.finding


@pytest.mark.parametrize("cut", CUTS)
def test_flow_against_the_raw_files(views, cut):
    raw, known = sample(cut), KNOWN["cuts"][cut]
    table = flow.subject_flow(views[cut]).table
    step = {(r.PART, r.STEP): r.NUMBER for r in table.itertuples()}
    treated, ds, dead = treated_subjects(raw), raw["ds"], set(raw["dm"][raw["dm"].DTHFL == "Y"].USUBJID)
    disposition = ds[(ds.DSCAT == "DISPOSITION EVENT") & ds.USUBJID.isin(treated)]
    ended = disposition[disposition.EPOCH == "TREATMENT"].drop_duplicates("USUBJID").set_index("USUBJID").DSDECOD
    left = set(disposition[disposition.EPOCH == "FOLLOW-UP"].USUBJID) | dead
    assert step["Entry", "Screened"] == known["screened"]
    assert step["Entry", "Screen failures"] == len(known["screen_failures"])
    assert step["Entry", "In screening"] == len(known["in_screening"])
    assert step["Entry", "Not treated"] == len(known["enrolled_not_treated"])
    assert step["Treatment", "Treatment ended"] == len(set(ended.index) | left)
    assert step["Treatment", "On treatment"] == len(treated - set(ended.index) - left)
    for reason, number in ended.value_counts().items():
        only_dead = len(left - set(ended.index)) if reason == "DEATH" else 0
        assert step["Reason", reason.capitalize()] == number + only_dead
    assert step["Study", "Died"] == len(dead & treated)
    assert step["Study", "Left the study alive"] == len((left - dead) & treated)
    assert step["Study", "In follow-up"] == len(set(ended.index) - left)


@pytest.mark.parametrize("cut", CUTS)
def test_the_parts_of_the_flow_add_up(views, cut):
    table = flow.subject_flow(views[cut]).table
    total = table.groupby("PART").NUMBER.sum()
    treated = table.loc[table.STEP == "Treated", "NUMBER"].iloc[0]
    assert total["DLT evaluation"] == total["Treatment"] == total["Study"] == treated
    assert total["Reason"] == table.loc[table.STEP == "Treatment ended", "NUMBER"].iloc[0]


@pytest.mark.parametrize("cut", CUTS)
def test_accrual_against_the_raw_files(views, cut):
    ds, dm = sample(cut)["ds"], sample(cut)["dm"].set_index("USUBJID")
    enrolled = ds[ds.DSDECOD == "ENROLLED"]
    made = accrual.accrual_over_time(views[cut])
    days = made.table[made.table.EVENT == "Enrolment"]
    by_day = enrolled.DSSTDTC.str[:10].value_counts().sort_index()
    assert list(days.DATE.dt.strftime("%Y-%m-%d")) == list(by_day.index)
    assert list(days.CUMULATIVE) == list(by_day.cumsum())
    sites = accrual.accrual_by_site(views[cut]).table.set_index("SITEID")
    by_site = enrolled.USUBJID.map(dm.SITEID).value_counts()
    assert {s: n for s, n in sites.ENROLLED.items() if n} == by_site.to_dict()
    assert sites.SCREENED.sum() == len(dm) and sites.TREATED[sites.TREATED > 0].to_dict() == KNOWN["cuts"][cut]["treated_by_site"]


def test_the_plan_is_three_a_month_and_only_for_the_whole_trial(views, trial):
    view = views[CUTS[2]]
    last = accrual.accrual_over_time(view).table.iloc[-1]
    start, monthly = trial.accrual_plan
    assert last.PLAN == pytest.approx((view.cut.date - start).days / 365.25 * 12 * monthly)
    part = accrual.accrual_over_time(View(view.cut, filters=Filters(diseases=("ALL",))))
    assert part.table.PLAN.isna().all() and "not drawn for a part" in part.method


def test_sites_stand_in_order_of_opening_with_those_without_a_subject(views, trial):
    table = accrual.accrual_by_site(views[CUTS[0]]).table
    opened = {site["id"]: site["opened"] for site in trial.content["site"]}
    assert list(table.SITEID) == sorted(opened, key=lambda s: (opened[s], s))
    not_open = {s for s, when in opened.items() if when > day(CUTS[0])}
    assert set(table[table.STATE == "not open yet"].SITEID) == not_open != set()
    empty = table[(table.ENROLLED == 0) & (table.STATE == "open")]
    assert set(empty.SITEID) == set(opened) - not_open - set(KNOWN["cuts"][CUTS[0]]["treated_by_site"])


@pytest.mark.parametrize("cut", CUTS)
def test_outstanding_data_against_the_known_answers(views, cut):
    known = KNOWN["cuts"][cut]
    table = currency.data_currency(views[cut]).table
    for item, subjects in (
        (currency.ECHO, [subject for subject, _ in known["overdue_echos"]]),
        (currency.PK, [subject for subject, *_ in known["missing_pk"]]),
    ):
        counted = pandas.Series([subject[:3] for subject in subjects]).value_counts().to_dict()
        part = table[(table.ITEM == item) & (table.NUMBER > 0)]
        assert dict(zip(part.SITEID, part.NUMBER)) == counted
    # at a site with one subject, an evaluation no longer pending tells of that child: over all sites alone
    pending = table[table.ITEM == currency.DLT]
    assert pending[["SITENAM", "NUMBER", "OUTOF"]].values.tolist() == [[currency.TOGETHER, sum(len(level["pending"]) for level in known["by_dose"].values()), known["treated"]]]


@pytest.mark.parametrize("cut", CUTS)
def test_echocardiograms_due_are_those_on_treatment_and_baselines_stand_apart(views, cut, trial):
    raw = sample(cut)
    first = {s: day(text[:10]) for s, text in raw["ex"][raw["ex"].EXDOSE > 0].groupby("USUBJID").EXSTDTC.min().items()}
    ends = raw["ds"][(raw["ds"].EPOCH == "FOLLOW-UP") & (raw["ds"].DSCAT == "DISPOSITION EVENT")]
    left = {r.USUBJID: (day(r.DSSTDTC[:10]), r.DSDECOD == "DEATH") for r in ends.itertuples()}
    done = raw["cv"][raw["cv"].CVSTAT == ""].groupby("USUBJID").CVDTC.agg(lambda texts: {day(text[:10]) for text in texts})
    due = baselines = 0
    for subject, start in first.items():
        for visit in (v for v in trial.content["schedule"] if v["assessment"] == "ECHO"):
            when = start + timedelta(days=visit["day"] - 1)
            low, high = when - timedelta(days=visit["days_before"]), when + timedelta(days=visit["days_after"])
            gone, died = left.get(subject, (date.max, False))
            inside = any(low <= echo <= high for echo in done.get(subject, ()))
            counts = inside or (high < day(cut) and (gone > when or gone == when and not died))
            due, baselines = due + (counts and visit["day"] > 1), baselines + (counts and visit["day"] == 1)
    made = currency.data_currency(views[cut])
    assert made.table[made.table.ITEM == currency.ECHO].OUTOF.sum() == due
    assert f"Baseline echocardiograms: {baselines} of {baselines} done." in made.population
    assert f"of {due} echocardiograms due on treatment" in made.finding


def test_who_was_dosed_further_without_a_look_at_the_heart_is_counted(views):
    raw = sample(CUTS[2])
    ex = raw["ex"][raw["ex"].EXDOSE > 0]
    first = ex.groupby("USUBJID").EXSTDTC.min().str[:10]
    further = set(ex[ex.VISIT.str.startswith("COURSE 2")].USUBJID)
    cv = raw["cv"][(raw["cv"].CVTESTCD == "LVEF") & raw["cv"].CVSTRESN.notna()]
    seen = set(cv[cv.CVDTC.str[:10] > cv.USUBJID.map(first)].USUBJID)
    unseen = {s[-7:] for s in further - seen}
    assert unseen == {"107-001"}
    assert f"1 of {len(further)} subjects given a further course has no ejection fraction since the first infusion." in currency.data_currency(views[CUTS[2]]).finding


def test_an_overdue_echo_that_can_no_longer_be_done_stands_apart(make_cut, trial):
    people = {"1": ("", ""), "2": ("Y", "2007-06-01"), "3": ("", "")}
    dm = pandas.DataFrame([dict(STUDYID="T", USUBJID=f"T-{s}", SUBJID=s, SITEID="101", ARMCD="A130", DTHFL=flag, DTHDTC=when) for s, (flag, when) in people.items()])
    ex = pandas.DataFrame([dict(USUBJID=f"T-{s}", EXSEQ=1.0, EXTRT="X", EXDOSE=10.0, EXDOSU="mg/m2", EXSTDTC="2007-05-01") for s in people])
    cv = pandas.DataFrame([dict(USUBJID="T-3", CVSEQ=float(n), CVTESTCD="LVEF", CVSTRESC="60", CVSTRESN=60.0, CVDTC=when) for n, when in enumerate(("2007-04-30", "2007-06-20"), 1)])
    view = View(make_cut({"dm": dm, "ex": ex, "cv": cv}, trial, day("2007-07-15")))
    made = currency.data_currency(view)
    # day 28 is 28 May 2007, its window ends on 7 June: one waits, one died inside the window, one was done late
    assert made.finding.startswith("1 of 3 echocardiograms due on treatment are overdue, and 1 more in a subject since dead or off study")
    assert made.table[made.table.ITEM == currency.ECHO][["NUMBER", "OUTOF", "DETAIL"]].values.tolist() == [[1, 3, "up to 38 days late; 1 more in subjects since dead or off study; 1 done late"]]
    assert "Baseline echocardiograms: 1 of 3 done." in made.population
    heart = heart_events.overdue_echos(view)
    assert heart.finding.startswith("1 of 3 echocardiograms due on treatment is overdue, in 1 subject (1), the longest by 38 days, and 1 more in a subject since dead or off study; 1 was done late")
    assert set(heart.table.STATUS) == {"Overdue", "Done late"} and "missed" not in (heart.finding + heart.population + heart.method + heart.title).lower()


@pytest.mark.parametrize("cut", CUTS)
def test_the_difference_to_aeser_is_said(views, cut):
    raw = sample(cut)
    events = serious(raw)
    only = events[events.AESER != "Y"]
    notes = overview.what_changed(views[cut]).table.set_index("MEASURE").NOTE
    subjects = len(set(only.USUBJID) - set(events[events.AESER == "Y"].USUBJID))
    for measure, number in (("Serious adverse events", len(only)), ("Subjects with an SAE", subjects)):
        assert number and notes[measure].startswith(f"of these {number} by a criterion only, AESER does not say Y")


def test_evaluable_means_all_infusions_of_course_1(views):
    assert "all 3 infusions of course 1 given and the whole DLT window observed (28 days)" in overview.what_changed(views[CUTS[2]]).method


def test_enrolling_sites_are_those_with_an_enrolment(views):
    made = accrual.accrual_by_site(views[CUTS[0]])
    raw = sample(CUTS[0])
    enrolling = raw["dm"][raw["dm"].USUBJID.isin(enrolled_subjects(raw))].SITEID.nunique()
    assert enrolling < len(made.table)
    assert f"{len(enrolled_subjects(raw))} enrolled at {enrolling} of {len(made.table)} sites." in made.population


@pytest.mark.parametrize("cut", CUTS)
def test_the_samples_due_against_the_raw_infusions(views, cut, trial):
    raw = sample(cut)
    ex = raw["ex"][raw["ex"].EXDOSE > 0]
    infusions = {(r.USUBJID, r.VISIT): pandas.Timestamp(r.EXSTDTC) for r in ex.itertuples()}
    end = raw["dm"].set_index("USUBJID").DTHDTC.replace("", pandas.NA).dropna().map(pandas.Timestamp).to_dict()
    for row in raw["ds"][(raw["ds"].EPOCH == "FOLLOW-UP") & (raw["ds"].DSCAT == "DISPOSITION EVENT")].itertuples():
        end.setdefault(row.USUBJID, pandas.Timestamp(row.DSSTDTC) + pandas.Timedelta(days=1))
    pc = raw["pc"][raw["pc"].PCSTRESC != ""]
    results = set(zip(pc.USUBJID, pc.PCDTC.str[:10]))
    due = 0
    for (subject, visit), start in infusions.items():
        hours = {"COURSE 1 DAY 1": trial.content["pk"]["hours_day_1"], "COURSE 1 DAY 3": trial.content["pk"]["hours_day_3"]}.get(visit, [])
        for hour in hours:
            when = (start + pandas.Timedelta(hours=hour)).normalize()
            # a sample of the day of the cut is not due yet, but counts where it was already drawn
            drawn = when == pandas.Timestamp(cut) and (subject, f"{start + pandas.Timedelta(hours=hour):%Y-%m-%d}") in results
            due += (when < pandas.Timestamp(cut) or drawn) and when < end.get(subject, pandas.Timestamp.max)
    table = currency.data_currency(views[cut]).table
    assert table[table.ITEM == currency.PK].OUTOF.sum() == due


@pytest.mark.parametrize("cut", CUTS)
def test_baseline_against_the_raw_files(views, cut, trial):
    raw = sample(cut)
    dm = raw["dm"][raw["dm"].USUBJID.isin(treated_subjects(raw))]
    table = baseline.baseline(views[cut]).table
    assert set(table[table.CATEGORY != "below 50 %"].OUTOF) == {len(dm)}
    number = {(r.ITEM, r.CATEGORY): r.NUMBER for r in table.itertuples()}
    assert number["Sex", "Female"] == (dm.SEX == "F").sum()
    years = dm.AGE.where(dm.AGEU == "YEARS", dm.AGE / 12)
    assert number["Age", "6 to 11 years"] == years.between(6, 11.999).sum()
    age = table[(table.ITEM == "Age") & (table.CATEGORY == "years")].iloc[0]
    assert (age.MEDIAN, age.LOW, age.HIGH) == (numpy.median(years), years.min(), years.max())
    assert {code: number["Disease", code] for code in ("ALL", "AML")} == KNOWN["cuts"][cut]["treated_by_disease"]


@pytest.mark.parametrize("cut", CUTS)
def test_earlier_treatment_and_heart_against_the_raw_files(views, cut):
    raw = sample(cut)
    treated = treated_subjects(raw)
    table = baseline.baseline(views[cut]).table
    factor = {"DOXORUBICIN": 1, "DAUNORUBICIN": 0.6, "EPIRUBICIN": 0.8, "IDARUBICIN": 5, "MITOXANTRONE": 10.5}
    cm = raw["cm"][(raw["cm"].CMCAT == "PRIOR ANTHRACYCLINE") & raw["cm"].USUBJID.isin(treated)].copy()
    cm["EQ"] = cm.CMDOSTOT * cm.CMDECOD.map(factor)
    unknown = set(cm[cm.EQ.isna()].USUBJID)
    total = cm[~cm.USUBJID.isin(unknown)].groupby("USUBJID").EQ.sum()
    row = table[(table.ITEM == "Earlier anthracycline") & table.MEDIAN.notna()].iloc[0]
    assert (row.NUMBER, row.MEDIAN, row.LOW, row.HIGH) == pytest.approx((len(total), total.median(), total.min(), total.max()))
    number = {(r.ITEM, r.CATEGORY): r.NUMBER for r in table.itertuples()}
    assert number.get(("Earlier anthracycline", "Dose not fully known"), 0) == len(unknown)
    first = raw["ex"][raw["ex"].EXDOSE > 0].groupby("USUBJID").EXSTDTC.min().str[:10]
    pr = raw["pr"][raw["pr"].PRDECOD.str.contains("TRANSPLANT") & raw["pr"].USUBJID.isin(treated)]
    earlier = {r.USUBJID for r in pr.itertuples() if r.PRSTDTC < first[r.USUBJID]}
    assert number["Earlier stem cell transplant", "Yes"] == len(earlier)
    cv = raw["cv"][(raw["cv"].CVTESTCD == "LVEF") & raw["cv"].CVSTRESN.notna() & raw["cv"].USUBJID.isin(treated)]
    before = cv[cv.CVDTC.str[:10] <= cv.USUBJID.map(first)].sort_values("CVDTC").groupby("USUBJID").CVSTRESN.last()
    row = table[table.CATEGORY == "% (LVEF)"].iloc[0]
    assert (row.NUMBER, row.MEDIAN, row.LOW, row.HIGH) == (len(before), before.median(), before.min(), before.max())


@pytest.mark.parametrize("cut", CUTS)
def test_adverse_events_against_the_raw_files(views, cut):
    raw = sample(cut)
    treated = treated_subjects(raw)
    first = raw["ex"][raw["ex"].EXDOSE > 0].groupby("USUBJID").EXSTDTC.min()
    ae = raw["ae"][raw["ae"].USUBJID.isin(treated)].copy()
    emergent = [not start or start[:10] >= first[subject][: min(len(start), 10)] for subject, start in zip(ae.USUBJID, ae.AESTDTC)]
    ae = ae[emergent].assign(TERM=lambda f: f.AEDECOD.where(f.AEDECOD != "", "Not coded"))
    any_grade = ae.groupby("TERM").USUBJID.nunique()
    severe = ae[pandas.to_numeric(ae.AETOXGR) >= 3].groupby("TERM").USUBJID.nunique()
    asked = views[cut].ask("overview_adverse_events")
    assert asked.set_index("AEDECOD").SUBJECTS.to_dict() == any_grade.to_dict()
    assert {t: n for t, n in asked.set_index("AEDECOD").SUBJECTS3.items() if n} == severe.to_dict()
    assert set(asked.OUTOF) == {len(treated)}
    table = pooled.adverse_events(views[cut]).table
    assert set(severe.index) <= set(table.AEDECOD)
    assert list(table.SUBJECTS.head(pooled.TERMS_SHOWN)) == sorted(any_grade, reverse=True)[: pooled.TERMS_SHOWN]


# --- what changed in records already delivered -------------------------------------------------------------------------


def records(drawn: str) -> pandas.DataFrame:
    """Records drawn as "domain subject number topic value", one a line."""
    rows = [line.split() for line in drawn.strip().splitlines()]
    frame = pandas.DataFrame(rows, columns=["DOMAIN", "SUBJECT", "N", "T", "VALUE"])
    key = frame.DOMAIN + frame.SUBJECT
    content = key + frame["T"] + frame.VALUE
    return frame.assign(RECORD=key + frame.N, TOPIC=key + frame["T"], CONTENT=content, VALUE=content).drop(columns=["N", "T"])


CHANGES = {
    "nothing":             ("AE s1 1 rash G1", "AE s1 1 rash G1", dict(ADDED=0, CHANGED=0, WITHDRAWN=0)),
    "added":               ("AE s1 1 rash G1", "AE s1 1 rash G1\nAE s1 2 cough G1", dict(ADDED=1, CHANGED=0, WITHDRAWN=0)),
    "added, new subject":  ("AE s1 1 rash G1", "AE s1 1 rash G1\nAE s2 1 cough G1", dict(ADDED=1, ADDEDNEW=1, CHANGED=0, WITHDRAWN=0)),
    "changed":             ("AE s1 1 rash G1", "AE s1 1 rash G2", dict(ADDED=0, CHANGED=1, WITHDRAWN=0)),
    "withdrawn":           ("AE s1 1 rash G1\nAE s1 2 cough G1", "AE s1 1 rash G1", dict(ADDED=0, CHANGED=0, WITHDRAWN=1)),
    "withdrawn, renumbered": ("AE s1 1 rash G1\nAE s1 2 cough G1", "AE s1 1 cough G1", dict(ADDED=0, CHANGED=0, WITHDRAWN=1)),
    "put in front, renumbered": ("AE s1 1 rash G1", "AE s1 1 cough G1\nAE s1 2 rash G1", dict(ADDED=1, CHANGED=0, WITHDRAWN=0)),
    "renumbered and changed": ("AE s1 1 rash G1\nAE s1 2 cough G1", "AE s1 1 fall G2\nAE s1 2 rash G1\nAE s1 3 cough G3", dict(ADDED=1, CHANGED=1, WITHDRAWN=0)),
    "changed and withdrawn": ("AE s1 1 rash G1\nAE s1 2 cough G1", "AE s1 1 rash G3", dict(ADDED=0, CHANGED=1, WITHDRAWN=1)),
    "renumbering of one does not touch another": ("AE s1 1 rash G1\nAE s2 1 fall G1", "AE s1 1 cough G1\nAE s1 2 rash G1\nAE s2 1 fall G2", dict(ADDED=1, CHANGED=1, WITHDRAWN=0)),
    "the same key twice":  ("AE s1 1 rash G1\nAE s1 1 rash G1", "AE s1 1 rash G1", dict(ADDED=0, CHANGED=0, WITHDRAWN=1)),
    "a whole domain gone": ("AE s1 1 rash G1\nLB s1 1 K 4", "AE s1 1 rash G1", dict(ADDED=0, CHANGED=0, WITHDRAWN=1)),
}


@pytest.mark.parametrize("case", CHANGES)
def test_change_detection(case):
    before, now, expected = CHANGES[case]
    found = changes.compare(records(now), records(before))
    assert {column: found[column].sum() for column in expected} == expected
    assert (found.BEFORE + found.ADDED - found.WITHDRAWN == found.NOW).all()


def test_change_detection_of_nothing_at_all():
    assert changes.compare(records("AE s1 1 rash G1").head(0), records("AE s1 1 rash G1").head(0)).empty


def tiny(make_cut, events, cut="2007-11-30", supp=(), subjects=("1",)):
    dm = pandas.DataFrame([dict(STUDYID="T", USUBJID=f"T-{s}", SUBJID=s, SITEID="9", AGE=9.0, AGEU="YEARS", SEX="F", ARMCD="A", ARM="Arm A") for s in subjects])
    ex = pandas.DataFrame([dict(USUBJID=f"T-{s}", EXSEQ=1.0, EXTRT="X", EXDOSE=10.0, EXSTDTC="2007-05-01") for s in subjects])
    ae = pandas.DataFrame(events, columns=["USUBJID", "AESEQ", "AETERM", "AEDECOD", "AETOXGR", "AESTDTC"])
    frames = {"dm": dm, "ex": ex} | ({"ae": ae} if events else {})
    if supp:
        frames["suppae"] = pandas.DataFrame(
            [dict(RDOMAIN="AE", USUBJID=s, IDVAR="AESEQ", IDVARVAL=str(n), QNAM="AEDLT", QVAL=v) for s, n, v in supp])
    return make_cut(frames, cut=day(cut))


def test_two_tiny_cuts_compared_through_their_files(make_cut):
    before = tiny(make_cut, [("T-1", 1.0, "rash", "Rash", "3", "2007-05-02"), ("T-1", 2.0, "fall", "Fall", "1", "2007-05-03")], "2007-08-31", [("T-1", 1, "N")])
    now = tiny(make_cut, [("T-1", 1.0, "rash", "Rash", "3", "2007-05-02"), ("T-1", 3.0, "cough", "Cough", "1", "2007-05-04")], supp=[("T-1", 1, "Y")])
    made = changes.records_changed(View(now, before))
    row = made.table.set_index("DOMAIN")
    assert tuple(row.loc["AE", ["BEFORE", "ADDED", "CHANGED", "WITHDRAWN", "NOW"]]) == (2, 1, 0, 1, 2)
    assert tuple(row.loc["SUPPAE", ["ADDED", "CHANGED", "WITHDRAWN"]]) == (0, 1, 0)
    assert row.loc["DM", ["ADDED", "CHANGED", "WITHDRAWN"]].sum() == 0
    assert "1 adverse event was judged anew for DLT" in made.finding
    assert changes.records_changed(View(now)).finding == "No earlier cut was chosen, so there is nothing to compare with."


def test_nothing_delivered_before_is_not_called_unchanged(make_cut):
    subjects = [str(n) for n in range(1, 7)]
    before = make_cut({}, cut=day("2007-08-31"))
    made = changes.records_changed(View(tiny(make_cut, [], subjects=subjects), before))
    assert made.finding == "Nothing of these subjects was delivered by 31 Aug 2007; 12 records were added since."
    assert made.population == "Every record of the selected subjects in both cuts."
    neither = changes.records_changed(View(make_cut({}), before))
    assert neither.finding == "Neither cut holds a record." and "domain" not in neither.population


def test_only_domains_delivered_before_can_be_unchanged(make_cut):
    now, before = (tiny(make_cut, events, when) for events, when in (([("T-1", 1.0, "x", "X", "1", "2007-05-02")], "2007-11-30"), ([], "2007-08-31")))
    assert changes.records_changed(View(now, before)).population.endswith("nothing was changed or withdrawn in 2 of 2 domains delivered before.")


def plainly(column: pandas.Series) -> pandas.Series:
    return column.astype("object").where(column.notna(), "")


@pytest.mark.parametrize("earlier,later", list(zip(CUTS, CUTS[1:])))
def test_changed_records_against_the_raw_files(views, earlier, later):
    table = changes.records_changed(views[later]).table.set_index("DOMAIN")
    before, now = sample(earlier), sample(later)
    for domain in ("AE", "LB", "CV", "EG", "PC", "CM", "DS", "RS"):
        read = [name for name, _ in COLUMNS[domain]]
        key = ["USUBJID", f"{domain}SEQ"]
        old, new = (frames[domain.lower()] for frames in (before, now))
        shared = [c for c in read if c in old and c in new]
        both = old[shared].merge(new[shared], on=key, suffixes=("_old", "_new"))
        differs = pandas.concat([plainly(both[f"{c}_old"]) != plainly(both[f"{c}_new"]) for c in shared if c not in key], axis=1).any(axis=1)
        gone = len(old) - len(both)
        assert tuple(table.loc[domain, ["ADDED", "CHANGED", "WITHDRAWN"]]) == (len(new) - len(both), differs.sum(), gone), domain


def test_the_corrections_of_the_story_are_found(views):
    for cut, story in KNOWN["changes"].items():
        row = changes.records_changed(views[cut]).table.set_index("DOMAIN")
        for kind, column in (("corrected", "CHANGED"), ("added", "ADDED"), ("withdrawn", "WITHDRAWN")):
            for domain, number in pandas.Series([c["domain"] for c in story[kind]]).value_counts().items():
                assert row.loc[domain, column] >= number
    assert "1 adverse event was judged anew for DLT" in changes.records_changed(views[CUTS[1]]).finding
    assert "no DLT judgement was changed" in changes.records_changed(views[CUTS[2]]).finding


# --- an open session never sees a subject or a dose --------------------------------------------------------------------


def placed_on_open_pages(pages: str = "*.py") -> list:
    """Every display function that a page of the open session places, one of several methods for those that take one."""
    found = []
    for page in sorted((ROOT / "pages" / "open").glob(pages)):
        for node in ast.walk(ast.parse(page.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("place", "place_numbers"):
                function = getattr(importlib.import_module(f"displays.{node.args[0].value.id}"), node.args[0].attr)
                found.append(partial(function, method=next(iter(methods.titles()))) if node.keywords else function)
    return found


def test_the_page_places_every_display_of_the_overview():
    assert placed_on_open_pages("overview.py") == DISPLAYS


def forbidden(cut) -> set[str]:
    subjects = cut.table("adsl")
    groups = cut.table("trial.dose_level")
    named = set(subjects.USUBJID) | set(subjects.SUBJID) | set(subjects.TRTA.dropna()) | set(subjects.ARM.dropna()) | set(subjects.ACTARM.dropna())
    return named | set(groups.TRTA) | set(groups.ARM) | set(groups.ARMCD)


def words_of(value) -> str:
    return value.to_json(date_format="iso") if isinstance(value, pandas.DataFrame) else json.dumps(value, ensure_ascii=False, default=str)


@pytest.mark.parametrize("function", placed_on_open_pages(), ids=names)
@pytest.mark.parametrize("cut", CUTS)
def test_no_subject_and_no_dose_leaves_an_open_display(views, function, cut):
    chosen = views[cut]
    view = View(chosen.cut, chosen.previous, Filters(doses=("130 mg/m²/day",)))
    made = function(view)
    assert made.open_session and made.filters == Filters().words()
    text = "\n".join([made.title, made.finding, made.population, made.method, words_of(made.table), json.dumps(made.figure.to_plotly_json(), default=lambda v: getattr(v, "tolist", lambda: str(v))()) if made.figure else ""])
    text = json.dumps(json.loads(json.dumps(text)), ensure_ascii=False)
    assert not [name for name in forbidden(view.cut) if name in text]


@pytest.mark.parametrize("function", placed_on_open_pages(), ids=names)
def test_no_question_of_an_open_display_asks_for_a_subject_or_a_dose(views, function):
    view = views[CUTS[1]].pooled()
    banned = {"USUBJID", "SUBJID", "TRTA", "TRTAN", "DOSE", "DOSELVL", "COHORT", "ARM", "ARMCD", "ACTARM"}
    for question in function(view).questions:
        assert question.parameters.get("doses") is None
        answer = view.ask(question.name)
        assert not banned & set(answer.columns) and not [c for c in answer.columns if c.startswith("DOSE")]
        text = answer.select_dtypes(exclude="number").to_csv()
        assert not [name for name in forbidden(view.cut) if name in text]


@pytest.fixture(scope="module")
def narrow(make_cut):
    """A trial of 5 subjects at site 9, 4 at site 8 and one at site 7, all at every site with the same event."""
    sites = {"9": range(1, 6), "8": range(6, 10), "7": [10]}
    dm = pandas.DataFrame([dict(STUDYID="T", USUBJID=f"T-{s}", SUBJID=str(s), SITEID=site, AGE=9.0, SEX="F", ARMCD="A", ARM="Arm A") for site, n in sites.items() for s in n])
    ex = pandas.DataFrame([dict(USUBJID=s, EXSEQ=1.0, EXTRT="X", EXDOSE=10.0, EXSTDTC="2007-05-01") for s in dm.USUBJID])
    ae = pandas.DataFrame([dict(USUBJID=s, AESEQ=1.0, AETERM="rash", AEDECOD="Rash", AETOXGR="3", AESTDTC="2007-05-02") for s in dm.USUBJID])
    return make_cut({"dm": dm, "ex": ex, "ae": ae})


TOO_FEW = "The filters leave fewer than 5 treated subjects; the open session shows no results for so few. Widen the filters."


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
@pytest.mark.parametrize("sites", [("7",), ("8",)], ids=["1 subject", "4 subjects"])
def test_of_fewer_than_five_treated_subjects_an_open_display_shows_nothing(narrow, function, sites):
    made = function(View(narrow, narrow, Filters(sites=sites)))
    assert made.finding == TOO_FEW and made.open_session
    assert made.figure is None and made.table.empty and not made.collected
    assert (made.population, made.method, made.source, made.questions, made.labels, made.formats) == ("", "", "", (), {}, {})


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
@pytest.mark.parametrize("filters", [Filters(sites=("9",)), Filters(sites=("8", "7")), Filters()], ids=["5", "5 of two sites", "no filter"])
def test_of_five_treated_subjects_an_open_display_shows_them(narrow, function, filters):
    assert "fewer than" not in function(View(narrow, narrow, filters)).finding


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_the_numbers_of_few_subjects_at_the_previous_cut_are_not_shown_either(narrow, make_cut, function):
    before = tiny(make_cut, [], "2007-08-31", subjects=("1", "2"))
    made = function(View(narrow, before, Filters(sites=("9",))))
    assert made.finding.startswith("At the previous cut the filters leave fewer than 5 treated subjects") and made.table.empty
    assert "fewer than" not in function(View(narrow, before)).finding


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_the_one_subject_of_a_site_is_not_shown_in_the_sample_trial(views, function):
    made = function(View(views[CUTS[2]].cut, filters=Filters(sites=("110",))))
    assert made.finding == TOO_FEW


# --- every display on every kind of cut --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty(make_cut, trial):
    return View(make_cut({}, trial))


@pytest.fixture(scope="module")
def single(make_cut):
    """One subject at one site, and the same trial before anything was delivered but the subject."""
    return View(tiny(make_cut, [("T-1", 1.0, "rash", "Rash", "3", "2007-05-02")]), tiny(make_cut, [], "2007-08-31"))


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_an_empty_cut_says_so(empty, function):
    made = function(empty)
    assert made.open_session and ("not collected" in made.finding or "No earlier cut" in made.finding)


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_one_subject_at_one_site(single, function):
    made = function(single)
    assert made.finding and not made.finding.startswith("No subjects")


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_filters_that_leave_nobody(views, function):
    made = function(View(views[CUTS[2]].cut, filters=Filters(sites=("999",))))
    assert "match the filters" in made.finding or "No earlier cut" in made.finding


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_no_previous_cut_shows_no_change(views, function):
    made = function(View(views[CUTS[2]].cut))
    assert made.finding
    for column in ("CHANGE", "CHANGED"):
        if column in made.table:
            assert set(made.table[column]) <= {""}


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_the_pilot_shows_what_exists_and_says_what_does_not(pilot_cut, function):
    made = function(View(pilot_cut))
    assert made.finding and made.open_session
    if function not in (changes.records_changed, accrual.accrual_over_time, accrual.accrual_by_site):
        assert "not collected in this cut" in (made.finding + made.population).lower()


def test_pilot_counts_against_the_raw_files(pilot_cut):
    from shared import SHARED
    from raw import raw

    files = raw(SHARED / "data" / "cdisc_pilot" / "sdtm")
    now = numbers(overview.what_changed(View(pilot_cut)))
    dm = files["dm"]
    assert now["Treated"] == files["ex"].USUBJID.nunique() and now["Deaths"] == (dm.DTHFL == "Y").sum()
    assert now["Remissions"] == now["Evaluable for DLT"] == "–"
    step = {(r.PART, r.STEP): r.NUMBER for r in flow.subject_flow(View(pilot_cut)).table.itertuples()}
    assert step["Entry", "Screen failures"] == (dm.ARMCD == "Scrnfail").sum() and step["Entry", "Screened"] == len(dm)
    reasons = files["ds"][(files["ds"].DSCAT == "DISPOSITION EVENT") & files["ds"].USUBJID.isin(files["ex"].USUBJID)].DSDECOD.value_counts()
    assert {reason: step["Reason", reason.capitalize()] for reason in reasons.index} == reasons.to_dict()


# --- figures are made from their tables --------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", CUTS[1:])
def test_bars_are_the_tables(views, cut):
    view = views[cut]
    made = flow.subject_flow(view)
    drawn = made.table[made.table.NUMBER.notna()]
    screened = drawn.NUMBER.iloc[0]
    assert list(made.figure.data[1].x) == pytest.approx(list(drawn.NUMBER / screened))
    made = accrual.accrual_by_site(view)
    assert list(made.figure.data[0].x) == pytest.approx(list(made.table.ENROLLED / made.table.ENROLLED.max()))
    made = pooled.adverse_events(view)
    assert list(made.figure.data[0].x) == pytest.approx(list(made.table.FRACTION))
    assert list(made.figure.data[1].x) == pytest.approx(list(made.table.FRACTION3.astype(float)))
    made = currency.data_currency(view)
    drawn = made.table[made.table.NUMBER > 0]
    assert [a.text for a in made.figure.layout.annotations if a.xanchor == "right"] == [
        f"<b>{r.NUMBER}</b> of {r.OUTOF}" + (f" <span style='color:#b35c00'><b>{r.CHANGE}</b></span>" if r.CHANGE != "no change" else "") for r in drawn.itertuples()]
    made = accrual.accrual_over_time(view)
    assert list(made.figure.data[0].y) == list(made.table.CUMULATIVE)


def test_delivered_text_cannot_write_into_a_figure(make_cut):
    cut = tiny(make_cut, [("T-1", 1.0, "x", "<b>Rash</b><a href='x'>", "3", "2007-05-02")])
    text = pooled.adverse_events(View(cut)).figure.to_json()
    assert "\\u003ca href" not in text and "<a href" not in text
