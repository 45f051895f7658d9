"""A chart as PowerPoint writes it (DrawingML charts, ECMA-376 part 1, 21.2), its elements in the order asked for."""

from __future__ import annotations

from collections.abc import Iterable

from export.deck.chart import Axis, Bars, Chart, Line, Mark, Series, Words
from export.deck.chart_sheet import Cells, cells_of, rows_of
from export.deck.rich import Piece
from export.deck.text import FONT, SMALLEST, width, xml
from export.provenance import steady

NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
DRAWING = 'xmlns:cdr="http://schemas.openxmlformats.org/drawingml/2006/chartDrawing"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EMU = 12700
INK, MUTED = "#1d2a35", "#5b6b78"
X_AXIS, Y_AXIS = 111111111, 222222222
NOT_SHOWN = (
    '<c:showLegendKey val="0"/><c:showVal val="0"/><c:showCatName val="0"/><c:showSerName val="0"/>'
    '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
)
WORDS_SHOWN = NOT_SHOWN.replace('showVal val="0"', 'showVal val="1"')


def chart_xml(chart: Chart) -> str:
    """The chart's own part of the deck."""
    points = chart.kind == "points"
    body = _points(chart) if points else _bars(chart)
    axes = _of_points(chart) if points else _of_bars(chart)
    plot = f"<c:plotArea>{_inner(chart)}{body}{axes}<c:spPr><a:noFill/></c:spPr></c:plotArea>"
    return (
        f'{HEAD}<c:chartSpace {NAMESPACES}><c:date1904 val="0"/><c:lang val="en-GB"/><c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/>{plot}{_legend(chart)}<c:plotVisOnly val="1"/>'
        f'<c:dispBlanksAs val="gap"/></c:chart><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
        f"{_text()}</c:chartSpace>"
    )


def drawn_words(chart: Chart) -> str:
    """The words that stand at places of the chart, as text boxes that move and grow with it; empty without any."""
    if not chart.words:
        return ""
    boxes = "".join(_box(number, one, chart) for number, one in enumerate(chart.words, 2))
    return f"{HEAD}<c:userShapes {NAMESPACES}>{boxes}</c:userShapes>"


def _box(number: int, words: Words, chart: Chart) -> str:
    corners = (words.left, words.top, words.left + words.width, words.top + words.height)
    shares = [min(max(at / of, 0.0), 1.0) for at, of in zip(corners, (chart.width, chart.height) * 2, strict=True)]
    paper = _fill(words.paper) if words.paper else "<a:noFill/>"
    place = {"left": "l", "right": "r", "center": "ctr"}[words.align]
    lines = "".join(_paragraph(line, place, words.colour) for line in words.lines)
    return (
        f"<cdr:relSizeAnchor {DRAWING}>"
        f"<cdr:from><cdr:x>{shares[0]:.5f}</cdr:x><cdr:y>{shares[1]:.5f}</cdr:y></cdr:from>"
        f"<cdr:to><cdr:x>{shares[2]:.5f}</cdr:x><cdr:y>{shares[3]:.5f}</cdr:y></cdr:to>"
        f'<cdr:sp macro="" textlink=""><cdr:nvSpPr><cdr:cNvPr id="{number}" name="Words {number - 1}"/>'
        f'<cdr:cNvSpPr txBox="1"/></cdr:nvSpPr><cdr:spPr><a:xfrm><a:off x="{round(words.left * EMU)}" '
        f'y="{round(words.top * EMU)}"/>'
        f'<a:ext cx="{round(words.width * EMU)}" cy="{round(words.height * EMU)}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{paper}</cdr:spPr>'
        f'<cdr:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"><a:noAutofit/></a:bodyPr>'
        f"<a:lstStyle/>{lines}</cdr:txBody></cdr:sp></cdr:relSizeAnchor>"
    )


def _paragraph(line: Iterable[Piece], place: str, colour: str) -> str:
    runs = "".join(
        f"<a:r>{_run(piece.colour or colour, bold=piece.bold)}<a:t>{xml(piece.text)}</a:t></a:r>" for piece in line
    )
    return f'<a:p><a:pPr algn="{place}"/>{runs}</a:p>'


def _run(colour: str, *, bold: bool = False, tag: str = "rPr") -> str:
    return (
        f'<a:{tag} lang="en-GB" sz="{SMALLEST * 100}" b="{int(bold)}">{_fill(colour)}'
        f'<a:latin typeface="{FONT}"/></a:{tag}>'
    )


def _text(colour: str = INK, *, turned: bool = False) -> str:
    body = '<a:bodyPr rot="-5400000" vert="horz"/>' if turned else "<a:bodyPr/>"
    run = _run(colour, tag="defRPr").replace(' lang="en-GB"', "")
    return f'<c:txPr>{body}<a:lstStyle/><a:p><a:pPr>{run}</a:pPr><a:endParaRPr lang="en-GB"/></a:p></c:txPr>'


def _fill(colour: str) -> str:
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'


def _stroke(line: Line | None) -> str:
    if line is None:
        return '<a:ln w="19050"><a:noFill/></a:ln>'
    dash = f'<a:prstDash val="{line.dash}"/>'
    return f'<a:ln w="{round(line.width * EMU)}" cap="flat">{_fill(line.colour)}{dash}<a:round/></a:ln>'


