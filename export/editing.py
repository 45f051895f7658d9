"""What a reader does to a pack: each change gives another pack, and what cannot be done leaves it as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from displays.display import Audience
from displays.pages import Choice, Entry
from export.names import plain
from export.pack import MOST_ITEMS, UNTITLED, Chosen, Item, Pack, PackError
from export.presets import in_book_order
from queries import IN_ADDRESS, Filters, View

BESIDE = {"subject", "lanes"}
"""What a display may be of, besides the view and its choices, to be in a pack."""


def empty(session: Audience) -> Pack:
    """A pack that holds nothing yet."""
    return Pack(UNTITLED, session, ())


def can_be_in_a_pack(entry: Entry) -> bool:
    """Whether a pack can say of what the display is: not where it is of a method."""
    return set(entry.arguments) <= BESIDE


def put(pack: Pack, item: Item) -> Pack:
    """The pack with one more display, where a board's book has it; PackError where the pack is full."""
    if len(pack.items) >= MOST_ITEMS:
        raise PackError(f"A pack holds at most {MOST_ITEMS} displays; take one out first.")
    places = _places()
    before = [at for at, known in enumerate(pack.items) if places[known.display] <= places[item.display]]
    at = before[-1] + 1 if before else 0
    return replace(pack, items=(*pack.items[:at], item, *pack.items[at:]))


@cache
def _places() -> dict[str, int]:
    """Display → where a board's book has it."""
    names = [entry.function.__name__ for page in in_book_order() for entry in page.displays]
    return {name: place for place, name in enumerate(names)}


def take(pack: Pack, at: int) -> Pack:
    """The pack without the display at a place."""
    return replace(pack, items=(*pack.items[:at], *pack.items[at + 1 :]))


def take_all(pack: Pack, name: str) -> Pack:
    """The pack without every item of a display."""
    return replace(pack, items=tuple(item for item in pack.items if item.display != name))


def move(pack: Pack, at: int, to: int) -> Pack:
    """The pack with the display at a place moved to another."""
    rest = [*pack.items[:at], *pack.items[at + 1 :]]
    return replace(pack, items=(*rest[:to], pack.items[at], *rest[to:]))


def change(pack: Pack, at: int, **parts) -> Pack:
    """The pack with parts of one item changed: its note or its filters."""
    items = list(pack.items)
    items[at] = replace(items[at], **parts)
    return replace(pack, items=tuple(items))


def filters_of(filters: Filters) -> dict[str, tuple[str, ...]]:
    """Filters as a pack keeps them; subjects that were selected by hand are none of them."""
    return {known.key: filters.chosen(known) for known in IN_ADDRESS if filters.chosen(known)}


def chosen_by_hand(entry: Entry, chosen: Chosen, view: View) -> dict[str, str | tuple[str, ...]]:
    """What is chosen of a display and is not what stands there at first in this view."""
    known: dict[str, str | tuple[str, ...]] = {}
    found = {}
    for choice in entry.choices:
        options = _options(choice, known, view)
        if not options:
            continue
        wanted = chosen.get(choice.argument) or choice.first(options)
        known[choice.argument] = wanted
        if wanted != choice.first(options):
            found[choice.argument] = wanted
    return found


def _options(choice: Choice, known: Mapping, view: View) -> tuple[tuple[str, str], ...]:
    earlier = choice.earlier(known)
    return () if earlier is None else choice.of(view, **earlier)


def place_of(pack: Pack, item: Item, view: View) -> int | None:
    """Where the pack has the same display of the same subjects with the same choices, whatever is written under it."""
    told = _told(pack, item, view)
    return next((at for at, known in enumerate(pack.items) if _told(pack, known, view) == told), None)


def _told(pack: Pack, item: Item, view: View) -> tuple:
    chosen = chosen_by_hand(item.place.entry, item.chosen, view) if item.chosen else {}
    return item.display, item.subject, pack.filters_of(item), tuple(sorted(chosen.items()))


def choices_in_words(item: Item, view: View) -> str:
    """ "Test: Neutrophils; Scale: by dose", or which of it this data cut does not have; "" where nothing was chosen."""
    said = []
    known: dict[str, str | tuple[str, ...]] = {}
    for choice in item.place.entry.choices:
        options = dict(_options(choice, known, view))
        wanted = item.chosen.get(choice.argument)
        if wanted:
            values = (wanted,) if isinstance(wanted, str) else wanted
            words = ", ".join(options.get(value, f"{value} (not in this data cut)") for value in values)
            said.append(f"{choice.title}: {words}")
        if options:
            known[choice.argument] = wanted or choice.first(tuple(options.items()))
    return "; ".join(said)


def file_name(pack: Pack, study: str) -> str:
    """The name of a pack's file, by trial and title."""
    return "_".join([*map(plain, (study, pack.session, pack.title or UNTITLED)), "pack.json"])
