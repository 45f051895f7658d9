"""The slides of a deck: 16:9, title, body, footer, notes; and the file, the same bytes for the same slides."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pptx import Presentation
from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part as PackagePart
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.parts.chart import ChartPart
from pptx.slide import Slide

from export.deck.text import FONT, SMALLEST, height, kept, largest, legal, lines, xml

WIDE, HIGH = 960, 540
"""A slide in points: 13.333 × 7.5 inches."""
EDGE, WITHIN = 36.0, 888.0
"""Points: the margin at the left, and the width between the margins."""
KICKER, TITLE, FOOTER = 16.0, 36.0, 512.0
"""Points from the top: where each begins."""
BOTTOM = FOOTER - 8
"""Where the body of a slide ends."""
TITLE_HEIGHT, FOOTER_HEIGHT = 64.0, 20.0
TITLE_SIZES = (26, 24, 22, 20, 18)
INK, MUTED, RULE, LINK = "#1d2a35", "#4f5e6a", "#d5dce2", "#1c5a8a"
EMU = 12700
NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
CHART_SPACE = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
SHAPES_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartUserShapes"
LONGEST_PROPERTY = 255
"""Letters of a property of the document."""
UNUSED = ("/ppt/printerSettings", "/docProps/thumbnail")


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
        off = f'<a:off x="{_emu(self.left)}" y="{_emu(self.top)}"/>'
        return f'{off}<a:ext cx="{_emu(self.width)}" cy="{_emu(self.height)}"/>'


def body_top(title: str, sizes: tuple[int, ...] = TITLE_SIZES) -> float:
    """Where the body of a slide begins, under a title of one line or of several."""
    title = kept(title)
    size = _title_size(title, sizes)
    return TITLE + height(title, size, WITHIN, bold=True) + 8


def _title_size(title: str, sizes: tuple[int, ...]) -> int:
    """The largest size that has room; a little smaller where that saves a line, so that no word stands alone."""
    size = largest(title, sizes, WITHIN, TITLE_HEIGHT, bold=True)
    number = len(lines(title, size, WITHIN, bold=True))
    shorter = [one for one in sizes if size - 4 <= one < size and len(lines(title, one, WITHIN, bold=True)) < number]
    return shorter[0] if shorter else size


def _emu(points: float) -> int:
    return round(points * EMU)


class Deck:
    """The slides as they are made, one after the other."""

    def __init__(self, footer: str) -> None:
        self.presentation = Presentation()
        self.footer = footer
        self._charts = 0
        self._numbers: dict[object, int] = {}
        _lay_out(self.presentation)

    @property
    def number(self) -> int:
        """The number of the slide made last."""
        return len(self.presentation.slides)

    def slide(self, title: str, *, kicker: str = "", sizes: tuple[int, ...] = TITLE_SIZES) -> Slide:
        """A slide with its title first; above the title stands what it is of."""
        title = kept(title)
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[0])
        self._numbers[slide.part] = self.number
        size = _title_size(title, sizes)
        slide.shapes.title._element.getparent().replace(
            slide.shapes.title._element, parse_xml(_placeholder(2, "Title", "title", None, [[Run(title, size, True)]]))
        )
        if kicker:
            self.text(slide, "Place", Box(EDGE, KICKER, WITHIN - 170, 20), [[Run(kicker, colour=MUTED)]])
        return slide

    def text(self, slide: Slide, name: str, box: Box, paragraphs: Iterable[Paragraph], *, align: str = "l") -> None:
        """A text box."""
        number = _next_id(slide)
        lines = "".join(_paragraph(line, slide, align) for line in paragraphs)
        _append(
            slide,
            f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{xml(name)} {number}"/>'
            f'<p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>{box.xml}</a:xfrm>'
            f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            f'<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"><a:noAutofit/></a:bodyPr>'
            f"<a:lstStyle/>{lines}</p:txBody></p:sp>",
        )

    def chart(self, slide: Slide, box: Box, drawn: tuple[str, str, bytes], name: str, alt: str) -> None:
        """A chart that can be edited: its own XML, that of the words upon it, and its workbook."""
        own, words, sheet = drawn
        package = slide.part.package
        self._charts += 1
        part = ChartPart.load(PackURI(f"/ppt/charts/chart{self._charts}.xml"), CT.DML_CHART, package, own.encode())
        part.chart_workbook.update_from_xlsx_blob(sheet)
        if words:
            uri = PackURI(f"/ppt/drawings/drawing{self._charts}.xml")
            known = part.relate_to(PackagePart(uri, SHAPES_TYPE, package, words.encode()), SHAPES_RELATION)
            part._element.append(parse_xml(f'<c:userShapes {CHART_SPACE} {NAMESPACES} r:id="{known}"/>'))
        related, number = slide.part.relate_to(part, RT.CHART), _next_id(slide)
        data = (
            f'<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
            f'<c:chart {CHART_SPACE} r:id="{related}"/></a:graphicData>'
        )
        _append(slide, _graphic(number, f"Chart {number}", name, alt, box, data))

    def table(self, slide: Slide, box: Box, table: str, name: str, alt: str) -> None:
        """A table of PowerPoint, whose XML is given."""
        number = _next_id(slide)
        data = f'<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">{table}</a:graphicData>'
        _append(slide, _graphic(number, f"Table {number}", name, alt, box, data))

    def picture(self, slide: Slide, box: Box, image: bytes, alt: str) -> None:
        """A picture, as large as the box holds it."""
        shape = slide.shapes.add_picture(io.BytesIO(image), 0, 0)
        scale = min(box.width * EMU / shape.width, box.height * EMU / shape.height)
        shape.width, shape.height = round(shape.width * scale), round(shape.height * scale)
        shape.left = _emu(box.left) + (_emu(box.width) - shape.width) // 2
        shape.top = _emu(box.top)
        shape._element.nvPicPr.cNvPr.set("descr", legal(alt))
        shape._element.nvPicPr.cNvPr.set("name", f"Picture {shape.shape_id}")

    def rectangle(self, slide: Slide, name: str, box: Box) -> None:
        """An empty box to be filled in by hand."""
        number = _next_id(slide)
        _append(
            slide,
            f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{xml(name)} {number}"/><p:cNvSpPr/><p:nvPr/>'
            f'</p:nvSpPr><p:spPr><a:xfrm>{box.xml}</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            f'<a:noFill/><a:ln w="9525">{fill(MUTED)}</a:ln></p:spPr><p:txBody><a:bodyPr/><a:lstStyle/>'
            f'<a:p><a:endParaRPr lang="en-GB" sz="1400"/></a:p></p:txBody></p:sp>',
        )

    def finish(self, slide: Slide, notes: str = "") -> None:
        """The footer, last in the order of reading, and the notes of the speaker."""
        number = _next_id(slide)
        page = (
            '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
            f'<a:rPr lang="en-GB" sz="1400">{fill(MUTED)}</a:rPr><a:t>{self._numbers[slide.part]}</a:t></a:fld>'
        )
        _append(slide, _placeholder(number, "Footer", "ftr", 11, [[Run(self.footer, colour=MUTED)]]))
        _append(slide, _placeholder(number + 1, "Slide number", "sldNum", 12, [], field=page))
        if notes:
            slide.notes_slide.notes_text_frame.text = legal(notes)

    def written(self, title: str, subject: str, by: str, prepared: datetime) -> bytes:
        """The file."""
        known = self.presentation.core_properties
        told = [legal(text)[:LONGEST_PROPERTY] for text in (title, subject, by or "Safety dashboard")]
        known.title, known.subject, known.author = told
        known.language, known.last_modified_by, known.revision = "en-GB", known.author, 1
        known.created = known.modified = prepared.replace(tzinfo=None)
        known.keywords = known.comments = known.category = ""
        out = io.BytesIO()
        self.presentation.save(out)
        return _always_the_same(out.getvalue())


def _lay_out(presentation) -> None:
    """The one layout of the deck, in the house's colours, 16:9."""
    presentation.slide_width, presentation.slide_height = _emu(WIDE), _emu(HIGH)
    layouts = presentation.slide_layouts
    for layout in [one for one in layouts if one.name != "Title Only"]:
        layouts.remove(layout)
    layouts[0].name = "Finding"
    for holder in (presentation.slide_master, layouts[0]):
        for shape in list(holder.placeholders):
            if shape.placeholder_format.type == 16:  # the date, which the footer says
                shape._element.getparent().remove(shape._element)
    places = {
        "Title Placeholder 1": Box(EDGE, TITLE, WITHIN, TITLE_HEIGHT),
        "Text Placeholder 2": Box(EDGE, TITLE + TITLE_HEIGHT + 8, WITHIN, BOTTOM - TITLE - TITLE_HEIGHT - 8),
        "Footer Placeholder 4": Box(EDGE, FOOTER, WITHIN - 60, FOOTER_HEIGHT),
        "Slide Number Placeholder 5": Box(EDGE + WITHIN - 56, FOOTER, 56, FOOTER_HEIGHT),
    }
    for shape in presentation.slide_master.placeholders:
        box = places[shape.name]
        shape.left, shape.top, shape.width, shape.height = map(_emu, (box.left, box.top, box.width, box.height))
    _restyle(presentation)
    for part, relation in [
        (p, r) for p in (presentation.part, presentation.part.package) for r in list(p._rels.values())
    ]:
        if not relation.is_external and str(relation.target_part.partname).startswith(UNUSED):
            part._rels.pop(relation.rId)


