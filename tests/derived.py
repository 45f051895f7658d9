"""What can be derived of few children from the numbers that an open session is told: cells, and a search over them.

A cell is a number that is told, with the children behind it: of a group (its denominator) those who had something. The
children are counted here out of the tables of the cut, one by one, so that the model is held against what is told.
Whoever adds and subtracts cells about one thing gets a number about the children that are left of their groups. It is a
leak where one to four are left, who are then singled out together with that thing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations, product

import numpy
from pandas import DataFrame, notna

from queries import Cut
from queries.open_held import FEWEST

MOST_CELLS = 3
"""So many cells are added and subtracted: a total less two parts, a part of one cut against two of another."""
STAYS = frozenset({"baseline", "dlt", "reason", "treated"})
"""Things that a child has or has not once and for all; others may come to a child from one cut to the next."""


@dataclass(frozen=True)
class Cell:
    """At a cut (its place in time): of the children `group` those of `had` had `thing`, which is of a kind."""

    time: int
    kind: str
    thing: str
    group: frozenset[str]
    had: frozenset[str]
    where: str


def children(cut: Cut) -> dict[str, frozenset[str]]:
    """The groups of children that the numbers are of, counted by the subjects' tables."""
    adsl = cut.table("adsl").merge(cut.table("addl")[["USUBJID", "DLTSTAT"]], on="USUBJID", how="left")
    best = cut.table("adrs").query("PARAMCD == 'BOR'")
    ended = adsl[["EOTDT", "EOTREAS", "EOSDT", "DCSREAS"]].notna().any(axis=1) | (adsl["DTHFL"] == "Y")
    treated = adsl["SAFFL"] == "Y"
    chosen = {
        "screened": treated | True,
        "enrolled": adsl["ENRLFL"] == "Y",
        "treated": treated,
        "evaluable": adsl["DLTSTAT"].isin(["DLT", "No DLT"]),
        "evaluated": adsl["DLTSTAT"].isin(["DLT", "No DLT", "Not evaluable"]),
        "DLT": adsl["DLTSTAT"] == "DLT",
        "died": adsl["DTHFL"] == "Y",
        "ended": treated & ended,
    }
    found = {name: frozenset(adsl.loc[rows, "USUBJID"]) for name, rows in chosen.items()}
    return found | {
        "response": frozenset(best.loc[best["EVALFL"] == "Y", "USUBJID"]),
        "remission": frozenset(best.loc[best["REMFL"] == "Y", "USUBJID"]),
    }


def cells_of(cut: Cut, told: dict[str, DataFrame], time: int) -> list[Cell]:
    """The cells of the answers told of a cut; AssertionError where a number is not that of the children counted."""
    known = children(cut)
    return [
        *_of_measures(known, told["overview_measures"], time),
        *_of_flow(cut, known, told["flow_counts"], time),
        *_of_baseline(cut, known, told["overview_baseline"], time),
        *_of_terms(cut, known, told["overview_adverse_events"], time),
        *_of_sites(cut, known, told["accrual_by_site"], time),
    ]


def _cell(time: int, kind: str, thing: str, group: frozenset, had: frozenset, where: str, number, of=None) -> Cell:
    assert number == len(group & had), (where, thing, number, len(group & had))
    assert of is None or of == len(group), (where, thing, of, len(group))
    return Cell(time, kind, thing, group, group & had, where)


def _of_measures(known: dict, rows: DataFrame, time: int) -> list[Cell]:
    serious = {"Deaths": ("event", "died"), "Subjects with a DLT": ("dlt", "DLT"), "Remissions": ("event", "remission")}
    of = {"enrolled": "enrolled", "treated": "treated", "evaluable": "evaluable", "evaluable for response": "response"}
    return [
        _cell(
            time,
            *serious[row.MEASURE],
            known[of[row.POPULATION]],
            known[serious[row.MEASURE][1]],
            "measures",
            row.NUMBER,
            row.OUTOF,
        )
        for row in rows.itertuples()
        if row.MEASURE in serious and notna(row.NUMBER)
    ]


def _of_flow(cut: Cut, known: dict, rows: DataFrame, time: int) -> list[Cell]:
    adsl = cut.table("adsl")
    reason = adsl["EOTREAS"].fillna(adsl["DTHFL"].map({"Y": "DEATH"})).fillna(adsl["DCSREAS"]).str.upper()
    told = []
    for row in rows[rows["NUMBER"].notna()].itertuples():
        if row.PART == "Reason":
            had = frozenset(adsl.loc[reason == row.STEP, "USUBJID"])
            told.append(_cell(time, "reason", row.STEP, known["ended"], had, "flow", row.NUMBER, row.OUTOF))
        if row.STEP == "Died":
            told.append(_cell(time, "event", "died", known["treated"], known["died"], "flow", row.NUMBER, row.OUTOF))
        if row.STEP == "Not evaluable":
            had = known["evaluated"] - known["evaluable"]
            told.append(_cell(time, "dlt", "not evaluable", known["evaluated"], had, "flow", row.NUMBER))
    return told


