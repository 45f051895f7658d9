"""Stopping rules: counts against the raw files, boundaries against stats and scipy, standings on drawn tables, every kind of cut."""
from __future__ import annotations

from datetime import date, timedelta

import pandas
import pytest
import sample_raw as raw
from conftest import CUT_DATES
from drawn import trial_data
from scipy.integrate import quad
from shared import SHARED

from displays.stopping import stopping_overview
from displays.stopping_charts import stopping_charts
from displays.stopping_parts import limits, parameters, standings
from displays.stopping_words import state_words
from queries import Filters, View
from stats.stopping import boundary, crossing_probability, geller
from trial import Trial, TrialError

DISPLAYS = (stopping_overview, stopping_charts)
MUCOSITIS = {term.lower() for term in raw.PROTOCOL["special_interest"]["Mucositis"]}


# --- the rules as data -------------------------------------------------------------------------


def defined(**settings) -> Trial:
    """A trial with one rule: death within 30 days, in more than 20 %, by a uniform prior."""
    rule = {"name": "Deaths", "counts": "early_death", "population": "treated", "threshold": 0.2, "cutoff": 0.9, "prior": [1, 1], "n_max": 12} | settings
    lines = [f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for key, value in rule.items() if value is not None]
    return Trial.parse("\n".join(['[trial]\nid = "T"\ntitle = "T"\n[special_interest]\nMucositis = ["Stomatitis"]\n[[stopping_rule]]', *lines]))


def test_the_sample_states_its_rules_and_that_they_are_assumed(trial):
    names = [rule.name for rule in trial.stopping_rules]
    assert [row["name"] for row in raw.PROTOCOL["stopping_rule"]] == names and len(names) == 4
    assert {about.removeprefix("stopping_rule: ") for about in trial.assumptions if about.startswith("stopping_rule")} == set(names)
    assert Trial.none().stopping_rules == ()


def test_a_rule_carries_what_was_stated():
    rule = defined(within_days=None, minimum_subjects=3).stopping_rules[0]
    assert (rule.within_days, rule.minimum_subjects, rule.prior, rule.cutoff, rule.method) == (30, 3, (1, 1), 0.9, "posterior")
    hash(rule)


@pytest.mark.parametrize("settings, said", [
    (dict(counts="falls"), "counts must be one of"), (dict(population="all"), "population must be one of"), (dict(threshold=1.2), "threshold must lie between 0 and 1; got 1.2"),
    (dict(threshold=True), "threshold"), (dict(cutoff=90), "cutoff must lie between 0 and 1; got 90"), (dict(cutoff=None), "needs cutoff"), (dict(prior=[0, 1]), "prior must be two numbers above 0"),
    (dict(prior=[1]), "prior"), (dict(n_max=0), "n_max must be a whole number of at least 1; got 0"), (dict(n_max=2.5), "n_max"), (dict(minimum_subjects=13), "minimum_subjects 13 is above n_max 12"),
    (dict(within_days=0), "within_days"), (dict(method="geller"), "needs alpha"), (dict(method="geller", alpha=0.1), "has no cutoff"), (dict(alpha=0.1), "has no alpha"),
    (dict(method="sequential"), "method must be one of"), (dict(counts="ae"), "needs terms or a category"), (dict(counts="ae", terms="Fever"), "terms must be a list"),
    (dict(counts="ae", category="Mucositis", minimum_grade=6), "minimum_grade must be 1 to 5; got 6"), (dict(terms=["Fever"]), "takes no terms"), (dict(counts="dlt", within_days=28), "takes no within_days"),
    (dict(treshold=0.1), "unknown settings treshold"), (dict(threshold=None), "lacks threshold"), (dict(name=" "), "no name"),
])
def test_an_impossible_rule_is_named(settings, said):
    with pytest.raises(TrialError, match="The trial definition trial.toml: ") as caught:
        defined(**settings)
    assert said in str(caught.value)


