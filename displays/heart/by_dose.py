"""Cardiac dysfunction by dose: each subject's worst CTRCD category and worst CTCAE grade of LVEF."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.marks import new_entry, outline
from displays.groups import behind, doses_in_order, key_of, nobody
from displays.heart import remarks
from displays.heart.by_subject import BESIDE, population, subjects
from displays.heart.definitions import BAD, CATEGORIES, dysfunction, sources
from displays.heart.measurements import corrections, dysfunction_collected, measurements, question
from displays.since import SINCE_LABELS, compare_numbers
from displays.words import MOST_LISTED, all_of, first_of, rate, sentence
from queries import View
from queries.frames import rows_of

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
ROW_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 46, 48, 62
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
        questions=("heart_by_dose", "heart_subjects", *BESIDE, "heart_other_level", question(view, "LVEF")),
        behind=_behind(people),
    )


def _behind(people: DataFrame) -> dict[str, tuple[str, ...]]:
    """The evaluable subjects behind each bar: of a dose and a category."""
    evaluable = people[people["EVALFL"] == "Y"]
    groups = [behind(rows, str(category), "TRTA") for category, rows in evaluable.groupby("CTRCD")]
    return {key: subjects for group in groups for key, subjects in group.items()}


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
    words = [
        f"moderate or worse cardiac dysfunction (CTRCD) in {rate(len(bad), len(evaluable))} subjects evaluable for "
        "cardiac function",
        f"worst first: {first_of([remarks.named(row) for row in rows_of(bad)])}" if len(bad) else "",
        _beside(bad, int((evaluable["CTRCD"] == "mild").sum())),
    ]
    corrected = corrections(view, measurements(view, "LVEF"))
    return [*map(sentence, filter(None, words)), *corrected, *remarks.finding(view, people)]


def _beside(bad: DataFrame, mild: int) -> str:
    """When the moderate or worse ones occurred, where all of them did after the window, and how many are mild."""
    after = len(bad) and (bad["TIMING"] == "after").all()
    words = f"{all_of(len(bad))} occurred after the DLT window; " if after else ""
    return words + (f"{mild} more had mild dysfunction" if mild else "none had mild dysfunction")


def _other_levels(view: View) -> str:
    """Dose means the level assigned: whoever was also given another is named."""
    others = rows_of(view.ask("heart_other_level"))
    named = [f"{row.SUBJID}, {row.TRTA}, also {row.OTHER} from course {row.COURSE}" for row in others]
    return f" Dose: the level assigned ({first_of(named, MOST_LISTED)})." if named else ""


def _figure(view: View, counts: DataFrame) -> go.Figure:
    """One bar a dose, in the categories of CTRCD that occur; the grades of CTCAE are in the table."""
    rows = counts[counts["SCALE"] == "CTRCD"]
    occur = [category for category in CATEGORIES if rows.loc[rows["CATEGORY"] == category, "N"].any()]
    doses = doses_in_order(view, rows["TRTA"])[::-1]
    return house.figure(
        *[_bar(rows[rows["CATEGORY"] == category], category) for category in occur],
        *new_entry(_worse(rows)["SINCE"], view.previous_date),
        height=ROW_PIXELS * len(doses) + TOP_PIXELS + BOTTOM_PIXELS,
        barmode="stack",
        bargap=0.28,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=58, r=14),
        legend=dict(itemclick=False, traceorder="normal"),
        xaxis=_subject_axis(counts),
        yaxis=_dose_axis(rows, doses),
    )


def _worse(rows: DataFrame) -> DataFrame:
    """The rows of any dysfunction: that more subjects are well is no news to be framed."""
    return rows[rows["CATEGORY"] != CATEGORIES[0]]


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


def _bar(rows: DataFrame, category: str) -> go.Bar:
    framed = rows["SINCE"].where(rows["CATEGORY"] != CATEGORIES[0], "")
    return go.Bar(
        x=rows["N"],
        y=rows["TRTA"],
        orientation="h",
        name=category,
        marker=dict(color=house.CTRCD[category], line=outline(framed, colour=house.PAPER, width=1, new_width=3)),
        text=[str(n) if n else "" for n in rows["N"]],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont=dict(color="#ffffff" if category in BAD else house.INK),
        hovertext=[
            f"{plain(row.TRTA)}: {category} in {row.N} of {row.NEVAL} evaluable ({row.NTREATED} treated)"
            for row in rows_of(rows)
        ],
        customdata=[[key_of(category, dose)] for dose in rows["TRTA"]],
        hoverinfo="text",
    )
