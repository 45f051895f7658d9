"""Panels above one another, in parts that each fit: none is without height, however high the words above it are."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
from plotly.subplots import make_subplots

from export.drawn import Drawn
from export.panels import LOWEST, split_panels


@pytest.mark.parametrize("room", [60, 110, 150, 400])
def test_a_panel_whose_words_are_higher_than_the_room_is_still_seen(room):
    figure = make_subplots(2, 1, vertical_spacing=0.3)
    for row in (1, 2):
        figure.add_trace(go.Scatter(x=[1, 2], y=[1, 2], mode="lines"), row, 1)
    words = "<br>".join(["Words above a panel"] * 6)
    for top in (1.0, 0.35):
        figure.add_annotation(text=words, x=0, y=top, xref="paper", yref="paper", yanchor="bottom", showarrow=False)
    figure.update_layout(width=888, height=700, margin=dict(l=40, r=10, t=120, b=40))
    for part, high in split_panels(Drawn.of(figure), 540, room):
        ends = [part.domain(name) for name in part.names("y")]
        assert min(high * (last - first) for first, last in ends) >= LOWEST - 1e-6
        assert all(0 <= first < last <= 1 for first, last in ends)
