"""Concentrations of single oral doses, as a sponsor delivers them: SDTM with ADPC beside it, and ADaM alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from math import exp

import pandas
import pytest
from building import building, kept
from plain_pk import analysed

from displays.pharmacokinetics.dose_proportionality import dose_proportionality
from displays.pharmacokinetics.parameters_by_dose import parameters_by_dose
from displays.pharmacokinetics.samples import pk_samples
from displays.pharmacokinetics.terminal_line import terminal_line
from displays.subject.pk_parameters import subject_parameters
from ingest.delivery import Delivery
from queries import View
from trial import Trial

TEXT = """
[trial]
id = "SAD"
title = "Single doses"
dose_unit = "mg"
[test_codes]
PARENT_DRUG = ["DRUGX"]
METABOLITE = ["METX"]
"""
START = datetime(2022, 7, 5, 8, 30)
HOURS = (0, 0.5, 1, 1.5, 2, 4, 8, 12, 24, 48)
DOSES = {"X-1": 5.0, "X-2": 10.0, "X-3": 20.0}
LEFT_OUT = 3
"""The place of a sample of X-1 that the sponsor left out."""


def level(dose, code, hour):
    """ng/mL by first-order absorption; below 1 not quantified."""
    value = dose * (20 if code == "DRUGX" else 6) * (exp(-0.1 * hour) - exp(-1.5 * hour))
    return round(value, 4) if value >= 1 else None


def concentrations() -> pandas.DataFrame:
    rows = [(subject, code, hour) for subject in DOSES for code in ("DRUGX", "METX") for hour in HOURS]
    found = []
    for number, (subject, code, hour) in enumerate(rows, 1):
        value = level(DOSES[subject], code, hour)
        found.append(
            dict(USUBJID=subject, PCSEQ=number, PCTESTCD=code, PCTEST=code, PCSPEC="PLASMA", PCSTRESU="ng/mL")
            | dict(PCSTRESC="BLQ" if value is None else str(value), PCSTRESN=value, PCLLOQ=1.0)
            | dict(PCTPT="PREDOSE" if hour == 0 else f"{hour} H POSTDOSE", PCRFTDTC=START.isoformat())
            | dict(PCDTC=(START + timedelta(hours=hour)).isoformat())
        )
    return pandas.DataFrame(found)


def subjects() -> dict[str, pandas.DataFrame]:
    dm = pandas.DataFrame([dict(USUBJID=s, ARM=f"{d:g} mg", ACTARM=f"{d:g} mg") for s, d in DOSES.items()])
    ex = pandas.DataFrame([dict(USUBJID=s, EXDOSE=d) for s, d in DOSES.items()])
    once = dict(EXSEQ=1, EXTRT="DRUGX", EXDOSU="mg", EXROUTE="ORAL", EXDOSFRQ="ONCE", EXSTDTC=START.isoformat())
    return {"dm": dm.assign(STUDYID="SAD", SITEID="1", ARMCD="A", ACTARMCD="A"), "ex": ex.assign(**once)}


def analysis() -> pandas.DataFrame:
    """ADPC: the same samples under ADaM's names."""
    names = {"PCTESTCD": "PARAMCD", "PCSTRESN": "AVAL", "PCSTRESC": "AVALC", "PCSEQ": "ASEQ", "PCDTC": "ADTM"}
    made = concentrations().rename(columns=names | {"PCTPT": "ATPT", "PCRFTDTC": "PCRFTDTM"})
    made = made.assign(PARAM=made["PARAMCD"] + " (ng/mL)", NCAXFL="", NCAXRS="")
    made.loc[LEFT_OUT, ["NCAXFL", "NCAXRS"]] = ["Y", "vomited"]
    return made.drop(columns=["PCTEST", "PCSTRESU", "PCSPEC", "PCLLOQ"])


@pytest.fixture(scope="module")
def beside():
    """SDTM with PC, and ADPC that flags one sample by the number of its PC record."""
    flagged = analysis().assign(PCSEQ=concentrations()["PCSEQ"])[["USUBJID", "PCSEQ", "NCAXFL", "NCAXRS"]]
    return building(
        Delivery(subjects() | {"pc": concentrations()}, {"adpc": flagged}), Trial.parse(TEXT), date(2023, 1, 1)
    )


