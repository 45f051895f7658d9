"""Days and ISO 8601 dates of SDTM."""

from __future__ import annotations

from datetime import date, datetime, timedelta


def day_of(when: date, first: date | None) -> float | None:
    """Study day of a date: day 1 is the first infusion, and there is no day 0."""
    if first is None:
        return None
    days = (when - first).days
    return float(days + 1 if days >= 0 else days)


def date_of(day: int, first: date) -> date:
    """Date of a study day (a negative day lies before the first infusion)."""
    return first + timedelta(days=day - 1 if day > 0 else day)


def stamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M")


def parse(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
