"""The story of the sample trial, read from the tables in ../story."""

from __future__ import annotations

import csv
import random
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from .dates import date_of, parse

FOLDER = Path(__file__).parents[1]
SEED = 20070222
STUDY = "NCT00430443"
CUTS = (date(2007, 8, 31), date(2007, 11, 30), date(2008, 2, 29))
LAST = CUTS[-1]


def table(name: str) -> list[dict[str, str]]:
    """Rows of one table of the story, as text."""
    with open(FOLDER / "story" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    return float(text) if text else None


@dataclass(frozen=True, eq=False)
class Subject:
    """One subject of the story with all that is told of them."""

    told: dict
    courses: tuple[int, ...]
    endings: tuple[dict, ...]
    transplant_day: int | None

    def __getattr__(self, name: str):
        if name == "told" or name not in self.told:
            raise AttributeError(name)
        return self.told[name]

    @property
    def id(self) -> str:
        return f"{STUDY}-{self.subject}"

    @property
    def first(self) -> date | None:
        return parse(self.first_infusion)

    @property
    def treated(self) -> bool:
        return self.first is not None

    @cached_property
    def death(self) -> date | None:
        return next((self.date(int(row["day"])) for row in self.endings if row["decod"] == "DEATH"), None)

    @cached_property
    def off_study(self) -> date | None:
        return next((self.date(int(row["day"])) for row in self.endings if row["epoch"] == "FOLLOW-UP"), None)

    @property
    def observed_until(self) -> date:
        return min(self.off_study or LAST, LAST)

    @property
    def last_day(self) -> int:
        return (self.observed_until - self.first).days + 1

    @property
    def age(self) -> int:
        birth, consent = parse(self.birth), parse(self.consent)
        return consent.year - birth.year - ((consent.month, consent.day) < (birth.month, birth.day))

    def date(self, day: int) -> date:
        return date_of(day, self.first)

    def random(self, domain: str) -> random.Random:
        """Numbers of its own for each subject and domain, so that a change in one leaves the others alone."""
        return random.Random(f"{SEED}/{self.subject}/{domain}")


@dataclass(frozen=True)
class Story:
    subjects: tuple[Subject, ...]

    @cached_property
    def treated(self) -> tuple[Subject, ...]:
        return tuple(subject for subject in self.subjects if subject.treated)

    @cached_property
    def trial(self) -> dict:
        return tomllib.loads((FOLDER / "trial.toml").read_text(encoding="utf-8"))

    def of(self, name: str, subject: Subject) -> list[dict[str, str]]:
        """Rows of one table of the story that speak of one subject."""
        return [row for row in table_once(name) if row["subject"] == subject.subject]


_TABLES: dict[str, list[dict[str, str]]] = {}


def table_once(name: str) -> list[dict[str, str]]:
    if name not in _TABLES:
        _TABLES[name] = table(name)
    return _TABLES[name]


def read() -> Story:
    """The whole story."""
    return Story(tuple(_subject(row) for row in table("subjects")))


def _subject(row: dict) -> Subject:
    endings = tuple(end for end in table_once("dispositions") if end["subject"] == row["subject"])
    transplant = next(
        (int(line["day"]) for line in table_once("transplants") if line["subject"] == row["subject"]), None
    )
    courses = tuple(int(day) for day in row["courses"].split(";") if day)
    return Subject(told=row, courses=courses, endings=endings, transplant_day=transplant)
