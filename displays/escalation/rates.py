"""DLTs by dose level: observed rate, exact interval, and who is not in the denominator."""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, day, display, not_collected, plain
from displays.drawing import house
from displays.escalation.evaluation import awaited_but_days, why_not_evaluable
from displays.escalation.words import after_window, by_level, chance, definition, denominators, dlt_rate, protocol
from displays.groups import NO_LEVEL, dlts_collected, nobody, present, window
from displays.words import counted, percent, sentence
from queries import View
from stats.proportions import interval

NAME, TITLE = "dlt_by_dose", "DLTs by dose level"
LABELS = {
    "TRTA": "Dose level",
    "NTREATED": "Treated (n)",
    "NEXP": "of these in the expansion (n)",
    "NEVAL": "Evaluable (n)",
    "NDLT": "With DLT (n)",
    "RATE": "DLT rate",
    "LOWER": "95 % CI lower",
    "UPPER": "95 % CI upper",
    "NPENDING": "Pending (n)",
    "NNOTEVAL": "Not evaluable (n)",
    "NEREASN": "Why not evaluable",
    "NUNJUDG": "Grade ≥ 3 in window, not judged (n)",
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}
FORMATS = {"RATE": "percent", "LOWER": "percent", "UPPER": "percent"}
LINE_CHARACTERS = 50
LINE_PIXELS = 16


def dlt_by_dose(view: View) -> Display:
    """How often a DLT was seen at each dose level, and how high the true rate could be."""
    if not dlts_collected(view):
        return not_collected(view, NAME, TITLE, "DLTs")
    table = rates(view)
    return display(
        view,
        NAME,
        title=TITLE,
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=_figure(view, table),
        questions=("dlt_by_dose", "dlt_status"),
        population=f"{table['NEVAL'].sum()} evaluable of {table['NTREATED'].sum()} treated {'subject' if table['NTREATED'].sum() == 1 else 'subjects'}; "
        f"{table['NPENDING'].sum()} pending, {table['NNOTEVAL'].sum()} not evaluable. Escalation and expansion together. {window(view)}"
        + after_window(view, view.ask("dlt_status")),
        method=definition(view) + " Intervals: two-sided 95 % exact (Clopper-Pearson).",
        source=protocol(view) + " Clopper and Pearson, Biometrika 1934;26:404.",
    )


def rates(view: View) -> DataFrame:
    """The answer of `dlt_by_dose` with RATE, LOWER, UPPER (fractions), PENDREAS, NEREASN, BEFORE and CHANGED."""
    counts = view.ask("dlt_by_dose")
    whole = ["NTREATED", "NEXP", "NEVAL", "NDLT", "NPENDING", "NNOTEVAL", "NUNJUDG"]
    counts[whole] = counts[whole].astype("int64")
    limits = interval(counts["NDLT"].to_numpy(), counts["NEVAL"].to_numpy())
    counts = counts.assign(RATE=limits.estimate, LOWER=limits.lower, UPPER=limits.upper)
    counts = _with_reasons(counts, view.ask("dlt_status"))
    return _compared(counts, view.ask_previous("dlt_by_dose"), _opened_before(view))


def _with_reasons(counts: DataFrame, people: DataFrame) -> DataFrame:
    """The levels with PENDREAS (what else than days is awaited) and NEREASN; people: the rows of `dlt_status`."""
    at = {
        dose: list(rows.itertuples())
        for dose, rows in people.assign(TRTA=people["TRTA"].fillna(NO_LEVEL)).groupby("TRTA")
    }
    told = [at.get(dose, []) for dose in counts["TRTA"]]
    return counts.assign(
        PENDREAS=[_together(awaited_but_days(row) for row in rows) for rows in told],
        NEREASN=[_together(why_not_evaluable(row) for row in rows) for rows in told],
    )


def _together(reasons) -> str | None:
    return "; ".join(reason for reason in reasons if reason) or None


