"""A data cut whose file was damaged on the disk after it was written says so in one sentence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from queries import Cut, CutError
from queries.cut import attach
from queries.damaged import damage_told


def opened(path: Path) -> Cut:
    connection = duckdb.connect(":memory:")
    attach(connection, path, "cut")
    return Cut(path, date(2007, 11, 30), connection)


def test_a_block_with_other_bytes_than_were_written_is_told_and_other_blocks_are_read(tmp_path):
    path = tmp_path / "cut_2007-11-30.duckdb"
    with duckdb.connect(str(path), config={"default_block_size": "16384"}) as connection:
        for name in ("whole", "rotten"):
            connection.execute(f"create table {name} as select hash(range + {len(name)}) as a from range(20000)")
            connection.execute("checkpoint")
    content = bytearray(path.read_bytes())
    with duckdb.connect(str(path), read_only=True) as connection:
        told = connection.execute("select block_id from pragma_storage_info('rotten')").fetchall()
    at = 3 * 4096 + max(block for (block,) in told if block is not None) * 16384 + 100
    content[at] ^= 0xFF
    path.write_bytes(content)
    cut = opened(path)
    assert len(cut.table("whole")) == 20000
    with pytest.raises(CutError, match=r"^cut_2007-11-30.duckdb is damaged and cannot be read whole; put back a copy"):
        cut.table("rotten")


@pytest.mark.parametrize("error", [duckdb.CatalogException("no table"), duckdb.IOException("could not write")])
def test_what_is_no_damage_stays_what_it_is(error):
    with pytest.raises(type(error)), damage_told(Path("cut_2007-11-30.duckdb")):
        raise error
