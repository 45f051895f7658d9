"""The sample trial against its known answers: plain counts over the raw XPT rows, without the project's SQL."""
from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pandas
import pyreadstat
import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"
KNOWN = json.loads((SAMPLE / "known_answers.json").read_text(encoding="utf-8"))
PROTOCOL = tomllib.loads((SAMPLE / "trial.toml").read_text(encoding="utf-8"))
CUTS = sorted(KNOWN["cuts"])
DOMAINS = "dm suppdm ex ae suppae lb eg cv rs ds mh cm pr pc vs sv dv ts ta tv".split()
BEST_FIRST = ["CR", "CRh", "CRi", "MLFS", "PR", "NR"]
_read: dict[str, dict[str, pandas.DataFrame]] = {}


def rows(cut: str, domain: str) -> pandas.DataFrame:
    """Raw rows of a domain, with SUBJID in place of the long identifier."""
    frames = _read.setdefault(cut, {})
    if domain not in frames:
        frame, _ = pyreadstat.read_xport(str(SAMPLE / "cuts" / cut / f"{domain}.xpt"), disable_datetime_conversion=True)
        if "USUBJID" in frame:
            frame["SUBJID"] = frame["USUBJID"].str.removeprefix("NCT00430443-")
        frames[domain] = frame
    return frames[domain]


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def given(cut: str) -> pandas.DataFrame:
    ex = rows(cut, "ex")
    return ex[ex["EXDOSE"] > 0]


def first_infusion(cut: str) -> dict[str, date]:
    return {name: day(text) for name, text in given(cut).groupby("SUBJID")["EXSTDTC"].min().items()}


def gone(cut: str) -> dict[str, date]:
    """Death or end of study, by subject."""
    ds = rows(cut, "ds")
    ends = ds[(ds["DSCAT"] == "DISPOSITION EVENT") & (ds["EPOCH"] == "FOLLOW-UP")]
    return {name: day(text) for name, text in zip(ends["SUBJID"], ends["DSSTDTC"])}


def flagged(cut: str, verdict: str) -> pandas.DataFrame:
    """Events with a verdict of the adjudicators."""
    supp = rows(cut, "suppae")
    told = supp[(supp["QNAM"] == "AEDLT") & (supp["QVAL"] == verdict)]
    keys = pandas.DataFrame({"SUBJID": told["SUBJID"], "AESEQ": told["IDVARVAL"].astype(float)})
    return rows(cut, "ae").merge(keys, on=["SUBJID", "AESEQ"])


@pytest.fixture(params=CUTS)
def cut(request) -> str:
    return request.param


def files_of(folder: Path) -> dict[str, str]:
    wanted = [*folder.glob("cuts/*/*.xpt"), folder / "known_answers.json", folder / "README.md"]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in wanted}


def test_the_generator_writes_the_committed_bytes_twice(tmp_path):
    for name in ("one", "two"):
        subprocess.run([sys.executable, "-m", "sample_data.generate", str(tmp_path / name)], cwd=ROOT, check=True, capture_output=True)
    assert files_of(tmp_path / "one") == files_of(SAMPLE)
    assert files_of(tmp_path / "two") == files_of(SAMPLE)


def test_the_cuts_stay_under_ten_megabytes():
    assert sum(path.stat().st_size for path in SAMPLE.glob("cuts/*/*.xpt")) <= 10_000_000


def test_every_domain_is_delivered_with_labels_and_one_member(cut):
    for domain in DOMAINS:
        path = SAMPLE / "cuts" / cut / f"{domain}.xpt"
        frame, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
        assert len(frame) > 0 and meta.table_name == domain.upper()
        assert all(meta.column_labels), domain
        assert max(map(len, frame.columns)) <= 8
        assert path.read_bytes().count(b"HEADER RECORD*******MEMBER  HEADER RECORD") == 1


def test_nothing_after_the_cut_is_in_it(cut):
    for domain in DOMAINS:
        frame = rows(cut, domain)
        for column in [name for name in frame if name.endswith("DTC")]:
            late = frame[frame[column].str[:10] > cut]
            assert late.empty, (domain, column, late[[column]].head())


