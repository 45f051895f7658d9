"""Hearts: published and hand-worked cases, the published wordings restated as plain tables, and the edges of each."""

from math import isnan, nan

import numpy
import pandas
import pytest
from shared import shared_cases

from stats import cardiac
from stats.cardiac import ctrcd, ctrcd_possible, ctrcd_undecided, ef_grade, left_ventricular_dysfunction_grade

CARDIO = "cardiotoxicity.json"
"""Its society definitions (ASE/EACVI, CREC, HERA: methods cardiotoxicity_definition_*)
are not offered by this project."""


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctcae_v5_ef_decreased"))
def test_ctcae_v5_cases(case, agrees):
    given = case["inputs"]
    agrees(
        ef_grade(given["baseline_lvef_pct"], given["lvef_pct"]),
        case["expected"]["grade"],
        f"grade of {given['baseline_lvef_pct']} to {given['lvef_pct']} %",
    )


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctcae_v6_lv_dysfunction"))
def test_ctcae_v6_cases(case, agrees):
    given = case["inputs"]
    grade = left_ventricular_dysfunction_grade(
        baseline_lvef=given["baseline_lvef_pct"],
        lvef=given["lvef_pct"],
        gls_decline=given["gls_relative_decline_pct"],
        biomarker_rise=given["new_biomarker_rise"],
    )
    agrees(grade, case["expected"]["grade"], f"grade of {given['baseline_lvef_pct']} to {given['lvef_pct']} %")


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctrcd_esc2022_asymptomatic"))
def test_esc_2022_cases(case, agrees):
    given = case["inputs"]
    category = ctrcd(
        baseline_lvef=given["baseline_lvef_pct"],
        lvef=given["lvef_pct"],
        gls_decline=given["gls_relative_decline_pct"],
        biomarker_rise=given["new_biomarker_rise"],
    )
    agrees(category, case["expected"]["ctrcd"], f"category of {given['baseline_lvef_pct']} to {given['lvef_pct']} %")


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctrcd_esc2022_symptomatic"))
def test_symptomatic_cases(case, agrees):
    words = case["inputs"]["situation"].lower()
    signs = {
        "advanced_support": "inotrop" in words or "mechanical" in words or "transplant" in words,
        "hospitalised": "hospital" in words,
        "therapy_intensified": "intensification" in words and "no intensification" not in words,
    }
    agrees(
        cardiac.symptomatic_ctrcd(symptoms=case["inputs"]["symptomatic_hf"], **signs), case["expected"]["ctrcd"], words
    )


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctrcd_esc2022_biomarker_threshold"))
def test_biomarker_cases(case, agrees):
    marker, value = case["inputs"]["marker"], case["inputs"]["value"]
    agrees(cardiac.biomarker_elevated(marker, value), case["expected"]["elevated"], f"{marker} of {value} is elevated")


@pytest.mark.parametrize("case", shared_cases(CARDIO, "ctcae_v5_qtc_prolonged"))
def test_qtc_grade_cases(case, agrees):
    given = case["inputs"]
    grade = cardiac.qtc_grade(
        given["qtc_ms"], given["baseline_qtc_ms"], serious_arrhythmia=given["torsade_or_serious_arrhythmia"]
    )
    agrees(grade, case["expected"]["grade"], f"grade of {given['qtc_ms']} ms, baseline {given['baseline_qtc_ms']}")


@pytest.mark.parametrize("case", shared_cases(CARDIO, "esc2022_qtcf_band"))
def test_esc_band_cases(case, agrees):
    band = cardiac.esc_qtcf_band(case["inputs"]["qtcf_ms"])
    agrees(band, case["expected"]["band"][: len(band)], f"band of {case['inputs']['qtcf_ms']} ms")


@pytest.mark.parametrize("case", shared_cases("qtc.json", "qtc"))
def test_qt_corrections_agree_with_r(case, agrees):
    given, expected = case["inputs"], case["expected"]
    qt, rr = given["qt_ms"], given["rr_ms"]
    agrees(cardiac.qtcf(qt, rr), expected["qtcf"], f"Fridericia of QT {qt}, RR {rr} ms")
    agrees(cardiac.qtcb(qt, rr), expected["qtcb"], f"Bazett of QT {qt}, RR {rr} ms")
    agrees(cardiac.qtc_framingham(qt, rr), expected["qtc_framingham"], f"Framingham of QT {qt}, RR {rr} ms")
    agrees(cardiac.rr_from_heart_rate(given["hr_bpm"]), rr, f"RR of {given['hr_bpm']:.6g} beats a minute", within=1e-4)


