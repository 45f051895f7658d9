"""Tiny deliveries drawn as tables: subjects, responses, laboratory values, events."""

from datetime import date, timedelta

import pandas

TERMS = {"ALL": "Acute lymphocytic leukaemia", "AML": "Acute myeloid leukaemia"}

DOSES = {"A130": 130.0, "A160": 160.0}
"""Arm → dose given; any other is at no planned level."""
DRUGS = {
    "NEWDRUG": ("XYZ-1", "SUBSEQUENT ANTICANCER THERAPY", "INTRAVENOUS"),
    "NAMEDDRUG": ("Blinatumomab (Blincyto)", "CONCOMITANT MEDICATION", "INTRAVENOUS"),
    "GIVENTRANSPLANT": ("ALLOGENEIC STEM CELL TRANSPLANT", "CONCOMITANT MEDICATION", "INTRAVENOUS"),
    "INTRATHECAL": ("CLOFARABINE", "CONCOMITANT MEDICATION", "INTRATHECAL"),
}
"""Event → drug, category and route as they are delivered."""


def rows(text: str) -> list[dict]:
    """A table drawn with blanks between its columns; "." is blank, "_" within a word a space."""
    lines = [line.split() for line in text.strip().splitlines()]
    return [
        {name: "" if value == "." else value.replace("_", " ") for name, value in zip(lines[0], line, strict=True)}
        for line in lines[1:]
    ]


def on_day(start: str, day: str | int) -> str:
    """The date of a study day, day 1 the first infusion, no day 0; a text that is no number stays as it is."""
    try:
        day = int(day)
    except ValueError:
        return day
    return (date.fromisoformat(start) + timedelta(days=day - (1 if day > 0 else 0))).isoformat()


def delivery(subjects: str, responses: str = "", laboratory: str = "", events: str = "") -> dict[str, pandas.DataFrame]:
    """SDTM frames.

    subjects: id disease arm start; responses: id day response evaluator; laboratory: id day test value spec; events:
    id day what (DEATH, TRANSPLANT, one of DRUGS, or a DSDECOD of treatment's end, or OFF_... of the study's).
    """
    people = rows(subjects)
    start = {p["id"]: p["start"] for p in people}
    frames = {
        "dm": [
            dict(
                STUDYID="T",
                DOMAIN="DM",
                USUBJID=f"T-{p['id']}",
                SUBJID=p["id"],
                SITEID="101",
                ARMCD=p["arm"],
                ACTARMCD=p["arm"],
                ARM=p["arm"],
                ACTARM=p["arm"],
                DTHDTC="",
                AGE=10,
                AGEU="YEARS",
            )
            for p in people
        ],
        "mh": [
            dict(USUBJID=f"T-{p['id']}", MHSEQ=1, MHTERM=TERMS[p["disease"]], MHDECOD="", MHCAT="PRIMARY DIAGNOSIS")
            for p in people
            if p["disease"]
        ],
        "ex": [
            dict(
                USUBJID=f"T-{p['id']}",
                EXSEQ=1,
                EXTRT="L-ANNAMYCIN",
                EXDOSE=DOSES.get(p["arm"], 77.0),
                EXDOSU="mg/m2",
                EXSTDTC=p["start"],
                EXENDTC=p["start"],
            )
            for p in people
            if p["start"]
        ],
        "ds": [
            dict(
                USUBJID=f"T-{p['id']}",
                DSSEQ=1,
                DSDECOD="ENROLLED",
                DSCAT="PROTOCOL MILESTONE",
                EPOCH="SCREENING",
                DSSTDTC=p["start"] or "2007-03-01",
            )
            for p in people
        ],
    }
    if responses:
        frames["rs"] = [
            dict(
                USUBJID=f"T-{r['id']}",
                RSSEQ=n,
                RSTESTCD="OVRLRESP",
                RSORRES=r["response"],
                RSSTRESC=r["response"],
                RSEVAL=r["evaluator"],
                RSDTC=on_day(start[r["id"]], r["day"]),
            )
            for n, r in enumerate(rows(responses), 1)
        ]
    if laboratory:
        frames["lb"] = [
            dict(
                USUBJID=f"T-{r['id']}",
                LBSEQ=n,
                LBTESTCD=r["test"],
                LBTEST=r["test"],
                LBSPEC=r["spec"],
                LBORRES=r["value"],
                LBSTRESC=r["value"],
                LBSTRESN=pandas.to_numeric(r["value"], errors="coerce"),
                LBSTRESU="%" if r["test"] in ("BLASTLE", "MRD") else "10^9/L",
                LBDTC=on_day(start[r["id"]], r["day"]),
            )
            for n, r in enumerate(rows(laboratory), 1)
        ]
    for event in rows(events) if events else []:
        _happened(frames, event, on_day(start[event["id"]], event["day"]))
    return {name: pandas.DataFrame(records) for name, records in frames.items()}


