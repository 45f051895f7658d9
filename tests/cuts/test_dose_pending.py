"""Who is pending and why: open windows, events that nobody has judged, subjects not seen to the end of the window."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from conftest import CUT_DATES
from drawn import THREE, trial_data
from raw import sample
from test_survival_tables import DATES, contacts

from displays.drawing.narrow import HARD, SOFT
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.evaluation import why_pending
from displays.escalation.history import escalation_history
from displays.escalation.rates import dlt_by_dose
from displays.escalation.subjects import subject_by_dose
from displays.escalation.words import definition
from displays.rule.design import outcomes, rule_of, subjects
from displays.stopping.overview import stopping_overview
from displays.subject.header import subject_header
from queries import Filters, View

# Window: 1 to 28 June 2007.
PEOPLE = f"""
USUBJID  | ARMCD | INFUSIONS             | DTHDTC     | DTHFL
seen28   | A130  | {THREE}               | .          | .
seen21   | A130  | {THREE}               | .          | .
seen20   | A130  | {THREE}               | .          | .
seen6    | A130  | {THREE}               | .          | .
notdone  | A130  | {THREE}               | .          | .
diedlate | A130  | {THREE}               | 2007-07-20 | Y
unjudged | A160  | {THREE}               | .          | .
both     | A160  | {THREE}               | .          | .
missed   | A160  | 2007-06-01,2007-06-02 | .          | .
judged   | A160  | {THREE}               | .          | .
dlt      | A160  | {THREE}               | .          | .
late     | A160  | {THREE}               | .          | .
"""
EVENTS = """
USUBJID  | AESEQ | AETERM    | AETOXGR | AEDLT | AESTDTC
unjudged | 1     | Rash      | 3       | .     | 2007-06-10
unjudged | 2     | Sepsis    | 4       | .     | 2007-06-11
both     | 1     | Rash      | 3       | .     | 2007-06-04
missed   | 1     | Rash      | 3       | .     | 2007-06-02
judged   | 1     | Rash      | 3       | N     | 2007-06-10
dlt      | 1     | Typhlitis | 4       | Y     | 2007-06-05
dlt      | 2     | Rash      | 3       | .     | 2007-06-06
late     | 1     | Rash      | 3       | .     | 2007-07-10
late     | 2     | Nausea    | 2       | .     | 2007-06-10
"""
VISITS = """
USUBJID  | VSTESTCD | VSSTAT   | VSDTC
seen28   | WEIGHT   | .        | 2007-06-28
seen21   | WEIGHT   | .        | 2007-06-21
seen20   | WEIGHT   | .        | 2007-06-20
seen6    | WEIGHT   | .        | 2007-06-06
notdone  | WEIGHT   | .        | 2007-06-06
notdone  | WEIGHT   | NOT DONE | 2007-06-28
unjudged | WEIGHT   | .        | 2007-06-28
missed   | WEIGHT   | .        | 2007-06-28
judged   | WEIGHT   | .        | 2007-06-28
late     | WEIGHT   | .        | 2007-06-28
"""
NO_REASON = "missed infusion 3, 67 % of the planned dose of course 1 (no reason delivered)"
LATE_CUT = {
    "seen28": ("No DLT", None),
    "seen21": ("No DLT", None),
    "seen20": ("Pending", "last seen on day 20"),
    "seen6": ("Pending", "last seen on day 6"),
    "notdone": ("Pending", "last seen on day 6"),
    # a death on day 50 says that the subject was alive in the window, not that it was observed
    "diedlate": ("Pending", "last seen on day 3"),
    "unjudged": ("Pending", "awaiting adjudication of Rash, Sepsis"),
    "both": ("Pending", "awaiting adjudication of Rash; last seen on day 4"),
    "missed": ("Pending", f"awaiting adjudication of Rash; awaiting adjudication of {NO_REASON}"),
    "judged": ("No DLT", None),
    "dlt": ("DLT", None),
    "late": ("No DLT", None),
}
OPEN_WINDOW = {
    "seen28": ("Pending", "1 day left"),
    "seen6": ("Pending", "1 day left"),
    "unjudged": ("Pending", "awaiting adjudication of Rash, Sepsis; 1 day left"),
    "missed": ("Pending", LATE_CUT["missed"][1] + "; 1 day left"),
    "dlt": ("DLT", None),
}


def drawn_data() -> dict[str, pandas.DataFrame]:
    return trial_data(PEOPLE, EVENTS, vs=VISITS)


def found(cut) -> dict:
    return {row.USUBJID: (row.DLTSTAT, why_pending(row) or None) for row in cut.table("addl").itertuples()}


@pytest.fixture(scope="module")
def over(make_cut, trial):
    """The drawn subjects long after the window."""
    return make_cut(drawn_data(), trial, date(2007, 11, 30))


def test_who_is_pending_once_the_window_is_over(over):
    assert found(over) == LATE_CUT
    assert over.table("addl")["DAYSLEFT"].isna().all()


def test_who_is_pending_while_the_window_is_open(make_cut, trial):
    cut = make_cut(drawn_data(), trial, date(2007, 6, 27))
    assert OPEN_WINDOW.items() <= found(cut).items()
    assert cut.table("addl").set_index("USUBJID")["DAYSLEFT"].dropna().eq(1).all()


def test_without_visits_the_calendar_decides_and_the_method_says_so(make_cut, trial):
    data = drawn_data()
    del data["vs"]
    cut = make_cut(data, trial, date(2007, 11, 30))
    assert found(cut)["seen6"] == ("No DLT", None) and found(cut)["unjudged"][0] == "Pending"
    assert "the calendar alone decides" in definition(View(cut))


def test_the_method_states_the_days_that_the_evaluation_uses(over):
    days = over.trial.seen_within_days
    first = over.trial.dlt_window_days - days
    status = {row.USUBJID: row.DLTSTAT for row in over.table("addl").itertuples()}
    assert status[f"seen{first}"] == "No DLT" and status[f"seen{first - 1}"] == "Pending"
    assert f"more than {days} days before the end of the window" in definition(View(over))


def test_displays_tell_why_a_subject_is_pending(over):
    view = View(over)
    states = subject_by_dose(view).table.set_index("USUBJID")["STATE"]
    assert states["seen6"] == "Pending, last seen on day 6"
    words = " ".join(a.text for a in dlt_by_dose(view).figure.layout.annotations)
    words = words.replace(SOFT, " ").replace(HARD, " ")
    assert "4 pending (last seen on day 3; last seen on day " in words and "nan" not in words
    assert "both pending, awaiting adjudication of Rash; last seen on day 4" in escalation_history(view).table[
        "WHO"
    ].str.cat(sep="; ")
    fact = subject_header(view, "unjudged").table.set_index("MEASURE").loc["DLT evaluation"]
    assert (fact.NOW, fact.NOTE) == ("Pending", "awaiting adjudication of Rash, Sepsis")
    hovers = [text for trace in subject_by_dose(view).figure.data for text in trace.hovertext or ()]
    assert any("last seen on day 6" in text for text in hovers)


def test_a_rule_waits_for_them(over):
    known = outcomes(subjects(over), rule_of(over.trial))
    assert known.enrolled_at(1) - known.evaluated_at(1) == 4 and known.enrolled_at(2) - known.evaluated_at(2) == 3
    replayed = over.ask("rule_replay")
    assert set(replayed.loc[replayed["EARLIER"] == "seen6", "RESULT"]) == {"P"}
    assert stopping_overview(View(over)).finding


def test_a_verdict_ends_the_wait(make_cut, trial):
    data = drawn_data()
    data["ae"]["AEDLT"] = data["ae"]["AEDLT"].replace("", "N")
    told = found(make_cut(data, trial, date(2007, 11, 30)))
    assert (
        told["unjudged"] == ("No DLT", None)
        and told["missed"] == ("Pending", f"awaiting adjudication of {NO_REASON}")
        and told["both"] == ("Pending", "last seen on day 4")
    )


# --- against the raw files of the sample trial -------------------------------------------------


def last_contact(files: dict[str, pandas.DataFrame]) -> pandas.Series:
    """The latest date of each subject's delivered records that tell of a contact, in plain pandas."""
    dates = [
        frame[["USUBJID", column]].set_axis(["USUBJID", "day"], axis=1)
        for frame in contacts(files).values()
        for column in frame.columns
        if column in DATES
    ]
    whole = pandas.concat(dates).query("day != ''")
    return pandas.to_datetime(whole["day"].str[:10], format="ISO8601").groupby(whole["USUBJID"]).max()


