"""A pack as one HTML file that opens from disk: charts to explore, tables, and nothing fetched from anywhere."""

from __future__ import annotations

import html
from datetime import datetime
from pathlib import Path
from string import Template

import plotly.io
from plotly.offline import get_plotlyjs

from displays import Display
from displays.words import table_in_words
from export.made import Book, Part
from export.manifest import compact, in_brief, in_words, manifest
from export.since import COLUMNS, Since

TEMPLATE = Template(Path(__file__).with_name("page.html").read_text(encoding="utf-8"))


def page(made: Book, prepared: datetime, by: str = "") -> bytes:
    """The bytes of the HTML file; the same pack of the same time is the same bytes."""
    told = in_brief(manifest(made, prepared, by))
    cover = [
        made.data_line,
        made.session,
        f"Subjects: {made.of_whom}",
        f"Prepared {prepared:%Y-%m-%d %H:%M} UTC",
        by,
    ]
    return TEMPLATE.substitute(
        title=html.escape(made.pack.title),
        study=html.escape(made.study),
        mark='<span class="mark">Synthetic data</span>' if made.synthetic else "",
        cover=html.escape(" · ".join(filter(None, cover))),
        recommended=f"<p>The board last recommended: {html.escape(made.recommended)}</p>" if made.recommended else "",
        contents="".join(_entry(number, part) for number, part in enumerate(made.parts)),
        since=_since(made.since) if made.since is not None else "",
        parts="\n".join(_section(number, part, made.parts) for number, part in enumerate(made.parts)),
        provenance=_provenance(told),
        manifest=compact(told).replace("<", "\\u003c"),
        foot=html.escape(made.marks),
        sheet=_in_style(made.marks),
        plotly=get_plotlyjs(),
    ).encode()


def _provenance(told: dict) -> str:
    """The manifest to be read."""
    texts = [list(column) for column in zip(*in_words(told), strict=True)]
    return f"<details><summary>Provenance</summary>{_rows(['What', 'Provenance'], texts)}</details>"


def _in_style(text: str) -> str:
    """A text as a string of a style sheet."""
    return "".join(letter if letter.isalnum() or letter in " ·:;,.-()" else f"\\{ord(letter):x} " for letter in text)


def _since(since: Since) -> str:
    texts = [[str(value) for value in since.table[column]] for column in COLUMNS]
    words = f'<h2>Since the previous pack</h2><p class="finding">{html.escape(since.sentence)}</p>'
    return words + (_rows(list(COLUMNS.values()), texts) if len(since.table) else "")


def _entry(number: int, part: Part) -> str:
    return f'<li><a href="#d{number}">{html.escape(part.title)}</a></li>'


def _section(number: int, part: Part, parts: tuple[Part, ...]) -> str:
    first = number == 0 or parts[number - 1].place.page is not part.place.page
    head = f"<h2>{html.escape(part.place.page.title)}</h2>" if first else ""
    words = f'<h3>{html.escape(part.title)}</h3><p class="finding">{html.escape(part.finding)}</p>'
    more = f"<p>{html.escape(part.more)}</p>" if part.more else ""
    note = f"<p><b>Note:</b> {html.escape(part.item.note)}</p>" if part.item.note else ""
    body = _body(part.display) if part.display is not None else ""
    return f'{head}<section id="d{number}" tabindex="-1">{words}{more}{body}{note}</section>'


def _body(made: Display) -> str:
    chart, table = _chart(made), _table(made)
    if chart:
        table = f"<details><summary>Numbers</summary>{table}</details>"
    sql = "\n\n".join(question.text() for question in made.questions)
    about = [("", made.population), ("Filters: ", made.filters), ("Method: ", made.method), ("Source: ", made.source)]
    lines = "".join(f"<p>{what}{html.escape(text)}</p>" for what, text in about if text)
    asked = f"<details><summary>SQL</summary><pre>{html.escape(sql)}</pre></details>" if sql else ""
    return f'{chart}{table}<div class="about">{lines}{asked}</div>'


def _chart(made: Display) -> str:
    if made.figure is None:
        return ""
    drawn = plotly.io.to_json(made.figure, engine="orjson").replace("<", "\\u003c")
    height = made.figure.layout.height or 420
    alt = html.escape(made.alt, quote=True)
    box = f'<div class="chart" role="figure" aria-label="{alt}" style="height:{height}px"></div>'
    return f'<div class="rows" tabindex="0">{box}<script type="application/json">{drawn}</script></div>'


def _table(made: Display) -> str:
    head, texts = table_in_words(made)
    return _rows(head, texts) if head and not made.table.empty else ""


def _rows(headings: list[str], texts: list[list[str]]) -> str:
    """A table of texts, column by column."""
    head = "".join(f'<th scope="col">{html.escape(heading)}</th>' for heading in headings)
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(text)}</td>' for text in row)}</tr>" for row in zip(*texts, strict=True)
    )
    return f'<div class="rows" tabindex="0"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
