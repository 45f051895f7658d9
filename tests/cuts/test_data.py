"""The Data page: what it says is what stands in the cut; the dictionary names what exists."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from raw import ROOT, sample

from displays import Display
from displays.data.delivered import delivered_domains, delivered_files
from displays.data.dictionary import dictionary, table_dictionary
from displays.data.findings import ingest_findings, labs_not_graded, left_out
from displays.data.making import assumptions, making
from queries import Filters, View
from trial import Trial

DISPLAYS = [
    delivered_domains,
    left_out,
    ingest_findings,
    labs_not_graded,
    assumptions,
    delivered_files,
    making,
    table_dictionary,
]
NEWEST, EARLIER = date(2008, 2, 29), date(2007, 11, 30)


@pytest.fixture(scope="module")
def view(sample_cuts) -> View:
    return View(sample_cuts[NEWEST], sample_cuts[EARLIER])


@pytest.fixture(scope="module")
def built_view(tmp_path_factory, trial) -> View:
    """A cut that was read from files."""
    from ingest.build import build_cut
    from ingest.collect import collect
    from queries import open_cut

    source = ROOT / "sample_data" / "cuts" / "2007-08-31"
    return View(open_cut(build_cut(collect(source), trial, date(2007, 8, 31), tmp_path_factory.mktemp("built"))))


def test_domains_show_the_records_of_the_raw_files_now_and_before(view):
    shown = delivered_domains(view)
    now, before = sample("2008-02-29"), sample("2007-11-30")
    # the details of deaths are looked for and not delivered
    assert shown.table.set_index("DATASET")["NROWS"].to_dict() == {"DD": 0} | {
        name.upper(): len(frame) for name, frame in now.items()
    }
    assert shown.table.set_index("DATASET")["PREVIOUS"].to_dict() == {"DD": 0} | {
        name.upper(): len(frame) for name, frame in before.items()
    }
    changes = {"DD": 0} | {name.upper(): len(frame) - len(before[name]) for name, frame in now.items()}
    assert all(
        row.SINCE.replace("−", "-").replace(",", "").lstrip("+")
        == (str(changes[row.DATASET]) if changes[row.DATASET] else "")
        for row in shown.table.itertuples()
    )
    assert f"{sum(map(len, now.values())):,} records" in shown.finding


def test_what_did_not_come_is_named(make_cut):
    dm = pandas.DataFrame({"STUDYID": "S", "USUBJID": ["S-1"], "SITEID": "1", "AGE": [7.0], "ARM": "One", "ARMCD": "1"})
    shown = delivered_domains(View(make_cut({"dm": dm, "qs": dm, "cv": dm[:0]})))
    status = shown.table.set_index("DATASET")["STATUS"].to_dict()
    assert (
        status["DM"] == "delivered" and status["CV"] == "delivered without records" and status["EG"] == "not delivered"
    )
    assert "CV" in shown.finding and "EG" in shown.finding
    assert shown.table.set_index("DATASET").loc["QS", "USEDFOR"] == "kept; no display uses it"


def test_files_are_shown_with_the_hash_of_their_bytes(built_view):
    import hashlib

    shown = delivered_files(built_view)
    folder = ROOT / "sample_data" / "cuts" / "2007-08-31"
    expected = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert shown.table.set_index("FILENAME")["SHA256"].to_dict() == expected
    assert f"{len(expected)} files read" in shown.finding


def test_missed_infusions_are_left_out_and_said_so(view):
    raw = sample("2008-02-29")["ex"]
    shown = left_out(view).table.set_index("CHECKID")
    assert shown.loc["dose_zero", "NRECS"] == (raw["EXDOSE"] == 0).sum()


def test_findings_count_the_known_oddities_of_the_raw_files(view):
    shown = ingest_findings(view)
    ae, cm = sample("2008-02-29")["ae"], sample("2008-02-29")["cm"]
    counts = shown.table.groupby("CHECKID")["NRECS"].sum()
    assert counts["no_preferred_term"] == (ae["AEDECOD"].str.strip() == "").sum()
    partial = sum(cm[c].str.len().isin([4, 7]).sum() for c in ("CMSTDTC", "CMENDTC"))
    assert (
        shown.table[(shown.table["CHECKID"] == "partial_date") & (shown.table["DATASET"] == "CM")]["NRECS"].sum()
        == partial
    )
    assert shown.table.loc[shown.table["CHECKID"] == "dose_zero", "KIND"].tolist() == ["Left out"]


def test_what_is_new_since_the_previous_cut_is_marked(make_cut):
    dm = pandas.DataFrame(
        {
            "STUDYID": "S",
            "USUBJID": ["S-1", "S-2"],
            "SITEID": "1",
            "AGE": [7.0, 8.0],
            "ARM": ["One", "Two"],
            "ACTARM": ["One", "Two"],
            "ARMCD": "1",
        }
    )
    odd, odder = dm.assign(ACTARM=["One", "One"]), dm.assign(ACTARM=["Two", "One"])
    clean, one, two = (
        make_cut({"dm": frame}, cut=date(2007, 1, month)) for month, frame in enumerate((dm, odd, odder), start=1)
    )

    def changed(cut, previous):
        table = ingest_findings(View(cut, previous)).table.set_index("CHECKID")
        return tuple(table.loc["arm_differs", ["SINCE", "PREVIOUS"]])

    assert changed(one, clean) == ("new", "")
    assert changed(two, one) == ("changed", "1")
    assert changed(two, two) == ("", "")


def test_assumptions_are_those_of_the_trial_definition(view, trial):
    shown = assumptions(view)
    assert dict(zip(shown.table["ABOUT"], shown.table["ASSUMED"], strict=True)) == trial.assumptions
    assert shown.finding.startswith(f"{len(trial.assumptions)} assumptions")


def test_without_a_trial_definition_the_page_says_so(make_cut):
    assert "the groups are the arms as delivered" in assumptions(View(make_cut({}))).finding


def test_the_dictionary_names_exactly_the_tables_and_columns_of_a_cut(view):
    columns = view.cut.ask("data_columns")
    exist = {table.lower(): set(rows["VARIABLE"]) for table, rows in columns.groupby("TABNAME")}
    named = {table: set(words) - {"grain"} for table, words in dictionary().items()}
    assert named == exist
    assert all(label.strip(" ?") for words in dictionary().values() for label in words.values())


@pytest.mark.parametrize("function", DISPLAYS, ids=lambda function: function.__name__)
@pytest.mark.parametrize("kind", ["full", "filtered", "first", "no subjects", "one subject"])
def test_every_display_is_made_for_every_kind_of_cut(function, kind, view, make_cut):
    one = pandas.DataFrame(
        {"STUDYID": "S", "USUBJID": ["S-1"], "SITEID": "1", "AGE": [7.0], "ARM": "One", "ARMCD": "1"}
    )
    views = {
        "full": lambda: view,
        "filtered": lambda: View(view.cut, view.previous, Filters(sites=("none",))),
        "first": lambda: View(view.cut),
        "no subjects": lambda: View(make_cut({})),
        "one subject": lambda: View(make_cut({"dm": one}, Trial.none())),
    }
    shown = function(views[kind]())
    assert (
        isinstance(shown, Display)
        and shown.figure is None
        and shown.audience == ("open" if function is assumptions else "closed")
    )
    assert shown.finding.endswith(".") and set(shown.labels) <= set(shown.table.columns)
    assert shown.filters == "All subjects (no filter)"
    assert shown.collected == (len(shown.table) > 0)


def test_every_display_is_made_for_the_pilot(pilot_cut):
    for function in DISPLAYS:
        assert function(View(pilot_cut)).finding


def test_laboratory_values_without_a_grade_are_counted_with_the_reason(make_cut, trial):
    dm = pandas.DataFrame({"STUDYID": "S", "USUBJID": ["S-1"], "ARMCD": "A130"})
    lb = pandas.DataFrame(
        [("HGB", "70", "furlong"), ("HGB", "80", "furlong"), ("HGB", "100", "g/L"), ("XYZ", "1", "g/L")],
        columns=["LBTESTCD", "LBSTRESC", "LBSTRESU"],
    ).assign(USUBJID="S-1", LBSPEC="BLOOD", LBSEQ=range(1, 5), LBDTC="2007-03-01", LBSTNRLO=120.0, LBSTNRHI=160.0)
    earlier = make_cut({"dm": dm, "lb": lb[1:]}, trial, date(2007, 8, 31))
    shown = labs_not_graded(View(make_cut({"dm": dm, "lb": lb}, trial), earlier))
    rows = {
        (r.PARAMCD, r.AVALU, r.NROWS, r.SINCE, r.PREVIOUS)
        for r in shown.table.itertuples()
        if r.PARAMCD == "XYZ" or r.AVALU == "furlong"
    }
    assert ("XYZ", "g/L", 1, "", "") in rows and ("HGB", "furlong", 2, "changed", "1") in rows
    naive = shown.table[shown.table["ATERM"].notna()]["NROWS"].sum()
    assert (
        shown.finding.startswith(f"{naive} gradings of laboratory values could not be made")
        and "1 value has no CTCAE term" in shown.finding
    )


def test_two_files_left_for_one_reason_stay_two_rows(tmp_path):
    from ingest.build import build_cut
    from ingest.collect import collect
    from queries import open_cut

    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "dm.csv").write_text("STUDYID,USUBJID\nS,S-1\n")
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / "in" / name).write_text("x")
    view = View(open_cut(build_cut(collect(tmp_path / "in"), Trial.none(), date(2007, 8, 31), tmp_path)))
    assert (left_out(view).table["CHECKID"] == "file_not_read").sum() == 2


def test_that_every_value_with_a_term_was_graded_is_said(view):
    assert labs_not_graded(view).finding.startswith("Every laboratory value with a CTCAE term was graded; ")
