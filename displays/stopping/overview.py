"""The stopping rules: met, near or not met, and how many further events would meet each."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, day, display, plain
from displays.drawing import house
from displays.groups import everybody
from displays.stopping.finding import finding, population
from displays.stopping.parts import COLOURS, UNKNOWN, Standing, heading, no_rules, questions, standings
from displays.stopping.words import (
    boundary_words,
    briefly,
    event,
    further_words,
    method,
    notes,
    people,
    remarks,
    source,
    state_words,
)
from displays.words import listed, on_day, percent, sentence
from queries import View

NAME, TITLE = "stopping_overview", "Stopping rules: where each stands"
LABELS = {
    "RULE": "Rule",
    "COUNTS": "What is counted",
    "STATE": "Standing",
    "EVENTS": "Events (subjects)",
    "N": "Counted (n)",
    "LIMIT": "Met now from (events)",
    "NEXTLIMIT": "at the next subject from",
    "FURTHER": "Further events in the next subjects",
    "FURTHERHERE": "or with subjects already counted",
    "THRESHOLD": "Threshold",
    "POSTERIOR": "P(true rate > threshold)",
    "CUTOFF": "Cutoff",
    "WHO": "Who",
    "NAWAITED": "Awaited (n)",
    "NLEFT": "Left out (n)",
    "NOTES": "Not in the count, and cautions",
    "ATTHRESHOLD": "Chance of ever meeting it at the threshold",
    "ATTWICE": "at twice the threshold",
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}
CHANCES = ("THRESHOLD", "POSTERIOR", "CUTOFF", "ATTHRESHOLD", "ATTWICE", "WASPOSTERIOR")
WHOLE = ("EVENTS", "N", "LIMIT", "NEXTLIMIT", "FURTHER", "FURTHERHERE", "NAWAITED", "NLEFT")
FORMATS = dict.fromkeys(CHANCES, "percent") | dict.fromkeys(WHOLE, "integer")
LINE_CHARACTERS = 58
LINE_PIXELS = 17


def stopping_overview(view: View) -> Display:
    """Every stopping rule on one screen: met, near or not met, and what would meet it."""
    if not view.trial.stopping_rules:
        return no_rules(view, NAME, TITLE)
    chosen, view = view.filters, everybody(view)
    both = standings(view)
    table = DataFrame([_row(now, was) for now, was in both]).astype(
        dict.fromkeys(WHOLE, "Int64") | dict.fromkeys(CHANCES, "float64")
    )
    return display(
        view,
        NAME,
        title=TITLE,
        finding=finding(view, both),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, table),
        population=population(view, both, chosen),
        method=method(view)
        + " Chances of meeting a rule: exact, looking after every subject up to the last planned one.",
        source=source(view),
        questions=questions(view),
    )


def _row(now: Standing, was: Standing | None) -> dict:
    row = {
        "RULE": now.rule.name,
        "BRIEFLY": briefly(now.rule),
        "COUNTS": f"{event(now.rule)}, {people(now.rule, now.expansion)}",
        "STATE": now.state,
        "THRESHOLD": now.rule.threshold,
        "WORDS": state_words(now),
    }
    limits = now.limits if now.subjects is not None else None
    row |= _numbers(now) if limits else dict.fromkeys((*WHOLE, "POSTERIOR", "CUTOFF", "ATTHRESHOLD", "ATTWICE"))
    row |= dict.fromkeys(("LIMITS", "WHO", "NOTES", "FURTHERWORDS", "REMARKS"), "") if limits is None else _words(now)
    known = was is not None and was.subjects is not None
    row["BEFORE"] = f"{was.state}: {was.events} of {was.n}" if known else UNKNOWN if was is not None else ""
    row["WASPOSTERIOR"] = was.posterior if known else None
    row["CHANGED"] = (
        ""
        if was is None or limits is None
        else "new"
        if not known
        else "changed"
        if (was.state, was.events) != (now.state, now.events)
        else ""
    )
    return row


def _numbers(now: Standing) -> dict:
    status = now.subjects["STATUS"]
    return {
        "EVENTS": now.events,
        "N": now.n,
        "LIMIT": now.limit(now.n),
        "NEXTLIMIT": now.limit(now.n + 1),
        "FURTHER": now.further,
        "FURTHERHERE": now.fewest,
        "POSTERIOR": now.posterior,
        "CUTOFF": now.limits.cutoff,
        "NAWAITED": int((status == "Awaited").sum()),
        "NLEFT": int((status == "Left out").sum()),
        "ATTHRESHOLD": now.limits.at_threshold,
        "ATTWICE": now.limits.at_twice,
    }


def _words(now: Standing) -> dict:
    happened = now.counted[now.counted["STATUS"] == "Event"]
    who = [f"{row.SUBJID} ({row.EVENTTERM}, {on_day(row.EVENTDY)})" for row in happened.itertuples()]
    here, following = boundary_words(now)
    beside = " ".join(sentence(remark) for remark in remarks(now))
    return {
        "LIMITS": f"Boundary: {here}; next subject {following}",
        "WHO": listed(who),
        "NOTES": notes(now),
        "FURTHERWORDS": further_words(now),
        "REMARKS": beside,
    }


def _figure(view: View, table: DataFrame) -> go.Figure:
    lines = [_lines(view, row) for row in table.itertuples()]
    place, top = _places(lines)
    return house.figure(
        _marks(table, place),
        _earlier(table, place),
        height=top + 96,
        showlegend=False,
        margin=dict(t=10, l=16, r=16, b=78),
        xaxis=dict(
            title="P(true rate > threshold), %<br>line: the rule's cutoff",
            range=[-3, 103],
            tickvals=[0, 20, 40, 60, 80, 100],
        ),
        yaxis=dict(visible=False, range=[0, top]),
        shapes=[shape for row, at in zip(table.itertuples(), place) for shape in _bar(row, at)],
        annotations=[_words_above(words, at) for words, at in zip(lines, place)],
    )


def _places(lines: list[list[str]]) -> tuple[list[int], int]:
    """The height of each rule's bar in pixels from the axis, the first rule at the top, and the height of all."""
    place, height = [], 6
    for words in reversed(lines):
        place.append(height + 16)
        height += 52 + LINE_PIXELS * len(words)
    return place[::-1], height


