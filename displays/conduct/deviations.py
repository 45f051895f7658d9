"""Protocol deviations: what departed from the protocol, in whom and when, as delivered; the important first."""

from __future__ import annotations

from collections import Counter

from pandas import DataFrame

from displays.display import Display, day, display, not_collected
from displays.groups import NO_LEVEL, nobody, present, treated
from displays.since import SINCE_LABELS, Compared, compare, since, values
from displays.words import counted, first_of, listed, sentence, term_in_words
from queries import View
from queries.frames import rows_of

DEVIATIONS = ("deviations", "Protocol deviations")
LABELS = {
    "SUBJID": "Subject",
    "SITEID": "Site",
    "SITENAM": "Name of the site",
    "TRTA": "Dose level",
    "KIND": "Kind",
    "WEIGHT": "Category",
    "DVTERM": "What happened",
    "ON": "Date",
    "DVDY": "Study day",
} | SINCE_LABELS
WEIGHTS = {"Y": "Important", "N": "Not important"}
NOT_STATED = "Not stated"
METHOD = (
    "Records of the dataset DV, up to the data cut, as delivered; nothing is derived from other data. Important: the "
    "category names the deviation important, major or significant; not important: it says minor, or the contrary; any "
    "other category, or none, is shown as delivered and counted as not stated. Records of one subject and term on the "
    "same or consecutive days are counted one by one and also named together. Study day: day 1 = first infusion."
)


def deviations(view: View) -> Display:
    """Each deviation with its subject, the important first, then the latest."""
    found = view.ask("deviations")
    if "dv" not in view.cut.received:
        return not_collected(view, *DEVIATIONS, "Protocol deviations", "dv")
    # The previous cut without the filters: a record known before is not new because its subject comes under them since.
    before = view.previous.ask("deviations") if view.previous else None
    if before is not None and view.filters.any_set:
        chosen = {*found["USUBJID"], *view.previous.ask("deviations", **view.filters.parameters())["USUBJID"]}
        before = before[before["USUBJID"].isin(chosen)]
    compared = compare(found, before, ("USUBJID", "DVSEQ"), values("DVDECOD", "DVTERM", "DVCAT", "DVSTDTC"))
    return display(
        view,
        *DEVIATIONS,
        finding=_finding(view, compared),
        table=_spoken(compared.rows),
        labels=LABELS,
        formats={"DVDY": "integer"},
        brief=("SUBJID", "SITEID", "TRTA", "WEIGHT", "DVTERM", "ON", "DVDY", "SINCE"),
        population=_population(view, found),
        method=METHOD,
        source="DV; the first infusion from EX.",
        questions=("deviations",),
    )


def _spoken(rows: DataFrame) -> DataFrame:
    told = list(rows_of(rows))
    return rows.assign(
        TRTA=[row.TRTA if present(row.TRTA) else NO_LEVEL for row in told],
        KIND=[_words(row.DVDECOD) for row in told],
        WEIGHT=[_weight(row) for row in told],
        ON=[_date(row) for row in told],
    )


def _words(code: str | None) -> str:
    return code.capitalize() if present(code) else NOT_STATED


def _weight(row) -> str:
    return WEIGHTS[row.IMPORTANT] if present(row.IMPORTANT) else _words(row.DVCAT)


def _date(row) -> str:
    if not present(row.DVSTDT):
        return "not stated" if not present(row.DVSTDTC) else f"not read ({row.DVSTDTC})"
    return day(row.DVSTDT) if row.DVSTDT == row.DVSTDTL else f"{day(row.DVSTDT)} to {day(row.DVSTDTL)}"


def _finding(view: View, compared: Compared) -> list[str]:
    rows = compared.rows
    if rows.empty:
        return [nobody(view)] if not treated(view) else ["No protocol deviation of these subjects was delivered."]
    of = rows["USUBJID"].nunique()
    weights = rows["IMPORTANT"].fillna("").value_counts()
    parts = [f"{weights.get('Y', 0)} important"]
    parts += [f"{weights['N']} not important"] if weights.get("N") else []
    parts += [f"{weights['']} of no stated importance"] if weights.get("") else []
    kinds = [f"{_words(kind).lower()} {number}" for kind, number in Counter(rows["DVDECOD"].fillna("")).most_common()]
    return [
        f"{counted(len(rows), 'record')} of protocol deviations in {counted(of, 'subject')}: {listed(parts)}.",
        sentence(f"by kind: {listed(kinds)}"),
        _runs_in_words(rows),
        since(view, compared.words("deviation")),
    ]


def _runs_in_words(rows: DataFrame) -> str:
    """The records that may be one deviation, each run once; "" where there are none."""
    runs = [
        f"{len(run)} records of {run[0].SUBJID}, {term_in_words(run[0].DVTERM)} ({_days(run)})" for run in _runs(rows)
    ]
    return f"On consecutive days, perhaps one deviation: {first_of(runs)}." if runs else ""


def _runs(rows: DataFrame) -> list[list]:
    """Records of one subject and term on the same or consecutive known days; each run of two and more."""
    known = rows[rows["DVSTDT"].notna() & (rows["DVSTDT"] == rows["DVSTDTL"]) & rows["DVTERM"].notna()]
    found: list[list] = []
    for row in rows_of(known.sort_values(["USUBJID", "DVTERM", "DVSTDT", "DVSEQ"], kind="stable")):
        last = found[-1][-1] if found else None
        same = last is not None and (last.USUBJID, last.DVTERM) == (row.USUBJID, row.DVTERM)
        if same and (row.DVSTDT - last.DVSTDT).days <= 1:
            found[-1].append(row)
        else:
            found.append([row])
    return [run for run in found if len(run) > 1]


def _days(run: list) -> str:
    first, last = run[0].DVSTDT, run[-1].DVSTDT
    return day(first) if first == last else f"{day(first)} to {day(last)}"


def _population(view: View, rows: DataFrame) -> str:
    number, outside = treated(view), rows.loc[rows["SAFFL"] != "Y", "USUBJID"].nunique()
    also = f"; {counted(outside, 'subject')} of them was not treated" if outside == 1 else ""
    also = f"; {outside} of them were not treated" if outside > 1 else also
    return f"{counted(rows['USUBJID'].nunique(), 'subject')} with a deviation; {number} treated{also}."
