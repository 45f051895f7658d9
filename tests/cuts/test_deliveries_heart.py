"""Small deliveries of hearts whose right outcome is known, and neighbours of each kind: the cut and the sentences."""

from __future__ import annotations

import pandas
import pytest
from building import building
from deliveries import delivered as delivery
from gathered import alone, found_in, gathered
from heart_frames import together
from stopping_frames import rule_state

from displays.adverse_events.cardiac import cardiac_events
from displays.data.findings import ingest_findings
from displays.escalation.findings import findings_that_decide
from displays.heart.against_dose import lvef_against_dose
from displays.heart.by_dose import dysfunction_by_dose
from displays.heart.by_subject import heart_by_subject
from displays.heart.left_out import heart_left_out
from displays.heart.longest_qtc import qtc_longest
from displays.heart.markers import markers_over_time
from displays.heart.over_time import lvef_over_time
from displays.heart.qtc import qtc_by_dose
from displays.heart.worst_change import lvef_worst_change
from displays.stopping.notes import remarks
from displays.stopping.overview import stopping_overview
from displays.words import counted
from queries import View
from trial import Trial

BEFORE, LATER = "2007-02-20", "2007-04-20"
RULE = "Cardiac dysfunction"


def lvefs(cut):
    """(subject, value) → the row of each later LVEF."""
    table = cut.table("adcv").query("PARAMCD == 'LVEF' and POSTFL == 'Y'")
    return {(row.USUBJID, row.AVALC): row for row in table.itertuples()}


def known(value):
    return None if pandas.isna(value) else value


def finding(cut):
    return dysfunction_by_dose(View(cut)).finding


def possible(cut, name):
    """Whether the rule takes a subject as possibly with the event."""
    return name in set(rule_state(cut, RULE).possible["USUBJID"])


def same_everywhere(cut, events, n):
    """The Heart page, its table and the stopping rule speak of the same subjects."""
    people = heart_by_subject(View(cut)).table
    now = rule_state(cut, RULE)
    bad = set(people.loc[people["CTRCD"].isin(["moderate", "severe", "very severe"]), "USUBJID"])
    assert set(now.counted.loc[now.counted["STATUS"] == "Event", "USUBJID"]) == bad
    assert set(now.counted["USUBJID"]) == set(people.loc[people["EVALFL"] == "Y", "USUBJID"])
    assert (now.events, now.n) == (events, n) and f"{events} of {n}" in finding(cut)
    assert stopping_overview(View(cut)).table.set_index("RULE")["N"][RULE] == n
    return now


# --- the deliveries ------------------------------------------------------------------------------


def test_a_baseline_flag_after_the_dose_is_no_baseline(trial):
    cut = delivery("lvef_baseline_flag_after_dose", trial)
    rows = lvefs(cut)
    assert [(row.BASE, row.CHG, row.CTRCD) for row in (rows["S1", "48"], rows["S1", "46"])] == [
        (62, -14, "moderate"),
        (62, -16, "moderate"),
    ]
    same_everywhere(cut, 1, 2)
    made = ingest_findings(View(cut))
    row = made.table[made.table["WHAT"].str.contains("flagged as baseline")]
    assert len(row) == 1 and "S1 CVSEQ 2" in row["EXAMPLES"].item()


def test_a_value_of_another_reader_that_changes_the_category_is_named(trial):
    cut = delivery("lvef_two_readers", trial)
    said = (
        "S1, 30 Aug 2007, 38 % (central reader) set aside for 55 % (investigator) would be CTRCD severe, grade 3 "
        "instead of none, grade 0"
    )
    assert said in finding(cut) and said in heart_left_out(View(cut)).finding
    shown = heart_left_out(View(cut)).table.query("READER == 'central reader'")
    assert shown["AVALC"].tolist() == ["60", "38"] and shown["USED"].tolist() == [
        "60 (investigator)",
        "55 (investigator)",
    ]
    assert (
        "central reader" not in trial.assumptions["heart.reader"]
        and "investigator" in trial.assumptions["heart.reader"]
    )


def test_the_reader_is_a_setting(trial):
    central = Trial.parse(trial.text.replace('reader = "INVESTIGATOR"', 'reader = "Central reader"'))
    cut = delivery("lvef_two_readers", central)
    assert lvefs(cut)["S1", "38"].CTRCD == "severe"
    assert "that of the central reader is taken" in dysfunction_by_dose(View(cut)).method
    same_everywhere(cut, 2, 2)


def test_what_a_limit_decides_is_known(trial):
    cut = delivery("lvef_reported_as_limit", trial)
    found = {key: (row.ATOXGR, known(row.ATOXGRQ), row.CTRCD) for key, row in lvefs(cut).items()}
    assert found == {
        ("S1", "<40"): (3, "AT LEAST", "severe"),
        ("S2", "45"): (2, "AT LEAST", "moderate"),
        ("S3", "58"): (0, None, "none"),
        ("S4", "≤35"): (3, "AT LEAST", "severe"),
    }
    assert same_everywhere(cut, 3, 4).state == "met"
    assert "S1 (60 → <40 % on day 91" in lvef_over_time(View(cut)).finding


def test_heart_failure_counts_without_an_echocardiogram(trial):
    cut = delivery("heart_failure_without_echo", trial)
    assert same_everywhere(cut, 3, 4).state == "met"
    assert "S1 (moderate or worse, Cardiac failure, 130 mg/m²/day, day 93)" in finding(cut)
    who = stopping_overview(View(cut)).table.set_index("RULE")["WHO"][RULE]
    assert "S2 (Cardiac failure, CTRCD moderate or worse, day 93)" in who


def test_a_marker_rise_far_from_the_echocardiogram_is_named(trial):
    cut = delivery("marker_edges", trial)
    words = "S1 (troponin 40 ng/L, day 20, marker rise 12 days from the nearest echocardiogram, not paired)"
    assert words in dysfunction_by_dose(View(cut)).population and words in markers_over_time(View(cut)).population
    assert "not measured" not in dysfunction_by_dose(View(cut)).population
    assert "7 days" in trial.assumptions["heart.marker_window_days"]
    wide = delivery(
        "marker_edges", Trial.parse(trial.text.replace("marker_window_days = 7 ", "marker_window_days = 12 "))
    )
    assert lvefs(wide)["S1", "60"].CTRCD == "mild" and "S1 (troponin" not in finding(wide)
    assert "within 12 days" in dysfunction_by_dose(View(wide)).method


