"""Clearance against age, weight or body surface: does dosing by body surface fit the youngest children?"""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, blank, display
from displays.drawing import crowd, house
from displays.drawing.marks import dose_entries, new_entry, outline, since_line, who
from displays.groups import dose_colours, no_subjects, treated
from displays.pharmacokinetics.concentrations import PARENT, amount, estimate, no_concentrations
from displays.pharmacokinetics.parameter_words import PARAMETERS
from displays.pharmacokinetics.parameters import (
    analytes_of_parameters,
    asked_for,
    early_said,
    flags_of_each,
    flags_said,
    heading,
    news,
    reasons,
)
from displays.pharmacokinetics.published import published, published_range
from displays.pharmacokinetics.strips import geometric_mean
from displays.since import SINCE_LABELS, compare
from displays.words import counted, sentence
from queries import View
from queries.frames import rows_of

CLEARANCE = ("pk_clearance", "Clearance and size of the body")
YOUNG = 3
"""Years: below it body surface may misjudge how a child clears a drug."""
LEAST = 6
"""Fewer subjects than this on one side cannot show a difference that matters."""
SIZES = (("AGE", "Age"), ("WEIGHT", "Weight"), ("BSA", "Body surface"))
AXES = {"AGE": "Age (years)", "WEIGHT": "Weight (kg)", "BSA": "Body surface (m²)"}
MEASURES = (("CLOSA", "Per m²"), ("CLOW", "Per kg"), ("CLO", "Whole body"))
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "AGE": "Age (years)",
    "WEIGHT": "Weight (kg)",
    "BSA": "Body surface (m²)",
    "DOSEMG": "Given (mg)",
    "AVAL": "Clearance",
    "AVALU": "Unit",
    "FLAGS": "Flags",
    "REASON": "Why not known",
} | SINCE_LABELS


def clearance(view: View, measure: str = "CLOSA", against: str = "AGE") -> Display:
    """The clearance of the drug after the first infusion against age, weight or body surface, a mark a subject."""
    if not analytes_of_parameters(view):
        return no_concentrations(view, *CLEARANCE)
    if not treated(view):
        return no_subjects(view, *CLEARANCE)
    asked = asked_for(PARENT, (None, 1), (measure,))
    rows = view.ask("pk_parameters", **asked)
    if rows.empty:
        return blank(view, *CLEARANCE, "No clearance of the drug by this measure in these subjects.", collected=True)
    table = compare(
        rows,
        view.ask_previous("pk_parameters", **asked),
        ("USUBJID", "COURSE"),
        lambda row: amount(row.AVAL),
        words=lambda then, _: amount(then.AVAL),
    ).rows
    known = table[table["AVAL"].notna() & table[against].notna()].reset_index(drop=True)
    return display(
        view,
        CLEARANCE[0],
        f"{PARAMETERS[measure]} against {dict(SIZES)[against].lower()}",
        finding=[
            *_findings(view, table[table["AVAL"].notna()], measure),
            published_range(view, measure, rows["AVALU"].iloc[0]),
        ],
        table=table.assign(FLAGS=flags_of_each(view, table)),
        labels=LABELS,
        formats={"AGE": "integer", "WEIGHT": "decimal1", "BSA": "decimal2", "DOSEMG": "amount", "AVAL": "decimal2"},
        figure=_figure(view, known, measure, against) if len(known) else None,
        population=_population(view, table, against),
        method="Dose given, in mg, over the AUC to infinity after the first infusion of a course, on samples before "
        f"the second; per m² and per kg by the size on that day. Line: geometric mean of all. {published(view)}",
        source="Concentrations (PC); infusions (EX); body surface and weight (VS); age (DM).",
        questions=(view.question("pk_parameters", **asked),),
    )


def _findings(view: View, known: DataFrame, measure: str) -> list[str]:
    aged = known[known["AGE"].notna()]
    young, old = aged[aged["AGE"] < YOUNG], aged[aged["AGE"] >= YOUNG]
    new = known.loc[known["SINCE"] != "", "SUBJID"].tolist()
    return [
        _compared(young, old, measure),
        _meaning(young, old, measure),
        *early_said(known),
        news(view, new),
    ]


