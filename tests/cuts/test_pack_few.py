"""A pack of a trial with one subject, with none, and of earlier cuts: every format holds what the tables hold."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import openpyxl
import pytest
from conftest import CUT_DATES, SAMPLE
from raw import raw
from test_pack import Tables, same

import export.browser
from displays.words import brief_columns, cell
from export.book import book
from export.deck import deck
from export.made import Book, make
from export.pack import Item, Pack
from export.page import page
from export.presets import preset
from export.provenance import numbers
from export.workbook_of_pack import workbook_of_pack
from queries import View

DISPLAYS = ("alarms", "dlt_by_dose", "every_dlt", "baseline", "heart_by_subject")
PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def delivered() -> dict:
    return raw(SAMPLE / "cuts" / CUT_DATES[2].isoformat())


@pytest.mark.parametrize("subjects", [(), ("NCT00430443-101-003",)], ids=["none", "one"])
def test_every_format_is_made_of_every_display_of_a_trial_with_one_subject_or_none(
    subjects, delivered, file_of_cut, trial, monkeypatch
):
    monkeypatch.setattr(export.browser.shutil, "which", lambda name: None)
    few = {
        name: frame[frame["USUBJID"].isin(subjects)] if "USUBJID" in frame else frame
        for name, frame in delivered.items()
    }
    made = make(preset("closed"), View(file_of_cut(few, trial, CUT_DATES[2])))
    assert not made.failed
    holds(made)
    assert book(made, PREPARED).startswith(b"%PDF") and deck(made, PREPARED).startswith(b"PK")


def test_packs_of_earlier_cuts_hold_the_numbers_of_their_displays(views):
    for date in CUT_DATES[:2]:
        holds(make(Pack("Few", "closed", tuple(map(Item, DISPLAYS))), views[date.isoformat()]))


def holds(made: Book) -> None:
    """Workbook and page hold the numbers of every display, in their order."""
    sheets = openpyxl.load_workbook(io.BytesIO(workbook_of_pack(made, PREPARED))).worksheets[1:-1]
    reader = Tables()
    reader.feed(page(made, PREPARED).decode())
    for place, (part, sheet) in enumerate(zip(made.parts, sheets, strict=True)):
        expected = numbers(part.display)
        rows = list(sheet.iter_rows(min_row=6, max_col=max(len(expected.columns), 1), values_only=True))
        told = list(expected.itertuples(index=False, name=None))
        assert all(same(*pair) for row, line in zip(rows, told, strict=False) for pair in zip(row, line, strict=True))
        assert len([row for row in rows if any(value is not None for value in row)]) <= len(told) <= len(rows), (
            part.name
        )
        columns, table = brief_columns(part.display), part.display.table
        formats = part.display.formats
        assert [text.removeprefix("– ") for text in reader.cells[f"d{place}"]] == [
            cell(row[name], formats.get(name)) for _, row in table[columns].iterrows() for name in columns
        ], part.name