@pytest.mark.parametrize(
    "baseline, lvef, grade",
    [
        (60, 60, 0),
        (60, 51, 0),
        (60, 50, 2),
        (60, 40, 3),
        (60, 41, 2),
        (50, 40, 2),
        (50, 39, 3),
        (50, 50, 2),
        (60, 20, 3),
        (60, 19, 4),
        (70, 61, 0),
        (70, 60, 2),
        (70, 51, 2),
        (70, 50, 3),
        (75, 56, 2),
        (75, 55, 3),
        (55, 39.5, 3),
        (65, 45.5, 2),
        (65, 45, 3),
        (nan, 45, 2),
        (None, 50, 2),
        (pandas.NA, 30, 3),
        (None, 10, 4),
        (45, 44, 2),
        (35, 36, 3),
        (55, 65, 0),
    ],
)
def test_ctcae_v5_at_its_edges(baseline, lvef, grade):
    assert ef_grade(baseline, lvef) == grade


@pytest.mark.parametrize("baseline, lvef", [(60.3, 50.3), (70.1, 60.1), (64.2, 54.2), (0.1 + 0.2 + 60, 50.3)])
def test_a_fall_of_ten_points_is_ten_points_whatever_the_decimals(baseline, lvef):
    assert ef_grade(baseline, lvef) == 2
    assert ef_grade(baseline + 10, lvef) == 3


@pytest.mark.parametrize("baseline, lvef", [(50.3, (40.2 + 40.3 + 40.4) / 3), (50.8, (40.6 + 40.8 + 41.0) / 3)])
def test_esc_fall_of_ten_points_is_ten_points_whatever_the_decimals(baseline, lvef):
    assert baseline - lvef < 10
    assert ctrcd(baseline_lvef=baseline, lvef=lvef, gls_decline=None, biomarker_rise=None) == "moderate"


def test_grades_over_arrays_and_missing_values():
    grades = ef_grade(pandas.Series([60, 60, nan, 60]), pandas.Series([60, 45, 45, nan]))
    assert grades.tolist() == pytest.approx([0, 2, 2, nan], nan_ok=True)
    assert isinstance(ef_grade(60, 45), int) and isnan(ef_grade(60, None))
    words = ctrcd(
        baseline_lvef=[60, 60, 60], lvef=[60, 39, None], gls_decline=[16, 0, 0], biomarker_rise=[False, None, True]
    )
    assert words.tolist() == ["mild", "severe", None]
    assert ef_grade([], []).tolist() == []


def plain_esc_2022(baseline, lvef, sign):
    """The table of the guideline read aloud for a heart that began at 50 % or more."""
    if lvef < 40:
        return "severe"
    if 40 <= lvef < 50 and baseline - lvef >= 10:
        return "moderate"
    if 40 <= lvef < 50 and 0 < baseline - lvef < 10 and sign:
        return "moderate"
    if lvef >= 50 and sign:
        return "mild"
    return "none"


@pytest.mark.parametrize("baseline", range(50, 76, 5))
@pytest.mark.parametrize("lvef", range(20, 76))
def test_esc_2022_for_every_fall_of_a_normal_heart(baseline, lvef):
    for decline, rise in ((None, None), (15, False), (15.1, False), (nan, True), (-5, None), (30, True)):
        sign = bool(rise) or (decline or 0) > 15
        heart = dict(baseline_lvef=baseline, lvef=lvef, gls_decline=decline, biomarker_rise=rise)
        assert ctrcd(**heart) == plain_esc_2022(baseline, lvef, sign)
        assert left_ventricular_dysfunction_grade(**heart) == cardiac.CATEGORIES.index(ctrcd(**heart))


