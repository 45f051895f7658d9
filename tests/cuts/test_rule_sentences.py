"""What the board reads of the rule: for each action one known trial, and the whole finding in words."""

from __future__ import annotations

from datetime import timedelta

import pandas
import pytest
from rule_trials import drawn_trial

from displays.rule.now import rule_now
from queries import View
from trial import Trial


def hearts(data: dict) -> pandas.DataFrame:
    """LVEF of 62 % before the first infusion and of 60 % a month after it, of every subject."""
    first = data["ex"].groupby("USUBJID")["EXSTDTC"].min().map(pandas.Timestamp)
    rows = [
        (name, number, "LVEF", str(value), value, "%", str((day + timedelta(days=after)).date()), "ECHOCARDIOGRAM")
        for name, day in first.items()
        for number, (value, after) in enumerate(((62.0, -4), (60.0, 30)), start=1)
    ]
    columns = ["USUBJID", "CVSEQ", "CVTESTCD", "CVSTRESC", "CVSTRESN", "CVSTRESU", "CVDTC", "CVMETHOD"]
    return pandas.DataFrame(rows, columns=columns).assign(CVEVAL="INVESTIGATOR")


def died(data: dict, names: tuple[str, ...]) -> pandas.DataFrame:
    """These subjects died on day 12, of a cause that was not delivered."""
    first = data["ex"].groupby("USUBJID")["EXSTDTC"].min().map(pandas.Timestamp)
    subjects = data["dm"]["USUBJID"]
    on = [str((first[name] + timedelta(days=11)).date()) if name in names else "" for name in subjects]
    return data["dm"].assign(DTHFL=["Y" if name in names else "" for name in subjects], DTHDTC=on)


def boin(trial: Trial) -> Trial:
    text = trial.text.replace('rule = "Rolling Six"\nalternatives', 'rule = "BOIN"\nalternatives')
    return Trial.parse(text.replace('["3+3", "BOIN",', '["3+3", "Rolling Six",'))


