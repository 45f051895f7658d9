"""Body surface area from height and weight, by the formulas in use."""

from __future__ import annotations

import numpy

from stats import checks

_FORMULAS = {
    "mosteller": lambda cm, kg: numpy.sqrt(cm * kg / 3600),
    "dubois": lambda cm, kg: 0.007184 * cm**0.725 * kg**0.425,
    "haycock": lambda cm, kg: 0.024265 * cm**0.3964 * kg**0.5378,
    "gehan-george": lambda cm, kg: 0.0235 * cm**0.42246 * kg**0.51456,
    "boyd": lambda cm, kg: 0.0003207 * cm**0.3 * (1000 * kg) ** (0.7285 - 0.0188 * numpy.log10(1000 * kg)),
    "fujimoto": lambda cm, kg: 0.008883 * cm**0.663 * kg**0.444,
    "takahira": lambda cm, kg: 0.007241 * cm**0.725 * kg**0.425,
}
FORMULAS = tuple(_FORMULAS)


def surface_area(height_cm, weight_kg, *, formula: str = "mosteller"):
    """Body surface area in m². Centimetres and kilograms, single values or arrays; missing gives nan.

    ValueError: an unknown formula; a size of 0 or less; a height below 20, which looks like metres.
    Sources: Mosteller, NEJM 1987;317:1098; Du Bois and Du Bois, Arch Intern Med 1916;17:863; Haycock, J Pediatr
    1978;93:62; Gehan and George, Cancer Chemother Rep 1970;54:225; Boyd 1935; Fujimoto 1968; Takahira 1925 (as admiral
    gives them).
    """
    chosen = {"dubois-dubois": "dubois", "du bois": "dubois"}.get(str(formula).lower(), str(formula).lower())
    if chosen not in _FORMULAS:
        raise ValueError(f"unknown formula {formula!r}; it is one of {', '.join(FORMULAS)}")
    height = checks.positive("height_cm", numpy.nan if height_cm is None else height_cm)
    weight = checks.positive("weight_kg", numpy.nan if weight_kg is None else weight_kg)
    if (height < 20).any():
        raise ValueError(f"height_cm is given in centimetres; {height[height < 20].flat[0]:g} looks like metres")
    return checks.plain(_FORMULAS[chosen](height, weight))
