"""A chart as PowerPoint writes it (DrawingML charts, ECMA-376 part 1, 21.2), its elements in the order asked for."""

from __future__ import annotations

from collections.abc import Iterable

from displays.drawing.house import INK
from export.deck.axes_xml import X_AXIS, Y_AXIS, axes_of_bars, axes_of_points
from export.deck.chart import Bars, Chart, Line, Mark, Series
from export.deck.chart_sheet import Cells, cells_of, rows_of
from export.deck.drawing_xml import HEAD, NAMESPACES, fill_xml, layout_xml, run_xml, stroke_xml, text_xml
from export.deck.text import xml
from export.provenance import steady

NOT_SHOWN = (
    '<c:showLegendKey val="0"/><c:showVal val="0"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)
WORDS_SHOWN = NOT_SHOWN.replace('showVal val="0"', 'showVal val="1"')


def chart_xml(chart: Chart) -> str:
    """The chart's own part of the deck."""
    points = chart.kind == "points"
    body = _points(chart) if points else _bars(chart)
    axes = axes_of_points(chart) if points else axes_of_bars(chart)
    plot = f"<c:plotArea>{_inner(chart)}{body}{axes}<c:spPr><a:noFill/></c:spPr></c:plotArea>"
    return (
        f'{HEAD}<c:chartSpace {NAMESPACES}><c:date1904 val="0"/><c:lang val="en-GB"/><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/>{plot}{_legend(chart)}<c:plotVisOnly val="1"/>'
        f'<c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f"{text_xml()}</c:chartSpace>"
    )


def _inner(chart: Chart) -> str:
    across, up = chart.width - chart.left - chart.right, chart.height - chart.top - chart.bottom
    return layout_xml(
        chart.left / chart.width, chart.top / chart.height, across / chart.width, up / chart.height, inner=True
    )


def _legend(chart: Chart) -> str:
    if not chart.legend_height:
        return ""
    gone = "".join(
        f'<c:legendEntry><c:idx val="{place}"/><c:delete val="1"/></c:legendEntry>'
        for place, one in enumerate(chart.series)
        if not one.in_legend
    )
    place = layout_xml(0.005, 0.0, 0.99, chart.legend_height / chart.height)
    return f'<c:legend><c:legendPos val="t"/>{gone}{place}<c:overlay val="0"/>{text_xml()}</c:legend>'


def _points(chart: Chart) -> str:
    rows, cells = rows_of(chart), cells_of(chart)
    series = "".join(
        _xy(place, one, where, rows) for place, (one, where) in enumerate(zip(chart.series, cells, strict=True))
    )
    return (
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{series}'
        f'<c:axId val="{X_AXIS}"/><c:axId val="{Y_AXIS}"/></c:scatterChart>'
    )


def _named(place: int, name: str, where: Cells) -> str:
    told = f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{xml(name)}</c:v></c:pt></c:strCache>'
    return (
        f'<c:idx val="{place}"/><c:order val="{place}"/><c:tx><c:strRef><c:f>{where.name}</c:f>{told}</c:strRef></c:tx>'
    )


def _xy(place: int, one: Series, where: Cells, rows: int) -> str:
    marker = _marker(one.marks[0]) if one.marks else '<c:marker><c:symbol val="none"/></c:marker>'
    own = "".join(
        f'<c:dPt><c:idx val="{at}"/>{_marker(mark)}<c:bubble3D val="0"/></c:dPt>'
        for at, mark in enumerate(one.marks)
        if at and mark != one.marks[0]
    )
    return (
        f"<c:ser>{_named(place, one.name, where)}<c:spPr>{stroke_xml(one.line)}</c:spPr>{marker}{own}{_labels(one)}"
        f"{_error(one.bars, where, rows)}<c:xVal>{_numbers(where.x, one.x, rows)}</c:xVal>"
        f'<c:yVal>{_numbers(where.y, one.y, rows)}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _marker(mark: Mark) -> str:
    fill = fill_xml(mark.fill) if mark.fill else "<a:noFill/>"
    edge = stroke_xml(Line(mark.edge, mark.edge_width)) if mark.edge else "<a:ln><a:noFill/></a:ln>"
    return (
        f'<c:marker><c:symbol val="{mark.symbol}"/><c:size val="{mark.size}"/><c:spPr>{fill}{edge}</c:spPr></c:marker>'
    )


def _labels(one: Series) -> str:
    """Words beside points, each as it stands on the screen."""
    if not any(one.words):
        return ""
    places = one.places or ("ctr",) * len(one.words)
    found = "".join(
        f'<c:dLbl><c:idx val="{at}"/><c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/>'
        f"<a:p><a:r>{run_xml(one.word_colour or INK)}<a:t>{xml(text)}</a:t></a:r></a:p></c:rich></c:tx>"
        f'<c:dLblPos val="{side}"/>{WORDS_SHOWN}</c:dLbl>'
        for at, (text, side) in enumerate(zip(one.words, places, strict=True))
        if text
    )
    return f"<c:dLbls>{found}{NOT_SHOWN}</c:dLbls>"


def _error(bars: Bars | None, where: Cells, rows: int) -> str:
    if bars is None:
        return ""
    return (
        f'<c:errBars><c:errDir val="{bars.axis}"/><c:errBarType val="both"/><c:errValType val="cust"/>'
        f'<c:noEndCap val="0"/><c:plus>{_numbers(where.plus, bars.plus, rows)}</c:plus>'
        f"<c:minus>{_numbers(where.minus, bars.minus, rows)}</c:minus>"
        f"<c:spPr>{stroke_xml(bars.line)}</c:spPr></c:errBars>"
    )


def _numbers(formula: str, values: Iterable, rows: int) -> str:
    known = list(values)
    cached = "".join(
        f'<c:pt idx="{at}"><c:v>{steady(value)!r}</c:v></c:pt>' for at, value in enumerate(known) if value is not None
    )
    return (
        f"<c:numRef><c:f>{formula}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{rows}"/>{cached}</c:numCache></c:numRef>'
    )


def _bars(chart: Chart) -> str:
    cells = cells_of(chart)
    series = "".join(
        _bar(place, one, where, chart) for place, (one, where) in enumerate(zip(chart.series, cells, strict=True))
    )
    gap = round(100 * chart.gap / max(1 - chart.gap, 0.05))
    lap = '<c:overlap val="100"/>' if chart.stacked else '<c:overlap val="0"/>'
    return (
        f'<c:barChart><c:barDir val="{"bar" if chart.kind == "rows" else "col"}"/>'
        f'<c:grouping val="{"stacked" if chart.stacked else "clustered"}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="{min(gap, 500)}"/>{lap}<c:axId val="{X_AXIS}"/><c:axId val="{Y_AXIS}"/></c:barChart>'
    )


def _bar(place: int, one: Series, where: Cells, chart: Chart) -> str:
    edge = stroke_xml(Line("#ffffff", 1.0))
    own = "".join(
        f'<c:dPt><c:idx val="{at}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{fill_xml(fill)}{edge}</c:spPr></c:dPt>"
        for at, fill in enumerate(one.fills)
        if fill != one.fills[0]
    )
    named = "".join(f'<c:pt idx="{at}"><c:v>{xml(text)}</c:v></c:pt>' for at, text in enumerate(chart.categories))
    categories = (
        f'<c:strRef><c:f>{where.x}</c:f><c:strCache><c:ptCount val="{len(chart.categories)}"/>{named}'
        "</c:strCache></c:strRef>"
    )
    return (
        f"<c:ser>{_named(place, one.name, where)}<c:spPr>{fill_xml(one.fills[0])}{edge}</c:spPr>"
        f'<c:invertIfNegative val="0"/>{own}{_labels(one)}<c:cat>{categories}</c:cat>'
        f"<c:val>{_numbers(where.y, one.y, rows_of(chart))}</c:val></c:ser>"
    )
