"""A meeting pack as data: which displays, in which order, of whom, and what is written under them.

It says nothing of the numbers: the same pack is made of every data cut. A reader keeps it as a small file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, get_args

from displays.catalogue import PAGES
from displays.display import Audience
from displays.pages import Entry, Page, Section
from export.legal import legal, number_of_letters
from queries import IN_ADDRESS, Filters

LONGEST_NOTE, LONGEST_TITLE, MOST_ITEMS = 500, 120, 500
UNTITLED = "Meeting pack"
"""The title of a pack to which nobody gave one."""
Chosen = Mapping[str, str | tuple[str, ...]]
"""Argument → what is chosen of it; several values where it may have several."""
KEYS = {known.key: known.name for known in IN_ADDRESS}


class PackError(ValueError):
    """Why a pack cannot be read or made, in one sentence."""


@dataclass(frozen=True)
class Place:
    """Where the catalogue has a display."""

    page: Page
    section: Section
    entry: Entry

    @property
    def address(self) -> str:
        """The page and section, as the dashboard's address names them."""
        return f"{self.page.key}?section={self.section.key}" if self.section.key else self.page.key


PLACES = {
    entry.function.__name__: Place(page, section, entry)
    for page in PAGES
    for section in page.sections
    for entry in section.displays
}
"""Name of a display → its place."""


@dataclass(frozen=True)
class Item:
    """One display of a pack.

    chosen: argument → value of what the reader chooses of it; what is not named is as it stands at first.
    subject: the subject (USUBJID) of whom it is, where it is of one. note: a sentence written under it.
    filters: key in the address → values, where it has filters of its own.
    """

    display: str
    chosen: Chosen = field(default_factory=dict)
    subject: str = ""
    note: str = ""
    filters: Mapping[str, tuple[str, ...]] | None = None

    def __post_init__(self) -> None:
        # here alone, so that every format has the same words however they came
        object.__setattr__(self, "note", legal(self.note))

    @property
    def place(self) -> Place:
        return PLACES[self.display]


@dataclass(frozen=True)
class Pack:
    """The displays of a pack in their order; filters hold for all that have none of their own."""

    title: str
    session: Audience
    items: tuple[Item, ...]
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", legal(self.title))

    def filters_of(self, item: Item) -> Filters:
        """The subjects of whom an item is."""
        chosen = dict(self.filters if item.filters is None else item.filters)
        return Filters(**{KEYS[key]: tuple(values) for key, values in chosen.items()})

    @property
    def text(self) -> str:
        """The pack as its file holds it."""
        told = {name: value for name, value in asdict(self).items() if value or name == "items"}
        told["items"] = [{name: value for name, value in item.items() if value} for item in told["items"]]
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def read_pack(text: str) -> Pack:
    """The pack that a file holds; PackError says what is wrong in it, where, and what to do."""
    try:
        told = json.loads(text.removeprefix("\ufeff"))
        json.dumps(told, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise PackError(f"The pack is no JSON ({error}); save it anew on the Pack page.") from error
    if not isinstance(told, dict):
        raise PackError("The pack is no JSON object; save it anew on the Pack page.")
    _refuse_unknown(told, Pack, "The pack")
    title, session = _text(told, "title", "The pack", LONGEST_TITLE), told.get("session")
    if session not in get_args(Audience):
        raise PackError(f"The pack's session is {session!r}; it is open or closed.")
    listed = told.get("items")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_ITEMS:
        raise PackError(f"The pack's items are a list of 1 to {MOST_ITEMS} displays; choose at least one.")
    items = tuple(_item(item, f"Item {number} of the pack") for number, item in enumerate(listed, 1))
    return checked(Pack(title, session, items, _filters(told.get("filters"), "The pack") or {}))


def checked(pack: Pack) -> Pack:
    """The pack, if its session may see all of it; PackError otherwise."""
    if pack.session == "closed":
        return pack
    if pack.filters or any(item.filters for item in pack.items):
        raise PackError("A pack of the open session has no filters, because subsets add up to single subjects.")
    closed = [item.display for item in pack.items if item.place.section.audience != "open"]
    if closed:
        raise PackError(
            f"An open session may not show {closed[0]}; leave it out, or make a pack of the closed session."
        )
    return pack


def _item(told: Any, where: str) -> Item:
    if not isinstance(told, dict):
        raise PackError(f'{where} is no display; write {{"display": "dlt_by_dose"}}.')
    _refuse_unknown(told, Item, where)
    name = told.get("display")
    if not isinstance(name, str) or name not in PLACES:
        raise PackError(f"{where} is the display {name!r}, which is not in the dashboard; take it out.")
    return Item(
        name,
        _chosen(told.get("chosen", {}), PLACES[name].entry, where),
        _text(told, "subject", where, LONGEST_TITLE),
        _text(told, "note", where, LONGEST_NOTE),
        _filters(told.get("filters"), where),
    )


def _chosen(told: Any, entry: Entry, where: str) -> Chosen:
    several = {choice.argument: choice.several for choice in entry.choices}
    if not isinstance(told, dict):
        raise PackError(f"{where}: what is chosen is an object of texts.")
    if unknown := sorted(told.keys() - several.keys()):
        known = ", ".join(sorted(several)) or "no choices"
        raise PackError(f"{where}: {unknown[0]!r} cannot be chosen; it has {known}.")
    for name, value in told.items():
        texts = value if isinstance(value, list) and several[name] else [value]
        if not all(isinstance(text, str) for text in texts):
            raise PackError(f"{where}: {name} is {'a list of texts' if several[name] else 'one text'}.")
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}


def _filters(told: Any, where: str) -> dict[str, tuple[str, ...]] | None:
    if told is None:
        return None
    if not isinstance(told, dict) or (told.keys() - KEYS.keys()):
        raise PackError(f"{where}: filters are an object with {', '.join(KEYS)}.")
    if not all(
        isinstance(values, list) and all(isinstance(value, str) for value in values) for values in told.values()
    ):
        raise PackError(f"{where}: each filter is a list of texts.")
    return {key: tuple(values) for key, values in told.items()}


def _text(told: dict, name: str, where: str, longest: int) -> str:
    value = told.get(name, "")
    if not isinstance(value, str) or number_of_letters(value) > longest:
        raise PackError(f"{where}: its {name} is a text of at most {longest} letters.")
    return value


def _refuse_unknown(told: dict, kind: type, where: str) -> None:
    known = [declared.name for declared in fields(kind)]
    if unknown := sorted(told.keys() - set(known)):
        raise PackError(f"{where} has {unknown[0]!r}, which is not known; it has {', '.join(known)}.")
