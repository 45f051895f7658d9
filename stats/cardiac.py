"""What the heart shows: CTCAE grades, therapy-related dysfunction after ESC 2022,
shortening fraction, strain and QTc."""

from __future__ import annotations

import itertools

import numpy

from stats import checks
from stats.electrocardiogram import (  # noqa: F401 - read from here
    _by_element,
    esc_qtcf_band,
    qtc_category,
    qtc_change_category,
    qtc_framingham,
    qtc_grade,
    qtcb,
    qtcf,
    rr_from_heart_rate,
)

CATEGORIES = ("none", "mild", "moderate", "severe")
SYMPTOMATIC_CATEGORIES = (*CATEGORIES, "very severe")
SHORTENING_FRACTION_LIMIT_PCT = 28
"""Below it the fraction is low by paediatric habit, as in the Children's Oncology Group's late effects guidelines."""
GLS_DECLINE_LIMIT_PCT = 15
BIOMARKER_LIMITS_PG_PER_ML = {"NT-proBNP": 125, "BNP": 35}
"""Adult limits of ESC 2022, table 3, footnote: at or above is raised. The guideline gives no paediatric ones."""
DYSFUNCTION = ("baseline_lvef", "lvef", "gls_decline", "biomarker_rise")


def ef_grade(baseline, lvef, version: str = "5.0"):
    """CTCAE grade 0 to 4 of an ejection fraction in percent; nan where it is missing. Single values or arrays.

    v5.0 "Ejection fraction decreased": G2 LVEF 40 to 50 %, or a fall of 10 to 19 points; G3 below 40 %, or a fall of
    20 points or more; G4 below 20 %. Without a baseline the grade is what the value alone fixes, at least (2 for 40 to
    50 %, 3 below 40 %, 4 below 20 %), and nan above 50 %, never 0: say so where such a grade is shown.
    v6.0 "Left ventricular dysfunction" also needs strain and markers: answered here only where they cannot matter.
    ValueError: a percentage outside 0 to 100, a share such as 0.55, an unknown version, v6.0 undecided by LVEF alone.
    """
    if str(version) not in ("5.0", "5", "6.0", "6"):
        raise ValueError(f"unknown CTCAE version {version!r}; it is '5.0' or '6.0'")
    return _by_element(_ef_grade_v5 if str(version)[0] == "5" else _ef_grade_v6, baseline, lvef)


def left_ventricular_dysfunction_grade(*, baseline_lvef, lvef, gls_decline=None, biomarker_rise=None):
    """CTCAE v6.0 grade 0 to 3 of "Left ventricular dysfunction" (without symptoms); nan where LVEF is missing.

    G1 LVEF 50 % or more with a new relative decline of strain above 15 % or a new rise of a cardiac marker;
    G2 LVEF 40 to 49 % with a fall of 10 points or more, or either of these; G3 new fall of LVEF below 40 %.
    Missing strain or marker counts as not shown. Without a baseline a value below 50 % is taken as new, and one of
    50 % or more without a sign is nan, never 0. Single values or arrays. Source: NCI, CTCAE v6.0, 22 July 2025.
    """
    return _by_element(_dysfunction_grade, baseline_lvef, lvef, gls_decline, biomarker_rise)


def ctrcd(*, baseline_lvef, lvef, gls_decline, biomarker_rise):
    """Asymptomatic therapy-related cardiac dysfunction: "none", "mild", "moderate" or "severe"; None without an LVEF.

    LVEF in percent; `gls_decline` relative, in percent, above 0 where strain got worse;
    `biomarker_rise` new rise, yes or no.
    Severe: new LVEF below 40 %. Moderate: new LVEF 40 to 49 % by a fall of 10 points or more, or by a smaller fall with
    strain declined by more than 15 % or a marker risen. Mild: LVEF 50 % or more with either of these.
    New: a heart already below 40 % is severe only after a further fall of 10 points, or a smaller one with strain or
    marker. Missing strain or marker counts as not shown. Without a baseline: below 40 % severe, as from a normal heart
    (say that the baseline is unknown); 50 % or more with strain or marker mild; otherwise None, never "none", and
    `ctrcd_possible` says what it may be. `ctrcd_undecided` names the missing values that could change the answer.
    Single values or arrays (array of words).
    Source: Lyon, 2022 ESC Guidelines on cardio-oncology, Eur Heart J 2022;43:4229, table 3.
    Marker limits are adult ones.
    """
    return _worded(_ctrcd, baseline_lvef, lvef, gls_decline, biomarker_rise)


