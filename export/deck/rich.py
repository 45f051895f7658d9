"""The few HTML tags that Plotly reads in a figure's texts, as pieces of text with their look."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from export.deck.text import LEADING, lines, width

TAG = re.compile(r"(<[^<>]*>)")
COLOUR = re.compile(r"color:\s*(#[0-9a-fA-F]{6})")
SOFT = 36
"""A line of a figure that is as long was broken there for the room that it has on screen."""


@dataclass(frozen=True)
class Piece:
    """A piece of a line. colour: "#rrggbb", empty for that of the whole text."""

    text: str
    bold: bool = False
    colour: str = ""


def pieces(text: str) -> list[list[Piece]]:
    """The lines of a figure's text, each as pieces."""
    found: list[list[Piece]] = [[]]
    bold, colours = False, [""]
    for token in TAG.split(text):
        name = token[1:-1].split(" ")[0].lower() if TAG.fullmatch(token) else None
        if name in ("br", "br/"):
            found.append([])
        elif name in ("b", "/b"):
            bold = name == "b"
        elif name == "span":
            told = COLOUR.search(token)
            colours.append(told[1] if told else colours[-1])
        elif name == "/span":
            colours = colours[:-1] or [""]
        elif name is None and token:
            found[-1].append(Piece(html.unescape(token), bold, colours[-1]))
    return found


def plain(text: str) -> str:
    """A figure's text in one line, without its tags."""
    return " ".join("".join(piece.text for piece in line) for line in pieces(text)).strip()


def rejoined(found: list[list[Piece]], size: float, room: float) -> list[list[Piece]]:
    """Lines of plain words that were broken for the screen, broken anew for so many points."""
    joined: list[list[Piece]] = []
    for line in found:
        if joined and _goes_on(joined[-1], line):
            joined[-1] = [Piece(f"{joined[-1][0].text} {line[0].text}")]
        else:
            joined.append(line)
    return [new for line in joined for new in _broken(line, size, room)]


def _goes_on(before: list[Piece], line: list[Piece]) -> bool:
    """Whether a line is the rest of the one above: both of plain words, the upper one long."""
    both = len(before) == len(line) == 1
    alike = both and not any(piece.bold or piece.colour for piece in (*before, *line))
    return alike and len(before[0].text) >= SOFT


def _broken(line: list[Piece], size: float, room: float) -> list[list[Piece]]:
    if len(line) != 1 or len(line[0].text) < SOFT:
        return [line]
    (one,) = line
    return [[Piece(text, one.bold, one.colour)] for text in lines(one.text, size, room, bold=one.bold)]


def size_of(found: list[list[Piece]], size: float) -> tuple[float, float]:
    """How wide and how high lines of pieces are, in points."""
    widths = [sum(width(piece.text, size, bold=piece.bold) for piece in line) for line in found]
    return max(widths, default=0.0), len(found) * size * LEADING
