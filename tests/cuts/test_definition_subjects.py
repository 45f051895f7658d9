"""Subjects as SQL describes them: enrolled, treated, dose group, age and disease; death and last contact."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from datetime import date

import pandas
import pytest
from building import building
from faults import Fault, is_found

CUT = date(2007, 11, 30)
KNOWN_DEATHS = {
    # demographics, disposition, fatal event, as dates or "yes" without one: died, on which day
    "in demographics": ("2007-06-02", None, None, ["Y", "2007-06-02"]),
    "demographics first": ("2007-06-02", "2007-06-03", "2007-06", ["Y", "2007-06-02"]),
    "a full date before a partial one": ("2007-06", "2007-06-03", None, ["Y", "2007-06-03"]),
    "by a fatal event": (None, None, "2007-06-04", ["Y", "2007-06-04"]),
    "by a fatal event without a date": (None, None, "", ["Y", None]),
    "flagged without a date": ("yes", None, None, ["Y", None]),
    "on the day of the cut": ("2007-11-30", None, None, ["Y", "2007-11-30"]),
    "after the cut": ("2007-12-01", "2007-12-01", "", [None, None]),
    "after the cut by one source alone": ("2007-12-01", None, "2007-11-20", ["Y", "2007-11-20"]),
    "alive": (None, None, None, [None, None]),
}
KNOWN_WORDS = {
    # decoded term and term of a disposition on 2 June 2007: whether it tells of the subject's death
    "died": ("DIED", "DIED", True),
    "death and its cause": ("DEATH DUE TO DISEASE PROGRESSION", "DEATH DUE TO DISEASE PROGRESSION", True),
    "the term alone": ("", "Death", True),
    "coded otherwise": ("ADVERSE EVENT", "Death due to sepsis", True),
    "an event that led to it": ("ADVERSE EVENT", "Adverse event leading to death", True),
    "the subject died": ("OTHER", "Subject died at home", True),
    "not related to the drug": ("", "Death, not related to study drug", True),
    "told by the mother": ("", "Death of the subject, told by the mother", True),
    "of a relative": ("WITHDRAWAL BY SUBJECT", "Death in the family", False),
    "of a parent": ("WITHDRAWAL BY SUBJECT", "Death of his mother", False),
    "denied": ("LOST TO FOLLOW-UP", "No death known", False),
    "not confirmed": ("LOST TO FOLLOW-UP", "Death not confirmed", False),
    "other words": ("WITHDRAWAL BY SUBJECT", "Parents' wish", False),
}
KNOWN_DETAILS = {
    # the day on which DD names a cause of death: died
    "details alone": ("2007-06-14", ["Y", None]),
    "details without a day": ("", ["Y", None]),
    "details after the cut": ("2007-12-03", [None, None]),
}
KNOWN_SUBJECTS = {
    # what was delivered: enrolled, treated, group, age group, disease
    "treated": (
        dict(ARMCD="A130", ACTARMCD="A130", AGE=7),
        "ALL",
        True,
        True,
        ["Y", "Y", "130 mg/m²/day", "6 to 11 years", "ALL"],
    ),
    "at another arm than assigned": (
        dict(ARMCD="A130", ACTARMCD="A160", AGE=7),
        "AML",
        True,
        True,
        ["Y", "Y", "160 mg/m²/day", "6 to 11 years", "AML"],
    ),
    "enrolled, not treated": (
        dict(ARMCD="A130", ACTARMCD="NOTTRT", AGE=13),
        "ALL",
        True,
        False,
        ["Y", "N", "130 mg/m²/day", "12 to 17 years", "ALL"],
    ),
    "screened alone": (
        dict(ARMCD="SCRNFAIL", ACTARMCD="SCRNFAIL", AGE=13),
        None,
        False,
        False,
        ["N", "N", None, "12 to 17 years", None],
    ),
    "at no planned level": (
        dict(ARMCD="X", ACTARMCD="X", AGE=30, AGEU="MONTHS"),
        "ALL",
        True,
        True,
        ["Y", "Y", None, "1 to 5 years", "ALL"],
    ),
    "treated without an enrolment": (
        dict(ARMCD="A310", ACTARMCD="A310", AGE=7),
        "ALL",
        False,
        True,
        ["Y", "Y", "310 mg/m²/day", "6 to 11 years", "ALL"],
    ),
}
TERMS = {"ALL": "Acute lymphocytic leukaemia", "AML": "Acute myeloid leukaemia"}
ARMS = {"A130": "130 mg/m²/day", "A160": "160 mg/m²/day", "X": None, "NOTASSGN": None, "SCRNFAIL": None}
YEARS = {"YEARS": 1, "": 1, "MONTHS": 12, "WEEKS": 52.1775, "DAYS": 365.25}
DATES = ["", "2007-06-02", "2007-06", "2007", "2007-11-30", "2007-12-01", "2007-12", "2007-10-15T10:00"]


def death_rows(name, demographics, disposition, fatal):
    """Where a death is told: columns of DM, rows of DS and of AE."""
    dm = dict(DTHFL="Y" if demographics else "", DTHDTC=demographics if demographics and demographics != "yes" else "")
    ds = [] if disposition is None else [dict(USUBJID=name, DSDECOD="DEATH", EPOCH="FOLLOW-UP", DSSTDTC=disposition)]
    ae = [] if fatal is None else [dict(USUBJID=name, AETERM="x", AEOUT="FATAL", AEENDTC=fatal)]
    return dm, ds, ae


def drawn_subject(name, drawn):
    """A subject with a random arm, age and death, and dated records of several domains."""
    told = [drawn.choice([None, None, None, *DATES]) for _ in range(3)]
    dm, ds, ae = death_rows(name, "yes" if told[0] == "" else told[0], *told[1:])
    dm |= dict(
        ARMCD=drawn.choice(list(ARMS)), ACTARMCD=drawn.choice([*ARMS, "NOTTRT", ""]), AGEU=drawn.choice(list(YEARS))
    )
    dm |= dict(AGE=drawn.choice([0.9, 1, 5.9, 6, 11, 12, 21, 22, 70]) * YEARS[dm["AGEU"]], RFENDTC=drawn.choice(DATES))
    seen = [
        (drawn.choice(["vs", "cm", "sv", "pr"]), drawn.choice(DATES), drawn.choice(["", "NOT DONE"])) for _ in range(3)
    ]
    disease = drawn.choice([None, "ALL", "AML"])
    return dict(
        dm=dm, ds=ds, ae=ae, seen=seen, disease=disease, enrolled=drawn.random() < 0.6, treated=drawn.random() < 0.6
    )


def subjects_drawn():
    drawn = random.Random(23)
    found = {}
    for name, (*told, _) in KNOWN_DEATHS.items():
        dm, ds, ae = death_rows(name, *told)
        found[name] = dict(
            dm=dm | dict(ARMCD="A130", AGE=7), ds=ds, ae=ae, seen=[], disease="ALL", enrolled=True, treated=True
        )
    for name, (dm, disease, enrolled, treated, _) in KNOWN_SUBJECTS.items():
        found[name] = dict(dm=dm, ds=[], ae=[], seen=[], disease=disease, enrolled=enrolled, treated=treated)
    alive = dict(dm=dict(ARMCD="A130", AGE=7), ae=[], seen=[], disease="ALL", enrolled=True, treated=True)
    for name, (decoded, term, dies) in KNOWN_WORDS.items():
        row = dict(USUBJID=name, DSDECOD=decoded, DSTERM=term, EPOCH="FOLLOW-UP" if dies else "TREATMENT")
        row["DSSTDTC"] = "2007-06-02" if dies else ""
        found[name] = alive | dict(ds=[row] if dies else [], spoken=[] if dies else [row])
    for name, (day, _) in KNOWN_DETAILS.items():
        row = dict(USUBJID=name, DDSEQ=1, DDTESTCD="PRCDTH", DDSTRESC="SEPSIS", DDDTC=day)
        found[name] = alive | dict(ds=[], dd=[row])
    return found | {f"drawn-{n}": drawn_subject(f"drawn-{n}", drawn) for n in range(500)}


SUBJECTS = subjects_drawn()


def seen_row(name, domain, text, status):
    stem = domain.upper()
    return dict(USUBJID=name) | (
        {"VSTESTCD": "TEMP", "VSDTC": text, "VSSTAT": status} if domain == "vs" else {f"{stem}STDTC": text}
    )


@pytest.fixture(scope="module")
def made(trial):
    """All drawn subjects in one cut; the treated had their first infusion on 1 March 2007."""
    rows = defaultdict(list)
    for name, subject in SUBJECTS.items():
        rows["dm"].append(dict(USUBJID=name) | subject["dm"])
        rows["ds"] += [row | dict(DSCAT="DISPOSITION EVENT") for row in (*subject["ds"], *subject.get("spoken", []))]
        rows["dd"] += subject.get("dd", [])
        if subject["enrolled"]:
            milestone = dict(USUBJID=name, DSDECOD="ENROLLED", DSCAT="PROTOCOL MILESTONE", DSSTDTC="2007-02-20")
            rows["ds"].append(milestone | dict(EPOCH="SCREENING"))
        rows["ae"] += subject["ae"]
        if subject["treated"]:
            rows["ex"].append(
                dict(USUBJID=name, EXSEQ=1, EXTRT="DRUG", EXDOSE=1.0, EXDOSU="mg/m2", EXSTDTC="2007-03-01")
            )
        if subject["disease"]:
            rows["mh"].append(dict(USUBJID=name, MHTERM=TERMS[subject["disease"]], MHCAT="PRIMARY DIAGNOSIS"))
        for domain, text, status in subject["seen"]:
            rows[domain].append(seen_row(name, domain, text, status))
    frames = {domain: pandas.DataFrame(own) for domain, own in rows.items()}
    blank = {
        domain: frame.assign(**frame.select_dtypes(include=["object", "str"]).fillna(""))
        for domain, frame in frames.items()
    }
    blank["dm"] = blank["dm"].assign(STUDYID="S", SITEID="101")
    blank["ae"] = blank["ae"].assign(AESEQ=range(len(blank["ae"])))
    return building(blank, trial, CUT)


def known(value):
    return None if pandas.isna(value) else value


def subjects(made):
    return {row.USUBJID: row for row in made.table("adsl").itertuples()}


@pytest.mark.parametrize("name", KNOWN_DEATHS)
def test_known_deaths(made, name, agrees):
    row = subjects(made)[name]
    day = None if pandas.isna(row.DTHDT) else f"{row.DTHDT:%Y-%m-%d}"
    agrees([row.DTHFL, day], KNOWN_DEATHS[name][3], "died, on which day")


@pytest.mark.parametrize("name", KNOWN_WORDS)
def test_known_words_of_a_disposition(made, name, agrees):
    agrees(subjects(made)[name].DTHFL == "Y", KNOWN_WORDS[name][2], "died")


@pytest.mark.parametrize("name", KNOWN_DETAILS)
def test_known_details_of_a_death(made, name, agrees):
    row = subjects(made)[name]
    agrees([known(row.DTHFL), known(row.DTHDT)], KNOWN_DETAILS[name][1], "died, on which day")


@pytest.mark.parametrize("name", KNOWN_SUBJECTS)
def test_known_subjects(made, name, agrees):
    row = subjects(made)[name]
    found = [row.ENRLFL, row.SAFFL, row.TRTA, row.AGEGR1, row.DISEASE]
    agrees(found, KNOWN_SUBJECTS[name][4], "enrolled, treated, dose group, age group, disease")


# --- the same by plain Python --------------------------------------------------------------------


def earliest(text):
    """The first day that a date can mean; None for no date."""
    return date.fromisoformat((text[:10] + "-01-01"[len(text) - 4 :])[:10]) if text else None


def died(subject):
    """(whether a death is known by the cut, its day): the best source's full date, else a partial one."""
    dm = subject["dm"]
    told = [(1, dm.get("DTHDTC", ""))] if dm.get("DTHFL") or dm.get("DTHDTC") else []
    told += [(2, row["DSSTDTC"]) for row in subject["ds"]] + [(3, row["AEENDTC"]) for row in subject["ae"]]
    told += [(4, "") for row in subject.get("dd", []) if not row["DDDTC"] or earliest(row["DDDTC"]) <= CUT]
    after = [earliest(text) is not None and earliest(text) > CUT for _, text in told]
    dated = [
        (rank + (10 if len(text) < 10 else 0), earliest(text))
        for (rank, text), late in zip(told, after, strict=True)
        if text and not late
    ]
    return bool(told) and (bool(dated) or not any(after)), min(dated)[1] if dated else None


