"""Refuses a trial definition with a mistake in it: a typo must not silently become a default."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches

from trial.escalation import escalation_settings
from trial.stopping_rule import check_rules


class TrialError(ValueError):
    """A trial definition that cannot be used; the message says what, where, and what to do."""


def _text(value) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value == value


def _whole(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _list_of(right: Callable[[object], bool], *, least: int = 0) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(right, value))


TEXT = ("text", _text)
WORDS = ("text, which may be empty", lambda value: isinstance(value, str))
FLAG = ("true or false", lambda value: isinstance(value, bool))
DAY = ("a date such as 2007-11-30", lambda value: isinstance(value, date) and not isinstance(value, datetime))
NUMBER = ("a number", _number)
POSITIVE = ("a number above 0", lambda value: _number(value) and value > 0)
NOT_NEGATIVE = ("a number of at least 0", lambda value: _number(value) and value >= 0)
RATE = ("a rate between 0 and 1", lambda value: _number(value) and 0 < value < 1)
WHOLE = ("a whole number", _whole)
COUNT = ("a whole number of at least 1", lambda value: _whole(value) and value >= 1)
DAYS = ("a whole number of at least 0", lambda value: _whole(value) and value >= 0)
TEXTS = ("a list of texts", _list_of(_text))
TERMS = ("a list of at least one text", _list_of(_text, least=1))
RANGE = (
    "a list of two numbers that rise",
    lambda value: _list_of(_number)(value) and len(value) == 2 and value[0] <= value[1],
)
HOURS = ("a list of hours", _list_of(NOT_NEGATIVE[1]))
VERSION = ('a version such as "5.0"', lambda value: _text(value) or _number(value))

ROLES = (
    "LVEF",
    "SF",
    "GLS",
    "TROPONIN",
    "NTPROBNP",
    "BLASTS_MARROW",
    "BLASTS_BLOOD",
    "MRD",
    "ANC",
    "PLATELETS",
    "RESPONSE",
    "PARENT_DRUG",
    "METABOLITE",
)
"""What a test code can stand for."""
ANY = "*"
TABLES = {
    "trial": {
        "id": TEXT,
        "title": TEXT,
        "short_title": TEXT,
        "phase": TEXT,
        "drug": TEXT,
        "drug_equivalence": TEXT,
        "dose_unit": TEXT,
        "synthetic": FLAG,
        "ctcae_version": VERSION,
        "age_years": RANGE,
        "expansion_subjects": COUNT,
        "infusions_per_course": COUNT,
    },
    "dlt": {
        "window_days": COUNT,
        "rule": WORDS,
        "target_rate": RATE,
        "expansion_cohort": WORDS,
        "flags": TEXTS,
        "special_interest_flags": TEXTS,
        "definition": TEXT,
    },
    "response": {"first_assessment_days": COUNT},
    "test_codes": dict.fromkeys(ROLES, TEXTS),
    "anthracycline": {ANY: POSITIVE},
    "special_interest": {ANY: TERMS},
    "accrual_plan": {"from": DAY, "subjects_per_month": POSITIVE},
    "pk": {"course": COUNT, "hours_day_1": HOURS, "hours_day_3": HOURS},
}
"""The tables that may stand once in a trial definition, with their keys and what each must be."""
LISTS = {
    "dose_level": {"level": COUNT, "dose_mg_per_m2_day": POSITIVE, "arm_code": TEXT, "arm": TEXT},
    "age_band": {"label": TEXT, "from": NOT_NEGATIVE, "to": NOT_NEGATIVE},
    "disease": {"code": TEXT, "name": TEXT, "terms": TERMS},
    "assumption": {"about": TEXT, "text": TEXT},
    "site": {"id": TEXT, "name": TEXT, "opened": DAY},
    "schedule": {"assessment": TEXT, "visit": TEXT, "day": WHOLE, "days_before": DAYS, "days_after": DAYS},
}
"""The tables that may stand many times ([[...]])."""
NEEDED = (
    {"trial": ("id",), "accrual_plan": ("from", "subjects_per_month")}
    | {name: tuple(keys) for name, keys in LISTS.items()}
    | {"site": ("id", "name")}
)
ELSEWHERE = ("escalation", "stopping_rule")
"""Checked by the modules that read them."""


def check(content: dict, where: str) -> None:
    """Raise TrialError with one sentence where the definition holds an unknown name, a wrong type or what cannot be."""
    try:
        _check(content)
    except ValueError as error:
        raise TrialError(
            f"The trial definition {where}{'' if str(error).startswith('has ') else ':'} {error}."
        ) from error


def _check(content: dict) -> None:
    if "trial" not in content:
        raise ValueError("has no [trial] table; it needs at least an id")
    _known("", content, (*TABLES, *LISTS, *ELSEWHERE))
    for name, keys in TABLES.items():
        if name in content:
            _table(f"[{name}]", content[name], keys, NEEDED.get(name, ()))
    for name in (*LISTS, "stopping_rule"):
        _rows(name, content.get(name, []))
    _levels(content.get("dose_level", []))
    _bands(content.get("age_band", []))
    escalation_settings(content)
    check_rules(content)


def _rows(name: str, rows) -> None:
    if not isinstance(rows, list):
        raise ValueError(f"{name} must be written [[{name}]], one table each; found {_short(rows)}")
    for number, row in enumerate(rows, start=1):
        if name in LISTS:
            _table(f"{name} {number}", row, LISTS[name], NEEDED[name])
        elif not isinstance(row, dict):
            raise ValueError(f"{name} {number} must be a table; found {_short(row)}")


def _table(where: str, table, keys: dict, needed: tuple[str, ...]) -> None:
    if not isinstance(table, dict):
        raise ValueError(f"{where} must be a table; found {_short(table)}")
    lacking = [key for key in needed if key not in table]
    if lacking:
        raise ValueError(f"{where} lacks {', '.join(sorted(lacking))}")
    if ANY not in keys:
        _known(where, table, tuple(keys))
    for key, value in table.items():
        what, right = keys.get(key) or keys[ANY]
        if not right(value):
            raise ValueError(f"{where} {key} must be {what}; found {_short(value)}")


def _known(where: str, table: dict, names: tuple[str, ...]) -> None:
    for name in table:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            hint = f"did you mean {near[0]}" if near else f"it takes {', '.join(names)}"
            raise ValueError(f"{where or 'it'} has no {'key' if where else 'table'} {name}; {hint}")


def _short(value) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _levels(levels: list[dict]) -> None:
    doses = [level["dose_mg_per_m2_day"] for level in levels]
    if doses != sorted(set(doses)):
        raise ValueError(f"dose levels must rise, each dose once; found {doses}")
    numbers = [level["level"] for level in levels]
    if numbers != sorted(set(numbers)):
        raise ValueError(f"dose levels must be numbered upwards, each number once; found {numbers}")


def _bands(bands: list[dict]) -> None:
    for band in bands:
        if band["from"] > band["to"]:
            raise ValueError(f"age_band {band['label']} begins at {band['from']} and ends before, at {band['to']}")
