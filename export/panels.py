"""A drawing of panels above one another, as drawings with as many rows of panels as fit."""

from __future__ import annotations

from dataclasses import dataclass

from export.drawn import TEXT, Drawn, entry_of, key_of
from export.frame import axis_height, title_of
from export.lettering import measured

LEAST, SQUEEZED, STRETCHED, ENOUGH = 80, 0.5, 1.5, 170
"""A panel is no lower than so many points or this share of its height on the screen, and no higher than that one or,
if it is low there, so many points."""
LOWEST = 40
"""Points of a panel whose words take the room: of a lower one nothing could be read."""
SAME = 1e-6
BETWEEN = 6


@dataclass(frozen=True)
class Block:
    """Panels beside one another: their vertical axes, where they lie (shares), and the room of the words above them."""

    names: tuple[str, ...]
    bottom: float
    top: float
    head: float = 0.0


def blocks_of(drawn: Drawn) -> list[Block]:
    """The rows of panels from the top down."""
    found: dict[tuple[float, float], list[str]] = {}
    for name in drawn.names("y"):
        if not drawn.axis(name).get("overlaying"):
            low, high = drawn.domain(name)
            found.setdefault((round(low, 4), round(high, 4)), []).append(name)
    return [Block(tuple(names), *ends) for ends, names in sorted(found.items(), reverse=True)]


def split_panels(drawn: Drawn, designed: float, room: float) -> list[tuple[Drawn, float]]:
    """The drawings, each with the height of its plot: of at most `room` points."""
    blocks = [_with_head(drawn, block, above) for block, above in _with_above(blocks_of(drawn))]
    least = [max(LEAST, SQUEEZED * _share(block) * designed) for block in blocks]
    least = [min(pixels, max(room - block.head, LOWEST)) for pixels, block in zip(least, blocks, strict=True)]
    groups: list[list[int]] = [[]]
    for number, block in enumerate(blocks):
        held = sum(least[n] + blocks[n].head for n in groups[-1])
        if groups[-1] and held + least[number] + block.head > room:
            groups.append([])
        groups[-1].append(number)
    groups = _even(groups, [least[n] + blocks[n].head for n in range(len(blocks))], room)
    return [_part(drawn, [blocks[n] for n in group], blocks, designed, room) for group in groups]


