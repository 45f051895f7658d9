"""Accrual and data currency against the raw files and the known answers."""

from __future__ import annotations

from datetime import date, timedelta

import pandas
import pytest
from overview_frames import CUTS, KNOWN, day
from raw import sample

from displays.conduct import accrual, currency
from displays.conduct.accrual_by_site import accrual_by_site
from displays.conduct.baseline import baseline
from displays.heart.echos import overdue_echos
from queries import Filters, View


@pytest.mark.parametrize("cut", CUTS)
def test_accrual_against_the_raw_files(views, cut):
    ds, dm = sample(cut)["ds"], sample(cut)["dm"].set_index("USUBJID")
    enrolled = ds[ds.DSDECOD == "ENROLLED"]
    made = accrual.accrual_over_time(views[cut])
    days = made.table[made.table.EVENT == "Enrolment"]
    by_day = enrolled.DSSTDTC.str[:10].value_counts().sort_index()
    assert list(days.DATE.dt.strftime("%Y-%m-%d")) == list(by_day.index)
    assert list(days.CUMULATIVE) == list(by_day.cumsum())
    sites = accrual_by_site(views[cut]).table.set_index("SITEID")
    by_site = enrolled.USUBJID.map(dm.SITEID).value_counts()
    assert {s: n for s, n in sites.ENROLLED.items() if n} == by_site.to_dict()
    assert (
        sites.SCREENED.sum() == len(dm)
        and sites.TREATED[sites.TREATED > 0].to_dict() == KNOWN["cuts"][cut]["treated_by_site"]
    )


def test_the_plan_is_three_a_month_and_only_for_the_whole_trial(views, trial):
    view = views[CUTS[2]]
    last = accrual.accrual_over_time(view).table.iloc[-1]
    start, monthly = trial.accrual_plan
    assert last.PLAN == pytest.approx((view.cut.date - start).days / 365.25 * 12 * monthly)
    part = accrual.accrual_over_time(View(view.cut, filters=Filters(diseases=("ALL",))))
    assert part.table.PLAN.isna().all() and "not drawn for a part" in part.method


def test_sites_stand_in_order_of_opening_with_those_without_a_subject(views, trial):
    table = accrual_by_site(views[CUTS[0]]).table
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
        assert dict(zip(part.SITEID, part.NUMBER, strict=True)) == counted
    # at a site with one subject, an evaluation no longer pending tells of that child: over all sites alone
    pending = table[table.ITEM == currency.DLT]
    assert pending[["SITENAM", "NUMBER", "OUTOF"]].values.tolist() == [
        [currency.TOGETHER, sum(len(level["pending"]) for level in known["by_dose"].values()), known["treated"]]
    ]


@pytest.mark.parametrize("cut", CUTS)
def test_echocardiograms_due_are_those_on_treatment_and_baselines_stand_apart(views, cut, trial):
    raw = sample(cut)
    first = {s: day(text[:10]) for s, text in raw["ex"][raw["ex"].EXDOSE > 0].groupby("USUBJID").EXSTDTC.min().items()}
    ends = raw["ds"][(raw["ds"].EPOCH == "FOLLOW-UP") & (raw["ds"].DSCAT == "DISPOSITION EVENT")]
    left = {r.USUBJID: (day(r.DSSTDTC[:10]), r.DSDECOD == "DEATH") for r in ends.itertuples()}
    done = (
        raw["cv"][raw["cv"].CVSTAT == ""].groupby("USUBJID").CVDTC.agg(lambda texts: {day(text[:10]) for text in texts})
    )
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
    assert (
        f"1 of {len(further)} subjects given a further course has no ejection fraction since the first infusion."
        in currency.data_currency(views[CUTS[2]]).finding
    )


