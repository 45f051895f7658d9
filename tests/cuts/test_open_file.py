"""A data cut's file for an open session: the same displays as of the whole cut, and nothing of a subject in it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pandas
import pytest
from app_test import AppTest
from overview_frames import CUTS, day

import visit
from displays.catalogue import HEART, PAGES, SUMMARY
from displays.methods.overview import titles
from export.made import make
from export.manifest import manifest
from export.presets import preset
from ingest.__main__ import main
from ingest.delivery import IngestError
from ingest.open import _tables, refuse_named
from queries import CutError, View, open_cut
from queries.open_file import ANSWERS, JUDGED, MADE, PREVIOUS, RECORDS, THIS
from queries.opening import is_for_open_session

ROOT = Path(__file__).parents[2]
OPEN = [entry for page in PAGES for part in page.seen_in("open") for entry in part.displays]


def made(folder: Path, cut: str, out: Path, *more: str) -> int:
    return main([str(folder), "--open", "--cut", cut, "--out", str(out), *more])


@pytest.fixture(scope="module")
def folder(sample_cuts) -> Path:
    """The whole cuts of the sample trial."""
    return next(iter(sample_cuts.values())).path.parent


@pytest.fixture(scope="module")
def out(folder, tmp_path_factory) -> Path:
    """The files for an open session of its first and its last cut."""
    target = tmp_path_factory.mktemp("for") / "open"
    assert made(folder, CUTS[0], target) == made(folder, CUTS[2], target) == 0
    return target


@pytest.fixture(scope="module")
def opened(out) -> View:
    cut = open_cut(out / f"cut_{CUTS[2]}.duckdb")
    return View(cut, cut.before).pooled()


def told(entry, view: View):
    return entry.function(view, **{name: next(iter(titles())) for name in entry.arguments})


def test_every_open_display_is_the_one_of_the_whole_cut(opened, views, out):
    first = View(open_cut(out / f"cut_{CUTS[0]}.duckdb")).pooled()
    for file, whole in ((opened, views[CUTS[2]].pooled()), (first, views[CUTS[0]].pooled())):
        for entry in OPEN:
            one, other = told(entry, file), told(entry, whole)
            pandas.testing.assert_frame_equal(one.table, other.table)
            assert (one.sentences, one.alt, one.method, one.labels) == (
                other.sentences,
                other.alt,
                other.method,
                other.labels,
            )
            assert (one.figure and one.figure.to_json()) == (other.figure and other.figure.to_json())


def test_the_open_pack_of_the_file_is_the_one_of_the_whole_cut(opened, views):
    books = [make(preset("open", ""), view) for view in (opened, views[CUTS[2]])]
    assert not books[0].failed and books[0].parts
    when = pandas.Timestamp("2008-03-05", tz="UTC").to_pydatetime()
    assert manifest(books[0], when) == manifest(books[1], when)


def test_nothing_of_a_subject_is_in_the_file(out, sample_cuts):
    cut = sample_cuts[day(CUTS[2])]
    subjects, raw = cut.table("adsl"), cut.table("sdtm.dm")
    dates = {text for column in raw.filter(like="DTC") for text in raw[column] if text and text not in cut.trial.text}
    assert len(dates) > len(subjects)
    for path in out.glob("*.duckdb"):
        content = path.read_bytes()
        names = {*subjects["USUBJID"], *subjects["SUBJID"]}
        assert not [text for text in names | dates if text.encode() in content]
        with duckdb.connect(str(path), read_only=True) as connection:
            tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
            texts = [connection.execute(f"select * from {schema}.{name}").df() for schema, name in tables]
        named = {f"{schema}.{name}" for schema, name in tables}
        pairs = {f"{THIS}.{RECORDS}", f"{THIS}.{JUDGED}"}
        about = {"about", "dataset", "file", *ANSWERS}
        assert named <= {f"{part}.{name}" for part in (THIS, PREVIOUS) for name in about} | pairs | {
            "trial.cut",
            f"{MADE}.made",
        }
        banned = {"USUBJID", "SUBJID", "TRTA", "TRTAN", "DOSE", "COHORT", "ARM", "LOW", "HIGH", "ADDEDNEW", "FIRSTDT"}
        assert not [frame for frame in texts if banned & set(frame.columns)]


def test_the_file_answers_no_question_of_the_closed_session(opened):
    for name in ("dlt_by_dose", "subject_list", "open_groups", "record_digests"):
        with pytest.raises(ValueError):
            opened.ask(name)
        with pytest.raises(ValueError, match="for an open session"):
            opened.cut.ask(name)
    with pytest.raises(ValueError, match="holds no table"):
        opened.cut.table("adsl")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (lambda folder, out, tmp: (folder, "2007-12-31", tmp), "holds no data cut of 2007-12-31 (it has 2007-08-31"),
        (
            lambda folder, out, tmp: (tmp / "none", CUTS[0], tmp / "o"),
            "(it has none); with --open SOURCE is the folder",
        ),
        (lambda folder, out, tmp: (folder, CUTS[0], folder), "is the folder of the whole cuts"),
        (lambda folder, out, tmp: (out, CUTS[0], tmp / "o"), "is for an open session already"),
        (lambda folder, out, tmp: (folder, CUTS[0], out), "exists already"),
        (lambda folder, out, tmp: (folder, CUTS[0], tmp / "o", "--trial", "t.toml"), "--trial belongs to a delivery"),
        (lambda folder, out, tmp: (folder, CUTS[0], _with_whole(tmp, folder)), "is a whole data cut; give the files"),
    ],
)
def test_a_wrong_input_is_refused_in_one_sentence_and_leaves_nothing(arguments, says, folder, out, tmp_path, capsys):
    given = arguments(folder, out, tmp_path)
    before = sorted(out.parent.rglob("*")) + sorted(tmp_path.rglob("*"))
    assert made(*given) == 1
    said = capsys.readouterr()
    assert says in said.err and len(said.err.splitlines()) == 1 and not said.out
    assert sorted(out.parent.rglob("*")) + sorted(tmp_path.rglob("*")) == before


def _with_whole(tmp: Path, folder: Path) -> Path:
    shutil.copy(folder / f"cut_{CUTS[1]}.duckdb", tmp)
    return tmp


@pytest.mark.parametrize(
    ("subject", "number", "text", "is_named"),
    [
        ("NCT00430443-101-001", "101-001", "lb.xpt", False),
        ("NCT00430443-101-001", "101-001", "lb_NCT00430443-101-001.xpt", True),
        ("NCT00430443-101-001", "101-001", "lb nct00430443-101-001.xpt", True),
        ("ANN 101:001", "1", "lb ANN 101:001.xpt", True),
        ("A+1|(01)", "1", "xA+1|(01)x", True),
        ("NCT00430443-101-001", "101-001", "lb 101-001.xpt", True),
        ("NCT00430443-101-001", "101-001", "lb 101-0012.xpt", False),
        ("NCT00430443-2007", "2007", "30 November 2007", False),
        ("101", "101", "site 101", False),
        (None, None, "None", False),
    ],
)
def test_a_text_that_names_a_subject_is_refused(subject, number, text, is_named):
    adsl = pandas.DataFrame({"USUBJID": [subject, "S-0009"], "SUBJID": [number, None]}, dtype=object)
    cut = SimpleNamespace(path="cut", trial=SimpleNamespace(text=""), table={"adsl": adsl}.get)
    parts = {THIS: {"file": pandas.DataFrame({"FILENAME": [text]})}}
    if not is_named:
        return refuse_named(parts, [cut])
    with pytest.raises(IngestError, match="^1 subjects of cut are named in a text"):
        refuse_named(parts, [cut])


OTHER = "by another version of this dashboard; move it away and make it again"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (f"update {MADE}.made set VERSION = 'other'", OTHER),
        (f"update {MADE}.made set VERSION = null", OTHER),
        (f"delete from {MADE}.made", OTHER),
        (f"alter table {MADE}.made rename VERSION to OTHER", "is not a data cut of this dashboard"),
        ("delete from trial.cut", "is not a data cut of this dashboard"),
    ],
)
def test_a_file_of_another_version_or_half_of_one_is_refused_and_still_for_an_open_session(change, says, out, tmp_path):
    path = tmp_path / f"cut_{CUTS[0]}.duckdb"
    path.write_bytes((out / path.name).read_bytes())
    with duckdb.connect(str(path)) as connection:
        connection.execute(change)
    assert is_for_open_session(path)
    with pytest.raises(CutError, match=says):
        open_cut(path)


def test_no_name_of_a_file_is_written_to_it(sample_cuts):
    whole = replace(sample_cuts[day(CUTS[0])])
    vars(whole)["unread"] = {"lb": ("lb A.B.xpt", "lb.xpt"), "": ("A.B.xpt",)}
    assert _tables(whole, None)["file"].values.tolist() == [["lb", "2 files"], ["", "1 file"]]


def test_on_a_full_disk_it_is_one_sentence_and_nothing_is_left(folder, tmp_path, capsys):
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    for room in (1, 64, 160):  # KiB; a file that grows past this fails as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (room * 1024, hard))
        try:
            assert made(folder, CUTS[0], tmp_path / "o") == 1
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        said = capsys.readouterr().err
        assert len(said.splitlines()) == 1 and "could not be written to; is the disk full?" in said, said
        assert not (tmp_path / "o").exists()


def test_the_cut_compared_with_is_the_one_that_the_file_brings(opened):
    assert opened.previous_date == date(2007, 11, 30) and opened.previous.before is None
    assert opened.cut.key != opened.previous.key


def test_a_server_of_such_files_shows_the_open_session_alone_and_closed_addresses_say_so(out, folder, monkeypatch):
    def run(page) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60)
        return (app if page is SUMMARY else app.switch_page(page.path)).run()

    visit.forget()
    monkeypatch.setenv("SAFETY_DATA", str(folder))
    assert visit.reader().audiences == {"open", "closed"}
    monkeypatch.setenv("SAFETY_DATA", str(out))
    assert visit.reader().audiences == {"open"}
    summary, heart = run(SUMMARY), run(HEART)
    html = [element.proto.body for element in summary.get("html")]
    assert not summary.error and any("5 more subjects enrolled" in text for text in html)
    assert [error.value for error in heart.error] == [
        "This page belongs to the closed session; this is the open session."
    ]
    assert not heart.get("plotly_chart") and not heart.get("bidi_component")
    visit.forget()


def test_a_file_that_can_no_longer_be_read_opens_no_closed_session(out, folder, tmp_path, monkeypatch):
    alone = shutil.copy(next(out.glob("cut_*.duckdb")), tmp_path)
    monkeypatch.setenv("SAFETY_DATA", str(tmp_path))
    assert visit.reader().audiences == {"open"}
    Path(alone).write_bytes(b"half a file")
    earlier = next(path for path in sorted(folder.glob("cut_*.duckdb")) if path.name != Path(alone).name)
    shutil.copy(earlier, tmp_path)
    assert visit.reader().audiences == {"open"}
