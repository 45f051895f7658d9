"""A pack holds what the screen holds: every format is read back and held against the displays' tables."""

from __future__ import annotations

import fcntl
import html
import io
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

import openpyxl
import plotly.graph_objects as go
import pytest
from conftest import ROOT
from deck_checks import C, Package, problems, texts
from kept_cuts import room
from measured import faults_of_sheet, words_of
from pptx import Presentation
from read_back import wrong_in_book, wrong_in_csv, wrong_in_page, wrong_in_workbook
from read_sheets import wrong_in_drawing, wrong_in_sheets
from read_slides import charts_of, slides_of, wrong_in_slides

import export.browser
from displays.catalogue import PAGES
from displays.drawing.narrow import SOFT
from displays.titles import TITLES
from export import images_available, write
from export.__main__ import main
from export.book import book, contents, printed
from export.deck import deck
from export.deck.abbreviations import definitions, undefined
from export.deck.bodies import HALF
from export.deck.text import SMALLEST, widest_word
from export.earlier import read_manifest
from export.fitted import fitted, narrower
from export.folder import write_pack
from export.images import render
from export.made import FAILED, Book, Part, make, told_apart
from export.manifest import manifest
from export.pack import PLACES, Item, Pack, PackError, read_pack
from export.page import page
from export.presets import PRESETS, preset
from export.room import BEFORE, LOCK
from export.sheets import sheets, title_line
from export.since import SENTENCES, changes, since, words
from export.workbook_of_pack import workbook_of_pack
from ingest.sample import ensure_sample
from queries import View
from queries.hypothetical import suppose
from queries.recommendations import read_recommendations
from queries.release import release

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)


@pytest.fixture(scope="module")
def view(views) -> View:
    return views["2008-02-29"]


@pytest.fixture(scope="module")
def closed(closed_books) -> Book:
    return closed_books("2008-02-29")


@pytest.fixture(scope="module")
def small(view) -> Book:
    """A pack of one table and one chart, with delivered text that a format could take for its own."""
    pack = Pack("Small", "closed", (Item("every_dlt", note="<b>Look</b> at #this"), Item("dlt_by_dose")))
    made = make(pack, view)
    table = made.parts[0].display.table.assign(AEDECOD="=1+1 </script> #panic() *x* $y$")
    return replace(
        made, parts=(replace(made.parts[0], display=replace(made.parts[0].display, table=table)), made.parts[1])
    )


def test_every_preset_is_a_pack_that_its_file_gives_back():
    for name in PRESETS:
        made = preset(name, "NCT00430443-101-003" if name == "subject" else "")
        assert read_pack(made.text) == made and read_pack(made.text).text == made.text
    assert [item.display for item in preset("decision").items][0] == "decision"


def test_the_books_of_both_sessions_hold_every_display_that_the_session_sees():
    for session in ("open", "closed"):
        shown = [
            entry.function.__name__
            for a_page in PAGES
            for part in a_page.seen_in(session)
            for entry in part.displays
            if not entry.arguments
        ]
        assert sorted(item.display for item in preset(session).items) == sorted(shown)


def test_a_display_is_called_in_the_list_as_it_calls_itself(closed):
    assert list(TITLES) == [entry.function.__name__ for a_page in PAGES for entry in a_page.displays]
    choosing = {entry.function.__name__ for a_page in PAGES for entry in a_page.displays if entry.choices}
    other = {part.name: part.display.title for part in closed.parts if part.display.title != TITLES[part.name]}
    assert other.pop("ladder") == "Dose levels (mg/m²/day)" and other.keys() <= choosing
    assert len(set(TITLES.values())) == len(TITLES)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("[]", "no JSON object"),
        ('{"title": 3, "session": "closed", "items": [{"display": "deaths"}]}', "title is a text"),
        ('{"session": "secret", "items": [{"display": "deaths"}]}', "open or closed"),
        ('{"session": "closed", "items": []}', "choose at least one"),
        ('{"session": "closed", "items": ["deaths"]}', "Item 1 of the pack is no display"),
        ('{"session": "closed", "items": [{"display": "no_such"}]}', "'no_such', which is not in the dashboard"),
        ('{"session": "closed", "items": [{"display": ["deaths"]}]}', "which is not in the dashboard"),
        ('{"session": "closed", "items": [{"display": "deaths", "colour": "red"}]}', "'colour', which is not known"),
        ('{"session": "closed", "items": [{"display": "deaths", "chosen": {"pair": "x"}}]}', "'pair' cannot be chosen"),
        ('{"session": "closed", "items": [{"display": "ae_dots", "chosen": {"pair": ["a"]}}]}', "pair is one text"),
        (
            '{"session": "closed", "items": [{"display": "terminal_line", "chosen": {"left_out": [1]}}]}',
            "list of texts",
        ),
        ('{"session": "closed", "items": [{"display": "deaths", "filters": {"subject": ["x"]}}]}', "filters are an"),
        ('{"session": "closed", "items": [{"display": "deaths", "filters": {"site": "101"}}]}', "a list of texts"),
        ('{"session": "closed", "items": [{"display": "deaths", "note": "' + "x" * 501 + '"}]}', "at most 500 letters"),
        ('{"session": "open", "items": [{"display": "deaths"}]}', "may not show deaths"),
        ('{"session": "open", "items": [{"display": "baseline", "filters": {"site": ["101"]}}]}', "has no filters"),
        ('{"session": "open", "filters": {"dose": ["x"]}, "items": [{"display": "baseline"}]}', "has no filters"),
    ],
)
def test_a_pack_that_cannot_be_read_is_refused_in_a_sentence(text, why):
    with pytest.raises(PackError) as refused:
        read_pack(text)
    assert why in str(refused.value) and "\n" not in str(refused.value)


