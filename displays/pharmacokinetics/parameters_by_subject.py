"""The pharmacokinetic parameters of each subject after the infusion of one day, with flags and the sponsor's own."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, blank, display
from displays.groups import no_subjects, treated
from displays.pharmacokinetics.concentrations import (
    PARENT,
    amount,
    analytes,
    estimate,
    known_analyte,
    no_concentrations,
    occasion_words,
)
from displays.pharmacokinetics.parameter_words import PARAMETERS, flag_words
from displays.pharmacokinetics.parameters import (
    heading,
    news,
    notes_of,
    occasions,
    of_occasion,
    parameters,
    with_profile,
)
from displays.since import SINCE_LABELS, compare
from displays.words import counted, first_of, sentence
from queries import View

PARAMETERS_BY_SUBJECT = ("pk_parameters_by_subject", "Pharmacokinetic parameters by subject")
SHOWN = (
    "CMAX",
    "TMAX",
    "AUCINT",
    "AUCIFO",
    "AUCPEO",
    "LAMZHL",
    "CLOSA",
    "CLFO",
    "CLTAU",
    "VSSOSA",
    "ARAUC",
    "MRAUCINT",
)
"""The columns, as far as the infusion and the analyte have them."""
FIRST = {"CMAX", "AUCINT", "AUCIFO", "LAMZHL", "CLOSA", "CLFO", "CLTAU", "VSSOSA", "ARAUC"}
"""Those on screen; the others are under Details."""
METHOD = (
    "Each value rests on the samples of one profile; under Details with what is not known and why. Where the sponsor "
    "delivered parameters (PP, ADPP), those that differ from the derived ones are named with both values."
)


def parameters_by_subject(view: View, analyte: str = PARENT, day: str = "") -> Display:
    """The parameters of each subject with a profile, by dose, with what makes them uncertain."""
    if not analytes(view):
        return no_concentrations(view, *PARAMETERS_BY_SUBJECT)
    if not treated(view):
        return no_subjects(view, *PARAMETERS_BY_SUBJECT)
    code, name = known_analyte(view, analyte)
    every = parameters(view, code)
    if every.empty:
        return blank(view, *PARAMETERS_BY_SUBJECT, f"No profile of {name} in these subjects.", collected=True)
    rows, chosen = of_occasion(every, day, view)
    if rows.empty:
        words = f"No profile of {name} on {occasion_words(chosen, occasions(view))} in these subjects."
        return blank(view, *PARAMETERS_BY_SUBJECT, words, collected=True)
    before = parameters(view, code, before=True)
    table = _table(view, rows, None if before is None else of_occasion(before, day, view)[0])
    columns = {c: heading(c, unit) for c, unit in rows.set_index("PARAMCD")["AVALU"].items() if c in SHOWN}
    columns = {code: columns[code] for code in SHOWN if code in columns}
    return display(
        view,
        PARAMETERS_BY_SUBJECT[0],
        f"{name}, {occasion_words(chosen, occasions(view))}: parameters by subject",
        finding=_findings(view, name, table, occasion_words(chosen, occasions(view))),
        table=table,
        labels={"SUBJID": "Subject", "TRTA": "Dose", "AGE": "Age (years)", "DOSEMG": "Given (mg)"}
        | columns
        | {
            "NOTES": "Flags, and what is not known",
            "FLAGS": "Flags",
            "WHY": "Not known",
            "SPONSOR": "Sponsor's own that differ",
        }
        | SINCE_LABELS,
        formats={"AGE": "integer", "DOSEMG": "amount"},
        brief=(
            "SUBJID",
            "TRTA",
            *[c for c in columns if c in FIRST],
            "NOTES",
            *(["SPONSOR"] if table["SPONSOR"].any() else []),
            "SINCE",
        ),
        population=sentence(with_profile(rows, treated(view))),
        method=METHOD,
        source="Concentrations (PC); infusions (EX); the sponsor's parameters (PP, ADPP).",
        questions=("pk_parameters",),
    )


def _table(view: View, rows: DataFrame, before: DataFrame | None) -> DataFrame:
    now, then = _wide(view, rows), None if before is None else _wide(view, before)
    return compare(
        now, then, ("USUBJID",), lambda row: tuple(getattr(row, code, "") for code in SHOWN), words=_was
    ).rows


def _was(then, row) -> str:
    changed = [code for code in SHOWN if getattr(then, code, "") != getattr(row, code, "")]
    return "; ".join(f"{PARAMETERS[code]} {getattr(then, code, '')}" for code in changed)


def _wide(view: View, rows: DataFrame) -> DataFrame:
    """A row a subject, its values in words; those with something not known first, then by the number of flags."""
    words, found = flag_words(view), []
    for usubjid, own in rows.groupby("USUBJID", sort=False):
        first, values = own.iloc[0], own.set_index("PARAMCD")["AVAL"]
        shown = own[own["PARAMCD"].isin(SHOWN)]
        found.append(
            {"USUBJID": usubjid, "SUBJID": first.SUBJID, "TRTA": first.TRTA, "AGE": first.AGE, "DOSEMG": first.DOSEMG}
            | {code: estimate(values[code]) for code in SHOWN if code in values.index}
            | {
                "FLAGS": "; ".join(words[code] for code in notes_of(shown)),
                "WHY": _lacking(shown),
                "NOTES": "; ".join([words[code] for code in notes_of(shown)] + _unknown(shown)),
                "SPONSOR": _other(own),
            }
        )
    found.sort(key=lambda row: (not row["WHY"], -len(row["FLAGS"].split("; ")) if row["FLAGS"] else 0))
    return DataFrame(found)


def _unknown(shown: DataFrame) -> list[str]:
    """Why parameters are not known, each reason once."""
    return [f"not known: {reason}" for reason in shown.loc[shown["AVAL"].isna(), "REASON"].dropna().unique()]


def _lacking(shown: DataFrame) -> str:
    lacking = shown[shown["AVAL"].isna()]
    return "; ".join(f"{PARAMETERS[row.PARAMCD]}: {row.REASON}" for row in lacking.itertuples())


def _other(own: DataFrame) -> str:
    differ = own[(own["DIFFFL"] == "Y") & own["PARAMCD"].isin(PARAMETERS)]
    return "; ".join(
        f"{PARAMETERS[row.PARAMCD]} {amount(row.DELIVERED)}, derived {amount(row.DERIVED)}"
        for row in differ.itertuples()
    )


def _findings(view: View, name: str, table: DataFrame, when: str) -> list[str]:
    flagged, differ = table[table["NOTES"] != ""], table[table["SPONSOR"] != ""]
    new = [row.SUBJID for row in table.itertuples() if row.SINCE]
    every = counted(len(table), "profile")
    said = f"{name}, {when}: {len(flagged)} of {every} with a parameter that is flagged or not known"
    return [
        sentence(said),
        sentence(
            f"the sponsor's parameters differ in {counted(len(differ), 'subject')} ({first_of([*differ['SUBJID']])})"
        )
        if len(differ)
        else "",
        news(view, new),
    ]
