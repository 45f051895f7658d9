"""What a delivered dataset lacks: variables that displays use, and what was meant where a name is nearly right."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path

from pyarrow import ChunkedArray, Table

from ingest.codes import MISSING
from ingest.delivery import Finding, IngestError
from ingest.source import COLUMNS
from ingest.table import values
from ingest.weights import NUMBER, of_dataset

LACKING = tomllib.loads((Path(__file__).parent / "variables.toml").read_text(encoding="utf-8"))
STOPS, NUMBERS = LACKING.pop("stops"), set(LACKING.pop("numbers"))
"""Domain → variable → what cannot be decided without it; LACKING the same for what cannot be shown."""
ALIKE = 0.85
"""So alike (a ratio of 0 to 1) are two names of which one may be the other misspelt."""
STANDARD = (
    "SEQ GRPID REFID SPID LNKID LNKGRP MODIFY LLT LLTCD PTCD HLT HLTCD HLGT HLGTCD BODSYS BDSYCD SOC SOCCD CAT "
    "SCAT PRESP OCCUR STAT REASND LOC LAT DIR PORTOT METHOD LOBXFL BLFL DRVFL EVAL EVALID ACPTFL REPNUM POS NAM "
    "LOINC SPEC SPCCND TOX TOXGR SEV SER ACN ACNOTH REL RELNST PATT OUT SCONG SDISAB SDTH SHOSP SLIFE SOD SMIE "
    "CONTRT DTC STDTC ENDTC DY STDY ENDY DUR TPT TPTNUM ELTM TPTREF RFTDTC STRF ENRF EVLINT EVINTX STRTPT STTPT "
    "ENRTPT ENTPT DOSE DOSTXT DOSU DOSFRM DOSFRQ DOSTOT DOSRGM ROUTE LOT VAMT VAMTU TRTV ADJ INDC CLAS CLASCD "
    "ORNRLO ORNRHI STNRLO STNRHI STNRC NRIND"
).split()
"""Endings of the standard's variables: one of these is itself, not another one misspelt."""
LEAST_OWN = 3
"""A dataset is taken for a misnamed domain where so many of its columns, or more, are that domain's own."""


def lacking(datasets: Mapping[str, Table]) -> list[Finding]:
    """The findings of what is lacking or misnamed; IngestError where a decision would rest on it."""
    columns = {name.upper(): {str(column).upper() for column in table.column_names} for name, table in datasets.items()}
    findings = [finding for name in columns for finding in _variables(name, columns[name])]
    findings += [finding for name, table in datasets.items() if len(table) for finding in _empty(name.upper(), table)]
    return findings + [finding for name in columns for finding in _misnamed(name, columns)]


def lacking_in(domain: str, delivered: set[str]) -> list[Finding]:
    """The findings of what one domain lacks; delivered: its columns, upper case."""
    return list(_variables(domain, delivered))


def _variables(name: str, delivered: set[str]) -> Iterator[Finding]:
    domain = "SUPP" if name.startswith("SUPP") else name
    for variable, consequence in STOPS.get(name, {}).items():
        if variable not in delivered:
            raise IngestError(
                f"{name} has no {variable}: {consequence}{_perhaps(variable, domain, delivered)}; "
                f"ask for {name} with {variable}."
            )
    told: set[str] = set()
    for names, consequence in LACKING.get(domain, {}).items():
        wanted = names.split()
        if not delivered & set(wanted):
            told |= set(wanted)
            what = f"{name} has no {' or '.join(wanted)}: {consequence}"
            yield _finding(name, domain, "variable_missing", what, wanted, delivered)
    for variable, _ in COLUMNS.get(domain, ()):
        if variable not in delivered | told and _alike(variable, domain, delivered):
            what = f"{name} has no {variable}"
            yield _finding(name, domain, "variable_misnamed", what, [variable], delivered)


def _empty(name: str, table: Table) -> Iterator[Finding]:
    """The same of variables that came and hold no value in any record."""
    domain = "SUPP" if name.startswith("SUPP") else name
    by_name = {str(column).upper(): column for column in table.column_names}
    for stops, lack in ((True, STOPS.get(name, {})), (False, LACKING.get(domain, {}))):
        for names, consequence in lack.items():
            came = [variable for variable in names.split() if variable in by_name]
            if not came or any(_has_value(table[by_name[variable]]) for variable in came):
                continue
            what = f"{name} has no value in {' or '.join(came)}: {consequence}"
            if stops:
                raise IngestError(f"{what}; ask for {name} with {came[0]}.")
            yield Finding(
                "doubtful",
                name,
                "variable_empty",
                f"{what}.",
                len(table),
                ", ".join(came),
                "Ask the sponsor for the values, unless there are none.",
                weight=of_dataset(name),
            )


def _has_value(column: ChunkedArray) -> bool:
    """Whether a value stands anywhere in it; the first one ends the search."""
    return any(str(value).strip() not in ("", *MISSING) for value in values(column))


def _finding(name: str, domain: str, check: str, what: str, wanted: list[str], delivered: set[str]) -> Finding:
    likely = next(filter(None, (_perhaps(variable, domain, delivered) for variable in wanted)), "")
    return Finding(
        "doubtful",
        name,
        check,
        f"{what}{likely}.",
        1,
        ", ".join(wanted),
        "Ask the sponsor for the variable.",
        weight=NUMBER if NUMBERS.issuperset(wanted) else of_dataset(name),
    )


def _perhaps(name: str, domain: str, delivered: set[str]) -> str:
    alike = _alike(name, domain, delivered)
    return f"; {alike}, which was delivered, may be it" if alike else ""


def _alike(name: str, domain: str, delivered: set[str]) -> str:
    """A delivered column that may be the variable misspelt: nearly its name, and no variable of the standard itself."""
    known = {column for column, _ in COLUMNS[domain]}
    standard = {f"{domain}{ending}" for ending in STANDARD}
    strange = sorted(delivered - known - standard)
    near = [column for column in strange if name in (letters := re.sub("[^A-Z]", "", column), domain + letters)]
    near += [column for column in strange if _is_slip(column, name)]
    return next(iter(near or get_close_matches(name, strange, 1, ALIKE)), "")


def _is_slip(column: str, name: str) -> bool:
    """Whether two names differ by one letter, or by the order of their letters alone."""
    if len(column) != len(name):
        return False
    return sorted(column) == sorted(name) or sum(a != b for a, b in zip(column, name, strict=True)) == 1


def _misnamed(name: str, columns: Mapping[str, set[str]]) -> Iterator[Finding]:
    """A dataset of no domain that displays use, whose columns are those of one that did not come."""
    if name in COLUMNS or name.startswith("SUPP"):
        return
    for domain in sorted(set(COLUMNS) - columns.keys() - {"SUPP", "TS", "TA", "TV"}):
        own = {c for c, _ in COLUMNS[domain] if c.startswith(domain)} & columns[name]
        if len(own) < LEAST_OWN:
            continue
        words = f"the dataset {name} has columns of {domain} ({', '.join(sorted(own)[:3])}), which was not delivered"
        if domain in STOPS or domain == "DS":
            raise IngestError(f"{words[:1].upper()}{words[1:]}; deliver it as {domain}.")
        what = f"{words[:1].upper()}{words[1:]}: it may be {domain} under another name, and is not used."
        action = f"Deliver it as {domain}, if it is."
        yield Finding("doubtful", name, "dataset_misnamed", what, 1, domain, action, weight=of_dataset(domain))
