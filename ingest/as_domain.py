"""A domain of SDTM as a dataset of the sponsor's ADaM carries it: SQL, by the plans of from_adam.toml."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

from ingest.dates import PLAIN, Written, as_read, with_dates
from ingest.delivered import COLUMNS, Columns, quoted, text_of
from ingest.delivery import IngestError

PLANS = tomllib.loads((Path(__file__).parent / "from_adam.toml").read_text(encoding="utf-8"))
MEASURED = PLANS.pop("measured")
"""Variables of any domain of measurements, -- for its code."""
DATE = Written(numbers=True, midnight=False, offsets=False)


def candidates(domain: str, columns: Columns) -> dict[str, list[str]]:
    """Each variable of a domain that the dataset carries → where from, the first choice first."""
    own = PLANS[domain].get("columns") or {key.replace("--", domain): value for key, value in MEASURED.items()}
    found = {}
    for name, _ in COLUMNS[domain]:
        choices = [name, *own.get(name, "").split()]
        present = [choice for choice in choices if choice.partition(":")[0] in columns]
        if present:
            found[name] = present
    return _of_one_unit(domain, found, columns)


def _of_one_unit(domain: str, found: dict[str, list[str]], columns: Columns) -> dict[str, list[str]]:
    """A result and its limits in one unit: that of SDTM where the dataset kept both, else that of the analysis."""
    kept = {f"{domain}STRESN", f"{domain}STRESU"} <= columns.keys()
    if domain not in MEASUREMENTS or kept or "AVAL" not in columns:
        return found
    turned = {name: found[name][::-1] for name in _in_unit(domain) if name in found}
    return found | turned


def _in_unit(domain: str) -> list[str]:
    return [f"{domain}{ending}" for ending in ("STRESN", "STRESC", "STRESU", "STNRLO", "STNRHI")]


MEASUREMENTS = {domain for domain, plan in PLANS.items() if "columns" not in plan and domain != "DS"}
"""The domains whose dataset of ADaM has one row a measurement (BDS)."""


def select_of(domain: str, columns: Columns, cut: date | None, alone: bool) -> str | None:
    """SQL of a domain as an ADaM dataset carries it; None where it carries nothing of use. alone: no DM came."""
    source, found = PLANS[domain]["from"], candidates(domain, columns)
    needed = PLANS[domain].get("needs", "")
    if needed and needed not in found:
        if domain == "EX" and not alone:
            return None
        raise IngestError(_lacks(domain, source, needed))
    if "USUBJID" not in found:
        raise IngestError(
            f"{source} has no column USUBJID, so its records belong to nobody; ask for the dataset again."
        )
    kinds = dict(COLUMNS[domain])
    dates = {choice.partition(":")[0] for name in found if name.endswith("DTC") for choice in found[name]}
    texts = {name: text_of(*columns[name], "number") for name in sorted(dates)}
    rows = with_dates(f"adam.{source.lower()}", texts, dict.fromkeys(texts, DATE), cut)
    values = {name: _value(name, kinds[name], choices, columns) for name, choices in found.items()}
    values |= _own_words(domain, columns, values)
    if domain == "DM" and {"ARM", "TRT01P", "TRT01A"} <= columns.keys() and "ACTARM" not in columns:
        # an arm may be named otherwise than its treatment: where that is the same, so is the arm
        planned = text_of(*columns["TRT01P"])
        values["ACTARM"] = f"case when {planned} = {values['ACTARM']} then {values['ARM']} else {values['ACTARM']} end"
    chosen = ", ".join(f"{value} as {quoted(name)}" for name, value in values.items())
    return f"select {chosen}{_number_of(domain, columns)} from {rows}{_only(domain, columns, values)}"


def _lacks(domain: str, source: str, needed: str) -> str:
    choices = PLANS[domain]["columns"].get(needed, "").split()
    names = dict.fromkeys(choice.partition(":")[0] for choice in choices)
    listed = " or ".join([needed, *names] if domain == "AE" else names or [needed])
    why = {"AE": "no event has a date", "EX": "nobody's first infusion is known", "DM": "its records belong to nobody"}
    return f"No {domain} came, and {source} has no {listed}: {why[domain]}; ask for {domain}, or for {source} with it."


def _value(name: str, kind: str, choices: list[str], columns: Columns) -> str:
    parts = [_date(choice, columns) if name.endswith("DTC") else text_of(*columns[choice], kind) for choice in choices]
    return f"coalesce({', '.join(parts)})" if len(parts) > 1 else parts[0]


def _date(choice: str, columns: Columns) -> str:
    """SQL: a day or moment as ISO 8601 text, without what was imputed of it."""
    name, *flags = choice.split(":")
    read = as_read(name)
    if not name.endswith("DTC"):
        day, *time = [f"upper({text_of(*columns[flag])})" if flag in columns else "null" for flag in (*flags, "", "")]
        whole = f"{time[0]} is null" if name.endswith("DTM") else "false"
        cases = (
            f"when not regexp_full_match({read}, '{PLAIN}') then {read} when {day} = 'Y' then null "
            f"when {day} = 'M' then left({read}, 4) when {day} = 'D' then left({read}, 7)"
        )
        return f"case {cases} when {whole} then {read} else left({read}, 10) end"
    return read


def _own_words(domain: str, columns: Columns, values: dict[str, str]) -> dict[str, str]:
    """What the names of parameters say: the unit, who assessed, which of them is the overall response."""
    if domain not in MEASUREMENTS or "PARAM" not in columns:
        return {}
    param, words = text_of(*columns["PARAM"]), {}
    unit = r"nullif(regexp_extract({x}, '\(([^()]*)\)\s*$', 1), '')".replace("{x}", param)
    if f"{domain}STRESU" in dict(COLUMNS[domain]):
        words[f"{domain}STRESU"] = f"coalesce({values.get(f'{domain}STRESU', 'null')}, {unit})"
    if f"{domain}TEST" not in columns:
        words[f"{domain}TEST"] = rf"coalesce(nullif(regexp_replace({param}, '\s*\([^()]*\)\s*$', ''), ''), {param})"
    if domain == "RS":
        words["RSTESTCD"] = f"regexp_replace({values['RSTESTCD']}, '^OVR(L|RESP)?$', 'OVRLRESP', 'i')"
        said = f"upper({param})"
        words["RSEVAL"] = (
            f"coalesce({values.get('RSEVAL', 'null')}, case when {said} like '%INVESTIGATOR%' then 'INVESTIGATOR' "
            f"when regexp_matches({said}, 'INDEPENDENT|CENTRAL|COMMITTEE') then 'INDEPENDENT ASSESSOR' end)"
        )
    return words if "RSTESTCD" in values or domain != "RS" else {}


def _number_of(domain: str, columns: Columns) -> str:
    """What else goes along: that a record of EX is a whole period; whatever ADAE holds of dose-limiting toxicity."""
    if domain == "EX":
        return ", 'Y' as EXPERIOD"
    known = dict(COLUMNS[domain])
    extra = [its for name, (its, _) in columns.items() if domain == "AE" and "DLT" in name and name not in known]
    return "".join(f", {quoted(name)}" for name in extra)


def _only(domain: str, columns: Columns, values: dict[str, str]) -> str:
    """The records that were measured: none that the analysis derived (DTYPE), none repeated for a second window."""
    if domain == "EX":
        return f" where coalesce({values['EXSTDTC']}, {values.get('EXENDTC', 'null')}) is not null"
    if domain not in MEASUREMENTS:
        return ""
    measured = f" where {text_of(*columns['DTYPE'])} is null" if "DTYPE" in columns else ""
    if f"{domain}SEQ" not in columns:
        return measured
    key = [n for n in ("USUBJID", f"{domain}SEQ", f"{domain}TESTCD", "PARAMCD") if n in columns]
    by = ", ".join(quoted(columns[name][0]) for name in key)
    first = quoted(columns["AVISITN"][0]) if "AVISITN" in columns else by
    return f"{measured} qualify row_number() over (partition by {by} order by {first}) = 1"


def disposition(columns: Columns) -> str | None:
    """SQL of DS as ADSL carries it: one record for the end of treatment, one for the end of the study."""

    def first(*names: str) -> str:
        return f"coalesce({', '.join([text_of(*columns[n]) for n in names if n in columns] + ['null'])})"

    ends = {"EOSSTT", "DCSREAS", "DCDECOD", "EOSDT"} & columns.keys()
    if not ends or "USUBJID" not in columns:
        return None
    told = {"EOSSTT", "DCSREAS", "EOSDT"} & columns.keys()
    parts = [
        _end("FOLLOW-UP" if told else "", first("DCSREAS", "DCDECOD", "EOSSTT"), first("EOSSTT"), "EOSDT", columns)
    ]
    if told and {"EOTSTT", "DCTREAS"} & columns.keys():
        parts.append(_end("TREATMENT", first("DCTREAS", "EOTSTT"), first("EOTSTT"), "EOTDT", columns))
    return " union all ".join(parts)


def _end(epoch: str, reason: str, status: str, day: str, columns: Columns) -> str:
    read = "null"
    rows = "adam.adsl"
    if day in columns:
        rows, read = with_dates(rows, {day: text_of(*columns[day], "number")}, {day: DATE}, None), _date(day, columns)
    return (
        f"select {text_of(*columns['USUBJID'])} as USUBJID, {reason} as DSDECOD, 'DISPOSITION EVENT' as DSCAT, "
        f"nullif('{epoch}', '') as EPOCH, {read} as DSSTDTC from {rows} "
        f"where {reason} is not null and upper(coalesce({status}, '')) not in ('ONGOING', 'NOT STARTED')"
    )
