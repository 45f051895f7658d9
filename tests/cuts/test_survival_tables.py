"""Duration of remission and survival: against the raw files, on drawn tables, and figure against table."""

from datetime import date

import pandas
import pytest
from conftest import CUT_DATES
from drawn_responses import delivery
from raw import sample

from displays.remission.incidence import relapse_incidence
from displays.remission.survival import duration_of_remission, overall_survival
from displays.remission.times import MONTH_DAYS
from queries import Filters, View
from stats.survival import cumulative_incidence, kaplan_meier, median, numbers_at_risk

DISPLAYS = (duration_of_remission, relapse_incidence, overall_survival)
DATES = ("EXSTDTC EXENDTC LBDTC VSDTC EGDTC CVDTC RSDTC PCDTC AESTDTC AEENDTC SVSTDTC SVENDTC PRSTDTC DSSTDTC").split()
"""The dates on which a subject can have been seen."""


def days(start: str, end: str) -> int:
    return (date.fromisoformat(end) - date.fromisoformat(start)).days + 1


def first_infusions(data: dict) -> dict[str, str]:
    return data["ex"].query("EXDOSE > 0").groupby("USUBJID").EXSTDTC.min().str[:10].to_dict()


def earliest(text: str) -> str:
    """The first day that an ISO date, perhaps partial, can mean; "" for none."""
    if len(text) < 4:
        return ""
    return text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text[:10]


def contacts(files: dict) -> dict:
    """The raw files without what tells of no contact: dispositions that were declared, ends of what goes on."""
    ds, ae = files["ds"], files["ae"]
    seen = ds["DSDECOD"].isin(["COMPLETED", "ADVERSE EVENT", "PROGRESSIVE DISEASE"])
    ended = ae["AEENDTC"].where(~ae["AEOUT"].str.startswith("NOT "), "")
    return files | {"ds": ds[seen], "ae": ae.assign(AEENDTC=ended)}


def naive_survival(cut: str) -> dict[str, tuple[int, int]]:
    """USUBJID → (days, event) from the raw files by plain pandas."""
    data = sample(cut)
    seen = pandas.concat(
        [
            frame[["USUBJID"]].assign(DAY=frame[name].map(earliest))
            for frame in contacts(data).values()
            if "USUBJID" in frame
            for name in DATES
            if name in frame
        ]
    )
    last = seen[(seen.DAY != "") & (seen.DAY <= cut)].groupby("USUBJID").DAY.max()
    died = data["dm"][data["dm"].DTHDTC != ""].set_index("USUBJID").DTHDTC.str[:10].to_dict()
    return {u: (days(start, died.get(u, last[u])), int(u in died)) for u, start in first_infusions(data).items()}


def naive_remissions(cut: str) -> dict[str, tuple[int, int]]:
    """USUBJID → (days in remission, ended by relapse or death) from the raw files by plain Python."""
    data, found = sample(cut), {}
    died = data["dm"][data["dm"].DTHDTC != ""].set_index("USUBJID").DTHDTC.str[:10].to_dict()
    aml = set(
        data["mh"][
            data["mh"].MHDECOD.str.contains("myelo", case=False) & (data["mh"].MHCAT == "PRIMARY DIAGNOSIS")
        ].USUBJID
    )
    transplants = data["pr"][data["pr"].PRDECOD.str.contains("TRANSPLANT")]
    for usubjid, start in first_infusions(data).items():
        own = data["rs"][(data["rs"].USUBJID == usubjid) & (data["rs"].RSEVAL == "INVESTIGATOR")]
        seen = sorted((d[:10], r) for d, r in zip(own.RSDTC, own.RSSTRESC, strict=True) if d[:10] > start and r != "NE")
        bridge = min((d for d in transplants[transplants.USUBJID == usubjid].PRSTDTC if d >= start), default="9999")
        good = {"CR", "CRi"} | ({"CRh"} if usubjid in aml else set())
        begin = next((d for d, r in seen if r in good and d <= bridge), None)
        if begin:
            ends = [d for d, r in seen if r in ("RELAPSE", "PD") and d > begin] + (
                [died[usubjid]] if usubjid in died else []
            )
            found[usubjid] = (days(begin, min(ends) if ends else max(d for d, _ in seen)), int(bool(ends)))
    return found


