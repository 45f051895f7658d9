"""DLTs by dose level: observed rate, exact interval, and who is not in the denominator."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.escalation.dose import notable_doses
from displays.escalation.evaluation import awaited_but_days, why_not_evaluable
from displays.escalation.outside import last_seen, outside_window
from displays.escalation.rates_figure import figure
from displays.escalation.words import (
    after_window,
    by_level,
    chance,
    definition,
    dlt_rate,
    over_target,
    protocol,
    target,
)
from displays.groups import NO_LEVEL, behind, dlts_collected, nobody, present, window
from displays.since import SINCE_LABELS, Compared, compare, since
from displays.words import counted, listed, percent, sentence
from queries import View
from queries.frames import rows_of
from stats.proportions import interval

DLT_BY_DOSE = ("dlt_by_dose", "DLTs by dose level")
LABELS = {
    "TRTA": "Dose level",
    "NTREATED": "Treated (n)",
    "NEXP": "In the expansion (n)",
    "NEVAL": "Evaluable (n)",
    "NDLT": "With DLT (n)",
    "RATE": "DLT rate",
    "LOWER": "95 % CI lower",
    "UPPER": "95 % CI upper",
    "NPENDING": "Pending (n)",
    "NNOTEVAL": "Not evaluable (n)",
    "NEREASN": "Why not evaluable",
    "NUNJUDG": "Grade ≥ 3 in window, not adjudicated (n)",
} | SINCE_LABELS
FORMATS = {"RATE": "percent", "LOWER": "percent", "UPPER": "percent", "OVER": "percent"}


def dlt_by_dose(view: View) -> Display:
    """How often a DLT was seen at each dose level, and how high the true rate could be."""
    if not dlts_collected(view):
        return not_collected(view, *DLT_BY_DOSE, "DLTs")
    compared = rates(view)
    table = compared.rows
    return display(
        view,
        *DLT_BY_DOSE,
        finding=_finding(view, compared),
        table=table,
        labels=_labels(view),
        formats={name: form for name, form in FORMATS.items() if name in table},
        figure=figure(view, table),
        questions=("dlt_by_dose", "dlt_status", "dlt_events"),
        behind=behind(view.ask("dlt_status").query("DLTSTAT == 'DLT'").fillna({"TRTA": NO_LEVEL}), "DLT", "TRTA"),
        population=_population(view, table),
        method=definition(view) + " Intervals: two-sided 95 % exact (Clopper-Pearson)." + _over_method(view),
        source=protocol(view) + " Clopper and Pearson, Biometrika 1934;26:404.",
    )


def _labels(view: View) -> dict[str, str]:
    """The headings; P(over target) stands after the interval, where the trial has dose levels to hold against one."""
    labels: dict[str, str] = {}
    for name, words in LABELS.items():
        labels[name] = words
        if name == "UPPER" and view.trial.dose_levels:
            labels["OVER"] = f"P(rate > {percent(target(view))})"
    return labels


def _over_method(view: View) -> str:
    if not view.trial.dose_levels:
        return ""
    return (
        f" P(rate > {percent(target(view))}): that the true DLT rate is above the target, from the subjects of the "
        "dose alone under a flat prior (Beta(1, 1)); empty where no subject is evaluable."
    )


def _population(view: View, table: DataFrame) -> str:
    total = table[["NEVAL", "NTREATED", "NPENDING", "NNOTEVAL"]].sum()
    return (
        f"{total.NEVAL} evaluable of {total.NTREATED} treated {'subject' if total.NTREATED == 1 else 'subjects'}; "
        f"{total.NPENDING} pending, "
        f"{total.NNOTEVAL} not evaluable. Escalation and expansion together. {window(view)}"
        f"{after_window(view, view.ask('dlt_status'))}"
    )


def rates(view: View) -> Compared:
    """The answer of `dlt_by_dose`, with RATE, LOWER, UPPER, OVER (fractions) and reasons, beside the previous cut's."""
    counts = view.ask("dlt_by_dose")
    whole = ["NTREATED", "NEXP", "NEVAL", "NDLT", "NPENDING", "NNOTEVAL", "NUNJUDG"]
    counts[whole] = counts[whole].astype("int64")
    limits = interval(counts["NDLT"].to_numpy(), counts["NEVAL"].to_numpy())
    counts = counts.assign(RATE=limits.estimate, LOWER=limits.lower, UPPER=limits.upper)
    if view.trial.dose_levels:
        counts["OVER"] = over_target(counts["NDLT"], counts["NEVAL"], target(view))
    return _compared(_with_reasons(counts, view.ask("dlt_status")), _opened_before(view))


def _compared(counts: DataFrame, before: DataFrame | None) -> Compared:
    """The levels beside those of the previous cut; a level at which nobody is treated is not new."""
    compared = compare(
        counts,
        before,
        ("TRTA",),
        lambda row: (row.NDLT, row.NEVAL, row.NTREATED > 0),
        words=lambda was, _: f"{was.NDLT:g} of {was.NEVAL:g} evaluable",
        always=True,
    )
    idle = (compared.rows["SINCE"] == "new") & (counts["NTREATED"] == 0)
    return replace(compared, rows=compared.rows.assign(SINCE=compared.rows["SINCE"].mask(idle, "")))


