"""Remission rates by dose within each disease, and whether they rise or fall with it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import NamedTuple

from pandas import DataFrame

from displays.display import Display, display
from displays.drawing import house
from displays.drawing.interval_rows import interval_rows
from displays.groups import dose_colours, key_of, no_subjects
from displays.remission.definitions import SOURCE, caveat, disease, no_responses, responses_collected, rules
from displays.remission.rates import drawn, in_remission, short_rate, with_limits
from displays.words import listed, p_value, sentence, short_dose
from queries import View
from queries.frames import rows_of
from stats.trend import trend, trend_normal

BY_DOSE = {
    "DISEASE": "Disease",
    "TRTA": "Group",
    "REMISSION": "In remission",
    "N": "Response-evaluable",
    "RATE": "Rate",
    "LOWER": "95 % CI from",
    "UPPER": "95 % CI to",
    "PTREND": "P of a trend",
    "PPOSS": "P with the possible remissions",
    "TREATED": "Treated",
    "POSSREM": "Possible remission, not known",
    "AWAITING": "Awaiting first assessment",
    "NOTEVAL": "Not evaluable",
}
DOSE_FORMATS = {"RATE": "percent", "LOWER": "percent", "UPPER": "percent", "PTREND": "p", "PPOSS": "p"}
ERROR = 0.05
"""A trend with a smaller P-value is called one."""
MOST_EXACT = 100
"""Of so many subjects of a disease every table is counted; of more the approximation agrees, and is named."""
NONE_SHOWN, ONE_DOSE = "none shown", "one dose"


class Tested(NamedTuple):
    """The test of a trend: P-value, verdict ("rising", "falling" or one of the above) and subjects tested."""

    p: float
    verdict: str
    number: int

    @property
    def words(self) -> str:
        """ "exact p = 0.412", "p = 0.412 by normal approximation"."""
        said = p_value(self.p)
        return f"exact {said}" if self.number <= MOST_EXACT else f"{said} by normal approximation"


REMISSION_BY_DOSE = ("remission_by_dose", "Remission by dose within disease")


def remission_by_dose(view: View) -> Display:
    """Remission rates at each dose level within each disease."""
    if not responses_collected(view):
        return no_responses(view, *REMISSION_BY_DOSE)
    table = _with_trend(with_limits(view.ask("remission_by_dose")))
    if table.empty:
        return no_subjects(view, *REMISSION_BY_DOSE)
    return display(
        view,
        *REMISSION_BY_DOSE,
        finding=[_verdict(table), _how_little(table), _by_dose_finding(view, table), *_possible_by_dose(table)],
        table=table,
        labels=BY_DOSE,
        formats=DOSE_FORMATS,
        figure=interval_rows(_dose_rows(view, table), axis_title="Subjects in remission (95 % CI)"),
        population=f"{table.N.sum()} response-evaluable of {table.TREATED.sum()} treated; {table.AWAITING.sum()} "
        f"awaiting first assessment, {table.NOTEVAL.sum()} not evaluable. Levels above the highest one treated are "
        "left out.",
        method="Trend: exact Cochran-Armitage test within each disease, two-sided, scored by the dose, of the subjects "
        f"at planned doses (n); called a trend where P is below {ERROR:g}, not adjusted for the number of tests. "
        "Tested without the possible remissions, with all of them, and with those at the higher or the lower doses "
        "alone; where the verdicts differ, the trend is not known. " + rules(view) + caveat(view),
        source=f"{SOURCE} Trend: Cochran, Biometrics 1954;10:417; Armitage, Biometrics 1955;11:375; Mehta, Patel and "
        "Senchaudhuri, J Comput Graph Stat 1992;1:21.",
        questions=("remission_by_dose", "response_best"),
        behind=in_remission(view, "DISEASE", "TRTA"),
    )


def _possible_by_dose(table: DataFrame) -> list[str]:
    """The rate with the possible remissions, of each dose that has one."""
    return [
        f"{disease(row.DISEASE)} at {row.TRTA}: possible, not known, in {row.POSSREM} more (an assessment not read or "
        f"not dated); with {'it' if row.POSSREM == 1 else 'them'} {row.REMISSION + row.POSSREM} of "
        f"{row.N + row.POSSNEW}."
        for row in rows_of(table[table.POSSREM > 0])
    ]


def _dose_rows(view: View, table: DataFrame) -> DataFrame:
    colours = dose_colours(view, table.TRTA)
    rows = drawn(table, [f"<b>{row.DISEASE}</b> {row.TRTA}: {short_rate(row)}" for row in rows_of(table)])
    keys = [key_of("in remission", row.DISEASE, row.TRTA) for row in rows_of(table)]
    return rows.assign(KEY=keys, COLOUR=[colours[dose] for dose in table.TRTA], LINE=house.MUTED)


def _with_trend(table: DataFrame) -> DataFrame:
    """Each disease's rows with the P-value over the planned doses: as known, and with the possible remissions (PPOSS);
    nan where there is one dose, or none."""
    diseases = table.groupby("DISEASE")
    known = {name: _of_planned(rows).p for name, rows in diseases}
    possible = {name: _of_planned(rows, _possible_doses(rows)).p for name, rows in diseases}
    return table.assign(
        PTREND=table.DISEASE.map(known).astype("float64"), PPOSS=table.DISEASE.map(possible).astype("float64")
    )


def _of_planned(rows: DataFrame, counted: Sequence[float] = ()) -> Tested:
    """The test of the subjects at planned doses, with the possible remissions at the doses `counted` as remissions."""
    planned = rows[rows.TRTAN.notna()]
    with_them = planned.TRTAN.isin(counted)
    seen = (planned.REMISSION + with_them * planned.POSSREM).astype(int)
    number, dose = (planned.N + with_them * planned.POSSNEW).astype(int), planned.TRTAN.astype(float)
    p = (trend if number.sum() <= MOST_EXACT else trend_normal)(seen, number, dose)
    if isnan(p):
        return Tested(p, ONE_DOSE, number.sum())
    if p >= ERROR:
        return Tested(p, NONE_SHOWN, number.sum())
    higher = (seen * dose).sum() / seen.sum() > (number * dose).sum() / number.sum()
    return Tested(p, "rising" if higher else "falling", number.sum())


def _possible_doses(rows: DataFrame) -> list[float]:
    return sorted(rows.TRTAN[rows.TRTAN.notna() & (rows.POSSREM > 0)])


def _ways(rows: DataFrame) -> list[list[float]]:
    """At which doses the possible remissions could be ones: at all, or, tilting most, at the higher or lower alone."""
    doses = _possible_doses(rows)
    cuts = range(1, len(doses))
    return [doses, *(doses[cut:] for cut in cuts), *(doses[:cut] for cut in cuts)]


def _verdict(table: DataFrame) -> str:
    """Whether remission rises or falls with the dose, of each disease, with the P-value."""
    said = [_of_disease(name, rows) for name, rows in table.groupby("DISEASE", sort=False) if _evaluable(rows)]
    return sentence("; ".join(said) or "Trend of remission with dose: no evaluable subjects")


def _evaluable(rows: DataFrame) -> int:
    return rows.N.sum() + rows.POSSNEW.sum()


def _of_disease(name: str, rows: DataFrame) -> str:
    """ "No trend shown in ALL (exact p = 0.412, n = 15)"; not known where the possible remissions would change it."""
    known = _of_planned(rows)
    for doses in _ways(rows):
        other = _of_planned(rows, doses)
        if other.verdict != known.verdict:
            which = "them" if doses == _possible_doses(rows) else f"those at {listed([f'{d:g}' for d in doses])} alone"
            return (
                f"trend in {disease(name)} not known: {_shown(known)} without the possible remissions, "
                f"{_shown(other)} with {which}"
            )
    return _shown(known, f" in {disease(name)}")


def _shown(found: Tested, place: str = "") -> str:
    words = {NONE_SHOWN: f"no trend shown{place}", ONE_DOSE: f"only one dose{place}"}
    p = "" if isnan(found.p) else f"{found.words}, "
    return f"{words.get(found.verdict, f'remission {found.verdict} with dose{place}')} ({p}n = {found.number})"


def _how_little(table: DataFrame) -> str:
    """How wide the intervals of single doses are: what no trend shown does not exclude."""
    widths = 100 * (table.UPPER - table.LOWER).dropna()
    if len(widths) < 2:
        return ""
    return (
        f"So few subjects tell little: the 95 % intervals of single doses are {widths.min():.0f} to {widths.max():.0f} "
        "percentage points wide, and a trend that is not shown is not excluded."
    )


def _by_dose_finding(view: View, table: DataFrame) -> str:
    unit, spoken = view.trial.dose_unit, []
    for name, rows in table.groupby("DISEASE", sort=False):
        numbers = [f"{row.REMISSION} of {row.N} at {short_dose(row.TRTA, unit)}" for row in rows_of(rows) if row.N]
        spoken.append(f"{disease(name)}: {listed(numbers) if numbers else 'no evaluable subjects'}")
    return "; ".join(spoken) + (f" ({unit})." if view.trial.dose_levels else ".")
