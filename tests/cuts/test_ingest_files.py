"""Each delivered format read whole, and each broken file told in one line."""

from __future__ import annotations

import datetime
import decimal
import os
import shutil
from pathlib import Path

import pandas
import pyarrow.parquet
import pyreadstat
import pytest
from raw import ROOT
from shared import SHARED
from transport import NUMBER, TEXT, described, ibm, in_order, transport

from ingest.collect import collect
from ingest.delivery import IngestError
from ingest.read import read_file
from ingest.table import frame_of

DM = pandas.DataFrame(
    {
        "STUDYID": "S",
        "DOMAIN": "DM",
        "USUBJID": ["S-1", "S-2"],
        "SITEID": ["001", "002"],
        "AGE": [7.0, float("nan")],
        "RFICDTC": ["2007-01-05", "2007-02"],
    }
)
LB = pandas.DataFrame(
    {"DOMAIN": "LB", "USUBJID": ["S-1"] * 3, "LBSEQ": [1.0, 2.0, 3.0], "LBTESTCD": "HGB", "LBSTRESN": [0.0, 71.5, 80.0]}
)


def xpt(path: Path, frame: pandas.DataFrame, version: int = 5, name: str = "DM") -> Path:
    pyreadstat.write_xport(frame, str(path), table_name=name, file_format_version=version)
    return path


def refused(path: Path) -> str:
    with pytest.raises(IngestError) as stopped:
        read_file(path, path.name)
    text = str(stopped.value)
    assert "\n" not in text and path.name in text and text.endswith(".")
    return text


@pytest.mark.parametrize("version", [5, 8])
def test_transport_file_keeps_every_value(tmp_path, version):
    frame = frame_of(read_file(xpt(tmp_path / "dm.xpt", DM, version), "dm.xpt").table)
    assert frame["USUBJID"].tolist() == ["S-1", "S-2"]
    assert frame["SITEID"].tolist() == ["001", "002"]
    assert frame["AGE"].tolist()[0] == 7.0 and pandas.isna(frame["AGE"][1])


def test_zero_in_a_transport_file_is_zero(tmp_path):
    assert frame_of(read_file(xpt(tmp_path / "lb.xpt", LB, name="LB"), "lb.xpt").table)["LBSTRESN"].tolist() == [
        0.0,
        71.5,
        80.0,
    ]


@pytest.mark.parametrize("letter", [b".", b"A", b"_", b"Z"])
def test_special_missing_values_of_sas_are_missing(tmp_path, letter):
    path = xpt(tmp_path / "lb.xpt", LB, name="LB")
    content = path.read_bytes()
    seventy = bytes.fromhex("4247800000000000")  # 71.5 in IBM hexadecimal floating point
    assert content.count(seventy) == 1
    path.write_bytes(content.replace(seventy, letter + bytes(7)))
    values = frame_of(read_file(path, "lb.xpt").table)["LBSTRESN"]
    assert values.isna().tolist() == [False, True, False]


def test_sas_dates_in_a_dtc_variable_become_iso_text(tmp_path):
    frame = DM.assign(RFICDTC=[datetime.date(2007, 1, 5), datetime.date(2007, 2, 28)])
    file = read_file(xpt(tmp_path / "dm.xpt", frame), "dm.xpt")
    assert frame_of(file.table)["RFICDTC"].tolist() == ["2007-01-05", "2007-02-28"]
    assert "RFICDTC" in file.remarks[0]


def test_sas7bdat_is_read():
    file = read_file(ROOT / "tests" / "data" / "dm.sas7bdat", "dm.sas7bdat")
    assert frame_of(file.table)["USUBJID"].tolist() == ["S-1", "S-2"] and frame_of(file.table)["SITEID"].tolist() == [
        "001",
        "002",
    ]
    assert frame_of(file.table)["AGE"].isna().tolist() == [False, True]


