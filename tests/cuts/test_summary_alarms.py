"""The alarms: on the sample trial against its raw rows, and each source present, absent, unknown and as it was."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date

import pandas
import pytest
from conftest import SAMPLE
from heart_frames import delivered, together
from overview_frames import CUTS
from sample_raw import CUTS as RAW
from sample_raw import KNOWN, day, first_infusion, given, gone, rows

from displays.catalogue import PAGES
from displays.escalation.findings import without_supplements
from displays.groups import everybody
from displays.stopping.asked import rule_states
from displays.summary.alarm import SEVERITIES
from displays.summary.alarms import alarms
from displays.summary.alarms_of_rules import of_stopping_rules
from displays.summary.corrections import measurements
from queries import Filters, View

PLACED = {entry.function.__name__ for page in PAGES for entry in page.displays}


def lines(made) -> dict[str, list]:
    """Code of the severity → its rows."""
    found: dict[str, list] = {}
    for row in made.table.itertuples():
        found.setdefault(row.CODE, []).append(row)
    return found


def one(made, code: str):
    (row,) = lines(made)[code]
    return row


def subjects(row) -> list[str]:
    return [who.subjid for who in row.WHO]


@pytest.fixture(scope="module")
def made(views) -> dict:
    """The alarms of each cut of the sample trial."""
    return {cut: alarms(view) for cut, view in views.items()}


# --- the sample trial against its raw rows ------------------------------------------------------------


def later(cut: str, frame: pandas.DataFrame, column: str) -> pandas.DataFrame:
    """The raw rows dated after the first infusion of their subject."""
    first = first_infusion(cut)
    kept = [
        name in first and day(text) > first[name] for name, text in zip(frame["SUBJID"], frame[column], strict=True)
    ]
    return frame[kept]


def low_lvef(cut: str) -> tuple[dict[str, float], int]:
    cv = rows(cut, "cv")
    values = later(cut, cv[(cv["CVTESTCD"] == "LVEF") & cv["CVSTRESN"].notna()], "CVDTC")
    lowest = values.groupby("SUBJID")["CVSTRESN"].min()
    return lowest[lowest < 50].to_dict(), len(lowest)


@pytest.mark.parametrize("cut", CUTS)
def test_lvef_below_50_against_the_raw_rows(cut, made):
    low, measured = low_lvef(cut)
    found = lines(made[cut])
    if not low:
        assert not {"severe", "heart"} & set(found)
        return
    row = found["severe"][-1]
    assert (
        row.TEXT == f"LVEF below 50 % in {len(low)} of {measured} subjects with a later LVEF, all after the DLT window"
    )
    assert [(who.subjid, who.words) for who in row.WHO] == [
        (name, f"{value:g} %") for name, value in sorted(low.items(), key=lambda item: item[1])
    ]


@pytest.mark.parametrize("cut", CUTS)
def test_hearts_without_an_ejection_fraction_against_the_raw_rows(cut, made):
    """More than three infusions are more than one course."""
    cv, doses = rows(cut, "cv"), given(cut).groupby("SUBJID").size()
    seen = set(later(cut, cv[(cv["CVTESTCD"] == "LVEF") & cv["CVSTRESN"].notna()], "CVDTC")["SUBJID"])
    courses = {name: (number + 2) // 3 for name, number in doses[doses > 3].items()}
    overdue = {name for name, _ in KNOWN["cuts"][cut]["overdue_echos"]}
    row = one(made[cut], "unseen")
    unseen = (set(courses) | overdue) - seen
    assert set(subjects(row)) == unseen and f" in {len(unseen)} of {len(set(courses) | overdue)} subjects" in row.TEXT
    assert all(f"after {courses[who.subjid]} courses" in who.words for who in row.WHO)


def longest_qtcf(cut: str) -> pandas.Series:
    """Fridericia's QTc of the averaged replicates of each time point after the first infusion, by subject."""
    eg = rows(cut, "eg")
    values = eg[eg["EGTESTCD"].isin(["QT", "RR"]) & eg["EGSTRESN"].notna()]
    means = values.pivot_table(
        index=["SUBJID", "VISITNUM", "EGTPTNUM"], columns="EGTESTCD", values="EGSTRESN", aggfunc="mean", dropna=False
    ).reset_index()
    treated = means[
        means["SUBJID"].isin(first_infusion(cut)) & ~((means["VISITNUM"] == 101) & (means["EGTPTNUM"] == 0))
    ]
    after = treated[treated["VISITNUM"] > 100]
    return (after["QT"] / (after["RR"] / 1000) ** (1 / 3)).groupby(after["SUBJID"]).max()


