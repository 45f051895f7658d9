"""What the rule says of the sample trial: by hand, against the raw files, and in figures made of their tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy
import pandas
import pytest
from conftest import CUT_DATES
from drawn import windowed
from raw import sample
from scipy.stats import beta

from displays.rule.next_cohort import next_outcomes
from displays.rule.now import rule_now
from displays.rule.replay import replay
from displays.rule.sensitivity import sensitivity
from displays.rule.words import ACTIONS
from queries import Filters, View
from queries.hypothetical import suppose
from stats.escalation import BOIN, CRM, crm_skeleton, dont_skip
from trial import Trial

DISPLAYS = (rule_now, next_outcomes, sensitivity, replay)


@pytest.fixture(scope="module")
def views(sample_cuts) -> list[View]:
    cuts = [sample_cuts[day] for day in CUT_DATES]
    return [View(cut, previous) for cut, previous in zip(cuts, [None, *cuts[:-1]], strict=True)]


def check(made) -> None:
    assert (
        made.collected
        and made.finding
        and made.population
        and made.method
        and made.source
        and made.questions
        and made.audience == "closed"
    )
    assert set(made.labels) <= set(made.table.columns) and set(made.formats) <= set(made.table.columns)
    assert "Pending subjects" in made.method and "The filters do not apply here" in made.population
    if made.figure is not None:
        assert made.figure.layout.template.layout.font.family
        made.figure.to_json()


# --- by hand, from the published table and the story of the sample trial ------------------------


def test_august_waits_for_three_pending(views):
    """190: six enrolled (106-002 not evaluable), 1 DLT of 3 evaluated, 3 pending: table 2 suspends.

    None of the three: 1 of 6 escalates to 230. One or more: 2 DLTs close 190; 160 has 0 of 6 and is the MTD.
    """
    finding = rule_now(views[0]).finding
    assert finding.startswith(
        "1 of 3 evaluable subjects at 190 mg/m²/day had a DLT (3 pending): Rolling Six recommends: "
        "suspend enrolment, awaiting pending subjects."
    )
    assert "104-003 until 3 Sep 2007, 107-001 until 18 Sep 2007 and 105-003 until 23 Sep 2007 are pending" in finding
    assert (
        "If none of the 3 has a DLT, escalate to 230 mg/m²/day; "
        "if 1 or more of the 3 have a DLT, stop: MTD is 160 mg/m²/day." in finding
    )


@pytest.mark.parametrize(
    ("at", "near", "own", "together", "later"),
    [
        (
            1,
            "",
            "no subject can be evaluated yet",
            "1 of 6 (17 %; 95 % CI 0.4 to 64 %)",
            "none of the 3 has a DLT, the rate would be 1 of 9 (11 %)",
        ),
        (
            2,
            "Stopping rule Early death is near (3 of 32): one more event would meet it. ",
            "1 of 5 evaluable subjects had a DLT; 1 not evaluable",
            "2 of 11 (18 %; 95 % CI 2 to 52 %)",
            "neither has a DLT, the rate would be 2 of 13 (15 %)",
        ),
    ],
)
def test_the_expansion_against_the_mtd_of_the_rule(views, at, near, own, together, later):
    """230: 3 of 6 closes it; 190 has 1 of 6 (six evaluated): the MTD.
    The expansion at 190 is kept apart and then put together.

    101-006 was enrolled in the expansion and not yet treated on 30 November 2007: pending, as two others are.
    """
    finding = rule_now(views[at]).finding
    assert finding.startswith(
        f"{near}3 of 6 evaluable subjects at 230 mg/m²/day had a DLT: Rolling Six ends the escalation with "
        "190 mg/m²/day as the maximum tolerated dose (MTD)."
    )
    assert "1 of 6 evaluable subjects at 190 mg/m²/day had a DLT" in finding and own in finding
    assert f"together at 190 mg/m²/day: {together}" in finding and f"If {later}" in finding
    assert "which is not what the rule named" not in finding


def test_the_pending_of_the_last_cut_are_named(views):
    assert "106-004 until 3 Mar 2008 and 103-005 until 17 Mar 2008 are pending" in rule_now(views[2]).finding


def test_the_previous_cut_is_compared(views):
    assert rule_now(views[1]).finding.endswith(
        "At the previous cut (31 Aug 2007) the recommendation was: suspend enrolment, awaiting pending subjects."
    )
    assert rule_now(views[2]).finding.endswith("At the previous cut (30 Nov 2007) the recommendation was the same.")
    assert "previous cut" not in rule_now(views[0]).finding


def test_present_cell(views):
    made = rule_now(views[0])
    present = made.table[made.table["NOW"] == "present"]
    assert present[["ENROLLED", "NDLT", "NNODLT", "NPENDING", "ACTION", "LEVELS"]].values.tolist() == [
        [6, 1, 2, 3, "suspend", "190"]
    ]
    full = made.table[made.table["LEVELS"] == "130, 160"]
    assert full[["ENROLLED", "NDLT", "NNODLT", "ACTION"]].values.tolist() == [[6, 0, 6, "escalate"]]
    framed = [shape for shape in made.figure.layout.shapes if shape.line.width == 3]
    assert [(shape.name, round((shape.x0 + shape.x1) / 2)) for shape in framed] == [("suspend", 3)]


def test_cells_of_the_grid_are_the_rows_of_the_table(views):
    made = rule_now(views[2])
    drawn = sorted((round((shape.x0 + shape.x1) / 2), shape.name) for shape in made.figure.layout.shapes)
    few = made.table[made.table["NDLT"] < 2]
    expected = [(row.NDLT + row.NNODLT, row.ACTION) for row in few.itertuples()]
    many = made.table[made.table["NDLT"] >= 2]
    expected += [(n, "de-escalate") for n in sorted(set(many["NDLT"] + many["NNODLT"]))]
    assert set(many["ACTION"]) == {"de-escalate"} and drawn == sorted(expected)


# --- filters and hypotheses --------------------------------------------------------------------


@pytest.mark.parametrize("make", DISPLAYS)
def test_filters_do_not_change_what_the_rule_says(views, make):
    filtered = replace(views[2], filters=Filters(doses=("130 mg/m²/day",), sites=("999",)))
    all_of, some = make(views[2]), make(filtered)
    assert (some.finding, some.population) == (all_of.finding, all_of.population)
    pandas.testing.assert_frame_equal(some.table, all_of.table)
    assert "The filters do not apply here" in some.population and some.filters != all_of.filters


def test_a_supposed_cohort_reaches_the_rule(views):
    august = views[0].cut
    seventh = rule_now(View(suppose(august, "190 mg/m²/day", "N"))).finding
    assert seventh.startswith(
        "1 of 4 evaluable subjects at 190 mg/m²/day had a DLT (3 pending): Rolling Six recommends:"
    )
    assert "suspend enrolment" in seventh and "7 subjects at 190 mg/m²/day are evaluable or pending" in seventh
    feb = suppose(views[2].cut, "190 mg/m²/day", "TTN")
    finding = rule_now(View(feb)).finding
    assert "together at 190 mg/m²/day: 4 of 14" in finding and "Rolling Six ends the escalation with 190" in finding
    for make in DISPLAYS:
        check(make(View(feb)))


# --- the tree ----------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [0, 1, 2])
def test_the_tree_is_drawn_from_its_table(views, at):
    made = next_outcomes(views[at])
    check(made)
    stages = [stage for stage in ("PENDING", "FIRST", "SECOND") if stage in made.labels]
    paths = {
        tuple(row[: number + 1])
        for row in made.table[stages].itertuples(index=False)
        for number in range(len(stages))
        if row[number]
    }
    boxes = [shape.name for shape in made.figure.layout.shapes if shape.type == "rect"]
    assert sorted(boxes) == sorted(f"{stages[len(path) - 1]}: {path[-1]}" for path in paths)
    texts = (
        " ".join(annotation.text for annotation in made.figure.layout.annotations)
        .replace("<br>", " ")
        .replace("<b>", "")
        .replace("</b>", "")
    )
    for row in made.table.itertuples():
        sign = f"{ACTIONS[row.PENDINGACTION][0]} " if row.PENDINGACTION in ACTIONS else ""
        short = row.PENDINGSHORT.replace("\n", " ")
        assert f"{row.PENDING} {sign}{short}" in texts


def test_rates_of_the_expansion_after_each_outcome(views):
    """Now 2 of 11 with 2 pending; 7 of 10 planned can be judged, so three more are next."""
    table = next_outcomes(views[2]).table
    assert len(table) == 3 * 4
    for row in table.itertuples():
        first, second = int(row.PENDING[0]), int(row.FIRST[0])
        assert row.PENDING.endswith("of 2 DLT") and row.FIRST.endswith("of 3 DLT")
        assert row.PENDINGSAYS.startswith(f"{2 + first} of 13, ") and row.FIRSTSAYS.startswith(
            f"{2 + first + second} of 16, "
        )
        assert row.FIRSTACTION == ("below" if (2 + first + second) / 16 < 0.33 else "above")
        # 1 of 5 in the expansion: six DLTs of its ten subjects would meet its stopping rule
        assert ("stopping rule DLTs in the expansion met" in row.FIRSTSAYS) == (1 + first + second == 6)
    assert beta.sf(0.33, 0.66 + 6, 1.34 + 4) > 0.90 > beta.sf(0.33, 0.66 + 5, 1.34 + 5)


# --- other designs -----------------------------------------------------------------------------


def test_estimates_of_each_design_against_independent_values(views):
    """Without the expansion 0/6, 1/6, 1/6, 3/6; with it (5 of 8 judged by February) 0/6, 1/6, 2/11, 3/6."""
    made = sensitivity(views[2])
    check(made)
    six, all_of = [(0, 6), (1, 6), (1, 6), (3, 6)], [(0, 6), (1, 6), (2, 11), (3, 6)]
    for name, counts in (
        ("Rolling Six", six),
        ("3+3", six),
        ("BOIN", all_of),
        ("Keyboard", all_of),
        ("mTPI-2", all_of),
        ("CRM", all_of),
    ):
        rows = made.table[made.table["DESIGN"] == name]
        assert list(zip(rows["NDLT"], rows["NEVAL"], strict=True))[:4] == counts and list(rows["NEVAL"])[4:] == [0, 0]
        for row, (events, n) in zip(rows.head(4).itertuples(), counts, strict=True):
            if name in ("Rolling Six", "3+3"):
                lower = beta.ppf(0.05, events, n - events + 1) if events else 0
                numpy.testing.assert_allclose(
                    [row.ESTIMATE, row.LOWER, row.UPPER], [events / n, lower, beta.ppf(0.95, events + 1, n - events)]
                )
            elif name != "CRM":
                a, b = 1 + events, 1 + n - events
                numpy.testing.assert_allclose(
                    [row.ESTIMATE, row.LOWER, row.UPPER], [a / (a + b), beta.ppf(0.05, a, b), beta.ppf(0.95, a, b)]
                )
            if name != "CRM":
                numpy.testing.assert_allclose(row.OVER, 1 - beta.cdf(0.30, 1 + events, 1 + n - events))
        assert rows.loc[rows["NEVAL"] == 0, "ESTIMATE"].isna().all() or name == "CRM"
    crm = made.table[made.table["DESIGN"] == "CRM"]
    fit = CRM(crm_skeleton(0.06, 0.30, 3, 6), 0.30, prior_sd=1.1576).fit("1NNNNNN 2TNNNNN 3TTNNNNNNNNN 4TTTNNN")
    numpy.testing.assert_allclose(
        crm[["ESTIMATE", "LOWER", "UPPER", "OVER"]].to_numpy(),
        numpy.column_stack([fit.p_tox, fit.lower90, fit.upper90, fit.p_over_target]),
    )
    assert made.table["NPENDING"].groupby(made.table["DESIGN"]).sum().to_dict() == {
        "Rolling Six": 0,
        "3+3": 0,
        "BOIN": 2,
        "Keyboard": 2,
        "mTPI-2": 2,
        "CRM": 2,
    }


def test_what_the_designs_say_of_the_last_cut(views):
    """2 of 11 at 190: BOIN goes up at 2 or fewer of 11. With the pending 2 or 3 of 13 (at most 3) up,
    4 of 13 stay: so it waits."""
    says = sensitivity(views[2]).table.drop_duplicates("DESIGN").set_index("DESIGN")
    assert says["SAYS"].to_dict() == {
        "Rolling Six": "stop: MTD is 190 mg/m²/day",
        "3+3": "stop: MTD is 190 mg/m²/day",
    } | dict.fromkeys(("BOIN", "Keyboard", "mTPI-2", "CRM"), "suspend enrolment, awaiting pending subjects")
    assert says.loc["BOIN", "RANGE"] == "escalate to 230 mg/m²/day to stay at 190 mg/m²/day"
    assert (
        says.loc["BOIN", "WHATIF"]
        == "If 0 or 1 of the 2 have a DLT, escalate to 230 mg/m²/day; if both have a DLT, stay at 190 mg/m²/day."
    )
    base = "1NNNNNN 2TNNNNN 3TNNNNN 4TTTNNN 3NNNTN"
    assert [BOIN(0.30, 6).decide(base + more).action for more in ("NN", "NT", "TT")] == ["escalate", "escalate", "stay"]
    crm = dont_skip(CRM(crm_skeleton(0.06, 0.30, 3, 6), 0.30, prior_sd=1.1576))
    assert [crm.decide(base + more).dose for more in ("NN", "NT", "TT")] == [4, 3, 3]
    assert says["MTD"].to_dict() == dict.fromkeys(
        ("Rolling Six", "3+3", "BOIN", "Keyboard", "mTPI-2"), "190 mg/m²/day"
    ) | {"CRM": "230 mg/m²/day"}


def test_the_figure_of_designs_shows_its_table(views):
    made = sensitivity(views[1])
    known = made.table[made.table["ESTIMATE"].notna()]
    for trace in made.figure.data:
        rows = known[known["DESIGN"] == trace.name]
        numpy.testing.assert_allclose(trace.x, rows["ESTIMATE"])
        numpy.testing.assert_allclose(numpy.array(trace.x) + trace.error_x.array, rows["UPPER"])
        numpy.testing.assert_allclose(numpy.array(trace.x) - trace.error_x.arrayminus, rows["LOWER"])
    assert [trace.name for trace in made.figure.data] == list(known["DESIGN"].unique()) and len(known) == 5 * 4 + 6
    heads = [a.text for a in made.figure.layout.annotations]
    for row in made.table.drop_duplicates("DESIGN").itertuples():
        assert any(
            row.DESIGN in text and row.SAYS in text and ("(changed)" in text) == (row.SINCE != "") for text in heads
        )


# --- every kind of cut -------------------------------------------------------------------------


@pytest.mark.parametrize("make", DISPLAYS)
def test_displays_of_every_sample_cut(views, make):
    for view in views:
        made = make(view)
        check(made)
        assert made.synthetic and len(made.table) and made.figure is not None


def test_a_cut_without_records(make_cut, trial):
    view = View(make_cut({}, trial))
    assert (
        rule_now(view).finding
        == "Stopping rules Cardiac dysfunction, Early death and Severe mucositis cannot be assessed: what is counted "
        "was not collected in this cut; the recommendation is made without them. No subject has been treated in this "
        "cut: Rolling Six recommends: start at 130 mg/m²/day."
    )
    for make in DISPLAYS:
        check(make(view))
        check(make(replace(view, previous=view.cut)))
    assert "first infusion" not in replay(view).finding and len(replay(view).table) == 1


def test_one_subject_under_observation(make_cut, trial):
    view = View(windowed(make_cut, trial, 10))
    for make in DISPLAYS:
        check(make(view))
    assert "no subject at 130 mg/m²/day has been evaluated yet (1 pending)" in rule_now(view).finding.lower()


def test_a_trial_without_a_rule_says_so(pilot_cut):
    for make in DISPLAYS:
        made = make(View(pilot_cut))
        assert (
            made.finding == "No escalation rule defined: the trial definition has no dose levels."
            and not made.collected
        )
        assert made.figure is None and made.table.empty and made.audience == "closed"


def test_a_definition_that_names_no_design_says_so(views):
    cut = replace(views[0].cut)
    text = views[0].trial.text.replace('rule = "Rolling Six"', 'rule = ""')
    definition, _, rest = text.partition("[escalation]")
    cut.__dict__["trial"] = Trial.stored(definition + "[unused]" + rest)
    assert {make(View(cut)).finding for make in DISPLAYS} == {
        "No escalation rule defined: the trial definition names no design."
    }


def test_dlts_that_were_not_collected(make_cut, trial):
    # without adverse events; with them, and no verdict, what is severe awaits adjudication
    data = sample("2007-08-31")
    data = {name: data[name] for name in ("dm", "ex", "ds", "suppdm")}
    cut = make_cut(data, trial, date(2007, 8, 31))
    assert {make(View(cut)).finding.split(". ")[-1] for make in DISPLAYS} == {"DLTs: not collected in this cut."}
    with_events = make_cut(data | {"ae": sample("2007-08-31")["ae"]}, trial, date(2007, 8, 31))
    assert "awaiting adjudication" in rule_now(View(with_events)).finding
