"""Odd deliveries of concentrations in one cut: planned times in many words, results of no use, and what is said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import isnan

import pandas
import pytest
from building import building
from test_definition_pk import TEXT

from displays.pharmacokinetics.curves import concentration_curves
from displays.pharmacokinetics.parameters_by_subject import parameters_by_subject
from displays.pharmacokinetics.ratios import metabolite_ratio
from displays.pharmacokinetics.terminal_line import terminal_line
from displays.subject.concentrations import subject_concentrations
from queries import View
from trial import Trial

START = datetime(2007, 6, 1, 9)
HOURS_OF_WORDS = {
    "2H": 2,
    "PREDOSE": 0,
    "Pre-infusion": 0,
    "-5 MIN": -1 / 12,
    "5 MIN BEFORE INFUSION": -1 / 12,
    "PREDOSE -10 MIN": -1 / 6,
    "4,0 H": 4,
    "0,5 h": 0.5,
    ".5 H": 0.5,
    "1h30": 1.5,
    "1 HR 30 MIN": 1.5,
    "90 minutes": 1.5,
    "DAY 1 4 HOURS POST START": 4,
    "2 HR POST END OF INFUSION": 4,
    "120 min after EOI": 4,
    "EOI": 2,
    "5 MIN BEFORE END OF INFUSION": 2 - 1 / 12,
    "2 H POST-INFUSION": None,
    "2-4 H": None,
    "30 MIN AFTER THE 2 H INFUSION": None,
    "24 H PREDOSE": None,
    "1:30": None,
    "D1H2": None,
    "EARLY": None,
}
"""PCTPT → planned hours after the start of an infusion that the trial plans for two hours; none where it is unclear."""
HOURS_OF_REFERENCE = {
    # PCELTM, PCTPTREF, PCTPT → planned hours
    ("PT2H", "END OF INFUSION", "2H"): 4,
    ("-PT10M", "END OF INFUSION", "BEFORE THE END"): 2 - 1 / 6,
    ("PT2H", "INFUSION START", "END OF INFUSION"): 2,
    ("PT2H", "", "END OF INFUSION"): 2,
    ("PT2H", "", "2 H POST EOI"): 4,
    ("PT0H", "END OF INFUSION", "PREDOSE"): 0,
    ("", "END OF INFUSION", "PREDOSE"): 0,
    ("", "END OF INFUSION", "2H"): 4,
}
PROFILES = {
    # hours → concentration of the drug, and the limit of quantification
    "no unit": ({0: "<1", 2: "800", 4: "400"}, "1", ""),
    "above": ({2: ">900", 4: ">900"}, "1", "ng/mL"),
    "below": ({2: "<1", 4: "0"}, "1", "ng/mL"),
    "limit of 0": ({0: "0", 2: "800", 4: "400", 6: "200"}, "0", "ng/mL"),
    "no metabolite": ({2: "800", 4: "400", 24: "10"}, "1", "ng/mL"),
    "no time planned": ({2: "800", None: "500", 4: "400"}, "1", "ng/mL"),
}


def record(name: str, number: int, value: str, hour: float | None, **more) -> dict:
    when = START + timedelta(hours=5 if hour is None else hour)
    return (
        dict(USUBJID=name, PCSEQ=number, PCTESTCD="DRUGX", PCTEST="Drug", PCSTRESC=value, PCSTRESU="ng/mL")
        | dict(PCLLOQ="1", PCSPEC="PLASMA", PCDTC=when.isoformat(timespec="minutes"), PCTPTREF="COURSE 1 DAY 1")
        | dict(PCELTM="" if hour is None else f"PT{hour}H", PCTPT="")
        | more
    )


def delivery(*names: str) -> dict[str, pandas.DataFrame]:
    pc = []
    for number, words in enumerate(HOURS_OF_WORDS, 1):
        pc.append(record("words", number, "5", 1, PCELTM="", PCTPT=words, PCDTC="2007-06-01"))
    for number, (elapsed, reference, words) in enumerate(HOURS_OF_REFERENCE, 1):
        told = dict(PCELTM=elapsed, PCTPTREF=f"COURSE 1 DAY 1 {reference}".strip(), PCTPT=words)
        end = dict(PCRFTDTC="2007-06-01T11:00") if "END" in reference else {}
        pc.append(record("reference", number, "5", 1, **told, **end))
    for name, (values, limit, unit) in PROFILES.items():
        for number, (hour, value) in enumerate(values.items(), 1):
            pc.append(record(name, number, value, hour, PCLLOQ=limit, PCSTRESU=unit))
            below = record(name, number + 50, "0", hour, PCTESTCD="METX", PCTEST="Metabolite")
            pc += [below] if name == "no metabolite" else []
    people = ["words", "reference", *PROFILES]
    ex = [
        dict(USUBJID=n, EXSEQ=1, EXTRT="DRUG", EXDOSE=100, EXDOSU="mg/m2", EXDOSFRQ="ONCE", EXROUTE="INTRAVENOUS")
        | dict(EXSTDTC="2007-06-01" if n == "reference" else "2007-06-01T09:00")
        for n in people
    ]
    dm = [dict(STUDYID="T", USUBJID=n, SITEID="1", ARMCD="A100", ARM="100 mg") for n in people]
    frames = {name: pandas.DataFrame(rows) for name, rows in dict(pc=pc, ex=ex, dm=dm).items()}
    wanted = names or people
    return {name: frame[frame["USUBJID"].isin(wanted)] for name, frame in frames.items()}


def loaded(*names: str, without: str = ""):
    told = {name: frame for name, frame in delivery(*names).items() if name != without}
    return building(told, Trial.parse(TEXT.replace("[pk]", "[pk]\ninfusion_hours = 2")), date(2007, 11, 30))


@pytest.fixture(scope="module")
def made():
    return loaded()


def planned(made, name: str) -> list[float | None]:
    rows = sorted(made.rows_of("adpc", name), key=lambda row: row.PCSEQ)
    return [None if isnan(row.NRRLT) else row.NRRLT for row in rows]


def test_planned_hours_are_read_from_words_that_say_one_time_and_from_no_others(made):
    found = dict(zip(HOURS_OF_WORDS, planned(made, "words"), strict=True))
    assert found == {words: pytest.approx(hours) for words, hours in HOURS_OF_WORDS.items()}


def test_what_is_planned_after_the_end_of_an_infusion_is_counted_from_its_start(made):
    found = dict(zip(HOURS_OF_REFERENCE, planned(made, "reference"), strict=True))
    assert found == {told: pytest.approx(hours) for told, hours in HOURS_OF_REFERENCE.items()}
    # the start has no clock time, and the end of the infusion does not stand for it
    assert all(isnan(row.ARRLT) for row in made.rows_of("adpc", "reference"))


def test_a_sample_that_nobody_planned_is_not_mistimed_and_a_limit_of_0_is_none(made):
    rows = {row.PCSEQ: row for row in made.rows_of("adpc", "no time planned")}
    assert isnan(rows[2].NRRLT) and rows[2].ARRLT == 5 and rows[2].MISTIMFL is None
    assert all(isnan(row.ALLOQ) for row in made.rows_of("adpc", "limit of 0"))


def test_concentrations_that_are_not_known_are_not_called_low(made):
    said = {name: subject_concentrations(View(made, None), name).sentences[0] for name in PROFILES}
    assert said["below"] == "No concentration above the limit of quantification."
    assert said["no unit"] == "No highest concentration is known (1 of 3 samples below the limit)."
    for name, below in (("no unit", "1 of 3"), ("above", "0 of 2")):
        alone = concentration_curves(View(loaded(name), None)).sentences[0]
        assert alone == f"Drug on day 1: no highest concentration is known ({below} samples below the limit)."


def test_a_ratio_of_0_and_a_limit_of_0_are_drawn(made):
    view = View(made, None)
    told = metabolite_ratio(view, measure="MRAUCLST", day="1.1")
    assert (
        any(said.startswith("No geometric mean is given, for ratios of 0: 1 of") for said in told.sentences)
        and told.figure
    )
    assert terminal_line(view, subject="limit of 0", analyte="PARENT", day="1.1").figure


def test_parameters_are_new_where_the_previous_cut_had_no_concentrations(made):
    table = parameters_by_subject(View(made, loaded(without="pc")), analyte="PARENT", day="1.1").table
    assert len(table) and (table["SINCE"] != "").all()