def _layout(left: float, top: float, wide: float = 0.0, high: float = 0.0, *, inner: bool = False) -> str:
    """A place as shares of the chart; without a size it is that of what is placed."""
    target = '<c:layoutTarget val="inner"/>' if inner else ""
    size = f'<c:w val="{wide:.5f}"/><c:h val="{high:.5f}"/>' if wide else ""
    return (
        f'<c:layout><c:manualLayout>{target}<c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{left:.5f}"/><c:y val="{top:.5f}"/>{size}</c:manualLayout></c:layout>'
    )


def _inner(chart: Chart) -> str:
    across, up = chart.width - chart.left - chart.right, chart.height - chart.top - chart.bottom
    return _layout(
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
    place = _layout(0.005, 0.0, 0.99, chart.legend_height / chart.height)
    return f'<c:legend><c:legendPos val="t"/>{gone}{place}<c:overlay val="0"/>{_text()}</c:legend>'


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
        f"<c:ser>{_named(place, one.name, where)}<c:spPr>{_stroke(one.line)}</c:spPr>{marker}{own}{_labels(one)}"
        f"{_error(one.bars, where, rows)}<c:xVal>{_numbers(where.x, one.x, rows)}</c:xVal>"
        f'<c:yVal>{_numbers(where.y, one.y, rows)}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _marker(mark: Mark) -> str:
    fill = _fill(mark.fill) if mark.fill else "<a:noFill/>"
    edge = _stroke(Line(mark.edge, mark.edge_width)) if mark.edge else "<a:ln><a:noFill/></a:ln>"
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
        f"<a:p><a:r>{_run(one.word_colour or INK)}<a:t>{xml(text)}</a:t></a:r></a:p></c:rich></c:tx>"
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
        f"<c:minus>{_numbers(where.minus, bars.minus, rows)}</c:minus><c:spPr>{_stroke(bars.line)}</c:spPr></c:errBars>"
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
    edge = _stroke(Line("#ffffff", 1.0))
    own = "".join(
        f'<c:dPt><c:idx val="{at}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{_fill(fill)}{edge}</c:spPr></c:dPt>"
        for at, fill in enumerate(one.fills)
        if fill != one.fills[0]
    )
    named = "".join(f'<c:pt idx="{at}"><c:v>{xml(text)}</c:v></c:pt>' for at, text in enumerate(chart.categories))
    categories = (
        f'<c:strRef><c:f>{where.x}</c:f><c:strCache><c:ptCount val="{len(chart.categories)}"/>{named}'
        "</c:strCache></c:strRef>"
    )
    return (
        f"<c:ser>{_named(place, one.name, where)}<c:spPr>{_fill(one.fills[0])}{edge}</c:spPr>"
        f'<c:invertIfNegative val="0"/>{own}{_labels(one)}<c:cat>{categories}</c:cat>'
        f"<c:val>{_numbers(where.y, one.y, rows_of(chart))}</c:val></c:ser>"
    )


def _of_points(chart: Chart) -> str:
    x = _value_axis(X_AXIS, Y_AXIS, chart, "x", "b", crosses="max" if chart.y.reversed else "min")
    y = _value_axis(Y_AXIS, X_AXIS, chart, "y", "l", crosses="max" if chart.x.reversed else "min")
    return x + y


def _of_bars(chart: Chart) -> str:
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
    grid = f"<c:majorGridlines><c:spPr>{_stroke(Line(axis.grid, 0.75))}</c:spPr></c:majorGridlines>"
    line = _stroke(Line(MUTED, 0.75)) if axis.line else "<a:ln><a:noFill/></a:ln>"
    ticks = "out" if labelled and axis.line else "none"
    step = f'<c:majorUnit val="{steady(axis.step)!r}"/>' if axis.step is not None else ""
    return (
        f'<c:valAx><c:axId val="{own}"/>{_scaling(axis)}<c:delete val="0"/><c:axPos val="{place}"/>'
        f"{grid if axis.grid and labelled else ''}{_title(chart, side)}"
        f'<c:numFmt formatCode="{xml(axis.form)}" sourceLinked="0"/><c:majorTickMark val="{ticks}"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="{"nextTo" if labelled else "none"}"/>'
        f"<c:spPr>{line}</c:spPr>{_text()}"
        f'<c:crossAx val="{other}"/><c:crosses val="{crosses}"/><c:crossBetween val="{between}"/>{step}</c:valAx>'
    )


def _category_axis(own: int, other: int, chart: Chart, side: str, place: str) -> str:
    axis: Axis = getattr(chart, side)
    way = "maxMin" if axis.reversed else "minMax"
    return (
        f'<c:catAx><c:axId val="{own}"/><c:scaling><c:orientation val="{way}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{place}"/>{_title(chart, side)}<c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
        f"<c:spPr>{_stroke(Line(MUTED, 0.75))}</c:spPr>{_text()}"
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
    words = f"<a:p><a:r>{_run(INK)}<a:t>{xml(axis.title)}</a:t></a:r></a:p>"
    return (
        f"<c:title><c:tx><c:rich>{body}<a:lstStyle/>{words}</c:rich></c:tx>"
        f'{_layout(*place)}<c:overlay val="0"/></c:title>'
    )


def title_room(chart: Chart) -> float:
    """How far above the lower edge of the chart the title of its horizontal axis begins."""
    return chart.bottom - chart.labels_below