@pytest.mark.parametrize("cut", CUTS)
def test_qtcf_above_500_against_the_raw_rows(cut, made):
    longest = longest_qtcf(cut)
    over = longest[longest > 500].sort_values(ascending=False)
    row = one(made[cut], "rhythm")
    assert subjects(row) == list(over.index) == KNOWN["cuts"][cut]["qtcf_over_500"]
    assert [who.words.split(" ms")[0] for who in row.WHO] == [f"{value:.0f}" for value in over]


def early_deaths(cut: str) -> tuple[set[str], int]:
    """Who died by day 30, and how many are counted: dead by then, or observed to day 30."""
    first, left, dm = first_infusion(cut), gone(cut), rows(cut, "dm")
    died = {row.SUBJID: day(row.DTHDTC) for row in dm.itertuples() if row.DTHDTC}
    event = {name for name, on in died.items() if name in first and (on - first[name]).days < 30}
    last = {name: min(left.get(name, date.fromisoformat(cut)), date.fromisoformat(cut)) for name in first}
    return event, sum(name in event or (last[name] - first[name]).days + 1 >= 30 for name in first)


def test_a_stopping_rule_that_is_near_against_the_raw_rows(made):
    (event, n), (former, number) = early_deaths(CUTS[2]), early_deaths(CUTS[1])
    row = one(made[CUTS[2]], "near")
    assert row.TEXT == (
        f"Stopping rule Early death is near: {len(event)} deaths by day 30 in {n} treated subjects; "
        "one more event would meet it"
    )
    assert row.PREVIOUS == f"was {len(former)} of {number}, not met"
    assert set(subjects(row)) == event and {who.subjid for who in row.WHO if who.since == "new"} == event - former


@pytest.mark.parametrize("cut", CUTS)
def test_no_alarm_of_a_rule_that_is_neither_met_nor_near(views, cut, made):
    near = [now.rule.name for now, _ in rule_states(everybody(views[cut])) if now.state in ("met", "near")]
    found = lines(made[cut])
    told = [row.TEXT for code in ("met", "certain", "unreadable", "near") for row in found.get(code, [])]
    assert len(told) == len(near) and all(
        f"Stopping rule {name} " in text for name, text in zip(near, told, strict=True)
    )


def test_a_corrected_value_that_changed_a_grade_is_named_with_both(made):
    """103-004 and 101-004 are the story's corrected measurements."""
    with (SAMPLE / "story" / "changes.csv").open(encoding="utf-8") as file:
        told = [
            row for row in csv.DictReader(file) if row["kind"] == "corrected" and row["variable"].endswith("STRESN")
        ]
    for change in told:
        row = lines(made[change["cut"]])["corrected"][0]
        assert subjects(row) == [change["subject"]] and row.PREVIOUS == "new"
        assert f"{change['before']} → {change['after']}" in row.WHO[0].words and "→ 0" in row.WHO[0].words
    assert len(told) == 2
    measured, withdrawn = lines(made[CUTS[2]])["corrected"]
    assert measured.WHO[0].words.startswith("52 → 62 %, grade 2 → 0 (")
    assert withdrawn.TEXT == "Laboratory result withdrawn" and subjects(withdrawn) == ["104-001"]
    lb = [rows(cut, "lb") for cut in CUTS[1:]]
    platelets = [
        f[(f["SUBJID"] == "104-001") & (f["LBTESTCD"] == "PLAT") & (f["LBDTC"].str[:10] == "2007-06-05")] for f in lb
    ]
    assert [len(found) for found in platelets] == [1, 0] and platelets[0]["LBSTRESN"].iloc[0] == 15


