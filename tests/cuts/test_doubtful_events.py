"""What an event, a verdict or a record of a death says in words that nobody listed: never less than the worst of it."""

from __future__ import annotations

import pandas
import pytest
from building import building
from drawn import THREE, trial_data

from displays.adverse_events.dlts import every_dlt
from displays.escalation.evaluation import status_words
from displays.rule.now import rule_now
from queries import View

EVENT = dict(AETERM="Sepsis", AEDECOD="Sepsis", AETOXGR="4", AEREL="NOT RELATED", AESTDTC="2007-06-10", AEDLT="")
UNJUDGED = {
    # what differs from an unrelated event of grade 4 on day 10 → what its subject awaits
    "grade, at least 3": (dict(AETOXGR=">=3"), "ADJUDICATION"),
    "grade, one of two": (dict(AETOXGR="Grade 3/4"), "ADJUDICATION"),
    "grade, a range": (dict(AETOXGR="2-4"), "ADJUDICATION"),
    "grade, with a mark": (dict(AETOXGR="4*"), "ADJUDICATION"),
    "grade, with a letter": (dict(AETOXGR="3a"), "ADJUDICATION"),
    "grade, decimal comma": (dict(AETOXGR="3,0"), "ADJUDICATION"),
    "grade, a zero before": (dict(AETOXGR="03"), "ADJUDICATION"),
    "grade, in words": (dict(AETOXGR="SEVERE"), "ADJUDICATION"),
    "grade, above 2": (dict(AETOXGR="2+"), "ADJUDICATION"),
    "grade, below 3": (dict(AETOXGR="<3"), None),
    "grade, not severe": (dict(AETOXGR="not severe"), None),
    "grade 2 of CTCAE 5": (dict(AETOXGR="CTCAE v5.0 grade 2"), None),
    "midnight of the first day": (dict(AESTDTC="2007-06-01T00:00"), "ADJUDICATION"),
    "a minute before, related": (dict(AESTDTC="2007-06-01T09:59", AEREL="RELATED"), "ONSET"),
    "a minute before": (dict(AESTDTC="2007-06-01T09:59"), None),
    "before, related": (dict(AESTDTC="2007-05-30", AEREL="RELATED"), "ONSET"),
    "the month before, related": (dict(AESTDTC="2007-05", AEREL="RELATED"), "ONSET"),
    "a century before, related": (dict(AESTDTC="1907-06-10", AEREL="RELATED"), "ONSET"),
    "before, related, not a DLT": (dict(AESTDTC="2007-05-30", AEREL="RELATED", AEDLT="N"), None),
    "before, not related": (dict(AESTDTC="2007-05-30"), None),
    "after its end in the window": (dict(AESTDTC="2007-07-20", AEENDTC="2007-06-20"), "ONSET"),
    "after its end before the window": (dict(AESTDTC="2007-07-20", AEENDTC="2007-05-20"), None),
    "after the cut": (dict(AESTDTC="2070-06-10"), "ONSET"),
    "a DLT after the cut": (dict(AESTDTC="2008-06-10", AEDLT="Y"), "ONSET"),
    "a grade of 2, another by AESPID": (dict(AETOXGR="2", AESPID="E1", SUPP="AESPID E1 AETOXGR 4"), "ADJUDICATION"),
    "a grade of 2, the worst 4": (dict(AETOXGR="2", SUPP="AESEQ 1 AEMAXGR 4"), "ADJUDICATION"),
    "a verdict by another name": (dict(AETOXGR="2", SUPP="AESEQ 1 AEDOSLIM Y"), "ADJUDICATION"),
    "a verdict by its label": (dict(AETOXGR="2", SUPP="AESEQ 1 TOXYN Y"), "ADJUDICATION"),
    "a no by another name": (dict(AETOXGR="2", SUPP="AESEQ 1 AEDOSLIM N"), None),
    "a verdict of no event": (dict(AETOXGR="2", SUPP="AESEQ 77 AEDLT CONFIRMED"), "NO EVENT"),
    "one by another name": (dict(AETOXGR="2", SUPP="AESEQ 77 DLTYN Y"), "NO EVENT"),
    "a no of no event": (dict(AETOXGR="2", SUPP="AESEQ 77 AEDLT N"), None),
    "not graded, not excluded": (dict(AETOXGR="", AEREL="NOT EXCLUDED"), "GRADE"),
    "not graded, no other cause": (dict(AETOXGR="", AEREL="NO OTHER CAUSE"), "GRADE"),
    "not graded, not related": (dict(AETOXGR=""), None),
}
CAUSALITY = {
    "Y": ["YES, RELATED", "DRUG-RELATED", "5 - DEFINITE", "Y - POSSIBLE", "Highly probable", "SUSPECTED"]
    + ["Related to study drug", "POSSIBLE/PROBABLE"],
    "N": ["Not related to the study drug", "NOT RELATED / UNLIKELY", "Un-related"],
    "": ["NOT EXCLUDED", "Not ruled out", "NOT UNLIKELY", "NONE GIVEN", "NO, POSSIBLY", "RELATED?", "NO OTHER CAUSE"]
    + ["UNLIKELY/POSSIBLE", "NOT RELATED TO DISEASE", "NOT RELATED TO CYTARABINE, RELATED TO STUDY DRUG", "UNKNOWN"],
}
DEAD = dict(AEDLT="N", SEEN="2007-06-12")
DIED = {
    # an event of grade 4, adjudicated not a DLT, last seen on day 12: whether its subject died
    **{
        f"outcome {text}": (DEAD | dict(AEOUT=text), True) for text in ("PATIENT DIED", "DECEASED", "EXPIRED", "LETHAL")
    },
    **{f"outcome {text}": (DEAD | dict(AEOUT=text), True) for text in ("SUBJECT DEATH", "NOT RECOVERED/DIED")},
    **{f"outcome {text}": (DEAD | dict(AEOUT=text), False) for text in ("NOT FATAL", "NON-FATAL", "RECOVERED")},
    **{f"term {text}": (DEAD | dict(AEDECOD=text), True) for text in ("Death", "Sudden death", "Sudden cardiac death")},
    **{f"term {text}": (DEAD | dict(AEDECOD=text), False) for text in ("Death of relative", "Fear of death")},
}
ELSEWHERE = {
    # a record outside AE, last seen on day 26: whether a death in the window is awaited
    "survival status": (("ss", dict(SSTESTCD="SURVSTAT", SSSTRESC="DEAD", SSDTC="2007-06-27")), True),
    "alive": (("ss", dict(SSTESTCD="SURVSTAT", SSSTRESC="ALIVE", SSDTC="2007-06-27")), False),
    "supplemental flag": (("suppdm", dict(RDOMAIN="DM", IDVAR="", IDVARVAL="", QNAM="DTHFL", QVAL="Y")), True),
    "supplemental date": (
        ("suppdm", dict(RDOMAIN="DM", IDVAR="", IDVARVAL="", QNAM="DTHDTC", QVAL="2007-06-27")),
        True,
    ),
    "supplemental no": (("suppdm", dict(RDOMAIN="DM", IDVAR="", IDVARVAL="", QNAM="DTHFL", QVAL="N")), False),
    "a cause alone": (("dm", dict(DTHCAUS="Septic shock")), True),
    "no cause": (("dm", dict(DTHCAUS="N/A")), False),
    "another letter": (("dm", dict(DTHFL="X")), True),
    "a cause with a question": (("dm", dict(DTHFL="Y", DTHDTC="2007-06-27", DTHCAUS="AML?")), True),
    "a response": (("rs", dict(RSTESTCD="OVRLRESP", RSSTRESC="DEATH", RSDTC="2007-06-27")), True),
    "autopsy": (("pr", dict(PRTRT="Autopsy", PRSTDTC="2007-06-27")), True),
    "a visit": (("sv", dict(VISIT="DEATH", SVSTDTC="2007-06-27")), True),
    **{
        f"{dataset} {' '.join(row.values())}": ((dataset, row | {f"{dataset.upper()}{day}": "2007-06-20"}), died)
        for dataset, day, row, died in (
            ("ce", "STDTC", dict(CETERM="Death"), True),
            ("ce", "STDTC", dict(CETERM="Sepsis", CEOUT="FATAL"), True),
            ("ce", "STDTC", dict(CETERM="Death", CEOCCUR="N"), False),
            ("ce", "STDTC", dict(CETERM="Near death experience"), False),
            ("ho", "ENDTC", dict(HOTERM="Hospitalisation", HODISOUT="DIED"), True),
            ("ho", "ENDTC", dict(HOTERM="Hospitalisation", HODISOUT="HOME"), False),
            ("mh", "STDTC", dict(MHTERM="Death"), True),
            ("mh", "STDTC", dict(MHTERM="Sudden death of father"), False),
            ("dv", "STDTC", dict(DVTERM="Visit not done, subject died"), True),
            ("dv", "STDTC", dict(DVTERM="Visit missed: death in the family"), False),
            ("fa", "DTC", dict(FATEST="Occurrence", FAOBJ="Death", FASTRESC="Y"), True),
            ("fa", "DTC", dict(FATEST="Occurrence", FAOBJ="Death", FASTRESC="N"), False),
            ("fa", "DTC", dict(FATEST="Cause of death", FASTRESC="Septic shock"), True),
        )
    },
    **{
        f"disposition {text}": (
            ("ds", dict(DSDECOD="OTHER", DSTERM=text, DSCAT="DISPOSITION EVENT", DSSTDTC="2007-06-27")),
            True,
        )
        for text in ("Passed away at home", "Expired", "Subject expired", "Succumbed to sepsis", "Exitus letalis")
    },
    "consent expired": (
        (
            "ds",
            dict(DSDECOD="CONSENT EXPIRED", DSTERM="Consent expired", DSCAT="PROTOCOL MILESTONE", DSSTDTC="2007-06-27"),
        ),
        False,
    ),
}


