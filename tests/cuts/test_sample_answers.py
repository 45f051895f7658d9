"""The known answers of the sample trial against plain counts over the raw XPT rows."""

from __future__ import annotations

from datetime import date, timedelta

import pandas
import pytest
from sample_raw import CUTS, KNOWN, PROTOCOL, day, first_infusion, flagged, given, gone, rows

BEST_FIRST = ["CR", "CRh", "CRi", "MLFS", "PR", "NR"]


@pytest.fixture(params=CUTS)
def cut(request) -> str:
    return request.param


def test_subject_flow(cut):
    known, dm, ds = KNOWN["cuts"][cut], rows(cut, "dm"), rows(cut, "ds")
    enrolled = set(ds.loc[ds["DSDECOD"] == "ENROLLED", "SUBJID"])
    assert len(dm) == dm["SUBJID"].nunique() == known["screened"]
    assert len(enrolled) == known["enrolled"]
    assert len(first_infusion(cut)) == known["treated"]
    assert sorted(enrolled - set(first_infusion(cut))) == known["enrolled_not_treated"]
    assert sorted(dm.loc[dm["ARMNRS"] == "SCREEN FAILURE", "SUBJID"]) == known["screen_failures"]
    assert sorted(dm.loc[dm["ARMNRS"] == "NOT ASSIGNED", "SUBJID"]) == known["in_screening"]
    assert sorted(dm.loc[dm["ARMNRS"] == "ASSIGNED, NOT TREATED", "SUBJID"]) == known["enrolled_not_treated"]


def test_treated_by_site_and_disease(cut):
    known, treated = KNOWN["cuts"][cut], set(first_infusion(cut))
    dm, mh = rows(cut, "dm"), rows(cut, "mh")
    assert dm[dm["SUBJID"].isin(treated)].groupby("SITEID").size().to_dict() == known["treated_by_site"]
    primary = mh[(mh["MHCAT"] == "PRIMARY DIAGNOSIS") & mh["SUBJID"].isin(treated)]
    codes = primary["MHDECOD"].map({"Acute lymphocytic leukaemia": "ALL", "Acute myeloid leukaemia": "AML"})
    assert codes.value_counts().to_dict() == known["treated_by_disease"]


def verdicts(cut: str) -> dict[str, tuple[str, int | None]]:
    """DLT, pending with days left, not evaluable or no DLT, by subject, from raw rows."""
    ex, left, result = rows(cut, "ex"), gone(cut), {}
    with_dlt = set(flagged(cut, "Y")["SUBJID"])
    for name, start in first_infusion(cut).items():
        end = start + timedelta(days=27)
        own = ex[(ex["SUBJID"] == name) & ex["VISIT"].str.startswith("COURSE 1 ")]
        if name in with_dlt:
            result[name] = ("dlt", None)
        elif (
            (own["EXDOSE"] > 0).sum() < 3 and day(cut) > start + timedelta(days=2) or name in left and left[name] <= end
        ):
            result[name] = ("not_evaluable", None)
        else:
            result[name] = ("pending", (end - day(cut)).days) if end > day(cut) else ("no_dlt", None)
    return result


@pytest.mark.parametrize("what", ["by_dose", "by_cohort"])
def test_dlt_evaluation_of_each_level(cut, what):
    dm, supp = rows(cut, "dm"), rows(cut, "suppdm")
    group = (
        supp.set_index("SUBJID")["QVAL"]
        if what == "by_cohort"
        else dm.set_index("SUBJID")["ACTARMCD"].str.removeprefix("A")
    )
    told = verdicts(cut)
    assert {group[name] for name in told} == set(KNOWN["cuts"][cut][what])
    for level, known in KNOWN["cuts"][cut][what].items():
        own = {name: row for name, row in told.items() if group[name] == level}
        status = [row[0] for row in own.values()]
        assert len(own) == known["treated"]
        assert status.count("dlt") == known["dlt"] == len(known["dlt_subjects"])
        assert status.count("dlt") + status.count("no_dlt") == known["evaluable"]
        assert {name: row[1] for name, row in own.items() if row[0] == "pending"} == known["pending"]
        assert {name for name, row in own.items() if row[0] == "not_evaluable"} == set(known["not_evaluable"])


