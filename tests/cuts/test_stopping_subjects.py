"""Whom a stopping rule counts: against the raw files of the sample and on drawn tables."""

from __future__ import annotations

from datetime import date, timedelta

import pandas
import pytest
import sample_raw as raw
from drawn import trial_data
from stopping_frames import EVENTS, START, defined, hearts, outcome, people, rule_state

from displays.stopping.asked import rule_states
from displays.stopping.overview import stopping_overview
from queries import View
from trial import Trial

MUCOSITIS = {term.lower() for term in raw.PROTOCOL["special_interest"]["Mucositis"]}


# --- the sample's counts against the raw files ---------------------------------------------------


def in_order(cut: str) -> list[str]:
    first = raw.given(cut).groupby("SUBJID")["EXSTDTC"].min()
    return [name for _, name in sorted((when, name) for name, when in first.items())]


def observed_days(cut: str) -> dict[str, int]:
    """Days from the first infusion to the end of study or the cut, both counted."""
    gone, first = raw.gone(cut), raw.first_infusion(cut)
    return {name: (min(gone.get(name, raw.day(cut)), raw.day(cut)) - start).days + 1 for name, start in first.items()}


def deaths(cut: str) -> dict[str, date]:
    dm = raw.rows(cut, "dm")
    return {name: raw.day(text) for name, text in zip(dm["SUBJID"], dm["DTHDTC"], strict=True) if text}


@pytest.mark.parametrize("cut", raw.CUTS)
def test_early_deaths_are_those_of_the_raw_rows(sample_cuts, cut):
    first, dead, observed = raw.first_infusion(cut), deaths(cut), observed_days(cut)
    early = {name for name, when in dead.items() if name in first and (when - first[name]).days < 30}
    naive = {name: name in early for name in in_order(cut) if name in early or observed[name] >= 30 or name in dead}
    found = outcome(rule_state(sample_cuts[date.fromisoformat(cut)], "Early death"))
    assert list(found.items()) == list(naive.items()) and len(naive) > 10 and any(naive.values())


@pytest.mark.parametrize("cut", raw.CUTS)
def test_severe_mucositis_is_that_of_the_raw_rows(sample_cuts, cut):
    ae, first, observed = raw.rows(cut, "ae"), raw.first_infusion(cut), observed_days(cut)
    severe = {
        r.SUBJID
        for r in ae.itertuples()
        if r.AEDECOD.lower() in MUCOSITIS
        and r.AETOXGR in ("4", "5")
        and r.SUBJID in first
        and r.AESTDTC >= first[r.SUBJID].isoformat()
    }
    naive = {
        name: name in severe for name in in_order(cut) if name in severe or observed[name] >= 28 or name in deaths(cut)
    }
    found = outcome(rule_state(sample_cuts[date.fromisoformat(cut)], "Severe mucositis"))
    assert list(found.items()) == list(naive.items()) and sum(naive.values()) == (0 if cut == raw.CUTS[0] else 1)


@pytest.mark.parametrize("cut", raw.CUTS)
def test_cardiac_dysfunction_is_the_known_answer_in_the_order_of_the_raw_infusions(sample_cuts, cut):
    worst = raw.KNOWN["cuts"][cut]["ctrcd"]
    naive = {name: worst[name] in ("moderate", "severe") for name in in_order(cut) if name in worst}
    found = outcome(rule_state(sample_cuts[date.fromisoformat(cut)], "Cardiac dysfunction"))
    assert list(found.items()) == list(naive.items())
    fallen = _fallen(cut)
    assert fallen <= {name for name, event in naive.items() if event} and (fallen or cut == raw.CUTS[0])


