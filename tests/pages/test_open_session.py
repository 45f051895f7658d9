"""An open session never sees a subject or a dose, nor the results of a few."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import pandas
import pytest
from overview_frames import CUTS, DISPLAYS, names

from displays.absent import absence
from displays.catalogue import PAGES
from displays.methods.overview import titles
from queries import Filters, View
from queries.open_file import ANSWERS

OPEN = [
    partial(entry.function, **{name: next(iter(titles())) for name in entry.arguments})
    for page in PAGES
    for part in page.seen_in("open")
    for entry in part.displays
]
"""Every display of an open session, one of several methods for those that show a method."""


def forbidden(cut) -> set[str]:
    subjects = cut.table("adsl")
    groups = cut.table("trial.dose_level")
    named = (
        set(subjects.USUBJID)
        | set(subjects.SUBJID)
        | set(subjects.TRTA.dropna())
        | set(subjects.ARM.dropna())
        | set(subjects.ACTARM.dropna())
    )
    return named | set(groups.TRTA) | set(groups.ARM) | set(groups.ARMCD)


def words_of(value) -> str:
    return (
        value.to_json(date_format="iso")
        if isinstance(value, pandas.DataFrame)
        else json.dumps(value, ensure_ascii=False, default=str)
    )


@pytest.mark.parametrize("function", OPEN, ids=names)
@pytest.mark.parametrize("cut", CUTS)
def test_no_subject_and_no_dose_leaves_an_open_display(views, function, cut):
    view = views[cut].pooled()
    made = function(view)
    assert made.audience == "open" and made.filters == Filters().words()
    text = "\n".join(
        [
            made.title,
            made.finding,
            made.population,
            made.method,
            words_of(made.table),
            json.dumps(made.figure.to_plotly_json(), default=lambda v: getattr(v, "tolist", lambda: str(v))())
            if made.figure
            else "",
        ]
    )
    text = json.dumps(json.loads(json.dumps(text)), ensure_ascii=False)
    assert not [name for name in forbidden(view.cut) if name in text]


@pytest.mark.parametrize("function", OPEN, ids=names)
def test_no_question_of_an_open_display_asks_for_a_subject_or_a_dose(views, function):
    view = views[CUTS[1]].pooled()
    banned = {"USUBJID", "SUBJID", "TRTA", "TRTAN", "DOSE", "DOSELVL", "COHORT", "ARM", "ARMCD", "ACTARM"}
    for question in function(view).questions:
        assert question.parameters.get("doses") is None
        asked = {name: value for name, value in question.parameters.items() if name not in Filters().parameters()}
        if question.name not in ANSWERS:  # two cuts are compared by hashes, of which the open session has the counts
            with pytest.raises(ValueError, match="no question of the open session"):
                view.ask(question.name, **asked)
            continue
        answer = view.ask(question.name)
        assert not banned & set(answer.columns) and not [c for c in answer.columns if c.startswith("DOSE")]
        text = answer.select_dtypes(exclude="number").to_csv()
        assert not [name for name in forbidden(view.cut) if name in text]


def test_an_open_session_has_no_filters_whatever_the_reader_chose_elsewhere(views):
    chosen = Filters(doses=("130 mg/m²/day",), diseases=("AML",), age_bands=("1 to 5 years",), sites=("110",))
    view = View(views[CUTS[1]].cut, views[CUTS[1]].previous, chosen)
    assert view.pooled() == View(view.cut, view.previous, open_session=True)
    for function in DISPLAYS:
        assert function(view.pooled()).filters == Filters().words()


def test_files_that_could_not_be_read_are_counted_and_not_named(views):
    cut = replace(views[CUTS[1]].cut)
    vars(cut)["unread"] = {"rs": ("rs of A.B.xpt", "rs 2.xpt"), "cv": ("cv A.B.xpt",), "": ("A.B.xpt",)}
    closed = View(cut, views[CUTS[0]].cut)
    opened = closed.pooled()
    told = [
        json.dumps([made.sentences, made.table.to_json(date_format="iso")])
        for made in (function(opened) for function in OPEN)
    ]
    assert not [text for text in told if "A.B" in text or ".xpt" in text]
    assert any("RS (2 files)" in text for text in told)
    assert absence(opened.cut, "cv") == "delivered (1 file), and could not be read"
    assert absence(opened.cut, "pc") == "not collected in this cut, unless it is in 1 file, which could not be read"
    assert absence(closed.cut, "cv") == "delivered (cv A.B.xpt), and could not be read"
