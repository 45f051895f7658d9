"""What the displays of the delivered data share: they show a whole cut, whatever the filters leave."""

from __future__ import annotations

from displays.display import Display, display
from displays.groups import everybody
from queries import View

POPULATION = "Everything delivered for this data cut; filters do not apply here."


def whole_cut(view: View, name: str, **parts) -> Display:
    """A display of everything that was delivered. Needs: title, finding, table, labels, method, questions."""
    collected = not parts["table"].empty
    return display(everybody(view), name, population=POPULATION, source="", collected=collected, **parts)