def test_death_is_that_of_plain_python_over_random_sources(made):
    found = {
        name: (row.DTHFL == "Y", row.DTHDT.date() if known(row.DTHDT) else None) for name, row in subjects(made).items()
    }
    assert found == {name: died(subject) for name, subject in SUBJECTS.items()}
    assert sum(one for one, _ in found.values()) > 100


def last_contact(subject):
    """The last day up to the cut, and to a fully dated death, on which a record says that the subject was seen."""
    seen = [one for one in subject["seen"] if one[0] != "cm"]
    texts = [text for domain, text, status in seen if domain != "vs" or status != "NOT DONE"]
    texts += [row["AEENDTC"] for row in subject["ae"]] + ["2007-03-01"] * subject["treated"]
    last = min(filter(None, (CUT, full_death(subject))))
    return max((earliest(text) for text in texts if text and earliest(text) <= last), default=None)


def full_death(subject):
    """The day of the death by the best source that dates it in full, up to the cut."""
    texts = [subject["dm"].get("DTHDTC", ""), *(row["DSSTDTC"] for row in subject["ds"])]
    texts += [row["AEENDTC"] for row in subject["ae"]]
    return next((earliest(text) for text in texts if len(text) >= 10 and earliest(text) <= CUT), None)


def test_last_contact_is_that_of_plain_python_over_random_records(made):
    found = {row.USUBJID: row.LASTDT.date() for row in made.table("contact").itertuples()}
    expected = {name: last_contact(subject) for name, subject in SUBJECTS.items()}
    assert found == {name: day for name, day in expected.items() if day}


