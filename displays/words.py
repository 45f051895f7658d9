"""How numbers are spoken: rates never without their denominators, units never left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from math import floor, isnan

import numpy
import pandas

from stats.proportions import interval


def rate(events: int, n: int, *, ci: bool = True) -> str:
    """ "2 of 6 (33 %; 95 % CI 4 to 78 %)", or what can be said of 0 of 0."""
    if n == 0:
        return "0 of 0 (no rate)"
    limits = interval(events, n)
    words = f"{events} of {n} ({percent(events / n)}"
    return words + (f"; 95 % CI {percent_range(limits.lower, limits.upper)})" if ci else ")")


def cell(value, kind: str | None = None) -> str:
    """A table's value as the reader sees it, on screen and in print; kinds are those of Display.formats."""
    if value is None or (pandas.api.types.is_scalar(value) and pandas.isna(value)):
        return ""
    if isinstance(value, str):
        return as_words(value) if kind == "words" else value
    if isinstance(value, (bool, numpy.bool_)):
        return "yes" if value else "no"
    if hasattr(value, "strftime"):
        return f"{value.day} {value:%b %Y}"
    if kind == "amount":
        return amount(float(value))
    if kind == "percent":
        return percent(float(value))
    decimals = {"integer": 0, "decimal1": 1, "decimal2": 2, "p": 4}.get(kind or "")
    if decimals is None and float(value).is_integer():
        return f"{value:,.0f}"  # six digits would write 1,234,567 records as 1.23457e+06
    return f"{value:,.{decimals}f}" if decimals is not None else f"{value:.6g}"


def term_in_words(term: str) -> str:
    """A term within a sentence: "electrocardiogram QT prolonged"; in small letters where all are capitals."""
    return term.lower() if term.isupper() else term[:1].lower() + term[1:]


ABBREVIATIONS = ("MLFS", "MPAL", "MUGA")
"""Codes of four letters that stay as they are."""


def as_words(text: str) -> str:
    """A delivered text in capitals as words: "Course 1 day 28"; a code of up to three letters (CR, NE) stays one."""
    if text in ABBREVIATIONS:
        return text
    return text.capitalize() if text.isupper() and re.search(r"[A-Z]{4}", text) else text


def share(number, of, fraction) -> str:
    """A count as a cell of a table: "12 of 35 (34 %)"; "" where it is not known."""
    if pandas.isna(number):
        return ""
    return f"{int(number):,} of {int(of):,} ({percent(fraction)})" if of else f"{int(number):,} of 0"


def percent(fraction: float) -> str:
    """A fraction as a whole percentage; "–" where undefined.

    Never 0 or 100 unless it is exactly so: "0.4 %", "< 0.1 %".
    """
    return "–" if fraction is None or isnan(fraction) else f"{_hundredths(fraction)} %"


def percent_range(lower: float, upper: float) -> str:
    """Two fractions as a range of percentages, the sign once: "4 to 78 %"."""
    known = lower is not None and not isnan(lower)
    return f"{_hundredths(lower) if known else '–'} to {percent(upper)}"


def _hundredths(fraction: float) -> str:
    rounded = floor(fraction * 100 + 0.5 + 1e-9)  # a half goes up: 1 of 8 is 13 %
    if not (rounded == 0 and fraction > 0) and not (rounded == 100 and fraction < 1):
        return str(rounded)
    if fraction < 0.0005:
        return "< 0.1"
    return "> 99.9" if fraction > 0.9995 else f"{fraction * 100:.1f}"


def p_value(p: float) -> str:
    """ "p = 0.049"; never 0, and never a rounded value on the other side of 0.05."""
    if p < 0.001:
        return "p < 0.001"
    text = f"{p:.3f}"
    return f"p = {text}" if (float(text) < 0.05) == (p < 0.05) else f"p = {p:.5f}"


def short_dose(label: str, unit: str) -> str:
    """ "190" for "190 mg/m²/day", "none" for no planned level, under a heading that has the unit; an arm as it is."""
    return "none" if label == "No planned level" else label.removesuffix(f" {unit}")