def _of_baseline(cut: Cut, known: dict, rows: DataFrame, time: int) -> list[Cell]:
    adsl = cut.table("adsl").query("SAFFL == 'Y'")
    columns = {"Age": "AGEGR1", "Sex": "SEX", "Disease": "DISEASE"}
    codes = {"Female": "F", "Male": "M"}
    told = []
    for row in rows[rows["ITEM"].isin(columns) & rows["MEDIAN"].isna()].itertuples():
        values = adsl[columns[row.ITEM]]
        of_these = values.isin([codes.get(row.CATEGORY, row.CATEGORY)])
        if row.CATEGORY == "Unknown":
            of_these = values.isna() | ~values.isin(["F", "M"]) if row.ITEM == "Sex" else values.isna()
        had = frozenset(adsl.loc[of_these, "USUBJID"])
        told.append(
            _cell(time, "baseline", f"{row.ITEM} {row.CATEGORY}", known["treated"], had, "baseline", row.NUMBER)
        )
    return told


def _of_terms(cut: Cut, known: dict, rows: DataFrame, time: int) -> list[Cell]:
    adae = cut.table("adae").query("TRTEMFL == 'Y'")
    named = adae["AEDECOD"].mask(adae["AEDECODFB"] == "Y", "Not coded")
    told = []
    for column, least in (("SUBJECTS", 0), ("SUBJECTS3", 3)):
        grave = adae[adae["ATOXGR"].fillna(0) >= least]
        people = {term: frozenset(found) for term, found in grave["USUBJID"].groupby(named)}
        told += [
            _cell(
                time,
                "event",
                f"{row.AEDECOD} {column}",
                known["treated"],
                people.get(row.AEDECOD, frozenset()),
                "terms",
                getattr(row, column),
                row.OUTOF,
            )
            for row in rows.itertuples()
            if notna(getattr(row, column))
        ]
    return told


def _of_sites(cut: Cut, known: dict, rows: DataFrame, time: int) -> list[Cell]:
    """Enrolment by site is public; who was treated, where it is told by site, is not."""
    if "TREATED" not in rows:
        return []
    sites = cut.table("adsl").groupby("SITEID")["USUBJID"]
    enrolled = {site: frozenset(people) & known["enrolled"] for site, people in sites}
    return [
        _cell(time, "treated", "treated", enrolled[row.SITEID], known["treated"], "sites", row.TREATED, row.ENROLLED)
        for row in rows.itertuples()
        if row.ENROLLED
    ]


def leaks(cells: list[Cell]) -> list[str]:
    """What cells tell of one to four children, in words; empty where they tell nothing."""
    by_thing = defaultdict(list)
    for cell in dict.fromkeys(cells):
        by_thing[cell.kind, cell.thing].append(cell)
    return [
        words for (kind, _), same in by_thing.items() for words in (*_differences(kind, same), *_forced(kind, same))
    ]


def _differences(kind: str, cells: list[Cell]) -> list[str]:
    """Sums and differences that leave one to four children, of cells in which each child is in one state."""
    people = sorted(set().union(*(cell.group for cell in cells)))
    groups = numpy.array([[child in cell.group for child in people] for cell in cells], dtype=int)
    found = []
    for size in range(1, MOST_CELLS + 1):
        for chosen in combinations(range(len(cells)), size):
            if kind not in STAYS and len({cells[place].time for place in chosen}) > 1:
                continue
            for signs in product((1, -1), repeat=size):
                left = numpy.array(signs) @ groups[list(chosen)]
                if set(left) <= {0, 1} and 0 < left.sum() < FEWEST:
                    told = " ".join(
                        f"{'+-'[sign < 0]}{cells[place].where} {cells[place].time}"
                        for sign, place in zip(signs, chosen, strict=True)
                    )
                    found.append(f"{cells[0].thing} of {left.sum()}: {told}")
    return found


def _forced(kind: str, cells: list[Cell]) -> list[str]:
    """What may come to a child: more had it at a later cut than were there before, and one to four were added since."""
    if kind in STAYS:
        return []
    pairs = [(a, b) for a in cells for b in cells if a.time < b.time]
    return [
        f"{a.thing}: {len(b.had) - len(a.group)} or more of {len(b.group - a.group)} new at {b.time}"
        for a, b in pairs
        if 0 < len(b.group - a.group) < FEWEST and len(b.had) > len(a.group)
    ]
