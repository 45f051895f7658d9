"""QTc by Fridericia, with Bazett beside it: categories by dose, and each subject's longest against baseline."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, day, display, not_collected, plain
from displays.drawing import house
from displays.groups import doses_in_order, nobody, present
from displays.heart.parts import collected, compare, exactly, on_day, ring, signed, who
from displays.words import counted, listed, sentence
from queries import View

COUNT_LABELS = {
    "PARAM": "Correction",
    "TRTA": "Dose",
    "NTREATED": "Treated (n)",
    "NLATER": "With a later QTc (n)",
    "OVER450": "> 450 ms (n)",
    "OVER480": "> 480 ms (n)",
    "OVER500": "> 500 ms (n)",
    "NBOTH": "With baseline and later QTc (n)",
    "RISE30": "Rise > 30 ms (n)",
    "RISE60": "Rise > 60 ms (n)",
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}
LONGEST_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "PARAM": "Correction",
    "BASE": "Baseline (ms)",
    "WORST": "Longest later (ms)",
    "WORSTCHG": "Change (ms)",
    "AVALCA1": "Category (ms)",
    "CHGCAT1": "Category of change (ms)",
    "ADT": "Date",
    "ADY": "Day",
    "AVISIT": "Visit",
    "ATPT": "Time point",
    "NREP": "Replicates averaged",
    "NLATER": "Later time points (n)",
    "BEFORE": "Previous cut",
    "CHANGED": "Change since previous cut",
}
CORRECTIONS = {"QTCF": "QTcF (Fridericia)", "QTCB": "QTcB (Bazett)"}
LIMITS = (450, 480, 500)
RISES = (30, 60)
METHOD = (
    "QTcF = QT / cube root of RR in seconds; QTcB = QT / square root, which reads too long at the fast heart rates of children. Replicates of a time point are averaged first; "
    "QTc is derived from the averaged QT and RR where both exist (RR = 60,000 / heart rate where only that was delivered), else it is the delivered one. "
    "Baseline: the delivered flag, else the last time point before the first infusion. Each subject counts once, with the longest QTc after the first infusion, in every category it exceeds."
)
SOURCE = "Fridericia 1920; Bazett 1920; ICH E14 (2005). Data: EG."


def qtc_by_dose(view: View) -> Display:
    """How many subjects of each dose passed the limits of QTc, with their denominators."""
    name, title = "qtc_by_dose", "QTc categories by dose: each subject's longest"
    if not collected(view, "ECG"):
        return not_collected(view, name, title, "Electrocardiograms")
    table = compare(view.ask("ecg_by_dose"), view.ask_previous("ecg_by_dose"), ("PARAMCD", "TRTA"), _counts)
    return display(
        view,
        name,
        title=title,
        finding=_counts_finding(view, table),
        table=table,
        labels=COUNT_LABELS,
        population=_population(table),
        method=METHOD,
        source=SOURCE,
        questions=("ecg_by_dose",),
    )


def _counts(row) -> str:
    return f">450: {row.OVER450}, >480: {row.OVER480}, >500: {row.OVER500} of {row.NLATER}; rise >30: {row.RISE30}, >60: {row.RISE60} of {row.NBOTH}"


def _counts_finding(view: View, table: DataFrame) -> str:
    everyone = table[(table["PARAMCD"] == "QTCF") & (table["TRTA"] == "All")]
    if everyone.empty:
        return nobody(view)
    row = everyone.iloc[0]
    if not row.NLATER:
        return f"None of {counted(int(row.NTREATED), 'treated subject')} has a QTc after the first infusion yet."
    return (
        f"QTcF passed 500 ms in {row.OVER500}, 480 ms in {row.OVER480} and 450 ms in {row.OVER450} of {counted(int(row.NLATER), 'subject')} with a later ECG; "
        f"it rose by more than 60 ms in {row.RISE60} and by more than 30 ms in {row.RISE30} of {row.NBOTH} with a baseline."
    )


def _population(table: DataFrame) -> str:
    everyone = table[(table["PARAMCD"] == "QTCF") & (table["TRTA"] == "All")]
    if everyone.empty:
        return ""
    row = everyone.iloc[0]
    return f"{row.NLATER} of {counted(int(row.NTREATED), 'treated subject')} with an ECG after the first infusion; {row.NBOTH} with a baseline as well."


def qtc_longest(view: View) -> Display:
    """The longest QTc of each subject after the first infusion against its baseline; Fridericia above, Bazett below."""
    name, title = "qtc_longest", "Longest QTc after the first infusion against baseline"
    if not collected(view, "ECG"):
        return not_collected(view, name, title, "Electrocardiograms")
    table = compare(view.ask("ecg_subjects"), view.ask_previous("ecg_subjects"), ("USUBJID", "PARAMCD"), _longest)
    drawable = table[table["BASE"].notna() & table["WORST"].notna()]
    people, drawn = table["USUBJID"].nunique(), drawable["USUBJID"].nunique()
    return display(
        view,
        name,
        title=title,
        finding=_longest_finding(view, table),
        table=table,
        labels=LONGEST_LABELS,
        formats={"BASE": "integer", "WORST": "integer", "WORSTCHG": "integer"},
        figure=_figure(view, drawable) if len(drawable) else None,
        population=f"{drawn} of {counted(people, 'treated subject')} with a baseline and a later QTc."
        if people
        else "",
        method=METHOD + " Dashed: 450, 480 and 500 ms; slanting: no change, + 30 and + 60 ms.",
        source=SOURCE,
        questions=("ecg_subjects",),
    )


def _longest(row) -> str:
    return f"{exactly(row.WORST, 0)} ms" if present(row.WORST) else "no later QTc"


def _longest_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    rows = table[(table["PARAMCD"] == "QTCF") & table["WORST"].notna()]
    if rows.empty:
        return "No subject has a QTc after the first infusion yet."
    long = rows[(rows["WORST"] > LIMITS[1]) | (rows["WORSTCHG"] > RISES[1])].sort_values("WORST", ascending=False)
    words = f"QTcF passed {LIMITS[1]} ms or rose by more than {RISES[1]} ms in {len(long)} of {counted(len(rows), 'subject')}"
    return sentence(
        words
        + (
            ": " + listed([_said(row) for row in long.itertuples()])
            if len(long)
            else f"; the longest was {exactly(rows['WORST'].max(), 0)} ms"
        )
    )


def _said(row) -> str:
    before = f"{exactly(row.BASE, 0)} → " if present(row.BASE) else ""
    return f"{row.SUBJID} ({before}{exactly(row.WORST, 0)} ms on {on_day(row.ADY)}, {row.TRTA})"


def _figure(view: View, rows: DataFrame) -> go.Figure:
    fig = house.figure(height=900, margin=dict(t=84, l=58, r=14), legend=dict(y=1.05, itemclick=False))
    fig.set_subplots(rows=2, cols=1, vertical_spacing=0.12)
    colours = house.dose_colours(list(rows["TRTA"].unique()), view.cut.dose_labels)
    for number, (code, words) in enumerate(CORRECTIONS.items(), start=1):
        panel = rows[rows["PARAMCD"] == code]
        if len(panel):
            _panel(fig, number, words, panel, colours)
    for dose in doses_in_order(view, rows["TRTA"]):
        fig.add_trace(_key(plain(dose), dict(color=colours[dose], size=9, line=dict(color=house.MUTED, width=0.6))))
    if (rows["CHANGED"] != "").any():
        fig.add_trace(
            _key(
                f"new or changed since {day(view.previous.date)}",
                dict(color=house.PAPER, size=9, line=dict(color=house.NEW, width=2.5)),
            )
        )
    return fig


def _panel(fig: go.Figure, number: int, words: str, rows: DataFrame, colours: dict[str, str]) -> None:
    low, high = (
        min(rows["BASE"].min(), rows["WORST"].min()) - 10,
        max(rows["BASE"].max(), rows["WORST"].max(), 505) + 12,
    )
    sides = [rows["BASE"].min() - 10, rows["BASE"].max() + 14]
    for rise in (0, *RISES):
        line = dict(color=house.MUTED, width=1, dash="dot" if rise else "solid")
        fig.add_trace(
            go.Scatter(
                x=sides, y=[side + rise for side in sides], mode="lines", line=line, hoverinfo="skip", showlegend=False
            ),
            row=number,
            col=1,
        )
        fig.add_annotation(
            x=sides[1],
            y=sides[1] + rise,
            text=f"+{rise}" if rise else "±0",
            xanchor="right",
            yanchor="bottom",
            showarrow=False,
            font=dict(size=12, color=house.MUTED),
            row=number,
            col=1,
        )
    for limit in LIMITS:
        fig.add_hline(y=limit, line=dict(color=house.MUTED, width=1, dash="dash"), row=number, col=1)
        fig.add_annotation(
            x=sides[0],
            y=limit,
            text=f"{limit} ms",
            xanchor="left",
            yanchor="bottom",
            showarrow=False,
            bgcolor="rgba(255,255,255,0.8)",
            borderpad=1,
            font=dict(size=12, color=house.MUTED),
            row=number,
            col=1,
        )
    fig.add_trace(_marks(rows, colours), row=number, col=1)
    fig.update_xaxes(title="Baseline (ms)", range=sides, row=number, col=1)
    fig.update_yaxes(title="Longest later (ms)", range=[low, high], row=number, col=1)
    axis = fig.layout["yaxis" if number == 1 else "yaxis2"]
    fig.add_annotation(
        text=f"<b>{words}</b>",
        x=0,
        xref="paper",
        xanchor="left",
        y=axis.domain[1],
        yref="paper",
        yanchor="bottom",
        yshift=4,
        showarrow=False,
        font=dict(size=14),
    )


def _marks(rows: DataFrame, colours: dict[str, str]) -> go.Scatter:
    edge, width = ring(rows["CHANGED"])
    long = rows[(rows["WORST"] > LIMITS[1]) | (rows["WORSTCHG"] > RISES[1])]
    middle = (rows["BASE"].min() + rows["BASE"].max()) / 2
    return go.Scatter(
        x=rows["BASE"],
        y=rows["WORST"],
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        name=rows["PARAMCD"].iloc[0],
        customdata=rows[["USUBJID"]],
        marker=dict(
            size=10, opacity=1, color=[colours[dose] for dose in rows["TRTA"]], line=dict(color=edge, width=width)
        ),
        text=[plain(row.SUBJID) if row.Index in long.index else "" for row in rows.itertuples()],
        textposition=[f"{_height(row, long)} {'right' if row.BASE < middle else 'left'}" for row in rows.itertuples()],
        textfont=dict(size=13),
        hovertext=[_hover(row) for row in rows.itertuples()],
        hoverinfo="text",
    )


def _height(row, labelled: DataFrame) -> str:
    """A label stands under its mark where another labelled mark is close above."""
    above = labelled[
        (labelled["WORST"] > row.WORST)
        & (labelled["WORST"] < row.WORST + 25)
        & ((labelled["BASE"] - row.BASE).abs() < 8)
    ]
    return "bottom" if len(above) else "top"


def _hover(row) -> str:
    when = ", ".join(str(part) for part in (row.AVISIT, row.ATPT) if present(part))
    return f"{who(row)}<br>{plain(row.PARAM)} {row.BASE:.0f} → {row.WORST:.0f} ms ({signed(round(row.WORSTCHG))} ms) on {on_day(row.ADY)}<br>{plain(when)}; mean of {counted(int(row.NREP), 'tracing')}"


def _key(name: str, marker: dict) -> go.Scatter:
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip")
