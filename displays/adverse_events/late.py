"""What the DLT window does not see: late events, and the study drug that each subject has received."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, concat

from displays.adverse_events.dlts import news_of, spoken
from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.escalation.words import since
from displays.groups import nobody, present, window
from displays.since import gone_events, mark_events
from displays.words import amount, amount_range, counted, listed, sentence
from queries import View

LATE_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "AEDECOD": "Event",
    "HEART": "Of the heart",
    "GRADE": "Grade",
    "ONSET": "Onset",
    "CUMDOSE": "Study drug until then ({unit})",
    "CAUSALITY": "Causality",
    "OUTCOME": "Outcome",
    "VERDICT": "Judgement",
    "DLTRS": "Reason of the adjudication",
    "CHANGED": "Change",
    "BEFORE": "Before → now",
}
DOSE_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "KIND": "Point",
    "COURSE": "Course",
    "ADY": "Day",
    "DOSE": "Dose ({unit})",
    "CUMDOSE": "Cumulative dose ({unit})",
    "AEDECOD": "Late event",
    "GRADE": "Grade",
    "CHANGED": "Change",
}
KINDS = {"Heart": ("star", house.ALERT), "Other": ("triangle-up", house.HIGHLIGHT)}
RULE = "Late: onset after the DLT window, grade 3 or worse, or any grade where the event is of the heart (system organ class Cardiac disorders, or a term that the trial lists as of the heart)."
SOURCE = "Adverse events and exposure as delivered; list of terms: trial.toml. Why apart: Lowis et al., Eur J Cancer 2006 (15 of 48 children had cardiac toxicity after the window)."


def late_events(view: View) -> Display:
    """Severe events, and events of the heart of any grade, that began after the DLT window."""
    name, title = "late_events", "Late events, after the DLT window"
    if not view.trial.dose_levels:
        return not_collected(view, name, title, "Dose levels with a DLT window")
    table = _late(view)
    return display(
        view,
        name,
        title=title,
        finding=_late_finding(view, table),
        table=table,
        labels=LATE_LABELS,
        questions=("ae_late",),
        formats={"CUMDOSE": "amount"},
        population=_late_population(view, table),
        method=f"{window(view)} {RULE}",
        source=SOURCE,
    )


def _late(view: View) -> DataFrame:
    table = spoken(mark_events(view, view.ask("ae_late")))
    return table.assign(HEART=["yes" if flag == "Y" else "no" for flag in table["CARDFL"]])


def _treated(view: View) -> int:
    return int(view.ask("dlt_status")["USUBJID"].count())


def _late_finding(view: View, table: DataFrame) -> str:
    if not _treated(view):
        return nobody(view)
    heart = table[table["HEART"] == "yes"]
    text = f"{counted(len(table), 'late event')} in {table['USUBJID'].nunique()} of {counted(_treated(view), 'treated subject')}"
    if table.empty:
        text = f"no late event in {counted(_treated(view), 'treated subject')}"
    elif len(heart):
        worst = heart["ATOXGR"].max()
        text += f"; {len(heart)} of the heart in {counted(heart['USUBJID'].nunique(), 'subject')}" + (
            f", worst grade {worst:g}" if present(worst) else ""
        )
    else:
        text += ", not of the heart" if len(table) == 1 else ", none of the heart"
    return sentence(text + _judged(table)) + (
        " " + sentence(f"{since(view)}: {news_of(table, 'late event')}") if view.previous else ""
    )


def _judged(table: DataFrame) -> str:
    verdicts = table["DLTFL"].value_counts()
    told = [
        f"{verdicts[flag]} judged {words}" for flag, words in (("Y", "a DLT"), ("N", "not a DLT")) if flag in verdicts
    ]
    return f"; {listed(told)}" if told else ""


def _late_population(view: View, table: DataFrame) -> str:
    if not _treated(view):
        return "No treated subjects."
    text = (
        f"Adverse events of {counted(_treated(view), 'treated subject')}, each followed to death or the last contact."
    )
    before = view.ask_previous("ae_late")
    lost = gone_events(table, before) if before is not None else table.iloc[:0]
    return text + (
        f" Listed at the previous cut and no longer: {listed([f'{r.AEDECOD} of {r.SUBJID}' for r in lost.itertuples()])}."
        if len(lost)
        else ""
    )


def cumulative_dose(view: View) -> Display:
    """How much study drug each subject received over time, with the late events on the line."""
    name, title = "cumulative_dose", "Cumulative dose over time, with late events"
    if not view.trial.dose_levels:
        return not_collected(view, name, title, "Dose levels with a DLT window")
    table = _dose_and_events(view)
    return display(
        view,
        name,
        title=title,
        finding=_dose_finding(view, table),
        table=table,
        labels=DOSE_LABELS,
        questions=("dose_cumulative", "ae_late"),
        formats={"CUMDOSE": "amount", "DOSE": "amount", "ADY": "integer"},
        figure=_figure(view, table) if len(table) else None,
        population=sentence(
            f"{counted(table['USUBJID'].nunique(), 'treated subject')}"
            + ("; each line ends at death or the last contact (any dated record)" if len(table) else "")
        ),
        method=f"Sum of the doses given ({view.trial.amount_unit} of {view.trial.drug}, never converted into doxorubicin). {window(view)} {RULE}",
        source=SOURCE,
    )


def _dose_and_events(view: View) -> DataFrame:
    late = _late(view)
    columns = ["USUBJID", "SUBJID", "TRTA", "TRTAN", "DISEASE", "ADY", "CUMDOSE", "AEDECOD", "GRADE", "CHANGED"]
    events = late[columns].assign(
        KIND=["Late event of the heart" if heart == "yes" else "Late event" for heart in late["HEART"]]
    )
    dose = view.ask("dose_cumulative").assign(AEDECOD="", GRADE="", CHANGED="")
    joined = concat([dose, events], ignore_index=True) if len(events) else dose
    return joined.assign(TRTA=joined["TRTA"].fillna("No planned level")).sort_values(
        ["TRTAN", "USUBJID", "ADY"], kind="stable", ignore_index=True
    )


def _dose_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    total = table[table["KIND"] == "Last day known"].set_index("USUBJID")["CUMDOSE"]
    if len(total) == 1:
        return _one_dose(view, table, total.iloc[0])
    most = table[table["USUBJID"] == total.idxmax()].iloc[0]
    text = f"cumulative doses run from {_span(view, total.min(), total.max())} (median {amount(total.median())}; most: {most.SUBJID} at {most.TRTA})"
    return sentence(text + _hearts(view, table))


def _one_dose(view: View, table: DataFrame, total: float) -> str:
    given = f"has received {_span(view, total, total)}" if present(total) else "has no dose recorded"
    return sentence(f"{table['SUBJID'].iloc[0]}, the only treated subject, {given}" + _hearts(view, table))


def _hearts(view: View, table: DataFrame) -> str:
    hit = table[table["KIND"] == "Late event of the heart"]
    if hit.empty:
        return ""
    return f"; {'a late event' if len(hit) == 1 else 'late events'} of the heart came after {_span(view, hit['CUMDOSE'].min(), hit['CUMDOSE'].max())}"


def _span(view: View, low: float, high: float) -> str:
    return f"{amount_range(low, high)} {view.trial.amount_unit}"


def _figure(view: View, table: DataFrame) -> go.Figure:
    fig = house.figure(
        height=520,
        showlegend=True,
        xaxis=dict(title="Days since the first infusion (day 1)", rangemode="tozero"),
        yaxis=dict(title=f"Cumulative dose ({view.trial.amount_unit})", rangemode="tozero"),
        margin=dict(t=84),
    )
    fig.add_vrect(
        x0=1,
        x1=view.trial.dlt_window_days,
        fillcolor="#eef2f5",
        line_width=0,
        layer="below",
        annotation_text="DLT window",
        annotation_position="top left",
        annotation_font=dict(size=11, color=house.MUTED),
    )
    _lines(view, fig, table)
    for kind in KINDS:
        _events(view, fig, table, kind)
    _rings(fig, table)
    return fig


def _lines(view: View, fig: go.Figure, table: DataFrame) -> None:
    lines = table[~table["KIND"].str.startswith("Late event")]
    colours = house.dose_colours(list(table["TRTA"].unique()), view.cut.dose_labels)
    named: set[str] = set()
    late = set(table.loc[table["KIND"].str.startswith("Late event"), "USUBJID"])
    for usubjid, rows in lines.groupby("USUBJID", sort=False):
        dose = rows["TRTA"].iloc[0]
        fig.add_scatter(
            x=rows["ADY"],
            y=rows["CUMDOSE"],
            mode="lines",
            line=dict(shape="hv", color=colours[dose], width=3 if usubjid in late else 1.6),
            name=plain(dose),
            legendgroup=dose,
            showlegend=dose not in named,
            customdata=[[usubjid]] * len(rows),
            hoverinfo="text",
            hovertext=[
                f"<b>{plain(row.SUBJID)}</b>, {plain(dose)}<br>day {row.ADY}: {amount(row.CUMDOSE)} {view.trial.amount_unit}"
                for row in rows.itertuples()
            ],
        )
        named.add(dose)


def _events(view: View, fig: go.Figure, table: DataFrame, kind: str) -> None:
    rows = table[table["KIND"] == ("Late event of the heart" if kind == "Heart" else "Late event")]
    if rows.empty:
        return
    symbol, colour = KINDS[kind]
    fig.add_scatter(
        x=rows["ADY"],
        y=rows["CUMDOSE"],
        mode="markers+text",
        name="Late event, heart" if kind == "Heart" else "Late event, other, grade ≥ 3",
        marker=dict(size=14, symbol=symbol, color=colour, line=dict(color=house.PAPER, width=1)),
        text=[plain(subject) for subject in rows["SUBJID"]],
        textposition="top center",
        textfont=dict(size=11),
        customdata=[[usubjid] for usubjid in rows["USUBJID"]],
        hoverinfo="text",
        hovertext=[
            f"<b>{plain(row.SUBJID)}</b>, {plain(row.TRTA)}<br>{plain(row.AEDECOD)}, grade {row.GRADE}<br>day {row.ADY}, after {amount(row.CUMDOSE)} {view.trial.amount_unit}"
            for row in rows.itertuples()
        ],
    )


def _rings(fig: go.Figure, table: DataFrame) -> None:
    rows = table[table["CHANGED"].astype(bool)]
    if len(rows):
        fig.add_scatter(
            x=rows["ADY"],
            y=rows["CUMDOSE"],
            mode="markers",
            name="New or changed",
            hoverinfo="skip",
            customdata=[[usubjid] for usubjid in rows["USUBJID"]],
            marker=dict(size=24, symbol="circle-open", color=house.NEW, line=dict(width=2)),
        )
