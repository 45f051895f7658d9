from displays.catalogue import DATA
from pages.parts.page import draw
from visit import guard

guard("open")
draw(DATA)
