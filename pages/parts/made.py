"""Makes a display as it is drawn; where it cannot be made, its place says so and the rest of the page stands."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable

import streamlit as st

import visit
from displays import Display
from pages.parts.shown import Shown
from visit.recording import RecordError

LOG = logging.getLogger("safety")


def made_or_said(
    function: Callable[..., Display], prepare: Callable, **arguments: Hashable
) -> tuple[Shown, Callable[[], Display]] | None:
    """A display as it is drawn, and how to make it again; None where it cannot be made, which is said in its place."""
    name = function.__name__
    try:
        return visit.display(function, prepare, **arguments)
    except RecordError as error:
        st.error(str(error))
        return None
    except Exception:
        LOG.exception("display %s failed", name)
        st.error(
            f"This display could not be made ({name.replace('_', ' ')}). "
            "The others are not affected; the server's log says why."
        )
        return None


def noted_or_said(action: str, **facts: Hashable) -> bool:
    """Whether what the reader does now is in the record; where it cannot be, that is said in place of what it shows."""
    try:
        visit.note(action, **facts)
        return True
    except RecordError as error:
        st.error(str(error))
        return False
