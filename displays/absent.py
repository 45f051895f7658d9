"""Why there are no numbers: data that no file held, or a file that was delivered and could not be read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from displays.words import listed
from queries import Cut
from validation.sources import read_by, sql_files

NOT_COLLECTED = "not collected in this cut"
NAMED_SOURCE = re.compile(r"\b(?:AD)?([A-Z]{2})\b", re.IGNORECASE)
"""A dataset as a display's source names it: CV, or adcv, the table made of it."""
EVERYWHERE = "adsl"
"""Every question reads it: what rests on it alone is no source of its own."""


def absence(cut: Cut, *datasets: str) -> str:
    """ "not collected in this cut", or, of a dataset that came, "delivered (lb.xpt), and could not be read".

    A damaged file whose name does not say what it holds may hold any of them.
    """
    if files := [file for dataset in datasets for file in cut.unread.get(dataset, ())]:
        return f"delivered ({listed(files)}), and could not be read"
    unnamed = cut.unread.get("", ())
    doubt = f", unless it is in {listed(list(unnamed))}, which could not be read" if unnamed else ""
    return NOT_COLLECTED + doubt


def unread_sources(cut: Cut, source: str, questions: Iterable[str]) -> str:
    """Which datasets that a display names as its source, or that its questions read, could not be read; "" for none."""
    if not cut.unread:
        return ""
    used = {name.lower() for name in NAMED_SOURCE.findall(source)}.union(*map(datasets_read, questions))
    parts = [f"{name.upper()} ({listed(list(cut.unread[name]))})" for name in sorted(used & cut.unread.keys())]
    verb = "was" if len(parts) == 1 else "were"
    return f"{listed(parts)} {verb} delivered and could not be read: what rests on it is missing here." if parts else ""


@lru_cache
def datasets_read(question: str) -> frozenset[str]:
    """The delivered datasets that a question reads, from one table to the next."""
    known, waiting, seen = sql_files(), [question], {EVERYWHERE}
    while waiting:
        name = waiting.pop()
        if name not in seen and name in known:
            waiting += read_by(known[name])
        seen.add(name)
    return frozenset(name.removeprefix("source.") for name in seen if name.startswith("source."))
