"""The protocol as data: `trial.toml` becomes a Trial. Knows neither data nor screen."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas

from trial.check import TrialError, check
from trial.escalation import escalation_settings
from trial.stopping_rule import StoppingRule, rules_of
from trial.tables import tables_of, upper

DEFAULTS = Path(__file__).parents[1] / "sample_data" / "trial.toml"
"""CDISC's test codes and the published conversion factors stand in the sample trial's file."""


@dataclass(frozen=True)
class DoseLevel:
    """One planned dose of the escalation, in the trial's unit of dose."""

    level: int
    dose: float
    unit: str
    arm_code: str
    arm: str

    @property
    def label(self) -> str:
        return f"{self.dose:g} {self.unit}"


@dataclass(frozen=True)
class Trial:
    """What the protocol says: dose levels, DLT window and rule, test codes, sites, schedule."""

    text: str
    content: dict = field(repr=False, hash=False, compare=False)

    @classmethod
    def read(cls, path: str | Path) -> "Trial":
        """Read a trial.toml; TrialError says in one sentence what cannot be used."""
        path = Path(path)
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise TrialError(
                f"The trial definition {path} cannot be read ({error.strerror}); give the path of a trial.toml."
            ) from error
        except UnicodeDecodeError as error:
            raise TrialError(f"The trial definition {path} is not UTF-8 text; save it as UTF-8.") from error
        return cls.parse(text, where=str(path))

    @classmethod
    def parse(cls, text: str, where: str = "trial.toml") -> "Trial":
        """Make a Trial of the text of a trial.toml, checking what every page relies on."""
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TrialError(f"The trial definition {where} is not valid TOML: {error}.") from error
        check(content, where)
        return cls(text=text, content=content)

    @classmethod
    def stored(cls, text: str) -> "Trial":
        """The definition inside a data cut: it was checked when the cut was made, and a cut stays readable."""
        return cls(text=text, content=tomllib.loads(text)) if text else cls.none()

    @classmethod
    def none(cls) -> "Trial":
        """No trial definition: the groups are the arms as delivered, the test codes CDISC's."""
        return cls(text="", content={})

    def setting(self, table: str, key: str, default):
        """One setting of one table, or what it is where the definition does not say."""
        return self.content.get(table, {}).get(key, default)

    @property
    def defined(self) -> bool:
        return bool(self.content)

    @property
    def id(self) -> str:
        return self.setting("trial", "id", "")

    @property
    def title(self) -> str:
        return self.setting("trial", "title", self.id)

    @property
    def short_title(self) -> str:
        return self.setting("trial", "short_title", self.title)

    @property
    def drug(self) -> str:
        return self.setting("trial", "drug", "study drug")

    @property
    def drug_equivalence(self) -> str:
        """Why the study drug is never turned into doxorubicin; empty where the definition does not say."""
        return self.setting("trial", "drug_equivalence", "")

    @property
    def dose_unit(self) -> str:
        """The unit of the dose levels, e.g. mg/m²/day."""
        return self.setting("trial", "dose_unit", "mg/m²/day")

    @property
    def amount_unit(self) -> str:
        """The unit of one administration and of their sum: that of the levels without "/day"."""
        return self.dose_unit.removesuffix("/day")

    @property
    def amount_code(self) -> str:
        """The same unit as the analysis tables write it (adex.DOSEU), e.g. mg/m2."""
        return self.amount_unit.replace("²", "2")

    @property
    def synthetic(self) -> bool:
        return bool(self.setting("trial", "synthetic", False))

    @property
    def ctcae_version(self) -> str:
        """As NCI numbers it: "5.0" for 5, "5" and "v5.0"."""
        version = str(self.setting("trial", "ctcae_version", "5.0")).strip().lower().removeprefix("v")
        return version if "." in version else f"{version}.0"

    @property
    def dlt_window_days(self) -> int:
        return int(self.setting("dlt", "window_days", 28))

    @property
    def dlt_definition(self) -> str:
        return self.setting("dlt", "definition", "as adjudicated by the sponsor")

    @property
    def dlt_rule(self) -> str:
        return self.setting("dlt", "rule", "")

    @property
    def target_rate(self) -> float | None:
        return self.setting("dlt", "target_rate", None)

    @property
    def infusions_per_course(self) -> int:
        return int(self.setting("trial", "infusions_per_course", 1))

    @property
    def first_assessment_days(self) -> int:
        """Days from the first infusion within which the first response assessment is awaited."""
        return int(self.setting("response", "first_assessment_days", 42))

    @property
    def expansion_cohort(self) -> str:
        return self.setting("dlt", "expansion_cohort", "")

    @cached_property
    def dose_levels(self) -> tuple[DoseLevel, ...]:
        return tuple(
            DoseLevel(row["level"], row["dose_mg_per_m2_day"], self.dose_unit, row["arm_code"], row["arm"])
            for row in self.content.get("dose_level", ())
        )

    @cached_property
    def escalation(self) -> dict:
        """The escalation design (rule, "" where none is stated), those shown beside it, and their settings, defaults filled in."""
        return escalation_settings(self.content)

    @property
    def assumptions(self) -> dict[str, str]:
        """What no source states, by the setting it is about."""
        return {row["about"]: row["text"] for row in self.content.get("assumption", ())}

    @property
    def diseases(self) -> tuple[tuple[str, str], ...]:
        return tuple((row["code"], row["name"]) for row in self.content.get("disease", ()))

    @cached_property
    def stopping_rules(self) -> tuple[StoppingRule, ...]:
        """The rules that stop the trial, in the order of the definition."""
        return rules_of(self.content.get("stopping_rule", ()))

    @property
    def accrual_plan(self) -> tuple[date, float] | None:
        plan = self.content.get("accrual_plan")
        return (plan["from"], float(plan["subjects_per_month"])) if plan else None

    @cached_property
    def test_codes(self) -> dict[str, tuple[str, ...]]:
        """Which test codes mean LVEF, troponin, … : the trial's own, else CDISC's; in upper case, each once."""
        chosen = _default("test_codes") | self.content.get("test_codes", {})
        return {role: upper(codes) for role, codes in chosen.items()}

    @cached_property
    def anthracyclines(self) -> dict[str, float]:
        """mg/m² of doxorubicin that one mg/m² of each agent stands for."""
        return self.content.get("anthracycline", _default("anthracycline"))

    def tables(self) -> dict[str, pandas.DataFrame]:
        """The definition as the tables that staging SQL joins (schema `trial` of a cut)."""
        return tables_of(self)


def _default(table: str):
    return tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))[table]
