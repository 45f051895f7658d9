import streamlit as st

from displays.methods import overview as methods
from pages.parts.place import heading, place
from visit import guard

guard("open")
heading("Methods", "By which definition is each number computed, and what was it checked against?")
place(methods.overview)

known = methods.titles()
chosen = st.selectbox(
    "Method", list(known), format_func=lambda name: f"{known[name].group}: {known[name].title}", key="method"
)
place(methods.checks, method=chosen)
place(methods.recomputations, method=chosen)
place(methods.software)
