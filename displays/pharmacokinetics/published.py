"""What is published of the drug in other populations, as the trial definition cites it: beside, never mixed in."""

from __future__ import annotations

from displays.pharmacokinetics.concentrations import amount
from displays.words import sentence
from queries import View

NONE = "No published figures of another population are stated in the trial definition."


def published(view: View) -> str:
    """Every citation in a sentence that names its population."""
    rows = view.trial.content.get("published", ())
    said = [sentence(f"another population, {row['population']}: {row['text']} ({row['source']})") for row in rows]
    return " ".join(said) or NONE


def published_range(view: View, code: str, unit: str) -> str:
    """The published ranges of one parameter, in a sentence; empty where none is stated."""
    rows = [row for row in view.trial.content.get("published", ()) if row.get("parameter") == code]
    ranges = [f"{amount(row['low'])} to {amount(row['high'])} {unit} in {row['population']}" for row in rows]
    return sentence(f"published of another population: {'; '.join(ranges)}") if ranges else ""
