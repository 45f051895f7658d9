"""What the sponsor delivered at a cut: the truth known by then, less the errors corrected since."""

from __future__ import annotations

from datetime import date

from . import design, ecg, events, exposure, heart, labs, people, pk, response
from .dates import day_of
from .story import STUDY, Story, Subject, table_once

SORTED_BY_DATE = {
    "EX": "EXSTDTC",
    "LB": "LBDTC",
    "EG": "EGDTC",
    "CV": "CVDTC",
    "RS": "RSDTC",
    "PC": "PCDTC",
    "VS": "VSDTC",
}
DATED = {"AE": ("AEENDTC", "AEENDY"), "CM": ("CMENDTC", None), "SV": ("SVENDTC", None)}


def truth(story: Story, subject: Subject) -> dict[str, list[dict]]:
    """All rows of one subject as they are in the end, numbered; corrections already made."""
    rows = {
        "DS": people.ds(subject),
        "MH": people.mh(subject),
        "CM": people.cm(story, subject),
        "PR": people.pr(subject),
        "SUPPDM": people.suppdm(subject),
    }
    if subject.treated:
        rows |= {
            "EX": exposure.ex(story, subject),
            "AE": events.ae(story, subject),
            "LB": labs.lb(story, subject),
            "EG": ecg.eg(story, subject),
            "CV": heart.cv(story, subject),
            "RS": response.rs(story, subject),
            "PC": pk.pc(story, subject),
            "VS": exposure.vs(story, subject),
            "DV": exposure.dv(story, subject),
        }
        rows["SV"] = design.sv(rows)
    for name, domain_rows in rows.items():
        _number(name, domain_rows)
    if subject.treated:
        rows["SUPPAE"] = events.suppae(subject, rows["AE"])
    return rows


def _number(name: str, rows: list[dict]) -> None:
    if name in SORTED_BY_DATE:
        rows.sort(key=lambda row: (row[SORTED_BY_DATE[name]][:10], row["VISITNUM"]))
    if name not in ("SUPPDM", "SV"):
        for place, row in enumerate(rows, 1):
            row[f"{name}SEQ"] = float(place)


def delivered(story: Story, everything: dict[str, dict[str, list[dict]]], cut: date) -> dict[str, list[dict]]:
    """Every domain as delivered at a cut."""
    rows: dict[str, list[dict]] = {"DM": []}
    for subject in story.subjects:
        if date.fromisoformat(subject.consent) > cut:
            continue
        rows["DM"].append({"STUDYID": STUDY, "DOMAIN": "DM", "USUBJID": subject.id} | people.dm(story, subject, cut))
        for name, truth_rows in everything[subject.subject].items():
            rows.setdefault(name, []).extend(as_delivered(name, truth_rows, subject, cut))
    for name, made in (("TS", design.ts(story, cut)), ("TA", design.ta(story)), ("TV", design.tv(story))):
        rows[name] = [{"STUDYID": STUDY, "DOMAIN": name} | row for row in made]
    return rows


def as_delivered(name: str, rows: list[dict], subject: Subject, cut: date) -> list[dict]:
    """The rows of a subject's domain that a cut holds, each as it was known then."""
    kept = [_as_known(name, row, subject, cut) for row in rows if row["_known"] <= cut]
    return [row for row in (_as_before(name, row, subject, cut) for row in kept) if row is not None]


def _as_known(name: str, row: dict, subject: Subject, cut: date) -> dict:
    """One row without anything that happened after the cut."""
    known = {"STUDYID": STUDY, "USUBJID": subject.id} | ({} if name.startswith("SUPP") else {"DOMAIN": name}) | row
    if "_end" in row:
        column, day_column = DATED[name]
        end = row["_end"] if row["_end"] is not None and row["_end"] <= cut else None
        known[column] = end.isoformat() if end else ""
        if day_column:
            known[day_column] = day_of(end, subject.first) if end else None
        if name == "SV" and not end:
            known["SVENDTC"] = cut.isoformat()
    if name == "AE":
        known |= _event_at(known, cut)
    if subject.treated and subject.first > cut:
        known |= {column: None for column in known if column.endswith("DY")}
    return known | _partial(name, known, subject)


def _partial(name: str, row: dict, subject: Subject) -> dict:
    """Dates that the site knew only to the month or year, and no study day for them."""
    parts = {}
    for told in table_once("partial_dates"):
        if told["domain"] == name and told["subject"] == subject.subject and row[f"{name}DECOD"] == told["record"]:
            variable = told["variable"]
            parts |= {variable: row[variable][: int(told["characters"])], variable.replace("DTC", "DY"): None}
    return parts


def _event_at(row: dict, cut: date) -> dict:
    if row["_end"] is not None and row["_end"] <= cut:
        return {}
    if row["AETOXGR"] == "5":
        return {"AETOXGR": "4", "AESDTH": "N", "AEOUT": "NOT RECOVERED/NOT RESOLVED"}
    return {"AEOUT": "NOT RECOVERED/NOT RESOLVED"}


def _as_before(name: str, row: dict, subject: Subject, cut: date) -> dict | None:
    """The row as it stood at a cut before it was corrected, or None where it was not (or no longer) delivered."""
    for change in table_once("changes"):
        if change["domain"] != name and not (change["domain"] == "AE" and name == "SUPPAE"):
            continue
        if change["subject"] != subject.subject or not _meant(change, name, row):
            continue
        reached = date.fromisoformat(change["cut"]) <= cut
        if change["kind"] == "added" and not reached or change["kind"] == "withdrawn" and reached:
            return None
        if change["kind"] == "corrected" and not reached and change["domain"] == name:
            row = _undone(change, row, subject)
    return row


def _meant(change: dict, name: str, row: dict) -> bool:
    wanted = change["record"]
    if name == "AE":
        return row["AEDECOD"] == wanted
    if name == "SUPPAE":
        return wanted in (row["_of"]["AEDECOD"], f"{row['_of']['AEDECOD']} {row['QNAM']}")
    if name == "PC":
        return f"COURSE 1 DAY {row['_sample'][0]} {row['_sample'][1]}H" == wanted
    return f"{row[name + 'TESTCD']} {row['VISIT']}" == wanted


def _undone(change: dict, row: dict, subject: Subject) -> dict:
    variable, before, name = change["variable"], change["before"], change["domain"]
    if variable == "QVAL":
        return row | {"QVAL": before}
    if variable == "AESTDTC":
        return row | {"AESTDTC": before, "AESTDY": day_of(date.fromisoformat(before), subject.first)}
    if variable.endswith("STRESN"):
        return row | {variable: float(before), f"{name}STRESC": before, f"{name}ORRES": before}
    return row | {variable: before}
