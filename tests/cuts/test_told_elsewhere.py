"""What a board rests on is read wherever a sponsor put it: verdicts by any identifier, or in FA, ADAE and ADSL; deaths
and cohorts of ADSL; ends of the study in the words of the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
from building import Building
from drawn import THREE, drawn, trial_data
from stopping_frames import rule_state

from displays.conduct.flow import subject_flow
from displays.data.findings import ingest_findings
from displays.escalation.evaluation import status_words
from displays.escalation.findings import findings_that_decide
from displays.remission.rates import remission_rate
from displays.rule.now import rule_now
from ingest.build import write_cut
from ingest.delivery import Delivery
from queries import View

EVENTS = "USUBJID | AESEQ | AESPID | AEGRPID | AETERM | AETOXGR | AESTDTC | AEREL"


def told(cut) -> dict[str, str]:
    return {row.USUBJID: status_words(row) for row in cut.table("addl").itertuples()}


def found(cut, check: str) -> str:
    table = cut.table("ingest.finding")
    return "; ".join(table.loc[table["CHECKID"] == check, "EXAMPLES"])


def people(names, **columns: str) -> str:
    head = " | ".join(["USUBJID", "ARMCD", "INFUSIONS", *columns])
    return "\n".join([head, *(" | ".join([name, "A130", THREE, *columns.values()]) for name in names)])


# --- verdicts by another identifier than AESEQ -----------------------------------------------------------

PLACED = {
    # IDVAR and IDVARVAL of a verdict; the identifiers of the subject's events; what follows
    "spid": ("AESPID | E01 | Y", ["E01 | ."], "DLT: Rash grade 3"),
    "lower": ("AESPID | e01 | N", ["E01 | ."], "No DLT"),
    "zeros": ("AESPID | 7 | Y", ["007 | .", "8 | ."], "DLT: Rash grade 3"),
    "decimal": ("AESPID | 7.0 | Y", ["7 | .", "8 | ."], "DLT: Rash grade 3"),
    "group": ("AEGRPID | G1 | N", ["1 | G1", "2 | G1"], "No DLT"),
    "part": ("AEGRPID | G1 | N", ["1 | G1", "2 | ."], "Pending, awaiting adjudication of Rash"),
    "only": (". | . | Y", ["1 | ."], "DLT: Rash grade 3"),
    "two": (
        "AESPID | E1 | Y",
        ["E1 | .", "E1 | ."],
        "Pending, awaiting adjudication of Rash; a DLT was adjudicated of an event that was not delivered",
    ),
    "unclear": (". | . | N", ["1 | .", "2 | ."], "Pending, awaiting adjudication of Rash"),
}


def test_a_verdict_reaches_its_event_by_any_identifier_that_tells_one(make_cut, trial):
    events = [
        f"{name} | {n} | {ids} | Rash | 3 | 2007-06-1{n} | RELATED"
        for name, (_, rows, _) in PLACED.items()
        for n, ids in enumerate(rows, start=1)
    ]
    verdicts = [f"{name} | AE | AEDLT | {by}" for name, (by, _, _) in PLACED.items()]
    data = trial_data(
        people(PLACED),
        "\n".join([EVENTS, *events]),
        suppae="\n".join(["USUBJID | RDOMAIN | QNAM | IDVAR | IDVARVAL | QVAL", *verdicts]),
    )
    cut = make_cut(data, trial)
    assert told(cut) == {name: state for name, (_, _, state) in PLACED.items()}
    assert found(cut, "supplemental_reaches_no_event") == "two AESPID E1: Y; unclear no IDVAR: N"
    assert found(cut, "dlt_without_event") == "two AESPID E1: Y"


# --- what stands outside AE, DM and DS -------------------------------------------------------------------


def seen(names) -> str:
    return "USUBJID | VSTESTCD | VSDTC\n" + "\n".join(f"{name} | WEIGHT | 2007-06-28" for name in names)


def beside(trial, adam: dict, sdtm: dict) -> Building:
    """A cut of drawn SDTM with ADaM datasets beside it, in memory."""
    connection = duckdb.connect()
    write_cut(connection, replace(Delivery.of(sdtm), adam=adam), trial, date(2007, 11, 30), lambda line: None)
    return Building(Path("memory"), date(2007, 11, 30), connection, catalog="memory")


@pytest.fixture(scope="module")
def with_adam(trial):
    names = ("judged", "agreed", "denied", "died", "flagged", "expands", "split", "dlt", "fa", "reason", "quiet")
    events = "\n".join(
        ["USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC | AEREL"]
        + [f"{name} | 1 | Rash | 2 | 2007-06-10 | RELATED" for name in names]
    )
    adsl = drawn(
        "\n".join(
            ["USUBJID | DTHDT | DTHFL | COHORT | DLTFL | DLTEVLFL"]
            + [
                "died | 2007-06-15 | . | 1 | N | Y",
                "flagged | . | Y | 1 | N | Y",
                "expands | . | . | EXP | N | Y",
                "split | . | . | EXP | N | Y",
                "dlt | . | . | 1 | Y | Y",
                *(f"{name} | . | N | 1 | N | Y" for name in ("judged", "agreed", "denied", "fa", "reason", "quiet")),
            ]
        )
    )
    adae = drawn("USUBJID | AESEQ | DLTFL\njudged | 1 | Y\nagreed | 1 | Y\ndenied | 1 | N\nquiet | 1 | N")
    sdtm = trial_data(
        people(names),
        events,
        vs=seen(names),
        suppae="USUBJID | RDOMAIN | IDVAR | IDVARVAL | QNAM | QVAL\nagreed | AE | AESEQ | 1 | AEDLT | Y\n"
        "denied | AE | AESEQ | 1 | AEDLT | Y",
        suppdm="USUBJID | RDOMAIN | IDVAR | IDVARVAL | QNAM | QVAL\nsplit | DM | . | . | COHORT | 1",
        fa="USUBJID | FASEQ | FATESTCD | FATEST | FAOBJ | FASTRESC\nfa | 1 | OCCUR | Dose limiting toxicity | Rash | Y"
        "\nreason | 1 | DLTRS | Reason of no DLT | Rash | mild\nquiet | 1 | DLT | Dose limiting toxicity | Rash | N",
    )
    return beside(trial, {"adsl": adsl, "adae": adae}, sdtm)


def test_what_the_analysis_data_say_beside_sdtm_is_not_passed_over(with_adam):
    outside = "Pending, a DLT is recorded outside the adverse events"
    assert told(with_adam) == {
        **dict.fromkeys(("judged", "agreed", "denied"), "DLT: Rash grade 2"),
        "died": "Pending, cause of death on day 15 not known",
        "flagged": "Pending, cause and day of death not known",
        "split": "Pending, delivered in the expansion and in another cohort",
        **dict.fromkeys(("dlt", "fa"), outside),
        **dict.fromkeys(("expands", "reason", "quiet"), "No DLT"),
    }
    people = with_adam.table("adsl").set_index("USUBJID")
    assert people["COHORT"].to_dict() == dict.fromkeys(people.index, "1") | {"expands": "EXP"}
    assert people["DTHFL"].dropna().index.tolist() == ["died", "flagged"]


def test_each_of_it_is_a_finding_that_decides(with_adam):
    shown = findings_that_decide(View(with_adam)).table.set_index(["CHECKID", "DATASET"])["EXAMPLES"]
    assert shown["dlt_of_analysis", "ADAE"] == "judged AESEQ 1: Y"
    assert shown["dlt_elsewhere", "ADSL"] == "dlt: Y"
    assert shown["dlt_elsewhere", "FA"] == "fa FASEQ 1: Dose limiting toxicity, Rash, Y"
    assert shown["death_to_be_confirmed", "ADSL"] == "died: ADSL 2007-06-15; flagged: ADSL no date"
    assert shown["cohort_several", "SUPPDM"] == "split: 1 and EXP"
    finding = rule_now(View(with_adam)).finding
    assert "(day 15)" in finding and "in the DLT window without a delivered cause" in finding
    assert "Rolling Six recommends: escalate" not in finding


# --- the end of the study in the words of a record; counts without a date --------------------------------

ENDS = {
    # DSDECOD | DSTERM | DSCAT | EPOCH → whether the subject left the study
    "lost": ("LOST TO FOLLOW-UP | Moved away | DISPOSITION EVENT | TREATMENT", "OFF STUDY"),
    "off": ("OFF STUDY | Off study | DISPOSITION EVENT | TREATMENT", "OFF STUDY"),
    "term": ("PHYSICIAN DECISION | Discontinued from the study | DISPOSITION EVENT | TREATMENT", "OFF STUDY"),
    "consent": ("CONSENT WITHDRAWN | . | PROTOCOL MILESTONE | TREATMENT", "OFF STUDY"),
    "category": ("DISCONTINUED | . | END OF STUDY | TREATMENT", "OFF STUDY"),
    "drug": ("ADVERSE EVENT | Discontinued study drug | DISPOSITION EVENT | TREATMENT", "ONGOING"),
    "sample": ("OTHER | Withdrew consent for biobank | OTHER EVENT | TREATMENT", "ONGOING"),
    "ongoing": ("ONGOING | Subject ongoing | DISPOSITION EVENT | TREATMENT", "ONGOING"),
    "both": ("COMPLETED | Completed treatment | DISPOSITION EVENT | TREATMENT", "OFF STUDY"),
}
DS = "USUBJID | DSDECOD | DSTERM | DSCAT | EPOCH | DSSTDTC"
FOLLOWED = "both | COMPLETED | . | DISPOSITION EVENT | FOLLOW-UP | 2007-08-20"
COUNTS = "USUBJID | LBSEQ | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESN | LBSTRESU | LBDTC"


@pytest.fixture(scope="module")
def ended(make_cut, trial):
    names = [*ENDS, "low", "later", "high", "before"]
    rows = [f"{name} | {text} | 2007-07-20" for name, (text, _) in ENDS.items()]
    counts = [
        ("low", 0.1, ""),
        ("later", 0.1, ""),
        ("later", 3, "2007-07-10"),
        ("high", 3, ""),
        ("before", 0.1, "2007-05-30"),
    ]
    return make_cut(
        trial_data(
            people(names),
            f"{EVENTS}\nlost | 1 | . | . | Nausea | 1 | 2007-06-10 | RELATED",
            ds="\n".join([DS, *rows, FOLLOWED]),
            lb="\n".join(
                [
                    COUNTS,
                    *(
                        f"{name} | {n} | NEUT | BLOOD | {value} | {value} | 10^9/L | {day or '.'}"
                        for n, (name, value, day) in enumerate(counts, start=1)
                    ),
                ]
            ),
            vs=seen(names),
        ),
        trial,
    )


def test_who_left_the_study_is_read_of_the_words_of_the_record(ended):
    states = ended.table("adsl").set_index("USUBJID")["EOSSTT"]
    assert {name: states[name] for name in ENDS} == {name: state for name, (_, state) in ENDS.items()}
    assert "6 left the study alive" in subject_flow(View(ended)).finding


def test_of_one_end_a_subject_that_of_treatment_does_not_tell_the_study(make_cut, trial):
    rows = "a | COMPLETED | FOLLOW-UP\nb | ADVERSE EVENT | TREATMENT\nc | LOST TO FOLLOW-UP | TREATMENT".splitlines()
    cut = make_cut(
        trial_data(
            people("abc"),
            ds="\n".join(["USUBJID | DSDECOD | EPOCH | DSSTDTC", *(f"{row} | 2007-07-20" for row in rows)]),
        ),
        trial,
    )
    assert cut.table("adsl")["EOSSTT"].fillna("").tolist() == ["OFF STUDY", "", "OFF STUDY"]
    assert "1 in follow-up or left (not known) and 2 left the study alive" in subject_flow(View(cut)).finding


def test_a_low_count_without_a_date_may_be_the_last_of_the_window(ended):
    states = told(ended)
    assert states["low"] == "Pending, the last neutrophil or platelet count up to day 28 cannot be read or dated"
    assert {states[name] for name in ("later", "high", "before")} == {"No DLT"}
    rows = ingest_findings(View(ended)).table.query("CHECKID == 'result_undated' and DATASET == 'LB'")
    assert rows["WEIGHT"].tolist() == ["decision"] and rows["NRECS"].tolist() == [3]


# --- infusions and events after the death ----------------------------------------------------------------


def test_an_infusion_or_event_after_the_death_counts_for_nothing_and_decides(make_cut, trial):
    again = f"{THREE},2007-07-06,2007-07-07,2007-07-08"
    rows = [f"S1 | A130 | {again} | 2007-07-07", f"S2 | A130 | {again} | 2006-07-07", f"S3 | A130 | {again} | 2007-07"]
    cut = make_cut(
        trial_data(
            "\n".join(["USUBJID | ARMCD | INFUSIONS | DTHDTC", *rows]),
            "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC | AEREL | AESER\n"
            + "\n".join(f"S{n} | 1 | Stomatitis | 4 | 2007-07-20 | RELATED | Y" for n in (1, 2, 3)),
        ),
        trial,
    )
    assert cut.table("adsl")["CUMDOSE"].tolist() == [130 * 5, 130 * 6, 130 * 6]
    assert cut.table("adae").set_index("USUBJID")["TRTEMFL"].to_dict() == {"S1": "N", "S2": "Y", "S3": "Y"}
    counted = cut.ask("ae_by_dose").set_index("TRTA").loc["130 mg/m²/day"]
    assert counted["NEVENT"] == counted["NGRADE3"] == counted["NSERIOUS"] == 2
    mucositis = rule_state(cut, "Severe mucositis").subjects.set_index("USUBJID")
    assert mucositis["EVENTFL"].to_dict() == {"S1": "N", "S2": "Y", "S3": "Y"}
    assert mucositis["POSSFL"].to_dict() == {"S1": "Y", "S2": "N", "S3": "N"}
    shown = findings_that_decide(View(cut)).table.query("CHECKID == 'record_after_death'")
    assert dict(zip(shown["DATASET"], shown["NRECS"], strict=True)) == {"AE": 2, "EX": 7}


# --- disease and response in the field's words -----------------------------------------------------------

WORDS = {
    "a": ("Mixed phenotype acute leukemia, B/myeloid", "CR without MRD"),
    "b": ("Biphenotypic acute leukaemia", "No response"),
    "c": ("Acute myeloid leukemia, relapsed", "CR with partial recovery"),
    "d": ("Acute Myeloid Leukaemia (in second relapse)", "Complete remission w/ incomplete count recovery"),
    "e": ("Acute lymphocytic leukemia", "Marrow remission"),
}


def test_mixed_phenotype_is_a_disease_and_the_spellings_of_a_remission_are_read(make_cut, trial):
    cut = make_cut(
        trial_data(
            people(WORDS),
            mh="\n".join(
                ["USUBJID | MHTERM | MHSCAT", *(f"{n} | {d} | Primary diagnosis" for n, (d, _) in WORDS.items())]
            ),
            rs="\n".join(
                ["USUBJID | RSTESTCD | RSORRES | RSDTC"]
                + [f"{n} | OVRLRESP | {r} | 2007-06-30" for n, (_, r) in WORDS.items()]
            ),
        ),
        trial,
    )
    assert cut.table("adsl")["DISEASE"].tolist() == ["MPAL", "MPAL", "AML", "AML", "ALL"]
    finding = remission_rate(View(cut)).finding
    assert "1 of 2" in finding and "MPAL" in finding and "2 of 2" in finding
    assert found(cut, "response_not_recognised") == "e: Marrow remission"


SPELLED = {
    "ALL": (
        "Pre-B ALL",
        "B-precursor ALL",
        "T-ALL",
        "ALL, T-lineage",
        "Ph+ ALL",
        "Acute leukemia, lymphoblastic",
        "Acute lymphoblastic leukaemia (ALL), third relapse",
        "Acute lymphoid leukemia",
    ),
    "AML": (
        "AML M5",
        "AML FAB M2",
        "AML with t(8;21)(q22;q22)",
        "AML, not otherwise specified",
        "secondary AML",
        "ANLL",
    ),
    # not a disease of the trial, or not told which
    None: ("ALL/AML", "not ALL", "Suspected AML", "Acute leukaemia", "CML blast crisis", "T-lymphoblastic lymphoma"),
}
RESIDUAL = {
    "CRi (MRD+)": "CRi",
    "CR, MRD+ by flow": "CR",
    "CRh without MRD": "CRh",
    "MRD relapse": None,
    "CR/CRi": None,
}


def test_a_diagnosis_is_told_by_its_words_and_a_response_without_its_residual_disease(make_cut, trial):
    diseases = {term: code for code, terms in SPELLED.items() for term in terms}
    names = {f"S{n:02}": text for n, text in enumerate([*diseases, *RESIDUAL])}
    said = [(name, text) for name, text in names.items() if text in RESIDUAL]
    cut = make_cut(
        trial_data(
            people(names),
            mh="\n".join(
                [
                    "USUBJID | MHTERM | MHCAT",
                    *(f"{n} | {t} | Primary diagnosis" for n, t in names.items() if t in diseases),
                ]
            ),
            rs="\n".join(
                ["USUBJID | RSTESTCD | RSORRES | RSDTC", *(f"{n} | OVRLRESP | {t} | 2007-06-30" for n, t in said)]
            ),
        ),
        trial,
    )
    told = cut.table("adsl").set_index("USUBJID")["DISEASE"].dropna().to_dict()
    assert told == {name: diseases[text] for name, text in names.items() if diseases.get(text)}
    read = cut.table("adrs").query("PARAMCD == 'OVRLRESP'").set_index("USUBJID")["AVALC"].to_dict()
    assert read == {name: RESIDUAL[text] or text for name, text in said}
