"""What would follow: the pending in words, and the tree against every path by brute force."""

from __future__ import annotations

import re

import pytest
from rule_trials import redefined, stated

from displays.rule.branch import paths, rows
from displays.rule.design import designs, resolved, rule_of
from displays.rule.next_cohort import MOST_PATHS, branches_in_sight, design_branches, next_outcomes
from displays.rule.now import rule_now
from displays.rule.pending import condition, ways, what_if
from displays.rule.words import said
from queries import View
from stats.escalation import Outcomes, RollingSix


def test_one_pending_subject_in_words(drawn_cut):
    # 1 of 5 at 160 and one pending: with a DLT the level is closed and 130 (3 subjects) is filled up, without it
    # escalate.
    view = View(drawn_cut("A130 NNN | A160 NTNNNP"))
    row = view.cut.ask("rule_outcomes").iloc[-1]
    assert (row.DLTSTAT, row.RESULT) == ("Pending", "P")
    finding = rule_now(view).finding
    until = f"{row.WINENDT.day} {row.WINENDT:%b %Y}"
    assert (
        f"S08 is pending until {until}. If this subject has a DLT, de-escalate to 130 mg/m²/day; "
        "if not, escalate to 190 mg/m²/day." in finding
    )


@pytest.mark.parametrize(
    ("dlts", "number", "words"),
    [
        ([1], 1, "if this subject has a DLT"),
        ([0], 1, "if not"),
        ([0], 3, "if none of the 3 has a DLT"),
        ([1, 2, 3], 3, "if 1 or more of the 3 have a DLT"),
        ([2], 2, "if both have a DLT"),
        ([0], 2, "if neither has a DLT"),
        ([3], 3, "if all 3 have a DLT"),
        ([1], 3, "if 1 of the 3 has a DLT"),
        ([1, 2], 3, "if 1 or 2 of the 3 have a DLT"),
    ],
)
def test_conditions_in_words(dlts, number, words):
    assert condition(dlts, number) == words


def test_pending_at_two_levels_are_named_by_the_level_that_decides(trial):
    """1 pending of 6 at 130 can close nothing; the one at 160 decides between 190 and three more at 160."""
    words = what_if(trial, RollingSix(6), Outcomes.parse("1NNNNNP 2NNP"))
    assert (
        words == "if the subject at 160 mg/m²/day has a DLT, stay at 160 mg/m²/day; if not, escalate to 190 mg/m²/day"
    )
    both = what_if(trial, RollingSix(6), Outcomes.parse("1NNNNTP 2NNP"))
    assert both.startswith(
        "depending on how many of the 1 at 130 mg/m²/day and the 1 at 160 mg/m²/day have a DLT, the "
        "recommendation will be one of: "
    )


@pytest.mark.parametrize(
    "text", ["1NNP", "1NNNPPP 2NNNPPP", "1PPP 2PP", "1NNNNNP 2NNP", "1NNNNTP 2NNP", "1NNN 2NTP 3NPP", "2NNNNNP 1NTPP"]
)
def test_no_number_of_dlts_stands_under_two_answers(trial, text):
    """Every condition of the sentence, read back, holds for just those
    outcomes of the pending that lead to its answer."""
    known = Outcomes.parse(text)
    for design in designs(trial):
        words = what_if(trial, design, known)
        answers = [(way, said(design.decide(resolved(known, way)), trial)) for way in ways(known)]
        if not words or words.startswith(("whatever", "depending")):
            assert words.startswith("depending") or len({answer for _, answer in answers}) <= 1
            continue
        told = [part.split(", ", 1) for part in words.split("; if ")]
        levels = {f"{level.dose:g}": rank for rank, level in enumerate(trial.dose_levels, 1)}
        named = re.search(r" at (\d+) mg", told[0][0])
        rank = levels[named[1]] if named else next(iter(answers[0][0]))
        for way, answer in answers:
            assert [
                text
                for condition_, text in told
                if _holds(condition_, way[rank], known.enrolled_at(rank) - known.evaluated_at(rank))
            ] == [answer]


def _holds(words: str, dlts: int, number: int) -> bool:
    """Whether a condition such as "1 or more of the 3 at 160 mg/m²/day have a DLT" holds."""
    words = words.removeprefix("if ")
    if words == "not" or words.startswith(("none", "neither")):
        return dlts == 0
    if words.startswith(("this subject", "the subject")):
        return dlts == 1
    if words.startswith(("both", "all")):
        return dlts == number
    span = words.partition(" of the ")[0]
    if span.endswith("or fewer"):
        return dlts <= int(span.split()[0])
    return dlts >= int(span.split()[0]) if span.endswith("or more") else dlts in map(int, span.split(" or "))


# --- the tree ----------------------------------------------------------------------------------