def test_ranges_and_percent_signs_are_read(trial):
    cut = delivery("lvef_range_text", trial)
    rows = lvefs(cut)
    one, two = rows["XX-01-101-001", "35-40"], rows["XX-01-101-002", "35%"]
    assert (two.BASE, two.CHG, two.ATOXGR, two.CTRCD) == (60, -25, 3, "severe")
    assert (one.ATOXGR, one.ATOXGRQ, one.CTRCD, one.CTRCDQ, one.CTRCDPOS) == (
        2,
        "AT LEAST",
        "moderate",
        "AT LEAST",
        "severe",
    )
    same_everywhere(cut, 2, 2)


# --- neighbours of these kinds -------------------------------------------------------------------

FLAG = {"CVBLFL": "Y"}
MUGA, PET, BLANK = ({"CVMETHOD": method} for method in ("Multi-gated acquisition scan (MUGA)", "PET", ""))
KINDS = {
    # echocardiograms; of the last one: baseline, grade, its qualifier, CTRCD, its qualifier, the worst possible
    "no baseline, 35": ([("LVEF", LATER, 35)], (None, 3, None, "severe", "BASELINE UNKNOWN", None)),
    "no baseline, 19": ([("LVEF", LATER, 19)], (None, 4, None, "severe", "BASELINE UNKNOWN", None)),
    "no baseline, 40": ([("LVEF", LATER, 40)], (None, 2, "AT LEAST", None, None, "moderate")),
    "no baseline, 50": ([("LVEF", LATER, 50)], (None, 2, "AT LEAST", None, None, None)),
    "no baseline, 55": ([("LVEF", LATER, 55)], (None, None, None, None, None, None)),
    "no baseline, limit": ([("LVEF", LATER, "<40")], (None, 3, "AT LEAST", "severe", "BASELINE UNKNOWN", None)),
    "no baseline, wide limit": ([("LVEF", LATER, "<45")], (None, 2, "AT LEAST", None, None, "severe")),
    "no baseline, high limit": ([("LVEF", LATER, ">55")], (None, None, None, None, None, None)),
    "a limit in words": (
        [("LVEF", BEFORE, 60), ("LVEF", LATER, "below 40 %")],
        (60, 3, "AT LEAST", "severe", None, None),
    ),
    "a limit below 50": (
        [("LVEF", BEFORE, 60), ("LVEF", LATER, "<50")],
        (60, 2, "AT LEAST", "moderate", "AT LEAST", "severe"),
    ),
    "a limit of 60": ([("LVEF", BEFORE, 60), ("LVEF", LATER, "<60")], (60, None, None, None, None, "severe")),
    "a limit above": ([("LVEF", BEFORE, 60), ("LVEF", LATER, ">55")], (60, 0, None, "none", None, None)),
    "a baseline above 50": (
        [("LVEF", BEFORE, ">50"), ("LVEF", LATER, 45)],
        (50, 2, "AT LEAST", None, None, "moderate"),
    ),
    "at least 60, then 50": (
        [("LVEF", BEFORE, "≥60"), ("LVEF", LATER, 49)],
        (60, 2, "AT LEAST", "moderate", None, None),
    ),
    "a range, up to normal": (
        [("LVEF", BEFORE, "60-65"), ("LVEF", LATER, "45–55")],
        (60, None, None, None, None, "moderate"),
    ),
    "a range with signs": (
        [("LVEF", BEFORE, "60%"), ("LVEF", LATER, "30 % - 35 %")],
        (60, 3, None, "severe", None, None),
    ),
    "another method": (
        [("LVEF", BEFORE, 60), ("LVEF", LATER, 38, MUGA)],
        (None, 3, None, "severe", "BASELINE UNKNOWN", None),
    ),
    "not listed, against an echo": (
        [("LVEF", BEFORE, 60), ("LVEF", LATER, 45, PET)],
        (None, 2, "AT LEAST", None, None, "moderate"),
    ),
    "not stated, against an echo": (
        [("LVEF", BEFORE, 60), ("LVEF", LATER, 55, BLANK)],
        (None, None, None, None, None, None),
    ),
    "not stated, either": (
        [("LVEF", BEFORE, 60, BLANK), ("LVEF", LATER, 45, BLANK)],
        (None, 2, "AT LEAST", None, None, "moderate"),
    ),
    "spelled otherwise": (
        [("LVEF", BEFORE, 60, {"CVMETHOD": "Echo (TTE)"}), ("LVEF", LATER, 45)],
        (60, 2, None, "moderate", None, None),
    ),
    "flag of the other variable": (
        [("LVEF", BEFORE, 60), ("LVEF", "2007-03-20", 50, {"CVLOBXFL": "Y"}), ("LVEF", LATER, 45)],
        (60, 2, None, "moderate", None, None),
    ),
    "flag of a month alone": (
        [("LVEF", BEFORE, 60), ("LVEF", "2007-04", 50, FLAG), ("LVEF", LATER, 45)],
        (60, 2, None, "moderate", None, None),
    ),
    "two flags before": (
        [("LVEF", "2007-02-10", 66, FLAG), ("LVEF", BEFORE, 60, FLAG), ("LVEF", LATER, 56)],
        (60, 0, None, "none", None, None),
    ),
    "day 1 by its time point": (
        [("LVEF", BEFORE, 66), ("LVEF", "2007-03-01", 60, {"CVTPT": "PREDOSE"}), ("LVEF", LATER, 51)],
        (60, 0, None, "none", None, None),
    ),
    "day 1 after the infusion": (
        [("LVEF", BEFORE, 66), ("LVEF", "2007-03-01", 55, {"CVTPT": "END OF INFUSION"})],
        (66, 2, None, "none", None, None),
    ),
}


@pytest.fixture(scope="module")
def kinds(make_cut, trial):
    return make_cut(together({name: {"echos": echos} for name, (echos, _) in KINDS.items()}), trial)


@pytest.mark.parametrize("name", KINDS)
def test_neighbours_of_the_kinds(kinds, name):
    row = kinds.table("adcv").query("USUBJID == @name and POSTFL == 'Y'").iloc[-1]
    found = (row.BASE, row.ATOXGR, row.ATOXGRQ, row.CTRCD, row.CTRCDQ, row.CTRCDPOS)
    assert tuple(map(known, found)) == KINDS[name][1]


def test_the_kinds_are_counted_alike_on_page_and_in_the_rule(kinds):
    now = rule_state(kinds, RULE)
    people = heart_by_subject(View(kinds)).table
    assert set(now.counted["USUBJID"]) == set(people.loc[people["EVALFL"] == "Y", "USUBJID"])
    may = {name for name, (_, found) in KINDS.items() if found[5] in ("moderate", "severe") and found[3] is None}
    assert set(now.possible["USUBJID"]) == may
    assert now.with_possible.events == now.events + len(may)
    assert f"moderate or worse possible, not known, in {len(may)} more" in finding(kinds).lower()


