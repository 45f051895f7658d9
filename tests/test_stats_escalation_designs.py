"""Every design against the software or the paper it comes from, and against a naive recomputation."""
from math import log

import numpy
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import beta

from shared import shared_cases
from stats.escalation import (BOIN, CRM, MTPI2, Keyboard, Outcomes, RollingSix, ThreePlusThree, crm_skeleton, dont_skip, isotonic,
                              select_mtd, stop_at, stop_when_too_toxic)

LIMITS = {"escalate_if_at_most": "escalate_if_dlt_le", "deescalate_if_at_least": "deescalate_if_dlt_ge",
          "eliminate_if_at_least": "eliminate_if_dlt_ge"}


def limits_agree(agrees, design, expected, n):
    table = design.table(max(n)).set_index("n").loc[list(n)]
    for ours, theirs in LIMITS.items():
        agrees(table[ours], expected[theirs], f"{ours.replace('_', ' ')}, n = {min(n)} to {max(n)}", within=0)


@pytest.mark.parametrize("case", [case for case in shared_cases("boin_boundaries.json")
                                  if case.values[0] is None or case.values[0]["method"].startswith("boin_boundary")])
def test_boin_limits_agree_with_the_authors_package(case, agrees):
    given, expected = case["inputs"], case["expected"]
    design = BOIN(given["target"], 5, given["p_saf"], given["p_tox"], given["cutoff_eli"])
    limits_agree(agrees, design, expected, given["n"])
    if "lambda_e" in expected:
        agrees([design.lambda_e, design.lambda_d], [expected["lambda_e"], expected["lambda_d"]], "lambda e and lambda d", within=1e-9)


@pytest.mark.parametrize("case", shared_cases("boin_boundaries.json", "boin_extrasafe_stop"))
def test_boin_extra_safe_stop_is_elimination_at_a_lower_cutoff(case, agrees):
    given = case["inputs"]
    design = BOIN(given["target"], 5, cutoff=given["cutoff_eli"] - given["offset"])
    agrees(design.table(max(given["n"])).eliminate_if_at_least, case["expected"]["stop_if_dlt_ge_at_lowest_dose"], "stop if at least, at the lowest level")


def test_boin_defaults_are_the_published_ones(agrees):
    """Liu and Yuan 2015, table 1: target 0.3 gives 0.236 and 0.359 (0.3585 before rounding)."""
    design, spelt_out = BOIN(0.3, 5), BOIN(0.3, 5, 0.18, 0.42, 0.95)
    agrees([round(design.lambda_e, 3), round(design.lambda_d, 3)], [0.236, 0.359], "lambda e and lambda d for target 0.3",
           source="Liu and Yuan, J R Stat Soc C 2015;64:507, table 1")
    assert spelt_out.table(30).equals(design.table(30))


@pytest.mark.parametrize("target", [0.2, 0.25, 0.3, 0.33])
def test_boin_limits_are_where_two_rates_are_equally_likely(target):
    def likelier(first, second):
        return brentq(lambda x: x * log(first / second) + (1 - x) * log((1 - first) / (1 - second)), 1e-6, 1 - 1e-6)
    design = BOIN(target, 5)
    assert design.lambda_e == pytest.approx(likelier(0.6 * target, target))
    assert design.lambda_d == pytest.approx(likelier(1.4 * target, target))


def posterior_mass(n, dlt, low, high):
    """P(low < rate < high) under a flat prior, by integrating the likelihood."""
    def likelihood(p):
        return p**dlt * (1 - p) ** (n - dlt)
    return quad(likelihood, low, high)[0] / quad(likelihood, 0, 1)[0]


@pytest.mark.parametrize("n", [1, 2, 3, 6, 9])
def test_elimination_by_integration(n):
    for design, first in ((BOIN(0.3, 4), 3), (Keyboard(0.3, 4), 1), (MTPI2(0.3, 4), 2)):
        beyond = [dlt for dlt in range(n + 1) if posterior_mass(n, dlt, 0.3, 1) > 0.95]
        assert design.limits(n).eliminate_at_least == (beyond[0] if beyond and n >= first else None)


@pytest.mark.parametrize("case", shared_cases("keyboard_mtpi2_tables.json", "keyboard_boundary"))
def test_keyboard_limits_agree_with_the_authors_package(case, agrees):
    given = case["inputs"]
    assert given["margin_left"] == given["margin_right"]
    limits_agree(agrees, Keyboard(given["target"], 5, given["margin_left"], given["cutoff_eli"]), case["expected"], given["n"])


