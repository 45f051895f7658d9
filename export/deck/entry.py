"""A line of a deck's contents."""

from __future__ import annotations

from dataclasses import dataclass

from pptx.slide import Slide


@dataclass(frozen=True)
class Entry:
    """A line of the contents: words, and the slide that it leads to."""

    words: str
    slide: Slide
    number: int
