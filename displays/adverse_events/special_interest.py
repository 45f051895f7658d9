"""Adverse events of special interest by dose level, with the worst grade."""

from __future__ import annotations

import pandas
import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.drawing.marks import outline
from displays.escalation.words import GRADES
from displays.groups import nobody
from displays.since import SINCE_LABELS, compare_numbers, since
from displays.words import counted, listed, sentence, short_dose
from queries import View
from queries.frames import rows_of

LABELS = {
    "AESICAT": "Category",
    "TRTA": "Dose level",
    "NSUBJ": "Subjects (n)",
    "NTREATED": "Treated (n)",
    "RATE": "Share of treated",
    "NGRADE3": "With grade ≥ 3 (n)",
    "WORST": "Worst grade",
    "NNOGRADE": "With an ungraded event, none of grade ≥ 3 (n)",
} | SINCE_LABELS
NAMED_FIRST = 3
"""So many categories are in the first sentence where there are more."""
SPECIAL_INTEREST = ("special_interest", "Adverse events of special interest by dose level")


def special_interest(view: View) -> Display:
    """Subjects with each adverse event of special interest by dose level, with the worst grade."""
    counts = view.ask("ae_special_interest")
    if not view.cut.table("trial.special_interest").size and counts.empty:
        return not_collected(view, *SPECIAL_INTEREST, "Adverse events of special interest")
    table = _worst_first(counts)
    before = view.ask_previous("ae_special_interest")
    table = compare_numbers(table, before, ("AESICAT", "TRTA"), "NSUBJ")
    table["RATE"] = (table["NSUBJ"] / table["NTREATED"]).astype("float64")
    return display(
        view,
        *SPECIAL_INTEREST,
        finding=[*_finding(view, table), _ungraded(table), _news(view, table)],
        table=table.drop(columns="SUBJECTS"),
        labels=LABELS,
        formats={"RATE": "percent"},
        figure=_grid(view, table) if len(table) else None,
        behind={f"NSUBJ {place}": tuple(row.SUBJECTS) for place, row in enumerate(rows_of(table)) if row.NSUBJ},
        questions=("ae_special_interest",),
        population=_population(table),
        method="Categories and their preferred terms: trial.toml; an event that the sponsor flagged and no category "
        f"names is shown as Other. “≥ 3”: of grade 3 or worse, or called severe without a grade. {GRADES}",
        source="Adverse events as delivered; CTCAE grades as reported.",
    )


def _worst_first(counts: DataFrame) -> DataFrame:
    """The category with most subjects of grade 3 or worse first, then that with most subjects."""
    sums = counts.groupby("AESICAT")[["NGRADE3", "NSUBJ"]].transform("sum")
    order = counts.assign(SEVERE=sums["NGRADE3"], ANY=sums["NSUBJ"])
    by, down = ["SEVERE", "ANY", "AESICAT"], [False, False, True]
    return order.sort_values(by, ascending=down, kind="stable", ignore_index=True).drop(columns=["SEVERE", "ANY"])


def _treated(table: DataFrame) -> str:
    return counted(int(table.drop_duplicates("TRTA")["NTREATED"].sum()), "treated subject")


def _population(table: DataFrame) -> str:
    once = "; each counted once a category, at any time from the first infusion; “n, n ≥ 3”: with an event, and with "
    once += "one of grade 3 or worse; colour: the worst grade; framed: more subjects than at the previous cut"
    implied = int(table["NIMPLIED"].sum()) if len(table) else 0
    graded = f"; {counted(implied, 'event')} graded by the outcome" if implied else ""
    return sentence(_treated(table) + (once if len(table) else "") + graded)


def _finding(view: View, table: DataFrame) -> list[str]:
    """Every category with an event of grade 3 or worse; of many the first sentence says how many the second adds."""
    if table.empty:
        return [nobody(view)]
    severe = table.groupby("AESICAT")["NGRADE3"].sum().sort_values(ascending=False, kind="stable")
    severe = severe[severe > 0]
    if severe.empty:
        return [sentence(f"no event of special interest of grade 3 or worse in {_treated(table)}")]
    named = [f"{category[:1].lower()}{category[1:]} ({n})" for category, n in severe.items()]
    words = f"grade 3 or worse, of {_treated(table)}: "
    if len(named) <= NAMED_FIRST + 1:
        return [sentence(words + listed(named))]
    first, others = named[:NAMED_FIRST], named[NAMED_FIRST:]
    return [
        sentence(words + listed([*first, f"{len(others)} more categories"])),
        sentence(f"the {len(others)} more: {listed(others)}"),
    ]


