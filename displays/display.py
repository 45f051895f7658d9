"""The Display: one answer to one question of the board. It knows no screen."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

import plotly.graph_objects as go
from pandas import DataFrame

from displays.absent import absence, unread_sources
from displays.drawing import house
from queries import Question, View

HYPOTHETICAL_PIXELS = 420
"""So far apart stand the marks of a supposed figure: one at least is on the screen with any part of it."""
Audience = Literal["open", "closed"]
"""Who may see a display: everybody in an open session, or those of the closed session alone."""


@dataclass(frozen=True)
class Display:
    """A finding, the numbers it rests on, the figure made from them, and where all of it comes from.

    table: one row a mark or a line of the figure, unformatted (percentages as fractions 0 to 1,
        dates as dates); a column USUBJID makes each row lead to its subject.
    labels: column → heading with unit, for the columns shown on screen and in files, in that order; {unit} in a
        heading becomes the unit in which the trial gives its drug.
    formats: column → "percent" | "integer" | "decimal1" | "decimal2" | "amount" | "date" | "p" |
        "words" (a delivered text in capitals is written as words on screen and sheet); else by type.
    audience: open where results of all dose levels together are shown, never a subject or a dose.
    brief: the columns that screen and sheet show where the table itself is the display; the others are under Details
        and in CSV and XLSX. Empty for all.
    bars: column → the column of its share (0 to 1), which is drawn as a bar behind its words on screen.
    narrow: the column by whose values the reader may narrow the table on screen; files hold every row.
    level: the column of each row's level: rows of level 1 fold under the row of level 0 above them, and are searched.
    over: column → a second heading above it, shared with the neighbouring columns that have the same.
    sorts: column → the column by whose values it is sorted on screen, where its words would sort otherwise.
    sentences: the finding sentence by sentence; the first is what the screen sets largest.
    marks: what must be said wherever the data are named ("the data cut of 29 Feb 2008 is not yet acknowledged").
    hypothetical: what is supposed, in words; empty for the facts. Such a display is never written to a file.
    actual: the sentences of the actual data, where something is supposed: each is shown as "now → then".
    figure: None where the table itself is the display. Marks that stand for a subject carry its
        USUBJID as (first element of) customdata.
    behind: the subjects (USUBJID, worst first) behind a mark or a cell that stands for several: the key is the first
        element of the mark's customdata, or "COLUMN n" for a cell of a column in the row of index n of the table.
    """

    name: str
    title: str
    finding: str
    table: DataFrame
    labels: dict[str, str]
    figure: go.Figure | None
    population: str
    method: str
    source: str
    questions: tuple[Question, ...]
    cut: date
    previous: date | None
    filters: str
    synthetic: bool
    study: str
    audience: Audience = "closed"
    formats: dict[str, str] = field(default_factory=dict)
    collected: bool = True
    brief: tuple[str, ...] = ()
    bars: dict[str, str] = field(default_factory=dict)
    narrow: str = ""
    level: str = ""
    over: dict[str, str] = field(default_factory=dict)
    sorts: dict[str, str] = field(default_factory=dict)
    hypothetical: str = ""
    marks: str = ""
    sentences: tuple[str, ...] = ()
    actual: tuple[str, ...] = ()
    behind: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def alt(self) -> str:
        """What a screen reader says in place of the figure."""
        supposed = f"{self.hypothetical}. " if self.hypothetical else ""
        return f"{supposed}{self.title}. {self.finding} {self.population}"

    @property
    def data_line(self) -> str:
        """Which data cut this is, and which meeting it is compared with."""
        return data_line(self.cut, self.previous, self.marks)


def display(view: View, name: str, title: str, **parts) -> Display:
    """A Display with all that comes from the view filled in.

    Needs: finding (one sentence, or a list of them), table, labels, population, method, source, questions
    (names or Question objects). Optional: figure, formats, audience, collected, brief, bars, narrow, behind.
    """
    finding = parts.pop("finding")
    sentences = (finding,) if isinstance(finding, str) else tuple(filter(None, finding))
    asked = tuple(view.question(q) if isinstance(q, str) else q for q in parts.pop("questions"))
    if unread := unread_sources(view.cut, parts["source"], [question.name for question in asked]):
        sentences = (*sentences, unread)
    trial, labels = view.trial, parts.pop("labels")
    return Display(
        name=name,
        title=title,
        finding=" ".join(sentences),
        sentences=sentences,
        questions=asked,
        labels={column: text.replace("{unit}", trial.amount_unit) for column, text in labels.items()},
        cut=view.cut.date,
        previous=view.previous_date,
        filters=view.filters.words(),
        synthetic=trial.synthetic,
        study=trial.short_title or view.cut.study,
        hypothetical=_supposed(view),
        marks=marks_of(view),
        figure=_marked(parts.pop("figure", None), view.cut.hypothetical),
        **parts,
    )


def now_and_then(make: Callable[..., Display], view: View, **arguments) -> Display:
    """The display that a function makes of a view; of a hypothetical cut with the sentences of the actual one."""
    made, facts = make(view, **arguments), view.cut.facts
    if facts is None:
        return made
    actual = make(replace(view, cut=facts), **arguments)
    return replace(made, actual=actual.actual or actual.sentences)


def supposing(made: Display, words: str, actual: Display) -> Display:
    """A display in which the reader supposes something of it alone, in words, beside the display of the actual data."""
    return replace(
        made,
        hypothetical="; ".join(filter(None, [made.hypothetical, words])),
        actual=actual.actual or actual.sentences,
        figure=made.figure if made.hypothetical else _marked(made.figure, words),
    )


def _supposed(view: View) -> str:
    """What is supposed, and that filters apply to it too; empty for the facts."""
    filtered = view.cut.hypothetical and view.filters.any_set
    return view.cut.hypothetical + (
        "; where the filters apply, they leave out supposed subjects without a site, disease or age" if filtered else ""
    )


def _marked(figure: go.Figure | None, hypothetical: str) -> go.Figure | None:
    """The figure, marked as hypothetical across its whole face where something is: a picture of it stays marked."""
    if figure is not None and hypothetical:
        number = max(round((figure.layout.height or HYPOTHETICAL_PIXELS) / HYPOTHETICAL_PIXELS), 1)
        mark = dict(
            x=0.5,
            xref="paper",
            yref="paper",
            text="HYPOTHETICAL",
            textangle=-14,
            opacity=0.2,
            showarrow=False,
            font=dict(size=40, color=house.ALERT),
        )
        marks = [mark | dict(y=(place + 0.5) / number) for place in range(number)]
        figure.update_layout(paper_bgcolor="#fdf3f1", plot_bgcolor="#fdf3f1")
        # Set, not updated: an update compares every annotation with itself first, for a second where there are many.
        figure.layout.annotations = [*figure.layout.annotations, *marks]
    return figure


def blank(view: View, name: str, title: str, finding: str, **parts) -> Display:
    """A display without numbers, whose finding says why there are none. Optional: population, audience, collected."""
    return display(view, name, title, finding=finding, **(_nothing() | parts))


def _nothing() -> dict:
    """The parts of a display that shows no numbers."""
    return dict(table=DataFrame(), labels={}, population="", method="", source="", questions=(), collected=False)


def not_collected(
    view: View, name: str, title: str, what: str, *datasets: str, audience: Audience = "closed"
) -> Display:
    """The display of something that this cut does not hold, e.g. what="Echocardiograms", of the datasets named ("cv").

    Where a file of them was delivered and could not be read, it says so.
    """
    finding = f"{what}: {absence(view.cut, *datasets)}."
    return blank(view, name, title, finding, population="No records.", audience=audience)


def data_line(cut: date, previous: date | None, marks: str = "") -> str:
    """Which data these are and what they are compared with, as screen and file say it. marks: of the cuts."""
    compared = f"previous meeting {day(previous)}" if previous else "not compared with an earlier cut"
    return "; ".join(filter(None, (f"Data as of {day(cut)}", compared, marks)))


def marks_of(view: View) -> str:
    """What must be said of a view's cuts wherever they are named; mostly empty."""
    cuts = [cut for cut in (view.cut, view.previous) if cut and cut.mark]
    return "; ".join(f"the data cut of {day(cut.date)} {cut.mark}" for cut in cuts)


def day(value) -> str:
    """A date as the board reads it: 30 Nov 2007."""
    return f"{value.day} {value:%b %Y}"


def plain(text: object) -> str:
    """Delivered text made safe for a figure: Plotly reads a few HTML tags in text."""
    return html.escape(str(text), quote=False)
