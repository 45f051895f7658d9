"""Cardiac answers told from the story: dysfunction after ESC 2022, CTCAE grade, QTc."""

from __future__ import annotations

from datetime import date

from . import heart
from .story import Story, Subject, table_once

KINDS = ("none", "mild", "moderate", "severe")
MARKER_DAYS = 7
EVENTS_WITH_MARKER_RISE = ("Cardiac failure", "Troponin I increased")


def cardiac(story: Story, treated: list[Subject], cut: date) -> dict:
    """Worst grades of every treated subject by a cut, and the subjects beyond the QTc limits."""
    judged = {subject.subject: _judged(story, subject, cut) for subject in treated}
    told = [(row["subject"], float(row["qtcf"])) for row in table_once("ecg_outliers") if _seen(story, row, cut)]
    return {
        "ctrcd": {name: KINDS[max((ctrcd for ctrcd, _ in rows), default=0)] for name, rows in judged.items() if rows},
        "ef_grade": {name: max(grade for _, grade in rows) for name, rows in judged.items() if rows},
        "echo_after_first_infusion": sorted(name for name, rows in judged.items() if rows),
        "qtcf_over_500": sorted({name for name, value in told if value > 500}),
        "qtcf_over_480": sorted({name for name, value in told if value > 480}),
        "qtcf_over_450": sorted({name for name, value in told if value > 450}),
        "qtcf_change_over_60": sorted({name for name, value in told if value - _usual(story, name) > 60}),
    }


def _judged(story: Story, subject: Subject, cut: date) -> list[tuple[int, int]]:
    """Dysfunction and CTCAE grade at each echocardiogram after the first infusion,
    against the same method's baseline."""
    done = [echo for echo in heart.echos(story, subject) if not echo["status"] and subject.date(echo["day"]) <= cut]
    base = next(echo for echo in done if echo["visit"] == "SCREENING")
    return [
        _of_echo(story, subject, echo, base, cut)
        for echo in done
        if echo["day"] > 0 and echo["method"] == base["method"]
    ]


def _of_echo(story: Story, subject: Subject, echo: dict, base: dict, cut: date) -> tuple[int, int]:
    lvef = _as_delivered(subject, echo, cut)
    fall = base["lvef"] - lvef
    sign = 100 * (base["gls"] - echo["gls"]) / base["gls"] > 15 or _marker_rose(story, subject, echo["day"])
    if lvef < 40:
        kind = 3
    elif lvef < 50:
        kind = 2 if fall >= 10 or (sign and fall > 0) else 0
    else:
        kind = 1 if sign else 0
    return kind, _grade(lvef, fall)


def _grade(lvef: float, fall: float) -> int:
    """CTCAE v5.0, ejection fraction decreased: LVEF in percent, its fall from baseline in points."""
    if lvef < 20:
        return 4
    if lvef < 40 or fall >= 20:
        return 3
    return 2 if lvef <= 50 or fall >= 10 else 0


def _as_delivered(subject: Subject, echo: dict, cut: date) -> float:
    for change in table_once("changes"):
        later = date.fromisoformat(change["cut"]) > cut
        if (
            change["domain"] == "CV"
            and change["subject"] == subject.subject
            and change["record"] == f"LVEF {echo['visit']}"
            and later
        ):
            return float(change["before"])
    return echo["lvef"]


def _marker_rose(story: Story, subject: Subject, day: int) -> bool:
    rises = [int(row["day"]) for row in story.of("events", subject) if row["decod"] in EVENTS_WITH_MARKER_RISE]
    return any(rise - 2 <= day <= rise + 45 for rise in rises)


def _seen(story: Story, row: dict, cut: date) -> bool:
    subject = next(subject for subject in story.treated if subject.subject == row["subject"])
    return subject.date(subject.courses[int(row["course"]) - 1] + int(row["day"]) - 1) <= cut


def _usual(story: Story, name: str) -> float:
    """QTcF before the first infusion, to which the outliers of the story are compared."""
    subject = next(subject for subject in story.treated if subject.subject == name)
    return subject.random("qtc").uniform(402, 424)
