"""Heart failure as CTRCD, and readings that were set aside, as SQL has them, against known cases and stats."""

from __future__ import annotations

import sys

import pandas
import pytest
from building import another_setting, building
from faults import Fault, is_found
from heart_frames import delivered

from displays.heart.by_dose import dysfunction_by_dose
from queries import View
from stats.cardiac import symptomatic_ctrcd

BEFORE, LATER, ONSET = "2007-02-20", "2007-04-20", "2007-04-10"
FAILURE = dict(AEDECOD="Cardiac failure", AETOXGR="3", AESTDTC=ONSET, AEENDTC="2007-04-20", AESER="Y", AEREL="RELATED")
ADMITTED, AT_HOME = dict(AESHOSP="Y"), dict(AESHOSP="N", AESER="N")
HOME2 = AT_HOME | dict(AETOXGR="2")
EVENTS = {
    # what else is delivered of the event; medication or procedure (name, from, until); CTRCD, its qualifier, why not
    "hospital": (ADMITTED, [], ("severe", None, None)),
    "hospital and inotrope": (ADMITTED, [("DOBUTAMINE", "2007-04-12", "")], ("very severe", None, None)),
    "inotrope of earlier days": (ADMITTED, [("DOBUTAMINE", "2007-03-12", "2007-03-14")], ("severe", None, None)),
    "inotrope after the event": (ADMITTED, [("MILRINONE", "2007-05-12", "")], ("severe", None, None)),
    "inotrope without a date": (ADMITTED, [("Milrinone lactate", "", "")], ("very severe", None, None)),
    "not given": (ADMITTED, [("DOBUTAMINE", "2007-04-12", "", "N")], ("severe", None, None)),
    "no inotrope by its name alone": (ADMITTED, [("NOREPINEPHRINE", "2007-04-12", "")], ("severe", None, None)),
    "support": (
        ADMITTED,
        [("Extracorporeal membrane oxygenation", "2007-04-12", "", "PR")],
        ("very severe", None, None),
    ),
    "fatal": (dict(AEOUT="FATAL"), [], ("very severe", None, None)),
    "grade 5": (dict(AETOXGR="5"), [], ("very severe", None, None)),
    "at home, treated": (AT_HOME, [("Furosemide", "2007-04-11", "")], ("moderate", None, None)),
    "at home, treated before": (HOME2, [("Furosemide", "2007-01-11", "")], ("mild", None, None)),
    "at home, grade 2": (HOME2, [], ("mild", None, None)),
    "at home, grade 3": (AT_HOME, [], ("moderate", "AT LEAST", None)),
    "admission not known": (dict(AETOXGR="2"), [], ("moderate", "AT LEAST", None)),
    "no grade": (dict(AETOXGR=""), [], ("moderate", "AT LEAST", None)),
    "no grade, at home": (AT_HOME | dict(AETOXGR=""), [], ("moderate", "AT LEAST", None)),
    "no date": (ADMITTED | dict(AESTDTC="", AEENDTC=""), [], ("severe", None, None)),
    "no relation": (ADMITTED | dict(AEREL=""), [], ("severe", None, None)),
    "unrelated": (ADMITTED | dict(AEREL="NOT RELATED"), [], ("severe", None, "UNRELATED")),
    "grade 1": (AT_HOME | dict(AETOXGR="1"), [], ("mild", None, "LOW GRADE")),
    "before treatment": (ADMITTED | dict(AESTDTC="2007-02-10"), [], ("severe", None, "BEFORE")),
    "another term": (ADMITTED | dict(AEDECOD="CARDIAC FAILURE CONGESTIVE"), [], ("severe", None, None)),
    "the reported term": (ADMITTED | dict(AEDECOD="", AETERM="Heart failure"), [], ("severe", None, None)),
    "no heart failure": (ADMITTED | dict(AEDECOD="Sinus tachycardia"), [], None),
    "within a longer term": (ADMITTED | dict(AEDECOD="Cardiac failure high output"), [], ("severe", None, None)),
    "not otherwise specified": (ADMITTED | dict(AEDECOD="Heart failure NOS"), [], ("severe", None, None)),
    "with its abbreviation": (
        ADMITTED | dict(AEDECOD="", AETERM="Congestive heart failure (CHF)"),
        [],
        ("severe", None, None),
    ),
    "denied": (ADMITTED | dict(AEDECOD="", AETERM="Dyspnoea without heart failure"), [], None),
    "in the reported term alone": (ADMITTED | dict(AEDECOD="Dyspnoea", AETERM="Dyspnoea in heart failure"), [], None),
    "admission in SUPPAE": (dict(SUPP="Y"), [], ("severe", None, None)),
}
POSSIBLE = {
    # an event without an ejection fraction; those of one subject: (what is delivered, LVEFs); is it possible CTRCD?
    "possible: cardiotoxicity": (dict(AEDECOD="Cardiotoxicity"), [], True),
    "possible: oedema": (dict(AEDECOD="Acute pulmonary oedema", AETOXGR="4"), [], True),
    "possible: organ class": (dict(AEDECOD="Cardiac arrest", AETOXGR="5", AEBODSYS="Cardiac disorders"), [], True),
    "possible: AESOC": (dict(AEDECOD="Palpitations", AESOC="CARDIAC DISORDERS"), [], True),
    "possible: no grade": (dict(AEDECOD="Cardiomyopathy", AETOXGR=""), [], True),
    "possible: no date": (dict(AEDECOD="Cardiomyopathy", AESTDTC="", AEENDTC=""), [(LATER, 58)], True),
    "possible: no relation": (dict(AEDECOD="Cardiomyopathy", AEREL=""), [], True),
    "possible: denied": (dict(AEDECOD="", AETERM="Dyspnoea without heart failure"), [], True),
    "possible: reported": (dict(AEDECOD="Dyspnoea", AETERM="Dyspnoea in heart failure"), [], True),
    "possible: LVEF before it": (dict(AEDECOD="Cardiomyopathy"), [("2007-04-09", 58)], True),
    "impossible: LVEF of its day": (dict(AEDECOD="Cardiomyopathy"), [(ONSET, 58)], False),
    "impossible: LVEF since": (dict(AEDECOD="Cardiomyopathy"), [(LATER, 58)], False),
    "impossible: grade 2": (dict(AEDECOD="Cardiomyopathy", AETOXGR="2"), [], False),
    "impossible: unrelated": (dict(AEDECOD="Cardiomyopathy", AEREL="NOT RELATED"), [], False),
    "impossible: before treatment": (dict(AEDECOD="Cardiomyopathy", AESTDTC="2007-02-10"), [], False),
    "impossible: not of the heart": (dict(AEDECOD="Nausea"), [], False),
    "impossible: failure itself": (dict(), [], False),
}
READINGS = {
    # echocardiograms as (day, LVEF, reader): what is set aside, what it would give (as, CTRCD, grade)
    "worse by the central reader": (
        [(BEFORE, 60, ""), (LATER, 55, "INVESTIGATOR"), (LATER, 38, "CENTRAL")],
        [("38", "OTHER READER", "VALUE", "severe", 3)],
    ),
    "the same by both": (
        [(BEFORE, 60, ""), (LATER, 55, ""), (LATER, 54, "CENTRAL")],
        [("54", "OTHER READER", *[None] * 3)],
    ),
    "another baseline": (
        [(BEFORE, 60, ""), (BEFORE, 70, "CENTRAL"), (LATER, 50, "")],
        [("70", "OTHER READER", "BASELINE", "none", 3)],
    ),
    "own baseline": (
        [(BEFORE, 60, ""), (BEFORE, 70, "CENTRAL"), (LATER, 62, ""), (LATER, 59, "CENTRAL")],
        [("70", "OTHER READER", *[None] * 3), ("59", "OTHER READER", "VALUE", "none", 2)],
    ),
    "better, the same reader": (
        [(BEFORE, 60, ""), (LATER, 45, ""), (LATER, 56, "")],
        [("56", "SAME DAY", "VALUE", "none", 0)],
    ),
    "unreadable": ([(BEFORE, 60, ""), (LATER, "normal", "")], [("normal", "UNREADABLE", *[None] * 3)]),
    "without a baseline": (
        [(LATER, 55, ""), (LATER, 45, "CENTRAL")],
        [("45", "OTHER READER", "VALUE", None, 2)],
    ),
}


