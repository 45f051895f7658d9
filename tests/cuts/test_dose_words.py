"""What the dose escalation's displays say of nobody, of one and of some;
of ties, of deaths, of filters between two cuts."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from conftest import CUT_DATES
from dose_page import displays_of
from drawn import THREE, trial_data
from raw import sample

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.dlts import every_dlt, judged_not_dlt
from displays.adverse_events.late import late_events
from displays.adverse_events.special_interest import _finding
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.findings import findings_that_decide
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.escalation.words import by_level
from queries import Filters, View

DISPLAYS = displays_of("displays.escalation", "displays.adverse_events")
AML, ONE_SITE, NOBODY = Filters(diseases=("AML",)), Filters(sites=("110",)), Filters(sites=("999",))


@pytest.fixture(scope="module")
def cuts(sample_cuts):
    return sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]]


# --- filters and the previous cut --------------------------------------------------------------


def test_a_cohort_that_was_open_is_not_new_because_the_filters_find_its_first_subject(cuts):
    now, before = cuts
    table = escalation_history(View(now, before, AML)).table.set_index("COHORTNAM")
    assert "Y" in set(before.ask("dose_escalation")["EXPFL"])
    assert "Y" not in set(before.ask("dose_escalation", diseases=["AML"])["EXPFL"])
    assert tuple(table.loc["Expansion", ["SINCE", "PREVIOUS"]]) == ("changed", "none of these subjects")
    assert "no new cohort" in escalation_history(View(now, before, AML)).finding


def test_a_dose_level_that_was_open_is_not_new_under_the_filters(cuts):
    now, before = cuts
    row = dlt_by_dose(View(now, before, ONE_SITE)).table.query("NTREATED > 0").iloc[0]
    assert (row.SINCE, row.PREVIOUS) == ("changed", "0 of 0 evaluable")


def test_a_cohort_that_opened_since_is_new_with_and_without_filters(sample_cuts):
    now, before = sample_cuts[CUT_DATES[1]], sample_cuts[CUT_DATES[0]]
    opened = set(now.ask("dose_escalation")["COHORT"]) - set(before.ask("dose_escalation")["COHORT"])
    table = escalation_history(View(now, before)).table
    assert set(table.loc[table["SINCE"] == "new", "COHORT"]) == opened != set()


@pytest.fixture(scope="module")
def coded_anew(make_cut, trial) -> View:
    """S1's diagnosis becomes AML between the cuts: known before, yet under the AML filter only now."""
    people = f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"
    events = "USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC\nS1 | 1 | Rash | 3 | N | 2007-06-05"
    made = [
        make_cut(
            trial_data(
                people, events, mh=f"USUBJID | MHCAT | MHDECOD\nS1 | PRIMARY DIAGNOSIS | Acute {kind} leukaemia"
            ),
            trial,
            day,
        )
        for kind, day in (("lymphoblastic", date(2007, 8, 1)), ("myeloid", date(2007, 11, 30)))
    ]
    return View(made[1], made[0], AML)


def test_a_subject_and_an_event_known_before_are_not_new_under_the_filters(coded_anew):
    assert list(subject_by_dose(coded_anew).table["SINCE"]) == [""]
    assert list(judged_not_dlt(coded_anew).table["SINCE"]) == [""]


# --- the finding of the rates ------------------------------------------------------------------


@pytest.mark.parametrize("filters", [Filters(), AML, Filters(diseases=("ALL",))])
@pytest.mark.parametrize("day", CUT_DATES)
def test_the_finding_names_every_level_with_a_dlt(sample_cuts, day, filters):
    made = dlt_by_dose(View(sample_cuts[day], filters=filters))
    table, hit = made.table, made.table.query("NDLT > 0")
    total = made.finding.partition(". ")[0]
    if hit.empty:
        assert total == f"None of {table['NEVAL'].sum()} evaluable subjects had a DLT"
    else:
        assert total.startswith(f"{table['NDLT'].sum()} of {table['NEVAL'].sum()} evaluable subjects had a DLT: ")
        assert all(f"{row.NDLT} of {row.NEVAL} at {row.TRTAN:g}" in total for row in hit.itertuples())
    assert "(95 % CI " in made.finding and "nan" not in made.finding