def test_the_gravest_comes_first_and_each_leads_to_a_display(made):
    for cut in CUTS:
        table = made[cut].table
        order = [list(SEVERITIES).index(code) for code in table["CODE"]]
        known = table[table["RANK"].notna()]
        assert order == sorted(order) and list(known["RANK"]) == list(range(1, len(known) + 1))
        assert set(table["LEADS"]) <= PLACED
    assert list(made[CUTS[2]].table["CODE"]) == [
        *("near", "fatal", "severe", "severe", "unseen", "rhythm"),
        *("data", "corrected", "corrected", "milder lysis"),
    ]
    assert RAW == list(CUTS)


def test_a_finding_of_the_load_is_an_alarm_and_new_once(made):
    assert "data" not in lines(made[CUTS[0]])
    row = one(made[CUTS[2]], "data")
    assert (
        "1 record of the previous cut is no longer delivered (laboratory results)" in row.TEXT and row.PREVIOUS == "new"
    )
    assert subjects(row) == ["104-001"]


def test_a_supplemental_record_is_not_counted_beside_its_parent(views, made):
    """105-001's withdrawn event took its supplemental values with it."""
    assert list(views[CUTS[1]].cut.ask("findings_that_decide")["DATASET"]) == ["AE", "SUPPAE"]
    row = one(made[CUTS[1]], "data")
    assert row.TEXT.startswith("1 data-quality finding could change a decision: 1 record of the previous cut is")
    assert row.TEXT.endswith("(adverse events)") and subjects(row) == ["105-001"]
    alone = pandas.DataFrame({"DATASET": ["SUPPAE", "AE", "SUPPLB"], "CHECKID": list("aba"), "NRECS": [1, 1, 1]})
    more = pandas.DataFrame({"DATASET": ["AE", "SUPPAE"], "CHECKID": ["a", "a"], "NRECS": [1, 2]})
    assert len(without_supplements(alone)) == 3 and len(without_supplements(more)) == 2


def test_without_a_previous_cut_nothing_is_new_and_that_nothing_is_compared_is_said(views):
    alone = alarms(View(views[CUTS[2]].cut))
    assert not any(row.PREVIOUS or any(who.since for who in row.WHO) for row in alone.table.itertuples())
    assert [row.TEXT for row in lines(alone)["not assessed"]] == ["corrected values (no earlier cut is chosen)"]


def test_filters_do_not_silence_an_alarm(views, made):
    view = views[CUTS[2]]
    filtered = alarms(View(view.cut, view.previous, Filters(sites=("none",))))
    assert list(filtered.table["ALARM"]) == list(made[CUTS[2]].table["ALARM"])
    assert "site none" in filtered.population


# --- drawn hearts: present, absent, open, and as they were ---------------------------------------------

BASE, LATER, LATE, LATEST = "2007-02-20", "2007-04-20", "2007-05-20", "2007-06-20"


def echo(*values) -> dict:
    """LVEF before the first infusion of 62 %, and then these."""
    days = (LATER, LATEST)
    return {"echos": [("LVEF", BASE, 62.0), *[("LVEF", on, value) for on, value in zip(days, values, strict=False)]]}


def ecg(value: float, on: str = LATER) -> dict:
    return {"ecgs": [("QT", on, value), ("RR", on, 1000.0)]}


