"""How a delivered date is read: ISO 8601 as it is; SAS text, SAS numbers and basic ISO as the ISO 8601 they mean.

05/03/2007 is 5 March or 3 May: such a date is never read, and the load is refused where a decision rests on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from ingest.delivery import IngestError

KEY_DATES = {
    "DM": ("RFSTDTC", "RFXSTDTC", "DTHDTC"),
    "EX": ("EXSTDTC", "EXENDTC"),
    "AE": ("AESTDTC",),
    "DS": ("DSSTDTC",),
    "SV": ("SVSTDTC",),
    "RS": ("RSDTC",),
    "CV": ("CVDTC",),
    "EG": ("EGDTC",),
    "LB": ("LBDTC",),
}
"""Dates that decide the first infusion, the DLT window, deaths, responses and baselines: never left out by the load."""
LATEST_DAY = 40000
"""SAS days since 1960 that can be a date: up to 2069, and not more than a year after the cut."""

# A calendar date at the precision that was written: 2007, 2007-11 or 2007-11-30, a time after T.
# ISO 8601 also allows a missing part in the middle ("2007---15"): only its year is then certain.
# What is no such date (2007-02-30) is NULL, and counted by a check.
_DAY = r"regexp_matches({x}, '^\d{4}-\d{2}-\d{2}([T ].*)?$')"
_MONTH = r"regexp_matches({x}, '^\d{4}-(0[1-9]|1[0-2])(-+|-+T.*)?$')"
_YEAR = r"regexp_matches({x}, '^\d{4}(-*|--.*)$')"
EARLIEST = (
    f"case when {_DAY} then try_cast(substr({{x}}, 1, 10) as date)"
    f" when {_MONTH} then try_cast(substr({{x}}, 1, 7) || '-01' as date)"
    f" when {_YEAR} then try_cast(substr({{x}}, 1, 4) || '-01-01' as date) end"
)
LATEST = (
    f"case when {_DAY} then try_cast(substr({{x}}, 1, 10) as date)"
    f" when {_MONTH} then last_day(try_cast(substr({{x}}, 1, 7) || '-01' as date))"
    f" when {_YEAR} then try_cast(substr({{x}}, 1, 4) || '-12-31' as date) end"
)
# most dates are whole: digits where a month or a year alone has none tell it at less cost than the patterns
_WHOLE = "substr({x}, 6, 1) between '0' and '9' and substr({x}, 9, 1) between '0' and '9'"
FLAG = f"case when {_WHOLE} then null when {_MONTH} then 'D' when {_YEAR} then 'M' end"
TIMESTAMP = (
    r"try_cast(case when regexp_matches({x}, '^[0-9-]{10}[T ]\d{2}:\d{2}[0-9:.]*( ?(Z|[+-][0-9:]+))?$') "
    r"then replace({x}, 'T', ' ') end as timestamp)"
)

PLAIN = r"\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2}([.]\d+)?)?)?)?)?"
"""ISO 8601 as nearly every delivery writes it: nothing has to be done."""
_TIME = r"\d{1,2}:\d{2}(?::\d{2}(?:[.]\d+)?)?"
OFFSET = r"Z|[+-]\d{2}(?::?\d{2})?"
_WITH_TIME = rf"(?:[T: ,]+({_TIME}) *({OFFSET})?)?"
_MONTHS = (
    "(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|UNK?|SEPT|JANUARY|FEBRUARY|MARCH|APRIL|JUNE|JULY|AUGUST"
    "|SEPTEMBER|OCTOBER|NOVEMBER|DECEMBER)"
)
_UNKNOWN = "UNK?|XX|-+"
_SAS_TEXT = rf"^(\d{{1,2}}|{_UNKNOWN})?[-/ ]?{_MONTHS}[-/, ]?(\d{{4}}){_WITH_TIME}$"
_YEAR_FIRST = rf"^(\d{{4}})[-/.](\d{{1,2}}|{_UNKNOWN})(?:[-/.](\d{{1,2}}|{_UNKNOWN}))?{_WITH_TIME}$"
_BASIC = rf"^((?:19|20)\d{{2}})(\d{{2}})(\d{{2}})(?:[T ]?(\d{{2}})(\d{{2}})(\d{{2}})?)?({OFFSET})?$"
AMBIGUOUS = r"\d{1,2}[-/. ]\d{1,2}[-/. ](\d{4}|\d{2})([T: ,].*)?"
_A_NUMBER = r"^[0-9]+([.][0-9]*)?([eE][+]?[0-9]+)?$"


@dataclass(frozen=True)
class Written:
    """How the dates of one variable are written where not all are plain ISO 8601.

    numbers: SAS days or seconds are among them. midnight: every one has the time 00:00:00. offsets: a time has one.
    """

    numbers: bool
    midnight: bool
    offsets: bool


Dates = dict[str, dict[str, str]]
"""Domain → date variable → SQL of its delivered text."""


def written(connection: duckdb.DuckDBPyConnection, tables: dict[str, Dates], cut: date | None) -> dict:
    """(domain, variable) → Written, of the date variables that are not all plain ISO 8601.

    tables: delivered table → domain → variable → SQL of its text. IngestError for key dates that cannot be read."""
    odd = _facts(connection, tables, _NOT_PLAIN)
    found: dict[str, Dates] = {}
    for (table, domain, name), (is_odd,) in odd.items():
        if is_odd:
            found.setdefault(table, {}).setdefault(domain, {})[name] = tables[table][domain][name]
    facts = _facts(connection, found, _FACTS, cut)
    _refuse(facts)
    return {
        (domain, name): Written(bool(numbers), bool(midnight), bool(offsets))
        for (_, domain, name), (_, _, _, numbers, midnight, offsets) in facts.items()
    }


# A day without a time that a program wrote as midnight is told by all of its column being so
_NOT_PLAIN = [
    rf"bool_or(not regexp_full_match({{x}}, '{PLAIN}')) or bool_and(suffix({{x}}, ' 00:00:00') "
    r"or suffix({x}, 'T00:00:00'))"
]
_FACTS = [
    "count({x})",
    f"count(*) filter (where regexp_full_match({{x}}, '{AMBIGUOUS}'))",
    f"count(*) filter (where {EARLIEST.replace('{x}', '{read}')} is not null)",
    r"bool_or(regexp_full_match({x}, '[1-9]\d{4}([.]0*)?') or try_cast({x} as double) between 1e8 and 1e10)",
    "bool_and(suffix({x}, ' 00:00:00') or suffix({x}, 'T00:00:00'))",
    rf"bool_or(regexp_matches({{x}}, '\d:\d{{2}}(:\d{{2}}([.]\d+)?)? *({OFFSET})$'))",
]


def _facts(connection, tables: dict[str, Dates], parts: list[str], cut: date | None = None) -> dict:
    """(table, domain, variable) → what each part says of its values."""
    selects, keys = [], []
    for table, domains in tables.items():
        for domain, texts in domains.items():
            keys.append([(table, domain, name) for name in texts])
            lists = ["[" + ", ".join(_filled(part, name) for part in parts) + "]" for name in texts]
            ways = dict.fromkeys(texts, Written(numbers=True, midnight=False, offsets=False)) if parts is _FACTS else {}
            rows = with_dates(table, texts, ways, cut)
            selects.append(f"select {len(keys)} as N, [{', '.join(lists)}] as FACTS from {rows}")
    if not selects:
        return {}
    found = connection.execute(" union all ".join(selects)).fetchall()
    return {key: facts for n, all_facts in found for key, facts in zip(keys[n - 1], all_facts, strict=True)}


def _filled(part: str, name: str) -> str:
    return f"cast({part.replace('{x}', as_text(name)).replace('{read}', as_read(name))} as bigint)"


def _refuse(facts: dict) -> None:
    """A key date that nobody can read for certain would silently be no date."""
    key = {(d, n): f for (_, d, n), f in facts.items() if n in KEY_DATES.get(d, ())}
    if ambiguous := [f"{count:,} in {name} of {domain}" for (domain, name), (_, count, *_) in key.items() if count]:
        raise IngestError(
            f"Dates with day or month first ({', '.join(ambiguous)}) are not read, even where one is above 12, "
            "since 05/03/2007 is 5 March or 3 May; send them in ISO 8601 (2007-03-05)."
        )
    for (domain, name), (given, _, readable, *_) in key.items():
        if domain == "EX" and name == "EXSTDTC" and given and not readable:
            raise IngestError(
                f"None of the {given:,} dates in {name} of {domain} can be read, so nobody would count as treated; "
                "send them in ISO 8601 (2007-03-05)."
            )


def _last_day(cut: date | None) -> int:
    """The last SAS day that is taken for a date."""
    return min(LATEST_DAY, (cut - date(1960, 1, 1)).days + 366) if cut else LATEST_DAY


def as_text(name: str) -> str:
    """The column of a relation of `with_dates` that holds a date as it was delivered."""
    return f'"{name} as text"'


def as_read(name: str) -> str:
    """The same as ISO 8601 text at its own precision; what cannot be read stays as it is."""
    return f'"{name} as read"'


def with_dates(rows: str, texts: dict[str, str], ways: dict[str, Written], cut: date | None) -> str:
    """A relation with the columns `as_text` of some dates and, for those in ways, `as_read`.

    Step by step, so that each pattern is matched once a value.
    """
    rows = _with(rows, {as_text(name): text for name, text in texts.items()})
    odd = {name: way for name, way in ways.items() if name in texts}
    parts = {
        f'"{name} {kind}"': f"regexp_extract(upper({as_text(name)}), '{pattern}', {fields})"
        for name in odd
        for kind, pattern, fields in _PATTERNS
    }
    return _with(_with(rows, parts), {as_read(name): _iso(name, way, _last_day(cut)) for name, way in odd.items()})


def _with(rows: str, columns: dict[str, str]) -> str:
    if not columns:
        return rows
    return f"(select *, {', '.join(f'{sql} as {name}' for name, sql in columns.items())} from {rows})"


_PATTERNS = (
    ("sas", _SAS_TEXT, "['d', 'm', 'y', 't', 'z']"),
    ("year first", _YEAR_FIRST, "['y', 'm', 'd', 't', 'z']"),
    ("basic", _BASIC, "['y', 'm', 'd', 'h', 'n', 's', 'z']"),
)


def _iso(name: str, how: Written, last: int) -> str:
    text, number = as_text(name), f"try_cast({as_text(name)} as double)"
    sas, year_first, basic = (f'"{name} {kind}"' for kind, _, _ in _PATTERNS)
    parts = [
        rf"when regexp_full_match({text}, '{PLAIN}') then {text}",
        f"when {sas}['y'] <> '' then {_joined(sas, _MONTH_NUMBER)}",
        rf"when {year_first}['y'] <> '' and not regexp_full_match({text}, '\d+[.]\d+')"
        f" then {_joined(year_first, _MONTH_DIGITS)}",
        f"when {basic}['y'] <> '' then {_basic(basic)}",
    ]
    if how.numbers:
        is_number = f"regexp_matches({text}, '{_A_NUMBER}')"
        parts = [
            f"when {is_number} and {number} = floor({number}) and {number} <= {last}"
            f" and {number} not between 1900 and 2100"
            f" then strftime(date '1960-01-01' + cast({number} as integer), '%Y-%m-%d')",
            f"when {is_number} and {number} between 1e8 and {last}.0 * 86400"
            f" then replace(strftime(timestamp '1960-01-01' + to_seconds(floor({number})), '%Y-%m-%dT%H:%M:%S'),"
            " 'T00:00:00', '')",
            *parts,
        ]
    read = f"(case {' '.join(parts)} else {text} end)"
    return f"regexp_replace({read}, '[T ]00:00:00$', '')" if how.midnight else read


_MONTH_NUMBER = (
    "lpad(cast((position(left({p}['m'], 3) in 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC') + 2) // 3 as varchar), 2, '0')"
)
_MONTH_DIGITS = "lpad({p}['m'], 2, '0')"


def _joined(parts: str, month: str) -> str:
    """SQL: year, month and day as far as they are known, then the time and its offset."""
    known = r"regexp_matches({part}, '[0-9A-Z]') and not regexp_matches({part}, '^(UNK?|XX)$')"
    has_month = known.replace("{part}", f"{parts}['m']")
    has_day = f"{has_month} and regexp_matches({parts}['d'], '[0-9]')"
    hour = f"case when position(':' in {parts}['t']) = 2 then '0' else '' end"
    time = f"case when {parts}['t'] <> '' then 'T' || {hour} || {parts}['t'] || {parts}['z'] else '' end"
    return (
        f"{parts}['y'] || case when {has_month} then '-' || {month.replace('{p}', parts)} else '' end"
        f" || case when {has_day} then '-' || lpad({parts}['d'], 2, '0') || {time} else '' end"
    )


def _basic(parts: str) -> str:
    seconds = f"case when {parts}['s'] <> '' then ':' || {parts}['s'] else '' end"
    return (
        f"{parts}['y'] || '-' || {parts}['m'] || '-' || {parts}['d'] || case when {parts}['h'] <> '' "
        f"then 'T' || {parts}['h'] || ':' || {parts}['n'] || {seconds} || {parts}['z'] else '' end"
    )
