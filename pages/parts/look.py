"""The dashboard's style sheet and its mark in the browser's tab, read once: the router runs anew at every click."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

HERE = Path(__file__).parent
STYLE = "<style>{}</style>".format(
    "".join((HERE / sheet).read_text(encoding="utf-8") for sheet in ("house.css", "summary.css", "print.css"))
)
# As an address that holds the picture: a file would be read and stored at every run.
MARK = f"data:image/svg+xml;base64,{b64encode((HERE / 'mark.svg').read_bytes()).decode()}"