def _ungraded(table: DataFrame) -> str:
    """The categories with an ungraded event in subjects that had none of grade 3 or worse; "" where there are none."""
    more = table.groupby("AESICAT", sort=False)["NNOGRADE"].sum()
    named = [f"{category[:1].lower()}{category[1:]} ({n})" for category, n in more.items() if n > 0]
    return sentence(f"with an ungraded event and none of grade 3 or worse: {listed(named)}") if named else ""


def _news(view: View, table: DataFrame) -> str:
    """The categories that more subjects had than at the previous cut."""
    if view.previous is None or table.empty:
        return ""
    risen = (table["NSUBJ"] - table["PREVIOUS"]).groupby(table["AESICAT"], sort=False).sum()
    named = [f"{category[:1].lower()}{category[1:]} (+{n})" for category, n in risen.items() if n > 0]
    return since(view, f"more subjects with {listed(named)}" if named else "no more subjects with any")


def _grid(view: View, table: DataFrame) -> go.Figure:
    """A cell a category and dose: "subjects, of them with grade ≥ 3" on the colour of the worst grade."""
    doses, categories = list(dict.fromkeys(table["TRTA"])), list(dict.fromkeys(table["AESICAT"]))[::-1]
    fig = house.figure(
        _cells(table, doses, categories),
        height=130 + 40 * len(categories),
        showlegend=False,
        barmode="overlay",
        xaxis=dict(
            range=[-0.5, len(doses) - 0.5],
            title=f"Dose level ({view.trial.dose_unit})" if view.trial.dose_levels else "",
            side="top",
            tickvals=list(range(len(doses))),
            ticktext=[_dose(dose, table, view.trial.dose_unit) for dose in doses],
            ticks="",
        ),
        yaxis=dict(
            tickvals=list(range(len(categories))),
            ticktext=[_wrapped(category) for category in categories],
            range=[-0.5, len(categories) - 0.5],
            ticks="",
            showgrid=False,
        ),
        margin=dict(t=84, b=16, l=8, r=8),
    )
    for row in rows_of(table):
        _counts(fig, row, doses.index(row.TRTA), categories.index(row.AESICAT))
    return fig


def _cells(table: DataFrame, doses: list[str], categories: list[str]) -> go.Bar:
    """One bar a cell, which can be chosen: it carries "NSUBJ n", n its row of the table."""
    return go.Bar(
        orientation="h",
        x=[0.96] * len(table),
        base=[doses.index(dose) - 0.48 for dose in table["TRTA"]],
        y=[categories.index(category) for category in table["AESICAT"]],
        width=0.92,
        marker=dict(
            color=[house.GRADE[0 if pandas.isna(worst) else int(worst)] for worst in table["WORST"]],
            line=outline([str(since).startswith("+") for since in table["SINCE"]], width=0),
        ),
        customdata=[[f"NSUBJ {place}"] for place in range(len(table))],
        hovertext=[_hover(row) for row in rows_of(table)],
        hoverinfo="text",
    )


def _hover(row) -> str:
    ungraded = f"; {row.NNOGRADE} not graded" if row.NNOGRADE else ""
    more = f"<br>previous cut: {row.PREVIOUS}" if row.SINCE else ""
    counts = f"{row.NSUBJ} of {row.NTREATED}, {row.NGRADE3} of grade ≥ 3{ungraded}"
    return f"{plain(row.AESICAT)}<br>{plain(row.TRTA)}: {counts}{more}"


def _counts(fig: go.Figure, row, x: int, y: int) -> None:
    """ "3, 1 ≥ 3": how many subjects, and how many of them with grade 3 or worse; bold where there are any."""
    graded = not pandas.isna(row.WORST)
    ungraded = f"; {row.NNOGRADE} not graded" if row.NNOGRADE else ""
    colour = house.INK if row.NSUBJ else house.MUTED
    fig.add_annotation(
        x=x,
        y=y,
        text=f"<b>{row.NSUBJ}</b>, {row.NGRADE3} ≥ 3{ungraded}" if row.NSUBJ else "0",
        showarrow=False,
        font=dict(color=house.PAPER if graded and row.WORST >= house.ON_DARK else colour),
    )


def _dose(dose: str, table: DataFrame, unit: str) -> str:
    """The dose with its denominator under it."""
    treated = table.loc[table["TRTA"] == dose, "NTREATED"].iloc[0]
    return f"{plain(short_dose(dose, unit))}<br>n = {treated}"


def _wrapped(category: str) -> str:
    """A long category on two lines."""
    words = category.split(" ")
    half = (len(words) + 1) // 2 if len(category) >= 16 else len(words)
    return "<br>".join(plain(" ".join(line)) for line in (words[:half], words[half:]) if line)
