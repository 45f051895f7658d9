"""The largest fall of the ejection fraction against both exposures at once: prior anthracyclines and the study drug."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, Series

from displays.absent import absence
from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.marks import legend_entry, new_entry, rings, since_line, who
from displays.groups import nobody, present, treated
from displays.heart.by_subject import prior, why_prior_unknown
from displays.heart.definitions import BAD, CATEGORIES, FALLS_POINTS, baseline, own_units
from displays.heart.measurements import collected, every_method, every_question
from displays.heart.worst_change import NO_CHANGE
from displays.since import SINCE_LABELS, compare
from displays.words import all_of, amount, amount_range, counted, equivalents, exactly, on_day, sentence, signed
from queries import View

LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "ADT": "Date",
    "ADY": "Day",
    "BASE": "Baseline LVEF (%)",
    "AVAL": "LVEF (%)",
    "CHG": "Largest fall, else smallest rise (points)",
    "CTRCD": "CTRCD then",
    "CUMDOSE": "Study drug received by then ({unit})",
    "PRIORMG": "Prior anthracycline (mg/m² doxorubicin equivalents)",
    "PRIOR": "Prior anthracycline in words",
} | SINCE_LABELS
FORMATS = {"AVAL": "decimal1", "BASE": "decimal1", "CHG": "decimal1", "CUMDOSE": "amount", "PRIORMG": "integer"}
LABELLED = 8
HEIGHT_PIXELS = 560
UNMARKED = "#c3d3de"
"""No dysfunction, or none that is known."""
STEPS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
MOST_TICKS = 7
NOT_KNOWN = "not known"
LVEF_AGAINST_DOSE = ("lvef_against_dose", "Fall of LVEF against both exposures")


def lvef_against_dose(view: View) -> Display:
    """Each subject's largest fall of LVEF (points) by prior anthracyclines and the study drug received, never added."""
    if not collected(view, "LVEF"):
        return not_collected(view, *LVEF_AGAINST_DOSE, "Ejection fractions", "cv")
    known, unknown = "cm" in view.cut.delivered, why_prior_unknown(view)
    before = view.ask_previous("heart_measurements", parameters=["LVEF"], every=True)
    table = compare(
        _worst(every_method(view, "LVEF"), known, unknown),
        None if before is None else _worst(before, known, unknown),
        ("USUBJID",),
        lambda row: f"{signed(row.CHG)} points",
    ).rows
    return display(
        view,
        *LVEF_AGAINST_DOSE,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, table) if len(table) else None,
        population=_population(view, table, known),
        method=f"One mark a subject: the largest fall of LVEF from baseline, and the {view.trial.drug} received by "
        "that day. Prior anthracyclines in mg/m² as doxorubicin equivalents "
        f"({equivalents(view.trial.anthracyclines)}). {own_units(view)} Medians: of the subjects with both exposures "
        f"known. {baseline(view)}",
        source="Feijen, JAMA Oncol 2019;5:864; ESC 2022, table 5. Data: CV, EX, CM.",
        questions=(every_question(view, "LVEF"),),
    )


def _worst(rows: DataFrame, known: bool, unknown: str) -> DataFrame:
    """The largest fall of each subject that has a change, with the prior anthracycline, largest first."""
    later = rows[rows["CHG"].notna() & (rows["POSTFL"] == "Y")].sort_values(["CHG", "ADT"], kind="stable")
    table = later.drop_duplicates("USUBJID").reset_index(drop=True)
    return table.assign(
        PRIOR=[prior(row, unknown) for row in table.itertuples()],
        PRIORMG=Series([_prior_mg(row, known) for row in table.itertuples()], dtype="float64"),
    )


def _prior_mg(row, known: bool) -> float | None:
    if present(row.PANTDOX):
        return float(row.PANTDOX)
    return 0.0 if known and present(row.PANTMISS) and not row.PANTMISS else None