def test_a_rule_defined_twice_is_refused():
    text = defined().text
    with pytest.raises(TrialError, match="'Deaths' is defined twice"):
        Trial.parse(text + "\n" + text[text.index("[[stopping_rule]]"):])


# --- the sample's counts against the raw files ---------------------------------------------------


def standing(cut, name: str):
    return next(now for now, _ in standings(View(cut)) if now.rule.name == name)


def outcome(now) -> dict[str, bool]:
    """Who is counted, in order, and whether with the event."""
    return {row.SUBJID: row.STATUS == "Event" for row in now.counted.itertuples()}


def in_order(cut: str) -> list[str]:
    first = raw.given(cut).groupby("SUBJID")["EXSTDTC"].min()
    return [name for _, name in sorted((when, name) for name, when in first.items())]


def observed_days(cut: str) -> dict[str, int]:
    """Days from the first infusion to the end of study or the cut, both counted."""
    gone, first = raw.gone(cut), raw.first_infusion(cut)
    return {name: (min(gone.get(name, raw.day(cut)), raw.day(cut)) - start).days + 1 for name, start in first.items()}


def deaths(cut: str) -> dict[str, date]:
    dm = raw.rows(cut, "dm")
    return {name: raw.day(text) for name, text in zip(dm["SUBJID"], dm["DTHDTC"]) if text}


@pytest.mark.parametrize("cut", raw.CUTS)
def test_early_deaths_are_those_of_the_raw_rows(sample_cuts, cut):
    first, dead, observed = raw.first_infusion(cut), deaths(cut), observed_days(cut)
    early = {name for name, when in dead.items() if name in first and (when - first[name]).days < 30}
    naive = {name: name in early for name in in_order(cut) if name in early or observed[name] >= 30 or name in dead}
    found = outcome(standing(sample_cuts[date.fromisoformat(cut)], "Early death"))
    assert list(found.items()) == list(naive.items()) and len(naive) > 10 and any(naive.values())


@pytest.mark.parametrize("cut", raw.CUTS)
def test_severe_mucositis_is_that_of_the_raw_rows(sample_cuts, cut):
    ae, first, observed = raw.rows(cut, "ae"), raw.first_infusion(cut), observed_days(cut)
    severe = {r.SUBJID for r in ae.itertuples() if r.AEDECOD.lower() in MUCOSITIS and r.AETOXGR in ("4", "5") and r.SUBJID in first and r.AESTDTC >= first[r.SUBJID].isoformat()}
    naive = {name: name in severe for name in in_order(cut) if name in severe or observed[name] >= 28 or name in deaths(cut)}
    found = outcome(standing(sample_cuts[date.fromisoformat(cut)], "Severe mucositis"))
    assert list(found.items()) == list(naive.items()) and sum(naive.values()) == (0 if cut == raw.CUTS[0] else 1)


@pytest.mark.parametrize("cut", raw.CUTS)
def test_cardiac_dysfunction_is_the_known_answer_in_the_order_of_the_raw_infusions(sample_cuts, cut):
    worst = raw.KNOWN["cuts"][cut]["ctrcd"]
    naive = {name: worst[name] in ("moderate", "severe") for name in in_order(cut) if name in worst}
    found = outcome(standing(sample_cuts[date.fromisoformat(cut)], "Cardiac dysfunction"))
    assert list(found.items()) == list(naive.items())
    fallen = _fallen(cut)
    assert fallen <= {name for name, event in naive.items() if event} and (fallen or cut == raw.CUTS[0])


def _fallen(cut: str) -> set[str]:
    """Subjects with an LVEF below 50 % by a fall of 10 points or more, from the rows of CV alone."""
    cv, first = raw.rows(cut, "cv"), raw.first_infusion(cut)
    lvef = cv[(cv["CVTESTCD"] == "LVEF") & cv["CVSTRESN"].notna()]
    base = lvef[lvef["CVBLFL"] == "Y"].set_index("SUBJID")[["CVSTRESN", "CVMETHOD"]]
    later = [r for r in lvef.itertuples() if r.SUBJID in base.index and r.SUBJID in first and r.CVDTC[:10] > first[r.SUBJID].isoformat()]
    return {r.SUBJID for r in later if r.CVSTRESN < 50 and base.CVSTRESN[r.SUBJID] - r.CVSTRESN >= 10 and base.CVMETHOD[r.SUBJID] == r.CVMETHOD}


