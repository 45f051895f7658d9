"""The dose levels, what is new, what is outstanding: the sample trial against its raw rows, and what is not known."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from conftest import SAMPLE
from drawn import THREE, trial_data
from overview_frames import CUTS, KNOWN, serious
from raw import sample
from sample_raw import first_infusion, flagged, rows
from test_summary_alarms import PLACED

from displays.display import now_and_then
from displays.groups import NOBODY
from displays.summary.ladder import ladder
from displays.summary.new_since import KINDS, new_since
from displays.summary.outstanding import outstanding
from queries import Filters, View
from queries.hypothetical import suppose
from stats.proportions import interval

REMISSION = {"CR", "CRi", "CRh"}
BAD = {"moderate", "severe", "very severe"}


@pytest.fixture(scope="module")
def made(views) -> dict:
    """Display → cut → what it shows of the sample trial."""
    return {show: {cut: show(view) for cut, view in views.items()} for show in (ladder, new_since, outstanding)}


def doses(cut: str) -> dict[str, str]:
    """Treated subject → the dose of its arm."""
    first = first_infusion(cut)
    return {row.SUBJID: row.ARMCD.removeprefix("A") for row in rows(cut, "dm").itertuples() if row.SUBJID in first}


def number_at(dose: str, of: dict[str, str], names) -> int:
    return sum(of[name] == dose for name in set(names) & set(of))


# --- dose levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", CUTS)
def test_the_counts_of_each_level_against_the_raw_rows(made, cut):
    known, of, first = KNOWN["cuts"][cut], doses(cut), first_infusion(cut)
    severe = {
        row.SUBJID
        for row in rows(cut, "ae").itertuples()
        if row.SUBJID in first
        and row.AETOXGR in list("345")
        and row.AESTDTC[:10] >= first[row.SUBJID].isoformat()[: len(row.AESTDTC)]
    }
    died = {name: (date.fromisoformat(on) - first[name]).days for name, on in known["deaths"].items() if name in first}
    best = known["best_response_by_subject"]
    evaluable = {name for name, response in best.items() if response != "none" or died.get(name, 99) < 42}
    table = made[ladder][cut].table
    assert [dose.split()[0] for dose in table["TRTA"]] == ["310", "280", "230", "190", "160", "130"]
    for row in table.itertuples():
        dose = row.SHORT
        level = known["by_dose"].get(dose, {"treated": 0, "evaluable": 0, "dlt": 0, "pending": {}})
        assert (row.NTREATED, row.NEVAL, row.NDLT) == (level["treated"], level["evaluable"], level["dlt"])
        assert row.NPENDING == len(set(level["pending"]) & set(first))
        assert row.NGRADE3 == number_at(dose, of, severe)
        assert row.NHEART == number_at(dose, of, [name for name, worst in known["ctrcd"].items() if worst in BAD])
        assert row.NHEARTEVAL == number_at(dose, of, known["ctrcd"])
        assert row.NREM == number_at(dose, of, [name for name, response in best.items() if response in REMISSION])
        assert row.NRESP == number_at(dose, of, evaluable)
        if row.NEVAL:
            limits = interval(int(row.NDLT), int(row.NEVAL))
            assert (row.LOWER, row.UPPER) == pytest.approx((limits.lower, limits.upper))


def test_what_a_level_was_is_said_where_its_dlts_are_others(made):
    was = made[ladder][CUTS[2]].table.set_index("SHORT")["PREVIOUS"].to_dict()
    known = KNOWN["cuts"][CUTS[1]]["by_dose"]["190"]
    assert was == dict.fromkeys(was, "") | {"190": f"{known['dlt']} of {known['evaluable']}"}
    assert not made[ladder][CUTS[0]].table["SINCE"].any()


def test_levels_under_filters_keep_their_state_and_say_so(views):
    view = views[CUTS[2]]
    filtered = ladder(View(view.cut, view.previous, Filters(diseases=("AML",))))
    assert filtered.table["NTREATED"].sum() == 9 and "the state does not" in filtered.population
    assert list(filtered.table["STATE"]) == list(ladder(view).table["STATE"])
    assert ladder(View(view.cut, filters=Filters(sites=("none",)))).finding == NOBODY


def test_what_was_not_collected_has_no_number(drawn_cut, pilot_cut):
    drawn = ladder(View(drawn_cut("A130 NNN")))
    bottom = drawn.table.iloc[-1]
    assert (bottom.NDLT, bottom.NEVAL, bottom.NGRADE3, bottom.NTREATED) == (0, 3, 0, 3)
    assert drawn.table[["NHEART", "NHEARTEVAL", "NREM", "NRESP"]].isna().all(axis=None)
    assert "not collected in this cut: ejection fractions, responses" in drawn.population
    assert drawn.table["LOWER"].iloc[0] != drawn.table["LOWER"].iloc[0], "0 of 0 has no interval"
    arms = ladder(View(pilot_cut))
    assert arms.title == "Arms" and list(arms.table["NTREATED"]) == [86, 84, 84]
    assert arms.table["NDLT"].isna().all() and not arms.table["STATE"].any() and "not collected" in arms.finding


# --- new since the previous meeting -------------------------------------------------------------------


def names(made, kind: str) -> list[str]:
    (row,) = made.table[made.table["KIND"] == kind].itertuples()
    assert row.NUMBER == len(row.WHO)
    return sorted(who.subjid for who in row.WHO)


def changed_subjects(cut: str) -> list[str]:
    """Of the story's changes those of an event, a heart or a laboratory result, that were not added."""
    with (SAMPLE / "story" / "changes.csv").open(encoding="utf-8") as file:
        told = [row for row in csv.DictReader(file) if row["cut"] == cut and row["kind"] != "added"]
    return sorted(row["subject"] for row in told if row["domain"] in ("AE", "CV", "LB"))


