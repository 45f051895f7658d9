"""Who is in remission and who is evaluable for response, as the reader sees it, with the sources."""

from __future__ import annotations

from displays.display import Display, not_collected
from queries import View

SOURCE = (
    "AML: ELN 2022 (Döhner, Blood 2022;140:1345). ALL: marrow below 5 % blasts with recovered counts, no recurrence "
    "for 4 weeks (Biol Blood Marrow Transplant 2010;16:1187). Intervals: Clopper and Pearson 1934."
)
RULES = (
    "Remission is a best response of CR or CRi, in AML also CRh, by the investigator, up to a transplant or another "
    "antileukaemic therapy. Response-evaluable: treated and assessed, or dead or progressed before an assessment, "
    "which counts as no response. A subject without an assessment is awaiting it for {days} days after the first "
    "infusion. All enrolled is the intention to treat. "
)
CAVEAT = (
    "Phase I with small numbers and no control group: the numbers describe these subjects and do not prove an effect "
    "of dose or disease."
)
NO_REMISSION = "No subject among those selected has reached remission."


def rules(view: View) -> str:
    """Who is in remission and who is evaluable, with the trial's own days."""
    return RULES.format(days=view.trial.first_assessment_days)


def caveat(view: View) -> str:
    """What a phase I trial cannot show; a delivery without a trial's definition may be any other trial."""
    return CAVEAT if view.trial.defined else "The display describes; it is not a comparison of groups."


def responses_collected(view: View) -> bool:
    """Whether this cut holds response assessments at all, whatever the filters leave."""
    return bool(view.cut.ask("response_collected").ASSESSED[0])


def no_responses(view: View, name: str, title: str) -> Display:
    """The display of a cut without response assessments."""
    return not_collected(view, name, title, "Response assessments")


def disease(code: str) -> str:
    """A disease within a sentence."""
    return "a disease that was not stated" if code == "Not stated" else code
