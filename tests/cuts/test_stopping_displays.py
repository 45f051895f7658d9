"""The displays of the stopping rules: boundaries against stats, met, near and not met on drawn tables,
figures, every kind of cut."""

from __future__ import annotations

from datetime import date

import pandas
import plotly.graph_objects as go
import pytest
from conftest import CUT_DATES
from drawn import trial_data
from scipy.integrate import quad
from shared import SHARED
from stopping_frames import EVENTS, defined, drawn_words, outcome, people

from displays.stopping.asked import rule_states
from displays.stopping.charts import stopping_charts
from displays.stopping.overview import stopping_overview
from displays.stopping.state import UNKNOWN, rule_boundary
from displays.stopping.words import state_words
from queries import Filters, View, costly
from stats.stopping import boundary, crossing_probability, geller
from trial import Trial

DISPLAYS = (stopping_overview, stopping_charts)


# --- boundary and posterior ----------------------------------------------------------------------


@pytest.mark.parametrize("day", CUT_DATES)
def test_every_point_of_the_path_has_the_posterior_by_integration(sample_cuts, day):
    rules = {rule.name: rule for rule in sample_cuts[day].trial.stopping_rules}
    path = stopping_charts(View(sample_cuts[day])).table.query("KIND == 'Path'")
    for row in path.itertuples():
        rule = rules[row.RULE]
        a, b = rule.prior[0] + row.EVENTS, rule.prior[1] + row.N - row.EVENTS
        assert row.POSTERIOR == pytest.approx(chance_above(rule.threshold, a, b), abs=1e-6)
        if rule.method == "posterior" and rule.n_max >= row.N >= rule.minimum_subjects:
            assert (row.EVENTS >= (row.LIMIT if not pandas.isna(row.LIMIT) else 99)) == (row.POSTERIOR > rule.cutoff)


def chance_above(threshold: float, a: float, b: float) -> float:
    """P(rate > threshold) under Beta(a, b), by integration."""

    def density(q):  # p = q^(1/a) takes the pole at 0 away
        return ((q ** (1 / a)) ** 0) * (1 - q ** (1 / a)) ** (b - 1) / a

    cut = threshold**a
    above = quad(density, cut, 1, limit=200)[0]
    return above / (quad(density, 0, cut, limit=200)[0] + above)


def test_boundaries_are_those_of_stats(trial):
    for rule in trial.stopping_rules:
        own = rule_boundary(rule, rule.n_max)
        expected = (
            geller(rule.n_max, rule.threshold, rule.alpha, rule.prior).table
            if rule.method == "geller"
            else boundary(rule.n_max, rule.threshold, rule.cutoff, rule.prior)
        )
        looked = expected["n"] >= rule.minimum_subjects
        assert own.table[looked]["stop_if_at_least"].tolist() == expected[looked]["stop_if_at_least"].tolist()
        assert own.table[~looked]["stop_if_at_least"].isna().all() and (~looked).sum() == 2
        assert (
            own.at_threshold == pytest.approx(crossing_probability(own.table, rule.threshold))
            and 0 < own.at_threshold < own.at_twice < 1
        )
        assert rule.method != "geller" or own.at_threshold <= rule.alpha


def test_no_rule_is_met_without_an_event(stand, seen):
    """0 of 2 leaves P(rate > 2 %) at 94 % by a uniform prior: the published
    boundary stops without an event, a trial does not."""
    settings = dict(threshold=0.02, prior=[1, 1], cutoff=0.9)
    rule = stand("..", **settings).rule
    assert boundary(12, 0.02, 0.9).stop_if_at_least[1] == 0
    own = rule_boundary(rule, 12)
    assert own.table["stop_if_at_least"].tolist() == [limit or 1 for limit in boundary(12, 0.02, 0.9).stop_if_at_least]
    one_event = pandas.DataFrame(
        {"n": range(1, 13), "stop_if_at_least": [max(limit, 1) for limit in boundary(12, 0.02, 0.9).stop_if_at_least]}
    )
    assert (
        own.at_threshold == pytest.approx(crossing_probability(one_event, 0.02))
        and own.at_threshold < 0.25 < own.at_twice < 0.5
    )
    now = stand("..", **settings)
    assert (now.state, now.met_before, state_words(now)) == ("near", [], "Near: 0 of 2; 1 more event would meet it")
    made = stopping_overview(seen("..", **settings))
    assert (
        "No rule is met without an event" in made.method
        and "is beyond the cutoff, but no rule is met without an event" in made.table["NOTES"][0]
    )
    assert "no rule is met without an event" in drawn_words(made) and stand(".D", **settings).state == "met"