def ctrcd_possible(*, baseline_lvef, lvef, gls_decline, biomarker_rise):
    """The worst category of `ctrcd` that an unknown baseline leaves possible where there is none: "moderate" for an
    LVEF of 40 to 49 % (moderate or worse possible); None where the category is known or nothing worse is possible.

    Below 40 % it is severe whatever the baseline is taken to be, from 50 % on at most mild. Single values or arrays.
    """
    return _worded(_ctrcd_possible, baseline_lvef, lvef, gls_decline, biomarker_rise)


def ctrcd_undecided(*, baseline_lvef, lvef, gls_decline, biomarker_rise) -> tuple[str, ...]:
    """Which missing values could have made the category of `ctrcd` another one; empty where none could.

    Each is tried at its extremes: baseline equal to the LVEF or at 100 %, strain unchanged or declined,
    marker risen or not.
    """
    given = dict(zip(DYSFUNCTION, (baseline_lvef, lvef, gls_decline, biomarker_rise), strict=True))
    known = _heart(*given.values())
    if known[1] is None:
        return ("lvef",)
    tried = {"baseline_lvef": (known[1], 100), "gls_decline": (0, 100), "biomarker_rise": (False, True)}
    missing = [name for name, value in zip(DYSFUNCTION, known, strict=True) if value is None]
    return tuple(name for name in missing if _matters(name, missing, tried, given))


def symptomatic_ctrcd(*, symptoms, therapy_intensified=False, hospitalised=False, advanced_support=False) -> str | None:
    """Symptomatic therapy-related dysfunction (heart failure): "none" to "very severe";
    None where symptoms are not known.

    Very severe: inotropes, mechanical support or transplantation considered; severe: hospital for heart failure;
    moderate: diuretics and heart failure therapy intensified as an outpatient; mild:
    symptoms without that. ESC 2022, table 3.
    """
    given = dict(
        advanced_support=advanced_support,
        hospitalised=hospitalised,
        therapy_intensified=therapy_intensified,
        symptoms=symptoms,
    )
    signs = [checks.truth(name, sign) for name, sign in given.items()]
    for sign, category in zip(signs, SYMPTOMATIC_CATEGORIES[:0:-1], strict=True):
        if sign:
            return category
    return None if signs[-1] is None else "none"


def biomarker_elevated(marker: str, value, *, upper_reference=None) -> bool | None:
    """Whether a heart marker is above its adult limit; None where value or limit is missing.

    NT-proBNP from 125 and BNP from 35 pg/mL (ng/L); troponin above the assay's own 99th percentile, `upper_reference`.
    ValueError: another marker, a negative value. Source: ESC 2022, table 3, footnote.
    """
    value, reference = checks.at_least_zero("value", value), checks.at_least_zero("upper_reference", upper_reference)
    name = str(marker).lower().replace("pg/ml", "").replace(" ", "").replace("-", "")
    limits = {key.lower().replace("-", ""): limit for key, limit in BIOMARKER_LIMITS_PG_PER_ML.items()}
    if name in limits:
        return None if value is None else value >= limits[name]
    if "troponin" in name:
        return None if value is None or reference is None else value > reference
    raise ValueError(f"no limit is known for marker {marker!r}; known are NT-proBNP, BNP and troponin")


def gls_relative_decline(baseline_gls, gls):
    """How much global longitudinal strain got worse, in percent of its baseline: -20 to -17 is 15.
    nan where one is missing.

    Strain in percent with its sign as delivered; sizes are compared, since some laboratories leave the sign away.
    """
    baseline, now = (numpy.abs(numpy.asarray(value, dtype=float)) for value in (baseline_gls, gls))
    with numpy.errstate(divide="ignore", invalid="ignore"):
        return checks.plain(numpy.where(baseline > 0, numpy.round((baseline - now) / baseline * 100, 6), numpy.nan))