def test_a_study_day_agrees_with_its_date(cut):
    first = first_infusion(cut)
    pairs = [("ae", "AESTDTC", "AESTDY"), ("ae", "AEENDTC", "AEENDY"), ("lb", "LBDTC", "LBDY"), ("cv", "CVDTC", "CVDY"), ("eg", "EGDTC", "EGDY"),
             ("rs", "RSDTC", "RSDY"), ("ex", "EXSTDTC", "EXSTDY"), ("pc", "PCDTC", "PCDY"), ("ds", "DSSTDTC", "DSSTDY"), ("dm", "DMDTC", "DMDY")]
    for domain, when, study_day in pairs:
        for name, text, number in rows(cut, domain)[["SUBJID", when, study_day]].itertuples(index=False):
            if name not in first or len(text) < 10:
                assert pandas.isna(number), (domain, name, text, number)
            else:
                days = (day(text) - first[name]).days
                assert number == (days + 1 if days >= 0 else days), (domain, name, text, number)


def test_sequence_numbers_are_unique_in_a_subject(cut):
    for domain in DOMAINS:
        column = f"{domain.upper()}SEQ"
        if "SUBJID" in rows(cut, domain) and column in rows(cut, domain):
            assert not rows(cut, domain).duplicated(["SUBJID", column]).any(), domain


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
        elif (own["EXDOSE"] > 0).sum() < 3 and day(cut) > start + timedelta(days=2) or name in left and left[name] <= end:
            result[name] = ("not_evaluable", None)
        else:
            result[name] = ("pending", (end - day(cut)).days) if end > day(cut) else ("no_dlt", None)
    return result


@pytest.mark.parametrize("what", ["by_dose", "by_cohort"])
def test_dlt_evaluation_of_each_level(cut, what):
    dm, supp = rows(cut, "dm"), rows(cut, "suppdm")
    group = supp.set_index("SUBJID")["QVAL"] if what == "by_cohort" else dm.set_index("SUBJID")["ACTARMCD"].str.removeprefix("A")
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
    assert sorted(ae.loc[criteria & (ae["AESER"] == "N"), "SUBJID"]) == known["criteria_met_but_not_serious"] == ["102-003"]
    assert sorted(ae.loc[ae["AEDECOD"] == "", "SUBJID"]) == known["aedecod_blank"]
    assert len(severe) == known["grade_3_or_worse"]
    assert len(flagged(cut, "N")) == known["adjudicated_not_dlt"]
    assert len(flagged(cut, "Y")) == known["dlt_events"]


def test_every_severe_event_in_the_window_is_adjudicated_with_a_reason(cut):
    ae, supp = rows(cut, "ae"), rows(cut, "suppae")
    severe = ae[(ae["AETOXGR"].astype(int) >= 3) & (ae["AESTDY"] <= 28)]
    verdict = {(name, float(seq)) for name, seq in supp.loc[supp["QNAM"] == "AEDLT", ["SUBJID", "IDVARVAL"]].itertuples(index=False)}
    reason = {(name, float(seq)) for name, seq in supp.loc[supp["QNAM"] == "AEDLTRS", ["SUBJID", "IDVARVAL"]].itertuples(index=False)}
    assert set(severe[["SUBJID", "AESEQ"]].itertuples(index=False, name=None)) <= verdict == reason


def test_supplemental_rows_point_at_an_event(cut):
    keys = set(rows(cut, "ae")[["SUBJID", "AESEQ"]].itertuples(index=False, name=None))
    pointed = {(name, float(seq)) for name, seq in rows(cut, "suppae")[["SUBJID", "IDVARVAL"]].itertuples(index=False)}
    assert pointed and pointed <= keys


