"""What the records of a death say: its cause, text by text, and the days on which it can have been."""

from __future__ import annotations

import pytest
from building import building
from drawn import THREE, trial_data
from pandas import isna

from displays.adverse_events.deaths import deaths
from displays.escalation.evaluation import status_words
from displays.rule.now import rule_now
from queries import View

DS = "USUBJID | DSSEQ | DSTERM | DSDECOD | DSCAT | EPOCH | DSSTDTC"
AE = "USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC | AEREL | AEOUT | AEDLT"
SETTLED = {
    "DISEASE": (
        "disease",
        "progressive disease",
        "Disease progression",
        "disease under study",
        "progression of underlying leukaemia",
        "Leukemia",
        "leukaemia-related",
        "ALL",
        "refractory AML",
        "Relapsed/refractory ALL",
        "progressive leukemia (AML)",
        "Acute myeloid leukaemia recurrent",
        "Precursor B-cell acute lymphoblastic leukaemia",
        "relapse",
        "second relapse",
        "relapse after HSCT",
        "CNS relapse",
        "blast crisis",
        "Neoplasm progression",
    ),
    "OTHER": (
        "accident",
        "road traffic accident",
        "suicide",
        "sepsis not related to study drug",
        "sepsis, unrelated to treatment",
        "haemorrhage, not drug-related",
    ),
    "NOT ADJUDICATED": (
        "refractory septic shock",
        "refractory heart failure",
        "progressive respiratory failure",
        "progressive cardiac failure",
        "cardiac disease",
        "infectious disease",
        "graft versus host disease",
        "sepsis during aplasia, AML",
        "respiratory failure, relapsed AML",
        "progressive leukaemia with infection",
        "multi-organ failure of all organs",
        "secondary AML",
        "second malignancy",
        "cerebrovascular accident",
        "accidental overdose of study drug",
        "sepsis not related to leukaemia",
        "sepsis, unrelated",
        "sepsis, not unrelated to study drug",
        "sepsis, possibly not related to study drug",
        "disease and toxicity",
        "adverse event",
    ),
}
TEXTS = {text: code for code, texts in SETTLED.items() for text in texts}
SEPSIS = "Sepsis | Sepsis | 5 | 2007-06-10 | NOT RELATED | FATAL | N"
RECORDS = {
    # disposition, demographics, fatal event: what is settled
    "disease and septic shock": ("septic shock", "Progressive disease", "", "NOT ADJUDICATED"),
    "disease twice": ("relapse", "Progressive disease", "", "DISEASE"),
    "disease and an accident": ("accident", "Progressive disease", "", "OTHER"),
    "the drug in one of two": ("septic shock, drug related", "Progressive disease", "", "NOT ADJUDICATED"),
    "an unrelated event alone": ("", "", SEPSIS, "OTHER"),
    "the same event": ("septic shock", "Sepsis", SEPSIS, "OTHER"),
    "the event called an event": ("adverse event", "", SEPSIS, "OTHER"),
    "the event and the leukaemia": ("relapse", "", SEPSIS, "OTHER"),
    "the event and the drug": ("study drug toxicity", "", SEPSIS, "NOT ADJUDICATED"),
    "the event and another": ("heart failure", "", SEPSIS, "NOT ADJUDICATED"),
}


def dead_in_the_window(trial, texts, demographics=(), events=()):
    names = [f"S{number}" for number in range(len(texts))]
    data = trial_data(
        "\n".join(
            ["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC", *(f"{n} | A130 | {THREE} | Y | 2007-06-12" for n in names)]
        ),
        "\n".join([AE, *(f"{n} | 1 | {event}" for n, event in zip(names, events, strict=False) if event)])
        if any(events)
        else f"{AE}\nS0 | 9 | Nausea | Nausea | 1 | 2007-06-02 | NOT RELATED | RECOVERED | N",
        ds="\n".join(
            [DS]
            + [
                f"{n} | 1 | Death due to {text} | DEATH | DISPOSITION EVENT | FOLLOW-UP | 2007-06-12"
                for n, text in zip(names, texts, strict=True)
                if text
            ]
        ),
    )
    if demographics:
        causes = dict(zip(names, demographics, strict=True))
        data["dm"]["DTHCAUS"] = data["dm"]["USUBJID"].map(causes)
    return building(data, trial)


@pytest.fixture(scope="module")
def by_text(trial):
    cut = dead_in_the_window(trial, list(TEXTS))
    return dict(zip(TEXTS, cut.table("deathcause").set_index("USUBJID")["CAUSECD"].loc[names(TEXTS)], strict=True)), {
        text: status_words(row)
        for text, row in zip(TEXTS, cut.table("addl").set_index("USUBJID").loc[names(TEXTS)].itertuples(), strict=True)
    }


def names(texts):
    return [f"S{number}" for number in range(len(texts))]


@pytest.mark.parametrize("text", TEXTS)
def test_a_cause_settles_only_in_whole_phrases(by_text, text):
    codes, words = by_text
    assert codes[text] == TEXTS[text]
    pending = TEXTS[text] == "NOT ADJUDICATED"
    assert words[text] == (
        f"Pending, died of {text.lower()} on day 12, cause not adjudicated"
        if pending
        else f"Not evaluable: died of {text.lower()} on day 12"
    )


