"""The words that the dose escalation's displays share."""

from __future__ import annotations

from pandas import DataFrame, Series, Timestamp

from displays.escalation.dose import dose_method
from displays.groups import present, window
from displays.words import MOST_LISTED, counted, first_of, listed, percent, percent_range
from queries import View
from stats.stopping import posterior_probability
from trial import Trial

FLAT = (1, 1)
"""The prior of P(DLT rate > target) at one dose: every rate as likely."""


def target(view: View) -> float:
    """The DLT rate the trial holds its dose against: the protocol's, else that of the designs."""
    return view.trial.target_rate if present(view.trial.target_rate) else view.trial.escalation["target"]


def two_targets(view: View) -> bool:
    """Whether the trial's design aims at a target of its own that is not the limit which the protocol sets."""
    own = view.trial.escalation
    return own["rule"] not in ("", "Rolling Six", "3+3") and target(view) != own["target"]


def target_name(view: View) -> str:
    """What the rate that a dose is held against is called: beside a design's own target, the limit of the DLT rate."""
    return "limit of the DLT rate" if two_targets(view) else "target"


def over_target(dlts: Series, evaluable: Series, limit: float) -> Series:
    """P(DLT rate > limit) under a flat prior; nan where nobody is evaluable, where only the prior would speak."""
    over = posterior_probability(dlts.to_numpy(), evaluable.to_numpy(), limit, FLAT)
    return Series(over, index=dlts.index).where(evaluable > 0)


def definition(view: View) -> str:
    """What a DLT is, and who is evaluable or pending."""
    trial = view.trial
    late = "counts as adjudicated" if trial.dlts_after_window_count else "does not count"
    return (
        f"DLT: {trial.dlt_definition}, as adjudicated. {window(view)} {GRADES} "
        "Evaluable: a subject with a DLT, whatever dose was given, or one with the stated share of the dose of course "
        f"1 and the whole window without a DLT; who reached day {trial.dlt_window_days} was observed to the end. A DLT "
        f"that began after the window {late}; one dated before the first infusion, or of a later course at another "
        "dose, does not. Pending: the window is still open; or the day of the first infusion is not known, or the drug "
        "of an infusion is in doubt; or an event of grade 3 or worse in it is not adjudicated, "
        "or one without a readable grade (a word of severity is none) that is not unrelated to study drug; or a death "
        "in the window has no cause, or none that was adjudicated, unrelated or the leukaemia; or a DLT is dated "
        "before the first infusion, after the death or after the data cut; or an event that may be one is dated before "
        "the first infusion though related to study drug, after its own end or after the data cut; "
        "or treatment ended in the window for toxicity and no event of "
        f"it was adjudicated, or is of grade 1 or 2; or the last record lies more than {trial.seen_within_days} days "
        "before the end of the window and the subject has not left (a medication, a procedure, a telephone call, a "
        "visit of survival follow-up (dlt.unseen_visits), or a death more days after the window, shows no more than "
        "survival; what was not done shows nothing). Not evaluable: left, died of a settled cause, "
        "transplanted or begun on another therapy before the last day. Where no visits, vital signs or laboratory "
        "results were delivered, the calendar alone decides who was seen. " + dose_method(trial) + by_calendar(view)
    )


def by_calendar(view: View) -> str:
    """That nobody's window is known to have been observed, where no visit was delivered; "" where one was."""
    if view.cut.ask("dlt_counts_collected")["VISITED"].iloc[0]:
        return ""
    return " Visits were not delivered: the window is taken as observed by the calendar."


def emergent(trial: Trial) -> str:
    """Which events are treatment-emergent."""
    end = f", up to {trial.emergent_days} days after the last infusion" if trial.emergent_days else ", without end"
    return (
        f"Treatment-emergent: onset on or after the first infusion{end}; partial dates are compared to the precision "
        "recorded."
    )


def emergence(trial: Trial) -> str:
    """`emergent`, and what counts of events whose onset is not known or lies before; for the method of a display."""
    return (
        f"{emergent(trial)} An onset without a known day, or on that of the first infusion without a time, counts "
        "unless the event ended before; so does an event that began before and was fatal after it."
    )


GRADES = (
    "A fatal event counts as grade 5 whatever grade was delivered, a life-threatening one without a readable grade as "
    "grade 4."
)


def after_window(view: View, subjects: DataFrame) -> str:
    """What the definition of a DLT names beyond the window, and how many without a DLT have not got there.

    subjects: rows of `dlt_status` (TRTSDT, DLTSTAT). "" where the definition names nothing beyond the window.
    """
    criterion, day_over = view.trial.dlt_late_criterion, view.trial.dlt_late_day
    if not criterion:
        return ""
    return (
        f" Assessed only after the window: {criterion}.{_not_past(view, subjects, day_over)}{_aplasia(view, subjects)}"
    )


