"""PK displays where nothing is measurable, or a subject was sampled on one day alone: no mean of zeros, nobody dropped
in silence."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas
import pytest
from drawn import THREE, trial_data

from displays.pharmacokinetics.clearance import clearance
from displays.pharmacokinetics.dose_proportionality import dose_proportionality
from displays.pharmacokinetics.parameters_by_dose import parameters_by_dose
from displays.pharmacokinetics.parameters_by_subject import parameters_by_subject
from displays.pharmacokinetics.ratios import accumulation, metabolite_ratio
from queries import Filters, View

DRUG = {0: "<1", 2: "1000", 4: "600", 6: "400", 10: "200", 24: "40"}
LATER = {0: "40", 2: "1100", 4: "700", 8: "300", 24: "50"}
METABOLITE = {0: "<1", 2: "20", 4: "40", 6: "30", 10: "20", 24: "5"}
NEVER = dict.fromkeys(LATER, "<1")
CURVES = {
    "MEASURED": [("ANNAMYC", 1, DRUG), ("ANNAMYC", 3, LATER), ("ANNAMYOL", 1, METABOLITE)],
    "NO METABOLITE": [("ANNAMYC", 1, DRUG), ("ANNAMYC", 3, NEVER), ("ANNAMYOL", 1, NEVER)],
    "NOTHING": [("ANNAMYC", 1, NEVER)],
    "DAY 3": [("ANNAMYC", 3, LATER)],
}


def samples() -> str:
    lines = ["USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCRFTDTC | PCDTC"]
    for name, profiles in CURVES.items():
        for code, day, values in profiles:
            start = datetime(2007, 6, day, 9)
            for hour, value in values.items():
                at = start + (timedelta(hours=hour) if hour else timedelta(minutes=-10))
                lines.append(f"{name} | {code} | {value} | {hour}H | {start:%Y-%m-%dT%H:%M} | {at:%Y-%m-%dT%H:%M}")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def cut(make_cut, trial):
    people = "\n".join(f"{name} | A130 | {THREE}" for name in CURVES)
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\n{people}", pc=samples())
    pc = data["pc"]
    data["pc"] = pc.assign(PCSEQ=[float(n) for n in range(len(pc))], PCSTRESU="ng/mL", PCLLOQ=1.0, PCTEST="Annamycin")
    size = dict(VSSEQ=1.0, VSTESTCD="BSA", VSSTRESN=1.2, VSSTRESU="m2", VSDTC="2007-05-30")
    data["vs"] = pandas.DataFrame([dict(USUBJID=name) | size for name in CURVES])
    return make_cut(data, trial)


def test_a_ratio_of_zero_has_no_geometric_mean(cut):
    view = View(cut)
    later = accumulation(view)
    lowest, highest = sorted(later.table["VALUE"].dropna())
    said = f"median accumulation {highest / 2:.3f} (0 to {highest:.2f}) in 2 of 3 profiles."
    assert lowest == 0 and later.sentences[0].endswith(said)
    assert later.sentences[1] == "No geometric mean is given, for ratios of 0: 1 of 2."
    ratio = metabolite_ratio(view, "MRCMAX")
    assert "median metabolite ratio 0.0200 (0 to 0.0400) in 2 of 2 profiles." in ratio.sentences[0]
    assert all("geometric mean" not in str(trace.hovertext) for trace in ratio.figure.data)
    alone = metabolite_ratio(View(cut, filters=Filters(subjects=("MEASURED",))), "MRCMAX")
    assert "geometric mean metabolite ratio 0.0400 (0.0400 to 0.0400) in 1 of 1 profile." in alone.sentences[0]


def test_an_exposure_of_zero_is_told_and_in_no_mean(cut):
    made = dose_proportionality(View(cut), "PARENT", "CMAX")
    assert made.population.startswith("2 of 4 treated subjects with exposure and dose; 1 with an exposure or dose of 0")
    peak = parameters_by_dose(View(cut)).table.set_index("PARAMCD").loc["CMAX"]
    assert (peak["N"], peak["NMISS"], peak["GEOMEANC"], peak["RANGE"]) == (3, 0, "–", "0 to 1,000")


@pytest.mark.parametrize("make", [parameters_by_dose, parameters_by_subject])
def test_a_day_without_a_profile_is_said(cut, make):
    view = View(cut, filters=Filters(subjects=("DAY 3",)))
    assert make(view, "PARENT", "1.1").finding == "No profile of Annamycin on day 1 in these subjects."
    assert make(view, "PARENT", "1.3").table.shape[0] > 0


def test_clearance_without_a_known_age_is_not_called_unknown(cut):
    made = clearance(View(cut), "CLO")
    assert made.sentences[0] == "Clearance: known in no subject of known age."
    assert made.population.startswith("2 of 4 treated subjects with a clearance") and "2 without age" in made.population
