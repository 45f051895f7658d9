"""The displays of the Dose page and of the page of adverse events, as the catalogue lists them."""

from __future__ import annotations

from displays.catalogue import ADVERSE_EVENTS, DOSE


def displays_of(*packages: str) -> tuple:
    """Those displays that lie in one of these packages, in the order of the pages."""
    placed = (*DOSE.displays, *ADVERSE_EVENTS.displays)
    return tuple(entry.function for entry in placed if entry.function.__module__.startswith(packages))
