"""Concentration and QTc: the change of QTcF with the concentration at that time, by a linear mixed model."""

from __future__ import annotations

from math import hypot, isnan

import pandas
from pandas import DataFrame

from displays.display import Display, blank, display, not_collected
from displays.drawing import crowd
from displays.groups import no_subjects, treated
from displays.pharmacokinetics.concentration_qtc_figure import Fit, peak_key, qtc_figure
from displays.pharmacokinetics.concentrations import PARENT, amount, analytes, known_analyte, no_concentrations
from displays.since import SINCE_LABELS, compare, since
from displays.words import counted, exactly, first_of, listed, sentence, signed
from queries import View, costly
from queries.frames import rows_of
from stats.mixed import concentration_qtc
from stats.ranks import rank_correlation

CONCENTRATION_QTC = ("concentration_qtc", "Concentration and QTc")
LEAST_SUBJECTS, LEAST_PAIRS_OF_TIME = 5, 10
"""So many subjects are needed for a line, and so many pairs of each planned time for effects of time."""
NO_PLACEBO = "There is no placebo, so a 10 ms effect cannot be excluded."
FAR_SD = 3
"""Residuals farther from the line than so many standard deviations are named."""
PER = 1000
"""The slope is told for so many ng/mL."""
PARTS = (("fit", "Change and line"), ("residuals", "Residuals"))
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "ADT": "Date",
    "TIME": "Planned time of the ECG",
    "GAP": "Sample after the ECG (min)",
    "CONC": "Concentration (ng/mL)",
    "BASE": "Baseline QTcF (ms)",
    "AVAL": "QTcF (ms)",
    "CHG": "Change of QTcF (ms)",
    "RESIDUAL": "Residual (ms)",
    "OUT": "No pair because",
} | SINCE_LABELS
FORMATS = {"GAP": "integer", "CONC": "amount"} | dict.fromkeys(("BASE", "AVAL", "CHG", "RESIDUAL"), "decimal1")
OUT = {
    "NO TIME": "the ECG has no clock time",
    "NO BASELINE": "no baseline QTcF",
    "NO SAMPLE": "no sample within {gap} minutes",
}
METHOD = (
    "Pairs: each QTcF after the first infusion with the sample nearest to it, at most {gap} minutes apart by the "
    "clock; below the limit of quantification counts as 0. Linear mixed model of the change from baseline: "
    "concentration, baseline QTcF as its difference from the mean over subjects, planned time as a factor where each "
    f"has at least {LEAST_PAIRS_OF_TIME} pairs, and a random intercept of each subject; restricted maximum likelihood. "
    "Two-sided 90 % intervals by Student's t, of the slope with the degrees of freedom within subjects, of a predicted "
    "change with those between subjects. Predicted at the geometric mean of the highest concentration (Cmax) of each "
    f"dose, of subjects with a measurable one. No line with fewer than {LEAST_SUBJECTS} subjects. Residuals are from "
    "the line of the whole group."
)


def gap(view: View) -> float:
    """How many minutes an ECG and a sample may lie apart."""
    return float(view.trial.content["pk"]["qtc_gap_minutes"])


def concentration_and_qtc(view: View, analyte: str = PARENT, part: str = "fit") -> Display:
    """The change of QTcF against the concentration drawn with it, and the change predicted at the Cmax of each dose."""
    if not analytes(view):
        return no_concentrations(view, *CONCENTRATION_QTC)
    if not treated(view):
        return no_subjects(view, *CONCENTRATION_QTC)
    code, name = known_analyte(analytes(view), analyte)
    rows = _compared(view, code)
    pairs = rows[rows["WHY"].isna()]
    if pairs.empty:
        return _nothing(view, rows)
    fit = _fitted(view, rows, pairs, code)
    first, *others = _finding(fit, name)
    return display(
        view,
        CONCENTRATION_QTC[0],
        f"{name} and change of QTcF",
        finding=[first, NO_PLACEBO, *others, *_residual_words(fit), _news(view, fit.rows)],
        table=fit.rows,
        labels=LABELS,
        formats=FORMATS,
        figure=qtc_figure(view, fit, part),
        behind={peak_key(row): tuple(row.PEOPLE) for row in rows_of(fit.peaks)},
        population=_population(view, fit.rows),
        method=METHOD.format(gap=exactly(gap(view))),
        source="ICH E14/S7B Q&A 2022, 5.1; Garnett, J Pharmacokinet Pharmacodyn 2018;45:383. Data: PC, EG, EX.",
        questions=(
            view.question("qtc_concentrations", **costly.qtc_concentrations(view.trial, code)),
            view.question("peak_means", analyte=code),
        ),
    )