@pytest.mark.parametrize("day", CUT_DATES, ids=str)
@pytest.mark.parametrize("endpoint, naive", [("OS", naive_survival), ("DOR", naive_remissions)])
def test_times_equal_the_raw_files(sample_cuts, day, endpoint, naive):
    answer = sample_cuts[day].ask("survival_times", endpoint=endpoint)
    assert {r.USUBJID: (r.AVAL, r.EVENT) for r in answer.itertuples()} == naive(day.isoformat())


@pytest.mark.parametrize(
    "function, naive", [(overall_survival, naive_survival), (duration_of_remission, naive_remissions)]
)
def test_curves_equal_kaplan_meier_of_the_raw_files(sample_cuts, function, naive):
    cut = CUT_DATES[-1]
    shown = function(View(sample_cuts[cut])).table
    raw_times = naive(cut.isoformat())
    for _, rows in shown.groupby("GROUP"):
        times = [raw_times[u] for u in rows.USUBJID]
        curve = kaplan_meier([t for t, _ in times], [e for _, e in times]).set_index("time")
        for r in rows.itertuples():
            expected = curve.loc[r.AVAL]
            assert (r.AT_RISK, r.ESTIMATE) == (expected.at_risk, expected.survival)
            assert (r.LOWER, r.UPPER) == pytest.approx((expected.lower, expected.upper), nan_ok=True)
    assert set(shown.USUBJID) == set(raw_times)


def test_incidence_equals_aalen_johansen_of_the_raw_files(sample_cuts):
    cut = CUT_DATES[-1]
    shown, raw_times = relapse_incidence(View(sample_cuts[cut])).table, naive_remissions(cut.isoformat())
    assert set(shown[shown.EVENT == 1].EVNTDESC) == {"Relapse"}
    for _, rows in shown.groupby("GROUP"):
        curve = cumulative_incidence(
            [raw_times[u][0] for u in rows.USUBJID], [raw_times[u][1] for u in rows.USUBJID], cause=1
        ).set_index("time")
        assert [curve.incidence[t] for t in rows.AVAL] == pytest.approx(rows.ESTIMATE.tolist())


@pytest.mark.parametrize("function", DISPLAYS)
def test_figure_is_its_table(sample_cuts, function):
    shown = function(View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[0]]))
    curves = [trace for trace in shown.figure.data if trace.meta == "curve"]
    groups = list(shown.table.GROUP.unique())
    assert len(curves) == len(groups)
    for group, trace in zip(groups, curves, strict=True):
        rows = shown.table[shown.table.GROUP == group].drop_duplicates("AVAL")
        assert trace.x[1:] == tuple(rows.MONTHS) and trace.y[1:] == tuple(rows.ESTIMATE)
        assert (trace.x[0], trace.y[0], trace.line.shape) == (0, 0.0 if function is relapse_incidence else 1.0, "hv")
    marks = [row[0] for trace in shown.figure.data if trace.meta == "subjects" for row in trace.customdata]
    assert sorted(marks) == sorted(shown.table.USUBJID)


@pytest.mark.parametrize("function", DISPLAYS)
def test_numbers_at_risk_stand_under_the_axis(sample_cuts, function):
    shown = function(View(sample_cuts[CUT_DATES[-1]]))
    told = [(a.x, int(a.text)) for a in shown.figure.layout.annotations if a.name == "at risk"]
    ticks = shown.figure.layout.xaxis.tickvals
    expected = [
        (tick, sum(rows.AVAL / MONTH_DAYS >= tick))
        for _, rows in shown.table.groupby("GROUP", sort=False)
        for tick in ticks
    ]
    assert told == expected
    by_stats = [n for _, rows in shown.table.groupby("GROUP", sort=False) for n in numbers_at_risk(rows.MONTHS, ticks)]
    assert [n for _, n in told] == by_stats