def test_the_records_of_one_death_are_judged_each_alone(trial):
    told = list(RECORDS.values())
    cut = dead_in_the_window(trial, [r[0] for r in told], [r[1] for r in told], [r[2] for r in told])
    codes = cut.table("deathcause").set_index("USUBJID")["CAUSECD"]
    assert {name: codes[own] for name, own in zip(RECORDS, names(told), strict=True)} == {
        name: row[3] for name, row in RECORDS.items()
    }
    states = cut.table("addl").set_index("USUBJID")["DLTSTAT"]
    for own, row in zip(names(told), told, strict=True):
        assert states[own] == ("Pending" if row[3] == "NOT ADJUDICATED" else "Not evaluable"), row


def test_septic_shock_called_refractory_is_named_before_any_escalation(trial):
    cut = dead_in_the_window(trial, ["refractory septic shock"])
    assert "S0 (day 12, refractory septic shock)" in rule_now(View(cut)).finding


LATER = THREE.replace("2007-06-0", "2007-06-1")
"""Infusions from 11 June on: day 30 is 10 July."""
DAYS = {
    # date of death, last seen: status under the rule of early death, possible, first day of the event
    ("2007-07", "2007-07-20"): ("No event", "N", None),
    ("2007-07", "2007-07-11"): ("No event", "N", None),
    ("2007-07", "2007-07-10"): ("Left out", "Y", None),
    ("2007-07", "2007-06-20"): ("Left out", "Y", None),
    ("2007", "2007-09-20"): ("No event", "N", None),
    ("2007", "2007-06-20"): ("Left out", "Y", None),
    (".", "2007-09-20"): ("No event", "N", None),
    (".", "2007-06-25"): ("Left out", "Y", None),
    ("2007-06", "2007-06-12"): ("Event", "N", 3),
    ("2007-06", "2007-08-12"): ("Event", "N", 1),
    ("2007-08", "2007-06-20"): ("No event", "N", None),
    ("2007-07-10", "2007-07-01"): ("Event", "N", 30),
    ("2007-07-11", "2007-07-01"): ("No event", "N", None),
}
EARLY = dict(counts="early_death", population="treated", within_days=30) | dict.fromkeys(
    ("cohort", "category", "terms", "observed_days", "minimum_grade")
)


def dying(trial, days, events=""):
    own = names(days)
    people = [f"{name} | A130 | {LATER} | Y | {died}" for name, (died, _) in zip(own, days, strict=True)]
    visits = [f"{name} | D | {seen}" for name, (_, seen) in zip(own, days, strict=True)]
    data = trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC", *people]),
        events or f"{AE}\nS0 | 9 | Nausea | Nausea | 1 | 2007-06-12 | NOT RELATED | RECOVERED | N",
        sv="\n".join(["USUBJID | VISIT | SVSTDTC", *visits]),
    )
    return building(data, trial)


def test_a_partial_date_of_death_is_not_before_the_last_contact(trial):
    rows = dying(trial, DAYS).ask("stopping_subjects", **EARLY).set_index("USUBJID")
    for own, (days, (status, possible, first)) in zip(names(DAYS), DAYS.items(), strict=True):
        row = rows.loc[own]
        assert (row.STATUS, row.POSSFL) == (status, possible), days
        assert (None if isna(row.EVENTDY) else row.EVENTDY) == first, days


def test_a_fatal_event_that_began_after_the_days_of_a_rule_is_no_early_death(trial):
    events = f"{AE}\nS0 | 1 | Sepsis | Sepsis | 5 | 2007-07-20 | NOT RELATED | FATAL | N"
    row = dying(trial, [(".", "2007-06-25")], events).ask("stopping_subjects", **EARLY).iloc[0]
    assert (row.STATUS, row.POSSFL) == ("No event", "N")
    events = events.replace("2007-07-20", "2007-07-10")
    row = dying(trial, [(".", "2007-06-25")], events).ask("stopping_subjects", **EARLY).iloc[0]
    assert (row.STATUS, row.POSSFL) == ("Left out", "Y")


def test_two_deaths_of_a_month_after_a_later_contact_do_not_meet_the_rule(trial):
    cut = dying(trial, [("2007-07", "2007-07-20")] * 2)
    assert "Early death is met" not in rule_now(View(cut)).finding


def test_the_deaths_page_names_whose_cause_is_not_known_or_not_adjudicated(trial):
    finding = deaths(View(dead_in_the_window(trial, ["", "unknown", "septic shock", "relapse"]))).finding
    assert (
        "none with a fatal event related to the study drug. In the DLT window: S0, S1, S2 and S3; "
        "cause not known in 2 (S0 and S1); cause not adjudicated in 1 (S2)." in finding
    )
    finding = deaths(View(dead_in_the_window(trial, ["relapse"]))).finding
    assert "cause not" not in finding


def test_a_death_is_placed_in_the_window_by_the_last_contact_too(trial):
    days = [("2007-07", "2007-07-20"), ("2007-07", "2007-06-20"), (".", "2007-07-20"), ("2007-06", "2007-06-12")]
    table = deaths(View(dying(trial, days))).table.set_index("USUBJID")
    assert [table.loc[own, "WINDOW"] for own in names(days)] == [
        "after the window",
        "not known",
        "after the window",
        "in the window",
    ]
