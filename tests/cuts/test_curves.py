"""Concentration curves: medians against the raw rows, values below the limit, gaps, and what is said of nothing."""

from __future__ import annotations

from datetime import datetime
from statistics import median

import pandas
import pytest
from drawn import THREE, trial_data
from sample_raw import given, rows

from displays.catalogue import PHARMACOKINETICS
from displays.drawing.crowd import NAMED
from displays.pharmacokinetics.curves import analyte_options, concentration_curves, panel_options
from displays.pharmacokinetics.samples import pk_samples
from displays.pharmacokinetics.terminal_line import terminal_line
from displays.subject.concentrations import subject_concentrations
from displays.subject.pk_parameters import subject_parameters
from queries import Filters, View

CUT = "2008-02-29"


def raw_samples(code: str) -> pandas.DataFrame:
    """Measured concentrations of the sample trial, with the day of their infusion, before the next one began."""
    pc, starts = rows(CUT, "pc"), {}
    for name, text in given(CUT)[["SUBJID", "EXSTDTC"]].itertuples(index=False):
        starts.setdefault(name, []).append(datetime.fromisoformat(text))
    pc = pc[(pc["PCTESTCD"] == code) & pc["PCSTRESN"].notna()]
    found = []
    for row in pc.itertuples():
        reference, at = datetime.fromisoformat(row.PCRFTDTC), datetime.fromisoformat(row.PCDTC)
        if not any(reference < start < at for start in starts[row.SUBJID]):
            found.append((row.SUBJID, int(row.PCTPTREF[len("COURSE 1 DAY ")]), row.PCTPTNUM, row.PCSTRESN))
    return pandas.DataFrame(found, columns=["SUBJID", "DAY", "HOUR", "VALUE"])


@pytest.mark.parametrize("analyte, code", [("PARENT", "ANNAMYC"), ("METABOLITE", "ANNAMYOL")])
def test_medians_and_the_finding_are_those_of_the_raw_rows(views, analyte, code):
    made, raw = concentration_curves(views[CUT], analyte), raw_samples(code)
    arms = rows(CUT, "dm").set_index("SUBJID")["ACTARMCD"]
    raw["DOSE"] = [int("".join(filter(str.isdigit, arms[name]))[:3]) for name in raw["SUBJID"]]
    expected = raw.groupby(["DOSE", "DAY", "HOUR"])["VALUE"].agg(["median", "count"])
    table = made.table[made.table["MEDIANQ"].isna()]
    shown = {(int(row.TRTAN), row.COURSEDY, row.NRRLT): (row.MEDIAN, row.N) for row in table.itertuples()}
    assert shown == {key: (pytest.approx(row["median"]), row["count"]) for key, row in expected.iterrows()}
    peaks = raw[raw["DAY"] == 1].groupby(["DOSE", "SUBJID"])["VALUE"].max()
    lowest = peaks.loc[peaks.index.get_level_values("DOSE").min()]
    words = f"{float(f'{median(lowest):.3g}'):,.0f} ng/mL at 130 mg/m²/day (n = {len(lowest)})"
    assert words in made.sentences[0]
    assert made.figure is not None and made.table["NLEFT"].sum() == 14, "24-hour samples in the second infusion"


NAMES = "A B C D".split()
SAMPLES = """USUBJID | PCTESTCD | PCSTRESC | PCLLOQ | PCTPT | PCRFTDTC | PCDTC | PCSTAT
A | ANNAMYC | 10 | 1 | 2H | 2007-06-01T09:00 | 2007-06-01T11:30 | .
B | ANNAMYC | 20 | 1 | 2H | 2007-06-01T09:00 | 2007-06-01T11:00 | .
C | ANNAMYC | 40 | 1 | 2H | 2007-06-01T09:00 | 2007-06-01T11:00 | .
A | ANNAMYC | <1 | 1 | 4H | 2007-06-01T09:00 | 2007-06-01T13:00 | .
B | ANNAMYC | BLQ | 1 | 4H | 2007-06-01T09:00 | 2007-06-01T13:00 | .
C | ANNAMYC | 8 | 1 | 4H | 2007-06-01T09:00 | 2007-06-01T13:00 | .
A | ANNAMYC | 0.2 | 1 | 6H | 2007-06-01T09:00 | 2007-06-01T15:00 | .
B | ANNAMYC | 0 | 1 | 6H | 2007-06-01T09:00 | 2007-06-01T15:00 | .
C | ANNAMYC | 4 | 1 | 6H | 2007-06-01T09:00 | 2007-06-01T15:00 | .
D | ANNAMYC | 6 | 1 | 6H | 2007-06-01T09:00 | 2007-06-01T15:00 | .
C | ANNAMYC | . | 1 | 8H | 2007-06-01T09:00 | 2007-06-01T17:00 | NOT DONE
D | ANNAMYC | smudged | 1 | 8H | 2007-06-01T09:00 | 2007-06-01T17:00 | .
C | ANNAMYC | 2 | 1 | 24H | 2007-06-01T09:00 | 2007-06-02T09:00 | ."""


