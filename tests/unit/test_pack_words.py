"""What somebody writes into a pack is the same in every format, whatever letters it has."""

from __future__ import annotations

import json

from export.editing import change
from export.pack import LONGEST_NOTE, Item, Pack, read_pack
from export.slip import Words

ODD = "a\x00b\x07c\x1bd\ufffee\x85 🧒 é\nnext"
PLAIN = "a[U+0000]b[U+0007]c[U+001B]d[U+FFFE]e[U+0085] 🧒 é\nnext"


def test_letters_that_no_file_can_hold_are_told_by_their_code_points_from_the_first_on():
    told = {"title": ODD, "session": "closed", "items": [{"display": "deaths", "note": ODD}]}
    pack = read_pack(json.dumps(told))
    assert (pack.title, pack.items[0].note) == (PLAIN, PLAIN)
    assert change(Pack("", "closed", (Item("deaths"),)), 0, note=ODD).items[0].note == PLAIN
    longest = {"display": "deaths", "note": "\x00" * LONGEST_NOTE}
    kept = read_pack(json.dumps(told | {"title": "", "items": [longest]}))
    assert read_pack(kept.text) == kept


def test_a_sheet_holds_no_letter_that_its_drawing_could_not():
    assert Words(("bell \x07",), 0, 0).html == "bell [U+0007]"
