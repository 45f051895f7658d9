"""One subject's concentrations of the study drug and its metabolite, by hour after each infusion."""

from __future__ import annotations

from math import log10

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, blank, display
from displays.drawing import house
from displays.drawing.marks import legend_entry, rings
from displays.drawing.small_panels import across_words, panel_heading, panel_line, placed
from displays.groups import everybody, present
from displays.pharmacokinetics.concentrations import (
    METABOLITE,
    PARENT,
    RESULTS,
    UNIT,
    Occasion,
    amount,
    analytes,
    left_words,
    no_concentrations,
    occasion_words,
    without_peak,
)
from displays.pharmacokinetics.curves_figure import HOURS
from displays.pharmacokinetics.curves_lines import LEFT_OUT_MARK, SYMBOLS, ends_of, own, result_words, subject_lines
from displays.pharmacokinetics.reasons import LEFT_OUT
from displays.since import SINCE_LABELS, compare, values
from displays.subject.known import ALONE, earlier, known, news, unknown
from displays.words import counted, exactly, listed, sentence
from queries import View
from queries.frames import rows_of

CONCENTRATIONS = ("subject_concentrations", "Concentrations")
LABELS = {
    "PARAM": "Analyte",
    "OCCASION": "Infusion",
    "NRRLT": "Planned time (h)",
    "HOUR": "Time (h)",
    "AVALC": "As delivered",
    "AVAL": f"Concentration ({UNIT})",
    "WHY": "Why in no curve",
    "ADT": "Date",
} | SINCE_LABELS
LOOKS = {PARENT: (house.INK, "circle"), METABOLITE: ("#3f7d58", "diamond")}
HEIGHT_PIXELS, TOP_PIXELS, BOTTOM_PIXELS, ROW_PIXELS = 360, 74, 52, 190
METHOD = (
    "By the recorded time of the sample after the start of its infusion, the planned time where it is not known. A "
    "value below the limit of quantification is an open mark at that limit. Dotted: a planned sample between is "
    "missing, or one end is below the limit. A sample that is in no profile (×) is in no line."
)


def subject_concentrations(view: View, subject: str) -> Display:
    """The concentration curves of one subject, parent and metabolite, a panel an infusion."""
    view = everybody(view)
    if not known(view, subject):
        return unknown(view, *CONCENTRATIONS, subject)
    if not analytes(view):
        return no_concentrations(view, *CONCENTRATIONS)
    now, before = (ask("subject_concentrations", usubjid=subject) for ask in (view.ask, view.ask_previous))
    if now.empty:
        return blank(view, *CONCENTRATIONS, "No sample of this subject was delivered.", collected=True)
    compared = compare(now, earlier(before), ("PCSEQ",), values("STATE", "HEIGHT", "REASON"), words=_was)
    rows = compared.rows
    placed_ = rows[rows["COURSE"].notna() & rows["COURSEDY"].notna() & rows["HOUR"].notna()]
    days = [
        (int(c), int(d))
        for c, d in placed_[["COURSE", "COURSEDY"]].drop_duplicates().sort_values(["COURSE", "COURSEDY"]).values
    ]
    return display(
        view,
        *CONCENTRATIONS,
        finding=_finding(placed_, days),
        table=rows.assign(
            OCCASION=[_occasion(row, days) for row in rows_of(rows)],
            WHY=[LEFT_OUT[reason] if present(reason) else "" for reason in rows["REASON"]],
        ),
        labels=LABELS,
        formats={"NRRLT": "decimal1", "HOUR": "decimal2", "ADT": "date"},
        figure=_figure(view, placed_, days) if placed_["HEIGHT"].notna().any() else None,
        population=" ".join(filter(None, [ALONE, _counts(rows), news(view, before, compared.words("sample"))])),
        method=METHOD,
        source="Concentrations (PC) and infusions (EX) as delivered.",
        questions=(view.question("subject_concentrations", usubjid=subject), "pk_planned"),
    )


def _was(was, _row) -> str:
    return f"{amount(was.HEIGHT)} {UNIT}" if present(was.HEIGHT) else LEFT_OUT.get(was.REASON, "no number")


def _occasion(row, days: list[Occasion]) -> str:
    if not present(row.COURSE) or not present(row.COURSEDY):
        return "not known"
    return sentence(occasion_words((int(row.COURSE), int(row.COURSEDY)), days))[:-1]


def _finding(rows: DataFrame, days: list[Occasion]) -> list[str]:
    """The highest concentration of each analyte after each infusion."""
    said = [
        f"{name}: highest {listed([_peak(peaks, day, days) for day in days if day in peaks])}"
        for name, peaks in ((name, _peaks(part)) for name, part in rows.groupby("PARAM", sort=False))
        if peaks
    ]
    if not said:
        return [sentence(without_peak(rows))]
    return [sentence(text) for text in said]


def _peaks(rows: DataFrame) -> dict[Occasion, str]:
    """The highest concentration after each infusion, or the limit that one is above."""
    found = {}
    for (course, day), part in own(rows).groupby(["COURSE", "COURSEDY"]):
        above, highest = part.loc[part["STATE"] == "ABOVE", "HEIGHT"], part["AVAL"].max()
        if len(above):
            found[int(course), int(day)] = f"above {amount(above.max())}"
        elif present(highest):
            found[int(course), int(day)] = amount(highest)
    return found


