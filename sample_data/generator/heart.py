"""Echocardiograms: ejection fraction, shortening fraction, global longitudinal strain."""

from __future__ import annotations

from . import visits
from .dates import day_of
from .story import Story, Subject, number

TESTS = {
    "LVEF": ("Left Ventricular Ejection Fraction", "%"),
    "LVFS": ("Left Ventricular Fractional Shortening", "%"),
    "GLS": ("Global Longitudinal Strain", "%"),
}
NAMES = {"Baseline": "SCREENING", "Day 28": "COURSE 1 DAY 28"}
LOSS_PER_G_PER_M2 = 2.2
"""Points of LVEF that 1000 mg/m² of annamycin takes from an untold heart: a drift, never a CTRCD."""


def echos(story: Story, subject: Subject) -> list[dict]:
    """Every echocardiogram done or recorded as not done: visit, day, lvef, gls, method, status, reason."""
    told = story.of("echos", subject)
    planned = [_planned(story, subject, row, told) for row in story.trial["schedule"] if row["assessment"] == "ECHO"]
    done = [row for row in planned if row] + [_from_told(subject, row) for row in told if row["visit"] == "UNSCHEDULED"]
    return sorted((row for row in done if row["day"] <= subject.last_day), key=lambda row: row["day"])


def _planned(story: Story, subject: Subject, schedule: dict, told: list[dict]) -> dict | None:
    visit = NAMES.get(schedule["visit"], schedule["visit"].upper())
    own = next((row for row in told if row["visit"] == visit), None)
    if own is not None:
        return None if own["status"] == "ABSENT" else _from_told(subject, own)
    chance = subject.random(f"echo {visit}")
    day = -chance.randint(2, 6) if visit == "SCREENING" else schedule["day"] + chance.randint(-5, 8)
    given = float(subject.dose) * 3 * sum(start <= day for start in subject.courses)
    first = visit == "SCREENING"
    lvef = (
        float(subject.baseline_lvef)
        if first
        else float(subject.baseline_lvef) - LOSS_PER_G_PER_M2 * given / 1000 + chance.uniform(-2, 2)
    )
    gls = float(subject.baseline_gls) + (0 if first else given / 1000 * 0.5 + chance.uniform(-0.6, 0.6))
    return {
        "visit": visit,
        "day": day,
        "lvef": float(round(lvef)),
        "gls": round(gls, 1),
        "method": "ECHOCARDIOGRAPHY",
        "status": "",
        "reason": "",
    }


def _from_told(subject: Subject, row: dict) -> dict:
    return {
        "visit": row["visit"],
        "day": int(row["day"]),
        "lvef": number(row["lvef"]),
        "gls": number(row["gls"]),
        "method": row["method"] or "ECHOCARDIOGRAPHY",
        "status": row["status"],
        "reason": row["reason"],
    }


def visit_number(subject: Subject, name: str, day: int) -> tuple[float, str]:
    if name == "SCREENING":
        return visits.screening()
    if name == "UNSCHEDULED":
        return visits.unscheduled(subject, day)
    return visits.month(int(name.split()[1])) if name.startswith("MONTH") else visits.course_day(1, 28)


def cv(story: Story, subject: Subject) -> list[dict]:
    rows = []
    for echo in echos(story, subject):
        when, visit = subject.date(echo["day"]), visit_number(subject, echo["visit"], echo["day"])
        if echo["status"]:
            values = {"LVEF": None}
        else:
            shortening = (
                None
                if echo["method"] == "MUGA SCAN"
                else float(round(echo["lvef"] * 0.56 + subject.random(f"sf {echo['day']}").uniform(-0.8, 0.8)))
            )
            values = {"LVEF": echo["lvef"], "LVFS": shortening, "GLS": echo["gls"]}
        rows += [
            _row(subject, code, value, echo, when, visit)
            for code, value in values.items()
            if value is not None or echo["status"]
        ]
    return rows


def _row(subject: Subject, code: str, value, echo: dict, when, visit) -> dict:
    name, unit = TESTS[code]
    text = "" if value is None else f"{value:g}"
    return {
        "CVTESTCD": code,
        "CVTEST": name,
        "CVMETHOD": echo["method"],
        "CVORRES": text,
        "CVORRESU": unit if text else "",
        "CVSTRESC": text,
        "CVSTRESN": value,
        "CVSTRESU": unit if text else "",
        "CVSTAT": echo["status"],
        "CVREASND": echo["reason"],
        "CVBLFL": "Y" if visit[1] == "SCREENING" else "",
        "VISITNUM": visit[0],
        "VISIT": visit[1],
        "CVDTC": when.isoformat(),
        "CVDY": day_of(when, subject.first),
        "_known": when,
    }