def test_doses_share_their_unit():
    assert (
        by_level({"160 mg/m²/day": "1 of 6", "230 mg/m²/day": "3 of 6"}, "mg/m²/day")
        == "1 of 6 at 160 and 3 of 6 at 230 mg/m²/day"
    )
    assert (
        by_level({"160 mg/m²/day": "1", "No planned level": "2"}, "mg/m²/day")
        == "1 at 160 mg/m²/day and 2 at No planned level"
    )


# --- beyond the window -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (date(2007, 7, 12), "Day 42 has not yet been reached by 1 of the 1 subject counted without a DLT."),
        (date(2007, 7, 13), "Day 42 has been reached by the 1 subject counted without a DLT."),
    ],
)
def test_aplasia_is_judged_after_the_window(make_cut, trial, cut, words):
    """Day 42 of 1 June is 12 July."""
    view = View(
        make_cut(
            trial_data(
                f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}",
                "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-06-02",
            ),
            trial,
            cut,
        )
    )
    for make in (dlt_by_dose, subject_by_dose):
        assert (
            f"Assessed only after the window: aplasia beyond day 42 without leukaemia. {words}" in make(view).population
        )


def test_late_events_carry_their_verdict_and_reason(cuts):
    supp = sample("2008-02-29")["suppae"]
    verdicts = supp[supp["QNAM"] == "AEDLT"].set_index(["USUBJID", "IDVARVAL"])["QVAL"]
    reasons = supp[supp["QNAM"] == "AEDLTRS"].set_index(["USUBJID", "IDVARVAL"])["QVAL"]
    made = late_events(View(*cuts))
    words = {"Y": "Adjudicated as a DLT", "N": "Adjudicated not a DLT", None: "Not adjudicated"}
    for row in made.table.itertuples():
        key = (row.USUBJID, str(row.AESEQ))
        assert row.VERDICT == words[verdicts.get(key)] and (
            row.DLTRS == reasons[key] if key in reasons else pandas.isna(row.DLTRS)
        )
    told = set(made.table.loc[made.table["VERDICT"] == "Adjudicated not a DLT", "SUBJID"])
    assert (
        {"106-001", "101-003"} <= told
        and {"VERDICT", "DLTRS"} <= set(made.labels)
        and "2 adjudicated not a DLT" in made.finding
    )


# --- adverse events ----------------------------------------------------------------------------


def test_deaths_of_any_cause_stand_beside_fatal_events(cuts):
    dm, ex = sample("2008-02-29")["dm"], sample("2008-02-29")["ex"]
    deaths = dm[(dm["DTHFL"] == "Y") & dm["USUBJID"].isin(ex.loc[ex["EXDOSE"] > 0, "USUBJID"])]["USUBJID"].nunique()
    made = adverse_by_dose(View(*cuts))
    assert made.table["NDEATH"].sum() == deaths > made.table["NFATAL"].sum()
    assert f"fatal adverse event {made.table['NFATAL'].sum()}; deaths (all causes) {deaths}." in made.finding


def test_what_nobody_graded_is_reported_as_severe(pilot_cut):
    made = adverse_by_dose(View(pilot_cut))
    assert (
        f"{made.table['NGRADE3'].sum()} severe, life-threatening or fatal (no grades delivered)" in made.finding
        and "grade 3" not in made.finding
    )
    assert made.labels["NGRADE3"] == "Severe, life-threatening or fatal (n)"


@pytest.mark.parametrize("number", [0, 1, 4, 5, 8])
def test_every_category_with_an_event_of_grade_3_is_named_with_its_number(sample_cuts, number):
    names = [f"Category {letter}" for letter in "ABCDEFGH"]
    severe = [9 - n if n < number else 0 for n in range(8)]
    frame = pandas.DataFrame({"AESICAT": names, "TRTA": "x", "NTREATED": 20, "NGRADE3": severe})
    said = _finding(View(sample_cuts[CUT_DATES[-1]]), frame)
    for name, n in zip(names, severe, strict=True):
        assert (f"{name.replace('C', 'c', 1)} ({n})" in " ".join(said)) == (n > 0)
    assert (len(said) == 2) == (number > 4) == (f"and {number - 3} more categories." in said[0])


# --- nobody, one, some -------------------------------------------------------------------------

MALFORMED = (
    "No subjects match the filters..",
    "; No ",
    ": No ",
    " 0 of 0",
    "in 0 of",
    "1 events",
    "1 subjects",
    "No grade ≥ 3 events in",
    "of 1 treated subjects",
    " no treated",
    "  ",
)


