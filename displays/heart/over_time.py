"""Ejection fraction and shortening fraction of every subject over time, one panel a dose."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, Series

from displays.display import Display, display, not_collected, plain
from displays.drawing import crowd, house
from displays.drawing.marks import since_line, who
from displays.drawing.panels import Legend, Panel, panels_figure
from displays.groups import dose_colours, nobody, present, treated
from displays.heart.definitions import CATEGORIES, MARKER_LIMITS, baseline, ctrcd, sources
from displays.heart.evaluable import category_words, grade_words
from displays.heart.measurements import (
    collected,
    corrections,
    every_method,
    every_question,
    measurements,
    named,
    question,
)
from displays.since import SINCE_LABELS, Compared, since
from displays.words import amount, counted, exactly, first_of, listed, on_day, signed
from queries import View
from queries.frames import rows_of
from stats.cardiac import SHORTENING_FRACTION_LIMIT_PCT

LABELLED = 4
"""So many subjects of a panel have their number beside their worst value; the others are shown on hover."""
COMMON_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "ADT": "Date",
    "ADY": "Day",
    "AVISIT": "Visit",
    "SERIES": "Method",
}
LVEF_LABELS = (
    COMMON_LABELS
    | {
        "AVAL": "LVEF (%)",
        "BASE": "Baseline LVEF (%)",
        "CHG": "Change (points)",
        "ATOXGR": "CTCAE grade",
        "CTRCD": "CTRCD",
        "GLSDECL": "Strain decline (% of baseline)",
        "MRKRISE": "New biomarker elevation",
        "CTRCDPOS": "CTRCD possible (not known)",
        "CTRCDMIS": "Not available, could matter",
        "CUMDOSE": "Study drug so far ({unit})",
    }
    | SINCE_LABELS
)
SF_LABELS = (
    COMMON_LABELS | {"AVAL": "Shortening fraction (%)", "BASE": "Baseline (%)", "CHG": "Change (points)"} | SINCE_LABELS
)
FORMATS = {
    "GLSDECL": "decimal1",
    "CUMDOSE": "amount",
    "AVAL": "decimal1",
    "BASE": "decimal1",
    "CHG": "decimal1",
    "AVISIT": "words",
}
LVEF_LIMITS = ((50, ""), (40, ""))
SF_LIMITS = ((SHORTENING_FRACTION_LIMIT_PCT, f"{SHORTENING_FRACTION_LIMIT_PCT} %"),)
LVEF_LOOKS = {f"CTRCD {category}": house.CTRCD[category] for category in CATEGORIES[1:]}
LOW = f"below {SHORTENING_FRACTION_LIMIT_PCT} %"
OTHER_METHODS = {"square": "another method"}


LVEF_OVER_TIME = ("lvef_over_time", "Left ventricular ejection fraction over time, by dose")


def lvef_over_time(view: View) -> Display:
    """The left ventricular ejection fraction (%) of every subject over time, by dose."""
    if not collected(view, "LVEF"):
        return not_collected(view, *LVEF_OVER_TIME, "Ejection fractions", "cv")
    compared = measurements(view, "LVEF")
    table = compared.rows
    table["LOOK"] = [f"CTRCD {c}" if present(c) and c != "none" else "" for c in table["CTRCD"]]
    return display(
        view,
        *LVEF_OVER_TIME,
        finding=[*_lvef_finding(view, every_method(view, "LVEF")), *corrections(view, compared)],
        table=table,
        labels=LVEF_LABELS,
        formats=FORMATS,
        figure=_figure(view, table, LVEF_LIMITS, LVEF_LOOKS, "LVEF") if len(table) else None,
        population=_population(view, compared, "ejection fraction"),
        method=f"{baseline(view)} {ctrcd(view)} {MARKER_LIMITS}",
        source=sources(view),
        questions=(question(view, "LVEF"), every_question(view, "LVEF"), "heart_subjects"),
    )


SHORTENING_FRACTION_OVER_TIME = ("shortening_fraction_over_time", "Shortening fraction over time, by dose")


def shortening_fraction_over_time(view: View) -> Display:
    """The shortening fraction (%) of every subject over time, beside the limit that paediatric cardiology uses."""
    if not collected(view, "SF"):
        return not_collected(view, *SHORTENING_FRACTION_OVER_TIME, "Shortening fractions", "cv")
    compared = measurements(view, "SF")
    table = compared.rows
    table["LOOK"] = _low(table)
    return display(
        view,
        *SHORTENING_FRACTION_OVER_TIME,
        finding=[*_sf_finding(view, every_method(view, "SF")), *corrections(view, compared)],
        table=table,
        labels=SF_LABELS,
        formats=FORMATS,
        figure=_figure(view, table, SF_LIMITS, {LOW: house.ALERT}, "Shortening fraction") if len(table) else None,
        population=_population(view, compared, "shortening fraction"),
        method=f"Low: below {SHORTENING_FRACTION_LIMIT_PCT} %. {baseline(view)}",
        source="Paediatric convention, as in the Children's Oncology Group's long-term follow-up guidelines. Data: CV.",
        questions=(question(view, "SF"), every_question(view, "SF"), "heart_subjects"),
    )


def _lvef_finding(view: View, table: DataFrame) -> list[str]:
    later, low = later_judged(table), lvef_below_50(table)
    lowest = f"; the lowest was {exactly(later['AVAL'].min())} %" if len(later) and low.empty else ""
    return _finding(view, table, low, "LVEF was below 50 %", lowest)


def later_judged(table: DataFrame) -> DataFrame:
    """The measurements after the first infusion that can be judged."""
    return table[(table["POSTFL"] == "Y") & (table["JUDGEFL"] == "Y")]


def lvef_below_50(table: DataFrame) -> DataFrame:
    """The later ejection fractions (%) that are below 50: of `every_method`, in its order."""
    later = later_judged(table)
    return later[_below(later, 50)]


def lowest_of_each(low: DataFrame) -> DataFrame:
    """Each subject's lowest value, the lowest first."""
    return low.sort_values(["AVAL", "ADY"]).drop_duplicates("USUBJID")


