from displays.catalogue import HEART
from pages.parts.page import draw
from visit import guard

guard("closed")
draw(HEART)
