"""Every file says in itself what it shows, holds the display's own numbers, and runs no delivered text."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from threading import Thread
from zipfile import ZipFile

import openpyxl
import pandas
import plotly.graph_objects as go
import pytest
from measured import faults_of_sheet, words_of
from PIL import Image

import export.browser
from displays import Display
from displays.drawing import house
from export import FORMATS, ImagesUnavailable, write
from export.images import DRAWN, render
from export.names import name_of_display
from export.provenance import provenance
from export.sheets import sheets, title_line
from queries import Question

TABLE = pandas.DataFrame(
    {
        "TRTA": ["130 mg/m²/day", "=1+1", None],
        "N": pandas.array([3, None, 0], dtype="Int64"),
        "RATE": [1 / 3, float("nan"), 0.0],
        "DT": pandas.to_datetime(["2007-11-30", None, "2007-02-22"]),
    }
)


@pytest.fixture(autouse=True)
def nothing_is_drawn_already():
    DRAWN.clear()


@pytest.fixture
def display() -> Display:
    return Display(
        name="dlt_by_dose",
        title="DLTs by dose level",
        finding="1 of 3 evaluable subjects at 130 mg/m²/day had a DLT.",
        table=TABLE,
        labels={"TRTA": "Dose level", "N": "Evaluable", "RATE": "DLT rate", "DT": "First infusion"},
        figure=house.figure(go.Bar(x=["130", "160"], y=[1, 2])),
        population="3 treated subjects.",
        method="Clopper-Pearson.",
        source="Clopper 1934.",
        questions=(Question("dlt_by_dose", "select 1", {"doses": None}),),
        cut=date(2007, 11, 30),
        previous=date(2007, 8, 31),
        filters="ALL; site 101",
        synthetic=True,
        study="L-Annamycin phase I",
        formats={"RATE": "percent", "DT": "date"},
    )


SAID = [
    "DLTs by dose level",
    "30 Nov 2007",
    "31 Aug 2007",
    "3 treated subjects.",
    "ALL; site 101",
    "Clopper 1934.",
    "Synthetic data",
    "L-Annamycin phase I",
]


def csv_parts(content: bytes) -> tuple[str, list[list[str]]]:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    about = "\n".join(row[0] for row in rows if row[0].startswith("# "))
    return about, [row for row in rows if not row[0].startswith("# ")]


def test_csv_says_what_it_is_and_holds_the_unformatted_numbers(display):
    about, rows = csv_parts(write(display, "csv"))
    assert all(text in about for text in SAID)
    assert rows[0] == ["Dose level", "Evaluable", "DLT rate", "First infusion"]
    assert rows[1] == ["130 mg/m²/day", "3", repr(1 / 3), "2007-11-30"]
    assert rows[3] == ["", "0", "0.0", "2007-02-22"]


def test_csv_and_xlsx_run_no_delivered_text(display):
    assert csv_parts(write(display, "csv"))[1][2] == ["'=1+1", "", "", ""]
    sheet = openpyxl.load_workbook(io.BytesIO(write(display, "xlsx")))["Numbers"]
    assert sheet["A7"].value == "=1+1" and sheet["A7"].data_type == "s"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        *((text, text) for text in ("+5", "-1.5", " -5", "5", "a=1", "−3", "#x", "; =1")),
        *((text, f"'{text}") for text in ("+1+1", "-cmd", "@x", "=1", "＝1", "＋a", "－a", "＠a")),
        *((text, f"'{text}") for text in ("\tx", "\rx", "\nx", " =1", "\u200b=1", "\ufeff =1", '"=1', "“＝1", "'-a")),
    ],
)
def test_a_signed_number_stays_a_number_and_nothing_else_that_begins_like_a_formula(display, text, written):
    made = replace(display, table=pandas.DataFrame({"TRTA": [text]}), labels={"TRTA": text}, formats={}, title=text)
    content = write(made, "csv").decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline="")))[-2:] == [[written], [written]]
    assert content.startswith(("# ", '"# '))


def test_xlsx_holds_numbers_as_numbers_and_says_what_it_is(display):
    book = openpyxl.load_workbook(io.BytesIO(write(display, "xlsx")))
    sheet = book["Numbers"]
    assert [cell.value for cell in sheet[5]] == ["Dose level", "Evaluable", "DLT rate", "First infusion"]
    assert [cell.value for cell in sheet[6]][:3] == ["130 mg/m²/day", 3, pytest.approx(1 / 3, rel=1e-12)]
    assert sheet["D6"].value.date() == date(2007, 11, 30) and sheet["C6"].number_format == "0%"
    assert [cell.value for cell in sheet[7]][1:] == [None, None, None]
    said = "\n".join(str(cell.value) for row in book["About"].iter_rows() for cell in row)
    assert all(text in said for text in SAID) and "select 1" in said


def test_a_workbook_shows_its_numbers_days_and_dates_as_the_screen_does_and_prints_across(display):
    table = pandas.DataFrame(
        {
            "RATE": [0.5, 0.004, 1.0, 0.5],
            "P": [0.03, 0.5, None, None],
            "AUC": [8632.59, 0.5, 12.0, 1.0],
            "N": [1234.0, 2.0, None, 1.0],
            "ONSET": ["Day 12", "day -3", "Day 24, 6 days", "1 Jan 0190"],
            "ON": ["7 Jan 2008", "Jan 2008", "", "31 Feb 2008"],
        }
    )
    formats = {"RATE": "percent", "P": "p", "AUC": "amount", "N": "integer"}
    made = replace(display, table=table, labels={name: name for name in table}, formats=formats, finding="word " * 80)
    sheet = openpyxl.load_workbook(io.BytesIO(write(made, "xlsx")))["Numbers"]
    assert [cell.number_format for cell in sheet[6]] == [
        "0%",
        "0.0000",
        "#,##0",
        "#,##0",
        '"Day "0;"Day "-0',
        "d mmm yyyy",
    ]
    assert sheet["A7"].number_format == "0.0%" and sheet["C7"].number_format == "0.0"
    assert [sheet[f"E{row}"].value for row in (6, 7, 8)] == [12, -3, "Day 24, 6 days"]
    assert sheet["F6"].value.date() == date(2008, 1, 7) and sheet["F7"].value == "Jan 2008"
    assert (sheet["E9"].value, sheet["F9"].value) == ("1 Jan 0190", "31 Feb 2008")
    assert sheet["A2"].alignment.wrap_text and sheet.row_dimensions[2].height >= 60
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("B6", "A5:F9", "$5:$5")
    assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
    assert "Synthetic data" in sheet.oddFooter.left.text


def drawing(made: Display) -> str:
    """The first sheet of a display as SVG."""
    return render(sheets(made)[0], "svg", says=title_line(made)).decode()


def test_a_sheet_as_png_is_2560_by_1440_and_all_sheets_are_in_one_file(display):
    with ZipFile(io.BytesIO(write(display, "png"))) as archive:
        names = archive.namelist()
        images = [Image.open(io.BytesIO(archive.read(name))) for name in names]
    name = "L-Annamycin-phase-I_closed-session_dlt_by_dose_2007-11-30_filtered"
    assert names == [f"{name}_1-of-2.png", f"{name}_2-of-2.png"]
    for image in images:
        assert image.size == (2560, 1440) and [round(dots) for dots in image.info["dpi"]] == [192, 192]
        assert len(image.convert("L").getcolors(65536)) > 10
    assert images[0].tobytes() != images[1].tobytes()


def test_the_sheets_say_together_all_of_their_provenance(display):
    drawn = sheets(display)
    assert all((sheet.layout.width, sheet.layout.height) == (960, 540) for sheet in drawn)
    for number, sheet in enumerate(drawn, 1):
        assert display.finding in words_of(sheet) and f"sheet {number} of {len(drawn)}" in words_of(sheet)
    assert all(word in " ".join(map(words_of, drawn)) for word in SAID)
    text = " ".join(re.findall(r">([^<>]+)</(?:text|tspan)>", drawing(display)))
    assert all(word in text for word in ("DLTs by dose level", "Synthetic data", "30 Nov 2007", "sheet 1 of 2"))


def test_a_name_tells_filters_apart_and_stays_a_name(display):
    assert name_of_display(display).endswith("2007-11-30_filtered")
    assert name_of_display(replace(display, filters="All subjects (no filter)")).endswith("_2007-11-30")
    assert "/" not in name_of_display(replace(display, study="../" * 100)) and len(name_of_display(display)) < 200


def test_what_the_last_line_has_no_room_for_is_in_full_with_the_notes(display):
    long = replace(display, filters="ALL; " + ", ".join(f"site {number}" for number in range(101, 140)))
    first, *_, last = sheets(long)
    assert faults_of_sheet(first) == [] and long.filters not in words_of(first)
    assert long.filters in words_of(last)


def test_a_legend_of_one_entry_stands_below_the_title(display):
    marks = [go.Scatter(x=[1], y=[1], name="130 mg/m²/day"), go.Scatter(x=[1], y=[2], showlegend=False)]
    sheet = sheets(replace(display, figure=house.figure(*marks)))[0]
    assert sheet.layout.showlegend and sheet.data[0].legend == "legend" and faults_of_sheet(sheet) == []
    sheet.layout.legend.y = sheet.layout.annotations[1].y - 0.05
    assert any("lies on" in fault for fault in faults_of_sheet(sheet))


def test_a_low_chart_has_its_legend_above_it(display):
    """Plotly places no legend higher above a plot than twice its height, and writes it across the plot instead."""
    marks = [go.Scatter(x=[n], y=[0], name=f"mark {n}") for n in range(4)]
    rows = dict(tickvals=[0], ticktext=["101-001"], range=[-0.5, 0.5])
    low = house.figure(*marks, height=100, yaxis=rows, xaxis=dict(side="top", title="Dose"))
    sheet = sheets(replace(display, figure=low))[0]
    assert sheet.layout.legend.y <= 3 and faults_of_sheet(sheet) == []


def table_of(display: Display, texts: dict[str, list]) -> Display:
    rows = pandas.DataFrame(texts)
    return replace(display, figure=None, table=rows, labels={name: name for name in rows}, formats={})


def test_every_row_of_a_table_is_on_a_sheet_or_counted(display):
    few = " ".join(words_of(sheet) for sheet in sheets(table_of(display, {"Row": [f"row {n}." for n in range(75)]})))
    assert all(f"row {n}." in few for n in range(75)) and "more rows" not in few
    drawn = sheets(table_of(display, {"Row": [f"row {n}." for n in range(900)]}))
    many = " ".join(map(words_of, drawn))
    shown = sum(f"row {n}." in many for n in range(900))
    assert len(drawn) == 13 and 100 < shown < 900 and f"The first {shown} of 900 rows" in many


def test_a_cell_that_is_higher_than_a_sheet_goes_on_on_the_next(display):
    words = [f"word{n}" for n in range(1500)]
    drawn = sheets(table_of(display, {"Row": ["one", "two"], "Remark": [" ".join(words), "end"]}))
    said = " ".join(map(words_of, drawn)).split()
    assert len(drawn) > 3 and [word for word in said if word in words or word == "end"] == [*words, "end"]
    assert [fault for sheet in drawn for fault in faults_of_sheet(sheet)] == []


def test_columns_that_do_not_fit_stand_on_further_sheets_under_the_first_column(display):
    texts = {f"C{n}": [f"a rather long word-{n}-{row}" for row in range(3)] for n in range(20)}
    drawn = sheets(table_of(display, texts))
    said = " ".join(map(words_of, drawn))
    assert all(f"word-{n}-{row}" in said for n in range(20) for row in range(3))
    assert said.count("word-0-0") == said.count("columns 1 and") > 1 and "columns 1 and 2 to" in said
    assert [fault for sheet in drawn for fault in faults_of_sheet(sheet)] == []
    short = sheets(table_of(display, {f"C{n}": ["7 (100 %)"] * 4 for n in range(9)}))
    assert len(short) == 2 and "<br>" not in str([trace.text for trace in short[0].data])


def test_an_empty_table_still_makes_every_format(display):
    nothing = replace(display, table=pandas.DataFrame(), labels={}, figure=None, population="")
    assert all(write(nothing, kind) for kind in FORMATS)


def test_a_sheet_leaves_the_figure_on_screen_as_it_was(display):
    before = display.figure.to_json()
    sheets(display)
    assert display.figure.to_json() == before


def test_delivered_text_in_a_title_stays_text(display):
    sheet = sheets(replace(display, finding="<b>HGB</b> < 8"))[0]
    told = [note.text.replace("\u00a0", " ") for note in sheet.layout.annotations]
    assert "<b>&lt;b&gt;HGB&lt;/b&gt; &lt; 8</b>" in told


def test_readers_at_once_each_get_their_own_image(display):
    """Each asks for another colour, as PNG, and for another word, as SVG."""
    colours = [(30 * number, 250 - 30 * number, 128) for number in range(8)]

    def ask(number: int) -> tuple[set[str], tuple[int, ...]]:
        bar = go.Bar(x=[f"bar {number}"], y=[1], marker_color="rgb({}, {}, {})".format(*colours[number]))
        made = replace(display, finding=f"Asked {number}", figure=house.figure(bar))
        image = Image.open(io.BytesIO(render(house.figure(bar, width=300, height=300), "png"))).convert("RGB")
        return set(re.findall(r"(?:Asked|bar) \d+", drawing(made))), image.getpixel((400, 400))

    with ThreadPoolExecutor(4) as pool:
        for number, (words, colour) in enumerate(pool.map(ask, range(8))):
            assert (words, colour) == ({f"Asked {number}", f"bar {number}"}, colours[number])


def test_a_drawing_of_another_figure_is_refused(display):
    with pytest.raises(RuntimeError, match="not of the figure requested"):
        render(sheets(display)[0], "svg", says="Another finding")


def test_the_same_figure_is_the_same_file(display):
    first = write(display, "svg")
    DRAWN.clear()
    drawing(replace(display, title="Another"))  # what a page drew before changes nothing
    DRAWN.clear()
    assert write(display, "svg") == first


def test_a_figure_is_drawn_once_for_both_kinds_of_image_and_with_its_letters_by_the_browser(monkeypatch):
    asked, draw = [], export.browser.PAINTER.draw

    def counted(told, options):
        asked.append(options["format"])
        return draw(told, options)

    monkeypatch.setattr(export.browser.PAINTER, "draw", counted)
    known, other = (house.figure(go.Bar(x=[word], y=[1]), width=300, height=200) for word in ("Dose ≥ 1 ✖", "漢"))
    assert Image.open(io.BytesIO(render(known, "png"))).size == (800, 533)
    assert render(known, "svg").startswith(b"<svg") and asked == ["svg"]
    assert render(other, "png").startswith(b"\x89PNG") and asked == ["svg", "svg", "png"]


def children() -> list[int]:
    """The processes that this one has begun, by their ids."""
    return [
        int(path.parent.name)
        for path in Path("/proc").glob("[0-9]*/stat")
        if path.read_text().rpartition(")")[2].split()[1] == str(os.getpid())
    ]


def test_a_browser_that_went_away_is_begun_again_and_one_that_nobody_needs_is_ended(display, monkeypatch):
    export.browser.PAINTER.end()
    before = set(children())
    first = drawing(display)
    for number in set(children()) - before:
        os.kill(number, signal.SIGKILL)
    DRAWN.clear()
    assert drawing(display) == first
    monkeypatch.setattr(export.browser, "IDLE_SECONDS", 0.0)
    waited = time.monotonic() + 20
    while set(children()) - before and time.monotonic() < waited:
        time.sleep(0.1)
    assert set(children()) - before == set()
    DRAWN.clear()
    assert drawing(display) == first


def test_a_browser_that_cancels_what_it_was_asked_is_said_and_the_next_figure_is_drawn(display, monkeypatch):
    async def broken():
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        export.browser.PAINTER.end()
        patched.setattr(export.browser, "_begun", broken)
        with pytest.raises(ImagesUnavailable, match="did not draw the figure"):
            drawing(display)
    assert drawing(display).startswith("<svg")


def test_a_browser_that_does_not_begin_is_given_up_and_ended(monkeypatch):
    ended = []

    class Stuck:
        def __init__(self, **_):
            pass

        async def open(self):
            await asyncio.Event().wait()

        async def close(self):
            ended.append(self)

    monkeypatch.setattr(export.browser, "OnePage", Stuck)
    monkeypatch.setattr(export.browser, "FIGURE_SECONDS", 0.05)
    with pytest.raises(TimeoutError):
        asyncio.run(export.browser._begun())
    assert len(ended) == 1


def test_a_program_that_has_drawn_ends_by_itself():
    drawing = (
        "from export.browser import PAINTER; "
        "print(PAINTER.draw({'data': [], 'layout': {}}, {'format': 'svg', 'width': 300, 'height': 200})[:4])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", drawing], cwd=Path(__file__).parents[2], capture_output=True, timeout=60, check=True
    )
    assert ended.stdout.strip() == b"b'<svg'"


@pytest.fixture
def asked_of_the_network(monkeypatch):
    """The first line of every request that the drawing browser sends off the machine."""
    asked = []
    listener = socket.create_server(("127.0.0.1", 0))

    def listen():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(300).split(b"\r\n")[0].decode(errors="replace"))

    thread = Thread(target=listen, daemon=True)
    thread.start()
    export.browser.PAINTER.end()
    monkeypatch.setattr(export.browser, "NOWHERE", f"127.0.0.1:{listener.getsockname()[1]}")
    yield asked
    export.browser.PAINTER.end()
    listener.close()


def test_drawing_asks_no_public_server_for_a_script(display, asked_of_the_network):
    assert drawing(display).startswith("<svg")
    assert [line for line in asked_of_the_network if "plot" in line or "jax" in line or "cdn" in line] == []


def test_what_the_drawing_browser_asks_of_the_network_ends_on_this_machine():
    assert export.browser.NOWHERE.startswith("127.0.0.1:")


def test_without_a_browser_images_are_refused_in_a_sentence_and_tables_still_come(display, monkeypatch):
    monkeypatch.setattr(export.browser.shutil, "which", lambda name: None)
    for kind, form in FORMATS.items():
        if form.needs_browser:
            with pytest.raises(ImagesUnavailable, match="Chromium"):
                write(display, kind)
        else:
            assert write(display, kind)
    assert {kind for kind, form in FORMATS.items() if form.needs_browser} == {"png", "svg"}


def test_an_unknown_format_is_named(display):
    with pytest.raises(ValueError, match="'pdf' is no format"):
        write(display, "pdf")


def test_provenance_leaves_out_only_what_is_empty(display):
    assert {what for what, _ in provenance(display)} == {
        "Title",
        "Finding",
        "Study",
        "Data",
        "Data cut",
        "Session",
        "Population",
        "Filters",
        "Definition",
        "Source",
    }
    assert "Data" not in dict(provenance(replace(display, synthetic=False)))


def test_a_height_counted_by_numpy_becomes_a_plain_one():
    # Streamlit takes a numpy height for none and squeezes the figure to its default.
    import numpy

    assert type(house.figure(height=numpy.int64(700)).layout.height) is int
