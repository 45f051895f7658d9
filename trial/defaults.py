"""What a trial is taken to say where its own definition does not (defaults.toml), and what of it a trial takes."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

DEFAULTS_TEXT = (Path(__file__).parent / "defaults.toml").read_text(encoding="utf-8")
DEFAULTS: dict[str, Any] = tomllib.loads(DEFAULTS_TEXT)


def over(defaults: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The trial's own definition over the defaults, table by table and key by key; neither is changed."""
    return defaults | {
        name: over(defaults[name], value) if isinstance(value, dict) and isinstance(defaults.get(name), dict) else value
        for name, value in own.items()
    }


def taken(defaults: dict[str, Any], own: dict[str, Any], table: str = "") -> dict[str, Any]:
    """What a trial takes from the defaults: "dlt.window_days" → 28."""
    found: dict[str, Any] = {}
    for name, value in defaults.items():
        path = f"{table}.{name}" if table else name
        if isinstance(value, dict):
            found |= taken(value, own.get(name, {}), path)
        elif name not in own:
            found[path] = value
    return found