@pytest.mark.parametrize("case", shared_cases("keyboard_mtpi2_tables.json", "mtpi2_table"))
def test_mtpi2_table(case, agrees):
    """The file's mTPI table (method mtpi_table) belongs to a design this project does not offer."""
    given = case["inputs"]
    design = MTPI2(given["target"], 5, given["epsilon1"], given["epsilon2"], given["exclusion_certainty"])
    for n in sorted({row["n"] for row in case["expected"]["rows"]}):
        rows = [row for row in case["expected"]["rows"] if row["n"] == n]
        decisions = [action(design.limits(n), row["dlt"]) for row in rows]
        agrees(decisions, [row["decision"] for row in rows], f"n = {n}: decisions for {rows[0]['dlt']} to {rows[-1]['dlt']} DLTs")


def action(limits, dlt):
    if limits.eliminate_at_least is not None and dlt >= limits.eliminate_at_least:
        return "DU"
    if limits.deescalate_at_least is not None and dlt >= limits.deescalate_at_least:
        return "D"
    return "E" if dlt <= limits.escalate_at_most else "S"


@pytest.mark.parametrize("design, low, high", [(Keyboard(0.25, 4), 0.2, 0.3), (MTPI2(0.3, 4), 0.25, 0.35), (MTPI2(0.2, 4, 0.05, 0.1), 0.15, 0.3), (Keyboard(0.33, 4), 0.28, 0.38)])
@pytest.mark.parametrize("n", [1, 3, 4, 6])
def test_the_strongest_interval_by_integration(design, low, high, n):
    """Walk outwards from the target interval in steps of its width, divide each mass by its width, take the largest."""
    width = high - low
    for dlt in range(n + 1):
        edges = sorted({0.0, 1.0} | {low - k * width for k in range(20) if low - k * width > 1e-9} | {high + k * width for k in range(20) if high + k * width < 1 - 1e-9})
        densities = [(posterior_mass(n, dlt, a, b) / (b - a), a) for a, b in zip(edges, edges[1:])]
        best = max(densities)[1]
        expected = "S" if best == pytest.approx(low) else "E" if best < low else "D"
        assert action(design.limits(n), dlt)[0] == ("D" if action(design.limits(n), dlt) == "DU" else expected)


@pytest.mark.parametrize("case", shared_cases("boin_select_mtd.json", "boin_select_mtd"))
def test_mtd_selection_agrees_with_the_authors_package(case, agrees):
    given, expected = case["inputs"], case["expected"]
    selection = select_mtd(given["n"], given["dlt"], given["target"], cutoff=given["cutoff_eli"],
                           extrasafe=given["extrasafe"], bound_mtd=given["bound_mtd"])
    agrees(selection.mtd, expected["mtd_level_1based"], f"MTD of {given['dlt']} DLTs of {given['n']}, target {given['target']}", within=0)
    assert (selection.mtd is None) == expected["no_dose_selected"]
    for column, key in (("estimate", "isotonic_phat_2dp"), ("p_over_target", "isotonic_p_overdose_2dp")):
        agrees(getattr(selection, column), expected[key], f"{column.replace('_', ' ')} per level")


def test_mtd_interval_is_the_posterior_of_a_level_that_needs_no_pooling():
    selection = select_mtd([6, 6], [0, 2], 0.3, level=0.9)
    assert selection.lower[1] == pytest.approx(beta.ppf(0.05, 2.05, 4.05)) and selection.upper[1] == pytest.approx(beta.ppf(0.95, 2.05, 4.05))
    assert (selection.lower <= selection.estimate).all() and (selection.estimate <= selection.upper).all()


def test_mtd_selection_where_nothing_can_be_selected():
    assert select_mtd([3, 0], [3, 0], 0.3).mtd is None
    assert select_mtd([0, 0, 0], [0, 0, 0], 0.3).mtd is None
    assert select_mtd([3], [0], 0.3).mtd == 1
    assert select_mtd([3, 3, 3], [0, 0, 3], 0.3).levels.eliminated.tolist() == [False, False, True]


@pytest.mark.parametrize("case", shared_cases("isotonic_pava.json", "pava"))
def test_isotonic_agrees_with_r(case, agrees):
    agrees(isotonic(case["inputs"]["y"], case["inputs"]["w"]), case["expected"]["fit"], "fitted values")


