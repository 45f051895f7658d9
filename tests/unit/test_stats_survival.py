"""Time to event: against R's survival and cmprsk, the Freireich trial, scipy, and products taken by hand."""

from math import isnan, nan

import numpy
import pandas
import pytest
from scipy.stats import CensoredData, ecdf
from scipy.stats import logrank as scipy_logrank
from shared import shared_cases

from stats.survival import cumulative_incidence, kaplan_meier, logrank, median, numbers_at_risk, survival_at

MERCAPTOPURINE = (
    [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35],
    [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0],
)
PLACEBO = ([1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], [1] * 21)
"""Weeks of remission in childhood leukaemia: Freireich 1963, in Kalbfleisch and Prentice 2002,
table 1.1 and Cox 1972."""


def random_trial(seed, subjects=40, causes=(0, 1)):
    generator = numpy.random.default_rng(seed)
    return generator.integers(1, 20, subjects) / 2, generator.choice(causes, subjects)


def groups(case):
    time, event, group = (numpy.asarray(case["inputs"][key]) for key in ("time", "event", "group"))
    if case["inputs"]["group"] is None:
        return {"all": (time, event)}
    return {str(label): (time[group == label], event[group == label]) for label in dict.fromkeys(group.tolist())}


def match_group(expected, label):
    """R names a stratum "group=a"; the case file may hold either."""
    return next(value for key, value in expected.items() if key.split("=")[-1] == label)


@pytest.mark.parametrize("case", shared_cases("kaplan_meier_logrank.json", "kaplan_meier"))
def test_kaplan_meier_agrees_with_r(case, agrees):
    for label, (time, event) in groups(case).items():
        expected = match_group(case["expected"]["km"], label)
        curve = kaplan_meier(time, event)
        columns = {
            "time": "time",
            "at_risk": "n_risk",
            "events": "n_event",
            "censored": "n_censor",
            "survival": "surv",
            "standard_error": "greenwood_se_of_surv",
            "lower": "lower_loglog",
            "upper": "upper_loglog",
        }
        for ours, theirs in columns.items():
            values = [nan if value is None else value for value in expected[theirs]]
            agrees(curve[ours], values, f"{label}: {ours.replace('_', ' ')}")
        middle = median(time, event)
        limits = [expected["median"], *expected["median_ci_loglog"]]
        limits = [nan if value is None else value for value in limits]
        agrees([middle.estimate, middle.lower, middle.upper], limits, f"{label}: median with limits", within=1e-9)


FREIREICH = "Freireich, Blood 1963;21:699, as in Kalbfleisch and Prentice 2002 and Cox 1972"


def test_freireich_remissions(agrees):
    curve = kaplan_meier(*MERCAPTOPURINE).query("events > 0")
    agrees(
        curve.survival,
        [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448],
        "6-MP: share in remission",
        within=5e-4,
        source=FREIREICH,
    )
    agrees(
        [median(*MERCAPTOPURINE).estimate, median(*PLACEBO).estimate],
        [23, 8],
        "median of 6-MP and of placebo, weeks",
        source=FREIREICH,
    )


def test_freireich_logrank(agrees):
    time, event = MERCAPTOPURINE[0] + PLACEBO[0], MERCAPTOPURINE[1] + PLACEBO[1]
    statistic, degrees, p = logrank(time, event, ["6-MP"] * 21 + ["placebo"] * 21)
    agrees(statistic, 16.79, "chi-square", within=0.005, source=FREIREICH)
    agrees(p, 4.17e-5, "P", within=4.2e-7, source=FREIREICH)
    assert degrees == 1


