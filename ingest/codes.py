"""How a delivered text is read as what it stands for: missing, a number, a grade, yes or no, a frequency of dosing.

Each is an expression of SQL over `{x}`, the text; what it does not know is NULL, and a check counts it.
"""

from __future__ import annotations

MISSING = (".", "NA", "na", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NAN", "NaT", "null", "NULL", "Null")
"""What programs write for a value that is not there: SAS, R, Python, spreadsheets, databases."""
MISSING_VALUE = (*MISSING, "None", "none", "NONE")
"""The same where a number, a date, a grade or a site is expected; elsewhere "none" is an answer (no action taken)."""

# One sign, digits, one decimal point, one exponent. DuckDB alone would also read 1_30, nan and 1e400 (as infinity).
_NUMBER = r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
NUMBER = (
    f"case when regexp_full_match({{x}}, '{_NUMBER}') and isfinite(try_cast({{x}} as double)) "
    "then try_cast({x} as double) end"
)
WHOLE_ID = r"regexp_replace({x}, '^([0-9]+)[.]0+$', '\1')"
"""A site 101 that a program took for a number and wrote as 101.0."""

# A CTCAE grade as it is written: 3, 3.0, Grade 3, G3, Grade III, 3 (severe), 3 - Severe.
_GRADE = "([1-5]|I{1,3}|IV|V)"
_BEFORE = "(?:(?:CTCAE *)?(?:GRADE|GR[.]?|G) *[-:]? *)?"
_WORD = "(?:MILD|MODERATE|SEVERE|VERY SEVERE|SIGNIFICANT|LIFE|DISABLING|DEATH|FATAL)"
_AFTER = f"(?:[.]0*)?(?: *[(][^0-9()]*[)]| *[-:,–]? *{_WORD}[A-Z ,/-]*)?"
_RANGE = f"^{_BEFORE}{_GRADE} *(?:-|–|TO) *{_BEFORE}{_GRADE}$"
GRADE_RANGE = f"regexp_matches(upper({{x}}), '{_RANGE}')"
"""Two grades for one event ("3-4"): the worse of two neighbours counts, others are no grade."""


def _digit(pattern: str, group: int) -> str:
    written = f"regexp_extract(upper({{x}}), '{pattern}', {group})"
    roman = " ".join(f"when '{text}' then {grade}" for grade, text in enumerate(("I", "II", "III", "IV", "V"), 1))
    return f"case {written} {roman} else try_cast({written} as integer) end"


_FROM, _TO = _digit(_RANGE, 1), _digit(_RANGE, 2)
GRADE = (
    f"coalesce({_digit(f'^{_BEFORE}{_GRADE}{_AFTER}$', 1)}, "
    f"case when {GRADE_RANGE} and abs({_FROM} - {_TO}) <= 1 then greatest({_FROM}, {_TO}) end)"
)

_YES = ("Y", "YES", "TRUE", "T", "1")
_NO = ("N", "NO", "FALSE", "F", "0")


def listed(words: tuple[str, ...]) -> str:
    """Words as a list of SQL."""
    return ", ".join(f"'{word}'" for word in words)


YESNO = (
    f"case when upper({{x}}) in ({listed(_YES)}) or regexp_matches(upper({{x}}), '^(Y|YES) *[-,;:(]') then 'Y' "
    f"when upper({{x}}) in ({listed(_NO)}) then 'N' end"
)
"""Y or N, however a data capture system codes them; anything else is unknown."""
VERDICT = f"coalesce({YESNO}, {{x}})"
"""The same, with what is neither left as it is: its own check tells it."""

_NOT = "NOT? ?(DONE|GIVEN|PERFORMED|ADMINISTERED|TAKEN|INFUSED|DOSED|OCCUR(RED)?)"
OCCURRED = (
    f"coalesce({YESNO}, case when regexp_full_match(upper({{x}}), '{_NOT}([ ,;:(].*)?|ND|N/D|NEVER') then 'N' "
    "when upper({x}) in ('DONE', 'GIVEN', 'PERFORMED', 'ADMINISTERED', 'TAKEN', 'OCCURRED') then 'Y' end)"
)
"""Whether a treatment or a visit took place, in the words of --OCCUR; anything else is unknown."""
STATUS = (
    "case when regexp_full_match(upper({x}), 'NOT?[ _-]?(DONE|PERFORMED|ASSESSED|TAKEN|COLLECTED|OBTAINED|EVALUATED"
    "|DRAWN|MEASURED)[.]?|ND|N/D|MISSED') then 'NOT DONE' else {x} end"
)
"""NOT DONE, the one term of --STAT, in other words too; anything else stays as it is written."""
SEX = (
    "case when upper({x}) in ('F', 'FEMALE', 'FEM', 'WOMAN', 'GIRL') then 'F' "
    "when upper({x}) in ('M', 'MALE', 'MAN', 'BOY') then 'M' else {x} end"
)
"""F or M; anything else stays as it is written."""

FREQUENCIES = {
    "QD": "QD,OD,Q1D,Q24H,DAILY,ONCE DAILY,ONCE A DAY,ONCE PER DAY,ONCE EVERY DAY,EVERY DAY,EACH DAY,PER DAY,"
    "EVERY 24 HOURS,ONE TIME PER DAY,ONE TIME DAILY,1 TIME PER DAY,1X DAY,1 X DAY,1X DAILY,ONCE EVERY 24 HOURS",
    "BID": "BID,BD,Q12H,TWICE DAILY,TWICE A DAY,TWICE PER DAY,TWO TIMES PER DAY,TWO TIMES A DAY,TWO TIMES DAILY,"
    "2 TIMES PER DAY,2X DAY,2 X DAY,2X DAILY,EVERY 12 HOURS",
    "TID": "TID,TDS,Q8H,THREE TIMES DAILY,THREE TIMES A DAY,THREE TIMES PER DAY,3 TIMES PER DAY,3 TIMES A DAY,"
    "3 TIMES DAILY,3X DAY,3 X DAY,3X DAILY,EVERY 8 HOURS",
    "QID": "QID,QDS,FOUR TIMES DAILY,FOUR TIMES A DAY,FOUR TIMES PER DAY,4 TIMES PER DAY,4 TIMES A DAY,"
    "4 TIMES DAILY,4X DAY,4 X DAY,4X DAILY",
    "Q6H": "Q6H,EVERY 6 HOURS,EVERY SIX HOURS",
    "QOD": "QOD,Q2D,Q48H,EVERY OTHER DAY,EVERY SECOND DAY,EVERY 2 DAYS,EVERY 48 HOURS,ALTERNATE DAYS",
    "CONTINUOUS": "CONTINUOUS,CONTINUOUSLY,CONTINUOUS INFUSION,CONTINUOUS IV INFUSION,CONTINUOUS INTRAVENOUS INFUSION",
    "ONCE": "ONCE,ONE TIME,ONE TIME ONLY,ONCE ONLY,SINGLE,SINGLE DOSE,SINGLE INFUSION,1X,X1,1 TIME,1 DOSE,ONE DOSE",
}
"""CDISC's term of a frequency of dosing → the words it is written in, in capitals and without punctuation."""
_WORDS = "trim(regexp_replace(replace(upper({x}), '.', ''), '[^A-Z0-9]+', ' ', 'g'))"
_TERMS = [f"when {_WORDS} in ({listed(tuple(words.split(',')))}) then '{term}'" for term, words in FREQUENCIES.items()]
FREQUENCY = f"case {' '.join(_TERMS)} else {{x}} end"
"""CDISC's term; a frequency in other words stays as it is written."""
READ_AS = {
    "number": NUMBER,
    "yesno": YESNO,
    "occur": OCCURRED,
    "status": STATUS,
    "sex": SEX,
    "verdict": VERDICT,
    "frequency": FREQUENCY,
    "id": WHOLE_ID,
    "upper": "upper({x})",
}
"""Kind of a column in source_columns.toml → how its text is read."""
VALUES = {"number", "grade", "id", "sex"}
"""Kinds in which "none" stands for nothing."""