@pytest.mark.parametrize("seed", range(5))
def test_isotonic_by_its_max_min_formula(seed):
    generator = numpy.random.default_rng(seed)
    y, w = generator.random(8), generator.integers(1, 10, 8)
    mean = {(a, b): numpy.average(y[a:b + 1], weights=w[a:b + 1]) for a in range(8) for b in range(a, 8)}
    assert isotonic(y, w) == pytest.approx([max(min(mean[a, b] for b in range(i, 8)) for a in range(i + 1)) for i in range(8)])


@pytest.mark.parametrize("case", shared_cases("crm_dfcrm.json", "crm_getprior"))
def test_skeletons_agree_with_dfcrm(case, agrees):
    given = case["inputs"]
    skeleton = crm_skeleton(given["halfwidth"], given["target"], given["nu"], given["nlevel"], given["model"], given["intcpt"])
    agrees(skeleton, case["expected"]["skeleton"], f"{given['model']} skeleton, target {given['target']}, half-width {given['halfwidth']}")


def crm_of(given):
    intercept = {} if given["intercept"] is None else {"intercept": given["intercept"]}
    return CRM(tuple(given["skeleton"]), given["target"], given["model"], given["prior_sd"], **intercept)


def one_by_one(given):
    outcomes = Outcomes()
    for level, dlt in zip(given["dose_level_1based"], given["dlt"]):
        outcomes = outcomes.adding(level, "T" if dlt else "N")
    return outcomes


@pytest.mark.parametrize("case", shared_cases("crm_dfcrm.json", "crm") + shared_cases("crm_dfcrm.json", "titecrm"))
def test_crm_agrees_with_dfcrm(case, agrees):
    given, expected = case["inputs"], case["expected"]
    fit = crm_of(given).fit(one_by_one(given), given.get("weights"))
    agrees(fit.beta, expected["beta_hat"], f"posterior mean of beta, {given['model']} model")
    agrees(fit.p_tox, expected["p_tox"], "P(DLT) per level")
    agrees(fit.mtd, expected["mtd_level_1based"], "recommended level", within=0)
    if "p_tox_lo90" in expected:
        agrees(fit.lower90, expected["p_tox_lo90"], "lower 90 % limit per level")
        agrees(fit.upper90, expected["p_tox_hi90"], "upper 90 % limit per level")
        assert crm_of(given).decide(one_by_one(given)).dose == fit.mtd


@pytest.mark.parametrize("model", ["empiric", "logistic"])
def test_crm_posterior_by_quadrature(model):
    skeleton, outcomes = (0.05, 0.12, 0.25, 0.4), "1NNN 2NNT 3NTT 2NNN"
    def rate(level, b):
        if model == "empiric":
            return skeleton[level - 1] ** numpy.exp(b)
        x = log(skeleton[level - 1] / (1 - skeleton[level - 1])) - 3
        return float(expit(3 + numpy.exp(b) * x))
    def density(b):
        chance = numpy.exp(-b * b / 2 / 1.34)
        for level, result in Outcomes.parse(outcomes).subjects:
            chance *= rate(level, b) if result == "T" else 1 - rate(level, b)
        return chance
    total = quad(density, -8, 8, limit=200)[0]
    mean = quad(lambda b: b * density(b), -8, 8, limit=200)[0] / total
    fit = CRM(skeleton, 0.25, model).fit(outcomes)
    assert fit.beta == pytest.approx(mean, abs=1e-6)
    assert fit.p_tox == pytest.approx([rate(level, mean) for level in (1, 2, 3, 4)], abs=1e-6)
    for level in (1, 2, 3, 4):
        at_target = brentq(lambda b: rate(level, b) - 0.25, -8, 8)
        assert fit.p_over_target[level - 1] == pytest.approx(quad(density, -8, at_target, limit=200)[0] / total, abs=1e-4)


def test_crm_leaves_pending_subjects_out_and_counts_them():
    design = CRM((0.05, 0.12, 0.25, 0.4), 0.25)
    fit, without = design.fit("1NNN 2NPP"), design.fit("1NNN 2N")
    assert fit.pending_left_out == 2 and fit.p_tox.tolist() == without.p_tox.tolist()
    assert design.fit("1NNN 2NPP", weights=[1, 1, 1, 1, 0.5, 0.5]).pending_left_out == 0


def test_crm_before_the_first_subject_is_its_skeleton():
    fit = CRM((0.05, 0.12, 0.25, 0.4), 0.25).fit("")
    assert fit.p_tox == pytest.approx([0.05, 0.12, 0.25, 0.4], abs=1e-6) and fit.mtd == 3
    assert CRM((0.05, 0.12, 0.25, 0.4), 0.25).decide("").dose == 1