@pytest.mark.parametrize("seed", range(5))
def test_kaplan_meier_is_the_product_taken_by_hand(seed):
    time, event = random_trial(seed)
    share = 1.0
    for row in kaplan_meier(time, event).itertuples():
        at_risk = sum(1 for t in time if t >= row.time)
        events = sum(1 for t, e in zip(time, event, strict=True) if t == row.time and e == 1)
        share *= (at_risk - events) / at_risk
        assert (row.at_risk, row.events) == (at_risk, events)
        assert row.survival == pytest.approx(share)


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")
@pytest.mark.parametrize("seed", range(5))
def test_limits_agree_with_scipy(seed, agrees):
    time, event = random_trial(seed)
    curve = kaplan_meier(time, event, level=0.9).query("events > 0 and survival > 0")
    theirs = ecdf(CensoredData(uncensored=time[event == 1], right=time[event == 0])).sf
    limits = theirs.confidence_interval(0.9, method="log-log")
    for what, ours, expected in (
        ("survival", curve.survival, theirs),
        ("lower 90 % limit", curve.lower, limits.low),
        ("upper 90 % limit", curve.upper, limits.high),
    ):
        agrees(
            ours, expected.evaluate(curve.time), f"random trial {seed}: {what}", within=1e-9, source="scipy.stats.ecdf"
        )


def test_nobody_gives_no_rows_and_no_median():
    curve = kaplan_meier([], [])
    assert curve.empty and {"time", "at_risk", "events", "censored", "survival", "lower", "upper"} <= set(curve.columns)
    assert isnan(median([], []).estimate)
    assert numbers_at_risk([], [0, 5]).tolist() == [0, 0]
    assert cumulative_incidence([], [], cause=1).empty


def test_everybody_or_nobody_has_the_event():
    assert kaplan_meier([4, 5, 6], [0, 0, 0]).survival.tolist() == [1, 1, 1]
    everybody = kaplan_meier([5, 5, 5], [1, 1, 1])
    assert everybody.survival.tolist() == [0] and everybody.lower.isna().all()
    assert median([5, 5, 5], [1, 1, 1]).estimate == 5


def test_times_that_differ_by_noise_are_one_time():
    assert len(kaplan_meier([0.1 + 0.2, 0.3, 1.0], [1, 1, 0])) == 2


def test_events_may_be_true_and_false_and_in_any_order():
    shuffled = kaplan_meier([9, 3, 6, 9], numpy.array([True, False, False, False]))
    pandas.testing.assert_frame_equal(shuffled, kaplan_meier([3, 6, 9, 9], [0, 0, 0, 1]))


@pytest.mark.parametrize("seed", range(4))
def test_numbers_at_risk_are_counted(seed):
    time, _ = random_trial(seed)
    assert numbers_at_risk(time, [0, 2, 2.5, 30]).tolist() == [sum(t >= at for t in time) for at in (0, 2, 2.5, 30)]


def test_survival_at_reads_the_step_in_force():
    curve = kaplan_meier([2, 4, 6, 8], [1, 1, 0, 0])
    assert survival_at(curve, [0, 1.9, 2, 5, 8, 8.1]).survival.tolist() == pytest.approx(
        [1, 1, 0.75, 0.5, 0.5, nan], nan_ok=True
    )


@pytest.mark.parametrize("seed", range(6))
def test_logrank_agrees_with_scipy(seed, agrees):
    (time, event), group = random_trial(seed), numpy.arange(40) % 3 == 0
    theirs = scipy_logrank(
        *(
            CensoredData(uncensored=time[(event == 1) & side], right=time[(event == 0) & side])
            for side in (group, ~group)
        )
    )
    statistic, degrees, p = logrank(time, event, group)
    assert degrees == 1
    agrees(
        [statistic, p],
        [theirs.statistic**2, theirs.pvalue],
        f"random trial {seed}: chi-square and P",
        within=1e-9,
        source="scipy.stats.logrank",
    )


def test_logrank_of_three_groups_by_hand():
    """Observed minus expected and its hypergeometric covariance, event time by event time, in plain loops."""
    time, event = random_trial(11, 45)
    group = [index % 3 for index in range(45)]
    excess, variance = numpy.zeros(2), numpy.zeros((2, 2))
    for now in sorted({t for t, e in zip(time, event, strict=True) if e}):
        at_risk = [sum(t >= now and g == k for t, g in zip(time, group, strict=True)) for k in range(3)]
        events = [
            sum(t == now and e == 1 and g == k for t, e, g in zip(time, event, group, strict=True)) for k in range(3)
        ]
        n, d = sum(at_risk), sum(events)
        for i in range(2):
            excess[i] += events[i] - d * at_risk[i] / n
            for j in range(2):
                if n > 1:
                    variance[i, j] += d * (n - d) / (n - 1) * (at_risk[i] / n) * ((i == j) - at_risk[j] / n)
    statistic, degrees, _ = logrank(time, event, group)
    assert degrees == 2 and statistic == pytest.approx(excess @ numpy.linalg.solve(variance, excess))


