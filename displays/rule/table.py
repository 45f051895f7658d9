"""A design's decision table as rows, the state of each dose level in it, and the grid drawn from them."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, isna

from displays.display import plain
from displays.drawing import house
from displays.rule.words import ACTIONS, dose_number
from stats.escalation import CRM, Outcomes, RollingSix
from stats.escalation.wrappers import unwrapped
from trial import Trial

CELL_PIXELS = 36
PANEL_GAP = 52
ENROLLED_LABELS = {
    "ENROLLED": "Enrolled at the level (n)",
    "NDLT": "With DLT (n)",
    "NNODLT": "Without DLT (n)",
    "NPENDING": "Pending (n)",
}
EVALUATED_LABELS = {"NEVAL": "Evaluated at the level (n)", "NDLT": "With DLT (n)"}
ENDING_LABELS = {"ACTION": "Next subjects", "LEVELS": "Levels in this state", "NOW": "Present"}
WORDS = {
    "escalate": "escalate",
    "stay": "stay",
    "de-escalate": "de-escalate",
    "suspend": "wait for the pending",
    "stop": "de-escalate, level closed for good",
}


def has_table(design) -> bool:
    """Whether the design is a table at all; a CRM is not."""
    return not isinstance(unwrapped(design), CRM)


def labels(design) -> dict[str, str]:
    """The headings of `states`."""
    return (ENROLLED_LABELS if isinstance(unwrapped(design), RollingSix) else EVALUATED_LABELS) | ENDING_LABELS


def states(design, known: Outcomes, trial: Trial) -> DataFrame:
    """One row a state of a level: counts, ACTION, LEVELS (the doses now in it), NOW ("present" for the current)."""
    rows, key = _by_enrolled(design) if isinstance(unwrapped(design), RollingSix) else _by_evaluated(design, known)
    at = {rank: key(known, rank) for rank in sorted({cohort.level for cohort in known.cohorts})}
    current = at.get(known.level) if known.cohorts else None
    found = [tuple(row) for row in rows[[c for c in rows.columns if c != "ACTION"]].itertuples(index=False)]
    return rows.assign(
        LEVELS=[", ".join(dose_number(rank, trial) for rank, state in at.items() if state == row) for row in found],
        NOW=["present" if row == current else "" for row in found],
    )


def _by_enrolled(design):
    table = (
        unwrapped(design)
        .table(6)
        .rename(
            columns={
                "enrolled": "ENROLLED",
                "with_dlt": "NDLT",
                "without_dlt": "NNODLT",
                "pending": "NPENDING",
                "decision": "ACTION",
            }
        )
    )

    def state(known: Outcomes, rank: int) -> tuple:
        enrolled, evaluated, dlt = known.enrolled_at(rank), known.evaluated_at(rank), known.dlt_at(rank)
        return enrolled, dlt, evaluated - dlt, enrolled - evaluated

    return table, state


def _by_evaluated(design, known: Outcomes):
    reached = sorted({known.evaluated_at(cohort.level) for cohort in known.cohorts})
    shown = _shown(reached)
    rows = [
        (limits.n, dlt, _limit_action(limits, dlt))
        for limits in unwrapped(design).table(shown[-1]).itertuples()
        if limits.n in shown
        for dlt in range(limits.n + 1)
    ]
    return DataFrame(rows, columns=["NEVAL", "NDLT", "ACTION"]), lambda known, rank: (
        known.evaluated_at(rank),
        known.dlt_at(rank),
    )


def _shown(reached: list[int]) -> list[int]:
    """The numbers evaluated that the table shows: 1 to 12, or where a level has more, its own and the next three."""
    most = max(reached, default=0)
    first = range(1, 13) if most < 10 else (3, 6, 9)
    return sorted({*first, *(n for n in reached if n), *range(max(most, 1), most + 4)})


def _limit_action(limits, dlt: int) -> str:
    """Where a design closes a level and a design that merely leaves it differ, closing is said."""
    closes, leaves = (
        None if isna(limit) else limit for limit in (limits.eliminate_if_at_least, limits.deescalate_if_at_least)
    )
    if closes is not None and dlt >= closes:
        return "stop"
    if leaves is not None and dlt >= leaves:
        return "de-escalate"
    return "escalate" if dlt <= limits.escalate_if_at_most else "stay"


def grid(design, table: DataFrame, unit: str) -> go.Figure:
    """The decision table as cells, the present one framed, with the doses (in that unit) that are in each."""
    panels = _enrolled_panels(table) if "ENROLLED" in table else _evaluated_panels(table)
    columns = sorted({number for panel in panels for number in panel["COLUMN"]})
    heights = [CELL_PIXELS * (panel["ROW"].max() - panel["ROW"].min() + 1) for panel in panels]
    total = sum(heights) + PANEL_GAP * len(panels)
    shapes, words, top = [], _key(table, unit), total
    for panel, height in zip(panels, heights, strict=True):
        cells, texts = _panel(
            panel.assign(PLACE=[columns.index(number) for number in panel["COLUMN"]]), top - PANEL_GAP + 22, unit
        )
        shapes, words, top = shapes + cells, words + texts, top - height - PANEL_GAP
    return house.figure(
        height=total + 116,
        showlegend=False,
        margin=dict(l=8, r=8, t=64, b=52),
        shapes=shapes,
        annotations=words,
        yaxis=dict(range=[0, total], visible=False),
        xaxis=dict(
            range=[-0.55 - 0.22 * (len(columns) + 1), len(columns) - 0.4],
            tickvals=list(range(len(columns))),
            ticktext=[str(number) for number in columns],
            title="Evaluated at the level (n)",
            ticks="",
            showline=False,
        ),
    )


def _enrolled_panels(table: DataFrame) -> list[DataFrame]:
    table = table.assign(COLUMN=table["NDLT"] + table["NNODLT"], ROW=table["ENROLLED"])
    names = {0: "No DLT so far", 1: "One DLT", 2: "Two or more DLTs"}
    panels = []
    for dlts, name in names.items():
        rows = table[table["NDLT"] == dlts] if dlts < 2 else _merged(table[table["NDLT"] >= 2])
        panels.append(rows.assign(PANEL=name, SIDE="enrolled"))
    return panels


def _merged(rows: DataFrame) -> DataFrame:
    """Two and more DLTs decide the same, however many are enrolled: one cell a number evaluated."""
    together = {"ACTION": "first", "LEVELS": lambda names: ", ".join(n for n in names if n), "NOW": "max"}
    return rows.groupby("COLUMN", as_index=False).agg(together).assign(ROW=0)


def _evaluated_panels(table: DataFrame) -> list[DataFrame]:
    most = 7 if len(table[table["NDLT"] > 7]) else table["NDLT"].max()
    shown = table[(table["NDLT"] <= most) | (table["LEVELS"] != "")]
    return [
        shown.assign(
            COLUMN=shown["NEVAL"],
            ROW=shown["NDLT"],
            PANEL="Subjects with a DLT at the level, by number evaluated",
            SIDE="DLT",
        )
    ]


def _panel(panel: DataFrame, top: float, unit: str) -> tuple[list[dict], list[dict]]:
    """The cells of a panel and its words; a present cell comes last, so that its frame lies over its neighbours."""
    first, side = panel["ROW"].min(), panel["SIDE"].iloc[0]
    words = [
        dict(
            x=0,
            xref="paper",
            xanchor="left",
            y=top + 4,
            yanchor="bottom",
            showarrow=False,
            text=f"<b>{panel['PANEL'].iloc[0]}</b>",
            font=dict(size=14),
        )
    ]
    for row in range(first, panel["ROW"].max() + 1):
        text = f"{row} {side}" if panel["ROW"].nunique() > 1 else f"any {side}"
        words.append(
            dict(
                x=0,
                xref="paper",
                xanchor="left",
                y=top - CELL_PIXELS * (row - first + 0.5),
                showarrow=False,
                text=text,
                font=dict(size=12, color=house.MUTED),
            )
        )
    cells = [(cell, top - CELL_PIXELS * (cell.ROW - first + 0.5)) for cell in panel.sort_values("NOW").itertuples()]
    return [_cell(cell, y) for cell, y in cells], words + [_word(cell, y, unit) for cell, y in cells]


def _cell(cell, y: float) -> dict:
    half, present = CELL_PIXELS / 2 - 1, cell.NOW == "present"
    line = dict(color=house.INK, width=3) if present else dict(color=house.PAPER, width=1)
    return dict(
        type="rect",
        x0=cell.PLACE - 0.48,
        x1=cell.PLACE + 0.48,
        y0=y - half,
        y1=y + half,
        fillcolor=ACTIONS[cell.ACTION][1],
        line=line,
        layer="above" if present else "between",
        name=cell.ACTION,
    )


def _word(cell, y: float, unit: str) -> dict:
    sign = ACTIONS[cell.ACTION][0]
    text = _inside(sign, cell.LEVELS.split(", "), many_columns=cell.SIDE == "DLT") if cell.LEVELS else sign
    return dict(
        x=cell.PLACE,
        y=y,
        showarrow=False,
        text=text,
        font=dict(size=12, color=house.INK),
        captureevents=True,
        hovertext=WORDS[cell.ACTION] + (f"; now at {plain(cell.LEVELS)} {unit}" if cell.LEVELS else ""),
    )


def _inside(sign: str, doses: list[str], many_columns: bool) -> str:
    """The sign and the doses in two lines; where columns are many, several doses take the place of the sign."""
    if len(doses) == 1:
        return f"{sign}<br><b>{plain(doses[0])}</b>"
    second = f"+{len(doses) - 1}" if len(doses) > 2 else plain(doses[1])
    return f"{'' if many_columns else sign}<b>{plain(doses[0])}<br>{second}</b>"


def _key(table: DataFrame, unit: str) -> list[dict]:
    used = [action for action in ACTIONS if action in set(table["ACTION"])]
    words = {"stop": "closed", "suspend": "wait"}
    signs = "   ".join(f"{ACTIONS[action][0]} {words.get(action, action)}" for action in used)
    place = dict(x=0, xref="paper", xanchor="left", y=1, yref="paper", yanchor="bottom", showarrow=False)
    frame = f"Framed: the present state. Numbers: doses ({unit}) in that state."
    return [
        place | dict(yshift=16, text=signs, font=dict(size=13)),
        place | dict(yshift=-2, text=frame, font=dict(size=11, color=house.MUTED)),
    ]