def test_medians_are_spoken(sample_cuts):
    shown = overall_survival(View(sample_cuts[CUT_DATES[-1]]))
    rows = shown.table.query("GROUP == 'ALL'")
    middle = median(rows.AVAL, rows.EVENT)
    assert (
        middle.estimate != middle.estimate
        and f"ALL: death in {rows.EVENT.sum()} of {len(rows)} treated subjects; median not reached" in shown.finding
    )


DRAWN = delivery(
    """
    id  disease  arm   start
    1   ALL      A130  2007-03-01
    2   ALL      A130  2007-03-01
    3   AML      A130  2007-03-01
    4   ALL      A130  2007-03-01
    5   ALL      A130  2007-03-01
    6   AML      A130  2007-03-01
    7   ALL      A130  2007-03-20
    8   ALL      A130  2007-03-01
    """,
    """
    id  day  response  evaluator
    1   30   CR        INVESTIGATOR
    1   60   RELAPSE   INVESTIGATOR
    1   90   CR        INVESTIGATOR
    2   30   CRi       INVESTIGATOR
    2   80   CR        INVESTIGATOR
    2   95   NE        INVESTIGATOR
    3   31   CRh       INVESTIGATOR
    3   100  RELAPSE   INVESTIGATOR
    4   30   CR        INVESTIGATOR
    5   30   CR        INVESTIGATOR
    5   60   RELAPSE   INDEPENDENT_ASSESSOR
    6   30   NR        INVESTIGATOR
    6   60   PD        INVESTIGATOR
    8   50   CR        INVESTIGATOR
    """,
    events="""
    id  day      what
    3   60       TRANSPLANT
    4   70       DEATH
    6   2007-05  DEATH
    7   2007-03  DEATH
    8   40       TRANSPLANT
    """,
)


@pytest.fixture(scope="module")
def drawn(make_cut, trial):
    return make_cut(DRAWN, trial)


@pytest.mark.parametrize(
    "subject, endpoint, expected",
    [
        (1, "DOR", (31, 1, "Relapse")),  # the second remission does not undo the relapse
        (2, "DOR", (51, 0, "Censored at the last disease assessment")),  # NE assesses nothing
        (3, "DOR", (70, 1, "Relapse")),  # a transplant in between does not censor
        (4, "DOR", (41, 1, "Death in remission")),
        (5, "DOR", (1, 0, "Censored at the last disease assessment")),  # another evaluator ends nothing
        (6, "DOR", None),
        (8, "DOR", None),  # remission only after the transplant
        (1, "OS", (90, 0, "Censored: last known alive")),
        (4, "OS", (70, 1, "Death")),
        (6, "OS", (62, 1, "Death")),  # died in May 2007: the first of May, unless known alive later
        (7, "OS", (1, 1, "Death")),  # died in the month of the first infusion
        (6, "EFS", (60, 1, "Progression or relapse")),
        (7, "EFS", (1, 1, "Death")),
        (5, "EFS", (30, 0, "Censored at the last disease assessment")),
    ],
)
def test_time_of_a_drawn_subject(drawn, subject, endpoint, expected):
    answer = drawn.ask("survival_times", endpoint=endpoint)
    own = answer[answer.USUBJID == f"T-{subject}"]
    assert [(r.AVAL, r.EVENT, r.EVNTDESC) for r in own.itertuples()] == ([expected] if expected else [])


def test_death_in_remission_competes_with_relapse(drawn):
    table = relapse_incidence(View(drawn)).table.query("GROUP == 'ALL'").set_index("SUBJID")
    # days 1+ (5), 31 relapse (1), 41 death (4), 51+ (2)
    assert table.ESTIMATE[["5", "1", "4", "2"]].tolist() == pytest.approx([0, 1 / 3, 1 / 3, 1 / 3])


def test_a_transplant_in_the_time_is_told(drawn):
    table = duration_of_remission(View(drawn)).table.set_index("SUBJID")
    assert table.TRANSPLANT.to_dict() == {"1": False, "2": False, "3": True, "4": False, "5": False}


