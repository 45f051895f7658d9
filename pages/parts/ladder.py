"""The dose levels of the Summary as HTML: a table whose intervals are small drawings."""

from __future__ import annotations

import html
from base64 import b64encode

from pandas import isna

from displays import Display
from displays.rule.levels import NOT_OPENED
from displays.words import cell, percent_range
from pages.parts.links import block_html, new_mark
from pages.parts.shown import on_screen
from queries.frames import rows_of

WIDTH, HEIGHT, MARK = 172, 22, 11
"""Pixels of an interval and of the mark of its estimate."""
DASHED = 'stroke="#5b6b78" stroke-dasharray="3 3"'


def ladder_html(made: Display, subjects: dict[str, str]) -> str:
    """A row a level with its DLTs, the interval drawn, severe events, hearts, remissions and its state."""
    if not made.collected:
        return block_html(made, "ladder", "", subjects)
    target = made.table["TARGET"].iloc[0]
    dashed = f", dashed: {cell(target, 'percent')}" if not isna(target) else ""
    heads = [
        "Dose" if not isna(target) else "Arm",
        "DLT of evaluable",
        f"95 % CI{dashed}",
        "Grade ≥ 3 of treated",
        "CTRCD moderate or worse of evaluable",
        "Remission of evaluable",
        "State",
    ]
    head = "".join(f'<th scope="col">{on_screen(name)}</th>' for name in heads)
    rows = "".join(_level(row) for row in rows_of(made.table))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return block_html(made, "ladder", f'{table}<p class="s-note">{on_screen(made.population)}</p>', subjects)


def _level(row) -> str:
    swatch = f'<i style="background:{row.COLOUR}"></i>' if isinstance(row.COLOUR, str) else ""
    name = f'<th scope="row">{swatch}{on_screen(row.SHORT)}</th>'
    if row.CODE == NOT_OPENED and not row.NTREATED:
        return f'<tr class="s-mute">{name}<td colspan="6">{NOT_OPENED}</td></tr>'
    dlts = f"<b>{_of(row.NDLT, row.NEVAL)}</b>{_dlt_news(row)}"
    cells = [
        ("DLT of evaluable", dlts),
        ("95 % CI", interval_html(row)),
        ("Grade ≥ 3 of treated", _of(row.NGRADE3, row.NTREATED)),
        ("CTRCD of evaluable", _of(row.NHEART, row.NHEARTEVAL, row.NHEARTPOSS)),
        ("Remission of evaluable", _of(row.NREM, row.NRESP, row.NREMPOSS)),
        ("State", _state(row)),
    ]
    shown = "".join(f'<td data-label="{label}">{inside}</td>' for label, inside in cells)
    return f"<tr{' class=s-here' if row.CODE and _number(row.NPENDING) else ''}>{name}{shown}</tr>"


def _number(value) -> int:
    return 0 if isna(value) else int(value)


def _dlt_news(row) -> str:
    return new_mark(f"was {row.PREVIOUS}" if row.PREVIOUS else "new" * (row.SINCE == "new"))


def _of(number, out_of, possible=0) -> str:
    """ "2 of 7", with how many more are possible; a dash where it was not collected."""
    if isna(number):
        return '<span aria-hidden="true">–</span><span class="s-hidden">not collected</span>'
    more = f" <small>(+{possible} possible)</small>" if _number(possible) else ""
    return f'<span class="s-number">{number} of {out_of}</span>{more}'


def _state(row) -> str:
    pending = f"{row.NPENDING} pending" if _number(row.NPENDING) else ""
    words = "; ".join(part for part in (row.WHY, pending) if part)
    chip = f'<span class="s-chip s-{row.CODE.split(" ")[0].lower()}">{on_screen(row.STATE)}</span>' if row.CODE else ""
    return f"{chip} <small>{on_screen(words)}</small>" if words else chip


def interval_html(row) -> str:
    """The observed rate as a square on its interval, over the dashed target; words where nobody is evaluable.

    A picture with its words: Streamlit takes drawings out of HTML.
    """
    if isna(row.NEVAL):
        return _of(row.NDLT, row.NEVAL)
    if isna(row.LOWER) or not row.NEVAL:
        return "<small>none evaluable</small>"
    alt = on_screen(f"{row.NDLT} of {row.NEVAL}, 95 % CI {percent_range(row.LOWER, row.UPPER)}")
    picture = b64encode(interval_svg(row).encode()).decode()
    return f'<img src="data:image/svg+xml;base64,{picture}" width="{WIDTH}" height="{HEIGHT}" alt="{alt}">'


def interval_svg(row) -> str:
    """The drawing of an interval. row: NDLT, NEVAL, LOWER, UPPER, TARGET (fractions) and COLOUR."""
    middle, edge = HEIGHT / 2, MARK / 2

    def x(share: float) -> float:
        return round(edge + share * (WIDTH - MARK), 1)

    target = [] if isna(row.TARGET) else [_line(x(row.TARGET), x(row.TARGET), 0, HEIGHT, DASHED)]
    shapes = [
        *target,
        _line(x(row.LOWER), x(row.UPPER), middle, middle, 'stroke="#1d2a35" stroke-width="2"'),
        f'<rect x="{x(row.NDLT / row.NEVAL) - edge}" y="{middle - edge}" width="{MARK}" height="{MARK}" '
        f'fill="{html.escape(str(row.COLOUR))}" stroke="#1d2a35" stroke-width="1.3"/>',
    ]
    size = f'width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(shapes)}</svg>'


def _line(x1: float, x2: float, y1: float, y2: float, look: str) -> str:
    return f'<line x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}" {look}/>'
