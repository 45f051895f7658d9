"""Non-compartmental analysis: against Phoenix WinNonlin and PKNCA, known answers, what is undefined and refused."""

from __future__ import annotations

from math import exp, isnan, log, nan

import pytest
from shared import shared_cases

from stats.noncompartmental import NCA, auc, nca

WINNONLIN = {
    "r2_adj": "r2_adjusted",
    "lambda_z_n_points": "lambda_z_points",
    "lambda_z_t_first": "lambda_z_first_h",
    "lambda_z_t_last": "lambda_z_last_h",
    "adj_r2": "r2_adjusted",
    "auc_pct_extrap": "auc_extrapolated_pct",
    "auc_pct_back_extrap": "auc_back_extrapolated_pct",
    "vz_f": "vz",
    "cl": "clearance",
    "cl_f": "clearance",
    "mrt_inf": "mrt",
}
"""Names of the published cases → names of the parameters here, where they differ."""
PKNCA = "nca_pknca.json"


def parameter(name: str) -> tuple[str, str]:
    """The parameter that a name of the cases means, and from which last concentration it is extrapolated."""
    stem, _, kind = name.rpartition("_")
    observed = {"obs": "observed", "pred": "predicted"}.get(kind)
    if observed is None or name == "clast_pred":
        return WINNONLIN.get(name, name), "observed"
    return WINNONLIN.get(stem, stem), observed


@pytest.mark.parametrize("case", shared_cases("nca_winnonlin.json", "nca"))
def test_profiles_agree_with_winnonlin(case, agrees):
    given = case["inputs"]
    made = {
        last: nca(
            given["time_h"],
            given["conc_mg_per_L"],
            dose=given["dose_mg"],
            route=given["route"],
            infusion_h=given["infusion_h"],
            method=given["auc_method"].lower(),
            extrapolate_from=last,
        )
        for last in ("observed", "predicted")
    }
    for name, expected in case["expected"].items():
        here, last = parameter(name)
        if name == "cmax_dose_norm":
            obtained = made[last].cmax / given["dose_mg"]
        else:
            obtained = getattr(made[last], here)
        agrees(obtained, expected, name, within=case["tolerance_relative"] * abs(expected))


@pytest.mark.parametrize("case", shared_cases(PKNCA, "nca_pknca"))
def test_profiles_agree_with_pknca(case, agrees):
    given = case["inputs"]
    for name, expected in case["expected"].items():
        here, last = parameter(name)
        found = nca(given["time"], given["conc"], method=given["auc_method"], extrapolate_from=last)
        agrees(getattr(found, here), expected, name)


@pytest.mark.parametrize("case", shared_cases(PKNCA, "nca_blq_rule"))
def test_values_below_the_limit_agree_with_pknca(case, agrees):
    given = case["inputs"]
    rule = {"first": "keep", "middle": given["middle_blq"], "last": "keep"}
    found = nca(given["time"], given["conc"], method=given["auc_method"], below=rule)
    agrees(found.auc_last, case["expected"]["auc_last"], f"middle {given['middle_blq']}: AUC to the last sample")


@pytest.mark.parametrize("case", shared_cases(PKNCA, "nca_pknca_test"))
def test_terminal_lines_agree_with_pknca(case, agrees):
    given = case["inputs"]
    found = nca(given["time"], given["conc"], with_peak=given["allow_tmax"])
    for name, expected in case["expected"].items():
        agrees(getattr(found, parameter(name)[0]), expected, name)


HOURS = [0, 2, 3, 4, 6, 10, 24]
RATE, DOSE, VOLUME, LONG = 0.1, 100.0, 10.0, 2.0


def infused(hour: float) -> float:
    """One compartment, a constant infusion of two hours: the concentration by its closed form."""
    during = min(hour, LONG)
    return DOSE / LONG / (RATE * VOLUME) * (1 - exp(-RATE * during)) * exp(-RATE * (hour - during))


