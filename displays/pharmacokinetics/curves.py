"""Concentration and time: the curve of each subject and the median of each dose, by day of the course."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, display
from displays.drawing.crowd import words as crowd_words
from displays.groups import doses_in_order, no_subjects, treated
from displays.pharmacokinetics.concentrations import (
    PARENT,
    RESULTS,
    UNIT,
    Concentrations,
    Occasion,
    amount,
    analytes,
    concentrations,
    left_words,
    no_concentrations,
    occasion_words,
    peak_by_dose,
    without_peak,
)
from displays.pharmacokinetics.curves_figure import Curves, curves_figure
from displays.pharmacokinetics.curves_lines import LEAST_SUBJECTS
from displays.since import since
from displays.words import counted, exactly, first_of, listed, sentence, short_dose
from queries import View
from queries.frames import rows_of

CURVES = ("concentration_curves", "Concentration and time")
TOGETHER = "all"
SCALES = (("log", "Logarithmic"), ("linear", "Linear"))
LABELS = {
    "TRTA": "Dose",
    "OCCASION": "Infusion",
    "NRRLT": "Planned time (h)",
    "N": "With a result (n)",
    "NBLQ": "Below the limit (n)",
    "NMISS": "Without a result (n)",
    "NLEFT": "In no curve (n)",
    "MEDIANC": f"Median ({UNIT})",
    "GEOMEAN": f"Geometric mean ({UNIT})",
    "LOW": f"Lowest measured ({UNIT})",
    "HIGH": f"Highest measured ({UNIT})",
}
METHOD = (
    "Single curves by the recorded time of the sample after the start of its infusion, the planned time where a time "
    "is not known; medians at planned times, each subject once with the first sample of that time, where "
    f"{counted(LEAST_SUBJECTS, 'subject')} or more have a result. Heavy line: the median, not the geometric mean, "
    "which is under Details where every value is measured. A value below the limit of quantification counts as lower "
    "than every measured one: it is an open mark at that limit, never 0, and so is a median that is such a value; a "
    "median between such a value and a measured one is not known and not drawn. Dotted: a planned sample between the "
    "two has no result, or one end is below the limit. A sample that is in no profile (×), "
    "such as one drawn after the next infusion began or one that the sponsor excluded, is in no line and no median. "
    "Cmax: the highest measured concentration of the profile; not known where one is above a limit of the assay."
)


def analyte_options(view: View) -> tuple[tuple[str, str], ...]:
    """The analytes that the cut holds."""
    return tuple(analytes(view).items())


def panel_options(view: View) -> tuple[tuple[str, str], ...]:
    """All doses together, or a panel for each dose after the infusion of one day."""
    if not analytes(view):
        return ()
    rows = view.ask("pk_sampled")[["COURSE", "COURSEDY"]].dropna().drop_duplicates()
    known = sorted((int(course), int(day)) for course, day in rows.itertuples(index=False))
    days = [(f"{course}.{day}", f"Each dose, {occasion_words((course, day), known)}") for course, day in known]
    return ((TOGETHER, "All doses"), *days) if known else ()


def concentration_curves(view: View, analyte: str = PARENT, panels: str = TOGETHER, scale: str = "log") -> Display:
    """The concentrations of the study drug or its metabolite by time, of each subject and as median of each dose."""
    if not analytes(view):
        return no_concentrations(view, *CURVES)
    if not treated(view):
        return no_subjects(view, *CURVES)
    found = concentrations(view, analyte)
    if not found.rows["STATE"].isin(RESULTS).any():
        words = f"No concentration of {found.name} with a known infusion and time in these subjects."
        return blank(view, *CURVES, words, collected=True)
    shown = _shown(found, panels)
    medians = view.ask("pk_medians", analyte=found.analyte)
    new = _new_subjects(view, found)
    return display(
        view,
        CURVES[0],
        f"{found.name}: concentration and time",
        finding=[*_findings(view, found, shown), _news(view, found, new)],
        table=_table(medians, found),
        labels=LABELS,
        formats=dict.fromkeys(("N", "NBLQ", "NMISS", "NLEFT"), "integer") | {"NRRLT": "decimal1"},
        figure=curves_figure(view, Curves(found, medians, shown, panels == TOGETHER, scale == "log", new)),
        questions=(
            view.question("pk_concentrations", analyte=found.analyte),
            view.question("pk_medians", analyte=found.analyte),
            "pk_planned",
        ),
        population=_population(view, found),
        method=METHOD,
        source="Concentrations as delivered (PC); infusions (EX). Planned times: the trial's definition.",
    )


def _shown(found: Concentrations, panels: str) -> list[Occasion]:
    """The days that are drawn: all, or the one that is wanted."""
    return [day for day in found.occasions if panels == f"{day[0]}.{day[1]}"] or found.occasions


def _table(medians: DataFrame, found: Concentrations) -> DataFrame:
    """A row a dose, day and planned time; a median that is no number in words."""
    days = found.occasions
    return medians.assign(
        OCCASION=[
            sentence(occasion_words((int(c), int(d)), days))[:-1] for c, d in medians[["COURSE", "COURSEDY"]].values
        ],
        MEDIANC=[_median_words(row) for row in rows_of(medians)],
    )


def _median_words(row) -> str:
    if row.MEDIANQ == "<":
        return "below the limit"
    if row.MEDIANQ == ">":
        return "above a limit"
    return "not known" if row.MEDIANQ == "?" else amount(row.MEDIAN)


def _findings(view: View, found: Concentrations, shown: list[Occasion]) -> list[str]:
    """Median highest concentration at the lowest and the highest dose of the first day shown; then at all doses."""
    first, days = shown[0], found.occasions
    peaks = _peaks(view, found, first)
    if peaks.empty:
        return [sentence(f"{found.name} on {occasion_words(first, days)}: {without_peak(found.of(first))}")]
    what = f"{found.name}, {occasion_words(first, days)}: median Cmax"
    ends = [_peak(row) for row in [*rows_of(peaks)][:: max(len(peaks) - 1, 1)]]
    return [sentence(f"{what} {' and '.join(ends)}"), *[_all_doses(view, found, day) for day in shown]]


def _peaks(view: View, found: Concentrations, day: Occasion) -> DataFrame:
    """The median Cmax of each dose after one infusion, in the order of the doses."""
    peaks = peak_by_dose(found.of(day))
    return peaks.reindex(doses_in_order(view, peaks.index))


def _peak(row) -> str:
    return f"{amount(row.median)} {UNIT} at {row.Index} (n = {row.count})"


def _all_doses(view: View, found: Concentrations, day: Occasion) -> str:
    peaks = _peaks(view, found, day)
    if len(peaks) < 2:
        return ""
    each = [f"{amount(row.median)} ({short_dose(row.Index, view.trial.dose_unit)})" for row in rows_of(peaks)]
    return sentence(f"{occasion_words(day, found.occasions)}, by dose: {listed(each)}")


def _new_subjects(view: View, found: Concentrations) -> list[str]:
    """The subjects with a result whom the previous cut had without one."""
    before = view.ask_previous("pk_with_result", analyte=found.analyte)
    if before is None:
        return []
    then = set(before["USUBJID"])
    now = found.rows[found.rows["STATE"].isin(RESULTS)]
    return [usubjid for usubjid in now["USUBJID"].drop_duplicates() if usubjid not in then]


def _news(view: View, found: Concentrations, new: list[str]) -> str:
    if not new:
        return since(view, "no new curve") if view.previous else ""
    names = found.rows.drop_duplicates("USUBJID").set_index("USUBJID")["SUBJID"]
    return since(view, f"curves of {counted(len(new), 'new subject')} ({first_of([names[who] for who in new])})")


def _population(view: View, found: Concentrations) -> str:
    rows = found.rows
    results = rows[rows["STATE"].isin(RESULTS)]
    states = rows["STATE"].value_counts()
    limit = f"{listed([exactly(value, 3) for value in found.limits])} {UNIT}" if found.limits else "not delivered"
    parts = [
        f"{results['USUBJID'].nunique()} of {counted(treated(view), 'treated subject')} with "
        f"{counted(len(results), 'concentration')}",
        f"{states.get('BELOW', 0)} below the limit of quantification ({limit})",
        *left_words(rows),
        *([f"{found.unplaced} of no known infusion or time, not drawn"] if found.unplaced else []),
    ]
    return " ".join(
        filter(
            None,
            [sentence("; ".join(parts)), crowd_words(rows, "those with the highest Cmax", "the medians are of all")],
        )
    )
