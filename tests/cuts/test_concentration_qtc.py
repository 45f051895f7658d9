"""Concentration and QTc: the pairs against raw rows, the model of them, and what carries none."""

from __future__ import annotations

from datetime import date, datetime

import pandas
import pytest
from drawn import THREE, trial_data
from sample_raw import rows

from displays.pharmacokinetics.concentration_qtc import NO_PLACEBO, concentration_and_qtc
from queries import Filters, View
from stats.mixed import concentration_qtc

CUT = "2008-02-29"
GAP_MINUTES = 30


def raw_pairs(code: str) -> dict[tuple[str, str], float]:
    """Subject and time of a group of tracings → the concentration nearest to its first, within the gap."""
    eg, pc = rows(CUT, "eg"), rows(CUT, "pc")
    pc = pc[(pc["PCTESTCD"] == code) & (pc["PCSTAT"] != "NOT DONE")]
    samples: dict[str, list] = {}
    for row in pc.itertuples():
        value = 0.0 if row.PCSTRESC.startswith("<") else row.PCSTRESN
        samples.setdefault(row.SUBJID, []).append((datetime.fromisoformat(row.PCDTC), value))
    after = eg[(eg["EGTESTCD"] == "QT") & (eg["EGTPT"] == "END OF INFUSION")]
    found = {}
    for (name, visit), group in after.groupby(["SUBJID", "VISIT"]):
        at = min(datetime.fromisoformat(text) for text in group["EGDTC"])
        gaps = [(abs((moment - at).total_seconds()) / 60, value) for moment, value in samples.get(name, ())]
        if gaps and min(gaps)[0] <= GAP_MINUTES:
            found[name, visit] = min(gaps)[1]
    return found


@pytest.mark.parametrize("analyte, code", [("PARENT", "ANNAMYC"), ("METABOLITE", "ANNAMYOL")])
def test_pairs_are_those_of_the_raw_rows_and_the_line_is_that_of_the_model(views, analyte, code):
    made, raw = concentration_and_qtc(views[CUT], analyte), raw_pairs(code)
    pairs = made.table[made.table["WHY"].isna()]
    shown = {(row.SUBJID, row.AVISIT): row.CONC for row in pairs.itertuples()}
    assert len(shown) > 60 and shown == pytest.approx(raw)
    model = concentration_qtc(
        pairs["CONC"] / 1000, pairs["CHG"], pairs["USUBJID"], baseline=pairs["BASE"], time=pairs["TIME"]
    )
    assert model.with_time and model.pairs == len(pairs)
    slope = f"{round(model.slope, 1):+g} ms for each 1,000 ng/mL (90 % CI {round(model.lower, 1):+g}".replace("-", "−")
    assert slope in made.finding and NO_PLACEBO in made.sentences
    peaks = views[CUT].ask("peak_means", analyte=analyte)
    middle, low, high = (round(value, 1) for value in model.at(peaks["CMAX"].iloc[-1] / 1000))
    assert f"by {middle:+g} ms (90 % CI {low:+g} to {high:+g})".replace("-", "−") in made.sentences[0]
    assert {trace.meta for trace in made.figure.data} >= {"line", "interval", "predicted", "pairs"}
    far = pairs[(pairs["RESIDUAL"].abs() > 3 * (model.between**2 + model.within**2) ** 0.5)]
    assert len(far) and f"{len(far)} of {len(pairs)} residuals lie beyond 3 SD ({far['SUBJID'].iloc[0]}" in made.finding
    (predicted,) = [trace for trace in made.figure.data if trace.meta == "predicted"]
    assert [len(made.behind[key]) for (key,) in predicted.customdata] == peaks["N"].tolist()
    rest = concentration_and_qtc(views[CUT], analyte, "residuals").figure
    assert {trace.meta for trace in rest.data}.isdisjoint({"line", "predicted"})
    assert f"{len(pairs)} pairs of 35 of 35 treated subjects" in made.population


PEOPLE = "ABCDEFG"
ECGS = """USUBJID | EGTESTCD | EGSTRESN | EGTPT | EGDTC | EGBLFL
{0} | QTCF | 400 | PREDOSE | 2007-06-01T08:30 | Y
{0} | QTCF | {1} | END OF INFUSION | 2007-06-01T11:00 | .
{0} | QTCF | {2} | 4H | 2007-06-01T13:00 | ."""
SAMPLES = """USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCTPTREF | PCDTC
{0} | ANNAMYC | {1} | 2H | COURSE 1 DAY 1 | 2007-06-01T11:10
{0} | ANNAMYC | {2} | 4H | COURSE 1 DAY 1 | 2007-06-01T13:30"""


