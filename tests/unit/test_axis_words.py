"""Titles and labels of vertical axes have room: a title is no longer than its axis, no label lies on another one."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from export.axis_words import retitled, without_touching
from export.drawn import TEXT, Drawn
from export.frame import ROW, title_of
from export.lettering import lines_of, measured
from export.rows import NEAREST, nearest_rows


def axis(**told) -> Drawn:
    figure = go.Figure(go.Scatter(x=[0, 1], y=[0, 1]), dict(yaxis=dict(range=[0, 1]) | told, width=800, height=400))
    return Drawn.of(figure)


@pytest.mark.parametrize(("high", "lines"), [(300, 1), (110, 2), (85, 2)])
def test_a_title_that_is_longer_than_its_axis_is_parted_and_the_margin_grows(high, lines):
    drawn = axis(title="Dose level (mg/m²/day)")
    assert retitled(drawn, high) == ROW * (lines - 1)
    title = title_of(drawn, "y")
    assert len(lines_of(title)) == lines and measured(title, TEXT)[0] <= high
    assert " ".join(lines_of(title)) == "Dose level (mg/m²/day)"


def test_labels_of_a_scale_that_would_lie_on_names_are_left_out_and_names_never():
    labels = ["without a DLT<br>n = 23", "25 %", "50 %", "75 %", "with a DLT<br>n = 6"]
    drawn = axis(tickvals=[0, 0.25, 0.5, 0.75, 1], ticktext=labels)
    without_touching(drawn, 90)
    assert drawn.axis("y")["ticktext"] == [labels[0], "50 %", labels[-1]]
    assert drawn.axis("y")["tickvals"] == [0, 0.5, 1]
    roomy = axis(tickvals=[0, 0.25, 0.5, 0.75, 1], ticktext=labels)
    without_touching(roomy, 300)
    assert roomy.axis("y")["ticktext"] == labels
    near = axis(tickvals=[0, 0.01], ticktext=["One", "Two"])
    without_touching(near, 90)
    assert near.axis("y")["ticktext"] == ["One", "Two"]


def test_rows_with_names_of_two_lines_are_further_apart():
    one, two = (axis(tickvals=[0, 0.5, 1], ticktext=["A", "B", last]) for last in ("C", "C<br>D"))
    assert nearest_rows(one) == pytest.approx(2 * NEAREST) and nearest_rows(two) == pytest.approx(3 * NEAREST)
