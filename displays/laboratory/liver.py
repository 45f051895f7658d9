"""Hy's law: the peak of ALT or AST against the peak of bilirubin of each subject, and who meets the rule."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, display, not_collected
from displays.groups import no_subjects, treated
from displays.laboratory.hys_law import (
    WITHOUT_RESULT,
    asked,
    candidates,
    hys_law_before,
    hys_law_of,
    met_words,
    multiple,
    not_assessable,
    peaks,
    why,
)
from displays.laboratory.liver_figure import crowd, edish_figure, placed
from displays.since import SINCE_LABELS, compare, since
from displays.words import counted, first_of, listed, sentence
from queries import View
from queries.frames import rows_of

LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "RESULT": "Hy's law",
    "LIVTEST": "Higher of ALT and AST",
    "PEAKLIV": "Its peak (× ULN)",
    "LIVDY": "Day of it",
    "PEAKBILI": "Peak bilirubin (× ULN)",
    "PEAKBILIDY": "Day of it (bilirubin)",
    "ELEVDY": "Rise (day)",
    "BILIDY": "Bilirubin after it (day)",
    "ALP": "ALP then (× ULN)",
    "RRATIO": "R ratio",
    "PATTERN": "Pattern",
    "BASEHIGH": "Above ULN at baseline",
    "RELLIV": "Peak ALT or AST (× baseline)",
    "RELBILI": "Peak bilirubin (× baseline)",
    "RELATIVE": "Candidate relative to baseline",
    "WASBEFORE": "Met before treatment",
} | SINCE_LABELS
FORMATS = {name: "decimal2" for name in ("PEAKLIV", "PEAKBILI", "ALP", "RRATIO", "RELLIV", "RELBILI")}
LIVER = ("liver_peaks", "Peak ALT or AST against peak bilirubin (Hy's law)")
SCALES = (("uln", "Upper limit of normal"), ("baseline", "Baseline"))
"""What the peaks are a multiple of."""


def liver_peaks(view: View, scale: str = "uln") -> Display:
    """Each subject's peak ALT or AST against its peak bilirubin, as multiples of the upper limit of normal or of
    baseline, and the candidates of Hy's law by name."""
    if "lb" not in view.cut.received:
        return not_collected(view, *LIVER, "Laboratory results", "lb")
    table = _compared(view)
    if table.empty:
        return no_subjects(view, *LIVER)
    drawn = placed(table, scale)
    shown, bins = crowd(drawn)
    return display(
        view,
        *LIVER,
        finding=_finding(table, scale),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=edish_figure(view, shown, bins, scale) if len(drawn) else None,
        population=_population(view, table, drawn, shown, scale),
        method=_method(view),
        source="FDA, Drug-Induced Liver Injury: Premarketing Clinical Evaluation, 2009; Temple, Pharmacoepidemiol Drug "
        "Saf 2006;15:241 (Hy's law); Watkins, Drug Saf 2011;34:243 (eDISH); Danan, J Clin Epidemiol 1993;46:1323 "
        "(R ratio). Data: LB.",
        questions=(asked(view),),
        behind={key: people for key, people in zip(bins["KEY"], bins["PEOPLE"], strict=True)},
    )


def _compared(view: View) -> DataFrame:
    """The subjects beside the previous cut: changed is who has another result, or passed a limit."""
    rows = compare(hys_law_of(view), hys_law_before(view), ("USUBJID",), _state).rows
    return rows.assign(RELATIVE=["yes" if flag == "Y" else None for flag in rows["RELFL"]])


def _state(row) -> str:
    passed = [
        name
        for name, value, limit in (("ALT or AST 3 × ULN", row.PEAKLIV, 3), ("bilirubin 2 × ULN", row.PEAKBILI, 2))
        if value >= limit
    ]
    return row.RESULT + (f"; reached {listed(passed)}" if passed else "")


