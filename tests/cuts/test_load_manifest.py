"""A manifest that came with the files: recognised in any spelling, and each file held against it."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pandas
import pytest

from ingest.collect import collect
from ingest.delivery import Delivery, IngestError
from ingest.manifest import is_manifest, read_manifest

DM = "STUDYID,DOMAIN,USUBJID,SITEID\nS,DM,S-1,101\nS,DM,S-2,102\n"
AE = "STUDYID,DOMAIN,USUBJID,AESEQ,AETERM,AESTDTC,AETOXGR\nS,AE,S-1,1,Rash,2007-03-05,1\n"
VS = "STUDYID,DOMAIN,USUBJID,VSSEQ,VSTESTCD,VSSTRESN,VSDTC\nS,VS,S-1,1,WEIGHT,20,2007-03-05\n"
FILES = {"dm.csv": DM, "ae.csv": AE, "vs.csv": VS}


@pytest.fixture
def source(tmp_path) -> Path:
    folder = tmp_path / "delivered"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def digest(name: str, kind: str = "sha256") -> str:
    return hashlib.new(kind, FILES[name].encode()).hexdigest()


def rows(name: str) -> int:
    return FILES[name].count("\n") - 1


def found(source: Path) -> dict:
    return {f.check: f for f in collect(source).findings if f.check.startswith("manifest")}


LISTS = {
    "manifest.csv": "File,Rows,SHA256\n{lines}",
    "MANIFEST.CSV": "file name;N Obs;SHA-256 checksum\n{semicolons}",
    "manifest_2007-11-30.tsv": "Path\tRecord Count\tHash\n{tabs}",
    "Delivery Manifest.txt": "Delivery of 30 Nov 2007\n\nDATASET  NOBS  SHA256\n{words}",
    "manifest.txt": "{words}",
    "SHA256SUMS": "{sums}",
    "sha256sum.txt": "# made by hand\n{stars}",
    "MD5SUMS": "{md5}",
    "checksums.txt": "{bsd}",
    "DataTransferManifest.csv": "dataset,records\ndm,2\nAE,1\nVs,1\n",
    "md5.txt": "{md5}",
    "checksums.sha1": "{sha1}",
}


def written(text: str) -> str:
    every = [(name, rows(name), digest(name)) for name in FILES]
    return text.format(
        lines="\n".join(f"{n},{r},{d}" for n, r, d in every),
        semicolons="\n".join(f'"./sdtm/{n.upper()}";"{r}";{d.upper()}' for n, r, d in every),
        tabs="\n".join(f"sdtm\\{n}\t{r}.0\tsha256:{d}" for n, r, d in every),
        words="\n".join(f"{n}  {r}  {d}" for n, r, d in every),
        sums="\n".join(f"{d}  {n}" for n, _, d in every),
        stars="\r\n".join(f"{d} *./{n}" for n, _, d in every),
        md5="\n".join(f"{digest(n, 'md5')}  {n}" for n, _, _ in every),
        sha1="\n".join(f"{digest(n, 'sha1')}  {n}" for n, _, _ in every),
        bsd="\n".join(f"SHA256 ({n}) = {d}" for n, _, d in every),
    )


JSON = {
    "list": [{"name": name, "records": rows(name), "sha256": digest(name)} for name in FILES],
    "files": {"study": "S", "files": [{"fileName": n, "rows": str(rows(n)), "checksum": digest(n)} for n in FILES]},
    "by name": {"datasets": {name: {"nobs": rows(name), "md5": digest(name, "md5")} for name in FILES}},
    "hashes": {name: digest(name) for name in FILES},
    "stems": {"datasets": [{"dataset": Path(name).stem.upper(), "rows": rows(name)} for name in FILES]},
}


@pytest.mark.parametrize("name", LISTS)
def test_a_manifest_is_read_in_every_usual_form(source, name):
    (source / name).write_text(written(LISTS[name]))
    delivery = collect(source)
    told = found(source)
    assert set(told) == {"manifest_agrees"}, told
    assert (told["manifest_agrees"].count, told["manifest_agrees"].weight) == (3, "information")
    [record] = [record for record in delivery.files if record["FILENAME"] == name]
    assert (record["FORMAT"], record["STATUS"], record["DATASET"]) == ("Manifest", "read", "")
    assert set(delivery.datasets) == {"dm", "ae", "vs"}


@pytest.mark.parametrize("form", JSON)
def test_a_manifest_in_json_is_read_in_every_usual_form(source, form):
    (source / "manifest.json").write_text(json.dumps(JSON[form]))
    assert set(found(source)) == {"manifest_agrees"}


@pytest.mark.parametrize("name", [name for name, form in LISTS.items() if "{" in form])
def test_in_every_form_a_changed_byte_of_a_deciding_file_stops_the_load(source, name):
    (source / name).write_text(written(LISTS[name]))
    (source / "ae.csv").write_text(AE.replace("Rash", "Mash"))
    with pytest.raises(IngestError, match=r"^ae\.csv: (SHA-256|SHA-1|MD5) .* in the manifest: is not the file that "):
        collect(source)


@pytest.mark.parametrize("form", ["list", "files", "by name", "hashes"])
def test_in_json_too(source, form):
    (source / "manifest.json").write_text(json.dumps(JSON[form]))
    (source / "dm.csv").write_text(DM.replace("102", "103"))
    with pytest.raises(IngestError, match="dm.csv"):
        collect(source)


def test_a_changed_byte_of_another_file_is_a_finding_that_changes_a_decision(source):
    (source / "manifest.csv").write_text(written(LISTS["manifest.csv"]))
    (source / "vs.csv").write_text(VS.replace("20,", "21,"))
    told = found(source)
    assert set(told) == {"manifest_checksum"}
    finding = told["manifest_checksum"]
    assert (finding.count, finding.weight) == (1, "decision")
    assert finding.examples.startswith("vs.csv: SHA-256") and digest("vs.csv")[:8] in finding.examples


def test_missing_and_extra_files_and_other_numbers_of_rows_are_findings(source):
    listed = "name,records\ndm,2\nae.csv,5\nsuppae.csv,4\nacrf.pdf,\ndefine.xml,\nTotal files,5\n"
    (source / "manifest.csv").write_text(listed)
    (source / "notes.pdf").write_bytes(b"%PDF")
    told = [f for f in collect(source).findings if f.check.startswith("manifest")]
    seen = {(f.check, f.count, f.examples, f.weight) for f in told}
    assert seen == {
        ("manifest_missing", 1, "suppae.csv", "decision"),
        ("manifest_missing", 2, "acrf.pdf; define.xml", "information"),
        ("manifest_rows", 1, "ae.csv: 1 rows here, 5 in the manifest", "decision"),
        ("manifest_extra", 1, "vs.csv", "decision"),
        ("manifest_extra", 1, "notes.pdf", "information"),
    }


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("manifest.csv", b""),
        ("manifest.json", b"{not json"),
        ("manifest.json", b"[]"),
        ("manifest.txt", b"To whom it may concern"),
        ("SHA256SUMS", bytes(range(256))),
    ],
)
def test_a_manifest_that_cannot_be_read_is_a_finding_and_no_stop(source, name, content):
    (source / name).write_bytes(content)
    delivery = collect(source)
    [finding] = [f for f in delivery.findings if f.check.startswith(("manifest", "file"))]
    assert (finding.check, finding.examples, finding.weight) == ("file_not_read", name, "number")
    assert finding.what.startswith("The manifest could not be read, so no file was checked against it")
    [record] = [record for record in delivery.files if record["FILENAME"] == name]
    assert record["STATUS"].startswith("not read: ")


def test_values_of_a_manifest_that_cannot_be_read_are_counted(source):
    text = f"file,rows,sha256\ndm.csv,two,{digest('dm.csv')}\nae.csv,1,no\nvs.csv,1,{digest('vs.csv')}\n"
    (source / "manifest.csv").write_text(text)
    told = found(source)
    assert told["manifest_not_readable"].count == 2 and "manifest_agrees" in told


def test_what_is_called_a_manifest_and_holds_records_is_a_dataset(source):
    (source / "manifest.csv").write_text(VS)
    (source / "vs.csv").unlink()
    assert "vs" in collect(source).datasets and found(source) == {}


def test_an_archive_is_held_against_the_manifest_within_it_and_beside_it(source, tmp_path):
    (source / "manifest.csv").write_text(written(LISTS["manifest.csv"]))
    with zipfile.ZipFile(tmp_path / "delivery.zip", "w") as archive:
        for path in source.iterdir():
            archive.write(path, f"sdtm/{path.name}")
    assert set(found(tmp_path / "delivery.zip")) == {"manifest_agrees"}
    beside = tmp_path / "beside"
    beside.mkdir()
    content = (tmp_path / "delivery.zip").read_bytes()
    (beside / "delivery.zip").write_bytes(content)
    (beside / "SHA256SUMS").write_text(f"{hashlib.sha256(content).hexdigest()}  delivery.zip\n")
    assert set(found(beside)) == {"manifest_agrees"}
    (beside / "SHA256SUMS").write_text(f"{'0' * 64}  delivery.zip\n")
    assert found(beside)["manifest_checksum"].weight == "decision"


def test_a_checksum_beside_its_file_speaks_of_that_file_alone(source):
    (source / "dm.csv.sha256").write_text(digest("dm.csv"))
    (source / "ae.csv.md5").write_text(f"{digest('ae.csv', 'md5')}  ae.csv\n")
    assert set(found(source)) == {"manifest_agrees"}
    (source / "dm.csv.sha256").write_text("0" * 64)
    with pytest.raises(IngestError, match="dm.csv"):
        collect(source)


@pytest.mark.parametrize("name", ["File Name", "FILE", "dataset", "Path", "Location", "MEMNAME"])
@pytest.mark.parametrize(
    "number", ["# Rows", "No. of Obs", "N_OBS", "Number of records", "Total Records", "RowCount", "n"]
)
@pytest.mark.parametrize("check", ["SHA-256 (hex)", "Checksum (SHA256)", "hash value", "MD5", "Digest SHA-256"])
def test_columns_are_known_in_any_spelling(tmp_path, name, number, check):
    (tmp_path / "manifest.csv").write_text(f"Size,{name},{number},{check}\n99,vs.csv,7,{'ab' * 32}\n")
    [entry] = read_manifest(tmp_path / "manifest.csv", "manifest.csv").entries
    assert (entry.name, entry.rows, entry.sums) == ("vs.csv", 7, ("ab" * 32,))


def test_a_manifest_that_lists_itself_and_totals_is_no_missing_file(source):
    text = written(LISTS["manifest.csv"]) + f"\nmanifest.csv,5,{'0' * 64}\nTotal,4,\n"
    (source / "manifest.csv").write_text(text)
    assert set(found(source)) == {"manifest_agrees"}


def test_of_two_files_of_one_name_the_one_that_fits_is_meant(source):
    (source / "old").mkdir()
    (source / "old" / "vs.csv").write_text(VS + VS.splitlines()[1].replace("S-1", "S-2") + "\n")
    listed = written(LISTS["manifest.csv"])
    (source / "manifest.csv").write_text(listed)
    told = found(source)
    assert set(told) == {"manifest_extra"} and told["manifest_extra"].examples == "old/vs.csv"
    (source / "new").mkdir()
    (source / "vs.csv").rename(source / "new" / "vs.csv")
    assert set(found(source)) == {"manifest_agrees"}


@pytest.mark.parametrize(
    "name",
    ["ae.csv", "data.txt", "manifestation.csv", "sums.csv", "readme.txt", "check.csv", "checks.csv", "checklist.txt"],
)
def test_other_files_are_no_manifest(tmp_path, name):
    (tmp_path / name).write_text("file,rows\na.csv,1\n")
    assert not is_manifest(name, tmp_path / name)


def test_text_of_windows_and_of_utf16_is_read(tmp_path):
    for encoding in ("utf-16", "utf-8-sig", "cp1252"):
        (tmp_path / "manifest.csv").write_text("file,rows\nDonnées.csv,3\n", encoding=encoding)
        entry = read_manifest(tmp_path / "manifest.csv", "manifest.csv").entries[0]
        assert (entry.name, entry.rows) == ("Données.csv", 3)


def test_a_delivery_of_tables_has_no_manifest():
    assert Delivery.of({"dm": pandas.DataFrame({"USUBJID": ["S-1"]})}).findings == ()
