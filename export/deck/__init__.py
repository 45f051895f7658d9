"""A pack as a deck of slides: the finding as title, a chart that can be edited or a table, of whom and as of when."""

from export.deck.deck import deck

__all__ = ["deck"]
