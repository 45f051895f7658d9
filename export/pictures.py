"""The sheets of a display as images."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from displays import Display
from export.images import render
from export.names import name_of_display
from export.sheets import sheets, title_line
from export.zipped import zipped


def pictures(
    display: Display, kinds: tuple[str, ...], title: str = "", note: str = ""
) -> Iterator[tuple[str, str, bytes]]:
    """Kind ("png" or "svg"), name and bytes of each sheet, one after the other, each laid out and drawn once.

    ImagesUnavailable where there is no browser.
    """
    drawn, says, stem = sheets(display, title, note), title_line(display), name_of_display(display)
    with ThreadPoolExecutor(1) as ahead:
        for number, sheet in enumerate(drawn, 1):
            render(sheet, "svg", says)
            for following in drawn[number : number + 1]:  # drawn by the browser while pixels are made of this one
                ahead.submit(render, following, "svg", says)
            for kind in kinds:
                yield kind, f"{stem}_{number}-of-{len(drawn)}.{kind}", render(sheet, kind, says)


def zip_of_pictures(kind: str, display: Display) -> bytes:
    """The sheets of a display as one ZIP file."""
    return zipped((name, content) for _, name, content in pictures(display, (kind,)))
