"""The concentrations of one analyte: the analytes and days there are, the samples, the highest of each subject."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context
from functools import cached_property

import pandas
from pandas import DataFrame

from displays.display import Display, blank, not_collected
from displays.pharmacokinetics.reasons import LEFT_OUT
from displays.words import counted
from queries import View

PARENT, METABOLITE = "PARENT", "METABOLITE"
RESULTS = ("MEASURED", "BELOW", "ABOVE")
"""The states of a sample with a result."""
THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)
"""A half goes up, as in percentages: 7,005 is 7,010."""
UNIT = "ng/mL"
"""Every concentration that can be used is in it."""
Occasion = tuple[int, int]
"""A course and a day of it, whose infusion samples follow."""


@dataclass(frozen=True)
class Concentrations:
    """The samples of one analyte (rows of `pk_concentrations`) of the selected subjects.

    rows: those of a known infusion and time. unplaced: how many have none. name: of the analyte, in words.
    """

    analyte: str
    name: str
    rows: DataFrame
    unplaced: int

    @cached_property
    def occasions(self) -> list[Occasion]:
        """The days with samples, in order."""
        days = self.rows[["COURSE", "COURSEDY"]].drop_duplicates().sort_values(["COURSE", "COURSEDY"])
        return [(int(course), int(day)) for course, day in days.itertuples(index=False)]

    def of(self, occasion: Occasion) -> DataFrame:
        """The samples after the infusion of one day."""
        return self._by_occasion.get(occasion, self.rows.iloc[:0])

    @cached_property
    def _by_occasion(self) -> dict[Occasion, DataFrame]:
        days = self.rows.groupby(["COURSE", "COURSEDY"], sort=False)
        return {(int(course), int(day)): rows for (course, day), rows in days}

    @cached_property
    def limits(self) -> list[float]:
        """The limits of quantification delivered, each once."""
        return sorted(self.rows["ALLOQ"].dropna().unique().tolist())


def analytes(view: View) -> dict[str, str]:
    """The analytes of the cut by their names, the study drug first."""
    known = view.ask("pk_sampled")[["PARAMCD", "PARAM"]].dropna().drop_duplicates("PARAMCD")
    names = dict(known.itertuples(index=False))
    return {code: names[code] for code in (PARENT, METABOLITE) if code in names}


def known_analyte(names: dict[str, str], analyte: str) -> tuple[str, str]:
    """Code and name of one of the analytes that a cut holds: the wanted one, else the first."""
    code = analyte if analyte in names else next(iter(names))
    return code, names[code]


def no_concentrations(view: View, name: str, title: str) -> Display:
    """The display of a cut without a concentration of the study drug: none delivered, or none under a known code."""
    if "pc" not in view.cut.delivered:
        return not_collected(view, name, title, "Concentrations", "pc")
    words = "No concentration was delivered under a test code that the trial's definition names for the study drug."
    return blank(view, name, title, words)


def concentrations(view: View, analyte: str) -> Concentrations:
    """The samples of an analyte; of the first one that the cut holds where it has none of this."""
    code, name = known_analyte(analytes(view), analyte)
    rows = view.ask("pk_concentrations", analyte=code)
    placed = rows["COURSE"].notna() & rows["COURSEDY"].notna() & rows["HOUR"].notna()
    return Concentrations(code, name, rows[placed].reset_index(drop=True), int((~placed).sum()))


def occasion_words(occasion: Occasion, occasions: list[Occasion]) -> str:
    """ "day 3"; "course 2 day 1" where samples follow infusions of several courses."""
    course, day = occasion
    return f"day {day}" if len({known for known, _ in occasions}) == 1 else f"course {course} day {day}"


def own(rows: DataFrame) -> DataFrame:
    """The samples of which the profile of an infusion is made."""
    return rows[rows["REASON"].isna() | (rows["REASON"] == "ABOVE LIMIT")]


def of_known_peak(rows: DataFrame) -> DataFrame:
    """The samples of the profiles without a concentration above a limit of the assay: of them alone is Cmax known."""
    inside = own(rows)
    above = inside.loc[inside["STATE"] == "ABOVE", "USUBJID"]
    return inside[~inside["USUBJID"].isin(above)]


def peak_by_dose(rows: DataFrame) -> DataFrame:
    """Dose → the median of its subjects' Cmax after one infusion, and their number."""
    peaks = of_known_peak(rows).groupby(["TRTA", "USUBJID"], sort=False)["AVAL"].max().dropna().reset_index()
    return peaks.groupby("TRTA", sort=False)["AVAL"].agg(["median", "count"])


def without_peak(rows: DataFrame) -> str:
    """Why no highest concentration is known: every one is below the limit, or those that are not cannot be told."""
    if len(rows) and set(rows["STATE"]) == {"BELOW"}:
        return "no concentration above the limit of quantification"
    below = int((rows["STATE"] == "BELOW").sum())
    return f"no highest concentration is known ({below} of {counted(len(rows), 'sample')} below the limit)"


def left_words(rows: DataFrame) -> list[str]:
    """How many samples are in no curve, by reason; those above a limit of the assay are drawn at it."""
    return [
        f"{number} above a limit of the assay, drawn at it"
        if reason == "ABOVE LIMIT"
        else f"{number} in no curve: {LEFT_OUT[reason]}"
        for reason, number in rows["REASON"].value_counts().items()
    ]


def amount(value: float) -> str:
    """A number as it was given, to three digits and thousands apart: "2,650", "38.4", "5"; "–" if not known."""
    if pandas.isna(value):
        return "–"
    rounded = float(THREE_DIGITS.create_decimal(f"{value:.12g}"))
    return f"{rounded:,.0f}" if abs(rounded) >= 100 else f"{rounded:.3g}"


def estimate(value: float) -> str:
    """A number that was computed, with three digits even where the last is 0: "1.30"; else as `amount`."""
    return f"{value:#.3g}" if value and abs(value) < 99.95 else amount(value)
