"""Rows come nearer to each other on a sheet without one thing coming to lie on another."""

from __future__ import annotations

from itertools import pairwise

import pytest

from displays.drawing import house
from displays.drawing.narrow import HARD, SOFT, lines_of, narrow
from export.boxes import Plot
from export.drawn import Drawn
from export.joined import closed_up, joined

WORDS = "15 treated; 2 pending (3 to 17 days left), 2 not evaluable (withdrawn on day 11; died on day 15)"


def rows(*places: float, top: float = 400) -> Drawn:
    """A mark a row with words below it in lines for a phone; a pixel of the plot is one of its axis."""
    words = HARD.join(["<b>2 of 11</b>", narrow(WORDS, 40)])
    below = dict(x=0, xanchor="left", yanchor="top", yshift=-12, showarrow=False, align="left")
    return Drawn.of(
        house.figure(
            dict(type="scatter", x=[1] * len(places), y=list(places), mode="markers", marker=dict(size=16)),
            xaxis=dict(range=[0, 10]),
            yaxis=dict(range=[0, top], tickvals=list(places), ticktext=[f"row {at}" for at in places]),
            annotations=[dict(text=words, y=at, **below) for at in places],
        )
    )


def test_lines_for_a_phone_are_counted_and_joined_as_far_as_the_plot_is_wide():
    assert lines_of(["a", narrow(WORDS, 40)]) == 4 and SOFT not in narrow("few words", 40)
    wide, narrower = rows(300), rows(300)
    assert joined(wide, 800) == pytest.approx(2 * 14 * 1.3) and wide.annotations[0]["text"].endswith(WORDS)
    joined(narrower, 400)
    told = narrower.annotations[0]["text"]
    assert SOFT not in told and told.replace(HARD, " ") == f"<b>2 of 11</b> {WORDS}" and told.count(HARD) == 2


def test_rows_are_closed_up_to_the_room_and_keep_what_stands_at_them_apart():
    drawn = rows(380, 250, 120)
    joined(drawn, 800)
    close, high = closed_up(drawn, 400, 210, 800)
    assert high == pytest.approx(210) and close.axis("y")["tickvals"] == close.data[0]["y"]
    plot = Plot(close, 800, high)
    notes = sorted(plot.notes(), key=lambda box: box.top)
    marks = sorted(plot.down(y, "y") for y in close.data[0]["y"])
    assert all(note.top - mark == pytest.approx(12, abs=1) for note, mark in zip(notes, marks, strict=True))
    assert all(note.bottom <= mark - 8 for note, mark in zip(notes, marks[1:], strict=False))
    assert all(above.bottom <= below.top for above, below in pairwise(notes)) and notes[-1].bottom <= high + 1


def test_rows_that_fit_and_axes_without_rows_stay_as_they_are():
    drawn = rows(380, 250, 120)
    assert closed_up(drawn, 400, 400, 800) == (drawn, 400)
    drawn.layout["yaxis"].pop("ticktext")
    assert closed_up(drawn, 400, 200, 800) == (drawn, 400)
