"""The samples and the dose of every profile, as pkprofile and pkdose of a cut hold them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import nan

import duckdb

Key = tuple[str, str, int, int]
"""Subject, analyte, course, day of the course."""


@dataclass
class Profile:
    """The samples of one analyte after one infusion, and the dose with the hour of its last planned sample."""

    key: Key
    dose: dict
    hours: list[float] = field(default_factory=list)
    concentrations: list[float] = field(default_factory=list)
    planned: list[float] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    unused: set[str] = field(default_factory=set)

    @property
    def first(self) -> bool:
        """Before the first infusion of a course there is no drug."""
        return self.dose["FIRSTFL"] == "Y"

    @property
    def parent(self) -> bool:
        return self.key[1] == "PARENT"

    @property
    def route(self) -> str:
        route = str(self.dose["ROUTE"]).lower()
        return "extravascular" if route == "bolus" and not self.parent else route

    @property
    def notes(self) -> tuple[str, ...]:
        """What holds for every parameter: planned times, results of one time that differ or cannot be read."""
        set_aside = bool({"DIFFERENT", "NO VALUE"} & self.unused)
        return ("NOMINAL",) * ("NOMINAL" in self.sources) + ("SETASIDE",) * set_aside


def profiles(connection: duckdb.DuckDBPyConnection) -> dict[Key, Profile]:
    """Every infusion of which a sample was recorded: its samples in the order of their times, and its dose."""
    doses = {
        (row["USUBJID"], row["COURSE"], row["COURSEDY"]): row
        for row in _rows(
            connection,
            "select d.*, (select max(k.NRRLT) from trial.pk_sample as k where k.COURSE = d.COURSE "
            "and k.COURSEDAY = d.COURSEDY) as LASTPLANNED from pkdose as d "
            "where (USUBJID, COURSE, COURSEDY) in (select (USUBJID, COURSE, COURSEDY) from pkprofile)",
        )
    }
    found: dict[Key, Profile] = {}
    for row in _rows(connection, "select * from pkprofile order by USUBJID, ANALYTE, COURSE, COURSEDY, HOUR, PCSEQ"):
        dose = doses.get((row["USUBJID"], row["COURSE"], row["COURSEDY"]))
        if dose is not None:
            key = (row["USUBJID"], row["ANALYTE"], row["COURSE"], row["COURSEDY"])
            _add(found.setdefault(key, Profile(key, dose)), row)
    return found


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[dict]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    yield from (dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _add(profile: Profile, row: dict) -> None:
    if row["REASON"] is not None:
        profile.unused.add(row["REASON"])
        return
    profile.hours.append(row["HOUR"])
    profile.concentrations.append(row["CONC"])
    profile.planned.append(nan if row["NRRLT"] is None else row["NRRLT"])
    profile.sources.add(row["TIMEFROM"])
