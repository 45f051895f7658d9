"""The printable profile of one subject: a sheet of paper, made when it is asked for."""

from __future__ import annotations

import visit
from displays import Display
from displays.adverse_events.subject import subject_adverse_events
from displays.subject.course import subject_course
from displays.subject.header import subject_header
from displays.subject.pk_parameters import subject_parameters
from export import images_available, profile
from pages.parts.handed import File, file_button

DISPLAYS = (subject_header, subject_course, subject_adverse_events, subject_parameters)


def draw_profile(usubjid: str) -> None:
    """The button that writes the profile of the subject; none where something is supposed: that is never written."""
    seen = visit.view()
    if seen.cut.hypothetical:
        return
    number = {known: number for number, known in visit.subject_numbers().items()}.get(usubjid, "subject")
    possible = images_available()

    def write() -> bytes:
        made: list[Display] = [display(seen, usubjid) for display in DISPLAYS]
        return profile(*made)

    name = f"profile_{number}_{seen.cut.date.isoformat()}.pdf"
    file_button(
        "Profile (PDF)",
        File(f"profile of {usubjid}", "pdf", write, name, "application/pdf"),
        key="profile",
        type="tertiary",
        disabled=not possible,
        help="One page to print: facts, course, pharmacokinetic parameters, the worst adverse events"
        if possible
        else "The profile needs Chromium or Chrome on the server, and there is none.",
    )
