"""What exposure is set against: an event that a subject had or had not, or a number, as the other pages define them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas
from pandas import DataFrame

from displays.groups import present
from displays.words import exactly, signed
from queries import View
from queries.frames import rows_of

M1_BELOW = 5
"""Percent of blasts in the marrow below which it is cleared (M1)."""
FIRST_OUTCOMES = {
    "DEATH": "died first",
    "NOT CLEARED": "leukaemia not cleared first",
    "RELAPSE": "relapse first",
    "NEXT COURSE": "next course first",
    "OTHER THERAPY": "another therapy first",
    "CENSORED": "not recovered at the last count",
}


@dataclass(frozen=True)
class Effect:
    """One effect. rows: ask (a view's questions) → USUBJID, EVENT (True, False, None) or VALUE, EFFECT in words, WHY a
    subject has neither, CUMDOSE where the exposure is cumulative.

    yes, no: the two groups; good: the event is wanted; name: what a number is, with its unit; lowest: whether low
    values are the worse ones; unknown: who has none; note: what more to say of it.
    """

    title: str
    what: str
    datasets: tuple[str, ...]
    rows: Callable[[Callable, int], DataFrame]
    questions: Callable[[View], tuple]
    definition: str
    source: str
    yes: str = ""
    no: str = ""
    name: str = ""
    lowest: bool = True
    good: bool = False
    unknown: str = "not known"
    note: str = ""

    @property
    def event(self) -> bool:
        """Whether it is an event, and not a number."""
        return bool(self.yes)


def _dlts(ask: Callable, course: int) -> DataFrame:
    rows = ask("dlt_status")
    event = rows["DLTSTAT"].map({"DLT": True, "No DLT": False})
    words = rows["DLTSTAT"].fillna("DLT not delivered")
    return DataFrame(dict(USUBJID=rows["USUBJID"], EVENT=event, EFFECT=words, WHY=_lower(words[event.isna()], rows)))


def _remissions(ask: Callable, course: int) -> DataFrame:
    rows = ask("response_best")
    known = rows["EVALSTAT"] == "Evaluable"
    event = (rows["REMFL"] == "Y").astype(object).where(known, None)
    words = event.map({True: "Remission", False: "No remission"}).fillna(rows["EVALSTAT"]).fillna("Not assessed")
    return DataFrame(dict(USUBJID=rows["USUBJID"], EVENT=event, EFFECT=words, WHY=_lower(words[~known], rows)))


def _blasts(ask: Callable, course: int) -> DataFrame:
    rows = ask("response_best")
    told = [_blast_words(row) for row in rows_of(rows)]
    return DataFrame(dict(USUBJID=rows["USUBJID"])).assign(
        EVENT=[event for event, _, _ in told], EFFECT=[words for _, words, _ in told], WHY=[why for *_, why in told]
    )


def _blast_words(row) -> tuple[bool | None, str, str | None]:
    if not present(row.BEFORE) or not present(row.AFTER):
        why = f"no marrow {'before' if not present(row.BEFORE) else 'after'} the first infusion"
        return None, why, why
    change = f"{exactly(row.BEFORE)} → {exactly(row.AFTER)} %"
    if row.BEFORE < M1_BELOW:
        return None, change, f"marrow below {M1_BELOW} % before"
    return bool(row.AFTER < M1_BELOW), change, None


def _hearts(ask: Callable, course: int) -> DataFrame:
    """The largest fall of LVEF by any method, and the study drug received by that measurement."""
    rows = ask("heart_measurements", parameters=["LVEF"], every=True)
    later = rows[rows["CHG"].notna() & (rows["POSTFL"] == "Y")].sort_values(["CHG", "ADT"], kind="stable")
    worst = later.drop_duplicates("USUBJID").reset_index(drop=True)
    words = [f"{signed(row.CHG)} points, day {int(row.ADY)}" for row in rows_of(worst)]
    return DataFrame(
        dict(USUBJID=worst["USUBJID"], VALUE=worst["CHG"], EFFECT=words, WHY=None, CUMDOSE=worst["CUMDOSE"])
    )


def _counts(ask: Callable, course: int) -> DataFrame:
    """The rows of the lowest limit of neutrophils."""
    rows = ask("count_recovery", course=course)
    rows = rows[rows["PARAMCD"] == "ANC"]
    return rows[rows["LIMITVAL"] == rows["LIMITVAL"].min()].reset_index(drop=True)


def _nadirs(ask: Callable, course: int) -> DataFrame:
    rows = _counts(ask, course)
    words = [f"{exactly(value, 2)} × 10⁹/L" if present(value) else "no counts" for value in rows["NADIR"]]
    why = ["no count that can be read" if not present(value) else None for value in rows["NADIR"]]
    return DataFrame(dict(USUBJID=rows["USUBJID"], VALUE=rows["NADIR"], EFFECT=words, WHY=why))


def _recoveries(ask: Callable, course: int) -> DataFrame:
    """The day of recovery; of who did not recover none, with the day until which they were seen (UNTIL)."""
    rows = _counts(ask, course)
    recovered = rows["EVNTCD"] == "RECOVERED"
    days = rows["AVAL"].astype("float64")
    return DataFrame(
        dict(
            USUBJID=rows["USUBJID"],
            VALUE=days.where(recovered),
            UNTIL=days.where(~recovered),
            EFFECT=[_recovery_words(row) for row in rows_of(rows)],
            WHY=[None if row.EVNTCD == "RECOVERED" else _recovery_words(row) for row in rows_of(rows)],
        )
    )


def _recovery_words(row) -> str:
    if row.RISKCD != "AT RISK":
        return {"NEVER LOW": f"never below {exactly(row.LIMITVAL)}", "NO COUNTS": "no counts"}.get(
            row.RISKCD, "not known"
        )
    if row.EVNTCD == "RECOVERED":
        return f"recovered on day {int(row.AVAL)}"
    return FIRST_OUTCOMES.get(row.EVNTCD, "not known")


def _lower(words, rows: DataFrame) -> pandas.Series:
    """The words in small letters at their rows, None elsewhere."""
    told = words.str.lower().str.replace("dlt", "DLT")
    return told.reindex(rows.index).astype(object).where(rows.index.isin(words.index), None)


def _named(*names: str) -> Callable[[View], tuple]:
    return lambda view: names


EFFECTS: dict[str, Effect] = {
    "dlt": Effect(
        "Dose-limiting toxicity",
        "Adverse events",
        ("ae",),
        _dlts,
        _named("dlt_status"),
        "Subjects evaluable for DLTs, with and without a DLT; those pending and not evaluable are counted, not drawn.",
        "AE, EX",
        yes="with a DLT",
        no="without a DLT",
        unknown="DLT not delivered",
    ),
    "lvef": Effect(
        "Fall of LVEF",
        "Ejection fractions",
        ("cv",),
        _hearts,
        lambda view: (view.question("heart_measurements", parameters=["LVEF"], every=True),),
        "The largest fall of LVEF from baseline, else the smallest rise, by one imaging method. Its exposure is what "
        "the heart had borne by this measurement: the study drug received, or an estimate of its AUC, which is the AUC "
        "of the first 24 hours (AUCINT) times the dose received over the first dose; clearance is assumed constant.",
        "CV, EX",
        name="largest fall of LVEF (points)",
        unknown="without an LVEF compared with baseline",
        note="Later measurements follow more drug, and fewer subjects have them.",
    ),
    "nadir": Effect(
        "Neutrophil nadir",
        "Laboratory results",
        ("lb",),
        _nadirs,
        lambda view: (view.question("count_recovery", course=course_of(view)),),
        "The lowest neutrophil count of the course that was sampled.",
        "LB, EX",
        name="neutrophil nadir (10⁹/L)",
        unknown="without counts of the course",
    ),
    "recovery": Effect(
        "Recovery of neutrophils",
        "Laboratory results",
        ("lb",),
        _recoveries,
        lambda view: (view.question("count_recovery", course=course_of(view)),),
        "Day of the course on which neutrophils recovered, as on the page Laboratory (lowest limit). The correlation "
        "is of those who recovered; who died, had leukaemia that was not cleared or began another therapy first, or "
        "had not recovered, has no time and is an open mark at that day.",
        "LB, EX",
        name="recovery of neutrophils (day of the course)",
        lowest=False,
        unknown="without counts of the course",
    ),
    "blasts": Effect(
        "Blast clearance",
        "Marrow blasts",
        ("lb",),
        _blasts,
        _named("response_best"),
        f"Cleared: marrow blasts of {M1_BELOW} % or more before the first infusion, and below {M1_BELOW} % (M1) at "
        "their lowest after it, up to a transplant.",
        "LB",
        yes="with blasts cleared",
        no="with blasts not cleared",
        good=True,
    ),
    "remission": Effect(
        "Remission",
        "Response assessments",
        ("rs",),
        _remissions,
        _named("response_best"),
        "Response-evaluable subjects, with and without remission, as on the page Remission.",
        "RS",
        yes="in remission",
        no="not in remission",
        good=True,
        unknown="response not assessed",
    ),
}


def course_of(view: View) -> int:
    """The course whose infusions are sampled."""
    return int(view.trial.content["pk"]["course"])