def _naive(design, known: Outcomes, sizes, trial):
    """Every single path of two cohorts by brute force: the numbers of DLTs → what was said after each."""
    found = {}
    first = design.decide(known)
    for a in range(sizes[0] + 1):
        one = known.adding(first.dose, "T" * a + "N" * (sizes[0] - a))
        then = design.decide(one)
        if then.dose is None or then.action == "stop":
            found[a, None] = (said(then, trial), "")
            continue
        size = min(3, 6 - one.enrolled_at(then.dose))
        for b in range(size + 1):
            found[a, b] = (
                said(then, trial),
                said(design.decide(one.adding(then.dose, "T" * b + "N" * (size - b))), trial),
            )
    return found


@pytest.mark.parametrize("text", ["1NNN", "1NNT", "1NNN 2NNN 3NN", "1NNN 2NNT", "1NNNNNN 2NNNNNN 3NNNNNN 4NNNNNN 5NNN"])
def test_the_tree_holds_every_path_of_two_cohorts(trial, text):
    design, known = RollingSix(6), Outcomes.parse(text)
    size = min(3, 6 - known.enrolled_at(design.decide(known).dose))
    expected = _naive(design, known, [size], trial)
    table = rows(design_branches(design, known, trial), ("FIRST", "SECOND"))
    found = {}
    for row in table.itertuples():
        for a in _numbers(row.FIRST):
            for b in _numbers(row.SECOND) if row.SECOND else [None]:
                assert (a, b) not in found, "a path told twice"
                found[a, b] = (row.FIRSTSAYS, row.SECONDSAYS)
    assert found == expected


def _numbers(outcome: str) -> list[int]:
    words = outcome.partition(" of ")[0]
    if " to " in words:
        low, high = map(int, words.split(" to "))
        return list(range(low, high + 1))
    return [int(number) for number in words.split(" or ")]


def test_the_pending_are_resolved_first(trial):
    # 0 of 2 evaluated, 1 pending at level 1 of 6: none → 0 of 3, escalate; a DLT → 1 of 3, three more.
    table = rows(design_branches(RollingSix(6), Outcomes.parse("1NNP"), trial), ("PENDING", "FIRST", "SECOND"))
    first = table.drop_duplicates("PENDING").set_index("PENDING")["PENDINGSAYS"].to_dict()
    assert first == {"0 of 1 DLT": "escalate to 160 mg/m²/day", "1 of 1 DLT": "stay at 130 mg/m²/day"}


def test_pending_at_two_levels_are_named_by_level(trial):
    table = rows(design_branches(RollingSix(6), Outcomes.parse("1NNNNNP 2PP"), trial, cohorts=0), ("PENDING",))
    assert any("1 of 1 at 130" in outcome and "2 of 2 at 160" in outcome for outcome in table["PENDING"])


@pytest.mark.parametrize("name", ["BOIN", "CRM", "Rolling Six"])
@pytest.mark.parametrize("text", ["1NNN 2NNNPPP 3NNNPPP 4PPP", "1NNNPPP 2NNNPPP", "1NNN"])
def test_a_tree_looks_no_farther_than_a_reader_can(name, text):
    trial, known = stated(f'[escalation]\nrule = "{name}"', levels=6), Outcomes.parse(text)
    found = branches_in_sight(rule_of(trial), known, trial)
    ahead = max(len(path) for path in paths(found)) - (known.pending > 0)
    assert len(paths(found)) <= MOST_PATHS or ahead == 0
    assert ahead == 2 or text != "1NNN"


def test_a_tree_of_many_levels_is_drawn_with_whole_outcomes(drawn_cut):
    own = stated('[escalation]\nrule = "BOIN"', levels=6)
    made = next_outcomes(View(redefined(drawn_cut("A130 NNNNNP | A160 PP"), own)))
    texts = [annotation.text.replace("<br>", " ") for annotation in made.figure.layout.annotations]
    assert any("1 of 1 at 130, 2 of 2 at 160 DLT" in text for text in texts)


def test_the_escalation_is_over_only_however_the_pending_turn_out(drawn_cut):
    """1 of 5 at 160 and one pending, 230 closed: with a DLT 160 is closed too and the MTD is 130, not 190,
    whatever the expansion does."""
    view = View(drawn_cut("A130 NNNNNN | A160 NNNNTP | A190 NNNNNN | A230 TTN | EXP:A190 NN"))
    made = next_outcomes(view)
    assert "is over;" not in made.finding and list(made.table["PENDINGSAYS"]) == [
        "stop: MTD is 190 mg/m²/day",
        "stop: MTD is 130 mg/m²/day",
    ]
    settled = next_outcomes(View(drawn_cut("A130 NNNNNN | A160 NNNNTN | A190 NNNNNN | A230 TTN | EXP:A160 NN")))
    assert "is over;" in settled.finding and "which is not what the rule named" in settled.finding
