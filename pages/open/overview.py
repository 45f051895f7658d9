from displays.catalogue import OVERVIEW
from pages.parts.page import draw
from visit import guard

guard("open")
draw(OVERVIEW)
