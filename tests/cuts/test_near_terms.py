"""Events that a stopping rule counts by the words of their term, and those that may be of the kind."""

from __future__ import annotations

from datetime import date

from building import building
from drawn import THREE, trial_data
from stopping_frames import rule_state

SURE = ("Stomatitis", "Stomatitis necrotising", "Mucositis oral", "Oral mucositis, severe")
NEAR = ("Mucositis", "Mucosal ulceration", "Gastrointestinal mucositis")
OTHER = ("Typhlitis", "Lung inflammation", "Nausea")
FAILURE = ("HFrEF", "LV failure", "Cardiac insufficiency", "Cardiac failure")
MAYBE = ("CCF", "LVF", "CHF")


def test_terms_of_mucositis_are_recognised_by_their_words_and_near_ones_are_possible(trial):
    terms = [*SURE, *NEAR, *OTHER]
    people = "\n".join(f"S{n} | A130 | {THREE}" for n, _ in enumerate(terms))
    events = "\n".join(f"S{n} | 1 | {term} | {term} | 4 | 2007-06-10" for n, term in enumerate(terms))
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\n{people}", f"USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC\n{events}"
    )
    now = rule_state(building(data, trial), "Severe mucositis")
    rows = now.subjects.set_index("USUBJID")
    kind = {term: (rows.loc[f"S{n}", "EVENTFL"], rows.loc[f"S{n}", "POSSFL"]) for n, term in enumerate(terms)}
    expected = dict.fromkeys(SURE, ("Y", "N")) | dict.fromkeys(NEAR, ("N", "Y")) | dict.fromkeys(OTHER, ("N", "N"))
    assert kind == expected
    assert now.with_possible is not None and now.with_possible.events == len(SURE) + len(NEAR)


def test_short_names_of_heart_failure_count_or_are_possible(trial):
    terms = [*FAILURE, *MAYBE]
    people = "\n".join(f"S{n} | A130 | {THREE}" for n, _ in enumerate(terms))
    events = "\n".join(f"S{n} | 1 | {term} | {term} | 4 | RELATED | 2007-06-10" for n, term in enumerate(terms))
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\n{people}",
        f"USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AEREL | AESTDTC\n{events}",
    )
    signs = building(data, trial, date(2007, 11, 30)).table("adctrcd").set_index("USUBJID")["ORIGIN"]
    found = {term: signs.get(f"S{n}") for n, term in enumerate(terms)}
    assert found == dict.fromkeys(FAILURE, "HEART FAILURE") | dict.fromkeys(MAYBE, "HEART EVENT")
