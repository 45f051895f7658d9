"""How the ejection fraction changed against the study drug received, and against prior anthracyclines."""

from __future__ import annotations

from dataclasses import replace

import plotly.graph_objects as go
from pandas import DataFrame, Series

from displays.absent import absence
from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.marks import courses, dose_entries, new_entry, outline, who
from displays.drawing.panels import domains, level_line, subplot_names
from displays.groups import dose_colours, nobody, present, treated
from displays.heart.by_subject import prior, why_prior_unknown
from displays.heart.definitions import FALLS_POINTS, baseline, own_units
from displays.heart.measurements import collected, every_method, every_question, measurements, named, question
from displays.heart.worst_change import NO_CHANGE
from displays.since import SINCE_LABELS, since
from displays.words import amount, amount_range, counted, equivalents, exactly, on_day, sentence, signed
from queries import View

LABELS = {
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
    "PRIORMG": "Prior anthracycline (mg/m² doxorubicin equivalents)",
    "PRIOR": "Prior anthracycline in words",
    "WORST": "Worst of the subject",
} | SINCE_LABELS
FORMATS = {"AVAL": "decimal1", "BASE": "decimal1", "CHG": "decimal1", "CUMDOSE": "amount", "PRIORMG": "integer"}
LABELLED = 5
PANEL_PIXELS, GAP_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 245, 100, 84, 56


def lvef_against_dose(view: View) -> Display:
    """The change of LVEF (percentage points) against the study drug received and prior anthracyclines, never added."""
    about = "lvef_against_dose", f"Change of LVEF against {view.trial.drug} received and prior anthracyclines"
    if not collected(view, "LVEF"):
        return not_collected(view, *about, "Ejection fractions", "cv")
    compared, known = measurements(view, "LVEF"), "cm" in view.cut.delivered
    table = _later(compared.rows, known, why_prior_unknown(view))
    news = replace(compared, rows=table).words("ejection fraction", named)
    return display(
        view,
        *about,
        finding=_finding(view, _later(every_method(view, "LVEF"), known, why_prior_unknown(view))),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, table, known) if len(table) else None,
        population=" ".join(filter(None, [_population(view, table, known), since(view, news)])),
        method=f"Upper panel: every later LVEF against the {view.trial.drug} received by that day. Lower panel: each "
        "subject's worst change against prior anthracyclines in mg/m² as doxorubicin equivalents "
        f"({equivalents(view.trial.anthracyclines)}). {own_units(view)} {baseline(view)}",
        source="Feijen, JAMA Oncol 2019;5:864; ESC 2022, table 5. Data: CV, EX, CM.",
        questions=(question(view, "LVEF"), every_question(view, "LVEF")),
    )


def _later(rows: DataFrame, known: bool, unknown: str) -> DataFrame:
    """The later LVEFs that have a change, with the prior anthracycline; WORST marks the worst one of each subject."""
    table = rows[rows["CHG"].notna() & (rows["POSTFL"] == "Y")].reset_index(drop=True)
    worst = table.sort_values(["CHG", "ADT"]).drop_duplicates("USUBJID").index
    return table.assign(
        PRIOR=[prior(row, unknown) for row in table.itertuples()],
        PRIORMG=Series([_prior_mg(row, known) for row in table.itertuples()], dtype="float64"),
        WORST=["Y" if index in worst else "" for index in table.index],
    )


def _prior_mg(row, known: bool) -> float | None:
    if present(row.PANTDOX):
        return float(row.PANTDOX)
    return 0.0 if known and not row.PANTMISS else None


def _finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return NO_CHANGE if treated(view) else nobody(view)
    worst, drug = table[table["WORST"] == "Y"], f"{view.trial.amount_unit} of {view.trial.drug}"
    fallen, others = worst[worst["CHG"] <= FALLS_POINTS[0]], worst[worst["CHG"] > FALLS_POINTS[0]]
    subjects = counted(len(worst), "subject")
    if fallen.empty:
        return f"None of {subjects} lost 10 points of LVEF, after {_doses(worst['CUMDOSE'], drug, most=True)}."
    words = f"{len(fallen)} of {subjects} lost 10 points or more of LVEF, after {_doses(fallen['CUMDOSE'], drug)}"
    return sentence(words + _prior_words(fallen["PRIORMG"].dropna(), others["PRIORMG"].dropna()))


def _doses(values: Series, drug: str, most: bool = False) -> str:
    """ "130 to 390 mg/m² of the drug (1 dose not known)"; never an amount where none is known."""
    known = values.dropna()
    if known.empty:
        return "a dose that is not known"
    span = f"up to {amount(known.max())}" if most else amount_range(known.min(), known.max())
    unknown = len(values) - len(known)
    return f"{span} {drug}" + (f" ({counted(unknown, 'dose')} not known)" if unknown else "")


def _prior_words(fallen: Series, others: Series) -> str:
    words = f" and {_span(fallen)} mg/m² of prior anthracycline" if len(fallen) else ""
    median = f"; the median prior anthracycline of the others was {exactly(others.median(), 0)} mg/m²"
    return words + median if len(others) else words


def _span(values: Series) -> str:
    low, high = exactly(values.min(), 0), exactly(values.max(), 0)
    return low if low == high else f"{low} to {high}"