def test_an_open_pack_is_of_all_subjects_and_shows_no_closed_display(view, monkeypatch):
    made = make(preset("open"), view)
    assert not made.failed and all(part.display.audience == "open" for part in made.parts)
    assert {part.display.filters for part in made.parts} == {"All subjects (no filter)"}
    place = PLACES["baseline"]
    own = place.entry.function
    leaking = replace(place, entry=replace(place.entry, function=lambda seen: replace(own(seen), audience="closed")))
    monkeypatch.setitem(PLACES, "baseline", leaking)
    with pytest.raises(PackError, match="may not show baseline"):
        make(Pack("Open", "open", (Item("baseline"),)), view)


def test_filters_choices_and_subjects_of_an_item_hold_for_it_alone(view):
    items = (
        Item("deaths", filters={"site": ("101",)}),
        Item("deaths"),
        Item("subject_header", subject="NCT00430443-101-003"),
        Item("ae_dots", {"events": "serious"}),
    )
    made = make(Pack("Filters", "closed", items, {"disease": ("AML",)}), view).parts
    assert [part.display.filters for part in made[:2]] == ["site 101", "AML"]
    assert made[2].display.title == "Subject 101-003" and made[3].title.endswith("(Serious)")
    for item, why in (
        (Item("subject_header"), "name the subject"),
        (Item("deaths", subject="NCT00430443-101-003"), "not of one"),
        (Item("ae_dots", {"events": "green"}), r"'green' is none of the choices of this data cut \(Events\)"),
        (Item("checks"), "cannot be in a pack"),
    ):
        with pytest.raises(PackError, match=why):
            make(Pack("Wrong", "closed", (item,)), view)


def test_what_is_supposed_is_in_no_pack(view):
    entry = PLACES["terminal_line"].entry
    chosen = {}
    for choice in entry.choices:
        options = choice.of(view, **{name: chosen[name] for name in choice.after})
        chosen[choice.argument] = (options[0][0],) if choice.several else options[0][0]
    pack = read_pack(Pack("Supposed", "closed", (Item("terminal_line", chosen),)).text)
    with pytest.raises(PackError, match="never written to a file"):
        make(pack, view)
    with pytest.raises(PackError, match="never written to a file"):
        make(preset("decision"), View(suppose(view.cut, "190 mg/m²/day", "T"), view.previous))


def test_the_workbook_holds_the_numbers_of_every_display_and_links_to_them(closed):
    written = workbook_of_pack(closed, PREPARED)
    assert wrong_in_workbook(closed, written) == [] and not closed.failed
    read = openpyxl.load_workbook(io.BytesIO(written))
    links = [row[0].hyperlink.location for row in read["Contents"].iter_rows(min_row=5)]
    for part, link in zip(closed.parts, links, strict=True):
        assert read[link.rpartition("!")[0].strip("'").replace("''", "'")]["A1"].value == part.display.title
    assert all(c.data_type != "f" for sheet in read for row in sheet.iter_rows() for c in row)
    provenance = {row[0]: row[1] for row in read["Provenance"].iter_rows(values_only=True)}
    assert provenance["Data as of"] == "2008-02-29" and provenance["Compared with"] == "2007-11-30"


def test_the_page_holds_the_numbers_and_the_chart_of_every_display(closed):
    written = page(closed, PREPARED)
    assert wrong_in_page(closed, written) == [] and any(part.display.level for part in closed.parts)
    assert b"Synthetic data" in written
    assert b"Data as of 29 Feb 2008; previous meeting 30 Nov 2007" in written


def test_the_csv_file_of_every_display_holds_its_numbers(closed):
    assert wrong_in_csv(closed, {part.name: write(part.display, "csv") for part in closed.parts}) == []


def test_the_page_fetches_nothing_and_delivered_text_stays_text(small):
    written = page(small, PREPARED).decode()
    own = re.sub(r"<script>.*?</script>", "", written, flags=re.DOTALL)
    assert not re.findall(r'(?:src|href)="(?!#)', own) and "default-src 'none'" in own
    assert html.escape("=1+1 </script> #panic() *x* $y$") in own and "<b>Look</b>" not in own
    assert '<div class="rows" tabindex="0"><div class="chart" role="figure" aria-label="' in written
    assert '<th scope="col">' in written
    assert 'content: "L-Annamycin phase I · Synthetic data · Data as of 29 Feb 2008;' in written
    assert page(small, PREPARED).decode() == written