def test_a_sas7bdat_file_cut_short_is_refused(tmp_path):
    path = tmp_path / "dm.sas7bdat"
    path.write_bytes((ROOT / "tests" / "data" / "dm.sas7bdat").read_bytes()[:-200])
    assert "cut short" in refused(path)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("empty.xpt", "is empty"),
        ("html_not_xpt.xpt", "is a web page"),
        ("no_variables.xpt", "no variables"),
        ("three_members.xpt", "3 datasets"),
        ("truncated.xpt", "cut short"),
    ],
)
def test_published_broken_files_end_in_one_line(name, says):
    path = SHARED / "data" / "hostile" / name
    if not path.is_file():
        pytest.skip(f"the broken files are not there ({path})")
    assert says in refused(path)


@pytest.mark.parametrize("lost", [1, 8, 79, 80, 81, 160, 400])
@pytest.mark.parametrize("version", [5, 8])
def test_a_transport_file_cut_short_anywhere_is_refused(tmp_path, version, lost):
    long = pandas.concat([DM.assign(TEXT="x" * 83)] * 20, ignore_index=True)
    path = xpt(tmp_path / "dm.xpt", long, version)
    path.write_bytes(path.read_bytes()[:-lost])
    assert "cut short" in refused(path)


def test_a_transport_file_cut_in_its_header_is_refused(tmp_path):
    path = xpt(tmp_path / "dm.xpt", DM)
    path.write_bytes(path.read_bytes()[: 80 * 8])
    assert "cut short" in refused(path)


def test_rows_narrower_than_the_filling_are_counted_right(tmp_path):
    for rows in range(0, 12):
        frame = pandas.DataFrame(
            {"USUBJID": [f"S-{i:02}" for i in range(rows)], "AESEQ": [float(i) for i in range(rows)]}
        ).astype({"USUBJID": "str", "AESEQ": "float64"})
        assert len(frame_of(read_file(xpt(tmp_path / "ae.xpt", frame, name="AE"), "ae.xpt").table)) == rows


def test_proc_cport_is_told_from_transport(tmp_path):
    path = tmp_path / "dm.xpt"
    path.write_bytes(b"**COMPRESSED** **COMPRESSED** **COMPRESSED**" * 10)
    assert "CPORT" in refused(path)


@pytest.mark.parametrize("suffix", ["parquet", "sas7bdat", "csv"])
def test_web_pages_are_refused_in_every_format(tmp_path, suffix):
    path = tmp_path / f"dm.{suffix}"
    path.write_text("<!DOCTYPE html><html><body>Sign in</body></html>")
    assert "web page" in refused(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimited_text_keeps_text_as_text(tmp_path, encoding, delimiter):
    lines = [["USUBJID", "SITEID", "AGE", "AETERM"], ["S-1", "001", "7 ", "Ménière’s"], ["S-2", "NA", "", "  pain "]]
    path = tmp_path / "ae.csv"
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    file = read_file(path, "ae.csv")
    assert frame_of(file.table).values.tolist() == lines[1:]
    assert file.encoding == {"cp1252": "Windows-1252", "utf-16": "UTF-16"}.get(encoding, "UTF-8")


def test_delimiters_and_line_ends_inside_quotes_belong_to_the_value(tmp_path):
    path = tmp_path / "ae.csv"
    path.write_text('USUBJID,AETERM\nS-1,"mouth sores, worse\nthan ""before"""\n', newline="")
    assert frame_of(read_file(path, "ae.csv").table)["AETERM"].tolist() == ['mouth sores, worse\nthan "before"']


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("USUBJID,AGE\nS-1,7\nS-2,8,9\n", "line 3: 3 values under 2 column names"),
        ("USUBJID,AGE\nS-1\n", "line 2: 1 values under 2 column names"),
        ('USUBJID,AGE\nS-1,"7\n', "never closed"),
        ("USUBJID,usubjid\nS-1,S-1\n", "USUBJID is there twice"),
        ("USUBJID,,AGE\nS-1,x,7\n", "column 2 has no name"),
        ("\n\n", "is empty"),
        ("USUBJID,AGE\nS-1,\x00\n", "zero bytes"),
    ],
)
def test_delimited_text_that_is_no_table_is_refused_with_its_line(tmp_path, text, says):
    path = tmp_path / "dm.csv"
    path.write_text(text, newline="")
    assert says in refused(path)