def test_day_1_without_a_time_is_neither_and_listed(make_cut, trial):
    cut = make_cut(together({"S-1": {"echos": [("LVEF", "2007-03-01", 60), ("LVEF", LATER, 38)]}}), trial)
    first = cut.table("adcv").iloc[0]
    assert (known(first.ABLFL), known(first.POSTFL), known(first.ATOXGR)) == (None, None, None)
    left = heart_left_out(View(cut))
    assert (
        left.table["REASON"].tolist()[0].startswith("day 1, time not known") and left.table["AVALC"].tolist()[0] == "60"
    )
    assert "severe, baseline unknown" in finding(cut)


UNPLACED = {
    # a value of a day that may be before or after the first infusion: the worst that it may be
    f"{value} of {day}": (day, value, worst)
    for day in ("2007-03-01", "2007-03", "2007")
    for value, worst in ((45, "moderate"), (35, "severe"), (52, None))
}


@pytest.fixture(scope="module")
def unplaced(trial):
    cases = {
        name: {"echos": [("LVEF", BEFORE, 60), ("LVEF", day, value), ("LVEF", LATER, 58)]}
        for name, (day, value, _) in UNPLACED.items()
    }
    return building(together(cases), trial)


@pytest.mark.parametrize("name", UNPLACED)
def test_a_low_value_that_may_be_from_after_the_first_infusion_may_be_dysfunction(unplaced, name):
    _, value, worst = UNPLACED[name]
    row = unplaced.table("adcv").query("USUBJID == @name and AVAL == @value").iloc[0]
    assert (known(row.CTRCD), known(row.CTRCDPOS), known(row.POSTFL)) == (None, worst, None)
    said = dysfunction_by_dose(alone(unplaced, name)).finding
    assert ("moderate or worse possible" in said.lower()) == bool(worst)
    assert possible(unplaced, name) == bool(worst)


def test_no_method_stated_at_all_is_one_method_by_a_setting(make_cut, trial):
    cases = {"S-1": {"echos": [("LVEF", BEFORE, 60, BLANK), ("LVEF", LATER, 45, BLANK)]}}
    assert lvefs(make_cut(together(cases), trial))["S-1", "45"].CTRCD == "moderate"
    strict = Trial.parse(trial.text.replace("unstated_methods_compared = true", "unstated_methods_compared = false"))
    row = lvefs(make_cut(together(cases), strict))["S-1", "45"]
    assert (known(row.CTRCD), row.CTRCDPOS) == (None, "moderate")
    left = heart_left_out(View(make_cut(together(cases), strict)))
    assert "method not stated" in left.finding


LOW = {"<50": 1, ">45": 0, "45-55": 1, "<51": 0, "50": 0, "49.9": 1}
"""A later LVEF as delivered → whether all that it holds is below 50 %."""


@pytest.fixture(scope="module")
def low_or_not(trial):
    cases = {value: {"echos": [("LVEF", BEFORE, 60), ("LVEF", LATER, value)]} for value in LOW}
    return building(together(cases), trial)


@pytest.mark.parametrize(("value", "low"), LOW.items())
def test_a_limit_is_low_where_all_that_it_holds_is(low_or_not, value, low):
    made = lvef_over_time(alone(low_or_not, value))
    assert f"below 50 % in {low} of 1 subject" in made.finding and (f"→ {value} %" in made.finding) == bool(low)


def hearts(count, **echos):
    """So many subjects with an LVEF of 60 before and after, and those given."""
    normal = {f"S-{n}": {"echos": [("LVEF", BEFORE, 60), ("LVEF", LATER, 60)]} for n in range(count)}
    return together(normal | {f"S-{name}": {"echos": rows} for name, rows in echos.items()})


def test_a_rule_is_met_if_it_is_met_with_what_is_possible(make_cut, trial):
    cut = make_cut(hearts(1, a=[("LVEF", LATER, 45)], b=[("LVEF", LATER, 42)], c=[("LVEF", LATER, 41)]), trial)
    now = rule_state(cut, RULE)
    assert (now.events, now.n, now.without_possible, now.state) == (0, 1, "not met", "met")
    table = stopping_overview(View(cut)).table.set_index("RULE")
    assert table["STATE"][RULE] == "met" and "0 of 1 (3 of 4 with 3 possible events)" in table["WORDS"][RULE]
    assert "a (LVEF 45 %, CTRCD moderate possible, day 51)" in table["NOTES"][RULE]
    assert "met if either is met" in table["NOTES"][RULE]
    assert "Cardiac dysfunction (0 of 1 (3 of 4" in stopping_overview(View(cut)).finding


def events(*rows):
    kept = dict(AESEQ=1.0, AEDECOD="Cardiac failure", AEBODSYS="Cardiac disorders", AESTDTC="2007-04-10")
    return pandas.DataFrame([kept | dict(AETERM="term") | row for row in rows])


def test_heart_failure_that_does_not_count_is_named(make_cut, trial):
    datasets = hearts(3)
    datasets["ae"] = events(
        dict(USUBJID="S-0", AETOXGR="3", AEREL="NOT RELATED"),
        dict(USUBJID="S-1", AETOXGR="1", AEREL="RELATED"),
        dict(USUBJID="S-2", AETOXGR="", AEREL=""),
    )
    cut = make_cut(datasets, trial)
    same_everywhere(cut, 1, 3)
    assert "2 (moderate or worse, Cardiac failure" in finding(cut)
    population = dysfunction_by_dose(View(cut)).population
    assert "0 (Cardiac failure, grade 3, day 41, reported as unrelated)" in population
    assert "1 (Cardiac failure, grade 1, day 41, of a grade without symptoms)" in population


def test_heart_failure_makes_the_worst_of_an_assessed_heart_worse(make_cut, trial):
    datasets = hearts(1, a=[("LVEF", BEFORE, 60), ("LVEF", LATER, 45)])
    datasets["ae"] = events(dict(USUBJID="S-a", AETOXGR="4", AEREL="", AESHOSP="Y", AEOUT="FATAL"))
    cut = make_cut(datasets, trial)
    same_everywhere(cut, 1, 2)
    assert "a (very severe, Cardiac failure, 130 mg/m²/day, day 41)" in finding(cut)


def test_heart_failure_in_a_cut_without_ejection_fractions_still_meets_the_rule(make_cut, trial):
    datasets = {name: table for name, table in hearts(4).items() if name != "cv"}
    datasets["ae"] = events(*[dict(USUBJID=f"S-{n}", AETOXGR="4", AEREL="") for n in range(3)])
    cut = make_cut(datasets, trial)
    assert same_everywhere(cut, 3, 3).state == "met"
    assert "1 not evaluable (1 no baseline LVEF)" in dysfunction_by_dose(View(cut)).population


