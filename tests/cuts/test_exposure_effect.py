"""Exposure and effect: against raw rows, and what is said, and not drawn, where few or nobody carry it."""

from __future__ import annotations

import re
from datetime import timedelta

import pandas
import pytest
from drawn import THREE, trial_data
from rule_trials import drawn_trial
from sample_raw import day, given, rows
from scipy.stats import mannwhitneyu, spearmanr

from displays.pharmacokinetics.effects import EFFECTS
from displays.pharmacokinetics.exposure_effect import CAVEAT, exposure_effect, exposure_options
from queries import Filters, View

CUT = "2008-02-29"
NUMBERED = "USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCTPTREF | PCSEQ"


def peaks() -> pandas.Series:
    """Subject → the highest delivered concentration of annamycin after the first infusion, before the second."""
    pc = rows(CUT, "pc")
    pc = pc[(pc["PCTESTCD"] == "ANNAMYC") & (pc["PCTPTREF"] == "COURSE 1 DAY 1 INFUSION START") & (pc["PCTPTNUM"] < 24)]
    return pc.groupby("SUBJID")["PCSTRESN"].max().dropna()


def test_peaks_of_those_with_and_without_a_dlt_are_those_of_the_raw_rows(views):
    made, peak = exposure_effect(views[CUT], "dlt", "cmax"), peaks()
    supp = rows(CUT, "suppae")
    with_dlt = set(supp.loc[(supp["QNAM"] == "AEDLT") & (supp["QVAL"] == "Y"), "SUBJID"])
    drawn = made.table[made.table["OUT"].isna()]
    assert dict(zip(drawn["SUBJID"], drawn["X"], strict=True)) == {name: peak[name] for name in drawn["SUBJID"]}
    told = drawn["EFFECT"] == "DLT"
    assert set(drawn.loc[told, "SUBJID"]) == with_dlt and set(drawn["EFFECT"]) == {"DLT", "No DLT"}
    first, second = drawn.loc[told, "X"], drawn.loc[~told, "X"]
    p = mannwhitneyu(first, second, method="exact").pvalue
    share = sum(a > b for a in first for b in second) / len(first) / len(second)
    assert f"{round(100 * share)} % of pairs (exact rank test, p = {p:.3f})" in made.sentences[1]
    assert f"in {len(first)} subjects with a DLT" in made.sentences[0]
    assert len(made.table) == 35 and f"{len(drawn)} of 35 treated subjects" in made.population


def test_exposure_up_to_the_echo_is_the_dose_received_by_its_day(views):
    view, ex, dm = views[CUT], given(CUT), rows(CUT, "dm").set_index("SUBJID")
    total, dose = exposure_effect(view, "lvef", "total").table, exposure_effect(view, "lvef", "dose").table
    first = exposure_effect(view, "nadir", "auc").table.set_index("SUBJID")["X"]
    seen = 0
    for row in dose[dose["OUT"].isna()].itertuples():
        echo = day(dm.loc[row.SUBJID, "RFXSTDTC"]) + timedelta(days=int(row.EFFECT.rpartition(" ")[2]) - 1)
        own = ex[ex["SUBJID"] == row.SUBJID]
        received = sum(amount for amount, at in zip(own["EXDOSE"], own["EXSTDTC"], strict=True) if day(at) <= echo)
        assert row.X == pytest.approx(received), row.SUBJID
        estimated = total.loc[total["SUBJID"] == row.SUBJID, "X"].iloc[0]
        ratio = received / own["EXDOSE"].iloc[0]
        assert estimated == pytest.approx(first[row.SUBJID] * ratio, nan_ok=True), row.SUBJID
        seen += 1
    assert seen > 20
    known = dose[dose["OUT"].isna()]
    rho = spearmanr(known["X"], known["VALUE"].astype(float)).statistic
    assert f"rank correlation {rho:+.2f}".replace("-", "−") in exposure_effect(view, "lvef", "dose").sentences[0]


def test_every_effect_says_what_it_cannot_tell_and_numbers_have_no_line(views):
    view = views[CUT]
    for key, asked in EFFECTS.items():
        for exposure, _ in exposure_options(view, key):
            made = exposure_effect(view, key, exposure)
            assert CAVEAT in made.sentences and "told from chance" in made.finding, (key, exposure)
            assert len(re.findall(r"\w[\w.,/·²%-]*", made.sentences[0])) <= 25, made.sentences[0]
            lines = [trace for trace in made.figure.data if trace.meta == "line"]
            assert bool(lines) == asked.event, key
            (marks,) = [trace for trace in made.figure.data if trace.meta == "subjects"]
            drawn = made.table[made.table["OUT"].isna()]
            assert [one[0] for one in marks.customdata] == drawn["USUBJID"].tolist(), key
            assert made.table["SINCE"].isin(["", "new", "changed"]).all() and "Since 30 Nov 2007" in made.finding
    recovery = exposure_effect(view, "recovery", "cmax")
    waiting = recovery.table[recovery.table["VALUE"].isna() & recovery.table["OUT"].isna()]
    assert f"{len(waiting)} more have no time" in recovery.finding and len(waiting) > 5
    assert exposure_effect(view, "lvef", "auc").title == exposure_effect(view, "lvef", "total").title


