"""Raw rows of the sample trial and plain readings of them, without the project's own reading."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path

import pandas
import pyreadstat

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_data"
KNOWN = json.loads((SAMPLE / "known_answers.json").read_text(encoding="utf-8"))
PROTOCOL = tomllib.loads((SAMPLE / "trial.toml").read_text(encoding="utf-8"))
CUTS = sorted(KNOWN["cuts"])
DOMAINS = "dm suppdm ex ae suppae lb eg cv rs ds mh cm pr pc vs sv dv ts ta tv".split()
_read: dict[str, dict[str, pandas.DataFrame]] = {}


def rows(cut: str, domain: str) -> pandas.DataFrame:
    """Raw rows of a domain, with SUBJID in place of the long identifier."""
    frames = _read.setdefault(cut, {})
    if domain not in frames:
        frame, _ = pyreadstat.read_xport(str(SAMPLE / "cuts" / cut / f"{domain}.xpt"), disable_datetime_conversion=True)
        if "USUBJID" in frame:
            frame["SUBJID"] = frame["USUBJID"].str.removeprefix("NCT00430443-")
        frames[domain] = frame
    return frames[domain]


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def given(cut: str) -> pandas.DataFrame:
    ex = rows(cut, "ex")
    return ex[ex["EXDOSE"] > 0]


def first_infusion(cut: str) -> dict[str, date]:
    return {name: day(text) for name, text in given(cut).groupby("SUBJID")["EXSTDTC"].min().items()}


def gone(cut: str) -> dict[str, date]:
    """Death or end of study, by subject."""
    ds = rows(cut, "ds")
    ends = ds[(ds["DSCAT"] == "DISPOSITION EVENT") & (ds["EPOCH"] == "FOLLOW-UP")]
    return {name: day(text) for name, text in zip(ends["SUBJID"], ends["DSSTDTC"], strict=True)}


def flagged(cut: str, verdict: str) -> pandas.DataFrame:
    """Events with a verdict of the adjudicators."""
    supp = rows(cut, "suppae")
    told = supp[(supp["QNAM"] == "AEDLT") & (supp["QVAL"] == verdict)]
    keys = pandas.DataFrame({"SUBJID": told["SUBJID"], "AESEQ": told["IDVARVAL"].astype(float)})
    return rows(cut, "ae").merge(keys, on=["SUBJID", "AESEQ"])
