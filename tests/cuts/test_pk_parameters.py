"""PK parameters of the sample trial: against plain Python over the raw rows, against the curves it was made from, and
the displays of parameters, proportionality and metabolite against the same rows."""

from __future__ import annotations

from datetime import datetime
from math import exp, isnan, log
from statistics import fmean, stdev

import pandas
import pytest
from drawn import THREE, trial_data
from plain_pk import analysed
from sample_raw import day, rows

from displays.groups import NOBODY
from displays.pharmacokinetics.clearance import clearance
from displays.pharmacokinetics.dose_proportionality import dose_exposures, dose_proportionality
from displays.pharmacokinetics.parameters_by_dose import ALL, parameters_by_dose
from displays.pharmacokinetics.parameters_by_subject import parameters_by_subject
from displays.pharmacokinetics.ratios import accumulation, metabolite_ratio
from queries import Filters, View
from sample_data.generator import pk as truth
from sample_data.generator.story import read

CUT = "2008-02-29"
CODES = {"PARENT": "ANNAMYC", "METABOLITE": "ANNAMYOL"}


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def raw_infusions() -> dict[tuple[str, int], dict]:
    """Infusions of course 1: start, end, mg/m², mg, and the hour at which the next one began."""
    ex, vs = rows(CUT, "ex"), rows(CUT, "vs")
    ex = ex[ex["EXDOSE"] > 0].sort_values("EXSTDTC")
    surface = vs[vs["VSTESTCD"] == "BSA"].set_index("SUBJID")["VSSTRESN"]
    found = {}
    for name, own in ex.groupby("SUBJID"):
        starts = [moment(text) for text in own["EXSTDTC"]]
        for place, row in enumerate(own.itertuples()):
            number = (day(row.EXSTDTC) - day(own["EXSTDTC"].iloc[0])).days + 1
            if number > 7:
                continue
            later = [(start - starts[place]).total_seconds() / 3600 for start in starts[place + 1 :]]
            found[name, number] = {
                "start": starts[place],
                "end": (moment(row.EXENDTC) - starts[place]).total_seconds() / 3600,
                "dose": row.EXDOSE,
                "mg": row.EXDOSE * surface[name],
                "next": later[0] if later else float("inf"),
            }
    return found


def raw_profiles() -> dict[tuple[str, str, int], list[tuple[float, float]]]:
    """(subject, analyte, day) → hours and ng/mL of the samples that were measured before the next infusion began."""
    infusions, pc = raw_infusions(), rows(CUT, "pc")
    found: dict = {}
    for row in pc[pc["PCSTAT"] != "NOT DONE"].itertuples():
        number = int(row.PCTPTREF.split()[3])
        infusion = infusions[row.SUBJID, number]
        hour = (moment(row.PCDTC) - infusion["start"]).total_seconds() / 3600
        if hour <= infusion["next"]:
            value = 0.0 if row.PCSTRESC.startswith("<") else row.PCSTRESN
            found.setdefault((row.SUBJID, row.PCTESTCD, number), []).append((max(hour, 0.0), value))
    return {key: sorted(points) for key, points in found.items()}


@pytest.fixture(scope="module")
def expected() -> dict[tuple[str, str, int], dict]:
    """(subject, analyte, day) → the parameters by plain Python."""
    infusions = raw_infusions()
    return {
        (name, analyte, number): analysed(
            points, infusions[name, number]["end"], infusions[name, number]["mg"] if analyte == "PARENT" else None
        )
        for (name, code, number), points in raw_profiles().items()
        for analyte in CODES
        if CODES[analyte] == code
    }


def test_the_parameters_of_the_sample_are_those_of_the_raw_rows(views, expected):
    adpp = views[CUT].cut.table("adpp").assign(SUBJID=lambda t: t["USUBJID"].str[-7:])
    found = {(r.SUBJID, r.ANALYTE, r.COURSEDY, r.PARAMCD): r.AVAL for r in adpp.itertuples()}
    assert {key[:3] for key in found} == set(expected) and len(expected) > 130
    compared = 0
    for key, values in expected.items():
        for code, value in values.items():
            if (*key, code) in found:
                assert found[*key, code] == pytest.approx(value, rel=1e-9, nan_ok=True), (key, code)
                compared += not isnan(value)
    assert compared > 1000