def group_of(subject):
    """The dose level of the actual arm; of the one assigned where no actual arm was delivered or nobody was treated."""
    actual = subject["dm"].get("ACTARMCD", "")
    arm = subject["dm"].get("ARMCD", "") if actual in ("", "NOTTRT") else actual
    return {"A310": "310 mg/m²/day"}.get(arm, ARMS.get(arm))


def test_groups_are_those_of_plain_python_over_random_subjects(made):
    bands = made.table("trial.age_band").to_dict("records")
    for name, row in subjects(made).items():
        subject = SUBJECTS[name]
        enrolled = subject["enrolled"] or subject["treated"]
        years = int(subject["dm"]["AGE"] / YEARS[subject["dm"].get("AGEU", "")] + 1e-9)
        band = next((one["AGEGR1"] for one in bands if one["AGELO"] <= years <= one["AGEHI"]), None)
        expected = (enrolled, subject["treated"], group_of(subject), band, subject["disease"])
        found = (row.ENRLFL == "Y", row.SAFFL == "Y", known(row.TRTA), known(row.AGEGR1), known(row.DISEASE))
        assert found == expected, subject
        lost = any(spoken["DSDECOD"] == "LOST TO FOLLOW-UP" for spoken in subject.get("spoken", []))
        alive = "OFF STUDY" if lost else "ONGOING"
        on_study = "DIED" if died(subject)[0] else alive
        assert row.EOSSTT == on_study