def _even(groups: list[list[int]], needs: list[float], room: float) -> list[list[int]]:
    """As many groups, with as many panels in each as possible."""
    number, panels = len(groups), len(needs)
    sizes = [panels // number + (place < panels % number) for place in range(number)]
    even, start = [], 0
    for size in sizes:
        even.append(list(range(start, start + size)))
        start += size
    return even if all(sum(needs[n] for n in group) <= room for group in even) else groups


def _share(block: Block) -> float:
    return block.top - block.bottom


def _with_above(blocks: list[Block]) -> list[tuple[Block, float]]:
    """Each block with the lower end of the one above it."""
    return list(zip(blocks, [float("inf"), *(block.bottom for block in blocks)], strict=False))


def _with_head(drawn: Drawn, block: Block, above: float) -> Block:
    """The block with the room of its words, and of the labels of the panels above it."""
    words = [
        (note.get("yshift") or 0) + measured(note.get("text", ""), (note.get("font") or {}).get("size") or TEXT)[1]
        for note in drawn.annotations
        if _heads(note, block, above)
    ]
    return Block(block.names, block.bottom, block.top, max(words, default=0) + BETWEEN)


def _heads(note: dict, block: Block, above: float) -> bool:
    """Whether a note stands above the panels of a block, in the room that is theirs."""
    return note.get("yref") == "paper" and block.bottom + SAME < note.get("y", 0) < min(above, block.top + 2e-3)


def _part(drawn: Drawn, group: list[Block], blocks: list[Block], designed: float, room: float) -> tuple[Drawn, float]:
    """The drawing of some blocks, and how high its plot is."""
    part = drawn.copy()
    above = dict(zip([b.names for b in blocks], [float("inf"), *(b.bottom for b in blocks)], strict=False))
    below = [0.0 if block is group[-1] else _labels_below(part, block) for block in group]
    fixed = sum(block.head for block in group) + sum(below)
    native = [_share(block) * designed for block in group]
    # words that are as high as the room leave a panel none: the drawing is then higher than its box, never blank
    free = max(room - fixed, LOWEST * len(group))
    stretch = min(free / sum(native), max(STRETCHED, ENOUGH / min(native)))
    high = [pixels * stretch for pixels in native]
    total, y = fixed + sum(high), 0.0
    for block, pixels, under in zip(group, high, below, strict=True):
        y += block.head
        ends = (1 - (y + pixels) / total, 1 - y / total)
        for note in part.annotations:
            if not note.get("_kept") and _heads(note, block, above[block.names]):
                note["y"], note["_kept"] = min(max(ends[1], 0.0), 1.0), True
        for name in block.names:
            part.axis(name)["domain"] = [max(ends[0], 0.0), min(ends[1], 1.0)]
        y += pixels + under
    return _only(part, group, blocks), total


def _labels_below(drawn: Drawn, block: Block) -> float:
    """The height of labels between two rows of panels."""
    if len(drawn.names("x")) == 1:
        return 0.0
    axes = [drawn.axis(name).get("anchor") or "x" for name in block.names]
    return max(axis_height(drawn, name) for name in axes)


def _only(part: Drawn, group: list[Block], blocks: list[Block]) -> Drawn:
    """Leave what is of the panels of a group, and what is of all."""
    kept = {name for block in group for name in block.names}
    gone = {name for block in blocks for name in block.names} - kept
    _lowest_axes(part, group, blocks)
    first = group[0].names[0]
    across = next((trace.get("xaxis", "x") for trace in part.data if trace.get("yaxis", "y") == first), "x")
    part.data = [_kept_trace(trace, gone, across, first) for trace in part.data]
    part.layout["shapes"] = [shape for shape in part.shapes if _axis_of(shape.get("yref")) not in gone]
    headed = [(block, above) for block, above in _with_above(blocks)]
    part.layout["annotations"] = [
        {key: value for key, value in note.items() if key != "_kept"}
        for note in part.annotations
        if note.get("_kept")
        or not (_axis_of(note.get("yref")) in gone or any(_heads(note, block, above) for block, above in headed))
    ]
    used = {trace.get("xaxis", "x") for trace in part.data} | {part.axis(name).get("anchor", "x") for name in kept}
    for name in gone:
        part.layout.pop(key_of(name), None)
    for name in set(part.names("x")) - used:
        part.layout.pop(key_of(name), None)
    return part


def _axis_of(ref: str | None) -> str:
    return (ref or "y").removesuffix(" domain")


def _kept_trace(trace: dict, gone: set[str], across: str, down: str) -> dict:
    """A trace of the panels shown; of another one its entry in the legend alone."""
    if trace.get("yaxis", "y") not in gone:
        return trace
    return entry_of(trace) | {"xaxis": across, "yaxis": down}


def _lowest_axes(part: Drawn, group: list[Block], blocks: list[Block]) -> None:
    """The lowest panels of a group get labels and title that the lowest of all have; every axis keeps its range."""
    spans = {name: part.span(name) for name in part.names("x")}
    lowest = [part.axis(name).get("anchor") or "x" for name in blocks[-1].names]
    shared = len(part.names("x")) == 1
    for name, span in spans.items():
        axis = part.axis(name)
        axis.pop("matches", None)
        if axis.get("range") is None and axis.get("type") != "category":
            axis["range"] = list(span)
    for place, name in enumerate(group[-1].names):
        if shared:
            part.axis("x")["anchor"] = name
            return
        own, last = part.axis(name).get("anchor") or "x", lowest[min(place, len(lowest) - 1)]
        part.axis(own)["showticklabels"] = True
        if not title_of(part, own) and title_of(part, last):
            part.axis(own)["title"] = part.axis(last)["title"]
