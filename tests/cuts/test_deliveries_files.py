"""Files as sponsors send them: right whatever their kind, or named where they could not be read, and never half."""

from __future__ import annotations

import io
import json
import os
import zipfile
from datetime import date
from pathlib import Path

import pandas
import pytest
from deliveries import DELIVERIES, delivered
from shared import SHARED

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.subject import subject_adverse_events
from displays.conduct.baseline import baseline
from displays.conduct.currency import data_currency
from displays.conduct.flow import subject_flow
from displays.data.delivered import delivered_domains, delivered_files
from displays.escalation.rates import dlt_by_dose
from displays.heart.longest_qtc import qtc_longest
from displays.heart.over_time import lvef_over_time
from displays.pharmacokinetics.curves import concentration_curves
from displays.pharmacokinetics.samples import pk_samples
from displays.pharmacokinetics.terminal_line import terminal_line
from displays.remission.rates import remission_rate
from displays.remission.swimmer import swimmer
from displays.stopping.overview import stopping_overview
from ingest import archive
from ingest.build import build_cut
from ingest.collect import collect
from ingest.delivery import IngestError
from ingest.read import read_file
from ingest.table import frame_of
from queries import View, open_cut
from trial import Trial

CUT = date(2007, 11, 30)
COUNTED = ("dm", "ex", "ae", "mh", "sv")


@pytest.fixture(scope="module")
def plain() -> dict[str, str]:
    """A delivery of three treated subjects as CSV text, file by file."""
    folder = DELIVERIES / "dates_day_month_year" / "data"
    source = DELIVERIES / "xpt_dtc_number_dtdate9" / "data"
    if not source.is_dir():
        pytest.skip(f"delivery not found: {folder}")
    files = {path.name: path.read_text() for path in source.glob("*.csv")}
    files["ae.csv"] = (DELIVERIES / "csv_with_r_row_names" / "data" / "ae.csv").read_text()
    return files | {"ds.csv": DS}


DS = (
    "STUDYID,DOMAIN,USUBJID,DSSEQ,DSTERM,DSDECOD,DSCAT,DSSTDTC\n"
    "XX-01,DS,XX-01-101-001,1,INFORMED CONSENT OBTAINED,INFORMED CONSENT OBTAINED,PROTOCOL MILESTONE,2007-03-01\n"
)
LB = (
    "STUDYID,DOMAIN,USUBJID,LBSEQ,LBTESTCD,LBTEST,LBORRES,LBORRESU,LBSTRESC,LBSTRESN,LBSTRESU,LBDTC\n"
    "XX-01,LB,XX-01-101-001,1,HGB,Haemoglobin,101,g/L,101,101,g/L,2007-03-04\n"
    "XX-01,LB,XX-01-101-001,2,NEUT,Neutrophils,0.4,10*9/L,0.4,0.4,10*9/L,2007-03-20\n"
)


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def counts(delivery) -> dict[str, int]:
    return {name: len(frame) for name, frame in delivery.datasets.items()}


def checks(delivery) -> list[str]:
    return sorted(finding.check for finding in delivery.findings)


def viewed(folder: Path, trial: Trial, out: Path) -> View:
    return View(open_cut(build_cut(collect(folder), trial, CUT, out)))


def refused(folder: Path) -> str:
    with pytest.raises(IngestError) as stopped:
        collect(folder)
    text = str(stopped.value)
    assert "\n" not in text and text.endswith("."), text
    return text


# What is delivered beside the project


def test_row_names_of_r_are_left_out(trial):
    cut = delivered("csv_with_r_row_names", trial)
    assert len(cut.table("adsl")) == 3 and "" not in cut.table("sdtm.dm").columns
    told = cut.table("ingest.finding").set_index("CHECKID").WHAT
    assert "has no name and numbers the rows, is left out" in told["reading"]
    assert dlt_by_dose(View(cut)).finding.startswith("0 of")


