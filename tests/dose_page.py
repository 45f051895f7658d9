"""The displays of the Dose page, as the catalogue lists them."""

from __future__ import annotations

from displays.catalogue import ESCALATION


def displays_of(*packages: str) -> tuple:
    """The page's displays that lie in one of these packages, in the order of the page."""
    return tuple(entry.function for entry in ESCALATION.displays if entry.function.__module__.startswith(packages))
