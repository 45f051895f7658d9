"""Each check on a drawn table: what it must find, and that it is silent where nothing is odd."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

import pandas
import pytest
from building import building

from ingest.check import CHECKS_FOLDER, read_checks, run_checks
from ingest.weights import WEIGHTS
from trial import Trial

TRIAL = """
[trial]
id = "T"
title = "Drawn"
drug = "Annamycin"
[test_codes]
PARENT_DRUG = ["PARENT"]
[dlt]
window_days = 28
flags = ["AEDLT"]
[[dose_level]]
level = 1
dose_mg_per_m2_day = 130
arm_code = "A130"
arm = "130 mg"
[[age_band]]
label = "1 to 21 years"
from = 1
to = 21
[[disease]]
code = "ALL"
name = "ALL"
terms = ["ALL"]
[[disease]]
code = "AML"
name = "AML"
terms = ["AML"]
[[site]]
id = "001"
name = "First"
"""
DRAWN_TRIAL = Trial.parse(TRIAL)
TABLES = {
    "dm": """
        STUDYID USUBJID SITEID AGE AGEU  ARMCD ARM     ACTARMCD ACTARM  RFXSTDTC
        S       S-1     001    7   YEARS A130  130_mg  A130     130_mg  2007-03-01""",
    "ex": """
        USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC    EXENDTC
        S-1     1     DRUG  130    mg/m2  2007-03-01 2007-03-01""",
    "mh": """
        USUBJID MHSEQ MHTERM MHCAT
        S-1     1     ALL    PRIMARY_DIAGNOSIS""",
    "ae": """
        USUBJID AESEQ AETERM AEDECOD AESER AESDTH AETOXGR AEOUT     AESTDTC    AEENDTC
        S-1     1     pain   Pain    N     N      1       RECOVERED 2007-03-02 2007-03-05""",
    "suppae": """
        RDOMAIN USUBJID IDVAR IDVARVAL QNAM  QVAL
        AE      S-1     AESEQ 1        AEDLT N""",
    "lb": """
        USUBJID LBSEQ LBTESTCD LBTEST     LBSPEC LBSTRESC LBSTRESN LBSTRESU LBSTNRLO LBSTNRHI LBDTC
        S-1     1     HGB      Hemoglobin BLOOD  110      110      g/L      100      140      2007-03-01""",
    "cv": """
        USUBJID CVSEQ CVTESTCD CVTEST CVMETHOD CVSTRESC CVSTRESN CVSTRESU CVDTC
        S-1     1     LVEF     LVEF   ECHO     60       60       %        2007-02-28""",
    "ds": """
        USUBJID DSSEQ DSDECOD   DSCAT              EPOCH     DSSTDTC
        S-1     1     ENROLLED  PROTOCOL_MILESTONE TREATMENT 2007-02-28""",
}
FATAL = """
        USUBJID AESEQ AETERM AEDECOD AETOXGR AEOUT AESDTH AESLIFE AESTDTC    AEREL
        S-1     1     pain   Pain    1       .     .      .       2007-03-02 .
        S-1     2     a      A       .       FATAL Y      .       2007-03-05 RELATED
        S-1     3     b      B       5       FATAL Y      .       2007-03-05 NONE
        S-1     4     c      C       .       .     .      Y       2007-03-05 RELATED"""
"""Fatal and life-threatening events, graded and not."""
QUIET = {"not_delivered", "role_without_records"}
"""The drawn delivery holds few domains: that it says so is tested apart."""


SURFACE = "USUBJID VSSEQ VSTESTCD VSSTRESN VSSTRESU VSDTC\nS-1 1 BSA 0.8 m2 2007-02-20"
EARLIER = (
    "USUBJID CMSEQ CMDECOD CMCAT CMDOSTOT CMDOSU CMSTDTC\nS-1 1 DOXORUBICIN PRIOR_ANTHRACYCLINE 120 mg/m2 2006-03-01"
)


def drawn(text: str) -> pandas.DataFrame:
    """A table as drawn: an underscore is a blank inside a value, "." a missing one."""
    lines = [line.split() for line in text.strip().splitlines()]
    return pandas.DataFrame(
        [["" if v == "." else v.replace("_", " ") for v in line] for line in lines[1:]], columns=lines[0], dtype="str"
    )


@lru_cache(maxsize=1)
def _loaded(tables: tuple[tuple[str, str], ...]):
    """The delivery of these tables as loaded; several checks of one delivery ask the same."""
    frames = {name: drawn(text) for name, text in tables if text}
    return building(frames, DRAWN_TRIAL, date(2007, 11, 30)).connection


def findings(wanted: str = "", **replaced: str) -> dict:
    """{(CHECKID, DATASET): finding} of the drawn delivery with those tables replaced; of one check, or of all."""
    connection = _loaded(tuple((TABLES | replaced).items()))
    found = run_checks(connection, [check for check in read_checks() if wanted in ("", check.name)])
    return {(f.check, f.dataset): f for f in found if f.check not in QUIET}


def with_row(table: str, *lines: str) -> str:
    return TABLES[table] + "".join(f"\n        {line}" for line in lines)


PHARMACOKINETICS = dict(
    dm=with_row("dm", *[f"S S-{n} 001 8 YEARS A130 130_mg A130 130_mg 2007-03-01" for n in (2, 3, 4)]),
    ex="""
        USUBJID EXSEQ EXTRT EXDOSE EXDOSU EXSTDTC          EXENDTC          EXROUTE
        S-1     1     DRUG  130    mg/m2  2007-03-01T10:00 2007-03-01T12:00 INTRAVENOUS
        S-1     2     DRUG  130    mg/m2  2007-03-02T10:00 2007-03-02T12:00 INTRAVENOUS
        S-2     1     DRUG  130    mg/m2  2007-03-01T10:00 2007-03-01T12:00 INTRAVENOUS
        S-3     1     DRUG  130    mg/m2  2007-03-01T10:00 2007-03-01T12:00 INTRAVENOUS
        S-4     1     DRUG  130    mg/m2  2007-03-01T10:00 2007-03-01T12:00 INTRAVENOUS""",
    pc="""
        USUBJID PCSEQ PCTESTCD PCSTRESC PCSTRESU PCLLOQ PCSTAT   PCELTM PCTPTREF       PCRFTDTC         PCDTC
        S-1     1     PARENT   7        ng/mL    1      .        PT0H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T09:50
        S-1     2     PARENT   900      ng/mL    1      .        PT2H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T12:00
        S-1     3     PARENT   400      ng/mL    1      .        PT4H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T14:40
        S-1     4     PARENT   4        IU       1      .        PT5H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T15:00
        S-1     5     PARENT   300      ng/mL    1      .        PT6H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T16:00
        S-1     6     PARENT   310      ng/mL    1      .        PT6H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T16:00
        S-1     7     PARENT   0.4      ng/mL    1      .        PT8H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T18:00
        S-1     8     PARENT   80       ng/mL    1      NOT_DONE PT9H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T19:00
        S-1     9     PARENT   50       ng/mL    1      .        PT10H  COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T20:00
        S-1     10    PARENT   60       ng/mL    1      .        PT24H  COURSE_1_DAY_1 2007-03-01T10:00 2007-03-02T10:30
        S-2     11    PARENT   <1       ng/mL    1      .        PT0H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T10:00
        S-2     12    PARENT   900      ng/mL    1      .        PT2H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T12:00
        S-2     13    PARENT   600      ng/mL    1      .        PT4H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T14:00
        S-2     14    PARENT   500      ng/mL    1      .        PT6H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T16:00
        S-2     15    PARENT   400      ng/mL    1      .        PT8H   COURSE_1_DAY_1 2007-03-01T09:30 2007-03-01T18:00
        S-3     16    PARENT   900      ng/mL    1      .        PT2H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T12:00
        S-3     17    PARENT   400      ng/mL    1      .        PT4H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T14:00
        S-3     18    PARENT   500      ng/mL    1      .        PT6H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T16:00
        S-3     19    PARENT   600      ng/mL    1      .        PT8H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T18:00
        S-4     20    PARENT   >9000    ng/mL    1      .        PT2H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T12:00
        S-4     21    PARENT   90       ng/mL    1      .        PT4H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T14:00
        S-4     22    PARENT   -5       ng/mL    1      .        PT6H   COURSE_1_DAY_1 2007-03-01T10:00 2007-03-01T16:00
    """,
    supppc="RDOMAIN USUBJID IDVAR IDVARVAL QNAM QVAL\nPC S-4 PCSEQ 21 NCAXFL Y\nPC S-4 PCSEQ 21 NCAXRS haemolysed",
    pp="""
        USUBJID PPSEQ PPTESTCD PPCAT  PPSTRESC PPSTRESU PPRFDTC
        S-2     1     CMAX     PARENT 950      ng/mL    2007-03-01
        S-2     2     TMAX     PARENT 2        h        2007-03-01
        S-2     3     LAMZHL   OTHER  4        h        2007-03-01
        S-2     4     CLO      PARENT 4        L/kg     2007-03-01""",
)
"""Concentrations of four subjects and a sponsor's parameters; every check of them is asked of this one delivery."""
OF_CONCENTRATIONS = [
    ("pk_before_first_infusion", "PC", 1, "S-1 PCSEQ 1: 7 ng/mL at -0.1667 h"),
    ("pk_mistimed", "PC", 1, "S-1 PCSEQ 3: planned at 4 h, drawn at 4.667 h"),
    ("pk_unit_not_read", "PC", 1, "S-1 PCSEQ 4: 4 IU"),
    ("pk_results_differ", "PC", 2, "S-1 PCSEQ 5: course 1 day 1, 6 h: 300 ng/mL"),
    ("pk_number_below_limit", "PC", 1, "S-1 PCSEQ 7: 0.4 ng/mL, limit 1 ng/mL"),
    ("pk_not_done_with_result", "PC", 1, "S-1 PCSEQ 8: 80 ng/mL"),
    ("pk_after_next_infusion", "PC", 1, "S-1 PCSEQ 10: course 1 day 1, 24.5 h"),
    ("pk_extrapolated", "PC", 1, "S-2: drug, course 1 day 1: "),
    ("pk_reference_differs", "PC", 1, "S-2 PCSEQ 15: 2007-03-01T09:30, in EX 2007-03-01T10:00"),
    ("pk_not_falling", "PC", 1, "S-3: drug, course 1 day 1"),
    ("pk_above_limit", "PC", 1, "S-4 PCSEQ 20: >9000 ng/mL"),
    ("pk_negative", "PC", 1, "S-4 PCSEQ 22: -5 ng/mL"),
    ("pk_excluded", "PC", 1, "S-4 PCSEQ 21: haemolysed"),
    ("pp_differs", "PP", 1, "S-2: drug, course 1 day 1: derived 900, delivered 950 ng/mL"),
    ("pp_not_compared", "PP", 2, "S-2 PPSEQ 3: analyte: OTHER LAMZHL 4 h"),
]


