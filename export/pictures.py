"""The sheets of a display as images."""

from __future__ import annotations

from collections.abc import Iterator

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
    drawn = sheets(display, title, note)
    for number, sheet in enumerate(drawn, 1):
        for kind in kinds:
            name = f"{name_of_display(display)}_{number}-of-{len(drawn)}.{kind}"
            yield kind, name, render(sheet, kind, says=title_line(display))


def zip_of_pictures(kind: str, display: Display) -> bytes:
    """The sheets of a display as one ZIP file."""
    return zipped((name, content) for _, name, content in pictures(display, (kind,)))
