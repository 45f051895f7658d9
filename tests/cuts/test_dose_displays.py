"""The dose escalation's displays: what changed, what followed, figures made of their tables, every kind of cut."""

from __future__ import annotations

import json
import re
from datetime import date

import numpy
import pyreadstat
import pytest
from conftest import CUT_DATES
from dose_page import displays_of
from drawn import THREE, trial_data, windowed
from raw import sample
from rule_trials import drawn_trial
from shared import SHARED

from displays.adverse_events.by_dose import adverse_by_dose
from displays.adverse_events.deaths import deaths
from displays.adverse_events.dlts import every_dlt, judged_not_dlt
from displays.adverse_events.late import late_events
from displays.adverse_events.not_dlt_by_dose import not_dlt_by_dose
from displays.adverse_events.special_interest import special_interest
from displays.data.whole import POPULATION
from displays.drawing import house
from displays.escalation.cumulative_dose import KINDS, cumulative_dose
from displays.escalation.findings import findings_that_decide
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.groups import NOBODY
from queries import Filters, View

DISPLAYS = displays_of("displays.escalation", "displays.adverse_events")
FILTERED = [make for make in DISPLAYS if make is not findings_that_decide]
"""Those that follow the filters: what could change a decision is of everything delivered."""


# --- figures are made of their tables ----------------------------------------------------------


@pytest.fixture(scope="module")
def latest(sample_cuts) -> View:
    return View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]])


def test_the_figure_of_rates_shows_its_table(latest):
    made = dlt_by_dose(latest)
    marks = made.figure.data[0]
    numpy.testing.assert_allclose(marks.x, made.table["RATE"] * 100)
    numpy.testing.assert_allclose(numpy.array(marks.x) + marks.error_x.array, made.table["UPPER"] * 100)
    numpy.testing.assert_allclose(numpy.array(marks.x) - marks.error_x.arrayminus, made.table["LOWER"] * 100)
    words = [a.text for a in made.figure.layout.annotations]
    for row in made.table.itertuples():
        if row.NTREATED:
            assert any(
                f"{row.NDLT} of {row.NEVAL} evaluable" in text and f"{row.NTREATED} treated" in text for text in words
            )
    ringed = [trace for trace in made.figure.data if trace.name == "changed"]
    assert sum(len(trace.x) for trace in ringed) == (made.table["SINCE"] != "").sum() == 1


def test_each_treated_subject_is_one_mark_at_its_dose(latest):
    made = subject_by_dose(latest)
    levels = latest.cut.dose_labels
    drawn = {
        point[0]: (levels[x], trace.name)
        for trace in made.figure.data
        if trace.name != "New or changed"
        for point, x in zip(trace.customdata, trace.x, strict=True)
    }
    assert drawn == {row.USUBJID: (row.TRTA, row.DLTSTAT) for row in made.table.itertuples()}
    rings = [point[0] for trace in made.figure.data if trace.name == "New or changed" for point in trace.customdata]
    assert sorted(rings) == sorted(made.table.loc[made.table["SINCE"] != "", "USUBJID"]) != []


def test_the_cumulative_figure_shows_its_table(latest):
    made = cumulative_dose(latest)
    lines = [trace for trace in made.figure.data if trace.mode == "lines"]
    infused = made.table[~made.table["KIND"].isin(KINDS)]
    assert {trace.customdata[0][0]: list(trace.y) for trace in lines} == {
        u: list(rows["CUMDOSE"]) for u, rows in infused.groupby("USUBJID")
    }
    late = made.table[made.table["KIND"].isin(KINDS)]
    marks = sorted(
        (point[0], y)
        for trace in made.figure.data
        if trace.name.startswith(tuple(KINDS))
        for point, y in zip(trace.customdata, trace.y, strict=True)
    )
    assert marks == sorted(zip(late["USUBJID"], late["CUMDOSE"], strict=True)) and len(marks) == len(
        late_events(latest).table
    )


