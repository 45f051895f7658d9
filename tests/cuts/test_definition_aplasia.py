"""Counts not recovered by the end of the DLT window, as SQL decides it and as plain Python does, day by day."""

from __future__ import annotations

import random
import sys
from collections import Counter
from datetime import date, timedelta

import pytest
from building import building
from drawn import THREE, trial_data
from faults import Fault, is_found

START, CUT = date(2007, 6, 1), date(2007, 7, 30)
WINDOW, LATE, CUT_DAY, LIMITS = 28, 42, 60, {"NEUT": 0.5, "PLAT": 20}
LOW, OK = {"NEUT": "0.2", "PLAT": "9"}, {"NEUT": "1.1", "PLAT": "60"}
BEFORE_AND_AFTER = {20: "9", 27: "60"}
LATER = "LATE APLASIA"
"""What a subject without recovery is after the late day, at the cut."""

BOTH = "PRIOR AND CONCOMITANT MEDICATIONS"
KNOWN = {
    # neutrophils, platelets: study day → value and unit, or "standardised / original"
    # transfusions: dataset, day, words @ category; APLCD, None where recovered
    "never low": ({20: "1", 27: "0.9"}, {27: "60"}, (), None),
    "low, and the last count is not": ({20: "0.2", 27: "0.8"}, {}, (), None),
    "that one alone, and a fall": ({20: "0.2", 27: "0.8", 33: "0.3"}, {}, (), LATER),
    "two, and a fall": ({20: "0.2", 25: "0.8", 27: "0.8", 33: "0.3"}, {}, (), LATER),
    "three in a row, and a fall": ({20: "0.2", 24: "0.8", 25: "0.8", 27: "0.8", 33: "0.3"}, {}, (), None),
    "three before the nadir": ({2: "3", 3: "3", 4: "2", 20: "0.1"}, {}, (), LATER),
    "low on the last day": ({28: "0.2"}, {}, (), LATER),
    "low the day after": ({20: "0.8", 29: "0.2"}, {}, (), None),
    "low again after recovery in the window": ({10: "0.1", 14: "1", 15: "1", 16: "1", 27: "0.3"}, {}, (), LATER),
    "recovers and falls again": ({27: "0.3", 35: "0.9", 38: "0.2"}, {}, (), LATER),
    "recovers, falls and recovers": ({27: "0.3", 35: "0.9", 38: "0.2", 42: "0.9"}, {}, (), None),
    "falls after the late day": ({27: "0.3", 40: "0.9", 43: "0.2"}, {}, (), None),
    "recovers by three": ({27: "0.3", 30: "1", 31: "1", 33: "1", 38: "0.2"}, {}, (), None),
    "one of them cannot be read": ({27: "0.3", 30: "1", 31: "1 ?", 33: "1", 38: "0.2"}, {}, (), LATER),
    "platelets later than neutrophils": ({27: "0.3", 30: "1"}, {27: "9", 43: "60"}, (), LATER),
    "a recovery that cannot be read": ({27: "0.3", 35: "3 ?"}, {}, (), LATER),
    "a later count that cannot be read": ({27: "0.3", 35: "3", 38: "3 ?"}, {}, (), LATER),
    "the last cannot be read, none was low": ({20: "1.2", 27: "1.2 furlong"}, {}, (), "UNREAD COUNT"),
    "the only one cannot be read": ({}, {27: "? 10^9/L"}, (), "UNREAD COUNT"),
    "not read, and read after": ({27: "1.2 furlong", 30: "1.2"}, {}, (), None),
    "not read before one that is": ({20: "1.2 furlong", 27: "1.2"}, {}, (), None),
    "in cells per µL": ({27: "300 /uL"}, {}, (), LATER),
    "in UCUM": ({27: "0.9 10*3/uL"}, {27: "90 10*9/L"}, (), None),
    "the original one, low, the other without a unit": ({26: "100 / 0.1 10^9/L"}, {}, (), LATER),
    "the original one, not low, the other without a unit": ({26: "1000 / 1.0 10^9/L"}, {}, (), None),
    "the original one alone": ({26: ". / 100 /uL"}, {}, (), LATER),
    "the original one alone, without a unit": ({26: ". / 100"}, {}, (), "UNREAD COUNT"),
    "neither has a unit": ({26: "0.9 / 900"}, {}, (), "UNREAD COUNT"),
    "the original one is a limit": ({26: "9 / <0.1 10^9/L"}, {}, (), LATER),
    "words beside the original one": ({26: "see report / 0.9 10^9/L"}, {}, (), "UNREAD COUNT"),
    "a unit that is not known beside the original one": ({26: "0.9 furlong / 0.9 10^9/L"}, {}, (), "UNREAD COUNT"),
    "the original one in words": ({26: ". / 0,1 low 10^9/L"}, {}, (), "UNREAD COUNT"),
    "the standardised one, the other in words": ({26: "0.9 10^9/L / 0,9 10^9/L"}, {}, (), None),
    "both, and they agree": ({26: "0.3 10^9/L / 300 /uL"}, {}, (), LATER),
    "both, rounded": ({26: "0.9 10^9/L / 912 /uL"}, {}, (), None),
    "both, and they differ": ({26: "0.9 10^9/L / 90 /uL"}, {}, (), "UNREAD COUNT"),
    "both, and they differ the other way": ({26: "0.09 10^9/L / 0.9 10^9/L"}, {}, (), "UNREAD COUNT"),
    "both, and the original one is a limit": ({26: "0.5 10^9/L / <0.5 10^9/L"}, {}, (), "UNREAD COUNT"),
    "both are limits": ({26: "<0.5 10^9/L / <500 /uL"}, {}, (), LATER),
    "without a result": ({20: "1.2", 26: ". / ."}, {}, (), "UNREAD COUNT"),
    "below a limit that does not tell": ({27: "<1.0"}, {}, (), "UNREAD COUNT"),
    "above a limit that does not tell": ({27: ">0.1"}, {}, (), "UNREAD COUNT"),
    "above the limit": ({27: ">0.5"}, {}, (), None),
    "a month alone, not low": ({20: "0.8", "2007-06": "0.9"}, {}, (), None),
    "a month alone, low": ({20: "0.8", "2007-06": "0.1"}, {}, (), "UNREAD COUNT"),
    "a month alone is no recovery": ({27: "0.1", "2007-07": "2"}, {}, (), LATER),
    "transfused": ({}, {20: "9", 27: "60"}, (("pr", 24, "Platelet transfusion"),), LATER),
    "by medication": ({}, {20: "9", 27: "60"}, (("cm", 20, "PLATELETS, APHERESIS"),), LATER),
    "seven days before": ({}, {15: "9", 27: "60"}, (("pr", 20, "Platelet transfusion"),), LATER),
    "eight days before": ({}, {15: "9", 27: "60"}, (("pr", 19, "Platelet transfusion"),), None),
    "the day after": ({}, {15: "9", 27: "60"}, (("pr", 28, "Platelet transfusion"),), None),
    "transfused, never low": ({}, {27: "60"}, (("pr", 24, "Platelet transfusion"),), LATER),
    "transfused, then without": ({}, {27: "9", 36: "60", 40: "60"}, (("pr", 31, "Platelet transfusion"),), None),
    "of red cells": ({}, {20: "9", 27: "60"}, (("pr", 24, "Transfusion of packed red blood cells"),), None),
    "of what is not said": ({}, {20: "9", 27: "60"}, (("pr", 24, "Transfusion"),), LATER),
    "in a month alone": ({}, {20: "9", 27: "60"}, (("cm", "2007-06", "Platelets"),), LATER),
    "an inhibitor of platelets": ({}, {20: "9", 27: "60"}, (("cm", 24, "Platelet aggregation inhibitor"),), None),
    "with a premedication": ({}, BEFORE_AND_AFTER, (("pr", 24, "Platelet transfusion (premedication given)"),), LATER),
    "for a low count": ({}, BEFORE_AND_AFTER, (("pr", 24, "Platelet transfusion for low platelet count"),), LATER),
    "for a low count, transfused": ({}, BEFORE_AND_AFTER, (("cm", 24, "Platelet count 9, transfused"),), LATER),
    "low count for transfusion": ({}, BEFORE_AND_AFTER, (("cm", 24, "Low platelet count for transfusion"),), LATER),
    "prior and concomitant": ({}, BEFORE_AND_AFTER, (("cm", ".", f"Platelets @ {BOTH}"),), LATER),
    "prior, without a day": ({}, BEFORE_AND_AFTER, (("cm", ".", "Platelets @ PRIOR MEDICATION"),), None),
    "called prior, by its day not": ({}, BEFORE_AND_AFTER, (("cm", 24, "Platelets @ PRIOR MEDICATION"),), LATER),
    "as on a chart": ({}, BEFORE_AND_AFTER, (("pr", 24, "PLT transfusion"),), LATER),
    "premedicated for one": ({}, BEFORE_AND_AFTER, (("cm", 24, "Premedication for platelet transfusion"),), None),
    "a premedication": ({}, BEFORE_AND_AFTER, (("cm", 24, "Paracetamol (transfusion premedication)"),), None),
    "a count": ({}, BEFORE_AND_AFTER, (("pr", 24, "Platelet count"),), None),
    "with red cells": ({}, BEFORE_AND_AFTER, (("pr", 24, "Transfusion: red cells and platelets"),), LATER),
    "of neutrophils it says nothing": ({20: "0.1", 27: "1"}, {}, (("pr", 24, "Platelet transfusion"),), None),
}


