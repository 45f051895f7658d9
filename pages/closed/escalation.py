from displays.catalogue import ESCALATION
from pages.parts.page import draw
from pages.parts.what_if import choose_outcomes
from visit import guard

guard("closed")
draw(ESCALATION, controls=choose_outcomes)