def undated(frames: dict, *subjects: str) -> dict:
    """The subjects' deaths are known by DTHFL alone."""
    frames["dm"] = frames["dm"].assign(
        DTHFL=["Y" if s in subjects or d else "" for s, d in zip(frames["dm"].SUBJID, frames["dm"].DTHDTC, strict=True)]
    )
    return frames


UNDATED = undated(
    delivery(
        "id disease arm start\n1 ALL A130 2007-03-01\n2 ALL A130 2007-03-01\n"
        "3 ALL A130 2007-03-01\n4 ALL A130 2007-03-01",
        (
            "id day response evaluator\n1 30 CR INVESTIGATOR\n2 30 CR INVESTIGATOR\n2 60 RELAPSE INVESTIGATOR\n"
            "3 30 CR INVESTIGATOR\n4 30 NR INVESTIGATOR"
        ),
        events="id day what\n4 50 DEATH",
    ),
    "1",
    "2",
)


def test_a_death_without_a_date_has_no_time_and_is_named(make_cut, trial):
    view = View(make_cut(UNDATED, trial))
    overall, duration, incidence = (
        function(view) for function in (overall_survival, duration_of_remission, relapse_incidence)
    )
    assert overall.table.SUBJID.tolist() == ["3", "4"] and overall.finding.startswith(
        "ALL: death in 1 of 2 treated subjects;"
    )
    assert duration.table.set_index("SUBJID").EVENT.to_dict() == {
        "2": 1,
        "3": 0,
    }  # the relapse is dated, the death of 1 is not
    for shown, words in (
        (overall, "2 deaths without a date, left out: no time."),
        (duration, "1 death without a date, left out: no time."),
        (incidence, "1 death without"),
    ):
        assert words in shown.finding and words in shown.population
    deaths = view.ask("overview_measures").query("MEASURE == 'Deaths'").iloc[0]
    assert deaths.NUMBER == sum(overall.table.EVENT) + 2


def test_deaths_without_a_date_alone_leave_no_curve(make_cut, trial):
    shown = overall_survival(
        View(make_cut(undated(delivery("id disease arm start\n1 ALL A130 2007-03-01"), "1"), trial))
    )
    assert shown.figure is None and shown.finding == "1 death without a date, left out: no time."


def test_a_death_after_the_data_cut_is_told(make_cut, trial):
    shown = overall_survival(
        View(
            make_cut(
                undated(
                    delivery("id disease arm start\n1 ALL A130 2007-03-01", events="id day what\n1 2007-12-24 DEATH")
                ),
                trial,
            )
        )
    )
    assert shown.table.EVENT.tolist() == [0] and "1 death after the data cut, not counted" in shown.population


def test_a_median_of_the_last_one_followed_says_so(sample_cuts):
    shown = duration_of_remission(View(sample_cuts[CUT_DATES[-1]]))
    for disease in ("ALL", "AML"):
        rows = shown.table.query("GROUP == @disease")
        at_risk = sum(rows.AVAL >= median(rows.AVAL, rows.EVENT).estimate)
        assert (
            at_risk < 5
            and f"{at_risk} at risk: rests on few subjects)" in shown.finding.split("AML:")[disease == "AML"]
        )


def remissions(relapses: list[int], *, censored: list[int]) -> dict:
    """Remission of AML on day 30; then each a relapse after so many days, or a last assessment."""
    people = range(1, len(relapses) + len(censored) + 1)
    ends = [(days, "RELAPSE") for days in relapses] + [(days, "CR") for days in censored]
    responses = [
        f"{n} 30 CR INVESTIGATOR\n{n} {29 + days} {what} INVESTIGATOR"
        for n, (days, what) in zip(people, ends, strict=True)
    ]
    return delivery(
        "id disease arm start\n" + "\n".join(f"{n} AML A130 2007-03-01" for n in people),
        "id day response evaluator\n" + "\n".join(responses),
    )


