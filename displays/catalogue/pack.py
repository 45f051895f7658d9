"""The page Pack: its sections and their displays."""

from __future__ import annotations

from displays.pages import Page, open_section

PACK = Page(
    key="pack",
    title="Pack",
    lead="Which displays go into the meeting, in which order, and as which files?",
    answers="The meeting pack: any choice of displays in their order, each with filters of its own and a sentence "
    "under it, made into files that agree with the screen, with a manifest that the next pack is compared with; saved "
    "to and loaded from a small file. An open session lists its own displays alone, without filters",
    sections=(open_section("", ""),),
)
