"""Cardiac dysfunction by dose and by subject: the worst CTRCD category and the worst CTCAE grade of LVEF."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, day, display, not_collected, plain
from displays.drawing import house
from displays.groups import doses_in_order, nobody, present
from displays.heart.evaluable import NOT_EVALUABLE
from displays.heart.parts import (
    BASELINE,
    CATEGORIES,
    CTRCD,
    MARKER_LIMITS,
    collected,
    compare,
    ctcae,
    exactly,
    on_day,
    own_units,
    sources,
)
from displays.words import counted, equivalents, listed, rate, sentence
from queries import View

COUNT_LABELS = {
    "TRTA": "Dose",
    "SCALE": "Scale",
    "CATEGORY": "Worst category or grade",
    "N": "Subjects (n)",
    "NEVAL": "Evaluable (n)",
    "NTREATED": "Treated (n)",
    "NNOBASE": "No baseline LVEF (n)",
    "NNOLATER": "No comparable later LVEF (n)",
    "BEFORE": "Previous cut (n)",
    "CHANGED": "Change",
}
SUBJECT_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "CTRCD": "Worst CTRCD",
    "CTRCDDY": "on day",
    "TIMING": "DLT window",
    "WORSTGR": "Worst CTCAE grade",
    "WORSTGRDY": "from day",
    "BASE": "Baseline LVEF (%)",
    "LOWEST": "Lowest LVEF (%)",
    "LOWESTDY": "on day (lowest)",
    "WORSTCHG": "Worst change (points)",
    "LATEST": "Latest LVEF (%)",
    "LATESTDY": "on day (latest)",
    "LATESTCTRCD": "Latest CTRCD",
    "CTRCDDOSE": "Study drug by then ({unit})",
    "CUMDOSE": "Study drug in all ({unit})",
    "PRIOR": "Earlier anthracycline (mg/m² doxorubicin equivalents)",
    "NLATER": "Later LVEFs (n)",
    "NUNSURE": "of these strain or marker lacking (n)",
    "NEREASN": "Why not evaluable",
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}
SUBJECT_FORMATS = {
    "CTRCDDOSE": "amount",
    "CUMDOSE": "amount",
    "BASE": "decimal1",
    "LOWEST": "decimal1",
    "LATEST": "decimal1",
    "WORSTCHG": "decimal1",
}
SCALES = {"CTRCD": "Worst CTRCD", "CTCAE": "Worst CTCAE grade of LVEF"}
ROW_PIXELS = 42


def dysfunction_by_dose(view: View) -> Display:
    """How many subjects of each dose had cardiac dysfunction, how bad, of how many that could be judged."""
    name, title = "dysfunction_by_dose", "Cardiac dysfunction by dose: each subject's worst"
    if not collected(view, "LVEF"):
        return not_collected(view, name, title, "Ejection fractions")
    counts, people = _counts(view), subjects(view)
    return display(
        view,
        name,
        title=title,
        finding=_finding(view, people),
        table=counts,
        labels=COUNT_LABELS,
        figure=_figure(view, counts) if len(counts) else None,
        population=_population(people) + _other_levels(view),
        method=f"{CTRCD} {MARKER_LIMITS} {ctcae(view)} {BASELINE}",
        source=sources(view) + " Interval: two-sided 95 % exact (Clopper-Pearson).",
        questions=("heart_by_dose", "heart_subjects", "heart_other_level"),
    )


def heart_by_subject(view: View) -> Display:
    """Each subject's heart in one row: worst category and grade, when, after how much anthracycline, and now."""
    name, title = "heart_by_subject", "Cardiac function, subject by subject"
    if not collected(view, "LVEF"):
        return not_collected(view, name, title, "Ejection fractions")
    table = subjects(view)
    return display(
        view,
        name,
        title=title,
        finding=_changes(view, table),
        table=table,
        labels=SUBJECT_LABELS,
        formats=SUBJECT_FORMATS,
        population=_population(table),
        method=f"{CTRCD} {MARKER_LIMITS} {ctcae(view)} {BASELINE} Worst: the first day it was reached. "
        f"Earlier anthracyclines: mg/m² as doxorubicin equivalents ({equivalents(view.trial.anthracyclines)}). {own_units(view)}",
        source=sources(view) + " Feijen, JAMA Oncol 2019;5:864.",
        questions=("heart_subjects",),
    )


