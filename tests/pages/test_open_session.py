"""An open session never sees a subject or a dose, nor the results of a few."""

from __future__ import annotations

import json
from functools import partial

import pandas
import pytest
from overview_frames import CUTS, DISPLAYS, names, tiny

from displays.catalogue import PAGES
from displays.methods.overview import titles
from queries import Filters, View

OPEN = [
    partial(entry.function, **{name: next(iter(titles())) for name in entry.arguments})
    for page in PAGES
    if page.audience == "open"
    for entry in page.displays
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
    chosen = views[cut]
    view = View(chosen.cut, chosen.previous, Filters(doses=("130 mg/m²/day",)))
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
        answer = view.ask(question.name)
        assert not banned & set(answer.columns) and not [c for c in answer.columns if c.startswith("DOSE")]
        text = answer.select_dtypes(exclude="number").to_csv()
        assert not [name for name in forbidden(view.cut) if name in text]


@pytest.fixture(scope="module")
def narrow(make_cut):
    """A trial of 5 subjects at site 9, 4 at site 8 and one at site 7, all at every site with the same event."""
    sites = {"9": range(1, 6), "8": range(6, 10), "7": [10]}
    dm = pandas.DataFrame(
        [
            dict(STUDYID="T", USUBJID=f"T-{s}", SUBJID=str(s), SITEID=site, AGE=9.0, SEX="F", ARMCD="A", ARM="Arm A")
            for site, n in sites.items()
            for s in n
        ]
    )
    ex = pandas.DataFrame(
        [dict(USUBJID=s, EXSEQ=1.0, EXTRT="DRUG", EXDOSE=10.0, EXSTDTC="2007-05-01") for s in dm.USUBJID]
    )
    ae = pandas.DataFrame(
        [
            dict(USUBJID=s, AESEQ=1.0, AETERM="rash", AEDECOD="Rash", AETOXGR="3", AESTDTC="2007-05-02")
            for s in dm.USUBJID
        ]
    )
    return make_cut({"dm": dm, "ex": ex, "ae": ae})


TOO_FEW = (
    "The filters leave fewer than 5 treated subjects; the open session shows no results for so few. Widen the filters."
)


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
@pytest.mark.parametrize("sites", [("7",), ("8",)], ids=["1 subject", "4 subjects"])
def test_of_fewer_than_five_treated_subjects_an_open_display_shows_nothing(narrow, function, sites):
    made = function(View(narrow, narrow, Filters(sites=sites)))
    assert made.finding == TOO_FEW and made.audience == "open"
    assert made.figure is None and made.table.empty and not made.collected
    assert (made.population, made.method, made.source, made.questions, made.labels, made.formats) == (
        "",
        "",
        "",
        (),
        {},
        {},
    )


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
@pytest.mark.parametrize(
    "filters", [Filters(sites=("9",)), Filters(sites=("8", "7")), Filters()], ids=["5", "5 of two sites", "no filter"]
)
def test_of_five_treated_subjects_an_open_display_shows_them(narrow, function, filters):
    assert "fewer than" not in function(View(narrow, narrow, filters)).finding


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_the_numbers_of_few_subjects_at_the_previous_cut_are_not_shown_either(narrow, make_cut, function):
    before = tiny(make_cut, [], "2007-08-31", subjects=("1", "2"))
    made = function(View(narrow, before, Filters(sites=("9",))))
    assert (
        made.finding.startswith("At the previous cut the filters leave fewer than 5 treated subjects")
        and made.table.empty
    )
    assert "fewer than" not in function(View(narrow, before)).finding


@pytest.mark.parametrize("function", DISPLAYS, ids=names)
def test_the_one_subject_of_a_site_is_not_shown_in_the_sample_trial(views, function):
    made = function(View(views[CUTS[2]].cut, filters=Filters(sites=("110",))))
    assert made.finding == TOO_FEW