# --- how subjects are counted --------------------------------------------------------------------


def counted():
    """How many are screened, enrolled, treated, and dead of the enrolled."""
    enrolled = [one for one in SUBJECTS.values() if one["enrolled"] or one["treated"]]
    return {
        "screened": len(SUBJECTS),
        "enrolled": len(enrolled),
        "treated": sum(one["treated"] for one in SUBJECTS.values()),
        "dead": sum(died(one)[0] for one in enrolled),
    }


def test_the_flow_of_subjects_is_that_of_plain_counting(made):
    steps = made.ask("flow_counts").set_index(["PART", "STEP"])
    found, counts = {key: (row.NUMBER, row.OUTOF) for key, row in steps.iterrows()}, counted()
    assert found["Entry", "Screened"][0] == counts["screened"]
    assert found["Entry", "Enrolled"] == (counts["enrolled"], counts["screened"])
    assert found["Entry", "Treated"] == (counts["treated"], counts["enrolled"])
    assert found["Entry", "Not treated"] == (counts["enrolled"] - counts["treated"], counts["enrolled"])
    outside = [one for one in SUBJECTS.values() if not one["enrolled"] and not one["treated"]]
    failed = sum((one["dm"].get("ACTARMCD") or one["dm"]["ARMCD"]) == "SCRNFAIL" for one in outside)
    assert found["Entry", "Screen failures"] == (failed, counts["screened"])
    assert found["Entry", "In screening"] == (len(outside) - failed, counts["screened"])


