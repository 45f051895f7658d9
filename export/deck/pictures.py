"""A display's figure as a picture, where PowerPoint has no chart that could show it."""

from __future__ import annotations

import plotly.graph_objects as go

from export.browser import PAINTER

PIXELS = 2560
"""Width of a picture."""


def picture(figure: go.Figure) -> bytes:
    """The figure as PNG, 2560 pixels wide; ImagesUnavailable without a browser."""
    wide, high = figure.layout.width, figure.layout.height
    options = {"format": "png", "width": wide, "height": high, "scale": PIXELS / wide}
    return PAINTER.draw(figure.to_dict(), options)
