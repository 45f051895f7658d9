"""Strain, troponin and NT-proBNP of every subject over time."""

from __future__ import annotations

from dataclasses import replace
from math import log10

import numpy
import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import crowd, house
from displays.drawing.marks import since_line, who
from displays.drawing.panels import Legend, Panel, panels_figure
from displays.groups import dose_colours, nobody, present, treated
from displays.heart import remarks
from displays.heart.definitions import ESC, MARKER_LIMITS, baseline
from displays.heart.measurements import collected, corrections, measurements, named, question
from displays.since import SINCE_LABELS, Compared, since
from displays.words import counted, exactly, first_of, on_day, sentence, signed
from queries import View
from queries.frames import rows_of
from stats.cardiac import GLS_DECLINE_LIMIT_PCT

MARKERS_OVER_TIME = ("markers_over_time", "Strain, troponin and NT-proBNP over time")
PARAMETERS = {"GLS": "Global longitudinal strain", "TROPONIN": "Troponin", "NTPROBNP": "NT-proBNP"}
LABELS = {
    "PARAM": "Measurement",
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "ADT": "Date",
    "ADY": "Day",
    "SERIES": "Method or test",
    "AVALC": "Result as delivered",
    "AVAL": "Value",
    "AVALQ": "Limit",
    "AVALU": "Unit",
    "UPLIM": "Upper limit",
    "BASE": "Baseline",
    "PCHG": "Change (% of baseline)",
    "RISEFL": "New elevation",
    "ECHODAYS": "Days to nearest echocardiogram",
    "LOOK": "Finding",
} | SINCE_LABELS
FORMATS = {"PCHG": "decimal1"}
DECLINE = f"strain declined > {GLS_DECLINE_LIMIT_PCT} %"
RISE = "new elevation"
OLD = "above limit, not new or no baseline"
LOOKS = {DECLINE: house.CTRCD["moderate"], RISE: house.CTRCD["severe"], OLD: house.CTRCD["mild"]}
BELOW_ASSAY = {"triangle-down-open": "below the assay's limit"}
LABELLED = 4
DRAWN = """USUBJID SUBJID TRTA TRTAN DISEASE PARAMCD POSTFL ADY AVAL AVALC AVALU AVALQ UPLIM BASE PCHG LOOK SINCE
PREVIOUS""".split()
"""The columns that the figure reads: of very many rows each one costs."""
FINDINGS = {
    "GLS": f"strain declined by more than {GLS_DECLINE_LIMIT_PCT} % in",
    "TROPONIN": "troponin was newly elevated in",
    "NTPROBNP": "NT-proBNP in",
}


def markers_over_time(view: View) -> Display:
    """Strain (%) and the two blood biomarkers of every subject over time, with declines and new elevations marked."""
    if not collected(view, *PARAMETERS):
        return not_collected(view, *MARKERS_OVER_TIME, "Strain, troponin and NT-proBNP", "cv", "lb")
    compared = measurements(view, *PARAMETERS)
    table = compared.rows
    table["LOOK"] = _looks(table)
    # strain is delivered with and without its sign; drawn with it, so that worse is lower on the reversed axis
    table["AVAL"] = table["AVAL"].where(table["PARAMCD"] != "GLS", -table["AVAL"].abs())
    return display(
        view,
        *MARKERS_OVER_TIME,
        finding=_finding(view, compared),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, table),
        population=_population(view, compared),
        method=f"Strain: declined when its size is more than {GLS_DECLINE_LIMIT_PCT} % below baseline. Biomarker: a "
        "new elevation is above its limit now and was not at baseline; without a baseline no elevation can be called "
        f"new. {MARKER_LIMITS} NT-proBNP 1 pmol/L = 8.457 pg/mL. Values below the assay's limit are drawn open at that "
        f"limit and never count as an elevation. {baseline(view)}",
        source=f"{ESC}. Data: CV and LB.",
        questions=(question(view, *PARAMETERS), "heart_unpaired"),
    )


