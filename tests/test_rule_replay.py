"""Replay: what the rule said of each day of drawn trials, and what was done."""
from __future__ import annotations

from datetime import timedelta

from drawn import trial_data
from rule_trials import START

from displays.rule_now import rule_now
from displays.rule_replay import steps
from queries import View


def test_a_replay_tells_what_was_not_followed(make_cut, trial):
    """130 given to two, then 190 although the rule stays; then 130 again although 190 is the current level with one pending."""
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | {arm} | {','.join(str(START + timedelta(days=day + k)) for k in range(3))}" for n, arm, day in [(1, "A130", 0), (2, "A130", 3), (3, "A190", 40), (4, "A130", 45)]
    )
    cut = make_cut(trial_data(text, "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-03-02"), trial, START + timedelta(days=100))
    table = steps(cut)
    assert list(table["RULE"]) == ["start at 130 mg/m²/day", "stay at 130 mg/m²/day", "stay at 130 mg/m²/day", "stay at 190 mg/m²/day", "escalate to 160 mg/m²/day"]
    assert list(table["AGREE"]) == ["as said", "as said", "above", "below", "now"]
    assert list(table["NENROLLED"]) == [0, 1, 2, 1, 3] and list(table["NEVAL"]) == [0, 0, 2, 0, 3]


def test_a_dlt_counts_from_its_onset_and_a_window_from_its_last_day(make_cut, trial):
    """S1's window ends on day 28, S2 has a DLT on its day 10: S3 to S6 begin the day before and on those days."""
    first = [START, START + timedelta(days=14), START + timedelta(days=22), START + timedelta(days=23), START + timedelta(days=26), START + timedelta(days=27)]
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"S{n} | A130 | {','.join(str(day + timedelta(days=k)) for k in range(3))}" for n, day in enumerate(first, 1))
    data = trial_data(text, f"USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS2 | 1 | Rash | 3 | {START + timedelta(days=23)}", "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | Y")
    table = steps(make_cut(data, trial, START + timedelta(days=90))).set_index("SUBJID")
    assert table["NDLT"].to_dict() == {"S1": 0, "S2": 0, "S3": 0, "S4": 1, "S5": 1, "S6": 1, "now": 1}
    assert table["NEVAL"].to_dict() == {"S1": 0, "S2": 0, "S3": 0, "S4": 1, "S5": 1, "S6": 2, "now": 6}


def test_an_expansion_at_another_dose_than_the_rules_is_told(drawn_cut):
    cut = drawn_cut("A130 NNNNNN | A160 TNT | EXP:A160 NN")
    assert "which is not what the rule named" in rule_now(View(cut)).finding
    late = steps(cut).query("COHORTNAM == 'Expansion'")
    assert list(late["AGREE"]) == ["after the end", "after the end"]
    fine = steps(drawn_cut("A130 NNNNNN | A160 TNT | EXP:A130 NN")).query("COHORTNAM == 'Expansion'")
    assert list(fine["AGREE"]) == ["as said", "as said"]


def test_a_subject_whose_event_is_not_judged_stays_pending(make_cut, trial):
    """S1's window is over, its grade 3 event not judged: pending now and in the replay, and said without an end of window."""
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | A130 | {','.join(str(START + timedelta(days=day + k)) for k in range(3))}" for n, day in [(1, 0), (2, 7), (3, 60)]
    )
    events = f"USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Rash | 3 | {START + timedelta(days=5)}\nS2 | 1 | Sepsis | 3 | {START + timedelta(days=9)}"
    cut = make_cut(trial_data(text, events, "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | N"), trial, START + timedelta(days=100))
    finding = rule_now(View(cut)).finding
    assert "0 of 2 evaluable subjects at 130 mg/m²/day had a DLT (1 pending)" in finding
    assert "S1 is pending (awaiting adjudication of Rash). If this subject has a DLT, stay at 130 mg/m²/day; if not, escalate to 160 mg/m²/day." in finding
    assert list(steps(cut)["NEVAL"]) == [0, 0, 1, 2]


def test_a_subject_who_became_not_evaluable_late_was_pending_until_then(make_cut, trial):
    """S1 misses infusion 3 and its event is judged no DLT; read on the days before that is known it is pending, never "no DLT"."""
    def course(day, number):
        return ",".join(str(START + timedelta(days=day + n)) for n in range(number))
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"S{n} | A130 | {course(day, number)}" for n, day, number in [(1, 0, 2), (2, 1, 3), (3, 40, 3)])
    cut = make_cut(trial_data(text, "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS2 | 1 | Nausea | 1 | 2007-03-03"), trial, START + timedelta(days=100))
    assert cut.ask("rule_outcomes").set_index("SUBJID").loc["S1", "DLTSTAT"] == "Not evaluable"
    replayed = cut.ask("rule_replay").query("EARLIERID == 'S1'")
    assert [result if isinstance(result, str) else None for result in replayed["RESULT"]] == ["P", None]
