"""Baseline and pooled adverse events against the raw files."""

from __future__ import annotations

import numpy
import pandas
import pytest
from overview_frames import CUTS, KNOWN, treated_subjects
from raw import sample

from displays.adverse_events import pooled
from displays.conduct import baseline


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
    row = table[(table.ITEM == "Prior anthracycline") & table.MEDIAN.notna()].iloc[0]
    assert (row.NUMBER, row.MEDIAN, row.LOW, row.HIGH) == pytest.approx(
        (len(total), total.median(), total.min(), total.max())
    )
    number = {(r.ITEM, r.CATEGORY): r.NUMBER for r in table.itertuples()}
    assert number.get(("Prior anthracycline", "Dose not fully known"), 0) == len(unknown)
    first = raw["ex"][raw["ex"].EXDOSE > 0].groupby("USUBJID").EXSTDTC.min().str[:10]
    pr = raw["pr"][raw["pr"].PRDECOD.str.contains("TRANSPLANT") & raw["pr"].USUBJID.isin(treated)]
    earlier = {r.USUBJID for r in pr.itertuples() if r.PRSTDTC < first[r.USUBJID]}
    assert number["Prior stem cell transplant", "Yes"] == len(earlier)
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
    emergent = [
        not start or start[:10] >= first[subject][: min(len(start), 10)]
        for subject, start in zip(ae.USUBJID, ae.AESTDTC, strict=True)
    ]
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