def test_a_transport_file_filled_with_zero_bytes_is_read_whole(trial):
    cut = delivered("xpt_padded_with_zero_bytes", trial)
    assert cut.table("adsl")["SAFFL"].tolist() == ["Y"] * 3
    assert subject_flow(View(cut)).finding.startswith("3 of 3 screened were enrolled and 3 treated")


def test_datetimes_that_show_their_day_are_seconds(trial):
    cut = delivered("xpt_dtc_number_dtdate9", trial)
    [event] = cut.table("adae").itertuples()
    assert (event.ASTDT.date(), event.AENDT.date()) == (date(2007, 3, 8), date(2007, 3, 10))
    [shown] = subject_adverse_events(View(cut), event.USUBJID).table.itertuples()
    assert (shown.ONSET, shown.AESTDTC, shown.AENDY) == ("Day 4", "2007-03-08", 6)


def test_adverse_events_that_could_not_be_read_stop_the_load():
    folder = DELIVERIES / "dataset_json_beside_csv" / "data"
    if not folder.is_dir():
        pytest.skip(f"delivery not found: {folder}")
    assert "ae.json" in refused(folder)


# Dataset-JSON


def dataset_json(text: str, version: str = "1.1.0") -> dict:
    """A dataset as Dataset-JSON, from its CSV text."""
    frame = pandas.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
    name = frame["DOMAIN"][0]
    numeric = [column for column in frame if column.endswith(("SEQ", "DOSE", "AGE", "STRESN"))]
    rows = [
        [json.loads(value) if column in numeric and value else value or None for column, value in row.items()]
        for row in frame.to_dict("records")
    ]
    kinds = {column: "double" if column in numeric else "string" for column in frame}
    if version.startswith("1.1"):
        columns = [{"itemOID": c, "name": c, "label": c, "dataType": kind} for c, kind in kinds.items()]
        return {"datasetJSONVersion": version, "name": name, "records": len(rows), "columns": columns, "rows": rows}
    items = [{"OID": "ITEMGROUPDATASEQ", "name": "ITEMGROUPDATASEQ", "label": "Record", "type": "integer"}]
    items += [{"OID": c, "name": c, "label": c, "type": kind} for c, kind in kinds.items()]
    group = {"records": len(rows), "name": name, "label": name, "items": items}
    group["itemData"] = [[number, *row] for number, row in enumerate(rows, 1)]
    return {"datasetJSONVersion": version, "clinicalData": {"studyOID": "S", "itemGroupData": {f"IG.{name}": group}}}


def ndjson(made: dict) -> str:
    head = {key: value for key, value in made.items() if key != "rows"}
    return "\n".join(json.dumps(line) for line in [head, *made["rows"]]) + "\n"


@pytest.mark.parametrize("kind", ["1.0", "1.1", "ndjson"])
def test_dataset_json_is_the_same_data(tmp_path, plain, trial, kind):
    def written_as(text: str) -> tuple[str, str]:
        made = dataset_json(text, "1.0.0" if kind == "1.0" else "1.1.0")
        return ("ndjson", ndjson(made)) if kind == "ndjson" else ("json", json.dumps(made))

    files = {}
    for name, text in plain.items():
        ending, content = written_as(text)
        files[name.replace("csv", ending)] = content
    shown = viewed(written(tmp_path / kind, files), trial, tmp_path)
    as_csv = viewed(written(tmp_path / "csv", plain), trial, tmp_path / "out")
    for table in ("adsl", "adae", "adex", "addl"):
        pandas.testing.assert_frame_equal(shown.cut.table(table), as_csv.cut.table(table))
    assert adverse_by_dose(shown).finding == adverse_by_dose(as_csv).finding


