"""An alarm: what the board is to look at first, how grave it is, whom it concerns, and what it was before."""

from __future__ import annotations

from dataclasses import dataclass

from displays.summary.who import Who, named

SEVERITIES = {
    "met": "Stopping rule met",
    "certain": "Stopping rule will be met",
    "unreadable": "Not readable, holds the dose",
    "near": "Stopping rule near",
    "severe": "Severe cardiac finding",
    "heart": "Cardiac finding",
    "unseen": "No echocardiogram",
    "rhythm": "QTc",
    "data": "Data-quality finding",
    "corrected": "Corrected value",
    "not assessed": "Not assessed",
}
"""Code → words, the gravest first; within one the order is that of the trial's definition, or of the values."""
NOT_ASSESSED_BEFORE = "was not assessed"


@dataclass(frozen=True)
class Alarm:
    """One line. text: its sentence without the subjects; leads: the display that has more of it.

    previous: "" where nothing is compared or nothing changed, "new", or what it was: "was 2 of 26, not met". Where the
    whole is new its subjects are not marked one by one.
    """

    severity: str
    text: str
    leads: str
    people: tuple[Who, ...] = ()
    previous: str = ""

    def __post_init__(self):
        if self.previous == "new":
            object.__setattr__(self, "people", tuple(who._replace(since="") for who in self.people))

    @property
    def sentence(self) -> str:
        """The whole of it: "LVEF below 50 % in 3 of 29 subjects: 101-003 37 %; 101-001 and 105-002 46 %."."""
        before = f" ({self.previous})" if self.previous else ""
        return f"{self.text}{before}{f': {named(self.people)}' if self.people else ''}."


def not_assessed(text: str, leads: str) -> Alarm:
    """What cannot be said of this cut, and why: an alarm that is not there must not be taken for none."""
    return Alarm("not assessed", text, leads)


def was(people: list[Who], before: list[Who] | None, number: int) -> str:
    """What an alarm of subjects was: "was 2 of 24", "new" where it named nobody; "" for the same or where none is
    compared (None). number: out of how many then."""
    if before is None or {who.usubjid for who in people} == {who.usubjid for who in before}:
        return ""
    return f"was {len(before)} of {number}" if before else "new"