@pytest.mark.parametrize("case", shared_cases("rolling_six.json", "rolling_six"))
def test_rolling_six_published_table(case, agrees):
    given = case["inputs"]
    state = "2" + "T" * given["with_dlt"] + "N" * given["without_dlt"] + "P" * given["pending"]
    decision = RollingSix(4).decide(f"1NNN {state}").action.replace("stay", "same")
    agrees(decision, case["expected"]["decision"], f"{given['with_dlt']} with DLT, {given['without_dlt']} without, {given['pending']} pending")


PUBLISHED_ROLLING_SIX = """
0-5 0 0 stay; 6 0 0 suspend; 1-5 1 0 stay; 6 1 0 suspend; 2-5 2 0 stay; 6 2 0 suspend; 3 3 0 escalate; 4-5 3 0 stay; 6 3 0 suspend;
4 4 0 escalate; 5 4 0 stay; 6 4 0 suspend; 5 5 0 escalate; 6 5 0 escalate; 1-5 1-5 1 stay; 6 1-3 1 suspend; 6 4 1 suspend; 6 5 1 suspend;
6 6 1 escalate; 2-6 2-6 2 de-escalate; 1-6 1-6 3 de-escalate
"""
"""JAMA Netw Open 2020;3(5):e204787, table 2, column Rolling 6: enrolled, evaluable, DLT, decision. 6 of 6 without DLT is left out there."""


def published_rows():
    def span(text):
        low, _, high = text.partition("-")
        return range(int(low), int(high or low) + 1)
    for row in PUBLISHED_ROLLING_SIX.replace("\n", " ").split(";"):
        enrolled, evaluated, dlt, decision = row.split()
        for n in span(enrolled):
            for known in span(evaluated):
                if known <= n and int(dlt) <= known:
                    yield n, known, int(dlt), decision


def test_rolling_six_covers_every_published_row(agrees):
    table = RollingSix(5).table()
    table["evaluated"] = table.with_dlt + table.without_dlt
    ours = table.set_index(["enrolled", "evaluated", "with_dlt"]).decision.to_dict()
    published = {(n, known, dlt): decision for n, known, dlt, decision in published_rows() if n}
    for enrolled in range(1, 7):
        states = sorted(state for state in published if state[0] == enrolled)
        agrees([ours[state] for state in states], [published[state] for state in states], f"{enrolled} enrolled: decisions for every evaluated and DLT count",
               source="JAMA Netw Open 2020;3(5):e204787, table 2, column Rolling 6")
    left_out = {state: decision for state, decision in ours.items() if state not in published and state[2] < 4}
    assert left_out == {(6, 6, 0): "escalate"}
    assert all(decision == "de-escalate" for state, decision in ours.items() if state[2] >= 2)


@pytest.mark.parametrize("outcomes, dose, action", [
    ("", 1, "stay"), ("1NNN", 2, "escalate"), ("1NNP", 1, "stay"), ("1NNPPPP", None, "suspend"), ("1NNNNNP", 2, "escalate"),
    ("1NNN 2NTT", 1, "de-escalate"), ("1NNNNNN 2NTT", 1, "stop"), ("1NNNNNP 2NTT", 1, "stop"), ("1NNNPPP 2NTT", None, "suspend"),
    ("1NNTNNP 2TT", None, "suspend"), ("1NNN 2NTT 1NNT", 1, "stop"), ("1NNN 2NTT 1NTT", None, "stop"), ("1TT", None, "stop"), ("2TT", 1, "de-escalate"),
    ("1NNN 2NNN", 2, "stay"), ("1NNN 2NNNNN", 2, "stop"), ("1NNN 2NNNNNT", 2, "stop"), ("1NNN 2NTT 1NN", 1, "stop"), ("1NNN 2NTT 1N", 1, "stay"),
])
def test_rolling_six_of_two_levels(outcomes, dose, action):
    decision = RollingSix(2).decide(outcomes)
    assert (decision.dose, decision.action) == (dose, action), decision.reason


@pytest.mark.parametrize("case", shared_cases("three_plus_three.json", "three_plus_three"))
def test_three_plus_three_agrees_with_the_escalation_package(case, agrees):
    given, expected = case["inputs"], case["expected"]
    (settings,) = given["design"]
    decision = ThreePlusThree(settings["num_doses"], settings.get("allow_deescalate", False)).decide(given["outcomes"])
    if "incomplete_cohort" in case["tags"] and second_dlt_before_the_cohort_is_full(given["outcomes"]):
        agrees(decision.action in ("stop", "de-escalate"), True, f"{given['outcomes']}: acts at the second DLT (the package waits for the cohort)")
    else:
        agrees(decision.dose, expected["recommended_dose"], f"{given['outcomes']}: recommended level")
        agrees(decision.action != "stop", expected["continue"], f"{given['outcomes']}: goes on")


