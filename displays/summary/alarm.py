"""An alarm: what the board is to look at first, how grave it is, whom it concerns, and what it was before."""

from __future__ import annotations

from dataclasses import dataclass

from displays.summary.who import Who, named
from displays.words import listed
from queries import View

SEVERITIES = {
    "met": "Stopping rule met",
    "certain": "Stopping rule will be met",
    "unreadable": "Not readable, holds the dose",
    "near": "Stopping rule near",
    "fatal": "Drug-related death",
    "severe": "Severe cardiac finding",
    "liver": "Hy's law",
    "lysis": "Clinical tumour lysis",
    "aplasia": "Late aplasia",
    "heart": "Cardiac finding",
    "unseen": "No echocardiogram",
    "rhythm": "QTc",
    "gone": "No longer found",
    "verdict": "Adjudication changed",
    "data": "Data-quality finding",
    "corrected": "Corrected or withdrawn value",
    "milder": "Milder cardiac finding",
    "milder lysis": "Tumour lysis by laboratory",
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


def earlier(view: View) -> View | None:
    """The previous cut as a view of its own; None where none is compared."""
    return View(view.previous) if view.previous else None


def not_assessed(text: str, leads: str, previous: str = "") -> Alarm:
    """What cannot be said of this cut, and why: an alarm that is not there must not be taken for none."""
    return Alarm("not assessed", f"{text}, {previous}" if previous else text, leads)


def none_now(text: str, leads: str, before: list[Who], number: int) -> Alarm:
    """An alarm of the previous cut that this one does not hold: what happened cannot unhappen, so a record of it was
    withdrawn or corrected. text: the alarm without its number; before: whom it named; number: out of how many then."""
    found = f"{text} in none now, withdrawn or corrected"
    return Alarm("gone", found, leads, tuple(before), f"was {len(before)} of {number}")


def was(people: list[Who], before: list[Who] | None, number: int) -> str:
    """What an alarm of subjects was: "was 2 of 24", "was 1 of 12, 105-001 no longer", "new" where it named nobody; ""
    for the same or where none is compared (None). number: out of how many then."""
    if before is None or {who.usubjid for who in people} == {who.usubjid for who in before}:
        return ""
    return f"was {len(before)} of {number}{dropped(people, before)}" if before else "new"


def dropped(people: list[Who], before: list[Who]) -> str:
    """ ", 105-001 no longer": whom the alarm named and does not name now."""
    still = {who.usubjid for who in people}
    lost = [who.subjid for who in before if who.usubjid not in still]
    return f", {listed(lost)} no longer" if lost else ""
