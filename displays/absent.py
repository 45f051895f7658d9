"""Why there are no numbers: data that no file held, or a file that was delivered and could not be read."""

from __future__ import annotations

import re

from displays.words import listed
from queries import Cut

NOT_COLLECTED = "not collected in this cut"
DATASET_IN_WORDS = re.compile(r"\b(?:ad)?([a-z]{2})\b|\b(?:AD)?([A-Z]{2})\b")
"""A dataset as a display's source names it: CV, or adcv, the table made of it."""


def absence(cut: Cut, *datasets: str) -> str:
    """ "not collected in this cut", or, of a dataset that came, "delivered (lb.xpt), and could not be read".

    A damaged file whose name does not say what it holds may hold any of them.
    """
    if files := [file for dataset in datasets for file in cut.unread.get(dataset, ())]:
        return f"delivered ({listed(files)}), and could not be read"
    unnamed = cut.unread.get("", ())
    doubt = f", unless it is in {listed(list(unnamed))}, which could not be read" if unnamed else ""
    return NOT_COLLECTED + doubt


def unread_sources(cut: Cut, source: str) -> str:
    """Which of the datasets that a display names as its source could not be read; "" where all could."""
    if not cut.unread:
        return ""
    named = {next(filter(None, found)).lower() for found in DATASET_IN_WORDS.findall(source)}
    files = {dataset: cut.unread[dataset] for dataset in sorted(named & cut.unread.keys())}
    parts = [f"{dataset.upper()} ({listed(list(names))})" for dataset, names in files.items()]
    verb = "was" if len(parts) == 1 else "were"
    return f"{listed(parts)} {verb} delivered and could not be read: what rests on it is missing here." if parts else ""