@pytest.mark.parametrize(
    "baseline, lvef, decline, rise, category",
    [
        (38, 38, None, None, "none"),
        (38, 36, None, None, "none"),
        (38, 28, None, None, "severe"),
        (38, 36, 20, None, "severe"),
        (38, 39, None, True, "none"),
        (40, 39, None, None, "severe"),
        (45, 44, None, None, "none"),
        (45, 44, 16, None, "moderate"),
        (45, 45, None, True, "none"),
        (45, 47, None, True, "none"),
        (45, 55, None, True, "mild"),
        (None, 39, None, None, "severe"),
        (None, 45, None, None, None),
        (None, 45, 20, None, None),
        (nan, 55, None, None, None),
        (nan, 55, 16, None, "mild"),
    ],
)
def test_esc_2022_for_hearts_that_began_low_or_unknown(baseline, lvef, decline, rise, category):
    assert ctrcd(baseline_lvef=baseline, lvef=lvef, gls_decline=decline, biomarker_rise=rise) == category


@pytest.mark.parametrize("lvef", [*range(15, 81), 39.9, 49.9, 50.1])
def test_without_a_baseline_only_what_the_value_alone_fixes_is_known(lvef):
    """Grades are floors over every baseline that there can be; what one of them leaves open is not called none."""
    every = [baseline for baseline in range(max(int(lvef), 1), 101)]
    floor = min(ef_grade(baseline, lvef) for baseline in every)
    assert ef_grade(None, lvef) == floor if floor else isnan(ef_grade(None, lvef))
    for decline, rise in ((None, None), (0, False), (16, None), (None, True)):
        heart = dict(lvef=lvef, gls_decline=decline, biomarker_rise=rise)
        found = {ctrcd(baseline_lvef=baseline, **heart) for baseline in range(50, 101)}
        category, possible = ctrcd(baseline_lvef=None, **heart), ctrcd_possible(baseline_lvef=None, **heart)
        assert category is None or found == {category}
        assert category != "none" and (possible == "moderate") == (40 <= lvef < 50) == ("moderate" in found)
        assert ctrcd_possible(baseline_lvef=60, **heart) is None
        grade = left_ventricular_dysfunction_grade(baseline_lvef=None, **heart)
        sign = rise or (decline or 0) > 15
        if lvef >= 50:
            assert grade == 1 if sign else isnan(grade)
        else:
            assert grade == 2 + (lvef < 40)


@pytest.mark.parametrize(
    "heart, undecided",
    [
        (dict(baseline_lvef=60, lvef=60, gls_decline=0, biomarker_rise=False), ()),
        (dict(baseline_lvef=60, lvef=60, gls_decline=None, biomarker_rise=False), ("gls_decline",)),
        (dict(baseline_lvef=60, lvef=60, gls_decline=None, biomarker_rise=True), ()),
        (dict(baseline_lvef=60, lvef=60, gls_decline=None, biomarker_rise=None), ("gls_decline", "biomarker_rise")),
        (dict(baseline_lvef=60, lvef=35, gls_decline=None, biomarker_rise=None), ()),
        (dict(baseline_lvef=None, lvef=35, gls_decline=0, biomarker_rise=False), ("baseline_lvef",)),
        (dict(baseline_lvef=None, lvef=55, gls_decline=0, biomarker_rise=False), ()),
        (dict(baseline_lvef=60, lvef=None, gls_decline=0, biomarker_rise=False), ("lvef",)),
    ],
)
def test_what_a_missing_value_leaves_open_is_named(heart, undecided):
    assert ctrcd_undecided(**heart) == undecided


def test_ctcae_v6_from_lvef_alone_where_it_suffices():
    assert ef_grade(62, 39, version="6.0") == 3
    assert ef_grade(62, 45, version="6.0") == 2
    with pytest.raises(ValueError, match="gls_decline and biomarker_rise"):
        ef_grade(62, 58, version="6.0")


def test_ctcae_v6_needs_no_fall_beside_a_sign():
    assert left_ventricular_dysfunction_grade(baseline_lvef=45, lvef=45, gls_decline=None, biomarker_rise=True) == 2
    assert isnan(left_ventricular_dysfunction_grade(baseline_lvef=60, lvef=None))


@pytest.mark.parametrize(
    "qtc, baseline, grade",
    [
        (449.9, None, 0),
        (450, None, 1),
        (480, None, 1),
        (480.4, None, 2),
        (481, None, 2),
        (500, None, 2),
        (500.5, None, 3),
        (501, None, 3),
        (430, 370, 0),
        (430.3, 370.3, 0),
        (431, 370, 3),
        (470, 409, 3),
        (None, 400, None),
        (460, nan, 1),
    ],
)
def test_qtc_grade_at_its_edges(qtc, baseline, grade):
    assert cardiac.qtc_grade(qtc, baseline) == grade or (grade is None and isnan(cardiac.qtc_grade(qtc, baseline)))