# --- drawn tables: met, near, not met -------------------------------------------------------------


@pytest.mark.parametrize(
    "course, state, further, words",
    [
        # uniform prior, more than 20 % with certainty 90 %: met from 1 of 1, 2 of 2 to 5, 3 of 6 to 8, 4 of 9 to 12
        (".......", "not met", 4, "Not met: 0 of 7; 4 more events would meet it"),
        ("...D...", "not met", 3, "Not met: 1 of 7; 3 more events would meet it"),
        ("D..D...", "near", 1, "Near: 2 of 7; 1 more event would meet it"),
        ("D..D....", "not met", 2, "Not met: 2 of 8; 2 more events would meet it"),
        ("D..D..", "near", 1, "Near: 2 of 6; 1 more event would meet it"),
        ("DD.D...", "met", 0, "Met: 3 of 7; met from 3 events on"),
        ("D", "met", 0, "Met: 1 of 1; met from 1 event on"),
        ("DDDDDD", "met", 0, "Met: 6 of 6; met from 3 events on"),
        (
            "............",
            "not met",
            None,
            "Not met: 0 of 12; no number of events can meet it within its planned subjects",
        ),
    ],
)
def test_met_near_and_not_met(stand, course, state, further, words):
    now = stand(course)
    assert now.n == len(course) and now.events == course.count("D")
    table = boundary(12, 0.2, 0.9)
    naive = min(
        (
            more
            for size in range(now.n, 13)
            for more in range(size - now.n + 1)
            if now.events + more >= (table.stop_if_at_least[size - 1] or 99)
        ),
        default=None,
    )
    assert now.further == naive
    assert now.state == {0: "met", 1: "near"}.get(naive, "not met")
    assert (state_words(now), now.state, now.further) == (words, state, further)


def test_nobody_is_counted_before_the_first_subject(stand):
    now = stand("", minimum_subjects=3)
    # met from 2 of 3: two events among the first three, not three
    assert (now.n, now.events, now.posterior, now.state, now.further) == (0, 0, None, "not met", 2)
    assert state_words(now) == "Not met: 0 of 0; 2 more events would meet it"


@pytest.mark.parametrize(
    "course, state, words",
    [
        ("D", "near", "Near: 1 of 1; 1 more event would meet it"),
        ("D.", "near", "Near: 1 of 2; 1 more event would meet it"),
        ("DD", "near", "Near: 2 of 2; it will be met at the next subject whatever happens"),
    ],
)
def test_before_a_rule_looks_every_way_to_its_first_look_is_tried(stand, course, state, words):
    """Met from 2 of 3, monitored from 3: after 1 of 1 one more event among the next two is enough,
    after 2 of 2 none is needed."""
    now = stand(course, minimum_subjects=3)
    assert (now.state, state_words(now)) == (state, words)


def test_further_events_may_come_in_counted_and_in_new_subjects_together(make_cut):
    """0 of 3, met from 2 of 2 to 5 and 3 of 6: with one counted subject still on study,
    2 events are enough, one of them there."""
    ae = trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"].query("AEDECOD == 'Fever'")
    rule = dict(counts="ae", category="Mucositis", minimum_grade=4, n_max=4)
    now = rule_states(View(make_cut(people("xx.") | {"ae": ae}, defined(**rule))))[0][0]
    assert (now.events, now.n, now.limit(3), now.limit(4), now.further, now.fewest) == (0, 3, 2, 2, None, 2)
    assert state_words(now) == "Not met: 0 of 3; 2 more events would meet it, some in subjects already counted"