@pytest.mark.parametrize("make", DISPLAYS)
@pytest.mark.parametrize("filters", [Filters(), AML, ONE_SITE, NOBODY, Filters(doses=("130 mg/m²/day",))])
def test_every_sentence_is_whole(cuts, make, filters):
    made = make(View(*cuts, filters))
    assert " ".join(made.sentences) == made.finding
    for text in (*made.sentences, made.population):
        spoken = text.replace("went from 0 of 0 to", "went to")
        assert (
            not [words for words in MALFORMED if words in spoken] and text[0] == text[0].upper() and text.endswith(".")
        )


def alone(make_cut, trial, *events: str) -> View:
    """One subject with the events given as "TERM | GRADE | DLT | DATE"."""
    rows = "\n".join(
        f"S1 | {n} | {event}" for n, event in enumerate(events or ("Nausea | 1 | . | 2007-06-02",), start=1)
    )
    return View(
        make_cut(
            trial_data(
                f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}",
                f"USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC\n{rows}",
            ),
            trial,
        )
    )


def test_sentences_of_one_subject_without_events(make_cut, trial):
    view = alone(make_cut, trial)
    assert (
        judged_not_dlt(view).finding == "No grade ≥ 3 event other than DLTs began in the window of 1 treated subject."
    )
    assert every_dlt(view).finding == "No event was adjudicated as a DLT in 1 treated subject."
    assert late_events(view).finding == "No late event in 1 treated subject."
    assert cumulative_dose(view).finding == "S1, the only treated subject, has received 390 mg/m²."
    assert dlt_by_dose(view).finding == "0 of 1 evaluable subject at 130 mg/m²/day had a DLT: 0 % (95 % CI 0 to 98 %)."
    assert subject_by_dose(view).finding.startswith("None of 1 treated subject had a DLT; 0 pending")


def test_sentences_of_one_event(make_cut, trial):
    view = alone(make_cut, trial, "Rash | 3 | N | 2007-06-05", "Sepsis | 4 | . | 2007-06-06")
    assert judged_not_dlt(view).finding == (
        "In the DLT window 1 grade ≥ 3 event in 1 of 1 treated subject was adjudicated not dose-limiting; "
        "1 is still to be adjudicated."
    )
    assert "1 grade ≥ 3 event in the window is not adjudicated yet." in dlt_by_dose(view).finding
    open_only = alone(make_cut, trial, "Fever | 3 | N | 2007-09-05", "Sepsis | 4 | . | 2007-06-06")
    assert (
        judged_not_dlt(open_only).finding
        == "In the DLT window no grade ≥ 3 event in 1 treated subject was adjudicated not dose-limiting; "
        "1 is still to be adjudicated."
    )
    assert (
        late_events(open_only).finding
        == "1 late event in 1 of 1 treated subject, not cardiac; 1 adjudicated not a DLT."
    )


@pytest.mark.parametrize("make", DISPLAYS)
def test_nobody_is_said_once(cuts, make):
    """Findings of the data are of the whole cut: filters that leave nobody change nothing of them."""
    of_all = make is findings_that_decide
    said = make(View(*cuts)).finding if of_all else "No subjects match the filters."
    assert make(View(*cuts, NOBODY)).finding == said


# --- the figure of subjects --------------------------------------------------------------------


def test_a_cohort_is_named_beside_a_mark_without_words(cuts):
    made = subject_by_dose(View(*cuts))
    named = {int(a.y): a.text for a in made.figure.layout.annotations}
    assert set(named.values()) == set(made.table["COHORTNAM"])
    assert all(
        made.table["DLTSTAT"].iloc[at] == "No DLT" and made.table["COHORTNAM"].iloc[at] == name
        for at, name in named.items()
    )


def test_words_beside_a_mark_leave_room_for_the_name_of_the_cohort(make_cut, trial):
    """Where every mark has words, those of the row with the cohort's name go to the left at the middle level."""
    people = "\n".join(f"S{n} | A230 | 2007-06-0{n},2007-06-0{n + 1},2007-06-0{n + 2}" for n in (1, 2))
    events = "\n".join(f"S{n} | 1 | Alanine aminotransferase increased | 4 | Y | 2007-06-10" for n in (1, 2))
    cut = make_cut(
        trial_data(
            f"USUBJID | ARMCD | INFUSIONS\n{people}", f"USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC\n{events}"
        ),
        trial,
    )
    marks = next(trace for trace in subject_by_dose(View(cut)).figure.data if trace.name == "DLT")
    assert list(marks.textposition) == ["middle left", "middle right"]
