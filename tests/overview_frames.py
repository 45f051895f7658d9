"""What the tests of the overview share: its displays, the sample trial's views, and plain counts of the raw files."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pandas

from displays.catalogue import CONDUCT, SUMMARY

ROOT = Path(__file__).parents[1]
CUTS = ["2007-08-31", "2007-11-30", "2008-02-29"]
KNOWN = json.loads((ROOT / "sample_data" / "known_answers.json").read_text(encoding="utf-8"))
DISPLAYS = [entry.function for page in (SUMMARY, CONDUCT) for part in page.seen_in("open") for entry in part.displays]


def day(text: str) -> date:
    return date.fromisoformat(text)


def names(function) -> str:
    return getattr(function, "func", function).__name__


def treated_subjects(raw) -> set[str]:
    ex = raw["ex"]
    return set(ex[ex.EXDOSE > 0].USUBJID)


def enrolled_subjects(raw) -> set[str]:
    ds = raw["ds"]
    return set(ds[ds.DSDECOD == "ENROLLED"].USUBJID)


def serious(raw) -> pandas.DataFrame:
    ae = raw["ae"]
    criteria = [
        c for c in ("AESER", "AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESMIE", "AESCONG", "AESCAN") if c in ae
    ]
    return ae[(ae[criteria] == "Y").any(axis=1) | (ae.AETOXGR == "5")]


def numbers(display) -> dict:
    return dict(zip(display.table.MEASURE, display.table.NOW, strict=True))


def tiny(make_cut, events, cut="2007-11-30", supp=(), subjects=("1",)):
    dm = pandas.DataFrame(
        [
            dict(
                STUDYID="T",
                USUBJID=f"T-{s}",
                SUBJID=s,
                SITEID="9",
                AGE=9.0,
                AGEU="YEARS",
                SEX="F",
                ARMCD="A",
                ARM="Arm A",
            )
            for s in subjects
        ]
    )
    ex = pandas.DataFrame(
        [dict(USUBJID=f"T-{s}", EXSEQ=1.0, EXTRT="DRUG", EXDOSE=10.0, EXSTDTC="2007-05-01") for s in subjects]
    )
    ae = pandas.DataFrame(events, columns=["USUBJID", "AESEQ", "AETERM", "AEDECOD", "AETOXGR", "AESTDTC"])
    frames = {"dm": dm, "ex": ex} | ({"ae": ae} if events else {})
    if supp:
        frames["suppae"] = pandas.DataFrame(
            [dict(RDOMAIN="AE", USUBJID=s, IDVAR="AESEQ", IDVARVAL=str(n), QNAM="AEDLT", QVAL=v) for s, n, v in supp]
        )
    return make_cut(frames, cut=day(cut))