def test_the_special_interest_figure_shows_its_table(latest):
    made = special_interest(latest)
    assert len(made.figure.layout.annotations) == len(made.table)
    texts = [note.text.replace("<b>", "").replace("</b>", "") for note in made.figure.layout.annotations]
    assert texts == [f"{row.NSUBJ}, {row.NGRADE3} ≥ 3" if row.NSUBJ else "0" for row in made.table.itertuples()]
    cells = made.figure.data[0]
    worst = made.table["WORST"].astype("float64").fillna(0)
    assert list(cells.marker.color) == [house.GRADE[int(grade)] for grade in worst]
    for key, n in zip(cells.customdata, made.table["NSUBJ"], strict=True):
        assert len(made.behind.get(key[0], ())) == n
    framed = [colour == house.NEW for colour in cells.marker.line.color]
    assert framed == list(made.table["SINCE"].str.startswith("+")) and sum(framed) > 0
    assert "more subjects with febrile neutropenia and infection (+4), mucositis (+4)" in made.finding


@pytest.mark.parametrize("function", [every_dlt, judged_not_dlt], ids=lambda function: function.__name__)
def test_the_worst_event_comes_first_with_its_end_and_duration_as_in_the_raw_rows(latest, function):
    made = function(latest)
    raw = sample(latest.cut.date.isoformat())["ae"].set_index(["USUBJID", "AESEQ"])
    grades = made.table["ATOXGR"].astype(int).tolist()
    assert grades == sorted(grades, reverse=True) and {"END", "OUTCOME"} <= set(made.brief)
    ended = 0
    for row in made.table.itertuples():
        first, last = (raw.loc[(row.USUBJID, row.AESEQ), column][:10] for column in ("AESTDTC", "AEENDTC"))
        if len(first) == len(last) == 10:
            days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
            assert row.END.endswith(f", {days} day" + "s" * (days > 1)), (row.SUBJID, row.AEDECOD)
            ended += 1
        elif not last:
            assert row.END in ("No end delivered", "Fatal")
    assert ended > len(made.table) / 2


def test_the_fatal_event_that_is_not_a_dlt_is_named_and_the_frequent_terms_are_grouped(latest):
    made = judged_not_dlt(latest)
    raw = sample(latest.cut.date.isoformat())["ae"].set_index(["USUBJID", "AESEQ"])
    rows = [(row, raw.loc[(row.USUBJID, row.AESEQ)]) for row in made.table.itertuples()]
    fatal = [f"{row.SUBJID} ({own.AEDECOD}, " for row, own in rows if own.AETOXGR == "5"]
    assert len(fatal) == 1 and f"Fatal: {fatal[0]}" in made.sentences[1]
    fevers = sum(own.AEDECOD == "Febrile neutropenia" for _, own in rows)
    assert f"{fevers} of febrile neutropenia" in made.sentences[2] and fevers > 10
    places = [
        place for place, (_, own) in enumerate(rows) if (own.AEDECOD, own.AETOXGR) == ("Febrile neutropenia", "3")
    ]
    assert places == list(range(places[0], places[-1] + 1))


def test_what_was_adjudicated_not_a_dlt_is_counted_by_dose_whenever_it_began(latest):
    made = not_dlt_by_dose(latest)
    raw = sample(latest.cut.date.isoformat())
    flags = raw["suppae"]
    flags = flags[(flags["QNAM"] == "AEDLT") & (flags["QVAL"] == "N")]
    judged = {(row.USUBJID, float(row.IDVARVAL)) for row in flags.itertuples()}
    events = raw["ae"][raw["ae"]["AETOXGR"].isin(["3", "4", "5"])]
    events = events[[(row.USUBJID, float(row.AESEQ)) in judged for row in events.itertuples()]]
    assert made.finding.startswith(f"{len(events)} grade ≥ 3 events in {events.USUBJID.nunique()} of 35 treated")
    assert sum(int(text.split(" of ")[1]) for text in made.table["RELATED"]) == len(events)
    shown = " ".join(made.table["GRAVE"])
    grave = {row.USUBJID[-7:] for row in events.itertuples() if row.AETOXGR != "3"}
    assert set(re.findall(r"\d{3}-\d{3}", shown)) == grave
    assert (
        "106-001 Bone marrow failure, grade 4, day 43 (after the window), not related: aplasia beyond day 42" in shown
    )
    assert set(events["USUBJID"]) == {subject for group in made.behind.values() for subject in group}
    nobody = not_dlt_by_dose(View(latest.cut, filters=Filters(sites=("none",))))
    assert nobody.finding == NOBODY and nobody.table.empty