@pytest.fixture(scope="module")
def alone():
    """ADPC and ADPP, and neither PC nor PP."""
    own = [dict(USUBJID="X-1", PARAMCD="CMAX", PARAM="Cmax (ug/mL)", PARCAT1="DRUGX", AVAL=0.09, ADT="2022-07-05")]
    adam = {"adpc": analysis(), "adpp": pandas.DataFrame(own)}
    return building(Delivery(subjects(), adam), Trial.parse(TEXT), date(2023, 1, 1))


@pytest.mark.parametrize("source", ["beside", "alone"])
def test_what_the_sponsor_left_out_is_left_out_with_its_reason(source, request):
    made = request.getfixturevalue(source)
    out = made.table("adpc").query("EXCLFL == 'Y'")
    assert out[["USUBJID", "NRRLT", "EXCLRS"]].values.tolist() == [["X-1", HOURS[LEFT_OUT], "vomited"]]
    assert made.table("pkprofile")["REASON"].value_counts().to_dict() == {"EXCLUDED": 1}


@pytest.mark.parametrize("source", ["beside", "alone"])
def test_the_parameters_of_an_oral_dose_are_those_of_plain_python(source, request):
    table = request.getfixturevalue(source).table("adpp").set_index(["USUBJID", "ANALYTE", "PARAMCD"])["DERIVED"]
    for subject, dose in DOSES.items():
        points = [(float(hour), level(dose, "DRUGX", hour) or 0.0) for hour in HOURS]
        points = [point for place, point in enumerate(points) if (subject, place) != ("X-1", LEFT_OUT)]
        expected = analysed(points, 0, dose) | {"MRTIVIFO": None, "VSSO": None, "CLO": None}
        for code, value in expected.items():
            if value is not None:
                assert table[subject, "PARENT", code] == pytest.approx(value, rel=1e-9), code
        assert table[subject, "PARENT", "CLFO"] == pytest.approx(dose * 1e3 / expected["AUCIFO"])
        assert table[subject, "PARENT", "VZFO"] == pytest.approx(dose * 1e3 / expected["AUCIFO"] / expected["LAMZ"])
        assert (subject, "PARENT", "CLO") not in table.index
    assert table["X-3", "METABOLITE", "MRCMAX"] == pytest.approx(0.3, rel=1e-3)


def test_a_parameter_of_adpp_stands_beside_ours(alone):
    row = alone.table("adpp").query("USUBJID == 'X-1' and ANALYTE == 'PARENT' and PARAMCD == 'CMAX'").iloc[0]
    assert (row.AVAL, row.DELIVERED, row.DIFFFL) == (level(5.0, "DRUGX", 2), 90, "Y")


def test_a_published_range_stands_beside_with_its_population_and_source(beside):
    told = "parameter = 'CLFO'\nlow = 2\nhigh = 4.5"
    cited = f"[[published]]\npopulation = 'adults'\ntext = 'slow'\nsource = 'Journal 2000'\n{told}"
    beside.connection.execute("create temporary table before as select * from trial.cut")
    beside.connection.execute("update trial.cut set DEFINITION = DEFINITION || ?", [f"\n{cited}\n"])
    made = parameters_by_dose(View(replace(beside, answers=kept())))
    beside.connection.execute("update trial.cut set DEFINITION = (select DEFINITION from before)")
    assert "Published of another population: 2 to 4.5 L/h in adults." in made.sentences
    assert "Another population, adults: slow (Journal 2000)." in made.method
    assert "No published figures of another population" in parameters_by_dose(View(beside)).method


def test_the_displays_speak_of_single_doses_of_several_arms(beside):
    view = View(beside)
    assert parameters_by_dose(view).finding.startswith("DRUGX, day 1: geometric mean clearance over bioavailability")
    made = dose_proportionality(view)
    assert "exposure is dose-proportional" in made.finding and "(given: 5 to 20 mg)" in made.finding


def test_the_terminal_phase_of_an_oral_dose_gives_clearance_over_bioavailability(beside):
    view = View(beside)
    made, own = terminal_line(view, "X-1"), subject_parameters(view, "X-1").table.set_index(["ANALYTE", "PARAMCD"])
    assert "clearance over bioavailability" in made.finding and "(extravascular)" in made.population
    table = made.table.set_index("PARAM")["NOW"]
    assert table["Clearance over bioavailability (L/h)"] == pytest.approx(own["AVAL"]["PARENT", "CLFO"])
    assert not [name for name in table.index if "steady state" in name]
    assert "1 excluded by the sponsor" in pk_samples(view).finding
