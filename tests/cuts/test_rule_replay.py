"""Replay: what the rule said of each day, and what was done; of drawn trials,
and of the sample trial against the raw files."""

from __future__ import annotations

from datetime import timedelta

import pandas
import pytest
from conftest import CUT_DATES
from drawn import missed, trial_data
from raw import sample
from rule_trials import START

from displays.rule.now import rule_now
from displays.rule.replay import NOW, replay, steps
from displays.rule.sensitivity import sensitivity
from queries import View
from stats.escalation import Outcomes, RollingSix


@pytest.fixture(scope="module")
def views(sample_cuts) -> list[View]:
    cuts = [sample_cuts[day] for day in CUT_DATES]
    return [View(cut, previous) for cut, previous in zip(cuts, [None, *cuts[:-1]], strict=True)]


def test_a_replay_tells_what_was_not_followed(make_cut, trial):
    """130 given to two, then 190 although the rule stays; then 130 again
    although 190 is the current level with one pending."""
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | {arm} | {','.join(str(START + timedelta(days=day + k)) for k in range(3))}"
        for n, arm, day in [(1, "A130", 0), (2, "A130", 3), (3, "A190", 40), (4, "A130", 45)]
    )
    cut = make_cut(
        trial_data(text, "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-03-02"),
        trial,
        START + timedelta(days=100),
    )
    table = steps(cut)
    assert list(table["RULE"]) == [
        "start at 130 mg/m²/day",
        "stay at 130 mg/m²/day",
        "stay at 130 mg/m²/day",
        "stay at 190 mg/m²/day",
        "escalate to 160 mg/m²/day",
    ]
    assert list(table["AGREE"]) == ["as recommended", "as recommended", "above", "below", "now"]
    assert list(table["NENROLLED"]) == [0, 1, 2, 1, 3] and list(table["NEVAL"]) == [0, 0, 2, 0, 3]


def test_a_dlt_counts_from_its_onset_and_a_window_from_its_last_day(make_cut, trial):
    """S1's window ends on day 28, S2 has a DLT on its day 10: S3 to S6 begin the day before and on those days."""
    first = [
        START,
        START + timedelta(days=14),
        START + timedelta(days=22),
        START + timedelta(days=23),
        START + timedelta(days=26),
        START + timedelta(days=27),
    ]
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | A130 | {','.join(str(day + timedelta(days=k)) for k in range(3))}" for n, day in enumerate(first, 1)
    )
    data = trial_data(
        text,
        f"USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS2 | 1 | Rash | 3 | {START + timedelta(days=23)}",
        "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | Y",
    )
    table = steps(make_cut(data, trial, START + timedelta(days=90))).set_index("SUBJID")
    assert table["NDLT"].to_dict() == {"S1": 0, "S2": 0, "S3": 0, "S4": 1, "S5": 1, "S6": 1, "now": 1}
    assert table["NEVAL"].to_dict() == {"S1": 0, "S2": 0, "S3": 0, "S4": 1, "S5": 1, "S6": 2, "now": 6}


def test_an_expansion_at_another_dose_than_the_rules_is_told(drawn_cut):
    cut = drawn_cut("A130 NNNNNN | A160 TNT | EXP:A160 NN")
    assert "which is not what the rule named" in rule_now(View(cut)).finding
    late = steps(cut).query("COHORTNAM == 'Expansion'")
    assert list(late["AGREE"]) == ["after the end", "after the end"]
    fine = steps(drawn_cut("A130 NNNNNN | A160 TNT | EXP:A130 NN")).query("COHORTNAM == 'Expansion'")
    assert list(fine["AGREE"]) == ["as recommended", "as recommended"]


def test_a_subject_whose_event_is_not_judged_stays_pending(make_cut, trial):
    """S1's window is over, its grade 3 event not judged: pending now and in the replay,
    and said without an end of window."""
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | A130 | {','.join(str(START + timedelta(days=day + k)) for k in range(3))}"
        for n, day in [(1, 0), (2, 7), (3, 60)]
    )
    events = (
        f"USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Rash | 3 | {START + timedelta(days=5)}\n"
        f"S2 | 1 | Sepsis | 3 | {START + timedelta(days=9)}"
    )
    cut = make_cut(
        trial_data(text, events, "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | N"),
        trial,
        START + timedelta(days=100),
    )
    finding = rule_now(View(cut)).finding
    assert "0 of 2 evaluable subjects at 130 mg/m²/day had a DLT (1 pending)" in finding
    assert (
        "S1 is pending (awaiting adjudication of Rash). If this subject has a DLT, stay at 130 mg/m²/day; "
        "if not, escalate to 160 mg/m²/day." in finding
    )
    assert list(steps(cut)["NEVAL"]) == [0, 0, 1, 2]