def test_a_rise_without_any_later_echocardiogram_is_named(make_cut, trial):
    cases = {"S-1": {"echos": [("LVEF", BEFORE, 60)], "markers": [("TROPONI", BEFORE, "5"), ("TROPONI", LATER, "50")]}}
    view = View(make_cut(together(cases), trial))
    words = "marker rise, no echocardiogram since the first infusion to pair it with"
    assert words in markers_over_time(view).population


def test_every_result_that_is_not_used_is_listed_with_its_value(make_cut, trial):
    rows = [
        ("LVEF", BEFORE, 60),
        ("LVEF", LATER, 58),
        ("LVEF", LATER, 57),
        ("LVEF", LATER, "about 55"),
        ("LVEF", "2007-05", 56),
        ("LVEF", "2007-06-01", 145),
        ("LVEF", "2007-06-10", "<60"),
        ("LVEF", "2007-07-01", 50, BLANK),
    ]
    left = heart_left_out(View(make_cut(together({"S-1": {"echos": rows}}), trial))).table
    assert dict(zip(left["AVALC"], left["REASONCD"], strict=True)) == {
        "58": "SAME DAY",
        "about 55": "UNREADABLE",
        "56": "NO DATE",
        "145": "UNKNOWN UNIT",
        "<60": "NOT DECIDED",
        "50": "METHOD NOT STATED",
    }


# --- after the death, words around a number, other readers, two methods of a day --------------------


def echos(rows, dead=(), **more):
    """A cut of subjects with a baseline of 60 %; rows: (subject, day, value, method, reader)."""
    subjects = dict.fromkeys(subject for subject, *_ in rows)
    data = together({subject: {"echos": []} for subject in subjects})
    first = [(subject, BEFORE, "60", "ECHO", "") for subject in subjects]
    names = ("USUBJID", "CVDTC", "CVSTRESC", "CVMETHOD", "CVEVAL")
    cv = pandas.DataFrame([dict(zip(names, row, strict=True)) for row in [*first, *rows]])
    data["cv"] = cv.assign(CVTESTCD="LVEF", CVSTRESU="%", CVSEQ=range(1, len(cv) + 1))
    data["dm"] = data["dm"].assign(
        DTHDTC=[dict(dead).get(subject, "") for subject in data["dm"]["USUBJID"]],
        DTHFL=["Y" if subject in dict(dead) else "" for subject in data["dm"]["USUBJID"]],
    )
    return data


def test_a_value_surely_after_the_death_counts_for_nothing_and_is_listed(trial):
    died = {"01later": "2007-04-01", "01day": LATER, "01month": "2007-04", "01alive": ""}
    data = echos([(name, LATER, "30", "ECHO", "") for name in died], dead={k: v for k, v in died.items() if v}.items())
    cut = building(data, trial)
    counted = set(cut.table("adctrcd").query("CTRCD == 'severe'")["USUBJID"])
    assert counted == {"01day", "01month", "01alive"}
    out = cut.table("adcvout").query("REASONCD == 'AFTER DEATH'")
    assert out[["USUBJID", "AVALC"]].to_numpy().tolist() == [["01later", "30"]]
    assert "1 (after the recorded death: counts for nothing)" in heart_left_out(View(cut)).finding


WORDED = {"LVEF 38 %": (38, None), "EF: 45": (45, None), "38 %": (38, None), "~45": (None, "later LVEF not readable")}
WORDED |= {"normal": (None, "later LVEF not readable"), "NOT DONE": (None, "no later LVEF")}
WORDED |= {"40-50%": (40, "category of the later LVEF not decided (limit or range)")}


def test_a_number_with_its_name_is_read_and_what_is_not_is_named(trial):
    names = {text: f"01{n}" for n, text in enumerate(WORDED)}
    cut = building(echos([(names[text], LATER, text, "ECHO", "") for text in WORDED]), trial)
    people = heart_by_subject(View(cut)).table.set_index("USUBJID")
    for text, (value, why) in WORDED.items():
        assert known(people["LOWEST"][names[text]]) == value and known(people["NEREASN"][names[text]]) == why, text
    said = finding(cut)
    assert '3 (LVEF "~45" not readable, 130 mg/m²/day, day 51)' in said
    assert '4 (LVEF "normal" not readable, 130 mg/m²/day, day 51)' in said
    assert "(LVEF 40-50 % by Echocardiography" in said and "% %" not in said
    assert "% %" not in " ".join(map(str, stopping_overview(View(cut)).table["NOTES"]))
    found = ingest_findings(View(cut)).table
    unread = found[found["WHAT"].str.contains("without a number")]
    assert "LVEF 38" not in str(unread["EXAMPLES"].tolist())


def test_the_trials_reader_is_known_by_a_word_and_who_is_not_is_not_called_so(trial):
    rows = [("01a", LATER, "35", "ECHO", "LOCAL"), ("01a", LATER, "56", "ECHO", "CENTRAL READER")]
    rows += [("01b", LATER, "35", "ECHO", "LOCAL"), ("01b", LATER, "56", "ECHO", "SITE")]
    central = Trial.parse(trial.text.replace('reader = "INVESTIGATOR"', 'reader = "CENTRAL"'))
    cut = building(echos(rows), central)
    used = cut.table("adcv").query("POSTFL == 'Y'").set_index("USUBJID")["AVAL"]
    assert used.to_dict() == {"01a": 56, "01b": 35}
    why = cut.table("adcvout").query("AVALC != '60'").set_index("USUBJID")["REASONCD"].to_dict()
    assert why == {"01a": "OTHER READER", "01b": "NOT THE READER"}
    assert not ingest_findings(View(cut)).table["WHAT"].str.contains("reader that the trial's definition names").any()


def test_a_fall_by_another_method_of_the_same_day_is_in_every_count(trial):
    rows = [("01a", BEFORE, "63", "MUGA", ""), ("01a", LATER, "57", "ECHO", ""), ("01a", LATER, "39", "MUGA", "")]
    cut = building(echos([*rows, ("01b", LATER, "58", "ECHO", "")]), trial)
    assert "below 50 % in 1 of 2 subjects" in lvef_over_time(View(cut)).finding
    assert "63 → 39 %" in lvef_over_time(View(cut)).finding
    assert "1 of 2 subjects lost 10 points or more" in lvef_against_dose(View(cut)).finding
    assert "in 1 of 2" in lvef_worst_change(View(cut)).finding


