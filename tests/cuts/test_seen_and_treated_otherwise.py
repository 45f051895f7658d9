"""Who was seen to the end of the window, treated otherwise, or given less: odd records of each."""

from __future__ import annotations

from datetime import date, timedelta

import pandas
import pytest
from building import building
from drawn import trial_data

from displays.escalation.evaluation import status_words
from displays.escalation.rates import dlt_by_dose
from displays.rule.now import rule_now
from queries import View
from trial import Trial

FIRST = date(2007, 3, 12)
CUT = date(2007, 8, 31)


def on(day: int) -> str:
    """The date of a study day."""
    return (FIRST + timedelta(days=day - 1 if day > 0 else day)).isoformat()


THREE = ",".join(on(day) for day in (1, 2, 3))


def statuses(trial: Trial, cases: dict[str, dict[str, list[dict]]], seen: int = 29) -> dict[str, str]:
    """Each case's status in words: three infusions, a visit on day `seen`, and the rows of its domains."""
    data = made_of(cases, seen)
    table = building(data, trial, CUT).table("addl")
    return {row.USUBJID: status_words(row) for row in table.itertuples()}


def made_of(cases: dict[str, dict[str, list[dict]]], seen: int) -> dict[str, pandas.DataFrame]:
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | {THREE}" for name in cases),
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\n"
        + "\n".join(f"{name} | 1 | Nausea | 1 | {on(2)}" for name in cases),
    )
    rows = {"sv": [{"USUBJID": name, "VISIT": "DAY", "SVSTDTC": on(seen)} for name in cases]}
    for name, domains in cases.items():
        for domain, records in domains.items():
            rows.setdefault(domain, []).extend(
                {"USUBJID": name, f"{domain.upper()}SEQ": 50.0 + n} | record for n, record in enumerate(records)
            )
    for domain, records in rows.items():
        frame = pandas.DataFrame(records)
        data[domain] = pandas.concat([data[domain], frame], ignore_index=True) if domain in data else frame
    return data


UNSEEN = {
    "sv not occurred": {"sv": [{"VISIT": "DAY 29", "SVOCCUR": "N", "SVSTDTC": on(29)}]},
    "sv survival": {"sv": [{"VISIT": "SURVIVAL FOLLOW-UP", "SVSTDTC": on(40)}]},
    "sv phone": {"sv": [{"VISIT": "PHONE CONTACT", "SVSTDTC": on(40)}]},
    "sv mode": {"sv": [{"VISIT": "DAY 29", "SVCNTMOD": "REMOTE AUDIO", "SVSTDTC": on(29)}]},
    "lb not done": {"lb": [{"LBTESTCD": "HGB", "LBSTRESC": "NOT DONE", "LBDTC": on(29)}]},
    "lb no result": {"lb": [{"LBTESTCD": "HGB", "LBDTC": on(29)}]},
    "lb status": {"lb": [{"LBTESTCD": "HGB", "LBSTAT": "Not performed", "LBDTC": on(29)}]},
    "procedure": {"pr": [{"PRTRT": "Autopsy", "PRSTDTC": on(29)}]},
    "rs": {"rs": [{"RSTESTCD": "OVRLRESP", "RSSTRESC": "NOT ASSESSED", "RSDTC": on(42)}]},
    "dose 0": {"ex": [{"EXTRT": "DRUG", "EXDOSE": 0.0, "EXDOSU": "mg/m2", "EXOCCUR": "N", "EXSTDTC": on(29)}]},
    "end of event": {"ae": [{"AETERM": "Rash", "AETOXGR": "1", "AESTDTC": on(3), "AEENDTC": on(40)}]},
}
SEEN = {
    "lb": {"lb": [{"LBTESTCD": "HGB", "LBSTRESC": "100", "LBDTC": on(29)}]},
    "sv": {"sv": [{"VISIT": "DAY 29", "SVSTDTC": on(29)}]},
    "sv in person": {"sv": [{"VISIT": "FOLLOW-UP", "SVOCCUR": "Y", "SVCNTMOD": "IN PERSON", "SVSTDTC": on(29)}]},
    "end of event": {
        "ae": [{"AETERM": "Rash", "AETOXGR": "1", "AEOUT": "RECOVERED/RESOLVED", "AESTDTC": on(3), "AEENDTC": on(40)}]
    },
    "rs": {"rs": [{"RSTESTCD": "OVRLRESP", "RSSTRESC": "NR", "RSDTC": on(42)}]},
}


