"""What changed since an earlier pack, of two manifests: each display is held against the one that it was."""

from __future__ import annotations

import json
from hashlib import sha256

from export.since import changes, words


def told(display: str = "dlt_by_dose", rate: int = 1, finding: str = "1 of 3", **more) -> dict:
    """One display of a manifest; the hash is that of its table."""
    table = {"columns": ["Dose", "N"], "rows": [["160", rate]]}
    digest = sha256(json.dumps(table, ensure_ascii=False).encode()).hexdigest()
    return {"display": display, "title": display, "finding": finding, "sha256": digest, "nrows": 1, **table} | more


def manifest(*displays: dict, **more) -> dict:
    known = {"trial": "T", "session": "closed", "prepared": "2008-01-01T00:00:00+00:00", "data_as_of": "2007-11-30"}
    return known | {"displays": list(displays)} | more


def rows(now: dict, before: dict) -> list[list[str]]:
    return changes(now, before)[["DISPLAY", "WHAT", "WHICH", "BEFORE", "NOW"]].values.tolist()


def test_a_display_that_is_twice_in_a_pack_is_compared_twice_and_says_its_filters():
    now = manifest(told(filters="ALL", rate=5), told(filters="AML", rate=2), told("deaths"), told("deaths", rate=3))
    before = manifest(told(filters="ALL"), told(filters="AML"), told("deaths"), told("deaths"))
    assert rows(now, before) == [
        ["dlt_by_dose (ALL)", "number", "160", "1", "5"],
        ["dlt_by_dose (AML)", "number", "160", "1", "2"],
        ["deaths (2)", "number", "160", "1", "3"],
    ]
    swapped = manifest(*reversed(now["displays"]))
    assert sorted(rows(swapped, before))[-2:] == sorted(rows(now, before))[-2:]


def test_what_was_made_with_other_filters_is_said_and_not_compared():
    everyone = "All subjects (no filter)"
    now = manifest(told(filters="AML", rate=1, finding="1 of 9"), told("deaths", subject="S2"), told("ae_dots"))
    before = manifest(
        told(filters=everyone, rate=7, finding="7 of 35"),
        told("deaths", subject="S1", rate=4),
        told("ae_dots", chosen={"events": "serious"}, rate=8),
    )
    found = rows(now, before)
    assert found == [
        ["dlt_by_dose (AML)", "display", "made with other filters", everyone, "AML"],
        ["deaths", "display", "made of another subject", "S1", "S2"],
        ["ae_dots", "display", "made with other choices", "serious", "as it stands at first"],
    ]
    assert words(changes(now, before), before).endswith("3 displays, in 3 displays.")


def test_a_display_of_another_title_or_that_could_not_be_made_is_still_the_same():
    now = manifest(told(title="New words", rate=2), {"display": "deaths", "title": "Deaths", "made": False})
    before = manifest(told(title="Old words"), told("deaths", title="Deaths", filters="AML"))
    assert rows(now, before)[0] == ["New words", "number", "160", "1", "2"]
    assert not [row for row in rows(now, before) if "filters" in row[2]]