def _opened_before(view: View) -> set[str]:
    """The levels with treated subjects at the previous cut, whatever the filters show."""
    if view.previous is None:
        return set()
    everybody = view.previous.ask("dlt_by_dose")
    return set(everybody.loc[everybody["NTREATED"] > 0, "TRTA"])


def _compared(counts: DataFrame, before: DataFrame | None, opened: set[str]) -> DataFrame:
    if before is None:
        return counts.assign(BEFORE="", CHANGED="")
    earlier = before.set_index("TRTA")[["NTREATED", "NEVAL", "NDLT"]]
    rows = [
        _change(row, earlier.loc[row.TRTA] if row.TRTA in earlier.index else None, row.TRTA in opened)
        for row in counts.itertuples()
    ]
    return counts.assign(BEFORE=[b for b, _ in rows], CHANGED=[c for _, c in rows])


def _change(row, earlier, opened: bool) -> tuple[str, str]:
    if earlier is None or not opened or not present(earlier.NEVAL):
        return "", "new" if row.NTREATED else ""
    same = earlier.NDLT == row.NDLT and earlier.NEVAL == row.NEVAL and bool(earlier.NTREATED) == bool(row.NTREATED)
    return f"{earlier.NDLT:g} of {earlier.NEVAL:g} evaluable", "" if same else "changed"


def _finding(view: View, table: DataFrame) -> str:
    treated = table[table["NTREATED"] > 0]
    if treated.empty:
        return nobody(view)
    current, highest = treated.loc[treated["LASTDT"].idxmax()], treated.iloc[-1]
    several = len(treated) > 1
    parts = [_total(view, treated)] * several + [_of_level(current, "latest") if several else dlt_rate(current)]
    if highest.TRTA != current.TRTA:
        parts.append(_of_level(highest, "highest"))
    return " ".join(sentence(part) for part in [*parts, *_news(view, table)] if part)


def _total(view: View, treated: DataFrame) -> str:
    """ "6 of 29 evaluable subjects had a DLT: 1 of 6 at 160, 2 of 11 at 190 and 3 of 6 at 230 mg/m²/day"; every level with a DLT is named."""
    hit = treated[treated["NDLT"] > 0]
    if hit.empty:
        return (
            f"none of {counted(int(treated['NEVAL'].sum()), 'evaluable subject')} had a DLT"
            if treated["NEVAL"].sum()
            else ""
        )
    levels = by_level({row.TRTA: f"{row.NDLT} of {row.NEVAL}" for row in hit.itertuples()}, view.trial.dose_unit)
    return f"{hit['NDLT'].sum()} of {counted(int(treated['NEVAL'].sum()), 'evaluable subject')} had a DLT: {levels}"


def _of_level(row, which: str) -> str:
    return (
        f"at {row.TRTA}, the {which} dose given: {row.NDLT} of {row.NEVAL}, {chance(row)}"
        if row.NEVAL
        else dlt_rate(row)
    )


def _news(view: View, table: DataFrame) -> list[str]:
    news = []
    if view.previous:
        moved = [
            f"{row.TRTA} went from {row.BEFORE.removesuffix(' evaluable') or 'no subject'} to {row.NDLT} of {row.NEVAL} evaluable"
            for row in table.itertuples()
            if _more_dlts(row)
        ]
        news.append(
            f"since {day(view.previous.date)}: "
            + ("; ".join(moved) if moved else "no change in the number of subjects with a DLT")
        )
    if table["NUNJUDG"].sum():
        unjudged = int(table["NUNJUDG"].sum())
        news.append(
            f"{counted(unjudged, 'grade ≥ 3 event')} in the window {'is' if unjudged == 1 else 'are'} not judged yet"
        )
    return news


def _more_dlts(row) -> bool:
    before = int(row.BEFORE.split()[0]) if row.BEFORE else 0
    return before != row.NDLT


