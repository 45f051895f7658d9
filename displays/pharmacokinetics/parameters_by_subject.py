"""The pharmacokinetic parameters of each subject after the infusion of one day, with flags and the sponsor's own."""

from __future__ import annotations

from collections.abc import Iterable

from pandas import DataFrame

from displays.display import Display, display
from displays.groups import no_subjects, present, treated
from displays.pharmacokinetics.concentrations import (
    PARENT,
    amount,
    estimate,
    known_analyte,
    no_concentrations,
    occasion_words,
)
from displays.pharmacokinetics.parameter_words import PARAMETERS, flag_words
from displays.pharmacokinetics.parameters import (
    analytes_of_parameters,
    asked_for,
    heading,
    in_order,
    news,
    no_profile,
    occasion_of,
    occasions,
    with_profile,
)
from displays.since import SINCE_LABELS, compare
from displays.words import counted, first_of, sentence
from queries import View
from queries.frames import rows_of

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
    if not analytes_of_parameters(view):
        return no_concentrations(view, *PARAMETERS_BY_SUBJECT)
    if not treated(view):
        return no_subjects(view, *PARAMETERS_BY_SUBJECT)
    code, name = known_analyte(analytes_of_parameters(view), analyte)
    chosen = occasion_of(view, day)
    asked = asked_for(code, chosen, PARAMETERS)
    rows = view.ask("pk_parameters", **asked)
    if rows.empty:
        return no_profile(view, PARAMETERS_BY_SUBJECT, name, chosen)
    table = _table(view, rows, view.ask_previous("pk_parameters", **asked_for(code, chosen, SHOWN)))
    units = rows.drop_duplicates("PARAMCD").set_index("PARAMCD")["AVALU"]
    columns = {c: heading(c, unit) for c, unit in units.items() if c in SHOWN}
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
        questions=(view.question("pk_parameters", **asked),),
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
    shown = rows[rows["PARAMCD"].isin(SHOWN)]
    lacking = shown[shown["AVAL"].isna()]
    subjects = rows.drop_duplicates("USUBJID")[["USUBJID", "SUBJID", "TRTA", "AGE", "DOSEMG"]]
    flags, unknown = _flags(view, shown), _of_each(lacking["USUBJID"], lacking["REASON"], known=True)
    told = {
        "FLAGS": flags,
        "WHY": _of_each(lacking["USUBJID"], _lacking(lacking)),
        "NOTES": {
            usubjid: [*flags.get(usubjid, []), *[f"not known: {reason}" for reason in unknown.get(usubjid, [])]]
            for usubjid in flags | unknown
        },
        "SPONSOR": _others(rows),
    }
    wide = subjects.merge(_amounts(shown), on="USUBJID", how="left").assign(
        **{name: ["; ".join(parts.get(usubjid, [])) for usubjid in subjects["USUBJID"]] for name, parts in told.items()}
    )
    number = [-len(flags.get(usubjid, [])) for usubjid in wide["USUBJID"]]
    order = wide.assign(KNOWN=wide["WHY"] == "", NUMBER=number).sort_values(["KNOWN", "NUMBER"], kind="stable")
    return order.drop(columns=["KNOWN", "NUMBER"]).reset_index(drop=True)


def _amounts(shown: DataFrame) -> DataFrame:
    """A row a subject (USUBJID), a column a parameter, in words."""
    texts = shown.assign(TEXT=[estimate(value) for value in shown["AVAL"]])
    wide = texts.pivot(index="USUBJID", columns="PARAMCD", values="TEXT")
    return wide[[code for code in SHOWN if code in wide]].rename_axis(columns=None).reset_index()


def _of_each(subjects: Iterable[str], words: Iterable, *, known: bool = False) -> dict[str, list[str]]:
    """Subject → its words, each once in their order; known: without those that are missing."""
    found: dict[str, dict] = {}
    for usubjid, word in zip(subjects, words, strict=True):
        if not known or present(word):
            found.setdefault(usubjid, {})[word] = None
    return {usubjid: list(own) for usubjid, own in found.items()}


def _flags(view: View, shown: DataFrame) -> dict[str, list[str]]:
    """Subject → the flags of its values in words, in the order of their codes; each note is put into words once."""
    words, noted = flag_words(view), shown[shown["NOTE"].notna()]
    notes = {usubjid: ";".join(own) for usubjid, own in _of_each(noted["USUBJID"], noted["NOTE"]).items()}
    said = {note: [words[code] for code in in_order(note)] for note in set(notes.values())}
    return {usubjid: said[note] for usubjid, note in notes.items()}


def _lacking(lacking: DataFrame) -> list[str]:
    """Why each value is not known."""
    pairs = zip(lacking["PARAMCD"], lacking["REASON"], strict=True)
    return [f"{PARAMETERS[code]}: {reason}" for code, reason in pairs]


def _others(rows: DataFrame) -> dict[str, list[str]]:
    """Subject → the sponsor's own parameters that differ from the derived ones, with both values."""
    differ = rows[(rows["DIFFFL"] == "Y") & rows["PARAMCD"].isin(PARAMETERS)]
    words = [
        f"{PARAMETERS[row.PARAMCD]} {amount(row.DELIVERED)}, derived {amount(row.DERIVED)}" for row in rows_of(differ)
    ]
    return _of_each(differ["USUBJID"], words)


def _findings(view: View, name: str, table: DataFrame, when: str) -> list[str]:
    flagged, differ = table[table["NOTES"] != ""], table[table["SPONSOR"] != ""]
    new = table.loc[table["SINCE"] != "", "SUBJID"].tolist()
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