BEFORE = {
    "C-LOW": echo(45.0),
    "C-FELL": echo(60.0),
    "C-FIXED": echo(49.0),
    "C-WELL": echo(60.0),
    "C-LIMIT": echo(60.0),
    "C-WORD": echo(60.0),
    "C-LONG": ecg(510.0),
    "C-MENDED": ecg(530.0),
    "C-WORSE": ecg(460.0, LATE),  # later than every graded result of its cut
    "C-UNTESTED": {},
}
NOW = {
    "C-LOW": echo(45.0, 39.0),
    "C-FELL": echo(60.0, 48.0),
    "C-FIXED": echo(62.0),
    "C-WELL": echo(60.0, 50.0),
    "C-LIMIT": echo(60.0, ">45"),
    "C-WORD": echo(60.0, "poor"),
    "C-LONG": ecg(510.0),
    "C-MENDED": ecg(490.0),
    "C-WORSE": ecg(490.0, LATE),
    "C-UNTESTED": {},
}


def again(datasets: dict, subject: str) -> dict:
    """The delivery with a second course of a subject."""
    own = datasets["ex"][datasets["ex"]["USUBJID"] == subject]
    days = own["EXSTDTC"].str.replace("2007-03", "2007-04")
    more = own.assign(EXSEQ=own["EXSEQ"] + 3, EXSTDTC=days)
    return datasets | {"ex": pandas.concat([datasets["ex"], more], ignore_index=True)}


@pytest.fixture(scope="module")
def drawn_view(make_cut, trial):
    """The drawn hearts, compared with how they were; the ages of two of them were corrected."""
    then = make_cut(together(BEFORE), trial, date(2007, 5, 31))
    delivery = again(together(NOW), "C-UNTESTED")
    moved = delivery["dm"]["USUBJID"].isin(["C-FIXED", "C-LOW"])
    delivery["dm"] = delivery["dm"].assign(AGE=delivery["dm"]["AGE"].mask(moved, 17))
    return View(make_cut(delivery, trial, date(2007, 6, 30)), then)


@pytest.fixture(scope="module")
def drawn(drawn_view):
    return alarms(drawn_view)


def test_who_fell_below_50_is_marked_new_and_a_further_fall_says_what_it_was(drawn):
    row = one(drawn, "severe")
    assert [tuple(who)[1:] for who in row.WHO] == [("LOW", "39 %", "was 45 %"), ("FELL", "48 %", "new")]
    assert row.PREVIOUS == "was 2 of 6, FIXED no longer" and " in 2 of 6 subjects" in row.TEXT


def test_an_lvef_that_leaves_it_open_is_no_silence(drawn):
    row = one(drawn, "heart")
    assert row.TEXT == "LVEF below 50 % possible, not known"
    assert [(who.subjid, who.words) for who in row.WHO] == [("LIMIT", ">45"), ("WORD", "poor")]


def test_who_was_given_another_course_unseen_is_an_alarm_and_new(drawn):
    row = one(drawn, "unseen")
    assert "UNTESTED" in subjects(row) and "after 2 courses" in next(w.words for w in row.WHO if w.subjid == "UNTESTED")
    assert not {"LOW", "FELL", "WELL", "WORD"} & set(subjects(row))


def test_a_qtcf_that_was_corrected_is_no_longer_above_500_and_is_named(drawn):
    assert (
        subjects(one(drawn, "rhythm")) == ["LONG"] and one(drawn, "rhythm").PREVIOUS == "was 2 of 3, MENDED no longer"
    )
    corrected = {who.subjid: who.words for row in lines(drawn)["corrected"] for who in row.WHO}
    assert corrected["FIXED"].startswith("49 → 62 %, grade 2 → 0")
    assert corrected["MENDED"].startswith("530 → 490 ms") and corrected["WORSE"].startswith("460 → 490 ms")
    assert set(corrected) == {"FIXED", "MENDED", "WORSE"}