def test_deaths_agree_between_domains(cut):
    known, dm, ds = KNOWN["cuts"][cut]["deaths"], rows(cut, "dm"), rows(cut, "ds")
    assert dict(dm.loc[dm["DTHFL"] == "Y", ["SUBJID", "DTHDTC"]].itertuples(index=False)) == known
    assert dict(ds.loc[ds["DSDECOD"] == "DEATH", ["SUBJID", "DSSTDTC"]].itertuples(index=False)) == known
    assert set(rows(cut, "ae").query("AEOUT == 'FATAL'")["SUBJID"]) <= set(known)


def test_nothing_happens_to_a_subject_after_death_or_departure(cut):
    left = gone(cut)
    for domain, column in (("ex", "EXSTDTC"), ("ae", "AESTDTC"), ("ae", "AEENDTC"), ("lb", "LBDTC"), ("cv", "CVDTC"), ("eg", "EGDTC"),
                           ("rs", "RSDTC"), ("pc", "PCDTC"), ("vs", "VSDTC"), ("cm", "CMENDTC"), ("pr", "PRSTDTC")):
        for name, text in rows(cut, domain)[["SUBJID", column]].itertuples(index=False):
            if name in left and len(text) >= 10:
                assert day(text) <= left[name], (domain, name, text)


def test_best_responses_transplants_and_relapses(cut):
    known, rs, pr = KNOWN["cuts"][cut], rows(cut, "rs"), rows(cut, "pr")
    seen = rs[(rs["RSEVAL"] == "INVESTIGATOR") & (rs["RSSTRESC"] != "NE")].assign(kind=lambda frame: frame["RSSTRESC"].replace({"PD": "NR", "RELAPSE": "NR"}))
    best = seen.groupby("SUBJID")["kind"].agg(lambda kinds: min(kinds, key=BEST_FIRST.index)).to_dict()
    treated = set(first_infusion(cut))
    assert {name: best.get(name, "none") for name in treated} == known["best_response_by_subject"]
    diseases = dict(rows(cut, "mh").query("MHCAT == 'PRIMARY DIAGNOSIS'")[["SUBJID", "MHDECOD"]].itertuples(index=False))
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
    for name, when, kind in rows(cut, "rs").query("RSEVAL == 'INVESTIGATOR'")[["SUBJID", "RSDTC", "RSSTRESC"]].itertuples(index=False):
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


def hearts(cut: str) -> tuple[dict[str, str], dict[str, int]]:
    """Worst dysfunction (ESC 2022) and CTCAE v5.0 grade of each subject, from raw rows and first principles."""
    first, cv, lb = first_infusion(cut), rows(cut, "cv"), rows(cut, "lb")
    markers = lb[lb["LBTESTCD"].isin(["TROPONI", "BNPPRONT"])]
    wide = cv[cv["CVSTAT"] == ""].pivot_table(index=["SUBJID", "CVDTC", "CVMETHOD"], columns="CVTESTCD", values="CVSTRESN").reset_index()
    kinds, grades = {}, {}
    for name, own in wide.groupby("SUBJID"):
        base = own[own["CVDTC"].map(lambda text: name not in first or day(text) <= first[name])].iloc[-1]
        after = own[(own["CVDTC"] > base["CVDTC"]) & (own["CVMETHOD"] == base["CVMETHOD"])]
        for echo in after.itertuples():
            near = markers[(markers["SUBJID"] == name) & markers["LBDTC"].map(lambda text: abs((day(text) - day(echo.CVDTC)).days) <= 7) & (markers["LBDY"] > 0)]
            rise = ((near["LBTESTCD"] == "TROPONI") & (near["LBSTRESN"] > 14) | (near["LBTESTCD"] == "BNPPRONT") & (near["LBSTRESN"] >= 125)).any()
            fall, sign = base["LVEF"] - echo.LVEF, rise or (base["GLS"] - echo.GLS) / base["GLS"] > 0.15
            kind = 3 if echo.LVEF < 40 else (2 if fall >= 10 or sign and fall > 0 else 0) if echo.LVEF < 50 else int(sign)
            grade = 4 if echo.LVEF < 20 else 3 if echo.LVEF < 40 or fall >= 20 else 2 if echo.LVEF <= 50 or fall >= 10 else 0
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
    wide = eg.pivot_table(index=["SUBJID", "EGDTC", "EGDY", "VISIT", "EGTPT", "EGBLFL"], columns="EGTESTCD", values="EGSTRESN").reset_index()
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
            if planned["assessment"] == "ECHO" and window_end < day(cut) and not made and not (name in left and left[name] <= due):
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
            own = measured[(measured["SUBJID"] == name) & (measured["PCTPTNUM"] == hour) & (measured["PCTPTREF"] == f"COURSE 1 DAY {number} INFUSION START")]
            if own.empty and when <= min(day(cut), left.get(name, day(cut))):
                found.add((name, number, hour))
    assert found == {tuple(row[:3]) for row in KNOWN["cuts"][cut]["missing_pk"]}
    stated = {(row[0], row[1], row[2]) for row in KNOWN["cuts"][cut]["missing_pk"] if row[3] == "NOT DONE"}
    said = pc[pc["PCSTAT"] == "NOT DONE"]
    assert stated == {(row.SUBJID, int(row.PCTPTREF.split()[3]), int(row.PCTPTNUM)) for row in said.itertuples()}


