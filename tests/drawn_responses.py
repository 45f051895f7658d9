"""Tiny deliveries drawn as tables: subjects, responses, laboratory values, events."""
from datetime import date, timedelta

import pandas

TERMS = {"ALL": "Acute lymphocytic leukaemia", "AML": "Acute myeloid leukaemia"}


def rows(text: str) -> list[dict]:
    """A table drawn with blanks between its columns; "." is blank, "_" within a word a space."""
    lines = [line.split() for line in text.strip().splitlines()]
    return [{name: "" if value == "." else value.replace("_", " ") for name, value in zip(lines[0], line, strict=True)} for line in lines[1:]]


def on_day(start: str, day: str | int) -> str:
    """The date of a study day, day 1 the first infusion, no day 0; a text that is no number stays as it is."""
    try:
        day = int(day)
    except ValueError:
        return day
    return (date.fromisoformat(start) + timedelta(days=day - (1 if day > 0 else 0))).isoformat()


def delivery(subjects: str, responses: str = "", laboratory: str = "", events: str = "") -> dict[str, pandas.DataFrame]:
    """SDTM frames. subjects: id disease arm start; responses: id day response evaluator; laboratory: id day test value spec;
    events: id day what (DEATH, TRANSPLANT, NEWDRUG, or a DSDECOD of treatment's end, or OFF_... of the study's)."""
    people = rows(subjects)
    start = {p["id"]: p["start"] for p in people}
    frames = {
        "dm": [dict(STUDYID="T", DOMAIN="DM", USUBJID=f"T-{p['id']}", SUBJID=p["id"], SITEID="101", ARMCD=p["arm"], ACTARMCD=p["arm"], ARM=p["arm"], ACTARM=p["arm"],
                    DTHDTC="", AGE=10, AGEU="YEARS") for p in people],
        "mh": [dict(USUBJID=f"T-{p['id']}", MHSEQ=1, MHTERM=TERMS[p["disease"]], MHDECOD="", MHCAT="PRIMARY DIAGNOSIS") for p in people if p["disease"]],
        "ex": [dict(USUBJID=f"T-{p['id']}", EXSEQ=1, EXTRT="L-ANNAMYCIN", EXDOSE=130.0, EXDOSU="mg/m2", EXSTDTC=p["start"], EXENDTC=p["start"]) for p in people if p["start"]],
        "ds": [dict(USUBJID=f"T-{p['id']}", DSSEQ=1, DSDECOD="ENROLLED", DSCAT="PROTOCOL MILESTONE", EPOCH="SCREENING", DSSTDTC=p["start"] or "2007-03-01") for p in people],
    }
    if responses:
        frames["rs"] = [dict(USUBJID=f"T-{r['id']}", RSSEQ=n, RSTESTCD="OVRLRESP", RSORRES=r["response"], RSSTRESC=r["response"], RSEVAL=r["evaluator"],
                             RSDTC=on_day(start[r["id"]], r["day"])) for n, r in enumerate(rows(responses), 1)]
    if laboratory:
        frames["lb"] = [dict(USUBJID=f"T-{r['id']}", LBSEQ=n, LBTESTCD=r["test"], LBTEST=r["test"], LBSPEC=r["spec"], LBORRES=r["value"], LBSTRESC=r["value"],
                             LBSTRESN=pandas.to_numeric(r["value"], errors="coerce"), LBSTRESU="%" if r["test"] in ("BLASTLE", "MRD") else "10^9/L",
                             LBDTC=on_day(start[r["id"]], r["day"])) for n, r in enumerate(rows(laboratory), 1)]
    for event in rows(events) if events else []:
        _happened(frames, event, on_day(start[event["id"]], event["day"]))
    return {name: pandas.DataFrame(records) for name, records in frames.items()}


def _happened(frames: dict, event: dict, when: str) -> None:
    usubjid = f"T-{event['id']}"
    if event["what"] == "DEATH":
        next(r for r in frames["dm"] if r["USUBJID"] == usubjid)["DTHDTC"] = when
    elif event["what"] == "TRANSPLANT":
        frames.setdefault("pr", []).append(dict(USUBJID=usubjid, PRSEQ=1, PRTRT="ALLOGENEIC STEM CELL TRANSPLANT", PRSTDTC=when))
    elif event["what"] == "NEWDRUG":
        frames.setdefault("cm", []).append(dict(USUBJID=usubjid, CMSEQ=1, CMTRT="CLOFARABINE", CMCAT="SUBSEQUENT ANTICANCER THERAPY", CMSTDTC=when))
    else:
        epoch = "FOLLOW-UP" if event["what"].startswith("OFF ") else "TREATMENT"
        frames["ds"].append(dict(USUBJID=usubjid, DSSEQ=9, DSDECOD=event["what"].removeprefix("OFF "), DSCAT="DISPOSITION EVENT", EPOCH=epoch, DSSTDTC=when))
