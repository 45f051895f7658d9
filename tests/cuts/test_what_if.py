"""A supposed cohort changes every count it should, is marked, is written nowhere, and leaves the facts as they are."""

from __future__ import annotations

import hashlib
import re

import pytest
from conftest import CUT_DATES
from dose_page import displays_of
from rule_trials import drawn_trial

from displays.adverse_events.dlts import every_dlt
from displays.display import now_and_then
from displays.escalation.rates import dlt_by_dose
from displays.rule.now import rule_now
from displays.rule.pending import pending_subjects
from displays.rule.replay import replay
from displays.stopping.asked import rule_states
from export import FORMATS, write
from queries import Filters, View, questions
from queries.hypothetical import suppose
from validation.sources import sql_files

PAGE = displays_of("displays")
COUNTS = ["NTREATED", "NEVAL", "NDLT", "NPENDING", "NNOTEVAL"]


@pytest.fixture(scope="module")
def cut(sample_cuts):
    return sample_cuts[CUT_DATES[-1]]


@pytest.fixture(scope="module")
def supposed(cut):
    return suppose(cut, "130 mg/m²/day", "NTP")


def counts(cut) -> dict[str, list[int]]:
    return cut.ask("dlt_by_dose").set_index("TRTA")[COUNTS].astype(int).T.to_dict("list")


@pytest.mark.parametrize(
    ("results", "added"),
    [
        ("NNN", [3, 3, 0, 0, 0]),
        ("TTT", [3, 3, 3, 0, 0]),
        ("NTP", [3, 2, 1, 1, 0]),
        ("P", [1, 0, 0, 1, 0]),
        ("NNNNNT", [6, 6, 1, 0, 0]),
    ],
)
def test_a_supposed_cohort_is_added_at_its_dose_and_nowhere_else(cut, results, added):
    before, after = counts(cut), counts(suppose(cut, "280 mg/m²/day", results))
    for dose in before:
        expected = (
            [a + b for a, b in zip(before[dose], added, strict=True)] if dose == "280 mg/m²/day" else before[dose]
        )
        assert after[dose] == expected


def test_the_facts_stay_as_they_are(cut):
    before, file = counts(cut), hashlib.sha256(cut.path.read_bytes()).hexdigest()
    suppose(cut, "190 mg/m²/day", "TTT")
    assert counts(cut) == before and hashlib.sha256(cut.path.read_bytes()).hexdigest() == file


def test_a_supposed_display_says_so_and_is_never_written(cut):
    display = dlt_by_dose(View(suppose(cut, "190 mg/m²/day", "NNT")))
    assert display.hypothetical == "Hypothetical: 3 more subjects at 190 mg/m²/day, 1 with a DLT, 2 without a DLT"
    assert display.alt.startswith("Hypothetical: ")
    for kind in FORMATS:
        with pytest.raises(ValueError, match="never written to a file"):
            write(display, kind)


@pytest.mark.parametrize(("dose", "events", "counted"), [("190 mg/m²/day", 2, 3), ("230 mg/m²/day", 0, 0)])
def test_a_supposed_cohort_at_the_dose_of_the_expansion_is_counted_by_the_rules_of_the_expansion(
    cut, dose, events, counted
):
    now, then = (rule_states(View(one))[-1][0] for one in (cut, suppose(cut, dose, "TTN")))
    assert now.rule.cohort and (now.rule.counts, now.rule.name) == ("dlt", "DLTs in the expansion")
    assert (then.events - now.events, then.n - now.n) == (events, counted)


NEEDED = {
    "heart_measurements": {"parameters": ["LVEF"], "every": True},
    "graded_values": {"keys": None, "people": None, "days": None},
    "overview_records": {"groups": None},
    "survival_times": {"endpoint": "OS"},
    "stopping_subjects": dict(
        counts="dlt",
        population="treated",
        cohort=None,
        category=None,
        terms=None,
        minimum_grade=3,
        within_days=None,
        observed_days=None,
    ),
}


ASKED = dict(
    usubjid="HYPOTHETICAL-1",
    people=["HYPOTHETICAL-1"],
    groups=[1],
    events="all",
    new=None,
    most=120,
    category="Mucositis",
    grade="any",
    by="interest",
    course=1,
    days=14,
    course_days=28,
    delay_days=7,
    definition="cairo-bishop",
    adult_age=18,
    formula="SCHWARTZ",
    steady=0.25,
    test="PLAT",
    unit="10^9/L",
    low=150.0,
    high=400.0,
    analyte="PARENT",
    codes=["CMAX"],
    day=1,
    minutes=30,
)
"""A parameter of a question → what it can be asked with."""


def asked_with(name: str) -> dict:
    parameters = set(re.findall(r"\$([a-z_]+)", sql_files()[name].read_text(encoding="utf-8")))
    return {parameter: value for parameter, value in ASKED.items() if parameter in parameters}


