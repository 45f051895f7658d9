"""The protocol as data: `trial.toml` becomes a Trial. Knows neither data nor screen."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas
import pyarrow

from trial.check import TrialError, check
from trial.defaults import DEFAULTS, DEFAULTS_TEXT, over, taken
from trial.dose import LEVEL_KEY, LEVEL_UNIT, DoseLevel, DoseUnit
from trial.escalation import escalation_settings
from trial.response import ResponseSettings, response_settings
from trial.schema import dose_of
from trial.stopping_rule import StoppingRule, rules_of
from trial.tables import tables_of, upper
from trial.values import version_number


@dataclass(frozen=True)
class Trial:
    """What the protocol says: dose levels, DLT window and rule, test codes, sites, schedule."""

    text: str
    """The trial's own definition as written; empty without one."""
    defaults_text: str = field(repr=False)
    """The defaults that it was read over."""
    own: dict[str, Any] = field(repr=False, hash=False, compare=False)
    content: dict[str, Any] = field(repr=False, hash=False, compare=False)
    """The trial's own definition over the defaults."""

    @classmethod
    def read(cls, path: str | Path) -> Trial:
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
    def parse(cls, text: str, where: str = "trial.toml") -> Trial:
        """Make a Trial of the text of a trial.toml, checking what every page relies on."""
        try:
            own = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise TrialError(f"The trial definition {where} is not valid TOML: {error}.") from error
        check(own, where)
        return cls(text, DEFAULTS_TEXT, own, over(DEFAULTS, own))

    @classmethod
    def stored(cls, text: str, defaults_text: str = DEFAULTS_TEXT) -> Trial:
        """The definition inside a data cut, over the defaults of that day.

        It was checked when the cut was made and is not checked again: a cut stays readable.
        """
        own = tomllib.loads(text)
        return cls(text, defaults_text, own, over(over(DEFAULTS, tomllib.loads(defaults_text)), own))

    @classmethod
    def none(cls) -> Trial:
        """No trial definition: the groups are the arms as delivered, the test codes CDISC's."""
        return cls.stored("")

    def stated(self, table: str, key: str, otherwise: Any) -> Any:
        """One setting of one table; `otherwise` is for what has no default."""
        return self.content.get(table, {}).get(key, otherwise)

    @property
    def defined(self) -> bool:
        return bool(self.own)

    @property
    def taken_from_defaults(self) -> dict[str, Any]:
        """What the trial's own definition leaves to the defaults: "dlt.window_days" → 28."""
        return taken(tomllib.loads(self.defaults_text), self.own)

    @property
    def id(self) -> str:
        return self.stated("trial", "id", "")

    @property
    def title(self) -> str:
        return self.stated("trial", "title", self.id)

    @property
    def short_title(self) -> str:
        return self.stated("trial", "short_title", self.title)

    @property
    def drug(self) -> str:
        return self.content["trial"]["drug"]

    @property
    def drug_equivalence(self) -> str:
        """Why the study drug is never turned into doxorubicin; empty where the definition does not say."""
        return self.stated("trial", "drug_equivalence", "")

    @cached_property
    def unit(self) -> DoseUnit:
        """The unit in which the trial gives its drug."""
        named_by_key = any(LEVEL_KEY in level for level in self.content.get("dose_level", ()))
        return DoseUnit.read(LEVEL_UNIT if named_by_key else self.content["trial"]["dose_unit"])

    @property
    def dose_unit(self) -> str:
        """The unit of the dose levels, as it is printed: "mg/m²/day"."""
        return self.unit.level

    @property
    def amount_unit(self) -> str:
        """The unit of one administration and of their sum, as it is printed: "mg/m²"."""
        return self.unit.amount

    @property
    def synthetic(self) -> bool:
        return bool(self.content["trial"]["synthetic"])

    @property
    def ctcae_version(self) -> str:
        """As NCI numbers it: "5.0" for 5, "5" and "v5.0"."""
        return version_number(self.content["trial"]["ctcae_version"])

    @property
    def dlt_window_days(self) -> int:
        return int(self.content["dlt"]["window_days"])

    @property
    def dlt_definition(self) -> str:
        return self.content["dlt"]["definition"]

    @property
    def dlt_late_criterion(self) -> str:
        """What of the DLT definition is assessed after the window, from `dlt_late_day` on; empty without one."""
        return self.stated("dlt", "late_criterion", "")

    @property
    def dlt_late_day(self) -> int | None:
        """The study day until which `dlt_late_criterion` cannot be assessed."""
        return self.stated("dlt", "late_day", None)

    @property
    def minimum_dose_share(self) -> float:
        """The share of the planned dose of course 1 below which a subject without a DLT does not count for the rate."""
        return float(self.content["dlt"]["minimum_dose_share"])

    @property
    def dose_tolerance(self) -> float:
        """The share by which a dose may differ from a level's and still be the dose of that level."""
        return float(self.content["dlt"]["dose_tolerance"])

    @property
    def counted_at_given(self) -> bool:
        """Whether a subject given another level throughout course 1 counts at that level, not at the assigned one."""
        return self.content["dlt"]["counted_at"] == "given"

    @property
    def ecg_baseline_is_mean(self) -> bool:
        """Whether the baseline QTc is the mean of the day's time points, not the last of them."""
        return self.content["ecg"]["baseline"] == "mean"

    @property
    def dlts_after_window_count(self) -> bool:
        """Whether a DLT that began after the window counts as adjudicated."""
        return self.content["dlt"]["after_window"] == "count"

    @property
    def emergent_days(self) -> int:
        """Days after the last infusion until which an event is treatment-emergent; 0 without end."""
        return int(self.content["adverse_events"]["emergent_days"])

    @property
    def course_days(self) -> int | None:
        """Days from the start of a course to that of the next as planned; None where the protocol's is not stated."""
        return self.stated("exposure", "course_days", None)

    @property
    def delay_days(self) -> int:
        """So many days later than planned a course may begin before it is called delayed."""
        return int(self.content["exposure"]["delay_days"])

    @property
    def seen_within_days(self) -> int:
        """Last seen so many days before the end of the window is observed to its end."""
        return int(self.content["dlt"]["seen_within_days"])

    @property
    def aplasia_limits(self) -> tuple[float, float]:
        """Neutrophils and platelets (10^9/L) below which counts have not recovered."""
        dlt = self.content["dlt"]
        return float(dlt["aplasia_anc"]), float(dlt["aplasia_platelets"])

    @property
    def recovery_values(self) -> int:
        """Consecutive counts not below the limit that are recovery."""
        return int(self.content["dlt"]["recovery_values"])

    @property
    def transfusion_days(self) -> int:
        """Days after a transfusion of platelets in which their count is no proof of recovery."""
        return int(self.content["dlt"]["transfusion_days"])

    @property
    def hys_law_days(self) -> int:
        """Days from a raised transaminase on in which a raised bilirubin counts for Hy's law."""
        return int(self.content["laboratory"]["hys_law_days"])

    @property
    def egfr_formula(self) -> str:
        """By which equation GFR is estimated: "schwartz" under 18 years and CKiD U25 from then on, or "u25"."""
        return str(self.content["laboratory"]["egfr_formula"])

    @property
    def creatinine_steady(self) -> float:
        """By what share a creatinine may differ from the one before it for GFR to be estimated from it."""
        return float(self.content["laboratory"]["creatinine_steady"])

    @property
    def log_ratio(self) -> float:
        """From which ratio of its largest to its smallest value a laboratory test has a logarithmic axis."""
        return float(self.content["laboratory"]["log_ratio"])

    @property
    def tumour_lysis(self) -> tuple[str, float]:
        """By which definition tumour lysis is assessed (cairo-bishop, howard), and the age from which one is adult."""
        stated = self.content["tumour_lysis"]
        return stated["definition"], float(stated["adult_age"])

    @property
    def target_rate(self) -> float | None:
        return self.stated("dlt", "target_rate", None)

    @property
    def infusions_per_course(self) -> int:
        return int(self.content["trial"]["infusions_per_course"])

    @property
    def first_assessment_days(self) -> int:
        """Days from the first infusion within which the first response assessment is awaited."""
        return self.response.first_assessment_days

    @cached_property
    def response(self) -> ResponseSettings:
        """Which responses are a remission, how long it must last, whose assessments count and up to when."""
        return response_settings(self.content)

    @property
    def heart_reader(self) -> str:
        """Whose reading counts where several read one examination."""
        return self.content["heart"]["reader"].strip()

    @property
    def marker_window_days(self) -> int:
        """How many days a marker may lie from the echocardiogram that it is assessed with."""
        return int(self.content["heart"]["marker_window_days"])

    @property
    def unstated_methods_compared(self) -> bool:
        """Whether values are compared in a cut that states no imaging method at all."""
        return bool(self.content["heart"]["unstated_methods_compared"])

    @property
    def expansion_cohorts(self) -> tuple[str, ...]:
        """The names that the expansion's cohort may have; empty where no cohort is an expansion."""
        named = self.content["dlt"]["expansion_cohort"]
        return tuple(name.strip() for name in ([named] if isinstance(named, str) else named) if name.strip())

    def is_expansion(self, cohort: str) -> bool:
        """Whether a cohort of this name is the expansion, whatever its letters' case."""
        return cohort.strip().lower() in {name.lower() for name in self.expansion_cohorts}

    @property
    def over_target_limit(self) -> float:
        """P(DLT rate > target) at the named dose above which the rule's finding says so first."""
        return float(self.content["escalation"]["over_target_limit"])

    @cached_property
    def dose_levels(self) -> tuple[DoseLevel, ...]:
        return tuple(
            DoseLevel(row["level"], dose_of(row), self.dose_unit, row["arm_code"], row["arm"])
            for row in self.content.get("dose_level", ())
        )

    @cached_property
    def escalation(self) -> dict[str, Any]:
        """The escalation design (rule, "" where none is stated), those shown beside it, and the settings of each."""
        return escalation_settings(self.own, self.content)

    @property
    def assumptions(self) -> dict[str, str]:
        """What no source states, by the setting it is about."""
        return {row["about"]: row["text"] for row in self.content.get("assumption", ())}

    @cached_property
    def stopping_rules(self) -> tuple[StoppingRule, ...]:
        """The rules that stop the trial, in the order of the definition."""
        return rules_of(self.content.get("stopping_rule", ()))

    @property
    def accrual_plan(self) -> tuple[date, float] | None:
        """The first day of the plan, and subjects a month."""
        plan = self.content.get("accrual_plan")
        return (plan["from"], float(plan["subjects_per_month"])) if plan else None

    @cached_property
    def test_codes(self) -> dict[str, tuple[str, ...]]:
        """Which test codes mean LVEF, troponin, …; in upper case, each once."""
        return {role: upper(codes) for role, codes in self.content["test_codes"].items()}

    @property
    def anthracyclines(self) -> dict[str, float]:
        """mg/m² of doxorubicin that one mg/m² of each agent stands for."""
        return self.content["anthracycline"]

    def tables(self) -> dict[str, pandas.DataFrame]:
        """The definition as the tables that staging SQL joins (schema `trial` of a cut)."""
        return dict(self._tables)

    @cached_property
    def stored_tables(self) -> dict[str, pyarrow.Table]:
        """The same tables as a cut stores them, converted once for all cuts of the trial."""
        return {name: pyarrow.Table.from_pandas(frame, preserve_index=False) for name, frame in self._tables.items()}

    @cached_property
    def _tables(self) -> dict[str, pandas.DataFrame]:
        return tables_of(self)
