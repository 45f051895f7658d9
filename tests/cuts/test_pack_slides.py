"""The slides of a deck hold whole what they show: pictures, tables, the words of whoever made the pack."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pandas import DataFrame
from pptx import Presentation

from export.deck import bodies, deck
from export.deck.geometry import BOTTOM, WITHIN
from export.deck.shapes_xml import EMU
from export.deck.since_slides import GROUPS, MOST, SINCE
from export.deck.tables import Grid, split
from export.fitted import broken, fitted, narrower
from export.since import COLUMNS, Since

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)


def drawn_on_slides(made, room: float, monkeypatch, below: str = "") -> list:
    """The figures of a display's pictures, as they are drawn for slides of so many points."""
    figures: list = []
    monkeypatch.setattr(bodies, "picture", lambda figure: figures.append(figure) or b"")
    monkeypatch.setattr(bodies, "images_available", lambda: True)
    for body in bodies.bodies(made, below, room):
        assert body.high <= room
    return figures


@pytest.mark.parametrize("room", [150, 200, 250, 320, 358])
def test_no_picture_of_a_slide_is_blank_or_cut_through_a_text(closed_books, monkeypatch, room):
    parts = {part.name: part.display for part in closed_books("2008-02-29").parts}
    made = parts["stopping_overview"]
    figures = drawn_on_slides(made, room, monkeypatch, "A sentence. " * 60)
    assert figures and not broken(tuple(figures))
    titles = [note.text for figure in figures for note in figure.layout.annotations if "<b>" in str(note.text)]
    assert len(titles) >= 4
    assert narrower(made, 436, 250) == () and broken(fitted(made, WITHIN, 150))


NOTES = {"dlt_by_dose": "Short.", "every_dlt": "Two\nlines.", "alarms": "A", "overall_survival": "B", "decision": "C"}


def test_a_note_stands_on_every_slide_of_its_display_within_the_slide_and_in_its_speaker_notes(closed_books):
    closed = closed_books("2008-02-29")
    long = "This sentence is as long as a note may be. " * 11
    parts = [
        replace(part, item=replace(part.item, note=NOTES[part.name] + (long if part.name == "alarms" else "")))
        for part in closed.parts
        if part.name in NOTES
    ]
    read = Presentation(io.BytesIO(deck(replace(closed, parts=tuple(parts)), PREPARED)))
    for part in parts:
        where = " › ".join(filter(None, (part.place.page.title, part.place.section.title, part.title)))
        own = [slide for slide in read.slides if where in [one.text_frame.text for one in slide.shapes if is_text(one)]]
        note = f"Note: {part.item.note}"
        assert own and own[0].notes_slide.notes_text_frame.text.startswith(note)
        for slide in own:
            (told,) = [one for one in slide.shapes if is_text(one) and one.text_frame.text.startswith(note)]
            drawn = [one for one in slide.shapes if one.has_table or one.has_chart or one.shape_type == 13]
            assert told.top + told.height <= (BOTTOM + 1) * EMU
            assert all(one.top + one.height <= told.top + EMU for one in drawn), part.name


def is_text(shape) -> bool:
    return shape.has_text_frame


def since_of(*changed: tuple[str, str, str, str, str]) -> Since:
    rows = [(display, what, which, "", before, now) for display, what, which, before, now in changed]
    return Since("Changed since the pack.", DataFrame(rows, columns=list(COLUMNS)))


def test_what_changed_begins_with_findings_told_whole_and_names_who_changed_in_every_display(closed_books):
    long = "A finding with many words that is told whole to its very last word. " * 9
    listed = [("Laboratory", "number", f"row {n}", "1", "2") for n in range(400)]
    listed += [("Laboratory", "row", f"Test {n}", "", "there") for n in range(400)]
    listed += [("Left out", "display", "", "in the pack", "")]
    listed += [("Deaths", "row", "102-005", "", "there"), ("Every DLT", "text", "103-003", "not recovered", "fatal")]
    listed += [(f"Display {n}", "finding", "", f"{n}. {long}", f"{n}! {long}") for n in range(6)]
    made = replace(closed_books("2008-02-29"), parts=(), since=since_of(*listed))
    slides = list(Presentation(io.BytesIO(deck(made, PREPARED))).slides)
    tables = [
        [[cell.text for cell in row.cells] for row in table_of(slide).rows] for slide in slides if table_of(slide)
    ]
    told = " ".join(text for table in tables for row in table for text in row).replace("\u00a0", " ")
    own = [slide for slide in slides if SINCE in [one.text_frame.text for one in slide.shapes if is_text(one)]]
    assert len(own) <= MOST and all(f"{n}! {long}".strip() in told for n in range(6)) and "…" not in told
    assert [own[n].shapes.title.text_frame.text for n in (0, -1)] == ["Changed since the pack.", GROUPS[-1][0]]
    assert "102-005" in told and "103-003: not recovered fatal" in told and "Left out in the pack" in told
    assert told.index("5! A") < told.index("102-005") < told.index("row 0") < told.index("Left out")


def table_of(slide):
    return next((shape.table for shape in slide.shapes if shape.has_table), None)


@pytest.mark.parametrize("name", ["serious_listing", "judged_not_dlt", "exposure_by_subject", "interest_course"])
def test_a_list_of_named_subjects_is_whole_and_says_what_is_new(closed_books, name):
    made = next(part.display for part in closed_books("2008-02-29").parts if part.name == name)
    shown = bodies.bodies(replace(made, figure=None), "", 380)
    pieces = [body.table for body in shown]
    assert sum(len(piece.grid.rows) for piece in pieces) >= len(made.table) and len(shown) <= bodies.MOST_OF_SUBJECTS
    assert shown[-1].counted == "" and all("Since previous cut" in piece.grid.head for piece in pieces)
    assert pieces[0].grid.head[0] == "Subject"


def test_the_title_of_the_last_slide_says_how_many_rows_a_long_table_shows(closed_books):
    closed = closed_books("2008-02-29")
    part = next(part for part in closed.parts if part.title == "Methods and their validation")
    slides = Presentation(io.BytesIO(deck(replace(closed, parts=(part,)), PREPARED))).slides
    titles = [slide.shapes.title.text_frame.text.replace("\u00a0", " ") for slide in slides]
    (last,) = [title for title in titles if "(4 of 4" in title]
    rows = sum(
        len(table_of(slide).rows) - 1 for slide in slides if slide.shapes.title.text_frame.text.startswith(last[:20])
    )
    assert last.endswith(f" – continued (4 of 4; {rows} of {len(part.display.table)} rows)")


def test_columns_that_compare_stay_where_others_have_no_room():
    head = ("Subject", *(f"Heading{n}" for n in range(30)), "Since previous cut", "Previous cut")
    rows = tuple((f"S{n}", *("value" * 3 for _ in range(30)), "new" * (n == 2), "") for n in range(5))
    found = split(Grid(head, rows, (False,) * len(head)), WITHIN, 300, 300, 4)
    assert found.pieces[0].grid.head[0] == "Subject" and found.pieces[0].grid.head[-1] == "Since previous cut"
    assert "Previous cut" in found.dropped and "Heading29" in found.dropped