def test_of_one_compartment_the_true_rate_clearance_volume_and_residence_come_back(agrees):
    hours = [0.05 * step for step in range(41)] + [3, 5, 8, 12, 24, 48]
    found = nca(hours, [infused(hour) for hour in hours], dose=DOSE, infusion_h=LONG)
    source = "closed form of one compartment with clearance 1 L/h and volume 10 L"
    agrees(found.lambda_z, RATE, "lambda_z", within=1e-9, source=source)
    agrees(found.half_life, log(2) / RATE, "half-life", within=1e-9, source=source)
    agrees(found.clearance, RATE * VOLUME, "clearance", within=1e-3, source=source)
    agrees(found.vss, VOLUME, "volume at steady state", within=2e-2, source=source)
    agrees(found.mrt, 1 / RATE, "mean residence time", within=1e-2, source=source)
    agrees(found.vz, VOLUME, "terminal volume", within=1e-2, source=source)


def test_a_bolus_starts_where_its_first_two_samples_point_else_at_the_first(agrees):
    hours = [0.5, 1, 2, 4, 8]
    falling = nca(hours, [10 * exp(-0.3 * hour) for hour in hours], dose=100, route="bolus")
    agrees(falling.c0, 10.0, "C0 of one exponential", within=1e-9, source="closed form")
    agrees(falling.auc_inf, 10 / 0.3, "area of one exponential", within=1e-9, source="closed form: C0 / rate")
    agrees(falling.mrt, 1 / 0.3, "mean residence time", within=1e-9, source="closed form: 1 / rate")
    rising = nca(hours, [4, 5, 3, 2, 1], dose=100, route="bolus")
    assert rising.c0 == 4
    assert nca([0, *hours], [0, 4, 2, 1, 0.5, 0.2], route="bolus").c0 == pytest.approx(8)
    assert nca([0, *hours], [9, 4, 2, 1, 0.5, 0.2], route="bolus").c0 == 9
    assert rising.lambda_z_points >= 3 and rising.lambda_z_first_h >= 1


def test_no_sample_before_the_end_of_an_infusion_and_no_peak_is_in_the_terminal_line():
    conc = [0, 9, 5, 4, 3, 2, 1]
    assert nca(HOURS, conc, infusion_h=0).lambda_z_first_h >= 3
    assert nca(HOURS, conc, infusion_h=5).lambda_z_first_h >= 6
    # the actual end: a sample at the very end may be used, unless it is the peak
    assert nca(HOURS, [0, 9, 8, 4, 2, 0.5, 0.01], infusion_h=3).lambda_z_first_h >= 3
    late = nca(HOURS, conc, infusion_h=8)
    assert (
        isnan(late.lambda_z)
        and late.why["half_life"] == "fewer than three samples after Cmax and the end of the infusion"
    )


def test_a_reader_may_leave_out_samples_of_the_terminal_line_by_their_place_in_any_order():
    conc = [0, 9, 5, 4, 3, 2, 1]
    whole, without = nca(HOURS, conc), nca(HOURS, conc, excluded=[6])
    assert whole.lambda_z_last_h == 24 and without.lambda_z_last_h == 10 and 6 not in without.lambda_z_places
    assert whole.auc_last == without.auc_last
    order = [3, 6, 0, 5, 1, 4, 2]
    shuffled = nca([HOURS[i] for i in order], [conc[i] for i in order], excluded=[1])
    assert {HOURS[order[i]] for i in shuffled.lambda_z_places} == {HOURS[i] for i in without.lambda_z_places}
    assert shuffled.lambda_z == without.lambda_z


def test_order_does_not_matter_areas_scale_exactly_and_missing_values_are_left_out():
    conc = [0, 900.5, 511.25, 402, 300, 211, 99.75]
    whole = nca(HOURS, conc, dose=DOSE, infusion_h=2)
    order = [3, 6, 0, 5, 1, 4, 2]
    shuffled = nca([HOURS[i] for i in order], [conc[i] for i in order], dose=DOSE, infusion_h=2)
    for name in ("cmax", "auc_last", "auc_inf", "aumc_inf", "lambda_z", "clearance", "vss", "mrt", "auc_all"):
        assert getattr(whole, name) == getattr(shuffled, name), name
    doubled = nca(HOURS, [1024 * value for value in conc], dose=1024 * DOSE, infusion_h=2)
    assert (doubled.auc_last, doubled.aumc_last) == (1024 * whole.auc_last, 1024 * whole.aumc_last)
    assert doubled.clearance == pytest.approx(whole.clearance, rel=1e-12)
    gaps = nca([*HOURS, 8, 12], [*conc, None, nan], dose=DOSE, infusion_h=2)
    assert gaps.auc_inf == whole.auc_inf and gaps.lambda_z_points == whole.lambda_z_points


