"""The sheets of a display as images."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import plotly.graph_objects as go

from displays import Display
from export.images import render, saying
from export.names import name_of_display
from export.sheets import sheets, title_line
from export.zipped import zipped

AT_ONCE = 2
"""Of so many sheets pixels are made at once, while the browser draws the next: that takes most of the time."""


def pictures(
    display: Display, kinds: tuple[str, ...], title: str = "", note: str = "", manifest: str = ""
) -> Iterator[tuple[str, str, bytes]]:
    """Kind ("png" or "svg"), name and bytes of each sheet, one after the other, each laid out and drawn once.

    manifest: what the file says in itself of its origin, as JSON. ImagesUnavailable where there is no browser.
    """
    drawn, says, stem = sheets(display, title, note), title_line(display), name_of_display(display)

    def images(sheet: go.Figure) -> list[bytes]:
        return [saying(render(sheet, kind, says), kind, manifest) for kind in kinds]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for number, made in enumerate(pool.map(images, drawn), 1):
            for kind, image in zip(kinds, made, strict=True):
                yield kind, f"{stem}_{number}-of-{len(drawn)}.{kind}", image


def zip_of_pictures(kind: str, display: Display) -> bytes:
    """The sheets of a display as one ZIP file."""
    return zipped((name, content) for _, name, content in pictures(display, (kind,)))
