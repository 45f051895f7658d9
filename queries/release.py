"""Which release of the dashboard this is."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


@cache
def release() -> str:
    """The newest release that the changelog names, with a + where changes have come since: "0.8.0", "0.8.0+"."""
    first, *rest = re.findall(r"^## (\S+)", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    return f"{rest[0]}+" if first == "Unreleased" else first
