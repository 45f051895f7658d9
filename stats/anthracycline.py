"""Earlier anthracyclines in doxorubicin equivalents. Annamycin has no published factor and gets none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isnan, nan

from stats import checks

FACTORS = {"doxorubicin": 1.0, "daunorubicin": 0.6, "epirubicin": 0.8, "idarubicin": 5.0, "mitoxantrone": 10.5}
"""Feijen et al, JAMA Oncol 2019;5:864; 2022 ESC Guidelines, Eur Heart J 2022;43:4229, table 5
(idarubicin from efficacy)."""
WITHOUT_FACTOR = ("annamycin",)
"""Known anthracyclines for which no source gives a factor: their equivalent is undefined, not 0."""
HIGH_RISK_MG_PER_M2 = 250
"""Cumulative doxorubicin equivalent from which ESC 2022 counts a treatment as of high risk."""
SALTS = ("hydrochloride", "hcl", "citrate", "dihydrochloride")


@dataclass(frozen=True)
class Cumulative:
    """Sum of doxorubicin equivalents in mg/m²; what has no factor or no dose is named, never added as 0."""

    doxorubicin_equivalent_mg_per_m2: float
    without_factor: tuple[str, ...]
    without_dose: tuple[str, ...]


def factor(agent: str, factors: Mapping[str, float] = FACTORS) -> float:
    """mg/m² of doxorubicin that one mg/m² of the agent equals for the heart; nan for annamycin.

    Salts are read as their base ("DAUNORUBICIN HYDROCHLORIDE"). Liposomal forms have no factor of their own here.
    ValueError: an agent that is not known, with the known ones.
    """
    name = " ".join(word for word in str(agent).lower().split() if word not in SALTS)
    known = {key.lower(): value for key, value in factors.items()}
    if name in known:
        return float(known[name])
    if name in WITHOUT_FACTOR or name.removeprefix("l-").removeprefix("liposomal ") in WITHOUT_FACTOR:
        return nan
    raise ValueError(
        f"no doxorubicin factor for {agent!r}; known are {', '.join(known)}, and annamycin (without a factor)"
    )


def doxorubicin_equivalent(agent: str, dose_mg_per_m2: float, factors: Mapping[str, float] = FACTORS) -> float:
    """One agent's dose in mg/m² of doxorubicin; nan for annamycin and for a missing dose. ValueError:
    negative, unknown agent."""
    dose = checks.at_least_zero("dose_mg_per_m2", dose_mg_per_m2)
    return nan if dose is None else dose * factor(agent, factors)


def cumulative(doses: Iterable[tuple[str, float]], factors: Mapping[str, float] = FACTORS) -> Cumulative:
    """The sum over (agent, mg/m²) pairs; 0 for no pairs. Agents without
    factor and pairs without dose stand beside the sum."""
    total = 0.0
    without_factor: list[str] = []
    without_dose: list[str] = []
    for agent, dose in doses:
        equivalent = doxorubicin_equivalent(agent, dose, factors)
        if not isnan(equivalent):
            total += equivalent
        else:
            (without_factor if isnan(factor(agent, factors)) else without_dose).append(str(agent))
    return Cumulative(total, tuple(without_factor), tuple(without_dose))
