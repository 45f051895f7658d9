"""The small deliveries with a known right outcome that lie beside the project, and cuts made of them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from building import kept
from kept_cuts import kept_cut
from shared import SHARED

from ingest.collect import collect
from queries import Cut, open_cut
from trial import Trial

DELIVERIES = SHARED / "cases" / "deliveries"


def delivered(name: str, trial: Trial) -> Cut:
    """The cut of one delivery on the day that its expected.txt names; the test is skipped where it is absent."""
    folder = DELIVERIES / name
    if not folder.is_dir():
        pytest.skip(f"delivery not found: {folder} (the folder 'shared' lies beside the project)")
    day = re.search(r"^Cut: (\S+)", (folder / "expected.txt").read_text(encoding="utf-8"), re.MULTILINE)
    cut = open_cut(kept_cut(collect(folder / "data"), trial, date.fromisoformat(day[1])))
    return replace(cut, answers=kept())
