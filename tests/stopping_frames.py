"""Small trials drawn for the stopping rules: one rule; subjects who die, leave,
have events or their hearts looked at."""

from __future__ import annotations

from datetime import date, timedelta
from html import unescape

import pandas
from drawn import trial_data

from displays.drawing.narrow import HARD, SOFT
from displays.stopping.asked import rule_states
from queries import View
from trial import Trial

START = date(2007, 1, 1)


def defined(**settings) -> Trial:
    """A trial with one rule: death within 30 days, in more than 20 %, by a uniform prior."""
    rule = {
        "name": "Deaths",
        "counts": "early_death",
        "population": "treated",
        "threshold": 0.2,
        "cutoff": 0.9,
        "prior": [1, 1],
        "n_max": 12,
    } | settings
    lines = [
        f"{key} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for key, value in rule.items()
        if value is not None
    ]
    return Trial.parse(
        "\n".join(
            [
                '[trial]\nid = "T"\ntitle = "T"\n[special_interest]\nMucositis = ["Stomatitis"]\n[[stopping_rule]]',
                *lines,
            ]
        )
    )


def rule_state(cut, name: str):
    """The state of the rule of this name."""
    return next(now for now, _ in rule_states(View(cut)) if now.rule.name == name)


def outcome(now) -> dict[str, bool]:
    """Who is counted, in order, and whether with the event."""
    return {row.SUBJID: row.STATUS == "Event" for row in now.counted.itertuples()}


def people(course: str) -> dict[str, pandas.DataFrame]:
    """One subject a letter, a day apart, and one never treated: D dies on day 10, d on day 31,
    x left on day 9, . lives on."""
    rows = ["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC", "NEVER | A | | . | ."]
    ends = ["USUBJID | DSSEQ | DSCAT | EPOCH | DSDECOD | DSSTDTC"]
    for number, letter in enumerate(course):
        first = START + timedelta(days=number)
        died = {"D": 9, "d": 30}.get(letter)
        rows.append(
            f"S{number:02} | A | {first} | {'Y' if died else '.'} | {first + timedelta(days=died) if died else '.'}"
        )
        if letter == "x":
            ends.append(
                f"S{number:02} | 1 | DISPOSITION EVENT | FOLLOW-UP | WITHDRAWAL BY SUBJECT "
                f"| {first + timedelta(days=8)}"
            )
    return trial_data("\n".join(rows), ds="\n".join(ends)) if len(ends) > 1 else trial_data("\n".join(rows))


def hearts(
    echos: dict[str, list], *, left: dict[str, int] | None = None, died: dict[str, int] | None = None
) -> dict[str, pandas.DataFrame]:
    """Subjects a day apart, each with LVEF 65 before the first infusion and then (study day, or date; LVEF);
    who left or died, on which day."""
    first = {name: START + timedelta(days=number) for number, name in enumerate(echos)}

    def on(name, study_day):
        return study_day if isinstance(study_day, str) else first[name] + timedelta(days=study_day - 1)

    people, cv, ds = (
        ["USUBJID | ARMCD | INFUSIONS | DTHFL | DTHDTC"],
        ["USUBJID | CVSEQ | CVTESTCD | CVSTRESC | CVSTRESU | CVDTC"],
        ["USUBJID | DSSEQ | DSCAT | EPOCH | DSDECOD | DSSTDTC"],
    )
    for name, looks in echos.items():
        death = (died or {}).get(name)
        people.append(f"{name} | A | {first[name]} | {'Y' if death else '.'} | {on(name, death) if death else '.'}")
        cv += [
            f"{name} | {number} | LVEF | {value} | % | {on(name, study_day)}"
            for number, (study_day, value) in enumerate([(-5, 65), *looks], start=1)
        ]
    ds += [
        f"{name} | 1 | DISPOSITION EVENT | FOLLOW-UP | WITHDRAWAL BY SUBJECT | {on(name, study_day)}"
        for name, study_day in (left or {}).items()
    ]
    return trial_data("\n".join(people), cv="\n".join(cv), **({"ds": "\n".join(ds)} if left else {}))


EVENTS = """USUBJID | AESEQ | AETERM | AEDECOD | AETOXGR | AESTDTC
S00 | 1 | Sore mouth | Stomatitis | 4 | 2007-02-20
S01 | 1 | Sore mouth | Stomatitis | 3 | 2007-01-05
S02 | 1 | Sore mouth | Stomatitis | . | 2007-01-05
S03 | 1 | Sore mouth | Stomatitis | 4 | 2006-12-24
S04 | 1 | fever | FEVER | 5 | 2007-01
S05 | 1 | Fever | Fever | 4 | 2007-01-20"""


def drawn_words(made) -> str:
    """All words of a figure, its lines joined."""
    return unescape(
        " ".join(note.text for note in made.figure.layout.annotations).replace(SOFT, " ").replace(HARD, " ")
    )
