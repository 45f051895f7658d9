"""The decision in one sentence, the pending subjects, and the state of each dose level: sample and drawn trials."""

from __future__ import annotations

import pytest
from overview_frames import CUTS, KNOWN
from sample_raw import first_infusion

from displays.display import now_and_then
from displays.rule.levels import level_states
from displays.rule.now import rule_now
from displays.summary.decision import decision
from queries import Filters, View
from queries.hypothetical import suppose

MOST_WORDS = 25
LEVELS = ("130", "160", "190", "230", "280", "310")


def pending(made) -> dict[str, tuple]:
    rows = made.table[made.table["USUBJID"].notna()]
    return {row.SUBJID: (row.TRTA, row.UNTIL, row.STATUS) for row in rows.itertuples()}


def follows(made) -> list[str]:
    return list(made.table.loc[made.table["USUBJID"].isna(), "THEN"])


@pytest.mark.parametrize("cut", CUTS)
def test_who_is_pending_until_when_against_the_known_answers(views, cut):
    """The window is 28 days from the first infusion of the raw rows."""
    made, first = decision(views[cut]), first_infusion(cut)
    waiting = {name: dose for dose, level in KNOWN["cuts"][cut]["by_dose"].items() for name in level["pending"]}
    treated = {name: row for name, row in pending(made).items() if name in first}
    assert {name: row[0] for name, row in treated.items()} == {name: f"{d} mg/m²/day" for name, d in waiting.items()}
    assert all((row[1].date() - first[name]).days == 27 for name, row in treated.items())
    assert {row[2] for row in treated.values()} <= {"no DLT so far"}
    awaiting = KNOWN["cuts"][cut]["enrolled_not_treated"]
    assert set(pending(made)) - set(treated) == set(awaiting)


@pytest.mark.parametrize("cut", CUTS)
def test_the_first_sentence_is_short_and_says_what_the_rule_says(views, cut):
    made = decision(views[cut])
    assert len(made.sentences[0].split()) <= MOST_WORDS
    ended = "ends the escalation with 190 mg/m²/day" if cut != CUTS[0] else "suspend enrolment, awaiting pending"
    assert ended in made.sentences[0] and ended in rule_now(views[cut]).finding
    assert made.audience == "closed" and "filters do not apply" in made.population


def test_the_sentences_of_the_newest_sample_cut(views):
    known = KNOWN["cuts"][CUTS[2]]["by_dose"]["190"]
    dlt, evaluable = known["dlt"], known["evaluable"]
    made = decision(views[CUTS[2]])
    assert made.sentences == (
        "Stopping rule Early death is near: another event would meet it. Rolling Six ends the escalation with 190 "
        "mg/m²/day as the maximum tolerated dose (MTD).",
        "In the dose finding 3 of 6 evaluable at 230 mg/m²/day and 1 of 6 at 190 mg/m²/day had a DLT.",
        f"With the expansion {dlt} of {evaluable} evaluable had a DLT at 190 mg/m²/day (18 %, 95 % CI 2 to 52 %); the "
        "chance that the true rate is above 33 % is 19 %.",
        "Expansion: 8 of 10 planned treated: 5 evaluable (1 with a DLT), 2 pending, 1 not evaluable.",
        "At the previous cut (30 Nov 2007) the recommendation was the same.",
    )
    assert follows(made) == [
        "If neither has a DLT, the rate would be 2 of 13 (15 %).",
        "If both have a DLT, the rate would be 4 of 13 (31 %).",
    ]


def test_filters_do_not_touch_the_decision(views):
    view = views[CUTS[2]]
    filtered = decision(View(view.cut, view.previous, Filters(diseases=("AML",))))
    assert filtered.sentences == decision(view).sentences and filtered.table.equals(decision(view).table)


