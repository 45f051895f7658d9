"""Whether what a stopping rule counts is in a cut: not collected, or delivered and not read."""

from __future__ import annotations

from dataclasses import dataclass

from displays.absent import NOT_COLLECTED, absence
from displays.groups import dlts_collected
from displays.heart.measurements import dysfunction_collected, elsewhere_words
from queries import View
from trial.stopping_rule import StoppingRule


@dataclass(frozen=True)
class Missing:
    """Why a rule cannot be assessed, in words; whether its data were delivered; whether a part of them was read."""

    words: str
    delivered: bool
    partly: bool = False


def missing(view: View, rule: StoppingRule) -> Missing | None:
    """What a rule lacks in this cut; None where it lacks nothing. 0 events of what nobody sent would be no comfort."""
    heart = rule.heart or rule.population == "evaluable for heart"
    files = view.cut.unread.get("cv", ()) if heart else ()
    collected = _collected(view, rule, heart)
    if heart and not files and (elsewhere := elsewhere_words(view)):
        return Missing(f"delivered where it is not read ({elsewhere})", delivered=True, partly=collected)
    if collected and not files:
        return None
    words = absence(view.cut, *(("cv",) if heart else ()))
    if words != NOT_COLLECTED:
        return Missing(words, delivered=True, partly=collected)
    unread = _no_value_read(view, rule, heart)
    return Missing(unread or words, delivered=bool(unread))


def _collected(view: View, rule: StoppingRule, heart: bool) -> bool:
    if rule.population == "evaluable for DLT" and not dlts_collected(view):
        return False
    if heart and not dysfunction_collected(view):
        return False
    if rule.counts == "ae" and not view.cut.ask("grades_collected")["COLLECTED"].iloc[0]:
        return False
    if rule.counts == "ae":
        return "ae" in view.cut.received
    if rule.counts == "early_death":
        return bool({"dm", "ds"} & view.cut.delivered)
    return rule.counts != "dlt" or dlts_collected(view)


def _no_value_read(view: View, rule: StoppingRule, heart: bool) -> str:
    """Why no value of what was delivered can be used, in words; "" where none was delivered."""
    if heart and len(view.cut.ask("heart_unreadable")):
        return "delivered, and no ejection fraction could be read"
    if rule.counts == "ae" and view.cut.ask("grades_collected")["UNREAD"].iloc[0]:
        return "delivered, and no grade could be read"
    return ""
