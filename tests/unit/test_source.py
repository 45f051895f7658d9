"""Schema `source` gives every domain the same columns, delivered or not, written out or as a view."""

from __future__ import annotations

import duckdb
import pandas
import pytest

from ingest import source
from ingest.build import write_datasets
from ingest.delivery import Delivery

DOMAINS = [domain.lower() for domain in source.COLUMNS]


def delivered_whole() -> dict[str, pandas.DataFrame]:
    """Every domain with every column that staging reads, one record each."""
    values = {"number": 1.5, "grade": "Grade 3", "yesno": "Y", "": "text"}
    frames = {
        domain.lower(): pandas.DataFrame(
            [{name: "2007-03" if name.endswith("DTC") else values.get(kind, "text") for name, kind in columns}]
        )
        for domain, columns in source.COLUMNS.items()
        if domain != "SUPP"
    }
    supplemental = pandas.DataFrame([{name: "text" for name, _ in source.COLUMNS["SUPP"]}])
    return frames | {"suppae": supplemental, "suppdm": supplemental}


def read(frames: dict[str, pandas.DataFrame]) -> dict[str, pandas.DataFrame]:
    with duckdb.connect() as connection:
        write_datasets(connection, Delivery.of(frames))
        source.create_source_tables(connection, source.delivered_columns(connection, "sdtm"))
        kinds = {
            row[0]
            for row in connection.execute(
                "select table_type from information_schema.tables where table_schema = 'source'"
            ).fetchall()
        }
        frames = {name: connection.execute(f"select * from source.{name}").df() for name in DOMAINS}
        described = {name: connection.execute(f"describe source.{name}").df() for name in DOMAINS}
    return {"kinds": kinds, "frames": frames, "described": described}


def test_a_domain_that_was_not_delivered_has_the_columns_of_one_that_was():
    whole, none = read(delivered_whole()), read({})
    for name in DOMAINS:
        pandas.testing.assert_frame_equal(none["described"][name], whole["described"][name], obj=name)
        assert len(none["frames"][name]) == 0 and len(whole["frames"][name]) == (2 if name == "supp" else 1)


@pytest.mark.parametrize("columns", [["USUBJID"], ["USUBJID", "AESEQ", "AETOXGR"], ["aestdtc"]])
def test_a_domain_that_was_delivered_in_part_has_all_columns(columns):
    part = delivered_whole()["ae"].rename(columns=lambda name: name.lower() if name.lower() in columns else name)[
        columns
    ]
    assert read({"ae": part})["described"]["ae"].equals(read({})["described"]["ae"])


def test_a_large_domain_is_a_view_with_the_same_rows(monkeypatch):
    written = read(delivered_whole())
    monkeypatch.setattr(source, "WRITTEN_OUT", 0)
    viewed = read(delivered_whole())
    assert (written["kinds"], viewed["kinds"]) == ({"BASE TABLE"}, {"VIEW"})
    for name in DOMAINS:
        pandas.testing.assert_frame_equal(written["frames"][name], viewed["frames"][name], obj=name)
