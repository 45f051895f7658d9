"""The same data under every design: what each says, and how toxic it takes each level to be."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame, Series, concat

from displays.display import Display, day, display, plain
from displays.drawing import house
from displays.rule.design import decide, designs, name_of, outcomes, rule_of, six_at_most, subjects
from displays.rule.pending import what_if
from displays.rule.words import (
    ACTIONS,
    MODEL,
    comparable,
    conventions,
    dose,
    dose_number,
    population,
    reason,
    said,
    sources,
    target,
    undecided,
)
from displays.words import counted, listed, percent, percent_range, sentence
from queries import View
from stats.escalation import CRM, Outcomes
from stats.escalation.estimates import flat_posterior
from stats.escalation.selection import selected_by
from stats.escalation.wrappers import unwrapped
from stats.proportions import interval

NAME, TITLE = "sensitivity", "The same data under other designs"
LABELS = {
    "DESIGN": "Design",
    "SAYS": "Says now",
    "NEXT": "Level it recommends",
    "WHATIF": "What follows from the pending",
    "MTD": "MTD, were the trial over now",
    "WHY": "Why",
    "TRTA": "Dose level",
    "NEVAL": "Evaluable (n)",
    "NDLT": "With DLT (n)",
    "NPENDING": "Pending (n)",
    "ESTIMATE": "P(DLT)",
    "LOWER": "90 % lower",
    "UPPER": "90 % upper",
    "OVER": "P(over target)",
    "BASIS": "How estimated",
    "BEFORE": "At the previous cut it said",
    "CHANGED": "Change",
}
FORMATS = dict.fromkeys(("ESTIMATE", "LOWER", "UPPER", "OVER"), "percent")
LEVEL = 0.90
ROW_PIXELS, HEAD_PIXELS = 24, 40
OBSERVED = "observed rate, 90 % exact (Clopper-Pearson)"
FLAT = "posterior under a flat prior, 90 %"


def sensitivity(view: View) -> Display:
    """What each design says of the same subjects, with P(DLT), its 90 % interval and P(over target) by level."""
    if (absent := undecided(view, NAME, TITLE)) is not None:
        return absent
    used = designs(view.trial)
    table = compared(view, used)
    return display(
        view,
        NAME,
        title=TITLE,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, table),
        population=population(view, rule_of(view.trial), compared=True),
        questions=("rule_outcomes",),
        method=_method(view) + " " + conventions(used),
        source=sources(view, used) + " Clopper and Pearson, Biometrika 1934;26:404.",
    )


def compared(view: View, used: list) -> DataFrame:
    """One row a design and level: what the design says, its estimates and the counts it rests on; nan where nobody was evaluated."""
    rows = concat([estimates(view, design) for design in used], ignore_index=True)
    before = _before(view)
    earlier = [before.get(name, "") for name in rows["DESIGN"]]
    return rows.assign(
        BEFORE=earlier, CHANGED=["changed" if was and was != now else "" for was, now in zip(earlier, rows["SAYS"])]
    )


def _before(view: View) -> dict[str, str]:
    if view.previous is None or not comparable(view.previous):
        return {}
    rows, trial = subjects(view.previous), view.previous.trial
    known = {name_of(design): (design, outcomes(rows, design)) for design in designs(trial)}
    return {name: said(decide(design, seen), trial, seen) for name, (design, seen) in known.items()}


def estimates(view: View, design) -> DataFrame:
    """What one design says and how it estimates each level."""
    trial, known = view.trial, outcomes(subjects(view.cut), design)
    ranks, decision = range(1, design.levels + 1), decide(design, known)
    evaluated, dlt = known.evaluated(design.levels), known.dlt(design.levels)
    basis, estimate, lower, upper = _estimated(design, known, evaluated, dlt)
    return DataFrame(
        {
            "DESIGN": name_of(design),
            "SAYS": said(decision, trial, known),
            "NEXT": dose(decision.dose, trial) if decision.dose else "none",
            "WHATIF": sentence(what_if(trial, design, known)) if known.pending else "",
            "MTD": _mtd(design, known, decision, trial),
            "ACTION": decision.action,
            "WHY": reason(decision, trial),
            "RANK": list(ranks),
            "TRTA": [dose(rank, trial) for rank in ranks],
            "RECOMMENDED": [rank == decision.dose for rank in ranks],
            "NEVAL": evaluated,
            "NDLT": dlt,
            "NPENDING": [known.enrolled_at(rank) - known.evaluated_at(rank) for rank in ranks],
            "ESTIMATE": estimate,
            "LOWER": lower,
            "UPPER": upper,
            "OVER": _over(design, known, trial.escalation["target"]),
            "BASIS": basis,
        }
    )


def _mtd(design, known: Outcomes, decision, trial) -> str:
    """What the design would name the MTD on the evaluated subjects alone; a rule of six names one only when it ends."""
    if not known.evaluated(design.levels).sum():
        return "none yet"
    if decision.action == "stop" and decision.dose is None:
        return "none"
    if six_at_most(design):
        return dose(decision.dose, trial) if decision.action == "stop" else "none yet"
    if isinstance(unwrapped(design), CRM):
        return dose(unwrapped(design).select(known), trial)
    rank = selected_by(design, known)
    return dose(rank, trial) if rank else "none"


def _estimated(design, known: Outcomes, evaluated, dlt) -> tuple:
    if isinstance(unwrapped(design), CRM):
        fit = unwrapped(design).fit(known)
        return MODEL, fit.p_tox, fit.lower90, fit.upper90
    if six_at_most(design):
        limits = interval(dlt, evaluated, level=LEVEL)
        return OBSERVED, limits.estimate, limits.lower, limits.upper
    limits = flat_posterior(evaluated, dlt, LEVEL)
    return FLAT, limits.estimate, limits.lower, limits.upper


def _over(design, known: Outcomes, target: float):
    return (
        unwrapped(design).fit(known).p_over_target
        if isinstance(unwrapped(design), CRM)
        else design.probability_above(known, target)
    )


def _method(view: View) -> str:
    aim = percent(view.trial.escalation["target"])
    return (
        f"Target of the interval designs and the CRM: {aim}{_two_targets(view)}; Rolling Six and 3+3 have none. P(DLT): for Rolling Six and 3+3 the {OBSERVED}; "
        f"for BOIN, Keyboard and mTPI-2 the {FLAT}; for the CRM the {MODEL}, also at levels nobody was treated at. "
        f"P(over target): that the DLT rate is above {aim}, under a flat prior from the level's own subjects, for the CRM from the model. "
        "MTD, were the trial over now: on the evaluated subjects, among the levels that the design has not closed; "
        "for the interval designs by isotonic regression as BOIN selects it, for the CRM the level nearest the target among those with evaluated subjects."
    )


def _two_targets(view: View) -> str:
    """Why two targets stand on one page, where they do."""
    limit, aim = target(view), view.trial.escalation["target"]
    return (
        ""
        if limit == aim
        else f" (a rate to aim at; the protocol's {percent(limit)} is a rate to stay below, and the one that other displays show)"
    )


def _finding(view: View, table: DataFrame) -> str:
    says = table.drop_duplicates("DESIGN").set_index("DESIGN")["SAYS"]
    together: Series = says.reset_index().groupby("SAYS", sort=False)["DESIGN"].agg(list)
    rule, own = says.index[0], says.iloc[0]
    others = [
        f"{listed(names)} {'say' if len(names) > 1 else 'says'} {words}"
        for words, names in together.items()
        if words != own
    ]
    same = [name for name in together[own] if name != rule]
    text = f"{rule}, the protocol's rule, says {own}" + (
        f", and so {'do' if len(same) > 1 else 'does'} {listed(same)}" if same else ""
    )
    return " ".join(sentence(part) for part in [text, "; ".join(others), *_pending(table), *_news(view, table)] if part)


def _pending(table: DataFrame) -> list[str]:
    """What the designs that wait would say, those with the same words together."""
    waiting = table[(table["ACTION"] == "suspend") & (table["WHATIF"] != "")].drop_duplicates("DESIGN")
    together = waiting.groupby("WHATIF", sort=False)["DESIGN"].agg(list)
    return [f"{listed(names)}: {words[:1].lower() + words[1:]}" for words, names in together.items()]


def _news(view: View, table: DataFrame) -> list[str]:
    if view.previous is None:
        return []
    if not comparable(view.previous):
        return [f"The cut of {day(view.previous.date)} held no DLT verdicts or no rule to compare with"]
    changed = table[table["CHANGED"] != ""].drop_duplicates("DESIGN")
    return [
        f"Since {day(view.previous.date)}: {len(changed) or 'none'} of {counted(table['DESIGN'].nunique(), 'design')} changed {'their' if len(changed) > 1 else 'its'} answer"
    ]


def _figure(view: View, table: DataFrame) -> go.Figure:
    shown, aim = table[table["ESTIMATE"].notna()], view.trial.escalation["target"]
    traces, shapes, words, top = (
        [],
        [],
        [_above(aim, "center", f"target {percent(aim)}"), _above(1.2, "right", "P(over)")],
        0,
    )
    for name, rows in table.groupby("DESIGN", sort=False):
        marks = shown[shown["DESIGN"] == name]
        places = [top + HEAD_PIXELS + ROW_PIXELS * (n + 0.5) for n in range(len(marks))]
        shapes += _bands(rows.iloc[0], top, aim, len(marks))
        words += [
            _head(rows.iloc[0], top),
            *(word for place, row in zip(places, marks.itertuples()) for word in _words(place, row, view)),
        ]
        traces += [_marks(view, marks, places)] if len(marks) else []
        top += HEAD_PIXELS + ROW_PIXELS * len(marks) + 14
    return house.figure(
        *traces,
        height=top + 100,
        showlegend=False,
        margin=dict(l=8, r=8, t=32, b=56),
        shapes=shapes,
        annotations=words,
        yaxis=dict(range=[top, 0], visible=False),
        xaxis=dict(
            range=[-0.24, 1.2],
            tickvals=[0, 0.25, 0.5, 0.75, 1],
            ticktext=["0", "25", "50", "75", "100"],
            title="P(DLT), %",
            ticks="",
        ),
    )


def _above(x: float, anchor: str, text: str) -> dict:
    return dict(
        x=x,
        xanchor=anchor,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=6,
        showarrow=False,
        text=text,
        font=dict(size=12, color=house.MUTED),
    )


def _bands(head, top: float, aim: float, rows: int) -> list[dict]:
    """The coloured band of a design's answer, and the target's line through its rows."""
    below = top + HEAD_PIXELS
    band = dict(
        type="rect",
        xref="paper",
        x0=0,
        x1=1,
        y0=top + 4,
        y1=below - 8,
        fillcolor=ACTIONS[head.ACTION][1],
        line=dict(width=0),
        layer="below",
    )
    line = dict(
        type="line",
        x0=aim,
        x1=aim,
        y0=below,
        y1=below + ROW_PIXELS * rows,
        line=dict(color=house.MUTED, width=1, dash="dash"),
        layer="below",
    )
    return [band, line] if rows else [band]


def _head(head, top: float) -> dict:
    return dict(
        x=0,
        xref="paper",
        xanchor="left",
        xshift=4,
        y=top + HEAD_PIXELS / 2 - 2,
        yanchor="middle",
        showarrow=False,
        font=dict(size=13),
        text=f"<b>{head.DESIGN}</b>  {ACTIONS[head.ACTION][0]} {plain(head.SAYS)}"
        + ("  (changed)" if head.CHANGED else ""),
    )


def _marks(view: View, rows: DataFrame, places: list[float]) -> go.Scatter:
    colours = house.dose_colours(list(rows["TRTA"]), view.cut.dose_labels)
    return go.Scatter(
        x=rows["ESTIMATE"],
        y=places,
        mode="markers",
        name=rows["DESIGN"].iloc[0],
        hovertext=[_hover(row) for row in rows.itertuples()],
        hoverinfo="text",
        marker=dict(
            size=[13 if r else 10 for r in rows["RECOMMENDED"]],
            symbol="square",
            color=[colours[name] for name in rows["TRTA"]],
            line=dict(color=house.INK, width=1.2),
        ),
        error_x=dict(
            type="data",
            symmetric=False,
            array=rows["UPPER"] - rows["ESTIMATE"],
            arrayminus=rows["ESTIMATE"] - rows["LOWER"],
            color=house.INK,
            thickness=1.5,
            width=4,
        ),
    )


def _words(place: float, row, view: View) -> list[dict]:
    name = dose_number(row.RANK, view.trial)
    counts = f" {row.NDLT}/{row.NEVAL}" if row.NEVAL else " –"
    text = f"<b>▸ {name}</b>{counts}" if row.RECOMMENDED else f"{name}{counts}"
    right = dict(xanchor="right", y=place, showarrow=False, font=dict(size=12))
    return [right | dict(x=-0.04, text=text), right | dict(x=1.2, text=percent(row.OVER))]


def _hover(row) -> str:
    counts = f"{row.NDLT} of {row.NEVAL} evaluable with a DLT" + (f", {row.NPENDING} pending" if row.NPENDING else "")
    return (
        f"<b>{row.DESIGN}</b>, {plain(row.TRTA)}{' (recommended)' if row.RECOMMENDED else ''}<br>{counts}"
        f"<br>P(DLT) {percent(row.ESTIMATE)} (90 % {percent_range(row.LOWER, row.UPPER)})<br>P(over target) {percent(row.OVER)}<br>{row.BASIS}"
    )