def _looks(table: DataFrame) -> numpy.ndarray:
    """What is found in each measurement, in words; "" for nothing."""
    later, strain = table["POSTFL"] == "Y", table["PARAMCD"] == "GLS"
    declined = later & strain & (-table["PCHG"] > GLS_DECLINE_LIMIT_PCT)
    risen, above = later & ~strain & (table["RISEFL"] == "Y"), ~(later & strain) & (table["ABOVEFL"] == "Y")
    found = [condition.fillna(False).to_numpy(dtype=bool) for condition in (declined, risen, above)]
    return numpy.select(found, [DECLINE, RISE, OLD], "").astype(object)


def _finding(view: View, compared: Compared) -> list[str]:
    table = compared.rows
    if table.empty:
        return [nobody(view)]
    told = table[["USUBJID", "SUBJID", "PARAMCD", "POSTFL", "PCHG", "RISEFL", "LOOK"]]
    later = told[told["POSTFL"] == "Y"]
    rows = {code: later[later["PARAMCD"] == code] for code in PARAMETERS}
    words = ["; ".join(_marker_finding(found, code) for code, found in rows.items())]
    words += ["; ".join(_who(found, code) for code, found in rows.items() if _hit(found)), _far(view)]
    return [*map(sentence, filter(None, words)), *corrections(view, compared)]


def _far(view: View) -> str:
    """How many elevations have no LVEF near enough to be assessed with; "" where all have."""
    far, days = view.ask("heart_unpaired")["USUBJID"].nunique(), view.trial.marker_window_days
    return f"elevations not within {counted(days, 'day')} of an LVEF: {counted(far, 'subject')}" if far else ""


def _with_baseline(rows: DataFrame, code: str) -> DataFrame:
    return rows[(rows["PCHG"] if code == "GLS" else rows["RISEFL"]).notna()]


def _hit(rows: DataFrame) -> list[str]:
    """Who had a decline or a new elevation."""
    return list(dict.fromkeys(rows.loc[rows["LOOK"].isin([DECLINE, RISE]), "SUBJID"]))


def _marker_finding(rows: DataFrame, code: str) -> str:
    if rows.empty:
        return f"{PARAMETERS[code]}: no later result"
    return f"{FINDINGS[code]} {len(_hit(rows))} of {_with_baseline(rows, code)['USUBJID'].nunique()}"


def _who(rows: DataFrame, code: str) -> str:
    return f"{PARAMETERS[code]}: {first_of(_hit(rows))}"


def _population(view: View, compared: Compared) -> str:
    table = compared.rows
    measured = table.groupby("PARAMCD")["USUBJID"].nunique()
    parts = ", ".join(f"{name} in {measured.get(code, 0)}" for code, name in PARAMETERS.items())
    words = [f"Of {counted(treated(view), 'treated subject')}: {parts}; counted: with a baseline and a later result."]
    words += [f"Biomarker elevations not paired with an LVEF: {far}."] if (far := remarks.unpaired(view)) else []
    words += [*_not_assessed(table), crowd.words(table, f"the {crowd.NAMED // len(PARAMETERS)} worst of each")]
    return " ".join(filter(None, [*words, since(view, compared.words("result", named))]))


def _not_assessed(table: DataFrame) -> list[str]:
    """Which values are below the assay's limit, in an unknown unit, or without a limit to be assessed by."""
    below, unknown = int((table["AVALQ"] == "<").sum()), int((table["JUDGEFL"] == "N").sum())
    unlimited = int(((table["PARAMCD"] == "TROPONIN") & table["UPLIM"].isna()).sum())
    words = [f"{counted(below, 'value')} below the assay's limit."] if below else []
    if unknown:
        words.append(f"{_values(unknown, 'in an unknown unit')} listed but not assessed and not drawn.")
    if unlimited:
        words.append(f"{_values(unlimited, 'without a delivered upper limit', 'troponin value')} not assessed.")
    return words


def _values(number: int, which: str, thing: str = "value") -> str:
    return f"{counted(number, thing)} {which} {'is' if number == 1 else 'are'}"