def test_events_serious_severe_and_adjudicated(cut):
    known, ae = KNOWN["cuts"][cut], rows(cut, "ae")
    serious, severe = ae[ae["AESER"] == "Y"], ae[ae["AETOXGR"].astype(int) >= 3]
    criteria = (ae[["AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESMIE"]] == "Y").any(axis=1)
    assert len(serious) == known["sae_events"]
    assert serious["SUBJID"].nunique() == known["sae_subjects"]
    assert (
        sorted(ae.loc[criteria & (ae["AESER"] == "N"), "SUBJID"])
        == known["criteria_met_but_not_serious"]
        == ["102-003"]
    )
    assert sorted(ae.loc[ae["AEDECOD"] == "", "SUBJID"]) == known["aedecod_blank"]
    assert len(severe) == known["grade_3_or_worse"]
    assert len(flagged(cut, "N")) == known["adjudicated_not_dlt"]
    assert len(flagged(cut, "Y")) == known["dlt_events"]


def test_every_severe_event_in_the_window_is_adjudicated_with_a_reason(cut):
    ae, supp = rows(cut, "ae"), rows(cut, "suppae")
    severe = ae[(ae["AETOXGR"].astype(int) >= 3) & (ae["AESTDY"] <= 28)]
    verdict = {
        (name, float(seq))
        for name, seq in supp.loc[supp["QNAM"] == "AEDLT", ["SUBJID", "IDVARVAL"]].itertuples(index=False)
    }
    reason = {
        (name, float(seq))
        for name, seq in supp.loc[supp["QNAM"] == "AEDLTRS", ["SUBJID", "IDVARVAL"]].itertuples(index=False)
    }
    assert set(severe[["SUBJID", "AESEQ"]].itertuples(index=False, name=None)) <= verdict == reason


def test_deaths_agree_between_domains(cut):
    known, dm, ds = KNOWN["cuts"][cut]["deaths"], rows(cut, "dm"), rows(cut, "ds")
    assert dict(dm.loc[dm["DTHFL"] == "Y", ["SUBJID", "DTHDTC"]].itertuples(index=False)) == known
    assert dict(ds.loc[ds["DSDECOD"] == "DEATH", ["SUBJID", "DSSTDTC"]].itertuples(index=False)) == known
    assert set(rows(cut, "ae").query("AEOUT == 'FATAL'")["SUBJID"]) <= set(known)


def test_best_responses_transplants_and_relapses(cut):
    known, rs, pr = KNOWN["cuts"][cut], rows(cut, "rs"), rows(cut, "pr")
    seen = rs[(rs["RSEVAL"] == "INVESTIGATOR") & (rs["RSSTRESC"] != "NE")].assign(
        kind=lambda frame: frame["RSSTRESC"].replace({"PD": "NR", "RELAPSE": "NR"})
    )
    best = seen.groupby("SUBJID")["kind"].agg(lambda kinds: min(kinds, key=BEST_FIRST.index)).to_dict()
    treated = set(first_infusion(cut))
    assert {name: best.get(name, "none") for name in treated} == known["best_response_by_subject"]
    diseases = dict(
        rows(cut, "mh").query("MHCAT == 'PRIMARY DIAGNOSIS'")[["SUBJID", "MHDECOD"]].itertuples(index=False)
    )
    for code, term in (("ALL", "Acute lymphocytic leukaemia"), ("AML", "Acute myeloid leukaemia")):
        own = [best.get(name, "none") for name in treated if diseases[name] == term]
        assert {kind: own.count(kind) for kind in set(own)} == known["best_response"][code]
        assert sum(kind in ("CR", "CRh", "CRi") for kind in own) == known["remissions"][code]["remission"]
    assert sorted(pr.loc[pr["PRCAT"] == "ON STUDY", "SUBJID"]) == known["transplants"]
    assert set(rs.loc[rs["RSSTRESC"] == "RELAPSE", "SUBJID"]) == set(known["relapses"])


