"""Packs with odd letters, names and folders: each becomes files that hold it, or one sentence says why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from conftest import CUT_DATES

from export.book import book
from export.folder import name_of, write_pack
from export.letters import shown
from export.made import Book, make
from export.pack import Item, Pack, PackError, read_pack
from export.presets import preset
from queries import View

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)
ODD = "👩‍👩‍👧 שלום عليكم 漢字 a\x00b\x1f \ufffe <b> #panic() =1+1 " + "W" * 120


@pytest.fixture(scope="module")
def view(sample_cuts) -> View:
    return View(sample_cuts[CUT_DATES[1]], None)


def test_letters_that_no_font_has_are_their_code_points_and_others_stay():
    told = {"a": ["x\x00y", ("é ≥ µ − “”", 3, None)], "b": "\U0001f469"}
    assert shown(told) == {"a": ["x[U+0000]y", ["é ≥ µ − “”", 3, None]], "b": "[U+1F469]"}
    same = {"a": "line\nnext\ttab"}
    assert shown(same) is same


def test_odd_letters_and_an_empty_title_become_files_of_every_kind(view, tmp_path):
    for title in ("", ODD[:120]):
        made = make(Pack(title, "closed", (Item("dlt_by_dose", note=ODD),)), view)
        written = write_pack(made, ("pdf", "xlsx", "html"), tmp_path, PREPARED, ODD)
        assert len(written) == 4 and all(path.stat().st_size > 100 for path in written)
    assert book(made, PREPARED).startswith(b"%PDF")


def test_a_long_name_keeps_the_date_of_the_cut(view):
    made = make(Pack("é" * 120, "closed", (Item("dlt_by_dose"),)), view)
    assert len(name_of(made).encode()) < 240 and name_of(made).endswith(view.cut.date.isoformat())


def test_what_is_not_of_a_pack_is_not_replaced_and_nothing_is_written(view, tmp_path):
    made = make(Pack("x", "closed", (Item("dlt_by_dose"),)), view)
    own = tmp_path / f"{name_of(made)}.html" / "own.txt"
    own.parent.mkdir()
    own.write_text("kept")
    with pytest.raises(PackError, match=r"is a folder that is not of a pack; move it away, nothing was written\.$"):
        write_pack(made, ("html",), tmp_path, PREPARED)
    assert own.read_text() == "kept" and [path.name for path in tmp_path.iterdir()] == [own.parent.name]
    with pytest.raises(PackError, match=r"name a folder that can be written\.$"):
        write_pack(made, ("html",), own, PREPARED)


def test_a_pack_with_a_byte_order_mark_is_read_and_half_a_letter_is_refused():
    told = {"title": "x", "session": "closed", "items": [{"display": "deaths"}]}
    assert read_pack("\ufeff" + json.dumps(told)).title == "x"
    with pytest.raises(PackError, match="no JSON"):
        read_pack(json.dumps(told | {"title": "a\ud800"}))


def test_the_files_of_packs_of_two_subjects_have_two_names(view):
    names = {name_of(Book(preset("subject", f"NCT00430443-101-00{n}"), view, ())) for n in (3, 4)}
    assert len(names) == 2 and "101-003" in min(names)