def test_published_dataset_json_is_read_whole():
    folder = SHARED / "data" / "dataset_json"
    if not folder.is_dir():
        pytest.skip(f"no published Dataset-JSON ({folder})")
    (record,) = {len(collect(folder / "dm.json").datasets["dm"])}
    assert record == 18


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"datasetJSONVersion": "2.0.0"}, "is Dataset-JSON 2.0.0"),
        ({"records": 99}, "announces 99 records and holds 1"),
        ({"rows": [["XX-01"]]}, "row 1: 1 values under"),
        ({"rows": None}, "holds no rows"),
        ({"columns": []}, "describes no columns"),
        ({"columns": [{"name": "A", "dataType": "number"}]}, "has the type 'number'"),
        ({"columns": [{"name": "", "dataType": "string"}]}, "has no name"),
    ],
)
def test_dataset_json_that_breaks_its_own_rules_is_refused(tmp_path, plain, change, says):
    made = dataset_json(plain["ae.csv"]) | change
    folder = written(tmp_path, plain | {"ae.csv": ""} | {"ae.json": json.dumps(made)})
    (folder / "ae.csv").unlink()
    assert says in refused(folder)


@pytest.mark.parametrize("value", ['"one"', "1.5", "true", "1e400", "NaN", "[1]"])
def test_a_value_that_is_not_of_its_columns_type_is_refused(tmp_path, value):
    text = (
        '{"datasetJSONVersion": "1.1.0", "name": "DM", "records": 1, "columns": '
        '[{"name": "USUBJID", "dataType": "string"}, {"name": "AGE", "dataType": "integer"}], '
        f'"rows": [["S-1", {value}]]}}'
    )
    assert "dm.json" in refused(written(tmp_path, {"dm.json": text}))


def test_a_number_of_records_written_as_text_is_that_number(tmp_path, plain):
    folder = written(tmp_path, {"ae.json": json.dumps(dataset_json(plain["ae.csv"]) | {"records": "1"})})
    assert len(read_file(folder / "ae.json", "ae.json").table) == 1
    (folder / "ae.json").write_text(json.dumps(dataset_json(plain["ae.csv"]) | {"records": "2"}))
    with pytest.raises(IngestError, match="announces 2 records and holds 1"):
        read_file(folder / "ae.json", "ae.json")


def test_decimals_keep_their_text_and_a_file_cut_short_is_refused(tmp_path):
    made = {
        "datasetJSONVersion": "1.1.0",
        "name": "DM",
        "records": 2,
        "columns": [{"name": "USUBJID", "dataType": "string"}, {"name": "AGE", "dataType": "decimal"}],
        "rows": [["S-1", "7.10"], ["S-2", None]],
    }
    folder = written(tmp_path, {"dm.json": json.dumps(made)})
    assert frame_of(collect(folder).datasets["dm"])["AGE"].tolist()[0] == "7.10"
    for content in (json.dumps(made)[:-5], json.dumps(made | {"name": 1}).replace('"AGE"', '"USUBJID"')):
        assert "dm.json" in refused(written(folder, {"dm.json": content}))
    (folder / "dm.json").unlink()
    assert "announces 2 records and holds 1" in refused(written(folder, {"dm.ndjson": ndjson(made).rsplit("\n", 2)[0]}))


# A file that came and could not be read