def _sf_finding(view: View, table: DataFrame) -> list[str]:
    low = table[(table["POSTFL"] == "Y") & (_low(table) != "")]
    return _finding(view, table, low, f"The shortening fraction was {LOW}")


def _low(table: DataFrame) -> Series:
    """Which shortening fractions are low, in words; empty where not."""
    low = (table["JUDGEFL"] == "Y") & _below(table, SHORTENING_FRACTION_LIMIT_PCT)
    return low.map({True: LOW, False: ""}).astype(object)


def _below(table: DataFrame, limit: float) -> Series:
    """Which values are below a limit: of "< 50" all, of "> 45" none that is known, of a range its lower end."""
    below = (table["AVAL"] < limit) & (table["AVALQ"] != ">")
    return below | ((table["AVALQ"] == "<") & (table["AVAL"] == limit))


def _finding(view: View, table: DataFrame, low: DataFrame, words: str, otherwise: str = "") -> list[str]:
    """In how many of those measured later a value was low; and the lowest ones."""
    if table.empty:
        return [nobody(view)]
    subjects = counted(table.loc[table["POSTFL"] == "Y", "USUBJID"].nunique(), "subject")
    lowest = lowest_of_each(low)
    named = [f"Lowest first: {first_of([_fall(row) for row in rows_of(lowest)])}."] if len(lowest) else []
    return [f"{words} in {len(lowest)} of {subjects} with a later measurement{otherwise}.", *named]


def _fall(row) -> str:
    sign = f"{row.BASEQ} " if present(row.BASEQ) and row.BASEQ != "-" else ""
    before = f"{sign}{exactly(row.BASE)} → " if present(row.BASE) else ""
    return f"{row.SUBJID} ({before}{_value(row)} % on {on_day(row.ADY)}, {row.TRTA})"


def _value(row) -> str:
    """A limit or a range as delivered, else the number."""
    return row.AVALC.removesuffix("%").strip() if present(row.AVALQ) else exactly(row.AVAL)


