"""The figure of the stopping boundaries: the boundary of each rule and the path of the trial."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import day, plain
from displays.drawing import crowd, house
from displays.drawing.marks import who
from displays.drawing.narrow import HARD, lines_of, narrow
from displays.drawing.panels import domains, subplot_names
from displays.drawing.panels import heading as panel_heading
from displays.groups import present
from displays.stopping.heading import COLOURS, heading
from displays.stopping.notes import remarks
from displays.stopping.state import UNKNOWN, RuleState
from displays.stopping.words import further_words
from displays.words import on_days, percent, sentence
from queries import View
from queries.frames import rows_of

LEAST_PIXELS, MOST_PIXELS, GAP_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 64, 124, 36, 58, 56
LINE_CHARACTERS, LINE_PIXELS = 54, 17
REGION = "#f3d0cc"


def figure(view: View, both: list[tuple[RuleState, RuleState | None]], table: DataFrame) -> go.Figure:
    """A boundary with the path of the trial a rule, one below the other; table: the rows of `stopping_charts`."""
    heads = [_head(now, was, view) for now, was in both]
    heights = [LINE_PIXELS * lines_of(words) + _plot_pixels(heads) for words in heads]
    inner = sum(heights) + GAP_PIXELS * (len(both) - 1)
    names = subplot_names(len(both))
    traces, axes, annotations = [], {}, [_key(view)]
    for (now, was), words, name, (low, top) in zip(both, heads, names, domains(heights, GAP_PIXELS), strict=True):
        high = top - (LINE_PIXELS * lines_of(words) + 4) / inner
        axes |= _axes(now, name, low, high, last=name == names[-1])
        annotations.append(panel_heading(HARD.join(words), high) | dict(yshift=3, xshift=-42))
        rows = table[table["RULE"] == now.rule.name]
        traces += [trace.update(xaxis=f"x{name}", yaxis=f"y{name}") for trace in _traces(now, was, rows, view)]
    # all at once: adding one by one makes Plotly check all that is there each time
    return house.figure(
        *traces,
        height=inner + TOP_PIXELS + BOTTOM_PIXELS,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=52, r=14),
        showlegend=False,
        annotations=annotations,
        **axes,
    )


def _plot_pixels(heads: list[list[str]]) -> int:
    """How high the plot of each rule is, so that all of them are on one screen."""
    around = TOP_PIXELS + BOTTOM_PIXELS + GAP_PIXELS * (len(heads) - 1) + LINE_PIXELS * sum(map(lines_of, heads))
    return min(max((house.SCREEN_PIXELS - around) // len(heads), LEAST_PIXELS), MOST_PIXELS)


def _axes(now: RuleState, key: str, low: float, high: float, *, last: bool) -> dict:
    """The axes of one rule; the last names what all count by."""
    subjects = now.rule.n_max if now.subjects is None else len(now.boundary.table)
    most = _most(now)
    title = dict(title="Subjects counted, in order of first infusion") if last else {}
    return {
        f"xaxis{key}": dict(anchor=f"y{key}", range=[0, subjects + 0.7], tickformat="d", nticks=8) | title,
        f"yaxis{key}": dict(
            anchor=f"x{key}",
            domain=[low, high],
            range=[-0.35, most + 0.2],
            tickformat="d",
            dtick=max(1, -(-most // 5)),
            title="Events",
        ),
    }


def _most(now: RuleState) -> int:
    """The most events that a rule's chart has room for: one more than happened, and than its boundary asks."""
    return 1 if now.subjects is None else max([now.events, *now.boundary.table["stop_if_at_least"].dropna()]) + 1


def _head(now: RuleState, was: RuleState | None, view: View) -> list[str]:
    head = heading(now.rule.name, now.state)
    if now.state == UNKNOWN:
        return [*head, narrow(f"What it counts was {now.absent}.", LINE_CHARACTERS)]
    words = [narrow(f"{now.score}; {further_words(now)}", LINE_CHARACTERS)]
    if beside := plain(" ".join(sentence(remark) for remark in remarks(now))):
        words.append(narrow(beside, LINE_CHARACTERS))
    if was is not None and was.subjects is not None and (was.events, was.n) != (now.events, now.n):
        before = f"{day(view.previous.date)}: {was.events} of {was.n}, {was.state}"
        words.append(f'<span style="color:{house.NEW}">{before}</span>')
    return [*head, *words]


def _traces(now: RuleState, was: RuleState | None, rows: DataFrame, view: View) -> list[go.Scatter]:
    if now.subjects is None:
        # an axis without a trace is not drawn
        return [go.Scatter(x=[None], y=[None], showlegend=False, hoverinfo="skip")]
    then = [_then(was, view)] if was is not None and was.subjects is not None and was.n else []
    return [*_boundary(rows, _most(now) + 0.2), *_path(now, rows), *then]