def _compared(view: View, analyte: str) -> DataFrame:
    """The time points of QTcF, the largest change first, beside the previous cut."""
    asked = costly.qtc_concentrations(view.trial, analyte)
    now, before = view.ask("qtc_concentrations", **asked), view.ask_previous("qtc_concentrations", **asked)
    rows = compare(
        now,
        before,
        ("USUBJID", "ADT", "AVISIT", "ATPT"),
        lambda row: f"{signed(row.CHG) if not pandas.isna(row.CHG) else '–'} ms, {amount(row.CONC)} ng/mL",
    ).rows
    rows = rows.assign(
        TIME=_times(rows),
        OUT=rows["WHY"].map({code: words.format(gap=exactly(gap(view))) for code, words in OUT.items()}),
        SINCE=rows["SINCE"].where(rows["WHY"].isna(), ""),
        OPEN=rows["WHY"].notna(),
    )
    rows = rows.sort_values(["OPEN", "CHG"], ascending=[True, False], kind="stable", na_position="last")
    return rows.drop(columns="OPEN").reset_index(drop=True)


def _times(rows: DataFrame) -> list[str]:
    """The planned time of each ECG; what many have in common is put into words once."""
    pairs = list(zip(rows["AVISIT"].fillna(""), rows["ATPT"].fillna(""), strict=True))
    said = {pair: _time(pair) for pair in set(pairs)}
    return [said[pair] for pair in pairs]


def _time(planned: tuple[str, str]) -> str:
    """ "Course 1 day 1, end of infusion"."""
    parts = [str(part).capitalize() for part in planned if part]
    return ", ".join([*parts[:1], *[part.lower() for part in parts[1:]]]) or "not planned"


def _fitted(view: View, rows: DataFrame, pairs: DataFrame, analyte: str) -> Fit:
    """The model of the pairs, with its residuals beside each."""
    counts = pairs["TIME"].value_counts()
    with_time = len(counts) > 1 and counts.min() >= LEAST_PAIRS_OF_TIME
    model = concentration_qtc(
        pairs["CONC"] / PER,
        pairs["CHG"],
        pairs["USUBJID"],
        baseline=pairs["BASE"],
        time=pairs["TIME"] if with_time else None,
    )
    told = rows.assign(RESIDUAL=float("nan"))
    if model.residuals:
        told.loc[pairs.index[list(model.used)], "RESIDUAL"] = model.residuals
    peaks = view.ask("peak_means", analyte=analyte)
    carried = not model.why and model.subjects >= LEAST_SUBJECTS
    return Fit(told, model, peaks, carried, PER)


def _finding(fit: Fit, name: str) -> list[str]:
    model, sizes = fit.model, f"{counted(fit.model.pairs, 'pair')} of {counted(fit.model.subjects, 'subject')}"
    if not fit.carried:
        why = model.why or f"a line needs at least {LEAST_SUBJECTS} subjects"
        return [sentence(f"{name} and QTcF: {sizes} carry no model, {why}")]
    slope = (
        f"The slope is {_ms(model.slope)} ms for each {PER:,} ng/mL (90 % CI {_ms(model.lower)} to {_ms(model.upper)}; "
        f"{sizes})."
    )
    return [*_predicted(fit), slope]


def _predicted(fit: Fit) -> list[str]:
    """The change at the geometric-mean Cmax of the highest dose; then at each dose."""
    told = [(row, fit.model.at(row.CMAX / PER)) for row in rows_of(fit.peaks)]
    if not told:
        return ["No Cmax is known, so no change is predicted."]
    top, (middle, low, high) = told[-1]
    first = (
        f"At {top.TRTA} QTcF changes by {_ms(middle)} ms (90 % CI {_ms(low)} to {_ms(high)}) at the geometric mean "
        f"Cmax of {amount(top.CMAX)} ng/mL (n = {top.N})."
    )
    each = [f"{_ms(middle)} ms ({_ms(low)} to {_ms(high)}) at {row.TRTA}" for row, (middle, low, high) in told[:-1]]
    return [first, sentence(f"predicted for the others (90 % CI): {listed(each)}") if each else ""]


