"""Figures as images: drawn by the Chromium on this machine, once; the pixels are made of the drawing without it."""

from __future__ import annotations

import html
import re
import struct
import zlib
from hashlib import sha256

import plotly.graph_objects as go
from plotly.io.json import to_json_plotly

from export.browser import PAINTER
from export.legal import legal
from export.letters import unshown
from export.typeset import in_shipped_font, typeset
from queries.kept import Kept

POINTS_AN_INCH, PIXELS_A_POINT = 72, 8 / 3
"""A sheet of 960 × 540 points is 2560 × 1440 pixels, 192 an inch."""
INCHES_A_METRE = 1 / 0.0254
TAG, ATTRIBUTE = re.compile(rb'<([\w:]+)((?: [\w:-]+="[^"]*")+)'), re.compile(rb' [\w:-]+="[^"]*"')
OWN_ID = re.compile(rb'id="defs-([0-9a-f]+)"')
OWN_TRACE = re.compile(rb'(class="trace [a-z]+ trace)[0-9a-f]{6}"')
"""Where a drawing names itself and its traces, by figures that are drawn at random."""
DRAWN: Kept[bytes] = Kept(24)
"""Drawings of the last figures: SVG and PNG of a sheet are of the same one."""
SIGNATURE = 8
"""Bytes of a PNG file before its first chunk, which holds width and height."""


def render(figure: go.Figure, kind: str, says: str = "") -> bytes:
    """A figure as the bytes of a PNG (8/3 pixels a point, 192 an inch) or SVG; ImagesUnavailable without a browser.

    says: plain words that stand in the figure, which the drawing must hold: RuntimeError where it is of another one.
    """
    width, height = figure.layout.width, figure.layout.height
    drawing = _drawing(figure, f'width="{width:g}" height="{height:g}"', says)
    if kind == "svg":
        return drawing
    in_pixels = pixels if not unshown(frozenset(drawing.decode())) else _pixels_of_browser
    return _checked_png(in_pixels(drawing, figure), (round(width * PIXELS_A_POINT), round(height * PIXELS_A_POINT)))


def _drawing(figure: go.Figure, size: str, says: str) -> bytes:
    told = figure.to_dict()
    key = sha256(to_json_plotly(told, engine="orjson").encode()).hexdigest()
    options = {"format": "svg", "width": figure.layout.width, "height": figure.layout.height, "scale": 1}
    return DRAWN(key, lambda: _checked_svg(PAINTER.draw(told, options), size, says))


def pixels(drawing: bytes, figure: go.Figure) -> bytes:
    """A drawing in pixels, by its text alone: a tenth of the time that the browser takes."""
    page = f"width: {figure.layout.width}pt, height: {figure.layout.height}pt, margin: 0pt"
    source = f'#set page({page})\n#image(bytes(json(bytes(sys.inputs.told))), format: "svg", width: 100%)'
    told = in_shipped_font(drawing.decode())
    return typeset(source.encode(), told, format="png", ppi=POINTS_AN_INCH * PIXELS_A_POINT)


def _pixels_of_browser(_drawing: bytes, figure: go.Figure) -> bytes:
    """The same by the browser, which finds letters that the fonts of the project lack."""
    size = {"width": figure.layout.width, "height": figure.layout.height}
    return PAINTER.draw(figure.to_dict(), {"format": "png", "scale": PIXELS_A_POINT, **size})


def _checked_png(drawn: bytes, expected: tuple[int, int]) -> bytes:
    """The image with its resolution written in, after a look at its size."""
    length, name = struct.unpack(">I4s", drawn[SIGNATURE : SIGNATURE + 8])
    size = struct.unpack(">II", drawn[SIGNATURE + 8 : SIGNATURE + 16])
    if name != b"IHDR" or max(abs(size[0] - expected[0]), abs(size[1] - expected[1])) > 1:
        raise RuntimeError(f"The image drawn is {size}, not {expected}; try again.")
    first = SIGNATURE + 12 + length
    dots = round(POINTS_AN_INCH * PIXELS_A_POINT * INCHES_A_METRE)
    return drawn[:first] + _chunk(b"pHYs", struct.pack(">IIB", dots, dots, 1)) + drawn[first:]


def saying(drawn: bytes, kind: str, manifest: str) -> bytes:
    """The image with words that a program finds in it: an element of an SVG, a text of a PNG."""
    if not manifest:
        return drawn
    if kind == "svg":
        told = f'<metadata id="manifest">{html.escape(legal(manifest), quote=False)}</metadata>'
        end = drawn.index(b">", drawn.index(b"<svg")) + 1
        return drawn[:end] + told.encode() + drawn[end:]
    end = SIGNATURE + 12 + struct.unpack(">I", drawn[SIGNATURE : SIGNATURE + 4])[0]
    return drawn[:end] + _chunk(b"iTXt", b"Manifest\0\0\0\0\0" + legal(manifest).encode()) + drawn[end:]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


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