@pytest.mark.parametrize(("before", "cut"), [(CUTS[0], CUTS[1]), (CUTS[1], CUTS[2])])
def test_who_is_new_against_the_raw_rows_of_both_cuts(made, before, cut):
    now, then = KNOWN["cuts"][cut], KNOWN["cuts"][before]
    new = made[new_since][cut]
    of_dlts = [list(zip(of["SUBJID"], of["AETERM"], strict=True)) for of in (flagged(cut, "Y"), flagged(before, "Y"))]
    assert names(new, "DLTs") == sorted(name for name, term in of_dlts[0] if (name, term) not in of_dlts[1])
    assert names(new, "Deaths") == sorted(set(now["deaths"]) - set(then["deaths"]))
    of_serious = [serious(sample(which)) for which in (cut, before)]
    known = set(zip(of_serious[1]["USUBJID"], of_serious[1]["AETERM"], strict=True))
    fresh = [row.USUBJID[-7:] for row in of_serious[0].itertuples() if (row.USUBJID, row.AETERM) not in known]
    assert names(new, "Serious events") == sorted(fresh)
    remissions = [
        {name for name, best in of["best_response_by_subject"].items() if best in REMISSION} for of in (now, then)
    ]
    assert names(new, "Remissions") == sorted(remissions[0] - remissions[1])
    assert names(new, "Relapses") == sorted(set(now["relapses"]) - set(then["relapses"]))
    assert names(new, "Changed values") == changed_subjects(cut)
    former = flagged(before, "N")
    verdicts = set(zip(former["SUBJID"], former["AETERM"], strict=True))
    assert names(new, "Re-adjudicated") == sorted(name for name, term in of_dlts[0] if (name, term) in verdicts)


