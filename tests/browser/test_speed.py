"""How fast pages are: one viewer against an empty page of the same process, and fifty at once."""

from __future__ import annotations

import asyncio
import statistics
from pathlib import Path

import pytest
from server import ROOT, dashboard
from viewer import visit, visit_together

from displays.catalogue import PAGES

pytestmark = pytest.mark.xdist_group("browser")
PATHS = ["", *(page.key for page in PAGES[1:])]


@pytest.fixture(scope="module")
def folder(sample_cuts) -> Path:
    return next(iter(sample_cuts.values())).path.parent


def test_fifty_viewers_at_once_meet_no_error(folder):
    with dashboard(folder) as address:
        visits = visit_together(address, 50, PATHS)
    assert len(visits) == 50 * len(PATHS)
    assert [one.errors for one in visits if one.errors] == []
    assert min(one.elements for one in visits) > 5


EMPTY_OR_REAL = """
import runpy, streamlit as st
if "empty" in st.query_params:
    st.write("")
else:
    runpy.run_path("dashboard_itself.py")
"""


@pytest.fixture
def with_an_empty_page(tmp_path) -> Path:
    """The project with a router that also has an empty page (asked for by ?empty=1), in one process."""
    for entry in ROOT.iterdir():
        if entry.name not in (".git", ".venv", "dashboard.py"):
            (tmp_path / entry.name).symlink_to(entry)
    (tmp_path / "dashboard_itself.py").symlink_to(ROOT / "dashboard.py")
    (tmp_path / "dashboard.py").write_text(EMPTY_OR_REAL)
    return tmp_path


def median_seconds(address: str, page: str, query: str = "", times: int = 15) -> float:
    visits = asyncio.run(visit(address, [page] * (times + 3), query))
    assert [one.errors for one in visits if one.errors] == []
    return statistics.median(one.seconds for one in visits[3:])


def test_a_warm_page_takes_at_most_three_times_an_empty_one(folder, with_an_empty_page):
    with dashboard(folder, root=with_an_empty_page) as address:
        empty = median_seconds(address, "", "empty=1")
        taken = {page or "overview": median_seconds(address, page) for page in PATHS}
    print(
        f"\nempty page {empty * 1000:.0f} ms;",
        "; ".join(f"{page} {seconds * 1000:.0f} ms ({seconds / empty:.1f} x)" for page, seconds in taken.items()),
    )
    slow = {page: round(seconds / empty, 1) for page, seconds in taken.items() if seconds > 3 * empty}
    assert slow == {}