@pytest.mark.parametrize("cut", raw.CUTS)
def test_dlts_of_the_expansion_are_those_of_the_raw_rows(sample_cuts, cut):
    supp, first, observed = raw.rows(cut, "suppdm"), raw.first_infusion(cut), observed_days(cut)
    expansion = set(supp[(supp["QNAM"] == "COHORT") & (supp["QVAL"] == "EXP")]["SUBJID"])
    judged = set(raw.flagged(cut, "Y")["SUBJID"])
    infusions = raw.given(cut).groupby("SUBJID")["EXSTDTC"].nunique()
    naive = {n: n in judged for n in in_order(cut) if n in expansion and (n in judged or (observed[n] >= 28 and infusions[n] >= 3))}
    now = standing(sample_cuts[date.fromisoformat(cut)], "DLTs in the expansion")
    assert list(outcome(now).items()) == list(naive.items()) and len(now.subjects) == len(expansion & set(first))


# --- boundary and posterior ----------------------------------------------------------------------


@pytest.mark.parametrize("day", CUT_DATES)
def test_every_point_of_the_path_has_the_posterior_by_integration(sample_cuts, day):
    rules = {rule.name: rule for rule in sample_cuts[day].trial.stopping_rules}
    path = stopping_charts(View(sample_cuts[day])).table.query("KIND == 'Path'")
    for row in path.itertuples():
        rule = rules[row.RULE]
        a, b = rule.prior[0] + row.EVENTS, rule.prior[1] + row.N - row.EVENTS
        density = lambda q: ((q ** (1 / a)) ** 0) * (1 - q ** (1 / a)) ** (b - 1) / a  # noqa: B023, E731  (p = q^(1/a) takes the pole at 0 away)
        cut = rule.threshold**a
        above, all_of_it = quad(density, cut, 1, limit=200)[0], quad(density, 0, cut, limit=200)[0] + quad(density, cut, 1, limit=200)[0]
        assert row.POSTERIOR == pytest.approx(above / all_of_it, abs=1e-6)
        if rule.method == "posterior" and rule.n_max >= row.N >= rule.minimum_subjects:
            assert (row.EVENTS >= (row.LIMIT if not pandas.isna(row.LIMIT) else 99)) == (row.POSTERIOR > rule.cutoff)


def test_boundaries_are_those_of_stats(trial):
    for rule in trial.stopping_rules:
        own = limits(rule, rule.n_max)
        expected = geller(rule.n_max, rule.threshold, rule.alpha, rule.prior).table if rule.method == "geller" else boundary(rule.n_max, rule.threshold, rule.cutoff, rule.prior)
        looked = expected["n"] >= rule.minimum_subjects
        assert own.table[looked]["stop_if_at_least"].tolist() == expected[looked]["stop_if_at_least"].tolist()
        assert own.table[~looked]["stop_if_at_least"].isna().all() and (~looked).sum() == 2
        assert own.at_threshold == pytest.approx(crossing_probability(own.table, rule.threshold)) and 0 < own.at_threshold < own.at_twice < 1
        assert rule.method != "geller" or own.at_threshold <= rule.alpha


# --- drawn tables: who is counted, met, near, not met --------------------------------------------

START = date(2007, 1, 1)