def test_the_book_says_of_each_display_what_it_shows_of_whom_and_by_which_definition(closed, monkeypatch):
    monkeypatch.setattr(export.browser.shutil, "which", lambda name: None)
    told = contents(closed, PREPARED, "The statistician")
    assert [part["title"] for part in told["parts"]] == [part.title for part in closed.parts]
    assert [name for part in told["parts"] if (name := part["group"])] == list(
        dict.fromkeys(part.place.page.title for part in closed.parts)
    )
    for part, made in zip(told["parts"], closed.parts, strict=True):
        assert part["finding"] == made.finding and (part["definition"] or part["elsewhere"] or not made.display.method)
        assert len(part["rows"]) == len(made.display.table) and any("Filters: All" in line for line in part["about"])
        sizes = zip(part["head"], part["widths"], strict=True)
        assert [heading for heading, wide in sizes if widest_word(heading, SMALLEST, bold=True) > wide] == []
        assert part["drawings"] == [] and (made.display.figure is None) == ("Chromium" not in " ".join(part["about"]))
    defined = {part["title"]: " ".join(part["definition"]) for part in told["parts"]}
    for part, made in zip(told["parts"], closed.parts, strict=True):
        others = " ".join(defined[title] for _, title in part["elsewhere"])
        for one in SENTENCES.split(made.display.method):
            assert one in defined[part["title"]] or one in others, part["title"]
    asked = {question.text() for part in closed.parts for question in part.display.questions}
    assert {question["text"] for question in told["questions"]} == asked
    assert ["Prepared by", "The statistician"] in [list(row) for row in told["cover"]] and told["form"]
    assert "Synthetic data" in told["foot"] and told["synthetic"]
    assert wrong_in_book(closed, printed(told, PREPARED)) == []


@pytest.mark.skipif(not images_available(), reason="no Chromium on this machine to draw the charts with")
def test_the_book_is_a_tagged_pdf_with_charts_and_the_same_of_the_same_time(small):
    told = contents(small, PREPARED, "")
    assert told["parts"][0]["drawings"] == [] and "Subjects with a DLT" in told["parts"][1]["drawings"][0]
    written = book(small, PREPARED)
    assert written.startswith(b"%PDF") and b"/MarkInfo" in written and b"/Outlines" in written
    fonts = set(re.findall(rb"/BaseFont/[A-Z]{6}\+(\w+)", written))
    assert b"LiberationSans" in fonts and fonts <= {b"LiberationSans", b"DejaVuSansMono"}  # never the machine's own
    sheets_alone = book(replace(small, whole=False), PREPARED)
    assert sheets_alone.startswith(b"%PDF") and b"/MarkInfo" in sheets_alone and len(sheets_alone) < len(written)
    assert book(small, PREPARED) == written and workbook_of_pack(small, PREPARED) == workbook_of_pack(small, PREPARED)


@pytest.fixture(scope="module")
def slides(closed) -> Package:
    """The deck of the whole closed session, made without a browser: charts that can be edited, and tables."""
    with pytest.MonkeyPatch.context() as without:
        without.setattr(export.browser.shutil, "which", lambda name: None)
        return Package(deck(replace(closed, dashboard="https://safety.example.org"), PREPARED, "The statistician"))


@pytest.fixture(scope="module")
def placed(closed, slides) -> dict[str, list[str]]:
    """The slides of each display."""
    return slides_of(closed, slides)


NATIVE = {
    "dlt_by_dose": 1,
    "remission_rate": 1,
    "remission_by_dose": 1,
    "lvef_over_time": 4,
    "overall_survival": 1,
    "ae_dots": 1,
    "dysfunction_by_dose": 1,
}
"""Displays that are charts of PowerPoint, and how many of their slide."""


def test_the_deck_is_what_powerpoint_accepts_and_is_read_again(slides, closed, small):
    assert problems(slides) == [] and wrong_in_slides(closed, slides) == []
    read = Presentation(io.BytesIO(slides.written))
    assert (read.slide_width, read.slide_height) == (12192000, 6858000)
    for number, slide in enumerate(read.slides, 1):
        kinds = [shape.placeholder_format.type for shape in slide.placeholders]
        assert slide.shapes[0] == slide.shapes.title and slide.shapes.title.text_frame.text
        assert [int(kind) for kind in kinds] == [1, 15, 13] and slide.shapes[-1].text_frame.text == str(number)
        assert closed.marks in slide.shapes[-2].text_frame.text and "Synthetic data" in closed.marks
        for shape in slide.shapes:
            drawn = shape.has_chart or shape.has_table or shape.shape_type == 13
            assert not drawn or shape._element.xpath(".//p:cNvPr")[0].get("descr"), shape.name
    known = read.core_properties
    assert (known.title, known.language) == (f"{closed.study}: Closed session", "en-GB")
    assert known.author == "The statistician" and known.created == known.modified == datetime(2008, 3, 5, 14)
    assert read.slides[len(read.slides) - 1].shapes.title.text == "Recommendation of the board"
    assert deck(small, PREPARED) == deck(small, PREPARED)