def subjects(view: View) -> DataFrame:
    """The treated subjects, worst hearts first, with PRIOR, CHANGED and BEFORE."""
    table = compare(view.ask("heart_subjects"), view.ask_previous("heart_subjects"), ("USUBJID",), _state)
    table["NEREASN"] = table["NEREASCD"].map(NOT_EVALUABLE)
    table["PRIOR"] = [prior(row, "cm" in view.cut.delivered) for row in table.itertuples()]
    table["RANK"] = [CATEGORIES.index(c) if present(c) else -1 for c in table["CTRCD"]]
    return table.sort_values(
        ["RANK", "WORSTGR", "LOWEST"], ascending=[False, False, True], na_position="last", kind="stable"
    ).reset_index(drop=True)


def prior(row, collected: bool) -> str:
    """Earlier anthracycline in words: "325", "at least 250 (1 dose not known)", "none recorded"; collected: whether CM came at all."""
    if not collected:
        return "not collected"
    if not row.PANTMISS:
        return f"{row.PANTDOX:g}" if present(row.PANTDOX) else "none recorded"
    unknown = f"({row.PANTMISS:g} {'dose' if row.PANTMISS == 1 else 'doses'} not known)"
    return f"at least {row.PANTDOX:g} {unknown}" if present(row.PANTDOX) else f"amount not known {unknown}"


def _state(row) -> str:
    if row.EVALFL != "Y":
        return f"not evaluable ({NOT_EVALUABLE[row.NEREASCD]})"
    return f"CTRCD {row.CTRCD}, grade {row.WORSTGR}"


def _counts(view: View) -> DataFrame:
    now, before = view.ask("heart_by_dose"), view.ask_previous("heart_by_dose")
    counts = (
        now if view.trial.ctcae_version.startswith("6") else now[(now["SCALE"] != "CTCAE") | (now["CATEGORY"] != "1")]
    )
    if before is None:
        return counts.assign(BEFORE=None, CHANGED="").reset_index(drop=True)
    earlier = before.set_index(["TRTA", "SCALE", "CATEGORY"])["N"]
    was = [int(earlier.get((row.TRTA, row.SCALE, row.CATEGORY), 0)) for row in counts.itertuples()]
    return counts.assign(
        BEFORE=was, CHANGED=["changed" if n != w else "" for n, w in zip(counts["N"], was)]
    ).reset_index(drop=True)


def _finding(view: View, people: DataFrame) -> str:
    if people.empty:
        return nobody(view)
    judged = people[people["EVALFL"] == "Y"]
    bad = judged[judged["CTRCD"].isin(["moderate", "severe"])]
    words = [
        f"of subjects with a baseline and a later LVEF, {rate(len(bad), len(judged))} had moderate or severe cardiac dysfunction (CTRCD)"
        + _named(bad)
    ]
    mild = int((judged["CTRCD"] == "mild").sum())
    words.append(f"{mild} more had mild dysfunction" if mild else "none had mild dysfunction")
    if len(bad) and (bad["TIMING"] == "after").all():
        words.append(f"all {len(bad)} came after the DLT window" if len(bad) > 1 else "it came after the DLT window")
    return " ".join(sentence(word) for word in words)


def _named(bad: DataFrame) -> str:
    return (
        ": " + listed([f"{row.SUBJID} ({row.CTRCD}, {row.TRTA}, {on_day(row.CTRCDDY)})" for row in bad.itertuples()])
        if len(bad)
        else ""
    )


def _changes(view: View, table: DataFrame) -> str:
    if table.empty:
        return nobody(view)
    if view.previous is None:
        return (
            f"{counted(len(table), 'treated subject')}, worst hearts first; there is no previous cut to compare with."
        )
    moved = table[(table["CHANGED"] == "changed") & (table["RANK"] > 0)]
    since = f"Since {day(view.previous.date)}: "
    if moved.empty:
        return since + "no subject's worst cardiac dysfunction changed."
    return (
        since
        + "; ".join(f"{row.SUBJID} {row.BEFORE} → CTRCD {row.CTRCD}, grade {row.WORSTGR}" for row in moved.itertuples())
        + "."
    )


def _population(people: DataFrame) -> str:
    if people.empty:
        return ""
    judged, not_judged = people[people["EVALFL"] == "Y"], people[people["EVALFL"] != "Y"]
    words = f"{len(judged)} evaluable of {counted(len(people), 'treated subject')}"
    reasons = [f"{n} {reason}" for reason, n in not_judged["NEREASN"].value_counts().items()]
    words += f"; {len(not_judged)} not evaluable ({listed(reasons)})." if reasons else "."
    alone = not_judged[not_judged["WORSTGR"].fillna(0) >= 2]
    if len(alone):
        words += (
            " Not in the rates, though graded by value alone: "
            + listed([f"{r.SUBJID} (grade {r.WORSTGR}, {exactly(r.LOWEST)} %)" for r in alone.itertuples()])
            + "."
        )
    unsure = int((judged["NUNSURE"] > 0).sum())
    return words + (
        f" In {counted(unsure, 'subject')} strain or a marker was not measured where it could have changed the category of an echocardiogram."
        if unsure
        else ""
    )