def people(course: str) -> dict[str, pandas.DataFrame]:
    """One subject a letter, a day apart, and one never treated: D dies on day 10, d on day 31, x left on day 9, . lives on."""
    rows = ["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC", "NEVER | A | | . | ."]
    ends = ["USUBJID | DSSEQ | DSCAT | EPOCH | DSDECOD | DSSTDTC"]
    for number, letter in enumerate(course):
        first = START + timedelta(days=number)
        died = {"D": 9, "d": 30}.get(letter)
        rows.append(f"S{number:02} | A | {first} | {'Y' if died else '.'} | {first + timedelta(days=died) if died else '.'}")
        if letter == "x":
            ends.append(f"S{number:02} | 1 | DISPOSITION EVENT | FOLLOW-UP | WITHDRAWAL BY SUBJECT | {first + timedelta(days=8)}")
    return trial_data("\n".join(rows), ds="\n".join(ends)) if len(ends) > 1 else trial_data("\n".join(rows))


@pytest.fixture(scope="module")
def seen(make_cut):
    """seen("..D") → the view of these subjects in a trial with the one rule, each made once."""
    made = {}

    def make(course: str, cut: date = date(2007, 12, 1), **settings) -> View:
        key = (course, cut, str(settings))
        if key not in made:
            made[key] = View(make_cut(people(course), defined(**settings), cut))
        return made[key]

    return make


@pytest.fixture(scope="module")
def stand(seen):
    """stand("..D") → the standing of the one rule on these subjects."""
    return lambda course, *cut, **settings: standings(seen(course, *cut, **settings))[0][0]


@pytest.mark.parametrize("course, state, further, words", [
    # uniform prior, more than 20 % with certainty 90 %: met from 1 of 1, 2 of 2 to 5, 3 of 6 to 8, 4 of 9 to 12
    (".......", "not met", 4, "Not met: 0 of 7; 4 further events would meet it"),
    ("...D...", "not met", 3, "Not met: 1 of 7; 3 further events would meet it"),
    ("D..D...", "near", 1, "Near: 2 of 7; 1 further event would meet it"),
    ("D..D....", "not met", 2, "Not met: 2 of 8; 2 further events would meet it"),
    ("D..D..", "near", 1, "Near: 2 of 6; 1 further event would meet it"),
    ("DD.D...", "met", 0, "Met: 3 of 7; met from 3 events on"),
    ("D", "met", 0, "Met: 1 of 1; met from 1 event on"),
    ("DDDDDD", "met", 0, "Met: 6 of 6; met from 3 events on"),
    ("............", "not met", None, "Not met: 0 of 12; no further event can meet it within its planned subjects"),
])
def test_met_near_and_not_met(stand, course, state, further, words):
    now = stand(course)
    assert now.n == len(course) and now.events == course.count("D")
    table = boundary(12, 0.2, 0.9)
    naive = next((more for more in range(13 - now.n) if now.events + more >= (table.stop_if_at_least[now.n + more - 1] or 99)), None)
    assert now.further == naive
    assert now.state == ("met" if naive == 0 else "near" if naive == 1 else "not met")
    assert (state_words(now), now.state, now.further) == (words, state, further)


def test_nobody_is_counted_before_the_first_subject(stand):
    now = stand("", minimum_subjects=3)
    assert (now.n, now.events, now.posterior, now.state, now.further) == (0, 0, None, "not met", 3)
    assert state_words(now) == "Not met: 0 of 0; 3 further events would meet it"


def test_who_is_awaited_left_out_and_counted_without_an_event(stand):
    now = stand("dx..D.", START + timedelta(days=32))
    assert dict(zip(now.subjects["USUBJID"], now.subjects["STATUS"])) == {"S00": "No event", "S01": "Left out", "S02": "No event", "S03": "No event", "S04": "Event", "S05": "Awaited"}
    assert dict(zip(now.subjects["USUBJID"], now.subjects["REASON"].fillna(""))) == {"S00": "", "S01": "left the study on day 9", "S02": "", "S03": "", "S04": "", "S05": "on day 28 of 30"}
    assert (now.n, now.events) == (4, 1)