def test_what_was_not_done_or_told_from_afar_is_no_contact_at_which_toxicity_is_seen(trial):
    cases = {f"u {name}": case for name, case in UNSEEN.items()} | {f"s {name}": case for name, case in SEEN.items()}
    found = statuses(trial, cases, seen=10)
    assert {name: found[f"u {name}"] for name in UNSEEN} == dict.fromkeys(UNSEEN, "Pending, last seen on day 10")
    assert {name: found[f"s {name}"] for name in SEEN} == dict.fromkeys(SEEN, "No DLT")


def drug(name: str, day: int = 9, **more: str) -> dict:
    return {"cm": [{"CMTRT": name, "CMSTDTC": on(day)} | more]}


PRIOR = "PRIOR AND CONCOMITANT MEDICATIONS"
THERAPIES = {
    "prior and": drug("Blinatumomab", CMCAT=PRIOR),
    "prior slash": drug("Blinatumomab", CMCAT="PRIOR/CONCOMITANT MEDICATIONS"),
    "prior alone": drug("Blinatumomab", CMCAT="PRIOR THERAPY"),
    "brand": drug("Blincyto"),
    "car": drug("KYMRIAH"),
    "category": drug("Cytarabine", CMCAT="OTHER ANTI-CANCER THERAPY"),
    "post study": drug("Cytarabine", CMCAT="POST-STUDY THERAPY"),
    "antineoplastic": drug("Etoposide", CMCAT="ANTINEOPLASTIC THERAPY"),
    "chemotherapy": drug("Palliative chemotherapy"),
    "tbi": {"pr": [{"PRTRT": "TBI", "PRSTDTC": on(9)}]},
    "radiotherapy": {"pr": [{"PRTRT": "Craniospinal radiotherapy", "PRSTDTC": on(9)}]},
    "ex": {"ex": [{"EXTRT": "Blinatumomab", "EXDOSE": 9.0, "EXDOSU": "ug", "EXSTDTC": on(9)}]},
}
TRANSPLANTS = {
    "alloHSCT": drug("alloHSCT", CMCAT=PRIOR),
    "PBSCT": {"pr": [{"PRTRT": "PBSCT", "PRSTDTC": on(9)}]},
    "allograft": {"pr": [{"PRTRT": "Allograft", "PRSTDTC": on(9)}]},
    "cord blood": {"pr": [{"PRTRT": "Cord blood infusion", "PRSTDTC": on(9)}]},
}
NONE = {
    "before": drug("Blinatumomab", -9, CMCAT=PRIOR),
    "earlier": drug("Cytarabine", -9, CMCAT="ANTINEOPLASTIC THERAPY"),
    "undated prior": {"cm": [{"CMTRT": "Blinatumomab", "CMCAT": "PRIOR THERAPY"}]},
    "intrathecal": drug("Intrathecal chemotherapy"),
    "prophylaxis": drug("Imatinib", CMINDC="PROPHYLAXIS"),
    "irradiated": {"pr": [{"PRTRT": "Irradiated red cells", "PRSTDTC": on(9)}]},
    "with it": {
        "ex": [{"EXTRT": "Venetoclax", "EXDOSE": 9.0, "EXDOSU": "mg", "EXSTDTC": on(day)} for day in (1, 2, 5)]
    },
    "pressure": drug("Losartan HCTZ"),
}


def test_another_therapy_is_recognised_by_category_name_brand_and_in_ex(trial):
    own = Trial.parse(trial.text.replace('drug = "L-Annamycin"', 'drug = "DRUG"'))
    assert own.drug == "DRUG"
    cases = {
        f"{kind} {name}": case
        for kind, every in (("t", THERAPIES), ("x", TRANSPLANTS), ("n", NONE))
        for name, case in every.items()
    }
    found = statuses(own, cases)
    other = {name: found[f"t {name}"].partition(" on day")[0] for name in THERAPIES}
    assert other == dict.fromkeys(THERAPIES, "Not evaluable: began another therapy")
    cells = {name: found[f"x {name}"].partition(" on day")[0] for name in TRANSPLANTS}
    assert cells == dict.fromkeys(TRANSPLANTS, "Not evaluable: transplanted")
    assert {name: found[f"n {name}"] for name in NONE} == dict.fromkeys(NONE, "No DLT")


