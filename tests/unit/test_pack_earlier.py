"""A manifest that was changed is refused in one sentence that says what is wrong, never with an error of Python."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest

from export.earlier import hash_of, read_manifest, refuse_later
from export.pack import PackError

TABLE = {"columns": ["Dose", "N"], "rows": [["160", 1], ["190", None]]}
WHOLE = {
    "trial": "T",
    "session": "closed",
    "prepared": "2008-01-01T00:00:00+00:00",
    "data_as_of": "2007-11-30",
    "displays": [
        {"display": "deaths", "title": "Deaths", "finding": "2.", "sha256": hash_of(TABLE), "nrows": 2, **TABLE}
    ],
}


def changed(**parts) -> dict:
    told = deepcopy(WHOLE)
    told["displays"][0] |= parts
    return told


def test_a_manifest_as_it_was_written_is_read():
    assert read_manifest(json.dumps(WHOLE)) == WHOLE
    refuse_later(WHOLE, WHOLE)
    refuse_later(WHOLE, WHOLE | {"data_as_of": None})
    with pytest.raises(PackError, match=r"later data cut \(2030-01-01\) than this one \(2007-11-30\)"):
        refuse_later(WHOLE, WHOLE | {"data_as_of": "2030-01-01"})


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (changed(rows=[["160", 2], ["190", None]]), "the table of display 1 \\(deaths\\) is not the one of its hash"),
        (changed(rows=[[1]], sha256="0"), "another length than the columns"),
        (changed(rows="abc", sha256="0"), "rows of display 1 \\(deaths\\) is of another type"),
        (changed(rows=[3], sha256="0"), "another length"),
        (changed(columns=None), "columns of display 1"),
        (changed(columns=[1, 2]), "without columns"),
        (changed(finding=5), "finding of display 1"),
        (changed(title=["a"]), "title of display 1"),
        (changed(nrows=True), "nrows of display 1"),
        (WHOLE | {"prepared": {"a": 1}}, "prepared is no date"),
        (WHOLE | {"data_as_of": [1]}, "data_as_of is no date"),
        (WHOLE | {"data_as_of": "2007-13-30"}, "data_as_of is no date"),
        (WHOLE | {"displays": {}}, "no manifest of a pack"),
    ],
)
def test_a_manifest_that_was_changed_is_refused_in_one_sentence(told, why):
    with pytest.raises(PackError, match=why) as refused:
        read_manifest(json.dumps(told))
    assert "\n" not in str(refused.value)
