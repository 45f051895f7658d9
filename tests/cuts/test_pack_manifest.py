"""Every format of a pack holds the manifest: of which data, by which software, with which numbers, by whom."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from xml.etree import ElementTree as Xml

import openpyxl
import pypdfium2
import pytest
from PIL import Image
from pptx import Presentation

from export import images_available
from export.folder import FORMATS_OF_PACKS, write_pack
from export.made import make
from export.manifest import in_brief
from export.pack import Item, Pack

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)
BY = "Dr <X> & é"


@pytest.fixture(scope="module")
def written(views, tmp_path_factory) -> dict:
    """Format → path, of a small pack; "manifest" → what its manifest tells without rows."""
    pack = Pack("Small", "closed", (Item("every_dlt"), Item("dlt_by_dose", filters={"disease": ("ALL",)})))
    kinds = FORMATS_OF_PACKS if images_available() else tuple(kind for kind in FORMATS_OF_PACKS if len(kind) > 3)
    paths = write_pack(make(pack, views["2008-02-29"]), kinds, tmp_path_factory.mktemp("pack"), PREPARED, BY)
    found = dict(zip(kinds, paths, strict=False))
    told = json.loads(paths[-1].read_text(encoding="utf-8"))
    assert told.pop("written") == [path.name for path in paths[:-1]]
    return found | {"manifest": in_brief(told)}


def test_deck_and_page_hold_the_manifest_for_programs_and_readers(written):
    told = written["manifest"]
    assert told["files"] and told["displays"][1]["filters"] == "ALL" and told["prepared_by"] == BY
    read = Presentation(written["pptx"])
    (part,) = [one.target_part for one in read.part.rels.values() if one.reltype.endswith("/customXml")]
    assert json.loads(Xml.fromstring(part.blob).text) == told
    assert_said(read.slides[0].notes_slide.notes_text_frame.text, told)
    page = written["html"].read_text(encoding="utf-8")
    (own,) = re.findall('<script type="application/json" id="manifest">(.*?)</script>', page, flags=re.DOTALL)
    assert json.loads(own) == told
    assert_said(page, told)


def assert_said(text: str, told: dict) -> None:
    """A reader finds who, what and every hash."""
    hashes = [one["sha256"] for part in ("files", "files_compared_with", "displays") for one in told[part]]
    assert [one for one in [*hashes, *told["software"].values(), told["prepared"]] if one not in text] == []


def test_the_workbook_says_the_hashes_of_its_tables(written):
    rows = openpyxl.load_workbook(written["xlsx"])["Provenance"].iter_rows(values_only=True)
    assert_said("\n".join(f"{row[0]}: {row[1]}" for row in rows), written["manifest"])


def test_the_book_has_it_attached_and_on_pages_of_its_own(written):
    told, book = written["manifest"], pypdfium2.PdfDocument(written["pdf"])
    attached = book.get_attachment(0)
    assert (book.count_attachments(), attached.get_name()) == (1, "manifest.json")
    assert json.loads(bytes(attached.get_data())) == told
    text = "".join(page.get_textpage().get_text_range() for page in book)
    assert_said(re.sub(r"\s|\ufffe", "", text), told)


@pytest.mark.skipif(not images_available(), reason="no Chromium on this machine to draw the charts with")
def test_each_image_says_its_own_display_trial_cut_and_software(written):
    told = written["manifest"]
    for kind, read in (("svg", in_svg), ("png", in_png)):
        sheets = sorted(written[kind].iterdir())
        assert {path.name[:2] for path in sheets} == {"01", "02"}
        for path in sheets:
            found = json.loads(read(path.read_bytes()))
            assert found["display"] == told["displays"][int(path.name[:2]) - 1]
            assert {key: found[key] for key in ("trial", "data_as_of", "compared_with", "software")} == {
                key: told[key] for key in ("trial", "data_as_of", "compared_with", "software")
            }
            assert (found["session"], found["prepared"], found["prepared_by"]) == ("closed", told["prepared"], BY)


def in_svg(content: bytes) -> str:
    return Xml.fromstring(content).find("{http://www.w3.org/2000/svg}metadata").text


def in_png(content: bytes) -> str:
    return Image.open(io.BytesIO(content)).text["Manifest"]