def test_a_supposed_outcome_moves_the_sentences_and_the_pending(views):
    view = views[CUTS[2]]
    asked = view.cut.ask("rule_outcomes").query("RESULT == 'P'")
    supposed = suppose(view.cut, resolved=dict.fromkeys(asked["USUBJID"], "T"))
    made = now_and_then(decision, View(supposed, view.previous))
    assert made.hypothetical and pending(made) == {} and follows(made) == []
    assert made.actual[2].startswith("With the expansion 2 of 11 evaluable")
    assert made.sentences[2].startswith("With the expansion 4 of 13 evaluable")


DRAWN = {
    "A130 TTT": ("ends the escalation, no dose is tolerated", "3 of 3 evaluable had a DLT at 130 mg/m²/day (100 %", []),
    "A130 NNN": ("escalate to 160 mg/m²/day", "0 of 3 evaluable had a DLT at 130 mg/m²/day (0 %", []),
    "A130 PPP": ("stay at 130 mg/m²/day", "Nobody at 130 mg/m²/day is evaluable yet", ["S00", "S01", "S02"]),
    "A130 XXX": ("stay at 130 mg/m²/day", "", []),
    "A280 NNNNNN | A310 NNNNNN": ("MTD not reached", "0 of 6 evaluable had a DLT at 310 mg/m²/day", []),
}


@pytest.mark.parametrize("text", DRAWN)
def test_drawn_trials(drawn_cut, text):
    made, (says, rate, waiting) = decision(View(drawn_cut(text))), DRAWN[text]
    # no hearts were drawn: the rule that asks for them is named before the dose
    assert made.sentences[0].startswith("Stopping rule Cardiac dysfunction cannot be assessed. ")
    assert says.replace("stay at 130 mg/m²/day", "130 mg/m²/day") in made.sentences[0] and rate in made.finding
    assert sorted(pending(made)) == waiting and bool(follows(made)) == bool(waiting)


def test_without_dose_levels_or_dlts_it_says_so_and_what_holds_anyhow(pilot_cut, seen):
    assert decision(View(pilot_cut)).finding == "No escalation rule defined: the trial definition has no dose levels."
    made = decision(seen("DDDD..", n_max=4))
    assert made.sentences[0].startswith("Stopping rule Deaths") and made.sentences[-1].startswith("No escalation rule")
    assert made.finding == " ".join(made.sentences)


STATES = {
    "A130 NNN": {"130": "open", "160": "recommended next"},
    "A130 PPP": {"130": "open"},
    "A130 TTT": {"130": "closed"},
    "A130 NNN | A160 NTNNNP": {"130": "cleared", "160": "open"},
    "A280 NNNNNN | A310 NNNNNN": {"280": "cleared", "310": "highest dose, tolerated"},
    "A130 NNNNNN | A160 NNNNTN | A190 NNNNNN | A230 TTN | EXP:A160 NN": {
        "130": "cleared",
        "160": "cleared · expansion",
        "190": "MTD",
        "230": "closed",
    },
}


@pytest.mark.parametrize("text", STATES)
def test_the_state_of_each_level(drawn_cut, text):
    states = level_states(View(drawn_cut(text)))
    expected = dict.fromkeys(LEVELS, "not opened") | STATES[text]
    assert {dose.split()[0]: state.words for dose, state in states.items()} == expected
    assert all((state.why == "two or more DLTs") == (state.state == "closed") for state in states.values())


def test_states_of_the_sample_trial(views):
    states = [level_states(views[cut]) for cut in CUTS]
    assert [[state.words for state in of.values()] for of in states] == [
        ["cleared", "cleared", "open", "not opened", "not opened", "not opened"],
        ["cleared", "cleared", "MTD · expansion", "closed", "not opened", "not opened"],
        ["cleared", "cleared", "MTD · expansion", "closed", "not opened", "not opened"],
    ]
    assert states[0]["190 mg/m²/day"].why == "enrolment suspended"


def test_no_level_has_a_state_without_a_rule(pilot_cut):
    assert level_states(View(pilot_cut)) == {}
