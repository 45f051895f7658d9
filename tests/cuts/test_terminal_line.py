"""The terminal phase of one profile: as the cut's parameters say, and supposed without some of its samples."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import log

import numpy
import pytest
from drawn import THREE, trial_data

from displays.pharmacokinetics.curves import concentration_curves
from displays.pharmacokinetics.profile import profile_of
from displays.pharmacokinetics.terminal_line import (
    terminal_line,
    terminal_line_analytes,
    terminal_line_days,
    terminal_line_samples,
    terminal_line_subjects,
)
from displays.subject.concentrations import subject_concentrations
from export import write
from queries import Filters, View

CUT = "2008-02-29"
SHARED = {
    "AUCLST": ("auc_last", 1),
    "LAMZHL": ("half_life", 1),
    "R2ADJ": ("r2_adjusted", 1),
    "AUCIFO": ("auc_inf", 1),
    "AUCPEO": ("auc_extrapolated_pct", 1),
    "CLO": ("clearance", 1000),
    "VSSO": ("vss", 1000),
}


def compared(view: View) -> int:
    """How many parameters of all profiles were compared with those of the cut: the same, or in both not known."""
    number = 0
    kept = view.cut.table("adpp").set_index(["USUBJID", "ANALYTE", "COURSE", "COURSEDY", "PARAMCD"])["DERIVED"]
    for row in view.ask("pk_profiles").itertuples():
        key = (row.USUBJID, row.ANALYTE, row.COURSE, row.COURSEDY)
        made = profile_of(view, row.USUBJID, row.ANALYTE, (row.COURSE, row.COURSEDY)).analysed()
        for code, (name, unit) in SHARED.items():
            if (*key, code) in kept.index:
                found = getattr(made, name) / unit
                assert found == pytest.approx(kept[(*key, code)], rel=1e-9, nan_ok=True), (key, code)
                number += 1
    return number


def test_every_profile_has_the_parameters_of_the_cut(views, two):
    assert compared(views[CUT]) > 600 and compared(two) > 15


def test_the_first_subject_has_the_largest_extrapolated_share(views):
    view = views[CUT]
    shares = view.cut.table("adpp").query("PARAMCD == 'AUCPEO'")["DERIVED"]
    made = terminal_line(view)
    assert f"{shares.max():.1f} % of it extrapolated" in made.finding
    assert made.table.set_index("PARAM")["NOW"]["Extrapolated share of it (%)"] == shares.max()


START = datetime(2007, 6, 1, 9)
HOURS = (0, 2, 3, 4, 6, 10, 24)
LEVELS = {2: 800.0, 3: 500.0, 4: 410.0, 6: 260.0, 10: 190.0, 24: 24.0}


@pytest.fixture(scope="module")
def two(make_cut, trial) -> View:
    """A has a whole profile of day 1 and two samples of day 3; B was sampled too seldom for a terminal line; of C a
    concentration is above the limit of the assay."""
    lines = ["USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCDTC | PCRFTDTC"]
    lines += [
        f"A | ANNAMYC | {LEVELS.get(hour, '<1')} | {hour}H | {START + timedelta(hours=hour):%Y-%m-%dT%H:%M} | "
        "2007-06-01T09:00"
        for hour in HOURS
    ]
    lines += [
        f"A | ANNAMYC | {50 - hour} | {hour}H | 2007-06-03T{9 + hour:02d}:00 | 2007-06-03T09:00" for hour in (2, 4)
    ]
    lines += [
        f"C | ANNAMYC | {level} | {hour}H | 2007-06-01T{9 + hour:02d}:00 | 2007-06-01T09:00"
        for hour, level in ((2, ">9000"), (3, 500), (4, 410), (6, 260), (10, 190))
    ]
    lines += ["B | ANNAMYC | 90 | 2H | 2007-06-01T11:00 | 2007-06-01T09:00"]
    data = trial_data(
        f"USUBJID | ARMCD | INFUSIONS\nA | A130 | {THREE}\nB | A130 | {THREE}\nC | A130 | {THREE}", pc="\n".join(lines)
    )
    numbers = [float(n) for n in range(1, len(data["pc"]) + 1)]
    data["pc"] = data["pc"].assign(PCSEQ=numbers, PCLLOQ=1.0, PCSTRESU="ng/mL", PCTEST="Annamycin")
    return View(make_cut(data, trial))


def half_life(hours: tuple[int, ...]) -> float:
    """The half-life of a straight line through these samples, by least squares."""
    slope, _ = numpy.polyfit(hours, [log(LEVELS[hour]) for hour in hours], 1)
    return log(2) / -slope


def test_leaving_a_sample_out_changes_the_line_beside_the_actual_one(two):
    options = dict((words, value) for value, words in terminal_line_samples(two, "A", "PARENT", "1.1"))
    assert list(options) == ["3 h", "4 h", "6 h", "10 h", "24 h"], "after the peak alone"
    actual = terminal_line(two, "A")
    assert actual.hypothetical == "" and actual.actual == ()
    supposed = terminal_line(two, "A", left_out=(options["3 h"], options["24 h"], "B 10"))
    assert supposed.hypothetical == "Hypothetical: without the samples at 3 h and 24 h"
    assert supposed.actual == actual.sentences != supposed.sentences
    table = supposed.table.set_index("PARAM")
    assert table["THEN"]["Half-life (h)"] == pytest.approx(half_life((4, 6, 10)))
    used = tuple(hour for hour in HOURS if table["NOW"]["First sample in the line (h)"] <= hour)
    assert table["NOW"]["Half-life (h)"] == pytest.approx(half_life(used))
    assert table["NOW"]["Half-life (h)"] == actual.table.set_index("PARAM")["NOW"]["Half-life (h)"]
    assert "THEN" in supposed.labels and "THEN" not in actual.labels
    assert table["CHANGE"]["AUC to the last sample (h·ng/mL)"] == "", "it is of all samples"
    marks = {trace.name: list(trace.x) for trace in supposed.figure.data if trace.mode == "markers"}
    assert marks["left out"] == [3, 24] and marks["in the line"] == [4, 6, 10]


def test_what_is_supposed_is_marked_and_never_written_to_a_file(two):
    value = terminal_line_samples(two, "A", "PARENT", "1.1")[0][0]
    supposed = terminal_line(two, "A", left_out=(value,))
    assert any(note.text == "HYPOTHETICAL" for note in supposed.figure.layout.annotations)
    with pytest.raises(ValueError, match="never written to a file"):
        write(supposed, "csv")


def test_too_few_samples_have_no_half_life_and_say_why(two):
    for subject, day in (("B", "1.1"), ("A", "1.3")):
        made = terminal_line(two, subject, "PARENT", day)
        assert "no half-life, fewer than three samples" in made.sentences[0]
    assert "of the first infusion of a course alone" in terminal_line(two, "A", "PARENT", "1.3").finding
    every = terminal_line_samples(two, "A", "PARENT", "1.1")
    supposed = terminal_line(two, "A", left_out=tuple(value for value, _ in every[:3]))
    assert "no half-life" in supposed.sentences[0] and supposed.table["WHY"].str.len().max() > 0


def test_above_the_limit_of_the_assay_there_is_a_half_life_and_no_area(two):
    made = terminal_line(two, "C")
    assert "half-life" in made.sentences[0] and "above the upper limit of quantification" in made.sentences[1]
    assert made.table.set_index("PARAM")["NOW"][["AUC to infinity (h·ng/mL)", "Clearance (L/h)"]].isna().all()
    curves = concentration_curves(two)
    assert "445 ng/mL at 130 mg/m²/day (n = 2)" in curves.sentences[0], "Cmax of C is not known"
    assert "1 above a limit of the assay, drawn at it" in curves.population
    assert subject_concentrations(two, "C").sentences[0] == "Annamycin: highest above 9,000 ng/mL on day 1."


def test_choices_depend_on_those_before(two):
    assert terminal_line_subjects(two) == tuple((name, f"{name} · 130 mg/m²/day") for name in "ABC")
    assert terminal_line_analytes(two, "A") == (("PARENT", "Annamycin"),)
    assert terminal_line_days(two, "A", "PARENT") == (("1.1", "Day 1"), ("1.3", "Day 3"))
    assert terminal_line_days(two, "B", "PARENT") == (("1.1", "Day 1"),)
    assert terminal_line_samples(two, "B", "PARENT", "1.1") == ()
    assert terminal_line(two, "nobody", "METABOLITE", "9.9").sentences == terminal_line(two).sentences


def test_nobody_and_nothing_are_said(two, make_cut, trial):
    nobody = View(two.cut, filters=Filters(sites=("none",)))
    assert terminal_line(nobody).finding == "No subjects match the filters." and terminal_line_subjects(nobody) == ()
    bare = View(make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial))
    assert "not collected" in terminal_line(bare).finding and terminal_line_subjects(bare) == ()