def test_the_summary_counts_the_same_subjects(made):
    measures = made.ask("overview_measures").set_index("MEASURE")
    found = {name: tuple(measures.loc[name, ["NUMBER", "OUTOF"]]) for name in ("Enrolled", "Treated", "Deaths")}
    counts = counted()
    assert found == {
        "Enrolled": (counts["enrolled"], counts["screened"]),
        "Treated": (counts["treated"], counts["enrolled"]),
        "Deaths": (counts["dead"], counts["enrolled"]),
    }


def test_accrual_by_site_is_that_of_plain_counting(made):
    rows = made.ask("accrual_by_site").set_index("SITEID")
    counts = counted()
    assert rows.loc["101", ["SCREENED", "ENROLLED", "TREATED"]].tolist() == [
        counts["screened"],
        counts["enrolled"],
        counts["treated"],
    ]
    assert rows.drop(index="101")[["SCREENED", "ENROLLED", "TREATED"]].sum().sum() == 0 and len(rows) > 5


FAULTS = [
    Fault("death", "deathtold", "told.DT > cut.CUTDT", "told.DT >= cut.CUTDT"),
    Fault("death", "deathtold", "'DS', 2, DSSTDTC", "'DS', 0, DSSTDTC"),
    Fault("death", "dsread", "= 'DEATH' then 'Y'", "= 'DEATH' then 'N'"),
    Fault("death", "dsread", "(^|/) *((THE", "(^) *((THE"),
    Fault("death", "dsread", "(IN|OF) ((THE|A|", "(XX|YY) ((THE|A|"),
    Fault("death", "deathtold", "(told.RANK > 3 and told.DTL > cut.CUTDT)", "false"),
    Fault("death", "aegrade", "b(FATAL|LETHAL|DEATH|DIED|DEAD|DEC", "b(FATALLY|LETHAL|DEATH|DIED|DEAD|DEC"),
    Fault("death", "deathtold", "where FATALFL = 'Y'", "where FATALFL = 'N'"),
    Fault("death", "adsl", "case when DTF is null then 0 else 10 end", "0"),
    Fault("death", "adsl", "bool_and(AFTERFL = 'N')", "bool_or(AFTERFL = 'N')"),
    Fault(
        "death",
        "contact",
        "coalesce(upper(trim(STAT)) in ('DONE', 'COMPLETE', 'COMPLETED', 'PERFORMED'), true)",
        "true",
    ),
    Fault("death", "contact", "<> 'PROTOCOL MILESTONE'\n      and", "<> 'MILESTONE' or"),
    Fault("death", "contact", "or d.ADT <= k.DTHDT", "or true"),
    Fault("death", "contact", "where d.ADT <= (select", "where d.ADT < (select"),
    Fault("subject-groups", "adsl", "upper(ACTARMCD) <> 'NOTTRT' then ACTARMCD", "true then ACTARMCD"),
    Fault("subject-groups", "adsl", "'MONTHS' then AGE / 12", "'MONTHS' then AGE"),
    Fault("subject-groups", "adsl", "floor(aged.AGEYEARS) between", "aged.AGEYEARS between"),
    Fault(
        "subject-groups",
        "adsl",
        "when milestone.STATED or e.TRTSDT is not null or f.FIRSTCD",
        "when false and f.FIRSTCD",
    ),
    Fault("subject-groups", "flow_counts", "not FAILED and not ENROLLED", "FAILED and not ENROLLED"),
    Fault("subject-groups", "flow_counts", "s.SAFFL = 'Y' as TREATED", "s.ENRLFL = 'Y' as TREATED"),
    Fault("subject-groups", "overview_measures", "where DTHFL = 'Y' and ENRLFL = 'Y'", "where DTHFL = 'Y'"),
    Fault("subject-groups", "accrual_by_site", "where ENRLFL = 'Y') as ENROLLED", "where SAFFL = 'Y') as ENROLLED"),
    Fault("subject-groups", "diagnosis", "upper(MHCAT)", "lower(MHCAT)"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