@pytest.fixture(scope="module")
def four(make_cut, trial) -> View:
    """Four subjects of one dose, with values below the limit, a sample not done, and one that cannot be read."""
    people = "USUBJID | ARMCD | INFUSIONS\n" + "\n".join(f"{name} | A130 | {THREE}" for name in NAMES)
    data = trial_data(people, pc=SAMPLES)
    data["pc"] = data["pc"].assign(
        PCLLOQ=1.0, PCSEQ=[float(n) for n in range(1, len(data["pc"]) + 1)], PCSTRESU="ng/mL", PCTEST="Annamycin"
    )
    return View(make_cut(data, trial))


def test_a_value_below_the_limit_is_lower_than_every_measured_one_and_never_zero(four):
    made = concentration_curves(four)
    table = made.table.set_index("NRRLT")
    assert table["MEDIAN"][2] == 20 and table["GEOMEAN"][2] == pytest.approx(20)
    assert table["MEDIANC"].to_dict() == {
        2: "20",
        4: "below the limit",
        6: "not known",
        8: "–",
        24: "2",
    }, "between a value below the limit and a measured one no median is known"
    assert table["NBLQ"].to_dict() == {2: 0, 4: 2, 6: 2, 8: 0, 24: 0} and table["NMISS"][8] == 2
    assert table["GEOMEAN"].isna().to_dict() == {2: False, 4: True, 6: True, 8: True, 24: False}
    (marks,) = [trace for trace in made.figure.data if trace.meta == "samples"]
    assert (
        min(marks.y) == 1
        and list(marks.symbol if hasattr(marks, "symbol") else marks.marker.symbol).count("triangle-down-open") == 4
    )
    assert (marks.x[0], marks.y[0]) == (2.5, 10), "by the recorded time"
    (medians,) = [trace for trace in made.figure.data if trace.meta == "medians"]
    assert list(zip(medians.x, medians.y, strict=True)) == [(2, 20), (4, 1)]


def test_a_line_over_a_missing_sample_is_dotted(four):
    figure = concentration_curves(four).figure
    lines = {trace.meta: list(zip(trace.x, trace.y, strict=True)) for trace in figure.data[:2]}
    assert lines["solid"] == [(4, 8), (6, 4), (None, None)]
    dotted = list(zip(lines["dot"][::3], lines["dot"][1::3], strict=True))
    assert ((6, 4), (24, 2)) in dotted, "the sample of 8 hours was not done"
    assert ((2, 40), (4, 8)) in dotted, "no sample of the planned 3 hours"
    assert ((4, 1), (6, 1)) in dotted, "below the limit at both ends"


def test_the_samples_of_a_subject_are_in_the_state_that_they_have_among_all(views, four):
    columns = ["ANALYTE", "PCSEQ", "HOUR", "STATE", "AVAL", "HEIGHT", "REASON"]
    seen = set()
    for view in (four, views[CUT]):
        asked = [view.ask("pk_concentrations", analyte=analyte) for analyte in ("PARENT", "METABOLITE")]
        every = pandas.concat(asked, ignore_index=True)
        for usubjid, among_all in every.groupby("USUBJID"):
            own = view.ask("subject_concentrations", usubjid=usubjid)
            assert in_order(own[columns]) == in_order(among_all[columns]), usubjid
        seen |= set(every["STATE"])
    assert {"MEASURED", "BELOW", "NONE"} <= seen


def in_order(frame: pandas.DataFrame) -> list[list]:
    """The rows by analyte and number, None where there is no value."""
    known = frame.sort_values(["ANALYTE", "PCSEQ"]).astype(object)
    return known.where(known.notna(), None).values.tolist()


def test_the_linear_scale_begins_at_zero_and_choices_come_from_the_data(four):
    assert concentration_curves(four, scale="linear").figure.layout.yaxis.range[0] == 0
    assert analyte_options(four) == (("PARENT", "Annamycin"),)
    assert [words for _, words in panel_options(four)] == ["All doses", "Each dose, day 1"]
    assert concentration_curves(four, "METABOLITE").title.startswith("Annamycin:"), "of what the cut holds"
    assert "3 with" not in concentration_curves(four, panels="1.1").population