def response(*lines: str) -> str:
    """RS of S-1: date, response and, where it is not the investigator, evaluator."""
    rows = [
        f"S-1 {n} OVRLRESP {line.split()[1]} {(line.split()[2:] or ['.'])[0]} {line.split()[0]}"
        for n, line in enumerate(lines, 1)
    ]
    return "USUBJID RSSEQ RSTESTCD RSSTRESC RSEVAL RSDTC\n" + "\n".join(rows)


def therapy(*lines: str) -> str:
    """CM of S-1: drug, category, date."""
    return "USUBJID CMSEQ CMTRT CMCAT CMSTDTC\n" + "\n".join(f"S-1 {n} {line}" for n, line in enumerate(lines, 1))


def test_a_clean_delivery_has_no_finding():
    assert findings() == {}


CASES = [
    (
        "left_for_toxicity",
        "DS",
        1,
        dict(
            ds=with_row("ds", "S-1 2 ADVERSE_EVENT DISPOSITION_EVENT TREATMENT 2007-03-10"),
            suppae="RDOMAIN USUBJID IDVAR IDVARVAL QNAM QVAL\nAE S-1 AESEQ 1 AESI Y",
        ),
        "adverse event, day",
    ),
    (
        "partial_date",
        "AE",
        2,
        dict(ae=with_row("ae", "S-1 2 rash Rash N N 1 . 2007-03 .", "S-1 3 itch Itch N N 1 . 2007 .")),
        "S-1 AESEQ 2: 2007-03",
    ),
    (
        "unreadable_date",
        "AE",
        3,
        dict(
            ae=with_row(
                "ae", "S-1 2 a A N N 1 . 02MAR07 .", "S-1 3 b B N N 1 . 30FEB2007 .", "S-1 4 c C N N 1 . 2007-02-30 ."
            )
        ),
        "02MAR07",
    ),
    (
        "other_date",
        "AE",
        4,
        dict(
            ae=with_row(
                "ae",
                "S-1 2 a A N N 1 . 02MAR2007 .",
                "S-1 3 b B N N 1 . 20070302 .",
                "S-1 4 c C N N 1 . 17227 .",
                "S-1 5 d D N N 1 . MAR2007 .",
            )
        ),
        "S-1 AESEQ 2: 02MAR2007 read as 2007-03-02; S-1 AESEQ 3: 20070302 read as 2007-03-02; S-1 AESEQ 4: 17227 read",
    ),
    (
        "time_not_read",
        "AE",
        3,
        dict(
            ae=with_row(
                "ae",
                "S-1 2 a A N N 1 . 2007-03-02T25:61 .",
                "S-1 3 b B N N 1 . 2007-03-02T10 .",
                "S-1 4 c C N N 1 . 2007-03-02T10:00 .",
                "S-1 5 d D N N 1 . 2007-03-02T05:00PM .",
            )
        ),
        "S-1 AESEQ 2: 2007-03-02T25:61; S-1 AESEQ 3: 2007-03-02T10",
    ),
    (
        "time_offset",
        "EX",
        1,
        dict(ex=TABLES["ex"].replace("2007-03-01 2007-03-01", "2007-03-01T10:00-07:00 2007-03-01T12:00-07:00")),
        "S-1: UTC-420 min",
    ),
    (
        "cohort_missing",
        "SUPPDM",
        1,
        dict(
            dm=with_row(
                "dm",
                "S S-2 001 8 YEARS A130 130_mg A130 130_mg 2007-03-01",
                "S S-3 001 8 YEARS A130 130_mg A130 130_mg 2007-03-01",
            ),
            ex=with_row("ex", "S-2 1 DRUG 130 mg/m2 2007-03-01 .", "S-3 1 DRUG 130 mg/m2 2007-03-01 ."),
            suppdm="RDOMAIN USUBJID QNAM QVAL\nDM S-1 COHORT 1\nDM S-3 COHORT 1\nDM S-3 COHORT EXP",
        ),
        "S-2: none",
    ),
    (
        "date_long_before",
        "AE",
        2,
        dict(
            ae=with_row(
                "ae",
                "S-1 2 a A N N 1 . 1907-03-02 .",
                "S-1 3 b B N N 1 . 0207-03 .",
                "S-1 4 c C N N 1 . 2006-03-02 .",
                "S-1 5 d D N N 1 . 2001 2007-03-04",
            )
        ),
        "S-1 AESEQ 2: 1907-03-02; S-1 AESEQ 3: 0207-03-01",
    ),
    (
        "time_offset_not_used",
        "AE",
        1,
        dict(
            ex=TABLES["ex"].replace("2007-03-01 2007-03-01", "2007-03-01T10:00 2007-03-01T12:00"),
            ae=with_row("ae", "S-1 2 a A N N 1 . 2007-03-01T17:30Z .", "S-1 3 b B N N 1 . 2007-03-01T11:00 ."),
        ),
        "S-1 AESEQ 2: 2007-03-01T17:30Z",
    ),
    (
        "time_offset_not_used",
        "AE",
        1,
        dict(
            ex=TABLES["ex"].replace("2007-03-01 2007-03-01", "2007-03-01T10:00Z 2007-03-01T12:00Z"),
            ae=with_row("ae", "S-1 2 a A N N 1 . 2007-03-01T17:30Z .", "S-1 3 b B N N 1 . 2007-03-01T11:00 ."),
        ),
        "S-1 AESEQ 3: 2007-03-01T11:00",
    ),
    (
        "code_not_read",
        "AE",
        2,
        dict(
            ae=with_row(
                "ae",
                "S-1 2 a A 1 0 1 . 2007-03-02 .",
                "S-1 3 b B 2 N 1 . 2007-03-02 .",
                "S-1 4 c C maybe N 1 . 2007-03-02 .",
                "S-1 5 d D true . 1 . 2007-03-02 .",
            )
        ),
        "S-1 AESEQ 3: 2; S-1 AESEQ 4: maybe",
    ),
    (
        "grade_range",
        "AE",
        3,
        dict(
            ae=with_row(
                "ae",
                "S-1 2 a A N N 3-4 . 2007-03-02 .",
                "S-1 3 b B N N Grade_II_-_III . 2007-03-02 .",
                "S-1 4 c C N N G1_to_2 . 2007-03-02 .",
                "S-1 5 d D N N 1-4 . 2007-03-02 .",
                "S-1 6 e E N N 3_-_Severe . 2007-03-02 .",
            )
        ),
        "S-1 AESEQ 2: 3-4, counted as 4; S-1 AESEQ 3: Grade II - III, counted as 3; S-1 AESEQ 4: G1 to 2, counted as 2",
    ),
    (
        "subject_id_zeros",
        "AE",
        2,
        dict(
            dm=TABLES["dm"].replace("S-1 ", "S-0101-001 "),
            ae=with_row("ae", "S-101-1 2 a A N N 1 . 2007-03-02 .", "S-101-001 3 a A N N 1 . 2007-03-02 ."),
        ),
        "S-101-001: DM has S-0101-001; S-101-1: DM has S-0101-001",
    ),
    (
        "unreadable_number",
        "LB",
        1,
        dict(lb=with_row("lb", "S-1 2 HGB Hemoglobin BLOOD 11,5 11,5 g/L 100 140 2007-03-01")),
        "11,5",
    ),
    (
        "unreadable_number",
        "LB",
        3,
        dict(
            lb=with_row(
                "lb",
                "S-1 2 HGB Hemoglobin BLOOD 0x1F 0x1F g/L 100 140 2007-03-01",
                "S-1 3 HGB Hemoglobin BLOOD 1e400 1e400 g/L 100 140 2007-03-01",
                "S-1 4 HGB Hemoglobin BLOOD inf inf g/L 100 140 2007-03-01",
            )
        ),
        "S-1 LBSEQ 2: 0x1F; S-1 LBSEQ 3: 1e400; S-1 LBSEQ 4: inf",
    ),
    ("text_na", "AE", 1, dict(ae=with_row("ae", "S-1 2 rash NA N N 1 . 2007-03-02 .")), "S-1 AESEQ 2"),
    ("text_na", "DM", 1, dict(dm=TABLES["dm"].replace(" 001 ", " nan ")), "S-1: nan"),
    ("after_cut", "AE", 1, dict(ae=with_row("ae", "S-1 2 rash Rash N N 1 . 2007-12-01 .")), "2007-12-01"),
    ("no_subject", "AE", 1, dict(ae=with_row("ae", ". 2 rash Rash N N 1 . 2007-03-02 .")), "AESEQ 2"),
    (
        "subject_not_in_dm",
        "AE",
        1,
        dict(ae=with_row("ae", "S-9 1 rash Rash N N 1 . 2007-03-02 .", "S-9 2 itch Itch N N 1 . 2007-03-02 .")),
        "S-9: 2 records",
    ),
    (
        "duplicate_key",
        "AE",
        1,
        dict(ae=with_row("ae", "S-1 1 rash Rash N N 1 . 2007-03-02 .")),
        "S-1 AESEQ 1: 2 records",
    ),
    (
        "record_repeated",
        "AE",
        1,
        dict(ae=with_row("ae", "S-1 2 pain Pain N N 1 RECOVERED 2007-03-02 2007-03-05")),
        "S-1 AESEQ 2: pain, 2007-03-02, the same as AESEQ 1",
    ),
    (
        "record_repeated",
        "EX",
        1,
        dict(ex=TABLES["ex"] + "\n" + TABLES["ex"].strip().splitlines()[-1]),
        "the same as EXSEQ 1",
    ),
    (
        "end_before_start",
        "AE",
        1,
        dict(
            ae=with_row(
                "ae", "S-1 2 rash Rash N N 1 . 2007-03-05 2007-03-04", "S-1 3 itch Itch N N 1 . 2007-03-05 2007-03"
            )
        ),
        "2007-03-05 to 2007-03-04",
    ),
    (
        "serious_contradiction",
        "AE",
        2,
        dict(ae=with_row("ae", "S-1 2 a A N Y 3 . 2007-03-05 .", "S-1 3 b B . N 3 FATAL 2007-03-05 2007-03-06")),
        "results in death",
    ),
    (
        "serious_contradiction",
        "AE",
        2,
        dict(ae=with_row("ae", "S-1 2 a A N y 3 . 2007-03-05 .", "S-1 3 b B N N Grade_5 . 2007-03-05 .")),
        "grade 5",
    ),
    ("no_preferred_term", "AE", 1, dict(ae=with_row("ae", "S-1 2 rash . N N 1 . 2007-03-05 .")), "rash"),
    (
        "grade_not_read",
        "AE",
        3,
        dict(
            ae=with_row(
                "ae",
                "S-1 2 a A N N 6 . 2007-03-05 .",
                "S-1 3 b B N N 0 . 2007-03-05 .",
                "S-1 4 c C N N SEVERE . 2007-03-05 .",
                "S-1 5 d D N N 3.0 . 2007-03-05 .",
            )
        ),
        "6",
    ),
    (
        "arm_differs",
        "DM",
        1,
        dict(dm=with_row("dm", "S S-2 001 8 YEARS A130 130_mg A160 160_mg .")),
        "130 mg assigned, 160 mg actual",
    ),
    (
        "dose_level_not_recognised",
        "DM",
        1,
        dict(
            dm=with_row("dm", "S S-2 001 8 YEARS A160 160_mg A160 160_mg ."),
            ex=with_row("ex", "S-2 1 DRUG 160 mg/m2 2007-03-01 2007-03-01"),
            mh=with_row("mh", "S-2 1 AML PRIMARY_DIAGNOSIS"),
        ),
        "160 mg",
    ),
    (
        "disease_not_recognised",
        "MH",
        1,
        dict(mh="USUBJID MHSEQ MHTERM MHCAT\nS-1 1 Asthma PRIMARY_DIAGNOSIS"),
        "Asthma",
    ),
    ("disease_contradicted", "MH", 1, dict(mh=with_row("mh", "S-1 2 AML PRIMARY_DIAGNOSIS")), "ALL and AML"),
    (
        "test_code_not_recognised",
        "CV",
        2,
        dict(cv=with_row("cv", "S-1 2 HEARTEF EF ECHO 60 60 % 2007-03-01", "S-1 3 HEARTEF EF ECHO 61 61 % 2007-03-02")),
        "EF",
    ),
    (
        "test_code_not_recognised",
        "CV",
        1,
        dict(cv=TABLES["cv"].replace("LVEF", "lvef") + "\n        S-1 2 heartef EF ECHO 60 60 % 2007-03-01"),
        "EF",
    ),
    ("result_without_number", "CV", 1, dict(cv=with_row("cv", "S-1 2 LVEF LVEF ECHO normal . % 2007-03-02")), "normal"),
    ("limit_value", "LB", 1, dict(lb=with_row("lb", "S-1 2 HGB Hemoglobin BLOOD <3 . g/L 100 140 2007-03-02")), "<3"),
    ("lab_without_term", "LB", 1, dict(lb=with_row("lb", "S-1 2 XYZ Xyz BLOOD 3 3 g/L 1 4 2007-03-02")), "Xyz"),
    (
        "lab_not_graded",
        "LB",
        1,
        dict(lb=with_row("lb", "S-1 2 HGB Hemoglobin BLOOD 70 70 furlong 100 140 2007-03-02")),
        "LBSEQ 2",
    ),
    ("site_unknown", "DM", 1, dict(dm=TABLES["dm"].replace("001", "009")), "site 009"),
    (
        "late_event_not_adjudicated",
        "AE",
        2,
        dict(
            ae=with_row(
                "ae",
                "S-1 2 a A N N 3 . 2007-03-29 .",
                "S-1 3 b B N N . . 2007-04-27 .",
                "S-1 4 c C N N 2 . 2007-03-29 .",
                "S-1 5 d D N N 3 . 2007-03-28 .",
            )
        ),
        "S-1 AESEQ 2: A, grade 3, day 29",
    ),
    (
        "late_death_without_cause",
        "DM",
        1,
        dict(ds=with_row("ds", "S-1 2 DEATH DISPOSITION_EVENT FOLLOW-UP 2007-03-31")),
        "S-1: day 31",
    ),
    (
        "dlt_outside_window",
        "AE",
        1,
        dict(
            ae=with_row(
                "ae",
                "S-1 2 a A N N 3 . 2007-03-29 .",
                "S-1 3 b B N N 3 . 2007-02-27 .",
                "S-1 4 c C N N 3 . 2007-03-28 .",
            ),
            suppae=with_row("suppae", *(f"AE S-1 AESEQ {n} AEDLT Y" for n in (2, 3, 4))),
        ),
        "onset 2007-03-29",
    ),
    (
        "dlt_before_first_infusion",
        "AE",
        1,
        dict(
            ae=with_row("ae", "S-1 2 a A N N 3 . 2007-02-27 .", "S-1 3 b B N N 3 . 2007-03 ."),
            suppae=with_row("suppae", *(f"AE S-1 AESEQ {n} AEDLT Y" for n in (2, 3))),
        ),
        "onset 2007-02-27, day -2",
    ),
    (
        "dlt_fatal_judged_not",
        "AE",
        1,
        dict(ae=FATAL, suppae=with_row("suppae", *(f"AE S-1 AESEQ {n} AEDLT N" for n in (2, 3)))),
        "AESEQ 2: A, RELATED",
    ),
    (
        "dlt_low_grade",
        "AE",
        1,
        dict(
            ae=with_row("ae", "S-1 2 a A N N 2 . 2007-03-05 .", "S-1 3 b B N N 3 . 2007-03-05 ."),
            suppae=with_row("suppae", *(f"AE S-1 AESEQ {n} AEDLT Y" for n in (2, 3))),
        ),
        "AESEQ 2: A, grade 2",
    ),
    (
        "dlt_not_related",
        "AE",
        1,
        dict(ae=FATAL, suppae=with_row("suppae", *(f"AE S-1 AESEQ {n} AEDLT Y" for n in (2, 3)))),
        "AESEQ 3: B, NONE",
    ),
    (
        "grade_supplied_differs",
        "AE",
        1,
        dict(
            ae=with_row("ae", "S-1 2 a A N N 2 . 2007-03-05 ."),
            suppae=with_row("suppae", "AE S-1 AESEQ 1 AETOXGR 1", "AE S-1 AESEQ 2 AETOXGR 4"),
        ),
        "AESEQ 2: A, AE: 2, SUPPAE: 4",
    ),
    (
        "emergence_contradicted",
        "AE",
        1,
        dict(
            ae=with_row("ae", "S-1 2 a A N N 2 . 2007-02-20 .", "S-1 3 b B N N 2 . 2007-03-05 ."),
            suppae=with_row("suppae", "AE S-1 AESEQ 2 AETRTEM Y", "AE S-1 AESEQ 3 AETRTEM Y"),
        ),
        "AESEQ 2: A, onset 2007-02-20, first infusion 2007-03-01, AETRTEM Y",
    ),
    (
        "dlt_of_nobody",
        "AE",
        1,
        dict(
            ae="USUBJID AESEQ AETERM AEDECOD AETOXGR AESTDTC AEDLT\nS-1 1 a A 1 2007-03-05 N\nX-9 1 b B 4 2007-03-05 Y",
            suppae="",
        ),
        "X-9 AESEQ 1: B, onset 2007-03-05, grade 4",
    ),
    (
        "onset_contradicted",
        "AE",
        2,
        dict(
            ae="USUBJID AESEQ AETERM AEDECOD AETOXGR AEREL AESTDTC AEENDTC AEDLT\nS-1 1 a A 3 RELATED 2006-03-05 . .\n"
            "S-1 2 b B 4 . 2017-03-05 . Y\nS-1 3 c C 2 RELATED 2006-03-05 . .",
            suppae="",
        ),
        "S-1 AESEQ 1: A, grade 3, onset 2006-03-05; S-1 AESEQ 2: B, grade 4, onset 2017-03-05",
    ),
    (
        "causality_not_read",
        "AE",
        1,
        dict(
            ae="USUBJID AESEQ AETERM AEDECOD AETOXGR AEREL AESTDTC\nS-1 1 a A 1 EXCLUDED? 2007-03-05\n"
            "S-1 2 b B 1 UNKNOWN 2007-03-05"
        ),
        "S-1 AESEQ 1: A, EXCLUDED?",
    ),
    (
        "death_to_be_confirmed",
        "SS",
        1,
        dict(ss="USUBJID SSSEQ SSTESTCD SSSTRESC SSDTC\nS-1 1 SURVSTAT DEAD 2007-03-20"),
        "S-1: SS 2007-03-20",
    ),
    (
        "dlt_without_event",
        "SUPPAE",
        1,
        dict(suppae=with_row("suppae", "AE S-1 AESEQ 9 AEDLT Y", "AE S-1 AESEQ 8 AEDLT N")),
        "AESEQ 9: Y",
    ),
    (
        "grade_missing",
        "AE",
        2,
        dict(ae=FATAL),
        "S-1 AESEQ 2: A, counts as grade 5 (fatal); S-1 AESEQ 4: C, counts as grade 4 (life threatening)",
    ),
    (
        "grade_contradicted",
        "AE",
        3,
        dict(
            ae=FATAL.replace("S-1     3     b      B       5", "S-1     3     b      B       2")
            + "\n        S-1     5     d      D       2       . . Y 2007-03-05 RELATED"
            + "\n        S-1     6     e      E       5       RECOVERED . . 2007-03-05 RELATED"
        ),
        "B, grade 2, outcome fatal",
    ),
    ("dlt_judged_twice", "AE", 1, dict(suppae=with_row("suppae", "AE S-1 AESEQ 1 AEDLT Y")), "Pain"),
    (
        "supplemental_without_parent",
        "SUPPAE",
        2,
        dict(suppae=with_row("suppae", "AE S-1 AESEQ 7 AEDLT Y", "AE S-9 AESEQ 1 AEDLT Y")),
        "AESEQ 7",
    ),
    (
        "supplemental_without_parent",
        "SUPPAE",
        1,
        dict(suppae=with_row("suppae", "ae S-1 aeseq 7 aedlt Y")),
        "AESEQ 7: Y",
    ),
    (
        "dlt_verdict_not_read",
        "SUPPAE",
        2,
        dict(
            suppae=TABLES["suppae"].replace("AEDLT N", "AEDLT DLT")
            + "\n        AE S-1 AESEQ 1 AEDLT 1\n        AE S-1 AESEQ 1 aedlt U\n        AE S-1 AESEQ 1 aedlt yes"
        ),
        "S-1 AESEQ 1: DLT; S-1 AESEQ 1: U",
    ),
    (
        "dlt_verdict_not_read",
        "AE",
        1,
        dict(ae="USUBJID AESEQ AETERM AEDECOD AEDLT AESTDTC\nS-1 1 a A maybe 2007-03-02"),
        "S-1 AESEQ 1: maybe",
    ),
    (
        "supplemental_reaches_no_event",
        "SUPPAE",
        2,
        dict(
            ae=with_row("ae", "S-1 2 b B N N 1 . 2007-03-02 ."),
            suppae=with_row("suppae", "AE S-1 AESPID E-1 AEDLT Y", "AE S-1 . . AEDLT Y"),
        ),
        "S-1 AESPID E-1: Y",
    ),
    (
        "dlt_flag_not_used",
        "SUPPAE",
        1,
        dict(suppae=with_row("suppae", "AE S-1 AESEQ 1 DLTYN Y", "AE S-1 AESEQ 1 AEDLTRS mild")),
        "S-1 AESEQ 1: Y",
    ),
    (
        "dlt_flag_not_used",
        "AE",
        1,
        dict(ae="USUBJID AESEQ AETERM AEDECOD DLTFL AESTDTC\nS-1 1 a A Y 2007-03-02"),
        "variable of AE",
    ),
    ("dose_zero", "EX", 1, dict(ex=with_row("ex", "S-1 2 DRUG 0 mg/m2 2007-03-02 2007-03-02")), "2007-03-02"),
    (
        "dose_differs_from_level",
        "EX",
        1,
        dict(ex=TABLES["ex"].replace("130    mg/m2", "13     mg/m2")),
        "S-1 EXSEQ 1: course 1 day 1, 13 of 130",
    ),
    (
        "dose_above_planned",
        "EX",
        1,
        dict(ex=with_row("ex", "S-1 2 DRUG 130 mg/m2 2007-03-02 2007-03-02")),
        "S-1: 260 of 130, infusions: 2",
    ),
    (
        "infusions_not_told",
        "EX",
        1,
        dict(ex=TABLES["ex"].replace("2007-03-01 2007-03-01", "2007-03-01 2007-03-03")),
        "S-1 EXSEQ 1: 2007-03-01 to 2007-03-03, no frequency",
    ),
    (
        "baseline_flag_after_dose",
        "LB",
        1,
        dict(lb=TABLES["lb"].replace("LBDTC", "LBBLFL LBDTC").replace("2007-03-01", "Y 2007-03-08")),
        "S-1 LBSEQ 1: 2007-03-08, first infusion 2007-03-01",
    ),
    (
        "baseline_flag_after_dose",
        "EG",
        1,
        dict(eg="USUBJID EGSEQ EGTESTCD EGSTRESN EGBLFL EGTPT EGDTC\nS-1 1 QT 400 Y END_OF_INFUSION 2007-03-01"),
        "S-1 EGSEQ 1: 2007-03-01, END OF INFUSION, first infusion 2007-03-01",
    ),
    (
        "baseline_flag_several",
        "EG",
        1,
        dict(
            eg="USUBJID EGSEQ EGTESTCD EGSTRESN EGLOBXFL EGTPT EGDTC\nS-1 1 QT 400 Y LYING 2007-03-01"
            "\nS-1 2 QT 410 Y STANDING 2007-03-01\nS-1 3 QT 410 . STANDING 2007-03-09"
        ),
        "S-1: 2 time points",
    ),
    (
        "day_1_without_time",
        "EG",
        1,
        dict(
            eg="USUBJID EGSEQ EGTESTCD EGSTRESN EGBLFL EGTPT EGDTC\nS-1 1 QT 400 . LYING 2007-03-01"
            "\nS-1 2 QT 410 . PREDOSE 2007-03-01\nS-1 3 QT 410 Y LYING 2007-03-01\nS-1 4 QT 410 . 2_H 2007-03-01"
        ),
        "S-1 EGSEQ 1: 2007-03-01, LYING",
    ),
    ("dose_missing", "EX", 1, dict(ex=with_row("ex", "S-1 2 DRUG . mg/m2 2007-03-02 2007-03-02")), "2007-03-02"),
    (
        "dose_converted",
        "EX",
        1,
        dict(ex=with_row("ex", "S-1 2 DRUG 104 mg 2007-03-02 2007-03-02"), vs=SURFACE),
        "S-1 EXSEQ 2: 104 mg, 0.80 m² (measured): 130.0 mg/m²",
    ),
    ("dose_converted", "CM", 1, dict(cm=EARLIER.replace("mg/m2", "g/m2")), "S-1 CMSEQ 1: 120 g/m2: 120000.0 mg/m²"),
    (
        "dose_without_surface",
        "EX",
        1,
        dict(ex=with_row("ex", "S-1 2 DRUG 104 mg 2007-03-02 2007-03-02")),
        "S-1 EXSEQ 2: 104 mg",
    ),
    ("dose_without_surface", "CM", 1, dict(cm=EARLIER.replace("mg/m2", "mg"), vs=SURFACE), "S-1 CMSEQ 1: 120 mg"),
    (
        "dose_unit_not_known",
        "EX",
        2,
        dict(ex=with_row("ex", "S-1 2 DRUG 104 vials 2007-03-02 2007-03-02", "S-1 3 DRUG 104 . 2007-03-03 2007-03-03")),
        "104 vials; S-1 EXSEQ 3: 104 without a unit",
    ),
    ("dose_unit_not_known", "CM", 1, dict(cm=EARLIER.replace("mg/m2", ".")), "120 without a unit"),
    ("drug_other", "EX", 1, dict(ex=with_row("ex", "S-1 2 MTX 12 mg 2007-03-02 .")), "MTX: 1 record of 1 subject"),
    (
        "no_study_drug",
        "EX",
        1,
        dict(
            dm=TABLES["dm"].replace("A130     130_mg  2007-03-01", "NOTTRT   .       ."),
            ex=TABLES["ex"].replace("DRUG ", "MTX  "),
        ),
        "MTX",
    ),
    ("drug_in_doubt", "EX", 1, dict(ex=with_row("ex", "S-1 2 ANNAMYCN 130 mg/m2 2007-03-02 .")), "ANNAMYCN"),
    ("drug_not_named", "EX", 1, dict(ex=with_row("ex", "S-1 2 . 130 mg/m2 2007-03-02 .")), "2007-03-02"),
    ("exposure_as_collected", "EC", 1, dict(ex="", ec="USUBJID ECSEQ ECTRT\nS-1 1 DRUG"), "no EX"),
    (
        "first_infusion_not_known",
        "EX",
        1,
        dict(ex=TABLES["ex"].replace("2007-03-01 2007-03-01", "2007-03 .")),
        "2007-03-01 to 2007-03-31",
    ),
    ("enrolled_not_treated", "DS", 1, dict(ex=""), "enrolled 2007-02-28, 130 mg"),
    ("may_be_enrolled", "DM", 1, dict(ex="", ds=""), "130 mg"),
    ("infusion_undated", "EX", 1, dict(ex=with_row("ex", "S-1 2 DRUG 130 mg/m2 . .")), "130"),
    ("dose_end_missing", "EX", 1, dict(ex=with_row("ex", "S-1 2 DRUG 130 mg/m2 2007-03-02 .")), "from 2007-03-02"),
    (
        "treatment_start_differs",
        "DM",
        1,
        dict(dm=TABLES["dm"].replace("2007-03-01", "2007-03-03")),
        "EX 2007-03-01, DM 2007-03-03",
    ),
    (
        "death_contradicted",
        "DM",
        1,
        dict(
            ds=with_row("ds", "S-1 2 DEATH DISPOSITION_EVENT FOLLOW-UP 2007-06-01"),
            ae=with_row("ae", "S-1 2 a A Y Y 5 FATAL 2007-05-01 2007-06-02"),
        ),
        "AE 2007-06-02, DS 2007-06-01",
    ),
    (
        "death_contradicted",
        "DM",
        1,
        dict(ae=with_row("ae", "S-1 2 a A Y N GRADE_5 . 2007-05-01 2007-06-02")),
        "AE 2007-06-02",
    ),
    (
        "death_after_cut",
        "DM",
        1,
        dict(
            ds=with_row("ds", "S-1 2 DEATH DISPOSITION_EVENT FOLLOW-UP 2007-12-01"),
            ae=with_row("ae", "S-1 2 a A Y Y 5 FATAL 2007-11-01 ."),
        ),
        "S-1: DS 2007-12-01",
    ),
    (
        "death_words_unclear",
        "DS",
        1,
        dict(ds=with_row("ds", "S-1 2 DEATH_IN_THE_FAMILY DISPOSITION_EVENT FOLLOW-UP 2007-06-01")),
        "DEATH IN THE FAMILY",
    ),
    ("death_undated", "DM", 1, dict(ae=with_row("ae", "S-1 2 a A Y Y 5 FATAL 2007-05-01 .")), "S-1"),
    ("age_outside_bands", "DM", 1, dict(dm=TABLES["dm"].replace(" 7 ", " 40 ")), "40"),
    (
        "prior_anthracycline_without_dose",
        "CM",
        1,
        dict(cm="USUBJID CMSEQ CMTRT CMDECOD CMCAT CMDOSTOT\nS-1 1 DAUNORUBICIN DAUNORUBICIN PRIOR_ANTHRACYCLINE ."),
        "1 without a dose",
    ),
    ("prior_anthracycline_without_dose", "CM", 1, dict(cm=EARLIER.replace("CMDOSTOT", "CMDOSE")), "1 without a dose"),
    (
        "anthracycline_not_used",
        "CM",
        4,
        dict(
            cm=EARLIER
            + "\n"
            + "\n".join(
                (
                    "S-1 2 PIRARUBICIN PRIOR_ANTHRACYCLINE 50 mg/m2 2006-03-01",
                    "S-1 3 DOXORUBICIN CONCOMITANT 50 mg/m2 2006-03-01",
                    "S-1 4 DOXORUBICIN PRIOR_AND_CONCOMITANT 50 mg/m2 2007-04-01",
                    "S-1 5 UNKNOWN PRIOR_ANTHRACYCLINE 50 mg/m2 2006",
                )
            )
        ),
        (
            "S-1 CMSEQ 2: PIRARUBICIN, no factor; S-1 CMSEQ 3: "
            "DOXORUBICIN, not known to have ended before the first infusion, from 2006-03-01, no end"
        ),
    ),
    (
        "several_studies",
        "DM",
        1,
        dict(dm=with_row("dm", "S S-2 001 8 YEARS . . . . .", "X S-3 001 8 YEARS . . . . .")),
        "X",
    ),
    (
        "baseline_flag_after_dose",
        "CV",
        2,
        dict(
            cv="USUBJID CVSEQ CVTESTCD CVMETHOD CVSTRESC CVBLFL CVLOBXFL CVDTC\n"
            "S-1 1 LVEF ECHO 60 Y . 2007-02-20\nS-1 2 LVEF ECHO 50 Y . 2007-03-02\nS-1 3 LVEF ECHO 50 . Y 2007-04"
        ),
        "S-1 CVSEQ 2: 2007-03-02, first infusion 2007-03-01; S-1 CVSEQ 3",
    ),
    (
        "baseline_flag_several",
        "CV",
        1,
        dict(
            cv="USUBJID CVSEQ CVTESTCD CVMETHOD CVSTRESC CVBLFL CVDTC\nS-1 1 LVEF ECHO 60 Y 2007-02-10\n"
            "S-1 2 LVEF ECHO 61 Y 2007-02-20\nS-1 3 LVEF MUGA 61 Y 2007-02-10\nS-1 4 LVEF ECHO 50 Y 2007-03-20"
        ),
        "S-1: 2 time points",
    ),
    (
        "day_1_without_time",
        "CV",
        1,
        dict(
            cv="USUBJID CVSEQ CVTESTCD CVMETHOD CVSTRESC CVBLFL CVTPT CVDTC\nS-1 1 LVEF ECHO 60 . . 2007-03-01\n"
            "S-1 2 LVEF ECHO 61 Y . 2007-03-01\nS-1 3 LVEF ECHO 61 . PREDOSE 2007-03-01"
        ),
        "S-1 CVSEQ 1: 2007-03-01",
    ),
    (
        "lvef_without_event",
        "CV",
        3,
        dict(
            dm=TABLES["dm"],
            cv="USUBJID CVSEQ CVTESTCD CVMETHOD CVSTRESC CVSTRESU CVDTC\nS-1 1 LVEF ECHO 62 % 2007-02-20\n"
            "S-1 2 LVEF ECHO 38 % 2007-03-20\nS-1 3 LVEF ECHO 42 % 2007-03-28\nS-1 4 LVEF ECHO 39 % 2007-03-29\n"
            "S-1 5 LVEF ECHO 44 % 2007-03-12\nS-1 6 LVEF MUGA 39 % 2007-03",
        ),
        "S-1 CVSEQ 2: LVEF 38 %, baseline 62 %, grade 3 by LVEF, day 20; S-1 CVSEQ 3: LVEF 42",
    ),
    (
        "qtc_without_event",
        "EG",
        1,
        dict(
            eg="USUBJID EGSEQ EGTESTCD EGSTRESN EGSTRESU EGDTC\nS-1 1 QTCF 500 ms 2007-03-20\n"
            "S-1 2 QTCF 512 ms 2007-03-21\nS-1 3 QTCF 512 ms 2007-03-29"
        ),
        "QTcF 512.0 ms, day 21",
    ),
    (
        "heart_reader_without_result",
        "CV",
        1,
        dict(
            cv="USUBJID CVSEQ CVTESTCD CVMETHOD CVEVAL CVSTRESC CVDTC\nS-1 1 LVEF ECHO CENTRAL 60 2007-02-10\n"
            "S-1 2 LVEF ECHO CENTRAL 61 2007-03-20"
        ),
        "central, 2 results; the trial names investigator",
    ),
    (
        "imaging_method_not_recognised",
        "CV",
        1,
        dict(
            cv="USUBJID CVSEQ CVTESTCD CVMETHOD CVSTRESC CVDTC\nS-1 1 LVEF PET 60 2007-02-20\n"
            "S-1 2 LVEF Multi-Gated_acquisition_scan 50 2007-03-20\nS-1 3 LVEF . 50 2007-04-20"
        ),
        "S-1 CVSEQ 1: PET",
    ),
    (
        "imaging_method_not_stated",
        "CV",
        1,
        dict(
            cv="USUBJID CVSEQ CVTESTCD CVMETHOD CVSTRESC CVDTC\nS-1 1 LVEF PET 60 2007-02-20\n"
            "S-1 3 LVEF . 50 2007-04-20"
        ),
        "S-1 CVSEQ 3: 50",
    ),
    ("not_used", "QS", 1, dict(qs="USUBJID QSSEQ\nS-1 1"), "1 records"),
    *[
        (
            "record_after_death",
            dataset,
            1,
            dict(dm=TABLES["dm"].replace("RFXSTDTC", "RFXSTDTC DTHDTC").replace("2007-03-01", "2007-03-01 2007-03"))
            | late,
            example,
        )
        for dataset, late, example in (
            (
                "RS",
                dict(rs=response("2007-04-01 CR", "2007-03-31 CR", "2007 CR")),
                "S-1 RSSEQ 1: 2007-04-01, death 2007-03-31",
            ),
            ("CV", dict(cv=with_row("cv", "S-1 2 LVEF LVEF ECHO 60 60 % 2007-04-02")), "S-1 CVSEQ 2: 2007-04-02"),
            (
                "AE",
                dict(
                    ae=with_row("ae", "S-1 2 rash Rash N N 1 . 2007-04 ."),
                ),
                "S-1 AESEQ 2: 2007-04, death",
            ),
            ("SV", dict(sv="USUBJID VISITNUM VISIT SVSTDTC SVENDTC\nS-1 3 V 2007-04-01 2007-04-01"), "S-1 VISITNUM 3:"),
        )
    ],
    ("response_not_recognised", "RS", 1, dict(rs=response("2007-04-01 good", "2007-04-01 cr")), "S-1 RSSEQ 1: good"),
    (
        "response_contradicted",
        "RS",
        1,
        dict(rs=response("2007-04-01 CR", "2007-04-01 NR")),
        "S-1 RSSEQ 1: CR, 2007-04-01",
    ),
    (
        "evaluator_not_recognised",
        "RS",
        1,
        dict(rs=response("2007-04-01 CR SPONSOR", "2007-04-01 CR")),
        "RSSEQ 1: SPONSOR",
    ),
    (
        "relapse_without_assessment",
        "DS",
        1,
        dict(
            rs=response("2007-04-01 CR"),
            ds=with_row("ds", "S-1 2 RELAPSE DISPOSITION_EVENT TREATMENT 2007-06-01"),
        ),
        "S-1 DSSEQ 2: RELAPSE, 2007-06-01, remission 2007-04-01",
    ),
    (
        "relapse_without_assessment",
        "AE",
        2,
        dict(
            rs=response("2007-04-01 CR", "2007-03-20 RELAPSE"),
            ae=with_row(
                "ae",
                "S-1 2 relapse Acute_lymphocytic_leukaemia_recurrent N N 3 . 2007-05 .",
                "S-1 3 relapse Acute_lymphocytic_leukaemia_recurrent N N 3 . . .",
                "S-1 4 relapse Acute_lymphocytic_leukaemia_recurrent N N 3 . 2007-03-20 .",
            ),
        ),
        "S-1 AESEQ 2: Acute lymphocytic leukaemia recurrent, 2007-05",
    ),
    (
        "heart_contradicted",
        "CV",
        2,
        dict(
            cv="USUBJID CVSEQ CVTESTCD CVORRES CVSTRESC CVSTRESN CVSTRESU CVDTC\nS-1 1 LVEF . 35 60 % 2007-03-20\n"
            "S-1 2 LVEF 35_% 60 60 % 2007-03-21\nS-1 3 LVEF 60.4 60 60 % 2007-03-22\n"
            "S-1 4 LVEF 60,2 60 60.2 . 2007-03-22"
        ),
        "LVEF, 2007-03-20, number 60.0, text 35",
    ),
    (
        "baseline_flag_not_last",
        "CV",
        1,
        dict(
            cv="USUBJID CVSEQ CVTESTCD CVMETHOD CVSTRESC CVSTRESN CVBLFL CVDTC\nS-1 1 LVEF ECHO 45 45 Y 2005-02-10\n"
            "S-1 2 LVEF ECHO 62 62 . 2007-02-25\nS-1 3 LVEF MUGA 62 62 . 2007-02-26"
        ),
        "2005-02-10, 45, last 2007-02-25, 62",
    ),
    (
        "therapy_possible",
        "CM",
        2,
        dict(
            cm="USUBJID CMSEQ CMTRT CMCAT CMINDC CMSTDTC\n"
            "S-1 1 Cytarabine . . 2007-03-20\nS-1 2 Xyz . RELAPSED_AML 2007-03-20\n"
            "S-1 3 Cytarabine . . 2006-03-20\nS-1 4 Allopurinol . HYPERURICAEMIA 2007-03-20\n"
            "S-1 5 Cytarabine INTRATHECAL . 2007-03-20\nS-1 6 Blinatumomab . . 2007-03-20"
        ),
        "Cytarabine, 2007-03-20",
    ),
    (
        "heart_elsewhere",
        "MO",
        1,
        dict(
            mo="USUBJID MOSEQ MOTESTCD MOTEST MOSTRESC MODTC\nS-1 1 LVEF LVEF 35 2007-03-20\n"
            "S-1 2 LVMASS Mass 60 2007-03-20"
        ),
        "LVEF, 35, 2007-03-20",
    ),
    (
        "cohort_several",
        "SUPPDM",
        1,
        dict(suppdm="RDOMAIN USUBJID IDVAR IDVARVAL QNAM QVAL\nDM S-1 . . COHORT 1\nDM S-1 . . cohort EXP"),
        "1 and EXP",
    ),
    (
        "dlt_elsewhere",
        "FA",
        1,
        dict(
            fa="USUBJID FASEQ FATESTCD FATEST FAOBJ FASTRESC FADTC\n"
            "S-1 1 DLT Dose-limiting_toxicity pain Y 2007-03-05\nS-1 2 DLT Dose-limiting_toxicity pain N 2007-03-05\n"
            "S-1 3 DLTRS Reason DLT late 2007-03-05"
        ),
        "S-1 FASEQ 1: Dose-limiting toxicity, pain, Y, 2007-03-05",
    ),
    (
        "dlt_of_analysis",
        "ADAE",
        1,
        dict(
            suppae="RDOMAIN USUBJID IDVAR IDVARVAL QNAM QLABEL QVAL\nAE S-1 AESEQ 1 AEDLT ADAE Y",
        ),
        "S-1 AESEQ 1: Y",
    ),
    (
        "lab_impossible",
        "LB",
        1,
        dict(
            lb=with_row(
                "lb",
                "S-1 2 NEUT Neut BLOOD 100 100 10^9/L . . 2007-03-02",
                "S-1 3 NEUT Neut BLOOD 9 9 10^9/L . . 2007-03-03",
            )
        ),
        "100 10^9/L",
    ),
    (
        "ecg_doubtful",
        "EG",
        4,
        dict(
            eg="USUBJID EGSEQ EGTESTCD EGSTRESC EGSTRESN EGSTRESU EGDTC\nS-1 1 QTCF 0.51 0.51 ms 2007-03-09\n"
            "S-1 2 QTCF 420 520 ms 2007-03-09\nS-1 3 QTCF 410 410 hours 2007-03-09\n"
            "S-1 4 QTCF 420.4 420 ms 2007-03-09\n"
            "S-1 5 QTCF . 480 ms 2007-03-09\nS-1 6 QTCF 1200 1200 ms 2007-03-09"
        ),
        "S-1 EGSEQ 1: 0.51 ms; S-1 EGSEQ 2: 520.0 ms",
    ),
    (
        "event_undated",
        "AE",
        2,
        dict(ae=with_row("ae", "S-1 2 a A N N 3 RECOVERED . 2007-03-06", "S-1 3 b B N N . RECOVERED unknown .")),
        "S-1 AESEQ 2: A, grade 3; S-1 AESEQ 3: B, unknown",
    ),
    (
        "result_undated",
        "CV",
        2,
        dict(
            cv=with_row(
                "cv",
                "S-1 2 LVEF LVEF ECHO 55 55 % .",
                "S-1 3 LVEF LVEF ECHO 50 50 % NA",
                "S-1 4 LVEF LVEF ECHO . . % .",
            )
        ),
        "S-1 CVSEQ 2: LVEF; S-1 CVSEQ 3: LVEF",
    ),
    (
        "epoch_not_read",
        "DS",
        1,
        dict(
            ds="STUDYID USUBJID DSSEQ DSDECOD DSCAT EPOCH DSSTDTC\n"
            + "\n".join(
                f"S S-1 {n} ADVERSE_EVENT DISPOSITION_EVENT {epoch} 2007-04-10"
                for n, epoch in enumerate(("FOLHOW-UP", "TREATMENT", "Course_1", "Screening", "."), 1)
            )
        ),
        "DSSEQ 1: FOLHOW-UP",
    ),
    (
        "sex_not_read",
        "DM",
        2,
        dict(
            dm="STUDYID USUBJID SITEID AGE AGEU ARMCD ARM ACTARMCD ACTARM RFXSTDTC SEX\n"
            + "\n".join(
                f"S S-{n} 001 7 YEARS A130 130_mg A130 130_mg 2007-03-01 {sex}"
                for n, sex in enumerate((".", "m", "1", "U", "None", "Female"), 1)
            )
        ),
        "S-1: blank; S-3: 1",
    ),
    (
        "body_without_unit",
        "VS",
        2,
        dict(
            vs="USUBJID VSSEQ VSTESTCD VSSTRESN VSSTRESU VSORRES VSORRESU VSDTC\n"
            "S-1 1 HEIGHT 120 .  .   .     2007-02-20\nS-1 2 HEIGHT 4   feet . . 2007-02-20\n"
            "S-1 3 HEIGHT 120 cm .   .     2007-02-21\nS-1 4 HEIGHT 120 .  120 cm    2007-02-22\n"
            "S-1 5 TEMP   37  .  .   .     2007-02-21"
        ),
        "S-1 VSSEQ 1: 120.0 without a unit; S-1 VSSEQ 2: 4.0 feet",
    ),
    (
        "height_missing",
        "VS",
        1,
        dict(
            lb=with_row("lb", "S-1 2 CREAT Creatinine SERUM 40 40 umol/L 20 70 2007-03-02"),
            vs="USUBJID VSSEQ VSTESTCD VSSTRESN VSSTRESU VSDTC\nS-2 1 HEIGHT 120 cm 2007-02-20",
        ),
        "S-1: no height",
    ),
    (
        "baseline_missing",
        "LB",
        1,
        dict(
            dm=TABLES["dm"] + "\n" + TABLES["dm"].splitlines()[2].replace("S-1", "S-2"),
            ex=TABLES["ex"] + "\n        S-2     1     DRUG  130    mg/m2  2007-03-01 2007-03-01",
            lb=with_row(
                "lb",
                "S-1 2 CREAT Creatinine SERUM 40 40 umol/L 20 70 2007-02-20",
                "S-1 3 CREAT Creatinine SERUM 40 40 umol/L 20 70 2007-03-02",
                "S-2 1 CREAT Creatinine SERUM 40 40 umol/L 20 70 2007-03-02",
                "S-2 2 CREAT Creatinine SERUM 40 40 umol/L 20 70 2007-03-03",
                "S-2 3 ALT ALT SERUM 40 40 U/L 20 70 2007-03-03",
            ),
        ),
        "S-2: 2 after the first infusion",
    ),
    (
        "dlt_flag_without_records",
        "SUPPAE",
        1,
        dict(suppae="", ae=with_row("ae", "S-1 2 a A N N 3 RECOVERED 2007-03-05 2007-03-06")),
        "S-1 AESEQ 2: A, grade 3",
    ),
    (
        "later_therapy_unclear",
        "CM",
        2,
        dict(cm=therapy("Blinatumomab . .", "CLOFARABINE . 2007", "CLOFARABINE . 2007-04-01", "CLOFARABINE PRIOR .")),
        "S-1 CMSEQ 1: Blinatumomab, no date; S-1 CMSEQ 2: CLOFARABINE, 2007",
    ),
]
CASES += [(check, dataset, count, PHARMACOKINETICS, example) for check, dataset, count, example in OF_CONCENTRATIONS]