SUPPLIED = ["CVBLFL", "CVLOBXFL", "ABLFL"]


def supplemental(domain, name, number=1, value="Y"):
    row = dict(RDOMAIN=domain, USUBJID="01a", IDVAR=f"{domain}SEQ", IDVARVAL=f"{number}", QNAM=name, QVAL=value)
    return pandas.DataFrame([row])


def two_before(flagged):
    """A subject with two results before the dose, of whom the first, of the day given, is to be flagged."""
    return together({"01a": {"echos": [("LVEF", flagged, 66), ("LVEF", BEFORE, 56), ("LVEF", LATER, 50)]}})


FLAGGED = {"last day": (BEFORE, 66), "earlier": ("2007-02-10", 56)}
"""The day of the flagged result → the baseline: one of the last day before the dose; an earlier one is only named."""


@pytest.fixture(scope="module")
def supplied(trial):
    """Each flag at each day, and two flags that do not say yes."""
    cases = {
        f"{name}, {when}": two_before(day) | {"suppcv": supplemental("CV", name)}
        for name in SUPPLIED
        for when, (day, _) in FLAGGED.items()
    }
    for value in ("N", ""):
        cases[f"flag '{value}'"] = two_before("2007-02-10") | {"suppcv": supplemental("CV", "CVBLFL", 1, value)}
    return building(gathered(cases), trial)


@pytest.fixture(scope="module")
def as_variable(trial):
    cases = {f"variable, {when}": two_before(day) for when, (day, _) in FLAGGED.items()}
    data = gathered(cases)
    return building(data | {"cv": data["cv"].assign(CVBLFL=["Y", "", ""] * len(cases))}, trial)


@pytest.mark.parametrize("when", FLAGGED)
@pytest.mark.parametrize("name", ["variable", *SUPPLIED])
def test_a_baseline_flag_among_the_supplemental_qualifiers_is_one(supplied, as_variable, name, when):
    cut = as_variable if name == "variable" else supplied
    row = lvefs(cut)[f"{name}, {when}", "50"]
    base = FLAGGED[when][1]
    assert (row.BASE, row.CHG) == (base, 50 - base)
    named = found_in(alone(cut, f"{name}, {when}"), "baseline_flag_not_last")
    assert named == ({"CV": 1} if when == "earlier" else {})


def test_a_flag_of_an_earlier_result_is_a_finding_of_the_load(as_variable):
    told = ingest_findings(View(as_variable)).table
    named = told[told["WHAT"].str.contains("flagged as baseline, but a later one was taken")]
    assert named["NRECS"].tolist() == [1] and "variable, earlier CVSEQ 1" in str(named["EXAMPLES"].item())


def test_a_supplemental_baseline_flag_of_the_ecg_and_after_the_dose(trial):
    data = together({"01a": {"echos": [("LVEF", BEFORE, 60), ("LVEF", LATER, 45)]}})
    data["eg"] = ecgs([("01a", "QTCF", day, text, "ms") for day, text in (("2007-02-10", "400"), (BEFORE, "430"))])
    cut = building(data | {"suppeg": supplemental("EG", "EGBLFL"), "suppcv": supplemental("CV", "CVBLFL", 2)}, trial)
    assert cut.table("adeg").query("PARAMCD == 'QTCF'")["BASE"].unique().tolist() == [400]
    assert lvefs(cut)["01a", "45"].BASE == 60
    found = ingest_findings(View(cut)).table
    assert found["WHAT"].str.contains("flagged as baseline although it was taken after the first infusion").any()


@pytest.mark.parametrize("value", ["N", ""])
def test_a_supplemental_flag_that_is_not_yes_is_none(supplied, value):
    assert lvefs(supplied)[f"flag '{value}'", "50"].BASE == 56


NOTDONE, CENTRAL = {"CVSTAT": "NOT DONE"}, {"CVEVAL": "CENTRAL READER"}
MAYBE = {
    # LVEFs after a baseline of 60, as delivered: whether the rule takes the subject as possibly with the event
    "about 45": ([(LATER, "~45")], True),
    "approximately": ([(LATER, "approx 50")], True),
    "elsewhere": ([(LATER, "see report")], True),
    "a fraction under the sign of percent": ([(LATER, 0.32)], True),
    "the same as text": ([(LATER, "0.32 %")], True),
    "a fraction": ([(LATER, 0.55, {"CVSTRESU": "fraction"})], False),
    "percent under a fraction": ([(LATER, 55, {"CVSTRESU": "fraction"})], True),
    "an unknown unit": ([(LATER, 55, {"CVSTRESU": "mL"})], True),
    "negative": ([(LATER, -35)], True),
    "above 100": ([(LATER, 135)], True),
    "a comma": ([(LATER, "55,5")], False),
    "with its unit": ([(LATER, "55 %")], False),
    "a range above 50": ([(LATER, "50-55")], False),
    "a range over 50": ([(LATER, "45-55")], True),
    "a range over 40": ([(LATER, "38-42"), ("2007-05-20", 58)], False),
    "not done": ([(LATER, "", NOTDONE)], False),
    "not done in words": ([(LATER, "NOT DONE")], False),
    "none, for a reason": ([(LATER, "", {"CVREASND": "REFUSED"})], False),
    "none, without a reason": ([(LATER, "")], True),
    "before treatment": ([(BEFORE, "~45")], False),
    "in the month of the first infusion": ([("2007-03", "~45")], True),
    "without a date": ([("", "~45")], True),
    "beside a number of the same reader": ([(LATER, "~45"), (LATER, 58)], False),
    "beside a number of another reader": ([(LATER, "~45"), (LATER, 58, CENTRAL)], True),
    "of another reader beside a number": ([(LATER, "~45", CENTRAL), (LATER, 58)], False),
    "then a normal one": ([(LATER, "~45"), ("2007-05-20", 58)], True),
}
"""A range over 40 is moderate at least, so an event; all others have none that is known."""


@pytest.fixture(scope="module")
def maybe(make_cut, trial):
    hearts = {
        name: {"echos": [("LVEF", "2007-02-10", 60), *(("LVEF", *one) for one in MAYBE[name][0])]} for name in MAYBE
    }
    data = together(hearts)
    return make_cut(data | {"cv": data["cv"].replace({"CVSTRESC": {"": None}})}, trial)


@pytest.mark.parametrize("name", MAYBE)
def test_an_lvef_that_cannot_be_judged_may_be_an_event(maybe, name):
    now = rule_state(maybe, RULE)
    assert (name in set(now.possible["USUBJID"])) == MAYBE[name][1]
    assert now.events == 1 and now.with_possible.events == 1 + sum(possible for _, possible in MAYBE.values())
    people = heart_by_subject(View(maybe)).table.set_index("USUBJID")
    assert pandas.notna(people["POSSIBLE"][name]) == MAYBE[name][1]