def on(day) -> str:
    return day if isinstance(day, str) else (START + timedelta(days=day - 1)).isoformat()


def drawn_counts(drawn: random.Random) -> tuple:
    """Counts on a few days, low, not low or unreadable, and perhaps a transfusion."""
    days = sorted(drawn.sample([5, 8, 12, 16, 20, 24, 26, 27, 28, 29, 31, 33, 36, 40, 42, 43, 50], drawn.randint(1, 9)))
    counts = [
        {day: drawn.choice([LOW[test], LOW[test], OK[test], OK[test], OK[test], OK[test] + " furlong"]) for day in own}
        for test, own in (("NEUT", days), ("PLAT", days if drawn.random() < 0.6 else []))
    ]
    given = [("pr", drawn.choice(days), "Platelet transfusion")] if drawn.random() < 0.3 else []
    return (*counts, tuple(given), None)


def subjects() -> dict[str, tuple]:
    drawn = random.Random(5)
    return KNOWN | {f"drawn-{n}": drawn_counts(drawn) for n in range(250)}


SUBJECTS = subjects()


def result(text: str) -> str:
    """Value and unit, standardised and original; a standardised value alone is in 10^9/L unless it says."""
    standard, both, original = text.partition(" / ")
    value, _, unit = standard.partition(" ")
    own, _, own_unit = original.rpartition(" ") if " " in original else (original, "", "")
    return f"{value} | {unit or ('.' if both else '10^9/L')} | {own or '.'} | {own_unit or '.'}"


