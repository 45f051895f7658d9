"""The house's rooms: imports point one way, and each library stays in its room."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NO_ROOMS = {"tests", "sample_data", "docs", "bin"}
"""Folders of the tree that hold no part of the running dashboard."""
ROOMS = {
    path.stem
    for path in ROOT.iterdir()
    if path.suffix == ".py"
    or (path.is_dir() and not path.name.startswith(".") and path.name not in NO_ROOMS and any(path.glob("**/*.py")))
}
MAY_IMPORT = {
    "app": {"audit", "doors", "members", "visit", "pages", "displays", "export", "ingest", "queries", "trial"},
    "doors": {"audit", "doors", "members", "visit"},
    "one_line": set(),
    "members": {"members", "one_line"},
    "audit": {"audit", "one_line"},
    "dashboard": {"audit", "visit", "displays", "pages", "queries", "trial"},
    "visit": {"audit", "displays", "members", "queries", "trial", "visit"},
    "pages": {"visit", "displays", "export", "pages", "queries", "trial"},
    "export": {"displays", "export", "one_line", "queries", "trial"},
    "displays": {"displays", "queries", "stats", "trial", "validation"},
    "ingest": {"ingest", "one_line", "queries", "stats", "trial"},
    "queries": {"queries", "trial"},
    "stats": {"stats"},
    "validation": {"validation"},
    "trial": {"trial"},
}
LIBRARIES = {
    "streamlit": {"app", "dashboard", "visit", "pages"},
    "duckdb": {"queries", "ingest"},
    "plotly": {"displays", "export"},
}


def python_files() -> list[Path]:
    return sorted(
        path
        for room in sorted(ROOMS)
        for path in [ROOT / f"{room}.py", *ROOT.glob(f"{room}/**/*.py")]
        if path.is_file()
    )


def room_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, wherever in the file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.split(".")[0] for name in names}


def test_imports_point_one_way():
    def allowed(path: Path) -> set[str]:
        room = room_of(path)
        return MAY_IMPORT[room] | ({room} if path.parent != ROOT else set())

    files = python_files()
    against = {str(path.relative_to(ROOT)): (imported(path) & ROOMS) - allowed(path) for path in files}
    assert {name: rooms for name, rooms in against.items() if rooms} == {}
    assert imported(ROOT / "dashboard.py") & ROOMS >= {"visit", "pages"}


def test_each_library_stays_in_its_room():
    astray = [
        f"{library} in {path.relative_to(ROOT)}"
        for path in python_files()
        for library, rooms in LIBRARIES.items()
        if library in imported(path) and room_of(path) not in rooms
    ]
    assert astray == []


def test_nothing_imports_a_page():
    asked = re.compile(r"^\s*(from|import) pages(\.(open|closed)|\s+import)\b", re.MULTILINE)
    assert asked.search("    from pages.closed.subjects import ask_subject")
    assert [path.name for path in python_files() if asked.search(path.read_text(encoding="utf-8"))] == []


def test_every_room_of_the_tree_is_known():
    assert ROOMS == MAY_IMPORT.keys()
    assert {room_of(path) for path in python_files()} == ROOMS


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*/*.py")), ids=lambda path: path.stem)
def test_pages_lie_one_folder_down_begin_with_the_guard_and_stay_short(path):
    if path.parent.name == "parts":
        return
    source = path.read_text(encoding="utf-8")
    statements = [node for node in ast.parse(source).body if not isinstance(node, (ast.Import, ast.ImportFrom))]
    calls = [node for node in statements if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    assert ast.unparse(calls[0].value) == f"guard('{path.parent.name}')"
    assert len(source.splitlines()) < 60


def test_no_page_lies_directly_in_pages():
    # Streamlit's old router would run it alone, without the guard's router, after every server start.
    assert list((ROOT / "pages").glob("*.py")) == []
