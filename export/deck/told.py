"""What a slide says of a display in words: of whom and by which definition under its title, and the rest below."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from displays import Display
from export.deck.geometry import WITHIN
from export.deck.text import LEADING, SMALLEST, height, kept, lines, sentences_that_fit

LINE = SMALLEST * LEADING
PARTS = re.compile(r"(?<=[.;]) ")
"""Where a text may end for the room that it has: after a sentence, or what is listed in one."""
MOST_ABOVE = 2
"""Lines of each text under a title, where its first part does not fit into one."""
IN_NOTES, IN_APPENDIX = "More in the notes.", "More in the notes and under Definitions."
ALL = "All subjects (no filter)"


@dataclass(frozen=True)
class Told:
    """above: the lines under the title. below: the parts that may stand under the chart or table, in their order."""

    above: tuple[str, ...]
    below: tuple[str, ...]

    @property
    def high(self) -> float:
        """The points that the lines under the title take."""
        return sum(height(line, SMALLEST, WITHIN) for line in self.above) + 6

    def ending(self, words: str) -> Told:
        """The same with words at the end of the last line under the title, for which it has room."""
        return replace(self, above=(*self.above[:-1], f"{self.above[-1]} {words}"))


def told_of(made: Display, *, finding: bool = True) -> Told:
    """The words of a display. finding: whether its other sentences are among them."""
    filters = "" if made.filters == ALL else f"Filters: {made.filters}. "
    whom, more = _begun(f"{filters}Population: ", made.population or made.filters)
    definition, rest = _begun("Definition: ", made.method)
    sentences = _parts(" ".join(made.sentences[1:])) if finding else []
    below = (*sentences, *_continued("Population", more), *_continued("Definition", rest))
    return Told(_in_few_lines(whom, definition), below)


def _continued(name: str, parts: list[str]) -> list[str]:
    return [f"{name}, continued: {parts[0]}", *parts[1:]] if parts else []


def _in_few_lines(whom: str, definition: str) -> tuple[str, ...]:
    """Both texts below one another; in one paragraph where that saves a line."""
    both, apart = f"{whom} {definition}", tuple(filter(None, (whom, definition)))
    if not definition or _lines_with_ending(both) >= _lines_with_ending(definition) + 1:
        return apart
    return (both,)


def _lines_with_ending(text: str) -> int:
    return len(lines(f"{text} {IN_APPENDIX}", SMALLEST, WITHIN))


def fitting(parts: tuple[str, ...], most: float) -> tuple[str, bool]:
    """The first parts that are no higher than so many points, and whether there are others."""
    found, left = sentences_that_fit(list(parts), SMALLEST, WITHIN, most)
    return _open_ended(found), bool(left)


def _parts(text: str) -> list[str]:
    return [part for part in PARTS.split(kept(text)) if part]


def _begun(name: str, text: str) -> tuple[str, list[str]]:
    """The parts of a text that one line holds after its name, with room for where the rest is; and the rest."""
    parts, begun = _parts(text), ""
    for number in range(1, len(parts) + 1):
        line = _open_ended(f"{name}{' '.join(parts[:number])}")
        if _lines_with_ending(line) > 1:
            return (begun, parts[number - 1 :]) if begun else _first_lines(f"{name}{parts[0]}", parts)
        begun = line
    return begun, []


def _first_lines(line: str, parts: list[str]) -> tuple[str, list[str]]:
    """The first part in as many lines as it may have; one that is longer still ends with "…" and is told again."""
    whole = _open_ended(line)
    if _lines_with_ending(whole) <= MOST_ABOVE:
        return whole, parts[1:]
    words = line.split(" ")
    fewer = next(n for n in range(len(words), 0, -1) if _lines_with_ending(f"{' '.join(words[:n])} …") <= MOST_ABOVE)
    return f"{' '.join(words[:fewer])} …", parts


def _open_ended(text: str) -> str:
    """A list that goes on elsewhere ends with "…"."""
    return f"{text[:-1]} …" if text.endswith(";") else text