def test_parquet_types_are_kept_or_made_plain(tmp_path):
    frame = pandas.DataFrame(
        {
            "USUBJID": pandas.Categorical(["S-1", "S-2", "S-1"]),
            "LBSEQ": pandas.array([2**60 + 1, None, 3], dtype="Int64"),
            "LBSTRESN": [decimal.Decimal("1.10"), None, decimal.Decimal("3.25")],
            "LBDTC": pandas.to_datetime(["2007-11-30 08:15", "2007-12-01", None], format="mixed"),
            "EMPTY": pandas.Series([None, None, None], dtype="object"),
        }
    )
    frame.to_parquet(tmp_path / "lb.parquet")
    file = read_file(tmp_path / "lb.parquet", "lb.parquet")
    assert frame_of(file.table)["LBDTC"].tolist()[:2] == ["2007-11-30T08:15:00", "2007-12-01"] and pandas.isna(
        frame_of(file.table)["LBDTC"][2]
    )
    assert frame_of(file.table)["LBSEQ"].tolist()[0] == 2**60 + 1
    assert frame_of(file.table)["USUBJID"].tolist() == ["S-1", "S-2", "S-1"]
    assert file.remarks and "LBDTC" in file.remarks[0]


def test_a_parquet_file_cut_short_is_refused(tmp_path):
    DM.to_parquet(tmp_path / "dm.parquet")
    (tmp_path / "dm.parquet").write_bytes((tmp_path / "dm.parquet").read_bytes()[:-20])
    assert "no whole Parquet file" in refused(tmp_path / "dm.parquet")


def test_a_mixed_folder_is_one_delivery(tmp_path):
    shutil.copy(ROOT / "tests" / "data" / "dm.sas7bdat", tmp_path / "DM.SAS7BDAT")
    xpt(tmp_path / "LBCH.XPT", LB, 8, "LBCH")
    LB.assign(LBSEQ=[4.0, 5.0, 6.0]).rename(columns=str.lower).to_csv(tmp_path / "lbhe.csv", index=False)
    LB[["USUBJID"]].assign(AESEQ=[1, 2, 3], AESTDTC="2007-03-05").to_parquet(tmp_path / "ae.parquet")
    (tmp_path / "vs.json").write_text("{}")
    (tmp_path / "readme.pdf").write_bytes(b"%PDF")
    delivery = collect(tmp_path)
    assert {name: len(frame) for name, frame in delivery.datasets.items()} == {"ae": 3, "dm": 2, "lb": 6}
    assert [float(seq) for seq in frame_of(delivery.datasets["lb"])["LBSEQ"]] == [1, 2, 3, 4, 5, 6]
    checks = sorted(finding.check for finding in delivery.findings if finding.check != "variable_missing")
    assert checks == ["file_not_read", "file_not_readable", "stacked"]
    assert "Dataset-JSON" in next(f.what for f in delivery.findings if f.examples == "vs.json")


def test_the_domain_column_decides_what_a_file_is(tmp_path):
    xpt(tmp_path / "dm.xpt", DM)
    LB.to_csv(tmp_path / "local_laboratory.csv", index=False)
    delivery = collect(tmp_path)
    assert set(delivery.datasets) == {"dm", "lb"}
    assert [f.check for f in delivery.findings if f.check != "variable_missing"] == ["file_name"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"dm.csv": DM, "sub/DM.csv": DM.assign(USUBJID=["S-1", "S-3"])}, "DM was delivered twice"),
        ({"dm.csv": DM, "sub/DM.csv": DM.assign(SITEID="003")}, "DM was delivered twice"),
        ({"dm.csv": DM, "lb.csv": LB, "lbch.csv": LB.assign(LBSTRESN=1)}, "3 records of lbch.csv are in lb.csv too"),
        ({"lb.csv": LB}, "contains no DM"),
        ({"dm.csv": DM, "ae.csv": LB.drop(columns=["USUBJID", "DOMAIN"])}, "no column USUBJID"),
        ({"dm.csv": DM, "two.csv": pandas.concat([LB, DM])}, "several domains (DM, LB)"),
        ({}, "is empty"),
    ],
)
def test_deliveries_that_cannot_be_trusted_are_refused(tmp_path, files, says):
    for name, frame in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        frame.to_csv(tmp_path / name, index=False)
    with pytest.raises(IngestError) as stopped:
        collect(tmp_path)
    assert says in str(stopped.value)