def test_the_escalation_keeps_to_rolling_six():
    """Each first infusion was allowed by the rule as the trial knew itself on that day (verdicts of the first reading)."""
    order, subjects = ["130", "160", "190", "230"], _history()
    for name, dose, start in subjects:
        before = [row for row in subjects if row[2] < start]
        opened = max((order.index(row[1]) for row in before), default=0)
        allowed = _allowed(before, order, opened, start)
        assert dose == order[allowed], (name, dose, order[allowed])


def _history() -> list[tuple[str, str, date]]:
    last = CUTS[-1]
    expansion = set(rows(last, "suppdm").query("QVAL == 'EXP'")["SUBJID"])
    arms = dict(rows(last, "dm")[["SUBJID", "ACTARMCD"]].itertuples(index=False))
    return sorted(((name, arms[name][1:], start) for name, start in first_infusion(last).items() if name not in expansion), key=lambda row: row[2])


def test_level_190_was_opened_early_as_the_later_verdict_shows():
    """Five clear and one pending at 160 allowed 190; with 103-003 as a DLT the rule suspends until the sixth is observed."""
    before = [row for row in _history() if row[2] < date(2007, 7, 11)]
    order = ["130", "160", "190", "230"]
    assert _allowed(before, order, 1, date(2007, 7, 11)) == 2
    assert _allowed(before, order, 1, date(2007, 7, 11), first_reading=False) is None


def _state(before, dose: str, today: date, first_reading: bool) -> tuple[int, int, int]:
    """DLT, no DLT and pending at a dose on the morning of a day; those not evaluable by then are replaced."""
    last = CUTS[-1]
    dlt_day = flagged(last, "Y").groupby("SUBJID")["AESTDTC"].min().map(day).to_dict()
    if first_reading:
        dlt_day.pop("103-003")                               # not yet a DLT when 190 was opened
    left, status = gone(last), []
    for name, own, start in before:
        if own != dose:
            continue
        missed = name == "102-002"
        if name in dlt_day and dlt_day[name] < today:
            status.append("dlt")
        elif missed or name in left and left[name] < min(today, start + timedelta(days=28)):
            continue
        else:
            status.append("clear" if today > start + timedelta(days=27) else "pending")
    return status.count("dlt"), status.count("clear"), status.count("pending")


def _allowed(before, order: list[str], level: int, today: date, first_reading: bool = True) -> int | None:
    """Level that Rolling Six (Skolnik 2008) gives the next subject; None while suspended."""
    dlt, clear, pending = _state(before, order[level], today, first_reading)
    if dlt >= 2:
        return level - 1
    n = dlt + clear + pending
    if n >= 3 and dlt == 0 and pending == 0 or n == 6 and (dlt == 0 and clear >= 5 or dlt == 1 and clear == 5):
        return min(level + 1, len(order) - 1)
    return level if n < 6 else None