@pytest.mark.parametrize(
    ("check", "dataset", "count", "tables", "example"), CASES, ids=[f"{case[0]}-{case[1]}" for case in CASES]
)
def test_the_check_counts_what_is_odd_and_shows_it(check, dataset, count, tables, example):
    found = findings(check, **tables)
    assert (check, dataset) in found, sorted(found)
    row = found[check, dataset]
    assert row.count == count
    assert example in row.examples
    assert row.what[0].isupper() and row.action.endswith(".") and row.severity in ("left out", "doubtful", "note")
    assert row.weight in WEIGHTS


def test_every_check_has_a_drawn_case():
    apart = {
        "not_delivered",
        "role_without_records",
        "no_subject_came",
        "cohort_without_subject",
    }
    assert {check.name for check in read_checks()} == {case[0] for case in CASES} | apart


def test_every_check_states_question_grain_severity_weight_words_and_advice():
    for path in CHECKS_FOLDER.glob("*.sql"):
        head = re.findall(r"^-- (\w+): .+", path.read_text(encoding="utf-8"), re.MULTILINE)
        assert head[:6] == ["Question", "Grain", "Severity", "Weight", "Says", "Do"], path.name


def test_what_was_not_delivered_and_roles_without_records_are_told(make_cut):
    rows = make_cut({name: drawn(text) for name, text in TABLES.items()}, DRAWN_TRIAL).table("ingest.finding")
    missing = set(rows.loc[rows["CHECKID"] == "not_delivered", "DATASET"])
    assert missing == {"DD", "EG", "RS", "CM", "PR", "PC", "VS", "SV", "DV", "TS", "TA", "TV"}
    roles = rows.loc[rows["CHECKID"] == "role_without_records", "WHAT"].str.split(":").str[0]
    assert {"SF", "GLS", "TROPONIN", "ANC", "PLATELETS"} <= set(roles) and "LVEF" not in set(roles)


def test_a_relapse_that_an_assessment_found_is_no_finding():
    later = with_row("ds", "S-1 2 RELAPSE DISPOSITION_EVENT TREATMENT 2007-06-01")
    assert findings("relapse_without_assessment", rs=response("2007-04-01 CR", "2007-05-30 RELAPSE"), ds=later) == {}
    assert findings("relapse_without_assessment", rs=response("2007-04-01 NR"), ds=later) == {}


def test_an_empty_delivery_says_that_nobody_came(make_cut):
    rows = make_cut({}).table("ingest.finding")
    assert rows.loc[rows["CHECKID"] == "no_subject_came", "NRECS"].tolist() == [1]


def test_a_thousand_odd_records_are_one_finding_with_three_examples():
    lines = [f"S-1 {n} rash_{n} . N N 1 . 2007-03-05 ." for n in range(2, 1002)]
    row = findings("no_preferred_term", ae=with_row("ae", *lines))["no_preferred_term", "AE"]
    assert row.count == 1000 and row.examples.count(";") == 2
