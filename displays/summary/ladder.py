"""Every dose level in one row, the highest first: DLTs, grade 3 or worse, hearts, remissions, and its state."""

from __future__ import annotations

import pandas
from pandas import DataFrame, Series

from displays.display import Display, display
from displays.escalation.rates import dlts_of_levels, rates
from displays.escalation.words import target
from displays.groups import NO_LEVEL, dlts_collected, dose_colours, no_subjects, nobody, present, window
from displays.heart.definitions import BAD
from displays.heart.measurements import dysfunction_collected
from displays.remission.definitions import kinds, not_confirmed, responses_collected
from displays.rule import levels
from displays.rule.levels import LevelState, level_states
from displays.since import SINCE_LABELS
from displays.words import counted, sentence, short_dose
from queries import View
from queries.frames import rows_of

LADDER = ("ladder", "Dose levels")
LABELS = {
    "TRTA": "Dose level",
    "NDLT": "With DLT (n)",
    "NEVAL": "Evaluable for DLT (n)",
    "LOWER": "95 % CI lower",
    "UPPER": "95 % CI upper",
    "NPENDING": "Pending (n)",
    "NGRADE3": "Grade ≥ 3 (n)",
    "NTREATED": "Treated (n)",
    "NHEART": "CTRCD moderate or worse (n)",
    "NHEARTEVAL": "Evaluable for cardiac function (n)",
    "NHEARTPOSS": "CTRCD moderate or worse possible (n)",
    "NREM": "In remission (n)",
    "NRESP": "Response-evaluable (n)",
    "NREMPOSS": "Remission possible (n)",
    "STATE": "State",
    "WHY": "Why",
} | SINCE_LABELS
BRIEF = ("TRTA", "NDLT", "NEVAL", "NPENDING", "NGRADE3", "NTREATED", "NHEART", "NHEARTEVAL", "NREM", "NRESP", "STATE")
WHOLE = tuple(name for name in LABELS if name.startswith("N"))
UNKNOWN = {
    "NGRADE3": "adverse events",
    "NHEART": "ejection fractions",
    "NREM": "responses",
}
"""What is not known of any level where the column is empty."""


def ladder(view: View) -> Display:
    """What is known of each dose level, the highest first, and what the rule makes of it."""
    if view.cut.table("adsl").empty:
        return no_subjects(view, *LADDER)
    table = _table(view)
    if table.empty:  # arms are those of treated subjects
        return no_subjects(view, LADDER[0], _title(view))
    return display(
        view,
        LADDER[0],
        _title(view),
        finding=_finding(view, table),
        table=table,
        labels=LABELS,
        brief=BRIEF,
        formats={"LOWER": "percent", "UPPER": "percent"} | dict.fromkeys(WHOLE, "integer"),
        population=_population(view, table),
        method=f"{window(view)} Intervals: two-sided 95 % exact (Clopper-Pearson). Grade ≥ 3: subjects with a "
        "treatment-emergent event of grade 3 or worse (without a grade: reported as severe), of those treated. "
        "CTRCD: moderate or worse at its worst, of those evaluable for cardiac function. "
        f"Remission: {kinds(view)}, of those response-evaluable. {levels.METHOD}",
        source="addl, adae, adctrcd, adrs; the rule: trial.toml. Clopper and Pearson, Biometrika 1934;26:404.",
        questions=(
            "dlt_by_dose",
            "ae_by_dose",
            "heart_by_dose",
            "remission_by_dose",
            "remission_by_disease",
            "rule_outcomes",
        ),
    )


def _title(view: View) -> str:
    return f"{LADDER[1]} ({view.trial.dose_unit})" if view.trial.dose_levels else "Arms"


def _table(view: View) -> DataFrame:
    """One row a level, the highest first, those at no planned level last; arms as they are ordered.

    Counts are missing where they were not collected. SHORT: the level without the unit. COLOUR: its step of the ramp.
    TARGET: the rate that a dose is held against. CODE: the state without the expansion. PREVIOUS: "1 of 6", where the
    DLTs of those evaluable were others.
    """
    table = _dlts(view)
    for part in (_severe(view), _hearts(view), _remissions(view)):
        table = table.join(part, on="TRTA")
    table = _highest_first(view, _counted(view, table))
    states, doses = level_states(view), list(table["TRTA"])
    stated = [states.get(dose, LevelState("")) for dose in doses]
    return table.assign(
        STATE=[state.words for state in stated],
        CODE=[state.state for state in stated],
        WHY=[state.why for state in stated],
        SHORT=[short_dose(dose, view.trial.dose_unit) for dose in doses],
        COLOUR=table["TRTA"].map(dose_colours(view, view.cut.dose_labels)),
        TARGET=target(view) if view.trial.dose_levels else float("nan"),
    )


