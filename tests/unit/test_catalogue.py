"""The catalogue: every page has its file, every display its place, and each name is used once."""

import importlib
import inspect
import pkgutil
from collections import Counter
from pathlib import Path

import pytest

import displays
from displays import Display
from displays.catalogue import PACK, PAGES

ROOT = Path(__file__).parents[2]
ARGUMENTS = {"subjects": {"subject", "lanes"}, "methods": {"method"}}
"""What the displays of a page may be of, besides the view; the page asks the reader for it."""


def placed() -> list:
    return [entry.function for page in PAGES for entry in page.displays]


def public_functions() -> list:
    """Every public function of the displays package, in the module that defines it."""
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(displays.__path__, "displays.")]
    functions = [(module, value) for module in modules for value in vars(module).values() if inspect.isfunction(value)]
    return [made for module, made in functions if made.__module__ == module.__name__ and made.__name__[0] != "_"]


def is_display(function) -> bool:
    """A display is asked of a view, and perhaps of one subject or method, and has a default for what is chosen of it;
    helpers that return one ask for more."""
    signature = inspect.signature(function, eval_str=True)
    names = list(signature.parameters)
    asked = [name for name in names[1:] if not isinstance(signature.parameters[name].default, str | tuple)]
    return (
        signature.return_annotation is Display
        and names[:1] == ["view"]
        and (set(asked) <= set().union(*ARGUMENTS.values()))
    )


def test_every_display_has_one_place_and_nothing_else_has_one():
    made = Counter(
        f"{function.__module__}.{function.__name__}" for function in public_functions() if is_display(function)
    )
    assert Counter(f"{function.__module__}.{function.__name__}" for function in placed()) == made
    assert set(made.values()) == {1} and len(made) > 50


def test_every_page_has_its_file_and_there_is_no_other():
    files = {path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*/*.py")}
    assert {page.path for page in PAGES} == {path for path in files if not path.startswith("pages/parts/")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_each_page_says_what_it_is_and_its_file_draws_it(page):
    assert page.audience in ("open", "closed") and page.title and page.answers and page.lead.endswith("?")
    assert f"draw({page.key.upper()}" in (ROOT / page.path).read_text(encoding="utf-8")
    assert {name for entry in page.displays for name in entry.arguments} == ARGUMENTS.get(page.key, set())


def test_keys_and_titles_of_pages_and_sections_are_used_once():
    for values in ([page.key for page in PAGES], [page.title for page in PAGES]):
        assert len(set(values)) == len(values)
    for page in PAGES:
        assert len({section.key for section in page.sections}) == len(page.sections)
        assert len({section.title for section in page.sections}) == len(page.sections)
        assert all(section.audience in ("open", "closed") for section in page.sections)
        assert page is PACK or all(section.displays for section in page.sections)
        assert len(page.sections) == 1 or all(section.key and section.title for section in page.sections)


def test_an_open_session_starts_at_a_page_it_may_see():
    assert PAGES[0].audience == "open"