def test_a_median_of_many_rests_on_them(make_cut, trial):
    shown = duration_of_remission(View(make_cut(remissions([20, 30, 40, 50, 60], censored=[100] * 5), trial)))
    assert "; 6 at risk)" in shown.finding and "few" not in shown.finding


@pytest.mark.parametrize(
    "relapses, censored, words",
    [
        ([20, 40], [100] * 8, "incidence of relapse 20 % at 3 months (95 % CI "),
        ([20], [70] * 9, "incidence of relapse 10 % at 2 months (95 % CI "),
        ([], [100] * 6, "incidence of relapse 0 % at 3 months (no interval; 6 at risk)"),
        ([20], [100] * 3, "no estimate, fewer than 5 at risk at 1 month"),
    ],
)
def test_incidence_of_relapse_is_spoken_where_enough_are_at_risk(make_cut, trial, relapses, censored, words):
    assert words in relapse_incidence(View(make_cut(remissions(relapses, censored=censored), trial))).finding


def test_incidence_at_three_months_equals_aalen_johansen_of_the_raw_files(sample_cuts):
    shown = relapse_incidence(View(sample_cuts[CUT_DATES[-1]]))
    own = [naive_remissions(CUT_DATES[-1].isoformat())[u] for u in shown.table.query("GROUP == 'ALL'").USUBJID]
    curve = cumulative_incidence([t for t, _ in own], [e for _, e in own], cause=1)
    row = curve[curve.time <= 3 * MONTH_DAYS].iloc[-1]
    assert (
        f"relapse {row.incidence:.0%} at 3 months (95 % CI {100 * row.lower:.1f} to {row.upper:.0%}; "
        f"{sum(t >= 3 * MONTH_DAYS for t, _ in own)} at risk)".replace("%", " %").replace("  %", " %")
        in shown.finding
    )


def test_transplants_after_the_last_assessment_are_told(sample_cuts):
    cut = CUT_DATES[-1].isoformat()
    data, times, starts = sample(cut), naive_remissions(cut), first_infusions(sample(cut))
    grafts = data["pr"][data["pr"].PRDECOD.str.contains("TRANSPLANT")]
    later = [
        u
        for u, (_, event) in times.items()
        if not event
        and any(
            d >= starts[u] and d > max(data["rs"].query("USUBJID == @u and RSSTRESC != 'NE'").RSDTC.str[:10])
            for d in grafts[grafts.USUBJID == u].PRSTDTC
        )
    ]
    shown = duration_of_remission(View(sample_cuts[CUT_DATES[-1]]))
    assert set(shown.table[shown.table.LATERTRANSPLANT].USUBJID) == set(later) != set()
    assert f"{len(later)} more had a transplant after their last assessment and are censored there" in shown.population
    assert "informative" in shown.method and "what follows it counts" not in shown.method


@pytest.mark.parametrize("function", DISPLAYS)
def test_follow_up_is_the_reverse_kaplan_meier_median(sample_cuts, function):
    shown = function(View(sample_cuts[CUT_DATES[-1]]))
    curve = kaplan_meier(shown.table.AVAL, shown.table.EVENT == 0)
    middle = curve[curve.survival <= 0.5].time.min() / MONTH_DAYS
    followed = shown.table[shown.table.EVENT == 0].AVAL
    assert (
        f"Median follow-up {middle:.1f} months (reverse Kaplan-Meier; "
        f"those without the event {followed.min()} to {followed.max()} days)." in shown.population
    )
    assert "counts its first and its last day" in shown.method and "Schemper" in shown.source


@pytest.mark.parametrize("function", DISPLAYS)
def test_a_curve_is_strong_only_where_five_are_at_risk(sample_cuts, function):
    shown = function(View(sample_cuts[CUT_DATES[-1]]))
    strong = [(trace.x[-1], trace.y[-1]) for trace in shown.figure.data if trace.meta == "firm"]
    expected = [
        rows[rows.AT_RISK >= 5].iloc[-1] for _, rows in shown.table.groupby("GROUP", sort=False) if len(rows) >= 5
    ]
    assert strong == [(row.MONTHS, row.ESTIMATE) for row in expected]
    assert [a.text for a in shown.figure.layout.annotations if a.name == "few"] == ["Thin, pale: fewer than 5 at risk"]


