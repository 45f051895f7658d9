from displays.catalogue import PHARMACOKINETICS
from pages.parts.page import draw
from visit import guard

guard("closed")
draw(PHARMACOKINETICS)
