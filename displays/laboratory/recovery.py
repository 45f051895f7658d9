"""Recovery of counts in numbers: Aalen-Johansen estimates by dose, and what came before recovery."""

from __future__ import annotations

from collections import defaultdict

from pandas import DataFrame

from displays.groups import doses_in_order, present
from displays.words import exactly
from queries import View
from queries.frames import rows_of
from stats.proportions import Interval
from stats.survival import cumulative_incidence, incidence_median

ALL = "All doses"
TESTS = {"ANC": "Neutrophils", "PLAT": "Platelets"}
EVENTS = {
    "RECOVERED": "recovered",
    "NOT CLEARED": "marrow not cleared",
    "RELAPSE": "relapse or progression",
    "DEATH": "died",
    "OTHER THERAPY": "transplant or another therapy",
    "NEXT COURSE": "next course",
    "CENSORED": "last count, not recovered yet",
}
"""EVNTCD → words; all but the first and the last compete with recovery."""
COMPETING = tuple(EVENTS)[1:-1]
COUNTS = {
    "NOTCLEAR": "NOT CLEARED",
    "NRELAPSE": "RELAPSE",
    "NDIED": "DEATH",
    "NOTHER": "OTHER THERAPY",
    "NNEXT": "NEXT COURSE",
    "NOPEN": "CENSORED",
}
"""Column → the event whose subjects it counts."""


def curve(rows: DataFrame) -> DataFrame:
    """The cumulative incidence of recovery by day of the course, of subjects at risk (AVAL, EVNTCD)."""
    return _curve(list(rows_of(rows)))


def _curve(rows: list) -> DataFrame:
    codes = {code: number for number, code in enumerate(EVENTS, 1)} | {"CENSORED": 0}
    days = [float(row.AVAL) for row in rows]
    return cumulative_incidence(days, [codes[row.EVNTCD] for row in rows], cause=codes["RECOVERED"])


def at_risk(rows: DataFrame) -> DataFrame:
    """Those of whom a count of the course was below the limit."""
    return rows[rows["RISKCD"] == "AT RISK"]


def limits(view: View) -> list[tuple[str, float]]:
    """The limits to which recovery is timed: test and 10^9/L, as the trial states them."""
    stated = view.trial.content["laboratory"]
    neutrophils = [("ANC", float(limit)) for limit in sorted(set(stated["neutrophils_recovered"]))]
    return [*neutrophils, *[("PLAT", float(limit)) for limit in sorted(set(stated["platelets_recovered"]))]]


def limit_name(test: str, limit: float) -> str:
    """ "Neutrophils ≥ 0.5"."""
    return f"{TESTS[test]} ≥ {exactly(limit, 2)}"


Groups = dict[tuple[str, float, str], dict[str, list]]
"""Test, limit and dose (or all) → column of the table → the subjects it counts, as rows of `count_recovery`."""


def grouped(rows: DataFrame) -> Groups:
    """Who is counted where; who was longest without recovery first."""
    found: Groups = defaultdict(lambda: defaultdict(list))
    column = {code: name for name, code in COUNTS.items()} | {"RECOVERED": "NRECOV"}
    risks = {"AT RISK": "NRISK", "NEVER LOW": "NNEVER"}
    for row in rows_of(rows.sort_values("AVAL", ascending=False, kind="stable")):
        names = ["NSUBJ", risks.get(row.RISKCD, "NUNKNOWN")]
        names += [column[row.EVNTCD]] if row.RISKCD == "AT RISK" else []
        for dose in (ALL, row.TRTA):
            for name in names:
                found[row.PARAMCD, row.LIMITVAL, dose][name].append(row)
    return found


def summary(view: View, rows: DataFrame) -> tuple[DataFrame, dict[str, tuple[str, ...]]]:
    """A row a limit and dose, all doses together first, and the subjects behind each number (as Display.behind)."""
    groups, doses = grouped(rows), doses_in_order(view, rows["TRTA"])
    places = [(test, limit, dose) for test, limit in limits(view) for dose in (ALL, *doses)]
    table = DataFrame([_line(groups[place], *place) for place in places])
    behind = {
        f"{name} {number}": tuple(row.USUBJID for row in those)
        for number, place in enumerate(places)
        for name, those in groups[place].items()
    }
    return table, behind


def _line(group: dict[str, list], test: str, limit: float, dose: str) -> dict:
    risk = group["NRISK"]
    middle = incidence_median(_curve(risk)) if risk else None
    return (
        {"PARAM": limit_name(test, limit), "PARAMCD": test, "LIMITVAL": limit, "TRTA": dose}
        | {name: len(group[name]) for name in ("NSUBJ", "NRISK", "NRECOV")}
        | {"MEDIAN": middle.estimate if middle else float("nan"), "LIMITS": _limits(middle)}
        | {name: len(group[name]) for name in (*COUNTS, "NNEVER", "NUNKNOWN")}
    )


def _limits(middle: Interval | None) -> str | None:
    """ "24 to 35", "24 to not reached"; None where neither is known."""
    if middle is None or not (present(middle.lower) or present(middle.upper)):
        return None
    ends = [exactly(end) if present(end) else "not reached" for end in (middle.lower, middle.upper)]
    return " to ".join(ends)