def second_dlt_before_the_cohort_is_full(text):
    outcomes = Outcomes.parse(text)
    return outcomes.cohorts and outcomes.dlt_at(outcomes.level) >= 2


@pytest.mark.parametrize("deescalate, outcomes, dose, action", [
    (False, "1NNP", None, "suspend"), (False, "1NP", 1, "stay"), (False, "1TTP", None, "stop"), (False, "1NNT 1NNP", None, "suspend"),
    (False, "1NNT 1NP", 1, "stay"), (False, "1NTP", None, "suspend"), (True, "1NNN 2TT", 1, "de-escalate"), (True, "1NNT 1NNN 2TTN", 1, "stop"),
    (True, "1NNN 2NTT 1NNP", None, "suspend"), (True, "1NNN 2NNT 2TTT 1NNN", 1, "stop"), (False, "1NNN 1NNT 2NTT", 1, "stop"),
])
def test_three_plus_three_with_pending_subjects_and_closed_levels(deescalate, outcomes, dose, action):
    decision = ThreePlusThree(3, deescalate).decide(outcomes)
    assert (decision.dose, decision.action) == (dose, action), decision.reason


def design_of(case):
    """The project's design for a chain of the escalation package, or None where it holds something not offered here."""
    *rules, core = case["inputs"]["design"]
    design = core_of(core | {"settings": OMITTED.get(case["id"], {})})
    for rule in reversed(rules):
        if design is None or rule["class"] not in WRAPPERS:
            return None
        design = WRAPPERS[rule["class"]](design, rule)
    return design


def core_of(core):
    if core["class"] == "boin_selector_factory":
        return BOIN(core["target"], core["num_doses"], cutoff=0.95 if core["use_stopping_rule"] else 1)
    if core["class"] == "mtpi2_selector_factory" and core["alpha"] == core["beta"] == 1:
        return MTPI2(core["target"], core["num_doses"], core["epsilon1"], core["epsilon2"], core["exclusion_certainty"])
    if core["class"] == "dfcrm_selector_factory" and not core["tite"]:
        return CRM(tuple(core["skeleton"]), core["target"], **core.get("settings", {}))
    return None


WRAPPERS = {
    "dont_skip_selector_factory": lambda design, rule: dont_skip(design, rule["when_deescalating"]) if rule["when_escalating"] else design,
    "stop_at_n_selector_factory": lambda design, rule: stop_at(design, rule["n"]),
    "stop_when_too_toxic_selector_factory": lambda design, rule: stop_when_too_toxic(design, rule["dose"], rule["tox_threshold"], rule["confidence"]),
}
OMITTED = {"esc-crm-001": {"prior_sd": 0.75**0.5}}
"""What the source sets and the case file does not carry: its test calls get_dfcrm with scale = sqrt(0.75)."""
PATHS = [case for case in shared_cases("escalation_paths.json") if case.values[0] is None or design_of(case.values[0]) is not None]
"""Left out: mTPI, TPI, prior parameters other than (1, 1), fixed paths, and add-on rules beyond the three offered here."""


@pytest.mark.parametrize("case", PATHS)
def test_paths_agree_with_the_escalation_package(case, agrees):
    design, expected = design_of(case), case["expected"]
    decision = design.decide(case["inputs"]["outcomes"])
    path = f"{design.name.split(',')[0]}, {case['inputs']['outcomes']}"
    if "recommended_dose" in expected:
        agrees(decision.dose, expected["recommended_dose"], f"{path}: recommended level", within=0)
    if "continue" in expected:
        agrees(decision.action != "stop", expected["continue"], f"{path}: goes on")
    if "mean_prob_tox_round2" in expected:
        agrees(design.fit(case["inputs"]["outcomes"]).p_tox, expected["mean_prob_tox_round2"], f"{path}: P(DLT) per level", within=0.0051)
    if "dose_admissible" in expected and hasattr(design, "eliminated"):
        closed = design.eliminated(case["inputs"]["outcomes"]) or design.levels + 1
        agrees([level < closed for level in range(1, design.levels + 1)], expected["dose_admissible"], f"{path}: levels still open")