@pytest.mark.parametrize("name", ["dm", "ex", "ae", "ds", "suppae"])
@pytest.mark.parametrize("content", [b"", b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!"])
def test_a_damaged_file_that_decides_doses_stops_the_load(tmp_path, plain, name, content):
    files = {key: text for key, text in plain.items() if key != f"{name}.csv"}
    assert f"{name}.xpt" in refused(written(tmp_path, files | {f"{name}.xpt": content}))


@pytest.mark.parametrize("name", ["ae.xlsx", "ae.csv.gz", "AE.7z", "ex", "ds.sav", "suppae.txt"])
def test_a_deciding_dataset_of_a_kind_that_is_not_read_stops_the_load(tmp_path, plain, name):
    files = {key: text for key, text in plain.items() if key[:2] != name[:2].lower()}
    assert "was not read" in refused(written(tmp_path, files | {name: "x"}))
    beside = written(
        tmp_path,
        {f"{name.partition('.')[0].lower()}.csv": SUPPAE if "supp" in name else plain[f"{name[:2].lower()}.csv"]},
    )
    assert "file_not_read" in checks(collect(beside))


SUPPAE = (
    "STUDYID,RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QLABEL,QVAL\nXX-01,AE,XX-01-101-001,AESEQ,1,AEDLT,Dose-limiting,N\n"
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cv.xpt", b""),
        ("cv.csv", b"USUBJID,CVTESTCD\nS-1\n"),
        ("CV.xlsx", b"x"),
        ("cv.zip", b"PK\x03\x04" + b"0" * 100),
        ("cv.json", b"{}"),
        ("cvlv.parquet", b"x"),
    ],
)
def test_displays_say_that_echocardiograms_came_and_could_not_be_read(tmp_path, plain, trial, name, content):
    view = viewed(written(tmp_path / "in", plain | {name: content}), trial, tmp_path)
    said = f"delivered ({name}), and could not be read"
    assert lvef_over_time(view).finding == f"Ejection fractions: {said}."
    assert said in stopping_overview(view).finding
    assert f"{said[:1].upper()}{said[1:]}: ejection fraction at baseline." in baseline(view).population
    table = delivered_domains(view).table.set_index("DATASET")
    assert table.STATUS["CV"] == "delivered, could not be read" and table.STATUS["EG"] == "not delivered"
    assert "could not be read: CV" in delivered_domains(view).finding
    assert "1 file not read" in delivered_files(view).finding
    found = view.cut.table("ingest.finding").set_index("CHECKID")
    assert found.DATASET["file_not_readable"] == "CV" and found.SEVERITY["file_not_readable"] == "left out"
    assert "CV" not in set(found.loc[["not_delivered"], "DATASET"])


def test_every_dataset_is_said_where_it_is_needed(tmp_path, plain, trial):
    damaged = {f"{name}.xpt": b"" for name in ("rs", "eg", "pc", "pr", "mh")}
    files = {key: text for key, text in plain.items() if key != "mh.csv"}
    view = viewed(written(tmp_path / "in", files | damaged), trial, tmp_path)
    assert remission_rate(view).finding == "Response assessments: delivered (rs.xpt), and could not be read."
    assert qtc_longest(view).finding == "Electrocardiograms: delivered (eg.xpt), and could not be read."
    assert "PK samples delivered (pc.xpt), and could not be read" in data_currency(view).population
    for display in (concentration_curves, terminal_line, pk_samples):
        assert display(view).finding == "Concentrations: delivered (pc.xpt), and could not be read."
    assert "PR (pr.xpt) and RS (rs.xpt) were delivered and could not be read" in swimmer(view).finding
    assert "an unknown number had a transplant" in swimmer(view).finding
    # a transplant ends what can be observed: the DLT rates rest on it too; no display of demographics does on an ECG
    assert "PR (pr.xpt)" in dlt_by_dose(view).finding and "EG (eg.xpt)" not in baseline(view).population
    assert "disease" in baseline(view).population and "delivered (mh.xpt)" in baseline(view).population.lower()


def test_what_is_not_there_is_still_not_collected(tmp_path, plain, trial):
    view = viewed(written(tmp_path / "in", plain), trial, tmp_path)
    assert view.cut.unread == {}
    assert lvef_over_time(view).finding == "Ejection fractions: not collected in this cut."


def test_of_a_dataset_in_parts_nothing_is_shown_where_one_could_not_be_read(tmp_path, plain, trial):
    view = viewed(written(tmp_path / "in", plain | {"lbhe.csv": LB, "lbch.csv": ""}), trial, tmp_path)
    assert "lb" not in view.cut.delivered and view.cut.unread == {"lb": ("lbch.csv",)}
    found = view.cut.table("ingest.finding").set_index("CHECKID")
    assert found.NRECS["part_not_used"] == 2 and found.EXAMPLES["part_not_used"] == "lbhe.csv"
    assert "not used" in delivered_files(view).table.set_index("FILENAME").STATUS["lbhe.csv"]


def test_a_damaged_file_that_says_not_what_it_is_may_be_what_is_missing(tmp_path, plain, trial):
    view = viewed(written(tmp_path / "in", plain | {"results.xpt": b""}), trial, tmp_path)
    assert lvef_over_time(view).finding == (
        "Ejection fractions: not collected in this cut, unless it is in results.xpt, which could not be read."
    )
    (tmp_path / "in" / "ds.csv").unlink()
    assert "it may be DS" in refused(tmp_path / "in")


@pytest.mark.parametrize("name", ["readme.pdf", "ae.pdf", "define.xml", "manifest.json", "ae.sas", "notes.txt"])
def test_documents_are_no_data(tmp_path, plain, name):
    delivery = collect(written(tmp_path, plain | {name: "{}"}))
    assert checks(delivery).count("file_not_read") + checks(delivery).count("file_not_readable") == 1
    assert set(COUNTED) <= set(delivery.datasets)


# Archives and folders


def zipped(files: dict[str, str | bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return packed.getvalue()


def test_an_archive_is_read_as_the_folder_that_it_holds(tmp_path, plain):
    inside = {f"delivery/{name}": text for name, text in plain.items()} | {"__MACOSX/._dm.csv": "x"}
    folder = written(tmp_path / "in", {"delivery.zip": zipped(inside)})
    for source in (folder, folder / "delivery.zip"):
        delivery = collect(source)
        assert set(COUNTED) <= set(delivery.datasets) and checks(delivery) == []
        named = {record["FILENAME"] for record in delivery.files}
        assert {"delivery.zip", "delivery.zip/delivery/dm.csv"} <= named and len(named) == 1 + len(plain)
    hashes = {record["FILENAME"]: record["SHA256"] for record in delivery.files}
    assert all(len(text) == 64 for text in hashes.values())


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ({"../dm.csv": "x"}, "leads out of the archive"),
        ({"/etc/dm.csv": "x"}, "leads out of the archive"),
        ({"a/../../dm.csv": "x"}, "leads out of the archive"),
        ({"C:\\dm.csv": "x"}, "leads out of the archive"),
        ({"more.zip": "x"}, "another archive"),
        ({"ae.csv.gz": "x"}, "another archive"),
        ({"dm.csv": "x", "DM.csv": "y"}, "twice"),
        ({f"{i}.csv": "" for i in range(30)}, "30 files"),
        ({"lb.csv": b"0" * 2_000_000}, "times its size"),
        ({"lb.csv": os.urandom(3_000_000)}, "more than the archives of a delivery may"),
    ],
)
def test_an_archive_that_is_not_honest_stops_the_load_and_leaves_nothing(tmp_path, plain, monkeypatch, inside, says):
    monkeypatch.setattr(archive, "MOST_FILES", 20)
    monkeypatch.setattr(archive, "RATIO_FROM_BYTES", 1_000_000)
    monkeypatch.setattr(archive, "MOST_BYTES", 2_500_000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = written(tmp_path / "in", plain | {"more.zip": zipped(inside)})
    assert says in refused(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_locked_or_damaged_archive_is_one_file_that_could_not_be_read(tmp_path, plain):
    packed = bytearray(zipped({"lb.csv": LB}))
    packed[packed.index(b"\x00\x00lb.csv") + 20] ^= 0xFF
    delivery = collect(written(tmp_path, plain | {"lb.zip": bytes(packed)}))
    assert "lb" not in delivery.datasets and checks(delivery) == ["file_not_readable"]
    assert "could not be read" in delivery.findings[0].what


def test_split_files_of_an_ectd_are_the_same_records_as_the_whole(tmp_path, plain):
    base = "m5/datasets/xx-01/tabulations/sdtm/"
    head, *rows = LB.splitlines(keepends=True)
    split = {base + "split/lbhe.csv": head + rows[1], base + "split/lbch.csv": head + rows[0]}
    files = {base + name.upper(): text for name, text in plain.items()} | {base + "lb.csv": LB} | split
    delivery = collect(written(tmp_path, files))
    assert counts(delivery)["lb"] == 2 and set(COUNTED) <= set(delivery.datasets)
    assert checks(delivery) == ["record_in_two_files", "record_in_two_files", "stacked"]
    # a record that the whole lacks is counted, and said
    extra = rows[1].replace(",2,NEUT", ",3,WBC")
    delivery = collect(written(tmp_path, {base + "split/lbhe.csv": head + rows[1] + extra}))
    assert counts(delivery)["lb"] == 3 and "split_beyond_whole" in checks(delivery)
    # without the whole, the split files are the domain
    (tmp_path / base / "lb.csv").unlink()
    assert counts(collect(tmp_path))["lb"] == 3 and "split_beyond_whole" not in checks(collect(tmp_path))


def test_a_record_in_two_files_counts_once_and_one_that_differs_is_refused(tmp_path, plain):
    same = plain["ae.csv"]
    delivery = collect(written(tmp_path, plain | {"ae_more.csv": same}))
    assert counts(delivery)["ae"] == 1
    [finding] = [f for f in delivery.findings if f.check == "record_in_two_files"]
    assert (finding.severity, finding.count) == ("left out", 1)
    # the same values otherwise written, in another order of columns
    frame = pandas.read_csv(io.StringIO(same), dtype="str")
    frame = frame.assign(AESEQ="1.0", AEOUT=frame["AEOUT"] + " ")[sorted(frame.columns)]
    assert counts(collect(written(tmp_path, {"ae_more.csv": frame.to_csv(index=False)})))["ae"] == 1
    # another event under the same number is another record
    other = same.replace("Nausea,Nausea", "Vomiting,Vomiting")
    assert counts(collect(written(tmp_path, {"ae_more.csv": other})))["ae"] == 2
    # the same event with another grade: nobody knows which counts
    worse = same.replace("disorders,1,N", "disorders,3,N")
    assert "with other values (USUBJID XX-01-101-001, AESEQ 1: AETOXGR)" in refused(
        written(tmp_path, {"ae_more.csv": worse})
    )


def test_supplemental_values_in_two_files_count_once(tmp_path, plain):
    delivery = collect(
        written(tmp_path, plain | {"suppae.csv": SUPPAE, "suppae2.csv": SUPPAE.replace("AEDLT", "AESPID")})
    )
    assert counts(delivery)["suppae"] == 2
    assert counts(collect(written(tmp_path, {"suppae2.csv": SUPPAE})))["suppae"] == 1
    assert "QVAL" in refused(written(tmp_path, {"suppae2.csv": SUPPAE.replace(",N\n", ",Y\n")}))


def test_one_dataset_in_two_formats_counts_once(tmp_path, plain):
    frame = pandas.read_csv(io.StringIO(plain["dm.csv"]), dtype={"AGE": "float64"}).astype({"AGE": "float64"})
    frame.astype({c: "str" for c in frame if c != "AGE"}).replace("nan", "").to_parquet(tmp_path / "dm.parquet")
    delivery = collect(written(tmp_path, plain))
    assert counts(delivery)["dm"] == 3 and "record_in_two_files" in checks(delivery)


def test_linked_folders_are_followed_once(tmp_path, plain):
    elsewhere = written(tmp_path / "elsewhere", {"lb.csv": LB})
    folder = written(tmp_path / "in", plain)
    (folder / "linked").symlink_to(elsewhere, target_is_directory=True)
    (elsewhere / "back").symlink_to(folder, target_is_directory=True)
    delivery = collect(folder)
    assert counts(delivery)["lb"] == 2 and checks(delivery) == []


@pytest.mark.parametrize("name", ["lb.csv", "notes.pdf", "more.zip", "linked"])
def test_a_link_to_nothing_ends_the_load_in_one_line(tmp_path, plain, name):
    (written(tmp_path, plain) / name).symlink_to(tmp_path / "absent")
    assert f"{name} cannot be read" in refused(tmp_path)


def test_a_folder_that_cannot_be_looked_into_ends_the_load_in_one_line(tmp_path, plain, monkeypatch):
    folder = written(tmp_path, plain | {"site/lb.csv": LB})
    looked = os.scandir

    def scandir(path):
        if str(path).endswith("site"):
            raise PermissionError(13, "Permission denied", str(path))
        return looked(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert "The folder site cannot be looked into (Permission denied)" in refused(folder)


# Delimited text of other programs


def dm_of(folder: Path, text: str):
    delivery = collect(written(folder, {"dm.csv": text}))
    return frame_of(delivery.datasets["dm"]), [
        finding.what for finding in delivery.findings if finding.check == "reading"
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (",USUBJID,AGE\n1,S-1,7\n2,S-2,8\n", "numbers the rows"),
        ('"","USUBJID","AGE"\n"1","S-1","7"\n"2","S-2","8"\n', "numbers the rows"),
        (",USUBJID,AGE\n0,S-1,7\n1,S-2,8\n", "numbers the rows"),
        (",USUBJID,AGE\n14,S-1,7\n3,S-2,8\n", "numbers the rows"),
        ("USUBJID,AGE\n1,S-1,7\n2,S-2,8\n", "numbers the rows"),
        ("USUBJID,AGE,,\nS-1,7,,\nS-2,8,,\n", "2 columns without a name"),
        ("USUBJID,,AGE\nS-1,,7\nS-2, ,8\n", "1 columns without a name"),
        ("USUBJID,AGE\nS-1,7,,\nS-2,8,,\n,,,\n", "2 columns without a name"),
        ("USUBJID,AGE\nS-1,7\n,\nS-2,8\n,\n , \n", "3 lines without any value"),
        (",,\nUSUBJID,AGE,\nS-1,7,\nS-2,8,\n", "1 lines without any value"),
        ("sep=;\nUSUBJID;AGE\nS-1;7\nS-2;8\n", "semicolon"),
    ],
)
def test_what_other_programs_add_is_left_out_and_said(tmp_path, text, left):
    frame, told = dm_of(tmp_path, text)
    assert frame.values.tolist() == [["S-1", "7"], ["S-2", "8"]] and list(frame.columns) == ["USUBJID", "AGE"]
    assert any(left in what for what in told)


@pytest.mark.parametrize(
    "text",
    [
        ",USUBJID,AGE\nx,S-1,7\ny,S-2,8\n",  # names no row number
        ",USUBJID,AGE\n1,S-1,7\n1,S-2,8\n",  # a number twice
        "USUBJID,,AGE\nS-1,1,7\nS-2,2,8\n",  # not the first column
        "USUBJID,AGE\nS-1,7,x\nS-2,8,\n",
    ],
)
def test_a_column_without_a_name_that_holds_values_is_refused(tmp_path, text):
    assert "has no name" in refused(written(tmp_path, {"dm.csv": text})) or "column names" in refused(tmp_path)


def lb_of(folder: Path, plain: dict, *rows: str, delimiter: str = ";", names: str = "LBORRES;LBSTRESN;LBSTNRHI"):
    lines = [f"DOMAIN;USUBJID;LBSEQ;{names}", *(f"LB;S-1;{i};{row}" for i, row in enumerate(rows, 1))]
    text = "\n".join(lines).replace(";", delimiter)
    return written(folder, plain | {"lb.csv": text})


def test_decimal_commas_are_read_where_all_numbers_have_them(tmp_path, plain):
    delivery = collect(lb_of(tmp_path, plain, "0,4;0,4;5", "<1,5;;5,25", "clear, bright;7;-1,5E2"))
    lb = frame_of(delivery.datasets["lb"])
    assert lb["LBSTRESN"].tolist() == ["0.4", "", "7"] and lb["LBSTNRHI"].tolist() == ["5", "5.25", "-1.5E2"]
    assert lb["LBORRES"].tolist() == ["0.4", "<1.5", "clear, bright"]
    assert any("decimal commas were read as points" in finding.what for finding in delivery.findings)


def test_a_result_as_the_laboratory_wrote_it_decides_nothing(tmp_path, plain):
    lb = frame_of(collect(lb_of(tmp_path, plain, "0,4;0.4;5.5")).datasets["lb"])
    assert lb.iloc[0, 3:].tolist() == ["0,4", "0.4", "5.5"]
    lb = frame_of(collect(lb_of(tmp_path, plain, "0,4", "2,25", names="LBORRES")).datasets["lb"])
    assert lb["LBORRES"].tolist() == ["0.4", "2.25"]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (("1;0,4;5.5",), "decimal commas (LBSTRESN) and with decimal points (LBSTNRHI)"),
        (("1;0,4;5", "1;0.4;5"), "decimal commas (LBSTRESN) and with decimal points (LBSTRESN)"),
        (("1;1,234;5", "1;130,000;5"), "may be decimal commas or part thousands"),
        (("1;1.234,5;5", "1;1,5;2.345"), "decimal points"),
        (("1;1.234.567,5;5", "1;1,5;5"), "part thousands"),
    ],
)
def test_numbers_that_disagree_about_the_comma_are_refused(tmp_path, plain, rows, says):
    files = lb_of(tmp_path, {k: v for k, v in plain.items() if k != "ds.csv"}, *rows)
    (files / "lb.csv").rename(files / "ds.csv")  # a dataset that must be read
    assert says in refused(files)


# What a dataset lacks


def without(text: str, name: str, other: str = "") -> str:
    """CSV text without a column, or with it under another name."""
    frame = pandas.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
    frame = frame.rename(columns={name: other}) if other else frame.drop(columns=name)
    return frame.to_csv(index=False)


@pytest.mark.parametrize(
    ("file", "name", "other", "says"),
    [
        ("ae.csv", "AETOXGR", "", "AE has no AETOXGR or AESEV: no severity can be shown."),
        ("ae.csv", "AETOXGR", "AETOXGRD", "AE has no AETOXGR or AESEV: no severity can be shown; AETOXGRD, which"),
        ("ae.csv", "AESER", "AESR", "seriousness rests on the criteria alone; AESR, which was delivered, may be it."),
        ("ae.csv", "AEDLT", "AEDTL", "AE has no AEDLT; AEDTL, which was delivered, may be it."),
        (
            "ds.csv",
            "DSCAT",
            "DSCAR",
            "no disposition can be told from a milestone; DSCAR, which was delivered, may be it.",
        ),
        ("ex.csv", "EXDOSE", "", "EX has no EXDOSE: no dose is known, so whether the planned dose was given is not."),
        ("suppae.csv", "QVAL", "QRAL", ""),
    ],
)
def test_a_variable_that_is_lacking_or_misspelt_is_found(tmp_path, plain, file, name, other, says):
    files = plain | {"suppae.csv": SUPPAE}
    folder = written(tmp_path, files | {file: without(files[file], name, other)})
    if file == "suppae.csv":
        assert "QRAL" in refused(folder)
        return
    found = [f for f in collect(folder).findings if f.check.startswith("variable")]
    assert any(says in f.what for f in found) and {f.severity for f in found} == {"doubtful"}


@pytest.mark.parametrize(
    ("file", "name", "other"), [("ex.csv", "EXSTDTC", "EXSTDT"), ("ex.csv", "EXSTDTC", ""), ("ae.csv", "AESTDTC", "")]
)
def test_a_variable_without_which_a_decision_would_be_wrong_stops_the_load(tmp_path, plain, file, name, other):
    said = refused(written(tmp_path, plain | {file: without(plain[file], name, other)}))
    assert f"has no {name}" in said and (f"{other}, which was delivered, may be it" in said if other else True)


def test_a_complete_dataset_lacks_nothing(tmp_path, plain):
    assert checks(collect(written(tmp_path, plain))) == []


def test_a_dataset_under_a_name_that_is_nearly_right_is_named(tmp_path, plain):
    files = {key: text for key, text in plain.items() if key != "mh.csv"}
    text = without(plain["mh.csv"], "DOMAIN")
    found = [
        f for f in collect(written(tmp_path, files | {"mhx_1.csv": text})).findings if f.check == "dataset_misnamed"
    ]
    assert [(f.dataset, f.examples) for f in found] == [("MHX_1", "MH")] or "mh" in collect(tmp_path).datasets
    text = without(plain["ds.csv"], "DOMAIN").replace("DSSEQ", "DSNUM")
    (tmp_path / "ds.csv").unlink()
    assert "deliver it as DS" in refused(written(tmp_path, {"dispo.csv": text}))
