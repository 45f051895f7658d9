"""Alarms of the laboratory: candidates of Hy's law, tumour lysis, late aplasia. Who is near is none; a DLT is counted
as such."""

from __future__ import annotations

from pandas import DataFrame

from displays.absent import absence
from displays.groups import treated
from displays.laboratory.counts import late_aplasia, late_aplasia_is_asked
from displays.laboratory.hys_law import (
    WITHOUT_RESULT,
    candidates,
    hys_law_before,
    hys_law_of,
    met_words,
    not_assessable,
)
from displays.laboratory.lysis import ASSESSED, MET, lysis_before, lysis_of
from displays.summary.alarm import NOT_ASSESSED_BEFORE, Alarm, earlier, none_now, not_assessed, was
from displays.summary.who import Who, marked
from displays.words import counted
from queries import View
from queries.frames import rows_of

LAW, LEADS = "Laboratory criteria of Hy's law", "liver_peaks"
LYSIS, LYSIS_LEADS = "Tumour lysis after course 1", "tumour_lysis"
APLASIA, APLASIA_LEADS = "Aplasia beyond day {} without leukaemia", "count_recovery"


def of_liver(view: View) -> list[Alarm]:
    """Who meets Hy's law after the first infusion, cholestasis not excluded included; in whom it cannot be told."""
    if "lb" not in view.cut.received:
        return [not_assessed(f"Hy's law ({absence(view.cut, 'lb')})", LEADS)]
    rows, then = hys_law_of(view), hys_law_before(view)
    people, former = _people(rows), None if then is None else _people(then)
    number = 0 if then is None else _assessed(then)
    whom = f"{LAW} met in {len(people)} of {counted(_assessed(rows), 'assessed subject')}"
    return [*_compared(view, "liver", (LAW, whom), LEADS, people, former, number), *_open(rows)]


def of_lysis(view: View) -> list[Alarm]:
    """Who had tumour lysis syndrome in the first days of course 1, the clinical ones first; in whom it cannot be told.

    Not who had an event of that name that was adjudicated a DLT.
    """
    if "lb" not in view.cut.received:
        return [not_assessed(f"tumour lysis ({absence(view.cut, 'lb')})", LYSIS_LEADS)]
    rows, then = lysis_of(view, "1"), lysis_before(view, "1")
    people, former = _lysed(rows), None if then is None else _lysed(then)
    number = 0 if then is None else int(then["TLSCD"].isin(ASSESSED).sum())
    severity = "lysis" if _open_lysis(rows)["TLSCD"].eq("CLINICAL").any() else "milder lysis"
    return [*_compared(view, severity, (LYSIS, _whom(rows)), LYSIS_LEADS, people, former, number), *_lysis_open(rows)]


def of_aplasia(view: View) -> list[Alarm]:
    """Whose counts had not recovered by the late day without leukaemia; not who has an aplasia adjudicated a DLT."""
    if not late_aplasia_is_asked(view):
        return []
    name = APLASIA.format(view.trial.dlt_late_day)
    if not _counted(view):
        return [not_assessed(f"{name[:1].lower()}{name[1:]} ({absence(view.cut, 'lb')})", APLASIA_LEADS)]
    before = earlier(view)
    held = before is not None and _counted(before)
    people, former = _aplastic(view), _aplastic(before) if held else None
    whom = f"{name} in {len(people)} of {counted(treated(view), 'treated subject')}"
    return _compared(view, "aplasia", (name, whom), APLASIA_LEADS, people, former, treated(before) if held else 0)


def _compared(
    view: View,
    severity: str,
    texts: tuple[str, str],
    leads: str,
    people: list[Who],
    former: list[Who] | None,
    number: int,
) -> list[Alarm]:
    """The alarm of these subjects beside the previous cut, or that there is none now.

    texts: the alarm without its number, and with it. former: whom it named (None where that was not assessed), out of
    `number`.
    """
    name, whom = texts
    if not people:
        return [none_now(name, leads, former, number)] if former else []
    unknown = NOT_ASSESSED_BEFORE if view.previous and former is None else ""
    return [Alarm(severity, whom, leads, marked(people, former), unknown or was(people, former, number))]


def _people(rows: DataFrame) -> list[Who]:
    return [Who(row.USUBJID, row.SUBJID, met_words(row)) for row in rows_of(candidates(rows))]


def _assessed(rows: DataFrame) -> int:
    return len(rows) - len(not_assessable(rows))


def _open(rows: DataFrame) -> list[Alarm]:
    """In how many results could meet it and do not tell; where nobody has results of both, that."""
    unknown = not_assessable(rows)
    doubtful = unknown[~unknown["HYCD"].isin(WITHOUT_RESULT)]
    if len(rows) and len(unknown) == len(rows):
        return [not_assessed(f"Hy's law (in none of {counted(len(rows), 'treated subject')})", LEADS)]
    if doubtful.empty:
        return []
    return [not_assessed(f"Hy's law in {len(doubtful)} of {counted(len(rows), 'treated subject')}", LEADS)]


def _open_lysis(rows: DataFrame) -> DataFrame:
    """Those who meet it without an event of that name that was adjudicated a DLT."""
    return rows[rows["TLSCD"].isin(MET) & (rows["DLTFL"] != "Y")]


def _whom(rows: DataFrame) -> str:
    """ "Tumour lysis after course 1 in 3 of 35 assessable subjects, clinical in 1 (another 1 adjudicated a DLT)"."""
    met, assessed = _open_lysis(rows), int(rows["TLSCD"].isin(ASSESSED).sum())
    clinical = int(met["TLSCD"].eq("CLINICAL").sum()) or "none"
    judged = int(rows["TLSCD"].isin(MET).sum()) - len(met)
    more = f" (another {judged} adjudicated a DLT)" if judged else ""
    return f"{LYSIS} in {len(met)} of {counted(assessed, 'assessable subject')}, clinical in {clinical}{more}"


def _lysed(rows: DataFrame) -> list[Who]:
    return [Who(row.USUBJID, row.SUBJID, _lysis_words(row)) for row in rows_of(_open_lysis(rows))]


def _lysis_words(row) -> str:
    """ "clinical: uric acid and phosphate, creatinine 3.3 × ULN"; "by laboratory: phosphate"."""
    kind = "by laboratory (clinical not assessable)" if row.TLSCD == "LABORATORY OPEN" else "by laboratory"
    clinical = row.TLSCD == "CLINICAL"
    words = f"{'clinical' if clinical else kind}: {row.CRITERIA}" + (f"; {row.ALSO}" if clinical else "")
    return words.replace("; ", ", ")


def _lysis_open(rows: DataFrame) -> list[Alarm]:
    """In how many it cannot be told; whose first days are not over are not among them."""
    unknown = int(rows["TLSCD"].eq("UNKNOWN").sum())
    of = counted(len(rows), "treated subject")
    if not unknown:
        return []
    words = f"tumour lysis (in none of {of})" if unknown == len(rows) else f"tumour lysis in {unknown} of {of}"
    return [not_assessed(words, LYSIS_LEADS)]


def _counted(view: View) -> bool:
    return view.cut.table("countcame")["ROLE"].isin(["ANC", "PLATELETS"]).any()


def _aplastic(view: View) -> list[Who]:
    rows = late_aplasia(view)
    late = rows[(rows["APLCD"] == "LATE APLASIA") & rows["TERM"].isna()]
    return [Who(row.USUBJID, row.SUBJID, row.TRTA) for row in rows_of(late)]