def _aplasia(view: View, subjects: DataFrame) -> str:
    """Which counts are awaited beyond the window and how they recover, or why aplasia cannot be assessed."""
    trial, came = view.trial, view.cut.ask("dlt_counts_collected").iloc[0]
    if not came.ANC and not came.PLATELETS:
        return " No neutrophil or platelet counts were delivered: aplasia cannot be assessed."
    if not came.ANCREAD and not came.PLATREAD:
        return (
            " No delivered neutrophil or platelet count can be read: whether there is an aplasia is not known, and who "
            f"had such a count up to day {trial.dlt_window_days} is pending."
        )
    neutrophils, platelets = trial.aplasia_limits
    limits = [f"neutrophils < {neutrophils:g}"] * bool(came.ANCREAD)
    limits += [f"platelets < {platelets:g}"] * bool(came.PLATREAD)
    return (
        f" Counts not recovered by day {trial.dlt_window_days} ({' or '.join(limits)} × 10⁹/L"
        f"{_support(view, came)}{_lacking(came)}) without leukaemia are awaited to day {trial.dlt_late_day}. "
        f"Recovered: from the first of {trial.recovery_values} consecutive counts not below the limit on, or from one "
        f"after which none is lower up to day {trial.dlt_late_day}.{_without_counts(view, subjects)}"
    )


def _without_counts(view: View, subjects: DataFrame) -> str:
    """Who counts without a DLT though no counts came by which an aplasia would be seen; "" where nobody."""
    free = subjects.loc[subjects["DLTSTAT"] == "No DLT", "USUBJID"]
    rows = view.cut.ask("dlt_counts_missing")
    rows = rows[rows["USUBJID"].isin(free)]
    absent, partly = rows[rows["NOCOUNT"]], rows[~rows["NOCOUNT"]]
    parts = []
    if len(absent):
        who = first_of(list(absent["SUBJID"]), MOST_LISTED)
        parts.append(f" Aplasia cannot be assessed for {who}: no counts delivered after the first infusion.")
    for column, words in (("NOANC", "neutrophil"), ("NOPLAT", "platelet")):
        own = partly[partly[column]]
        if len(own):
            parts.append(f" No {words} counts delivered after the first infusion for {_named(own)}.")
    return "".join(parts)


def _named(rows: DataFrame) -> str:
    return first_of(list(rows["SUBJID"]), MOST_LISTED)


def _support(view: View, came) -> str:
    """Platelets in the days after a transfusion are no proof, where transfusions were delivered at all."""
    if not came.PLATREAD:
        return ""
    days = counted(view.trial.transfusion_days, "day")
    if came.TRANSFUSED:
        return f"; platelets within {days} after a transfusion are no proof of recovery"
    return ", transfusion support not delivered"


def _lacking(came) -> str:
    """The one of the two that was not delivered, or cannot be read."""
    for name, delivered, read in (
        ("platelets", came.PLATELETS, came.PLATREAD),
        ("neutrophils", came.ANC, came.ANCREAD),
    ):
        if not read:
            return f"; {name} {'cannot be read' if delivered else 'not delivered'}"
    return ""


def _not_past(view: View, subjects: DataFrame, last: int) -> str:
    without = subjects[subjects["DLTSTAT"] == "No DLT"]
    ahead = int(((Timestamp(view.cut.date) - without["TRTSDT"].dt.normalize()).dt.days + 1 <= last).sum())
    if without.empty:
        return ""
    whom = f"the {counted(len(without), 'subject')} counted without a DLT"
    if ahead:
        return f" Day {last} has not yet been reached by {ahead} of {whom}."
    return f" Day {last} has been reached by {'all of ' if len(without) > 1 else ''}{whom}."


def protocol(view: View) -> str:
    """Where the definition comes from."""
    assumed = " (assumption of the trial definition)" if "dlt.definition" in view.trial.assumptions else ""
    return f"Adjudication delivered with the adverse events; definition and window: trial.toml{assumed}."


def denominators(row) -> str:
    """Who is not in the rate: "15 treated; 2 pending (3 to 17 days left), 1 not evaluable (missed infusion 3)"."""
    parts = []
    if row.NPENDING:
        why = [_days_left(row)] if present(row.MINLEFT) else []
        why += [row.PENDREAS] if present(row.PENDREAS) else []
        parts.append(f"{row.NPENDING} pending ({'; '.join(why)})")
    if row.NNOTEVAL:
        parts.append(f"{row.NNOTEVAL} not evaluable ({row.NEREASN})")
    return f"{row.NTREATED} treated" + (f"; {', '.join(parts)}" if parts else "")


def _days_left(row) -> str:
    left = f"{row.MINLEFT:g}" if row.MINLEFT == row.MAXLEFT else f"{row.MINLEFT:g} to {row.MAXLEFT:g}"
    return f"{left} {'day' if left == '1' else 'days'} left"


def dlt_rate(row) -> str:
    """ "2 of 6 evaluable subjects at 230 mg/m²/day had a DLT: 33 % (95 % CI 4 to 78 %)"."""
    if not row.NEVAL:
        yet = " yet" if row.NPENDING else ""
        return f"None of {counted(row.NTREATED, 'treated subject')} at {row.TRTA} can be evaluated{yet}"
    return f"{row.NDLT} of {counted(row.NEVAL, 'evaluable subject')} at {row.TRTA} had a DLT: {chance(row)}"


def chance(row) -> str:
    """ "33 % (95 % CI 4 to 78 %)"."""
    return f"{percent(row.RATE)} (95 % CI {percent_range(row.LOWER, row.UPPER)})"


def by_level(counts: dict[str, str], unit: str) -> str:
    """Dose → how many, as "2 at 190 and 3 at 230 mg/m²/day"; the unit once where all share it."""
    doses, unit = list(counts), f" {unit}"
    shared = all(dose.endswith(unit) for dose in doses)
    return listed(
        [f"{n} at {dose.removesuffix(unit) if shared and dose != doses[-1] else dose}" for dose, n in counts.items()]
    )