@pytest.mark.parametrize("name", questions())
def test_every_question_can_be_asked_of_a_supposed_cut(supposed, name):
    supposed.ask(name, **NEEDED.get(name, asked_with(name)))


@pytest.mark.parametrize(
    ("at", "dose", "results"), [(0, "190 mg/m²/day", "NNP"), (-1, "190 mg/m²/day", "T"), (-1, "310 mg/m²/day", "TNP")]
)
def test_every_display_of_the_page_is_drawn_and_marked_under_every_what_if(sample_cuts, at, dose, results):
    before, made = View(sample_cuts[CUT_DATES[at]]), suppose(sample_cuts[CUT_DATES[at]], dose, results)
    for make in PAGE:
        display = make(View(made, before.cut))
        assert display.hypothetical.startswith("Hypothetical: ") and display.finding
        if display.figure is not None:
            marks = [
                annotation for annotation in display.figure.layout.annotations if annotation.text == "HYPOTHETICAL"
            ]
            assert len(marks) >= (display.figure.layout.height or 0) // 500


def test_figures_of_the_facts_bear_no_mark(cut):
    for make in PAGE:
        figure = make(View(cut)).figure
        assert figure is None or "HYPOTHETICAL" not in figure.to_json()


def test_nobody_decided_about_supposed_subjects(sample_cuts):
    august = sample_cuts[CUT_DATES[0]]
    facts, made = replay(View(august)).table, replay(View(suppose(august, "230 mg/m²/day", "NNN"))).table
    assert list(made["SUBJID"]) == list(facts["SUBJID"]) and list(made["AGREE"]) == list(facts["AGREE"])
    assert made["KNOWN"].iloc[-1] != facts["KNOWN"].iloc[-1]


def test_a_supposed_cohort_comes_after_everybody_of_the_day(file_of_cut, trial):
    """A real subject first infused on the day of the cut, its hour not written,
    does not come after the supposed ones."""
    data, cut = drawn_trial("A130 NN")
    infusions = data["ex"].copy()
    infusions.loc[infusions["USUBJID"] == "S01", "EXSTDTC"] = cut.isoformat()
    made = suppose(file_of_cut(data | {"ex": infusions}, trial, cut), "160 mg/m²/day", "NNN")
    assert made.ask("rule_outcomes")["TRTA"].iloc[-1] == "160 mg/m²/day"
    assert "at 160 mg/m²/day had a DLT: Rolling Six recommends:" in rule_now(View(made)).finding


def test_filters_that_leave_supposed_subjects_out_are_said(cut):
    made = dlt_by_dose(View(suppose(cut, "190 mg/m²/day", "TTT"), None, Filters(sites=("101",))))
    assert "where the filters apply, they leave out supposed subjects" in made.hypothetical
    assert "filters" not in dlt_by_dose(View(suppose(cut, "190 mg/m²/day", "TTT"))).hypothetical


def test_a_supposed_cut_reads_no_other_file(cut):
    import duckdb

    with pytest.raises(duckdb.PermissionException):
        suppose(cut, "130 mg/m²/day", "N").connection.execute("select * from read_csv('/etc/passwd')")


@pytest.mark.parametrize(("dose", "results"), [("190", "N"), ("190 mg/m²/day", ""), ("190 mg/m²/day", "NX")])
def test_an_impossible_cohort_is_named(cut, dose, results):
    with pytest.raises(ValueError, match=r"no dose level|no cohort"):
        suppose(cut, dose, results)


# --- pending subjects resolved ---------------------------------------------------------------------

AUGUST = ("104-003", "107-001", "105-003")
"""The pending subjects of the first cut, all at 190 mg/m²/day, where 1 of 3 evaluable subjects had a DLT."""


@pytest.fixture(scope="module")
def august(sample_cuts):
    return sample_cuts[CUT_DATES[0]]


def usubjids(cut, *subjids: str) -> list[str]:
    known = cut.table("adsl").set_index("SUBJID")["USUBJID"]
    return [known[subjid] for subjid in subjids]


def recommendation(cut) -> str:
    return rule_now(View(cut)).finding


def test_the_pending_are_listed_with_what_they_await(august):
    assert [usubjid for usubjid, _ in pending_subjects(View(august))] == usubjids(august, *AUGUST)
    assert pending_subjects(View(august))[0][1] == "104-003, 190 mg/m²/day, pending until 3 Sep 2007"