def test_a_subject_who_became_not_evaluable_late_was_pending_until_then(make_cut, trial):
    """S1 misses infusion 3 and its event is judged no DLT; read on the days
    before that is known it is pending, never "no DLT"."""

    def course(day, number):
        return ",".join(str(START + timedelta(days=day + n)) for n in range(number))

    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | A130 | {course(day, number)}" for n, day, number in [(1, 0, 2), (2, 1, 3), (3, 40, 3)]
    )
    cut = make_cut(
        missed(
            trial_data(text, "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS2 | 1 | Nausea | 1 | 2007-03-03"),
            {"S1": "Parents' wish"},
            str(START + timedelta(days=2)),
        ),
        trial,
        START + timedelta(days=100),
    )
    assert cut.ask("rule_outcomes").set_index("SUBJID").loc["S1", "DLTSTAT"] == "Not evaluable"
    replayed = cut.ask("rule_replay").query("EARLIERID == 'S1'")
    assert [result if isinstance(result, str) else None for result in replayed["RESULT"]] == ["P", None]


# --- the sample trial --------------------------------------------------------------------------


def naive_replay(day: str) -> list[tuple]:
    """Step by step from the raw files in plain pandas: subject, evaluated,
    DLTs and enrolled at the current level, level given."""
    files = sample(day)
    given = files["ex"][files["ex"]["EXDOSE"] > 0].assign(day=lambda f: pandas.to_datetime(f["EXSTDTC"].str[:10]))
    first = given.groupby("USUBJID")["day"].min()
    dm, ae, supp, ds = (files[name] for name in ("dm", "ae", "suppae", "ds"))
    level = {code: n for n, code in enumerate(["A130", "A160", "A190", "A230", "A280", "A310"], 1)}
    arm = dm.set_index("USUBJID")["ACTARMCD"].map(level)
    cohort = files["suppdm"].query("QNAM == 'COHORT'").set_index("USUBJID")["QVAL"]
    judged = supp[(supp["QNAM"] == "AEDLT") & (supp["QVAL"] == "Y")].assign(AESEQ=lambda f: f["IDVARVAL"].astype(float))
    onset = (
        pandas.to_datetime(
            ae.merge(judged[["USUBJID", "AESEQ"]], on=["USUBJID", "AESEQ"]).set_index("USUBJID")["AESTDTC"]
        )
        .groupby(level=0)
        .min()
    )
    ended = ds[(ds["DSCAT"] == "DISPOSITION EVENT") & ds["EPOCH"].str.startswith("FOLLOW")]
    ended = pandas.to_datetime(ended.set_index("USUBJID")["DSSTDTC"].str[:10])

    def known(subject: str, then) -> str:
        start, end = first[subject], first[subject] + timedelta(days=27)
        infusions = (given[given["USUBJID"] == subject]["day"] <= start + timedelta(days=2)).sum()
        if subject in onset.index:
            before_onset = "P" if end > then else "N"
            return "T" if onset[subject] <= then else before_onset
        if (infusions < 3 and then >= start + timedelta(days=3)) or (
            ended.get(subject, end) < end and ended[subject] <= then
        ):
            return "X"
        return "P" if end > then else "N"

    order = sorted(first.index, key=lambda subject: (first[subject], subject))
    rows = []
    for place, subject in enumerate(order):
        results = [(int(arm[other]), known(other, first[subject])) for other in order[:place] if cohort[other] != "EXP"]
        results = [result for result in results if result[1] != "X"]
        at = results[-1][0] if results else None
        here = [result for rank, result in results if rank == at]
        text = " ".join(f"{rank}{result}" for rank, result in results)
        decision = RollingSix(6).decide(Outcomes.parse(text))
        fine = decision.action == "stop" if cohort[subject] == "EXP" else decision.action not in ("stop", "suspend")
        rows.append(
            (
                subject,
                here.count("N") + here.count("T"),
                here.count("T"),
                len(here),
                arm[subject],
                decision.dose,
                bool(fine and decision.dose == arm[subject]),
            )
        )
    return rows


@pytest.mark.parametrize("at", [0, 1, 2])
def test_the_replay_agrees_with_the_raw_files(views, at):
    made = replay(views[at])
    assert made.collected and made.finding and made.population and made.method
    done = made.table[made.table["AGREE"] != NOW]
    found = [
        (
            r.USUBJID,
            r.NEVAL,
            r.NDLT,
            r.NENROLLED,
            r.LEVEL,
            None if pandas.isna(r.RULELEVEL) else r.RULELEVEL,
            r.AGREE == "as recommended",
        )
        for r in done.itertuples()
    ]
    assert found == naive_replay(CUT_DATES[at].isoformat()) and len(found) == [21, 29, 35][at]


