"""A file read in pieces is the file read whole; damage in a later piece stops it, and nothing is half-written."""

from __future__ import annotations

import datetime
from datetime import date
from pathlib import Path

import duckdb
import numpy
import pandas
import pyarrow
import pyarrow.parquet
import pyreadstat
import pytest
from conftest import SAMPLE
from transport import NUMBER, TEXT, ibm, in_order, transport

from ingest import parquet, stack, table, xport_values
from ingest.build import build_cut
from ingest.collect import collect
from ingest.delivery import Delivery, IngestError
from ingest.read import read_file
from ingest.table import frame_of, table_of
from trial import Trial

ROWS, PIECE = 23, 5
"""Four whole pieces and a short one."""
VARIABLES = (
    ("USUBJID", TEXT, 7),
    ("LBORRES", TEXT, 6),
    ("LBSTRESN", NUMBER, 8),
    ("LBSEQ", NUMBER, 4),
    ("LBDTC", NUMBER, 8, "DATE"),
)
DAY = date(2007, 11, 30)


@pytest.fixture
def in_pieces(monkeypatch):
    """in_pieces(rows): from then on so many rows are read together."""

    def set_(rows: int) -> None:
        for module in (table, xport_values, parquet, stack):
            monkeypatch.setattr(module, "PIECE_ROWS", rows)

    return set_


def value(row: int) -> float | None:
    """Missing in the whole first piece, and here and there later."""
    return None if row < PIECE or row % 7 == 0 else row * 1.5 - 20


