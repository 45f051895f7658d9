"""Trials of the escalation drawn in a line of text, and what every display of the rule owes its reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas
from building import kept
from drawn import trial_data

from trial import Trial

START = date(2007, 3, 1)
NO_HEARTS = "Stopping rule Cardiac dysfunction cannot be assessed: what is counted was not collected in this cut"
"""What is said of a trial drawn without echocardiograms."""
WITHOUT = f"{NO_HEARTS}; the recommendation is made without it. "


def stated(escalation: str, levels: int = 3, dlt: str = "") -> Trial:
    doses = "".join(
        f'[[dose_level]]\nlevel={n}\ndose_mg_per_m2_day={100 + 30 * n}\narm_code="A{100 + 30 * n}"\narm="{n}"\n'
        for n in range(1, levels + 1)
    )
    return Trial.parse(
        '[trial]\nid="T"\ntitle="T"\ninfusions_per_course=3\n[dlt]\nexpansion_cohort="EXP"\n'
        f"{dlt}\n{escalation}\n{doses}"
    )


def drawn_trial(text: str) -> tuple[dict, date]:
    """drawn_trial("A130 NNN | A160 NTP"): datasets and the day of the cut;
    each subject begins a week after the one before.

    N no DLT, T DLT (day 5), P pending at the cut, X not evaluable (missed infusions by wish).
    "EXP:A190 NT" is the expansion.
    """
    lines, events, verdicts, place, missed = [], [], [], [], []
    cohorts = [part.split() for part in text.split("|") if part.strip()]
    letters = [(arm, letter, number) for number, (arm, results) in enumerate(cohorts, 1) for letter in results]
    cut = START + timedelta(days=7 * len(letters) + 60)
    for n, (arm, letter, number) in enumerate(letters):
        first = cut - timedelta(days=10) + timedelta(days=n // 7) if letter == "P" else START + timedelta(days=7 * n)
        days = [first + timedelta(days=k) for k in range(1 if letter == "X" else 3)]
        if letter == "X":
            missed.append((f"S{n:02d}", 2.0, "DRUG", 0.0, "mg/m2", str(first + timedelta(days=1)), "Parents' wish"))
        cohort = "EXP" if arm.startswith("EXP:") else str(number)
        lines.append(f"S{n:02d} | {arm.removeprefix('EXP:')} | {','.join(map(str, days))}")
        place.append((f"S{n:02d}", cohort))
        events.append(
            f"S{n:02d} | 1 | Rash | 3 | {first + timedelta(days=4)}"
            if letter == "T"
            else f"S{n:02d} | 1 | Nausea | 1 | {first}"
        )
        verdicts += [f"S{n:02d} | 1 | AEDLT | Y"] if letter == "T" else []
    data = trial_data(
        "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(lines),
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\n" + "\n".join(events),
        "USUBJID | AESEQ | QNAM | QVAL\n" + "\n".join(verdicts) if verdicts else "",
        suppdm="USUBJID | RDOMAIN | QNAM | QVAL\n"
        + "\n".join(f"{subject} | DM | COHORT | {cohort}" for subject, cohort in place),
    )
    rows = pandas.DataFrame(missed, columns=[*data["ex"].columns, "EXADJ"])
    data["ex"] = pandas.concat([data["ex"].assign(EXADJ=""), rows], ignore_index=True)
    return data, cut


def redefined(cut, own: Trial):
    """The same subjects under another definition."""
    other = replace(cut, answers=kept())
    other.__dict__["trial"] = own
    return other


def check(made, cut) -> None:
    assert made.collected and made.audience == "closed" and made.method and made.source and made.questions
    assert set(made.labels) <= set(made.table.columns) and set(made.formats) <= set(made.table.columns)
    assert not {"nan", "<NA>", "None"} & set(made.finding.split()) or "None of " in made.finding
    assert (
        f"{len(cut.table('addl'))} treated subject" in made.population
        and "The filters do not apply here" in made.population
    )
    assert "Pending subjects" in made.method
    if made.figure is not None:
        made.figure.to_json()
