"""What pictures cost: `python -m tests.picture_cost` draws the sheets of ten displays and prints the seconds of each.

The first is drawn where no browser runs, the second where one has just been begun, as it is when a Download menu is
opened; each beside what is asked.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import monotonic, sleep

sys.path.insert(0, str(Path(__file__).parent))

from kept_cuts import room

from export import PAINTER
from export.images import render
from export.pack import PLACES
from export.sheets import sheets
from ingest.sample import ensure_sample
from queries import View, list_cuts, open_cut

NAMES = (
    "dlt_by_dose",
    "lvef_over_time",
    "ae_heat_map",
    "swimmer",
    "overall_survival",
    "every_dlt",
    "heart_by_subject",
    "concentration_curves",
    "any_test",
    "serious_listing",
)
ASKED = {"no browser runs": 4.0, "the menu has been opened": 2.0, "later": 0.7}
READING_SECONDS = 2.0
"""So long a reader looks at the menu before choosing from it."""


def main() -> int:
    """Print the seconds of the first sheet of each display as PNG; 1 where one takes longer than is asked."""
    newest, before = [open_cut(path) for _, path in list_cuts(ensure_sample(room()))][::-1][:2]
    displays = [_made(name, View(newest, before)) for name in NAMES]
    slow = 0
    for when in ("no browser runs", "the menu has been opened"):
        PAINTER.end()
        if when != "no browser runs":
            PAINTER.warm_up()
            sleep(READING_SECONDS)
        for place, made in enumerate(displays):
            begun = monotonic()
            render(sheets(made)[0], "png")
            seconds, asked = monotonic() - begun, when if place == 0 else "later"
            slow += seconds > ASKED[asked]
            print(f"{made.name:24} {seconds:5.2f} s  ({asked}: at most {ASKED[asked]} s)")
    PAINTER.end()
    return int(slow > 0)


def _made(name: str, view: View):
    entry = PLACES[name].entry
    chosen = {}
    for choice in entry.choices:
        if options := tuple(choice.of(view, **(choice.earlier(chosen) or {}))):
            chosen[choice.argument] = choice.first(options)
    return entry.function(view, **chosen)


if __name__ == "__main__":
    sys.exit(main())
