"""Widths of text by which sheets are laid out, against the font that the project ships."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageFont

from export.lettering import WIDTHS, measured, width, wrapped

FONTS = Path(__file__).parents[2] / "export" / "fonts"
SIZE = 1000


def font(style: str) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"LiberationSans-{style}.ttf"), SIZE)


def test_no_letter_is_wider_than_the_table_says():
    """Nor much narrower: a table that gave all letters the widest would part lines far too early."""
    regular = font("Regular")
    for letter, share in WIDTHS.items():
        if letter not in "\u2009\u00ad":
            assert -1 <= SIZE * share - regular.getlength(letter) <= 60, letter


@pytest.mark.parametrize(
    "text",
    [
        "6 of 29 evaluable subjects had a DLT: 1 of 6 at 160, 2 of 11 at 190 and 3 of 6 at 230 mg/m²/day.",
        "Alanine aminotransferase increased",
        "Electrocardiogram QT prolonged; LVEF 63 → 37 % on day 230",
    ],
)
def test_a_sentence_is_as_wide_as_in_the_font(text):
    assert width(text, SIZE) == pytest.approx(font("Regular").getlength(text), rel=0.02)
    assert 0 <= width(text, SIZE, bold=True) / font("Bold").getlength(text) - 1 <= 0.06


def test_lines_fit_their_room_and_lose_no_letter():
    text = "Pneumonoultramicroscopicsilicovolcanoconiosis at ≥ 3 and n = 7, 33 % of sites/countries-of-all-kinds"
    for room in (40, 90, 300):
        lines = wrapped(text, room, 14)
        assert "".join(lines).replace("\u00a0", "").replace(" ", "") == text.replace(" ", "")
        assert all(width(line, 14) <= room for line in lines)
    assert not any(line.endswith(("≥", "n", "=", "33")) for line in wrapped(text, 90, 14))


def test_a_text_of_a_figure_is_measured_without_its_tags():
    assert measured("<span style='color:red'>a &lt; b</span><br>c", 10) == (width("a < b", 10), 26)
