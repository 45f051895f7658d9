"""What the count of DLTs rests on beside the window: DLTs dated outside it, and subjects not seen on its last day."""

from __future__ import annotations

from pandas import DataFrame

from displays.words import counted, listed, on_day
from trial import Trial

PLACES = {
    "BEFORE": "before the first infusion, not counted",
    "AFTER DEATH": "after the death, not counted",
    "WINDOW": "",
    "LATE": "after the window, counted by the late criterion",
    "OTHER DOSE": "in a later course at another dose, not in the rate of the first dose level",
}
"""DLTPLACE → where the event began and whether it counts; AFTER depends on the trial."""


def place(row, trial: Trial) -> str:
    """Where a DLT began, and whether it counts: "after the window, counted as adjudicated"; "" inside the window."""
    if row.DLTPLACE == "AFTER":
        return f"after the window, {_counted(trial)}"
    return PLACES.get(row.DLTPLACE, "")


def _counted(trial: Trial) -> str:
    return "counted as adjudicated" if trial.dlts_after_window_count else "not counted (trial.toml)"


def outside_window(dlts: DataFrame, trial: Trial) -> list[str]:
    """ "1 DLT began outside the window (S1, day 45), counted as adjudicated"; rows: the answer of `dlt_events`."""
    own = {code: dlts[dlts["DLTPLACE"] == code] for code in ("AFTER", "OTHER DOSE", "BEFORE", "AFTER DEATH")}
    words = {
        "AFTER": f"began outside the window{{who}}, {_counted(trial)}",
        "OTHER DOSE": "began in a later course at another dose{who}, not counted in the rate of the first dose level",
        "BEFORE": "{verb} dated before the first infusion{who}, not counted; the date is to be resolved",
        "AFTER DEATH": "{verb} dated after the death{who}, not counted; the dates are to be resolved",
    }
    return [
        f"{counted(len(rows), 'DLT')} " + words[code].format(who=_who(rows), verb="is" if len(rows) == 1 else "are")
        for code, rows in own.items()
        if len(rows)
    ]


def _who(rows: DataFrame) -> str:
    return f" ({'; '.join(f'{row.SUBJID}, {on_day(row.ADY)}' for row in rows.itertuples())})"


def last_seen(subjects: DataFrame, trial: Trial) -> str:
    """Who counts without a DLT though not seen on the last day, "" where nobody; subjects: rows with TOLADY."""
    rows = list(subjects[subjects["TOLADY"].notna()].itertuples())
    if not rows:
        return ""
    who = listed([f"{row.SUBJID} (last seen on day {row.TOLADY:g})" for row in rows])
    verb = "counts" if len(rows) == 1 else "count"
    return (
        f"{who} {verb} without a DLT: within the {trial.seen_within_days} days before day {trial.dlt_window_days} that "
        "are taken as observed to the end"
    )
