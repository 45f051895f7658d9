"""One profile: the samples of one analyte after one infusion, the terminal line through them, and what follows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from math import nan

from pandas import DataFrame

from displays.groups import present
from displays.pharmacokinetics.concentrations import PARENT, Occasion
from queries import View
from queries.frames import rows_of
from stats.noncompartmental import NCA, nca

NG_PER_MG, ML_PER_L = 1e6, 1e3
EXTRAVASCULAR = "extravascular"
AREAS = ("auc_last", "auc_inf", "auc_extrapolated_pct", "clearance", "vss")
"""What rests on the curve from the start of the infusion on."""


@dataclass(frozen=True)
class Profile:
    """The samples (rows of `pk_profile`) of one subject, analyte and infusion."""

    analyte: str
    occasion: Occasion
    rows: DataFrame

    @cached_property
    def used(self) -> DataFrame:
        """The samples in the profile, numbered from 0 in the order of their times."""
        return self.rows[self.rows["REASON"].isna()].reset_index(drop=True)

    @property
    def dose(self):
        """A row of the profile: every one carries the subject, the dose and the infusion."""
        return next(rows_of(self.rows))

    @property
    def first(self) -> bool:
        """After the first infusion of a course, before which there is no drug: areas to infinity are of it alone."""
        return self.dose.FIRSTFL == "Y"

    @property
    def route(self) -> str:
        """A metabolite is not in the blood at once after a bolus."""
        bolus = self.dose.ROUTE == "bolus" and self.analyte != PARENT
        return EXTRAVASCULAR if bolus else self.dose.ROUTE

    @property
    def infusion_h(self) -> float | None:
        """How long the infusion took; None where it is not known."""
        if self.route != "infusion":
            return 0.0
        return float(self.dose.DOSEDUR) if present(self.dose.DOSEDUR) else None

    def analysed(self, left_out: Collection[int] = ()) -> NCA:
        """The parameters with samples (PCSEQ) left out of the terminal line: doses in ng, concentrations in ng/mL."""
        dose = self.dose.DOSEMG if self.analyte == PARENT and present(self.dose.DOSEMG) else None
        found = nca(
            self.used["HOUR"].tolist(),
            self.used["CONC"].tolist(),
            dose=dose * NG_PER_MG if dose else None,
            route=self.route,
            infusion_h=self.infusion_h,
            excluded=[place for place, number in enumerate(self.used["PCSEQ"]) if number in left_out],
        )
        if not (reason := self._without_areas()):
            return found
        return replace(found, **dict.fromkeys(AREAS, nan), why=found.why | dict.fromkeys(AREAS, reason))

    def _without_areas(self) -> str:
        """Why the areas of this profile are not known, though they could be computed of the samples that are left."""
        if (self.rows["REASON"] == "ABOVE LIMIT").any():
            return "a concentration is above the upper limit of quantification"
        if not self.first and len(self.used) and self.used["HOUR"].min() > 0:
            return "no sample before the infusion"
        return ""

    def terminal(self) -> DataFrame:
        """The samples that a terminal line may use: measured, after the peak (a bolus: with it) and the infusion."""
        used = self.used
        measured = used[used["CONC"] > 0]
        if measured.empty:
            return measured
        peak = measured.loc[measured["CONC"].idxmax(), "HOUR"]
        late = measured["HOUR"] >= peak if self.route == "bolus" else measured["HOUR"] > peak
        return measured[late & (measured["HOUR"] >= (self.infusion_h or 0))]


def profile_of(view: View, subject: str, analyte: str, occasion: Occasion) -> Profile:
    """The profile of a subject (USUBJID) after an infusion."""
    course, day = occasion
    return Profile(analyte, occasion, view.ask("pk_profile", usubjid=subject, analyte=analyte, course=course, day=day))