def test_qtc_grade_of_torsade_is_four_even_without_a_qtc():
    assert cardiac.qtc_grade(None, serious_arrhythmia=True) == 4
    assert cardiac.qtc_grade([455, 505], serious_arrhythmia=[True, False]).tolist() == [4, 3]


def test_qtc_categories_hold_their_upper_limit():
    assert [cardiac.qtc_category(value) for value in (450, 450.1, 480, 481, 500, 501, nan)] == [
        "<=450",
        ">450 to 480",
        ">450 to 480",
        ">480 to 500",
        ">480 to 500",
        ">500",
        None,
    ]
    assert [cardiac.qtc_change_category(value) for value in (-70, 30, 31, 60, 61, None)] == [
        "<=30",
        "<=30",
        ">30 to 60",
        ">30 to 60",
        ">60",
        None,
    ]
    assert [cardiac.esc_qtcf_band(value) for value in (479.9, 480, 500, 500.1, None)] == [
        "<480",
        "480-500",
        "480-500",
        ">500",
        None,
    ]


def test_corrections_over_arrays_keep_missing_values():
    values = cardiac.qtcf(numpy.array([400, nan, 400]), numpy.array([1000, 1000, nan]))
    assert values.tolist() == pytest.approx([400, nan, nan], nan_ok=True)
    assert isnan(cardiac.qtcf(None, 800)) and isinstance(cardiac.qtcf(400, 800), float)


def test_qtcf_solves_its_own_definition():
    for qt, rr in ((320, 400), (410, 930), (377, 1210)):
        assert (qt / cardiac.qtcf(qt, rr)) ** 3 == pytest.approx(rr / 1000)
        assert (qt / cardiac.qtcb(qt, rr)) ** 2 == pytest.approx(rr / 1000)


def test_strain_shortening_fraction_and_markers():
    assert cardiac.gls_relative_decline(-20, -17) == 15 and cardiac.gls_relative_decline(20, 22) == -10
    assert isnan(cardiac.gls_relative_decline(-20, None)) and isnan(cardiac.gls_relative_decline(0, -17))
    assert [cardiac.shortening_fraction_low(value) for value in (27.9, 28, nan)] == [True, False, None]
    assert cardiac.biomarker_elevated("BNP", 35) is True and cardiac.biomarker_elevated("nt-probnp", 124.9) is False
    assert cardiac.biomarker_elevated("Troponin T", 14, upper_reference=14) is False
    assert cardiac.biomarker_elevated("Troponin I", 15) is None and cardiac.biomarker_elevated("BNP", None) is None


def test_symptoms_by_their_gravest_sign():
    assert cardiac.symptomatic_ctrcd(symptoms=True) == "mild" and cardiac.symptomatic_ctrcd(symptoms=False) == "none"
    assert cardiac.symptomatic_ctrcd(symptoms=True, hospitalised=True, advanced_support=True) == "very severe"
    assert cardiac.symptomatic_ctrcd(symptoms=None) is None


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: ef_grade(60, 0.55), "0.55 looks like a share"),
        (lambda: ef_grade(60, 101), "101"),
        (lambda: ef_grade(-1, 50), "-1"),
        (lambda: ef_grade(60, "50"), "number"),
        (lambda: ef_grade(60, 50, version="4.03"), "4.03"),
        (lambda: ef_grade([60, 60], [50, 50, 50]), "length"),
        (lambda: ctrcd(baseline_lvef=60, lvef=50, gls_decline="much", biomarker_rise=None), "gls_decline"),
        (lambda: ctrcd(baseline_lvef=60, lvef=50, gls_decline=1, biomarker_rise="yes"), "biomarker_rise"),
        (lambda: cardiac.qtcf(0.4, 800), "seconds"),
        (lambda: cardiac.qtcf(400, 0.8), "seconds"),
        (lambda: cardiac.qtcf(400, 0), "rr_ms"),
        (lambda: cardiac.qtcf(-400, 800), "-400"),
        (lambda: cardiac.qtc_grade(-5), "-5"),
        (lambda: cardiac.biomarker_elevated("CK", 5), "CK"),
        (lambda: cardiac.biomarker_elevated("BNP", -5), "negative"),
        (lambda: cardiac.shortening_fraction_low(0.3), "share"),
    ],
)
def test_impossible_input_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
