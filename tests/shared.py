"""The folder of published cases beside the project, and how a test reads one file of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared"
"""Reference material that lies beside the project and is never copied into it."""


def shared_cases(name: str, method: str | None = None) -> list:
    """The cases of one file as pytest parameters, named by their ids; one skipped parameter where the file is absent.

    `method` keeps the cases of that method alone; a file that holds none of it is an error, not an empty test.
    """
    path = SHARED / "cases" / name
    if not path.is_file():
        reason = f"published cases not found: {path} (the folder 'shared' lies beside the project)"
        return [pytest.param(None, marks=pytest.mark.skip(reason=reason), id="absent")]
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    chosen = [case for case in cases if method is None or case["method"] == method]
    if not chosen:
        raise LookupError(f"{name} holds no case of method {method!r}; it has {sorted({c['method'] for c in cases})}")
    return [pytest.param(case, id=case["id"]) for case in chosen]
