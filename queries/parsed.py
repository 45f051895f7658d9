"""SQL read once: on tables of a few hundred rows DuckDB takes longer to read and plan a statement than to run it."""

from __future__ import annotations

from functools import lru_cache

import duckdb


@lru_cache(maxsize=2048)
def parsed(sql: str) -> duckdb.Statement:
    """The one statement of a text, as any connection runs it. duckdb.ParserException where it is no SQL."""
    [statement] = duckdb.extract_statements(sql)
    return statement
