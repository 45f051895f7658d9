"""Dose escalation: designs that say where the next subject goes, rules that wrap them, and the choice of the MTD.

A design has `levels`, `name`, `pending_convention`, `decide(outcomes)` and, where it has one, `table(n_max)`.
"""

from stats.escalation.crm import CRM, CRMFit, crm_skeleton
from stats.escalation.intervals import BOIN, MTPI2, Keyboard
from stats.escalation.outcomes import ACTIONS, Cohort, Decision, Outcomes
from stats.escalation.reasons import Part
from stats.escalation.rules import RollingSix, ThreePlusThree
from stats.escalation.selection import Selection, isotonic, select_mtd
from stats.escalation.wrappers import dont_skip, selects_the_highest, stop_at, stop_when_too_toxic

__all__ = [
    "ACTIONS",
    "BOIN",
    "CRM",
    "CRMFit",
    "Cohort",
    "Decision",
    "Keyboard",
    "MTPI2",
    "Outcomes",
    "Part",
    "RollingSix",
    "Selection",
    "ThreePlusThree",
    "crm_skeleton",
    "dont_skip",
    "isotonic",
    "select_mtd",
    "selects_the_highest",
    "stop_at",
    "stop_when_too_toxic",
]
