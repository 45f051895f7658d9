"""A figure becomes a chart of PowerPoint as it is on screen, or none; the check of its XML finds what is wrong."""

from xml.etree import ElementTree as Xml

import plotly.graph_objects as go
import pytest
from deck_checks import A, C, cached, faults

from export.deck.axes import Refused
from export.deck.chart_xml import chart_xml
from export.deck.drawing_xml import drawn_words
from export.deck.laid import charts
from export.deck.text import lines, width
from export.legal import legal

WIDE, HIGH = 880, 360


def drawn(figure: go.Figure) -> Xml.Element:
    ((chart, _, _),) = charts(figure, WIDE, HIGH)
    return Xml.fromstring(chart_xml(chart))


def values(root: Xml.Element) -> dict[str, list]:
    return dict(cached(root))


def test_points_keep_their_error_bars_colours_and_places_and_leave_gaps():
    figure = go.Figure(
        go.Scatter(
            x=[10.0, None, 50.0],
            y=[1.0, 2.0, 3.0],
            mode="markers",
            name="Rate",
            marker=dict(color="#3d8dc4", symbol="square", size=12),
            error_x=dict(type="data", symmetric=False, array=[5.0, 1.0, 20.0], arrayminus=[4.0, 1.0, 10.0]),
        ),
        layout=dict(xaxis=dict(range=[0, 100], title="%"), yaxis=dict(range=[0, 4])),
    )
    root = drawn(figure)
    end = [None] * 3
    assert values(root) == {
        # the intervals once more as lines, for programs that draw no error bars
        "Chart!$B$1": ["Rate: interval"],
        "Chart!$A$2:$A$7": [6.0, 15.0, None, 40.0, 70.0, None],
        "Chart!$B$2:$B$7": [1.0, 1.0, None, 3.0, 3.0, None],
        "Chart!$D$1": ["Rate"],
        "Chart!$C$2:$C$7": [10.0, None, 50.0, *end],
        "Chart!$D$2:$D$7": [1.0, None, 3.0, *end],
        "Chart!$E$2:$E$7": [5.0, 1.0, 20.0, *end],
        "Chart!$F$2:$F$7": [4.0, 1.0, 10.0, *end],
    }
    assert [one.get("val") for one in root.iter(f"{C}symbol")] == ["none", "square"]
    assert "3D8DC4" in {one.get("val") for one in root.iter(f"{A}srgbClr")}
    assert [one.get("val") for one in root.iter(f"{C}errDir")] == ["x"]
    ends = [(one.find(f"{C}min").get("val"), one.find(f"{C}max").get("val")) for one in root.iter(f"{C}scaling")]
    assert ends == [("0.0", "100.0"), ("0.0", "4.0")]


def test_steps_have_their_corners_and_no_step_is_drawn_over_a_gap():
    line = go.Scatter(x=[0, 1, 2, 4], y=[1.0, 0.8, 0.8, 0.5], mode="lines", line=dict(shape="hv", color="#0b7285"))
    root = drawn(go.Figure(line, layout=dict(xaxis=dict(range=[0, 4]), yaxis=dict(range=[0, 1], tickformat=".0%"))))
    told = values(root)
    assert told["Chart!$A$2:$A$7"] == [0, 1, 1, 2, 4, 4] and told["Chart!$B$2:$B$7"] == [1, 1, 0.8, 0.8, 0.8, 0.5]
    assert "0%" in {one.get("formatCode") for one in root.iter(f"{C}numFmt")}


def test_bars_are_stacked_in_the_order_of_the_screen_with_their_counts():
    bars = [
        go.Bar(x=[3, 0], y=["low", "high"], orientation="h", name=name, marker=dict(color=colour), text=["3", ""])
        for name, colour in (("mild", "#f7dcdc"), ("severe", "#9c1c16"))
    ]
    layout = dict(
        barmode="stack", xaxis=dict(range=[0, 6]), yaxis=dict(categoryorder="array", categoryarray=["high", "low"])
    )
    root = drawn(go.Figure(bars, layout=layout))
    told = values(root)
    assert told["Chart!$A$2:$A$3"] == ["high", "low"] and told["Chart!$C$2:$C$3"] == [0.0, 3.0]
    assert [one.get("val") for one in root.iter(f"{C}grouping")] == ["stacked"]
    assert [one.text for one in root.iter(f"{A}t")] == ["3", "3"]


def test_words_beside_the_plot_move_with_the_chart_and_say_what_the_screen_says():
    marks = go.Scatter(x=[1], y=[1], mode="markers", marker=dict(color="#1d2a35"))
    note = dict(x=0, y=1, text="<b>1 of 3</b><br>5 &lt; 6", showarrow=False, xanchor="left", yanchor="top")
    axis = dict(range=[0.5, 1.5], tickvals=[1], ticktext=["130<br>n = 3"])
    ((chart, _, _),) = charts(
        go.Figure(marks, layout=dict(yaxis=axis, xaxis=dict(range=[0, 2]), annotations=[note])), WIDE, HIGH
    )
    said = [one.text for one in Xml.fromstring(drawn_words(chart)).iter(f"{A}t")]
    assert said == ["130", "n = 3", "1 of 3", "5 < 6"]
    assert all(0 <= one.left and one.left + one.width <= WIDE for one in chart.words)


@pytest.mark.parametrize(
    ("trace", "layout"),
    [
        (go.Heatmap(z=[[1]]), {}),
        (go.Scatter(x=[1], y=[1], fill="toself"), {}),
        (go.Scatter(x=[1], y=[1], mode="markers", marker=dict(symbol="hourglass")), {}),
        (go.Scatter(x=[1], y=[1], mode="markers", marker=dict(color=[3.0])), {}),
        (go.Scatter(x=["a"], y=[1], mode="markers"), {}),
        (go.Bar(x=[1], y=[1], base=[2]), {}),
        (go.Scatter(x=[1], y=[1], mode="markers"), {"shapes": [dict(type="rect", x0=0, x1=1, y0=0, y1=1)]}),
        (go.Scatter(x=[1], y=[1], mode="markers"), {"annotations": [dict(text="here", x=1, y=1)]}),
        (go.Scatter(x=list(range(1000)), y=list(range(1000)), mode="markers"), {}),
    ],
)
def test_what_powerpoint_cannot_draw_as_it_is_is_refused(trace, layout):
    with pytest.raises(Refused):
        charts(go.Figure(trace, layout=layout), WIDE, HIGH)


@pytest.mark.parametrize(
    ("children", "wrong"),
    [
        ("<c:idx/><c:order/><c:marker/><c:dPt/><c:dPt/><c:errBars/><c:xVal/><c:yVal/>", 0),
        ("<c:idx/><c:order/><c:errBars/><c:marker/><c:xVal/><c:yVal/>", 1),
        ("<c:idx/><c:order/><c:values/><c:xVal/>", 1),
        ("<c:idx/><c:idx/><c:order/>", 1),
    ],
)
def test_the_check_of_the_order_finds_elements_out_of_place(children, wrong):
    assert len(faults(Xml.fromstring(f'<c:ser xmlns:c="{C[1:-1]}">{children}</c:ser>'))) == wrong


def test_lines_break_at_words_and_no_letter_is_lost():
    text = "a word and " + "x" * 90
    broken = lines(text, 14, 200)
    assert "".join(broken).replace(" ", "") == text.replace(" ", "")
    assert all(width(line, 14) <= 200 for line in broken) and lines("", 14, 200) == [""]
    assert legal("a\x00\x1f\ufffeb\tc") == "a[U+0000][U+001F][U+FFFE]b\tc"
