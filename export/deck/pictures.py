"""A display's figure as a picture, where PowerPoint has no chart that could show it."""

from __future__ import annotations

import plotly.graph_objects as go

from export.browser import PAINTER
from export.deck.geometry import WITHIN

PIXELS = 2560
"""Width of a picture that is as wide as a slide's body; others have as many pixels a point."""


def picture(figure: go.Figure) -> bytes:
    """The figure as PNG, at 2560 pixels the width of a slide's body, no wider; ImagesUnavailable without a browser."""
    wide, high = figure.layout.width, figure.layout.height
    options = {"format": "png", "width": wide, "height": high, "scale": PIXELS / max(wide, WITHIN)}
    return PAINTER.draw(figure.to_dict(), options)