def test_an_event_at_any_time_may_still_come_in_a_subject_already_counted(make_cut, stand):
    """1 of 6, met from 3 of 6: two more inside the six, unless nobody of them is on study any more."""
    ae = trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"]
    rule = dict(counts="ae", category="Mucositis", minimum_grade=4)
    here = rule_states(View(make_cut(people("......") | {"ae": ae}, defined(**rule))))[0][0]
    assert (here.events, here.n, here.limit(6), here.fewest, here.further) == (1, 6, 3, 2, 2)
    gone = rule_states(View(make_cut(people("xxxxxx") | {"ae": ae}, defined(**rule))))[0][0]
    assert (gone.events, gone.n, gone.fewest, gone.further) == (1, 6, 2, 2)


def test_a_rule_looks_from_its_minimum_on_and_goes_on_beyond_its_plan(stand, seen):
    assert (
        stand("DD", minimum_subjects=3).state == "near"
        and stand("DD").state == "met"
        and stand("DDD", minimum_subjects=3).state == "met"
    )
    beyond = stand("DDDD..", n_max=4)
    assert (beyond.n, beyond.limit(6), beyond.state, beyond.further) == (6, 3, "met", 0)
    assert "more subjects than the 4" in stopping_overview(seen("DDDD..", n_max=4)).table["NOTES"][0]


# --- figures, changes, filters -------------------------------------------------------------------


@pytest.fixture(scope="module")
def latest(sample_cuts) -> View:
    return View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]])


def test_the_charts_are_drawn_of_their_table(latest):
    made = stopping_charts(latest)
    for number, (rule, rows) in enumerate(made.table.groupby("RULE", sort=False), start=1):
        traces = {t.name: t for t in made.figure.data if t.xaxis == ("x" if number == 1 else f"x{number}")}
        path, limit = rows[rows["KIND"] == "Path"], rows[rows["LIMIT"].notna()]
        assert (
            list(traces["subjects"].x) == path["N"].tolist() and list(traces["subjects"].y) == path["EVENTS"].tolist()
        )
        assert [point[0] for point in traces["subjects"].customdata] == path["USUBJID"].tolist()
        assert [symbol == "x" for symbol in traces["subjects"].marker.symbol] == (path["STATUS"] == "Event").tolist()
        assert [width > 0 for width in traces["subjects"].marker.line.width] == (path["SINCE"] != "").tolist()
        assert list(traces["boundary"].y[::2]) == [value - 0.5 for value in limit["LIMIT"]] and list(
            traces["boundary"].x[::2]
        ) == [n - 0.5 for n in limit["N"]]
        assert (traces["now"].x[0], traces["now"].y[0]) == (path["N"].iloc[-1], path["EVENTS"].iloc[-1]), rule
    assert number == 4


def test_overview_and_charts_agree_with_each_other_and_their_marks(latest):
    overview, charts = stopping_overview(latest), stopping_charts(latest).table
    assert list(overview.figure.data[0].x) == pytest.approx([p * 100 for p in overview.table["POSTERIOR"]])
    for row in overview.table.itertuples():
        path = charts[(charts["RULE"] == row.RULE) & (charts["KIND"] == "Path")]
        assert (row.N, row.EVENTS) == (len(path), (path["STATUS"] == "Event").sum()) and row.POSTERIOR == path[
            "POSTERIOR"
        ].iloc[-1]
        assert (
            row.LIMIT == path["LIMIT"].iloc[-1]
            and row.NEXTLIMIT == charts[(charts["RULE"] == row.RULE) & (charts["N"] == row.N + 1)]["LIMIT"].iloc[0]
        )
        text = " ".join(a.text for a in overview.figure.layout.annotations)
        assert f"<b>{row.EVENTS} of {row.N}</b>" in text and row.LIMITS in text


def test_changes_since_the_previous_cut_are_those_of_the_two_paths(latest):
    before = {now.rule.name: outcome(now) for now, _ in rule_states(View(latest.previous))}
    path = stopping_charts(latest).table.query("KIND == 'Path'")
    for row in path.itertuples():
        was = before[row.RULE].get(row.SUBJID)
        changed = "changed" if was != (row.STATUS == "Event") else ""
        assert row.SINCE == ("new" if was is None else changed)
    assert (path["SINCE"] == "new").sum() > 5
    overview = stopping_overview(latest).table.set_index("RULE")
    assert overview["SINCE"].to_dict() == {
        "Cardiac dysfunction": "",
        "Early death": "changed",
        "Severe mucositis": "",
        "DLTs in the expansion": "changed",
    }
    assert overview["PREVIOUS"]["DLTs in the expansion"] == "not met: 0 of 0" and pandas.isna(
        overview["WASPOSTERIOR"]["DLTs in the expansion"]
    )