def test_a_changed_value_is_old_and_new_and_a_judgement_both_verdicts(made):
    second, third = made[new_since][CUTS[1]].table.set_index("KIND"), made[new_since][CUTS[2]].table.set_index("KIND")
    assert "103-004 LVEF 52 → 62 %, grade 2 → 0" in third.NAMES["Changed values"]
    assert "104-001 platelets 15 × 10⁹/L, withdrawn" in third.NAMES["Changed values"]
    assert "101-004 potassium 7.8 → 3.8 mmol/L, grade 4 → 0" in second.NAMES["Changed values"]
    assert second.NAMES["Re-adjudicated"] == "103-003 Typhlitis: not a DLT → DLT"
    assert "103-003 Typhlitis, re-adjudicated, grade 3" in second.NAMES["DLTs"]
    assert third.NUMBER["Re-adjudicated"] == 0 and third.NAMES["Re-adjudicated"] == ""
    died = (
        "102-005 disease and sepsis (fatal event sepsis, not related), 8 days after the last infusion; 105-002 disease"
    )
    assert third.NAMES["Deaths"].startswith(f"{died} (no fatal event reported), ")
    assert "106-003 sepsis (fatal event, related), 21 days" in second.NAMES["Deaths"]
    assert "grade 4, day 9, at 190 mg/m²/day" in third.NAMES["DLTs"]


def test_events_and_their_subjects_are_both_said_where_the_numbers_differ(made):
    first, third = made[new_since][CUTS[1]], made[new_since][CUTS[2]]
    assert "5 DLT events in 4 subjects" in first.finding and "11 serious events in 10 subjects" in first.finding
    assert first.table.set_index("KIND").NOTE["DLTs"] == "in 4 subjects"
    assert "1 DLT," in third.finding and "5 serious events," in third.finding


def test_what_the_previous_cut_told_and_this_one_does_not_is_withdrawn_by_name(views, made):
    """The sample trial backwards: what the later cut added is then withdrawn."""
    now, then = KNOWN["cuts"][CUTS[1]], KNOWN["cuts"][CUTS[2]]
    back = new_since(View(views[CUTS[1]].cut, views[CUTS[2]].cut))
    gone = [(who.subjid, who.words) for who in back.table.set_index("KIND").WHO["Withdrawn"]]
    assert sorted(name for name, words in gone if words == "death") == sorted(set(then["deaths"]) - set(now["deaths"]))
    in_remission = [
        {name for name, best in of["best_response_by_subject"].items() if best in REMISSION} for of in (then, now)
    ]
    assert {name for name, words in gone if words.startswith("remission")} == in_remission[0] - in_remission[1]
    assert {name for name, words in gone if words.startswith("relapse")} == set(then["relapses"]) - set(now["relapses"])
    of_serious = [
        {(row.USUBJID[-7:], row.AETERM) for row in serious(sample(which)).itertuples()} for which in (CUTS[2], CUTS[1])
    ]
    assert sorted(name for name, words in gone if words.startswith("serious")) == sorted(
        name for name, _ in of_serious[0] - of_serious[1]
    )
    assert gone and all(made[new_since][cut].table.set_index("KIND").NUMBER["Withdrawn"] == 0 for cut in CUTS[1:])


def test_remissions_not_confirmed_are_said_beside_the_levels(made):
    assert "remission in 16 of 32; 4 in ALL not confirmed" in made[ladder][CUTS[2]].population


def test_without_a_previous_cut_it_says_so(made):
    assert made[new_since][CUTS[0]].finding == "No earlier cut was chosen, so there is nothing to compare with."


def test_what_one_of_the_cuts_does_not_hold_is_not_compared(views, drawn_cut):
    drawn = drawn_cut("A130 NNN")
    later = new_since(View(views[CUTS[2]].cut, drawn)).table.set_index("KIND")
    assert later.NUMBER.isna().to_dict()["Remissions"] and "nothing can be compared" in later.NOTE["Remissions"]
    assert "not compared: LVEFs: not collected in this cut" in later.NOTE["Changed values"]
    gone = new_since(View(drawn, views[CUTS[1]].cut)).table.set_index("KIND")
    assert gone.NOTE["Relapses"] == "not collected in this cut"
    assert "LVEF" not in gone.NAMES["Changed values"], "what was not delivered was not withdrawn"


