"""The one layout of a deck, in the house's colours, 16:9."""

from __future__ import annotations

from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from export.deck.geometry import BOTTOM, EDGE, FOOTER, FOOTER_HEIGHT, HIGH, TITLE, TITLE_HEIGHT, WIDE, WITHIN
from export.deck.shapes_xml import Box, emu
from export.deck.text import FONT

UNUSED = ("/ppt/printerSettings", "/docProps/thumbnail")


def lay_out(presentation) -> None:
    """The one layout of the deck, in the house's colours, 16:9."""
    presentation.slide_width, presentation.slide_height = emu(WIDE), emu(HIGH)
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
        shape.left, shape.top, shape.width, shape.height = map(emu, (box.left, box.top, box.width, box.height))
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