@pytest.mark.parametrize("make", DISPLAYS)
def test_filters_change_nothing_and_this_is_said(latest, make):
    filters = Filters(doses=("190 mg/m²/day",), sites=("101",))
    plain, filtered = make(latest), make(View(latest.cut, latest.previous, filters))
    pandas.testing.assert_frame_equal(plain.table, filtered.table)
    assert plain.finding == filtered.finding and filtered.filters == "All subjects (no filter)"
    assert (
        f"The filters now chosen ({filters.words()}) are not applied here" in filtered.population
        and "not applied here" not in plain.population
    )
    assert "Near: at most one more event would meet the rule." in plain.population


# --- every display for every kind of cut ---------------------------------------------------------


def check(made) -> None:
    assert made.finding and "nan" not in made.finding.split() and made.audience == "closed"
    assert set(made.labels) <= set(made.table.columns) and set(made.formats) <= set(made.table.columns)
    if made.collected:
        assert (
            made.population
            and made.method
            and made.source
            and made.questions
            and made.figure.layout.template.layout.font.family
        )
        made.figure.to_json()


@pytest.mark.parametrize("make", DISPLAYS)
def test_displays_of_every_sample_cut(sample_cuts, make):
    cuts = [sample_cuts[day] for day in CUT_DATES]
    for cut, previous in zip(cuts, [None, *cuts[:-1]], strict=True):
        made = make(View(cut, previous))
        check(made)
        assert made.collected and made.synthetic and made.table["RULE"].nunique() == 4
        assert "assumption" in made.source


@pytest.mark.parametrize("make", DISPLAYS)
def test_displays_of_a_cut_without_records(make_cut, trial, make):
    empty = make_cut({}, trial)
    for view in (View(empty), View(empty, empty)):
        made = make(view)
        check(made)
        assert "not collected in this cut" in made.finding and "none of" not in made.finding
    check(make(View(make_cut(people("D."), trial), empty)))


@pytest.mark.parametrize("make", DISPLAYS)
def test_displays_of_one_subject_and_of_all_with_the_event(seen, make):
    for course in ("", ".", "D", "DDDDDDDDDDDD", "............", "DDDDDDDDDDDDDD"):
        made = make(seen(course))
        check(made)
        assert f"Deaths {len(course)} of {len(course)} treated subject" in made.population
        assert ("is met: Deaths" in made.finding) == (course[:1] == "D")


@pytest.mark.parametrize("make", DISPLAYS)
@pytest.mark.parametrize(
    "rule", [dict(counts="ae", terms=["Fever"], minimum_grade=4), dict(counts="dlt", population="evaluable for DLT")]
)
def test_an_event_without_a_day_is_counted_and_said(make_cut, make, rule):
    events = (
        "USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC\nS01 | 1 | Fever | Fever | 4 | .\n"
        "S02 | 1 | Fever | Fever | 4 | 2007-01-09"
    )
    judged = "USUBJID | AESEQ | QNAM | QVAL\nS01 | 1 | AEDLT | Y\nS02 | 1 | AEDLT | Y"
    delivered = trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", events, judged)
    view = View(make_cut(people("....") | {"ae": delivered["ae"], "suppae": delivered["suppae"]}, defined(**rule)))
    made = make(view)
    check(made)
    assert "(2 of 4)" in made.finding
    if make is stopping_overview:
        assert "day not known) and S02 (Fever" in made.table["WHO"][0] and "day 7)" in made.table["WHO"][0]
    else:
        hover = next(trace for trace in made.figure.data if trace.name == "subjects").hovertext
        assert "day not known" in hover[1] and "day 7<br>" in hover[2]


def test_what_was_not_delivered_is_not_called_not_met(make_cut, trial):
    table = stopping_overview(View(make_cut(people("...."), trial))).table.set_index("RULE")
    assert table["STATE"].to_dict() == {
        "Cardiac dysfunction": "not collected",
        "Early death": "not met",
        "Severe mucositis": "not collected",
        "DLTs in the expansion": "not collected",
    }
    assert table["N"].isna().sum() == 3 and table["POSTERIOR"].isna().sum() == 3


