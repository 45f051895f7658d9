"""What a run of a page asks many times is found once in it, and anew in the next."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from visit import in_run
from visit.in_run import once_in_run

ASKED = []


def _asks_thrice():
    import streamlit as st
    from test_in_run import ASKED

    from visit.in_run import once_in_run

    def find():
        ASKED.append("anew")
        return len(ASKED)

    st.write(str([once_in_run("what", find) for _ in range(3)] + [once_in_run("other", lambda: "other")]))


@pytest.fixture
def page() -> AppTest:
    ASKED.clear()
    return AppTest.from_function(_asks_thrice)


def test_a_run_finds_once_and_the_next_run_anew(page):
    assert page.run().markdown[0].value == "[1, 1, 1, 'other']"
    assert page.run().markdown[0].value == "[2, 2, 2, 'other']"


def test_in_a_long_run_it_holds_for_a_second(page, monkeypatch):
    monkeypatch.setattr(in_run, "SECONDS", -1.0)  # that second is over at once
    assert page.run().markdown[0].value == "[1, 2, 3, 'other']"


def test_where_no_page_runs_it_is_found_each_time():
    found = iter("ab")
    assert [once_in_run("what", lambda: next(found)) for _ in range(2)] == ["a", "b"]


def test_what_fails_is_not_kept():
    def page():
        import streamlit as st

        from visit.in_run import once_in_run

        tries = iter([ValueError("not now"), "found"])

        def find():
            tried = next(tries)
            if isinstance(tried, ValueError):
                raise tried
            return tried

        try:
            once_in_run("what", find)
        except ValueError as error:
            st.write(str(error))
        st.write(once_in_run("what", find))

    assert [one.value for one in AppTest.from_function(page).run().markdown] == ["not now", "found"]


def test_a_session_that_the_address_asks_for_holds_at_once_in_the_run_that_read_it(views):
    """What was asked of session and view before the address was read is not what the rest of the run is told."""

    def page():
        import streamlit as st

        import visit
        from visit import show_session

        visit.set_view(st.session_state["given"])
        for asked in ("closed", "open", "closed"):
            show_session(asked)
            st.write(f"{visit.session()} {visit.view().open_session}")

    test = AppTest.from_function(page)
    test.session_state["given"] = views["2008-02-29"]
    shown = [one.value for one in test.run().markdown]
    assert shown == ["closed False", "open True", "closed False"]


def test_a_view_that_is_set_holds_at_once(views):
    def page():
        import streamlit as st

        import visit

        for given in st.session_state["given"]:
            visit.set_view(given)
            st.write(visit.view().cut.date.isoformat())

    test = AppTest.from_function(page)
    test.session_state["given"] = list(views.values())
    assert [one.value for one in test.run().markdown] == list(views)