def test_the_one_disagreement_and_its_reason(views):
    """190 was opened on 11 July 2007 with 5 of 6 at 160 clear and one pending;
    in October typhlitis of 103-003 became a DLT."""
    before = replay(views[0]).table
    assert (
        set(before["AGREE"]) == {"as recommended", NOW}
        and before.query("SUBJID == '105-002'")["RULE"].item() == "escalate to 190 mg/m²/day"
    )
    for view in views[1:]:
        made = replay(view)
        other = made.table[~made.table["AGREE"].isin(["as recommended", NOW])]
        assert other[["SUBJID", "RULE", "DONE", "AGREE"]].values.tolist() == [
            ["105-002", "suspend enrolment, awaiting pending subjects", "190 mg/m²/day", "did not wait"]
        ]
        note = other["NOTE"].item()
        assert "103-003 (Typhlitis, day 16 at 160 mg/m²/day)" in note and "Re-adjudicated on 12 October 2007" in note
        assert other["KNOWN"].item() == "1 of 5 evaluable subjects at 160 mg/m²/day had a DLT (1 pending)"
    changed = replay(views[1]).table.query("SINCE == 'changed'")
    assert changed[["SUBJID", "PREVIOUS"]].values.tolist() == [["105-002", "escalate to 190 mg/m²/day: as recommended"]]
    assert (replay(views[1]).table["SINCE"] == "new").sum() == 8 and "re-read since: 105-002" in replay(
        views[1]
    ).finding


def test_the_last_row_is_what_the_rule_says_now(views):
    for view in views:
        last = replay(view).table.iloc[-1]
        assert last["AGREE"] == NOW and last["DAY"].date() == view.cut.date
        assert last["RULE"] == sensitivity(view).table["SAYS"].iloc[0]


def test_the_path_is_drawn_from_its_table(views):
    made = replay(views[1])
    traces = {trace.name: trace for trace in made.figure.data}
    given = made.table[made.table["LEVEL"].notna()]
    assert [
        (x, y, c[0]) for x, y, c in zip(traces["given"].x, traces["given"].y, traces["given"].customdata, strict=True)
    ] == list(zip(given["STEP"], given["LEVEL"], given["USUBJID"], strict=True))
    named = made.table[made.table["RULELEVEL"].notna()]
    assert list(zip(traces["the rule recommended"].x, traces["the rule recommended"].y, strict=True)) == list(
        zip(named["STEP"], named["RULELEVEL"], strict=True)
    )
    assert list(traces["differs"].x) == [15] == list(traces["wait, or no recommendation"].x)
    assert list(traces["new or changed"].x) == list(made.table[made.table["SINCE"] != ""]["STEP"])


def test_a_dlt_after_a_missed_infusion_is_no_evaluable_subject_until_its_onset(make_cut, trial):
    """S1 misses infusion 3 and has a DLT on its day 20: on days 4 to 19 a cut would leave it out, or wait for the
    reason where none was delivered; from then on it is a DLT."""
    first = [(1, 0, 2), (2, 10, 3), (3, 25, 3)]
    text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
        f"S{n} | A130 | {','.join(str(START + timedelta(days=day + k)) for k in range(number))}"
        for n, day, number in first
    )
    data = trial_data(
        text,
        f"USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Rash | 3 | {START + timedelta(days=19)}",
        "USUBJID | AESEQ | QNAM | QVAL\nS1 | 1 | AEDLT | Y",
    )
    by_wish = missed(data, {"S1": "Parents' wish"}, str(START + timedelta(days=2)))
    for made, before in ((by_wish, None), (data, "P")):
        replayed = make_cut(made, trial, START + timedelta(days=100)).ask("rule_replay").query("EARLIERID == 'S1'")
        assert [result if isinstance(result, str) else None for result in replayed["RESULT"]] == [before, "T"]


# --- of very many subjects the last steps alone ------------------------------------------------


@pytest.fixture(scope="module")
def many(make_cut, trial):
    """many(501): a cut of so many subjects at one level, a first infusion a day."""

    def made(number: int):
        text = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(
            f"S{n} | A130 | {START + timedelta(days=n)}" for n in range(1, number + 1)
        )
        events = "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-03-02"
        return make_cut(trial_data(text, events), trial, START + timedelta(days=900))

    return made


def test_of_more_than_five_hundred_the_last_steps_are_replayed(many):
    whole, cut = steps(many(500), notes=False), steps(many(501), notes=False)
    assert list(whole["STEP"]) == list(range(1, 502))
    # 501 - sqrt(501 * 501 - 500 * 500): as many pairs as 500 steps have
    assert list(cut["STEP"]) == list(range(32, 503))
    assert "The first 31 first infusions are not replayed" in replay(View(many(501))).method


def test_a_step_that_was_not_replayed_at_the_previous_cut_is_not_new(many):
    said = replay(View(many(500), many(501)))
    assert "of 500 steps shown none is new, 31 were not replayed then; of the 469 compared none has changed" in (
        said.finding
    )
    assert list(said.table["PREVIOUS"]).count("not replayed") == 31 and not said.table["SINCE"].any()
    grown = replay(View(many(504), many(501)))
    assert "of 441 steps shown 3 are new; of the 438 compared none has changed" in grown.finding
    assert list(grown.table[grown.table["SINCE"] == "new"]["SUBJID"]) == ["S502", "S503", "S504"]