def _lines(view: View, row) -> list[str]:
    head = [
        *heading(row.RULE, row.STATE),
        f'<span style="color:{house.MUTED}">{plain(textwrap.shorten(row.BRIEFLY, LINE_CHARACTERS, placeholder=" …"))}</span>',
    ]
    if row.STATE == UNKNOWN:
        return head
    words = [
        *head,
        *_wrapped(f"<b>{row.EVENTS} of {row.N}</b>; {row.FURTHERWORDS}"),
        *_wrapped(row.LIMITS),
        *(plain(line) for line in _wrapped(row.REMARKS)),
    ]
    if row.CHANGED:
        words.append(f'<span style="color:{house.NEW}">{day(view.previous.date)}: {row.BEFORE}</span>')
    return words


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, LINE_CHARACTERS)


def _words_above(words: list[str], at: float) -> dict:
    return dict(
        text="<br>".join(words),
        x=0,
        xanchor="left",
        y=at + 16,
        yanchor="bottom",
        showarrow=False,
        align="left",
        font=dict(size=13, color=house.INK),
    )


def _bar(row, at: float) -> list[dict]:
    """The bar from 0 to 100 %, its part beyond the cutoff shaded, and the cutoff's line."""
    bar = dict(type="rect", x0=0, x1=100, y0=at - 6, y1=at + 6, fillcolor="#eef2f5", line_width=0, layer="below")
    if row.STATE == UNKNOWN:
        return [bar]
    cutoff = row.CUTOFF * 100
    return [
        bar,
        bar | dict(x0=cutoff, fillcolor="#f3d0cc"),
        dict(type="line", x0=cutoff, x1=cutoff, y0=at - 11, y1=at + 11, line=dict(color=house.INK, width=2)),
    ]


def _marks(table: DataFrame, place: list[int]) -> go.Scatter:
    rows = table.assign(AT=place)[table["POSTERIOR"].notna()]
    hover = [
        f"<b>{plain(r.RULE)}</b><br>{plain(r.WORDS)}<br>P(true rate > {percent(r.THRESHOLD)}) = {percent(r.POSTERIOR)}; cutoff {percent(r.CUTOFF)}"
        for r in rows.itertuples()
    ]
    return go.Scatter(
        x=[p * 100 for p in rows["POSTERIOR"]],
        y=rows["AT"],
        mode="markers",
        name="now",
        hovertext=hover,
        hoverinfo="text",
        marker=dict(
            size=17,
            symbol="diamond",
            color=[COLOURS[state] for state in rows["STATE"]],
            line=dict(color=house.PAPER, width=1.5),
        ),
    )


def _earlier(table: DataFrame, place: list[int]) -> go.Scatter:
    rows = table.assign(AT=place)[table["WASPOSTERIOR"].notna() & (table["CHANGED"] != "")]
    return go.Scatter(
        x=[p * 100 for p in rows["WASPOSTERIOR"]],
        y=rows["AT"],
        mode="markers",
        name="previous cut",
        hoverinfo="text",
        hovertext=[f"<b>{plain(r.RULE)}</b><br>previous cut: {r.BEFORE}" for r in rows.itertuples()],
        marker=dict(size=11, symbol="diamond-open", color=house.NEW, line=dict(width=2)),
    )
