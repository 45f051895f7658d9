"""The slides of what changed since an earlier pack: findings, who and what changed, numbers, and other displays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from export.deck.entry import Entry
from export.deck.frame import Deck
from export.deck.listed import pieces_of, table_slides
from export.deck.tables import Grid
from export.made import Book
from export.since import COLUMNS

SINCE, MOST = "Since the previous pack", 12
"""What stands above these slides, and how many there are at most."""
AT_ONCE, NOTHING = 6, "–"
"""So many changes of a display stand before those of the next one; and what stands for no text."""
GROUPS = (
    ("Findings that changed since the previous pack", ("finding",), 0),
    ("Subjects, rows and texts that changed since the previous pack", ("row", "text", "table"), 4),
    ("Numbers that changed since the previous pack", ("number", "more"), 2),
    ("Displays of one pack alone, or made otherwise", ("display",), 1),
)
"""The title of a part, which kinds of changes it holds, and how many slides are kept for it from those before it:
findings first, who changed over all displays, then numbers."""


def since_slides(out: Deck, made: Book) -> list[Entry]:
    """What changed since the previous pack, where one was named; the line of the contents that leads there."""
    if made.since is None:
        return []
    parts = [(title, grid, kept) for title, kinds, kept in GROUPS if (grid := _grid(made, kinds)).rows]
    parts = parts or [("", Grid((), (), ()), 0)]
    titles = [made.since.sentence, *(title for title, _, _ in parts[1:])]
    needed = [len(pieces_of(title, grid, MOST).pieces) for title, (_, grid, _) in zip(titles, parts, strict=True)]
    entries, left = [], MOST
    for place, (title, (_, grid, _)) in enumerate(zip(titles, parts, strict=True)):
        later = [min(need, part[2]) for need, part in zip(needed[place + 1 :], parts[place + 1 :], strict=True)]
        most = min(needed[place], left - sum(later))
        entries.append(table_slides(out, title, grid, SINCE, most))
        left -= most
    return [replace(entry, words=SINCE) for entry in entries[:1]]


def _grid(made: Book, kinds: tuple[str, ...]) -> Grid:
    """The changes of some kinds as the rows of a table, each text whole."""
    assert made.since is not None
    rows = [row for row in made.since.table.itertuples(index=False) if row.WHAT in kinds]
    if "number" in kinds:
        head, told = ("DISPLAY", "WHAT", "BEFORE", "NOW"), [_number(row) for row in rows]
    else:
        head, told = ("DISPLAY", "BEFORE", "NOW"), [(row.DISPLAY, *_old_and_new(row)) for row in _fair(rows)]
    return Grid(tuple(COLUMNS[name] for name in head), tuple(told), (False,) * len(head))


def _fair(rows: list) -> list:
    """The first changes of every display before the other ones of any, so that one alone never fills the slides."""
    seen: Counter[str] = Counter()
    rounds = []
    for row in rows:
        rounds.append(seen[row.DISPLAY] // AT_ONCE)
        seen[row.DISPLAY] += 1
    return [row for _, row in sorted(zip(rounds, rows, strict=True), key=lambda one: one[0])]


def _number(row) -> tuple[str, ...]:
    what = ": ".join([text for text in (row.WHICH, row.COLUMN) if text] or [row.WHAT])
    return row.DISPLAY, what, row.BEFORE, row.NOW


def _old_and_new(row) -> tuple[str, str]:
    """What was and what is: of a row that is in one pack alone its name, of others what changed in it."""
    if row.WHAT == "row":
        return row.WHICH if row.BEFORE else "", row.WHICH if row.NOW else ""
    where = ": ".join(text for text in (row.WHICH, row.COLUMN) if text)
    return (f"{where}: {row.BEFORE or NOTHING}", row.NOW or NOTHING) if where else (row.BEFORE, row.NOW)