# --- every display for every kind of cut -------------------------------------------------------


def check(made) -> None:
    assert made.finding and made.title and not made.finding.startswith("nan") and "nan" not in made.finding.split()
    assert made.audience == "closed"
    if made.collected:
        assert made.population and made.method and made.questions
        assert made.population == POPULATION if made.name == findings_that_decide.__name__ else made.source
        assert set(made.labels) <= set(made.table.columns)
        assert set(made.formats) <= set(made.table.columns)
    if made.figure is not None:
        assert made.figure.layout.template.layout.font.family
        made.figure.to_json()


@pytest.mark.parametrize("make", DISPLAYS)
def test_displays_of_every_sample_cut(sample_cuts, make):
    cuts = [sample_cuts[day] for day in CUT_DATES]
    for cut, previous in zip(cuts, [None, *cuts[:-1]], strict=True):
        made = make(View(cut, previous))
        check(made)
        assert made.synthetic and made.collected == bool(len(made.table))
        if make is findings_that_decide and made.table.empty:
            assert made.finding == "No data-quality finding of this cut changes a decision."
        else:
            assert made.collected


@pytest.mark.parametrize("make", DISPLAYS)
def test_displays_of_a_cut_without_records(empty, make):
    check(make(View(empty)))
    check(make(View(empty, empty)))


@pytest.fixture(scope="module")
def empty(make_cut, trial):
    return make_cut({}, trial)


@pytest.fixture(scope="module")
def alone(make_cut, trial):
    return windowed(make_cut, trial, 10)


@pytest.fixture(scope="module")
def off_plan(make_cut, trial):
    """One subject of an arm that the protocol does not name, with a DLT, a late event and one judged not a DLT."""
    events = (
        "USUBJID | AESEQ | AETERM | AETOXGR | AESER | AEDLT | AESTDTC\nX1 | 1 | Typhlitis | 4 | Y | Y | 2007-06\n"
        "X1 | 2 | Sepsis | 4 | Y | . | 2007-09-01\nX1 | 3 | Fever | 3 | N | N | 2007-06-05"
    )
    return make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nX1 | ELSE | {THREE}", events), trial)


@pytest.mark.parametrize("make", [make for make in DISPLAYS if make not in (escalation_history, deaths)])
def test_displays_of_a_subject_outside_the_planned_levels(off_plan, make):
    made = make(View(off_plan))
    check(made)
    assert made.collected and len(made.table)


@pytest.mark.parametrize("make", DISPLAYS)
def test_displays_of_one_subject(alone, empty, make):
    check(make(View(alone)))
    check(make(View(alone, empty)))
    assert make(View(alone)).collected


@pytest.mark.parametrize("make", FILTERED)
def test_displays_when_the_filters_leave_nobody(sample_cuts, make):
    made = make(View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]], Filters(sites=("999",))))
    check(made)
    assert "No subjects match the filters" in made.finding


@pytest.mark.parametrize("filters", [Filters(sites=("999",)), Filters(doses=("190 mg/m²/day",))])
def test_what_could_change_a_decision_is_shown_whatever_the_filters(sample_cuts, filters):
    cuts = sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]]
    plain, made = findings_that_decide(View(*cuts)), findings_that_decide(View(*cuts, filters))
    check(made)
    assert (
        plain.finding == "1 record of the previous cut is no longer delivered (laboratory results). "
        "Findings: 1 new since 30 Nov 2007."
    )
    assert made.finding == plain.finding
    assert made.table.equals(plain.table) and "filters do not apply here" in made.population


