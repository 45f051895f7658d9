"""Every cache of the dashboard; all readers share them, so a key names all that decides what may be seen."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st
from pandas import DataFrame

from queries import Cut
from queries.frames import bytes_of
from queries.kept import Kept

CUTS: Kept[Cut] = Kept(32)
SUPPOSED: Kept[Cut] = Kept(24, partial(st.spinner, "Calculating …"))
ANSWERS: Kept[DataFrame] = Kept(500, room=256 * 2**20, weigh=bytes_of)
FACTS: Kept[Any] = Kept(200)
DISPLAYS: Kept[Any] = Kept(600, partial(st.spinner, "Counting …"))
ALL = CUTS, SUPPOSED, ANSWERS, FACTS, DISPLAYS