def test_the_thirtieth_day_counts_and_a_death_without_a_day_is_left_out(make_cut):
    frame = "USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC\nA | A | 2007-01-01 | Y | 2007-01-30\nB | A | 2007-01-02 | Y | .\nC | A | 2007-01-03 | Y | 2007-01\nD | A | 2007-01-04 | Y | 2007-03"
    now = standings(View(make_cut(trial_data(frame), defined())))[0][0]
    assert dict(zip(now.subjects["USUBJID"], now.subjects["STATUS"])) == {"A": "Event", "B": "Left out", "C": "Event", "D": "No event"}
    assert now.subjects.set_index("USUBJID")["REASON"]["B"] == "died, day not known"


def test_the_order_is_that_of_the_first_infusion_and_later_events_do_not_come_earlier(make_cut):
    frame = "USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC\nA | A | 2007-01-05T09:00 | . | .\nB | A | 2007-01-05T08:00 | Y | 2007-01-20\nC | A | 2007-01-01 | . | .\nD | A | 2007-01-09 | Y | 2007-01-10"
    now = standings(View(make_cut(trial_data(frame), defined())))[0][0]
    assert now.counted[["USUBJID", "N", "EVENTS"]].values.tolist() == [["C", 1, 0], ["B", 2, 1], ["A", 3, 1], ["D", 4, 2]]


EVENTS = """USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC
S00 | 1 | Sore mouth | Stomatitis | 4 | 2007-02-20
S01 | 1 | Sore mouth | Stomatitis | 3 | 2007-01-05
S02 | 1 | Sore mouth | Stomatitis | . | 2007-01-05
S03 | 1 | Sore mouth | Stomatitis | 4 | 2006-12-24
S04 | 1 | fever | FEVER | 5 | 2007-01
S05 | 1 | Fever | Fever | 4 | 2007-01-20"""


@pytest.mark.parametrize("settings, expected", [
    (dict(category="Mucositis"), {"S00"}), (dict(category="Mucositis", within_days=28), set()), (dict(terms=["Fever"]), {"S04", "S05"}),
    (dict(terms=["fever"], category="Mucositis"), {"S00", "S04", "S05"}), (dict(category="Mucositis", minimum_grade=3), {"S00", "S01"}), (dict(terms=["Fever"], within_days=10), {"S04"}),
])
def test_adverse_events_by_term_category_grade_and_day(make_cut, settings, expected):
    data = people("......") | {"ae": trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"]}
    now = standings(View(make_cut(data, defined(counts="ae", **({"minimum_grade": 4} | settings)))))[0][0]
    assert {name for name, event in outcome(now).items() if event} == expected and now.n == 6
    noted = stopping_overview(View(make_cut(data, defined(counts="ae", **({"minimum_grade": 4} | settings))))).table["NOTES"][0]
    assert ("1 event of this kind not graded, not counted" in noted) == ("category" in settings)


def test_an_event_at_any_time_may_still_come_in_a_subject_already_counted(make_cut, stand):
    """1 of 6, met from 3 of 6: two more inside the six, unless nobody of them is on study any more."""
    ae = trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"]
    rule = dict(counts="ae", category="Mucositis", minimum_grade=4)
    here = standings(View(make_cut(people("......") | {"ae": ae}, defined(**rule))))[0][0]
    assert (here.events, here.n, here.limit(6), here.further_here, here.further) == (1, 6, 3, 2, 2)
    gone = standings(View(make_cut(people("xxxxxx") | {"ae": ae}, defined(**rule))))[0][0]
    assert (gone.events, gone.n, gone.further_here, gone.further) == (1, 6, None, 2)
    assert stand("...D..").further_here is None


def test_a_rule_looks_from_its_minimum_on_and_goes_on_beyond_its_plan(stand, seen):
    assert stand("DD", minimum_subjects=3).state == "near" and stand("DD").state == "met" and stand("DDD", minimum_subjects=3).state == "met"
    beyond = stand("DDDD..", n_max=4)
    assert (beyond.n, beyond.limit(6), beyond.state, beyond.further) == (6, 3, "met", 0)
    assert "more subjects than the 4" in stopping_overview(seen("DDDD..", n_max=4)).table["NOTES"][0]


def test_a_boundary_met_earlier_on_the_path_is_said(stand, seen):
    assert stand("DD......").met_before == [1, 2, 3, 4, 5] and stand("DD......").state == "not met"
    assert "the boundary was met at 1 to 5 subjects" in stopping_overview(seen("DD......")).table["NOTES"][0]


# --- figures, changes, filters -------------------------------------------------------------------


@pytest.fixture(scope="module")
def latest(sample_cuts) -> View:
    return View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]])


