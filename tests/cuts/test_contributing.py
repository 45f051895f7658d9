"""What CONTRIBUTING.md shows works: its examples are run as they stand there."""

import re
from datetime import date
from pathlib import Path

import pytest
from raw import sample

from displays.display import Display
from displays.groups import NOBODY
from displays.pages import Page, whole
from export import FORMATS, Format, write
from queries import Filters, View, cut

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = {name: code for name, code in re.findall(r"^```\w+ (\S+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)}
DAY = date(2008, 2, 29)


@pytest.fixture
def names(tmp_path, monkeypatch) -> dict:
    """The names that the examples define, with the example's question among the project's."""
    path = tmp_path / "sites_with_subjects.sql"
    path.write_text(EXAMPLES["queries/conduct/sites_with_subjects.sql"], encoding="utf-8")
    known = cut._files()
    cut._sql.cache_clear()
    monkeypatch.setattr(cut, "_files", lambda: known | {path.stem: path})
    defined = {"Filters": Filters, "NOBODY": NOBODY, "Display": Display, "Page": Page, "whole": whole, "Format": Format}
    defined["FORMATS"] = dict(FORMATS)
    for name in EXAMPLES:
        if name.endswith(".py") and not name.startswith("pages/"):
            exec(compile(EXAMPLES[name], name, "exec"), defined)  # noqa: S102  our own text
    yield defined
    cut._sql.cache_clear()


def test_the_example_of_a_display_passes_its_own_test(names, sample_cuts):
    names["test_every_treated_subject_is_counted_at_its_site"](sample_cuts[DAY], sample(DAY.isoformat()))


def test_the_example_of_a_question_says_what_it_asks_and_its_grain():
    lines = EXAMPLES["queries/conduct/sites_with_subjects.sql"].splitlines()
    assert lines[0].startswith("-- Question: ") and lines[1].startswith("-- Grain: ")


def test_the_example_of_a_page_is_a_page_and_its_file_like_the_others(names):
    page = names["CONDUCT"]
    assert page.path == "pages/closed/conduct.py" and page.path in EXAMPLES
    known = (ROOT / "pages" / "closed" / "heart.py").read_text(encoding="utf-8")
    assert EXAMPLES[page.path] == known.replace("HEART", "CONDUCT")


def test_the_example_of_a_format_writes_where_the_numbers_are_from(names, sample_cuts, monkeypatch):
    monkeypatch.setitem(FORMATS, "txt", names["FORMATS"]["txt"])
    text = write(names["sites_with_subjects"](View(sample_cuts[DAY])), "txt").decode()
    for words in ("Synthetic data", "29 Feb 2008", "All subjects", "Closed session", "35 subjects"):
        assert words in text


def test_every_path_that_the_text_names_exists_or_is_an_example():
    named = set(re.findall(r"`((?:bin|queries|stats|displays|pages|export|ingest|tests|validation)/[\w./]*)`", TEXT))
    missing = {path for path in named - set(EXAMPLES) if not (ROOT / path).exists()}
    assert missing == set()
