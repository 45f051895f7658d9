from displays.catalogue import LABORATORY
from pages.parts.page import draw
from visit import guard

guard("closed")
draw(LABORATORY)
