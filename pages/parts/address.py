"""What the address names, so that it can be sent to another member: session, cuts, section, filters; never a subject.

Done by hand: a widget bound to the address loses it when the reader changes page, and then shows another value than
the one in force.
"""

from __future__ import annotations

import streamlit as st

from queries import IN_ADDRESS
from visit import reader, session, show_session

WRITTEN = "address written"
SECTION = "section"


def section_key(page: str) -> str:
    """Where the visit keeps the section of a page."""
    return f"section-{page}"


def read_address() -> str | None:
    """Take over an address that this visit did not write; the section that it names, None where it is our own.

    So the browser's Back and Forward work, and what a reader typed wins over what the visit knew. A page that is
    reached by the navigation brings an empty address: everything stays as it is.
    """
    asked = _asked()
    if not asked or asked == st.session_state.get(WRITTEN):
        return None
    show_session("open" if asked.get("session") == ["open"] else "closed")
    for key in ("cut", "previous"):
        st.session_state.pop(key, None)
        if key in asked:
            st.session_state[key] = asked[key][-1]
    for known in IN_ADDRESS:
        st.session_state[known.key] = asked.get(known.key, [])
    return asked.get(SECTION, [""])[-1]


def write_address(section: str) -> None:
    """Name session, both cuts, the section and the filters. The cuts always: no newer one replaces them."""
    open_chosen = session() == "open" and reader().may_see("closed")
    wanted = {
        "session": ["open"] if open_chosen else [],
        "cut": [st.session_state["cut"]],
        "previous": [st.session_state["previous"]],
        SECTION: [section] if section else [],
    }
    if session() == "closed":
        wanted |= {known.key: list(st.session_state.get(known.key) or ()) for known in IN_ADDRESS}
    wanted = {key: values for key, values in wanted.items() if values}
    if _asked() != wanted:
        st.query_params.from_dict(wanted)
    st.session_state[WRITTEN] = wanted


def _asked() -> dict[str, list[str]]:
    return {key: st.query_params.get_all(key) for key in st.query_params}
