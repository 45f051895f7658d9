"""Adverse events with their adjudication: those the story tells, and the daily ones around them."""

from __future__ import annotations

from datetime import timedelta

from .dates import day_of
from .story import Story, Subject, table_once

SEVERITY = {1: "MILD", 2: "MODERATE", 3: "SEVERE", 4: "SEVERE", 5: "SEVERE"}
CRITERIA = {"D": "AESDTH", "L": "AESLIFE", "H": "AESHOSP", "S": "AESDISAB", "M": "AESMIE"}
INTEREST = {
    "Typhlitis",
    "Stomatitis",
    "Tumour lysis syndrome",
    "Febrile neutropenia",
    "Sepsis",
    "Pneumonia",
    "Device related infection",
    "Bone marrow failure",
    "Infusion related reaction",
    "Alanine aminotransferase increased",
    "Ejection fraction decreased",
    "Cardiac failure",
    "Electrocardiogram QT prolonged",
    "Troponin I increased",
    "Pericardial effusion",
    "Sinus tachycardia",
}


def ae(story: Story, subject: Subject) -> list[dict]:
    """Events of one subject, sorted by onset, with the adjudication under names beginning with an underscore."""
    rows = [_told(subject, row) for row in story.of("events", subject)] + _background(story, subject)
    rows = [_unresolved_at_the_end(subject, row) for row in rows if row["_known"] <= subject.observed_until]
    return sorted(rows, key=lambda row: (row["_known"], row["AETERM"]))


def _unresolved_at_the_end(subject: Subject, row: dict) -> dict:
    """Nobody sees an event end after the subject has died or left."""
    gone = subject.off_study is not None and row["_end"] is not None and row["_end"] > subject.off_study
    return row | {"_end": None, "AEOUT": "NOT RECOVERED/NOT RESOLVED"} if gone else row


def _told(subject: Subject, row: dict) -> dict:
    grade, letters = int(row["grade"]), row["serious"].upper()
    start = subject.date(int(row["day"]))
    serious = "Y" if row["serious"] and row["serious"] == letters else "N"
    event = _event(subject, row["term"], row["decod"], grade, row["related"], start, row["action"], row["outcome"])
    event |= {"AESER": serious} | {name: "Y" if letter in letters else "N" for letter, name in CRITERIA.items()}
    end = subject.date(int(row["end"])) if row["end"] else None
    return event | {"_end": end, "_dlt": row["dlt"], "_reason": row["reason"]}


def _background(story: Story, subject: Subject) -> list[dict]:
    events, chance = [], subject.random("background")
    told = {(row["decod"]) for row in story.of("events", subject)}
    for course, start in enumerate(subject.courses, 1):
        for kind in table_once("background_events"):
            drawn = (
                chance.random(),
                chance.randint(int(kind["first_day"]), int(kind["last_day"])),
                chance.choice(kind["grades"].split(";")),
                chance.randint(int(kind["shortest"]), int(kind["longest"])),
            )
            if drawn[0] * (1 + 0.25 * (course - 1)) > float(kind["chance"]) or kind["decod"] in told:
                continue
            onset = subject.date(start + drawn[1] - 1)
            event = _event(
                subject,
                kind["term"],
                kind["decod"],
                int(drawn[2]),
                kind["related"],
                onset,
                "DOSE NOT CHANGED",
                "RECOVERED/RESOLVED",
            )
            event |= {"AESER": "N"} | {name: "N" for name in CRITERIA.values()}
            events.append(event | {"_end": onset + timedelta(days=drawn[3]), "_dlt": "", "_reason": ""})
    return _without_overlap(events)


def _without_overlap(events: list[dict]) -> list[dict]:
    kept: dict[str, dict] = {}
    chosen = []
    for event in events:
        earlier = kept.get(event["AEDECOD"])
        if earlier is None or event["_known"] > earlier["_end"]:
            chosen.append(event)
            kept[event["AEDECOD"]] = event
    return chosen


def _event(subject: Subject, term, decod, grade, related, start, action, outcome) -> dict:
    systems = {row["decod"]: row["body_system"] for row in table_once("body_systems")}
    return {
        "AETERM": term,
        "AEDECOD": decod,
        "AEBODSYS": systems.get(decod, ""),
        "AETOXGR": str(grade),
        "AESEV": SEVERITY[grade],
        "AEREL": related,
        "AEACN": action,
        "AEOUT": outcome,
        "AESTDTC": start.isoformat(),
        "AESTDY": day_of(start, subject.first),
        "EPOCH": "TREATMENT" if (start - subject.first).days <= subject.courses[-1] + 40 else "FOLLOW-UP",
        "_known": start,
    }


def suppae(subject: Subject, events: list[dict]) -> list[dict]:
    """Adjudication and special interest of the events, which already bear their AESEQ."""
    rows = []
    for event in events:
        told = [
            ("AEDLT", "Dose Limiting Toxicity", event["_dlt"]),
            ("AEDLTRS", "Reason of the DLT Adjudication", event["_reason"]),
            ("AESI", "Adverse Event of Special Interest", "Y" if event["AEDECOD"] in INTEREST else ""),
        ]
        rows += [
            {
                "RDOMAIN": "AE",
                "IDVAR": "AESEQ",
                "IDVARVAL": str(int(event["AESEQ"])),
                "QNAM": name,
                "QLABEL": label,
                "QVAL": value,
                "QORIG": "ASSIGNED",
                "QEVAL": "ADJUDICATION COMMITTEE" if name != "AESI" else "SPONSOR",
                "_known": event["_known"],
                "_of": event,
            }
            for name, label, value in told
            if value
        ]
    return rows
