"""Estimated GFR and KDIGO stages: published values, every boundary, and what is not known."""

from __future__ import annotations

import pytest

from stats.kidney import bedside_schwartz, ckid_u25, kdigo_stage, u25_factor

PIERCE = "Pierce, Kidney Int 2021;99:948, abstract: range of K"
PUBLISHED = [
    ("k of a boy of 1 year", lambda: u25_factor(age=1, sex="M"), 35.7, 0.05, PIERCE),
    ("k of a girl of 1 year", lambda: u25_factor(age=1, sex="F"), 33.1, 0.05, PIERCE),
    ("k of a man of 18 years", lambda: u25_factor(age=18, sex="M"), 50.8, 0, PIERCE),
    ("k of a woman of 18 years", lambda: u25_factor(age=18, sex="F"), 41.4, 0, PIERCE),
    (
        "bedside Schwartz of 140 cm and 50 µmol/L",
        lambda: bedside_schwartz(height_cm=140, creatinine=50),
        36.5 * 140 / 50,
        0.05,
        "the same equation as printed for µmol/L: 36.5 × cm / creatinine",
    ),
]
STAGES = [
    # creatinine, ratio, rise, GFR, age: stage
    ((100, 1.49, 20, None, None), 0),
    ((100, 1.5, 20, None, None), 1),
    ((100, 1.9, 20, None, None), 1),
    ((100, 2.0, 20, None, None), 2),
    ((100, 2.9, 20, None, None), 2),
    ((100, 3.0, 20, None, None), 3),
    ((100, 1.2, 26.4, None, None), 0),
    ((100, 1.2, 26.5, None, None), 1),
    ((353.6, 1.2, 26.5, None, None), 3),
    ((353.6, 1.2, 20, None, None), 0),
    ((100, 1.5, 0, 34.9, 17), 3),
    ((100, 1.5, 0, 34.9, 18), 1),
    ((100, 1.5, 0, 35, 17), 1),
    ((100, 1.2, 0, 20, 5), 0),
]


@pytest.mark.parametrize("what, obtained, expected, within, source", PUBLISHED, ids=[case[0] for case in PUBLISHED])
def test_published_values(what, obtained, expected, within, source, agrees):
    agrees(obtained(), expected, what, within=within, source=source)


@pytest.mark.parametrize("given, stage", STAGES)
def test_published_stages(given, stage, agrees):
    names = ("creatinine", "ratio", "rise", "filtration", "age")
    what = ", ".join(f"{name} {value}" for name, value in zip(names, given, strict=True) if value is not None)
    agrees(kdigo_stage(**dict(zip(names, given, strict=True))), stage, what, source="KDIGO 2012, table 2")


def test_filtration_is_height_over_creatinine_in_either_unit():
    for age, sex in ((1, "M"), (8.5, "F"), (12, "M"), (14, "F"), (17.9, "M"), (25, "F")):
        k = u25_factor(age=age, sex=sex)
        assert ckid_u25(age=age, sex=sex, height_cm=140, creatinine=88.4) == pytest.approx(k * 1.40 / 1.0)
    assert bedside_schwartz(height_cm=100, creatinine=88.4) == pytest.approx(41.3)
    below, above = u25_factor(age=12 - 1e-9, sex="M"), u25_factor(age=12, sex="M")
    assert below == pytest.approx(above) == pytest.approx(39.0)
    assert u25_factor(age=18 - 1e-9, sex="F") == pytest.approx(41.4, abs=0.05), "continuous at 18 years"


def test_what_is_not_known_or_cannot_be():
    assert kdigo_stage(creatinine=100, ratio=None, rise=0) is None
    assert kdigo_stage(creatinine=400, ratio=None, rise=30) == 3
    for wrong in (dict(age=0.9, sex="M"), dict(age=26, sex="F"), dict(age=5, sex="U")):
        with pytest.raises(ValueError, match="1 to 25"):
            u25_factor(**wrong)
    for height, creatinine in ((0, 50), (120, 0), (-1, 50)):
        with pytest.raises(ValueError, match="above 0|greater"):
            bedside_schwartz(height_cm=height, creatinine=creatinine)