@pytest.mark.parametrize("make", FILTERED)
def test_displays_of_one_dose(sample_cuts, make):
    view = View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]], Filters(doses=("190 mg/m²/day",)))
    made = make(view)
    check(made)
    if "TRTA" in made.table:
        assert set(made.table["TRTA"]) == {"190 mg/m²/day"}
    else:  # its columns are of dose levels
        subjects = view.cut.table("adsl")
        dosed = subjects[(subjects["SAFFL"] == "Y") & (subjects["TRTA"] == "190 mg/m²/day")]
        assert set(made.table["NTREATED"]) == {len(dosed)}


def test_the_pilot_says_what_was_not_collected_and_shows_the_rest(pilot_cut):
    view = View(pilot_cut)
    for make in DISPLAYS:
        check(make(view))
    assert dlt_by_dose(view).finding == "DLTs: not collected in this cut."
    assert subject_by_dose(view).finding == every_dlt(view).finding == "DLTs: not collected in this cut."
    made = adverse_by_dose(view)
    assert made.collected and list(made.table["TRTA"]) == pilot_cut.dose_labels


def test_adverse_events_by_arm_agree_with_the_pilots_adam(pilot_cut):
    adsl, adae = (
        pyreadstat.read_xport(
            str(SHARED / "data" / "cdisc_pilot" / "adam" / f"{name}.xpt"), disable_datetime_conversion=True
        )[0]
        for name in ("adsl", "adae")
    )
    table = adverse_by_dose(View(pilot_cut)).table.set_index("TRTA")
    assert table["NTREATED"].to_dict() == adsl[adsl["SAFFL"] == "Y"].groupby("TRT01A")["USUBJID"].count().to_dict()
    emergent = adae[adae["TRTEMFL"] == "Y"]
    assert table["NANY"].to_dict() == emergent.groupby("TRTA")["USUBJID"].nunique().to_dict()
    # severe as reported; fatal and life-threatening whatever was reported, as grades 5 and 4
    outcome = (emergent[["AESDTH", "AESLIFE"]] == "Y").any(axis=1) | (emergent["AEOUT"] == "FATAL")
    grave = (emergent["AESEV"] == "SEVERE") | outcome
    assert table["NGRADE3"].to_dict() == emergent[grave].groupby("TRTA")["USUBJID"].nunique().to_dict()


def test_the_window_is_stated(latest):
    for make in (dlt_by_dose, subject_by_dose, every_dlt, late_events):
        assert "days 1 to 28, day 1 = first infusion" in make(latest).method
    assert "days 1 to 28, day 1 = first infusion" in dlt_by_dose(latest).population


def test_delivered_text_cannot_become_markup_in_a_figure(make_cut, trial):
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\n<b>S1 | A130 | {THREE}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AEDLT | AESTDTC\n<b>S1 | 1 | <a href=x>Rash | 3 | Y | 2007-06-05",
    )
    figure = subject_by_dose(View(make_cut(data, trial))).figure.to_json()
    assert "&lt;b&gt;S1" in json.loads(figure)["layout"]["yaxis"]["ticktext"][0] and "<a href" not in figure


def test_p_over_target_stands_beside_the_rate_and_is_that_of_an_integral(make_cut, trial):
    """P(rate > 1/3) by adding up the binomial likelihood over 200,000 rates; nobody evaluable: empty."""
    data, cut = drawn_trial("A130 NNN | A160 TTT | A190 NTNNTN | A230 P")
    made = dlt_by_dose(View(make_cut(data, trial, cut)))
    rates = (numpy.arange(200_000) + 0.5) / 200_000
    for row in made.table[made.table["NTREATED"] > 0].itertuples():
        likelihood = rates**row.NDLT * (1 - rates) ** (row.NEVAL - row.NDLT)
        expected = likelihood[rates > 0.33].sum() / likelihood.sum()
        assert numpy.isnan(row.OVER) if not row.NEVAL else row.OVER == pytest.approx(expected, abs=1e-4)
    assert list(made.labels)[list(made.labels).index("UPPER") + 1] == "OVER" and made.labels["OVER"] == "P(rate > 33 %)"
    assert "P(rate > 33 %): that the true DLT rate is above the target" in made.method
    assert made.table.set_index("TRTA").loc["160 mg/m²/day", "OVER"] == pytest.approx(1 - 0.33**4, abs=1e-9)