def test_what_may_be_an_event_is_named_in_every_finding(maybe):
    may = sum(possible for _, possible in MAYBE.values())
    said, notes = finding(maybe), " ".join(map(str, stopping_overview(View(maybe)).table["NOTES"]))
    assert f"Moderate or worse possible, not known, in {may} more" in said
    for words in ('LVEF "~45" not readable', "LVEF 0.32 % doubtful", "LVEF -35 % doubtful", "LVEF without a result"):
        assert words in said and words in notes, words


def test_a_rule_is_met_by_values_that_cannot_be_read(make_cut, trial):
    cut = make_cut(hearts(1, a=[("LVEF", LATER, "~45")], b=[("LVEF", LATER, 0.32)], c=[("LVEF", LATER, "")]), trial)
    now = rule_state(cut, RULE)
    assert (now.events, now.without_possible, now.state) == (0, "not met", "met")


ACCEPTED = {"35": 35, "56": 56, "neither": 35}
"""Which of two results is flagged as accepted → the value used."""


@pytest.fixture(scope="module")
def accepted(trial):
    data = echos([(name, LATER, value, "ECHO", "INVESTIGATOR") for name in ACCEPTED for value in ("35", "56")])
    cv = data["cv"]
    flags = ["Y" if name == value else "" for name, value in zip(cv["USUBJID"], cv["CVSTRESC"], strict=True)]
    data["cv"] = cv.assign(CVACPTFL=flags, CVEVALID=[f"READER {n}" for n in range(len(flags))])
    return building(data, trial)


@pytest.mark.parametrize("name", ACCEPTED)
def test_of_several_by_the_same_reader_the_accepted_one_counts(accepted, name):
    used = accepted.table("adcv").query("USUBJID == @name and POSTFL == 'Y'")["AVAL"]
    assert used.tolist() == [ACCEPTED[name]]
    left = heart_left_out(alone(accepted, name)).table
    assert left["READER"].str.startswith("investigator, reader").tolist() == [True]


def test_another_readers_value_a_day_apart_is_counted(trial):
    rows = [("01a", LATER, "58", "ECHO", ""), ("01a", "2007-04-21", "38", "ECHO", "CENTRAL READER")]
    cut = building(echos(rows), trial)
    assert rule_state(cut, RULE).events == 1
    assert "60 → 38 %" in lvef_over_time(View(cut)).finding


# --- electrocardiograms as text, after the death, without a heart rate -------------------------------

TRACINGS = {
    # what is delivered of one QTcF after the first infusion, and its unit: the number read, else why not
    ">500": ("ms", None, "LIMIT"),
    "≥ 480": ("ms", None, "LIMIT"),
    "480-500": ("ms", None, "LIMIT"),
    "480 to 500 ms": ("ms", None, "LIMIT"),
    "GREATER THAN 500": ("ms", None, "LIMIT"),
    "Prolonged": ("ms", None, "UNREADABLE"),
    "510 ms": ("ms", 510, None),
    "0.51 sec": ("", 510, None),
    "512": ("msec", 512, None),
    "480ms": ("", 480, None),
    "QTcF: 480 ms": ("", 480, None),
    "511,5": ("ms", 511.5, None),
    "1_30": ("ms", None, "UNREADABLE"),
    "1e400": ("ms", None, "UNREADABLE"),
    "480 %": ("ms", None, "UNREADABLE"),
    "513": ("furlong", None, "UNKNOWN UNIT"),
}


def ecgs(rows):
    names = ("USUBJID", "EGTESTCD", "EGDTC", "EGORRES", "EGORRESU")
    eg = pandas.DataFrame([dict(zip(names, row, strict=True)) for row in rows])
    return eg.assign(EGSTRESC=eg["EGORRES"], EGSTRESU=eg["EGORRESU"], EGSEQ=range(1, len(eg) + 1))


def test_a_qtc_as_text_is_read_or_named_with_what_was_delivered(trial):
    names = {text: f"01{n}" for n, text in enumerate(TRACINGS)}
    data = together({name: {} for name in names.values()})
    data["eg"] = ecgs([(names[text], "QTCF", LATER, text, unit) for text, (unit, *_) in TRACINGS.items()])
    cut = building(data, trial)
    values = cut.table("adeg").query("PARAMCD == 'QTCF'").set_index("USUBJID")["AVAL"].round(6).to_dict()
    why = cut.table("adegout").set_index("USUBJID")["REASONCD"].to_dict()
    assert {text: (values.get(name), why.get(name)) for text, name in names.items()} == {
        text: (value, reason) for text, (_, value, reason) in TRACINGS.items()
    }
    shown = heart_left_out(View(cut)).table
    assert set(shown["AVALC"]) == {text for text, (_, value, _) in TRACINGS.items() if value is None}
    for said in (qtc_by_dose(View(cut)).finding, qtc_longest(View(cut)).finding):
        assert "Without a number (a limit or a range is counted as far as it decides): 0 (>500 ms, 20 Apr 2007)" in said
        assert "513 furlong" in said and "ms ms" not in said
    found = ingest_findings(View(cut)).table
    assert ">500" in str(found[found["WHAT"].str.contains("limit or a range")]["EXAMPLES"].tolist())


def test_an_ecg_after_the_death_a_qt_without_a_rate_and_an_untimed_one_of_day_1_are_listed(trial):
    data = together({"01dead": {}, "01norate": {}, "01day1": {}, "01well": {}})
    rows = [("01dead", "QTCF", LATER, "520", "ms"), ("01norate", "QT", LATER, "560", "ms")]
    rows += [("01day1", "QTCF", "2007-03-01", "420", "ms"), ("01day1", "QTCF", "2007-03-01", "510", "ms")]
    data["eg"] = ecgs([*rows, ("01well", "QTCF", LATER, "430", "ms")])
    data["dm"]["DTHDTC"] = ["2007-04-01", "", "", ""]
    data["dm"]["DTHFL"] = ["Y", "", "", ""]
    cut = building(data, trial)
    assert "exceeded 500 ms in 0" in qtc_by_dose(View(cut)).finding
    assert "norate (560.0 ms, QT without a heart rate, 20 Apr 2007)" in qtc_by_dose(View(cut)).finding
    shown = heart_left_out(View(cut)).table.set_index("USUBJID")
    assert shown["REASONCD"].to_dict() == {"01dead": "AFTER DEATH", "01norate": "NO RATE", "01day1": "NO PLACE"}
    assert shown.loc["01day1", ["AVALC", "N"]].tolist() == ["465.0", 2] and pandas.notna(shown["ADT"]).all()


