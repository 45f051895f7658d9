"""Figures as images, drawn by the Chromium on this machine."""

from __future__ import annotations

import html
import re
import struct
import zlib

import plotly.graph_objects as go

from export.browser import PAINTER

POINTS_AN_INCH, PIXELS_A_POINT = 72, 8 / 3
"""A sheet of 960 × 540 points is 2560 × 1440 pixels, 192 an inch."""
INCHES_A_METRE = 1 / 0.0254
TAG, ATTRIBUTE = re.compile(rb'<([\w:]+)((?: [\w:-]+="[^"]*")+)'), re.compile(rb' [\w:-]+="[^"]*"')
OWN_ID = re.compile(rb'id="defs-([0-9a-f]+)"')
OWN_TRACE = re.compile(rb'(class="trace [a-z]+ trace)[0-9a-f]{6}"')
"""Where a drawing names itself and its traces, by figures that are drawn at random."""
SIGNATURE = 8
"""Bytes of a PNG file before its first chunk, which holds width and height."""


def render(figure: go.Figure, kind: str, says: str = "") -> bytes:
    """A figure as the bytes of a PNG (8/3 pixels a point, 192 an inch) or SVG; ImagesUnavailable without a browser.

    says: plain words that stand in the figure, which the drawing must hold: RuntimeError where it is of another one.
    """
    width, height = figure.layout.width, figure.layout.height
    scale = PIXELS_A_POINT if kind == "png" else 1
    drawn = PAINTER.draw(figure.to_dict(), {"format": kind, "width": width, "height": height, "scale": scale})
    if kind == "png":
        return _checked_png(drawn, (round(width * scale), round(height * scale)))
    return _checked_svg(drawn, f'width="{width:g}" height="{height:g}"', says)


def _checked_png(drawn: bytes, expected: tuple[int, int]) -> bytes:
    """The image with its resolution written in, after a look at its size."""
    length, name = struct.unpack(">I4s", drawn[SIGNATURE : SIGNATURE + 8])
    size = struct.unpack(">II", drawn[SIGNATURE + 8 : SIGNATURE + 16])
    if name != b"IHDR" or max(abs(size[0] - expected[0]), abs(size[1] - expected[1])) > 1:
        raise RuntimeError(f"The image drawn is {size}, not {expected}; try again.")
    first = SIGNATURE + 12 + length
    dots = round(POINTS_AN_INCH * PIXELS_A_POINT * INCHES_A_METRE)
    told = b"pHYs" + struct.pack(">IIB", dots, dots, 1)
    return drawn[:first] + struct.pack(">I", 9) + told + struct.pack(">I", zlib.crc32(told)) + drawn[first:]


def _checked_svg(drawn: bytes, size: str, says: str) -> bytes:
    """The drawing, if it has the size and says the words."""
    words = html.unescape(re.sub("<[^>]*>", "", drawn.decode())) if says else ""
    if size.encode() not in drawn or says not in words:
        raise RuntimeError("The image returned is not of the figure requested; try again.")
    return _the_same_each_time(drawn)


def _the_same_each_time(drawn: bytes) -> bytes:
    """The drawing under a name that is the same for the same figure."""
    drawn, own = OWN_TRACE.sub(rb'\1"', drawn), OWN_ID.search(drawn)
    return in_order(drawn.replace(own[1], b"0" * len(own[1])) if own else drawn)


def in_order(drawn: bytes) -> bytes:
    """The drawing with the attributes of each element in order: what a page has drawn before changes their order."""
    return TAG.sub(lambda tag: b"<" + tag[1] + b"".join(sorted(ATTRIBUTE.findall(tag[2]))), drawn)
