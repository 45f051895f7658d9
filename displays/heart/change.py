"""How far the ejection fraction fell, and after how much anthracycline."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, day, display, not_collected, plain
from displays.drawing import house
from displays.groups import nobody, present
from displays.heart.dysfunction import prior, subjects
from displays.heart.parts import (
    BASELINE,
    collected,
    exactly,
    measurements,
    news,
    on_day,
    own_units,
    ring,
    signed,
    sources,
    who,
)
from displays.words import amount, amount_range, counted, equivalents, rate, sentence
from queries import View

CHANGE_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "BASE": "Baseline LVEF (%)",
    "WORSTCHGVAL": "LVEF at the worst change (%)",
    "WORSTCHG": "Worst change (points)",
    "WORSTCHGDY": "on day",
    "WORSTCHGDOSE": "Study drug by then ({unit})",
    "CTRCD": "Worst CTRCD",
    "WASCHG": "Previous cut (points)",
    "CHANGED": "Change since previous cut",
}
DOSE_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "ADT": "Date",
    "ADY": "Day",
    "AVAL": "LVEF (%)",
    "BASE": "Baseline LVEF (%)",
    "CHG": "Change (points)",
    "CTRCD": "CTRCD",
    "CUMDOSE": "Study drug so far ({unit})",
    "PRIORMG": "Earlier anthracycline (mg/m² doxorubicin equivalents)",
    "PRIOR": "Earlier anthracycline in words",
    "WORST": "Worst of the subject",
    "CHANGED": "Change since previous cut",
}
FORMATS = {
    "BASE": "decimal1",
    "WORSTCHGVAL": "decimal1",
    "WORSTCHG": "decimal1",
    "WASCHG": "decimal1",
    "WORSTCHGDOSE": "amount",
    "AVAL": "decimal1",
    "CHG": "decimal1",
    "CUMDOSE": "amount",
    "PRIORMG": "integer",
}
FALLS = (-10, -20)
LABELED = 5


def lvef_worst_change(view: View) -> Display:
    """The worst change of the ejection fraction of every subject that has one, largest fall first."""
    name, title = "lvef_worst_change", "Worst change of LVEF from baseline, subject by subject"
    if not collected(view, "LVEF"):
        return not_collected(view, name, title, "Ejection fractions")
    people = subjects(view)
    table = _with_previous(
        view, people[people["WORSTCHG"].notna()].sort_values(["WORSTCHG", "SUBJID"]).reset_index(drop=True)
    )
    return display(
        view,
        name,
        title=title,
        finding=_finding(view, people, table),
        table=table,
        labels=CHANGE_LABELS,
        formats=FORMATS,
        figure=_waterfall(view, table) if len(table) else None,
        population=f"{len(table)} of {counted(len(people), 'treated subject')} with a baseline and a later LVEF by the same method.",
        method=f"Largest fall, else smallest rise, in percentage points. {BASELINE} Dashed: falls of 10 and 20 points (CTCAE v5.0 grades 2 and 3).",
        source=sources(view),
        questions=("heart_subjects",),
    )


def _with_previous(view: View, table: DataFrame) -> DataFrame:
    before = view.ask_previous("heart_subjects")
    if before is None:
        return table.assign(WASCHG=None, CHANGED="")
    was = before.set_index("USUBJID")["WORSTCHG"]
    earlier = [was.get(subject) for subject in table["USUBJID"]]
    marks = ["new" if not present(w) else "changed" if w != now else "" for w, now in zip(earlier, table["WORSTCHG"])]
    return table.assign(WASCHG=[float(w) if present(w) else None for w in earlier], CHANGED=marks)


def _finding(view: View, people: DataFrame, table: DataFrame) -> str:
    if people.empty:
        return nobody(view)
    if table.empty:
        return "No subject has a baseline and a later LVEF by the same method yet."
    ten, twenty = (table["WORSTCHG"] <= fall for fall in FALLS)
    worst = table.iloc[0]
    words = f"LVEF fell by 10 points or more in {rate(int(ten.sum()), len(table))}, by 20 or more in {int(twenty.sum())} of {len(table)}"
    return sentence(
        f"{words}; the largest change was {signed(worst.WORSTCHG)} points ({worst.SUBJID}, {exactly(worst.BASE)} → {exactly(worst.WORSTCHGVAL)} %, {on_day(worst.WORSTCHGDY)})"
    )


def _waterfall(view: View, table: DataFrame) -> go.Figure:
    colours = house.dose_colours(list(table["TRTA"].unique()), view.cut.dose_labels)
    edge, width = ring(table["CHANGED"])
    bars = go.Bar(
        x=table["WORSTCHG"],
        y=table["SUBJID"].map(plain),
        orientation="h",
        showlegend=False,
        customdata=table[["USUBJID"]],
        marker=dict(color=[colours[dose] for dose in table["TRTA"]], line=dict(color=edge, width=width)),
        hovertext=[_change_hover(row, view.trial.amount_unit) for row in table.itertuples()],
        hoverinfo="text",
    )
    # a change of 0 has no bar: the dot keeps the subject in sight and within reach
    flat = table[table["WORSTCHG"] == 0]
    dots = go.Scatter(
        x=flat["WORSTCHG"],
        y=flat["SUBJID"].map(plain),
        mode="markers",
        showlegend=False,
        customdata=flat[["USUBJID"]],
        marker=dict(size=8, color=[colours[dose] for dose in flat["TRTA"]], line=dict(color=house.MUTED, width=0.6)),
        hovertext=[_change_hover(row, view.trial.amount_unit) for row in flat.itertuples()],
        hoverinfo="text",
    )
    fig = house.figure(
        bars,
        dots,
        *_dose_keys(view, table, colours),
        height=150 + 21 * len(table),
        bargap=0.25,
        margin=dict(t=76, l=76),
        xaxis=dict(
            title="Change of LVEF (percentage points)",
            range=[min(table["WORSTCHG"].min(), -20) - 2, max(table["WORSTCHG"].max(), 0) + 2],
        ),
        yaxis=dict(autorange="reversed", type="category", showgrid=False, ticks="", dtick=1, tickfont=dict(size=12)),
        legend=dict(itemclick=False),
    )
    for fall in FALLS:
        fig.add_vline(x=fall, line=dict(color=house.MUTED, width=1, dash="dash"))
    return fig


def _dose_keys(view: View, table: DataFrame, colours: dict[str, str]) -> list[go.Scatter]:
    doses = [dose for dose in view.cut.dose_labels if dose in colours] + sorted(
        set(colours) - set(view.cut.dose_labels)
    )
    keys = [
        _key(plain(dose), dict(color=colours[dose], size=11, symbol="square", line=dict(color=house.MUTED, width=0.6)))
        for dose in doses
    ]
    if (table["CHANGED"] != "").any():
        keys.append(
            _key(
                f"new or changed since {day(view.previous.date)}",
                dict(color=house.PAPER, size=9, line=dict(color=house.NEW, width=2.5)),
            )
        )
    return keys


def _key(name: str, marker: dict) -> go.Scatter:
    return go.Scatter(x=[None], y=[None], mode="markers", name=name, marker=marker, hoverinfo="skip")


def _change_hover(row, unit: str) -> str:
    before = f"<br>previous cut: {signed(row.WASCHG)} points" if row.CHANGED == "changed" else ""
    return f"{who(row)}<br>LVEF {exactly(row.BASE)} → {exactly(row.WORSTCHGVAL)} %, {signed(row.WORSTCHG)} points on {on_day(row.WORSTCHGDY)}<br>study drug by then {amount(row.WORSTCHGDOSE)} {unit}{before}"


def lvef_against_dose(view: View) -> Display:
    """The change of the ejection fraction against the study drug received, and against earlier anthracyclines: never summed."""
    name, title = (
        "lvef_against_dose",
        f"Change of LVEF against {view.trial.drug} received, and against earlier anthracyclines",
    )
    if not collected(view, "LVEF"):
        return not_collected(view, name, title, "Ejection fractions")
    table, missing = measurements(view, "LVEF")
    table = table[table["CHG"].notna() & (table["POSTFL"] == "Y")].reset_index(drop=True)
    known = "cm" in view.cut.delivered
    table = table.assign(
        PRIOR=[prior(row, known) for row in table.itertuples()],
        PRIORMG=[_prior_mg(row, known) for row in table.itertuples()],
    ).astype({"PRIORMG": "float64"})
    worst = table.sort_values(["CHG", "ADT"]).drop_duplicates("USUBJID").index
    table["WORST"] = ["Y" if index in worst else "" for index in table.index]
    return display(
        view,
        name,
        title=title,
        finding=_dose_finding(view, table),
        table=table,
        labels=DOSE_LABELS,
        formats=FORMATS,
        figure=_against(view, table, known) if len(table) else None,
        population=_dose_population(table, known) + news(view, table, "ejection fraction", missing),
        method=f"Upper panel: every later LVEF against the {view.trial.drug} received by that day. Lower panel: each subject's worst change against earlier "
        f"anthracyclines in mg/m² as doxorubicin equivalents ({equivalents(view.trial.anthracyclines)}). "
        f"{own_units(view)} {BASELINE}",
        source="Feijen, JAMA Oncol 2019;5:864; ESC 2022, table 5. Data: CV, EX, CM.",
        questions=(view.question("heart_measurements", parameters=["LVEF"]),),
    )


def _prior_mg(row, known: bool) -> float | None:
    if present(row.PANTDOX):
        return float(row.PANTDOX)
    return 0.0 if known and not row.PANTMISS else None


def _dose_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return (
            "No subject has a baseline and a later LVEF by the same method yet."
            if len(view.ask("heart_subjects"))
            else nobody(view)
        )
    worst = table[table["WORST"] == "Y"]
    fallen, others = worst[worst["CHG"] <= -10], worst[worst["CHG"] > -10]
    if fallen.empty:
        return f"None of {counted(len(worst), 'subject')} lost 10 points of LVEF, after up to {amount(worst['CUMDOSE'].max())} {view.trial.amount_unit} of {view.trial.drug}."
    dose = f"{len(fallen)} of {counted(len(worst), 'subject')} lost 10 points or more of LVEF, after {amount_range(fallen['CUMDOSE'].min(), fallen['CUMDOSE'].max())} {view.trial.amount_unit} of {view.trial.drug}"
    before = (
        f"and {_span(fallen['PRIORMG'].dropna())} mg/m² of earlier anthracycline"
        if fallen["PRIORMG"].notna().any()
        else ""
    )
    rest = (
        f"; the median earlier anthracycline of the others was {exactly(others['PRIORMG'].median(), 0)} mg/m²"
        if others["PRIORMG"].notna().any()
        else ""
    )
    return sentence(f"{dose} {before}{rest}".strip())


def _span(values) -> str:
    low, high = exactly(values.min(), 0), exactly(values.max(), 0)
    return low if low == high else f"{low} to {high}"


def _dose_population(table: DataFrame, known: bool) -> str:
    people = table.drop_duplicates("USUBJID")
    words = sentence(
        f"{counted(len(people), 'subject')} with a baseline and a later LVEF; {counted(len(table), 'later LVEF')}"
    )
    if not known:
        return words + " Earlier medication: not collected in this cut."
    partly, none = (
        int(((people["PANTMISS"] > 0) & people["PANTDOX"].notna()).sum()),
        int(people["PRIORMG"].isna().sum()),
    )
    unrecorded = int((people["PRIOR"] == "none recorded").sum())
    words += (
        f" Earlier anthracycline: {partly} with a dose not known (open marks, at least the amount shown)"
        if partly
        else ""
    )
    words += (
        f"{';' if partly else ' Earlier anthracycline:'} {none} with no amount known, not drawn in the lower panel"
        if none
        else ""
    )
    words += (
        f"{';' if partly or none else ' Earlier anthracycline:'} {unrecorded} with none recorded, drawn at 0"
        if unrecorded
        else ""
    )
    return words + ("." if partly or none or unrecorded else "")


def _against(view: View, table: DataFrame, known: bool) -> go.Figure:
    panels = 2 if known else 1
    fig = house.figure(height=130 + 300 * panels, margin=dict(t=84, l=58, r=14), legend=dict(y=1.06, itemclick=False))
    fig.set_subplots(rows=panels, cols=1, vertical_spacing=0.17 if known else 0)
    colours = house.dose_colours(list(table["TRTA"].unique()), view.cut.dose_labels)
    fig.add_trace(_courses(table), row=1, col=1)
    fig.add_trace(_dots(view, table, "CUMDOSE", colours), row=1, col=1)
    fig.update_xaxes(
        title=f"{view.trial.drug} received by that day ({view.trial.amount_unit})", rangemode="tozero", row=1, col=1
    )
    if known:
        fig.add_trace(
            _dots(view, table[(table["WORST"] == "Y") & table["PRIORMG"].notna()], "PRIORMG", colours), row=2, col=1
        )
        fig.update_xaxes(
            title="Earlier anthracycline<br>(mg/m², doxorubicin equivalents)", rangemode="tozero", row=2, col=1
        )
    fig.update_yaxes(
        title="Change of LVEF (points)", range=[min(table["CHG"].min(), -20) - 3, max(table["CHG"].max(), 0) + 3]
    )
    for fall in (0, *FALLS):
        fig.add_hline(y=fall, line=dict(color=house.MUTED, width=1, dash="dash" if fall else "solid"))
    for key in _dose_keys(view, table, colours):
        fig.add_trace(key)
    return fig


def _courses(table: DataFrame) -> go.Scatter:
    x, y = [], []
    for _, course in table.groupby("USUBJID", sort=False):
        x += [*course["CUMDOSE"].tolist(), None]
        y += [*course["CHG"].tolist(), None]
    return go.Scatter(x=x, y=y, mode="lines", line=dict(color="#c3ced7", width=1), hoverinfo="skip", showlegend=False)


def _dots(view: View, table: DataFrame, against: str, colours: dict[str, str]) -> go.Scatter:
    worst = table[(table["WORST"] == "Y") & (table["CHG"] <= FALLS[0])].sort_values("CHG").head(LABELED).index
    edge, width = ring(table["CHANGED"])
    at_least = (table["PANTMISS"] > 0) & (against == "PRIORMG")
    right = table[against] > 0.75 * max(table[against].max(), 1)
    return go.Scatter(
        x=table[against],
        y=table["CHG"],
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        name=against,
        marker=dict(
            size=10,
            opacity=1,
            color=[colours[dose] for dose in table["TRTA"]],
            symbol=["circle-open" if o else "circle" for o in at_least],
            line=dict(
                color=[
                    colours[d] if o and not c else e
                    for o, c, e, d in zip(at_least, table["CHANGED"], edge, table["TRTA"])
                ],
                width=[2.5 if o else w for o, w in zip(at_least, width)],
            ),
        ),
        text=[plain(row.SUBJID) if row.Index in worst else "" for row in table.itertuples()],
        textposition=["bottom left" if r else "bottom right" for r in right],
        textfont=dict(size=13),
        customdata=table[["USUBJID"]],
        hovertext=[_dose_hover(row, view.trial.amount_unit) for row in table.itertuples()],
        hoverinfo="text",
    )


def _dose_hover(row, unit: str) -> str:
    return f"{who(row)}<br>LVEF {exactly(row.BASE)} → {exactly(row.AVAL)} %, {signed(row.CHG)} points on {on_day(row.ADY)}<br>study drug {amount(row.CUMDOSE)} {unit}; earlier anthracycline: {row.PRIOR}"
