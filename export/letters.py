"""Letters that no font of a PDF has: their code points stand for them, because PDF/UA refuses what it cannot show."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from typing import Any

import typst

from export.typeset import FAMILIES, in_shipped_font, typeset

QUOTED = ", ".join(f'"{family}"' for family in FAMILIES)
PROBE = f"""#set document(title: "Letters")
#set text(font: ({QUOTED}))
#let told = json(bytes(sys.inputs.told))
#told.text
#image(bytes(told.drawing), format: "svg", alt: "Letters")
"""
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text style="font-family: any;">{}</text></svg>'
REFUSED = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
NEVER = ("Cc", "Cn", "Co", "Cs")
"""Categories of Unicode that no font shows: control characters, unassigned, private, half of a pair."""
LATIN = 0x250
"""Letters below it are in every font that the book asks for."""


def shown(told: Any) -> Any:
    """The same texts, lists and mappings, each letter that cannot be shown as its code point: "[U+1F469]"."""
    letters: set[str] = set()
    _collect(told, letters)
    codes = {ord(letter): f"[U+{ord(letter):04X}]" for letter in unshown(frozenset(letters))}
    return _replaced(told, codes) if codes else told


@lru_cache(maxsize=1000)
def unshown(letters: frozenset[str]) -> frozenset[str]:
    """Those of the letters that the fonts of the project do not show, neither in text nor in a drawing."""
    never = {letter for letter in letters if unicodedata.category(letter) in NEVER and letter not in "\n\t\r"}
    asked, refused = {letter for letter in letters - never if ord(letter) >= LATIN}, set()
    while new := _refused(asked - refused):
        refused |= new
    return frozenset(never | refused)


def _refused(letters: set[str]) -> set[str]:
    """Those of the letters that the fonts lack, as far as one attempt tells."""
    try:
        text = " ".join(sorted(letters))
        told = {"text": text, "drawing": in_shipped_font(DRAWING.format(html.escape(text)))}
        typeset(PROBE.encode(), told, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        told = {letter for text in REFUSED.findall(str(error)) for letter in _plain(text)}
        return told & letters
    return set()


def _plain(text: str) -> str:
    """The text of a message, in which some letters are written as their code points."""
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), text)


def _collect(told: Any, letters: set[str]) -> None:
    if isinstance(told, str):
        letters.update(told)
    elif isinstance(told, dict):
        for value in told.values():
            _collect(value, letters)
    elif isinstance(told, list | tuple):
        for value in told:
            _collect(value, letters)


def _replaced(told: Any, codes: dict[int, str]) -> Any:
    if isinstance(told, str):
        return told.translate(codes)
    if isinstance(told, dict):
        return {name: _replaced(value, codes) for name, value in told.items()}
    return [_replaced(value, codes) for value in told] if isinstance(told, list | tuple) else told