def _other_levels(view: View) -> str:
    """Dose means the level of the arm: whoever was also given another is named."""
    others = view.ask("heart_other_level")
    named = listed(
        [f"{row.SUBJID}, {row.TRTA}, also {row.OTHER} from course {row.COURSE}" for row in others.itertuples()]
    )
    return f" Dose: the level assigned ({named})." if len(others) else ""


def _figure(view: View, counts: DataFrame) -> go.Figure:
    doses = doses_in_order(view, counts["TRTA"])[::-1]
    inner = ROW_PIXELS * len(doses) * 2 + 84
    fig = house.figure(
        height=inner + 130, barmode="stack", bargap=0.28, showlegend=False, margin=dict(t=48, b=62, l=58, r=14)
    )
    fig.set_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=84 / inner)
    for number, (scale, words) in enumerate(SCALES.items(), start=1):
        rows = counts[counts["SCALE"] == scale]
        for category in rows["CATEGORY"].drop_duplicates():
            fig.add_trace(_bar(rows[rows["CATEGORY"] == category], scale, category), row=number, col=1)
        _heading(fig, number, words, rows, _since(view, rows, dated=number == 1))
    ticks = counts.drop_duplicates("TRTA").set_index("TRTA")
    names = {
        dose: f"{plain(dose.replace(view.trial.dose_unit, view.trial.amount_unit))}<br>{ticks.NEVAL[dose]} of {ticks.NTREATED[dose]}"
        for dose in doses
    }
    fig.update_yaxes(
        tickvals=doses,
        ticktext=[names[dose] for dose in doses],
        categoryorder="array",
        categoryarray=doses,
        ticks="",
        showgrid=False,
    )
    fig.update_xaxes(title="Evaluable subjects (left: of treated)", row=2, col=1)
    fig.update_xaxes(tickformat="d", range=[0, max(ticks["NEVAL"].max(), 1) * 1.02], nticks=8)
    return fig


def _bar(rows: DataFrame, scale: str, category: str) -> go.Bar:
    colour = house.CTRCD[category] if scale == "CTRCD" else house.GRADE[int(category)]
    words = category if scale == "CTRCD" else f"grade {category}"
    dark = category in ("moderate", "severe", "3", "4")
    return go.Bar(
        x=rows["N"],
        y=rows["TRTA"],
        orientation="h",
        name=f"{scale} {category}",
        marker=dict(
            color=colour,
            line=dict(
                width=[2.5 if changed else 1 for changed in rows["CHANGED"]],
                color=[house.NEW if changed else house.PAPER for changed in rows["CHANGED"]],
            ),
        ),
        text=[str(n) if n else "" for n in rows["N"]],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont=dict(color="#ffffff" if dark else house.INK, size=14),
        hovertext=[
            f"{plain(row.TRTA)}: {words} in {row.N} of {row.NEVAL} evaluable ({row.NTREATED} treated)"
            for row in rows.itertuples()
        ],
        hoverinfo="text",
    )


def _since(view: View, rows: DataFrame, dated: bool) -> str:
    """The key of the outline, where anything is outlined."""
    if not (rows["CHANGED"] != "").any():
        return ""
    return f'<span style="color:{house.NEW}">□</span> changed' + (f" since {day(view.previous.date)}" if dated else "")


def _heading(fig: go.Figure, number: int, words: str, rows: DataFrame, changed: str) -> None:
    """The scale's name with its colours, so that no legend is needed."""
    key = []
    for category in rows["CATEGORY"].drop_duplicates():
        colour = house.CTRCD.get(category) or house.GRADE[int(category)]
        key.append(f'<span style="color:{colour if category not in ("none", "0") else "#b9c3cb"}">■</span> {category}')
    axis = fig.layout["yaxis" if number == 1 else "yaxis2"]
    fig.add_annotation(
        text=f"<b>{words}</b>   {changed}<br>{'   '.join(key)}",
        x=0,
        xref="paper",
        xanchor="left",
        y=axis.domain[1],
        yref="paper",
        yanchor="bottom",
        yshift=4,
        showarrow=False,
        align="left",
        font=dict(size=13, color=house.INK),
    )