def _ms(value: float) -> str:
    """ "+6.0", "−0.4"."""
    return f"{round(value, 1) + 0:+.1f}".replace("-", "−")


def _residual_words(fit: Fit) -> list[str]:
    """The spread around the line, whether it depends on concentration, and what can be seen of a delay."""
    if not fit.carried:
        return []
    model, pairs = fit.model, fit.rows[fit.rows["RESIDUAL"].notna()]
    rest = rank_correlation(pairs["RESIDUAL"].abs(), pairs["CONC"])
    spread = (
        f"Around the line subjects differ by {exactly(model.between)} ms (SD) and results of one subject by "
        f"{exactly(model.within)} ms"
    )
    grows = (
        "" if isnan(rest.rho) else f"; the size of the residuals and concentration: rank correlation {rest.rho:+.2f}"
    )
    delay = _delay_words(pairs)
    return [_far_words(fit, pairs), sentence((spread + grows).replace("+-", "−").replace("-0", "−0")), delay]


def _far_words(fit: Fit, pairs: DataFrame) -> str:
    """The residuals beyond what the model's normal distribution lets one expect, by subject."""
    far = pairs[pairs["RESIDUAL"].abs() > FAR_SD * hypot(fit.model.between, fit.model.within)]
    if far.empty:
        return ""
    names = first_of(far["SUBJID"].drop_duplicates().tolist())
    return (
        f"{len(far)} of {counted(len(pairs), 'residual')} lie beyond {FAR_SD} SD ({names}), so the normal "
        "distribution that the model assumes is doubtful."
    )


def _delay_words(pairs: DataFrame) -> str:
    """Whether the effect lags behind the concentration: the mean residual at each planned time, of three or more."""
    means = pairs.groupby("NRRLT")["RESIDUAL"].mean()
    if len(means) < 3:
        times = counted(len(means), "planned time")
        return f"A delay of the effect (hysteresis) cannot be judged: ECGs lie at {times} after the infusion."
    told = [f"{signed(mean)} ms at {exactly(hour)} h" for hour, mean in means.items()]
    return f"Mean residual by planned time, for a delay of the effect (hysteresis): {listed(told)}."


def _news(view: View, rows: DataFrame) -> str:
    if not view.previous:
        return ""
    new, changed = ((rows["SINCE"] == state).sum() for state in ("new", "changed"))
    return since(view, f"{counted(int(new), 'new pair')}, {changed or 'none'} changed")


def _population(view: View, rows: DataFrame) -> str:
    pairs, others = rows[rows["WHY"].isna()], rows["OUT"].dropna().value_counts()
    words = (
        f"{counted(len(pairs), 'pair')} of {pairs['USUBJID'].nunique()} of {counted(treated(view), 'treated subject')}"
    )
    left = f"; {int(others.sum())} further ECG time points without a pair: " if len(others) else ""
    reasons = listed([f"{number} {why}" for why, number in others.items()]) if len(others) else ""
    return " ".join(
        filter(None, [sentence(words + left + reasons), crowd.words(pairs, f"the {crowd.NAMED} largest", crowd.DOTS)])
    )


def _nothing(view: View, rows: DataFrame) -> Display:
    """No pair: because there is no QTcF after the first infusion, or none near a sample."""
    if rows.empty and "eg" not in view.cut.received and view.cut.table("adeg").empty:
        return not_collected(view, *CONCENTRATION_QTC, "Electrocardiograms", "eg")
    others = rows["OUT"].value_counts()
    reasons = f" ({listed([f'{number} {why}' for why, number in others.items()])})" if len(others) else ""
    words = f"No change of QTcF with a concentration within {exactly(gap(view))} minutes{reasons}."
    return blank(view, *CONCENTRATION_QTC, f"{words} {NO_PLACEBO}", collected=True)