def _finding(view: View, table: DataFrame) -> list[str]:
    if table.empty:
        return [NO_CHANGE if treated(view) else nobody(view)]
    drug = f"{view.trial.amount_unit} of {view.trial.drug}"
    fallen, subjects = table[table["CHG"] <= FALLS_POINTS[0]], counted(len(table), "subject")
    if fallen.empty:
        return [
            f"None of {subjects} lost 10 points of LVEF, after {_doses(table['CUMDOSE'], drug, most=True)}.",
            "Without a fall nothing can be said of either exposure.",
        ]
    words = f"{len(fallen)} of {subjects} lost 10 points or more of LVEF{_above_medians(table, fallen)}"
    after = f"after {_doses(fallen['CUMDOSE'], drug)}{_prior_words(fallen['PRIORMG'].dropna())}{_medians(table)}"
    return [
        sentence(words),
        sentence(after),
        f"With {counted(len(fallen), 'such fall')} the effects of the two exposures cannot be separated: neither was "
        "assigned at random, and not all subjects were followed as long.",
    ]


def _both_known(table: DataFrame) -> DataFrame:
    return table[table["PRIORMG"].notna() & table["CUMDOSE"].notna()]


def _above_medians(table: DataFrame, fallen: DataFrame) -> str:
    """How many of the fallen had more of both exposures than the median; "" where none has both known."""
    every, those = _both_known(table), _both_known(fallen)
    if those.empty:
        return ""
    above = (those["PRIORMG"] > every["PRIORMG"].median()) & (those["CUMDOSE"] > every["CUMDOSE"].median())
    those_above = all_of(len(those)) if above.all() else f"{int(above.sum()) or 'none'} of {len(those)}"
    lacking = " with both known" if len(those) < len(fallen) else ""
    return f"; {those_above}{lacking} had more of both exposures than the median"


def _medians(table: DataFrame) -> str:
    every = _both_known(table)
    if every.empty:
        return ""
    medians = f"{amount(every['CUMDOSE'].median())} and {exactly(every['PRIORMG'].median(), 0)}"
    return f"; the medians of {counted(len(every), 'subject')} are {medians}"


def _doses(values: Series, drug: str, most: bool = False) -> str:
    """ "130 to 390 mg/m² of the drug (1 dose not known)"; never an amount where none is known."""
    known = values.dropna()
    if known.empty:
        return "a dose that is not known"
    span = f"up to {amount(known.max())}" if most else amount_range(known.min(), known.max())
    unknown = len(values) - len(known)
    return f"{span} {drug}" + (f" ({counted(unknown, 'dose')} not known)" if unknown else "")


def _prior_words(fallen: Series) -> str:
    if fallen.empty:
        return ""
    low, high = exactly(fallen.min(), 0), exactly(fallen.max(), 0)
    return f" and {low if low == high else f'{low} to {high}'} mg/m² of prior anthracycline"


def _population(view: View, table: DataFrame, known: bool) -> str:
    words = f"{counted(len(table), 'subject')} of {counted(treated(view), 'treated subject')} with a baseline and a "
    words = sentence(f"{words}later LVEF by one method; size of the mark: the largest fall (points)")
    undosed = int(table["CUMDOSE"].isna().sum())
    words += f" {counted(undosed, 'subject')} with a dose that is not known, drawn below the axis." if undosed else ""
    return words + (_prior_population(table) if known else f" Prior medication: {absence(view.cut, 'cm')}.")


def _prior_population(table: DataFrame) -> str:
    """Whose prior anthracycline is known only in part, not at all, or not recorded; empty where nobody's is."""
    partly = int(((table["PANTMISS"].fillna(0) > 0) & table["PANTDOX"].notna()).sum())
    unknown, unrecorded = int(table["PRIORMG"].isna().sum()), int((table["PRIOR"] == "none recorded").sum())
    parts = [
        f"{partly} with a dose not known (open marks, at least the amount shown)" if partly else "",
        f"{unknown} with no amount known, drawn left of the axis" if unknown else "",
        f"{unrecorded} with none recorded, drawn at 0" if unrecorded else "",
    ]
    words = "; ".join(filter(None, parts))
    return f" Prior anthracycline: {words}." if words else ""


