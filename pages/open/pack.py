from displays.catalogue import PACK
from pages.parts.pack import draw_pack
from pages.parts.page import draw
from visit import guard

guard("open")
draw(PACK)
draw_pack()