@pytest.mark.parametrize("make", DISPLAYS)
def test_a_trial_without_rules_says_so(make_cut, pilot_cut, make):
    for cut in (pilot_cut, make_cut(people("D."), Trial.parse('[trial]\nid = "T"\ntitle = "T"'))):
        made = make(View(cut))
        check(made)
        assert (
            made.finding == "No stopping rule is defined for this trial." and not made.collected and made.figure is None
        )


@pytest.mark.skipif(not SHARED.is_dir(), reason="the CDISC pilot files are not there")
def test_rules_of_the_pilot_count_its_raw_rows(make_cut):
    from raw import raw as read

    data = read(SHARED / "data" / "cdisc_pilot" / "sdtm")
    rule = defined(counts="ae", terms=["APPLICATION SITE PRURITUS"], minimum_grade=1, n_max=60)
    cut = make_cut(data, rule, date(2015, 3, 31))
    check(stopping_overview(View(cut)))
    check(stopping_charts(View(cut)))
    treated = data["ex"][(data["ex"]["EXDOSE"] > 0) | data["ex"]["EXTRT"].str.contains("PLACEBO")]["USUBJID"].nunique()
    now = rule_states(View(cut))[0][0]
    # the pilot does not grade: the rule cannot be assessed
    assert now.state == UNKNOWN and now.subjects is None
    graded = data | {"ae": data["ae"].assign(AETOXGR=["1"] + [""] * (len(data["ae"]) - 1))}
    now = rule_states(View(make_cut(graded, rule, date(2015, 3, 31))))[0][0]
    # possible: the term without a grade, and terms that hold one of the words that tell it from others
    named = data["ae"]["AEDECOD"].str.upper() + " | " + data["ae"]["AETERM"].str.upper()
    near = data["ae"][named.str.contains(r"\b(?:APPLICATION|PRURITUS)")]
    possible = set(near["USUBJID"]) & set(now.subjects["USUBJID"])
    assert now.n == treated and now.events == 0 and set(now.possible["USUBJID"]) <= possible and len(now.possible)
    emergent = data["ae"][data["ae"]["AEDECOD"].str.upper() == "APPLICATION SITE PRURITUS"]
    of_kind = set(emergent["USUBJID"]) & set(now.subjects["USUBJID"])
    assert len(of_kind & set(now.possible["USUBJID"])) > 0.9 * len(of_kind)
    dead = rule_states(View(make_cut(data, defined(n_max=60), date(2015, 3, 31))))[0][0]
    first = data["ex"].groupby("USUBJID")["EXSTDTC"].min()
    died = data["dm"][data["dm"]["DTHDTC"] != ""].set_index("USUBJID")["DTHDTC"]
    early = {
        name
        for name, when in died.items()
        if name in first and (date.fromisoformat(when[:10]) - date.fromisoformat(first[name][:10])).days < 30
    }
    assert {
        name for name, event in zip(dead.counted["USUBJID"], dead.counted["STATUS"] == "Event", strict=True) if event
    } == early


def test_each_rule_asks_its_own_question(latest):
    made = stopping_overview(latest)
    assert [q.parameters["counts"] for q in made.questions] == [rule.counts for rule in latest.trial.stopping_rules]
    assert all(not latest.cut.takes_filters(q.name) for q in made.questions)
    for question, rule in zip(made.questions, latest.trial.stopping_rules, strict=True):
        assert question.parameters == costly.stopping(rule)


@pytest.mark.parametrize("make", DISPLAYS)
def test_a_figure_is_made_at_once(latest, monkeypatch, make):
    """Shapes, notes and traces added one by one take a time that grows with the square of the rules."""
    added = []
    for name in ("add_shape", "add_annotation", "add_trace", "add_scatter", "update_layout"):
        monkeypatch.setattr(go.Figure, name, lambda self, *_, method=name, **__: added.append(method))
    made = make(latest)
    assert not added and len(made.figure.layout.annotations) == 4 + (make is stopping_charts)