def test_each_slide_says_what_it_shows_of_whom_by_which_definition_and_where_it_is_live(slides, closed, placed):
    for part in closed.parts:
        names = placed[part.name]
        first = slides.xml[names[0]]
        assert texts(first)[0].replace("\u00a0", " ") == part.finding, part.name
        links = [to for _, to, outside in slides.relations(names[0]).values() if outside]
        section = f"&section={part.place.section.key}" if part.place.section.key else ""
        assert links == [
            f"https://safety.example.org/{part.place.page.key}?cut=2008-02-29&previous=2007-11-30{section}"
            f"#d-{part.display.name}"
        ]
        (notes,) = [to for kind, to, _ in slides.relations(names[0]).values() if kind.endswith("/notesSlide")]
        said = " ".join(texts(slides.xml[notes]))
        for told in (part.display.method, part.display.population, part.display.source, part.display.filters):
            assert " ".join(told.split()) in " ".join(said.split()), part.name
        for question in part.display.questions:
            assert question.text().splitlines()[0] in said


def test_every_slide_of_a_display_says_itself_of_whom_it_is_and_by_which_definition(slides, closed, placed):
    for part in closed.parts:
        told = (part.display.population or part.display.filters, part.display.method)
        whom, method = (re.split(r"[.;] ", text.replace("\u00a0", " "))[0][:60] for text in told)
        for name in placed[part.name]:
            above = " ".join(texts(slides.xml[name])).replace("\u00a0", " ")
            assert f"Population: {whom}" in above and (not method or f"Definition: {method}" in above), part.name
            assert closed.data_line in above


@pytest.mark.skipif(not images_available(), reason="no Chromium on this machine to draw the charts with")
def test_the_deck_of_the_dose_decision_is_fourteen_slides_with_titles_of_their_own_and_says_a_definition_once(closed):
    chosen = preset("decision")
    parts = {part.name: part for part in closed.parts}
    made = replace(closed, pack=chosen, parts=told_apart(parts[item.display] for item in chosen.items))
    read = Package(deck(made, PREPARED)).of(r"ppt/slides/slide\d+\.xml")
    said = [" ".join(texts(root)) for root in read.values()]
    assert len(said) <= 14 and len({texts(root)[0] for root in read.values()}) == len(said)
    known = read_recommendations(closed.view.cut.path.parent)["RECOMMENDATION"].iloc[0].split(";")[0]
    assert (
        sum(f"The board last recommended {known}" in re.sub(":? +", " ", text.replace("\u00a0", " ")) for text in said)
        == 2
    )
    own = parts["dlt_by_dose"].display.method.split(". ")[2]
    assert own.startswith("A fatal event") and sum(own in text.replace("\u00a0", " ") for text in said) == 1
    listed = next(text for text in said if "Prepared by" not in text and "Displays: " in text)
    assert all(words in listed for words in ("Definitions", "Abbreviations", "Recommendation of the board"))
    assert len(narrower(parts["stopping_overview"].display, HALF, 380)) == 2


def test_words_in_lines_for_a_phone_are_joined_on_a_sheet_which_one_chart_then_fills(closed):
    made = next(part.display for part in closed.parts if part.name == "dlt_by_dose")
    assert ["method and notes" in words_of(sheet) for sheet in sheets(made)][:2] == [False, True]
    (drawn,) = fitted(made, 912, 410)
    notes = [note.text for note in drawn.layout.annotations]
    assert any("evaluable, 18 % (95 % CI 2 to 52 %)</b>; 15 treated; 2 pending" in text for text in notes)
    assert not any(SOFT in text for text in notes) and SOFT in str(made.figure.layout.annotations)


def test_charts_of_the_deck_can_be_edited_and_name_their_series(slides, placed):
    found = {name: charts for name, on in placed.items() if (charts := charts_of(slides, on))}
    assert {name: len(found[name]) for name in NATIVE} == NATIVE and len(found) >= 20
    named = [one for charts in found.values() for chart in charts for one in series_names(slides.xml[chart])]
    assert not {"Lines", "Points", "Line at a limit"} & set(named)
    assert not [name for name in named if name.startswith(("panel", "Line: None"))]
    bars = slides.xml[found["dlt_by_dose"][0]]
    assert {one.get("val") for one in bars.iter(f"{C}errValType")} == {"cust"}


def series_names(chart) -> list[str]:
    """What the series of a chart are called."""
    return [value.text or "" for told in chart.iter(f"{C}tx") for value in told.iter(f"{C}v")]


