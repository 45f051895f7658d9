"""Trial design: summary, arms, planned visits; and the visits that took place."""

from __future__ import annotations

from datetime import date

from . import visits
from .story import Story


def ts(story: Story, cut: date) -> list[dict]:
    told = (
        (
            "TITLE",
            "Trial Title",
            "Phase I Study of L-Annamycin in Children and Young Adults With Refractory or Relapsed ALL or AML",
        ),
        ("TPHASE", "Trial Phase Classification", "PHASE I TRIAL"),
        ("TBLIND", "Trial Blinding Schema", "OPEN LABEL"),
        ("AGEMIN", "Planned Minimum Age of Subjects", "P1Y"),
        ("AGEMAX", "Planned Maximum Age of Subjects", "P21Y"),
        ("REGID", "Registry Identifier", "NCT00430443"),
        ("TRT", "Investigational Therapy or Treatment", "L-ANNAMYCIN"),
        ("TDIGRP", "Diagnosis Group", "Relapsed or refractory acute leukaemia"),
        ("DCUTDTC", "Data Cutoff Date", cut.isoformat()),
        ("DCUTDESC", "Data Cutoff Description", "SAFETY BOARD MEETING"),
        ("SSTDTC", "Study Start Date", "2007-02-22"),
        ("INTTYPE", "Intervention Type", "DRUG"),
        ("COMMENT", "Comment", "Synthetic data: no subject, site record or result is real"),
    )
    return [{"TSSEQ": float(1), "TSPARMCD": code, "TSPARM": name, "TSVAL": value} for code, name, value in told]


def ta(story: Story) -> list[dict]:
    elements = (
        ("SCRN", "Screening", "SCREENING"),
        ("TRT", "L-Annamycin on three consecutive days a course", "TREATMENT"),
        ("FU", "Follow-up", "FOLLOW-UP"),
    )
    return [
        {
            "ARMCD": level["arm_code"],
            "ARM": level["arm"],
            "TAETORD": float(order),
            "ETCD": code,
            "ELEMENT": name,
            "EPOCH": epoch,
        }
        for level in story.trial["dose_level"]
        for order, (code, name, epoch) in enumerate(elements, 1)
    ]


def tv(story: Story) -> list[dict]:
    days = sorted({*visits.COUNT_DAYS, *visits.LYSIS_DAYS, 28})
    planned = [(*visits.screening(), -7)] + [(*visits.course_day(1, day), day) for day in days]
    planned += [
        (*visits.course_day(course, day), None) for course in range(2, 6) for day in sorted({*visits.COUNT_DAYS, 2, 3})
    ]
    planned += [(*visits.course_end(course), None) for course in range(1, 6)]
    planned += [(*visits.month(number), round(number * visits.MONTH_DAYS) + 1) for number in range(2, 13)]
    return [
        {"VISITNUM": number, "VISIT": name, "VISITDY": None if day is None else float(day), "ARMCD": "", "TVSTRL": ""}
        for number, name, day in planned
    ]


def sv(rows: dict[str, list[dict]]) -> list[dict]:
    """One row a visit: its first and last day, from every domain that knows visits."""
    spans: dict[tuple, list] = {}
    for name in ("EX", "LB", "EG", "CV", "RS", "PC", "VS"):
        for row in rows[name]:
            key = (row["VISITNUM"], row["VISIT"])
            spans.setdefault(key, []).append(row["_known"])
    return [
        {
            "VISITNUM": number,
            "VISIT": name,
            "SVSTDTC": min(days).isoformat(),
            "SVENDTC": max(days).isoformat(),
            "SVUPDES": "Unscheduled" if name == "UNSCHEDULED" else "",
            "_known": min(days),
            "_end": max(days),
        }
        for (number, name), days in spans.items()
    ]
