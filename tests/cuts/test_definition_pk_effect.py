"""What exposure is set against effect: the exposure of the first infusion, and pairs of QTcF and concentration."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from math import log

import pandas
import pytest
from conftest import DAY, SAMPLE
from drawn import THREE, trial_data
from faults import Fault, is_found

from trial import Trial

START, ECG = datetime(2007, 6, 1, 9), datetime(2007, 6, 1, 11)
MINUTES = 30
PAIRS = {
    # samples: minutes after the ECG, result → the concentration, minutes of it, why none
    "at once": ([(0, "500")], [500, 0, None]),
    "30 minutes before": ([(-30, "500")], [500, -30, None]),
    "30 minutes after": ([(30, "500")], [500, 30, None]),
    "31 minutes after": ([(31, "500")], [None, None, "NO SAMPLE"]),
    "the nearer of two": ([(-20, "500"), (10, "300")], [300, 10, None]),
    "as near: the earlier": ([(-10, "500"), (10, "300")], [500, -10, None]),
    "below the limit": ([(5, "<1")], [0, 5, None]),
    "not read": ([(5, "smudged")], [None, None, "NO SAMPLE"]),
    "not done": ([(5, "")], [None, None, "NO SAMPLE"]),
    "different results of one time": ([(5, "500"), (5, "700")], [None, None, "NO SAMPLE"]),
    "the same result twice": ([(5, "500"), (5, "500")], [500, 5, None]),
    "urine": ([(5, "500 urine")], [None, None, "NO SAMPLE"]),
    "left out by the sponsor": ([(5, "500 left")], [None, None, "NO SAMPLE"]),
    "no clock time of the ECG": ([(5, "500")], [None, None, "NO TIME"]),
    "no baseline": ([(5, "500")], [500, 5, "NO BASELINE"]),
}
RATE = log(2) / 4
CURVES = {
    # peaks after the first and the third infusion at 2 h, halved every 4 hours → AUC over 24 h, Cmax
    "E1": ([400, 100], [400 + 400 * (1 - 0.5**5.5) / RATE, 400]),
    "E2": ([100, 900], [100 + 100 * (1 - 0.5**5.5) / RATE, 100]),
    "E3": ([None, 50], [None, None]),
    "E4": ([], [None, None]),
}


def pc(subject: str, at: datetime, result: str, day: int = 1, planned: str = "2H") -> dict:
    value, _, more = result.partition(" ")
    start = START + timedelta(days=day - 1)
    return dict(
        USUBJID=subject,
        PCTESTCD="ANNAMYC",
        PCSTRESC=value,
        PCSTAT="" if value else "NOT DONE",
        PCSPEC="URINE" if more == "urine" else "PLASMA",
        LEFT="Y" if more == "left" else "",
        PCTPT=planned,
        PCTPTREF=f"COURSE 1 DAY {day}",
        PCDTC=f"{at:%Y-%m-%dT%H:%M}",
        PCRFTDTC=f"{start:%Y-%m-%dT%H:%M}",
    )


@pytest.fixture(scope="module")
def made(make_cut):
    samples, ecgs = [], []
    for name, (told, _) in PAIRS.items():
        samples += [
            pc(name, ECG + timedelta(minutes=minutes), result, planned=f"{hour}H")
            for hour, (minutes, result) in enumerate(told, start=2)
        ]
        at = "2007-06-01" if name.startswith("no clock") else f"{ECG:%Y-%m-%dT%H:%M}"
        ecgs += [(name, 400.0, "PREDOSE", "2007-06-01T08:30", "Y")] if name != "no baseline" else []
        ecgs += [(name, 410.0, "END OF INFUSION", at, "")]
    for name, (peaks, _) in CURVES.items():
        for day, peak in zip((1, 3), peaks, strict=False):
            for hour in (2, 4, 6, 10, 23.5) if peak else ():
                at = START + timedelta(days=day - 1, hours=hour)
                samples.append(pc(name, at, f"{peak * 0.5 ** ((hour - 2) / 4):.9g}", day, f"{hour:g}H"))
    people = [*[(name, "A130") for name in PAIRS], *[(name, "A160") for name in CURVES]]
    drawn = "\n".join(f"{name} | {arm} | {THREE}" for name, arm in people)
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\n{drawn}")
    data["ex"]["EXSTDTC"] = data["ex"]["EXSTDTC"] + "T09:00"
    data["ex"].loc[data["ex"]["USUBJID"] == "E2", "EXDOSE"] = [160.0, 80.0, 80.0]
    data["ex"].loc[data["ex"]["USUBJID"] == "E4", "EXDOSU"] = "mg"
    table = pandas.DataFrame(samples)
    table = table.assign(PCSEQ=[float(n) for n in range(1, len(table) + 1)], PCLLOQ=1.0, PCSTRESU="ng/mL")
    left = table.loc[table["LEFT"] == "Y", ["USUBJID", "PCSEQ"]]
    data["pc"] = table.drop(columns="LEFT").assign(PCTEST="Annamycin")
    data["supppc"] = left.assign(
        RDOMAIN="PC", IDVAR="PCSEQ", IDVARVAL=left["PCSEQ"].map("{:.0f}".format), QNAM="NCAXFL", QVAL="Y"
    ).drop(columns="PCSEQ")
    columns = ["USUBJID", "EGSTRESN", "EGTPT", "EGDTC", "EGBLFL"]
    eg = pandas.DataFrame(ecgs, columns=columns)
    data["eg"] = eg.assign(EGTESTCD="QTCF", EGSTRESU="ms", EGSEQ=[float(n) for n in range(1, len(eg) + 1)])
    return make_cut(data, Trial.read(SAMPLE / "trial.toml"), DAY)


def known(value):
    return None if pandas.isna(value) else value


@pytest.mark.parametrize("name", PAIRS)
def test_known_pairs(made, name, agrees):
    table = made.ask("qtc_concentrations", analyte="PARENT", minutes=MINUTES)
    row = table[table["USUBJID"] == name].iloc[0]
    found = [known(row[column]) for column in ("CONC", "GAP", "WHY")]
    agrees(found, PAIRS[name][1], "concentration, minutes from the ECG to the sample, why there is no pair")


def test_known_mean_peaks(made, agrees):
    table = made.ask("peak_means", analyte="PARENT").set_index("TRTAN")
    found = [table.loc[160, "N"], table.loc[160, "CMAX"]]
    agrees(found, [3, (400 * 900 * 50) ** (1 / 3)], "subjects, geometric mean of the highest Cmax", within=1e-6)


@pytest.mark.parametrize("name", CURVES)
def test_known_exposures(made, name, agrees):
    table = made.ask("first_exposure", course=1)
    row = table[table["USUBJID"] == name].iloc[0]
    agrees([known(row["AUC"]), known(row["CMAX"])], CURVES[name][1], "AUC over 24 h, Cmax", within=1e-3)
    assert (row["AUC"] > 0) == pandas.isna(row["AUCREAS"]) and (row["CMAX"] > 0) == pandas.isna(row["CMAXREAS"])
    agrees(known(row["DOSE1"]), None if name == "E4" else 160, "dose of the first infusion (mg/m²)")


FAULTS = [
    Fault("qtc-pairs", "qtc_concentrations", "<= 60 * $minutes", "< 60 * $minutes"),
    Fault("qtc-pairs", "qtc_concentrations", "when BLQFL = 'Y' then 0 else AVAL", "when false then 0 else AVAL"),
    Fault("qtc-pairs", "qtc_concentrations", "having count(distinct", "having count("),
    Fault("qtc-pairs", "qtc_concentrations", "EXCLFL is distinct from 'Y'", "true"),
    Fault("qtc-pairs", "qtc_concentrations", "'PLASMA|SERUM|BLOOD'", "'PLASMA|SERUM|BLOOD|URINE'"),
    Fault("qtc-pairs", "qtc_concentrations", "p.ADTM - e.ADTM)), p.ADTM)", "p.ADTM - e.ADTM)), p.ADTM desc)"),
    Fault("qtc-pairs", "peak_means", "exp(avg(ln(CMAX)))", "avg(CMAX)"),
    Fault("qtc-pairs", "peak_means", "max(p.AVAL)", "min(p.AVAL)"),
    Fault("first-exposure", "first_exposure", "PARAMCD = 'CMAX') as CMAX,", "PARAMCD = 'CLST') as CMAX,"),
    Fault("first-exposure", "first_exposure", "where ANALYTE = 'PARENT' and COURSE = $course and COURSEDY = 1", ""),
    Fault("first-exposure", "first_exposure", "then sum(x.DOSE) end", "then max(x.CUMDOSE) + 1 end"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
