"""Colours, lines, text and places as PowerPoint writes them (DrawingML), and the words upon a chart."""

from __future__ import annotations

from collections.abc import Iterable

from displays.drawing.house import INK
from export.deck.chart import Chart, Line, Words
from export.deck.rich import Piece
from export.deck.shapes_xml import EMU
from export.deck.text import FONT, SMALLEST, xml

NAMESPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
DRAWING = 'xmlns:cdr="http://schemas.openxmlformats.org/drawingml/2006/chartDrawing"'
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def drawn_words(chart: Chart) -> str:
    """The words that stand at places of the chart, as text boxes that move and grow with it; empty without any."""
    if not chart.words:
        return ""
    boxes = "".join(_box(number, one, chart) for number, one in enumerate(chart.words, 2))
    return f"{HEAD}<c:userShapes {NAMESPACES}>{boxes}</c:userShapes>"


def _box(number: int, words: Words, chart: Chart) -> str:
    corners = (words.left, words.top, words.left + words.width, words.top + words.height)
    shares = [min(max(at / of, 0.0), 1.0) for at, of in zip(corners, (chart.width, chart.height) * 2, strict=True)]
    paper = fill_xml(words.paper) if words.paper else "<a:noFill/>"
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
        f"<a:r>{run_xml(piece.colour or colour, bold=piece.bold)}<a:t>{xml(piece.text)}</a:t></a:r>" for piece in line
    )
    return f'<a:p><a:pPr algn="{place}"/>{runs}</a:p>'


def run_xml(colour: str, *, bold: bool = False, tag: str = "rPr") -> str:
    """How a run of text looks."""
    return (
        f'<a:{tag} lang="en-GB" sz="{SMALLEST * 100}" b="{int(bold)}">{fill_xml(colour)}'
        f'<a:latin typeface="{FONT}"/></a:{tag}>'
    )


def text_xml(colour: str = INK, *, turned: bool = False) -> str:
    """How the text of a part of a chart looks."""
    body = '<a:bodyPr rot="-5400000" vert="horz"/>' if turned else "<a:bodyPr/>"
    run = run_xml(colour, tag="defRPr").replace(' lang="en-GB"', "")
    return f'<c:txPr>{body}<a:lstStyle/><a:p><a:pPr>{run}</a:pPr><a:endParaRPr lang="en-GB"/></a:p></c:txPr>'


def fill_xml(colour: str) -> str:
    """A colour that fills."""
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'


def stroke_xml(line: Line | None) -> str:
    """A line, or none."""
    if line is None:
        return '<a:ln w="19050"><a:noFill/></a:ln>'
    dash = f'<a:prstDash val="{line.dash}"/>'
    return f'<a:ln w="{round(line.width * EMU)}" cap="flat">{fill_xml(line.colour)}{dash}<a:round/></a:ln>'


def layout_xml(left: float, top: float, wide: float = 0.0, high: float = 0.0, *, inner: bool = False) -> str:
    """A place as shares of the chart; without a size it is that of what is placed."""
    target = '<c:layoutTarget val="inner"/>' if inner else ""
    size = f'<c:w val="{wide:.5f}"/><c:h val="{high:.5f}"/>' if wide else ""
    return (
        f'<c:layout><c:manualLayout>{target}<c:xMode val="edge"/><c:yMode val="edge"/>'
        f'<c:x val="{left:.5f}"/><c:y val="{top:.5f}"/>{size}</c:manualLayout></c:layout>'
    )
