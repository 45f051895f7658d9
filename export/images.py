"""Figures as images, drawn by the Chromium on this machine."""

from __future__ import annotations

import io
import shutil
from threading import Lock

import kaleido
import plotly.graph_objects as go
from PIL import Image

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
DOTS_AN_INCH = 300
PIXELS_AN_INCH = 100
NOWHERE = "127.0.0.1:9"
"""A proxy that is not there: whatever the browser would ask of the network goes no further than this machine."""
_ONE_BATCH = Lock()


class ImagesUnavailable(RuntimeError):
    """There is no browser on the machine to draw with."""


def images_available() -> bool:
    """Whether this machine has a Chromium or Chrome that can draw images."""
    return any(shutil.which(name) for name in BROWSERS)


def render(figure: go.Figure, kind: str) -> bytes:
    """A figure as PNG (300 dots an inch) or SVG bytes; ImagesUnavailable without a browser."""
    if not images_available():
        raise ImagesUnavailable(
            "Images need Chromium or Chrome on this machine (Debian: apt-get install chromium). "
            "CSV and XLSX work without it."
        )
    # One batch at a time: a shared renderer used by several threads has handed out the wrong figure.
    options = {
        "format": kind,
        "width": figure.layout.width,
        "height": figure.layout.height,
        "scale": DOTS_AN_INCH / PIXELS_AN_INCH if kind == "png" else 1,
    }
    with _ONE_BATCH:
        # Called directly: through Plotly the renderer would fetch MathJax from a public server.
        drawn = kaleido.calc_fig_sync(figure.to_dict(), opts=options, kopts={"mathjax": False, "proxy_server": NOWHERE})
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
    return drawn
