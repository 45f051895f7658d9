"""What PowerPoint asks of a deck's files, held against the bytes of one: of another it says only "damaged"."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from xml.etree import ElementTree as Xml

import openpyxl

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
SHAPE = "showLegendKey showVal showCatName showSerName showPercent showBubbleSize"
FILLS = "noFill solidFill gradFill blipFill pattFill grpFill"
AXIS = (
    "axId scaling delete axPos majorGridlines minorGridlines title numFmt majorTickMark minorTickMark tickLblPos spPr "
    "txPr crossAx crosses crossesAt"
)
# The sequences of ECMA-376, part 1: dml-chart.xsd, dml-main.xsd, pml.xsd.
ORDER = {
    f"{C}chartSpace": "date1904 lang roundedCorners style clrMapOvr pivotSource protection chart spPr txPr "
    "externalData printSettings userShapes extLst",
    f"{C}chart": "title autoTitleDeleted pivotFmts view3D floor sideWall backWall plotArea legend plotVisOnly "
    "dispBlanksAs extLst",
    f"{C}plotArea": "layout barChart scatterChart valAx catAx dateAx serAx dTable spPr extLst",
    f"{C}manualLayout": "layoutTarget xMode yMode wMode hMode x y w h extLst",
    f"{C}scatterChart": "scatterStyle varyColors ser dLbls axId extLst",
    f"{C}barChart": "barDir grouping varyColors ser dLbls gapWidth overlap serLines axId extLst",
    f"{C}ser": "idx order tx spPr invertIfNegative pictureOptions marker dPt dLbls trendline errBars cat val xVal yVal "
    "smooth shape extLst",
    f"{C}marker": "symbol size spPr extLst",
    f"{C}dPt": "idx invertIfNegative marker bubble3D explosion spPr pictureOptions extLst",
    f"{C}dLbls": f"dLbl delete numFmt spPr txPr dLblPos {SHAPE} separator showLeaderLines leaderLines extLst",
    f"{C}dLbl": f"idx delete layout tx numFmt spPr txPr dLblPos {SHAPE} separator extLst",
    f"{C}errBars": "errDir errBarType errValType noEndCap plus minus val spPr extLst",
    f"{C}valAx": f"{AXIS} crossBetween majorUnit minorUnit dispUnits extLst",
    f"{C}catAx": f"{AXIS} auto lblAlgn lblOffset tickLblSkip tickMarkSkip noMultiLvlLbl extLst",
    f"{C}scaling": "logBase orientation max min extLst",
    f"{C}title": "tx layout overlay spPr txPr extLst",
    f"{C}legend": "legendPos legendEntry layout overlay spPr txPr extLst",
    f"{C}legendEntry": "idx delete txPr extLst",
    f"{C}strRef": "f strCache extLst",
    f"{C}numRef": "f numCache extLst",
    f"{C}strCache": "ptCount pt extLst",
    f"{C}numCache": "formatCode ptCount pt extLst",
    f"{C}rich": "bodyPr lstStyle p",
    f"{C}txPr": "bodyPr lstStyle p",
    f"{C}spPr": f"xfrm custGeom prstGeom {FILLS} ln effectLst extLst",
    f"{P}spPr": f"xfrm custGeom prstGeom {FILLS} ln effectLst extLst",
    f"{P}sp": "nvSpPr spPr style txBody extLst",
    f"{P}txBody": "bodyPr lstStyle p",
    f"{P}graphicFrame": "nvGraphicFramePr xfrm graphic extLst",
    f"{P}pic": "nvPicPr blipFill spPr style extLst",
    f"{P}cSld": "bg spTree custDataLst controls extLst",
    f"{P}sld": "cSld clrMapOvr transition timing extLst",
    f"{A}txBody": "bodyPr lstStyle p",
    f"{A}p": "pPr r br fld endParaRPr",
    f"{A}r": "rPr t",
    f"{A}fld": "rPr pPr t",
    f"{A}rPr": f"ln {FILLS} effectLst highlight latin ea cs sym hlinkClick hlinkMouseOver rtl extLst",
    f"{A}endParaRPr": f"ln {FILLS} effectLst latin ea cs sym extLst",
    f"{A}defRPr": f"ln {FILLS} effectLst latin ea cs sym extLst",
    f"{A}ln": "noFill solidFill gradFill pattFill prstDash custDash round bevel miter headEnd tailEnd extLst",
    f"{A}tbl": "tblPr tblGrid tr",
    f"{A}tr": "tc extLst",
    f"{A}tc": "txBody tcPr extLst",
    f"{A}tcPr": f"lnL lnR lnT lnB lnTlToBr lnBlToTr cell3D {FILLS} headers extLst",
}
CLOSED = {f"{C}ser", f"{C}dPt", f"{C}dLbl", f"{C}errBars", f"{C}valAx", f"{C}catAx", f"{A}tcPr"}
REQUIRED = {f"{C}numCache": ("ptCount",), f"{P}txBody": ("bodyPr", "p"), f"{A}tc": ("txBody", "tcPr")}
SMALLEST = 1400
"""Hundredths of a point: no run of text on a slide or chart is smaller."""


class Package:
    """The parts of a file by their names, and where their relationships lead."""

    def __init__(self, written: bytes) -> None:
        self.written = written
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            self.names = archive.namelist()
            self.parts = {name: archive.read(name) for name in self.names}
        self.xml = {name: Xml.fromstring(blob) for name, blob in self.parts.items() if name.endswith((".xml", ".rels"))}

    def of(self, pattern: str) -> dict[str, Xml.Element]:
        """The parts whose names are of a pattern."""
        return {name: root for name, root in self.xml.items() if re.fullmatch(pattern, name)}

    def relations(self, name: str) -> dict[str, tuple[str, str, bool]]:
        """Of a part: id → type, target, whether it is outside."""
        folder, own = posixpath.split(name)
        known = self.xml.get(posixpath.join(folder, "_rels", f"{own}.rels"))
        found = {}
        for one in known if known is not None else ():
            outside = one.get("TargetMode") == "External"
            target = one.get("Target", "")
            inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[one.get("Id", "")] = (one.get("Type", ""), target if outside else inside, outside)
        return found


def problems(package: Package) -> list[str]:
    """All that PowerPoint would call damaged, and text that is too small."""
    return [*_unresolved(package), *_untyped(package), *_disordered(package), *_not_single(package), *_small(package)]


def _unresolved(package: Package) -> list[str]:
    found = [name for name, number in ((name, package.names.count(name)) for name in package.names) if number > 1]
    for name in [name for name in package.names if not name.endswith(".rels")]:
        known = package.relations(name)
        found += [f"{name}: no part {to}" for _, to, out in known.values() if not out and to not in package.parts]
        if name in package.xml:
            asked = set(re.findall(rb'r:(?:id|embed|link)="([^"]+)"', package.parts[name]))
            found += [f"{name}: no relationship {one!r}" for one in asked if one.decode() not in known]
    return found


def _untyped(package: Package) -> list[str]:
    types = package.xml["[Content_Types].xml"]
    endings = {one.get("Extension", "").lower() for one in types.iter(f"{TYPES}Default")}
    named = {one.get("PartName", "").lstrip("/") for one in types.iter(f"{TYPES}Override")}
    others = [name for name in package.names if name != "[Content_Types].xml"]
    missing = [name for name in others if name not in named and name.rpartition(".")[2].lower() not in endings]
    plain = [
        name for name in others if name not in named and name.endswith(".xml") and not name.startswith("customXml/")
    ]
    return [f"no content type: {name}" for name in [*missing, *plain, *(named - set(others))]]


def _disordered(package: Package) -> list[str]:
    roots = package.of(r"ppt/(slides|charts|drawings|notesSlides)/[^/]+\.xml")
    return [f"{name}: {fault}" for name, root in roots.items() for one in root.iter() for fault in faults(one)]


def faults(element: Xml.Element) -> list[str]:
    """What is wrong in the order of an element's children, by the schema."""
    order = ORDER.get(element.tag)
    if order is None:
        return []
    names, places = order.split(), []
    local = [child.tag.rpartition("}")[2] for child in element]
    own = element.tag.rpartition("}")[2]
    unknown = [f"{own} holds {name}" for name in local if name not in names]
    places = [names.index(name) for name in local if name in names]
    runs = {"r", "br", "fld", "barChart", "scatterChart", "valAx", "catAx"}
    mixed = [place for place, name in zip(places, local, strict=False) if name not in runs]
    wrong = [f"{own}: {' '.join(local)}"] if mixed != sorted(mixed) else []
    missing = [f"{own} without {name}" for name in REQUIRED.get(element.tag, ()) if name not in local]
    twice = [
        f"{own} with two {name}"
        for name in set(local)
        if local.count(name) > 1 and element.tag in CLOSED and name != "dPt"
    ]
    return [*unknown, *wrong, *missing, *twice]


