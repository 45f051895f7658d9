"""A pack names subjects and values of filters that its data cut has, and its form what the board recommended before."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pptx import Presentation

from export.book import contents
from export.deck import deck
from export.made import make
from export.pack import Item, Pack, PackError

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("items", "filters", "why"),
    [
        ((Item("subject_header", subject="nobody"),), {}, r"no subject 'nobody'; it has NCT00430443-101-001.* more\."),
        ((Item("deaths", filters={"disease": ("ALL", "CLL")}),), {}, "no disease 'CLL'; it has ALL and AML"),
        ((Item("deaths"),), {"dose": ("999 mg/m²/day",)}, "no dose level '999 mg/m²/day'; it has 130 mg/m²/day, "),
        ((Item("deaths"),), {"site": ("999",)}, "no site '999'; it has 101"),
    ],
)
def test_what_the_cut_does_not_have_is_refused_with_what_it_has(views, items, filters, why):
    with pytest.raises(PackError, match=why):
        make(Pack("", "closed", items, filters), views["2008-02-29"])
    known = Pack("", "closed", (Item("deaths"),), {"dose": ("310 mg/m²/day",), "disease": ("AML",), "site": ()})
    assert not make(known, views["2008-02-29"]).failed


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (2, 2), (9, 1)])
def test_the_form_lists_the_recommendations_that_are_kept_latest_first(closed_books, monkeypatch, number, shown):
    kept = [
        f"{n}. Continue as planned; obtain what is overdue before a further course is given to anybody"
        for n in range(number)
    ]
    monkeypatch.setattr("export.made.kept_recommendations", lambda view: kept)
    made = replace(closed_books("2008-02-29"), parts=())
    read = Presentation(io.BytesIO(deck(made, PREPARED)))
    (form,) = [one.text_frame for one in read.slides[-1].shapes if one.name.startswith("Last recommendation")]
    told = [paragraph.text for paragraph in form.paragraphs][1:]
    assert told[: max(shown, 1)] == (kept[: max(shown, 1)] or ["No past recommendation is kept beside the data cuts."])
    listed = [text for text in told if text in kept]
    assert len(listed) == number or told[-1].startswith(f"and {number - len(listed)} earlier")
    in_book = contents(made, PREPARED, "")["recommended"]
    assert in_book[: len(kept[:4]) or 1] == (kept[:4] or told)
    assert number <= 4 or in_book[-1].startswith("and 5 earlier")
