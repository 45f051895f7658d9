"""Which display of a pack is which of an earlier one: of the same filters, subject and choices, or of other ones."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from export.presets import DECISION
from queries import Filters

ALL = Filters().words()
OTHERWISE = {
    "filters": "made with other filters",
    "subject": "made of another subject",
    "chosen": "made with other choices",
}
"""What of a display can differ from one pack to another, and how that is told."""


@dataclass(frozen=True)
class Pair:
    """One display as both manifests tell it; None where a pack has it not. number: which it is of several alike."""

    now: dict | None
    before: dict | None
    number: int = 1

    @property
    def told(self) -> dict:
        return self.now or self.before or {}

    @property
    def title(self) -> str:
        """Its title, with the filters that it has, and its number where the pack has several alike."""
        told = self.told
        filters = told.get("filters") or ALL
        parts = [told.get("title") or told["display"]]
        parts += [f"({filters})"] if filters != ALL else []
        parts += [f"({self.number})"] if self.number > 1 else []
        return " ".join(parts)

    @property
    def otherwise(self) -> list[tuple[str, str, str]]:
        """What it was made with otherwise, so that its numbers are not compared: (in words, before, now)."""
        if not all(told is not None and told.get("made", True) for told in (self.now, self.before)):
            return []
        assert self.now is not None and self.before is not None
        ends = [(says, _part(self.before, part), _part(self.now, part)) for part, says in OTHERWISE.items()]
        return [(says, _words(old), _words(new)) for says, old, new in ends if old != new]


def pairs(now: dict, before: dict) -> list[Pair]:
    """The displays of two manifests, what a decision on the dose rests on first, the others as they stand in the pack.

    Those that are alike in all are found first, then those with another title, then those that were made otherwise.
    """
    new, old = list(now["displays"]), list(before["displays"])
    found: list[tuple[int, Pair]] = []
    for key in (_whole, _alike, _known, _display):
        found += _matched(new, old, key)
    found += [(place, Pair(told, None)) for place, told in enumerate(new) if told is not None]
    ordered = [pair for _, pair in sorted(found, key=lambda one: one[0])]
    gone = [Pair(None, told) for told in old if told is not None]
    return _numbered(sorted([*ordered, *gone], key=lambda one: _gravity(one.told["display"])))


def _matched(new: list, old: list, key: Callable[[dict], tuple]) -> list[tuple[int, Pair]]:
    """The displays with equal keys, in their order; what is found is None in its list then."""
    found = []
    for place, told in enumerate(new):
        if told is None:
            continue
        other = next((at for at, one in enumerate(old) if one is not None and key(one) == key(told)), None)
        if other is not None:
            found.append((place, Pair(told, old[other])))
            new[place] = old[other] = None
    return found


def _numbered(found: list[Pair]) -> list[Pair]:
    """The pairs, each with its number among those with its title."""
    seen: Counter[str] = Counter()
    numbered = []
    for pair in found:
        seen[pair.title] += 1
        numbered.append(Pair(pair.now, pair.before, seen[pair.title]))
    return numbered


def _gravity(name: str) -> int:
    return DECISION.index(name) if name in DECISION else len(DECISION)


def _part(told: dict, part: str) -> str:
    """One thing that a display was made with, as text; what a display that could not be made has is not known."""
    value = told.get(part) or (ALL if part == "filters" else "")
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _words(text: str) -> str:
    """A thing that a display was made with, as the board reads it."""
    if not text.startswith("{"):
        return text or "as it stands at first"
    chosen = json.loads(text)
    values = [value if isinstance(value, list) else [value] for value in chosen.values()]
    return "; ".join(", ".join(map(str, one)) for one in values)


def _whole(told: dict) -> tuple:
    return (*_alike(told), told.get("title", ""))


def _alike(told: dict) -> tuple:
    return (told["display"], *(_part(told, part) for part in OTHERWISE))


def _known(told: dict) -> tuple:
    """A display with its subject and choices: its filters are others."""
    return told["display"], _part(told, "subject"), _part(told, "chosen")


def _display(told: dict) -> tuple:
    return (told["display"],)