def _not_single(package: Package) -> list[str]:
    found = []
    for name, root in package.of(r"ppt/slides/[^/]+\.xml").items():
        known = [one for one in root.iter(f"{P}cNvPr")]
        for what in ("id", "name"):
            values = [one.get(what) for one in known if one.get(what)]
            found += [f"{name}: {what} {value} twice" for value in set(values) if values.count(value) > 1]
    return found


def _small(package: Package) -> list[str]:
    found = []
    for name, root in package.of(r"ppt/(slides|charts|drawings)/[^/]+\.xml").items():
        for tag in ("rPr", "defRPr"):
            sizes = [int(one.get("sz", SMALLEST)) for one in root.iter(f"{A}{tag}")]
            found += [f"{name}: text of {min(sizes) / 100} points"] if sizes and min(sizes) < SMALLEST else []
    return found


def texts(root: Xml.Element) -> list[str]:
    """The texts of a slide, in the order in which they are read."""
    return [one.text or "" for one in root.iter(f"{A}t")]


def workbook_of(package: Package, chart: str) -> openpyxl.Workbook:
    """The workbook behind a chart."""
    (target,) = [to for kind, to, _ in package.relations(chart).values() if kind.endswith("/package")]
    return openpyxl.load_workbook(io.BytesIO(package.parts[target]), data_only=True)


def cached(root: Xml.Element) -> list[tuple[str, list[float | str | None]]]:
    """Formula → the values that a chart keeps of its cells, for every reference of the chart."""
    found = []
    for one in [*root.iter(f"{C}numRef"), *root.iter(f"{C}strRef")]:
        formula, cache = one.find(f"{C}f"), one[1]
        values: list[float | str | None] = [None] * int(cache.find(f"{C}ptCount").get("val"))
        for point in cache.iter(f"{C}pt"):
            text = point.find(f"{C}v").text
            values[int(point.get("idx"))] = float(text) if one.tag == f"{C}numRef" else text
        found.append((formula.text, values))
    return found


def cells(book: openpyxl.Workbook, formula: str) -> list:
    """The values of the cells that a formula names."""
    sheet, _, area = formula.partition("!")
    named = book[sheet.strip("'")][area.replace("$", "")]
    rows = named if isinstance(named, tuple) else ((named,),)
    return [cell.value for row in rows for cell in row]