def test_the_true_curves_of_the_sample_come_back_within_the_noise_of_the_assay(expected):
    """The generator's own exponentials, integrated. The assay's noise has a standard deviation of 7 % a sample.

    The AUC to the last sample: each within 25 %, their mean within 3 %. Clearance, where a sample at 24 h can be used:
    each within 25 %, on average up to a tenth too high, since the terminal slope is not yet reached by then.
    """
    infusions, areas, clearances = raw_infusions(), [], []
    for subject in read().treated:
        found = expected.get((subject.id[-7:], "PARENT", 1))
        if found is None:
            continue
        person = subject.random("pk person")
        faster, larger, _ = (exp(person.gauss(0, 0.16)) for _ in range(3))
        dose = infusions[subject.id[-7:], 1]["dose"]
        first = dose * 1000 / (truth.VOLUME_L_PER_M2 * larger)
        terms = ((truth.SHARE_FAST, truth.FAST * faster), (1 - truth.SHARE_FAST, truth.SLOW * faster))
        last = found["TLST"]
        to_last = first * sum(
            share / rate * (1 - (exp(2 * rate) - 1) / (2 * rate) * exp(-rate * last)) for share, rate in terms
        )
        areas.append(found["AUCLST"] / to_last)
        whole = first * sum(share / rate for share, rate in terms)
        clearances.append((last, whole / found["AUCIFO"]))
    known = [(last, value) for last, value in clearances if not isnan(value)]
    day = [value for last, value in known if last > 20]
    assert len(areas) == 35 and max(abs(value - 1) for value in areas) < 0.25 and abs(fmean(areas) - 1) < 0.03
    assert len(day) == 20 and max(abs(value - 1) for value in day) < 0.25 and 1 < fmean(day) < 1.1


def geometric(values) -> tuple[float, float]:
    logs = [log(value) for value in values]
    return exp(fmean(logs)), (exp(stdev(logs) ** 2) - 1) ** 0.5


def arms() -> dict[str, str]:
    dm = rows(CUT, "dm")
    return dict(zip(dm["SUBJID"], dm["ACTARM"], strict=True))


def test_the_parameters_by_dose_are_those_of_the_raw_rows(views, expected):
    made, of = parameters_by_dose(views[CUT]), arms()
    table = made.table.set_index(["PARAMCD", "TRTA"])
    for code in ("CMAX", "AUCINT", "AUCIFO", "LAMZHL", "CLO"):
        values = {key[0]: found[code] for key, found in expected.items() if key[1:] == ("PARENT", 1)}
        for dose in table.loc[code].index:
            own = [v for name, v in values.items() if dose == ALL or dose.split()[0] in of[name]]
            known = [value for value in own if not isnan(value)]
            row = table.loc[code, dose]
            assert (row["N"], row["NMISS"]) == (len(known), len(own) - len(known))
            assert (row["GEOMEAN"], row["GEOCV"]) == pytest.approx(geometric(known), rel=1e-9)
            assert (row["LOW"], row["HIGH"]) == pytest.approx((min(known), max(known)))
            assert row["MEDIAN"] == pytest.approx(pandas.Series(known).median())
    assert "n = 34" in made.finding and "of 35 subjects" in made.finding
    assert {len(people) for key, people in made.behind.items() if key.startswith("N ")} <= set(range(1, 36))


