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

import openpyxl
import pandas
import plotly.graph_objects as go
import pytest
from PIL import Image

import export.browser
from displays import Display
from displays.drawing import house
from export import FORMATS, ImagesUnavailable, write
from export.printed import printed
from export.provenance import provenance
from queries import Question

TABLE = pandas.DataFrame(
    {
        "TRTA": ["130 mg/m²/day", "=1+1", None],
        "N": pandas.array([3, None, 0], dtype="Int64"),
        "RATE": [1 / 3, float("nan"), 0.0],
        "DT": pandas.to_datetime(["2007-11-30", None, "2007-02-22"]),
    }
)


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
    [("+5", "+5"), ("-1.5", "-1.5"), ("+1+1", "'+1+1"), ("-cmd", "'-cmd"), ("@x", "'@x"), ("=1", "'=1"), ("5", "5")],
)
def test_a_signed_number_stays_a_number_and_nothing_else_that_begins_like_a_formula(display, text, written):
    table = pandas.DataFrame({"TRTA": [text]})
    assert csv_parts(write(replace(display, table=table, labels={"TRTA": "Change"}, formats={}), "csv"))[1][1] == [
        written
    ]


def test_xlsx_holds_numbers_as_numbers_and_says_what_it_is(display):
    book = openpyxl.load_workbook(io.BytesIO(write(display, "xlsx")))
    sheet = book["Numbers"]
    assert [cell.value for cell in sheet[5]] == ["Dose level", "Evaluable", "DLT rate", "First infusion"]
    assert [cell.value for cell in sheet[6]][:3] == ["130 mg/m²/day", 3, pytest.approx(1 / 3, rel=1e-12)]
    assert sheet["D6"].value.date() == date(2007, 11, 30) and sheet["C6"].number_format == "0.0%"
    assert [cell.value for cell in sheet[7]][1:] == [None, None, None]
    said = "\n".join(str(cell.value) for row in book["About"].iter_rows() for cell in row)
    assert all(text in said for text in SAID) and "select 1" in said


def test_png_is_drawn_at_300_dots_an_inch_and_its_size_is_that_of_the_sheet(display):
    image = Image.open(io.BytesIO(write(display, "png")))
    sheet = printed(display)
    assert image.size == (3 * sheet.layout.width, 3 * sheet.layout.height)
    assert [round(dots) for dots in image.info["dpi"]] == [300, 300]
    assert len(image.convert("L").getcolors(65536)) > 10


def test_svg_has_every_word_of_its_provenance(display):
    drawing = write(display, "svg").decode()
    text = " ".join(re.findall(r">([^<>]+)</(?:text|tspan)>", drawing))
    assert all(word in text for word in SAID)


def test_long_labels_and_a_long_legend_have_their_room_on_the_sheet(display):
    """A margin that grows while the sheet is drawn would take its words with it, and a legend rise into them."""
    labels = ["Alanine aminotransferase increased", "General disorders"]
    traces = [go.Bar(x=[1, 2], y=labels, orientation="h", name=f"a group of events, number {n}") for n in range(12)]
    axis = dict(tickvals=[0, 1], ticktext=labels)
    bare = printed(replace(display, figure=house.figure(go.Bar(x=[1], y=[1]), showlegend=False)))
    sheet = printed(replace(display, figure=house.figure(*traces, yaxis=axis)))
    assert sheet.layout.yaxis.automargin is False and sheet.layout.margin.l >= 7 * len(labels[0])
    assert sheet.layout.margin.t >= bare.layout.margin.t - 28 + 4 * 20  # four rows of three entries
    assert sheet.layout.height - sheet.layout.margin.t - sheet.layout.margin.b == 360 - 28 - 56


def test_short_texts_of_a_table_stay_on_one_line_and_a_sheet_ends_where_an_image_would(display):
    rows = pandas.DataFrame({f"C{n}": ["12 (100 %)"] * 4 for n in range(11)})
    sheet = printed(replace(display, figure=None, table=rows, labels=dict.fromkeys(rows, "Any"), formats={}))
    assert all("<br>" not in text for column in sheet.data[0].cells.values for text in column)
    rows = pandas.DataFrame({"TRTA": ["a long remark " * 200] * 40})
    sheet = printed(replace(display, figure=None, table=rows, labels={"TRTA": "Remark"}, formats={}))
    shown = len(sheet.data[0].cells.values[0])
    assert 0 < shown < 40 and sheet.layout.height < 8000
    assert any(f"and {40 - shown} more rows" in note.text for note in sheet.layout.annotations)


def test_a_table_without_a_figure_is_printed_row_by_row_and_what_does_not_fit_is_counted(display):
    rows = pandas.DataFrame({"TRTA": [f"row {i}" for i in range(75)]})
    sheet = printed(replace(display, figure=None, table=rows, labels={"TRTA": "Dose level"}, formats={}))
    assert list(sheet.data[0].cells["values"][0]) == [f"row {i}" for i in range(60)]
    assert any("15 more rows" in note.text for note in sheet.layout.annotations)


def test_an_empty_table_still_makes_every_format(display):
    nothing = replace(display, table=pandas.DataFrame(), labels={}, figure=None, population="")
    assert all(write(nothing, kind) for kind in FORMATS)


def test_printing_leaves_the_figure_on_screen_as_it_was(display):
    before = display.figure.to_json()
    printed(display)
    assert display.figure.to_json() == before


def test_delivered_text_in_a_title_stays_text(display):
    sheet = printed(replace(display, finding="<b>HGB</b> < 8"))
    assert any(note.text == "&lt;b&gt;HGB&lt;/b&gt; &lt; 8" for note in sheet.layout.annotations)


def test_readers_at_once_each_get_their_own_image(display):
    asked = [
        replace(display, title=f"Asked {number}", figure=house.figure(go.Bar(x=[f"bar {number}"], y=[1])))
        for number in range(12)
    ]
    with ThreadPoolExecutor(6) as pool:
        drawings = list(pool.map(lambda made: write(made, "svg").decode(), asked))
    for number, drawing in enumerate(drawings):
        assert set(re.findall(r"(?:Asked|bar) \d+", drawing)) == {f"Asked {number}", f"bar {number}"}


def test_the_same_figure_is_the_same_drawing(display):
    assert write(display, "svg") == write(display, "svg")


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
    first = write(display, "svg")
    for number in set(children()) - before:
        os.kill(number, signal.SIGKILL)
    assert write(display, "svg") == first
    monkeypatch.setattr(export.browser, "IDLE_SECONDS", 0.0)
    waited = time.monotonic() + 20
    while set(children()) - before and time.monotonic() < waited:
        time.sleep(0.1)
    assert set(children()) - before == set()
    assert write(display, "svg") == first


def test_a_browser_that_cancels_what_it_was_asked_is_said_and_the_next_figure_is_drawn(display, monkeypatch):
    async def broken():
        raise asyncio.CancelledError

    with monkeypatch.context() as patched:
        export.browser.PAINTER.end()
        patched.setattr(export.browser, "_begun", broken)
        with pytest.raises(ImagesUnavailable, match="did not draw the figure"):
            write(display, "svg")
    assert write(display, "svg").startswith(b"<svg")


def test_a_browser_that_does_not_begin_is_given_up_and_ended(monkeypatch):
    ended = []

    class Stuck:
        def __init__(self, **_):
            pass

        async def open(self):
            await asyncio.Event().wait()

        async def close(self):
            ended.append(self)

    monkeypatch.setattr(export.browser, "Kaleido", Stuck)
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
    assert write(display, "svg").startswith(b"<svg")
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
