"""The few HTML tags that Plotly reads in a figure's texts, as pieces of text with their look."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, replace

from displays.drawing.narrow import SOFT
from export.deck.text import LEADING, SURE, width

TAG = re.compile(r"(<[^<>]*>)")
COLOUR = re.compile(r"color:\s*(#[0-9a-fA-F]{6})")


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


def lines_for(text: str, size: float, room: float) -> list[list[Piece]]:
    """The lines of a figure's text for so many points: those that end for a phone alone are joined, and broken anew."""
    return [new for line in pieces(text.replace(SOFT, " ")) for new in _broken(line, size, room)]


def _broken(line: list[Piece], size: float, room: float) -> list[list[Piece]]:
    """A line as several that are no wider than the room, broken between words."""
    found: list[list[Piece]] = [[]]
    used = 0.0
    for piece in line:
        for number, word in enumerate(piece.text.split(" ")):
            told = f" {word}" if number else word
            wide = width(told, size, bold=piece.bold)
            if number and used and used + wide > room * SURE:
                found.append([])
                used, told, wide = 0.0, word, width(word, size, bold=piece.bold)
            found[-1].append(replace(piece, text=told))
            used += wide
    return [_whole(words) for words in found]


def _whole(words: list[Piece]) -> list[Piece]:
    """Words beside each other of one look as one piece."""
    found: list[Piece] = []
    for word in words:
        if found and (found[-1].bold, found[-1].colour) == (word.bold, word.colour):
            found[-1] = replace(word, text=found[-1].text + word.text)
        else:
            found.append(word)
    return found


def size_of(found: list[list[Piece]], size: float) -> tuple[float, float]:
    """How wide and how high lines of pieces are, in points."""
    widths = [sum(width(piece.text, size, bold=piece.bold) for piece in line) for line in found]
    return max(widths, default=0.0), len(found) * size * LEADING