def test_responses_meet_their_criteria(cut):
    """Marrow, blood and counts of the day of each investigator's assessment carry the response given."""
    lb = rows(cut, "lb")
    limits = {"CR": (1.0, 100), "CRh": (0.5, 50), "MLFS": (0, 0)}
    for name, when, kind in (
        rows(cut, "rs").query("RSEVAL == 'INVESTIGATOR'")[["SUBJID", "RSDTC", "RSSTRESC"]].itertuples(index=False)
    ):
        that_day = lb[(lb["SUBJID"] == name) & (lb["LBDTC"] == when) & (lb["LBSTAT"] == "")]
        value = {(row.LBTESTCD, row.LBSPEC): row.LBSTRESN for row in that_day.itertuples()}
        if kind in limits:
            assert value["BLASTLE", "BONE MARROW"] < 5 and value["BLASTLE", "BLOOD"] == 0, (name, when)
            assert value["NEUT", "BLOOD"] >= limits[kind][0] and value["PLAT", "BLOOD"] >= limits[kind][1], (name, when)
        if kind == "CRi":
            assert value["BLASTLE", "BONE MARROW"] < 5, (name, when)
            assert (value["NEUT", "BLOOD"] >= 1.0) != (value["PLAT", "BLOOD"] >= 100), (name, when)
        if kind == "PR":
            assert 5 <= value["BLASTLE", "BONE MARROW"] <= 25, (name, when)
        if kind in ("PD", "RELAPSE"):
            assert value["BLASTLE", "BONE MARROW"] > 25, (name, when)


def dysfunction(lvef: float, fall: float, sign: bool) -> int:
    """The category of CTRCD by its place: none, mild, moderate, severe."""
    if lvef < 40:
        return 3
    if lvef < 50:
        return 2 if fall >= 10 or sign and fall > 0 else 0
    return int(sign)


def ef_grade(lvef: float, fall: float) -> int:
    if lvef < 20:
        return 4
    if lvef < 40 or fall >= 20:
        return 3
    return 2 if lvef <= 50 or fall >= 10 else 0


def hearts(cut: str) -> tuple[dict[str, str], dict[str, int]]:
    """Worst dysfunction (ESC 2022) and CTCAE v5.0 grade of each subject, from raw rows and first principles."""
    first, cv, lb = first_infusion(cut), rows(cut, "cv"), rows(cut, "lb")
    markers = lb[lb["LBTESTCD"].isin(["TROPONI", "BNPPRONT"])]
    wide = (
        cv[cv["CVSTAT"] == ""]
        .pivot_table(index=["SUBJID", "CVDTC", "CVMETHOD"], columns="CVTESTCD", values="CVSTRESN")
        .reset_index()
    )
    kinds, grades = {}, {}
    for name, own in wide.groupby("SUBJID"):
        before = own["CVDTC"].map(day) <= first.get(name, date.max)
        base = own[before].iloc[-1]
        after = own[(own["CVDTC"] > base["CVDTC"]) & (own["CVMETHOD"] == base["CVMETHOD"])]
        for echo in after.itertuples():
            near = markers[
                (markers["SUBJID"] == name)
                & (
                    (pandas.to_datetime(markers["LBDTC"].map(day)) - pandas.Timestamp(day(echo.CVDTC))).dt.days.abs()
                    <= 7
                )
                & (markers["LBDY"] > 0)
            ]
            rise = (
                (near["LBTESTCD"] == "TROPONI") & (near["LBSTRESN"] > 14)
                | (near["LBTESTCD"] == "BNPPRONT") & (near["LBSTRESN"] >= 125)
            ).any()
            fall, sign = base["LVEF"] - echo.LVEF, rise or (base["GLS"] - echo.GLS) / base["GLS"] > 0.15
            kind, grade = dysfunction(echo.LVEF, fall, sign), ef_grade(echo.LVEF, fall)
            kinds[name], grades[name] = max(kind, kinds.get(name, 0)), max(grade, grades.get(name, 0))
    return {name: ("none", "mild", "moderate", "severe")[kind] for name, kind in kinds.items()}, grades


def test_cardiac_dysfunction(cut):
    known, (kinds, grades) = KNOWN["cuts"][cut], hearts(cut)
    assert kinds == known["ctrcd"]
    assert grades == known["ef_grade"]


