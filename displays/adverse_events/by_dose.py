"""Adverse events by dose level or arm: of any kind, and of special interest."""

from __future__ import annotations

import pandas
import plotly.graph_objects as go
from pandas import DataFrame, Series

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.groups import nobody
from displays.words import counted, listed, percent, sentence, short_dose
from queries import View

COUNTS = {
    "NANY": "Any event",
    "NRELATED": "Related",
    "NGRADE3": "Grade ≥ 3 or severe",
    "NSERIOUS": "Serious",
    "NCARDIAC": "Cardiac",
    "NFATAL": "Fatal",
    "NDEATH": "Died, of any cause",
}


def adverse_by_dose(view: View) -> Display:
    """How many subjects of each dose level or arm had adverse events, and of what weight."""
    name, title = (
        "adverse_by_dose",
        "Adverse events by dose level" if view.trial.dose_levels else "Adverse events by arm",
    )
    if "ae" not in view.cut.delivered:
        return not_collected(view, name, title, "Adverse events")
    table = view.ask("ae_by_dose")
    labels = {"TRTA": "Dose level" if view.trial.dose_levels else "Arm", "NTREATED": "Treated (n)"}
    for column, words in (COUNTS | _severe_label(table)).items():
        table[column.replace("N", "P", 1)] = (table[column] / table["NTREATED"]).astype("float64")
        labels |= {column: f"{words} (n)", column.replace("N", "P", 1): f"{words} (%)"}
    return display(
        view,
        name,
        title=title,
        finding=_any_finding(view, table),
        table=table,
        labels=labels,
        questions=("ae_by_dose",),
        formats={column: "percent" for column in table.columns if column.startswith("P")},
        population=sentence(
            f"{counted(int(table['NTREATED'].sum()), 'treated subject')}, {counted(int(table['NEVENT'].sum()), 'treatment-emergent event')}"
        )
        + " Numbers of subjects; percentages of those treated.",
        method="Treatment-emergent: onset on or after the first infusion, at the precision of the date. Serious: reported as serious, any seriousness criterion, "
        "or fatal. Events without a grade count as grade 3 or worse when severe. Fatal: the event is reported as fatal or of grade 5; a death without such an "
        "event counts as a death of any cause only.",
        source="Adverse events as delivered.",
    )


def _any_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    treated, had = table["NTREATED"].sum(), table["NANY"].sum()
    deaths = f"deaths of any cause {table['NDEATH'].sum()}"
    if not had:
        return sentence(f"no adverse event in {counted(treated, 'treated subject')}; {deaths}")
    severe = "called severe (no grades delivered)" if _ungraded(table) else "of grade 3 or worse"
    return sentence(
        f"{had} of {counted(treated, 'treated subject')} had an adverse event ({percent(had / treated)}): "
        f"{table['NGRADE3'].sum()} {severe}, {table['NSERIOUS'].sum()} serious; fatal adverse event {table['NFATAL'].sum()}; {deaths}"
    )


def _ungraded(table: DataFrame) -> bool:
    """Whether no event of the cut carries a grade."""
    return bool(len(table)) and not table["NGRADED"].any()


def _severe_label(table: DataFrame) -> dict[str, str]:
    return {"NGRADE3": "Called severe"} if _ungraded(table) else {}


def special_interest(view: View) -> Display:
    """Subjects with each adverse event of special interest by dose level, with the worst grade."""
    name, title = "special_interest", "Adverse events of special interest by dose level"
    table = view.ask("ae_special_interest")
    if not view.cut.table("trial.special_interest").size and table.empty:
        return not_collected(view, name, title, "Adverse events of special interest")
    table = table.assign(
        RATE=(table["NSUBJ"] / table["NTREATED"]).astype("float64"),
        SPOKEN=[f"{row.NSUBJ} of {row.NTREATED}" for row in table.itertuples()],
    )
    return display(
        view,
        name,
        title=title,
        finding=_interest_finding(view, table),
        table=table,
        labels={
            "AESICAT": "Category",
            "TRTA": "Dose level",
            "NSUBJ": "Subjects (n)",
            "NTREATED": "Treated (n)",
            "RATE": "Share of treated",
            "NGRADE3": "With grade ≥ 3 (n)",
            "WORST": "Worst grade",
            "NNOGRADE": "Without a grade (n)",
        },
        formats={"RATE": "percent"},
        figure=_grid(view, table) if len(table) else None,
        questions=("ae_special_interest",),
        population=sentence(
            f"{counted(_treated(table), 'treated subject')}"
            + (
                "; each counted once a category, with the worst grade, at any time from the first infusion"
                if len(table)
                else ""
            )
        ),
        method="Categories and their preferred terms: trial.toml; an event that the sponsor flagged and no category names is shown as Other.",
        source="Adverse events as delivered; CTCAE grades as reported.",
    )


