"""In which unit the trial gives its drug, and its planned dose levels."""

from __future__ import annotations

import re
from dataclasses import dataclass

MILLIGRAMS = {"µg": 0.001, "mg": 1.0, "g": 1000.0}
UNIT = re.compile(r"(?P<mass>µg|mg|g)(/(?P<size>m²|kg))?(?P<daily>/day)?")
SAME = {"mcg": "µg", "ug": "µg", "μg": "µg", "m2": "m²"}
"""Other spellings that are read as the printed one."""
LEVEL_KEY, LEVEL_UNIT = "dose_mg_per_m2_day", "mg/m²/day"
"""The key of a dose level that names its unit itself, and that unit."""


@dataclass(frozen=True)
class DoseUnit:
    """A mass, per body surface (m²), body weight (kg) or neither, of a day or of one administration."""

    mass: str
    size: str
    daily: bool

    @classmethod
    def read(cls, text: str) -> DoseUnit:
        """The unit of a text such as "mg/m²/day"; ValueError where it is none."""
        for other, printed in SAME.items():
            text = text.replace(other, printed)
        found = UNIT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is not a unit of dose such as mg/m²/day, mg/kg/day or mg")
        return cls(found["mass"], found["size"] or "", bool(found["daily"]))

    @property
    def amount(self) -> str:
        """The unit of one administration and of their sum, as it is printed: "mg/m²"."""
        return f"{self.mass}/{self.size}" if self.size else self.mass

    @property
    def level(self) -> str:
        """The unit of a dose level, as it is printed: "mg/m²/day"."""
        return f"{self.amount}/day" if self.daily else self.amount

    @property
    def code(self) -> str:
        """The unit of one administration as the analysis tables write it: "mg/m2"."""
        return self.amount.replace("²", "2").replace("µ", "u")

    @property
    def per(self) -> str:
        """What a dose is given for, as staging reads it: m2, kg, or none (the whole body)."""
        return self.size.replace("²", "2") or "none"

    @property
    def milligrams(self) -> float:
        return MILLIGRAMS[self.mass]


@dataclass(frozen=True)
class DoseLevel:
    """One planned dose of the escalation, in the trial's unit."""

    level: int
    dose: float
    unit: str
    arm_code: str
    arm: str

    @property
    def label(self) -> str:
        return f"{self.dose:g} {self.unit}"