def rows() -> list[bytes]:
    return [
        b"S-%05d" % (row // 4)
        + (b"" if row < PIECE else b"%.1f" % (row * 1.5)).ljust(6)
        + (b"." + bytes(7) if value(row) is None else ibm(value(row)))
        + ibm(float(row), 4)
        + (b"." + bytes(7) if row < PIECE else ibm(17230.0 + row))
        for row in range(ROWS)
    ]


def lb_xpt(path: Path, changed: dict[int, bytes] | None = None) -> Path:
    content = rows()
    for row, other in (changed or {}).items():
        content[row] = other
    path.write_bytes(transport(in_order(*VARIABLES), content))
    return path


def lb_frame() -> pandas.DataFrame:
    moments = [None if row < PIECE else datetime.datetime(2007, 3, 5, row) for row in range(ROWS)]
    return pandas.DataFrame(
        {
            "USUBJID": pandas.Categorical([f"S-{row // 4:05}" for row in range(ROWS)]),
            "LBORRES": pandas.Series([None if row < PIECE else f"{row * 1.5:.1f}" for row in range(ROWS)], dtype="str"),
            "LBSTRESN": [value(row) for row in range(ROWS)],
            "LBSEQ": pandas.array([None if row < PIECE else row for row in range(ROWS)], dtype="Int32"),
            "LBDTC": pandas.to_datetime(pandas.Series(moments)),
            "LBDT": [None if row < PIECE else date(2007, 3, 5) for row in range(ROWS)],
            "EMPTY": pandas.Series([None] * ROWS, dtype="object"),
            "LATE": pandas.Series([None] * (ROWS - 1) + ["x"], dtype="str"),
        }
    )


def same(one, other) -> None:
    """The same columns of the same types with the same values."""
    assert one.schema.equals(other.schema)
    assert one.to_pydict() == other.to_pydict()


def test_a_transport_file_read_in_pieces_is_the_file_read_whole(tmp_path, in_pieces):
    path = lb_xpt(tmp_path / "lb.xpt")
    whole = read_file(path, "lb.xpt")
    in_pieces(PIECE)
    told: list[tuple[int, int]] = []
    read = read_file(path, "lb.xpt", lambda *rows: told.append(rows))
    same(read.table, whole.table)
    assert read.remarks == whole.remarks and read.table["USUBJID"].num_chunks == 5
    assert told == [(5, 23), (10, 23), (15, 23), (20, 23), (23, 23)]
    frame = frame_of(read.table)
    assert frame["LBSTRESN"].isna().tolist() == [value(row) is None for row in range(ROWS)]
    assert frame["LBSTRESN"].dropna().tolist() == [value(row) for row in range(ROWS) if value(row) is not None]
    assert frame["LBSEQ"].tolist() == list(range(ROWS))
    assert frame["LBDTC"][PIECE] == "2007-03-10" and frame["LBDTC"][ROWS - 1] == "2007-03-27"
    assert frame["LBORRES"].tolist()[:6] == [""] * 5 + ["7.5"]


def test_a_transport_file_is_read_as_an_independent_reader_reads_it(in_pieces):
    """All of the sample trial's files; pyreadstat gives blank text as blank and numbers as they are."""
    in_pieces(1000)
    for path in sorted((SAMPLE / "cuts" / "2008-02-29").glob("*.xpt")):
        file = read_file(path, path.name)
        theirs, meta = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
        ours = frame_of(file.table)
        assert list(ours.columns) == list(theirs.columns) and file.inside == meta.table_name, path.name
        for name in theirs:
            if theirs[name].dtype.kind == "f":
                assert numpy.array_equal(ours[name], theirs[name], equal_nan=True), (path.name, name)
            else:
                assert ours[name].tolist() == theirs[name].tolist(), (path.name, name)


@pytest.mark.parametrize("group", [4, 7, 100])
def test_a_parquet_file_of_several_row_groups_is_the_file_read_whole(tmp_path, in_pieces, group):
    path = tmp_path / "lb.parquet"
    lb_frame().to_parquet(path, row_group_size=group)
    whole = read_file(path, "lb.parquet")
    in_pieces(PIECE)
    read = read_file(path, "lb.parquet")
    same(read.table, whole.table)
    kinds = {field.name: str(field.type) for field in read.table.schema if field.type != table.TEXT}
    assert kinds == {"LBSTRESN": "double", "LBSEQ": "int32"}
    frame = frame_of(read.table)
    assert frame["LBDTC"].tolist()[PIECE:7] == ["2007-03-05T05:00:00", "2007-03-05T06:00:00"]
    assert (
        frame["LBDT"].tolist()[-1] == "2007-03-05" and frame["EMPTY"].isna().all() and frame["LATE"].tolist()[-1] == "x"
    )


def test_pieces_are_stored_as_the_frame_is(in_pieces, tmp_path):
    """The types that DuckDB gives a whole frame are those that it gives its pieces."""
    in_pieces(PIECE)
    frame = lb_frame().drop(columns=["EMPTY", "LBDT"]).astype({"USUBJID": "str"})
    with duckdb.connect() as connection:
        connection.register("whole", frame)
        connection.register("pieces", table_of(frame))
        described = [connection.execute(f"describe select * from {name}").fetchall() for name in ("whole", "pieces")]
        assert described[0] == described[1]
        [(other,)] = connection.execute(
            "select count(*) from (select * from whole except all select * from pieces)"
        ).fetchall()
    assert other == 0


def test_text_of_another_encoding_in_a_later_piece_is_the_encoding_of_the_whole_file(tmp_path, in_pieces):
    in_pieces(PIECE)
    accent = rows()[20].replace(b"30.0  ", b"caf\xe9  ")
    file = read_file(lb_xpt(tmp_path / "lb.xpt", {20: accent}), "lb.xpt")
    assert file.encoding == "Windows-1252" and len(file.table) == ROWS
    assert frame_of(file.table)["LBORRES"][20] == "café"
    neither = rows()[20].replace(b"30.0  ", b"caf\x81  ")
    with pytest.raises(IngestError, match="holds text in neither UTF-8 nor Windows-1252"):
        read_file(lb_xpt(tmp_path / "lb.xpt", {20: neither}), "lb.xpt")


@pytest.mark.parametrize(
    ("odd", "says"),
    [
        (b"S-00005" + b"30.0  " + b"\x3f" + bytes(7) + bytes(12), "LBSTRESN is neither a number nor missing in row 22"),
        (b"S-00005" + b"3\0.0  " + bytes(20), "LBORRES holds zero bytes inside its text, first in row 22"),
    ],
)
def test_damage_in_a_later_piece_is_told_with_its_row(tmp_path, in_pieces, odd, says):
    in_pieces(PIECE)
    with pytest.raises(IngestError, match=says):
        read_file(lb_xpt(tmp_path / "lb.xpt", {21: odd}), "lb.xpt")


def test_damage_in_a_later_piece_of_a_deciding_file_leaves_nothing(tmp_path, in_pieces):
    in_pieces(PIECE)
    delivered = tmp_path / "delivered"
    delivered.mkdir()
    frame = pandas.DataFrame({"DOMAIN": "AE", "USUBJID": [f"S-{n}" for n in range(ROWS)], "AESEQ": range(ROWS)})
    path = delivered / "ae.parquet"
    written = dict(row_group_size=4, write_page_checksum=True, use_dictionary=False, compression="none")
    pyarrow.parquet.write_table(pyarrow.Table.from_pandas(frame), path, **written)
    content = bytearray(path.read_bytes())
    content[content.index(b"\x04\0\0\0S-22") + 7] ^= 1  # the value in its page, in the last row group
    path.write_bytes(content)
    dm = pandas.DataFrame({"STUDYID": "S", "USUBJID": ["S-1"], "DOMAIN": "DM"})
    dm.to_csv(delivered / "dm.csv", index=False)
    with pytest.raises(IngestError, match="ae.parquet is no whole Parquet file"):
        build_cut(collect(delivered), Trial.none(), DAY, tmp_path / "cuts")
    assert sorted(left.name for left in tmp_path.iterdir()) == ["delivered"]


def test_split_files_are_held_against_each_other_in_pieces(tmp_path, in_pieces):
    """Records that two files share count once, whatever pieces they come in."""
    frame = lb_frame()[["USUBJID", "LBORRES", "LBSTRESN"]].assign(
        LBSEQ=range(ROWS), LBTESTCD="HGB", DOMAIN="LB", USUBJID=[f"S-{row // 4:05}" for row in range(ROWS)]
    )
    pandas.DataFrame({"STUDYID": "S", "USUBJID": ["S-1"], "DOMAIN": "DM"}).to_csv(tmp_path / "dm.csv", index=False)
    frame.iloc[:15].to_csv(tmp_path / "lbch.csv", index=False)
    frame.iloc[11:].to_parquet(tmp_path / "lbhe.parquet", index=False)
    whole = collect(tmp_path)
    in_pieces(PIECE)
    read = collect(tmp_path)
    assert read.findings == whole.findings and len(read.datasets["lb"]) == ROWS
    assert [(f.check, f.count) for f in read.findings if f.check == "record_in_two_files"] == [
        ("record_in_two_files", 4)
    ]
    assert frame_of(read.datasets["lb"])["LBSEQ"].astype(float).tolist() == list(range(ROWS))


def test_a_delivery_is_let_go_while_it_is_stored_and_only_then(tmp_path):
    dm = {"dm": pandas.DataFrame({"STUDYID": "S", "USUBJID": ["S-1"], "DOMAIN": "DM"})}
    kept, spent = Delivery.of(dm), Delivery.of(dm)
    one = build_cut(kept, Trial.none(), DAY, tmp_path / "one")
    two = build_cut(spent, Trial.none(), DAY, tmp_path / "two", let_go=True)
    assert list(kept.datasets) == ["dm"] and not spent.datasets and len(dm["dm"]) == 1
    counts = []
    for path in (one, two):
        with duckdb.connect(str(path), read_only=True) as connection:
            counts.append(connection.execute("select * from ingest.dataset").fetchall())
        assert [left.name for left in path.parent.iterdir()] == [path.name]
    assert counts == [[("dm", 1, 3, "sdtm", None)]] * 2
