"""The axes of a chart as PowerPoint writes them."""

from __future__ import annotations

from displays.drawing.house import INK, MUTED
from export.deck.chart import Axis, Chart, Line
from export.deck.drawing_xml import layout_xml, run_xml, stroke_xml, text_xml
from export.deck.text import SMALLEST, width, xml
from export.provenance import steady

X_AXIS, Y_AXIS = 111111111, 222222222


def axes_of_points(chart: Chart) -> str:
    """The two axes of points."""
    x = _value_axis(X_AXIS, Y_AXIS, chart, "x", "b", crosses="max" if chart.y.reversed else "min")
    y = _value_axis(Y_AXIS, X_AXIS, chart, "y", "l", crosses="max" if chart.x.reversed else "min")
    return x + y


def axes_of_bars(chart: Chart) -> str:
    """The axes of bars: names and counts."""
    lying = chart.kind == "rows"
    names = _category_axis(X_AXIS, Y_AXIS, chart, "y" if lying else "x", "l" if lying else "b")
    counts = _value_axis(
        Y_AXIS, X_AXIS, chart, "x" if lying else "y", "b" if lying else "l", crosses="autoZero", between="between"
    )
    return names + counts


def _scaling(axis: Axis) -> str:
    base = '<c:logBase val="10"/>' if axis.log else ""
    way = "maxMin" if axis.reversed else "minMax"
    return (
        f'<c:scaling>{base}<c:orientation val="{way}"/><c:max val="{steady(axis.high)!r}"/>'
        f'<c:min val="{steady(axis.low)!r}"/></c:scaling>'
    )


def _value_axis(
    own: int, other: int, chart: Chart, side: str, place: str, *, crosses: str, between: str = "midCat"
) -> str:
    axis: Axis = getattr(chart, side)
    labelled = axis.step is not None
    grid = f"<c:majorGridlines><c:spPr>{stroke_xml(Line(axis.grid, 0.75))}</c:spPr></c:majorGridlines>"
    line = stroke_xml(Line(MUTED, 0.75)) if axis.line else "<a:ln><a:noFill/></a:ln>"
    ticks = "out" if labelled and axis.line else "none"
    step = f'<c:majorUnit val="{steady(axis.step)!r}"/>' if axis.step is not None else ""
    return (
        f'<c:valAx><c:axId val="{own}"/>{_scaling(axis)}<c:delete val="0"/><c:axPos val="{place}"/>'
        f"{grid if axis.grid and labelled else ''}{_title(chart, side)}"
        f'<c:numFmt formatCode="{xml(axis.form)}" sourceLinked="0"/><c:majorTickMark val="{ticks}"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{"nextTo" if labelled else "none"}"/>'
        f"<c:spPr>{line}</c:spPr>{text_xml()}"
        f'<c:crossAx val="{other}"/><c:crosses val="{crosses}"/><c:crossBetween val="{between}"/>{step}</c:valAx>'
    )


def _category_axis(own: int, other: int, chart: Chart, side: str, place: str) -> str:
    axis: Axis = getattr(chart, side)
    way = "maxMin" if axis.reversed else "minMax"
    return (
        f'<c:catAx><c:axId val="{own}"/><c:scaling><c:orientation val="{way}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{place}"/>{_title(chart, side)}<c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f"<c:spPr>{stroke_xml(Line(MUTED, 0.75))}</c:spPr>{text_xml()}"
        f'<c:crossAx val="{other}"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
        f'<c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>'
    )


def _title(chart: Chart, side: str) -> str:
    """The title of an axis in the middle of its plot: at the left edge, or under the labels."""
    axis: Axis = getattr(chart, side)
    if not axis.title:
        return ""
    half = width(axis.title, SMALLEST) / 2
    if side == "x":
        middle = chart.left + (chart.width - chart.left - chart.right) / 2
        place = (max(middle - half, 0.0) / chart.width, 1 - title_room(chart) / chart.height)
    else:
        middle = chart.top + (chart.height - chart.top - chart.bottom) / 2
        place = (2 / chart.width, max(middle - half, 0.0) / chart.height)
    body = '<a:bodyPr rot="-5400000" vert="horz"/>' if side == "y" else "<a:bodyPr/>"
    words = f"<a:p><a:r>{run_xml(INK)}<a:t>{xml(axis.title)}</a:t></a:r></a:p>"
    return (
        f"<c:title><c:tx><c:rich>{body}<a:lstStyle/>{words}</c:rich></c:tx>"
        f'{layout_xml(*place)}<c:overlay val="0"/></c:title>'
    )


def title_room(chart: Chart) -> float:
    """How far above the lower edge of the chart the title of its horizontal axis begins."""
    return chart.bottom - chart.labels_below
