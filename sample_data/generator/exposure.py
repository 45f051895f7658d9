"""Infusions, vital signs at the infusions, and protocol deviations."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from . import visits
from .dates import day_of, stamp
from .story import LAST, Story, Subject, number


def infusion_start(subject: Subject, course: int, infusion: int) -> datetime:
    """When an infusion begins; the same answer for every domain that asks."""
    minutes = subject.random(f"clock {course} {infusion}").randrange(0, 150, 5)
    day = subject.courses[course - 1] + infusion - 1
    return datetime.combine(subject.date(day), time(9, 0)) + timedelta(minutes=minutes)


def given(story: Story, subject: Subject) -> list[dict]:
    """Every infusion of a subject up to the last cut: course, number, start, fraction of the dose, reason."""
    exceptions = {(row["course"], row["infusion"]): row for row in story.of("infusions", subject)}
    rows = []
    for course in range(1, len(subject.courses) + 1):
        for infusion in (1, 2, 3):
            told = exceptions.get((str(course), str(infusion)), {"fraction": "1", "reason": ""})
            start = infusion_start(subject, course, infusion)
            if start.date() <= LAST:
                rows.append(
                    {
                        "course": course,
                        "infusion": infusion,
                        "start": start,
                        "fraction": number(told["fraction"]),
                        "reason": told["reason"],
                    }
                )
    return rows


def ex(story: Story, subject: Subject) -> list[dict]:
    rows = []
    for infusion in given(story, subject):
        missed = infusion["fraction"] == 0
        minutes = 120 + subject.random(f"length {infusion['start']}").choice((-5, 0, 0, 5, 10))
        end = infusion["start"] + timedelta(minutes=round(minutes * max(infusion["fraction"], 0.4)))
        day = infusion["start"].date()
        visit = visits.course_day(infusion["course"], infusion["infusion"])
        rows.append(
            {
                "EXTRT": "L-ANNAMYCIN",
                "EXDOSE": round(float(subject.dose) * infusion["fraction"], 1),
                "EXDOSU": "mg/m2",
                "EXDOSFRM": "INJECTABLE, LIPOSOMAL",
                "EXDOSFRQ": "ONCE",
                "EXROUTE": "INTRAVENOUS",
                "EXADJ": infusion["reason"],
                "EPOCH": "TREATMENT",
                "VISITNUM": visit[0],
                "VISIT": visit[1],
                "EXSTDTC": day.isoformat() if missed else stamp(infusion["start"]),
                "EXENDTC": day.isoformat() if missed else stamp(end),
                "EXSTDY": day_of(day, subject.first),
                "EXENDY": day_of(day, subject.first),
                "_known": day,
            }
        )
    return rows


def body(subject: Subject) -> tuple[float, float]:
    """Height in cm and weight in kg, by age and sex, rounded as a ward would."""
    age, chance = subject.age, subject.random("body")
    grown = 163 if subject.sex == "F" else 175
    height = 76 + 6.2 * age if age < 15 else grown
    weight = 9.5 + 2.2 * age + 0.075 * age * age
    return round(height * chance.uniform(0.96, 1.04), 1), round(max(10.2, weight * chance.uniform(0.88, 1.12)), 1)


def vs(story: Story, subject: Subject) -> list[dict]:
    height, weight = body(subject)
    surface = round((height * weight / 3600) ** 0.5, 2)
    screened = subject.date(-2)
    rows = [
        _sign(subject, name, value, screened, visits.screening(), "Y")
        for name, value in (("HEIGHT", height), ("WEIGHT", weight), ("BSA", surface))
    ]
    for infusion in given(story, subject):
        if infusion["infusion"] != 1:
            continue
        day, chance = infusion["start"].date(), subject.random(f"signs {infusion['start']}")
        visit = visits.course_day(infusion["course"], 1)
        rows += [
            _sign(subject, name, value, day, visit, "")
            for name, value in (
                ("WEIGHT", round(weight * (1 - 0.012 * (infusion["course"] - 1)) + chance.uniform(-0.4, 0.4), 1)),
                ("TEMP", round(chance.gauss(36.9, 0.25), 1)),
                ("SYSBP", round(chance.gauss(100 + subject.age, 6))),
                ("DIABP", round(chance.gauss(60 + subject.age / 2, 5))),
                ("PULSE", round(chance.gauss(112 - 1.5 * subject.age, 7))),
            )
        ]
    return rows


SIGNS = {
    "HEIGHT": ("Height", "cm"),
    "WEIGHT": ("Weight", "kg"),
    "BSA": ("Body Surface Area", "m2"),
    "TEMP": ("Temperature", "C"),
    "SYSBP": ("Systolic Blood Pressure", "mmHg"),
    "DIABP": ("Diastolic Blood Pressure", "mmHg"),
    "PULSE": ("Pulse Rate", "beats/min"),
}


def _sign(subject: Subject, code: str, value: float, day, visit, baseline: str) -> dict:
    name, unit = SIGNS[code]
    return {
        "VSTESTCD": code,
        "VSTEST": name,
        "VSORRES": f"{value:g}",
        "VSORRESU": unit,
        "VSSTRESC": f"{value:g}",
        "VSSTRESN": float(value),
        "VSSTRESU": unit,
        "VSBLFL": baseline,
        "VISITNUM": visit[0],
        "VISIT": visit[1],
        "VSDTC": day.isoformat(),
        "VSDY": day_of(day, subject.first),
        "_known": day,
    }


def dv(story: Story, subject: Subject) -> list[dict]:
    told = [
        (infusion["reason"], "STUDY TREATMENT", infusion["start"].date())
        for infusion in given(story, subject)
        if infusion["reason"]
    ]
    told += [
        (f"{row['visit'].capitalize()} echocardiogram not done", "ASSESSMENT MISSED", subject.date(int(row["day"])))
        for row in story.of("echos", subject)
        if row["status"] == "NOT DONE"
    ]
    return [
        {
            "DVTERM": term,
            "DVDECOD": code,
            "DVCAT": "IMPORTANT" if code == "STUDY TREATMENT" else "MINOR",
            "EPOCH": "TREATMENT",
            "DVSTDTC": day.isoformat(),
            "DVSTDY": day_of(day, subject.first),
            "_known": day,
        }
        for term, code, day in told
    ]
