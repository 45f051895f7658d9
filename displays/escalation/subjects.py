"""Every treated subject at its dose level: DLT, no DLT, pending or not evaluable."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.escalation.dose import dose_note, notable_doses
from displays.escalation.evaluation import not_evaluable_in_short, status_but_days, status_words, with_reasons
from displays.escalation.words import after_window, by_level, definition, protocol
from displays.groups import NO_LEVEL, cohort_name, dlts_collected, nobody, present, window
from displays.since import SINCE_LABELS, Compared, compare, since, since_words
from displays.words import counted, listed, sentence, short_dose
from queries import View

SUBJECT_BY_DOSE = ("subject_by_dose", "Every treated subject by dose level")
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "COHORTNAM": "Cohort",
    "DISEASE": "Disease",
    "TRTSDT": "First infusion",
    "DLTSTAT": "Status",
    "DAYSLEFT": "Days left in the window",
    "PENDREAS": "Why pending",
    "NEREASN": "Why not evaluable",
    "DLTTERM": "DLT",
    "DLTGR": "Grade",
    "DLTADY": "Onset (day)",
    "NDOSE1": "Infusions in course 1 (n)",
    "DOSESHR": "Dose of course 1, of the planned",
    "DOSENOTE": "Dose other than assigned",
    "WINENDT": "Window ends",
} | SINCE_LABELS
STATUSES = ("DLT", "No DLT", "Pending", "Not evaluable")
ROW_PIXELS = 21


def subject_by_dose(view: View) -> Display:
    """Who was treated at which dose, in order of first infusion, and what each says about DLTs."""
    if not dlts_collected(view):
        return not_collected(view, *SUBJECT_BY_DOSE, "DLTs")
    compared = subjects(view)
    table = compared.rows
    return display(
        view,
        *SUBJECT_BY_DOSE,
        finding=_finding(view, compared),
        table=table,
        labels=LABELS,
        formats={"DOSESHR": "percent"},
        figure=_figure(view, table) if len(table) else None,
        questions=("dlt_status",),
        population=_population(view, table),
        method=definition(view),
        source=protocol(view),
    )


def subjects(view: View) -> Compared:
    """The answer of `dlt_status`, with STATE (the status in words), cohort and reasons, beside the previous cut's."""
    # everybody of the previous cut: who was treated then and has come under the filters since is not new
    before = view.previous.ask("dlt_status") if view.previous else None
    return compare(
        _in_words(view.ask("dlt_status")),
        before,
        ("USUBJID",),
        status_but_days,
        words=lambda was, _: status_words(was),
    )


def _in_words(subjects: DataFrame) -> DataFrame:
    rows = list(subjects.itertuples())
    return with_reasons(subjects).assign(
        STATE=[status_words(row) for row in rows],
        COHORTNAM=[cohort_name(row) for row in rows],
        DOSENOTE=[dose_note(row) or None for row in rows],
        TRTA=subjects["TRTA"].fillna(NO_LEVEL),
    )


def _finding(view: View, compared: Compared) -> list[str]:
    table = compared.rows
    if table.empty:
        return [nobody(view)]
    counts = table["DLTSTAT"].value_counts()
    dlts = table[table["DLTSTAT"] == "DLT"].groupby("TRTA", sort=False)["USUBJID"].count()
    text = f"{counts.get('DLT', 0) or 'none'} of {counted(len(table), 'treated subject')} had a DLT"
    hit = {dose: dlts[dose] for dose in _levels(view, table) if dose in dlts}
    text += f" ({by_level(hit, view.trial.dose_unit)})" if hit else ""
    text += f"; {counts.get('Pending', 0)} pending, {counts.get('Not evaluable', 0)} not evaluable"
    doses = notable_doses(table.itertuples())
    return [sentence(text), *([sentence(doses)] if doses else []), since(view, _news(compared))]


def _news(compared: Compared) -> str:
    """ "2 subjects first treated, 3 statuses changed, of which 101-003 No DLT → DLT after an earlier evaluation"."""
    changed = compared.changed
    was = compared.was.loc[changed.index, "DLTSTAT"]
    again = [
        f"{row.SUBJID} {then} → {row.STATE if row.DLTSTAT == 'Pending' else row.DLTSTAT}"
        for row, then in zip(changed.itertuples(), was, strict=True)
        if then != "Pending"
    ]
    text = (
        f"{counted(len(compared.new), 'subject')} first treated, {counted(len(changed), 'status', 'statuses')} changed"
    )
    return text + (f", among them {listed(again)} after an earlier verdict" if again else "")


def _population(view: View, table: DataFrame) -> str:
    if table.empty:
        return f"No treated subjects. {window(view)}"
    diseases = table["DISEASE"].fillna("disease not stated").value_counts()
    expansion = (table["EXPFL"] == "Y").sum()
    of_disease = listed([f"{n} {name}" for name, n in diseases.items()])
    people = f"{counted(len(table), 'treated subject')} ({of_disease}), {expansion or 'none'} of them in the expansion"
    return f"{people}; in order of first infusion. {window(view)}{after_window(view, table)}"


def _levels(view: View, table: DataFrame) -> list[str]:
    shown = set(table["TRTA"])
    planned = [dose for dose in view.cut.dose_labels if dose in shown or not view.filters.doses]
    return planned + [NO_LEVEL] * (NO_LEVEL in shown)


