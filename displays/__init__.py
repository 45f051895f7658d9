"""One module a subject: ask, compute, draw → Display."""

from displays.display import Display, display, not_collected

__all__ = ["Display", "display", "not_collected"]