def _compared(young: DataFrame, old: DataFrame, measure: str) -> str:
    name = PARAMETERS[measure]
    if young.empty and old.empty:
        return sentence(f"{name}: known in no subject of known age")
    if young.empty or old.empty:
        side = f"under {YOUNG} years" if young.empty else f"of {YOUNG} years or more"
        both = young if len(young) else old
        return sentence(f"{name}: geometric mean {_mean(both)}, n = {len(both)}; not known in any child {side}")
    return sentence(
        f"{name}: geometric mean {_mean(young)} under {YOUNG} years (n = {len(young)}), {_mean(old)} in older subjects "
        f"(n = {len(old)})"
    )


def _mean(rows: DataFrame) -> str:
    return f"{estimate(geometric_mean(rows['AVAL']))} {rows['AVALU'].iloc[0]}"


def _meaning(young: DataFrame, old: DataFrame, measure: str) -> str:
    """Whether dosing by body surface fits the youngest: what the ratio is, and how little so few can show."""
    if measure != "CLOSA" or young.empty or old.empty:
        return ""
    ratio = geometric_mean(young["AVAL"]) / geometric_mean(old["AVAL"])
    said = f"dosing by body surface gives equal exposure where the two are equal; the ratio is {ratio:.2f}"
    few = f"; {counted(len(young), 'child', 'children')} under {YOUNG} years cannot show a difference"
    return sentence(said + (few if len(young) < LEAST else ""))


def _population(view: View, table: DataFrame, against: str) -> str:
    known = table[table["AVAL"].notna()]
    why, unsized = reasons(table), int(known[against].isna().sum())
    parts = [
        f"{known['USUBJID'].nunique()} of {counted(treated(view), 'treated subject')} with a clearance",
        *([f"not known: {why}"] if why else []),
        *([f"{unsized} without {dict(SIZES)[against].lower()}, not drawn"] if unsized else []),
        *([f"flagged: {flags_said(view, known)}"] if flags_said(view, known) else []),
    ]
    crowded = crowd.words(known, f"the {crowd.NAMED} lowest", crowd.DOTS)
    return " ".join(filter(None, [sentence("; ".join(parts)), crowded]))


def _figure(view: View, known: DataFrame, measure: str, against: str) -> go.Figure:
    colours = dose_colours(view, known["TRTA"])
    lowest = crowd.first_subjects(known.sort_values("AVAL", ascending=True, kind="stable"))
    shown = known[known["USUBJID"].isin(lowest)] if crowd.crowded(known) else known
    others = [crowd.dots(known.drop(shown.index), against, "AVAL", digits=3)] if len(shown) < len(known) else []
    marks = go.Scatter(
        x=shown[against],
        y=shown["AVAL"],
        mode="markers",
        customdata=shown[["USUBJID"]],
        hovertext=[_hover(row) for row in rows_of(shown)],
        hoverinfo="text",
        showlegend=False,
        marker=dict(size=10, color=[colours[dose] for dose in shown["TRTA"]], line=outline(shown["SINCE"])),
    )
    mean = geometric_mean(known["AVAL"])
    line = dict(color=house.INK, width=1.5)
    across = dict(type="line", xref="x domain", x0=0, x1=1, y0=mean, y1=mean, line=line)
    return house.figure(
        *others,
        marks,
        *dose_entries(colours),
        *new_entry(shown["SINCE"], view.previous_date),
        height=430,
        margin=dict(t=64),
        xaxis=dict(title=AXES[against], rangemode="tozero"),
        yaxis=dict(title=heading(measure, known["AVALU"].iloc[0]), rangemode="tozero"),
        legend=dict(itemclick=False),
        shapes=[across, *([house.vertical_line(YOUNG)] if against == "AGE" else [])],
    )


def _hover(row) -> str:
    sizes = f"{row.AGE:.0f} years, {amount(row.WEIGHT)} kg, {amount(row.BSA)} m²"
    return "<br>".join([who(row), f"{amount(row.AVAL)} {row.AVALU}", sizes, *since_line(row)])
