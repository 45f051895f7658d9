"""Domains that did not come are read from the sponsor's ADaM, where that came: as far as it carries, and no further.

Each is stored as the table of schema `sdtm` that it would have been (ingest.dataset says of which dataset it was made),
so that all that follows reads it as it reads SDTM. What ADaM does not hold stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import duckdb

from ingest.as_domain import MEASUREMENTS, PLANS, candidates, disposition, select_of
from ingest.delivered import COLUMNS, MADE, Columns, delivered_columns, quoted, text_of
from ingest.delivery import Delivery, Finding
from ingest.variables import lacking_in
from ingest.weights import NUMBER, of_dataset

SOURCES = {plan["from"].lower(): [d for d, p in PLANS.items() if p["from"] == plan["from"]] for plan in PLANS.values()}
"""ADaM dataset → the domains that can be read from it."""


@dataclass(frozen=True)
class Made:
    """A domain read from an ADaM dataset: its records, and how many derived or repeated ones were left."""

    domain: str
    source: str
    rows: int
    left: int = 0


def read_from_adam(connection: duckdb.DuckDBPyConnection, delivery: Delivery, cut: date | None) -> list[Finding]:
    """Make what did not come of the sponsor's ADaM; the findings say what of which. IngestError where a decision
    would rest on what is lacking."""
    adam = delivered_columns(connection, "adam")
    if not adam:
        return []
    came = delivered_columns(connection, "sdtm")
    unread = {record["DATASET"] for record in delivery.files if record["STATUS"].startswith("not read")}
    findings: list[Finding] = []
    for domain, plan in PLANS.items():
        source = plan["from"].lower()
        if source not in adam or domain.lower() in {*came, *unread}:
            continue
        selected = (
            disposition(adam[source]) if domain == "DS" else select_of(domain, adam[source], cut, "dm" not in came)
        )
        if selected is None:
            continue
        made = _create(connection, domain, plan["from"], selected)
        findings += _told(connection, made, plan["adds"], adam[source])
    _supplement(connection, adam, came, cut)
    return findings


def own_columns(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Columns of adsl and adae that are made of the same ADaM dataset, so that comparing them says nothing."""
    made = {
        name for (name,) in connection.execute("select DATASET from ingest.dataset where SOURCE is not null").fetchall()
    }
    columns = {"dm": {"TRTA", "TRTAN", "AGE", "SEX", "RACE", "DTHDT"}, "ex": {"SAFFL", "TRTSDT", "TRTEDT"}}
    columns["ds"] = {"EOSSTT", "EOSDT", "DCSREAS"}
    columns["ae"] = {"AEDECOD", "AEBODSYS", "ASTDT", "ASTDTF", "AENDT", "TRTEMFL"}
    return set().union(*(columns.get(name, set()) for name in made))


def leave_unknown(connection: duckdb.DuckDBPyConnection) -> None:
    """Take out of adsl what would follow from the lack of a record, where the records were made of ADSL: a last day
    of treatment that ADSL does not give, and that somebody is on study of whom ADSL does not say so."""
    made = {name for (name,) in connection.execute(MADE).fetchall()}
    if "ex" in made:
        connection.execute(
            "update adsl set TRTEDT = null from (select USUBJID, count(EXENDT) as N from source.ex group by 1) as e "
            "where e.USUBJID = adsl.USUBJID and e.N = 0"
        )
    if "ds" in made:
        columns = delivered_columns(connection, "adam").get("adsl", {})
        ongoing = f"upper({text_of(*columns['EOSSTT'])}) = 'ONGOING'" if "EOSSTT" in columns else "false"
        says = f"select {text_of(*columns['USUBJID'])} from adam.adsl where {ongoing}"
        connection.execute(
            f"update adsl set EOSSTT = case when USUBJID in ({says}) then 'ONGOING' end "
            "where EOSSTT is null or EOSSTT = 'ONGOING'"
        )


def _create(connection: duckdb.DuckDBPyConnection, domain: str, source: str, selected: str) -> Made:
    table = f"sdtm.{domain.lower()}"
    connection.execute(f"create table {table} as {selected}")
    [(rows, all_)] = connection.execute(
        f"select (select count(*) from {table}), (select count(*) from adam.{source.lower()})"
    ).fetchall()
    columns = len(delivered_columns(connection, "sdtm")[domain.lower()])
    connection.execute(
        "insert into ingest.dataset values (?, ?, ?, 'sdtm', ?)", [domain.lower(), rows, columns, source]
    )
    return Made(domain, source, rows, all_ - rows if domain in MEASUREMENTS else 0)


def _told(connection, made: Made, adds: str, columns: Columns) -> Iterator[Finding]:
    """The domain is named with what SDTM would add; what its dataset lacks, as of a domain that came."""
    have = set(delivered_columns(connection, "sdtm")[made.domain.lower()])
    yield Finding(
        "note",
        made.domain,
        "read_from_adam",
        f"No {made.domain} came; it is read from {made.source}, as far as that carries.",
        1,
        f"{made.rows:,} records; not in {made.source}: "
        + (", ".join(n for n, _ in COLUMNS[made.domain] if n not in have) or "nothing"),
        f"Ask the sponsor for {made.domain}: it would add {adds}.",
        weight=of_dataset(made.domain),
    )
    if made.left:
        what = "Records that the analysis derived or repeated for another window are left out; the measured ones count."
        yield Finding("left out", f"ADAM.{made.source}", "adam_derived", what, made.left, weight=NUMBER)
    yield from lacking_in(made.domain, have)