def test_nobody_and_nothing_are_said(four, make_cut, trial):
    nobody = View(four.cut, filters=Filters(sites=("none",)))
    assert concentration_curves(nobody).finding == "No subjects match the filters."
    bare = View(make_cut(trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}"), trial))
    assert "not collected" in concentration_curves(bare).finding
    assert analyte_options(bare) == () == panel_options(bare)
    alone = View(four.cut, filters=Filters(subjects=("B",)))
    assert "20 ng/mL at 130 mg/m²/day (n = 1)" in concentration_curves(alone).sentences[0]


def test_one_sample_of_the_metabolite_alone_is_shown_everywhere(make_cut, trial):
    row = "USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCRFTDTC | PCDTC\nS1 | ANNAMYOL | 12 | 4H | 2007-06-01T09:00 | "
    people = f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}\nS2 | A130 | {THREE}"
    data = trial_data(people, pc=row + "2007-06-01T13:00")
    data["pc"] = data["pc"].assign(PCSEQ=1.0, PCSTRESU="ng/mL", PCTEST="Annamycinol")
    view = View(make_cut(data, trial))
    curves = concentration_curves(view)
    assert curves.sentences[0] == "Annamycinol, day 1: median Cmax 12 ng/mL at 130 mg/m²/day (n = 1)."
    assert "1 of 2 treated subjects with 1 concentration; 0 below the limit of quantification (not" in curves.population
    assert analyte_options(view) == (("METABOLITE", "Annamycinol"),)
    assert "S1, Annamycinol, day 1: no half-life" in terminal_line(view).sentences[0]
    assert pk_samples(view).sentences[0].startswith("25 of 26 planned samples due are missing: 25 without a record")
    assert subject_concentrations(view, "S1").sentences[0] == "Annamycinol: highest 12 ng/mL on day 1."
    assert subject_concentrations(view, "S2").finding == "No sample of this subject was delivered."
    assert subject_parameters(view, "S1").finding == "No parameter of the study drug can be derived for this subject."
    assert "no sample was delivered" in subject_parameters(view, "S2").finding


def test_concentrations_under_an_unknown_test_code_are_nowhere_called_not_collected(make_cut, trial):
    row = "USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCRFTDTC | PCDTC\nS1 | OTHERDRG | 12 | 4H | 2007-06-01T09:00 | "
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\nS1 | A130 | {THREE}", pc=row + "2007-06-01T13:00")
    data["pc"] = data["pc"].assign(PCSEQ=1.0, PCSTRESU="ng/mL", PCTEST="Other drug")
    view = View(make_cut(data, trial))
    for entry in PHARMACOKINETICS.displays:
        finding = entry.function(view).finding
        assert finding.startswith("No concentration was delivered under a test code"), entry.function.__name__


def test_of_very_many_subjects_those_with_the_highest_concentrations_are_drawn(make_cut, trial):
    number = 130
    lines = ["USUBJID | PCTESTCD | PCSTRESC | PCTPT | PCRFTDTC | PCDTC"]
    for n in range(number):
        for hour in (2, 4):
            lines += [
                f"S{n} | ANNAMYC | {(n + 1) * 10 // hour} | {hour}H | 2007-06-01T09:00 | 2007-06-01T{9 + hour:02d}:00"
            ]
    people = "\n".join(f"S{n} | A130 | {THREE}" for n in range(number))
    data = trial_data(f"USUBJID | ARMCD | INFUSIONS\n{people}", pc="\n".join(lines))
    data["pc"] = data["pc"].assign(PCSEQ=[float(n) for n in range(1, len(lines))], PCSTRESU="ng/mL", PCTEST="Annamycin")
    view = View(make_cut(data, trial))
    made = concentration_curves(view)
    (marks,) = [trace for trace in made.figure.data if trace.meta == "samples"]
    drawn = {name for (name,) in marks.customdata}
    assert drawn == {f"S{n}" for n in range(number - NAMED, number)}
    assert "130 subjects: those with the highest Cmax are drawn one by one, the medians are of all." in made.population
    assert made.table["N"].tolist() == [number, number] and made.table["MEDIAN"][0] == (65 * 5 + 66 * 5) / 2
    samples = pk_samples(view)
    rows_drawn = {place for trace in samples.figure.data if trace.customdata is not None for place in trace.y}
    assert len(rows_drawn) == NAMED and "130 subjects" in samples.population
