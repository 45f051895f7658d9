"""Response assessments."""

from __future__ import annotations

from . import visits
from .dates import day_of
from .story import Story, Subject

CATEGORY = {"ALL": "ALL RESPONSE", "AML": "ELN 2022"}


def rs(story: Story, subject: Subject) -> list[dict]:
    rows = []
    for told in story.of("responses", subject):
        day = int(told["day"])
        if day > subject.last_day:
            continue
        when, visit = subject.date(day), visits.at_response(subject, day)
        rows.append(
            {
                "RSTESTCD": "OVRLRESP",
                "RSTEST": "Overall Response",
                "RSCAT": CATEGORY[subject.disease],
                "RSORRES": told["response"],
                "RSSTRESC": told["response"],
                "RSSTAT": "",
                "RSEVAL": told["evaluator"],
                "VISITNUM": visit[0],
                "VISIT": visit[1],
                "RSDTC": when.isoformat(),
                "RSDY": day_of(when, subject.first),
                "_known": when,
            }
        )
    return rows
