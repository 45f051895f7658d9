"""Strain, troponin and NT-proBNP of every subject over time."""

from __future__ import annotations

from math import log10

from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.panels import Panel, panels_figure
from displays.groups import doses_in_order, nobody, present
from displays.heart.parts import (
    BASELINE,
    ESC,
    MARKER_LIMITS,
    collected,
    exactly,
    measurements,
    news,
    on_day,
    signed,
    who,
)
from displays.words import counted, listed, sentence
from queries import View
from stats.cardiac import GLS_DECLINE_LIMIT_PCT

NAME, TITLE = "markers_over_time", "Strain, troponin and NT-proBNP over time"
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
    "RISEFL": "New rise",
    "LOOK": "Finding",
    "BEFORE": "Previous cut",
    "CHANGED": "Change since previous cut",
}
FORMATS = {"PCHG": "decimal1"}
DECLINE = f"strain declined > {GLS_DECLINE_LIMIT_PCT} %"
RISE = "new rise"
OLD = "above limit, not new or no baseline"
LOOKS = {DECLINE: house.CTRCD["moderate"], RISE: house.CTRCD["severe"], OLD: house.CTRCD["mild"]}
LABELED = 4


def markers_over_time(view: View) -> Display:
    """How strain and the two blood markers of every subject ran, with declines and new rises marked."""
    if not collected(view, *PARAMETERS):
        return not_collected(view, NAME, TITLE, "Strain, troponin and NT-proBNP")
    table, missing = measurements(view, *PARAMETERS)
    table = table.assign(LOOK=[_look(row) for row in table.itertuples()])
    # strain comes with and without its sign; drawn with it, so that worse is lower on the axis turned over
    table["AVAL"] = table["AVAL"].where(table["PARAMCD"] != "GLS", -table["AVAL"].abs())
    return display(
        view,
        NAME,
        title=TITLE,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, table) if len(table) else None,
        population=_population(view, table, missing),
        method=f"Strain: declined when its size is more than {GLS_DECLINE_LIMIT_PCT} % below baseline. Marker: a new rise is above its limit now and was not at baseline; "
        f"without a baseline no rise can be called new. {MARKER_LIMITS} NT-proBNP 1 pmol/L = 8.457 pg/mL. Values below the assay's limit are drawn open at that limit and "
        f"never count as a rise. {BASELINE}",
        source=f"{ESC}. Data: CV and LB.",
        questions=(view.question("heart_measurements", parameters=list(PARAMETERS)),),
    )


def _look(row) -> str:
    if row.POSTFL != "Y":
        return OLD if row.ABOVEFL == "Y" else ""
    if row.PARAMCD == "GLS":
        return DECLINE if present(row.PCHG) and -row.PCHG > GLS_DECLINE_LIMIT_PCT else ""
    return RISE if row.RISEFL == "Y" else OLD if row.ABOVEFL == "Y" else ""


def _finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    later = table[table["POSTFL"] == "Y"]
    parts = [
        _said(later, code, words)
        for code, words in (
            ("GLS", f"strain declined by more than {GLS_DECLINE_LIMIT_PCT} % in"),
            ("TROPONIN", "troponin rose newly in"),
            ("NTPROBNP", "NT-proBNP rose newly in"),
        )
    ]
    return sentence("; ".join(part for part in parts if part))


def _said(later: DataFrame, code: str, words: str) -> str:
    rows = later[later["PARAMCD"] == code]
    judged = rows[(rows["PCHG"] if code == "GLS" else rows["RISEFL"]).notna()]
    hit = judged[judged["LOOK"].isin([DECLINE, RISE])].drop_duplicates("USUBJID")
    if rows.empty:
        return f"{PARAMETERS[code]}: no later result"
    named = f" ({listed(list(hit['SUBJID']))})" if len(hit) else ""
    return f"{words} {len(hit)} of {counted(judged['USUBJID'].nunique(), 'subject')} with a baseline and a later result{named}"