def test_filters_choose_who_is_new_and_nobody_is_said(views):
    view = views[CUTS[2]]
    aml = new_since(View(view.cut, view.previous, Filters(diseases=("AML",))))
    of_aml = set(view.cut.table("adsl").query("DISEASE == 'AML'")["SUBJID"])
    assert {who.subjid for row in aml.table.itertuples() for who in row.WHO} <= of_aml
    assert names(aml, "Relapses") == ["103-004"] and "disease" not in aml.finding and "AML" in aml.population
    assert new_since(View(view.cut, view.previous, Filters(sites=("none",)))).finding == NOBODY


def test_a_supposed_dlt_is_new_and_marked_as_supposed(views):
    view = views[CUTS[2]]
    supposed = now_and_then(new_since, View(suppose(view.cut, "190 mg/m²/day", "TN"), view.previous))
    assert names(supposed, "DLTs") == ["110-001", "what if 1"] and supposed.hypothetical
    assert supposed.actual[0].startswith("Since 30 Nov 2007: 1 DLT")


# --- outstanding --------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", CUTS)
def test_what_is_outstanding_against_the_known_answers(made, cut):
    known, table = KNOWN["cuts"][cut], made[outstanding][cut].table.set_index("KIND")
    late = [(who.subjid, who.words) for who in table.WHO["Echocardiograms"]]
    assert table.NUMBER["Echocardiograms"] == len(known["overdue_echos"])
    visits = {name: [visit for other, visit in known["overdue_echos"] if other == name] for name, _ in late}
    assert all(all(visit in words for visit in visits[name]) for name, words in late)
    assert set(visits) == {name for name, _ in known["overdue_echos"]}
    assert table.NUMBER["PK samples"] == len(known["missing_pk"])
    notdone = sum(state == "NOT DONE" for *_, state in known["missing_pk"])
    assert f"{notdone} recorded as not done" in table.WORDS["PK samples"]
    assert table.NUMBER["Adjudications"] == 0 and set(table["LEADS"]) <= PLACED
    assert table.NUMBER["Data findings"] == {CUTS[0]: 0, CUTS[1]: 1, CUTS[2]: 1}[cut]


def test_the_longest_overdue_comes_first_and_the_number_before_is_kept(made):
    table = made[outstanding][CUTS[2]].table.set_index("KIND")
    days = [int(who.words.split(", ")[-1].split()[0]) for who in table.WHO["Echocardiograms"]]
    assert days == sorted(days, reverse=True) and table.PREVIOUS["Echocardiograms"] == 2
    assert made[outstanding][CUTS[0]].table["PREVIOUS"].isna().all()


def test_an_unread_schedule_or_dataset_is_said(drawn_cut, pilot_cut):
    for cut in (drawn_cut("A130 NNN"), pilot_cut):
        shown = outstanding(View(cut))
        table = shown.table.set_index("KIND")
        assert table.NUMBER[["Echocardiograms", "PK samples"]].isna().all()
        assert "Not known: Echocardiograms (not collected in this cut)" in shown.finding


def test_an_event_that_awaits_its_verdict_is_outstanding_by_name(make_cut, trial):
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}\nS2 | A130 | {THREE}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\n"
        "S1 | 1 | Rash | 3 | 2007-06-05\nS2 | 1 | Nausea | 1 | 2007-06-05",
        "USUBJID | AESEQ | QNAM | QVAL\nS2 | 1 | AEDLT | N",
    )
    table = outstanding(View(make_cut(data, trial, date(2007, 9, 1)))).table.set_index("KIND")
    assert table.NUMBER["Adjudications"] == 1 and table.NAMES["Adjudications"] == "S1 Rash"


def test_every_kind_leads_to_a_display():
    assert set(KINDS.values()) <= PLACED
