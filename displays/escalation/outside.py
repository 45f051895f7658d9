"""What the count of DLTs rests on beside the window: what began outside it, and subjects not seen on its last day."""

from __future__ import annotations

from pandas import DataFrame

from displays.groups import present
from displays.words import MOST_LISTED, counted, first_of, first_parts, on_day, on_days
from queries.frames import rows_of
from trial import Trial

PLACES = {
    "AFTER CUT": "after the data cut, not counted",
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
    own = {
        code: dlts[dlts["DLTPLACE"] == code] for code in ("AFTER", "OTHER DOSE", "BEFORE", "AFTER DEATH", "AFTER CUT")
    }
    words = {
        "AFTER": f"began outside the window{{who}}, {_counted(trial)}",
        "OTHER DOSE": "began in a later course at another dose{who}, not counted in the rate of the first dose level",
        "BEFORE": "{verb} dated before the first infusion{who}, not counted; the date is to be resolved",
        "AFTER DEATH": "{verb} dated after the death{who}, not counted; the dates are to be resolved",
        "AFTER CUT": "{verb} dated after the data cut{who}, not counted; the date is to be resolved",
    }
    return [
        f"{counted(len(rows), 'DLT')} " + words[code].format(who=_who(rows), verb="is" if len(rows) == 1 else "are")
        for code, rows in own.items()
        if len(rows)
    ]


def _who(rows: DataFrame) -> str:
    return f" ({first_parts([f'{row.SUBJID}, {on_day(row.COUNTDY)}' for row in rows_of(rows)])})"


def open_after_window(rows: DataFrame, trial: Trial) -> str:
    """ "begun after the window and not adjudicated: S5 (Sepsis, grade 5, day 40); a DLT would count"; "" where nothing.

    rows: the answer of `after_window_open`; a death without a settled cause is named beside the events.
    """
    found = list(rows_of(rows))
    events = [f"{row.SUBJID} ({_event(row)})" for row in found if row.KIND == "EVENT"]
    deaths = [f"{row.SUBJID} died {_died(row)}" for row in found if row.KIND == "DEATH"]
    parts = [f"begun after the window and not adjudicated: {first_of(events, MOST_LISTED)}"] if events else []
    parts += [f"after the window {first_of(deaths, MOST_LISTED)}"] if deaths else []
    would = "count" if trial.dlts_after_window_count else "not count (trial.toml)"
    return f"{'; '.join(parts)}; a DLT would {would}" if parts else ""


def _event(row) -> str:
    grade = f"grade {row.ATOXGR:g}" if present(row.ATOXGR) else "grade not known"
    return f"{row.TERM if present(row.TERM) else 'an event without a term'}, {grade}, {on_day(row.ADY)}"


def _died(row) -> str:
    when = on_days(row.ADY, row.LADY)
    when = when if when.startswith("between") else f"on {when}"
    cause = f"of {row.CAUSE}, a cause that was not adjudicated" if present(row.CAUSE) else "without a delivered cause"
    return f"{when} {cause}"


def last_seen(subjects: DataFrame, trial: Trial) -> str:
    """Who counts without a DLT though not seen on the last day, "" where nobody; subjects: rows with TOLADY."""
    rows = list(rows_of(subjects[subjects["TOLADY"].notna()]))
    if not rows:
        return ""
    who = first_of([f"{row.SUBJID} (last seen on day {row.TOLADY:g})" for row in rows], MOST_LISTED)
    verb = "counts" if len(rows) == 1 else "count"
    return (
        f"{who} {verb} without a DLT: within the {trial.seen_within_days} days before day {trial.dlt_window_days} that "
        "are taken as observed to the end"
    )