def cut_of(trial, subjects):
    """One subject at 130 a case: the event and what else is delivered of it, seen on day 35 unless said otherwise."""
    names = {name: f"S{number:02}" for number, name in enumerate(subjects)}
    data = trial_data("\n".join(["USUBJID | ARMCD | INFUSIONS", *(f"{n} | A130 | {THREE}" for n in names.values())]))
    data["ex"].loc[data["ex"]["EXSEQ"] == 1, "EXSTDTC"] = "2007-06-01T10:00"
    rows = {"ae": [], "sv": [], "suppae": []}
    for name, case in subjects.items():
        case, subject = dict(case), {"USUBJID": names[name]}
        for dataset, row in case.pop("OTHER", ()):
            if dataset == "dm":
                for column, value in row.items():
                    data["dm"].loc[data["dm"]["USUBJID"] == names[name], column] = value
            else:
                rows.setdefault(dataset, []).append(subject | {f"{dataset.upper()}SEQ": 2} | row)
        rows["sv"].append(subject | dict(VISIT="LAST", SVSTDTC=case.pop("SEEN", "2007-07-05")))
        if said := case.pop("SUPP", None):
            key, value, flag, text = said.split()
            label = "Dose-limiting toxicity" if flag == "TOXYN" else flag
            row = dict(RDOMAIN="AE", IDVAR=key, IDVARVAL=value, QNAM=flag, QLABEL=label, QVAL=text)
            rows["suppae"].append(subject | row)
        rows["ae"].append(subject | dict(AESEQ=1) | EVENT | case)
    return building(data | {name: pandas.DataFrame(own) for name, own in rows.items() if own}, trial), names


