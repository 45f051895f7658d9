"""Every display of the catalogue as a tired reader meets it: a short first sentence, a chart of one screen."""

from __future__ import annotations

import pytest
from pandas import DataFrame

from displays import Display
from displays.catalogue import PAGES
from displays.drawing import house
from displays.words import brief_columns
from queries import View

MOST_WORDS, MOST_COLUMNS = 25, 11
ENTRIES = [entry for page in PAGES for entry in page.displays]


def made_of(view: View, others: dict[str, Display]):
    """Each display of the view, made where it is not among the others; of one subject the first, of one method none:
    that needs no data."""
    people = view.cut.table("adsl")["USUBJID"]
    for entry in ENTRIES:
        wanted = set(entry.arguments)
        if "method" in wanted or ("subject" in wanted and people.empty):
            continue
        made = others.get(entry.function.__name__)
        yield made or entry.function(view, **({"subject": people.iloc[0]} if wanted else {}))


def words(sentence: str) -> int:
    """Words and numbers; signs, such as ≥, → and %, are none."""
    return sum(any(letter.isalnum() for letter in word) for word in sentence.split())


@pytest.fixture(scope="module")
def packed(closed_books):
    """packed("2008-02-29") → the displays of the pack of a cut, by their names."""
    return lambda cut: {part.name: part.display for part in closed_books(cut).parts}


@pytest.fixture(scope="module")
def latest(views, packed) -> list:
    """Every display of the latest cut, each made once."""
    return list(made_of(views["2008-02-29"], packed("2008-02-29")))


@pytest.fixture(scope="module")
def nothing(make_cut, trial) -> View:
    """A cut of which nothing but two subjects was delivered."""
    dm = DataFrame([{"STUDYID": "T", "USUBJID": f"T-{n}", "SUBJID": str(n), "ARMCD": "A130"} for n in (1, 2)])
    return View(make_cut({"dm": dm}, trial))


@pytest.mark.parametrize("cut", ["2007-08-31", "2007-11-30", "2008-02-29", "nothing"])
def test_the_first_sentence_is_short_and_the_chart_is_one_screen(cut, views, nothing, packed):
    long, tall, seen = {}, {}, 0
    for made in made_of(nothing, {}) if cut == "nothing" else made_of(views[cut], packed(cut)):
        seen += 1
        assert made.sentences and made.sentences[0].endswith((".", "!", "?")), made.name
        if words(made.sentences[0]) > MOST_WORDS:
            long[made.name] = made.sentences[0]
        if made.figure is not None and (made.figure.layout.height or 0) > house.SCREEN_PIXELS:
            tall[made.name] = made.figure.layout.height
    assert long == {} and seen > 50
    assert tall == {}


def test_words_are_counted_as_a_reader_reads_them():
    assert words("Remission in 13 of 24 (54 %; 95 % CI 33 to 74 %): a → b ≥ 3.") == 14


def test_brief_columns_and_bars_are_of_the_table_and_fit_a_page(latest):
    wide = {}
    for made in latest:
        columns = set(made.table.columns)
        assert set(made.brief) <= columns and {*made.bars, *made.bars.values()} <= columns, made.name
        # neighbours under one heading, as n of any grade and of grade 3 or worse, are read as one
        if (
            made.figure is None
            and len({made.over.get(column, column) for column in brief_columns(made)}) > MOST_COLUMNS
        ):
            wide[made.name] = brief_columns(made)
    assert set(wide) <= {"methods_overview", "subject_heart"}
