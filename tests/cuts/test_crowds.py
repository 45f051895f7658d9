"""The rule of crowds on every chart that draws subjects: of some 200 the most severe are drawn, which is said, and the
table has everybody."""

from __future__ import annotations

from datetime import date

import pandas
import pytest
from raw import sample
from scale import TRIAL, copied

from displays.adverse_events.timelines import ae_timelines
from displays.drawing import crowd
from displays.escalation.cumulative_dose import cumulative_dose
from displays.escalation.subjects import subject_by_dose
from displays.heart.against_dose import lvef_against_dose
from displays.heart.longest_qtc import qtc_longest
from displays.heart.markers import markers_over_time
from displays.heart.over_time import lvef_over_time, shortening_fraction_over_time
from displays.heart.worst_change import lvef_worst_change
from displays.laboratory.any_test import any_test
from displays.laboratory.liver import liver_peaks
from displays.laboratory.liver_figure import MOST_MARKS
from displays.laboratory.lysis_figure import SEVERE_LINES
from displays.laboratory.tumour_lysis import tumour_lysis
from displays.pharmacokinetics.clearance import clearance
from displays.pharmacokinetics.dose_proportionality import dose_proportionality
from displays.pharmacokinetics.ratios import accumulation
from displays.remission.marrow import marrow_blasts
from displays.remission.survival import overall_survival
from displays.remission.swimmer import swimmer
from displays.rule.design import rule_of
from displays.rule.pending import too_many, what_if
from displays.stopping.charts import stopping_charts
from displays.subject.course import subject_course
from displays.subject.others import MOST
from queries import View
from stats.escalation import Outcomes
from trial import Trial

DAY, COPIES = "2008-02-29", 6
DRAWN = {
    subject_by_dose: crowd.NAMED,
    cumulative_dose: crowd.NAMED,
    lvef_over_time: crowd.NAMED,
    shortening_fraction_over_time: crowd.NAMED,
    lvef_against_dose: crowd.NAMED,
    lvef_worst_change: crowd.NAMED,
    markers_over_time: crowd.NAMED,
    qtc_longest: crowd.NAMED,
    liver_peaks: MOST_MARKS,
    tumour_lysis: SEVERE_LINES,
    marrow_blasts: crowd.NAMED,
    swimmer: crowd.NAMED,
    overall_survival: crowd.NAMED,
    stopping_charts: crowd.MOST_DRAWN,
    clearance: crowd.NAMED,
    dose_proportionality: crowd.NAMED,
    accumulation: crowd.NAMED,
}
"""Display with a row or more a subject → how many subjects it draws one by one at most."""
SAID = ("one by one", "most severe")


@pytest.fixture(scope="module")
def crowded(file_of_cut, trial) -> View:
    """The sample trial six times over, under other subjects' numbers."""
    frames = {
        name: pandas.concat(copied(frame, COPIES, 1.0), ignore_index=True) if "USUBJID" in frame else frame
        for name, frame in sample(DAY).items()
    }
    return View(file_of_cut(frames, trial, date.fromisoformat(DAY)))


def marked(figure) -> set[str]:
    """The subjects (USUBJID) that the marks of a figure lead to."""
    keys = [key for trace in figure.data if trace.customdata is not None for key in trace.customdata]
    firsts = [key if isinstance(key, str) else key[0] for key in keys if len(key)]
    return {first for first in firsts if isinstance(first, str) and first.startswith("NCT")}


def says(made) -> bool:
    return any(words in f"{made.finding} {made.population} {made.method}" for words in SAID)


@pytest.mark.parametrize("function", DRAWN, ids=lambda function: function.__name__)
def test_the_most_severe_are_drawn_and_everybody_is_in_the_table(crowded, views, function):
    made, small = function(crowded), function(View(views[DAY].cut))
    subjects, drawn = set(made.table["USUBJID"].dropna()), marked(made.figure)
    assert 0 < len(drawn) <= DRAWN[function] and drawn < subjects
    assert len(subjects) == COPIES * small.table["USUBJID"].nunique() > crowd.MOST_DRAWN
    assert says(made)


def test_charts_without_a_row_a_subject_draw_the_most_severe_too(crowded):
    lines, timelines = any_test(crowded), ae_timelines(crowded)
    assert 0 < len(marked(lines.figure)) <= crowd.NAMED and says(lines)
    assert len(marked(timelines.figure)) == crowd.NAMED
    assert "The 40 of 210 treated subjects with the worst events" in timelines.population


def test_at_most_so_many_others_are_behind_a_subject(crowded, views):
    subject = crowded.cut.table("adsl").query("SAFFL == 'Y'")["USUBJID"].iloc[0]
    made, alone = subject_course(crowded, subject), subject_course(View(views[DAY].cut), subject)
    assert f"Grey: {MOST} other treated subjects" in made.population
    assert made.table["TRACE"].value_counts().to_dict() == alone.table["TRACE"].value_counts().to_dict()


def test_of_very_many_pending_it_is_told_what_follows_none_and_all():
    trial = Trial.read(TRIAL)
    design, few, many = rule_of(trial), Outcomes.parse("1NNN 2NPP"), Outcomes.parse("1NNN 2N" + "P" * 500)
    assert not too_many(few) and "too many" not in what_if(trial, design, few)
    assert too_many(many)
    words = what_if(trial, design, many)
    assert words.startswith("if none of the 500 pending has a DLT, ") and "; if all 500 have a DLT, " in words
    assert "too many to try every outcome between" in words