def _population(view: View, table: DataFrame, known: bool) -> str:
    people = table.drop_duplicates("USUBJID")
    later = counted(len(table), "later LVEF")
    undosed = int(table["CUMDOSE"].isna().sum())
    later += f", {undosed} after a dose that is not known (not drawn in the upper panel)" if undosed else ""
    words = f"{counted(len(people), 'subject')} with a baseline and a later LVEF; {later}."
    unknown = f" Prior medication: {absence(view.cut, 'cm')}."
    return sentence(words) + (_prior_population(people) if known else unknown)


def _prior_population(people: DataFrame) -> str:
    """Whose prior anthracycline is known only in part, not at all, or not recorded; empty where nobody's is."""
    partly = int(((people["PANTMISS"] > 0) & people["PANTDOX"].notna()).sum())
    unknown, unrecorded = int(people["PRIORMG"].isna().sum()), int((people["PRIOR"] == "none recorded").sum())
    parts = [
        f"{partly} with a dose not known (open marks, at least the amount shown)" if partly else "",
        f"{unknown} with no amount known, not drawn in the lower panel" if unknown else "",
        f"{unrecorded} with none recorded, drawn at 0" if unrecorded else "",
    ]
    words = "; ".join(filter(None, parts))
    return f" Prior anthracycline: {words}." if words else ""


def _figure(view: View, table: DataFrame, known: bool) -> go.Figure:
    colours, unit = dose_colours(view, table["TRTA"]), view.trial.amount_unit
    worst = table[(table["WORST"] == "Y") & table["PRIORMG"].notna()]
    lower = dict(title="Prior anthracycline<br>(mg/m², doxorubicin equivalents)")
    panels = [(table, "CUMDOSE", dict(title=f"{view.trial.drug} received by that day ({unit})"))]
    panels += [(worst, "PRIORMG", lower)] if known else []
    pixels, names = [PANEL_PIXELS] * len(panels), subplot_names(len(panels))
    axes = {}
    for name, domain, (_, _, axis) in zip(names, domains(pixels, GAP_PIXELS), panels, strict=True):
        axes[f"xaxis{name}"] = axis | dict(anchor=f"y{name}", rangemode="tozero")
        axes[f"yaxis{name}"] = _change_axis(table) | dict(anchor=f"x{name}", domain=domain)
    dots = [
        _dots(rows, against, colours, unit).update(xaxis=f"x{name}", yaxis=f"y{name}")
        for name, (rows, against, _) in zip(names, panels, strict=True)
    ]
    return house.figure(
        _lines(table),
        *dots,
        *dose_entries(colours, symbol="square", size=11),
        *new_entry(table["SINCE"], view.previous_date),
        height=sum(pixels) + GAP_PIXELS * (len(panels) - 1) + TOP_PIXELS + BOTTOM_PIXELS,
        margin=dict(t=TOP_PIXELS, l=58, r=14),
        legend=dict(y=1.06, itemclick=False),
        shapes=[line for name in names for line in _levels(name)],
        **axes,
    )


def _levels(name: str) -> list[dict]:
    return [level_line(name, 0, dash="solid"), *[level_line(name, fall) for fall in FALLS_POINTS]]


def _change_axis(table: DataFrame) -> dict:
    low, high = min(table["CHG"].min(), FALLS_POINTS[1]), max(table["CHG"].max(), 0)
    return dict(title="Change of LVEF (points)", range=[low - 3, high + 3])


def _lines(table: DataFrame) -> go.Scatter:
    line = dict(color="#c3ced7", width=1)
    return go.Scatter(**courses(table, "CUMDOSE", "CHG"), mode="lines", line=line, hoverinfo="skip", showlegend=False)


def _dots(table: DataFrame, against: str, colours: dict[str, str], unit: str) -> go.Scatter:
    fallen = table[(table["WORST"] == "Y") & (table["CHG"] <= FALLS_POINTS[0])]
    named_rows = fallen.sort_values("CHG").head(LABELLED).index
    right = table[against] > 0.75 * max(table[against].max(), 1)
    return go.Scatter(
        x=table[against],
        y=table["CHG"],
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        name=against,
        marker=_markers(table, against, colours),
        text=[plain(row.SUBJID) if row.Index in named_rows else "" for row in table.itertuples()],
        textposition=["bottom left" if side else "bottom right" for side in right],
        textfont=dict(size=13),
        customdata=table[["USUBJID"]],
        hovertext=[_hover(row, unit) for row in table.itertuples()],
        hoverinfo="text",
    )


def _markers(table: DataFrame, against: str, colours: dict[str, str]) -> dict:
    """Filled marks in the colour of the dose; open ones where the prior anthracycline is at least what is shown."""
    fill, edge = [colours[dose] for dose in table["TRTA"]], outline(table["SINCE"])
    at_least = ((table["PANTMISS"] > 0) & (against == "PRIORMG")).tolist()
    rows = list(zip(at_least, table["SINCE"], fill, edge["color"], edge["width"], strict=True))
    return dict(
        size=10,
        opacity=1,
        color=fill,
        symbol=["circle-open" if hollow else "circle" for hollow in at_least],
        line=dict(
            color=[colour if hollow and not news else rim for hollow, news, colour, rim, _ in rows],
            width=[2.5 if hollow else width for hollow, _, _, _, width in rows],
        ),
    )


def _hover(row, unit: str) -> str:
    return "<br>".join(
        [
            who(row),
            f"LVEF {exactly(row.BASE)} → {exactly(row.AVAL)} %, {signed(row.CHG)} points on {on_day(row.ADY)}",
            f"study drug {amount(row.CUMDOSE)} {unit}; prior anthracycline: {row.PRIOR}",
        ]
    )