def _figure(view: View, table: DataFrame) -> go.Figure | None:
    judged = (table["JUDGEFL"] == "Y") & ((table["PARAMCD"] == "GLS") | (table["AVAL"] > 0))
    drawn = table.loc[judged, DRAWN]
    colours = dose_colours(view, drawn["TRTA"])
    by_code = {code: drawn[drawn["PARAMCD"] == code] for code in PARAMETERS}
    panels = [
        _crowd(rows, code, colours) if crowd.crowded(table) else _panel(_drawn(rows, code, colours), code)
        for code, rows in by_code.items()
        if len(rows)
    ]
    return panels_figure(panels, Legend(LOOKS, colours, BELOW_ASSAY, view.previous_date)) if panels else None


def _crowd(rows: DataFrame, code: str, colours: dict[str, str]) -> Panel:
    """The panel of very many subjects: the worst of them, and the quartiles of all."""
    told = rows[["USUBJID", "POSTFL", "AVAL", "LOOK"]]
    later = told[told["POSTFL"] == "Y"].assign(PLAIN=~told["LOOK"].isin([DECLINE, RISE]))
    later = later.sort_values(["PLAIN", "AVAL"], ascending=[True, False], kind="stable")
    worst = rows[rows["USUBJID"].isin(crowd.first_subjects(later, crowd.NAMED // len(PARAMETERS)))]
    drawn, band = _drawn(worst, code, colours), crowd.quartiles(rows, "ADY", "AVAL")
    return replace(_panel(rows, code), rows=drawn, band=band)


def _panel(rows: DataFrame, code: str) -> Panel:
    title = f"<b>{PARAMETERS[code]}</b>  {counted(rows['USUBJID'].nunique(), 'subject')}"
    if code == "GLS":
        low, high = rows["AVAL"].min() - 1, rows["AVAL"].max() + 1.5
        return Panel(title, rows, range=(high, low), axis="%")
    limits = sorted(rows["UPLIM"].dropna().unique())
    name = "upper limit" if code == "TROPONIN" else "adult limit"
    shown = [(limit, f"{name} {exactly(limit)}") for limit in limits] if len(limits) <= 2 else []
    span = (log10(rows["AVAL"].min()) - 0.15, log10(max(rows["AVAL"].max(), *limits, 1)) + 0.25)
    axis = f"{rows['AVALU'].iloc[0]}, log scale"
    return Panel(title, rows, limits=tuple(shown), range=span, axis=axis, log=True, above=True)


def _drawn(rows: DataFrame, code: str, colours: dict[str, str]) -> DataFrame:
    """The rows with how each is drawn: colour, symbol, label of the worst, hover text."""
    notable = rows[rows["LOOK"].isin([DECLINE, RISE])]
    worst = notable.sort_values("AVAL", ascending=False).drop_duplicates("USUBJID").head(LABELLED)
    below = (rows["AVALQ"] == "<").tolist()
    return rows.assign(
        COLOUR=[_colour(row, colours) for row in rows_of(rows)],
        SYMBOL=["triangle-down-open" if limit else "circle" for limit in below],
        LABEL=[plain(row.SUBJID) if row.Index in worst.index else "" for row in rows_of(rows)],
        STRONG=rows["USUBJID"].isin(notable["USUBJID"]),
        HOVER=[_hover(row, PARAMETERS[code]) for row in rows_of(rows)],
    )


def _colour(row, colours: dict[str, str]) -> str:
    if row.LOOK in LOOKS:
        return LOOKS[row.LOOK]
    return house.MUTED if row.AVALQ == "<" else colours[row.TRTA]


def _hover(row, name: str) -> str:
    lines = [who(row), f"{name} {plain(row.AVALC)} {plain(row.AVALU)} on {on_day(row.ADY)}"]
    if present(row.PCHG) and row.POSTFL == "Y":
        lines.append(f"{exactly(row.BASE)} at baseline, change {signed(round(row.PCHG))} %")
    return "<br>".join([*lines, *[row.LOOK] * bool(row.LOOK), *since_line(row)])
