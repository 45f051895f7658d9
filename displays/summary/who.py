"""The subjects that a line of the summary names, each with a few words and what is new of it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from displays.words import MOST_LISTED, first_of, first_parts


class Who(NamedTuple):
    """A subject in a line. words: "37 %"; since: "new" or "was 47 %" against the previous cut, else ""."""

    usubjid: str
    subjid: str
    words: str = ""
    since: str = ""


def together(people: Iterable[Who]) -> list[list[Who]]:
    """Neighbours of whom the same is said, together."""
    return [list(group) for _, group in groupby(people, lambda who: (who.words, who.since))]


def named(people: Iterable[Who]) -> str:
    """ "101-003 37 % (new); 101-001 and 105-002 46 %"; of very many the first, and how many more."""
    return first_parts([_named(group) for group in together(people)])


def _named(group: list[Who]) -> str:
    first = group[0]
    since = f" ({first.since})" if first.since else ""
    return f"{first_of([who.subjid for who in group], MOST_LISTED)} {first.words}".rstrip() + since


def marked(people: list[Who], before: list[Who] | None) -> tuple[Who, ...]:
    """The subjects beside those of the previous cut: "new", or what was said of them; None where none is compared."""
    if before is None:
        return tuple(people)
    then = {who.usubjid: who.words for who in before}
    return tuple(who._replace(since=_since(who, then)) for who in people)


def _since(who: Who, then: dict[str, str]) -> str:
    if who.usubjid not in then:
        return "new"
    return "" if then[who.usubjid] == who.words else f"was {then[who.usubjid]}"
