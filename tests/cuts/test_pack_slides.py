"""The slides of a deck hold whole what they show: pictures, tables, the words of whoever made the pack."""

from __future__ import annotations

import pytest

from export.deck import bodies
from export.deck.geometry import WITHIN
from export.fitted import broken, fitted, narrower


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