def test_a_bad_trial_summary_does_not_stop_the_load_but_bad_events_do(tmp_path):
    xpt(tmp_path / "dm.xpt", DM)
    (tmp_path / "ts.xpt").write_bytes(b"")
    delivery = collect(tmp_path)
    told = [(f.severity, f.dataset, f.check) for f in delivery.findings if f.check != "variable_missing"]
    assert told == [("left out", "TS", "file_not_readable")]
    (tmp_path / "ae.xpt").write_bytes(b"")
    with pytest.raises(IngestError, match="ae.xpt is empty"):
        collect(tmp_path)


def test_windows_text_is_read_and_reported(tmp_path):
    xpt(tmp_path / "dm.xpt", DM.assign(RACE="it§s"))
    content = (tmp_path / "dm.xpt").read_bytes()
    (tmp_path / "dm.xpt").write_bytes(content.replace("§".encode(), b"\x92 "))
    delivery = collect(tmp_path)
    assert frame_of(delivery.datasets["dm"])["RACE"][0].startswith("it’")
    assert [f.check for f in delivery.findings if f.check != "variable_missing"] == ["encoding"]


def test_a_pipe_in_the_folder_is_told_and_does_not_hang(tmp_path):
    DM.to_csv(tmp_path / "dm.csv", index=False)
    os.mkfifo(tmp_path / "lb.csv")
    delivery = collect(tmp_path)
    assert list(delivery.datasets) == ["dm"]
    told = [f for f in delivery.findings if f.check == "file_not_readable"]
    assert [(f.count, f.examples) for f in told] == [(1, "lb.csv")] and "no regular file" in told[0].what
    os.mkfifo(tmp_path / "ae.csv")
    with pytest.raises(IngestError, match="ae.csv cannot be read"):
        collect(tmp_path)


def test_a_link_to_nothing_stops_the_load(tmp_path):
    DM.to_csv(tmp_path / "dm.csv", index=False)
    (tmp_path / "ae.csv").symlink_to(tmp_path / "absent.csv")
    with pytest.raises(IngestError, match="ae.csv cannot be read"):
        collect(tmp_path)


def test_a_parquet_file_whose_checksums_do_not_agree_is_refused(tmp_path):
    path = tmp_path / "dm.parquet"
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pandas(DM), path, write_page_checksum=True, compression="none", use_dictionary=False
    )
    assert frame_of(read_file(path, "dm.parquet").table)["USUBJID"].tolist() == ["S-1", "S-2"]
    content = path.read_bytes()
    path.write_bytes(content.replace(b"\x03\0\0\0S-1", b"\x03\0\0\0S-7", 1))  # the value in its page
    assert "no whole Parquet file" in refused(path)


@pytest.mark.parametrize("suffix", ["csv", "xpt", "pdf"])
def test_a_file_name_that_is_not_utf8_is_shown_with_its_other_letters(tmp_path, suffix):
    folder = tmp_path / os.fsdecode(b"donn\xe9es")
    folder.mkdir()
    DM.to_csv(folder / "dm.csv", index=False)
    named = folder / os.fsdecode(b"lb_r\xe9sultats." + suffix.encode())
    if suffix == "csv":
        LB.to_csv(named, index=False)
    else:
        named.write_bytes(b"x" if suffix == "pdf" else xpt(tmp_path / "lb.xpt", LB, name="LB").read_bytes())
    delivery = collect(folder)
    assert [record["FILENAME"] for record in delivery.files] == ["dm.csv", f"lb_r\ufffdsultats.{suffix}"]
    assert delivery.source.endswith("donn\ufffdes") and ("lb" in delivery.datasets) == (suffix != "pdf")


ID = ("ID", TEXT, 8)


def made(path: Path, descriptions: list[bytes], rows: list[bytes], filling: bytes = b" ") -> Path:
    path.write_bytes(transport(descriptions, rows, filling))
    return path


