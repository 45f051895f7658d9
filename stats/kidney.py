"""The kidney: estimated glomerular filtration rate of children and young adults, and stages of acute kidney injury."""

from __future__ import annotations

from stats import checks

MICROMOL_PER_MG_DL = 88.4
"""Creatinine: µmol/L in 1 mg/dL."""
SCHWARTZ = 0.413
U25 = {"M": (39.0, 1.008, 1.045, 50.8), "F": (36.1, 1.008, 1.023, 41.4)}
"""Sex → k at 12 years, its factor a year before and after that, and k from 18 years on."""
STAGE_RATIOS = (1.5, 2.0, 3.0)
RISE_48_HOURS, STAGE_3_VALUE, STAGE_3_FILTRATION = 26.5, 353.6, 35.0
"""µmol/L, µmol/L, and mL/min/1.73 m² under 18 years."""
NOISE = 1e-9


def bedside_schwartz(*, height_cm: float, creatinine: float) -> float:
    """Estimated GFR (mL/min/1.73 m²) by 0.413 × height in cm over creatinine in mg/dL; creatinine here in µmol/L.

    For ages 1 to 16; used up to 18 with a note. ValueError unless both are above 0.
    Source: Schwartz, J Am Soc Nephrol 2009;20:629.
    """
    checks.above_zero("height_cm", height_cm)
    return SCHWARTZ * height_cm * MICROMOL_PER_MG_DL / checks.above_zero("creatinine", creatinine)


def u25_factor(*, age: float, sex: str) -> float:
    """The k of the CKiD U25 equation for creatinine at an age of 1 to 25 years, by sex ("M" or "F").

    ValueError for another age or sex. Source: Pierce, Kidney Int 2021;99:948.
    """
    if sex not in U25 or not 1 <= age <= 25:
        raise ValueError(f"CKiD U25 is for ages 1 to 25 and sex M or F; got {age!r}, {sex!r}")
    middle, young, older, adult = U25[sex]
    if age >= 18:
        return adult
    return middle * (young if age < 12 else older) ** (age - 12)


def ckid_u25(*, age: float, sex: str, height_cm: float, creatinine: float) -> float:
    """Estimated GFR (mL/min/1.73 m²) by CKiD U25: k × height in m over creatinine in mg/dL; creatinine in µmol/L.

    ValueError unless height and creatinine are above 0, and for an age or sex that it does not know.
    Source: Pierce, Kidney Int 2021;99:948.
    """
    checks.above_zero("height_cm", height_cm)
    milligrams = checks.above_zero("creatinine", creatinine) / MICROMOL_PER_MG_DL
    return u25_factor(age=age, sex=sex) * height_cm / 100 / milligrams


def kdigo_stage(
    *,
    creatinine: float,
    ratio: float | None,
    rise: float,
    filtration: float | None = None,
    age: float | None = None,
) -> int | None:
    """The KDIGO stage (0 to 3) of acute kidney injury of one creatinine (µmol/L); urine output is not judged.

    ratio: over the lowest of the 7 days before, else over baseline; of an injury that lasts over what it was first
    compared with, where that is lower; None where none is known. rise: above the lowest
    of the 48 hours before, 0 without one. filtration: estimated GFR, which counts under 18 years. None where what is
    missing could decide. 353.6 µmol/L and a GFR below 35 make stage 3 of an injury, and none by themselves.
    Source: KDIGO 2012, Kidney Int Suppl 2012;2:1, table 2.
    """
    if ratio is None:
        return None if rise < RISE_48_HOURS * (1 - NOISE) or creatinine < STAGE_3_VALUE else 3
    stage = sum(ratio >= limit * (1 - NOISE) for limit in STAGE_RATIOS)
    stage = max(stage, int(rise >= RISE_48_HOURS * (1 - NOISE)))
    failing = filtration is not None and age is not None and age < 18 and filtration < STAGE_3_FILTRATION
    return 3 if stage and (creatinine >= STAGE_3_VALUE * (1 - NOISE) or failing) else stage