def test_without_unread_tracings_nothing_is_said_of_them(trial):
    data = together({"01a": {}})
    data["eg"] = ecgs([("01a", "QTCF", LATER, "430", "ms")])
    said = qtc_by_dose(View(building(data, trial))).finding
    assert "Without a number" not in said and "possible" not in said


LIMITED = {
    # a QTcF after the first infusion as delivered, after a baseline of 430 ms: surely and possibly above 450, 480, 500
    # ms, and surely and possibly more by 30 and 60 ms
    ">500": ([1, 1, 1], [0, 0, 0], [1, 1], [0, 0]),
    "> 500 ms": ([1, 1, 1], [0, 0, 0], [1, 1], [0, 0]),
    "GREATER THAN 500": ([1, 1, 1], [0, 0, 0], [1, 1], [0, 0]),
    ">0.5 s": ([1, 1, 1], [0, 0, 0], [1, 1], [0, 0]),
    "≥500": ([1, 1, 0], [0, 0, 1], [1, 1], [0, 0]),
    ">480": ([1, 1, 0], [0, 0, 1], [1, 0], [0, 1]),
    "480-500": ([1, 0, 0], [0, 1, 0], [1, 0], [0, 1]),
    "490 to 510 ms": ([1, 1, 0], [0, 0, 1], [1, 0], [0, 1]),
    "<450": ([0, 0, 0], [0, 0, 0], [0, 0], [0, 0]),
    "≤ 450": ([0, 0, 0], [0, 0, 0], [0, 0], [0, 0]),
    "<500": ([0, 0, 0], [1, 1, 0], [0, 0], [1, 1]),
    "not above 480": ([0, 0, 0], [1, 0, 0], [0, 0], [1, 0]),
    "prolonged": ([0, 0, 0], [1, 1, 1], [0, 0], [1, 1]),
    "510 ms": ([1, 1, 1], [0, 0, 0], [1, 1], [0, 0]),
}
COUNTS = (
    ("OVER450", "OVER480", "OVER500"),
    ("POSS450", "POSS480", "POSS500"),
    ("RISE30", "RISE60"),
    ("POSS30", "POSS60"),
)


@pytest.fixture(scope="module")
def limited(trial):
    data = together({text: {} for text in LIMITED})
    rows = [(name, "QTCF", *row) for name in LIMITED for row in ((BEFORE, "430", "ms"), (LATER, name, ""))]
    return building(data | {"eg": ecgs(rows)}, trial)


def of_qtcf(view):
    """The counts of the QTcF of all doses."""
    return view.ask("ecg_by_dose").query("PARAMCD == 'QTCF' and TRTA == 'All'").iloc[0]


@pytest.mark.parametrize("text", LIMITED)
def test_a_limit_of_qtc_counts_as_far_as_it_decides(limited, text):
    view = alone(limited, text)
    row = of_qtcf(view)
    assert tuple([int(row[name]) for name in names] for names in COUNTS) == LIMITED[text]
    assert row.NLATER == (text != "prolonged")
    said, longest = qtc_by_dose(view).finding, qtc_longest(view).finding
    assert f"exceeded 500 ms in {row.OVER500}" in said or text == "prolonged"
    assert ("QTcF possible, not known" in said) == any(LIMITED[text][1] + LIMITED[text][3])
    if text != "prolonged":
        assert f"in {int(row.OVER480 or row.RISE60)} of 1 subject" in longest and "ms ms" not in longest


def limit_beside(**more):
    """A QTcF above 500 ms after the first infusion, with more of its record."""
    data = together({"01a": {}})
    eg = ecgs([("01a", "QTCF", "2007-03-01", ">500", "ms")])
    data["eg"] = eg.assign(**more)
    return data


PLACED = {
    # what the record of the limit says beside: surely and possibly above 500 ms
    "before": (dict(EGDTC="2007-02-20"), 0, 0),
    "before by the clock": (dict(EGDTC="2007-03-01T09:00"), 0, 0),
    "after by the clock": (dict(EGDTC="2007-03-01T12:00"), 1, 0),
    "a month": (dict(EGDTC="2007-03"), 0, 1),
    "its sign lost": (dict(EGDTC=LATER, EGSTRESC="500", EGSTRESN=500.0), 1, 0),
    "not done": (dict(EGDTC=LATER, EGSTAT="NOT DONE"), 0, 0),
}


@pytest.fixture(scope="module")
def placed(trial):
    return building(gathered({name: limit_beside(**more) for name, (more, *_) in PLACED.items()}), trial)


@pytest.mark.parametrize("name", PLACED)
def test_a_limit_of_qtc_is_placed_as_a_number_is(placed, name):
    row = of_qtcf(alone(placed, name))
    assert (row.OVER500, row.POSS500) == PLACED[name][1:]


def test_a_limit_beside_its_own_qt_and_rr_changes_nothing(trial):
    data = together({"01a": {}})
    data["eg"] = ecgs(
        [("01a", "QTCF", LATER, ">500", "ms"), ("01a", "QT", LATER, "400", "ms"), ("01a", "RR", LATER, "1000", "ms")]
    )
    cut = building(data, trial)
    row = of_qtcf(cut)
    assert (row.OVER500, row.POSS500, row.NLATER) == (0, 0, 1)
    assert "Without a number" not in qtc_by_dose(View(cut)).finding
    assert heart_left_out(View(cut)).table["AVALC"].tolist() == [">500"]


# --- a fall under 10 points to less than 50 %, strain or markers not measured ---------------------

SMALL_FALLS = {
    # baseline, LVEF, strain before and after, NT-proBNP before and after: (worst possible, what was not measured)
    "neither": ((55, 46, None, None), ("moderate", "strain and biomarkers")),
    "at 49": ((50, 49, None, None), ("moderate", "strain and biomarkers")),
    "strain alone": ((55, 46, (-20, -19), None), ("moderate", "biomarkers")),
    "marker alone": ((55, 46, None, (50, 60)), ("moderate", "strain")),
    "marker without a baseline": ((55, 46, None, (None, 60)), ("moderate", "strain and biomarkers")),
    "further below 40": ((38, 36, None, None), ("severe", "strain and biomarkers")),
    "both": ((55, 46, (-20, -19), (50, 60)), None),
    "by 10 points": ((56, 46, None, None), None),
    "no fall": ((46, 46, None, None), None),
    "from 50 on": ((58, 50, None, None), None),
    "risen": ((55, 46, None, (50, 130)), None),
}