@pytest.mark.parametrize("function", DISPLAYS)
def test_every_curve_is_named_within_the_figure(sample_cuts, function):
    figure = function(View(sample_cuts[CUT_DATES[-1]])).figure
    names = {a.text: a.y for a in figure.layout.annotations if a.name == "curve"}
    assert set(names) == {"<b>ALL</b>", "<b>AML</b>"} and abs(names["<b>ALL</b>"] - names["<b>AML</b>"]) >= 0.07
    low, high = figure.layout.yaxis.range
    assert all(low <= y <= high for y in names.values())


def test_a_death_before_the_first_infusion_is_left_out_and_counted(make_cut, trial):
    frames = delivery(
        "id disease arm start\n1 ALL A130 2007-03-01\n2 ALL A130 2007-03-01",
        events="id day what\n1 -10 DEATH\n2 20 DEATH",
    )
    shown = overall_survival(View(make_cut(frames, trial)))
    assert shown.table.SUBJID.tolist() == ["2"] and "1 subject left out" in shown.population


def test_records_after_the_cut_say_nothing(make_cut, trial):
    frames = delivery(
        "id disease arm start\n1 ALL A130 2007-03-01",
        laboratory="id day test value spec\n1 10 NEUT 1 BLOOD\n1 500 NEUT 1 BLOOD",
    )
    assert make_cut(frames, trial).ask("survival_times", endpoint="OS").AVAL.tolist() == [10]


def test_new_events_are_marked(sample_cuts):
    shown = overall_survival(View(sample_cuts[CUT_DATES[2]], sample_cuts[CUT_DATES[1]]))
    now, before = (sample(day.isoformat())["dm"].query("DTHDTC != ''").USUBJID for day in (CUT_DATES[2], CUT_DATES[1]))
    assert set(shown.table[shown.table.SINCE == "new"].USUBJID) == set(now) - set(before) != set()
    assert sum(len(trace.x) for trace in shown.figure.data if trace.meta == "changed") == len(set(now) - set(before))


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_without_subjects_or_records(make_cut, trial, sample_cuts, function):
    nobody = function(View(sample_cuts[CUT_DATES[-1]], None, Filters(sites=("no such site",))))
    assert nobody.finding.startswith("No ") and nobody.figure is None
    empty = function(View(make_cut({}, trial)))
    assert not empty.collected and "not collected" in empty.finding


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_with_one_subject(make_cut, trial, function):
    shown = function(
        View(
            make_cut(
                delivery(
                    "id disease arm start\n1 ALL A130 2007-03-01", "id day response evaluator\n1 30 CR INVESTIGATOR"
                ),
                trial,
            )
        )
    )
    assert len(shown.table) == 1 and shown.figure is not None and "AML" not in shown.finding


def test_the_pilot_lives_by_arm_and_has_no_remissions(pilot_cut):
    shown = overall_survival(View(pilot_cut))
    dm = pilot_cut.table("sdtm.dm")
    treated = pilot_cut.table("sdtm.ex").USUBJID.unique()
    died = dm[(dm.DTHFL == "Y") & dm.USUBJID.isin(treated)]
    assert (
        shown.table.groupby("GROUP").EVENT.sum().to_dict()
        == died.groupby("ACTARM").size().reindex(shown.table.GROUP.unique(), fill_value=0).to_dict()
    )
    assert len(shown.table) == len(treated) and shown.table.GROUP.nunique() == 3
    assert not duration_of_remission(View(pilot_cut)).collected


@pytest.mark.parametrize("function", DISPLAYS)
def test_displays_name_only_columns_that_they_have(sample_cuts, function):
    shown = function(View(sample_cuts[CUT_DATES[-1]], sample_cuts[CUT_DATES[1]]))
    assert set(shown.labels) <= set(shown.table.columns) and set(shown.formats) <= set(shown.labels)
    assert shown.synthetic and "Phase I" in shown.method and shown.source
