"""The protocol as data: `trial.toml` becomes a Trial. Knows neither data nor screen."""
from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas

from stopping_rule import StoppingRule, rules_of
from trial_escalation import escalation_settings

DEFAULTS = Path(__file__).parent / "sample_data" / "trial.toml"
"""CDISC's test codes and the published conversion factors stand in the sample trial's file."""


class TrialError(ValueError):
    """A trial definition that cannot be used; the message says what, where, and what to do."""


@dataclass(frozen=True)
class DoseLevel:
    """One planned dose of the escalation, in mg/m² a day."""

    level: int
    dose_mg_per_m2_day: float
    arm_code: str
    arm: str

    @property
    def label(self) -> str:
        return f"{self.dose_mg_per_m2_day:g} mg/m²/day"


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
            raise TrialError(f"The trial definition {path} cannot be read ({error.strerror}); give the path of a trial.toml.") from error
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
        _check(content, where)
        return cls(text=text, content=content)

    @classmethod
    def none(cls) -> "Trial":
        """No trial definition: the groups are the arms as delivered, the test codes CDISC's."""
        return cls(text="", content={})

    def _get(self, table: str, key: str, default):
        return self.content.get(table, {}).get(key, default)

    @property
    def defined(self) -> bool:
        return bool(self.content)

    @property
    def id(self) -> str:
        return self._get("trial", "id", "")

    @property
    def title(self) -> str:
        return self._get("trial", "title", "")

    @property
    def short_title(self) -> str:
        return self._get("trial", "short_title", self.title)

    @property
    def drug(self) -> str:
        return self._get("trial", "drug", "study drug")

    @property
    def synthetic(self) -> bool:
        return bool(self._get("trial", "synthetic", False))

    @property
    def ctcae_version(self) -> str:
        return str(self._get("trial", "ctcae_version", "5.0"))

    @property
    def dlt_window_days(self) -> int:
        return int(self._get("dlt", "window_days", 28))

    @property
    def dlt_definition(self) -> str:
        return self._get("dlt", "definition", "as adjudicated by the sponsor")

    @property
    def dlt_rule(self) -> str:
        return self._get("dlt", "rule", "")

    @property
    def target_rate(self) -> float | None:
        return self._get("dlt", "target_rate", None)

    @property
    def infusions_per_course(self) -> int:
        return int(self._get("trial", "infusions_per_course", 1))

    @property
    def first_assessment_days(self) -> int:
        """Days from the first infusion within which the first response assessment is awaited."""
        return int(self._get("response", "first_assessment_days", 42))

    @property
    def expansion_cohort(self) -> str:
        return self._get("dlt", "expansion_cohort", "")

    @cached_property
    def dose_levels(self) -> tuple[DoseLevel, ...]:
        return tuple(DoseLevel(**level) for level in self.content.get("dose_level", ()))

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
        return {role: _upper(codes) for role, codes in chosen.items()}

    @cached_property
    def anthracyclines(self) -> dict[str, float]:
        """mg/m² of doxorubicin that one mg/m² of each agent stands for."""
        return self.content.get("anthracycline", _default("anthracycline"))

    def tables(self) -> dict[str, pandas.DataFrame]:
        """The definition as the tables that staging SQL joins (schema `trial` of a cut)."""
        return {
            "settings": pandas.DataFrame([self._settings()]),
            "dose_level": _frame(
                [(d.level, d.dose_mg_per_m2_day, d.label, d.arm_code, d.arm) for d in self.dose_levels],
                {"DOSELVL": "int64", "DOSE": "float64", "TRTA": "str", "ARMCD": "str", "ARM": "str"},
            ),
            "age_band": _frame(
                [(b["label"], b["from"], b["to"]) for b in self.content.get("age_band", ())],
                {"AGEGR1": "str", "AGELO": "float64", "AGEHI": "float64"},
            ),
            "disease_term": _frame(
                [(d["code"], term.lower()) for d in self.content.get("disease", ()) for term in d["terms"]],
                {"DISEASE": "str", "TERM": "str"},
            ),
            "test_code": _frame(
                [(role, code) for role, codes in self.test_codes.items() for code in codes],
                {"ROLE": "str", "TESTCD": "str"},
            ),
            "anthracycline": _frame(
                [(agent.lower(), float(factor)) for agent, factor in self.anthracyclines.items()],
                {"AGENT": "str", "FACTOR": "float64"},
            ),
            "special_interest": _frame(
                [(c, t.lower()) for c, terms in self.content.get("special_interest", {}).items() for t in terms],
                {"AESICAT": "str", "TERM": "str"},
            ),
            "flag": _frame(
                [("DLT", q) for q in _upper(self._get("dlt", "flags", ("AEDLT", "DLTFL")))]
                + [("AESI", q) for q in _upper(self._get("dlt", "special_interest_flags", ("AESI",)))],
                {"FLAG": "str", "QNAM": "str"},
            ),
            "site": _frame(
                [(s["id"], s["name"], s.get("opened")) for s in self.content.get("site", ())],
                {"SITEID": "str", "SITENAM": "str", "OPENDT": "datetime64[ns]"},
            ),
            "schedule": _frame(
                [(s["assessment"], s["visit"], s["day"], s["days_before"], s["days_after"]) for s in self.content.get("schedule", ())],
                {"ASSESS": "str", "AVISIT": "str", "DAY": "int64", "DAYSBEF": "int64", "DAYSAFT": "int64"},
            ),
            "pk_sample": _frame(
                [(self._get("pk", "course", 1), day, float(hour)) for day in (1, 3) for hour in self._get("pk", f"hours_day_{day}", ())],
                {"COURSE": "int64", "COURSEDAY": "int64", "NOMHOUR": "float64"},
            ),
        }

    def _settings(self) -> dict:
        return {
            "TRIALID": self.id,
            "SYNTHETIC": self.synthetic,
            "CTCAE": self.ctcae_version,
            "DLTDAYS": self.dlt_window_days,
            "INFUSIONS": self.infusions_per_course,
            "EXPCOHORT": self.expansion_cohort,
            "RSPDAYS": self.first_assessment_days,
        }


def _default(table: str):
    return tomllib.loads(DEFAULTS.read_text(encoding="utf-8"))[table]


def _upper(codes) -> tuple[str, ...]:
    """Codes as delivered data are compared with them: in upper case, each once (twice would double its records)."""
    return tuple(dict.fromkeys(code.strip().upper() for code in codes))


def _frame(rows: list[tuple], columns: dict[str, str]) -> pandas.DataFrame:
    return pandas.DataFrame(rows, columns=list(columns)).astype(columns)


def _check(content: dict, where: str) -> None:
    if "trial" not in content:
        raise TrialError(f"The trial definition {where} has no [trial] table; it needs at least id and title.")
    for number, level in enumerate(content.get("dose_level", ()), start=1):
        missing = {"level", "dose_mg_per_m2_day", "arm_code", "arm"} - level.keys()
        if missing:
            raise TrialError(f"The trial definition {where}: dose_level {number} lacks {', '.join(sorted(missing))}.")
    doses = [level["dose_mg_per_m2_day"] for level in content.get("dose_level", ())]
    if doses != sorted(set(doses)):
        raise TrialError(f"The trial definition {where}: dose levels must rise, each dose once; found {doses}.")
    try:
        escalation_settings(content)
    except ValueError as error:
        raise TrialError(f"The trial definition {where}: {error}.") from error
    try:
        rules_of(content.get("stopping_rule", ()))
    except ValueError as error:
        raise TrialError(f"The trial definition {where}: {error}.") from error
