"""The unit in which a trial gives its drug: how it is written, printed and stored."""

from __future__ import annotations

import duckdb
import pytest

from trial import Trial
from trial.dose import DoseUnit

LEVEL = '[[dose_level]]\nlevel = 1\n{} = 5\narm_code = "A"\narm = "A"\n'


@pytest.mark.parametrize(
    ("written", "level", "amount", "code", "milligrams"),
    [
        ("mg/m²/day", "mg/m²/day", "mg/m²", "mg/m2", 1),
        ("mg/m2/day", "mg/m²/day", "mg/m²", "mg/m2", 1),
        ("mg/m²", "mg/m²", "mg/m²", "mg/m2", 1),
        ("mg/kg/day", "mg/kg/day", "mg/kg", "mg/kg", 1),
        ("mg", "mg", "mg", "mg", 1),
        ("mcg/kg", "µg/kg", "µg/kg", "ug/kg", 0.001),
        ("g/day", "g/day", "g", "g", 1000),
    ],
)
def test_a_unit_of_dose_is_read_however_it_is_written(written, level, amount, code, milligrams):
    unit = DoseUnit.read(written)
    assert (unit.level, unit.amount, unit.code, unit.milligrams) == (level, amount, code, milligrams)


@pytest.mark.parametrize("written", ["", "mg/kg/week", "mg per kg", "IU/m²", "m²/mg", "mg/m²/day/course"])
def test_what_is_no_unit_of_dose_is_named(written):
    with pytest.raises(ValueError, match="is not a unit of dose such as mg/m²/day"):
        DoseUnit.read(written)


def test_a_dose_level_is_labelled_in_the_trials_unit():
    kilogram = Trial.parse('[trial]\nid = "T"\ndose_unit = "mg/kg/day"\n' + LEVEL.format("dose"))
    assert (kilogram.dose_levels[0].label, kilogram.amount_unit) == ("5 mg/kg/day", "mg/kg")
    surface = Trial.parse('[trial]\nid = "T"\n' + LEVEL.format("dose_mg_per_m2_day"))
    assert (surface.dose_levels[0].label, surface.amount_unit) == ("5 mg/m²/day", "mg/m²")
    frame = kilogram.tables()["dose_level"]
    assert frame[["DOSE", "TRTA"]].values.tolist() == [[5.0, "5 mg/kg/day"]]


@pytest.mark.parametrize(
    "reason", ["parents\u2019 wish", "vacation \u2013 family", "famille (été)", "50 % off", "a.b*c"]
)
def test_a_word_of_a_reason_is_itself_whatever_its_letters(reason):
    words = Trial.parse(f'[trial]\nid = "T"\n[dlt]\nother_reasons = ["{reason}"]\n').tables()["dose_reason"]
    pattern = words.loc[words["MEANS"] == "OTHER", "PATTERN"].iloc[0]
    matches = "select regexp_matches(?, ?), regexp_matches('xyz', ?)"
    assert duckdb.execute(matches, [f"the {reason}", pattern, pattern]).fetchone() == (True, False)