@pytest.mark.parametrize("day", CUT_DATES)
def test_each_line_of_the_cumulative_dose_ends_where_the_raw_records_end(sample_cuts, day):
    files = sample(day.isoformat())
    died = files["dm"].query("DTHDTC.str.len() == 10").set_index("USUBJID")["DTHDTC"]
    expected = last_contact(files)
    expected.update(pandas.to_datetime(died))
    table = cumulative_dose(View(sample_cuts[day])).table.query("KIND == 'Last day known'").set_index("USUBJID")
    assert len(table) and (table["ASTDT"] == expected[table.index]).all()
    assert (table["ASTDT"].dt.date < day).any()


def test_a_subject_of_the_sample_trial_whose_records_stop_becomes_pending(make_cut, trial):
    """Every record of 107-004 after day 6 taken away: no longer "No DLT"."""
    subject, start = "NCT00430443-107-004", "2008-01-15"
    files = sample("2008-02-29")
    for name, frame in files.items():
        for column in (c for c in frame.columns if c in DATES and "USUBJID" in frame):
            late = (frame["USUBJID"] == subject) & (frame[column].str[:10] > "2008-01-20")
            frame = (
                frame.assign(**{column: frame[column].mask(late, "")}) if name in ("dm", "ae", "cm") else frame[~late]
            )
        files[name] = frame
    rows = make_cut(files, trial, date(2008, 2, 29)).table("addl").itertuples()
    row = next(row for row in rows if row.USUBJID == subject)
    last = (last_contact(files)[subject] - pandas.Timestamp(start)).days + 1
    assert row.TRTSDT == pandas.Timestamp(start) and (row.DLTSTAT, row.SEENADY) == ("Pending", last)


def test_nobody_of_the_sample_trial_waits_for_anything_but_days(sample_cuts):
    for cut in sample_cuts.values():
        pending = cut.table("addl").query("DLTSTAT == 'Pending'")
        assert [why_pending(row) for row in pending.itertuples()] == [f"{n} days left" for n in pending["DAYSLEFT"]]


def test_filters_and_pending_words_of_one_subject(over):
    made = dlt_by_dose(View(over, filters=Filters(doses=("160 mg/m²/day",))))
    assert "5 grade ≥ 3 events in the window are not adjudicated yet" in made.finding