DIED = "regexp_matches(upper(trim({x})), '^(SUBJECT |PATIENT )?(DEAD|DEATH|DIED|DECEASED)\\b')"
SAID_OF_SUBJECTS = ("COHORT", "DTHFL", "DTHDTC", "DTHCAUS")
"""What ADSL says of subjects beside a DM that came: the cohort, and the death, which counts wherever it is told."""


def _supplement(connection: duckdb.DuckDBPyConnection, adam: dict[str, Columns], came: dict[str, Columns], cut) -> None:
    """Supplemental values that the sponsor's ADaM holds beside SDTM (suppadsl, suppadae, suppadpc): the cohort, death
    and DLT of ADSL, what ADAE holds under the trial's own names of an adjudication, and which concentrations ADPC
    leaves out; so named by their label (QLABEL)."""
    adsl, adae = adam.get("adsl", {}), adam.get("adae", {})
    if "USUBJID" in adsl:
        said = [name for name in SAID_OF_SUBJECTS if "dm" in came and name in candidates("DM", adsl)]
        rows = f"({select_of('DM', adsl, cut, False)})"
        parts = [_qualifiers("DM", "ADSL", name, name, rows, "USUBJID") for name in said]
        of = text_of(*adsl["USUBJID"])
        ends = [text_of(*adsl[name]) for name in ("EOSSTT", "DCSREAS") if name in adsl and "dm" in came]
        parts += [
            _qualifiers("DM", "ADSL", "DTHFL", f"case when {DIED.format(x=x)} then 'Y' end", "adam.adsl", of)
            for x in ends
        ]
        parts += [_qualifiers("DM", "ADSL", n, text_of(*adsl[n]), "adam.adsl", of) for n in adsl if "DLT" in n]
        _store(connection, "ADSL", parts)
    if {"AESEQ", "USUBJID"} <= adae.keys():
        own = () if "ae" in came else {name for name, _ in COLUMNS["AE"]}
        names = sorted((_of_adjudication(connection) & adae.keys()) - set(own))
        but = "upper(trim(QVAL)) not in ('N', 'NO')" if _judged_in_sdtm(connection, came) else "true"
        of, number = (text_of(*adae[name]) for name in ("USUBJID", "AESEQ"))
        parts = [_qualifiers("AE", "ADAE", n, text_of(*adae[n]), "adam.adae", of, number) for n in names]
        _store(connection, "ADAE", [f"{part} and {but}" for part in parts])
    _left_out_of_profiles(connection, adam, came)


def _left_out_of_profiles(connection, adam: dict[str, Columns], came: dict[str, Columns]) -> None:
    """Which concentrations the sponsor left out, and why, as ADPC or ADNCA flags them by the number of the record."""
    flags = [name for (name,) in connection.execute("select QNAM from trial.pk_flag").fetchall()]
    for source in ("adpc", "adnca"):
        columns = adam.get(source, {})
        numbers = [name for name in ("PCSEQ", *(() if "pc" in came else ("ASEQ",))) if name in columns]
        if "USUBJID" in columns and numbers:
            of, number = (text_of(*columns[name]) for name in ("USUBJID", numbers[0]))
            said = [name for name in flags if name in columns]
            rows = f"adam.{source}"
            parts = [_qualifiers("PC", source.upper(), n, text_of(*columns[n]), rows, of, number) for n in said]
            _store(connection, source.upper(), parts)


def _of_adjudication(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The trial's own names of an adjudication, and of its reason."""
    flags = [name for (name,) in connection.execute("select distinct upper(QNAM) from trial.flag").fetchall()]
    return {name for flag in flags for name in (flag, f"{flag}RS", flag.replace("FL", "RS"))}


def _judged_in_sdtm(connection: duckdb.DuckDBPyConnection, came: dict[str, Columns]) -> bool:
    """Whether SDTM holds an adjudication: a blank of it is then a verdict awaited, which no N of an analysis ends."""
    names = _of_adjudication(connection)
    if names & came.get("ae", {}).keys():
        return True
    supplemental = [f"select QNAM from sdtm.{quoted(n)}" for n in came if n.startswith("supp") and "QNAM" in came[n]]
    found = connection.execute(" union ".join(supplemental)).fetchall() if supplemental else []
    return bool(names & {str(name).strip().upper() for (name,) in found})


def _qualifiers(domain: str, source: str, name: str, value: str, rows: str, subject: str, number: str = "") -> str:
    """SQL of supplemental records of a domain: one value of each record of an ADaM dataset, by its number if any."""
    identified = f"'{domain}SEQ' as IDVAR, {number} as IDVARVAL" if number else "null as IDVAR, null as IDVARVAL"
    return (
        f"select '{domain}' as RDOMAIN, {subject} as USUBJID, {identified}, '{name}' as QNAM, '{source}' as QLABEL, "
        f"cast({value} as varchar) as QVAL from {rows} where QVAL is not null"
    )


def _store(connection: duckdb.DuckDBPyConnection, source: str, parts: list[str]) -> None:
    """Keep supplemental records as a dataset of their own; where there are none, no dataset is."""
    if not parts:
        return
    table, selected = f"supp{source.lower()}", " union all ".join(parts)
    connection.execute(f"create table sdtm.{table} as {selected}")
    [(rows,)] = connection.execute(f"select count(*) from sdtm.{table}").fetchall()
    if not rows:
        connection.execute(f"drop table sdtm.{table}")
        return
    connection.execute("insert into ingest.dataset values (?, ?, 7, 'sdtm', ?)", [table, rows, source])
