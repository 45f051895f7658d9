"""Tests as drawn tables: text with columns becomes the datasets of a small trial."""

from __future__ import annotations

from datetime import date, timedelta

import pandas

THREE = "2007-06-01,2007-06-02,2007-06-03"
"""The infusions of a whole first course."""


def drawn(table: str) -> pandas.DataFrame:
    """A table drawn with | between columns, the first line its header;
    numbers where all of a column are, "." is blank."""
    lines = [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]
    frame = pandas.DataFrame(lines[1:], columns=lines[0]).replace(".", "")
    for column in ("AESEQ", "EXDOSE"):
        if column in frame:
            frame[column] = pandas.to_numeric(frame[column])
    return frame


def trial_data(subjects: str, events: str = "", judged: str = "", **others: str) -> dict[str, pandas.DataFrame]:
    """A trial of drawn tables.

    subjects: USUBJID | ARMCD | INFUSIONS (dates with commas) and further columns of DM; every infusion gives the dose
    that the arm names (100 mg/m² where it names none).
    events: rows of AE. judged: USUBJID | AESEQ | QNAM | QVAL, rows of SUPPAE. others: further domains, e.g. ds=….
    """
    dm = drawn(subjects)
    infusions = [
        {"USUBJID": row.USUBJID, "EXSEQ": float(n), "EXTRT": "DRUG", "EXDOSE": dose_of(row.ARMCD), "EXDOSU": "mg/m2"}
        | {"EXSTDTC": day}
        for row in dm.itertuples()
        for n, day in enumerate((d for d in row.INFUSIONS.split(",") if d), start=1)
    ]
    data = {"dm": dm.drop(columns="INFUSIONS").assign(STUDYID="T", SUBJID=dm["USUBJID"])}
    data["ex"] = pandas.DataFrame(infusions, columns=["USUBJID", "EXSEQ", "EXTRT", "EXDOSE", "EXDOSU", "EXSTDTC"])
    if events:
        data["ae"] = drawn(events)
    if judged:
        rows = drawn(judged).rename(columns={"AESEQ": "IDVARVAL"})
        data["suppae"] = rows.assign(RDOMAIN="AE", IDVAR="AESEQ", IDVARVAL=rows["IDVARVAL"].map("{:.0f}".format))
    return data | {name: drawn(table) for name, table in others.items()}


def dose_of(arm: str) -> float:
    """The dose that the code of an arm names: 130 of "A130"."""
    digits = "".join(letter for letter in arm if letter.isdigit())
    return float(digits or 100)


def missed(data: dict[str, pandas.DataFrame], why: dict[str, str], day: str = "2007-06-03") -> dict:
    """The drawn trial with an infusion that was not given on a day, for a reason: USUBJID → why."""
    rows = [
        {"USUBJID": subject, "EXSEQ": 9.0, "EXTRT": "DRUG", "EXDOSE": 0.0, "EXDOSU": "mg/m2"}
        | {"EXSTDTC": day, "EXADJ": reason}
        for subject, reason in why.items()
    ]
    return data | {"ex": pandas.concat([data["ex"].assign(EXADJ=""), pandas.DataFrame(rows)], ignore_index=True)}


def windowed(make_cut, trial, cut_day: int):
    """One subject with three infusions and a mild event, the cut on a given study day."""
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}",
        "USUBJID | AESEQ | AETERM | AETOXGR | AESTDTC\nS1 | 1 | Nausea | 1 | 2007-06-02",
    )
    return make_cut(data, trial, date(2007, 6, 1) + timedelta(days=cut_day - 1))
