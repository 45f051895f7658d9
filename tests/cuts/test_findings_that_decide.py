"""What could change a decision stands on the Dose page: short, and no more than the load found."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from deliveries import delivered
from test_load_weights import DM, events

from displays.catalogue import DOSE
from displays.escalation.findings import findings_that_decide
from displays.escalation.findings_words import SAID
from export import write
from ingest.build import build_cut
from ingest.check import read_checks
from ingest.collect import collect
from ingest.weights import DECISION
from queries import Filters, View, open_cut

CUT = date(2007, 11, 30)


def said(cut) -> tuple[str, ...]:
    return findings_that_decide(View(cut)).sentences


def test_ungraded_events_of_the_window_are_counted_and_those_of_later_courses_are_not(make_cut, trial):
    rows = [(10, "", "RELATED"), (11, "severe", "RELATED"), (12, "", ""), (65, "", "RELATED")]
    cut = make_cut(events(*rows), trial)
    assert "3 events in the DLT window have no readable grade." in said(cut)
    assert "1 event in the DLT window has no readable grade." in said(make_cut(events(rows[0], rows[3]), trial))
    assert not any("grade" in text for text in said(make_cut(events(rows[3]), trial)))


def test_the_newest_cut_of_the_sample_has_none_and_the_one_before_names_what_was_withdrawn(sample_cuts):
    shown = findings_that_decide(View(sample_cuts[date(2008, 2, 29)]))
    assert shown.finding == "1 record of the previous cut is no longer delivered (laboratory results)."
    then = View(sample_cuts[CUT], sample_cuts[date(2007, 8, 31)])
    assert findings_that_decide(then).sentences == (
        "2 records of the previous cut are no longer delivered (adverse events and supplemental values of "
        "adverse events).",
        "Findings: 2 new since 31 Aug 2007.",
    )


def test_three_sentences_at_most_and_the_number_of_the_others(make_cut, trial):
    frames = events((10, "", "RELATED"), (11, "3-4", "RELATED"))
    frames["ex"].loc[0, "EXDOSE"] = None
    frames["dm"] = frames["dm"].assign(ACTARMCD="A160", ACTARM="160 mg/m²/day", DTHFL="Y")
    cut = make_cut(frames, trial)
    sentences, kinds = said(cut), findings_that_decide(View(cut)).table
    assert len(sentences) == 4 and len(kinds) > 4
    assert sentences[3].startswith("And ") and sentences[3].endswith(" more in the table.")


def test_it_is_of_the_whole_cut_whatever_the_filters_leave(make_cut, trial):
    cut = make_cut(events((10, "", "RELATED")), trial)
    assert (
        findings_that_decide(View(cut, filters=Filters(sites=("none",)))).finding
        == findings_that_decide(View(cut)).finding
    )


def test_a_check_without_words_of_its_own_is_told_by_its_first_clause(make_cut, trial):
    frames = events((10, "1", "RELATED"))
    frames["ae"] = pandas.concat([frames["ae"], frames["ae"].assign(USUBJID=None, AESEQ=99)], ignore_index=True)
    told = "The record has no USUBJID, so it belongs to no subject and no display counts it (adverse events, 1 record)."
    assert told in said(make_cut(frames, trial))


def test_what_is_said_of_a_check_is_said_of_one_that_exists_and_can_decide():
    can_decide = {
        check.name
        for check in read_checks()
        if check.weight.usual == DECISION or check.weight.where or DECISION in dict(check.weight.named)
    }
    own = {"subject_gone", "fewer_records", "file_not_readable"}
    own |= {"read_from_adam", "manifest_missing", "manifest_checksum", "manifest_rows", "manifest_extra"}
    assert SAID.keys() - own <= can_decide
    for one, several in SAID.values():
        assert one != several and one[0].islower() | one.startswith(("DLT", "LVEF", "QTcF")) and not one.endswith(".")


def test_it_stands_on_the_dose_page_with_a_link_to_the_data_page():
    [entry] = [entry for entry in DOSE.displays if entry.function is findings_that_decide]
    assert entry.leads == "data" and entry in DOSE.sections[0].displays


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_it_is_written_to_files_like_every_display(make_cut, trial, kind):
    made = findings_that_decide(View(make_cut(events((10, "", "RELATED")), trial)))
    assert len(write(made, kind)) > 100 and made.audience == "closed"


def test_a_cut_of_no_subjects_says_what_it_is(make_cut):
    sentences = said(make_cut({"dm": pandas.DataFrame([DM]).assign(USUBJID="S-1")[:0]}))
    assert sentences[0] == "DM holds no subject; every display is empty."
    assert sentences[1] == (
        "5 datasets were not delivered, or have no records "
        "(adverse events, heart measurements, demographics, disposition and infusions)."
    )


def test_what_the_rules_finding_names_stands_in_the_table_alone(trial):
    """S1 with a DLT on day 45, S2 with one on day -12: the rule's finding names both."""
    shown = findings_that_decide(View(delivered("dlt_outside_window", trial)))
    assert {"dlt_outside_window", "dlt_before_first_infusion"} <= set(shown.table["CHECKID"])
    assert "began" not in shown.finding and shown.sentences[-1] == "And 2 more in the table."


def test_a_variable_that_is_missing_is_named_with_what_follows(tmp_path, trial):
    frames = events((10, "3", "RELATED"))
    for name, frame in frames.items():
        frame.drop(columns=["AEREL"], errors="ignore").to_csv(tmp_path / f"{name}.csv", index=False)
    cut = open_cut(build_cut(collect(tmp_path), trial, CUT, tmp_path / "cuts"))
    assert "AE has no AEREL: no event is known to be related or not." in said(cut)
    weights = cut.table("ingest.finding").query("CHECKID == 'variable_missing'").set_index("WHAT")["WEIGHT"]
    assert weights["AE has no AESER: seriousness rests on the criteria alone."] == "number"
