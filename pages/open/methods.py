import streamlit as st

from displays.catalogue import METHODS
from displays.methods.overview import titles
from pages.parts.page import draw
from visit import guard, once

guard("open")


def choose_method() -> str:
    """The method whose checks are shown."""
    known = once(titles)
    return st.selectbox(
        "Method", list(known), format_func=lambda name: f"{known[name].group}: {known[name].title}", key="method"
    )


draw(METHODS, method=choose_method)