def test_the_mtd_is_declared_before_the_expansion_begins():
    last = CUTS[-1]
    expansion = set(rows(last, "suppdm").query("QVAL == 'EXP'")["SUBJID"])
    second_dlt = sorted(flagged(last, "Y").merge(rows(last, "dm").query("ACTARMCD == 'A230'")[["SUBJID"]])["AESTDTC"])[2]
    assert {rows(last, "dm").set_index("SUBJID").loc[name, "ACTARMCD"] for name in expansion} == {"A190"}
    assert min(first_infusion(last)[name] for name in expansion) > day(second_dlt)


def test_courses_are_three_weeks_apart_and_inclusion_is_kept():
    last = CUTS[-1]
    starts = rows(last, "ex").query("VISIT.str.endswith('DAY 1')").groupby("SUBJID")["EXSTDY"].apply(list)
    assert all(later - earlier >= 21 for days in starts for earlier, later in zip(days, days[1:]))
    dm, vs = rows(last, "dm"), rows(last, "vs")
    assert dm["AGE"].between(1, 21).all() and {1.0, 21.0} <= set(dm["AGE"])
    assert (vs.loc[vs["VSTESTCD"] == "WEIGHT", "VSSTRESN"] >= 10).all()


def test_sites_treat_no_one_before_they_open():
    opened = {site["id"]: site["opened"] for site in PROTOCOL["site"]}
    consent = rows(CUTS[-1], "dm")[["SITEID", "RFICDTC"]].itertuples(index=False)
    assert all(day(text) >= opened[site] for site, text in consent)
    assert 1 in KNOWN["cuts"][CUTS[-1]]["treated_by_site"].values()


@pytest.mark.parametrize("earlier, later", list(zip(CUTS, CUTS[1:])))
@pytest.mark.parametrize("domain", ["ex", "ae", "lb", "eg", "cv", "rs", "pc", "vs", "suppae"])
def test_only_the_listed_changes_lie_between_two_cuts(earlier, later, domain):
    """Earlier records are in the later cut unchanged, but for those listed and for events that have ended since."""
    key = ["SUBJID", "IDVARVAL", "QNAM"] if domain == "suppae" else ["SUBJID", f"{domain.upper()}SEQ"]
    old, new = (rows(cut, domain).set_index(key) for cut in (earlier, later))
    listed = {kind: [row for row in told if row["domain"] == domain.upper()] for kind, told in KNOWN["changes"][later].items()}
    vanished = old.index.difference(new.index)
    assert {name[0] for name in vanished} == {row["subject"] for row in _expected_gone(later, domain)}
    kept = old.index.intersection(new.index)
    settled = {"AEENDTC", "AEENDY", "AEOUT"} if domain == "ae" else set()
    differing = set()
    for column in set(old.columns) - settled:
        left, right = old.loc[kept, column], new.loc[kept, column]
        counted_since = column.endswith("DY") & left.isna()          # first infusion only after the earlier cut
        changed = ~((left == right) | (left.isna() & right.isna()) | counted_since)
        differing |= {(index[0], column) for index in left[changed].index}
    assert {name for name, _ in differing} == {row["subject"] for row in listed["corrected"]}
    assert {(row["subject"], row["variable"]) for row in listed["corrected"]} <= differing


def _expected_gone(later: str, domain: str) -> list[dict]:
    """Withdrawn rows; a withdrawn event takes its qualifiers with it."""
    parent = {"suppae": "AE"}.get(domain, domain.upper())
    return [row for row in KNOWN["changes"][later]["withdrawn"] if row["domain"] == parent]


@pytest.mark.parametrize("later", CUTS[1:])
def test_listed_changes_are_what_the_files_show(later):
    earlier = CUTS[CUTS.index(later) - 1]
    for kind, told in KNOWN["changes"][later].items():
        for row in told:
            before, after = (_meant(cut, row) for cut in (earlier, later))
            assert (len(before), len(after)) == {"corrected": (1, 1), "added": (0, 1), "withdrawn": (1, 0)}[kind], row
            if kind == "corrected":
                assert [_plain(frame.iloc[0][row["variable"]]) for frame in (before, after)] == [row["before"], row["after"]]