def _opened_before(view: View) -> DataFrame | None:
    """The counts of the previous cut at the levels that had treated subjects then, whatever the filters show."""
    before = view.ask_previous("dlt_by_dose")
    if before is None:
        return None
    everybody = view.previous.ask("dlt_by_dose")
    opened = everybody.loc[everybody["NTREATED"] > 0, "TRTA"]
    return before[before["TRTA"].isin(opened) & before["NEVAL"].notna()]


def _with_reasons(counts: DataFrame, people: DataFrame) -> DataFrame:
    """The levels with PENDREAS (what else than days is awaited) and NEREASN; people: the rows of `dlt_status`."""
    people = people[people["DLTSTAT"].isin(["Pending", "Not evaluable"])]
    at = {
        dose: list(rows_of(rows)) for dose, rows in people.assign(TRTA=people["TRTA"].fillna(NO_LEVEL)).groupby("TRTA")
    }
    told = [at.get(dose, []) for dose in counts["TRTA"]]
    return counts.assign(
        PENDREAS=[_together(awaited_but_days(row) for row in rows) for rows in told],
        NEREASN=[_together(why_not_evaluable(row) for row in rows) for rows in told],
    )


def _together(reasons) -> str | None:
    return "; ".join(reason for reason in reasons if reason) or None


def _finding(view: View, compared: Compared) -> list[str]:
    treated = compared.rows[compared.rows["NTREATED"] > 0]
    if treated.empty:
        return [nobody(view)]
    parts = _levels_in_words(view, treated)
    people = view.ask("dlt_status")
    parts += [notable_doses(people), *outside_window(view.ask("dlt_events"), view.trial)]
    parts += [last_seen(people, view.trial), _unjudged(compared.rows, people)]
    words = [sentence(part) for part in parts if part]
    return [*words, since(view, _news(compared))]


def _levels_in_words(view: View, treated: DataFrame) -> list[str]:
    """All levels together, the latest, the highest, and those at no planned level, of whom no dose is said."""
    planned, outside = treated[treated["TRTA"] != NO_LEVEL], treated[treated["TRTA"] == NO_LEVEL]
    if len(treated) == 1:
        return [dlt_rate(treated.iloc[0])]
    parts = [dlts_of_levels(view, treated)]
    if len(planned):
        current, highest = planned.loc[planned["LASTDT"].idxmax()], planned.iloc[-1]
        # without dose levels the groups are arms: their order is no order of doses
        latest = "the latest dose given" if view.trial.dose_levels else "the latest treated"
        parts.append(_of_level(current, latest if len(planned) > 1 else ""))
        if highest.TRTA != current.TRTA and view.trial.dose_levels:
            parts.append(_of_level(highest, "the highest level with a treated subject"))
    return parts + [_outside(row) for row in rows_of(outside)]


def _outside(row) -> str:
    """ "at no planned level: 2 of 3, 67 % (95 % CI 9 to 99 %)"."""
    whom = f"at no planned level ({counted(row.NTREATED, 'treated subject')})"
    if not row.NEVAL:
        return f"{whom}: none evaluable{' yet' if row.NPENDING else ''}"
    return f"{whom}: {row.NDLT} of {row.NEVAL} evaluable, {chance(row)}"


def dlts_of_levels(view: View, treated: DataFrame) -> str:
    """Every level with a DLT: "3 of 12 evaluable subjects had a DLT: 1 of 6 at 160 and 2 of 6 at 230 mg/m²/day"."""
    hit, evaluable = treated[treated["NDLT"] > 0], int(treated["NEVAL"].sum())
    if not evaluable:
        return ""
    whom = counted(evaluable, "evaluable subject")
    if hit.empty:
        return f"none of {whom} had a DLT"
    levels = by_level({row.TRTA: f"{row.NDLT} of {row.NEVAL}" for row in rows_of(hit)}, view.trial.dose_unit)
    return f"{hit['NDLT'].sum()} of {whom} had a DLT: {levels}"


def _of_level(row, which: str) -> str:
    if not row.NEVAL:
        return dlt_rate(row)
    return f"at {row.TRTA}{f', {which}' if which else ''}: {row.NDLT} of {row.NEVAL}, {chance(row)}"


def _unjudged(table: DataFrame, people: DataFrame) -> str:
    number = int(table["NUNJUDG"].sum())
    verb = "is" if number == 1 else "are"
    open_ = f"{counted(number, 'grade ≥ 3 event')} in the window {verb} not adjudicated yet" if number else ""
    doubtful = people.loc[people["UNJCD"].notna() & (people["UNJCD"] != "SOME"), "SUBJID"]
    who = f" (the grade or the onset is not known in {listed(list(doubtful))})" if len(doubtful) else ""
    return open_ + who if open_ else ""


def _news(compared: Compared) -> str:
    """Each level at which the number of subjects with a DLT has changed."""
    rows = zip(rows_of(compared.rows), rows_of(compared.was), strict=True)
    moved = [
        f"{row.TRTA} went from {_before(was)} to {row.NDLT} of {row.NEVAL} evaluable"
        for row, was in rows
        if row.NDLT != (was.NDLT if present(was.NDLT) else 0)
    ]
    return "; ".join(moved) or "no change in the number of subjects with a DLT"


def _before(was) -> str:
    return f"{was.NDLT:g} of {was.NEVAL:g}" if present(was.NEVAL) else "no subject"