def _restyle(presentation) -> None:
    """Title at the left and above, footer without insets, Arial for all."""
    master = presentation.slide_master._element
    for body in master.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}bodyPr"):
        for side in ("lIns", "tIns", "rIns", "bIns"):
            body.set(side, "0")
        body.set("anchor", "t")
    for style in master.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}lvl1pPr"):
        if style.get("algn") == "ctr":
            style.set("algn", "l")
    theme = next(rel.target_part for rel in presentation.slide_master.part.rels.values() if rel.reltype == RT.THEME)
    theme._blob = theme.blob.replace(b'<a:latin typeface="Calibri"/>', f'<a:latin typeface="{FONT}"/>'.encode())


def _next_id(slide: Slide) -> int:
    return max(int(one.get("id")) for one in slide.shapes._spTree.iter() if one.tag.endswith("}cNvPr")) + 1


def _append(slide: Slide, told: str) -> None:
    slide.shapes._spTree.append(parse_xml(told))


def _graphic(number: int, name: str, title: str, alt: str, box: Box, data: str) -> str:
    return (
        f'<p:graphicFrame {NAMESPACES}><p:nvGraphicFramePr><p:cNvPr id="{number}" name="{xml(name)}" '
        f'descr="{xml(alt)}" title="{xml(title)}"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/>'
        f"</p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm>{box.xml}</p:xfrm>"
        f"<a:graphic>{data}</a:graphic></p:graphicFrame>"
    )


def _placeholder(
    number: int, name: str, kind: str, place: int | None, paragraphs: Iterable[Paragraph], field: str = ""
) -> str:
    known = f'<p:ph type="{kind}"/>' if place is None else f'<p:ph type="{kind}" sz="quarter" idx="{place}"/>'
    lines = "".join(_paragraph(line, None) for line in paragraphs) or f'<a:p><a:pPr algn="r"/>{field}</a:p>'
    return (
        f'<p:sp {NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{name} {number}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr>{known}</p:nvPr></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr><a:noAutofit/></a:bodyPr><a:lstStyle/>{lines}</p:txBody></p:sp>"
    )


def _paragraph(line: Paragraph, slide: Slide | None, align: str = "l") -> str:
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


def _always_the_same(written: bytes) -> bytes:
    """The same file without the times at which its parts were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(written)) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in read.infolist():
            kept = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            kept.external_attr, kept.create_system = 0o600 << 16, 3
            packed = zipfile.ZIP_STORED if entry.filename.endswith((".png", ".xlsx")) else zipfile.ZIP_DEFLATED
            made.writestr(kept, read.read(entry), compress_type=packed, compresslevel=4)
    return out.getvalue()
