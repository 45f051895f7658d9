"""Non-compartmental analysis of one concentration-time profile, and dose proportionality of many."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from math import inf, isnan, nan

from stats import checks
from stats.area import Area, areas, auc, tail
from stats.curve import Curve, checked_route, curve, from_dose
from stats.proportionality import power_model, proportionality
from stats.terminal_phase import Phase, half_life, terminal_phase

__all__ = ["NCA", "Area", "auc", "nca", "power_model", "proportionality"]

NOTHING = "no concentration"
ALL_BELOW = "every concentration is below the limit of quantification"


@dataclass(frozen=True)
class NCA:
    """Parameters of one profile; nan where undefined, and `why` tells the reason by the parameter's name.

    Times in hours, concentrations as given, areas in concentration × h (aumc: × h²), lambda_z per hour; clearance,
    vss and vz in the unit of dose over the unit of concentration (mg and mg/L give L/h and L), after an extravascular
    dose over bioavailability. lambda_z_places: which of the given samples the terminal line goes through.
    """

    cmax: float = nan
    tmax: float = nan
    tlast: float = nan
    clast: float = nan
    clast_pred: float = nan
    c0: float = nan
    tlag: float = nan
    auc_last: float = nan
    auc_all: float = nan
    auc_inf: float = nan
    auc_extrapolated_pct: float = nan
    auc_back_extrapolated_pct: float = nan
    aumc_last: float = nan
    aumc_inf: float = nan
    lambda_z: float = nan
    half_life: float = nan
    r2: float = nan
    r2_adjusted: float = nan
    lambda_z_points: int = 0
    lambda_z_first_h: float = nan
    lambda_z_last_h: float = nan
    lambda_z_places: tuple[int, ...] = ()
    clearance: float = nan
    vss: float = nan
    vz: float = nan
    mrt: float = nan
    mrt_last: float = nan
    why: dict[str, str] = field(default_factory=dict)

    @property
    def half_lives_spanned(self) -> float:
        """Over how many half-lives the terminal line was seen; below two the half-life is uncertain."""
        return (self.lambda_z_last_h - self.lambda_z_first_h) / self.half_life


def nca(
    time_h,
    conc,
    *,
    dose: float | None = None,
    route: str = "infusion",
    infusion_h: float | None = 0,
    method: str = "linear-up log-down",
    below="PKNCA",
    excluded: Collection[int] = (),
    with_peak: bool | None = None,
    least_points: int = 3,
    extrapolate_from: str = "observed",
) -> NCA:
    """Exposure, half-life, clearance and volume of one dose from its concentrations.

    time_h: hours after the start of the dose, in any order; conc: concentrations, 0 where below the limit of
    quantification, missing ones are left out. dose in the mass unit of conc; infusion_h: hours the infusion took, None
    where unknown. route: infusion, bolus or extravascular; method: linear-up log-down or linear. Without a sample at
    time 0 a bolus starts at the concentration extrapolated back, the others at 0.
    below: what a value below the limit counts as, "PKNCA" (before the first measurable value 0, between measurable ones
    left out, after the last 0), "WinNonlin" (0 everywhere), or by position, {"first": …, "middle": …, "last": …} or
    {"before.tmax": …, "after.tmax": …}, each "keep", "drop" or a concentration.
    excluded: indices of samples that the terminal line does not use. with_peak: whether it may use Cmax; left out,
    after a bolus alone. No sample before the end of the infusion is used. least_points: how many the line needs.
    extrapolate_from: the last concentration "observed", or the one "predicted" by the terminal line.
    Where every concentration is below the limit Cmax and the areas to the last sample are 0.
    ValueError: a negative or infinite time or concentration, two concentrations at one time, a concentration without a
    time, lists of different length, an unknown name, an index that is no sample.
    Sources: Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, ch. 2.8; linear-up log-down:
    Purves, J Pharmacokinet Biopharm 1992;20:211; lambda_z and back-extrapolation as Phoenix WinNonlin; values below the
    limit as PKNCA (Denney, Duvvuri and Buckeridge, J Pharmacokinet Pharmacodyn 2015;42:S65).
    """
    route, samples = checked_route(route), curve(time_h, conc, method=method, below=below)
    _refuse(route, infusion_h, excluded, len(list(time_h)), extrapolate_from)
    if samples.last is None:
        return _nothing_measured(bool(len(samples.time)))
    late = nan if infusion_h is None or checks.missing(infusion_h) else float(infusion_h)
    phase = terminal_phase(
        samples,
        after_h=0.0 if isnan(late) else late,
        with_peak=route == "bolus" if with_peak is None else with_peak,
        least=checks.whole("least_points", least_points, least=2),
        excluded=excluded,
    )
    found, why = _areas(samples, route, phase, extrapolate_from)
    amount = nan if dose is None or checks.missing(dose) else checks.above_zero("dose", dose)
    found |= _disposition(found, route, late / 2, amount, why)
    return NCA(**found, why={name: reason for name, reason in why.items() if isnan(found[name])})


def _areas(samples: Curve, route: str, phase: Phase, extrapolate_from: str) -> tuple[dict, dict[str, str]]:
    """What is measured, the terminal line and the areas, and the reasons of what may be undefined."""
    last = samples.last or 0
    tlast, clast = float(samples.time[last]), float(samples.conc[last])
    whole = from_dose(samples, route)
    known = whole.before(tlast)
    auc_last, aumc_last = areas(known)
    from_clast = clast if extrapolate_from == "observed" else phase.clast_predicted
    beyond = (nan, nan) if isnan(phase.rate) else tail(tlast, inf, from_clast, phase.rate)
    auc_inf = auc_last + beyond[0]
    found = _measured(samples) | _line_of(phase)
    found |= {
        "c0": float(whole.conc[0]) if route == "bolus" else nan,
        "tlag": _lag(samples) if route == "extravascular" else nan,
        "auc_last": auc_last,
        "auc_all": auc_last + areas(whole.only(whole.time >= tlast))[0],
        "auc_inf": auc_inf,
        "auc_extrapolated_pct": 100 * beyond[0] / auc_inf,
        "auc_back_extrapolated_pct": _before_first(known, samples, auc_inf) if route == "bolus" else nan,
        "aumc_last": aumc_last,
        "aumc_inf": aumc_last + beyond[1],
    }
    return found, _reasons(route, phase)


def _measured(samples: Curve) -> dict[str, float]:
    """The highest and the last measurable concentration, and when they were."""
    last, peak = samples.last or 0, int(samples.conc.argmax())
    return {
        "cmax": float(samples.conc[peak]),
        "tmax": float(samples.time[peak]),
        "tlast": float(samples.time[last]),
        "clast": float(samples.conc[last]),
    }


def _line_of(phase: Phase) -> dict:
    """The terminal line by the names of NCA."""
    return {
        "clast_pred": phase.clast_predicted,
        "lambda_z": phase.rate,
        "half_life": half_life(phase.rate),
        "r2": phase.r2,
        "r2_adjusted": phase.r2_adjusted,
        "lambda_z_points": phase.points,
        "lambda_z_first_h": phase.first_h,
        "lambda_z_last_h": phase.last_h,
        "lambda_z_places": phase.places,
    }


def _reasons(route: str, phase: Phase) -> dict[str, str]:
    """Why what rests on the terminal line or on the route may be undefined."""
    phased = ("lambda_z", "half_life", "r2", "r2_adjusted", "lambda_z_first_h", "lambda_z_last_h", "clast_pred")
    extrapolated = ("auc_inf", "auc_extrapolated_pct", "aumc_inf", "auc_back_extrapolated_pct")
    why = dict.fromkeys(phased + extrapolated, phase.why or "a line through two samples has no adjusted R²")
    why |= {"c0": "given for a bolus alone", "tlag": "given for an extravascular dose alone"}
    if route != "bolus":
        why["auc_back_extrapolated_pct"] = why["c0"]
    return why


def _disposition(found: dict, route: str, late: float, dose: float, why: dict[str, str]) -> dict[str, float]:
    """Clearance, volumes and mean residence times; `late` is half the infusion, which the drug spends on entering."""
    # a single sample at the start has no area behind it
    mrt_last = found["aumc_last"] / found["auc_last"] - late if found["auc_last"] else nan
    mrt = found["aumc_inf"] / found["auc_inf"] - late
    clearance = dose / found["auc_inf"]
    no_phase, no_dose = why["lambda_z"], "the dose is not known"
    unknown_end = "the duration of the infusion is not known"
    why |= {
        "mrt_last": unknown_end if found["auc_last"] else "no area up to the last sample",
        "mrt": no_phase if isnan(found["auc_inf"]) else unknown_end,
    }
    why["clearance"] = why["vz"] = no_dose if isnan(dose) else no_phase
    why["vss"] = why["clearance"] if isnan(clearance) else why["mrt"]
    if route == "extravascular":
        why["vss"] = "not defined after an extravascular dose"
    return {
        "clearance": clearance,
        "vz": clearance / found["lambda_z"],
        "vss": nan if route == "extravascular" else clearance * mrt,
        "mrt": mrt,
        "mrt_last": mrt_last,
    }


def _nothing_measured(sampled: bool) -> NCA:
    """No concentration at all, or none above the limit: peak and areas are then 0 and all else undefined."""
    why = ALL_BELOW if sampled else NOTHING
    level = 0.0 if sampled else nan
    found = NCA(cmax=level, auc_last=level, auc_all=level, aumc_last=level)
    undefined = [name for name, value in vars(found).items() if isinstance(value, float) and isnan(value)]
    return replace(found, why=dict.fromkeys(undefined, why))


def _lag(samples: Curve) -> float:
    """The last sample before the first measurable one; 0 where the first is measurable."""
    first = int((samples.conc > 0).argmax())
    return float(samples.time[first - 1]) if first else 0.0


def _before_first(known: Curve, samples: Curve, auc_inf: float) -> float:
    """Share of the area before the first measurable sample of a bolus, in percent."""
    first = float(samples.time[(samples.conc > 0).argmax()])
    return 100 * areas(known.before(first))[0] / auc_inf


def _refuse(route: str, infusion_h, excluded, given: int, extrapolate_from: str) -> None:
    if not checks.missing(infusion_h) and checks.at_least_zero("infusion_h", infusion_h) and route != "infusion":
        raise ValueError(f"infusion_h is of an infusion alone; got {infusion_h!r} with route {route!r}")
    wrong = [index for index in excluded if checks.whole("excluded", index) >= given]
    if wrong:
        raise ValueError(f"excluded names sample {wrong[0]}, counted from 0; there are {given}")
    if extrapolate_from not in ("observed", "predicted"):
        raise ValueError(f"extrapolate_from is observed or predicted; got {extrapolate_from!r}")
