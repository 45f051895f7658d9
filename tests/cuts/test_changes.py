"""What changed in records already delivered: by drawn tables, through files, against the raw files."""

from __future__ import annotations

from itertools import pairwise

import pandas
import pytest
from overview_frames import CUTS, KNOWN, day, tiny
from raw import sample

from displays.adverse_events.events import compare_events, every_event, listed_events
from displays.conduct import changes
from ingest.source import COLUMNS
from queries import View
from queries.record_changes import COUNTS, compare_records


def records(drawn: str) -> pandas.DataFrame:
    """Records drawn as "domain subject number topic value", one a line."""
    rows = [line.split() for line in drawn.strip().splitlines()]
    frame = pandas.DataFrame(rows, columns=["DOMAIN", "SUBJECT", "N", "T", "VALUE"])
    key = frame.DOMAIN + frame.SUBJECT
    content = key + frame["T"] + frame.VALUE
    return frame.assign(RECORD=key + frame.N, TOPIC=key + frame["T"], CONTENT=content, VALUE=content).drop(
        columns=["N", "T"]
    )


CHANGES = {
    "nothing": ("AE s1 1 rash G1", "AE s1 1 rash G1", dict(ADDED=0, CHANGED=0, WITHDRAWN=0)),
    "added": ("AE s1 1 rash G1", "AE s1 1 rash G1\nAE s1 2 cough G1", dict(ADDED=1, CHANGED=0, WITHDRAWN=0)),
    "added, new subject": (
        "AE s1 1 rash G1",
        "AE s1 1 rash G1\nAE s2 1 cough G1",
        dict(ADDED=1, ADDEDNEW=1, CHANGED=0, WITHDRAWN=0),
    ),
    "changed": ("AE s1 1 rash G1", "AE s1 1 rash G2", dict(ADDED=0, CHANGED=1, WITHDRAWN=0)),
    "withdrawn": ("AE s1 1 rash G1\nAE s1 2 cough G1", "AE s1 1 rash G1", dict(ADDED=0, CHANGED=0, WITHDRAWN=1)),
    "withdrawn, renumbered": (
        "AE s1 1 rash G1\nAE s1 2 cough G1",
        "AE s1 1 cough G1",
        dict(ADDED=0, CHANGED=0, WITHDRAWN=1),
    ),
    "put in front, renumbered": (
        "AE s1 1 rash G1",
        "AE s1 1 cough G1\nAE s1 2 rash G1",
        dict(ADDED=1, CHANGED=0, WITHDRAWN=0),
    ),
    "renumbered and changed": (
        "AE s1 1 rash G1\nAE s1 2 cough G1",
        "AE s1 1 fall G2\nAE s1 2 rash G1\nAE s1 3 cough G3",
        dict(ADDED=1, CHANGED=1, WITHDRAWN=0),
    ),
    "changed and withdrawn": (
        "AE s1 1 rash G1\nAE s1 2 cough G1",
        "AE s1 1 rash G3",
        dict(ADDED=0, CHANGED=1, WITHDRAWN=1),
    ),
    "renumbering of one does not touch another": (
        "AE s1 1 rash G1\nAE s2 1 fall G1",
        "AE s1 1 cough G1\nAE s1 2 rash G1\nAE s2 1 fall G2",
        dict(ADDED=1, CHANGED=1, WITHDRAWN=0),
    ),
    "the same key twice": (
        "AE s1 1 rash G1\nAE s1 1 rash G1",
        "AE s1 1 rash G1",
        dict(ADDED=0, CHANGED=0, WITHDRAWN=1),
    ),
    "a whole domain gone": ("AE s1 1 rash G1\nLB s1 1 K 4", "AE s1 1 rash G1", dict(ADDED=0, CHANGED=0, WITHDRAWN=1)),
}


@pytest.mark.parametrize("case", CHANGES)
def test_change_detection(case):
    before, now, expected = CHANGES[case]
    found = compare_records(records(now), records(before))
    assert {column: found[column].sum() for column in expected} == expected
    assert (found.BEFORE + found.ADDED - found.WITHDRAWN == found.NOW).all()


def test_change_detection_of_nothing_at_all():
    assert compare_records(records("AE s1 1 rash G1").head(0), records("AE s1 1 rash G1").head(0)).empty


def test_two_tiny_cuts_compared_through_their_files(make_cut):
    before = tiny(
        make_cut,
        [("T-1", 1.0, "rash", "Rash", "3", "2007-05-02"), ("T-1", 2.0, "fall", "Fall", "1", "2007-05-03")],
        "2007-08-31",
        [("T-1", 1, "N")],
    )
    now = tiny(
        make_cut,
        [("T-1", 1.0, "rash", "Rash", "3", "2007-05-02"), ("T-1", 3.0, "cough", "Cough", "1", "2007-05-04")],
        supp=[("T-1", 1, "Y")],
    )
    made = changes.records_changed(View(now, before))
    row = made.table.set_index("DOMAIN")
    assert tuple(row.loc["AE", ["BEFORE", "ADDED", "CHANGED", "WITHDRAWN", "NOW"]]) == (2, 1, 0, 1, 2)
    assert tuple(row.loc["SUPPAE", ["ADDED", "CHANGED", "WITHDRAWN"]]) == (0, 1, 0)
    assert row.loc["DM", ["ADDED", "CHANGED", "WITHDRAWN"]].sum() == 0
    assert "1 adverse event was re-adjudicated for DLT" in made.finding
    assert (
        changes.records_changed(View(now)).finding == "No earlier cut was chosen, so there is nothing to compare with."
    )