@pytest.fixture(scope="module")
def made(trial):
    """All events and readings in one cut, a subject each."""
    datasets = delivered(subjects=[*EVENTS, *POSSIBLE, *READINGS])
    ae, cm, pr, supp = [], [], [], []
    for name, (event, given, _) in EVENTS.items():
        ae.append(dict(USUBJID=name, AESEQ=1, AETERM=event.get("AETERM", "term")) | FAILURE | event)
        supp += [dict(USUBJID=name, QVAL="Y")] if "SUPP" in event else []
        for drug, start, end, *more in given:
            domain, rows = ("PR", pr) if more == ["PR"] else ("CM", cm)
            row = {"USUBJID": name, f"{domain}TRT": drug, f"{domain}STDTC": start, f"{domain}ENDTC": end}
            rows.append(row | {f"{domain}OCCUR": "N" if more == ["N"] else ""})
    ae += [
        dict(USUBJID=name, AESEQ=1, AETERM="term", AEBODSYS="", AESOC="") | FAILURE | event
        for name, (event, *_) in POSSIBLE.items()
    ]
    hearts = [(name, *one, "") for name, (_, lvefs, _) in POSSIBLE.items() for one in [(BEFORE, 60), *lvefs]]
    readings = hearts + [(name, *one) for name, (echos, _) in READINGS.items() for one in echos]
    datasets["ae"], datasets["cm"], datasets["pr"] = (pandas.DataFrame(rows).fillna("") for rows in (ae, cm, pr))
    datasets["suppae"] = pandas.DataFrame(supp).assign(RDOMAIN="AE", IDVAR="AESEQ", IDVARVAL="1", QNAM="AESHOSP")
    datasets["cv"] = pandas.DataFrame(
        [
            dict(USUBJID=name, CVDTC=day, CVSTRESC=str(value), CVEVAL=reader, CVTESTCD="LVEF", CVMETHOD="ECHO")
            for name, day, value, reader in readings
        ]
    ).assign(CVSEQ=range(1, len(readings) + 1))
    return building(datasets, trial)


