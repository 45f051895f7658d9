"""Protocol deviations, sites compared, and what the board recommended before, against the raw rows."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from conftest import CUT_DATES, SAMPLE
from drawn import THREE, trial_data
from raw import sample

from displays.conduct.deviations import _runs_in_words, deviations
from displays.conduct.recommendations import recommendations
from displays.conduct.sites import sites
from queries import Filters, View
from queries.recommendations import FILE, RecommendationsError, read_recommendations

PEOPLE = "USUBJID | ARMCD | INFUSIONS | SITEID\n" + "\n".join(
    f"T-{n:02} | A130 | {THREE if n != 11 else ''} | {site}"
    for n, site in enumerate(["9"] * 5 + ["8"] * 4 + ["7", "8"], start=1)
)
DEVIATIONS = """
USUBJID | DVSEQ | DVTERM           | DVDECOD   | DVCAT           | DVSTDTC
T-01    | 1     | Given late       | TREATMENT | IMPORTANT       | 2007-06-02
T-01    | 2     | Missed echo      | VISIT     | MINOR           | 2007-06-20
T-02    | 1     | Wrong vial       | TREATMENT | Not important   | 2007-06
T-06    | 1     | No consent form  | CONSENT   | Major deviation | the third
T-06    | 2     | Late by a day    | .         | GCP             | .
T-11    | 1     | Never treated    | TREATMENT | NON-MAJOR       | 2007-05-30
T-99    | 1     | Not in DM        | TREATMENT | MAJOR           | 2007-06-02
"""


@pytest.fixture(scope="module")
def view(make_cut, trial) -> View:
    return View(make_cut(trial_data(PEOPLE, dv=DEVIATIONS), trial))


@pytest.fixture(scope="module")
def newest(sample_cuts) -> View:
    return View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[-2]])


def test_each_deviation_is_shown_as_delivered_and_the_important_come_first(view):
    made = deviations(view)
    table = made.table.set_index("DVTERM")
    assert table["WEIGHT"].to_dict() == {
        "Given late": "Important",
        "Missed echo": "Not important",
        "Wrong vial": "Not important",
        "No consent form": "Important",
        "Late by a day": "Gcp",
        "Never treated": "Not important",
    }
    assert list(table["WEIGHT"])[:3] == ["Gcp", "Important", "Important"]
    assert table["ON"].to_dict() | {} == {
        "Given late": "2 Jun 2007",
        "Missed echo": "20 Jun 2007",
        "Wrong vial": "1 Jun 2007 to 30 Jun 2007",
        "No consent form": "not read (the third)",
        "Late by a day": "not stated",
        "Never treated": "30 May 2007",
    }
    assert table["DVDY"].dropna().to_dict() == {"Given late": 2, "Missed echo": 20}
    assert made.finding.startswith(
        "6 records of protocol deviations in 4 subjects: 2 important, 3 not important and 1 of no stated importance."
    )
    assert "1 subject of them was not treated" in made.population


def test_records_of_one_term_on_consecutive_days_are_named_together():
    days = [("a", "LESS", 3), ("a", "LESS", 1), ("a", "LESS", 2), ("a", "LESS", 5), ("a", "Late", 4), ("b", "LESS", 4)]
    frame = pandas.DataFrame(days, columns=["USUBJID", "DVTERM", "DAY"])
    dates = pandas.to_datetime(dict(year=2007, month=7, day=frame["DAY"]))
    frame = frame.assign(SUBJID=frame["USUBJID"], DVSEQ=range(6), DVSTDT=dates, DVSTDTL=dates)
    said = "On consecutive days, perhaps one deviation: 3 records of a, less (1 Jul 2007 to 3 Jul 2007)."
    assert _runs_in_words(frame) == said and _runs_in_words(frame[3:]) == ""
    # a day that is known in part is no day
    assert _runs_in_words(frame.assign(DVSTDTL=dates + pandas.Timedelta(days=1))) == ""


def test_of_subjects_without_a_deviation_it_says_so_and_without_dv_that_it_was_not_collected(view, make_cut, trial):
    alone = View(view.cut, filters=Filters(sites=("7",)))
    assert deviations(alone).finding == "No protocol deviation of these subjects was delivered."
    without = View(make_cut(trial_data(PEOPLE), trial))
    assert (
        deviations(without).finding == "Protocol deviations: not collected in this cut."
        and not deviations(without).collected
    )
    assert "DEVIATION" not in sites(without).labels and "deviations per subject (not collected" in sites(without).method


def test_the_deviations_of_the_sample_are_the_rows_of_its_file(newest):
    raw, made = sample(CUT_DATES[-1].isoformat())["dv"], deviations(newest)
    assert sorted(made.table["USUBJID"] + made.table["DVTERM"]) == sorted(raw["USUBJID"] + raw["DVTERM"])
    known = sample(CUT_DATES[-2].isoformat())["dv"]
    assert (made.table["SINCE"] == "new").sum() == len(raw) - len(known) == 3


def test_a_rate_of_a_site_is_given_for_five_treated_subjects_and_more(view):
    table = sites(view).table.set_index("SITEID")
    assert table["TREATED"].to_dict() == {"9": 5, "8": 4, "7": 1}
    assert table["DEVIATION"].to_dict() == {"9": "3 (0.6 per subject)", "8": "2", "7": "0"}
    assert table["REMARK"].to_dict() == {"9": "", "8": "Too few to compare", "7": "Too few to compare"}
    assert sites(view).finding.startswith("1 of 3 sites has at least 5 treated subjects: site 9 (5 treated).")


def test_the_numbers_of_each_site_of_the_sample_are_those_of_its_files(newest):
    files = sample(CUT_DATES[-1].isoformat())
    site = files["dm"].set_index("USUBJID")["SITEID"]
    serious = files["ae"][["AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESMIE"]].eq("Y").any(axis=1)
    expected = files["ae"][serious]["USUBJID"].map(site).value_counts().to_dict()
    asked = newest.ask("sites").set_index("SITEID")
    assert {key: n for key, n in asked["NSERIOUS"].items() if n} == expected
    assert asked["NDEVIATION"].sum() == len(files["dv"]) and asked["TREATED"].sum() == files["ex"]["USUBJID"].nunique()
    outstanding = newest.ask("currency_by_site").set_index("SITEID")
    for column in ("ECHOOVERDUE", "ECHODUE", "PKMISSING", "PKDUE"):
        assert asked[column].to_dict() == outstanding[column].to_dict()


def test_nobody_treated_is_a_sentence(make_cut, trial):
    nobody = View(
        make_cut(trial_data("USUBJID | ARMCD | INFUSIONS | SITEID\nT-01 | A130 | . | 9".replace(".", "")), trial)
    )
    assert not sites(nobody).collected


def kept(folder, text: str):
    (folder / FILE).write_text(text, encoding="utf-8")
    return read_recommendations(folder)


def test_recommendations_are_read_latest_first(tmp_path):
    assert read_recommendations(tmp_path) is None
    table = kept(tmp_path, 'MEETING,CUT,RECOMMENDATION\n2007-01-02,2007-01-01,Go on\n2007-06-02,2007-06-01," Wait, "\n')
    assert table.values.tolist() == [
        [date(2007, 6, 2), date(2007, 6, 1), "Wait,"],
        [date(2007, 1, 2), date(2007, 1, 1), "Go on"],
    ]
    assert kept(tmp_path, "MEETING,CUT,RECOMMENDATION\n").empty


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MEETING,RECOMMENDATION\n", "has no column CUT"),
        ("MEETING,CUT,RECOMMENDATION\n2007-01-02,,x\n", "line 2: CUT is empty"),
        (
            "MEETING,CUT,RECOMMENDATION\n2007-01-02,2007-01-01,x\n03/04/2007,2007-01-01,x\n",
            "line 3: MEETING is '03/04/2007'",
        ),
        ("MEETING,CUT,RECOMMENDATION\n2007-01-02,2007-01-01, \n", "line 2: RECOMMENDATION is empty"),
        ("", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_sentence(tmp_path, text, said):
    with pytest.raises(RecommendationsError, match=said):
        kept(tmp_path, text)


def test_only_meetings_up_to_the_cut_are_shown(sample_cuts):
    shown = {day: recommendations(View(sample_cuts[day])) for day in CUT_DATES}
    assert [len(made.table) for made in shown.values()] == [0, 1, 2]
    assert shown[CUT_DATES[0]].finding == "No recommendation is kept of a meeting up to this data cut."
    assert "open dose level 230 mg/m²/day" in shown[CUT_DATES[1]].finding
    assert len(pandas.read_csv(SAMPLE / FILE)) == 2


def test_a_site_of_few_subjects_is_not_singled_out_and_unknown_seriousness_is_said(view, make_cut, trial, newest):
    assert "most at site" not in sites(view).finding or "site 9" in sites(view).finding
    assert (
        "Missing PK samples: 14 of 449; of the sites with at least 5, most at site 101 (2 of 78)."
        in sites(newest).finding
    )
    events = "USUBJID | AESEQ | AETERM | AEDECOD | AESER | AESTDTC\n" + "\n".join(
        ["T-01 | 1 | Rash | Rash | . | 2007-06-02", "T-02 | 1 | Fever | Pyrexia | Y | 2007-06-03"]
        + ["T-03 | 1 | Fever | Pyrexia | Y | 2007-05-01"]
    )
    row = sites(View(make_cut(trial_data(PEOPLE, events, dv=DEVIATIONS), trial))).table.set_index("SITEID").loc["9"]
    assert row["SERIOUS"] == "1 (0.2 per subject)" and row["REMARK"] == "Seriousness of 1 event not known"


def test_with_a_filter_no_deviation_is_gone_that_is_there(newest):
    some = View(newest.cut, newest.previous, Filters(sites=("104",)))
    assert "3 new deviations, none changed, none removed" in deviations(some).finding


def test_a_dataset_that_came_without_a_record_was_received(make_cut, trial):
    dv = pandas.DataFrame({"STUDYID": [], "USUBJID": [], "DVSEQ": [], "DVTERM": []}).astype(
        {"USUBJID": str, "DVTERM": str}
    )
    made = deviations(View(make_cut(trial_data(PEOPLE) | {"dv": dv}, trial)))
    assert made.finding == "No protocol deviation of these subjects was delivered."