def test_the_charts_are_drawn_of_their_table(latest):
    made = stopping_charts(latest)
    for number, (rule, rows) in enumerate(made.table.groupby("RULE", sort=False), start=1):
        traces = {t.name: t for t in made.figure.data if t.xaxis == ("x" if number == 1 else f"x{number}")}
        path, limit = rows[rows["KIND"] == "Path"], rows[rows["LIMIT"].notna()]
        assert list(traces["subjects"].x) == path["N"].tolist() and list(traces["subjects"].y) == path["EVENTS"].tolist()
        assert [point[0] for point in traces["subjects"].customdata] == path["USUBJID"].tolist()
        assert [symbol == "x" for symbol in traces["subjects"].marker.symbol] == (path["STATUS"] == "Event").tolist()
        assert [width > 0 for width in traces["subjects"].marker.line.width] == (path["CHANGED"] != "").tolist()
        assert list(traces["boundary"].y[::2]) == [value - 0.5 for value in limit["LIMIT"]] and list(traces["boundary"].x[::2]) == [n - 0.5 for n in limit["N"]]
        assert (traces["now"].x[0], traces["now"].y[0]) == (path["N"].iloc[-1], path["EVENTS"].iloc[-1]), rule
    assert number == 4


def test_overview_and_charts_agree_with_each_other_and_their_marks(latest):
    overview, charts = stopping_overview(latest), stopping_charts(latest).table
    assert list(overview.figure.data[0].x) == pytest.approx([p * 100 for p in overview.table["POSTERIOR"]])
    for row in overview.table.itertuples():
        path = charts[(charts["RULE"] == row.RULE) & (charts["KIND"] == "Path")]
        assert (row.N, row.EVENTS) == (len(path), (path["STATUS"] == "Event").sum()) and row.POSTERIOR == path["POSTERIOR"].iloc[-1]
        assert row.LIMIT == path["LIMIT"].iloc[-1] and row.NEXTLIMIT == charts[(charts["RULE"] == row.RULE) & (charts["N"] == row.N + 1)]["LIMIT"].iloc[0]
        text = " ".join(a.text for a in overview.figure.layout.annotations)
        assert f"<b>{row.EVENTS} of {row.N}</b>" in text and row.LIMITS in text


def test_changes_since_the_previous_cut_are_those_of_the_two_paths(latest):
    before = {now.rule.name: outcome(now) for now, _ in standings(View(latest.previous))}
    path = stopping_charts(latest).table.query("KIND == 'Path'")
    for row in path.itertuples():
        was = before[row.RULE].get(row.SUBJID)
        assert row.CHANGED == ("new" if was is None else "changed" if was != (row.STATUS == "Event") else "")
    assert (path["CHANGED"] == "new").sum() > 5
    overview = stopping_overview(latest).table.set_index("RULE")
    assert overview["CHANGED"].to_dict() == {"Cardiac dysfunction": "", "Early death": "changed", "Severe mucositis": "", "DLTs in the expansion": "changed"}
    assert overview["BEFORE"]["DLTs in the expansion"] == "not met: 0 of 0" and pandas.isna(overview["WASPOSTERIOR"]["DLTs in the expansion"])