def test_no_marker_is_high_before_the_first_infusion():
    lb = rows(CUTS[-1], "lb").query("LBBLFL == 'Y'")
    assert (lb.loc[lb["LBTESTCD"] == "BNPPRONT", "LBSTRESN"] < 125).all()
    assert not (lb.loc[lb["LBTESTCD"] == "TROPONI", "LBSTRESN"] > 14).any()


def test_all_kinds_of_dysfunction_occur():
    assert set(KNOWN["cuts"][CUTS[-1]]["ctrcd"].values()) == {"none", "mild", "moderate", "severe"}


def test_qtc_outliers(cut):
    known, eg = KNOWN["cuts"][cut], rows(cut, "eg")
    wide = eg.pivot_table(
        index=["SUBJID", "EGDTC", "EGDY", "VISIT", "EGTPT", "EGBLFL"], columns="EGTESTCD", values="EGSTRESN"
    ).reset_index()
    wide["QTCF"] = wide["QT"] / (wide["RR"] / 1000) ** (1 / 3)
    mean = wide.groupby(["SUBJID", "EGDY", "VISIT", "EGTPT", "EGBLFL"])["QTCF"].mean().reset_index()
    base = mean[mean["EGBLFL"] == "Y"].set_index("SUBJID")["QTCF"]
    after = mean[mean["EGBLFL"] != "Y"]
    for limit in (500, 480, 450):
        assert sorted(set(after.loc[after["QTCF"] > limit, "SUBJID"])) == known[f"qtcf_over_{limit}"]
    change = after["QTCF"] - after["SUBJID"].map(base)
    assert sorted(set(after.loc[change > 60, "SUBJID"])) == known["qtcf_change_over_60"]


def test_overdue_echocardiograms(cut):
    cv, left, found = rows(cut, "cv"), gone(cut), set()
    done = cv[(cv["CVSTAT"] == "")]
    for name, first in first_infusion(cut).items():
        dates = [day(text) for text in done.loc[done["SUBJID"] == name, "CVDTC"]]
        for planned in PROTOCOL["schedule"]:
            due = first + timedelta(days=planned["day"] - 1)
            window_end = due + timedelta(days=planned["days_after"])
            made = any(due - timedelta(days=planned["days_before"]) <= when for when in dates)
            if (
                planned["assessment"] == "ECHO"
                and window_end < day(cut)
                and not made
                and not (name in left and left[name] <= due)
            ):
                found.add((name, planned["visit"]))
    assert found == {tuple(row) for row in KNOWN["cuts"][cut]["overdue_echos"]}


def test_missing_pk_samples(cut):
    pc, ex, left, found = rows(cut, "pc"), given(cut), gone(cut), set()
    measured = pc[(pc["PCTESTCD"] == "ANNAMYC") & (pc["PCSTAT"] == "") & (pc["PCSTRESC"] != "")]
    plan = {1: PROTOCOL["pk"]["hours_day_1"], 3: PROTOCOL["pk"]["hours_day_3"]}
    for name, visit, start in ex[["SUBJID", "VISIT", "EXSTDTC"]].itertuples(index=False):
        number = int(visit.split()[-1])
        for hour in plan.get(number, []) if visit.startswith("COURSE 1 ") else []:
            when = (pandas.Timestamp(start) + pandas.Timedelta(hours=hour)).date()
            own = measured[
                (measured["SUBJID"] == name)
                & (measured["PCTPTNUM"] == hour)
                & (measured["PCTPTREF"] == f"COURSE 1 DAY {number} INFUSION START")
            ]
            if own.empty and when <= min(day(cut), left.get(name, day(cut))):
                found.add((name, number, hour))
    assert found == {tuple(row[:3]) for row in KNOWN["cuts"][cut]["missing_pk"]}
    stated = {(row[0], row[1], row[2]) for row in KNOWN["cuts"][cut]["missing_pk"] if row[3] == "NOT DONE"}
    said = pc[pc["PCSTAT"] == "NOT DONE"]
    assert stated == {(row.SUBJID, int(row.PCTPTREF.split()[3]), int(row.PCTPTNUM)) for row in said.itertuples()}
