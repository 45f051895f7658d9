"""Each subject's exposure to the study drug beside one effect, and why a subject has not both."""

from __future__ import annotations

import pandas
from pandas import DataFrame, Series

from displays.pharmacokinetics.concentrations import amount
from displays.pharmacokinetics.effects import Effect, course_of
from displays.since import compare
from queries import View
from queries.frames import rows_of

EXPOSURES = {
    "auc": ("AUC over 24 h", "h·ng/mL"),
    "cmax": ("Cmax", "ng/mL"),
    "total": ("AUC up to the echo (estimated)", "h·ng/mL"),
    "dose": ("Dose received up to the echo", ""),
}
FIRST, CUMULATIVE = ("auc", "cmax"), ("total", "dose")
"""Exposures of the first infusion; of all infusions up to a measurement of the heart."""


def in_unit(view: View, kind: str) -> tuple[str, str]:
    """An exposure in words and its unit."""
    name, unit = EXPOSURES[kind]
    return name, unit or view.trial.amount_unit


def small(name: str) -> str:
    """The name within a sentence: "AUC over 24 h", "dose received up to the echo"."""
    return name if name[:2].isupper() or name.startswith("C") else name[:1].lower() + name[1:]


def exposed(view: View, asked: Effect, kind: str) -> DataFrame:
    """A row a treated subject, worst first, beside the previous cut; changed is another effect or exposure."""
    course = course_of(view)
    now = _rows(view.ask, asked, kind, course)
    before = _rows(view.ask_previous, asked, kind, course) if view.previous else None
    told = compare(now, before, ("USUBJID",), lambda row: f"{row.EFFECT}; {amount(row.X)}").rows
    return told.assign(SINCE=told["SINCE"].where(told["OUT"].isna(), ""))


def _rows(ask, asked: Effect, kind: str, course: int) -> DataFrame:
    subjects = ask("first_exposure", course=course)
    rows = subjects.merge(asked.rows(ask, course), on="USUBJID", how="left")
    rows = rows.assign(X=_x(rows, kind), EFFECT=rows["EFFECT"].astype(object).fillna(asked.unknown))
    for column in ("EVENT", "VALUE", "UNTIL", "CUMDOSE"):
        rows[column] = rows[column] if column in rows else None
    out = [_why_out(row, kind, asked) for row in rows_of(rows)]
    return _worst_first(rows.assign(OUT=Series(out, dtype=object, index=rows.index)), asked)


def _x(rows: DataFrame, kind: str) -> Series:
    if kind == "auc" or kind == "cmax":
        return rows[kind.upper()].astype("float64")
    received = rows["CUMDOSE"].astype("float64")
    return received if kind == "dose" else rows["AUC"] * received / rows["DOSE1"].where(rows["DOSE1"] > 0)


def _why_out(row, kind: str, asked: Effect) -> str | None:
    """Why a subject is in no comparison: the effect is not known, or the exposure."""
    unknown = pandas.isna(row.EVENT) if asked.event else pandas.isna(row.VALUE) and pandas.isna(row.UNTIL)
    if unknown:
        return row.WHY if isinstance(row.WHY, str) else asked.unknown
    if not pandas.isna(row.X):
        return None
    if kind in ("auc", "cmax"):
        return f"no {EXPOSURES[kind][0]}: {row.AUCREAS if kind == 'auc' else row.CMAXREAS}"
    lacking = pandas.isna(row.AUC) and kind == "total"
    return f"no AUC over 24 h: {row.AUCREAS}" if lacking else "dose received not known"


def _worst_first(rows: DataFrame, asked: Effect) -> DataFrame:
    """Subjects with the event first, or the worst number; of equals the highest exposure; who is not drawn last."""
    if asked.event:
        grave = rows["EVENT"].map({True: int(asked.good), False: int(not asked.good)})
    else:
        grave = rows["VALUE"].astype("float64") * (1 if asked.lowest else -1)
    order = rows.assign(GRAVE=grave.astype("float64"), LAST=rows["OUT"].notna(), HIGH=-rows["X"])
    order = order.sort_values(["LAST", "GRAVE", "HIGH"], kind="stable", na_position="last")
    return order.drop(columns=["GRAVE", "LAST", "HIGH"]).reset_index(drop=True)