@pytest.mark.parametrize("make", DISPLAYS)
def test_filters_change_nothing_and_this_is_said(latest, make):
    filters = Filters(doses=("190 mg/m²/day",), sites=("101",))
    plain, filtered = make(latest), make(View(latest.cut, latest.previous, filters))
    pandas.testing.assert_frame_equal(plain.table, filtered.table)
    assert plain.finding == filtered.finding and filtered.filters == "All subjects (no filter)"
    assert f"The filters now chosen ({filters.words()}) are not applied here" in filtered.population and "not applied here" not in plain.population
    assert "Near: one further event would meet the rule." in plain.population


# --- every display for every kind of cut ---------------------------------------------------------


def check(made) -> None:
    assert made.finding and "nan" not in made.finding.split() and not made.open_session
    assert set(made.labels) <= set(made.table.columns) and set(made.formats) <= set(made.table.columns)
    if made.collected:
        assert made.population and made.method and made.source and made.questions and made.figure.layout.template.layout.font.family
        made.figure.to_json()


@pytest.mark.parametrize("make", DISPLAYS)
def test_displays_of_every_sample_cut(sample_cuts, make):
    cuts = [sample_cuts[day] for day in CUT_DATES]
    for cut, previous in zip(cuts, [None, *cuts]):
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


def test_what_was_not_delivered_is_not_called_not_met(make_cut, trial):
    table = stopping_overview(View(make_cut(people("...."), trial))).table.set_index("RULE")
    assert table["STATE"].to_dict() == {"Cardiac dysfunction": "not collected", "Early death": "not met", "Severe mucositis": "not collected", "DLTs in the expansion": "not collected"}
    assert table["N"].isna().sum() == 3 and table["POSTERIOR"].isna().sum() == 3


@pytest.mark.parametrize("make", DISPLAYS)
def test_a_trial_without_rules_says_so(make_cut, pilot_cut, make):
    for cut in (pilot_cut, make_cut(people("D."), Trial.parse('[trial]\nid = "T"\ntitle = "T"'))):
        made = make(View(cut))
        check(made)
        assert made.finding == "No stopping rule is defined for this trial." and not made.collected and made.figure is None


@pytest.mark.skipif(not SHARED.is_dir(), reason="the CDISC pilot files are not there")
def test_rules_of_the_pilot_count_its_raw_rows(make_cut):
    from raw import raw as read

    data = read(SHARED / "data" / "cdisc_pilot" / "sdtm")
    cut = make_cut(data, defined(counts="ae", terms=["APPLICATION SITE PRURITUS"], minimum_grade=1, n_max=60), date(2015, 3, 31))
    check(stopping_overview(View(cut)))
    check(stopping_charts(View(cut)))
    treated = data["ex"][(data["ex"]["EXDOSE"] > 0) | data["ex"]["EXTRT"].str.contains("PLACEBO")]["USUBJID"].nunique()
    now = standings(View(cut))[0][0]
    # the pilot does not grade: nothing counts, and all of it is said
    onset = data["ae"][data["ae"]["AEDECOD"].str.upper() == "APPLICATION SITE PRURITUS"]
    assert now.n == treated and now.events == 0 and 0 < now.subjects["NNOGRADE"].sum() <= len(onset)
    dead = standings(View(make_cut(data, defined(n_max=60), date(2015, 3, 31))))[0][0]
    first = data["ex"].groupby("USUBJID")["EXSTDTC"].min()
    died = data["dm"][data["dm"]["DTHDTC"] != ""].set_index("USUBJID")["DTHDTC"]
    early = {name for name, when in died.items() if name in first and (date.fromisoformat(when[:10]) - date.fromisoformat(first[name][:10])).days < 30}
    assert {name for name, event in zip(dead.counted["USUBJID"], dead.counted["STATUS"] == "Event") if event} == early


def test_each_rule_asks_its_own_question(latest):
    made = stopping_overview(latest)
    assert [q.parameters["counts"] for q in made.questions] == [rule.counts for rule in latest.trial.stopping_rules]
    assert all(not latest.cut.takes_filters(q.name) for q in made.questions)
    for question, rule in zip(made.questions, latest.trial.stopping_rules):
        assert question.parameters == parameters(rule)