def _fallen(cut: str) -> set[str]:
    """Subjects with an LVEF below 50 % by a fall of 10 points or more, from the rows of CV alone."""
    cv, first = raw.rows(cut, "cv"), raw.first_infusion(cut)
    lvef = cv[(cv["CVTESTCD"] == "LVEF") & cv["CVSTRESN"].notna()]
    base = lvef[lvef["CVBLFL"] == "Y"].set_index("SUBJID")[["CVSTRESN", "CVMETHOD"]]
    later = [
        r
        for r in lvef.itertuples()
        if r.SUBJID in base.index and r.SUBJID in first and r.CVDTC[:10] > first[r.SUBJID].isoformat()
    ]
    return {
        r.SUBJID
        for r in later
        if r.CVSTRESN < 50 and base.CVSTRESN[r.SUBJID] - r.CVSTRESN >= 10 and base.CVMETHOD[r.SUBJID] == r.CVMETHOD
    }


@pytest.mark.parametrize("cut", raw.CUTS)
def test_dlts_of_the_expansion_are_those_of_the_raw_rows(sample_cuts, cut):
    supp, first, observed = raw.rows(cut, "suppdm"), raw.first_infusion(cut), observed_days(cut)
    expansion = set(supp[(supp["QNAM"] == "COHORT") & (supp["QVAL"] == "EXP")]["SUBJID"])
    judged = set(raw.flagged(cut, "Y")["SUBJID"])
    infusions = raw.given(cut).groupby("SUBJID")["EXSTDTC"].nunique()
    naive = {
        n: n in judged
        for n in in_order(cut)
        if n in expansion and (n in judged or (observed[n] >= 28 and infusions[n] >= 3))
    }
    now = rule_state(sample_cuts[date.fromisoformat(cut)], "DLTs in the expansion")
    assert list(outcome(now).items()) == list(naive.items()) and len(now.subjects) == len(expansion & set(first))


# --- drawn tables: who is counted, awaited, left out ----------------------------------------------


def test_who_is_awaited_left_out_and_counted_without_an_event(stand):
    now = stand("dx..D.", START + timedelta(days=32))
    assert dict(zip(now.subjects["USUBJID"], now.subjects["STATUS"], strict=True)) == {
        "S00": "No event",
        "S01": "Left out",
        "S02": "No event",
        "S03": "No event",
        "S04": "Event",
        "S05": "Awaited",
    }
    assert dict(zip(now.subjects["USUBJID"], now.subjects["REASON"].fillna(""), strict=True)) == {
        "S00": "",
        "S01": "left the study on day 9",
        "S02": "",
        "S03": "",
        "S04": "",
        "S05": "on day 28 of 30",
    }
    assert (now.n, now.events) == (4, 1)


def test_the_thirtieth_day_counts_and_a_death_without_a_day_is_left_out(make_cut):
    frame = (
        "USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC\nA | A | 2007-01-01 | Y | 2007-01-30\n"
        "B | A | 2007-01-02 | Y | .\nC | A | 2007-01-03 | Y | 2007-01\nD | A | 2007-01-04 | Y | 2007-03"
    )
    now = rule_states(View(make_cut(trial_data(frame), defined())))[0][0]
    assert dict(zip(now.subjects["USUBJID"], now.subjects["STATUS"], strict=True)) == {
        "A": "Event",
        "B": "Left out",
        "C": "Event",
        "D": "No event",
    }
    assert now.subjects.set_index("USUBJID")["REASON"]["B"] == "died, day not known"


def test_the_order_is_that_of_the_first_infusion_and_later_events_do_not_come_earlier(make_cut):
    frame = (
        "USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC\nA | A | 2007-01-05T09:00 | . | .\n"
        "B | A | 2007-01-05T08:00 | Y | 2007-01-20\nC | A | 2007-01-01 | . | .\nD | A | 2007-01-09 | Y | 2007-01-10"
    )
    now = rule_states(View(make_cut(trial_data(frame), defined())))[0][0]
    assert now.counted[["USUBJID", "N", "EVENTS"]].values.tolist() == [
        ["C", 1, 0],
        ["B", 2, 1],
        ["A", 3, 1],
        ["D", 4, 2],
    ]


