"""Text of a deck: how wide it is, where its lines break, and which letters a file of PowerPoint can hold."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from export.legal import legal

SMALLEST = 14
"""Points: no text of a deck is smaller, so that it is read from the last row."""
LEADING = 1.2
"""Height of a line in sizes of its letters."""
FONT = "Arial"
"""On every machine that opens a deck, or there as Liberation Sans, whose letters are as wide."""
BOLD = 1.1
"""Bold letters that are in no list are wider by so much."""
SURE = 0.985
"""The share of a line that is filled: programs differ by a little in where they break it."""
# Widths of Arial's letters from the space on, in thousandths of their size.
WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 "
    "278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 "
    "611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833 "
    "556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584 "
)
BOLD_WIDTHS = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 "
    "333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 "
    "611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611 611 278 278 556 278 889 "
    "611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584 "
)


def _letters(widths: str) -> dict[str, float]:
    return {chr(32 + place): int(width) / 1000 for place, width in enumerate(widths.split())}


LETTERS = {False: _letters(WIDTHS), True: _letters(BOLD_WIDTHS)}
NARROW = {
    "\u00a0": 0.278,
    "·": 0.333,
    "²": 0.333,
    "°": 0.4,
    "“": 0.333,
    "”": 0.333,
    "’": 0.222,
    "•": 0.35,
    "\u200b": 0.0,
}
OTHER, WIDE = 0.6, 1.0
"""Of a letter that is in no list: Latin and its neighbours, and all beyond (…, →, Chinese, emoji)."""
SIGN = re.compile(r"(?<=\d) (?=%)|(?<=\b[pPn]) (?=[=<>])|(?<=[=<>≥≤]) (?=[\d−])")


def xml(text: object) -> str:
    """The text as it is written within XML."""
    return escape(legal(text))


def kept(text: str) -> str:
    """The text in which a number is not parted from its sign: 38 %, p = 0.685, ≥ 3."""
    return SIGN.sub("\u00a0", text)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a line is, in points."""
    return _ems(text, bold) * size


@lru_cache(maxsize=1 << 14)
def _ems(text: str, bold: bool) -> float:
    known, more = LETTERS[bold], BOLD if bold else 1.0
    return sum(known.get(letter) or more * _other(letter) for letter in text)


def _other(letter: str) -> float:
    return NARROW.get(letter) or (OTHER if letter < "\u2000" else WIDE)


def lines(text: str, size: float, room: float, *, bold: bool = False) -> list[str]:
    """The lines into which a text breaks in so many points; a word that is wider than that is broken within."""
    found, room = [], room * SURE / size
    blank = LETTERS[bold][" "]
    for paragraph in text.split("\n"):
        if not paragraph.startswith(" ") and _ems(paragraph, bold) <= room:
            found.append(paragraph)
            continue
        line, taken = "", 0.0
        for word, wide in _words(paragraph, bold):
            for piece, more in ((word, wide),) if wide <= room else _pieces(word, room, bold):
                longer = taken + blank + more if line else more
                if line and longer > room:
                    found.append(line)
                    line, taken = piece, more
                else:
                    line, taken = f"{line} {piece}" if line else piece, longer
        found.append(line)
    return found


@lru_cache(maxsize=1 << 14)
def _words(paragraph: str, bold: bool) -> tuple[tuple[str, float], ...]:
    """Each word with how wide it is in sizes of its letters."""
    return tuple((word, _ems(word, bold)) for word in paragraph.split(" "))


def _pieces(word: str, room: float, bold: bool) -> list[tuple[str, float]]:
    """A word that is wider than a line, in pieces."""
    pieces, piece = [], ""
    for letter in word:
        if piece and _ems(piece + letter, bold) > room:
            pieces.append(piece)
            piece = ""
        piece += letter
    return [(piece, _ems(piece, bold)) for piece in (*pieces, piece)]


def height(text: str, size: float, room: float, *, bold: bool = False) -> float:
    """How high a text is in so many points of width."""
    return len(lines(text, size, room, bold=bold)) * size * LEADING


def widest_word(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a column must be for none of a text's words to be broken."""
    return max((width(word, size, bold=bold) for word in text.split()), default=0.0)


def largest(text: str, sizes: tuple[int, ...], room: float, most: float, *, bold: bool = False) -> int:
    """The largest of the sizes at which a text is no higher than it may be; the smallest where none is."""
    return next((size for size in sizes if height(text, size, room, bold=bold) <= most), sizes[-1])


def sentences_that_fit(sentences: list[str], size: float, room: float, most: float) -> tuple[str, list[str]]:
    """As many sentences from the first on as are no higher than they may be, and those that are left."""
    fitting: list[str] = []
    for place, sentence in enumerate(sentences):
        if height(" ".join([*fitting, sentence]), size, room) > most:
            return " ".join(fitting), sentences[place:]
        fitting.append(sentence)
    return " ".join(fitting), []