def test_each_subject_has_its_own_row_and_what_is_uncertain_is_said(views, expected):
    made = parameters_by_subject(views[CUT], "PARENT", "1.1")
    table = made.table.set_index("SUBJID")
    assert len(table) == 35 and made.finding.startswith("Annamycin, day 1:")
    flagged = {key[0] for key, found in expected.items() if key[1:] == ("PARENT", 1) and found["AUCPEO"] > 20}
    assert flagged and flagged == set(table.index[table["FLAGS"].str.contains("over 20 % of the AUC extrapolated")])
    lacking = [key[0] for key, found in expected.items() if key[1:] == ("PARENT", 1) and isnan(found["LAMZHL"])]
    assert lacking and all("Half-life: fewer than three samples" in table.loc[name, "WHY"] for name in lacking)
    assert all("not known: fewer than three samples" in table.loc[name, "NOTES"] for name in lacking)
    told = table["FLAGS"].ne("") | table["WHY"].ne("")
    assert f"{told.sum()} of 35 profiles with a parameter that is flagged or not known" in made.finding


def test_profiles_that_end_before_their_last_planned_sample_are_told_apart(views, expected):
    cut = views[CUT].cut.table("adpp")
    rows_ = cut[cut["PARAMCD"].isin(["AUCLST", "LAMZHL", "AUCIFO", "CLOSA"]) & cut["AVAL"].notna()]
    told = {(r.USUBJID[-7:], r.ANALYTE, r.COURSEDY): "ENDSEARLY" in str(r.NOTE).split(";") for r in rows_.itertuples()}
    planned = {1: 24, 3: 48}
    assert told == {key: found["TLST"] < 0.9 * planned[key[2]] for key, found in expected.items()}
    surface = rows(CUT, "vs").query("VSTESTCD == 'BSA'").set_index("SUBJID")["VSSTRESN"]
    groups: dict[bool, list[float]] = {True: [], False: []}
    for (name, analyte, number), found in expected.items():
        if (analyte, number) == ("PARENT", 1) and not isnan(found["CLO"]):
            groups[found["TLST"] < 20].append(found["CLO"] / surface[name])
    early, others = (geometric(groups[side])[0] for side in (True, False))
    said = f"14 of 34 profiles end before the last planned sample: geometric mean clearance per m² {early:.2f} L/h/m²"
    assert len(groups[True]) == 14 and early > 1.3 * others
    for made in (parameters_by_dose(views[CUT]), clearance(views[CUT])):
        assert f"{said} there, {others:.2f} L/h/m² in the others." in made.finding
    number = sum(told[key] for key in told if key[1:] == ("METABOLITE", 1))
    ratio = metabolite_ratio(views[CUT], "MRAUCLST").population
    assert number == 15 and ratio.endswith(f"flagged: profile ends before the last planned sample ({number}).")
    assert (parameters_by_dose(views[CUT]).table.set_index("PARAMCD").loc["TMAX", "GEOMEANC"] == "–").all()


def test_clearance_accumulation_and_ratio_are_those_of_the_raw_rows(views, expected):
    sizes = clearance(views[CUT], "CLO", "WEIGHT").table.set_index("SUBJID")["AVAL"].dropna()
    plain = {key[0]: found["CLO"] for key, found in expected.items() if key[1:] == ("PARENT", 1)}
    assert sizes.to_dict() == pytest.approx({name: value for name, value in plain.items() if not isnan(value)})
    twice = accumulation(views[CUT]).table.set_index("SUBJID")["VALUE"].dropna()
    assert len(twice) > 25
    for name, value in twice.items():
        first, later = (expected[name, "PARENT", number]["AUCINT"] for number in (1, 3))
        assert value == pytest.approx(later / first)
    shares = metabolite_ratio(views[CUT], "MRCMAX", "DISEASE", "1.3")
    for name, value in shares.table.set_index("SUBJID")["VALUE"].items():
        one, other = (expected[name, analyte, 3]["CMAX"] for analyte in ("METABOLITE", "PARENT"))
        assert value == pytest.approx(one / other)
    assert "by mass; the trial definition states no molar masses" in shares.method


