from displays.catalogue import DOSE
from pages.parts.page import draw
from visit import guard

guard("closed")
draw(DOSE)
