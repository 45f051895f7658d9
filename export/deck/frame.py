"""The slides of a deck: 16:9, title, body, footer, notes; and the file, the same bytes for the same slides."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from datetime import datetime

from pptx import Presentation
from pptx.opc.constants import CONTENT_TYPE as CT
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.opc.package import Part as PackagePart
from pptx.opc.packuri import PackURI
from pptx.oxml import parse_xml
from pptx.parts.chart import ChartPart
from pptx.slide import Slide

from export.deck.geometry import EDGE, KICKER, TITLE_SIZES, WITHIN, title_size
from export.deck.layout import lay_out
from export.deck.shapes_xml import (
    EMU,
    MUTED,
    NAMESPACES,
    Box,
    Paragraph,
    Run,
    emu,
    fill,
    graphic,
    paragraph,
    placeholder,
)
from export.deck.text import kept, xml
from export.legal import legal

CHART_SPACE = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chartshapes+xml"
SHAPES_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/chartUserShapes"
MANIFEST = "urn:safety-dashboard:manifest"
LONGEST_PROPERTY = 255
"""Letters of a property of the document."""


class Deck:
    """The slides as they are made, one after the other."""

    def __init__(self, footer: str) -> None:
        self.presentation = Presentation()
        self.footer = footer
        self._charts = 0
        self._numbers: dict[object, int] = {}
        lay_out(self.presentation)

    @property
    def number(self) -> int:
        """The number of the slide made last."""
        return len(self.presentation.slides)

    def slide(self, title: str, *, kicker: str = "", sizes: tuple[int, ...] = TITLE_SIZES) -> Slide:
        """A slide with its title first; above the title stands what it is of."""
        title = kept(title)
        slide = self.presentation.slides.add_slide(self.presentation.slide_layouts[0])
        self._numbers[slide.part] = self.number
        size = title_size(title, sizes)
        slide.shapes.title._element.getparent().replace(
            slide.shapes.title._element, parse_xml(placeholder(2, "Title", "title", None, [[Run(title, size, True)]]))
        )
        if kicker:
            self.text(slide, "Place", Box(EDGE, KICKER, WITHIN - 170, 20), [[Run(kicker, colour=MUTED)]])
        return slide

    def text(self, slide: Slide, name: str, box: Box, paragraphs: Iterable[Paragraph], *, align: str = "l") -> None:
        """A text box."""
        number = _next_id(slide)
        lines = "".join(paragraph(line, slide, align) for line in paragraphs)
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
        _append(slide, graphic(number, f"Chart {number}", name, alt, box, data))

    def table(self, slide: Slide, box: Box, table: str, name: str, alt: str) -> None:
        """A table of PowerPoint, whose XML is given."""
        number = _next_id(slide)
        data = f'<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">{table}</a:graphicData>'
        _append(slide, graphic(number, f"Table {number}", name, alt, box, data))

    def picture(self, slide: Slide, box: Box, image: bytes, alt: str) -> None:
        """A picture, as large as the box holds it."""
        shape = slide.shapes.add_picture(io.BytesIO(image), 0, 0)
        scale = min(box.width * EMU / shape.width, box.height * EMU / shape.height)
        shape.width, shape.height = round(shape.width * scale), round(shape.height * scale)
        shape.left = emu(box.left) + (emu(box.width) - shape.width) // 2
        shape.top = emu(box.top)
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
        _append(slide, placeholder(number, "Footer", "ftr", 11, [[Run(self.footer, colour=MUTED)]]))
        _append(slide, placeholder(number + 1, "Slide number", "sldNum", 12, [], field=page))
        if notes:
            slide.notes_slide.notes_text_frame.text = legal(notes)

    def keep(self, manifest: str) -> None:
        """What the deck was made of, as a part of the file that a program finds; the notes of the cover say it too."""
        told = f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest xmlns="{MANIFEST}">{xml(manifest)}</manifest>'
        own = self.presentation.part
        part = PackagePart(PackURI("/customXml/item1.xml"), "application/xml", own.package, told.encode())
        own.relate_to(part, RT.CUSTOM_XML)

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


def _next_id(slide: Slide) -> int:
    return max(int(one.get("id")) for one in slide.shapes._spTree.iter() if one.tag.endswith("}cNvPr")) + 1


def _append(slide: Slide, told: str) -> None:
    slide.shapes._spTree.append(parse_xml(told))


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