def test_nothing_delivered_before_is_not_called_unchanged(make_cut):
    subjects = [str(n) for n in range(1, 7)]
    before = make_cut({}, cut=day("2007-08-31"))
    made = changes.records_changed(View(tiny(make_cut, [], subjects=subjects), before))
    assert made.finding == "Nothing of these subjects was delivered by 31 Aug 2007; 12 records were added since."
    assert made.population == "Every record of the selected subjects in both cuts."
    neither = changes.records_changed(View(make_cut({}), before))
    assert neither.finding == "Neither cut holds a record." and "domain" not in neither.population


def test_only_domains_delivered_before_can_be_unchanged(make_cut):
    now, before = (
        tiny(make_cut, events, when)
        for events, when in (([("T-1", 1.0, "x", "X", "1", "2007-05-02")], "2007-11-30"), ([], "2007-08-31"))
    )
    assert changes.records_changed(View(now, before)).population.endswith(
        "nothing was changed or withdrawn in 2 of 2 domains delivered before."
    )


def plainly(column: pandas.Series) -> pandas.Series:
    return column.astype("object").where(column.notna(), "")


@pytest.mark.parametrize("earlier,later", list(pairwise(CUTS)))
def test_changed_records_against_the_raw_files(views, earlier, later):
    table = changes.records_changed(views[later]).table.set_index("DOMAIN")
    before, now = sample(earlier), sample(later)
    for domain in ("AE", "LB", "CV", "EG", "PC", "CM", "DS", "RS"):
        read = [name for name, _ in COLUMNS[domain]]
        key = ["USUBJID", f"{domain}SEQ"]
        old, new = (frames[domain.lower()] for frames in (before, now))
        shared = [c for c in read if c in old and c in new]
        both = old[shared].merge(new[shared], on=key, suffixes=("_old", "_new"))
        differs = pandas.concat(
            [plainly(both[f"{c}_old"]) != plainly(both[f"{c}_new"]) for c in shared if c not in key], axis=1
        ).any(axis=1)
        gone = len(old) - len(both)
        assert tuple(table.loc[domain, ["ADDED", "CHANGED", "WITHDRAWN"]]) == (
            len(new) - len(both),
            differs.sum(),
            gone,
        ), domain


def test_the_corrections_of_the_story_are_found(views):
    for cut, story in KNOWN["changes"].items():
        row = changes.records_changed(views[cut]).table.set_index("DOMAIN")
        for kind, column in (("corrected", "CHANGED"), ("added", "ADDED"), ("withdrawn", "WITHDRAWN")):
            for domain, number in pandas.Series([c["domain"] for c in story[kind]]).value_counts().items():
                assert row.loc[domain, column] >= number
    assert "1 adverse event was re-adjudicated for DLT" in changes.records_changed(views[CUTS[1]]).finding
    assert "no DLT adjudication was changed" in changes.records_changed(views[CUTS[2]]).finding


def test_what_is_not_read_again_changes_no_count(views):
    """The groups of records that both cuts hold alike are left out; read whole, the records give the same numbers."""
    for later in CUTS[1:]:
        view = views[later]
        whole = compare_records(
            view.ask("overview_records", groups=None), view.ask_previous("overview_records", groups=None)
        )
        made = changes.records_changed(view).table
        columns = ["DOMAIN", *COUNTS]
        assert made[columns].sort_values("DOMAIN").to_numpy().tolist() == whole[columns].to_numpy().tolist()
        digests = view.ask("record_digests")
        assert digests.groupby("DOMAIN")["NRECORDS"].sum().to_dict() == whole.set_index("DOMAIN")["NOW"].to_dict()
        read = view.ask("overview_records", groups=digests["GROUPKEY"].head(3).tolist())
        assert len(read) == digests["NRECORDS"].head(3).sum()


def test_events_of_whom_nothing_changed_need_not_be_compared(views):
    view = views[CUTS[-1]]
    every = compare_events(view.cut.ask("ae_events"), view.previous.ask("ae_events"))
    few = every_event(view)
    assert 0 < len(few.rows) < len(every.rows)
    for part in ("new", "changed", "gone"):
        of_all, of_few = (getattr(one, part).set_index(["USUBJID", "AESEQ"]) for one in (every, few))
        assert of_all.to_dict("index") == of_few.to_dict("index"), part
    assert len(few.new) and len(few.changed)
    listed = listed_events(view, "dlt_events").rows
    was = every.was.assign(KEY=every.rows["AEKEY"]).set_index("KEY")["DLTFL"]
    keys = listed[["USUBJID", "AESEQ"]].merge(every.rows, on=["USUBJID", "AESEQ"])["AEKEY"]
    assert listed["WASDLT"].fillna("").tolist() == was[keys].fillna("").tolist()
    assert not listed[["SINCE", "PREVIOUS"]].isna().any(axis=None)