def mild(other, seen):
    """A mild event that was adjudicated, beside another record."""
    return dict(AETOXGR="1", AEDLT="N", SEEN=seen, OTHER=[other])


@pytest.fixture(scope="module")
def events(trial):
    return cut_of(trial, {name: case for name, (case, _) in UNJUDGED.items()})


@pytest.fixture(scope="module")
def deaths(trial):
    fatal = {name: case for name, (case, _) in DIED.items()}
    return cut_of(trial, fatal | {name: mild(other, "2007-06-26") for name, (other, _) in ELSEWHERE.items()})


def test_what_may_be_a_dlt_leaves_its_subject_pending(events):
    cut, names = events
    rows = cut.table("addl").set_index("USUBJID")
    found = {name: rows.loc[names[name], "PENDCD"] for name in UNJUDGED}
    assert {name: None if pandas.isna(code) else code for name, code in found.items()} == {
        name: code for name, (_, code) in UNJUDGED.items()
    }
    assert not (rows["DLTSTAT"] == "DLT").any()


def test_a_causality_is_a_whole_answer_of_the_list_or_unknown(trial):
    cut, names = cut_of(trial, {text: dict(AEREL=text) for texts in CAUSALITY.values() for text in texts})
    rows = cut.table("adae").set_index("USUBJID").loc[list(names.values())]
    found = dict(zip(names, rows["RELFL"].fillna(""), strict=True))
    assert found == {text: kind for kind, texts in CAUSALITY.items() for text in texts}
    unlisted = {text for text, name in names.items() if rows.loc[name, "RELUNRFL"] == "Y"}
    assert unlisted == set(CAUSALITY[""]) - {"UNKNOWN"}


