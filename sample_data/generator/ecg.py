"""Electrocardiograms: triplicates around the infusions, single ones at the end of a course."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from . import visits
from .dates import day_of, stamp
from .exposure import given
from .story import Story, Subject

TESTS = {"QT": ("QT Interval", "msec"), "RR": ("RR Interval", "msec"), "EGHRMN": ("ECG Mean Heart Rate", "beats/min")}
PRE, END = ("PREDOSE", 0.0), ("END OF INFUSION", 2.0)


def eg(story: Story, subject: Subject) -> list[dict]:
    rows = []
    outliers = {
        (row["course"], row["day"], row["timepoint"]): float(row["qtcf"]) for row in story.of("ecg_outliers", subject)
    }
    usual = subject.random("qtc").uniform(402, 424)
    for infusion in given(story, subject):
        course, day, start = infusion["course"], infusion["infusion"], infusion["start"]
        if infusion["fraction"] == 0 or day == 2 or (course > 1 and day == 3):
            continue
        for point, when in ((PRE, start - timedelta(minutes=25)), (END, start + timedelta(minutes=125))):
            if day == 3 and point is PRE:
                continue
            told = outliers.get((str(course), str(day), point[0]))
            rows += _triplicate(
                subject,
                usual,
                told,
                when,
                point,
                visits.course_day(course, day),
                first=course == 1 and day == 1 and point is PRE,
            )
    return rows + _end_of_course(subject, usual)


def _triplicate(subject, usual, told, when, point, visit, first) -> list[dict]:
    chance = subject.random(f"ecg {when}")
    qtcf = told or usual + (0 if first else chance.uniform(-6, 12))
    rate = chance.uniform(78, 104) - subject.age * 0.6 + 12
    rows = []
    for replicate, wobble in ((1, -3.0), (2, 0.0), (3, 3.0)):
        rows += _ecg(
            subject,
            qtcf + wobble,
            rate + wobble / 3,
            when + timedelta(minutes=2 * replicate),
            point,
            visit,
            "Y" if first else "",
            replicate,
        )
    return rows


def _end_of_course(subject: Subject, usual: float) -> list[dict]:
    rows = []
    for course, start in enumerate(subject.courses, 1):
        day = start + 28
        if day <= subject.last_day:
            chance = subject.random(f"ecg end {course}")
            when = datetime.combine(subject.date(day), time(10, chance.randrange(0, 60)))
            rows += _ecg(
                subject,
                usual + chance.uniform(-8, 12),
                chance.uniform(80, 105),
                when,
                ("", None),
                visits.course_day(course, 29),
                "",
                None,
            )
    return rows


def _ecg(subject, qtcf, rate, when, point, visit, baseline, replicate) -> list[dict]:
    beat = round(60000 / rate)
    values = {"QT": float(round(qtcf * (beat / 1000) ** (1 / 3))), "RR": float(beat), "EGHRMN": float(round(rate))}
    return [
        {
            "EGTESTCD": code,
            "EGTEST": TESTS[code][0],
            "EGORRES": f"{value:g}",
            "EGORRESU": TESTS[code][1],
            "EGSTRESC": f"{value:g}",
            "EGSTRESN": value,
            "EGSTRESU": TESTS[code][1],
            "EGBLFL": baseline,
            "EGREPNUM": float(replicate) if replicate else None,
            "VISITNUM": visit[0],
            "VISIT": visit[1],
            "EGDTC": stamp(when),
            "EGDY": day_of(when.date(), subject.first),
            "EGTPT": point[0],
            "EGTPTNUM": point[1],
            "_known": when.date(),
        }
        for code, value in values.items()
    ]