def test_values_below_the_limit_by_position():
    hours, conc = [0, 1, 2, 3, 4, 5, 6, 7], [0, 0, 4, 0, 2, 1, 0, 0]
    linear = {"method": "linear"}
    assert nca(hours, conc, **linear).auc_last == 2 + 6 + 1.5
    assert nca(hours, conc, **linear, below="WinNonlin").auc_last == 2 + 2 + 1 + 1.5
    assert nca(hours, conc, **linear).auc_all == 9.5 + 0.5
    # first dropped: the curve then starts at 0 at the dose; last dropped: nothing after the last measurable value
    dropped = nca(hours, conc, **linear, below="drop")
    assert (dropped.auc_last, dropped.auc_all) == (4 + 6 + 1.5, 11.5)
    assert nca(hours, conc, **linear, below=0.5).tlast == 7
    half = nca(hours, conc, **linear, below={"first": 0.5, "middle": 0.5, "last": "keep"})
    assert half.auc_last == pytest.approx(0.5 + 2.25 + 2.25 + 1.25 + 1.5)
    by_peak = nca(hours, conc, **linear, below={"before.tmax": "drop", "after.tmax": "keep"})
    assert by_peak.auc_last == 4 + 2 + 1 + 1.5
    assert nca(hours, conc, **linear, route="extravascular").tlag == 1


def test_what_is_undefined_says_why():
    none, below = nca([], []), nca([0, 1, 2], [0, 0, 0], dose=5)
    assert isnan(none.cmax) and none.why["cmax"] == "no concentration" == nca([1, 2], [None, nan]).why["auc_last"]
    assert (below.cmax, below.auc_last) == (0, 0) and "below the limit" in below.why["auc_inf"]
    assert isnan(below.tmax) and isnan(below.auc_inf) and "below the limit" in below.why["tmax"]
    two = nca([0, 2, 4], [0, 5, 3], dose=5)
    assert two.auc_last > 0 and isnan(two.clearance)
    assert two.why["clearance"] == two.why["auc_inf"] == "fewer than three samples after Cmax"
    flat = nca(HOURS, [5, 5, 5, 5, 5, 5, 5])
    assert isnan(flat.lambda_z) and flat.why["lambda_z"] == "the concentrations do not fall after Cmax"
    rising = nca(HOURS, [0, 9, 2, 3, 4, 5, 6])
    assert isnan(rising.half_life) and "do not fall" in rising.why["half_life"]
    no_dose = nca(HOURS, [0, 9, 5, 4, 3, 2, 1], infusion_h=2)
    assert no_dose.mrt > 0 and no_dose.why["clearance"] == no_dose.why["vss"] == "the dose is not known"
    no_end = nca(HOURS, [0, 9, 5, 4, 3, 2, 1], dose=5, infusion_h=None)
    assert no_end.clearance > 0 and "duration" in no_end.why["mrt"] and "duration" in no_end.why["vss"]
    oral = nca(HOURS, [0, 9, 5, 4, 3, 2, 1], dose=5, route="extravascular")
    assert isnan(oral.vss) and "extravascular" in oral.why["vss"] and oral.clearance > 0
    for found in (none, below, two, flat, rising, no_dose, no_end, oral):
        undefined = {name for name, value in vars(found).items() if isinstance(value, float) and isnan(value)}
        assert undefined == set(found.why), found


def test_of_two_samples_there_is_a_line_where_that_is_asked_for():
    found = nca([0, 1], [1, 0.5], with_peak=True, least_points=2)
    assert (
        found.half_life == pytest.approx(1) and isnan(found.r2_adjusted) and "two samples" in found.why["r2_adjusted"]
    )
    longer = nca([0, 1, 2, 3], [4, 2.1, 1, 0.5], with_peak=True, least_points=2)
    assert longer.lambda_z_points >= 3