def test_a_doubtful_onset_is_said_in_words(events):
    cut, names = events
    said = {row.USUBJID: status_words(row) for row in cut.table("addl").itertuples()}
    words = "onset of Sepsis to be resolved (dated {})"
    assert words.format("after its own end") in said[names["after its end in the window"]]
    assert words.format("after the data cut") in said[names["a DLT after the cut"]]
    assert words.format("before the first infusion though related to study drug") in said[names["before, related"]]


def test_a_death_in_any_words_is_a_death(deaths):
    cut, names = deaths
    dead = cut.table("adsl").set_index("USUBJID")["DTHFL"]
    assert {name: dead[names[name]] == "Y" for name in DIED} == {name: died for name, (_, died) in DIED.items()}


def test_a_death_told_elsewhere_alone_is_to_be_confirmed(deaths):
    cut, names = deaths
    rows = cut.table("addl").set_index("USUBJID")
    found = {name: rows.loc[names[name], "PENDCD"] == "DEATH" for name in ELSEWHERE}
    assert found == {name: awaited for name, (_, awaited) in ELSEWHERE.items()}


def test_a_dlt_of_a_subject_that_dm_lacks_is_named_first_and_holds_a_higher_dose(trial):
    data = trial_data(
        "\n".join(["USUBJID | ARMCD | INFUSIONS", *(f"S{n} | A130 | {THREE}" for n in range(3))]),
        "USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC | AEDLT\nS1 | 1 | Rash | Rash | 1 | 2007-06-02 | N\n"
        "X-9 | 1 | Sepsis | Sepsis | 4 | 2007-06-10 | Y",
    )
    view = View(building(data, trial))
    assert rule_now(view).finding.startswith(
        "A DLT was adjudicated of X-9, not in DM; the rule cannot read it. "
        "The board decides before the dose is raised. Without it Rolling Six would recommend 160"
    )
    assert "1 subject not in DM had a DLT (X-9), counted at no dose" in every_dlt(view).finding
    found = view.cut.table("ingest.finding")
    assert "dlt_before_first_infusion" not in set(found["CHECKID"]) and "dlt_of_nobody" in set(found["CHECKID"])