def test_logrank_without_a_comparison_is_undefined():
    assert logrank([1, 2], [1, 1], ["ALL", "ALL"])[1] == 0 and isnan(logrank([1, 2], [1, 1], ["ALL", "ALL"])[0])
    assert isnan(logrank([1, 2, 3], [0, 0, 0], ["ALL", "AML", "ALL"])[2])
    assert isnan(logrank([], [], [])[0])


@pytest.mark.parametrize("case", shared_cases("cumulative_incidence.json", "cumulative_incidence"))
def test_cumulative_incidence_agrees_with_cmprsk(case, agrees):
    time, status = (numpy.asarray(case["inputs"][key]) for key in ("time", "status"))
    group = case["inputs"]["group"] or ["1"] * len(time)
    for curve in case["expected"]["estimates"]:
        label, cause = curve["curve"].rsplit(" ", 1)
        members = numpy.array([str(value) == label for value in group])
        frame = cumulative_incidence(time[members], status[members], cause=int(cause))
        reached = [frame[frame.time <= at] for at in case["expected"]["times"]]
        for column, theirs in (("incidence", "est"), ("variance", "var")):
            ours = [rows[column].iloc[-1] if len(rows) else 0 for rows in reached]
            agrees(ours, curve[theirs], f"group {label}, cause {cause}: {column} at {case['expected']['times']}")


@pytest.mark.parametrize("seed", range(4))
def test_incidences_and_event_free_survival_add_up_to_one(seed):
    time, status = random_trial(seed, causes=(0, 1, 2))
    free = kaplan_meier(time, status > 0)
    first, second = (cumulative_incidence(time, status, cause=cause) for cause in (1, 2))
    assert (first.incidence + second.incidence + free.survival).to_numpy() == pytest.approx(1)
    assert (first.events + first.competing + first.censored).sum() == len(time)


def test_one_cause_alone_is_the_complement_of_kaplan_meier():
    time, event = random_trial(3)
    curve, incidence = kaplan_meier(time, event), cumulative_incidence(time, event, cause=1)
    assert incidence.incidence.to_numpy() == pytest.approx(1 - curve.survival.to_numpy())


def test_causes_may_be_words_and_may_be_absent():
    frame = cumulative_incidence([1, 2, 3, 4], ["relapse", None, "death", "relapse"], cause="relapse")
    assert frame.incidence.tolist() == pytest.approx([0.25, 0.25, 0.25, 0.625])
    assert cumulative_incidence([1, 2], ["death", None], cause="relapse").incidence.tolist() == [0, 0]


@pytest.mark.parametrize(
    "call, what",
    [
        (lambda: kaplan_meier([1, nan], [1, 0]), "nan at position 2"),
        (lambda: kaplan_meier([1, -2], [1, 0]), "-2"),
        (lambda: kaplan_meier([1, 2, 3], [1, 0]), "3 and 2"),
        (lambda: kaplan_meier([1, 2], [1, 2]), "got 2"),
        (lambda: kaplan_meier([1, 2], [1, nan]), "nan"),
        (lambda: kaplan_meier([1, 2], [1, 0], level=95), "95"),
        (lambda: kaplan_meier(["a"], [1]), "numbers"),
        (lambda: kaplan_meier([[1]], [[1]]), "dimensions"),
        (lambda: logrank([1, 2], [1, 0], ["a"]), "2 and 1"),
        (lambda: logrank([1, 2], [1, 0], ["a", None]), "position 2"),
        (lambda: cumulative_incidence([1], [1], cause=0), "censored"),
        (lambda: cumulative_incidence([1, 2], [1], cause=1), "2 and 1"),
        (lambda: numbers_at_risk([1], [nan]), "times"),
        (lambda: median([1], [1], level=1), "level"),
    ],
)
def test_impossible_input_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