def test_proportionality_is_judged_over_the_planned_doses_on_one_value_a_subject(views, expected):
    made, infusions = dose_proportionality(views[CUT], "PARENT", "CMAX"), raw_infusions()
    points = [
        (log(infusions[key[0], 1]["dose"]), log(found["CMAX"]))
        for key, found in expected.items()
        if key[1:] == ("PARENT", 1)
    ]
    x, y = (fmean(values) for values in zip(*points, strict=True))
    slope = sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)
    assert f"slope {slope:.2f}" in made.sentences[0] and f"in {len(points)} subjects" in made.sentences[0]
    assert "0.743 to 1.257 over the planned 130 to 310 mg/m² (given: 130 to 230)" in made.sentences[1]
    assert ("AUCIFO", "AUC to infinity") not in dose_exposures(views[CUT], "METABOLITE")
    assert [mark.customdata.shape[1] for mark in made.figure.data if mark.customdata is not None] == [1]


@pytest.fixture(scope="module")
def without_pc(make_cut, trial):
    """A delivery without concentrations."""
    return View(make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial))


def test_parameters_of_a_sponsor_without_concentrations_are_shown_as_such(make_cut, trial):
    columns = "USUBJID | PPTESTCD | PPCAT | PPSTRESC | PPSTRESU | PPRFDTC"
    rows = ["S1 | CMAX | ANNAMYC | 90 | ng/mL | 2007-06-01", "S1 | CLO | ANNAMYC | 7 | L/h | 2007-06-01"]
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}", pp="\n".join([columns, *rows]))
    data["pp"] = data["pp"].assign(PPSEQ=[1.0, 2.0])
    view, flag = View(make_cut(data, trial)), "value of the sponsor, not derived"
    by_dose = parameters_by_dose(view)
    peak = by_dose.table[by_dose.table["PARAMCD"] == "CMAX"].iloc[0]
    assert (peak.N, float(peak.MEDIAN), peak.FLAGS) == (1, 90.0, f"{flag} (1)")
    assert by_dose.title == "L-Annamycin, day 1: parameters by dose"
    by_subject = parameters_by_subject(view).table.iloc[0]
    assert (by_subject.CMAX, by_subject.FLAGS) == ("90.0", flag)
    whole = clearance(view, "CLO").table.iloc[0]
    assert (whole.AVAL, whole.FLAGS) == (7.0, flag)
    assert dose_exposures(view) == (("CMAX", "Cmax"),)
    assert dose_proportionality(view, exposure="CMAX").table["AVAL"].tolist() == [90.0]


DISPLAYS = (parameters_by_dose, parameters_by_subject, clearance, accumulation, dose_proportionality, metabolite_ratio)


@pytest.mark.parametrize("make", DISPLAYS, ids=lambda make: make.__name__)
def test_nobody_and_no_concentrations_are_said(views, without_pc, make):
    none = make(View(views[CUT].cut, filters=Filters(sites=("none",))))
    assert none.finding == NOBODY and none.table.empty
    made = make(without_pc)
    assert made.collected is False and made.table.empty


@pytest.mark.parametrize("make", DISPLAYS, ids=lambda make: make.__name__)
def test_what_is_new_is_marked(views, make):
    made = make(views[CUT])
    assert any(made.table["SINCE"]) and "Since 30 Nov 2007" in made.finding


def test_values_that_changed_of_as_many_profiles_are_marked(views):
    """The four-hour sample of day 3 of this subject was delivered late."""
    late = View(views[CUT].cut, views[CUT].previous, Filters(subjects=("NCT00430443-105-002",)))
    made = parameters_by_dose(late, "PARENT", "1.3")
    marks = made.table[made.table["TRTA"] != ALL].set_index("PARAMCD")["SINCE"]
    assert marks[["AUCINT", "AUCLST", "CLTAU", "ARAUC"]].eq("changed").all() and marks[["CMAX", "LAMZHL"]].eq("").all()
    assert made.sentences[-1] == "Since 30 Nov 2007: values changed at 190 mg/m²/day."
    assert "Since 30 Nov 2007: +6 profiles at 190 mg/m²/day." in parameters_by_dose(views[CUT], "PARENT", "1.3").finding
    same = parameters_by_dose(View(views[CUT].cut, views[CUT].cut), "PARENT", "1.3")
    assert same.sentences[-1].endswith(": no new profile and no changed value.") and not any(same.table["SINCE"])
