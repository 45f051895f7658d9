"""Refuses a trial definition with a mistake in it: a typo must not silently become a default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from trial.defaults import DEFAULTS, over
from trial.dose import LEVEL_KEY, LEVEL_UNIT, DoseUnit
from trial.escalation import check_escalation, escalation_settings
from trial.response import check_response
from trial.schema import Definition
from trial.stopping_rule import FLAGGED
from trial.values import has_only, meant, shown

MOST_NAMED = 5
"""More mistakes than these are counted, not told."""
DEFINITION: TypeAdapter[Definition] = TypeAdapter(Annotated[Definition, has_only(Definition, "table")])


class TrialError(ValueError):
    """A trial definition that cannot be used; the message says what, where, and what to do."""


def check(own: dict[str, Any], where: str) -> None:
    """Raise TrialError where the content of a trial.toml holds an unknown name, a wrong value or what cannot be."""
    mistakes = _mistakes(own)
    if mistakes:
        first, *others = mistakes[:MOST_NAMED]
        more = [f"{len(mistakes) - MOST_NAMED} more mistakes"] if len(mistakes) > MOST_NAMED else []
        also = f" Also: {'; '.join([*others, *more])}." if others else ""
        raise TrialError(f"The trial definition {where}: {first}.{also}")


def _mistakes(own: dict[str, Any]) -> list[str]:
    """Every mistake as a clause, in the order of the schema; how tables go together is looked at when each is right."""
    try:
        DEFINITION.validate_python(own)
        _go_together(own)
    except ValidationError as error:
        return [f"{_place(each['loc'], own)} {_wrong(each)}".strip() for each in error.errors(include_url=False)]
    except ValueError as error:
        return [str(error)]
    return []


def _place(location: Sequence[int | str], own: dict[str, Any]) -> str:
    """Where in the file a mistake is: "[dlt] window_days", "dose_level 2 arm", "stopping_rule 'Early death' prior"."""
    match list(location):
        case [str(table), int(number), *keys]:
            return " ".join([table, _row(table, number, own), *map(str, keys)])
        case [str(table), *keys]:
            return f"[{table}] {'.'.join(map(str, keys))}".strip()
    return "it"


def _row(table: str, number: int, own: dict[str, Any]) -> str:
    """Rules are known by their names, all others by their place."""
    row = own[table][number]
    name = row.get("name") if table == "stopping_rule" and isinstance(row, dict) else None
    return repr(name) if isinstance(name, str) and name.strip() else str(number + 1)


def _wrong(error: Any) -> str:
    """What is wrong, in the project's own words where it has them."""
    if error["type"] == "missing":
        return "is missing" if len(error["loc"]) > 1 else "is missing; it needs at least an id"
    if error["type"] == "dict_type":
        return f"must be a table; found {shown(error['input'])}"
    return str(error["ctx"]["error"]) if "error" in error.get("ctx", {}) else str(error["msg"])


def _go_together(own: dict[str, Any]) -> None:
    """ValueError where tables that are right each by itself contradict each other."""
    _has_one_unit(own.get("dose_level", ()), own["trial"].get("dose_unit"))
    _names_what_is_sampled(own.get("pk", {}), own.get("test_codes", {}))
    for rule in own.get("stopping_rule", ()):
        _is_category(rule, (*own.get("special_interest", {}), FLAGGED))
    _is_late(own.get("dlt", {}), over(DEFAULTS, own)["dlt"]["window_days"])
    check_response(own)
    check_escalation(escalation_settings(own, over(DEFAULTS, own)), len(own.get("dose_level", ())))


def _has_one_unit(levels: Sequence[dict[str, Any]], unit: str | None) -> None:
    if unit is None and any("dose" in level for level in levels):
        raise ValueError("[trial] dose_unit is missing; it is the unit of the dose of each dose_level")
    if unit is not None and DoseUnit.read(unit).level != LEVEL_UNIT and any(LEVEL_KEY in level for level in levels):
        raise ValueError(f"[trial] dose_unit is {unit}, but a dose_level gives {LEVEL_KEY}; write dose in its place")


def _is_late(dlt: dict[str, Any], window_days: int) -> None:
    if ("late_criterion" in dlt) != ("late_day" in dlt):
        raise ValueError("[dlt] late_criterion and late_day belong together; give both or neither")
    if dlt.get("late_day", window_days + 1) <= window_days:
        raise ValueError(f"[dlt] late_day {dlt['late_day']} must lie after the window of {window_days} days")


def _names_what_is_sampled(pk: dict[str, Any], codes: dict[str, Any]) -> None:
    """Every planned sample would be counted as missing."""
    if any(key.startswith("hours") for key in pk) and not codes.get("PARENT_DRUG"):
        raise ValueError("[test_codes] PARENT_DRUG is missing; [pk] plans samples of it")


def _is_category(rule: dict[str, Any], categories: tuple[str, ...]) -> None:
    category = rule.get("category")
    if category is not None and category not in categories:
        raise ValueError(
            f"stopping_rule {rule['name']!r} category {category!r} is not in [special_interest]; "
            f"{meant(category, categories)}"
        )