def _population(view: View, compared: Compared, thing: str) -> str:
    table = compared.rows
    later = table.loc[table["POSTFL"] == "Y", "USUBJID"].nunique()
    words = [
        f"{table['USUBJID'].nunique()} of {counted(treated(view), 'treated subject')} with a result, {later} with one "
        f"after the first infusion; {counted(len(table), 'result')}."
    ]
    low = table[table["LOOK"] != ""].groupby("TRTA")["USUBJID"].nunique()
    crowded = low.index[low > LABELLED].tolist()
    words += [f"Only the {LABELLED} lowest are labelled at {listed(crowded)}."] if crowded else []
    words += [crowd.words(table, f"the {_named(table['TRTA'].nunique())} lowest at each dose")]
    return " ".join(filter(None, [*words, since(view, compared.words(thing, named))]))


def _figure(view: View, table: DataFrame, limits: tuple, looks: dict[str, str], measure: str) -> go.Figure:
    """One panel a dose that anybody was treated at, with or without a measurement."""
    people = view.ask("heart_subjects").groupby("TRTA")["USUBJID"].nunique()
    low, high = min(table["AVAL"].min(), limits[-1][0]) - 4, table["AVAL"].max() + 3
    panels, crowded = [], crowd.crowded(table)
    for dose, colour in dose_colours(view, people.index).items():
        rows = table[table["TRTA"] == dose]
        later = rows.loc[rows["POSTFL"] == "Y", "USUBJID"].nunique()
        title = f"<b>{plain(dose)}</b>  measured later: {later} of {people[dose]}"
        shown = _lowest(rows, _named(table["TRTA"].nunique())) if crowded else rows
        drawn = _drawn(shown, colour, looks, measure, view.trial.amount_unit)
        band = crowd.quartiles(rows, "ADY", "AVAL") if crowded else None
        panels.append(Panel(title, drawn, limits=limits, range=(low, high), axis="%", band=band, colour=colour))
    return panels_figure(panels, Legend(looks, {}, OTHER_METHODS, view.previous_date))


def _named(panels: int) -> int:
    """How many of a crowd are drawn one by one in each panel."""
    return max(crowd.NAMED // max(panels, 1), LABELLED)


def _lowest(rows: DataFrame, number: int) -> DataFrame:
    """The rows of the subjects with the lowest values after the first infusion, those with a finding first."""
    later = rows[rows["POSTFL"] == "Y"].assign(PLAIN=rows["LOOK"] == "").sort_values(["PLAIN", "AVAL"], kind="stable")
    return rows[rows["USUBJID"].isin(crowd.first_subjects(later, number))]


def _drawn(rows: DataFrame, colour: str, looks: dict[str, str], measure: str, unit: str) -> DataFrame:
    """The rows with how each is drawn: colour, symbol, label of the worst, hover text."""
    notable = rows[rows["LOOK"] != ""]
    worst = notable.sort_values("AVAL").drop_duplicates("USUBJID").head(LABELLED)
    return rows.assign(
        COLOUR=[looks.get(look, colour) for look in rows["LOOK"]],
        SYMBOL=["circle" if series == "Echocardiography" else "square" for series in rows["SERIES"]],
        LABEL=[plain(row.SUBJID) if row.Index in worst.index else "" for row in rows_of(rows)],
        STRONG=rows["USUBJID"].isin(notable["USUBJID"]),
        HOVER=[_hover(row, measure, unit) for row in rows_of(rows)],
    )


def _hover(row, measure: str, unit: str) -> str:
    lines = [who(row), f"{measure} {plain(_value(row))} % on {on_day(row.ADY)} ({plain(row.SERIES)})"]
    if present(row.CHG) and row.POSTFL == "Y":
        lines.append(f"{exactly(row.BASE)} at baseline, change {signed(row.CHG)} points")
    if present(row.CTRCD):
        dose = f"study drug so far {amount(row.CUMDOSE)} {unit}"
        lines.append(f"CTRCD {category_words(row)}, CTCAE {grade_words(row)}; {dose}")
    elif present(row.CTRCDPOS):
        lines.append(f"CTRCD {row.CTRCDPOS} possible, not known; CTCAE {grade_words(row)}")
    return "<br>".join(lines + since_line(row))
