"""Accumulation from the first to a later infusion, and the metabolite against the drug, subject by subject."""

from __future__ import annotations

from dataclasses import dataclass

from pandas import DataFrame, Series

from displays.display import Display, blank, display, not_collected
from displays.drawing import crowd
from displays.groups import doses_in_order, no_subjects, treated
from displays.pharmacokinetics.concentrations import (
    METABOLITE,
    PARENT,
    estimate,
    known_analyte,
    no_concentrations,
    occasion_words,
)
from displays.pharmacokinetics.parameters import (
    analytes_of_parameters,
    asked_for,
    flags_of_each,
    flags_said,
    news,
    occasion_of,
    occasions,
    reasons,
)
from displays.pharmacokinetics.strips import geometric_mean, strips
from displays.since import SINCE_LABELS, compare
from displays.words import counted, sentence
from queries import View

ACCUMULATION = ("pk_accumulation", "Accumulation")
RATIO = ("pk_metabolite_ratio", "Metabolite ratio")
AREAS = (("MRAUCINT", "AUC 0–24 h"), ("MRAUCLST", "AUC to the last sample"), ("MRCMAX", "Cmax"))
GROUPS = (("TRTA", "Dose"), ("AGEGR1", "Age"), ("DISEASE", "Disease"))
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "AGE": "Age (years)",
    "VALUE": "Ratio",
    "FLAGS": "Flags",
    "WHY": "Why not known",
} | SINCE_LABELS
ACCUMULATION_METHOD = (
    "AUC of 24 hours after the last infusion of course 1 that was sampled over that after the first, each from its "
    "own samples. With one infusion a day and a decline of a single half-life t the ratio tends to "
    "1 / (1 − 2^(−24/t)); of several phases to less than that of the terminal one. Bars: geometric means."
)


@dataclass(frozen=True)
class Asked:
    """A ratio that is asked for: its name and heading, the analyte that carries it, its code, the grouping column."""

    named: tuple[str, str]
    title: str
    analyte: str
    code: str
    group: str
    axis: str
    method: str


def accumulation(view: View, analyte: str = PARENT) -> Display:
    """The AUC of 24 hours after the last infusion of the first course that was sampled over that after its first."""
    if not analytes_of_parameters(view):
        return no_concentrations(view, *ACCUMULATION)
    code, name = known_analyte(analytes_of_parameters(view), analyte)
    later = [f"{course}.{number}" for course, number in occasions(view) if number > 1 and course == 1]
    asked = Asked(
        ACCUMULATION,
        f"{name}: accumulation",
        code,
        "ARAUC",
        "TRTA",
        "AUC 0–24 h, later over first",
        ACCUMULATION_METHOD,
    )
    return _shown(view, asked, later[-1], name, 1.0) if later else _no_rows(view, asked, name)


def metabolite_ratio(view: View, measure: str = "MRAUCINT", group: str = "TRTA", day: str = "") -> Display:
    """The exposure to the metabolite over that to the drug, by dose, age or disease."""
    names = analytes_of_parameters(view)
    if not names:
        return no_concentrations(view, *RATIO)
    if METABOLITE not in names:
        return not_collected(view, *RATIO, "Concentrations of a metabolite", "pc")
    pk = view.trial.content["pk"]
    masses = [pk.get("molar_mass_parent"), pk.get("molar_mass_metabolite")]
    molar = all(masses)
    how = "moles" if molar else "mass; the trial definition states no molar masses"
    name, what = names[METABOLITE], dict(AREAS)[measure]
    method = f"{what} of the metabolite over that of the drug after the same infusion, by {how}. Bars: geometric means."
    axis = f"{name} over {names.get(PARENT, 'the drug')}, {what}{' (molar)' if molar else ''}"
    asked = Asked(RATIO, f"{name}: ratio to the drug", METABOLITE, measure, group, axis, method)
    return _shown(view, asked, day, name, None, masses[0] / masses[1] if molar else 1.0)


def _no_rows(view: View, asked: Asked, name: str, when: str = "") -> Display:
    return blank(view, *asked.named, f"No ratio of {name}{when} in these subjects.", collected=True)


