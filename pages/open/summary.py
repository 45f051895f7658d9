from displays.catalogue import SUMMARY
from pages.parts.page import draw
from visit import guard

guard("open")
draw(SUMMARY)