GIVEN = ("SEQ", "TRT", "CAT", "STDTC")


def delivery() -> dict:
    people = "\n".join(f"{name} | A130 | {THREE}" for name in SUBJECTS)
    lines = [
        f"{name} | {test} | BLOOD | {result(text)} | {on(day)}"
        for name, (neutrophils, platelets, *_) in SUBJECTS.items()
        for test, counts in (("NEUT", neutrophils), ("PLAT", platelets))
        for day, text in counts.items()
    ]
    given = {
        domain: [
            f"{name} | 1 | {words.partition(' @ ')[0]} | {words.partition(' @ ')[2] or '.'} | {on(day)}"
            for name, s in SUBJECTS.items()
            for d, day, words in s[2]
            if d == domain
        ]
        for domain in ("cm", "pr")
    }
    own = {
        domain: "\n".join([" | ".join(["USUBJID", *(domain.upper() + name for name in GIVEN)]), *rows])
        for domain, rows in given.items()
    }
    return trial_data(
        f"USUBJID | ARMCD | INFUSIONS\n{people}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nnever low | 1 | Nausea | 1 | 2007-06-02",
        lb="\n".join(["USUBJID | LBTESTCD | LBSPEC | LBSTRESC | LBSTRESU | LBORRES | LBORRESU | LBDTC", *lines]),
        sv="\n".join(["USUBJID | SVSTDTC", *(f"{name} | {on(30)}" for name in SUBJECTS)]),
        **own,
    )


@pytest.fixture(scope="module")
def made(trial):
    return building(delivery(), trial, CUT)


def codes(made) -> dict[str, str]:
    table = made.connection.execute("select USUBJID, APLCD from aplasia where APLCD is not null").fetchall()
    return dict(table)


@pytest.mark.parametrize("name", KNOWN)
def test_known_counts(made, name, agrees):
    agrees([codes(made).get(name)], [KNOWN[name][3]], "what became of the counts")


# --- the same by plain Python ------------------------------------------------------------------------


def states(counts: dict, test: str, given: tuple) -> list[tuple[int, str]]:
    """Day and what its count says, in order."""
    told = {LOW[test]: "low", OK[test]: "ok"}
    found = [(day, told.get(text, "unread")) for day, text in sorted(counts.items())]
    transfused = [day for _, day, _ in given] if test == "PLAT" else []
    held = [(day, state == "ok" and any(0 <= day - own <= 7 for own in transfused)) for day, state in found]
    return [(day, "held" if up else state) for (day, state), (_, up) in zip(found, held, strict=True)]


