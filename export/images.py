"""Figures as images, drawn by the Chromium on this machine."""

from __future__ import annotations

import io
import re

import plotly.graph_objects as go
from PIL import Image

from export.browser import PAINTER

DOTS_AN_INCH = 300
PIXELS_AN_INCH = 100
OWN_ID = re.compile(rb'id="defs-([0-9a-f]+)"')
"""Where a drawing names itself, by figures that are drawn at random."""


def render(figure: go.Figure, kind: str) -> bytes:
    """A figure as PNG (300 dots an inch) or SVG bytes; ImagesUnavailable without a browser."""
    options = {
        "format": kind,
        "width": figure.layout.width,
        "height": figure.layout.height,
        "scale": DOTS_AN_INCH / PIXELS_AN_INCH if kind == "png" else 1,
    }
    drawn = PAINTER.draw(figure.to_dict(), options)
    return _checked_png(drawn, figure) if kind == "png" else _checked_svg(drawn, figure)


def _checked_png(drawn: bytes, figure: go.Figure) -> bytes:
    """The image with its resolution written in, after a look at its size."""
    image = Image.open(io.BytesIO(drawn))
    expected = (
        round(figure.layout.width * DOTS_AN_INCH / PIXELS_AN_INCH),
        round(figure.layout.height * DOTS_AN_INCH / PIXELS_AN_INCH),
    )
    if image.size != expected:
        raise RuntimeError(f"The image drawn is {image.size}, not {expected}; try again.")
    out = io.BytesIO()
    image.save(out, format="PNG", dpi=(DOTS_AN_INCH, DOTS_AN_INCH), optimize=False)
    return out.getvalue()


def _checked_svg(drawn: bytes, figure: go.Figure) -> bytes:
    if f'width="{figure.layout.width:g}" height="{figure.layout.height:g}"'.encode() not in drawn:
        raise RuntimeError("The image returned is not of the figure requested; try again.")
    return _the_same_each_time(drawn)


def _the_same_each_time(drawn: bytes) -> bytes:
    """The drawing under a name that is the same for the same figure."""
    own = OWN_ID.search(drawn)
    return drawn.replace(own[1], b"0" * len(own[1])) if own else drawn
