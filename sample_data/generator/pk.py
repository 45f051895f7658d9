"""Concentrations of annamycin and annamycinol: two exponentials, linear in dose."""

from __future__ import annotations

from datetime import timedelta
from math import exp

from . import visits
from .dates import day_of, stamp
from .exposure import given
from .story import Story, Subject

LLOQ = 1.0
FAST, SLOW, SHARE_FAST = 0.55, 0.05, 0.86  # per hour
VOLUME_L_PER_M2 = 9.0
FORMED, METABOLITE_OUT = 0.012, 0.035  # per hour


def planned(story: Story, subject: Subject) -> list[tuple[dict, int]]:
    """Every planned sample of course 1: the infusion it follows and the hours after its start."""
    pk = story.trial["pk"]
    hours = {1: pk["hours_day_1"], 3: pk["hours_day_3"]}
    return [
        (infusion, hour)
        for infusion in given(story, subject)
        if infusion["course"] == pk["course"] and infusion["infusion"] in hours and infusion["fraction"] > 0
        for hour in hours[infusion["infusion"]]
    ]


def missing(story: Story, subject: Subject) -> dict[tuple[int, int], dict]:
    return {(int(row["day"]), int(row["hour"])): row for row in story.of("samples_missing", subject)}


def pc(story: Story, subject: Subject) -> list[dict]:
    rows, gone = [], missing(story, subject)
    for infusion, hour in planned(story, subject):
        told = gone.get((infusion["infusion"], hour), {"how": "", "reason": ""})
        when = infusion["start"] + timedelta(hours=hour) + _delay(subject, infusion, hour)
        if told["how"] == "ABSENT" or when.date() > subject.observed_until:
            continue
        rows += [
            _row(subject, infusion, hour, when, code, _concentration(story, subject, when, code), told)
            for code in ("ANNAMYC", "ANNAMYOL")
        ]
    return rows


def _delay(subject: Subject, infusion: dict, hour: int) -> timedelta:
    if hour == 0:
        return timedelta(minutes=-10)
    return timedelta(minutes=subject.random(f"late {infusion['infusion']} {hour}").choice((0, 0, 2, 5, 10)))


def _concentration(story: Story, subject: Subject, when, code: str) -> float:
    """ng/mL at a time, summed over the infusions given until then, with a person's own clearance."""
    person = subject.random("pk person")
    clearance, volume, formed = (exp(person.gauss(0, 0.16)) for _ in range(3))
    total = 0.0
    for infusion in given(story, subject):
        hours = (when - infusion["start"]).total_seconds() / 3600
        if infusion["course"] == 1 and infusion["fraction"] > 0 and hours > 0:
            dose_ng_per_ml = float(subject.dose) * infusion["fraction"] / (VOLUME_L_PER_M2 * volume) * 1000
            total += dose_ng_per_ml * _unit(hours, clearance, code, formed)
    return total * exp(subject.random(f"assay {when} {code}").gauss(0, 0.07))


def _unit(hours: float, clearance: float, code: str, formed: float) -> float:
    terms = ((SHARE_FAST, FAST * clearance), (1 - SHARE_FAST, SLOW * clearance))
    if code == "ANNAMYC":
        return sum(share * _infused(rate, hours) for share, rate in terms)
    return sum(
        share * FORMED * formed / (METABOLITE_OUT - rate) * (_infused(rate, hours) - _infused(METABOLITE_OUT, hours))
        for share, rate in terms
    )


def _infused(rate: float, hours: float, length: float = 2.0) -> float:
    during = min(hours, length)
    return (1 - exp(-rate * during)) / (rate * length) * exp(-rate * max(0.0, hours - length))


def _reported(value: float) -> str:
    """A concentration as the laboratory writes it."""
    if value < LLOQ:
        return f"<{LLOQ:g}"
    return f"{value:.4g}" if value < 1000 else f"{value:.0f}"


def _row(subject, infusion, hour, when, code, value, told) -> dict:
    done = not told["how"]
    below = value < LLOQ
    text = _reported(value) if done else ""
    visit = visits.course_day(1, infusion["infusion"] + hour // 24)
    return {
        "PCTESTCD": code,
        "PCTEST": "Annamycin" if code == "ANNAMYC" else "Annamycinol",
        "PCCAT": "ANALYTE",
        "PCSPEC": "PLASMA",
        "PCORRES": text,
        "PCORRESU": "ng/mL" if done else "",
        "PCSTRESC": text,
        "PCSTRESN": float(text) if done and not below else None,
        "PCSTRESU": "ng/mL" if done else "",
        "PCSTAT": told["how"],
        "PCREASND": told["reason"],
        "PCLLOQ": LLOQ,
        "VISITNUM": visit[0],
        "VISIT": visit[1],
        "PCDTC": stamp(when),
        "PCDY": day_of(when.date(), subject.first),
        "PCTPT": "PREDOSE" if hour == 0 else f"{hour}H",
        "PCTPTNUM": float(hour),
        "PCELTM": f"PT{hour}H",
        "PCTPTREF": f"COURSE 1 DAY {infusion['infusion']} INFUSION START",
        "PCRFTDTC": stamp(infusion["start"]),
        "_known": when.date(),
        "_sample": (infusion["infusion"], hour),
    }