def not_recovered(counts: list[tuple[int, str]]) -> str | None:
    """ "low" or "unread" where nothing shows recovery by the end of the window and by the late day; else None."""
    inside = [one for one in counts if one[0] <= WINDOW]
    low = [day for day, state in inside if state == "low"]
    last = inside[-1] if inside else (0, "ok")
    if not low and last[1] not in ("held", "unread"):
        return None
    start = last[0] if last[1] in ("held", "unread") else max(low)
    after = [one for one in counts if one[0] > start]
    for place, (day, _) in enumerate(after):
        own = [state for _, state in after[place : place + 3]]
        rest = [state for one, state in after[place:] if one <= LATE]
        if day <= LATE and (own == ["ok"] * 3 or (rest and set(rest) == {"ok"})):
            return None
    return "low" if low or last[1] == "held" else "unread"


def code(subject: tuple) -> str | None:
    neutrophils, platelets, given, _ = subject
    found = {not_recovered(states(own, test, given)) for test, own in (("NEUT", neutrophils), ("PLAT", platelets))}
    if "low" in found:
        return LATER
    return "UNREAD COUNT" if "unread" in found else None


def test_recovery_is_that_of_plain_python_over_drawn_counts(made):
    drawn = {name: subject for name, subject in SUBJECTS.items() if name.startswith("drawn")}
    expected = {name: code(subject) for name, subject in drawn.items()}
    found = codes(made)
    assert {name: found.get(name) for name in drawn} == expected
    assert min(Counter(expected.values()).values()) > 5 and len(set(expected.values())) == 3


FAULTS = [
    Fault("aplasia", "aplasia", "list_distinct(NEXTSTATE[1:RECVALS]) = ['OK']", "true"),
    Fault("aplasia", "aplasia", "b.STATE = 'OK' or b.ADT > b.LATEENDT", "true or b.ADT > b.LATEENDT"),
    Fault("aplasia", "aplasia", "b.STATE = 'OK' or b.ADT > b.LATEENDT", "b.STATE = 'OK' or b.ADT > b.LATEENDT + 2"),
    Fault("aplasia", "aplasia", "v.COUNTDT between x.STDT and x.ENDT + v.SUPPDAYS", "v.COUNTDT = x.STDT"),
    Fault("aplasia", "aplasia", "or LASTSTATE = 'SUPPORTED' as ISLOW", "as ISLOW"),
    Fault("aplasia", "aplasia", "having ISLOW or LASTSTATE = 'UNREAD'", "having ISLOW"),
    Fault("aplasia", "aplasia", "where ADT <= WINENDT", "where ADT < WINENDT"),
    Fault("aplasia", "aplasia", "and coalesce(r.AVALQ, '') <> '>')", ")"),
    Fault("aplasia", "aplasia", "when k.RECDT <= t.LATEENDT then null", "when k.RECDT < t.LATEENDT then null"),
    Fault("aplasia", "aplasia", "x.KIND <> 'OTHER'", "true"),
    Fault("aplasia", "aplasia", "or SAYS is distinct from OTHERSAYS", ""),
    Fault("aplasia", "aplasia", "r.OTHERAVAL <= LIMITVAL and r.OTHERAVALQ = '<'", "false"),
    Fault("aplasia", "transfusion", "regexp_replace(lower(TREATMENT), n.PATTERN, ';', 'g')", "lower(TREATMENT)"),
    Fault("aplasia", "transfusion", "'CONCOM|CONCURR|DURING|ONGOING'", "'NEVER'"),
    Fault("aplasia", "transfusion", "if(bool_or(w.KIND = 'OTHER'), 'OTHER', 'NOT NAMED')", "'NOT NAMED'"),
    Fault("aplasia", "labrole", "l.STANDARD * s.SIFACTOR", "l.STANDARD"),
    Fault("aplasia", "labrole", "l.ORIGINAL * o.SIFACTOR", "l.ORIGINAL"),
    Fault("aplasia", "labrole", "case when BYORIGINAL then ORIGINALCOUNT end", "null"),
    Fault("aplasia", "labrole", "case when BYORIGINAL then ORIGINALCOUNT end", "ORIGINALCOUNT"),
    Fault("aplasia", "labrole", "t.ROLE in ('ANC', 'PLATELETS')\n", "false\n"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_in_the_sql_fails_the_methods_own_tests(made, fault):
    assert is_found(fault, made, sys.modules[__name__])