def known(value):
    return None if pandas.isna(value) else value


@pytest.mark.parametrize("name", EVENTS)
def test_known_events_of_heart_failure(made, name, agrees):
    rows = [row for row in made.rows_of("adctrcd", name) if row.ORIGIN == "HEART FAILURE"]
    found = [(row.CTRCD, known(row.CTRCDQ), known(row.REASONCD)) for row in rows]
    expected = EVENTS[name][2]
    agrees(found, [expected] if expected else [], "CTRCD, its qualifier, why it does not count")
    assert not expected or [row.COUNTFL for row in rows] == ["N" if expected[2] else "Y"]


@pytest.mark.parametrize("name", POSSIBLE)
def test_known_events_that_may_be_heart_failure(made, name, agrees):
    rows = [row for row in made.rows_of("adctrcd", name) if row.ORIGIN == "HEART EVENT"]
    found = [(known(row.CTRCD), row.CTRCDPOS, row.COUNTFL) for row in rows]
    agrees(
        found, [(None, "very severe", "Y")] if POSSIBLE[name][2] else [], "CTRCD, what is possible, whether it counts"
    )


def test_what_may_be_heart_failure_is_named_beside_the_rate_and_listed_among_cardiac_events(made):
    said = dysfunction_by_dose(View(made)).finding
    numbers = made.table("adsl").set_index("USUBJID")["SUBJID"].to_dict()
    listed = set(made.table("adae").query("CARDFL == 'Y'")["USUBJID"])
    for name, (event, _, possible) in POSSIBLE.items():
        if possible and event["AEDECOD"] not in ("", "Dyspnoea"):
            assert f"{numbers[name]} ({event['AEDECOD']}, grade" in said and name in listed
        assert possible or f"{numbers[name]} ({event.get('AEDECOD')}, grade" not in said
    assert {"within a longer term", "hospital", "with its abbreviation"} <= listed


