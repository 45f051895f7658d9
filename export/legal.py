"""Letters that no file can hold, or that end what draws it: their code points stand for them, in every format alike."""

from __future__ import annotations

import re

ILLEGAL = re.compile("[^\t\n\r\u0020-\u007e\u0080-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u0080-\u009f]")
"""What no XML file can hold, and the other control characters."""


def legal(text: object) -> str:
    """The text with its code point for each letter that a file cannot hold: "[U+0007]"."""
    return ILLEGAL.sub(lambda found: f"[U+{ord(found[0]):04X}]", str(text))


def number_of_letters(text: str) -> int:
    """How many letters somebody wrote: one that a code point stands for is one."""
    return len(re.sub(r"\[U\+[0-9A-F]{4,6}\]", ".", text))