def _peak(peaks: dict[Occasion, str], day: Occasion, days: list[Occasion]) -> str:
    return f"{peaks[day]} {UNIT} on {occasion_words(day, days)}"


def _counts(rows: DataFrame) -> str:
    taken = rows["STATE"].isin(RESULTS)
    return sentence("; ".join([counted(int(taken.sum()), "concentration"), *left_words(rows)]))


def _figure(view: View, rows: DataFrame, days: list[Occasion]) -> go.Figure:
    """A panel an infusion, on one logarithmic axis."""
    lines = -(-len(days) // 3)
    inner = max(HEIGHT_PIXELS - TOP_PIXELS - BOTTOM_PIXELS, min(ROW_PIXELS * lines, 600))
    limits = sorted(set(rows["ALLOQ"].dropna()))
    ends, planned = ends_of(rows, limits, log=True), view.ask("pk_planned")
    drawn = list(zip(days, placed(len(days), inner=inner), strict=True))
    return house.figure(
        *[trace for day, place in drawn for trace in _traces(rows, day, place, planned, ends)],
        *_entries(rows, limits),
        height=inner + TOP_PIXELS + BOTTOM_PIXELS,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=66, r=12),
        legend=dict(y=1 + 28 / inner, itemclick=False, traceorder="normal"),
        annotations=[across_words(HOURS), *[_heading(day, days, place) for day, place in drawn]],
        shapes=[panel_line(limit, place, dash="dash") for _, place in drawn for limit in limits[:2]],
        **{f"xaxis{place['name']}": _across(rows, day, place) for day, place in drawn},
        **{f"yaxis{place['name']}": _up(place, ends) for _, place in drawn},
    )


def _heading(day: Occasion, days: list[Occasion], place: dict) -> dict:
    return panel_heading(f"<b>{sentence(occasion_words(day, days))[:-1]}</b>", place)


def _traces(rows: DataFrame, day: Occasion, place: dict, planned: DataFrame, ends) -> list[go.Scatter]:
    axes = dict(xaxis=f"x{place['name']}", yaxis=f"y{place['name']}")
    rows = rows[(rows["COURSE"] == day[0]) & (rows["COURSEDY"] == day[1]) & (rows["REASON"] != "REPEATED")]
    rows = rows.assign(HEIGHT=rows["HEIGHT"].where(rows["STATE"] != "BELOW", rows["HEIGHT"].fillna(ends[0])))
    times = set(planned.loc[(planned["COURSE"] == day[0]) & (planned["COURSEDY"] == day[1]), "NRRLT"])
    changed = rows[(rows["SINCE"] != "") & rows["HEIGHT"].notna()]
    parts = [(analyte, rows[rows["ANALYTE"] == analyte]) for analyte in LOOKS]
    return [
        *[trace for _, part in parts for trace in subject_lines(part, times, **axes)],
        *[_marks(part, *LOOKS[analyte]).update(axes) for analyte, part in parts],
        *[ring.update(axes) for ring in rings(changed["HOUR"], changed["HEIGHT"], changed["SINCE"], size=14)],
    ]


def _marks(rows: DataFrame, colour: str, symbol: str) -> go.Scatter:
    drawn = rows[rows["HEIGHT"].notna()]
    inside = drawn.index.isin(own(drawn).index)
    symbols = drawn["STATE"].map(SYMBOLS).replace("circle", symbol).where(inside, LEFT_OUT_MARK)
    return go.Scatter(
        x=drawn["HOUR"],
        y=drawn["HEIGHT"],
        mode="markers",
        marker=dict(size=8, symbol=symbols, color=colour, opacity=1),
        customdata=drawn[["USUBJID"]],
        hovertext=[f"{row.PARAM}, {result_words(row)}" for row in rows_of(drawn)],
        hoverinfo="text",
        showlegend=False,
    )


def _across(rows: DataFrame, day: Occasion, place: dict) -> dict:
    own_rows = rows[(rows["COURSE"] == day[0]) & (rows["COURSEDY"] == day[1])]
    last = max(float(own_rows["HOUR"].max()), 1.0)
    return dict(domain=place["x"], anchor=f"y{place['name']}", range=[-0.05 * last, 1.05 * last], nticks=8)


def _up(place: dict, ends: tuple[float, float]) -> dict:
    title = dict(title=UNIT) if place["left"] else {}
    axis = dict(domain=place["y"], anchor=f"x{place['name']}", showticklabels=place["left"])
    return axis | title | house.log_axis(log10(ends[0]), log10(ends[1]))


def _entries(rows: DataFrame, limits: list[float]) -> list[go.Scatter]:
    names = dict(rows[["ANALYTE", "PARAM"]].drop_duplicates("ANALYTE").itertuples(index=False))
    limit = f"below the limit of quantification ({', '.join(exactly(value, 3) for value in limits[:2])} {UNIT}, dashed)"
    shown = [
        legend_entry(names[code], dict(color=colour, symbol=mark, size=9))
        for code, (colour, mark) in LOOKS.items()
        if code in names
    ]
    if (rows["STATE"] == "BELOW").any():
        shown += [legend_entry(limit, dict(symbol="triangle-down-open", size=9, color=house.INK))]
    if len(own(rows)) < len(rows):
        shown += [legend_entry("in no curve", dict(symbol=LEFT_OUT_MARK, size=9, color=house.INK))]
    return shown
