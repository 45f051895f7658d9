"""Each subject's longest QTc after the first infusion against its baseline."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, day, display, not_collected, plain
from displays.drawing import crowd, house
from displays.drawing.marks import dose_entries, new_entry, outline, who
from displays.drawing.panels import domains, heading, level_line, subplot_names
from displays.groups import dose_colours, nobody, present
from displays.heart.measurements import collected
from displays.heart.qtc import LIMITS_MS, RISES_MS, SOURCE, method, unread
from displays.since import SINCE_LABELS, compare
from displays.words import as_words, counted, exactly, first_of, on_day, sentence, signed
from queries import View
from queries.frames import rows_of

LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "PARAM": "Correction",
    "BASE": "Baseline (ms)",
    "WORST": "Longest later (ms)",
    "WORSTCHG": "Change (ms)",
    "LIMITC": "Limit or range delivered",
    "AVALCA1": "Category (ms)",
    "CHGCAT1": "Category of change (ms)",
    "ADT": "Date",
    "ADY": "Day",
    "AVISIT": "Visit",
    "ATPT": "Time point",
    "NREP": "Replicates averaged",
    "NLATER": "Later time points (n)",
} | SINCE_LABELS
FORMATS = {"BASE": "integer", "WORST": "integer", "WORSTCHG": "integer", "AVISIT": "words", "ATPT": "words"}
CORRECTIONS = {"QTCF": "QTcF (Fridericia)", "QTCB": "QTcB (Bazett)"}
GAP_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 92, 84, 56
PANEL_PIXELS = (house.SCREEN_PIXELS - GAP_PIXELS - TOP_PIXELS - BOTTOM_PIXELS) // 2


QTC_LONGEST = ("qtc_longest", "Longest QTc after the first infusion against baseline")


def qtc_longest(view: View) -> Display:
    """The longest QTc (ms) of each subject after the first infusion against its baseline, by both corrections."""
    if not collected(view, "ECG"):
        return not_collected(view, *QTC_LONGEST, "Electrocardiograms", "eg")
    now, before = view.ask("ecg_subjects"), view.ask_previous("ecg_subjects")
    table = compare(now, before, ("USUBJID", "PARAMCD"), _longest).rows
    drawn = table[table["BASE"].notna() & table["WORST"].notna()]
    return display(
        view,
        *QTC_LONGEST,
        finding=[*_finding(view, table), *unread(view)],
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, drawn) if len(drawn) else None,
        population=_population(table, drawn),
        method=method(view) + " Dashed: 450, 480 and 500 ms; slanting: no change, + 30 and + 60 ms.",
        source=SOURCE,
        questions=("ecg_subjects", "ecg_unread"),
    )


def _longest(row) -> str:
    """The longest as it was measured, or the limit or range that is surely longer."""
    if row.BYLIMIT:
        return _limit(row)
    return f"{exactly(row.WORST, 0)} ms" if present(row.WORST) else "no later QTc"


def _limit(row) -> str:
    return row.LIMITC if str(row.LIMITC)[-1].isalpha() else f"{row.LIMITC} ms"


def _population(table: DataFrame, drawn: DataFrame) -> str:
    if table.empty:
        return ""
    treated = counted(table["USUBJID"].nunique(), "treated subject")
    crowded = crowd.words(drawn, f"the {crowd.NAMED // 2} longest or most increased of each correction", crowd.DOTS)
    return f"{drawn['USUBJID'].nunique()} of {treated} with a baseline and a later QTc. {crowded}".rstrip()


def _long(rows: DataFrame) -> DataFrame:
    """The rows above 480 ms, or with an increase of more than 60 ms; a limit or range counts where it decides."""
    return rows[(rows["WORST"] > LIMITS_MS[1]) | (rows["WORSTCHG"] > RISES_MS[1])]


def _finding(view: View, table: DataFrame) -> list[str]:
    if table.empty:
        return [nobody(view)]
    rows = table[(table["PARAMCD"] == "QTCF") & (table["WORST"].notna() | table["BYLIMIT"])]
    if rows.empty:
        return ["No subject has a QTc after the first infusion yet."]
    rows = rows.sort_values("WORST", ascending=False, kind="stable")
    long = _long(rows)
    subjects = counted(len(rows), "subject")
    words = f"QTcF exceeded {LIMITS_MS[1]} ms or increased by more than {RISES_MS[1]} ms in {len(long)} of {subjects}"
    longest = f"; the longest was {_longest(next(rows_of(rows)))}"
    if long.empty:
        return [sentence(words + longest)]
    return [sentence(words), f"Longest first: {first_of([_named(row) for row in rows_of(long)])}."]


def _named(row) -> str:
    before = f"{exactly(row.BASE, 0)} → " if present(row.BASE) else ""
    when = day(row.ADT) if row.BYLIMIT else on_day(row.ADY)
    return f"{row.SUBJID} ({before}{_longest(row)} on {when}, {row.TRTA})"


def _figure(view: View, rows: DataFrame) -> go.Figure:
    """QTcF above, QTcB below."""
    colours, names = dose_colours(view, rows["TRTA"]), subplot_names(len(CORRECTIONS))
    marks, axes, notes, shapes = [], {}, [], []
    for name, domain, code in zip(names, domains([PANEL_PIXELS] * 2, GAP_PIXELS), CORRECTIONS, strict=True):
        panel = rows[rows["PARAMCD"] == code]
        if panel.empty:
            continue
        sides = [panel["BASE"].min() - 10, panel["BASE"].max() + 14]
        shown, others = _shown(panel) if crowd.crowded(rows) else (panel, [])
        marks += [
            trace.update(xaxis=f"x{name}", yaxis=f"y{name}") for trace in (*others, *_traces(shown, sides, colours))
        ]
        axes |= _axes(panel, name, domain, sides)
        notes += [heading(f"<b>{CORRECTIONS[code]}</b>", domain[1], size=14), *_line_words(name, sides)]
        shapes += [level_line(name, limit) for limit in LIMITS_MS]
    return house.figure(
        *marks,
        *dose_entries(colours),
        *new_entry(rows["SINCE"], view.previous_date),
        height=2 * PANEL_PIXELS + GAP_PIXELS + TOP_PIXELS + BOTTOM_PIXELS,
        margin=dict(t=TOP_PIXELS, l=58, r=14),
        legend=dict(y=1.05, itemclick=False),
        annotations=notes,
        shapes=shapes,
        **axes,
    )


def _shown(panel: DataFrame) -> tuple[DataFrame, list[go.Scatter]]:
    """Of a crowd the subjects drawn one by one, those above a limit first, then by the longest; and the others."""
    order = panel.assign(SHORT=~panel.index.isin(_long(panel).index)).sort_values(
        ["SHORT", "WORST"], ascending=[True, False], kind="stable"
    )
    named = panel["USUBJID"].isin(crowd.first_subjects(order, crowd.NAMED // 2))
    return panel[named], [crowd.dots(panel[~named], "BASE", "WORST")]


def _axes(rows: DataFrame, name: str, domain: tuple[float, float], sides: list[float]) -> dict:
    low, high = min(rows["BASE"].min(), rows["WORST"].min()), max(rows["BASE"].max(), rows["WORST"].max(), 505)
    return {
        f"xaxis{name}": dict(anchor=f"y{name}", title="Baseline (ms)", range=sides),
        f"yaxis{name}": dict(anchor=f"x{name}", domain=domain, title="Longest later (ms)", range=[low - 10, high + 12]),
    }


def _line_words(name: str, sides: list[float]) -> list[dict]:
    """What the slanting lines and the limits are, at their ends."""
    look = dict(xref=f"x{name}", yref=f"y{name}", yanchor="bottom", showarrow=False, font=dict(color=house.MUTED))
    rises = [(rise, f"+{rise}" if rise else "±0") for rise in (0, *RISES_MS)]
    paper = dict(bgcolor="rgba(255,255,255,0.8)", borderpad=1)
    return [
        *[dict(x=sides[1], y=sides[1] + rise, text=text, xanchor="right", **look) for rise, text in rises],
        *[dict(x=sides[0], y=limit, text=f"{limit} ms", xanchor="left", **look, **paper) for limit in LIMITS_MS],
    ]


def _traces(rows: DataFrame, sides: list[float], colours: dict[str, str]) -> list[go.Scatter]:
    lines = [_slanting(sides, rise) for rise in (0, *RISES_MS)]
    return [*lines, _marks(rows, colours)]


def _slanting(sides: list[float], rise: int) -> go.Scatter:
    line = dict(color=house.MUTED, width=1, dash="dot" if rise else "solid")
    ends = [side + rise for side in sides]
    name = f"{rise} ms above the baseline" if rise else "As at baseline"
    return go.Scatter(x=sides, y=ends, mode="lines", name=name, line=line, hoverinfo="skip", showlegend=False)


def _marks(rows: DataFrame, colours: dict[str, str]) -> go.Scatter:
    long, middle = _long(rows), (rows["BASE"].min() + rows["BASE"].max()) / 2
    return go.Scatter(
        x=rows["BASE"],
        y=rows["WORST"],
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        name=rows["PARAMCD"].iloc[0],
        customdata=rows[["USUBJID"]],
        marker=dict(size=10, opacity=1, color=[colours[dose] for dose in rows["TRTA"]], line=outline(rows["SINCE"])),
        text=[plain(row.SUBJID) if row.Index in long.index else "" for row in rows_of(rows)],
        textposition=[f"{_height(row, long)} {'right' if row.BASE < middle else 'left'}" for row in rows_of(rows)],
        hovertext=[_hover(row) for row in rows_of(rows)],
        hoverinfo="text",
    )


def _height(row, labelled: DataFrame) -> str:
    """A label is under its mark where another labelled mark is close above."""
    above = (labelled["WORST"] > row.WORST) & (labelled["WORST"] < row.WORST + 25)
    return "bottom" if (above & ((labelled["BASE"] - row.BASE).abs() < 8)).any() else "top"


def _hover(row) -> str:
    when = ", ".join(as_words(str(part)) for part in (row.AVISIT, row.ATPT) if present(part))
    longest = plain(_limit(row)) if row.BYLIMIT else f"{row.WORST:.0f} ms"
    values = f"{row.BASE:.0f} → {longest} ({'at least ' if row.BYLIMIT else ''}{signed(round(row.WORSTCHG))} ms)"
    mean = "" if row.BYLIMIT else f"mean of {counted(int(row.NREP), 'tracing')}"
    details = "; ".join(part for part in (plain(when), mean) if part)
    return f"{who(row)}<br>{plain(row.PARAM)} {values} on {on_day(row.ADY)}<br>{details}"