def test_every_abbreviation_of_the_deck_is_defined_in_it(slides):
    roots = list(slides.of(r"ppt/slides/slide\d+\.xml").values())
    # pages Data and Methods name datasets, columns and codes, with their meaning beside them
    own = [root for root in roots if not texts(root)[1].startswith(("Data ›", "Methods ›"))]
    said = [text for root in own for text in texts(root)]
    assert {word for word in undefined(said) if not word.startswith("NCT")} == set()
    appendix = [" ".join(texts(root)) for root in roots if texts(root)[0].startswith("Abbreviations")]
    assert any("DLT Dose-limiting toxicity" in text for text in appendix) and len(undefined(["ABC of 3"])) == 1
    assert definitions(["Data: AE, CV."])[1] == ("CV", "Cardiovascular findings (dataset)")
    assert definitions(["Geometric CV 38 %"]) == [("CV", "Coefficient of variation")]


def test_the_deck_holds_odd_texts_and_empty_tables(small):
    odd = "bell \x07 🧒🏽 " + "\u0645\u0631\u062d\u0628\u0627 " + "long" * 200
    table = small.parts[0].display.table.assign(AEDECOD=odd)
    parts = [
        replace(small.parts[0], display=replace(small.parts[0].display, table=table)),
        replace(small.parts[0], display=replace(small.parts[0].display, table=table.iloc[:0])),
        Part(Item("deaths"), None, why="RuntimeError: a defect"),
        replace(small.parts[1], display=replace(small.parts[1].display, sentences=(odd,), population=odd)),
    ]
    package = Package(
        deck(replace(small, parts=tuple(parts), pack=replace(small.pack, title=f"\ud800{odd}")), PREPARED, odd)
    )
    said = " ".join(text for root in package.of(r"ppt/slides/slide\d+\.xml").values() for text in texts(root))
    assert problems(package) == [] and len(Presentation(io.BytesIO(package.written)).slides) > 6
    assert "[U+D800]bell [U+0007] 🧒🏽" in said and FAILED in said and "<b>Look</b> at #this" in said


def test_the_manifest_tells_data_software_and_numbers_and_changes_with_them(small, view):
    told = manifest(small, PREPARED, "me")
    assert (told["data_as_of"], told["compared_with"], told["prepared_by"]) == ("2008-02-29", "2007-11-30", "me")
    assert {file["file"] for file in told["files"]} == set(view.cut.ask("data_files")["FILENAME"])
    assert told["files_compared_with"] and told["files_compared_with"] != told["files"]
    assert told["software"]["dashboard"] == release() and told["software"]["Python"]
    assert all(re.fullmatch("[0-9a-f]{64}", one["sha256"]) for one in told["files"] + told["displays"])
    assert {"DLT rate", "95 % CI lower", "95 % CI upper"} <= set(told["displays"][1]["percent"])
    assert told["displays"][1]["rows"] and told["displays"][1]["nrows"] == len(small.parts[1].display.table)
    shown = small.parts[1].display.table.assign(**{next(iter(small.parts[1].display.labels)): "other"})
    changed = replace(
        small, parts=(small.parts[0], Part(Item("dlt_by_dose"), replace(small.parts[1].display, table=shown)))
    )
    hashes = [one["sha256"] for one in manifest(changed, PREPARED)["displays"]]
    assert hashes[0] == told["displays"][0]["sha256"] and hashes[1] != told["displays"][1]["sha256"]


def told(rows: list[list], finding: str = "1 of 3", **more) -> dict:
    one = {
        "display": "deaths",
        "title": "Deaths",
        "finding": finding,
        "columns": ["Subject", "Site", "N"],
        "rows": rows,
    }
    digest = json.dumps(rows)
    return {
        "trial": "T",
        "session": "closed",
        "prepared": "2008-01-01",
        "data_as_of": "2007-11-30",
        "displays": [one | {"sha256": digest} | more],
    }


def test_what_changed_since_an_earlier_pack_is_told_old_and_new():
    before = told([["101", "A", 1], ["101", "B", 2], ["102", "A", None], ["102", "C", 4]])
    now = told([["101", "A", 1], ["101", "B", 2.5], ["102", "A", 0], ["103", "A", 1]], "2 of 3")
    found = changes(now, before)
    assert found[["WHAT", "WHICH", "COLUMN", "BEFORE", "NOW"]].values.tolist() == [
        ["finding", "", "", "1 of 3", "2 of 3"],
        ["number", "101 · B", "N", "2", "2.5"],
        ["number", "102 · A", "N", "", "0"],
        ["row", "103 · A", "", "", "there"],
        ["row", "102 · C", "", "there", ""],
    ]
    assert words(found, before) == (
        "Changed since the pack of 1 Jan 2008 (data as of 30 Nov 2007): 1 finding, 2 numbers and 2 rows, in 1 display."
    )
    assert changes(before, before).empty and words(changes(before, before), before).startswith("Nothing changed")