def _treated(table: DataFrame) -> int:
    return int(table.drop_duplicates("TRTA")["NTREATED"].sum()) if len(table) else 0


def _interest_finding(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    severe = table.groupby("AESICAT")["NGRADE3"].sum().sort_values(ascending=False, kind="stable")
    severe = _most_frequent(severe[severe > 0])
    words = listed([f"{category[:1].lower()}{category[1:]} ({n})" for category, n in severe.items()])
    treated = counted(_treated(table), "treated subject")
    return sentence(
        f"of {treated}, grade 3 or worse most often: {words}"
        if len(severe)
        else f"no event of special interest of grade 3 or worse in {treated}"
    )


def _most_frequent(counts: Series) -> Series:
    """The first three; all that tie with the third, or none of them where that would name more than five."""
    if len(counts) <= 3:
        return counts
    tied, above = counts[counts >= counts.iloc[2]], counts[counts > counts.iloc[2]]
    return tied if len(tied) <= 5 or above.empty else above


def _grid(view: View, table: DataFrame) -> go.Figure:
    """A cell a category and dose: the count in words on the colour of the worst grade."""
    doses, categories = list(dict.fromkeys(table["TRTA"])), list(dict.fromkeys(table["AESICAT"]))[::-1]
    worst = table.pivot(index="AESICAT", columns="TRTA", values="WORST").reindex(index=categories, columns=doses)
    fig = house.figure(
        height=150 + 46 * len(categories),
        showlegend=False,
        xaxis=dict(
            title=f"Dose level ({view.trial.dose_unit})" if view.trial.dose_levels else "",
            side="top",
            tickvals=list(range(len(doses))),
            ticktext=[plain(short_dose(dose, view.trial.dose_unit)) for dose in doses],
            ticks="",
        ),
        yaxis=dict(
            tickvals=list(range(len(categories))),
            ticktext=[_wrapped(category) for category in categories],
            ticks="",
            showgrid=False,
            tickfont_size=12,
        ),
        margin=dict(t=64, b=16, l=8, r=8),
    )
    fig.add_heatmap(
        z=worst.astype("float64").fillna(0).to_numpy(),
        zmin=0,
        zmax=5,
        colorscale=_grade_scale(),
        showscale=False,
        xgap=3,
        ygap=3,
        hoverinfo="skip",
    )
    for row in table.itertuples():
        _cell(fig, row, doses.index(row.TRTA), categories.index(row.AESICAT))
    return fig


def _cell(fig: go.Figure, row, x: int, y: int) -> None:
    graded = not pandas.isna(row.WORST)
    text = f"<b>{row.SPOKEN}</b>" + (f"<br>worst {row.WORST}" if graded else "")
    fig.add_annotation(
        x=x,
        y=y,
        text=text if row.NSUBJ else row.SPOKEN,
        showarrow=False,
        font=dict(size=11, color=house.PAPER if graded and row.WORST >= 4 else house.INK if row.NSUBJ else house.MUTED),
    )


def _grade_scale() -> list[list]:
    """A colour step a grade, 0 to 5."""
    return [[edge, house.GRADE[grade]] for grade in range(6) for edge in (grade / 6, (grade + 1) / 6)]


def _wrapped(category: str) -> str:
    words = category.split(" ")
    half = (len(words) + 1) // 2
    return (
        plain(category)
        if len(category) < 16
        else plain(" ".join(words[:half])) + "<br>" + plain(" ".join(words[half:]))
    )