@pytest.mark.parametrize(
    ("outcomes", "counts_after", "said"),
    [
        ("NNN", [7, 6, 1, 0, 1], "Rolling Six recommends: escalate to 230 mg/m²/day"),
        ("TNN", [7, 6, 2, 0, 1], "ends the escalation with 160 mg/m²/day as the maximum tolerated dose"),
        ("XXX", [7, 3, 1, 0, 4], "Rolling Six recommends: stay at 190 mg/m²/day"),
    ],
)
def test_each_pending_subject_can_be_resolved(august, outcomes, counts_after, said):
    """1 of 6 at 190 escalates, 2 of 6 close it (160 has 0 of 6), and three not evaluable leave 1 of 3: three more."""
    made = suppose(august, resolved=dict(zip(usubjids(august, *AUGUST), outcomes, strict=True)))
    assert counts(made)["190 mg/m²/day"] == counts_after and said in recommendation(made)
    assert counts(made)["160 mg/m²/day"] == counts(august)["160 mg/m²/day"]
    assert made.hypothetical.startswith("Hypothetical: 104-003 ") and counts(august)["190 mg/m²/day"] == [7, 3, 1, 3, 1]


def test_one_resolved_beside_a_next_cohort(august):
    (first,) = usubjids(august, AUGUST[0])
    made = suppose(august, "190 mg/m²/day", "N", {first: "X"})
    assert made.hypothetical == "Hypothetical: 1 more subject at 190 mg/m²/day, 1 without a DLT; 104-003 not evaluable"
    assert counts(made)["190 mg/m²/day"] == [8, 4, 1, 2, 2]
    assert "1 of 4 evaluable subjects at 190 mg/m²/day had a DLT (2 pending)" in recommendation(made)


def test_a_resolved_dlt_is_an_event_and_counts_in_the_stopping_rules(cut):
    pending = [usubjid for usubjid, _ in pending_subjects(View(cut))]
    made = suppose(cut, resolved=dict.fromkeys(pending, "T"))
    events = every_dlt(View(made)).table
    assert set(pending) <= set(events["USUBJID"]) and set(events["AEDECOD"]) >= {"Hypothetical DLT"}
    now, then = (rule_states(View(one))[-1][0] for one in (cut, made))
    assert (then.events - now.events, then.n - now.n) == (2, 2) and then.rule.name == "DLTs in the expansion"


def test_events_awaiting_adjudication_are_adjudicated_so(file_of_cut, trial):
    data, day = drawn_trial("A130 NNT")
    events = data["ae"].copy()
    events.loc[0, ["AETERM", "AETOXGR"]] = ["Sepsis", "4"]
    made = file_of_cut(data | {"ae": events}, trial, day)
    (waiting,) = pending_subjects(View(made))
    assert "awaiting adjudication of Sepsis" in waiting[1]
    for letter, flag in (("T", "Y"), ("N", "N")):
        told = suppose(made, resolved={waiting[0]: letter}).table("adae").query("AETERM == 'Sepsis'")
        assert list(told["DLTFL"]) == [flag]
    assert "Hypothetical DLT" not in set(suppose(made, resolved={waiting[0]: "T"}).table("adae")["AETERM"])


def test_who_awaits_the_first_infusion_can_be_resolved_too(sample_cuts):
    """101-006 was enrolled in the expansion and not yet treated on 30 November 2007."""
    november = sample_cuts[CUT_DATES[1]]
    (enrolled,) = usubjids(november, "101-006")
    assert "101-006, 190 mg/m²/day, pending (enrolled on" in dict(pending_subjects(View(november)))[enrolled]
    treated, gone = (suppose(november, resolved={enrolled: letter}) for letter in "TX")
    before = counts(november)["190 mg/m²/day"]
    assert counts(treated)["190 mg/m²/day"] == [before[0] + 1, before[1] + 1, before[2] + 1, *before[3:]]
    assert counts(gone) == counts(november) and enrolled not in set(gone.ask("rule_outcomes")["USUBJID"])


@pytest.mark.parametrize("make", PAGE)
def test_every_display_is_drawn_with_the_pending_resolved(august, make):
    made = suppose(august, resolved=dict(zip(usubjids(august, *AUGUST), "TNX", strict=True)))
    display = make(View(made))
    assert (
        display.hypothetical == ("Hypothetical: 104-003 with a DLT; 107-001 without a DLT; 105-003 not evaluable")
        and "nan" not in display.finding.split()
    )


def test_each_finding_is_beside_that_of_the_actual_data(august):
    made = suppose(august, resolved=dict(zip(usubjids(august, *AUGUST), "NNN", strict=True)))
    both = now_and_then(rule_now, View(made))
    assert " ".join(both.actual) == recommendation(august) and both.finding == recommendation(made)
    assert both.actual[0] != both.sentences[0] and now_and_then(rule_now, View(august)).actual == ()


@pytest.mark.parametrize(
    ("resolved", "what"),
    [({"nobody": "T"}, "'nobody' is not pending"), ({"104-003": "P"}, "'P' is no outcome"), ({}, "no cohort")],
)
def test_an_impossible_outcome_is_named(august, resolved, what):
    with pytest.raises(ValueError, match=what):
        suppose(august, resolved=resolved)