def test_an_overdue_echo_that_can_no_longer_be_done_stands_apart(make_cut, trial):
    people = {"1": ("", ""), "2": ("Y", "2007-06-01"), "3": ("", "")}
    dm = pandas.DataFrame(
        [
            dict(STUDYID="T", USUBJID=f"T-{s}", SUBJID=s, SITEID="101", ARMCD="A130", DTHFL=flag, DTHDTC=when)
            for s, (flag, when) in people.items()
        ]
    )
    ex = pandas.DataFrame(
        [
            dict(USUBJID=f"T-{s}", EXSEQ=1.0, EXTRT="DRUG", EXDOSE=10.0, EXDOSU="mg/m2", EXSTDTC="2007-05-01")
            for s in people
        ]
    )
    cv = pandas.DataFrame(
        [
            dict(USUBJID="T-3", CVSEQ=float(n), CVTESTCD="LVEF", CVSTRESC="60", CVSTRESN=60.0, CVDTC=when)
            for n, when in enumerate(("2007-04-30", "2007-06-20"), 1)
        ]
    )
    view = View(make_cut({"dm": dm, "ex": ex, "cv": cv}, trial, day("2007-07-15")))
    made = currency.data_currency(view)
    # day 28 is 28 May 2007, its window ends on 7 June: one waits, one died inside the window, one was done late
    assert made.finding.startswith("1 of 3 echocardiograms due on treatment are overdue")
    assert "1 more overdue in a subject who later died or discontinued." in made.finding
    assert made.table[made.table.ITEM == currency.ECHO][["NUMBER", "OUTOF", "DETAIL"]].values.tolist() == [
        [1, 3, "up to 38 days late; 1 done late"]
    ]
    assert "Baseline echocardiograms: 1 of 3 done." in made.population
    heart = overdue_echos(view)
    assert heart.finding.startswith(
        "1 of 3 echocardiograms due on treatment is overdue, in 1 subject (1), the longest by 38 days. "
        "1 more overdue in a subject who later died or discontinued; 1 was done late."
    )
    assert (
        set(heart.table.STATUS) == {"Overdue", "Done late"}
        and "missed" not in (heart.finding + heart.population + heart.method + heart.title).lower()
    )


@pytest.mark.parametrize("cut", CUTS)
def test_the_samples_due_against_the_raw_infusions(views, cut, trial):
    raw = sample(cut)
    ex = raw["ex"][raw["ex"].EXDOSE > 0]
    infusions = {(r.USUBJID, r.VISIT): pandas.Timestamp(r.EXSTDTC) for r in ex.itertuples()}
    end = raw["dm"].set_index("USUBJID").DTHDTC.replace("", pandas.NA).dropna().map(pandas.Timestamp).to_dict()
    for row in raw["ds"][(raw["ds"].EPOCH == "FOLLOW-UP") & (raw["ds"].DSCAT == "DISPOSITION EVENT")].itertuples():
        end.setdefault(row.USUBJID, pandas.Timestamp(row.DSSTDTC) + pandas.Timedelta(days=1))
    pc = raw["pc"][raw["pc"].PCSTRESC != ""]
    results = set(zip(pc.USUBJID, pc.PCDTC.str[:10], strict=True))
    due = 0
    for (subject, visit), start in infusions.items():
        hours = {
            "COURSE 1 DAY 1": trial.content["pk"]["hours_day_1"],
            "COURSE 1 DAY 3": trial.content["pk"]["hours_day_3"],
        }.get(visit, [])
        for hour in hours:
            when = (start + pandas.Timedelta(hours=hour)).normalize()
            # a sample of the day of the cut is not due yet, but counts where it was already drawn
            drawn = (
                when == pandas.Timestamp(cut)
                and (subject, f"{start + pandas.Timedelta(hours=hour):%Y-%m-%d}") in results
            )
            due += (when < pandas.Timestamp(cut) or drawn) and when < end.get(subject, pandas.Timestamp.max)
    table = currency.data_currency(views[cut]).table
    assert table[table.ITEM == currency.PK].OUTOF.sum() == due


def test_an_open_session_sees_all_sites_together_and_no_single_value_at_baseline(views):
    for view in views.values():
        pooled, closed = currency.data_currency(view.pooled()).table, currency.data_currency(view).table
        assert set(pooled["SITENAM"]) == {currency.TOGETHER} and not pooled["DETAIL"].str.contains("days late").any()
        sums = pooled.groupby("ITEM")[["NUMBER", "OUTOF"]].sum()
        assert sums.equals(closed.groupby("ITEM")[["NUMBER", "OUTOF"]].sum())
        told = baseline(view.pooled())
        assert "HIGH" in baseline(view).labels and "HIGH" not in told.labels and " to " not in told.finding
