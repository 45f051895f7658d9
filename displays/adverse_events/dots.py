"""The most frequent adverse events as shares with exact intervals, and the difference between two dose levels."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.dots_figure import compared_figure, together_figure
from displays.adverse_events.terms import (
    ALL,
    CHOSEN,
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
from displays.groups import doses_in_order, nobody
from displays.pages import Options
from displays.since import compare_numbers, since
from displays.words import counted, percent, percent_range, rate, sentence, short_dose, term_in_words
from queries import View
from queries.frames import rows_of
from stats.proportions import difference, interval

AE_DOTS = ("ae_dots", "Most frequent adverse events, with exact intervals")
MOST = 20
"""So many terms are drawn: they fill a screen."""
TOGETHER = "together"
BETWEEN = " − "
PARTS = {"ANY": "N", "SEV": "N3"}
LABELS = {
    "TERM": "Preferred term",
    "AEBODSYS": "System organ class",
    "NTREATED": "Treated (n)",
    "N": "Any grade (n)",
    "ANY": "Any grade",
    "ANYLOW": "95 % CI from",
    "ANYHIGH": "95 % CI to",
    "N3": "Grade ≥ 3 (n)",
    "SEV": "Grade ≥ 3",
    "SEVLOW": "Grade ≥ 3: 95 % CI from",
    "SEVHIGH": "Grade ≥ 3: 95 % CI to",
    "NUNGR": "Ungraded, none ≥ 3 (n)",
    "SINCE": "Since previous cut",
}
SHARES = ("ANY", "ANYLOW", "ANYHIGH", "SEV", "SEVLOW", "SEVHIGH")
COMPARED_SHARES = ("HIGH", "HIGHLOW", "HIGHHIGH", "LOW", "LOWLOW", "LOWHIGH", "DIFF", "DIFFLOW", "DIFFHIGH")


def pair_options(view: View) -> Options:
    """All dose levels together; each level with the next lower one that was given, and the highest with the lowest."""
    doses = doses_in_order(view, view.ask("ae_by_dose")["TRTA"])
    pairs = list(zip(doses[1:], doses, strict=False))
    pairs += [(doses[-1], doses[0])] if len(doses) > 2 else []
    unit = view.trial.dose_unit
    words = [f"{short_dose(high, unit)}{BETWEEN}{short_dose(low, unit)}" for high, low in pairs]
    return (
        (TOGETHER, "All together" if doses else "All"),
        *((BETWEEN.join(pair), name) for pair, name in zip(pairs, words, strict=True)),
    )


def ae_dots(view: View, events: str = ALL, pair: str = TOGETHER) -> Display:
    """The most frequent adverse events as shares of those treated, or of two dose levels with their difference."""
    if "ae" not in view.cut.received:
        return not_collected(view, *AE_DOTS, "Adverse events")
    found = terms(view, events)
    high, _, low = pair.partition(BETWEEN)
    if low and {high, low} <= set(found.groups):
        return _compared(view, found, events, high, low)
    return _together(view, found, events)


def _together(view: View, found: Terms, events: str) -> Display:
    table = _shares(_most(found), found)
    before = terms_before(view, events)
    table = compare_numbers(table, before.total if before else None, ("AEBODSYS", "AEDECOD"), "N")
    return display(
        view,
        *AE_DOTS,
        finding=_finding(view, found, table, events),
        table=table.drop(columns=["SUBJECTS", "TRTA", "TRTAN"]),
        labels=LABELS,
        formats=_formats(SHARES),
        figure=together_figure(view, table) if len(table) else None,
        behind=_behind(table),
        **_rest(view, found, events),
    )


def _compared(view: View, found: Terms, events: str, high: str, low: str) -> Display:
    table = _differences(found, high, low)
    unit = view.trial.dose_unit
    names = {"HIGH": short_dose(high, unit), "LOW": short_dose(low, unit)}
    return display(
        view,
        *AE_DOTS,
        finding=_difference_finding(table, events, names),
        table=table.drop(columns=["HIGHSUBJ", "LOWSUBJ"]),
        labels=_compared_labels(names),
        formats=_formats(COMPARED_SHARES),
        figure=compared_figure(view, table, high, low) if len(table) else None,
        behind={
            f"{part} {place}": tuple(subjects)
            for part in names
            for place, subjects in enumerate(table[f"{part}SUBJ"])
            if len(subjects)
        },
        **_rest(view, found, events),
    )


def _compared_labels(names: dict[str, str]) -> dict[str, str]:
    """The headings of the table of two dose levels."""
    labels = {"TERM": "Preferred term", "AEBODSYS": "System organ class"}
    for part, name in names.items():
        labels |= {f"N{part}": f"{name}: subjects (n)", f"OF{part}": f"{name}: treated (n)", part: f"{name}: share"}
        labels |= {f"{part}LOW": f"{name}: 95 % CI from", f"{part}HIGH": f"{name}: 95 % CI to"}
    return labels | {"DIFF": "Difference", "DIFFLOW": "Difference: 95 % CI from", "DIFFHIGH": "Difference: 95 % CI to"}


def _formats(shares: tuple[str, ...]) -> dict[str, str]:
    return dict.fromkeys(shares, "percent") | dict.fromkeys(("TERM", "AEBODSYS"), "words")


def _rest(view: View, found: Terms, events: str) -> dict:
    """The parts that both forms of the display share."""
    number = found.treated.get("", 0)
    of_events = sentence(left_aside(found, events)) if found.aside else ""
    drawn = f"{counted(number, 'treated subject')}; the {MOST} most frequent terms at most, in any grade"
    return dict(
        population=f"{sentence(drawn)} {of_events} {sentence(emergent(view.trial))}".replace("  ", " "),
        method=f"{emergence(view.trial)} A subject counts once a preferred term. Intervals of shares: Clopper-Pearson, "
        "two-sided 95 %; of differences: Miettinen-Nurminen, two-sided 95 %. They are not adjusted for the number of "
        f"terms: an interval without 0 is no proof of an effect of dose. {GRADES}",
        source=f"Adverse events as delivered. {meddra(view)}. Clopper and Pearson 1934; Miettinen and Nurminen, Stat "
        "Med 1985;4:213.",
        questions=(terms_question(view, events), "meddra_version"),
    )


def _most(found: Terms) -> DataFrame:
    """The terms with the most subjects, most first."""
    rows = found.total[found.total["AEDECOD"] != ""]
    order = ["N", "N3", "AEDECOD"]
    rows = rows.sort_values(order, ascending=[False, False, True], kind="stable").head(MOST)
    return rows.assign(TERM=rows["AEDECOD"]).reset_index(drop=True)


def _shares(rows: DataFrame, found: Terms) -> DataFrame:
    for part, counts in PARTS.items():
        limits = interval(rows[counts].to_numpy(), rows["NTREATED"].to_numpy())
        rows = rows.assign(**{part: limits.estimate, f"{part}LOW": limits.lower, f"{part}HIGH": limits.upper})
    return rows


def _behind(table: DataFrame) -> dict[str, tuple[str, ...]]:
    behind = {}
    for place, row in enumerate(rows_of(table)):
        behind[f"ANY {place}"] = tuple(row.SUBJECTS)
        behind |= {f"SEV {place}": tuple(row.SUBJECTS[: row.N3])} if row.N3 else {}
    return behind


def _differences(found: Terms, high: str, low: str) -> DataFrame:
    """The most frequent terms with counts, shares and limits at two dose levels, the largest difference first."""
    rows = _most(found)[["AEBODSYS", "AEDECOD", "TERM"]]
    for part, group in (("HIGH", high), ("LOW", low)):
        cells = rows[["AEBODSYS", "AEDECOD"]].merge(
            found.cells[found.cells["TRTA"] == group], on=["AEBODSYS", "AEDECOD"], how="left"
        )
        number, of = cells["N"].fillna(0).astype(int).to_numpy(), found.treated[group]
        limits = interval(number, [of] * len(number))
        subjects = [
            () if missing else tuple(those) for missing, those in zip(cells["N"].isna(), cells["SUBJECTS"], strict=True)
        ]
        rows = rows.assign(**{f"N{part}": number, f"OF{part}": of, f"{part}SUBJ": subjects})
        rows = rows.assign(**{part: limits.estimate, f"{part}LOW": limits.lower, f"{part}HIGH": limits.upper})
    apart = difference(*(rows[column].to_numpy() for column in ("NHIGH", "OFHIGH", "NLOW", "OFLOW")))
    rows = rows.assign(DIFF=apart.estimate, DIFFLOW=apart.lower, DIFFHIGH=apart.upper)
    return rows.sort_values("DIFF", ascending=False, kind="stable", ignore_index=True)


def _finding(view: View, found: Terms, table: DataFrame, events: str) -> list[str]:
    number = found.treated.get("", 0)
    if not number:
        return [nobody(view)]
    if table.empty:
        return [f"None of {counted(number, 'treated subject')} had {CHOSEN[events]}."]
    first, severe = table.iloc[0], table.sort_values("N3", ascending=False, kind="stable").iloc[0]
    words = f"most frequent: {term_in_words(first['TERM'])}, {rate(first['N'], number)}"
    most = f"{term_in_words(severe['TERM'])}, {rate(severe['N3'], number)}" if severe["N3"] else "none of these terms"
    risen = int(table["SINCE"].str.startswith("+").sum())
    return [
        sentence(words),
        sentence(f"in grade 3 or worse: {most}") if found.graded else "No grades were delivered.",
        since(view, f"more subjects in {risen or 'none'} of {counted(len(table), 'term')}") if events != NEW else "",
    ]


def _difference_finding(table: DataFrame, events: str, names: dict[str, str]) -> list[str]:
    if table.empty:
        return [f"No subject at {names['HIGH']} or {names['LOW']} had {CHOSEN[events]}."]
    top = table.iloc[0]
    more, fewer = int((table["DIFFLOW"] > 0).sum()), int((table["DIFFHIGH"] < 0).sum())
    counts = f"{top['NHIGH']} of {top['OFHIGH']} against {top['NLOW']} of {top['OFLOW']}"
    lead = f"largest excess at {names['HIGH']} over {names['LOW']}"
    lead = lead if top["DIFF"] > 0 else f"no term in a larger share at {names['HIGH']} than at {names['LOW']}; nearest"
    first = f"{lead}: {term_in_words(top['TERM'])}, {counts}"
    points = f"{percent(abs(top['DIFF']))} of subjects {'more' if top['DIFF'] >= 0 else 'fewer'} there"
    limits = f"95 % CI {percent_range(top['DIFFLOW'], top['DIFFHIGH'])}".replace("-", "−")
    return [
        sentence(first),
        sentence(f"{points} ({limits})"),
        sentence(
            f"the interval excludes 0 in {more + fewer or 'none'} of {counted(len(table), 'term')}"
            + (f": more at {names['HIGH']} in {more or 'none'}, fewer in {fewer or 'none'}" if more + fewer else "")
        ),
    ]
