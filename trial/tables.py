"""A trial definition as the tables that staging SQL joins (schema `trial` of a cut)."""

from __future__ import annotations

import pandas


def tables_of(trial) -> dict[str, pandas.DataFrame]:
    """The tables of a Trial by name; columns are named as in the analysis tables."""
    return {
        "settings": pandas.DataFrame([_settings(trial)]),
        "dose_level": _frame(
            [(d.level, d.dose, d.label, d.arm_code, d.arm) for d in trial.dose_levels],
            {"DOSELVL": "int64", "DOSE": "float64", "TRTA": "str", "ARMCD": "str", "ARM": "str"},
        ),
        "age_band": _frame(
            [(b["label"], b["from"], b["to"]) for b in trial.content.get("age_band", ())],
            {"AGEGR1": "str", "AGELO": "float64", "AGEHI": "float64"},
        ),
        "disease_term": _frame(
            [(d["code"], term.lower()) for d in trial.content.get("disease", ()) for term in d["terms"]],
            {"DISEASE": "str", "TERM": "str"},
        ),
        "test_code": _frame(
            [(role, code) for role, codes in trial.test_codes.items() for code in codes],
            {"ROLE": "str", "TESTCD": "str"},
        ),
        "anthracycline": _frame(
            [(agent.lower(), float(factor)) for agent, factor in trial.anthracyclines.items()],
            {"AGENT": "str", "FACTOR": "float64"},
        ),
        "special_interest": _frame(
            [(c, t.lower()) for c, terms in trial.content.get("special_interest", {}).items() for t in terms],
            {"AESICAT": "str", "TERM": "str"},
        ),
        "flag": _frame(
            [("DLT", q) for q in upper(trial.content["dlt"]["flags"])]
            + [("AESI", q) for q in upper(trial.content["dlt"]["special_interest_flags"])],
            {"FLAG": "str", "QNAM": "str"},
        ),
        "site": _frame(
            [(s["id"], s["name"], s.get("opened")) for s in trial.content.get("site", ())],
            {"SITEID": "str", "SITENAM": "str", "OPENDT": "datetime64[ns]"},
        ),
        "schedule": _frame(
            [
                (s["assessment"], s["visit"], s["day"], s["days_before"], s["days_after"])
                for s in trial.content.get("schedule", ())
            ],
            {"ASSESS": "str", "AVISIT": "str", "DAY": "int64", "DAYSBEF": "int64", "DAYSAFT": "int64"},
        ),
        "pk_sample": _frame(
            [
                (trial.content["pk"]["course"], day, float(hour))
                for day in (1, 3)
                for hour in trial.content["pk"].get(f"hours_day_{day}", ())
            ],
            {"COURSE": "int64", "COURSEDAY": "int64", "NOMHOUR": "float64"},
        ),
    }


def _settings(trial) -> dict:
    return {
        "TRIALID": trial.id,
        "SYNTHETIC": trial.synthetic,
        "CTCAE": trial.ctcae_version,
        "DLTDAYS": trial.dlt_window_days,
        "INFUSIONS": trial.infusions_per_course,
        "EXPCOHORT": trial.expansion_cohort,
        "RSPDAYS": trial.first_assessment_days,
        "DOSEU": trial.unit.code,
        "DOSEUNIT": trial.unit.amount,
        "DOSEMG": trial.unit.milligrams,
        "DOSESIZE": trial.unit.per,
    }


def upper(codes) -> tuple[str, ...]:
    """Codes as delivered data are compared with them: in upper case, each once (twice would double its records)."""
    return tuple(dict.fromkeys(code.strip().upper() for code in codes))


def _frame(rows: list[tuple], columns: dict[str, str]) -> pandas.DataFrame:
    return pandas.DataFrame(rows, columns=list(columns)).astype(columns)