def test_a_corrected_result_is_told_where_its_subject_left_the_filter_and_where_it_came(drawn_view):
    was, now = (
        {row.SUBJID: row.AGEGR1 for row in cut.table("adsl").itertuples()}
        for cut in (drawn_view.previous, drawn_view.cut)
    )
    assert was["LOW"] == was["FIXED"] != now["LOW"] == now["FIXED"]
    for band in (was["FIXED"], now["FIXED"]):
        found = measurements(replace(drawn_view, filters=Filters(age_bands=(band,))))
        words = {one.subjid: one.words for one in found}
        assert "49 → 62 %" in words["FIXED"] and "LOW" not in words
        assert not any(one.withdrawn for one in found)
    assert set(words) == {"FIXED"}  # alone in the age to which it was corrected


def test_what_nobody_has_yet_is_not_assessed(make_cut, trial):
    """A baseline alone shows nothing of what came after."""
    cut = make_cut(delivered([("LVEF", BASE, 62.0)], ecgs=[("QT", BASE, 400.0), ("RR", BASE, 1000.0)]), trial)
    told = [row.TEXT for row in lines(alarms(View(cut)))["not assessed"]]
    assert "LVEF (nobody has one after the first infusion)" in told
    assert "QTcF (nobody has one after the first infusion)" in told


def test_what_was_not_collected_is_said_and_the_cut_without_an_alarm_does_not_say_that_all_is_well(
    drawn_cut, pilot_cut
):
    made = alarms(View(drawn_cut("A130 NNN")))
    assert {row.TEXT for row in lines(made)["not assessed"]} == {
        "stopping rule Cardiac dysfunction (what it counts was not collected in this cut)",
        "LVEF (not collected in this cut)",
        "echocardiograms (not collected in this cut)",
        "Hy's law (not collected in this cut)",
        "tumour lysis (not collected in this cut)",
        "aplasia beyond day 42 without leukaemia (not collected in this cut)",
        "QTcF (not collected in this cut)",
        "corrected values (no earlier cut is chosen)",
    }
    assert made.sentences[-1].startswith("Not assessed: ")
    assert any("stopping rules: none is defined" in row.TEXT for row in lines(alarms(View(pilot_cut)))["not assessed"])


def test_what_was_not_assessed_before_is_not_called_new(views, drawn_cut):
    made = alarms(View(views[CUTS[2]].cut, drawn_cut("A130 NNN")))
    found = lines(made)
    assert {found[code][-1].PREVIOUS for code in ("severe", "unseen", "rhythm")} == {"was not assessed"}
    assert not any(who.since for code in ("severe", "unseen", "rhythm") for who in found[code][-1].WHO)


# --- stopping rules of drawn courses ------------------------------------------------------------------


def test_a_rule_that_is_met_or_will_be_met(seen):
    (met,) = [alarm for alarm in of_stopping_rules(seen("DDDD..", n_max=4)) if alarm.severity != "not assessed"]
    assert (
        met.severity == "met"
        and "Stopping rule Deaths is met: 4 deaths by day 30 in" in met.text
        and len(met.people) == 4
    )
    (certain,) = of_stopping_rules(seen("DD", minimum_subjects=3))
    assert certain.severity == "certain" and "will be met at the next subject whatever happens" in certain.text
    assert [alarm.severity for alarm in of_stopping_rules(seen("DD......"))] in ([], ["near"])


def test_a_rule_whose_data_cannot_be_read_holds_the_dose(make_cut, trial, drawn_cut):
    broken = together({f"C-{n}": {"echos": [("LVEF", LATER, "poor")]} for n in range(3)})
    found = of_stopping_rules(View(make_cut(broken, trial, date(2007, 6, 30))))
    unread = [alarm for alarm in found if "Cardiac dysfunction" in alarm.text]
    assert [alarm.severity for alarm in unread] == ["unreadable"]
    (lost,) = [alarm for alarm in of_stopping_rules(View(drawn_cut("ZZZ NTX"))) if alarm.severity == "unreadable"]
    assert "at no planned level had a DLT" in lost.text
