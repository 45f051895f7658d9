"""How wide and how high text is in a drawing: by the widths of Liberation Sans, which browsers draw for Arial.

The widths are a table, so that a sheet is laid out the same on every machine.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

LINE = 1.3
"""Distance of two lines as a share of the size of the letters: Plotly's."""
BOLD = 1.09
"""Bold letters are wider, by so much at most in words."""
WIDE = 1000
"""Thousandths of the size for a letter that the table lacks: wider than any that it has."""
LETTERS = {
    0: "\u00ad",
    191: "'",
    222: "ijl‘’\u2009",
    278: " !,./:;I[\\]ftÌÍÎÏìíîï\u00a0|¦",
    334: "()-`·r¡¨²³´¸¹“”{}",
    389: '•"º*ª',
    444: "⁹°",
    500: "^Jcksvxyzçýÿ↑↓λ",
    556: "#$0123456789?L_abdeghnopqu¢£¤¥§«»àáâãäåèéêëðñòóôõöùúûüþ–€θ¶±÷≥≤≠≈¯χ",
    584: "+<=>~¬×−µ",
    617: "FTZ¿ßøσ■●○",
    667: "&ABEKPSVXYÀÁÂÃÄÅÈÉÊËÝÞΔ",
    722: "CDHNRUwÇÐÑÙÚÛÜ∞",
    778: "GOQÒÓÔÕÖØ©®",
    834: "Mm¼½¾",
    889: "%æ",
    1000: "W▲▼►Æ—…→←‰",
    1015: "@",
}
WIDTHS = {letter: width / 1000 for width, letters in LETTERS.items() for letter in letters}
TAG = re.compile(r"<[^>]*>")
TOGETHER = re.compile(r" (?=%|=)|(?<=[≥≤<>=±]) ")
BREAK = re.compile(r"<br\s*/?>|\n")


@lru_cache(maxsize=20000)
def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of one line of plain text in points."""
    return size * sum(WIDTHS.get(letter, WIDE / 1000) for letter in text) * (BOLD if bold else 1)


def lines_of(text: object) -> list[str]:
    """The lines of a text of a figure, without its tags."""
    return [html.unescape(TAG.sub("", line)) for line in BREAK.split(str(text))]


def measured(text: object, size: float) -> tuple[float, float]:
    """Width and height of a text of a figure, whose lines are parted by <br>; one with bold words is measured bold."""
    widest, bold, told = 0.0, False, BREAK.split(str(text))
    for line in told:
        plain = html.unescape(TAG.sub("", line))
        widest = max(widest, width(plain, size, bold=bold or "<b>" in line))
        bold = line.rfind("<b>") > line.rfind("</b>") if "b>" in line else bold
    return widest, len(told) * size * LINE


def wrapped(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """Plain text in lines no wider than room; a word that is wider by itself is parted.

    A sign is not parted from its number, nor a number from its %: "≥ 3", "n = 7", "33 %".
    """
    lines: list[str] = []
    for paragraph in TOGETHER.sub("\u00a0", text).split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if width(longer, size, bold=bold) <= room:
                line = longer
                continue
            lines += [line] if line else []
            *full, line = _parted(word, room, size, bold)
            lines += full
        lines.append(line)
    return lines


def _parted(word: str, room: float, size: float, bold: bool) -> list[str]:
    """A word in pieces no wider than room, parted behind a sign where it has one."""
    if width(word, size, bold=bold) <= room:
        return [word]
    fit = max((n for n in range(1, len(word)) if width(word[:n], size, bold=bold) <= room), default=1)
    sign = max((place + 1 for place in range(fit) if word[place] in "/-_.,;:="), default=0)
    cut = sign if sign > fit // 2 else fit
    return [word[:cut], *_parted(word[cut:], room, size, bold)]
