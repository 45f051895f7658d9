"""The formats in which a display can be written: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from displays import Display
from export.comma_separated import comma_separated
from export.images import render
from export.printed import printed
from export.workbook import workbook


@dataclass(frozen=True)
class Format:
    """One format: what the reader calls it, its media type, what writes it, and whether that needs a browser."""

    label: str
    mime: str
    write: Callable[[Display], bytes]
    needs_browser: bool = False


def _image(kind: str, display: Display) -> bytes:
    return render(printed(display), kind)


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "png": Format("PNG image (300 dpi)", "image/png", partial(_image, "png"), needs_browser=True),
    "svg": Format("SVG drawing", "image/svg+xml", partial(_image, "svg"), needs_browser=True),
    "csv": Format("CSV table", "text/csv", comma_separated),
    "xlsx": Format("XLSX workbook", XLSX, workbook),
}
"""Ending of the file's name → its format, in the order in which they are offered."""


def write(display: Display, kind: str) -> bytes:
    """The display as the bytes of one file; kind is a key of FORMATS.

    Raises ValueError for another kind or a hypothetical display, ImagesUnavailable where an image needs a
    browser and there is none.
    """
    if display.hypothetical:
        raise ValueError(f"{display.title}: {display.hypothetical}. What is supposed is never written to a file.")
    if kind not in FORMATS:
        raise ValueError(f"{kind!r} is no format; the formats are {', '.join(FORMATS)}.")
    return FORMATS[kind].write(display)