def _plain(value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _meant(cut: str, row: dict) -> pandas.DataFrame:
    frame = rows(cut, row["domain"].lower())
    own = frame[frame["SUBJID"] == row["subject"]]
    if row["domain"] == "AE":
        return own[own["AEDECOD"] == row["record"]]
    if row["domain"] == "SUPPAE":
        term, name = row["record"].rsplit(" ", 1)
        seqs = rows(cut, "ae").query("SUBJID == @row['subject'] and AEDECOD == @term")["AESEQ"]
        return own[(own["QNAM"] == name) & own["IDVARVAL"].astype(float).isin(seqs)]
    if row["domain"] == "PC":
        *reference, hour = row["record"].split()
        return own[(own["PCTESTCD"] == "ANNAMYC") & (own["PCTPT"] == hour) & own["PCTPTREF"].str.startswith(" ".join(reference))]
    test, visit = row["record"].split(" ", 1)
    return own[(own[f"{row['domain']}TESTCD"] == test) & (own["VISIT"] == visit)]


def test_the_hard_cases_are_there():
    last = CUTS[-1]
    lb, cv, ae, ex, rs = (rows(last, domain) for domain in ("lb", "cv", "ae", "ex", "rs"))
    assert set(flagged(last, "Y")["AEDECOD"]) >= {"Stomatitis", "Tumour lysis syndrome", "Typhlitis"}
    assert {"CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD", "RELAPSE", "NE"} <= set(rs["RSSTRESC"])
    assert lb["LBSTRESC"].str.startswith("<").any() and (lb["LBSTAT"] == "NOT DONE").any()
    assert (lb["VISIT"] == "UNSCHEDULED").any() and (cv["VISIT"] == "UNSCHEDULED").any() and (cv["CVSTAT"] == "NOT DONE").any()
    assert (ae["AESTDTC"].str.len() == 7).any() and rows(last, "mh")["MHSTDTC"].str.len().isin([4, 7]).any()
    assert (ex["EXDOSE"] == 0).sum() == 1 and ex.groupby("SUBJID")["EXDOSE"].nunique().max() > 1
    late = ae[(ae["AEDECOD"] == "Cardiac failure") & (ae["AESTDY"] > 28)]
    assert list(late["SUBJID"]) == ["101-003"]


def test_counts_fall_to_a_nadir_and_marrow_blasts_follow_the_response():
    lb = rows(CUTS[-1], "lb")
    neutrophils = lb[(lb["LBTESTCD"] == "NEUT") & lb["LBDY"].between(1, 22)]
    lowest = neutrophils.loc[neutrophils.groupby("SUBJID")["LBSTRESN"].idxmin(), "LBDY"]
    enough = neutrophils.groupby("SUBJID")["LBDY"].max() >= 15
    assert lowest.set_axis(neutrophils["SUBJID"].unique())[enough].between(8, 18).all()


def test_concentrations_rise_with_dose():
    pc, dm = rows(CUTS[-1], "pc"), rows(CUTS[-1], "dm").set_index("SUBJID")["ACTARMCD"]
    ends = pc[(pc["PCTESTCD"] == "ANNAMYC") & (pc["PCTPTNUM"] == 2) & (pc["PCDY"] == 1)]
    median = ends.groupby(ends["SUBJID"].map(dm))["PCSTRESN"].median()
    per_dose = median / pandas.Series({"A130": 130, "A160": 160, "A190": 190, "A230": 230})
    assert list(median.sort_values().index) == sorted(median.index)
    assert per_dose.max() < 1.5 * per_dose.min()


def test_the_readme_says_that_all_is_invented_and_holds_the_answers():
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert "synthetic data" in text.lower() and "Everything here is invented" in text
    assert "103-003 (Typhlitis)" in text and "| treated | 21 | 29 | 35 |" in text
