"""Shapes of a slide and the text in them, as PowerPoint writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.slide import Slide

from displays.drawing.house import INK
from export.deck.text import FONT, SMALLEST, xml

MUTED, LINK = "#4f5e6a", "#1c5a8a"
EMU = 12700
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


@dataclass(frozen=True)
class Run:
    """A piece of text. link: the address that it leads to; slide: the slide of the deck that it leads to."""

    text: str
    size: int = SMALLEST
    bold: bool = False
    colour: str = INK
    link: str = ""
    slide: Slide | None = None


Paragraph = Sequence[Run]


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def xml(self) -> str:
        off = f'<a:off x="{emu(self.left)}" y="{emu(self.top)}"/>'
        return f'{off}<a:ext cx="{emu(self.width)}" cy="{emu(self.height)}"/>'


def emu(points: float) -> int:
    """Points in the unit of PowerPoint."""
    return round(points * EMU)


def graphic(number: int, name: str, title: str, alt: str, box: Box, data: str) -> str:
    """A chart or table in its place, with its name and its words for who cannot see it."""
    return (
        f'<p:graphicFrame {NAMESPACES}><p:nvGraphicFramePr><p:cNvPr id="{number}" name="{xml(name)}" '
        f'descr="{xml(alt)}" title="{xml(title)}"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/>'
        f"</p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm>{box.xml}</p:xfrm>"
        f"<a:graphic>{data}</a:graphic></p:graphicFrame>"
    )


def placeholder(
    number: int, name: str, kind: str, place: int | None, paragraphs: Iterable[Paragraph], field: str = ""
) -> str:
    """A shape that takes its place and look from the layout: title, footer or number."""
    known = f'<p:ph type="{kind}"/>' if place is None else f'<p:ph type="{kind}" sz="quarter" idx="{place}"/>'
    lines = "".join(paragraph(line, None) for line in paragraphs) or f'<a:p><a:pPr algn="r"/>{field}</a:p>'
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{name} {number}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>{known}</p:nvPr></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr><a:noAutofit/></a:bodyPr><a:lstStyle/>{lines}</p:txBody></p:sp>"
    )


def paragraph(line: Paragraph, slide: Slide | None, align: str = "l") -> str:
    """A line of runs."""
    runs = "".join(_run(run, slide) for run in line) or '<a:endParaRPr lang="en-GB" sz="1400"/>'
    return f'<a:p><a:pPr algn="{align}"/>{runs}</a:p>'


def _run(run: Run, slide: Slide | None) -> str:
    link = ""
    if slide is not None and run.link:
        link = f'<a:hlinkClick r:id="{slide.part.relate_to(run.link, RT.HYPERLINK, is_external=True)}"/>'
    if slide is not None and run.slide is not None:
        known = slide.part.relate_to(run.slide.part, RT.SLIDE)
        link = f'<a:hlinkClick r:id="{known}" action="ppaction://hlinksldjump"/>'
    return (
        f'<a:r><a:rPr lang="en-GB" sz="{run.size * 100}" b="{int(run.bold)}">{fill(run.colour)}'
        f'<a:latin typeface="{FONT}"/>{link}</a:rPr><a:t>{xml(run.text)}</a:t></a:r>'
    )


def fill(colour: str) -> str:
    """A colour that fills a shape or text."""
    return f'<a:solidFill><a:srgbClr val="{colour.lstrip("#").upper()}"/></a:solidFill>'