def _dlts(view: View) -> DataFrame:
    if dlts_collected(view):
        compared = rates(view)
        was = [_before(row) if present(row.NEVAL) else "" for row in rows_of(compared.was)]
        return compared.rows.assign(
            PREVIOUS=Series(was, index=compared.rows.index).where(compared.rows["SINCE"] == "changed", "")
        )
    counts = view.ask("dlt_by_dose")
    return counts.assign(LOWER=float("nan"), UPPER=float("nan"), SINCE="", PREVIOUS="")


def _before(was) -> str:
    return f"{was.NDLT:g} of {was.NEVAL:g}"


def _severe(view: View) -> DataFrame:
    return view.ask("ae_by_dose").set_index("TRTA")[["NGRADE3"]]


def _hearts(view: View) -> DataFrame:
    counts = view.ask("heart_by_dose").query("SCALE == 'CTRCD'")
    bad = counts[counts["CATEGORY"].isin(BAD)].groupby("TRTA")["N"].sum()
    first = counts.drop_duplicates("TRTA").set_index("TRTA")
    return DataFrame({"NHEART": bad, "NHEARTEVAL": first["NEVAL"], "NHEARTPOSS": first["NPOSS"]})


def _remissions(view: View) -> DataFrame:
    """Of all diseases together."""
    sums = view.ask("remission_by_dose").groupby("TRTA")[["REMISSION", "N", "POSSREM"]].sum()
    return sums.rename(columns={"REMISSION": "NREM", "N": "NRESP", "POSSREM": "NREMPOSS"})


def _counted(view: View, table: DataFrame) -> DataFrame:
    """A level without subjects has 0 of 0; what was not collected has no number."""
    counts = table.assign(**{name: table[name].astype("Int64") for name in WHOLE})
    known = {
        ("NGRADE3",): "ae" in view.cut.received,
        ("NHEART", "NHEARTEVAL", "NHEARTPOSS"): dysfunction_collected(view),
        ("NREM", "NRESP", "NREMPOSS"): responses_collected(view),
    }
    for names, collected in known.items():
        for name in names:
            counts[name] = counts[name].fillna(0) if collected else pandas.NA
    return counts.astype(dict.fromkeys(WHOLE, "Int64"))


def _highest_first(view: View, table: DataFrame) -> DataFrame:
    if not view.trial.dose_levels:
        return table
    planned = table["TRTA"] != NO_LEVEL
    return pandas.concat([table[planned][::-1], table[~planned]])


def _finding(view: View, table: DataFrame) -> str | list[str]:
    treated = table[table["NTREATED"] > 0]
    if treated.empty:
        return nobody(view)
    if not dlts_collected(view):
        return sentence(
            f"{counted(int(treated['NTREATED'].sum()), 'subject')} treated; DLTs: not collected in this cut"
        )
    in_order = treated[::-1] if view.trial.dose_levels else treated
    levels = dlts_of_levels(view, in_order) or "no subject can be evaluated for DLT yet"
    return [sentence(_together(table)), sentence(levels)]


def _together(table: DataFrame) -> str:
    """All levels together: "DLT in 6 of 29 evaluable, grade ≥ 3 in 32 of 35, … remission in 16 of 32"."""
    total = table[list(WHOLE)].sum()
    counts = {
        "NGRADE3": f"grade ≥ 3 in {total.NGRADE3} of {total.NTREATED}",
        "NHEART": f"CTRCD moderate or worse in {total.NHEART} of {total.NHEARTEVAL}",
        "NREM": f"remission in {total.NREM} of {total.NRESP}",
    }
    known = [words for name, words in counts.items() if table[name].notna().any()]
    return ", ".join([f"DLT in {total.NDLT} of {total.NEVAL} evaluable", *known])


def _population(view: View, table: DataFrame) -> str:
    total = table[list(WHOLE)].sum()
    parts = [
        f"{counted(int(total.NTREATED), 'treated subject')}: {total.NEVAL} evaluable for DLT, {total.NPENDING} pending"
    ]
    absent = [words for name, words in UNKNOWN.items() if table[name].isna().all()]
    parts += [f"not collected in this cut: {', '.join(absent)}"] if absent else []
    if responses_collected(view) and (unsure := not_confirmed(view)):
        parts.append(f"remission in {total.NREM} of {total.NRESP}; {unsure}")
    possible = {"CTRCD moderate or worse": total.NHEARTPOSS, "remission": total.NREMPOSS}
    parts += [f"{words} possible, not known, in {number} more" for words, number in possible.items() if number]
    heeded = " The counts heed the filters, the state does not." if view.filters.any_set else ""
    return sentence("; ".join(parts)) + heeded
