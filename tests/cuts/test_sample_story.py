"""The story of the sample trial is believable: Rolling Six is kept, sites and courses in order, hard cases present."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pandas
from sample_raw import CUTS, KNOWN, PROTOCOL, day, first_infusion, flagged, gone, rows


def test_the_escalation_keeps_to_rolling_six():
    """Each first infusion was allowed by the rule as the trial knew itself on that day
    (verdicts of the first reading)."""
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
    return sorted(
        ((name, arms[name][1:], start) for name, start in first_infusion(last).items() if name not in expansion),
        key=lambda row: row[2],
    )


def test_level_190_was_opened_early_as_the_later_verdict_shows():
    """Five clear and one pending at 160 allowed 190; with 103-003 as a DLT
    the rule suspends until the sixth is observed."""
    before = [row for row in _history() if row[2] < date(2007, 7, 11)]
    order = ["130", "160", "190", "230"]
    assert _allowed(before, order, 1, date(2007, 7, 11)) == 2
    assert _allowed(before, order, 1, date(2007, 7, 11), first_reading=False) is None


def _state(before, dose: str, today: date, first_reading: bool) -> tuple[int, int, int]:
    """DLT, no DLT and pending at a dose on the morning of a day; those not evaluable by then are replaced."""
    last = CUTS[-1]
    dlt_day = flagged(last, "Y").groupby("SUBJID")["AESTDTC"].min().map(day).to_dict()
    if first_reading:
        dlt_day.pop("103-003")  # not yet a DLT when 190 was opened
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
    second_dlt = sorted(flagged(last, "Y").merge(rows(last, "dm").query("ACTARMCD == 'A230'")[["SUBJID"]])["AESTDTC"])[
        2
    ]
    assert {rows(last, "dm").set_index("SUBJID").loc[name, "ACTARMCD"] for name in expansion} == {"A190"}
    assert min(first_infusion(last)[name] for name in expansion) > day(second_dlt)


def test_courses_are_three_weeks_apart_and_inclusion_is_kept():
    last = CUTS[-1]
    starts = rows(last, "ex").query("VISIT.str.endswith('DAY 1')").groupby("SUBJID")["EXSTDY"].apply(list)
    assert all(later - earlier >= 21 for days in starts for earlier, later in pairwise(days))
    dm, vs = rows(last, "dm"), rows(last, "vs")
    assert dm["AGE"].between(1, 21).all() and {1.0, 21.0} <= set(dm["AGE"])
    assert (vs.loc[vs["VSTESTCD"] == "WEIGHT", "VSSTRESN"] >= 10).all()


def test_sites_treat_no_one_before_they_open():
    opened = {site["id"]: site["opened"] for site in PROTOCOL["site"]}
    consent = rows(CUTS[-1], "dm")[["SITEID", "RFICDTC"]].itertuples(index=False)
    assert all(day(text) >= opened[site] for site, text in consent)
    assert 1 in KNOWN["cuts"][CUTS[-1]]["treated_by_site"].values()


def test_the_hard_cases_are_there():
    last = CUTS[-1]
    lb, cv, ae, ex, rs = (rows(last, domain) for domain in ("lb", "cv", "ae", "ex", "rs"))
    assert set(flagged(last, "Y")["AEDECOD"]) >= {"Stomatitis", "Tumour lysis syndrome", "Typhlitis"}
    assert {"CR", "CRh", "CRi", "MLFS", "PR", "NR", "PD", "RELAPSE", "NE"} <= set(rs["RSSTRESC"])
    assert lb["LBSTRESC"].str.startswith("<").any() and (lb["LBSTAT"] == "NOT DONE").any()
    assert (
        (lb["VISIT"] == "UNSCHEDULED").any()
        and (cv["VISIT"] == "UNSCHEDULED").any()
        and (cv["CVSTAT"] == "NOT DONE").any()
    )
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