DOUBTS = [
    "Logistic: patient in ICU",
    "consent withdrawn after convulsion",
    "parental decision as child collapsed",
    "request of mother, jaundice",
    "scheduling - patient ventilated",
    "strike; encephalopathy",
    "Error - patient coma",
    "transport to PICU",
    "Pharmacy; patient deteriorated",
]
OTHERS = [
    "Parents' wish",
    "logistic reasons at the site",
    "Error in the pharmacy: dose was not prepared",
    "Public holiday",
    "infusion pump failure, third dose not given",
    "Withdrawal by subject",
    "Not due to toxicity: scheduling",
]


def test_a_word_that_is_not_known_beside_another_reason_makes_it_doubtful(trial):
    def less(reason: str) -> dict:
        row = {"EXTRT": "DRUG", "EXDOSE": 0.0, "EXDOSU": "mg/m2", "EXADJ": reason, "EXSTDTC": on(3)}
        return {"ex": [row]}

    cases = {reason: less(reason) for reason in [*DOUBTS, *OTHERS]}
    data = made_of(cases, 29)
    third = (data["ex"]["EXSTDTC"] == on(3)) & (data["ex"]["EXDOSE"] > 0)
    table = building(data | {"ex": data["ex"][~third]}, trial, CUT).table("addl")
    found = {row.USUBJID: row.DLTSTAT for row in table.itertuples()}
    assert {name: found[name] for name in DOUBTS} == dict.fromkeys(DOUBTS, "Pending")
    assert {name: found[name] for name in OTHERS} == dict.fromkeys(OTHERS, "Not evaluable")


def counts(*values: tuple[int, str], code: str = "NEUT", unit: str = "10^9/L") -> list[dict]:
    return [
        {"LBTESTCD": code, "LBTEST": code, "LBSPEC": "BLOOD", "LBSTRESC": text, "LBSTRESU": unit, "LBDTC": on(day)}
        for day, text in values
    ]


def blasts(*values: tuple[int, str]) -> list[dict]:
    return counts(*values, code="BLASTLE", unit="%")


def test_aplasia_is_read_under_other_codes_and_excused_by_the_latest_blasts_alone(trial):
    low = [(day, "0.05") for day in (5, 15, 28, 45)]
    excuse = [
        {"AETERM": "Thrombocytopenia", "AEDECOD": "Thrombocytopenia", "AETOXGR": "4", "AEDLT": "N", "AESTDTC": on(5)}
    ]
    cases = {
        "neut": {"lb": counts(*low)},
        "neutsg": {"lb": counts(*low, code="NEUTSG")},
        "plt": {"lb": counts(*[(day, "10") for day in (5, 15, 28, 45)], code="PLT")},
        "impossible": {"lb": counts(*low[:3], (30, "100"), (36, "100"), (41, "100"))},
        "recovered": {"lb": counts(*low[:3], (30, "1.0"), (36, "2"), (41, "3"))},
        "both codes": {"lb": counts((5, "2"), (28, "2")) + counts((5, "0.1"), (28, "0.1"), code="NEUTSG")},
        "blast of day 3": {"lb": counts(*low) + blasts((3, "5"), (10, "0"), (45, "0"))},
        "blasts": {"lb": counts(*low) + blasts((3, "0"), (10, "5"), (41, "5"))},
        "platelets judged": {"lb": counts(*low), "ae": excuse},
        "its own judged": {"lb": counts(*[(day, "10") for day in (5, 15, 28, 45)], code="PLAT"), "ae": excuse},
    }
    found = statuses(trial, cases)
    pending = {name: status.partition(",")[0] for name, status in found.items()}
    free = {"recovered", "both codes", "blasts", "its own judged"}
    assert pending == {name: "No DLT" if name in free else "Pending" for name in cases}


@pytest.mark.parametrize("name", ["cohort", "Cohort", "COHORT"])
def test_the_cohort_is_read_in_any_spelling_of_its_name(trial, name):
    data = made_of({"S1": {}}, 29)
    data["suppdm"] = pandas.DataFrame([{"USUBJID": "S1", "RDOMAIN": "DM", "QNAM": name, "QVAL": "EXP"}])
    assert building(data, trial, CUT).table("adsl")["COHORT"].tolist() == ["EXP"]


def test_without_visits_the_rule_and_the_rate_say_that_the_calendar_decides(trial):
    said = "Visits were not delivered: the window is taken as observed by the calendar."
    data = made_of({"S1": {}}, 29)
    for delivered, expected in ((data, False), ({k: v for k, v in data.items() if k != "sv"}, True)):
        view = View(building(delivered, trial, CUT))
        assert (said in rule_now(view).population) == expected
        assert (said in dlt_by_dose(view).method) == expected