def _population(view: View, table: DataFrame, missing: list[str]) -> str:
    treated = view.ask("heart_subjects")["USUBJID"].nunique()
    parts = [
        f"{name} in {table.loc[table['PARAMCD'] == code, 'USUBJID'].nunique()}" for code, name in PARAMETERS.items()
    ]
    words = f"Of {counted(treated, 'treated subject')}: {', '.join(parts)}."
    below, unknown = int((table["AVALQ"] == "<").sum()), int((table["JUDGEFL"] == "N").sum())
    words += f" {counted(below, 'value')} below the assay's limit." if below else ""
    words += (
        f" {counted(unknown, 'value')} in an unknown unit {'is' if unknown == 1 else 'are'} listed but not judged and not drawn."
        if unknown
        else ""
    )
    no_limit = table[(table["PARAMCD"] == "TROPONIN") & table["UPLIM"].isna()]
    words += (
        f" {counted(len(no_limit), 'troponin value')} without a delivered upper limit {'is' if len(no_limit) == 1 else 'are'} not judged."
        if len(no_limit)
        else ""
    )
    return words + news(view, table, "result", missing)


def _figure(view: View, table: DataFrame):
    colours = house.dose_colours(list(table["TRTA"].unique()), view.cut.dose_labels)
    drawable = table[(table["JUDGEFL"] == "Y") & ((table["PARAMCD"] == "GLS") | (table["AVAL"] > 0))]
    panels = [
        _panel(drawable[drawable["PARAMCD"] == code], code, colours)
        for code in PARAMETERS
        if (drawable["PARAMCD"] == code).any()
    ]
    return (
        panels_figure(view, panels, LOOKS, {dose: colours[dose] for dose in doses_in_order(view, drawable["TRTA"])})
        if panels
        else None
    )


def _panel(rows: DataFrame, code: str, colours: dict[str, str]) -> Panel:
    rows = _drawn(rows, colours)
    subjects = counted(rows["USUBJID"].nunique(), "subject")
    if code == "GLS":
        low, high = rows["AVAL"].min() - 1, rows["AVAL"].max() + 1.5
        return Panel(f"<b>Global longitudinal strain</b>  {subjects}", rows, range=(high, low), axis="%", pixels=240)
    limits = sorted(rows["UPLIM"].dropna().unique())
    name = "upper limit" if code == "TROPONIN" else "adult limit"
    shown = [(limit, f"{name} {exactly(limit)}") for limit in limits] if len(limits) <= 2 else []
    unit = rows["AVALU"].iloc[0]
    span = (log10(rows["AVAL"].min()) - 0.15, log10(max(rows["AVAL"].max(), *limits, 1)) + 0.25)
    return Panel(
        f"<b>{PARAMETERS[code]}</b>  {subjects}",
        rows,
        limits=tuple(shown),
        range=span,
        axis=f"{unit}, log scale",
        log=True,
        pixels=240,
        above=True,
    )


def _drawn(rows: DataFrame, colours: dict[str, str]) -> DataFrame:
    code = rows["PARAMCD"].iloc[0]
    worst = (
        rows[rows["LOOK"].isin([DECLINE, RISE])]
        .sort_values("AVAL", ascending=False)
        .drop_duplicates("USUBJID")
        .head(LABELED)
    )
    return rows.assign(
        COLOUR=[
            LOOKS.get(row.LOOK, house.MUTED if row.AVALQ == "<" else colours[row.TRTA]) for row in rows.itertuples()
        ],
        SYMBOL=["triangle-down-open" if q == "<" else "circle" for q in rows["AVALQ"]],
        LABEL=[plain(row.SUBJID) if row.Index in worst.index else "" for row in rows.itertuples()],
        STANDS=rows["USUBJID"].isin(rows.loc[rows["LOOK"].isin([DECLINE, RISE]), "USUBJID"]),
        HOVER=[_hover(row, PARAMETERS[code]) for row in rows.itertuples()],
    )


def _hover(row, name: str) -> str:
    lines = [who(row), f"{name} {plain(row.AVALC)} {plain(row.AVALU)} on {on_day(row.ADY)}"]
    if present(row.PCHG) and row.POSTFL == "Y":
        lines.append(f"{exactly(row.BASE)} at baseline, change {signed(round(row.PCHG))} %")
    return "<br>".join(lines + ([row.LOOK] if row.LOOK else []) + ([row.CHANGED] if row.CHANGED else []))