@pytest.fixture(scope="module")
def few(make_cut, trial) -> View:
    """S00 to S05 without a DLT, S06 to S11 with one, S12 pending, S13 without a DLT and without a sample; each curve
    halves every 4 hours from a peak of 100, 200, … ng/mL at 2 hours."""
    data, cut = drawn_trial("A130 NNNNNN | A160 TTTTTT | A190 PN")
    told = []
    for n in range(13):
        for hour in (2, 4, 6, 10, 23):
            value = 100 * (n + 1) * 0.5 ** ((hour - 2) / 4)
            told.append(f"S{n:02d} | ANNAMYC | {value:.6g} | {hour}H | COURSE 1 DAY 1 INFUSION START | {len(told) + 1}")
    others = trial_data(f"USUBJID | ARMCD | INFUSIONS\nS00 | A130 | {THREE}", pc="\n".join([NUMBERED, *told]))
    pc = others["pc"].assign(PCSTRESU="ng/mL", PCTEST="Annamycin", PCSEQ=[float(n) for n in others["pc"]["PCSEQ"]])
    return View(make_cut(data | {"pc": pc}, trial, cut))


def of(few: View, *numbers: int) -> View:
    return View(few.cut, filters=Filters(subjects=tuple(f"S{n:02d}" for n in numbers)))


def test_a_line_needs_five_with_and_five_without(few):
    made = exposure_effect(few)
    assert "in 6 subjects with a DLT" in made.sentences[0] and "in 6 without" in made.sentences[0]
    assert "in 100 % of pairs (exact rank test, p = 0.002)" in made.sentences[1]
    assert "penalised logistic regression" in made.finding
    assert {trace.meta for trace in made.figure.data} >= {"line", "interval", "median", "subjects"}
    assert made.population.startswith("12 of 14 treated subjects with both known; not drawn: ")
    assert "1 pending" in made.population and "1 no AUC over 24 h: no profile of the first infusion" in made.population
    fewer = exposure_effect(of(few, 0, 1, 2, 3, 6, 7, 8, 9, 10, 11))
    assert "needs" not in fewer.finding and "there are 6 and 4." in fewer.finding
    assert not [trace for trace in fewer.figure.data if trace.meta in ("line", "interval")]


def test_exposures_are_those_of_the_curve(few):
    by_peak = exposure_effect(few, "dlt", "cmax").table.set_index("SUBJID")["X"]
    by_area = exposure_effect(few, "dlt", "auc").table.set_index("SUBJID")["X"]
    assert by_peak["S04"] == pytest.approx(500)
    # a triangle to the peak, then one exponential from 2 to 24 hours
    rate = 0.17328679513998632
    assert by_area["S04"] == pytest.approx(500 + 500 * (1 - 0.5 ** (22 / 4)) / rate, rel=1e-4)
    assert pandas.isna(by_area["S13"])


def test_nobody_one_and_all_are_said(few):
    none = exposure_effect(of(few, 0, 1, 2))
    assert none.sentences[0] == "3 subjects with a known AUC over 24 h, all without a DLT: nothing to compare."
    every = exposure_effect(of(few, 6, 7, 8))
    assert (
        "3 subjects with a known AUC over 24 h, all with a DLT: nothing to compare." in every.sentences[0]
        and every.figure is not None
    )
    small = exposure_effect(of(few, 0, 1, 6))
    assert "With 1 and 2 subjects no difference, however large, could be told from chance (p ≤ 0.05)." in small.finding
    pending = exposure_effect(of(few, 12, 13))
    assert pending.sentences[0].startswith("No subject has both a known AUC over 24 h and a known effect")
    assert "1 pending" in pending.population and pending.collected and pending.figure is None
    assert exposure_effect(View(few.cut, filters=Filters(sites=("none",)))).finding == "No subjects match the filters."
    for key, words in (("lvef", "Ejection fractions"), ("nadir", "Laboratory results"), ("remission", "Response")):
        made = exposure_effect(few, key)
        assert made.finding.startswith(words) and "not collected" in made.finding and not made.collected, key


def test_without_samples_it_says_so(make_cut, trial):
    bare = View(make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial))
    assert exposure_effect(bare).finding.startswith("Concentrations: not collected")