def test_rows_that_are_alike_displays_that_are_gone_and_other_columns_are_changes_too():
    alike = changes(told([["101", "A", 1]]), told([["101", "A", 1], ["101", "A", 1]]))
    assert alike[["WHAT", "BEFORE", "NOW"]].values.tolist() == [["row", "there", ""]]
    gone = changes(told([]) | {"displays": []}, told([]))
    assert gone[["WHAT", "BEFORE", "NOW"]].values.tolist() == [["display", "in the pack", ""]]
    other = changes(told([["101", "A"]], columns=["Subject", "Site"], nrows=1), told([["101", "A", 1]], nrows=1))
    assert other[["WHAT", "BEFORE", "NOW"]].values.tolist() == [["table", "N", ""]]
    many = changes(told([[str(n), "A", 1] for n in range(300)]), told([]))
    assert len(many) == 201 and many["WHICH"].iloc[-1] == "100 more changes"


def test_of_what_changed_only_the_subjects_news_is_told():
    columns = ["Rank", "Alarm", "Due", "Since previous cut", "Previous cut"]
    before = told([[1, "Heart", "2007-11-30", "new", None], [2, "Liver", None, "", None]], "A. B.", columns=columns)
    now = told([[1, "Death", None, "new", None], [2, "Heart", "2008-02-31", "", "x"]], "C. B.", columns=columns)
    assert changes(now, before)[["WHAT", "WHICH", "COLUMN", "BEFORE", "NOW"]].values.tolist() == [
        ["finding", "", "", "A.", "C."],
        ["row", "Death", "", "", "there"],
        ["text", "Heart", "Due", "30 Nov 2007", "2008-02-31"],
        ["row", "Liver", "", "there", ""],
    ]
    rates = changes(told([["101", "A", 2 / 11], ["102", "A", 1.00001]]), told([["101", "A", 1 / 6], ["102", "A", 1]]))
    assert rates[["BEFORE", "NOW"]].values.tolist() == [["0.1667", "0.1818"], ["1", "1.00001"]]
    shares = [[None, 0], [0, 1], [2 / 11, 1 / 6], [0.333333, 0.3333334]]  # now and before, of columns in per cent
    rows = [[[str(n), "A", pair[at]] for n, pair in enumerate(shares)] for at in (0, 1)]
    rates = changes(told(rows[0], percent=["N"]), told(rows[1]))
    assert rates[["BEFORE", "NOW"]].values.tolist() == [
        ["0 %", ""],
        ["100 %", "0 %"],
        ["16.7 %", "18.2 %"],
        ["33.33334 %", "33.3333 %"],
    ]


def test_a_pack_of_one_subject_says_of_whom_it_is(view):
    item = Item("subject_header", subject="NCT00430443-101-003")
    made = make(Pack("One subject", "closed", (item,)), view)
    assert ("Subjects", "NCT00430443-101-003 alone") in made.cover(PREPARED, "")
    assert manifest(made, PREPARED)["displays"][0]["subject"] == item.subject
    beside = make(Pack("Two", "closed", (item, Item("every_dlt"))), view)
    assert ("Subjects", "All subjects (no filter)") in beside.cover(PREPARED, "")
    assert "subject" not in manifest(beside, PREPARED)["displays"][1]


def test_a_manifest_of_another_trial_or_session_and_no_manifest_are_refused():
    for what in ("trial", "session"):
        with pytest.raises(PackError, match=f"another {what}"):
            changes(told([]), told([]) | {what: "other"})
    for text in ("{", "[]", '{"displays": [1]}', '{"displays": [{"display": 1}]}'):
        with pytest.raises(PackError, match="no manifest of a pack"):
            read_manifest(text)


@pytest.mark.skipif(not images_available(), reason="no Chromium on this machine to draw the charts with")
def test_every_format_says_what_changed_since_the_previous_pack(small, view):
    before = manifest(make(small.pack, View(view.previous)), PREPARED)
    made = replace(small, since=since(manifest(small, PREPARED), before))
    assert made.since.sentence.startswith("Changed since the pack of 5 Mar 2008 (data as of 30 Nov 2007)")
    news = made.since.table[made.since.table["DISPLAY"] == small.parts[1].title].iloc[0]
    assert news["WHAT"] == "finding" and news["NOW"].startswith("6 of 29 evaluable subjects had a DLT: 1 of 6 at 160")
    assert news["BEFORE"].startswith("5 of 24 evaluable subjects had a DLT")
    slide = next(
        one
        for one in Presentation(io.BytesIO(deck(made, PREPARED))).slides
        if one.shapes.title.text == made.since.sentence
    )
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert [cell.text for cell in table.rows[0].cells] == ["Display", "Before", "Now"]
    assert news["NOW"] in [row.cells[2].text.replace("\u00a0", " ") for row in table.rows]
    # the rates, which a decision rests on, before the list of DLTs, whatever their order in the pack
    assert contents(made, PREPARED, "")["since"]["rows"][0][0] == small.parts[1].title
    assert book(made, PREPARED).startswith(b"%PDF")
    assert html.escape(made.since.sentence) in page(made, PREPARED).decode()
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_of_pack(made, PREPARED)))["Since the previous pack"]
    assert sheet["A1"].value == made.since.sentence and sheet.max_row == len(made.since.table) + 3