@pytest.mark.parametrize(
    "settings, expected",
    [
        (dict(category="Mucositis"), {"S00"}),
        (dict(category="Mucositis", within_days=28), set()),
        (dict(terms=["Fever"]), {"S04", "S05"}),
        (dict(terms=["fever"], category="Mucositis"), {"S00", "S04", "S05"}),
        (dict(category="Mucositis", minimum_grade=3), {"S00", "S01"}),
        (dict(terms=["Fever"], within_days=10), {"S04"}),
    ],
)
def test_adverse_events_by_term_category_grade_and_day(make_cut, settings, expected):
    data = people("......") | {"ae": trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"]}
    now = rule_states(View(make_cut(data, defined(counts="ae", **({"minimum_grade": 4} | settings)))))[0][0]
    assert {name for name, event in outcome(now).items() if event} == expected and now.n == 6
    noted = stopping_overview(View(make_cut(data, defined(counts="ae", **({"minimum_grade": 4} | settings))))).table[
        "NOTES"
    ][0]
    assert ("1 event of this kind not graded, not counted" in noted) == ("category" in settings)


def test_a_term_of_two_categories_counts_in_both(make_cut):
    text = defined(counts="ae", category="Mucositis", minimum_grade=4).text.replace(
        '["Stomatitis"]', '["Stomatitis", "Fever"]\nFevers = ["fever"]'
    )
    data = people("......") | {"ae": trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"]}
    now = rule_states(View(make_cut(data, Trial.parse(text))))[0][0]
    assert {name for name, event in outcome(now).items() if event} == {"S00", "S04", "S05"}


# --- drawn tables: the heart is observed until its last comparable LVEF ---------------------------

HEART = dict(counts="ctrcd_moderate", population="evaluable for heart", threshold=0.15)
ECHOS = {
    "short": [(23, 63)],
    "long": [(23, 63), (95, 62)],
    "left": [(23, 63)],
    "died": [(23, 63)],
    "event": [(23, 44)],
    "unseen": [],
    "just": [(90, 63)],
    "late": [(30, 63), (100, 44)],
}


@pytest.mark.parametrize(
    "settings, expected",
    [
        (
            dict(),
            {
                "short": "No event",
                "long": "No event",
                "left": "No event",
                "died": "No event",
                "event": "Event",
                "unseen": "Awaited",
                "just": "No event",
                "late": "Event",
            },
        ),
        (
            dict(observed_days=90),
            {
                "short": "Awaited",
                "long": "No event",
                "left": "Left out",
                "died": "Left out",
                "event": "Event",
                "unseen": "Awaited",
                "just": "No event",
                "late": "Event",
            },
        ),
        (
            dict(within_days=90),
            {
                "short": "Awaited",
                "long": "No event",
                "left": "Left out",
                "died": "Left out",
                "event": "Event",
                "unseen": "Awaited",
                "just": "No event",
                "late": "No event",
            },
        ),
        (
            dict(observed_days=90, population="treated"),
            {
                "short": "Awaited",
                "long": "No event",
                "left": "Left out",
                "died": "Left out",
                "event": "Event",
                "unseen": "Awaited",
                "just": "No event",
                "late": "Event",
            },
        ),
    ],
)
def test_a_heart_is_observed_until_its_last_comparable_lvef(make_cut, settings, expected):
    now = rule_states(
        View(make_cut(hearts(ECHOS, left={"left": 120}, died={"died": 120}), defined(**HEART | settings)))
    )[0][0]
    assert dict(zip(now.subjects["USUBJID"], now.subjects["STATUS"], strict=True)) == expected
    reasons = now.subjects.set_index("USUBJID")["REASON"].dropna().to_dict()
    assert reasons == {"unseen": "no later LVEF"} | (
        {name: "last comparable LVEF on day 23 of 90" for name in ("short", "left", "died")} if settings else {}
    )
    assert now.subjects.set_index("USUBJID")["LVEFDY"].dropna().to_dict() == {
        name: looks[-1][0] for name, looks in ECHOS.items() if looks
    }


def test_an_lvef_that_is_not_comparable_observes_nothing(make_cut):
    data = hearts({"A": [(23, 63), (120, 64)]})
    data["cv"]["CVMETHOD"] = ["ECHO", "ECHO", "MUGA"]
    now = rule_states(View(make_cut(data, defined(**HEART, observed_days=90))))[0][0]
    assert now.subjects[["STATUS", "REASON"]].values.tolist() == [["Awaited", "last comparable LVEF on day 23 of 90"]]


@pytest.mark.parametrize("within, counted", [(None, True), (100, True), (60, False)])
def test_an_event_that_began_before_and_was_fatal_later_is_of_the_day_of_the_death(make_cut, within, counted):
    """S begins on 1 January, has the event since December, and dies of it on day 91."""
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC\nS | A | 2007-01-01 | Y | 2007-04-01",
        "USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC | AEENDTC | AEOUT\n"
        "S | 1 | Sore mouth | Stomatitis | 5 | 2006-12-24 | 2007-04-01 | FATAL",
    )
    now = rule_states(
        View(make_cut(data, defined(counts="ae", minimum_grade=4, category="Mucositis", within_days=within)))
    )[0][0]
    assert outcome(now) == {"S": counted}
    assert not counted or now.counted["EVENTDY"].tolist() == [91]


def test_a_heart_event_of_a_month_alone_counts_from_its_first_day(make_cut):
    now = rule_states(
        View(make_cut(hearts({"A": [("2007-02", 44)], "B": [("2007-04", 44)]}), defined(**HEART, within_days=60)))
    )[0][0]
    assert (
        dict(zip(now.subjects["USUBJID"], now.subjects["STATUS"], strict=True)) == {"A": "Event", "B": "No event"}
        and now.subjects["EVENTDY"].isna().all()
    )
    assert (
        "A (CTRCD moderate, day not known)"
        in stopping_overview(View(make_cut(hearts({"A": [("2007-02", 44)]}), defined(**HEART)))).table["WHO"][0]
    )


def test_what_is_not_known_is_possible_and_the_rule_is_given_with_and_without_it(make_cut):
    """S02's mucositis has no grade; a death without a day may be early: met if either way is met."""
    ae = trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"]
    rule = defined(counts="ae", category="Mucositis", minimum_grade=3, threshold=0.1)
    now = rule_state(make_cut(people("...") | {"ae": ae}, rule), "Deaths")
    assert (now.events, now.n, now.without_possible, now.score) == (
        2,
        3,
        "met",
        "2 of 3 (3 of 3 with 1 possible event)",
    )
    assert now.possible[["SUBJID", "POSSTERM"]].values.tolist() == [["S02", "Stomatitis, grade not known"]]
    data = people("D..")
    data["dm"].loc[2, "DTHFL"] = "Y"
    now = rule_state(make_cut(data, defined()), "Deaths")
    assert now.possible["POSSTERM"].tolist() == ["Death"] and (now.events, now.n) == (1, 2)
    assert (
        now.state == "met"
        and now.without_possible == "near"
        and (now.with_possible.events, now.with_possible.n) == (2, 3)
    )


def test_the_next_cohorts_chance_takes_the_possible_events_as_events(make_cut):
    ae = trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"].query("USUBJID == 'S02'")
    graded = ae.assign(USUBJID="S05", AEDECOD="Fever", AETOXGR="1")
    rule = defined(counts="ae", category="Mucositis", minimum_grade=3, n_max=20)
    now = rule_state(make_cut(people("......") | {"ae": pandas.concat([ae, graded])}, rule), "Deaths")
    assert now.events == 0 and now.with_possible.events == 1
    assert now.predicted(3) == now.with_possible.predicted(3) > 0.01
