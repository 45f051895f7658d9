"""A cut's tables have a version; whoever changes them cannot forget to raise it."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

from queries.schema import SCHEMA

DICTIONARY = Path(__file__).parents[2] / "queries" / "dictionary.toml"
TABLES = {
    4: "ff05d57c78ccbaab",
    5: "4952e1b25561cc58",
    6: "36ee443a7ba062a0",
    7: "36422b315f358ebd",
    8: "36422b315f358ebd",
    9: "36422b315f358ebd",
    10: "36422b315f358ebd",
}
"""Version → hash of its tables and columns, as the dictionary names them (another test holds it to the cuts)."""


def test_the_version_was_raised_with_the_tables():
    tables = tomllib.loads(DICTIONARY.read_text(encoding="utf-8"))
    named = sorted(f"{table}.{column}" for table, columns in tables.items() for column in columns if column != "grain")
    digest = hashlib.sha256("\n".join(named).encode()).hexdigest()[:16]
    assert TABLES.get(SCHEMA) == digest, (
        f"the columns of a cut changed: raise SCHEMA in queries/schema.py and write its hash {digest} here "
        f"(in place of the old hash while no release has had version {SCHEMA})"
    )
