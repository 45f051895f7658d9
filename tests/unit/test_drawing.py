"""Drawings from frames alone: what is outlined, what a legend names, where panels and cells lie."""

from __future__ import annotations

import colorsys
from datetime import date
from itertools import pairwise
from math import log10
from operator import mul
from types import SimpleNamespace

import pytest
from pandas import DataFrame, Series

from displays.drawing import house
from displays.drawing.grid import GridPanel, grid_figure
from displays.drawing.interval_rows import interval_rows
from displays.drawing.marks import (
    courses,
    dose_entries,
    new_entry,
    outline,
    rings,
    since_line,
    who,
)
from displays.drawing.panels import Legend, Panel, domains, panels_figure, shared_axis, subplot_names
from displays.drawing.stacked_rows import placed, rows_layout
from displays.rule.words import ACTIONS


def test_what_is_new_or_changed_is_outlined_and_nothing_else():
    line = outline(["new", "", "changed", None], colour=house.INK, width=0.4, new_width=2)
    assert line == dict(color=[house.NEW, house.INK, house.NEW, house.INK], width=[2, 0.4, 2, 0.4])


def test_rings_lie_on_the_marks_that_are_new():
    (trace,) = rings([1, 2, 3], [10, 20, 30], Series(["", "new", "changed"]), size=15)
    assert trace.x == (2, 3) and trace.y == (20, 30) and trace.marker.color == house.NEW and trace.meta == "changed"
    assert rings([1], [1], [""], size=15) == []


def test_the_legend_speaks_of_the_previous_cut_only_where_something_is_new():
    assert [trace.name for trace in new_entry(["", "new"], date(2007, 11, 30))] == ["new or changed since 30 Nov 2007"]
    assert new_entry(["", ""], None) == []


def test_doses_are_named_in_the_legend_as_text():
    first, second = dose_entries({"<b>130</b>": "#111111", "160": "#222222"})
    assert first.name == "&lt;b&gt;130&lt;/b&gt;" and (second.name, second.marker.color) == ("160", "#222222")


@pytest.mark.parametrize(
    ("dose", "disease", "words"),
    [
        ("130", "ALL", "<b>1</b>, 130, ALL"),
        ("130", None, "<b>1</b>, 130"),
        (float("nan"), "AML", "<b>1</b>, AML"),
        (None, None, "<b>1</b>"),
    ],
)
def test_who_is_said_as_far_as_it_is_known(dose, disease, words):
    assert who(SimpleNamespace(SUBJID="1", TRTA=dose, DISEASE=disease)) == words


def test_a_hover_box_ends_with_what_changed():
    assert since_line(SimpleNamespace(SINCE="", PREVIOUS="")) == []
    assert since_line(SimpleNamespace(SINCE="new", PREVIOUS="")) == ["new since the previous cut"]
    assert since_line(SimpleNamespace(SINCE="changed", PREVIOUS="<3")) == ["previous cut: &lt;3"]


def test_a_line_ends_where_the_next_subject_begins():
    rows = DataFrame({"USUBJID": ["b", "a", "b"], "DAY": [1, 2, 3], "VALUE": [10, 20, 30]})
    assert courses(rows, "DAY", "VALUE") == dict(x=[1, 3, None, 2, None], y=[10, 30, None, 20, None])


@pytest.mark.parametrize("gaps", [20, [20, 20]])
def test_panels_share_the_height_by_their_pixels_from_the_top_down(gaps):
    shares = domains([100, 50, 10], gaps)
    assert shares[0][1] == 1 and shares[-1][0] == pytest.approx(0, abs=1e-12)
    assert [200 * (top - bottom) for bottom, top in shares] == pytest.approx([100, 50, 10])
    assert [200 * (above[0] - below[1]) for above, below in zip(shares, shares[1:], strict=False)] == pytest.approx(
        [20, 20]
    )


def test_one_axis_is_labelled_under_the_last_panel_alone():
    assert subplot_names(3) == ["", "2", "3"]
    axes = shared_axis(3, dict(title="Days", range=[0, 9]))
    assert [axes[name].get("title") for name in ("xaxis", "xaxis2", "xaxis3")] == [None, None, "Days"]
    assert all(axis["range"] == [0, 9] for axis in axes.values()) and axes["xaxis"]["matches"] == "x3"


def panel(since: str = "", symbol: str = "circle") -> Panel:
    rows = DataFrame(
        {
            "USUBJID": ["a", "a"],
            "ADY": [1.0, 8.0],
            "AVAL": [60.0, 45.0],
            "LOOK": ["", "low"],
            "COLOUR": ["#111111", "#222222"],
            "SYMBOL": symbol,
            "LABEL": ["", "a"],
            "HOVER": ["one", "two"],
            "SINCE": ["", since],
            "STRONG": True,
        }
    )
    return Panel("Title", rows, limits=((50, "limit"),))


def test_the_panels_show_every_row_and_the_legend_only_what_is_on_them():
    legend = Legend({"low": "#222222", "high": "#333333"}, {}, {"square": "by MRI"}, date(2007, 11, 30))
    figure = panels_figure([panel(), panel("new", "square")], legend)
    marks = [trace for trace in figure.data if trace.customdata is not None]
    assert [(list(trace.x), list(trace.y), trace.yaxis) for trace in marks] == [
        ([1, 8], [60, 45], "y"),
        ([1, 8], [60, 45], "y2"),
    ]
    named = [trace.name for trace in figure.data if list(trace.x) == [None]]
    assert named == ["low", "by MRI", "new or changed since 30 Nov 2007"]
    assert [shape.y0 for shape in figure.layout.shapes] == [50, 50]


