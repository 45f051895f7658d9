"""A figure as the browser gets it."""

from __future__ import annotations

import orjson
import plotly.graph_objects as go


class Finished(go.Figure):
    """A figure that is drawn and done: it gives its specification as often as a page asks, and makes it once.

    Of a figure it keeps the specification alone: it can be shown and written as JSON, not changed.
    """

    def __init__(self, figure: go.Figure) -> None:
        # Without Plotly's own construction: a copy of every trace would be kept beside the specification.
        self._specification = orjson.loads(figure.to_json(validate=False))

    def to_dict(self) -> dict:
        """The specification in plain lists and dicts; not to be changed."""
        return self._specification
