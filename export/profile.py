"""One subject on one sheet of paper: facts, course and the worst adverse events, as a tagged PDF."""

from __future__ import annotations

from pathlib import Path

import plotly.graph_objects as go
from pandas import DataFrame

from displays import Display
from displays.words import cell
from export.images import render
from export.letters import shown
from export.typeset import in_shipped_font, typeset
from queries.frames import rows_of

TEMPLATE = Path(__file__).with_name("profile.typ")
WIDTH, MOST_EVENTS = 1000, 12
COLUMNS = {
    "AEDECOD": 3.0,
    "ATOXGR": 0.9,
    "ADY": 1.0,
    "AENDY": 1.0,
    "AESERC": 1.0,
    "CAUSALITY": 1.6,
    "DLT": 1.3,
    "ACTION": 2.0,
    "OUTCOME": 2.0,
}
"""The columns of adverse events on the sheet, and how wide each is beside the others."""


def profile(header: Display, course: Display, events: Display, parameters: Display) -> bytes:
    """A subject's profile as PDF (PDF/UA-1), one page of A4.

    header, course, events, parameters: the displays subject_header, subject_course, subject_adverse_events and
    subject_parameters of one subject.
    ValueError for a hypothetical one, ImagesUnavailable where no browser can draw the course.
    """
    displays = (header, course, events, parameters)
    if supposed := next((made.hypothetical for made in displays if made.hypothetical), ""):
        raise ValueError(f"{header.title}: {supposed}. What is supposed is never written to a file.")
    told = shown(sheet(*displays))
    return typeset(TEMPLATE, told, pdf_standards=["ua-1"])


def sheet(header: Display, course: Display, events: Display, parameters: Display) -> dict:
    """What stands on the sheet, as its template reads it."""
    return {
        "title": header.title,
        "finding": header.finding,
        "facts": _facts(header.table),
        "course": {
            "title": course.title,
            "svg": _drawing(course.figure),
            "alt": course.alt,
            "population": f"{course.finding} {course.population}",
        },
        "parameters": {"title": parameters.title, "finding": parameters.finding},
        "events": _events(events),
        "foot": _foot(header),
    }


def _facts(table: DataFrame) -> list[dict[str, str]]:
    """The facts of the header; its table is empty where the cut does not hold the subject."""
    return [
        {"name": row.MEASURE, "now": str(row.NOW), "note": ", ".join(filter(None, (str(row.DENOM), str(row.NOTE))))}
        for row in rows_of(table)
    ]


def _drawing(figure: go.Figure | None) -> str:
    if figure is None:
        return ""
    return in_shipped_font(render(go.Figure(figure).update_layout(width=WIDTH), "svg").decode())


def _events(made: Display) -> dict:
    """The adverse events of the highest grades, those after the first infusion first."""
    columns = [column for column in COLUMNS if column in made.table]
    rows = _worst(made.table)
    left_out = len(made.table) - len(rows)
    return {
        "title": made.title,
        "finding": made.finding,
        "head": [made.labels[column] for column in columns],
        "widths": [COLUMNS[column] for column in columns],
        "rows": [[_cell(made, column, row[column]) for column in columns] for row in rows.to_dict("records")],
        "more": f"The worst first; {left_out} more in the dashboard. {made.population}"
        if left_out
        else made.population,
    }


def _cell(made: Display, column: str, value) -> str:
    said = cell(value, made.formats.get(column))
    return {"Y": "yes", "N": "no"}.get(said, said)


def _worst(table: DataFrame) -> DataFrame:
    if table.empty:
        return table
    order = table.assign(EMERGENT=table["TRTEMFL"] == "Y")
    order = order.sort_values(["EMERGENT", "ATOXGR", "ADY"], ascending=[False, False, True], kind="stable")
    return table.loc[order.index].head(MOST_EVENTS)


def _foot(made: Display) -> str:
    marks = [made.study, "Synthetic data" if made.synthetic else "", made.data_line, "Closed session"]
    return " · ".join(filter(None, marks))
