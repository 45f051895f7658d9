from displays.catalogue import CONDUCT
from pages.parts.page import draw
from visit import guard

guard("open")
draw(CONDUCT)
