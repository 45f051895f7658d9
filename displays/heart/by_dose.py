"""Cardiac dysfunction by dose: each subject's worst CTRCD category and worst CTCAE grade of LVEF."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, day, display, not_collected, plain
from displays.drawing import house
from displays.drawing.marks import outline
from displays.drawing.panels import domains, heading, shared_axis, subplot_names
from displays.groups import doses_in_order, nobody
from displays.heart import remarks
from displays.heart.by_subject import BESIDE, population, subjects
from displays.heart.definitions import dysfunction, sources
from displays.heart.measurements import dysfunction_collected
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import listed, rate, sentence
from queries import View

LABELS = {
    "TRTA": "Dose",
    "SCALE": "Scale",
    "CATEGORY": "Worst category or grade",
    "N": "Subjects (n)",
    "NEVAL": "Evaluable (n)",
    "NTREATED": "Treated (n)",
    "NNOBASE": "No baseline LVEF (n)",
    "NNOLATER": "No comparable later LVEF (n)",
    "NPOSS": "Moderate or worse possible, not known (n)",
} | SINCE_LABELS
SCALES = {"CTRCD": "Worst CTRCD", "CTCAE": "Worst CTCAE grade of LVEF"}
DARK = ("moderate", "severe", "very severe", "3", "4")
"""Categories and grades whose colour asks for white numbers."""
ROW_PIXELS, GAP_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 42, 84, 48, 62


DYSFUNCTION_BY_DOSE = ("dysfunction_by_dose", "Cardiac dysfunction by dose: each subject's worst")


def dysfunction_by_dose(view: View) -> Display:
    """How many evaluable subjects of each dose had which worst cardiac dysfunction."""
    if not dysfunction_collected(view):
        return not_collected(view, *DYSFUNCTION_BY_DOSE, "Ejection fractions", "cv")
    counts, people = _counts(view), subjects(view)
    return display(
        view,
        *DYSFUNCTION_BY_DOSE,
        finding=_finding(view, people),
        table=counts,
        labels=LABELS,
        figure=_figure(view, counts) if len(counts) else None,
        population=population(view, people) + _other_levels(view),
        method=dysfunction(view),
        source=sources(view) + " Interval: two-sided 95 % exact (Clopper-Pearson).",
        questions=("heart_by_dose", "heart_subjects", *BESIDE, "heart_other_level"),
    )


def _counts(view: View) -> DataFrame:
    """The counts by dose, scale and category; grade 1 of the ejection fraction is defined by CTCAE v6 alone."""
    now, before = view.ask("heart_by_dose"), view.ask_previous("heart_by_dose")
    if not view.trial.ctcae_version.startswith("6"):
        now = now[(now["SCALE"] != "CTCAE") | (now["CATEGORY"] != "1")].reset_index(drop=True)
    return compare_numbers(now, before, ("TRTA", "SCALE", "CATEGORY"), "N")


def _finding(view: View, people: DataFrame) -> list[str]:
    if people.empty:
        return [nobody(view)]
    evaluable, bad = people[people["EVALFL"] == "Y"], remarks.bad(people)
    mild = int((evaluable["CTRCD"] == "mild").sum())
    words = [
        f"of subjects evaluable for cardiac function, {rate(len(bad), len(evaluable))} had moderate or worse "
        f"cardiac dysfunction (CTRCD){_named(bad)}",
        f"{mild} more had mild dysfunction" if mild else "none had mild dysfunction",
    ]
    if len(bad) and (bad["TIMING"] == "after").all():
        words.append(f"{_all_of(len(bad))} occurred after the DLT window")
    return [*map(sentence, words), *remarks.finding(view, people)]


def _all_of(number: int) -> str:
    """ "it", "both", "all 3"."""
    return {1: "it", 2: "both"}.get(number, f"all {number}")


def _named(bad: DataFrame) -> str:
    named = [remarks.named(row) for row in bad.itertuples()]
    return f": {listed(named)}" if named else ""


def _other_levels(view: View) -> str:
    """Dose means the level assigned: whoever was also given another is named."""
    others = view.ask("heart_other_level").itertuples()
    named = [f"{row.SUBJID}, {row.TRTA}, also {row.OTHER} from course {row.COURSE}" for row in others]
    return f" Dose: the level assigned ({listed(named)})." if named else ""


def _figure(view: View, counts: DataFrame) -> go.Figure:
    doses, names = doses_in_order(view, counts["TRTA"])[::-1], subplot_names(len(SCALES))
    pixels = [ROW_PIXELS * len(doses)] * len(SCALES)
    bars, headings, axes = [], [], {}
    for name, domain, scale in zip(names, domains(pixels, GAP_PIXELS), SCALES, strict=True):
        rows = counts[counts["SCALE"] == scale]
        bars += [bar.update(xaxis=f"x{name}", yaxis=f"y{name}") for bar in _bars(rows, scale)]
        headings.append(heading(_heading(view, rows, scale), domain[1]))
        axes[f"yaxis{name}"] = _dose_axis(rows, doses) | dict(anchor=f"x{name}", domain=domain)
    return house.figure(
        *bars,
        height=sum(pixels) + GAP_PIXELS + TOP_PIXELS + BOTTOM_PIXELS,
        barmode="stack",
        bargap=0.28,
        showlegend=False,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=58, r=14),
        annotations=headings,
        **shared_axis(len(SCALES), _subject_axis(counts)),
        **axes,
    )


def _subject_axis(counts: DataFrame) -> dict:
    most = max(counts["NEVAL"].max(), 1)
    return dict(title="Evaluable subjects (left: of treated)", tickformat="d", range=[0, most * 1.02], nticks=8)


def _dose_axis(counts: DataFrame, doses: list[str]) -> dict:
    """The doses from the bottom up, each with its denominator: evaluable of treated."""
    numbers = counts.drop_duplicates("TRTA").set_index("TRTA")
    ticks = [
        f"{plain(dose).replace('/day', '')}<br>{numbers.NEVAL[dose]} of {numbers.NTREATED[dose]}" for dose in doses
    ]
    order = dict(categoryorder="array", categoryarray=doses)
    return dict(tickvals=doses, ticktext=ticks, ticks="", showgrid=False, **order)


def _bars(rows: DataFrame, scale: str) -> list[go.Bar]:
    return [
        _bar(rows[rows["CATEGORY"] == category], scale, category) for category in rows["CATEGORY"].drop_duplicates()
    ]


def _bar(rows: DataFrame, scale: str, category: str) -> go.Bar:
    words = category if scale == "CTRCD" else f"grade {category}"
    return go.Bar(
        x=rows["N"],
        y=rows["TRTA"],
        orientation="h",
        name=f"{scale} {category}",
        marker=dict(color=_colour(category), line=outline(rows["SINCE"], colour=house.PAPER, width=1)),
        text=[str(n) if n else "" for n in rows["N"]],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont=dict(color="#ffffff" if category in DARK else house.INK, size=14),
        hovertext=[
            f"{plain(row.TRTA)}: {words} in {row.N} of {row.NEVAL} evaluable ({row.NTREATED} treated)"
            for row in rows.itertuples()
        ],
        hoverinfo="text",
    )


def _colour(category: str) -> str:
    """The colour of a CTRCD category or of a CTCAE grade."""
    return house.CTRCD.get(category) or house.GRADE[int(category)]


def _heading(view: View, rows: DataFrame, scale: str) -> str:
    """The scale's name with the colours that occur, and the key of the outline where there is one."""
    pale = ("none", "0")
    occur = set(rows.loc[rows["N"] > 0, "CATEGORY"])
    colours = {
        category: "#b9c3cb" if category in pale else _colour(category)
        for category in rows["CATEGORY"].drop_duplicates()
        if category in occur
    }
    key = [f'<span style="color:{colour}">■</span> {category}' for category, colour in colours.items()]
    return f"<b>{SCALES[scale]}</b>   {_changed(view, rows, dated=scale == 'CTRCD')}<br>{'  '.join(key)}"


def _changed(view: View, rows: DataFrame, dated: bool) -> str:
    if not (rows["SINCE"] != "").any():
        return ""
    return f'<span style="color:{house.NEW}">□</span> changed' + (f" since {day(view.previous_date)}" if dated else "")