def _figure(view: View, table: DataFrame) -> go.Figure:
    levels = _levels(view, table)
    fig = house.figure(
        height=130 + ROW_PIXELS * len(table),
        xaxis=dict(
            title=f"Dose level ({view.trial.dose_unit})",
            tickvals=list(range(len(levels))),
            ticktext=[plain(short_dose(dose, view.trial.dose_unit)) for dose in levels],
            range=[-0.5, len(levels) + 1],
            side="top",
            gridcolor=house.RULE,
            showgrid=True,
        ),
        yaxis=dict(
            tickvals=list(range(len(table))),
            ticktext=[_tick(row) for row in table.itertuples()],
            range=[len(table) - 0.4, -0.6],
            showgrid=False,
            ticks="",
            tickfont_size=12,
        ),
        legend=dict(y=-0.01, yanchor="top"),
        margin=dict(t=56, b=24, r=8),
    )
    _cohorts(fig, table)
    for status in STATUSES:
        _marks(fig, table, levels, status)
    _rings(fig, table, levels)
    return fig


def _tick(row) -> str:
    disease = (
        f' <span style="color:{house.disease_colour(row.DISEASE)}"><b>{plain(row.DISEASE)}</b></span>'
        if present(row.DISEASE)
        else ""
    )
    return plain(row.SUBJID) + disease


def _cohorts(fig: go.Figure, table: DataFrame) -> None:
    """A band behind each run of subjects of one cohort, named at its right end."""
    for number, rows in enumerate(_runs(table), start=1):
        first, last = rows.index[0], rows.index[-1]
        fig.add_shape(
            type="rect",
            x0=0,
            x1=1,
            xref="paper",
            y0=first - 0.5,
            y1=last + 0.5,
            layer="below",
            line_width=0,
            fillcolor="#f3f6f8" if number % 2 else house.PAPER,
        )
        fig.add_annotation(
            x=1,
            xref="paper",
            xanchor="right",
            y=_named_row(rows),
            yanchor="middle",
            text=plain(rows["COHORTNAM"].iloc[0]),
            showarrow=False,
            font=dict(size=11, color=house.MUTED),
        )


def _runs(table: DataFrame) -> list[DataFrame]:
    """The rows of each run of one cohort, in order, by their place in the figure."""
    placed = table.reset_index(drop=True)
    return [rows for _, rows in placed.groupby((placed["COHORTNAM"] != placed["COHORTNAM"].shift()).cumsum())]


def _named_row(rows: DataFrame) -> int:
    """Where a run's cohort is named: its first row that has no words beside the mark, else the first."""
    silent = rows.index[rows["DLTSTAT"] == "No DLT"]
    return silent[0] if len(silent) else rows.index[0]


def _marks(fig: go.Figure, table: DataFrame, levels: list[str], status: str) -> None:
    rows = [(at, row) for at, row in enumerate(table.itertuples()) if row.DLTSTAT == status]
    if not rows:
        return
    # towards the side with more room; where the cohort's name stands at the right end, there is less of it
    named = {_named_row(run) for run in _runs(table)}
    right = [levels.index(row.TRTA) <= len(levels) / 2 - (at in named) for at, row in rows]
    fig.add_scatter(
        x=[levels.index(row.TRTA) for _, row in rows],
        y=[at for at, _ in rows],
        mode="markers+text",
        name=status,
        text=[_beside(row, room=16 if at in named else 26) for at, row in rows],
        textposition=["middle right" if r else "middle left" for r in right],
        textfont=dict(size=11, color=house.INK),
        marker=dict(
            size=11,
            symbol=house.STATUS_SYMBOL[status],
            color=house.STATUS[status],
            line=dict(width=2, color=house.STATUS[status]),
        ),
        customdata=[[row.USUBJID] for _, row in rows],
        hovertext=[_hover(row) for _, row in rows],
        hoverinfo="text",
    )


def _beside(row, room: int) -> str:
    """What a mark cannot say itself, short enough for a narrow screen; the whole stands in hover and table."""
    if row.DLTSTAT == "DLT":
        return _room(_cut_short(row.DLTTERM, min(room, 19)))
    if row.DLTSTAT == "Pending":
        return _room(_cut_short(row.PENDREAS, room))
    return _room(_cut_short(not_evaluable_in_short(row), room)) if row.DLTSTAT == "Not evaluable" else ""


def _cut_short(text: str, characters: int) -> str:
    return plain(text if len(text) <= characters else text[: characters - 1].rstrip() + "…")


def _room(text: str) -> str:
    return f"  {text}  "


def _hover(row) -> str:
    disease = row.DISEASE if present(row.DISEASE) else "disease not stated"
    lines = [
        f"<b>{plain(row.SUBJID)}</b>, {plain(disease)}, {plain(row.TRTA)}",
        f"{plain(row.COHORTNAM)}; first infusion {row.TRTSDT:%d %b %Y}",
        plain(row.STATE),
        plain(row.DOSENOTE or ""),
        plain(since_words(row)),
    ]
    return "<br>".join(line for line in lines if line)


def _rings(fig: go.Figure, table: DataFrame, levels: list[str]) -> None:
    rows = [(at, row) for at, row in enumerate(table.itertuples()) if row.SINCE]
    if rows:
        fig.add_scatter(
            x=[levels.index(row.TRTA) for _, row in rows],
            y=[at for at, _ in rows],
            mode="markers",
            name="New or changed",
            hoverinfo="skip",
            customdata=[[row.USUBJID] for _, row in rows],
            marker=dict(size=19, symbol="circle-open", color=house.NEW, line=dict(width=2)),
        )
