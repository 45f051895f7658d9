from displays.catalogue import ADVERSE_EVENTS
from pages.parts.page import draw
from visit import guard

guard("closed")
draw(ADVERSE_EVENTS)
