"""The version of a cut's tables; a cut of another version is refused when it is opened."""

SCHEMA = 10
"""Raise it whenever a staging file changes the columns of a table that is kept, or what they mean."""
