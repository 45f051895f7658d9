"""The pharmacokinetic parameters of each dose: number, geometric mean and variation, median, range, what is missing."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display
from displays.groups import behind_cells, no_subjects, treated
from displays.pharmacokinetics.concentrations import PARENT, estimate, known_analyte, no_concentrations, occasion_words
from displays.pharmacokinetics.parameter_words import PARAMETERS
from displays.pharmacokinetics.parameters import (
    SAME_AT_ALL_DOSES,
    SHOWN,
    analytes_of_parameters,
    asked_for,
    early_said,
    flags_said,
    heading,
    no_profile,
    occasion_of,
    occasions,
    reasons,
    spread,
    with_profile,
)
from displays.pharmacokinetics.published import published, published_range
from displays.since import SINCE_LABELS, compare_numbers, since
from displays.words import counted, exactly, first_of, sentence
from queries import View
from queries.frames import rows_of

PARAMETERS_BY_DOSE = ("pk_parameters_by_dose", "Pharmacokinetic parameters by dose")
ALL = "All doses"
STATISTICS = ("GEOMEAN", "GEOCV", "MEDIAN", "LOW", "HIGH")
BY_RANK = {"TMAX"}
"""What takes the planned times alone, of which means tell nothing."""
LABELS = {
    "WHAT": "Parameter",
    "TRTA": "Dose",
    "N": "Subjects (n)",
    "GEOMEANC": "Geometric mean",
    "GEOCV": "Geometric CV",
    "MEDIANC": "Median",
    "RANGE": "Range",
    "NMISS": "Not known (n)",
    "WHY": "Why not known",
    "FLAGS": "Flags (n)",
} | SINCE_LABELS
METHOD = (
    "Non-compartmental analysis of each profile: linear trapezoid up, logarithmic down; half-life by the best adjusted "
    "R² of three or more samples after Cmax and the end of the infusion. Below the limit of quantification: 0 before "
    "the first measurable value, left out after it. Area to infinity from the last measured concentration, clearance "
    "and volumes after the first infusion alone, on samples before the second; after later ones clearance only near "
    "steady state: concentrations before the infusion and at 24 h no further apart than {steady} %. tmax: median and "
    "range alone. No geometric mean where a value is 0, since nothing was measurable. Geometric CV: the square root of "
    "exp(variance of the logarithms) less 1."
)


def parameters_by_dose(view: View, analyte: str = PARENT, day: str = "") -> Display:
    """Each parameter at each dose after the infusion of one day; those that do not rise with it also of all doses."""
    if not analytes_of_parameters(view):
        return no_concentrations(view, *PARAMETERS_BY_DOSE)
    if not treated(view):
        return no_subjects(view, *PARAMETERS_BY_DOSE)
    code, name = known_analyte(analytes_of_parameters(view), analyte)
    chosen = occasion_of(view, day)
    asked = asked_for(code, chosen, PARAMETERS)
    rows = view.ask("pk_parameters", **asked)
    if rows.empty:
        return no_profile(view, PARAMETERS_BY_DOSE, name, chosen)
    table = _table(view, code, rows, chosen)
    return display(
        view,
        PARAMETERS_BY_DOSE[0],
        f"{name}, {occasion_words(chosen, occasions(view))}: parameters by dose",
        finding=_findings(view, name, rows, table, chosen),
        table=table.drop(columns=["PEOPLE", "LACKING"]),
        labels=LABELS,
        formats={"N": "integer", "NMISS": "integer", "GEOCV": "percent"},
        brief=("WHAT", "TRTA", "N", "GEOMEANC", "GEOCV", "MEDIANC", "RANGE", "NMISS", "WHY", "FLAGS", "SINCE"),
        narrow="WHAT",
        behind=behind_cells(table, {"PEOPLE": "N", "LACKING": "NMISS"}),
        population=sentence(with_profile(rows, treated(view))),
        method=f"{METHOD.format(steady=exactly(100 * view.trial.content['pk']['steady_within']))} {published(view)}",
        source="Concentrations (PC) at their actual times; doses and infusions (EX); body surface and weight (VS).",
        questions=(view.question("pk_by_dose", analyte=code), view.question("pk_parameters", **asked)),
    )


def _table(view: View, code: str, rows: DataFrame, chosen: tuple[int, int]) -> DataFrame:
    now = _summary(view.ask("pk_by_dose", analyte=code), chosen)
    before = view.ask_previous("pk_by_dose", analyte=code)
    then = None if before is None else _summary(before, chosen)
    table = compare_numbers(now, then, ("PARAMCD", "TRTA"), "N")
    table = table if then is None else table.assign(SINCE=_changed(table, then))
    rows = rows[["USUBJID", "TRTA", "PARAMCD", "AVAL", "REASON", "NOTE"]]
    of_code = dict(list(rows.groupby("PARAMCD")))
    own = [_own(of_code.get(row.PARAMCD, rows.iloc[:0]), row) for row in rows_of(table)]
    return table.assign(
        WHAT=[heading(row.PARAMCD, row.AVALU) for row in rows_of(table)],
        GEOMEANC=[estimate(value) for value in table["GEOMEAN"]],
        MEDIANC=[estimate(value) for value in table["MEDIAN"]],
        RANGE=[spread(row.LOW, row.HIGH) for row in rows_of(table)],
        WHY=[reasons(one) for one in own],
        FLAGS=[flags_said(view, one[one["AVAL"].notna()]) for one in own],
        PEOPLE=[one.loc[one["AVAL"].notna(), "USUBJID"].tolist() or None for one in own],
        LACKING=[one.loc[one["AVAL"].isna(), "USUBJID"].tolist() or None for one in own],
    )


def _summary(found: DataFrame, chosen: tuple[int, int]) -> DataFrame:
    """The rows of one infusion in the order of the parameters; all doses only where they may be taken together."""
    found = found[(found["COURSE"] == chosen[0]) & (found["COURSEDY"] == chosen[1]) & found["PARAMCD"].isin(SHOWN)]
    found = found[found["TRTA"].notna() | found["PARAMCD"].isin(SAME_AT_ALL_DOSES)]
    by_rank = found["PARAMCD"].isin(BY_RANK)
    found = found.assign(GEOMEAN=found["GEOMEAN"].mask(by_rank), GEOCV=found["GEOCV"].mask(by_rank))
    order = found["PARAMCD"].map({code: place for place, code in enumerate(SHOWN)})
    return (
        found.assign(ORDER=order, TRTA=found["TRTA"].fillna(ALL), TRTAN=found["TRTAN"].fillna(float("inf")))
        .sort_values(["ORDER", "TRTAN", "TRTA"], kind="stable", ignore_index=True)
        .drop(columns="ORDER")
    )


def _changed(table: DataFrame, then: DataFrame) -> list[str]:
    """How many values more or fewer; "changed" where as many values are others, such as after a late sample."""
    states = [
        {(row.PARAMCD, row.TRTA): [estimate(getattr(row, name)) for name in STATISTICS] for row in rows_of(rows)}
        for rows in (table, then)
    ]
    keys = zip(table["PARAMCD"], table["TRTA"], table["SINCE"], strict=True)
    return [
        marked or ("changed" if (code, dose) in states[1] and states[0][code, dose] != states[1][code, dose] else "")
        for code, dose, marked in keys
    ]


def _own(rows: DataFrame, row) -> DataFrame:
    """The subjects behind a row of the table, of the rows of its parameter."""
    return rows if row.TRTA == ALL else rows[rows["TRTA"] == row.TRTA]


def _findings(view: View, name: str, rows: DataFrame, table: DataFrame, chosen) -> list[str]:
    """Clearance and half-life of all doses, as far as the infusion and the analyte have them; then flags and news."""
    together = table[table["TRTA"] == ALL].set_index("PARAMCD")
    said = [
        f"{PARAMETERS[code].lower()} {_mean(together.loc[code])}"
        for code in ("CLOSA", "CLFO", "CLTAU", "LAMZHL")
        if code in together.index and together.loc[code, "N"]
    ]
    when, subjects = occasion_words(chosen, occasions(view)), counted(rows["USUBJID"].nunique(), "subject")
    first = f"geometric mean {' and '.join(said[:2])}, of {subjects}" if said else f"no half-life known in {subjects}"
    flags = flags_said(view, rows[rows["PARAMCD"] == ("AUCIFO" if (rows["PARAMCD"] == "AUCIFO").any() else "LAMZHL")])
    return [
        sentence(f"{name}, {when}: {first}"),
        *early_said(_uncertain(rows)),
        sentence(f"flagged: {flags}") if flags else "",
        *[published_range(view, one.PARAMCD, one.AVALU) for one in rows_of(table.drop_duplicates("PARAMCD"))],
        since(view, _news(table)) if view.previous else "",
    ]


def _news(table: DataFrame) -> str:
    """How many profiles more or fewer at which dose, and at which others values changed."""
    doses = table[(table["SINCE"] != "") & (table["TRTA"] != ALL)]
    number = doses[(doses["PARAMCD"] == "CMAX") & (doses["SINCE"] != "changed")]
    others = doses.loc[~doses["TRTA"].isin(number["TRTA"]), "TRTA"].unique()
    parts = [
        f"{row.SINCE} {'profile' if row.SINCE[1:] == '1' else 'profiles'} at {row.TRTA}" for row in rows_of(number)
    ]
    parts += [f"values changed at {first_of([*others])}"] if len(others) else []
    return ", ".join(parts) or "no new profile and no changed value"


def _uncertain(rows: DataFrame) -> DataFrame:
    """The values that a terminal phase makes: clearance where there is one, else half-life."""
    return rows[
        rows["PARAMCD"] == next((code for code in ("CLOSA", "CLFO") if (rows["PARAMCD"] == code).any()), "LAMZHL")
    ]


def _mean(row) -> str:
    """ "2.66 L/h/m² (n = 34)"."""
    return f"{estimate(row.GEOMEAN)} {row.AVALU} (n = {row.N})"