def small_fall(base, lvef, strain, marker):
    """A subject's echocardiograms and markers."""
    echos = [("LVEF", BEFORE, base), ("LVEF", LATER, lvef)]
    echos += [("GLS", day, value) for day, value in zip((BEFORE, LATER), strain or (), strict=False)]
    pairs = zip((BEFORE, LATER), marker or (), strict=False)
    return dict(echos=echos, markers=[("BNPPRONT", day, str(value)) for day, value in pairs if value])


@pytest.fixture(scope="module")
def small_falls(trial):
    return building(together({name: small_fall(*given) for name, (given, _) in SMALL_FALLS.items()}), trial)


@pytest.mark.parametrize("name", SMALL_FALLS)
def test_a_small_fall_without_strain_or_marker_is_possible_on_the_page_and_in_the_rule(small_falls, name):
    given, expected = SMALL_FALLS[name]
    now, said = rule_state(small_falls, RULE), dysfunction_by_dose(alone(small_falls, name)).finding
    assert name in set(now.counted["USUBJID"]) and possible(small_falls, name) == (expected is not None)
    if expected:
        worst, missing = expected
        words = (
            f"LVEF {given[1]} % by Echocardiography, a fall under 10 points, {missing} not measured: category not known"
        )
        assert words in said and "with it 1 of 1 (100 %)" in said
        noted = f"LVEF {given[1]} %, a fall under 10 points, {missing} not measured: category not known, CTRCD {worst}"
        assert any(f"{name[2:]} ({noted}" in remark for remark in remarks(now))
    else:
        assert "possible" not in said


def test_all_that_small_falls_leave_possible_is_counted_by_the_rule(small_falls):
    now = rule_state(small_falls, RULE)
    may = sum(expected is not None for _, expected in SMALL_FALLS.values())
    assert now.n == len(SMALL_FALLS) and now.with_possible.events == now.events + may


def test_three_small_falls_meet_the_rule_as_without_a_baseline(trial):
    cut = building(together({f"S-{n}": small_fall(55, 46, None, None) for n in range(3)}), trial)
    now = rule_state(cut, RULE)
    assert (now.state, now.without_possible, now.score) == ("met", "not met", "0 of 3 (3 of 3 with 3 possible events)")


# --- cardiac events without a system organ class, and low values without an event ----------------


def reported(*rows):
    """AE of S-1: (term, date[, more])."""
    columns = [dict(USUBJID="S-1", AESEQ=n, AEDECOD=t, AESTDTC=d, AETOXGR="3") for n, (t, d, *_) in enumerate(rows, 1)]
    return pandas.DataFrame([column | dict(*row[2:]) for column, row in zip(columns, rows, strict=True)])


TERMS = {
    # term, system organ class (None: the column is not delivered) → whether the event is cardiac
    ("Cardiac arrest", None): True,
    ("Acute myocardial infarction", None): True,
    ("VENTRICULAR TACHYCARDIA", None): True,
    ("Cardio-respiratory arrest", None): True,
    ("Palpitations", ""): True,
    ("Rash", None): False,
    ("Cardiac arrest", "Cardiac disorders"): True,
    ("Rash", "Skin and subcutaneous tissue disorders"): False,
}


def of_one_term(term, soc):
    frames = together({"S-1": dict(echos=[("LVEF", BEFORE, 60), ("LVEF", LATER, 60)])})
    return frames | {"ae": reported((term, "2007-03-10", {} if soc is None else dict(AEBODSYS=soc)))}


def way(soc):
    """How the class of an event is given."""
    return {None: "not delivered", "": "blank"}.get(soc, "delivered")


@pytest.fixture(scope="module")
def by_terms(trial):
    """A cut of each way that classes are given: whether they were delivered is said of a whole cut."""
    ways = {way(soc): {} for _, soc in TERMS}
    for term, soc in TERMS:
        ways[way(soc)][term] = of_one_term(term, soc)
    return {given: building(gathered(cases), trial) for given, cases in ways.items()}


@pytest.mark.parametrize(("term", "soc"), TERMS)
def test_cardiac_events_are_known_by_their_terms_and_a_missing_class_is_said(by_terms, term, soc):
    cardiac = TERMS[term, soc]
    made = cardiac_events(alone(by_terms[way(soc)], term))
    assert len(made.table) == cardiac
    events = counted(sum(way(other) == way(soc) for _, other in TERMS), "adverse event")
    said = f"The system organ class (AEBODSYS) was not delivered: of {events}, cardiac ones are recognised by"
    assert (said in made.finding) == (not soc)
    assert ("No cardiac adverse event was reported" in made.finding) == (bool(soc) and not cardiac)
    assert ("No cardiac adverse event was recognised by its term" in made.finding) == (not soc and not cardiac)


LOW_IN_WINDOW = {
    # LVEF before and on 20 March, the event reported → whether it could change a decision
    "another event": ((62, 38), ("Rash", "2007-03-10"), True),
    "on the day": ((62, 38), ("Ejection fraction decreased", "2007-03-20"), False),
    "in the month": ((62, 38), ("Ejection fraction decreased", "2007-03"), False),
    "before": ((62, 38), ("Ejection fraction decreased", "2007-02-20"), True),
    "later": ((62, 38), ("Ejection fraction decreased", "2007-04-20"), True),
    "of that grade before": ((39, 36), ("Rash", "2007-03-10"), False),
}


def low_in_window(names, trial):
    def of_one(name):
        (before, after), event, _ = LOW_IN_WINDOW[name]
        frames = together({"S-1": dict(echos=[("LVEF", BEFORE, before), ("LVEF", "2007-03-20", after)])})
        return frames | {"ae": reported(event)}

    return building(gathered({name: of_one(name) for name in names}), trial)


@pytest.fixture(scope="module")
def low_hearts(trial):
    return low_in_window(LOW_IN_WINDOW, trial)


@pytest.mark.parametrize("name", LOW_IN_WINDOW)
def test_a_low_lvef_in_the_window_without_an_event_could_change_a_decision(low_hearts, name):
    found = found_in(alone(low_hearts, name), "lvef_without_event")
    assert found == ({"CV": 1} if LOW_IN_WINDOW[name][2] else {})


def test_low_lvefs_without_an_event_are_counted_where_decisions_are_made(low_hearts, trial):
    said = " in the DLT window are of grade 3 or worse, and no event was reported."
    assert f"{sum(named for *_, named in LOW_IN_WINDOW.values())} LVEFs{said}" in (
        findings_that_decide(View(low_hearts)).finding
    )
    none = low_in_window([name for name, (*_, named) in LOW_IN_WINDOW.items() if not named], trial)
    assert "LVEF" not in findings_that_decide(View(none)).finding