@pytest.mark.parametrize("length", range(2, 9))
def test_numbers_of_every_length_are_read(tmp_path, length):
    values = [1.0, 0.0, -2.5, 60.0]
    path = made(
        tmp_path / "lb.xpt",
        in_order(ID, ("LBSTRESN", NUMBER, length)),
        [b"S-%06d" % i + ibm(value, length) for i, value in enumerate(values)]
        + [b"S-000009" + b".".ljust(length, b"\0")],
    )
    read = frame_of(read_file(path, "lb.xpt").table)["LBSTRESN"].tolist()
    assert read[:4] == values and pandas.isna(read[4])


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("7fffffffffffffff", 16.0**63 * (1 - 2.0**-56)),  # the largest of the format
        ("ffffffffffffffff", -(16.0**63) * (1 - 2.0**-56)),
        ("0010000000000000", 16.0**-65),  # the smallest
        ("4201000000000000", 1.0),  # not shifted to the left, as some writers leave it
        ("8000000000000000", 0.0),
    ],
)
def test_numbers_at_the_ends_of_the_format_are_read_as_they_are_stored(tmp_path, raw, value):
    path = made(tmp_path / "lb.xpt", in_order(ID, ("X", NUMBER, 8)), [b"S-000001" + bytes.fromhex(raw)])
    assert frame_of(read_file(path, "lb.xpt").table)["X"].tolist() == [value]


def test_bytes_that_are_neither_a_number_nor_missing_are_refused(tmp_path):
    path = made(tmp_path / "lb.xpt", in_order(ID, ("X", NUMBER, 8)), [b"S-000001" + b"\x42" + bytes(6) + b"\0"])
    assert pandas.isna(frame_of(read_file(path, "lb.xpt").table)["X"][0])  # 0x42 is B, a missing value of SAS
    made(path, in_order(ID, ("X", NUMBER, 8)), [b"S-000001" + b"\x3f" + bytes(7)])
    assert "neither a number nor missing in row 1" in refused(path)


def test_text_after_a_zero_byte_is_never_lost(tmp_path):
    two = in_order(ID, ("AETERM", TEXT, 8))
    path = made(tmp_path / "ae.xpt", two, [b"S-000001ab\0\0\0\0\0\0", b"S-000002ab\0     ", b"S-000003ab      "])
    assert frame_of(read_file(path, "ae.xpt").table)["AETERM"].tolist() == ["ab"] * 3
    for hidden in (b"ab\0cd   ", b"\0\0ab    "):
        made(path, two, [b"S-000001" + hidden])
        assert "AETERM holds zero bytes inside its text" in refused(path)


@pytest.mark.parametrize("filling", [b" ", b"\0"])
@pytest.mark.parametrize("rows", range(1, 12))
def test_the_last_record_may_be_filled_with_blanks_or_zero_bytes(tmp_path, rows, filling):
    path = made(
        tmp_path / "ae.xpt",
        in_order(ID, ("AESEQ", NUMBER, 8)),
        [b"S-%06d" % i + ibm(float(i)) for i in range(rows)],
        filling,
    )
    whole = path.read_bytes()
    for more in (b"", b" " * 400, bytes(400), bytes(2400)):  # filled up to a size of some system's own
        path.write_bytes(whole + more)
        assert frame_of(read_file(path, "ae.xpt").table)["AESEQ"].tolist() == [float(i) for i in range(rows)]


def test_a_row_of_zeros_is_a_row_where_all_are_numbers(tmp_path):
    for rows in (1, 4, 12):
        path = made(tmp_path / "pp.xpt", in_order(("X", NUMBER, 8), ("Y", NUMBER, 8)), [bytes(16)] * rows)
        assert frame_of(read_file(path, "pp.xpt").table)["Y"].tolist() == [0.0] * rows


def test_rows_that_follow_the_last_whole_one_are_no_filling(tmp_path):
    path = made(tmp_path / "ae.xpt", in_order(ID, ("AETERM", TEXT, 60)), [b"S-000001".ljust(68)], b"\0")
    content = path.read_bytes()
    path.write_bytes(content[:-5] + b"S-000")
    assert "cut short" in refused(path)


