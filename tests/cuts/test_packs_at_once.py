"""Packs that are made at once have each its own figures, in every format: told by words and colours of the figures."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import plotly.graph_objects as go
import pypdfium2
import pytest
from deck_checks import Package, texts
from PIL import Image

from displays.drawing import house
from export import images_available
from export.folder import FORMATS_OF_PACKS, write_pack
from export.images import DRAWN
from export.made import Book, make
from export.pack import Item, Pack

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)
OF = (
    ("2007-08-31", {}),
    ("2007-11-30", {"disease": ("AML",)}),
    ("2008-02-29", {"disease": ("ALL",)}),
    ("2008-02-29", {}),
)
"""The cut and the filters of each of four packs."""
COLOURS = [(30 + 60 * number, 230 - 60 * number, 128 if bars else 40) for number in range(4) for bars in (True, False)]


def own(number: int, *, bars: bool) -> str:
    return f"pack {number} {'bars' if bars else 'map'}"


def colour(number: int, *, bars: bool) -> tuple[int, int, int]:
    return COLOURS[2 * number + (not bars)]


def figure(number: int, *, bars: bool) -> go.Figure:
    """A chart that PowerPoint can draw, or one that it cannot; a word and a colour say of which pack it is."""
    word, shade = [own(number, bars=bars)], "rgb({}, {}, {})".format(*colour(number, bars=bars))
    if bars:
        return house.figure(go.Bar(x=word, y=[number + 1], marker_color=shade), height=300)
    return house.figure(go.Heatmap(x=word, y=["a"], z=[[1]], colorscale=[shade, shade], showscale=False), height=300)


def book_of(number: int, views) -> Book:
    """A pack of a table and of two displays with figures of its own."""
    cut, filters = OF[number]
    items = (Item("every_dlt"), Item("dlt_by_dose"), Item("ae_heat_map"))
    made = make(Pack(f"Pack {number}", "closed", items, filters), views[cut])
    table, *charted = made.parts
    drawn = [
        replace(part, display=replace(part.display, figure=figure(number, bars=bars)))
        for part, bars in zip(charted, (True, False), strict=True)
    ]
    return replace(made, parts=(table, *drawn))


def colours_in(image: bytes) -> set[tuple[int, int, int]]:
    """Which of the colours of the packs a picture holds in a large area."""
    found = Image.open(io.BytesIO(image)).convert("RGB").getcolors(1 << 24)
    return {shade for count, shade in found if shade in COLOURS and count > 5000}


@pytest.mark.skipif(not images_available(), reason="no Chromium on this machine to draw the charts with")
def test_packs_that_are_made_at_once_have_each_its_own_figures_in_every_format(views, tmp_path):
    DRAWN.clear()
    books = [book_of(number, views) for number in range(4)]

    def written(number: int) -> list[Path]:
        return write_pack(books[number], FORMATS_OF_PACKS, tmp_path / str(number), PREPARED)

    with ThreadPoolExecutor(4) as pool:
        for number, paths in enumerate(pool.map(written, range(4))):
            files = {path.name.rpartition("_")[2] if path.is_dir() else path.suffix[1:]: path for path in paths}
            says_in_text(files, {own(number, bars=bars) for bars in (True, False)}, books[number])
            holds_in_colours(files, {colour(number, bars=bars) for bars in (True, False)})


def text_of_book(written: bytes) -> str:
    with pypdfium2.PdfDocument(written) as read:
        return " ".join(one.get_textpage().get_text_range() for one in read)


def says_in_text(files: dict[str, Path], words: set[str], made: Book) -> None:
    def own_words(text: str) -> set[str]:
        return set(re.findall(r"pack \d (?:bars|map)", " ".join(text.split())))

    assert own_words(files["html"].read_text(encoding="utf-8")) == words
    assert own_words(text_of_book(files["pdf"].read_bytes())) == words
    assert set().union(*(own_words(path.read_text()) for path in files["svg"].glob("*.svg"))) == words
    findings = [part.finding for part in made.parts]
    contents = openpyxl.load_workbook(files["xlsx"], read_only=True)["Contents"]
    assert [row[3] for row in contents.iter_rows(min_row=5, values_only=True)] == findings
    slides = Package(files["pptx"].read_bytes())
    charts = [blob.decode() for name, blob in slides.parts.items() if re.fullmatch(r"ppt/charts/chart[^/]*\.xml", name)]
    assert [own_words(chart) for chart in charts] == [words - {word for word in words if word.endswith("map")}]
    said = [texts(root)[0].replace("\u00a0", " ") for root in slides.of(r"ppt/slides/slide\d+\.xml").values()]
    assert set(findings) <= set(said)


def holds_in_colours(files: dict[str, Path], shades: set[tuple[int, int, int]]) -> None:
    images = sorted(files["png"].glob("*.png"))
    assert set().union(*(colours_in(path.read_bytes()) for path in images)) == shades
    slides = Package(files["pptx"].read_bytes())
    pictures = [colours_in(blob) for name, blob in slides.parts.items() if name.endswith(".png")]
    (own_map,) = [shade for shade in shades if shade[2] == 40]
    assert [found for found in pictures if found] == [{own_map}]