def shortening_fraction_low(shortening_fraction, limit_pct: float = SHORTENING_FRACTION_LIMIT_PCT) -> bool | None:
    """Whether a shortening fraction in percent is below the paediatric limit of 28 %; None where it is missing."""
    value = checks.percentage("shortening_fraction", shortening_fraction)
    return None if value is None else value < limit_pct


def _worded(function, *values):
    """A word, or an array of words where a value is one."""
    if any(numpy.ndim(value) for value in values):
        table = numpy.broadcast(*(numpy.asarray(value, dtype=object) for value in values))
        return numpy.array([function(*row) for row in table], dtype=object).reshape(table.shape)
    return function(*values)


def _fall(baseline: float, lvef: float) -> float:
    """Percentage points, without the noise of floating point."""
    return round(baseline - lvef, 6)


def _heart(baseline, lvef, gls_decline, biomarker_rise):
    return (
        checks.percentage("baseline LVEF", baseline),
        checks.percentage("LVEF", lvef),
        checks.number("gls_decline", gls_decline),
        checks.truth("biomarker_rise", biomarker_rise),
    )


def _ef_grade_v5(baseline, lvef) -> float:
    baseline, lvef = checks.percentage("baseline LVEF", baseline), checks.percentage("LVEF", lvef)
    if lvef is None:
        return numpy.nan
    fall = 0 if baseline is None else _fall(baseline, lvef)
    if lvef < 20:
        return 4
    if lvef < 40 or fall >= 20:
        return 3
    if lvef <= 50 or fall >= 10:
        return 2
    return numpy.nan if baseline is None else 0


def _ef_grade_v6(baseline, lvef) -> float:
    arguments = dict(baseline_lvef=baseline, lvef=lvef, gls_decline=None, biomarker_rise=None)
    undecided = [name for name in ctrcd_undecided(**arguments) if name != "lvef"]
    if undecided:
        raise ValueError(
            f"CTCAE 6.0 cannot grade LVEF {lvef} (baseline {baseline}) without {' and '.join(undecided)}: "
            "use left_ventricular_dysfunction_grade"
        )
    return _dysfunction_grade(*arguments.values())


def _dysfunction_grade(baseline, lvef, gls_decline, biomarker_rise) -> float:
    baseline, lvef, gls_decline, biomarker_rise = _heart(baseline, lvef, gls_decline, biomarker_rise)
    if lvef is None:
        return numpy.nan
    sign = (gls_decline or 0) > GLS_DECLINE_LIMIT_PCT or bool(biomarker_rise)
    if lvef >= 50:
        unsigned = numpy.nan if baseline is None else 0
        return 1 if sign else unsigned
    if lvef >= 40:
        return 2 if sign or baseline is None or _fall(baseline, lvef) >= 10 else 0
    return 3 if _newly_below_40(baseline, lvef, sign) else 0


def _ctrcd(baseline, lvef, gls_decline, biomarker_rise) -> str | None:
    baseline, lvef, gls_decline, biomarker_rise = _heart(baseline, lvef, gls_decline, biomarker_rise)
    grade = _dysfunction_grade(baseline, lvef, gls_decline, biomarker_rise)
    if grade != grade:
        return None
    # CTCAE 6.0 asks of an LVEF of 40 to 49 % only a sign beside it, ESC also a fall
    if grade == 2 and baseline is None:
        return None
    without_fall = grade == 2 and _fall(baseline, lvef) <= 0
    return "none" if without_fall else CATEGORIES[int(grade)]


def _ctrcd_possible(baseline, lvef, gls_decline, biomarker_rise) -> str | None:
    baseline, lvef, *_ = _heart(baseline, lvef, gls_decline, biomarker_rise)
    return "moderate" if baseline is None and lvef is not None and 40 <= lvef < 50 else None


def _newly_below_40(baseline, lvef, sign) -> bool:
    if baseline is None or baseline >= 40:
        return True
    return _fall(baseline, lvef) >= 10 or (sign and _fall(baseline, lvef) > 0)


def _matters(name, missing, tried, given) -> bool:
    """Whether two values of one missing item can lead to two categories, whatever the other missing items are."""
    others = [other for other in missing if other != name]
    for rest in itertools.product(*(tried[other] for other in others)):
        fixed = given | dict(zip(others, rest, strict=True))
        if len({ctrcd(**fixed | {name: value}) for value in tried[name]}) > 1:
            return True
    return False