def _boundary(rows: DataFrame, top: float) -> list[go.Scatter]:
    """The step of the fewest events that meet the rule, and the region at and above it."""
    steps = _corners(rows[rows["LIMIT"].notna()])
    x = [value for n in steps["N"] for value in (n - 0.5, n + 0.5)]
    y = [value - 0.5 for limit in steps["LIMIT"] for value in (limit, limit)]
    line = dict(color=house.ALERT, width=1.5)
    return [
        go.Scatter(x=x, y=[top] * len(x), mode="lines", line_width=0, hoverinfo="skip", showlegend=False, name="top"),
        go.Scatter(
            x=x,
            y=y,
            mode="lines",
            line=line,
            fill="tonexty",
            fillcolor=REGION,
            hoverinfo="skip",
            showlegend=False,
            name="boundary",
        ),
    ]


def _corners(steps: DataFrame) -> DataFrame:
    """The boundary's steps; of very many subjects the first and last of each height, thinned to what a screen shows."""
    if len(steps) <= crowd.MOST_DRAWN:
        return steps
    limit = steps["LIMIT"]
    return crowd.thinned(steps[(limit != limit.shift()) | (limit != limit.shift(-1))])


def _path(now: RuleState, rows: DataFrame) -> list[go.Scatter]:
    """The running number of events, each subject on it, and its end."""
    path = rows[rows["KIND"] == "Path"]
    named = path
    if crowd.crowded(path):
        named = path[path["STATUS"] == "Event"].tail(crowd.NAMED // 4)
        path = crowd.thinned(path)
    lines = go.Scatter(
        x=[0, *path["N"]],
        y=[0, *path["EVENTS"]],
        mode="lines",
        line=dict(color=house.INK, width=1.5, shape="hv"),
        hoverinfo="skip",
        showlegend=False,
        name="path",
    )
    return [lines, _subjects(now, named), _end(now)]


def _subjects(now: RuleState, path: DataFrame) -> go.Scatter:
    """A dot a subject, a cross where the subject had the event; ringed where new or counted otherwise."""
    event, changed = (path["STATUS"] == "Event").tolist(), (path["SINCE"] != "").tolist()
    return go.Scatter(
        x=path["N"],
        y=path["EVENTS"],
        mode="markers",
        name="subjects",
        showlegend=False,
        customdata=path[["USUBJID"]],
        hoverinfo="text",
        hovertext=[_hover(now, row) for row in rows_of(path)],
        marker=dict(
            opacity=1,
            size=[12 if e else 6 for e in event],
            symbol=["x" if e else "circle" for e in event],
            color=[house.ALERT if e else house.INK for e in event],
            line=dict(color=[house.NEW if c else house.PAPER for c in changed], width=[2 if c else 0 for c in changed]),
        ),
    )


def _end(now: RuleState) -> go.Scatter:
    """A diamond where the path is now, with its counts."""
    return go.Scatter(
        x=[now.n],
        y=[now.events],
        mode="markers+text",
        name="now",
        showlegend=False,
        hoverinfo="skip",
        text=[f"<b>{now.events} of {now.n}</b>"],
        cliponaxis=False,
        textposition="bottom left" if now.n > 0.8 * now.rule.n_max else "bottom right",
        textfont=dict(color=COLOURS[now.state]),
        marker=dict(size=18, symbol="diamond-open", color=COLOURS[now.state], line=dict(width=3)),
    )


def _hover(now: RuleState, row) -> str:
    happened = f"{plain(row.EVENTTERM)}, {on_days(row.EVENTDY, row.EVENTLDY)}" if row.STATUS == "Event" else "no event"
    heart = f"<br>last comparable LVEF on day {row.LVEFDY}" if present(row.LVEFDY) else ""
    limit = now.limit(row.N)
    met = f"met from {limit}" if limit is not None else "no number meets the rule here"
    chance = f"P(rate > {percent(now.rule.threshold)}) {percent(row.POSTERIOR)}"
    first = day(row.TRTSDT) if present(row.TRTSDT) else "on a day not known"
    return f"{who(row)}<br>first infusion {first}: {happened}{heart}<br>{row.EVENTS} of {row.N}; {met}; {chance}"


def _then(was: RuleState, view: View) -> go.Scatter:
    """Where the path stood at the previous cut."""
    return go.Scatter(
        x=[was.n],
        y=[was.events],
        mode="markers",
        name="previous cut",
        showlegend=False,
        hoverinfo="text",
        hovertext=[f"{day(view.previous.date)}: {was.events} of {was.n}"],
        marker=dict(size=15, symbol="circle-open", color=house.NEW, line=dict(width=2)),
    )


def _key(view: View) -> dict:
    """What the marks mean, above the first chart."""
    event, met = (f'<span style="color:{c}">{m}</span>' for c, m in ((house.ALERT, "✖"), (REGION, "■")))
    lines = [f"● subject   {event} with the event   {met} rule met"]
    if view.previous is not None:
        then, new = (f'<span style="color:{house.NEW}">{mark}</span>' for mark in "○◉")
        lines.append(f"{then} {day(view.previous.date)}   {new} subject new or changed since")
    return dict(
        text="<br>".join(lines),
        x=0,
        xref="paper",
        xanchor="left",
        xshift=-42,
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=12,
        showarrow=False,
        align="left",
        font=dict(color=house.MUTED),
    )