def _figure(view: View, table: DataFrame) -> go.Figure:
    under = [_under(view, row) for row in table.itertuples()]
    place, top = _places(under)
    fig = house.figure(
        _marks(view, table, place),
        height=130 + top,
        showlegend=False,
        xaxis=dict(title="Subjects with a DLT (% of evaluable)", range=[-7, 104], tickvals=[0, 20, 40, 60, 80, 100]),
        yaxis=dict(
            title=f"Dose level ({view.trial.dose_unit})",
            tickvals=place,
            ticktext=[_tick(row) for row in table.itertuples()],
            range=[0, top],
            showgrid=False,
            ticks="",
        ),
        margin=dict(t=36, r=16),
    )
    _target(fig, view.trial.target_rate)
    _rings(fig, table, place)
    for at, lines, treated in zip(place, under, table["NTREATED"]):
        fig.add_annotation(
            x=0,
            xanchor="left",
            y=at - 12,
            yanchor="top",
            showarrow=False,
            align="left",
            text="<br>".join(lines),
            borderpad=1,
            bgcolor=house.PAPER,
            font=dict(size=12, color=house.INK if treated else house.MUTED),
        )
    return fig


def _places(under: list[list[str]]) -> tuple[list[int], int]:
    """The height of each level's mark, in pixels from the axis, with room for its words below it; and the height of all."""
    place, height = [], 6
    for lines in under:
        height += LINE_PIXELS * len(lines) + 22
        place.append(height)
        height += 26
    return place, height


def _tick(row) -> str:
    return f"<b>{row.TRTAN:g}</b>" if present(row.TRTAN) else "no level"


def _marks(view: View, table: DataFrame, place: list[int]) -> go.Scatter:
    colours = house.dose_colours(list(table["TRTA"]), view.cut.dose_labels)
    rate, lower, upper = (table[column] * 100 for column in ("RATE", "LOWER", "UPPER"))
    return go.Scatter(
        x=rate,
        y=place,
        mode="markers",
        name="DLT rate",
        hovertext=[_hover(row) for row in table.itertuples()],
        hoverinfo="text",
        marker=dict(
            size=16,
            symbol="square",
            color=[colours[dose] for dose in table["TRTA"]],
            line=dict(color=house.INK, width=1.5),
        ),
        error_x=dict(
            type="data",
            symmetric=False,
            array=upper - rate,
            arrayminus=rate - lower,
            color=house.INK,
            thickness=2,
            width=6,
        ),
    )


def _hover(row) -> str:
    return f"<b>{plain(row.TRTA)}</b><br>{_rate_words(row)}<br>" + "<br>".join(
        textwrap.wrap(plain(denominators(row)), 60)
    )


def _rate_words(row) -> str:
    if not row.NEVAL:
        return "0 of 0 evaluable: no rate"
    return f"{row.NDLT} of {row.NEVAL} evaluable, {chance(row)}"


def _under(view: View, row) -> list[str]:
    if not row.NTREATED:
        return ["no subject treated"]
    lines = [f"<b>{_rate_words(row)}</b>", *textwrap.wrap(plain(denominators(row)), LINE_CHARACTERS)]
    if row.CHANGED == "changed":
        lines.append(f'<span style="color:{house.NEW}">was {row.BEFORE} on {day(view.previous.date)}</span>')
    return lines


def _target(fig: go.Figure, target: float | None) -> None:
    if target is None:
        return
    fig.add_vline(x=target * 100, line=dict(color=house.MUTED, width=1, dash="dash"))
    fig.add_annotation(
        x=target * 100,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=f"target below {percent(target)}",
        showarrow=False,
        font=dict(size=12, color=house.MUTED),
    )


def _rings(fig: go.Figure, table: DataFrame, place: list[int]) -> None:
    ringed = [(rate * 100, at) for rate, at, changed in zip(table["RATE"], place, table["CHANGED"]) if changed]
    if ringed:
        fig.add_scatter(
            x=[x for x, _ in ringed],
            y=[y for _, y in ringed],
            mode="markers",
            hoverinfo="skip",
            marker=dict(size=26, symbol="circle-open", color=house.NEW, line=dict(width=2)),
            name="changed",
        )