def _shown(view: View, asked: Asked, day: str, name: str, line: float | None, times: float = 1.0) -> Display:
    if not treated(view):
        return no_subjects(view, *asked.named)
    chosen, known_days = occasion_of(view, day), occasions(view)
    parameters = asked_for(asked.analyte, chosen, (asked.code,))
    rows, before = view.ask("pk_parameters", **parameters), view.ask_previous("pk_parameters", **parameters)
    if rows.empty:
        return _no_rows(view, asked, name, f" on {occasion_words(chosen, known_days)}" if chosen in known_days else "")
    now, then = _valued(rows, asked, times), None if before is None else _valued(before, asked, times)
    table = compare(
        now, then, ("USUBJID",), lambda row: estimate(row.VALUE), words=lambda was, _: estimate(was.VALUE)
    ).rows
    known = table[table["VALUE"].notna()].reset_index(drop=True)
    groups = _in_order(view, known, asked.group)
    when = occasion_words(chosen, known_days)
    return display(
        view,
        asked.named[0],
        f"{asked.title}, {when}",
        finding=_findings(view, known, groups, len(table), name, when, asked),
        table=table.assign(FLAGS=flags_of_each(view, table), WHY=table["REASON"]),
        labels=LABELS,
        formats={"VALUE": "decimal2", "AGE": "integer"},
        figure=strips(view, known, groups, axis=asked.axis, line=line) if len(known) else None,
        population=_population(view, known, rows),
        method=asked.method,
        source="Concentrations (PC); infusions (EX).",
        questions=(view.question("pk_parameters", **parameters),),
    )


def _valued(rows: DataFrame, asked: Asked, times: float) -> DataFrame:
    return rows.assign(VALUE=times * rows["AVAL"], GROUP=rows[asked.group].fillna("Not known"))


def _in_order(view: View, known: DataFrame, group: str) -> list[str]:
    """The groups in their order: doses as the trial has them, age bands by age, others by name."""
    found = [str(each) for each in known["GROUP"].unique()]
    if group == "TRTA":
        return doses_in_order(view, found)
    return list(known.groupby("GROUP")["AGE"].median().sort_values().index) if group == "AGEGR1" else sorted(found)


def _findings(
    view: View, known: DataFrame, groups: list[str], all_: int, name: str, when: str, asked: Asked
) -> list[str]:
    if known.empty:
        return [sentence(f"{name}, {when}: {asked.named[1].lower()} is known in none of {counted(all_, 'profile')}")]
    what = asked.named[1].lower()
    low, high = known["VALUE"].min(), known["VALUE"].max()
    zeros = int((known["VALUE"] <= 0).sum())
    centre, how = (Series.median, "median") if zeros else (geometric_mean, "geometric mean")
    each = [f"{estimate(centre(known.loc[known['GROUP'] == group, 'VALUE']))} at {group}" for group in groups]
    new = known.loc[known["SINCE"] != "", "SUBJID"].tolist()
    return [
        sentence(
            f"{name}, {when}: {how} {what} {estimate(centre(known['VALUE']))} "
            f"({estimate(low)} to {estimate(high)}) in {len(known)} of {counted(all_, 'profile')}"
        ),
        f"No geometric mean is given, for ratios of 0: {zeros} of {len(known)}." if zeros else "",
        sentence("by group: " + ", ".join(each)) if len(groups) > 1 else "",
        news(view, new),
    ]


def _population(view: View, known: DataFrame, rows: DataFrame) -> str:
    why = reasons(rows)
    said = f"{known['USUBJID'].nunique()} of {counted(treated(view), 'treated subject')} with a ratio"
    flagged = flags_said(view, rows[rows["AVAL"].notna()])
    words = sentence(said + (f"; not known: {why}" if why else "") + (f"; flagged: {flagged}" if flagged else ""))
    crowded = crowd.words(known, f"the {crowd.NAMED} highest", crowd.DOTS)
    return " ".join(filter(None, [words, crowded]))
