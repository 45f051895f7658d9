"""Names of files: of which trial, session, display and data cut they are, and whether of some subjects alone."""

from __future__ import annotations

import re
from datetime import date

from displays import Display
from queries import Filters

LONGEST_PART = 80
"""Bytes of a part of a name: file systems take 255 of all, and the date of the cut must not be cut off."""
ALL_SUBJECTS = Filters().words()


def file_name(study: str, session: str, what: str, cut: date, *, filtered: bool) -> str:
    """The name of a file without its ending."""
    parts = [study, session, what, cut.isoformat(), *(["filtered"] if filtered else [])]
    return "_".join(_short(plain(part)) for part in dict.fromkeys(parts))


def name_of_display(display: Display) -> str:
    """The name of the files of a display, without their ending."""
    filtered = display.filters != ALL_SUBJECTS
    return file_name(display.study, f"{display.audience} session", display.name, display.cut, filtered=filtered)


def plain(text: str) -> str:
    """A text as a part of a name: letters, figures, dots and hyphens."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-.") or "pack"


def _short(text: str) -> str:
    return text.encode()[:LONGEST_PART].decode(errors="ignore")
