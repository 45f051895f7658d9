"""The words of the stopping rules: findings, what stands beside a count, who is awaited, what a rule counts."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
import sample_raw as raw
from drawn import trial_data
from stopping_frames import EVENTS, defined, drawn_words, hearts, people

from displays.stopping.charts import stopping_charts
from displays.stopping.overview import stopping_overview
from queries import View
from trial import Trial

DISPLAYS = (stopping_overview, stopping_charts)
HEART = dict(counts="ctrcd_moderate", population="evaluable for heart")
LOOKS = {"A": [(23, 63)], "B": [(93, 44)], "C": [(95, 63)], "D": [(30, 63), (60, 62)], "E": [(92, 63)], "F": []}


def test_a_rule_beyond_its_cutoff_that_does_not_look_yet_says_so(seen):
    made = stopping_overview(seen("DD", minimum_subjects=3))
    assert "P(true rate > 20 %) is beyond the cutoff, but monitoring starts at 3 subjects" in drawn_words(made)


@pytest.mark.parametrize("make", DISPLAYS)
def test_a_rule_that_was_met_earlier_says_so_where_the_board_reads_first(seen, stand, make):
    assert stand("DD......").met_before == [1, 2, 3, 4, 5] and stand("DD......").state == "not met"
    made, words = make(seen("DD......")), "s known now, in order of first infusion, the boundary "
    assert made.finding == (
        "The stopping rule is neither met nor near: Deaths (2 of 8). "
        f"But a{words}of Deaths (2 of 8) was met at 1 to 5 subjects."
    )
    assert f"A{words}was met at 1 to 5 subjects." in drawn_words(made)
    assert make is stopping_charts or f"a{words}was met at 1 to 5 subjects" in made.table["NOTES"][0]
    assert make(seen("D..")).finding == (
        "The stopping rule is near, one more event would meet it: Deaths (1 of 3). "
        "But as known now, in order of first infusion, the boundary of Deaths (1 of 3) was met at 1 subject."
    )
    assert "as known now" not in make(seen("DD")).finding + make(seen("..DD")).finding


@pytest.mark.parametrize("make", DISPLAYS)
def test_several_rules_met_earlier_are_named_in_one_sentence(make_cut, make):
    rule = defined().text[defined().text.index("[[stopping_rule]]") :]
    both = Trial.parse(
        defined().text
        + "\n"
        + rule.replace("'Deaths'", "'Early deaths'").replace("within_days = 30", "within_days = 60")
    )
    finding = make(View(make_cut(people("DD......"), both))).finding
    assert finding.startswith("None of 2 stopping rules is met or near. But as known now,")
    assert finding.endswith(
        "the boundary of Deaths (2 of 8) "
        "was met at 1 to 5 subjects and that of Early deaths (2 of 8) at 1 to 5 subjects."
    )


@pytest.mark.parametrize(
    "course, said",
    [
        ("DD.D...", "The stopping rule is met: Deaths (3 of 7)."),
        ("...D...", "The stopping rule is neither met nor near: Deaths (1 of 7)."),
        ("", "The stopping rule is neither met nor near: Deaths (0 of 0)."),
    ],
)
def test_a_single_rule_is_not_one_of_one(seen, course, said):
    assert stopping_overview(seen(course, minimum_subjects=3)).finding == said
    view = seen(course, minimum_subjects=3)
    assert (
        stopping_overview(View(view.cut, view.cut)).finding == f"{said} Since 1 Dec 2007: its status has not changed."
    )


def test_rules_that_cannot_be_judged_are_not_counted_as_calm(make_cut, trial):
    finding = stopping_overview(View(make_cut(people("...."), trial))).finding
    assert finding.startswith(
        "The stopping rule that can be assessed is neither met nor near: Early death (0 of 4). "
        "Cannot be assessed, since"
    )
    death = defined().text[defined().text.index("[[stopping_rule]]") :].replace("'Deaths'", "'More deaths'")
    finding = stopping_overview(View(make_cut(people("...."), Trial.parse(trial.text + "\n" + death)))).finding
    assert finding.startswith(
        "None of the 2 stopping rules that can be assessed is met or near. Cannot be assessed, since"
    )


@pytest.mark.parametrize("make", DISPLAYS)
def test_a_cohort_that_names_nobody_is_said(make_cut, seen, make):
    made = make(seen("..", cohort="B"))
    assert "Deaths 0 of 0 (no treated subject of cohort B in this cut)" in made.population
    assert (
        "No treated subject of cohort B in this cut." in drawn_words(made)
        and "in treated subjects of cohort B;" in made.method
    )
    expansion = make(
        View(make_cut(people(".."), Trial.parse(defined(cohort="EXP").text + '\n[dlt]\nexpansion_cohort = "EXP"')))
    )
    assert (
        "(no treated subject of the expansion in this cut)" in expansion.population
        and "in treated subjects of the expansion;" in expansion.method
    )
    assert (
        make is stopping_charts
        or expansion.table["COUNTS"][0].endswith("in treated subjects of the expansion")
        and "no treated subject of the expansion" in expansion.table["NOTES"][0]
    )


@pytest.mark.parametrize(
    "without, settings, said",
    [
        (
            "",
            {},
            "The last comparable LVEF was before day 93, the earliest day of an event, in 3 of 4 subjects without one.",
        ),
        ("B", {}, "Last comparable LVEF of the 4 subjects without the event: median day 76 (day 23 to 95)."),
        ("BCDE", {}, "Last comparable LVEF of the 1 subject without the event: day 23."),
        (
            "",
            dict(population="treated"),
            (
                "before day 93, the earliest day of an event, in 3 of 5 subjects without one; "
                "1 without any comparable LVEF."
            ),
        ),
        ("", dict(observed_days=50), "before day 93, the earliest day of an event, in 2 of 3 subjects without one."),
        ("ABCDE", {}, ""),
        ("", dict(within_days=60), ""),
        ("ACDEF", {}, ""),
    ],
)
@pytest.mark.parametrize("make", DISPLAYS)
def test_how_long_the_hearts_without_an_event_were_watched_is_said(make_cut, make, without, settings, said):
    view = View(
        make_cut(
            hearts({name: looks for name, looks in LOOKS.items() if name not in without}), defined(**HEART | settings)
        )
    )
    words = drawn_words(make(view))
    assert said in words if said else "omparable LVEF" not in words
    assert make is stopping_charts or said[1:].removesuffix(".") in make(view).table["NOTES"][0]


@pytest.mark.parametrize("cut, first", [*zip(raw.CUTS, (None, 93, 93), strict=True)])
def test_the_follow_up_of_the_sample_is_that_of_the_raw_rows(sample_cuts, cut, first):
    """The last LVEF by the method of the baseline, of those without CTRCD moderate or worse,
    from the rows of CV alone."""
    cv, start, worst = raw.rows(cut, "cv"), raw.first_infusion(cut), raw.KNOWN["cuts"][cut]["ctrcd"]
    lvef = cv[(cv["CVTESTCD"] == "LVEF") & cv["CVSTRESN"].notna()]
    method = lvef[lvef["CVBLFL"] == "Y"].set_index("SUBJID")["CVMETHOD"]
    last = {
        name: max(
            (raw.day(r.CVDTC) - start[name]).days + 1
            for r in lvef[lvef["SUBJID"] == name].itertuples()
            if r.CVMETHOD == method[name]
        )
        for name, judged in worst.items()
        if judged in ("none", "mild")
    }
    said = drawn_words(stopping_charts(View(sample_cuts[date.fromisoformat(cut)])))
    if first is None:
        assert (
            f"Last comparable LVEF of the {len(last)} subjects without the event: "
            f"median day {pandas.Series(last).median():g} (day {min(last.values())} to {max(last.values())})." in said
        )
    else:
        assert (
            f"before day {first}, the earliest day of an event, "
            f"in {sum(when < first for when in last.values())} of {len(last)} subjects without one." in said
        )


@pytest.mark.parametrize(
    "settings, said",
    [
        (HEART, "1 without a comparable later LVEF yet"),
        (HEART | dict(observed_days=90), "3 without a comparable LVEF on day 90 or later yet"),
        (dict(observed_days=400), "6 not observed long enough yet"),
        (
            HEART | dict(counts="ae", terms=["Fever"], observed_days=400),
            "6 without a comparable later LVEF yet or not observed long enough yet",
        ),
    ],
)
def test_what_is_awaited_is_worded_by_the_rule(make_cut, settings, said):
    data = hearts(LOOKS) | {"ae": trial_data("USUBJID | ARMCD | INFUSIONS\nS | A | 2007-01-01", EVENTS)["ae"]}
    assert f" treated subjects ({said})" in stopping_overview(View(make_cut(data, defined(**settings)))).population


@pytest.mark.parametrize(
    "settings, said",
    [
        (
            HEART,
            (
                "CTRCD moderate or worse at any time since the first infusion (without it a subject counts from its "
                "first comparable LVEF on), in subjects evaluable for cardiac function (a later LVEF compared with"
            ),
        ),
        (
            HEART | dict(observed_days=90),
            (
                "at any time since the first infusion (without it a subject counts once a comparable LVEF was taken "
                "on day 90 or later), in subjects"
            ),
        ),
        (
            HEART | dict(within_days=60),
            (
                "CTRCD moderate or worse by day 60 (without it a subject counts once a comparable LVEF was taken "
                "on day 60 or later), in subjects"
            ),
        ),
        (dict(counts="ctrcd_severe"), "CTRCD severe at any time since the first infusion, in treated subjects"),
        (
            dict(observed_days=40),
            (
                "death of any cause on days 1 to 30, "
                "day 1 = first infusion (without it a subject counts from day 40 on), in treated subjects"
            ),
        ),
    ],
)
def test_a_definition_in_words(make_cut, settings, said):
    made = stopping_overview(View(make_cut(hearts(LOOKS), defined(**settings))))
    assert said in made.method
    assert "(without" not in made.table["BRIEFLY"][0]
