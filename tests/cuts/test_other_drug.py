"""Another drug in another unit: every display says the trial's own, and doses are counted in the trial's unit."""

from __future__ import annotations

import json
import re
from datetime import date

import pandas
import pytest
from conftest import CUT_DATES, SAMPLE
from drawn import trial_data

from displays import Display
from displays.catalogue import PAGES
from ingest.collect import collect
from ingest.table import frame_of
from queries import View
from trial import Trial

OTHERS = {"L-ANNAMYCIN": "X", "ANNAMYOL": "XMETAB", "ANNAMYC": "XPARENT"}
STRANGE = re.compile(r"annamy|mg/m[²2]/day", re.IGNORECASE)
LATEST, BEFORE = CUT_DATES[2].isoformat(), CUT_DATES[1].isoformat()


def renamed(text: object) -> object:
    """The sample trial's text with another drug's name, arms and test codes."""
    if not isinstance(text, str):
        return text
    for old, new in OTHERS.items():
        text = re.sub(old, new, text, flags=re.IGNORECASE)
    return text.replace("mg/m2/day", "mg/kg/day")


def delivered(cut: str) -> dict[str, pandas.DataFrame]:
    """The sample trial's files as those of a trial of X, given in mg/kg."""
    tables = collect(SAMPLE / "cuts" / cut).datasets
    changed = {name: frame_of(table).map(renamed) for name, table in tables.items()}
    return changed | {"ex": changed["ex"].assign(EXDOSU="mg/kg")}


@pytest.fixture(scope="module")
def other(trial) -> Trial:
    text = trial.text.replace("mg/m²/day", "mg/kg/day")
    return Trial.parse(re.sub(r'drug_equivalence = ".*"\n', "", renamed(text)))


@pytest.fixture(scope="module")
def view(make_cut, other) -> View:
    latest, before = (make_cut(delivered(cut), other, date.fromisoformat(cut)) for cut in (LATEST, BEFORE))
    return View(latest, before)


ENTRIES = {
    entry.function.__name__: entry for page in PAGES for entry in page.displays if "method" not in entry.arguments
}
"""Every display but those of one method: these are about published cases, whatever the trial; some name its drug."""


def shown(name: str, view: View) -> Display:
    asked = {"subject": view.cut.table("adsl")["USUBJID"].iloc[3]} if ENTRIES[name].arguments else {}
    return ENTRIES[name].function(view, **asked)


def words(made: Display) -> str:
    """Everything that a reader can come to see of a display."""
    said = [made.title, made.finding, made.population, made.method, made.source, made.study, *made.labels.values()]
    said += [str(value) for column in made.table for value in made.table[column].unique()]
    said += [question.text() for question in made.questions]
    drawn = json.loads(made.figure.to_json()) if made.figure is not None else {}
    return "\n".join([*said, json.dumps(drawn, ensure_ascii=False)])


@pytest.mark.parametrize("name", ENTRIES)
def test_no_display_names_the_sample_trials_drug_or_unit(name, view):
    assert STRANGE.findall(words(shown(name, view))) == []


@pytest.mark.parametrize("name", ["dlt_by_dose", "rule_now", "subject_by_dose", "replay", "special_interest"])
def test_displays_by_dose_name_the_trials_unit(name, view):
    assert "mg/kg/day" in words(shown(name, view))


def test_the_search_finds_what_it_looks_for(sample_cuts):
    assert STRANGE.search(words(shown("dlt_by_dose", View(sample_cuts[CUT_DATES[2]]))))


def test_doses_are_those_of_the_sample_in_the_other_unit(view, sample_cuts):
    ours, sample = view.cut.table("adex"), sample_cuts[CUT_DATES[2]].table("adex")
    assert set(ours["DOSEU"]) == {"mg/kg"} and set(sample["DOSEU"]) == {"mg/m2"}
    pandas.testing.assert_series_equal(ours["CUMDOSE"], sample["CUMDOSE"])
    hearts, of_sample = (
        cut.ask("heart_measurements", parameters=["LVEF"], every=False) for cut in (view.cut, sample_cuts[CUT_DATES[2]])
    )
    pandas.testing.assert_series_equal(hearts["CUMDOSE"], of_sample["CUMDOSE"])
    assert hearts["CUMDOSE"].notna().any()