def _finding(table: DataFrame, scale: str) -> list[str]:
    """How many candidates of how many assessed, the nearest where there is none; who cannot be assessed."""
    met, open_ = candidates(table), not_assessable(table)
    assessed = len(table) - len(open_)
    if not assessed:
        first = sentence(f"Hy's law cannot be assessed in any of {counted(len(table), 'treated subject')}")
        return [first, _open_words(open_, len(table))]
    who = f"{counted(assessed, 'assessed subject')}"
    if len(met):
        first = sentence(f"Hy's law was met in {len(met)} of {who}")
        named = sentence(first_of([f"{row.SUBJID} ({met_words(row)})" for row in rows_of(met)]))
    else:
        first = sentence(f"Hy's law was met in none of {who}")
        named = _nearest(table[table["HYCD"] == "NONE"])
    return [first, named, _relative(table) if scale == "baseline" else "", _open_words(open_, len(table))]


def _nearest(table: DataFrame) -> str:
    row = next(rows_of(table[table["NEARNESS"].notna()]), None)
    return sentence(f"nearest: {row.SUBJID} ({peaks(row)})") if row else ""


def _relative(table: DataFrame) -> str:
    """Who is a candidate relative to baseline alone."""
    more = table[(table["RELFL"] == "Y") & ~table.index.isin(candidates(table).index)]
    if more.empty:
        return "Relative to baseline: no further candidates."
    named = [
        f"{row.SUBJID} ({multiple(row.RELLIV, 'baseline')}, bilirubin {multiple(row.RELBILI, 'baseline')})"
        for row in rows_of(more)
    ]
    return sentence(f"relative to baseline {len(more)} more: {first_of(named)}")


def _open_words(open_: DataFrame, number: int) -> str:
    """ "1 of 35 could not be assessed: 101-003 (no upper limit of normal)."."""
    if open_.empty:
        return ""
    named = [f"{row.SUBJID} ({why(row)})" for row in rows_of(open_)]
    return sentence(f"{len(open_)} of {number} could not be assessed: {first_of(named)}")


def _population(view: View, table: DataFrame, drawn: DataFrame, shown: DataFrame, scale: str) -> str:
    of = "the upper limit of normal (ULN)" if scale == "uln" else "baseline"
    words = [f"{len(drawn)} of {counted(treated(view), 'treated subject')} with both peaks after the first infusion, "]
    words += [f"as multiples of {of}{'; ringed in black: candidates' if len(candidates(table)) else ''}."]
    if len(shown) < len(drawn):
        words += [
            f" The {len(shown)} nearest to Hy's law are drawn one by one, the others as squares, larger for more."
        ]
    without = int(table["HYCD"].isin(WITHOUT_RESULT).sum())
    words += [f" {without} without a result of ALT or AST, or of bilirubin."] if without else []
    met_before = int((table["BEFOREFL"] == "Y").sum())
    words += [f" {met_before} met the rule before treatment too, or then alone."] if met_before else []
    changed = int((table["SINCE"] == "changed").sum()), int((table["SINCE"] == "new").sum())
    return "".join(words) + " " * bool(view.previous) + since(view, _news(*changed))


def _news(changed: int, new: int) -> str:
    return f"{new or 'no'} new in this display, {changed or 'none'} with another result or past another limit"


def _method(view: View) -> str:
    days = view.trial.hys_law_days
    return (
        "Hy's law: ALT or AST of 3 × the upper limit of normal (ULN) or more after the first infusion, and bilirubin "
        f"of 2 × ULN or more on the same day or within {days} days after it, with initial alkaline phosphatase (ALP) "
        "below 2 × ULN; with ALP raised or missing a candidate stays one, cholestasis not excluded. ALP is that of the "
        "day of the rise, or the nearest within 2 days. R ratio: ALT over ALP, each × ULN, at the first ALT of 3 × ULN "
        "or more; above 5 hepatocellular, 2 to 5 mixed, below 2 cholestatic. Limits are those delivered with each "
        "result, by age as the laboratory gives them (growing bone raises ALP). Relative to baseline: 3 × baseline and "
        "2 × baseline, each above its ULN; this adds candidates and removes none. The peaks need not be of the same "
        "time: a subject in the upper right quadrant is a candidate only by the time window. Not assessable: no result "
        "after the first infusion, no ULN, a result or a date that cannot be read and could meet the rule, or a rise "
        "after which no bilirubin was measured in time. These are laboratory criteria: other causes are for a "
        "clinician to exclude."
    )