def test_the_severity_of_heart_failure_is_that_of_stats(made):
    """Where admission, treatment and support are known."""
    rows = made.table("adctrcd").query("ORIGIN == 'HEART FAILURE'").set_index("USUBJID")
    signs = {
        "hospital": dict(hospitalised=True),
        "hospital and inotrope": dict(hospitalised=True, advanced_support=True),
        "support": dict(hospitalised=True, advanced_support=True),
        "at home, treated": dict(therapy_intensified=True),
        "at home, grade 2": dict(),
    }
    assert {name: rows["CTRCD"][name] for name in signs} == {
        name: symptomatic_ctrcd(symptoms=True, **sign) for name, sign in signs.items()
    }


@pytest.mark.parametrize("name", READINGS)
def test_known_readings_that_are_set_aside(made, name, agrees):
    rows = made.rows_of("adcvout", name)
    found = [(row.AVALC, row.REASONCD, known(row.CHANGEAS), known(row.CTRCD), known(row.ATOXGR)) for row in rows]
    agrees(found, READINGS[name][1], "value, why, as what it would change a category, CTRCD and grade")


def test_another_reader_of_the_trial_takes_the_other_value(made):
    with another_setting(made, "READER", "CENTRAL", "cvvalue", "cvchange", "cvgrade", "adcv", "adcvout") as cut:
        rows = cut.table("adcv").query("POSTFL == 'Y'").set_index("USUBJID")
        aside = cut.table("adcvout").query("USUBJID == 'worse by the central reader'")
    assert (rows["AVAL"]["worse by the central reader"], rows["CTRCD"]["worse by the central reader"]) == (38, "severe")
    assert list(aside["AVALC"]) == ["55"] and list(aside["CTRCD"]) == ["none"]


FAULTS = [
    Fault("ctrcd", "adctrcd", "when k.HOSPFL = 'Y' then 'severe'", "when k.HOSPFL = 'Y' then 'moderate'"),
    Fault("ctrcd", "adctrcd", "when k.ATOXGR < u.HFGRADE", "when k.ATOXGR <= u.HFGRADE"),
    Fault("ctrcd", "adctrcd", "when k.RELFL = 'N'", "when k.RELFL = 'X'"),
    Fault("ctrcd", "adctrcd", "k.TRTEMFL <> 'Y'", "k.TRTEMFL = 'X'"),
    Fault("ctrcd", "adctrcd", "coalesce(t.UNTILDT >= f.ASTDT, true)", "true"),
    Fault("ctrcd", "adctrcd", "coalesce(t.FROMDT <= coalesce(f.AENDT, c.CUTDT), true)", "true"),
    Fault("ctrcd", "adctrcd", "coalesce(t.FROMLATEST >= f.ASTDT, true)", "true"),
    Fault("ctrcd", "adctrcd", "regexp_matches(lower(e.AEDECOD), t.PATTERN)", "lower(e.AEDECOD) = t.TERM"),
    Fault("ctrcd", "adctrcd", "(no|not|without|", "(not|"),
    Fault("ctrcd", "adctrcd", "coalesce(e.ATOXGR >= u.HFPOSS, true)", "e.ATOXGR >= u.HFPOSS"),
    Fault("ctrcd", "adctrcd", "e.ATOXGR >= u.HFPOSS", "true"),
    Fault("ctrcd", "adctrcd", "and v.ADT >= e.ASTDT", ""),
    Fault("ctrcd", "adctrcd", "coalesce(e.RELFL, '') <> 'N'", "true"),
    Fault("ctrcd", "adctrcd", "(w.HFNUM is not null or e.CARDFL = 'Y')", "w.HFNUM is not null"),
    Fault("ctrcd", "adctrcd", "k.ATOXGR <= 2", "k.ATOXGR <= 3"),
    Fault("ctrcd", "adctrcd", "coalesce(g.SEVERITY, 'moderate')", "coalesce(g.SEVERITY, 'mild')"),
    Fault("ctrcd", "adcvout", "g.ATOXGR is distinct from u.ATOXGR", "false"),
    Fault("heart-change", "adcvout", "when v.AVAL is null then v.RESULTCD", "when v.AVAL is null then 'SAME DAY'"),
    Fault("heart-change", "cvchange", "and own.WHO = v.WHO", "and own.WHO <> v.WHO"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
