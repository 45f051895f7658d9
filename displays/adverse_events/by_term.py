"""Adverse events by system organ class and preferred term, by dose level or arm."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.terms import (
    ALL,
    CHOSEN,
    KEY,
    NEW,
    Terms,
    left_aside,
    meddra,
    terms,
    terms_before,
    terms_question,
)
from displays.display import Display, display, not_collected
from displays.escalation.words import GRADES, emergence, emergent
from displays.groups import nobody
from displays.since import change, since
from displays.words import as_words, counted, listed, percent, sentence, short_dose, term_in_words
from queries import View
from queries.frames import rows_of

AE_BY_TERM = ("ae_by_term", "Adverse events by class, term and dose level")
NAMED = 3
ANY_EVENT = "Any event"
PARTS = {"ANY": "Any", "SEV": "≥ 3"}
"""Columns of a group, of any grade and of grade 3 or worse; the number of the group follows, none for all groups."""
NUMBERS = {"NANY": "any grade (n)", "NSEV": "grade ≥ 3 (n)", "NUNGR": "ungraded, none ≥ 3 (n)", "NEV": "events (n)"}
COUNTED = {"NANY": "N", "NSEV": "N3", "NUNGR": "NUNGR", "NEV": "NEVENT"}


def ae_by_term(view: View, events: str = ALL) -> Display:
    """How many subjects of each dose level had each adverse event, in any grade and in grade 3 or worse."""
    if "ae" not in view.cut.received:
        return not_collected(view, *AE_BY_TERM, "Adverse events")
    found, before = terms(view, events), terms_before(view, events)
    table = _table(view, found, before)
    columns = _columns(found)
    return display(
        view,
        *AE_BY_TERM,
        finding=_finding(view, found, table, events),
        table=table,
        labels={"TERM": "Class and term"} | columns | {"SINCE": "Since previous cut"} | _number_labels(found) | CODES,
        formats={"TERM": "words"},
        brief=("TERM", *columns, "SINCE"),
        level="LEVEL",
        over=_over(view, found),
        sorts={column: f"N{column}" for column in columns},
        behind=_behind(table, found),
        questions=(terms_question(view, events), "meddra_version"),
        population=_population(view, found, events),
        method=f"{emergence(view.trial)} A subject counts once in each row, by the worst grade. “≥ 3”: grade 3 or "
        f"worse, or called severe without a grade. An event without a grade is counted in any grade alone. {GRADES} "
        "Classes and terms: the most subjects with grade 3 or worse first, then the most of any grade. New: not in the "
        "previous cut, or of a higher grade than in it.",
        source=f"Adverse events as delivered. {meddra(view)}.",
    )


CODES = {"AEBODSYS": "System organ class", "AEDECOD": "Preferred term"}


def suffixes(found: Terms) -> dict[str, str]:
    """Group → what its columns end in: "1" for the first one, "" for all groups together."""
    return {group: str(number) for number, group in enumerate(found.groups, start=1)} | {"": ""}


def _columns(found: Terms) -> dict[str, str]:
    return {f"{part}{end}": words for end in suffixes(found).values() for part, words in PARTS.items()}


def _number_labels(found: Terms) -> dict[str, str]:
    return {f"{part}{end}": words for end in suffixes(found).values() for part, words in NUMBERS.items()}


def _over(view: View, found: Terms) -> dict[str, str]:
    """Each group with its denominator, over its columns."""
    names = {group: short_dose(group, view.trial.dose_unit) for group in found.groups} | {"": "All"}
    return {
        f"{part}{end}": f"{names[group]} (n = {found.treated.get(group, 0)})"
        for group, end in suffixes(found).items()
        for part in (*PARTS, *NUMBERS)
    }


def _table(view: View, found: Terms, before: Terms | None) -> DataFrame:
    """One row a class or term, those of a class under it, the worst first."""
    rows = _in_order(found.total)
    rows = rows.assign(
        LEVEL=[int(bool(row.AEDECOD)) for row in rows_of(rows)],
        TERM=[row.AEDECOD or row.AEBODSYS or ANY_EVENT for row in rows_of(rows)],
        SINCE=_since(rows, before),
    )
    for group, end in suffixes(found).items():
        cells = rows[KEY].merge(found.cells[found.cells["TRTA"] == group], on=KEY, how="left")
        of = found.treated.get(group, 0)
        for column, counts in COUNTED.items():
            rows[f"{column}{end}"] = cells[counts].fillna(0).astype(int).to_numpy()
        told = list(zip(rows[f"NANY{end}"], rows[f"NSEV{end}"], rows[f"NUNGR{end}"], strict=True))
        rows[f"ANY{end}"] = [_share(number, of) for number, _, _ in told]
        rows[f"SEV{end}"] = [_share(severe, of) + _ungraded(number) for _, severe, number in told]
    return rows.drop(columns=["SUBJECTS", "TRTA", "TRTAN"])


def _in_order(total: DataFrame) -> DataFrame:
    """All events together, then each class with its terms: most of grade 3 or worse first, then most of any grade."""
    of_class = total[total["AEDECOD"] == ""].set_index("AEBODSYS")
    order = total.assign(
        WHOLE=total["AEBODSYS"] != "",
        CLASS3=-total["AEBODSYS"].map(of_class["N3"]),
        CLASS=-total["AEBODSYS"].map(of_class["N"]),
        TERM=total["AEDECOD"] != "",
        SEVERE=-total["N3"],
        ANY=-total["N"],
    )
    by = ["WHOLE", "CLASS3", "CLASS", "AEBODSYS", "TERM", "SEVERE", "ANY", "AEDECOD"]
    return total.loc[order.sort_values(by, kind="stable").index].reset_index(drop=True)


def _share(number: int, of: int) -> str:
    return f"{number} ({percent(number / of)})" if number else "0"


def _ungraded(number: int) -> str:
    return f"; {number} ungraded" if number else ""


def _since(rows: DataFrame, before: Terms | None) -> list[str]:
    """By how many subjects each row rose or fell: "new", "+2", "+2, ≥ 3 +1"."""
    if before is None:
        return [""] * len(rows)
    was = {(row.AEBODSYS, row.AEDECOD): (row.N, row.N3) for row in rows_of(before.total)}
    return [_changed(row, was.get((row.AEBODSYS, row.AEDECOD))) for row in rows_of(rows)]


def _changed(row, was: tuple[int, int] | None) -> str:
    if was is None:
        return "new"
    any_grade, severe = change(row.N, was[0]), change(row.N3, was[1])
    return ", ".join(filter(None, (any_grade, f"≥ 3 {severe}" if severe else "")))


def _behind(table: DataFrame, found: Terms) -> dict[str, tuple[str, ...]]:
    """Cell → its subjects, the worst first; those of grade 3 or worse lead the list of any grade."""
    place = {key: number for number, key in enumerate(zip(table["AEBODSYS"], table["AEDECOD"], strict=True))}
    ends, behind = suffixes(found), {}
    for cell in rows_of(found.cells):
        if cell.N:
            at, subjects = place[cell.AEBODSYS, cell.AEDECOD], tuple(cell.SUBJECTS)
            behind[f"ANY{ends[cell.TRTA]} {at}"] = subjects
            behind |= {f"SEV{ends[cell.TRTA]} {at}": subjects[: cell.N3]} if cell.N3 else {}
    return behind


def _finding(view: View, found: Terms, table: DataFrame, events: str) -> list[str]:
    number = found.treated.get("", 0)
    if not number:
        return [nobody(view)]
    whom, whole = counted(number, "treated subject"), table.iloc[0]
    if not whole["NANY"]:
        return [f"None of {whom} had {CHOSEN[events]}.", sentence(left_aside(found, events)) if found.aside else ""]
    first = f"{whole['NANY']} of {whom} had {CHOSEN[events]}{_severe(whole, found, events)}"
    return [sentence(first), sentence(_most(table, number, found.graded)), _news(view, table, events)]


def _severe(whole, found: Terms, events: str) -> str:
    """How many of them had one of grade 3 or worse, and how many an ungraded one and none of these."""
    if not found.graded:
        return "; no grades were delivered"
    if events == "grade3":
        return ""
    ungraded = f" (of {whole['NUNGR']} more ungraded)" if whole["NUNGR"] else ""
    return f", {whole['NSEV'] or 'none'} of grade 3 or worse{ungraded}"


def _most(table: DataFrame, number: int, graded: bool) -> str:
    """The terms that most subjects had in grade 3 or worse, or in any grade where none was."""
    terms_alone = table[table["LEVEL"] == 1]
    column = "NSEV" if graded and terms_alone["NSEV"].any() else "NANY"
    most = terms_alone.sort_values(column, ascending=False, kind="stable").head(NAMED)
    named = [
        f"{term_in_words(row['TERM'])} {row[column]} of {number} ({percent(row[column] / number)})"
        for row in most.to_dict("records")
        if row[column]
    ]
    return f"most frequent {'in grade 3 or worse' if column == 'NSEV' else 'in any grade'}: {listed(named)}"


def _news(view: View, table: DataFrame, events: str) -> str:
    """The terms that are new, and those of grade 3 or worse in more subjects than at the previous cut."""
    if events == NEW:
        return ""
    terms_alone = table[table["LEVEL"] == 1]
    fresh = terms_alone[terms_alone["SINCE"] == "new"]
    risen = terms_alone[terms_alone["SINCE"].str.contains(r"≥ 3 \+")]
    words = counted(len(fresh), "new term") + _named(fresh)
    words += f"; grade 3 or worse in more subjects: {len(risen) or 'none'}{_named(risen)}"
    return since(view, words)


def _named(rows: DataFrame) -> str:
    names = [term_in_words(as_words(term)) for term in rows["TERM"].head(NAMED)]
    names += [f"{len(rows) - NAMED} more"] * (len(rows) > NAMED)
    return f" ({listed(names)})" if names else ""


def _population(view: View, found: Terms, events: str) -> str:
    if not found.treated.get("", 0):
        return "No treated subjects."
    parts = [
        f"{counted(found.treated[''], 'treated subject')}, each counted once in a row; percentages of those treated",
        left_aside(found, events),
        emergent(view.trial),
        meddra(view),
    ]
    return " ".join(sentence(part) for part in parts if part)
