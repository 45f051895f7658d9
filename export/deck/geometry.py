"""Where the parts of a slide are, and how large its title is."""

from __future__ import annotations

from export.deck.text import height, kept, largest, lines

WIDE, HIGH = 960, 540
"""A slide in points: 13.333 × 7.5 inches."""
EDGE, WITHIN = 36.0, 888.0
"""Points: the margin at the left, and the width between the margins."""
KICKER, TITLE, FOOTER = 16.0, 36.0, 512.0
"""Points from the top: where each begins."""
BOTTOM = FOOTER - 8
"""Where the body of a slide ends."""
TITLE_HEIGHT, FOOTER_HEIGHT = 64.0, 20.0
TITLE_SIZES = (26, 24, 22, 20, 18)


def body_top(title: str, sizes: tuple[int, ...] = TITLE_SIZES) -> float:
    """Where the body of a slide begins, under a title of one line or of several."""
    title = kept(title)
    size = title_size(title, sizes)
    return TITLE + height(title, size, WITHIN, bold=True) + 8


def title_size(title: str, sizes: tuple[int, ...]) -> int:
    """The largest size that has room; a little smaller where that saves a line, so that no word stands alone."""
    size = largest(title, sizes, WITHIN, TITLE_HEIGHT, bold=True)
    number = len(lines(title, size, WITHIN, bold=True))
    shorter = [one for one in sizes if size - 4 <= one < size and len(lines(title, one, WITHIN, bold=True)) < number]
    return shorter[0] if shorter else size