UNITS = {
    # dose as delivered, unit, weight in kg, measured surface in m² → in mg/kg, in mg/m², in mg; None: not known
    "by weight": (5, "mg/kg", None, None, 5, None, None),
    "by weight, both measured": (5, "mg/kg", 20, 0.8, 5, 125, 100),
    "micrograms by weight": (500, "ug/kg", None, None, 0.5, None, None),
    "whole body": (100, "mg", 20, 0.8, 5, 125, 100),
    "whole body, not weighed": (100, "mg", None, 0.8, None, 125, 100),
    "whole body, nothing measured": (100, "mg", None, None, None, None, 100),
    "by surface": (125, "mg/m2", 20, 0.8, 5, 125, 100),
    "by surface, not weighed": (125, "mg/m2", None, 0.8, None, 125, 100),
    "by surface, no human weight": (125, "mg/m2", 2000, 0.8, None, 125, 100),
    "no unit that is known": (5, "mg per dog", 20, 0.8, None, None, None),
}


@pytest.fixture(scope="module")
def converted(make_cut):
    """One cut a unit of the protocol, with a subject for each way a dose can be delivered."""
    subjects = {case: f"S{number:02d}" for number, case in enumerate(UNITS)}
    lines = "\n".join(f"{name} | A | 2007-06-01" for name in subjects.values())
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\n{lines}")
    given = {subjects[case]: how for case, how in UNITS.items()}
    data["ex"] = data["ex"].assign(
        EXDOSE=[float(given[name][0]) for name in data["ex"]["USUBJID"]],
        EXDOSU=[given[name][1] for name in data["ex"]["USUBJID"]],
    )
    data["vs"] = pandas.DataFrame(
        [
            {"USUBJID": name, "VSTESTCD": code, "VSSTRESN": float(value), "VSSTRESU": unit, "VSDTC": "2007-05-20"}
            for name, how in given.items()
            for code, unit, value in (("WEIGHT", "kg", how[2]), ("BSA", "m2", how[3]))
            if value is not None
        ]
    )
    level = '[[dose_level]]\nlevel = 1\ndose = 5\narm_code = "A"\narm = "A"\n'
    made = {
        unit: make_cut(data, Trial.parse(f'[trial]\nid = "T"\ndose_unit = "{unit}/day"\n{level}'))
        for unit in ("mg/kg", "mg/m²", "mg")
    }
    return subjects, made


@pytest.mark.parametrize(("unit", "code", "place"), [("mg/kg", "mg/kg", 4), ("mg/m²", "mg/m2", 5), ("mg", "mg", 6)])
def test_a_dose_is_converted_into_the_trials_unit_or_is_not_known(converted, unit, code, place):
    subjects, made = converted
    found = made[unit].table("adex").set_index("USUBJID")
    for case, name in subjects.items():
        expected, dose = UNITS[case][place], found.loc[name, "DOSE"]
        assert pandas.isna(dose) if expected is None else dose == pytest.approx(expected), case
        assert found.loc[name, "DOSEU"] == (UNITS[case][1] if expected is None else code), case


@pytest.mark.parametrize(("unit", "place"), [("mg/kg", 4), ("mg/m²", 5), ("mg", 6)])
def test_every_dose_that_was_converted_or_could_not_be_is_reported(converted, unit, place):
    subjects, made = converted
    found = made[unit].table("ingest.finding").query("DATASET == 'EX'").set_index("CHECKID")["NRECS"].to_dict()
    lost = [case for case, how in UNITS.items() if how[place] is None]
    changed = [case for case, how in UNITS.items() if how[place] is not None and how[1] != unit.replace("²", "2")]
    assert found.get("dose_unit_not_known", 0) == 1
    assert found.get("dose_without_surface", 0) == len(lost) - 1
    assert found.get("dose_converted", 0) == len(changed)


def test_a_conversion_says_by_what(converted):
    examples = converted[1]["mg/kg"].table("ingest.finding").query("CHECKID == 'dose_converted'")["EXAMPLES"].iloc[0]
    assert "S02 EXSEQ 1: 500 ug/kg: 0.5 mg/kg" in examples and "S03 EXSEQ 1: 100 mg, 20.0 kg: 5 mg/kg" in examples
    assert "S06 EXSEQ 1: 125 mg/m2, 0.80 m² (measured), 20.0 kg: 5 mg/kg" in examples