def amount(value: float) -> str:
    """An amount of drug, "–" where unknown: whole from 100 on ("1,950"), else with three digits ("97.5", "0.75")."""
    if pandas.isna(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def amount_range(low: float, high: float) -> str:
    """ "390 to 585", or the one amount where both are the same."""
    return amount(low) if amount(low) == amount(high) else f"{amount(low)} to {amount(high)}"


def exactly(value, decimals: int = 1) -> str:
    """A measured number without needless zeros: 63, 4.5; "–" where it is not known."""
    return "–" if pandas.isna(value) else f"{round(float(value), decimals):g}"


def signed(value) -> str:
    """A change with its sign: +3, −17, 0."""
    rounded = round(float(value), 1)
    return f"{rounded:+g}".replace("-", "−") if rounded else "0"


def on_day(value) -> str:
    """ "day 12", or that the day is not known."""
    return "day not known" if pandas.isna(value) else f"day {int(value)}".replace("-", "−")


def on_days(first, last) -> str:
    """ "day 12"; "between day 9 and day 30" where a last day that the date allows is another."""
    if pandas.isna(first) or pandas.isna(last) or first == last:
        return on_day(first)
    return f"between {on_day(first)} and {on_day(last)}"


def counted(number: int, singular: str, plural: str | None = None) -> str:
    """ "1 subject", "3 subjects", "no subjects"."""
    word = singular if number == 1 else (plural or singular + "s")
    return f"{f'{number:,}' if number else 'no'} {word}"


def listed(items: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return items[0] if items else "none"
    return ", ".join(items[:-1]) + " and " + items[-1]


def equivalents(factors: dict[str, float]) -> str:
    """The conversion in use, e.g. "doxorubicin 1, daunorubicin 0.6"."""
    return ", ".join(f"{agent} {factor:g}" for agent, factor in factors.items())


def full_heading(made, column: str) -> str:
    """A column's heading with the one that it shares with its neighbours: "130 (n = 7): grade ≥ 3"."""
    return ": ".join(filter(None, (made.over.get(column, ""), made.labels[column])))


def filled_columns(made) -> list[str]:
    """The columns of a display's table that are shown: with a heading, and with something in them if there are rows."""
    columns = [column for column in made.labels if column in made.table.columns]
    return [column for column in columns if made.table.empty or _filled(made.table[column])]


FIRST_ROWS = 50


def _filled(column: pandas.Series) -> bool:
    """Whether anything is in a column: mostly its first rows tell."""
    return any(map(cell, column.head(FIRST_ROWS))) or _any_filled(column)


def _any_filled(column: pandas.Series) -> bool:
    """Of texts all are looked at at once, since many rows may hold none."""
    known = column.dropna()
    return bool((known != "").any()) if known.dtype == "str" else any(cell(value) for value in known)


def brief_columns(made) -> list[str]:
    """The columns of a display whose table is the display: those that it names as brief, else all that are filled."""
    brief = [column for column in made.labels if column in made.brief and column in made.table.columns]
    return [column for column in brief if made.table.empty or _filled(made.table[column])] or filled_columns(made)


def table_in_words(made) -> tuple[list[str], list[list[str]]]:
    """Headings of those columns, and the texts of each as the screen writes them; rows below others after dashes."""
    columns = brief_columns(made)
    texts = [[cell(value, made.formats.get(column)) for value in made.table[column]] for column in columns]
    if made.level and texts:
        levels = made.table[made.level]
        texts[0] = ["– " * int(level) + text for text, level in zip(texts[0], levels, strict=True)]
    return [full_heading(made, column) for column in columns], texts


def all_of(number: int) -> str:
    """ "it", "both", "all 3"."""
    return {1: "it", 2: "both"}.get(number, f"all {number}")


MOST_LISTED = 40
"""So many are named where everybody is to be; of more the first ones, and how many more."""
MOST_NAMED = 6
"""So many are named in a sentence; of the rest it gives the number, and the table has them all."""


def first_of(items: list[str], most: int = MOST_NAMED) -> str:
    """ "a, b and c"; of more than `most` the first ones and how many more: "a, b and 4 more"."""
    more = len(items) - most
    return listed(items if more <= 0 else [*items[:most], f"{more} more"])


def first_parts(items: list[str], most: int = MOST_LISTED) -> str:
    """ "a; b; c", for what holds commas itself; of more than `most` the first ones and how many more."""
    more = len(items) - most
    return "; ".join(items if more <= 0 else [*items[:most], f"{more} more"])


def told_apart(words: Mapping[str, str]) -> dict[str, str]:
    """Value → its words, with the value after those that several have: whoever chooses by words chooses one value."""
    times = Counter(words.values())
    return {value: text if times[text] == 1 else f"{text} · {value}" for value, text in words.items()}


def sentence(text: str) -> str:
    """The text with its first letter large and a full stop; a first word that is a name stays as it is: mTPI-2, seen21.

    A name has a capital after its first letter, a figure or an underscore: a subject's number is never rewritten.
    """
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    text = text if re.search(r"[A-Z0-9_]", first[1:]) else text[:1].upper() + text[1:]
    return text if text.endswith((".", "?", "!")) else text + "."
