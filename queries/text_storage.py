"""How pandas holds the text of answers: what is quick for a few hundred rows takes much memory for many thousands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas

LARGE_BYTES = 64 * 2**20
"""A cut of some thousand subjects; that of a phase I trial has 3 to 16 MB."""


def hold_text(cuts: Iterable[Path] = ()) -> None:
    """Hold text as Python's own strings: frames of a few hundred rows are taken apart a fifth quicker than with
    Arrow's, and displays do nothing else. Where one of the cuts is large, as Arrow's, in a third of the memory.

    It is asked for once, before the first answer, of the cuts that are there then: frames of both kinds are not put
    together, so a large cut that comes later is held as the others until the server is started again.
    """
    large = any(path.is_file() and path.stat().st_size > LARGE_BYTES for path in cuts)
    pandas.set_option("mode.string_storage", "auto" if large else "python")