def _happened(frames: dict, event: dict, when: str) -> None:
    usubjid = f"T-{event['id']}"
    if event["what"] == "DEATH":
        next(r for r in frames["dm"] if r["USUBJID"] == usubjid)["DTHDTC"] = when
    elif event["what"] == "TRANSPLANT":
        frames.setdefault("pr", []).append(
            dict(USUBJID=usubjid, PRSEQ=1, PRTRT="ALLOGENEIC STEM CELL TRANSPLANT", PRSTDTC=when)
        )
    elif event["what"] in DRUGS:
        drug, category, route = DRUGS[event["what"]]
        frames.setdefault("cm", []).append(
            dict(USUBJID=usubjid, CMSEQ=1, CMTRT=drug, CMCAT=category, CMROUTE=route, CMSTDTC=when)
        )
    else:
        epoch = "FOLLOW-UP" if event["what"].startswith("OFF ") else "TREATMENT"
        frames["ds"].append(
            dict(
                USUBJID=usubjid,
                DSSEQ=9,
                DSDECOD=event["what"].removeprefix("OFF "),
                DSCAT="DISPOSITION EVENT",
                EPOCH=epoch,
                DSSTDTC=when,
            )
        )


CASES = """
id  disease  arm   start
1   ALL      A130  2007-03-01
2   ALL      A130  2007-11-10
3   ALL      A130  2007-08-01
4   ALL      A130  2007-03-01
5   ALL      A130  2007-03-01
6   ALL      A130  2007-03-01
7   ALL      A130  2007-03-01
8   ALL      A130  2007-03-01
9   ALL      A130  2007-03-01
10  ALL      A130  2007-03-01
11  AML      A130  2007-03-01
12  AML      A130  2007-03-01
13  ALL      A130  2007-11-05
14  ALL      A130  2007-03-15
15  ALL      A130  2007-03-01
16  ALL      A130  2007-03-01
17  ALL      A130  2007-03-01
18  ALL      A130  2007-03-01
19  ALL      A130  2007-03-01
20  AML      A130  2007-03-01
21  ALL      A130  2007-03-01
"""
RESPONSES = """
id  day      response  evaluator
4   30       PR        INVESTIGATOR
4   30       CR        INDEPENDENT_ASSESSOR
5   30       CR        INVESTIGATOR
5   60       RELAPSE   INVESTIGATOR
5   100      CRi       INVESTIGATOR
6   30       NR        INVESTIGATOR
6   60       CR        INVESTIGATOR
7   40       CR        INVESTIGATOR
8   60       CR        INVESTIGATOR
9   30       NE        INVESTIGATOR
10  30       CRh       INVESTIGATOR
11  30       CRh       INVESTIGATOR
12  30       RELAPSE   INVESTIGATOR
13  2007-11  CR        INVESTIGATOR
14  2007-02  CR        INVESTIGATOR
14  1        CR        INVESTIGATOR
14  40       MLFS      INVESTIGATOR
17  30       NR        INVESTIGATOR
17  30       CRi       INVESTIGATOR
18  30       good      INVESTIGATOR
19  30       CR        INDEPENDENT_ASSESSOR
20  30       SD        .
20  60       CR        .
21  .        CR        INVESTIGATOR
"""
EVENTS = """
id  day      what
1   12       DEATH
6   40       TRANSPLANT
7   40       TRANSPLANT
8   20       TRANSPLANT
15  20       PROGRESSIVE_DISEASE
16  9        OFF_WITHDRAWAL_BY_SUBJECT
20  50       NEWDRUG
"""
UNREAD = "only assessments whose response or date could not be read"
EXPECTED = {
    # id: status, best response, in remission, remark
    1: ("Evaluable", None, "N", "died on day 12 before a first assessment"),
    2: ("Awaiting first assessment", None, "N", "day 21, no assessment yet"),
    3: ("Not evaluable", None, "N", "no assessment by day 122"),
    4: ("Evaluable", "PR", "N", None),  # two evaluators: the investigator counts
    5: ("Evaluable", "CR", "Y", None),  # relapse, then remission
    6: ("Evaluable", "NR", "N", None),  # response after a transplant
    7: ("Evaluable", "CR", "Y", None),  # response on the day of a transplant
    8: ("Not evaluable", None, "N", "transplant on day 20 before a first assessment"),
    9: ("Not evaluable", "NE", "N", "only assessments that could not be evaluated"),
    10: ("Evaluable", "CRh", "Y", None),  # CRh is a remission in ALL too
    11: ("Evaluable", "CRh", "Y", None),
    12: ("Evaluable", "PD", "N", None),  # a relapse is no best response
    13: ("Evaluable", "CR", "Y", None),  # month of the first infusion, day unknown
    14: ("Evaluable", "MLFS", "N", None),  # assessments before treatment do not count
    15: ("Evaluable", None, "N", "progressed before a first assessment"),
    16: ("Not evaluable", None, "N", "not assessed (withdrawal by subject on day 9)"),
    17: ("Evaluable", "NR", "N", None),  # two that differ on one day: the less favourable
    18: ("Not evaluable", None, "N", UNREAD),  # "good" is no response category: unknown, never no response
    19: ("Not evaluable", None, "N", "assessed by another evaluator only"),
    20: ("Evaluable", "NR", "N", None),  # new therapy; evaluator not given is the investigator
    21: ("Not evaluable", None, "N", UNREAD),
}

LAB = """
id  day  test     value  spec
1   -2   BLASTLE  80     BONE_MARROW
1   30   BLASTLE  3      BONE_MARROW
1   30   MRD      <0.01  BONE_MARROW
1   30   BLASTLE  0      BLOOD
1   31   NEUT     0.6    BLOOD
1   28   PLAT     120    BLOOD
2   -2   BLASTLE  60     BONE_MARROW
2   38   BLASTLE  2      BONE_MARROW
2   30   NEUT     1.6    BLOOD
"""
