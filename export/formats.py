"""The formats in which a display can be written: one line each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from displays import Display
from export.comma_separated import comma_separated
from export.pictures import zip_of_pictures
from export.workbook import workbook


@dataclass(frozen=True)
class Format:
    """One format: what the reader calls it, its media type, what writes it, whether that needs a browser, and what its
    file's name ends with where that is not the key of FORMATS."""

    label: str
    mime: str
    write: Callable[[Display], bytes]
    needs_browser: bool = False
    ending: str = ""


ZIP = "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {
    "png": Format("PNG sheets (ZIP)", ZIP, partial(zip_of_pictures, "png"), needs_browser=True, ending="png.zip"),
    "svg": Format("SVG sheets (ZIP)", ZIP, partial(zip_of_pictures, "svg"), needs_browser=True, ending="svg.zip"),
    "csv": Format("CSV table", "text/csv", comma_separated),
    "xlsx": Format("XLSX workbook", XLSX, workbook),
}
"""Kind, most often the ending of the file's name → its format, in the order in which they are offered."""


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
