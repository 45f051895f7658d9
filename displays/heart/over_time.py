"""Ejection fraction and shortening fraction of every subject over time, a panel for each dose."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.panels import Panel, panels_figure
from displays.groups import doses_in_order, nobody, present
from displays.heart.parts import (
    BASELINE,
    CATEGORIES,
    CTRCD,
    MARKER_LIMITS,
    collected,
    exactly,
    measurements,
    news,
    on_day,
    signed,
    sources,
    who,
)
from displays.words import amount, counted, listed
from queries import View
from stats.cardiac import SHORTENING_FRACTION_LIMIT_PCT

LABELED = 4
"""So many subjects a panel carry their number beside their worst value; the others are named on touch."""

LVEF_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "ADT": "Date",
    "ADY": "Day",
    "AVISIT": "Visit",
    "SERIES": "Method",
    "AVAL": "LVEF (%)",
    "BASE": "Baseline LVEF (%)",
    "CHG": "Change (points)",
    "ATOXGR": "CTCAE grade",
    "CTRCD": "CTRCD",
    "GLSDECL": "Strain decline (% of baseline)",
    "MRKRISE": "New marker rise",
    "CTRCDMIS": "Not measured, could matter",
    "CUMDOSE": "Study drug so far ({unit})",
    "BEFORE": "Previous cut",
    "CHANGED": "Change since previous cut",
}
SF_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "ADT": "Date",
    "ADY": "Day",
    "AVISIT": "Visit",
    "SERIES": "Method",
    "AVAL": "Shortening fraction (%)",
    "BASE": "Baseline (%)",
    "CHG": "Change (points)",
    "BEFORE": "Previous cut",
    "CHANGED": "Change since previous cut",
}
FORMATS = {"GLSDECL": "decimal1", "CUMDOSE": "amount", "AVAL": "decimal1", "BASE": "decimal1", "CHG": "decimal1"}
LVEF_LIMITS = ((50, ""), (40, ""))
SF_LIMITS = ((SHORTENING_FRACTION_LIMIT_PCT, f"{SHORTENING_FRACTION_LIMIT_PCT} %"),)
LVEF_LOOKS = {f"CTRCD {category}": house.CTRCD[category] for category in CATEGORIES[1:]}
LOW = f"below {SHORTENING_FRACTION_LIMIT_PCT} %"


def lvef_over_time(view: View) -> Display:
    """How the ejection fraction of every subject ran, dose by dose."""
    name, title = "lvef_over_time", "Left ventricular ejection fraction over time, by dose"
    if not collected(view, "LVEF"):
        return not_collected(view, name, title, "Ejection fractions")
    table, missing = measurements(view, "LVEF")
    table["LOOK"] = [f"CTRCD {c}" if present(c) and c != "none" else "" for c in table["CTRCD"]]
    return display(
        view,
        name,
        title=title,
        finding=_lvef_finding(view, table),
        table=table,
        labels=LVEF_LABELS,
        formats=FORMATS,
        figure=_figure(view, table, LVEF_LIMITS, LVEF_LOOKS, "LVEF (%)") if len(table) else None,
        population=_population(view, table, "ejection fraction", missing),
        method=f"{BASELINE} {CTRCD} {MARKER_LIMITS}",
        source=sources(view),
        questions=(view.question("heart_measurements", parameters=["LVEF"]), "heart_subjects"),
    )


def shortening_fraction_over_time(view: View) -> Display:
    """How the shortening fraction of every subject ran, beside the limit that paediatric cardiology uses."""
    name, title = "shortening_fraction_over_time", "Shortening fraction over time, by dose"
    if not collected(view, "SF"):
        return not_collected(view, name, title, "Shortening fractions")
    table, missing = measurements(view, "SF")
    table["LOOK"] = [
        LOW if row.JUDGEFL == "Y" and row.AVAL < SHORTENING_FRACTION_LIMIT_PCT else "" for row in table.itertuples()
    ]
    return display(
        view,
        name,
        title=title,
        finding=_sf_finding(view, table),
        table=table,
        labels=SF_LABELS,
        formats=FORMATS,
        figure=_figure(view, table, SF_LIMITS, {LOW: house.ALERT}, "Shortening fraction (%)") if len(table) else None,
        population=_population(view, table, "shortening fraction", missing),
        method=f"Low: below {SHORTENING_FRACTION_LIMIT_PCT} %. {BASELINE}",
        source="Paediatric habit, as in the Children's Oncology Group's long-term follow-up guidelines. Data: CV.",
        questions=(view.question("heart_measurements", parameters=["SF"]), "heart_subjects"),
    )


def _lvef_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    later = table[table["POSTFL"] == "Y"]
    subjects, low = later["USUBJID"].nunique(), later[later["AVAL"] < 50]
    words = (
        f"LVEF was below 50 % in {low['USUBJID'].nunique()} of {counted(subjects, 'subject')} with a later measurement"
    )
    if low.empty:
        return words + (f"; the lowest was {exactly(later['AVAL'].min())} %." if len(later) else ".")
    lowest = low.sort_values(["AVAL", "ADY"]).drop_duplicates("USUBJID")
    return f"{words}: {listed([_fall(row) for row in lowest.itertuples()])}."


def _fall(row) -> str:
    before = f"{exactly(row.BASE)} → " if present(row.BASE) else ""
    return f"{row.SUBJID} ({before}{exactly(row.AVAL)} % on {on_day(row.ADY)}, {row.TRTA})"


def _sf_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    later = table[table["POSTFL"] == "Y"]
    low = later[later["LOOK"] != ""].sort_values(["AVAL", "ADY"]).drop_duplicates("USUBJID")
    words = f"The shortening fraction was below {SHORTENING_FRACTION_LIMIT_PCT} % in {len(low)} of {counted(later['USUBJID'].nunique(), 'subject')} with a later measurement"
    return f"{words}: {listed([_fall(row) for row in low.itertuples()])}." if len(low) else words + "."


def _population(view: View, table: DataFrame, thing: str, missing: list[str]) -> str:
    treated = view.ask("heart_subjects")["USUBJID"].nunique()
    later = table.loc[table["POSTFL"] == "Y", "USUBJID"].nunique()
    words = f"{table['USUBJID'].nunique()} of {counted(treated, 'treated subject')} with a result, {later} with one after the first infusion; {counted(len(table), 'result')}."
    crowded = [
        dose for dose, rows in table.groupby("TRTA") if rows.loc[rows["LOOK"] != "", "USUBJID"].nunique() > LABELED
    ]
    if crowded:
        words += f" Only the {LABELED} lowest are labelled at {listed(crowded)}."
    return words + news(view, table, thing, missing)


def _figure(view: View, table: DataFrame, limits, looks: dict[str, str], axis: str):
    treated = view.ask("heart_subjects").groupby("TRTA")["USUBJID"].nunique()
    colours = house.dose_colours(list(treated.index), view.cut.dose_labels)
    low, high = min(table["AVAL"].min(), limits[-1][0]) - 4, table["AVAL"].max() + 3
    panels = []
    for dose in doses_in_order(view, treated.index):
        rows = drawn(table[table["TRTA"] == dose], colours[dose], looks, axis, view.trial.amount_unit)
        later = table[(table["TRTA"] == dose) & (table["POSTFL"] == "Y")]["USUBJID"].nunique()
        title = f"<b>{plain(dose)}</b>  measured later in {later} of {treated[dose]} treated"
        panels.append(Panel(title, rows, limits=limits, range=(low, high), axis="%"))
    return panels_figure(view, panels, looks)


def drawn(rows: DataFrame, colour: str, looks: dict[str, str], axis: str, unit: str) -> DataFrame:
    """The rows with how each is drawn: colour, symbol, label of the worst, hover text."""
    worst = rows[rows["LOOK"] != ""].sort_values("AVAL").drop_duplicates("USUBJID").head(LABELED)
    standing_out = set(rows.loc[rows["LOOK"] != "", "USUBJID"])
    return rows.assign(
        COLOUR=[looks.get(look, colour) for look in rows["LOOK"]],
        SYMBOL=["circle" if series == "Echocardiography" else "square" for series in rows["SERIES"]],
        LABEL=[plain(row.SUBJID) if row.Index in worst.index else "" for row in rows.itertuples()],
        STANDS=rows["USUBJID"].isin(standing_out),
        HOVER=[_hover(row, axis, unit) for row in rows.itertuples()],
    )


def _hover(row, axis: str, unit: str) -> str:
    name = axis.split(" (")[0]
    lines = [who(row), f"{name} {exactly(row.AVAL)} % on {on_day(row.ADY)} ({plain(row.SERIES)})"]
    if present(row.CHG) and row.POSTFL == "Y":
        lines.append(f"{exactly(row.BASE)} at baseline, change {signed(row.CHG)} points")
    if present(row.CTRCD):
        lines.append(f"CTRCD {row.CTRCD}, CTCAE grade {row.ATOXGR}; study drug so far {amount(row.CUMDOSE)} {unit}")
    return "<br>".join(
        lines + ([f"{row.CHANGED}: {plain(row.BEFORE)}" if row.BEFORE else row.CHANGED] if row.CHANGED else [])
    )