def test_half_lives_spanned_by_the_terminal_line():
    hours = [0, 1, 2, 3, 4]
    found = nca(hours, [8, 4, 2, 1, 0.5], with_peak=True)
    assert found.half_lives_spanned == pytest.approx(4) and isnan(NCA().half_lives_spanned)


def test_areas_between_two_times():
    conc = [0, 9, 5, 4, 3, 2, 1]
    whole = nca(HOURS, conc, infusion_h=2)
    assert auc(HOURS, conc, 0, 24).auc == pytest.approx(whole.auc_last)
    parts = [auc(HOURS, conc, *ends).auc for ends in ((0, 1), (1, 7.5), (7.5, 24))]
    assert sum(parts) == pytest.approx(whole.auc_last)
    assert auc(HOURS, conc, 0, 1, method="linear").auc == pytest.approx(4.5 / 2)
    beyond = auc(HOURS, conc, 0, float("inf"), lambda_z=whole.lambda_z)
    assert beyond.auc == pytest.approx(whole.auc_inf)
    assert beyond.extrapolated_pct == pytest.approx(whole.auc_extrapolated_pct)
    assert auc(HOURS, conc, 30, 40, lambda_z=0.1).auc == pytest.approx((exp(-0.6) - exp(-1.6)) / 0.1)
    assert auc(HOURS, conc, 30, 40, lambda_z=0.1).extrapolated_pct == pytest.approx(100)
    assert auc(HOURS, conc, 24, 34, lambda_z=0.1, clast=2).auc == pytest.approx(2 * (1 - exp(-1)) / 0.1)
    short = auc(HOURS, conc, 0, 48)
    assert isnan(short.auc) and short.why == "last measurable sample at 24 h, and no terminal phase to extrapolate from"
    assert auc([0, 12, 24], [0, 0, 0], 0, 24).auc == 0 and isnan(auc([], [], 0, 24).auc)
    # a curve that begins at its pre-dose sample, such as that of the third day
    assert auc([0, 4], [2, 2], 0, 4).auc == 8 and auc([1, 4], [2, 2], 0, 4, route="bolus").auc == 8


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda: nca([0, -1], [1, 2]), "time_h .* number 2 is -1"),
        (lambda: nca([0, 1], [1, -2]), "conc .* number 2 is -2"),
        (lambda: nca([0, float("inf")], [1, 2]), "inf"),
        (lambda: nca([0, 1, 1], [1, 2, 3]), "two concentrations at 1 h: 2 and 3"),
        (lambda: nca([0, None], [1, 2]), "2 has no time"),
        (lambda: nca([0, 1], [1]), "differ in length: 2 and 1"),
        (lambda: nca([0, 1], ["a", 1]), "conc must be a list of numbers"),
        (lambda: nca([0, 1], [1, 2], route="mouth"), "mouth"),
        (lambda: nca([0, 1], [1, 2], method="spline"), "spline"),
        (lambda: nca([0, 1], [1, 2], below="ignore"), "ignore"),
        (lambda: nca([0, 1], [1, 2], below={"first": "keep"}), "first"),
        (lambda: nca([0, 1], [1, 2], excluded=[2]), "sample 2"),
        (lambda: nca([0, 1], [1, 2], dose=0), "dose"),
        (lambda: nca([0, 1], [1, 2], infusion_h=-1), "infusion_h"),
        (lambda: nca([0, 1], [1, 2], infusion_h=1, route="bolus"), "infusion_h"),
        (lambda: nca([0, 1], [1, 2], least_points=1), "least_points"),
        (lambda: nca([0, 1], [1, 2], extrapolate_from="both"), "both"),
        (lambda: auc([0, 1], [1, 2], 3, 2), "start_h"),
        (lambda: auc([0, 1], [1, 2], 0, 2, lambda_z=-1), "lambda_z"),
    ],
)
def test_what_cannot_be_is_named(call, what):
    with pytest.raises(ValueError, match=what):
        call()