@pytest.fixture(scope="module")
def seven(make_cut, trial) -> View:
    """A to G with pairs at 2 and at 4 hours (30 minutes apart); H: sample 31 minutes late, below the limit, no clock
    time of the ECG; I: no baseline."""
    eg, pc = [ECGS.splitlines()[0]], [SAMPLES.splitlines()[0]]
    for n, name in enumerate(PEOPLE):
        eg += ECGS.format(name, 410 + n, 405 + n % 3).splitlines()[1:]
        pc += SAMPLES.format(name, 1000 + 100 * n, 400 + 30 * n).splitlines()[1:]
    eg += ["H | QTCF | 400 | PREDOSE | 2007-06-01T08:30 | Y", "H | QTCF | 409 | 4H | 2007-06-01T13:00 | ."]
    eg += ["H | QTCF | 402 | 24H | 2007-06-02T09:00 | .", "H | QTCF | 403 | UNPLANNED | 2007-06-03 | ."]
    eg += ["I | QTCF | 420 | END OF INFUSION | 2007-06-01T11:00 | ."]
    pc += ["H | ANNAMYC | 300 | 4H | COURSE 1 DAY 1 | 2007-06-01T13:31"]
    pc += ["H | ANNAMYC | <1 | 24H | COURSE 1 DAY 1 | 2007-06-02T08:45"]
    pc += ["H | ANNAMYC | 7 | 25H | COURSE 1 DAY 1 | 2007-06-02T09:20"]
    pc += ["I | ANNAMYC | 500 | 2H | COURSE 1 DAY 1 | 2007-06-01T11:00"]
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | {THREE}" for name in f"{PEOPLE}HI")
    data = trial_data(people, eg="\n".join(eg), pc="\n".join(pc))
    numbers = [float(n) for n in range(1, len(data["pc"]) + 1)]
    data["pc"] = data["pc"].assign(PCSTRESU="ng/mL", PCTEST="Annamycin", PCSEQ=numbers)
    values = pandas.to_numeric(data["eg"]["EGSTRESN"])
    data["eg"] = data["eg"].assign(EGSTRESN=values, EGSTRESU="ms", EGSEQ=[float(n) for n in range(1, len(values) + 1)])
    return View(make_cut(data, trial, date(2007, 12, 1)))


def only(view: View, names: str) -> View:
    return View(view.cut, filters=Filters(subjects=tuple(names)))


def test_a_pair_is_no_further_apart_than_the_gap_and_the_nearest_sample_counts(seven):
    made = concentration_and_qtc(only(seven, "AHI"))
    assert "at most 30 minutes apart" in made.method
    table = made.table.set_index(["SUBJID", "ATPT"])
    assert table.loc[("A", "4H"), "GAP"] == 30 and table.loc[("A", "4H"), "CONC"] == 400
    assert table.loc[("H", "4H"), "OUT"] == "no sample within 30 minutes"
    assert (table.loc[("H", "24H"), "CONC"], table.loc[("H", "24H"), "GAP"]) == (0, -15), "below the limit counts as 0"
    assert table.loc[("H", "UNPLANNED"), "OUT"] == "the ECG has no clock time"
    assert table.loc[("I", "END OF INFUSION"), "OUT"] == "no baseline QTcF"


def test_the_line_needs_five_subjects_and_the_sentence_on_placebo_is_always_there(seven):
    made = concentration_and_qtc(seven)
    assert concentration_and_qtc(seven, "METABOLITE").finding == made.finding, "of what the cut holds"
    assert "15 pairs of 8 subjects" in made.finding and "predicted" in {trace.meta for trace in made.figure.data}
    assert "Mean residual by planned time" in made.finding, "at 2, 4 and 24 hours"
    four = concentration_and_qtc(only(seven, "ABCD"))
    assert four.sentences[0].endswith("8 pairs of 4 subjects carry no model, a line needs at least 5 subjects.")
    assert {trace.meta for trace in four.figure.data}.isdisjoint({"line", "interval", "predicted"})
    one = concentration_and_qtc(only(seven, "A"), part="residuals")
    assert "fewer than two subjects" in one.sentences[0] and one.figure.layout.yaxis.title.text == "Change of QTcF (ms)"
    none = concentration_and_qtc(only(seven, "I"))
    assert none.figure is None and "1 no baseline QTcF" in none.finding and none.collected
    for shown in (made, four, one, none):
        assert NO_PLACEBO in shown.finding


def test_nobody_and_nothing_are_said(seven, make_cut, trial):
    nobody = View(seven.cut, filters=Filters(sites=("none",)))
    assert concentration_and_qtc(nobody).finding == "No subjects match the filters."
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\nA | A130 | {THREE}", pc=SAMPLES.format("A", 10, 5))
    data["pc"] = data["pc"].assign(PCSTRESU="ng/mL", PCTEST="Annamycin", PCSEQ=[1.0, 2.0])
    assert concentration_and_qtc(View(make_cut(data, trial))).finding.startswith("Electrocardiograms: not collected")
    bare = View(make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial))
    assert concentration_and_qtc(bare).finding.startswith("Concentrations: not collected")


def test_each_predicted_change_has_its_interval(views):
    """As a second computation of the model gives them from the raw files: V = within × I + between × same subject."""
    finding = concentration_and_qtc(views["2008-02-29"]).finding
    assert (
        "Predicted for the others (90 % CI): +4.8 ms (−0.6 to +10.2) at 130 mg/m²/day, "
        "+6.0 ms (+2.0 to +10.1) at 160 mg/m²/day and +7.5 ms (+3.8 to +11.3) at 190 mg/m²/day." in finding
    )