def test_another_storage_order_is_read_by_its_places(tmp_path):
    names = [described("B", TEXT, 3, 8), described("A", TEXT, 8, 0), described("N", NUMBER, 8, 11)]
    path = made(tmp_path / "ae.xpt", names, [b"S-000001abc" + ibm(2.0), b"S-000002def" + ibm(3.0)])
    frame = frame_of(read_file(path, "ae.xpt").table)
    assert list(frame.columns) == ["B", "A", "N"]
    assert frame.values.tolist() == [["abc", "S-000001", 2.0], ["def", "S-000002", 3.0]]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (described("AETERM", 3, 8, 8), "neither text nor number (type 3)"),
        (described("AETERM", 0, 8, 8), "neither text nor number (type 0)"),
        (described("AESEQ", NUMBER, 9, 8), "impossible length 9"),
        (described("AESEQ", NUMBER, 1, 8), "impossible length 1"),
        (described("AETERM", TEXT, 0, 8), "impossible length 0"),
        (described("AETERM", TEXT, 8, 9), "begins at byte 9 of a row"),
        (described("AETERM", TEXT, 8, 0), "begins at byte 0 of a row"),
        (described("AETE(M", TEXT, 8, 8), "called 'AETE(M', which is no name"),
        (described("1TERM", TEXT, 8, 8), "which is no name"),
        (described("AE TERM", TEXT, 8, 8), "which is no name"),
        (described("", TEXT, 8, 8), "which is no name"),
        (described("id", TEXT, 8, 8), "the column ID is there twice"),
    ],
)
def test_a_header_that_cannot_be_true_is_refused(tmp_path, wrong, says):
    path = made(tmp_path / "ae.xpt", [described("ID", TEXT, 8, 0), wrong], [b"S-000001" + b"x" * 8] * 10)
    assert says in refused(path)


def test_of_a_published_hostile_folder_each_file_is_right_or_refused_in_one_sentence():
    folder = SHARED / "data" / "hostile"
    if not folder.is_dir():
        pytest.skip(f"the broken files are not there ({folder})")
    for path in sorted(folder.iterdir()):
        if path.name == "ae_other_storage_order.xpt":
            continue
        assert refused(path)
    frame = frame_of(read_file(folder / "ae_other_storage_order.xpt", "ae.xpt").table)
    assert (frame["AEDECOD"] == "Decreased appetite").any() and not (frame["AETERM"] == "Decreased appetite").any()


@pytest.mark.parametrize(
    ("format_", "number", "text"),
    [
        ("DATE", 17230, "2007-03-05"),
        ("YYMMDD", 17230, "2007-03-05"),
        ("E8601DA", 17230, "2007-03-05"),
        ("DATETIME", 17230 * 86400 + 30600, "2007-03-05T08:30:00"),
        ("DTDATE", 17230 * 86400, "2007-03-05"),
        ("E8601DN", 17230 * 86400, "2007-03-05"),
        ("E8601DT", 17230 * 86400 + 1, "2007-03-05T00:00:01"),
        ("DATE", 17230 * 86400, "2007-03-05"),  # seconds, whatever the format on them says
        ("DTDATE", 17230, "2007-03-05"),  # days
        ("", 17230, "2007-03-05"),
        ("BEST", 17230 * 86400, "2007-03-05"),
        ("", 2007, 2007.0),  # a year, perhaps: no date is made of it
        ("", 20070305, 20070305.0),
        ("DATE", 1e12, "1000000000000"),  # no date of either kind stays the number it is
    ],
)
def test_sas_dates_are_what_their_numbers_say(tmp_path, format_, number, text):
    path = made(tmp_path / "ae.xpt", in_order(ID, ("AESTDTC", NUMBER, 8, format_)), [b"S-000001" + ibm(float(number))])
    assert frame_of(read_file(path, "ae.xpt").table)["AESTDTC"].tolist() == [text]


def test_one_date_of_another_century_does_not_spoil_the_others(tmp_path):
    numbers = [17230.0, 17231.0, 400000.0]
    rows = [b"S-%06d" % i + ibm(number) for i, number in enumerate(numbers)] + [b"S-000009." + bytes(7)]
    path = made(tmp_path / "ae.xpt", in_order(ID, ("AESTDTC", NUMBER, 8, "DATE")), rows)
    read = frame_of(read_file(path, "ae.xpt").table)["AESTDTC"]
    assert read.tolist()[:3] == ["2007-03-05", "2007-03-06", "400000"] and pandas.isna(read[3])
