"""The words that the dose escalation's displays share."""
from __future__ import annotations

import pandas
from pandas import DataFrame

from displays.display import day
from displays.words import counted, listed, percent_range
from queries import View

NOT_DOSED = "No subject has been treated in this cut."
NOBODY = "No subjects match the filters."


def window(view: View) -> str:
    """The DLT window as the reader sees it."""
    return f"DLT window: days 1 to {view.trial.dlt_window_days}, day 1 = first infusion."


def definition(view: View) -> str:
    return (
        f"DLT: {view.trial.dlt_definition}, as adjudicated. {window(view)} "
        "Evaluable: a subject with a DLT, whatever infusions were missed, or one with all infusions of course 1 and the whole window without a DLT."
    )


def protocol(view: View) -> str:
    """Where the definition comes from."""
    assumed = " (assumption of the trial definition)" if "dlt.definition" in view.trial.assumptions else ""
    return f"Adjudication delivered with the adverse events; definition and window: trial.toml{assumed}."


def nobody(view: View) -> str:
    """Why a display is empty: the filters, or nobody treated yet."""
    return NOT_DOSED if view.filters.words().startswith("All subjects") else NOBODY


def dlts_collected(view: View) -> bool:
    """Whether this cut holds DLT verdicts at all, whatever the filters leave."""
    return bool(view.cut.ask("dlt_by_dose")["NEVAL"].notna().any())


def since(view: View) -> str:
    return f"since {day(view.previous.date)}" if view.previous else ""


def present(value) -> bool:
    return value is not None and not pandas.isna(value)


def denominators(row) -> str:
    """Who is not in the rate: "15 treated; 2 pending (3 to 17 days left), 1 not evaluable (missed infusion 3)"."""
    parts = []
    if row.NPENDING:
        left = f"{row.MINLEFT:g}" if row.MINLEFT == row.MAXLEFT else f"{row.MINLEFT:g} to {row.MAXLEFT:g}"
        parts.append(f"{row.NPENDING} pending ({left} {'day' if left == '1' else 'days'} left)")
    if row.NNOTEVAL:
        parts.append(f"{row.NNOTEVAL} not evaluable ({row.NEREASN})")
    return f"{row.NTREATED} treated" + (f"; {', '.join(parts)}" if parts else "")


def dlt_rate(row) -> str:
    """ "2 of 6 evaluable subjects at 230 mg/m²/day had a DLT; the true rate could be 4 to 78 %"."""
    if not row.NEVAL:
        return f"None of {counted(row.NTREATED, 'treated subject')} at {row.TRTA} can be judged yet"
    return (
        f"{row.NDLT} of {counted(row.NEVAL, 'evaluable subject')} at {row.TRTA} had a DLT; "
        f"the true rate could be {percent_range(row.LOWER, row.UPPER)}"
    )


def by_level(counts: DataFrame) -> str:
    """ "2 at 190 mg/m²/day and 3 at 230 mg/m²/day"."""
    return listed([f"{n} at {dose}" for dose, n in counts.items() if n])