FINDINGS = {
    # drawn trial, design, who died without a cause, whether hearts were looked at: what the board reads
    "stop by the rule": (
        "A130 NTT",
        "Rolling Six",
        (),
        True,
        "2 of 3 evaluable subjects at 130 mg/m²/day had a DLT: Rolling Six ends the escalation, no dose is tolerated.",
    ),
    "stop by a stopping rule": (
        "A130 NNNNN",
        "Rolling Six",
        ("S03", "S04"),
        True,
        "Stopping rule Early death is met; the board decides before any further dosing. "
        "Without it Rolling Six would recommend 130 mg/m²/day. "
        "Early death: 2 of 5, met from 2 events. "
        "S03 (day 12) and S04 (day 12) died in the DLT window without a delivered cause. "
        "0 of 3 evaluable subjects at 130 mg/m²/day had a DLT (2 pending). "
        "P(DLT rate at 130 mg/m²/day > 33 %) is 20 %.",
    ),
    "de-escalate": (
        "A130 NNN | A160 NTT",
        "Rolling Six",
        (),
        True,
        "2 of 3 evaluable subjects at 160 mg/m²/day had a DLT: Rolling Six recommends: de-escalate to 130 "
        "mg/m²/day. "
        "0 of 3 evaluable subjects at 130 mg/m²/day had a DLT, and no higher dose level is open: 130 "
        "mg/m²/day is filled up to six subjects. "
        "P(DLT rate at 160 mg/m²/day > 33 %) is 89 %. "
        "Chance that a next cohort of 3 subjects meets a stopping rule: highest for Early death, 0.4 %.",
    ),
    "suspend": (
        "A130 NNNTPP",
        "Rolling Six",
        (),
        True,
        "1 of 4 evaluable subjects at 130 mg/m²/day had a DLT (2 pending): Rolling Six recommends: suspend "
        "enrolment, awaiting pending subjects. "
        "Six subjects are enrolled. "
        "S04 and S05 are pending until 28 Jun 2007. "
        "If neither has a DLT, escalate to 160 mg/m²/day; if 1 or more of the 2 have a DLT, stop: no "
        "dose tolerated. "
        "P(DLT rate at 130 mg/m²/day > 33 %) is 47 %. "
        "Chance that a next cohort of 3 subjects meets a stopping rule: highest for Early death, 2 %.",
    ),
    "stay": (
        "A130 NNT",
        "Rolling Six",
        (),
        True,
        "1 of 3 evaluable subjects at 130 mg/m²/day had a DLT: Rolling Six recommends: stay at 130 mg/m²/day."
        " "
        "P(DLT rate at 130 mg/m²/day > 33 %) is 60 %. "
        "Chance that a next cohort of 3 subjects meets a stopping rule: highest for Early death, 1 %.",
    ),
    "escalate": (
        "A130 NNN",
        "Rolling Six",
        (),
        True,
        "0 of 3 evaluable subjects at 130 mg/m²/day had a DLT: Rolling Six recommends: escalate to 160 "
        "mg/m²/day. "
        "P(DLT rate at 130 mg/m²/day > 33 %) is 20 %. "
        "Chance that a next cohort of 3 subjects meets a stopping rule: highest for Early death, 1 %.",
    ),
    "end with an MTD": (
        "A130 NNNNNN | A160 NTT",
        "Rolling Six",
        (),
        True,
        "2 of 3 evaluable subjects at 160 mg/m²/day had a DLT: Rolling Six ends the escalation with 130 "
        "mg/m²/day as the maximum tolerated dose (MTD). "
        "0 of 6 evaluable subjects at 130 mg/m²/day had a DLT, and no higher dose level is open. "
        "P(DLT rate at 130 mg/m²/day > 33 %) is 6 %.",
    ),
    "MTD not reached": (
        "A280 NNNNNN | A310 NNNNNT",
        "Rolling Six",
        (),
        True,
        "1 of 6 evaluable subjects at 310 mg/m²/day had a DLT: Rolling Six ends the escalation: MTD not "
        "reached; 310 mg/m²/day is the highest dose studied and was tolerated. "
        "P(DLT rate at 310 mg/m²/day > 33 %) is 27 %.",
    ),
    "six evaluable are awaited at the highest level": (
        "A280 NNNNNN | A310 NNNNNP",
        "Rolling Six",
        (),
        True,
        "0 of 5 evaluable subjects at 310 mg/m²/day had a DLT (1 pending): Rolling Six recommends: suspend "
        "enrolment, awaiting pending subjects. "
        "No higher dose level is open: 310 mg/m²/day has six subjects. "
        "S11 is pending until 10 Aug 2007. "
        "Whatever the outcome of this subject, the recommendation will be: stop, MTD not reached; 310 "
        "mg/m²/day is the highest dose studied and was tolerated. "
        "P(DLT rate at 310 mg/m²/day > 33 %) is 9 %. "
        "Chance that a next cohort of 3 subjects meets a stopping rule: highest for Early death, < 0.1 %.",
    ),
    "selected, highest planned": (
        "A280 NNNNNN | A310 NNNNNT",
        "BOIN",
        (),
        True,
        "1 of 6 evaluable subjects at 310 mg/m²/day had a DLT: BOIN recommends: stay at 310 mg/m²/day "
        "(selected, highest planned). "
        "1 or fewer mean escalation, but 310 mg/m²/day is the highest. "
        "P(DLT rate at 310 mg/m²/day > 33 %, the limit of the DLT rate) is 27 %. "
        "Chance that a next cohort of 3 subjects meets a stopping rule: highest for Early death, < 0.1 %.",
    ),
    "a stopping rule is not assessed": (
        "A130 NNN",
        "Rolling Six",
        (),
        False,
        "Stopping rule Cardiac dysfunction cannot be assessed: what is counted was not collected in this cut;"
        " the recommendation is made without it. "
        "0 of 3 evaluable subjects at 130 mg/m²/day had a DLT: Rolling Six recommends: escalate to 160 "
        "mg/m²/day. "
        "P(DLT rate at 130 mg/m²/day > 33 %) is 20 %. "
        "Chance that a next cohort of 3 subjects meets a stopping rule: highest for Early death, 1 %.",
    ),
}


@pytest.mark.parametrize("kind", FINDINGS)
def test_the_whole_finding(make_cut, trial, kind):
    text, design, dead, echos, expected = FINDINGS[kind]
    data, day = drawn_trial(text)
    more = {"cv": hearts(data)} if echos else {}
    cut = make_cut(data | more | {"dm": died(data, dead)}, boin(trial) if design == "BOIN" else trial, day)
    assert rule_now(View(cut)).finding == expected