def test_cells_lie_in_the_columns_that_all_panels_share_and_the_framed_one_on_top():
    cells = DataFrame(
        {
            "COLUMN": [3, 1],
            "ROW": [1, 0],
            "COLOUR": ["#111111", "#222222"],
            "TEXT": ["a", "b"],
            "HOVER": ["A", "B"],
            "NAME": ["stay", "stop"],
            "FRAMED": [True, False],
        }
    )
    rows = {0: "0 DLT", 1: "1 DLT"}
    other = GridPanel("Other", cells.assign(COLUMN=2, ROW=0, FRAMED=False), {0: "any DLT"})
    figure = grid_figure([GridPanel("One", cells, rows), other], axis_title="Number", key=[])
    boxes = figure.layout.shapes
    assert [(round((box.x0 + box.x1) / 2), box.name, box.line.width) for box in boxes[:2]] == [
        (0, "stop", 1),
        (2, "stay", 3),
    ]
    assert boxes[0].y0 > boxes[1].y1 and list(figure.layout.xaxis.ticktext) == ["1", "2", "3"]
    texts = [note.text for note in figure.layout.annotations]
    assert texts[:3] == ["<b>One</b>", "0 DLT", "1 DLT"] and "any DLT" in texts


def test_an_interval_that_is_undefined_is_named_and_not_drawn():
    rows = DataFrame(
        {
            "TEXT": ["x", "y"],
            "COLOUR": "#111111",
            "SYMBOL": "circle",
            "ESTIMATE": [0.5, float("nan")],
            "LOWER": [0.1, float("nan")],
            "UPPER": [0.9, float("nan")],
            "SINCE": ["changed", ""],
        }
    )
    figure = interval_rows(rows, axis_title="Rate")
    assert [note.text for note in figure.layout.annotations] == ["x", "y"]
    assert [trace.meta for trace in figure.data] == [None, "changed", "estimate"]


def test_subjects_are_rows_under_the_heading_of_their_disease():
    subjects = DataFrame({"SUBJID": ["1", "2", "3"], "DISEASE": ["ALL", "ALL", "AML"]})
    rows, headings = placed(subjects)
    layout = rows_layout(rows, headings, top_pixels=50, right_pixels=20)
    assert list(rows.Y) == sorted(rows.Y, reverse=True) and [name for _, name in headings] == ["ALL", "AML"]
    assert [note["text"] for note in layout["annotations"]] == ["<b>ALL</b> · 2 subjects", "<b>AML</b> · 1 subject"]
    assert layout["yaxis"]["ticktext"] == ["1", "2", "3"] and isinstance(layout["height"], int)


@pytest.mark.parametrize(("share", "colour"), [(1, "#204060"), (0, "#ffffff")])
def test_a_colour_mixed_with_paper(share, colour):
    assert house.mixed("#204060", share) == colour


def hue_and_saturation(colour: str) -> tuple[float, float]:
    hue, _, saturation = colorsys.rgb_to_hls(*(part / 255 for part in house.parts(colour)))
    return 360 * hue, saturation


def test_orange_means_new_and_no_other_colour_comes_near_it():
    new, _ = hue_and_saturation(house.NEW)
    assert 20 < new < 45
    scales = (house.GRADE, house.CTRCD, house.STATUS, house.RESPONSE, house.DISEASE, dict(enumerate(house.DOSE_RAMP)))
    others = [colour for scale in scales for colour in scale.values()]
    others += [house.ALERT, house.WAITING, *(colour for _, colour in ACTIONS.values())]
    for colour in others:
        hue, saturation = hue_and_saturation(colour)
        assert saturation < 0.25 or abs(hue - new) > 20, colour


def test_worse_grades_are_darker_so_that_grey_print_tells_them_apart():
    for scale in (house.GRADE, house.CTRCD):
        weights = [sum(map(mul, (0.2126, 0.7152, 0.0722), house.parts(colour))) for colour in scale.values()]
        assert all(lighter - darker > 15 for lighter, darker in pairwise(weights))


@pytest.mark.parametrize(
    ("low", "high", "names"),
    [(-1.2, 2.1, ["0.1", "1", "10", "100"]), (2.9, 4.2, ["1,000", "10,000"]), (0.3, 0.7, ["1"]), (1.0, 1.4, ["10"])],
)
def test_a_logarithmic_axis_names_decades_alone_and_at_least_one(low, high, names):
    axis = house.log_axis(low, high)
    assert axis["ticktext"] == names and axis["type"] == "log"
    assert all(axis["range"][0] <= log10(tick) <= axis["range"][1] for tick in axis["tickvals"])


@pytest.mark.parametrize(("rows", "pixels"), [(0, 24), (10, 24), (35, 19), (400, house.LEAST_ROW_PIXELS)])
def test_rows_share_one_screen_until_they_could_not_be_read(rows, pixels):
    assert house.row_pixels(rows, 110, most=24) == pixels


def test_panels_are_one_screen_together():
    for number in range(1, 6):
        figure = panels_figure([panel()] * number, Legend({}, {}, {}, None))
        assert figure.layout.height <= house.SCREEN_PIXELS