def _figure(view: View, table: DataFrame) -> go.Figure:
    """The largest falls first, so that a small mark is never hidden by a large one."""
    across, up = _axis(table["PRIORMG"]), _axis(table["CUMDOSE"])
    placed = table.assign(X=_places(table["PRIORMG"], across), Y=_places(table["CUMDOSE"], up))
    placed["SIZE"] = 9 + 1.2 * (-placed["CHG"]).clip(lower=0)
    ring = rings(placed["X"], placed["Y"], placed["SINCE"], size=[size + 7 for size in placed["SIZE"]], width=2)
    found = [category for category in CATEGORIES[1:] if category in set(placed["CTRCD"])]
    look = dict(size=11, line=dict(color=house.MUTED, width=0.6))
    return house.figure(
        *ring,
        _dots(placed, view.trial.amount_unit),
        *[legend_entry(f"CTRCD {category}", look | dict(color=house.CTRCD[category])) for category in found],
        *new_entry(table["SINCE"], view.previous_date),
        height=HEIGHT_PIXELS,
        margin=dict(t=56, l=58, r=14),
        legend=dict(itemclick=False),
        xaxis=across | dict(title="Prior anthracycline (mg/m², doxorubicin equivalents)"),
        yaxis=up | dict(title=f"{view.trial.drug} received ({view.trial.amount_unit})"),
    )


def _axis(values: Series) -> dict:
    """An axis from 0 on; where a value is not known, with a place for it before 0."""
    most = max(float(values.max()) if values.notna().any() else 0.0, STEPS[0])
    step = next((step for step in STEPS if most / step <= MOST_TICKS), most)
    ticks = [number * step for number in range(int(most // step) + 2)]
    names = [amount(tick) if tick else "0" for tick in ticks]
    if values.isna().any():
        ticks, names = [-step, *ticks], [NOT_KNOWN, *names]
    return dict(tickvals=ticks, ticktext=names, range=[ticks[0] - 0.4 * step, most + 0.6 * step], zeroline=False)


def _places(values: Series, axis: dict) -> Series:
    return values.fillna(axis["tickvals"][0])


def _dots(placed: DataFrame, unit: str) -> go.Scatter:
    notable = placed[(placed["CHG"] <= FALLS_POINTS[0]) | placed["CTRCD"].isin(BAD)].head(LABELLED).index
    right = placed["X"] > 0.75 * max(placed["X"].max(), 1)
    return go.Scatter(
        x=placed["X"],
        y=placed["Y"],
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        name="largest fall",
        marker=_markers(placed),
        text=[
            f"  <b>{plain(row.SUBJID)} {signed(row.CHG)}</b>  " if row.Index in notable else ""
            for row in placed.itertuples()
        ],
        textposition=["middle left" if side else "middle right" for side in right],
        customdata=placed[["USUBJID"]],
        hovertext=[_hover(row, unit) for row in placed.itertuples()],
        hoverinfo="text",
    )


def _markers(placed: DataFrame) -> dict:
    """Filled in the colour of the dysfunction; open where the prior anthracycline is at least what is shown."""
    at_least = ((placed["PANTMISS"].fillna(0) > 0) & placed["PANTDOX"].notna()).tolist()
    fill = [house.CTRCD[c] if c in CATEGORIES[1:] else UNMARKED for c in placed["CTRCD"]]
    edge = [house.INK if c in CATEGORIES[1:] else house.MUTED for c in placed["CTRCD"]]
    return dict(
        size=placed["SIZE"],
        opacity=1,
        color=fill,
        symbol=["circle-open" if hollow else "circle" for hollow in at_least],
        line=dict(
            color=[
                colour if hollow and colour != UNMARKED else rim
                for hollow, colour, rim in zip(at_least, fill, edge, strict=True)
            ],
            width=[2.5 if hollow else 1 for hollow in at_least],
        ),
    )


def _hover(row, unit: str) -> str:
    return "<br>".join(
        [
            who(row),
            f"LVEF {exactly(row.BASE)} → {exactly(row.AVAL)} %, {signed(row.CHG)} points on {on_day(row.ADY)}",
            f"study drug {amount(row.CUMDOSE)} {unit}; prior anthracycline: {plain(row.PRIOR)}",
            *since_line(row),
        ]
    )
