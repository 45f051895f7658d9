"""Data cuts whose findings were acknowledged, for tests of what members see."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from audit import ACKNOWLEDGED, Record
from queries import Cut
from visit import recording, standing


def acknowledge_all(record: Path, cuts: Iterable[Cut], who: str = "s.first") -> None:
    """Begin a record, in which all findings of the cuts that could change a decision are acknowledged."""
    kept = Record(record)
    for cut in cuts:
        findings = list(standing.deciding(cut)["FINDING"])
        kept.write(ACKNOWLEDGED, at_once=True, who=who, cut=recording.named(cut), findings=findings)
    kept.close()