def failing(_view):
    raise RuntimeError("a defect")


def test_a_display_that_fails_has_its_place_and_the_others_stay(view, monkeypatch, tmp_path):
    place = PLACES["deaths"]
    monkeypatch.setitem(PLACES, "deaths", replace(place, entry=replace(place.entry, function=failing)))
    made = make(Pack("Failing", "closed", (Item("deaths"), Item("every_dlt"))), view)
    assert (
        made.failed == {"deaths": "RuntimeError: a defect"}
        and made.parts[0].finding == FAILED
        and made.parts[1].display is not None
    )
    written = write_pack(made, ("xlsx", "html"), tmp_path, PREPARED)
    assert FAILED in written[1].read_text(encoding="utf-8") and '"made": false' in written[2].read_text()


def test_slides_are_stopped_between_two_displays_and_nothing_stays(small, tmp_path):
    told: list[str] = []

    def stopping(line: str) -> None:
        told.append(line)
        if line.startswith("PPTX 2 of 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_pack(small, ("pptx",), tmp_path, PREPARED, progress=stopping)
    assert told[1:] == [f"PPTX {n} of 2: {part.title}" for n, part in enumerate(small.parts, 1)]
    assert list(tmp_path.iterdir()) == []


def test_nothing_half_written_stays_where_a_format_fails(small, monkeypatch, tmp_path):
    kept = write_pack(small, ("html",), tmp_path, PREPARED)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("export.folder.FILES", {"html": page, "xlsx": full})
    with pytest.raises(PackError, match=r"could not be written .* is the disk full\?"):
        write_pack(replace(small, parts=small.parts[:1]), ("html", "xlsx"), tmp_path, PREPARED)
    assert sorted(tmp_path.iterdir()) == sorted(kept)
    assert kept[0].read_bytes() == page(small, PREPARED)


def test_what_a_killed_run_left_is_put_in_order_by_the_next_one_and_a_run_at_work_is_left_alone(small, tmp_path):
    written = write_pack(small, ("html",), tmp_path, PREPARED)
    left, working = tmp_path / ".pack-left", tmp_path / ".pack-working"
    for other in (left, working):
        other.mkdir()
        (other / LOCK).touch()
    os.replace(written[0], left / f"{BEFORE}{written[0].name}")
    with open(working / LOCK) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        write_pack(replace(small, pack=replace(small.pack, title="Other")), ("xlsx",), tmp_path, PREPARED)
    assert not left.exists() and working.exists() and written[0].read_bytes() == page(small, PREPARED)


def test_a_folder_that_vanishes_is_said_and_nothing_is_made_again(small, tmp_path):
    gone = tmp_path / "gone"
    with pytest.raises(PackError, match="could not be written"):
        write_pack(small, ("html",), gone, PREPARED, progress=lambda line: shutil.rmtree(gone))
    assert not gone.exists()


def test_a_signal_that_ended_a_question_alone_still_ends_the_run(tmp_path, monkeypatch, capsys):
    """DuckDB ends its question at a signal, and says nothing else of it: the display seems to have failed."""

    def made_of_one_question(_pack, _view, progress, _dashboard):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        progress("2 of 8: Deaths")

    monkeypatch.setattr("export.__main__.TOLD_TO_STOP", Event())
    monkeypatch.setattr("export.workshop.make", made_of_one_question)
    before = signal.getsignal(signal.SIGTERM), logging.getLogger("safety").level
    status = main(["--data", str(ensure_sample(room())), "--session", "closed", "--out", str(tmp_path)])
    assert (signal.getsignal(signal.SIGTERM), logging.getLogger("safety").level) == before
    assert status == 1 and capsys.readouterr().err == "Stopped; nothing was written.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_told_to_end_says_so_and_leaves_nothing(tmp_path):
    command = [sys.executable, "-m", "export", "--data", str(ensure_sample(room())), "--session", "closed"]
    command += ["--preset", "decision", "--formats", "xlsx", "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        said = running.communicate(timeout=60)
    assert running.returncode == 1 and said[0] == "" and said[1].endswith("Stopped; nothing was written.\n")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("stopped_at", range(1, 5))
def test_a_pack_that_is_stopped_while_it_is_put_in_place_leaves_the_earlier_one(
    small, monkeypatch, tmp_path, stopped_at
):
    written = write_pack(small, ("html", "xlsx"), tmp_path, PREPARED)
    before = {path: path.read_bytes() for path in written}
    moves, replace_ = [], os.replace

    def stopping(*paths):
        moves.append(paths)
        if len(moves) == stopped_at:
            raise KeyboardInterrupt
        replace_(*paths)

    monkeypatch.setattr("export.folder.os.replace", stopping)
    with pytest.raises(KeyboardInterrupt):
        write_pack(replace(small, parts=small.parts[:1]), ("html", "xlsx"), tmp_path, PREPARED)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def command(capsys, *arguments: str) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_the_command_writes_a_pack_and_says_where(capsys, tmp_path):
    data = ensure_sample(room())
    asked = ("--data", data, "--out", tmp_path, "--time", "2008-03-05T14:00Z", "--formats", "xlsx,html")
    pack = tmp_path / "pack.json"
    pack.write_text(Pack("Two", "closed", (Item("deaths"), Item("every_dlt"))).text, encoding="utf-8")
    status, out, err = command(capsys, *asked, "--session", "closed", "--pack", pack, "--cut", "2007-11-30")
    name = "L-Annamycin-phase-I_Closed-session_Two_2007-11-30"
    assert status == 0 and [line.rpartition("/")[2] for line in out.split()] == [
        f"{name}.xlsx",
        f"{name}.html",
        f"{name}_manifest.json",
    ]
    assert "2 of 2: Every DLT" in err and all((tmp_path / line).is_file() for line in out.split())
    told = json.loads((tmp_path / f"{name}_manifest.json").read_text(encoding="utf-8"))
    assert (told["data_as_of"], told["compared_with"]) == ("2007-11-30", "2007-08-31")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--session", "closed", "--formats", "docx"), "'docx' is no format"),
        (("--session", "closed", "--formats", ","), "is no format"),
        (("--session", "secret"), "invalid choice"),
        (("--session", "closed", "--dashboard", "safety.example.org"), "is no address; write it as https://"),
        (("--session", "closed", "--cut", "2007-12-24"), "holds no cut of 2007-12-24; it has 2007-08-31"),
        (("--session", "closed", "--cut", "30.11.2007"), "is not a valid date"),
        (("--session", "closed", "--cut", "2007-08-31", "--previous", "2007-11-30"), "must be earlier"),
        (("--session", "closed", "--pack", "/nowhere/pack.json"), "cannot be read"),
        (("--session", "closed", "--pack", "/dev/zero"), "is larger than 64 MB"),
        (("--session", "open", "--preset", "decision"), "a pack of the closed session"),
        (("--session", "closed", "--preset", "subject"), "needs a subject's ID"),
        (("--session", "closed", "--time", "noon"), "is no time"),
        (("--session", "closed", "--since", "/nowhere/manifest.json"), "cannot be read"),
    ],
)
def test_the_command_refuses_in_one_line(capsys, tmp_path, arguments, why):
    status, out, err = command(capsys, "--data", ensure_sample(room()), "--out", tmp_path / "out", *arguments)
    assert status == 1 and out == "" and why in err and len(err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_writing_that_is_stopped_between_two_images_leaves_nothing(small, monkeypatch, tmp_path):
    monkeypatch.setattr("export.folder.images_available", lambda: True)
    monkeypatch.setattr("export.folder.pictures", lambda *_: [("png", "x.png", b"drawn")])
    said = []

    def stopped(line: str) -> None:
        said.append(line)
        if line.startswith("PNG 2"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_pack(small, ("html", "png"), tmp_path, PREPARED, progress=stopped)
    titles = [part.title for part in small.parts]
    assert said == ["HTML is written", f"PNG 1 of 2: {titles[0]}", f"PNG 2 of 2: {titles[1]}"]
    assert not list(tmp_path.iterdir())


def test_the_command_says_that_a_folder_holds_no_cut(capsys, tmp_path):
    status, _, err = command(capsys, "--data", tmp_path / "no", "--session", "open", "--out", tmp_path)
    assert status == 1 and "holds no data cut" in err


@pytest.fixture(scope="module")
def drawn(closed) -> dict[str, tuple[go.Figure, ...]]:
    """The sheets of each display."""
    return {part.name: sheets(part.display) for part in closed.parts}


def test_every_sheet_is_whole_and_every_row_on_one_or_counted(closed, drawn):
    for part in closed.parts:
        assert wrong_in_sheets(part.display, drawn[part.name]) == []
        for number, sheet in enumerate(drawn[part.name], 1):
            assert faults_of_sheet(sheet) == [], part.name
            said = words_of(sheet)
            assert part.finding.split()[0] in said and f"sheet {number} of {len(drawn[part.name])}" in said
            assert "Synthetic data" in said and "29 Feb 2008" in said and "session" in said


@pytest.mark.skipif(not images_available(), reason="no Chromium on this machine to draw the charts with")
def test_the_drawing_of_every_display_holds_the_words_and_numbers_of_its_sheet(closed, drawn):
    wrong = {}
    for part in closed.parts:
        first = drawn[part.name][0]
        wrong[part.name] = wrong_in_drawing(first, render(first, "svg", title_line(part.display)))
    assert {name: lost for name, lost in wrong.items() if lost} == {}
