from displays.catalogue import REMISSION
from pages.parts.page import draw
from visit import guard

guard("closed")
draw(REMISSION)
