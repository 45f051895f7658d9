"""The parameters of every profile, by the one non-compartmental analysis of `stats`, as rows of pkparam."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan, nan

import duckdb
from pandas import DataFrame

from ingest.profiles import Key, Profile
from ingest.profiles import profiles as read_profiles
from stats.noncompartmental import NCA, auc, nca

INTERVAL_H = 24
"""One infusion a day: the areas that are compared are of a day."""
NG_PER_MG, ML_PER_L = 1e6, 1e3
DOSES_ALIKE = 0.05
"""Share by which two doses of which the areas are compared may differ without a word."""
FITTED = {
    "LAMZ": "lambda_z",
    "LAMZHL": "half_life",
    "LAMZNPT": "lambda_z_points",
    "LAMZLL": "lambda_z_first_h",
    "LAMZUL": "lambda_z_last_h",
    "R2ADJ": "r2_adjusted",
}
MEASURED = {"CMAX": "cmax", "TMAX": "tmax", "TLST": "tlast", "CLST": "clast", "AUCLST": "auc_last"}
INFINITE = {"AUCIFO": "auc_inf", "AUCPEO": "auc_extrapolated_pct"}
DISPOSED = {"CLO": "clearance", "VSSO": "vss", "MRTIVIFO": "mrt"}
BY_MOUTH = {"CLFO": "clearance", "VZFO": "vz", "MRTEVIFO": "mrt"}
"""CDISC's codes and the fields of the analysis; the latter two of the parent drug after the first infusion alone."""
SIZED = {"CLOSA": ("CLO", "BSA"), "CLOW": ("CLO", "WEIGHT"), "VSSOSA": ("VSSO", "BSA")}
SIZES = {"BSA": "the body surface is not known", "WEIGHT": "the weight is not known"}
"""By body surface and weight: code → what is divided by which size of the day of the infusion."""
OF_DOSE = {"CLO": ML_PER_L, "CLFO": ML_PER_L, "VSSO": ML_PER_L, "VZFO": ML_PER_L}
FROM_START = {"AUCLST", "AUCINT", "AUCIFO", "AUCPEO", "CLO", "CLFO", "VZFO", "VSSO", "MRTIVIFO", "MRTEVIFO"}
FROM_PEAK = FROM_START | {"CMAX", "TMAX"}
RATIOS = {"MRCMAX": "CMAX", "MRAUCLST": "AUCLST", "MRAUCINT": "AUCINT", "MRAUCIFO": "AUCIFO"}


@dataclass(frozen=True)
class Found:
    """One parameter: its value, or why there is none, and codes of what to know of it."""

    value: float = nan
    reason: str = ""
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: float, reason: str | None, *notes: str) -> Found:
        missing = isnan(value)
        return cls(value, (reason or "not defined") if missing else "", () if missing else notes)


def fill_parameters(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill pkparam from pkprofile and pkdose: every parameter of every infusion that has a record of a sample."""
    settings = _settings(connection)
    profiles = read_profiles(connection)
    found = {key: _parameters(profile, settings) for key, profile in profiles.items()}
    for key in found:
        found[key] |= _compared(key, profiles, found)
    rows = [
        (*key, code, None if isnan(each.value) else each.value, each.reason or None, ";".join(each.notes) or None)
        for key, parameters in found.items()
        for code, each in parameters.items()
    ]
    if rows:
        columns = ["USUBJID", "ANALYTE", "COURSE", "COURSEDY", "PARAMCD", "AVAL", "REASON", "NOTE"]
        connection.register("incoming", DataFrame(rows, columns=columns))
        connection.execute("insert into pkparam select * from incoming")
        connection.unregister("incoming")


def _settings(connection: duckdb.DuckDBPyConnection) -> dict[str, float]:
    names = {"PKEXTRAP": "extrapolated", "PKSPAN": "span", "PKR2": "r2", "PKSTEADY": "steady", "PKLATE": "late"}
    values = connection.execute(f"select {', '.join(names)} from trial.settings").fetchone()
    return dict(zip(names.values(), values, strict=True))


def _parameters(profile: Profile, settings: dict) -> dict[str, Found]:
    """What one profile alone gives."""
    named = MEASURED | FITTED | (INFINITE if profile.first else {})
    if profile.parent and profile.first:
        named |= BY_MOUTH if profile.route == "extravascular" else DISPOSED
    if not profile.hours:
        reason = "no sample was taken" if profile.unused == {"NOT DONE"} else "no sample can be used"
        codes = [
            *named,
            *(SIZED if "CLO" in named else ()),
            "AUCINT",
            *(["CLTAU"] if profile.parent and not profile.first else []),
        ]
        return {code: Found(reason=reason) for code in codes}
    made = _analysis(profile)
    found = {
        code: _found(code, getattr(made, name) / OF_DOSE.get(code, 1), made.why.get(name))
        for code, name in named.items()
    }
    found["AUCINT"] = _area_of_day(profile, made, settings)
    found = _flagged(found, made, profile, settings)
    found |= _unknown(profile, found)
    found |= {code: _sized(found[of], size, profile.dose[size]) for code, (of, size) in SIZED.items() if of in found}
    if profile.parent and not profile.first:
        found["CLTAU"] = _steady_clearance(profile, found["AUCINT"], settings)
    return found


def _analysis(profile: Profile) -> NCA:
    """The analysis; a metabolite has no dose, and is not there at once after a bolus."""
    dose = profile.dose["DOSEMG"] if profile.parent else None
    return nca(
        profile.hours,
        profile.concentrations,
        dose=dose * NG_PER_MG if dose else None,
        route=profile.route,
        infusion_h=profile.dose["DOSEDUR"] if profile.route == "infusion" else 0,
    )


def _found(code: str, value: float, reason: str | None) -> Found:
    if code == "LAMZNPT" and not value:
        return Found(reason=reason or "no terminal phase")
    return Found.of(value, reason)


def _area_of_day(profile: Profile, made: NCA, settings: dict) -> Found:
    """AUC from 0 to 24 h: beyond the last sample by the terminal line, or up to the last sample planned at 24 h."""
    last, planned = profile.hours[-1], profile.planned[-1]
    near = planned == INTERVAL_H and abs(last - INTERVAL_H) <= settings["late"] * INTERVAL_H
    shortened = isnan(made.lambda_z) and near and last < INTERVAL_H
    area = auc(
        profile.hours,
        profile.concentrations,
        0,
        last if shortened else INTERVAL_H,
        route=profile.route,
        lambda_z=made.lambda_z,
    )
    notes = ["SHORTENED"] * shortened + ["EXTENDED"] * (area.extrapolated_pct > 0)
    notes += ["EXTRAPOLATED"] * (area.extrapolated_pct > 100 * settings["extrapolated"])
    return Found.of(area.auc, "no measurable sample to 24 h and no terminal phase", *notes)


def _flagged(found: dict[str, Found], made: NCA, profile: Profile, settings: dict) -> dict[str, Found]:
    """The parameters with the codes of what makes them uncertain."""
    early = ["ENDSEARLY"] * _ends_early(profile, settings)
    line = [*early] + ["SHORT"] * (made.half_lives_spanned < settings["span"])
    line += ["R2LOW"] * (made.r2_adjusted < settings["r2"])
    if profile.route == "infusion":
        line += ["NOEND"] * (profile.dose["DOSEDUR"] is None) + ["PLANNEDEND"] * (profile.dose["DURFROM"] == "PLANNED")
    beyond = ["EXTRAPOLATED"] * (made.auc_extrapolated_pct > 100 * settings["extrapolated"])
    of_line = (
        {"AUCLST": early}
        | dict.fromkeys(FITTED, line)
        | dict.fromkeys([*INFINITE, *DISPOSED, *BY_MOUTH], [*line, *beyond])
    )
    start = ["NOPREDOSE"] * (min(profile.hours) > 0)
    return {
        code: Found.of(
            each.value,
            each.reason,
            *each.notes,
            *of_line.get(code, ()),
            *(start if code in FROM_START else ()),
            *profile.notes,
        )
        for code, each in found.items()
    }


def _ends_early(profile: Profile, settings: dict) -> bool:
    """Whether the last sample that can be used is earlier than the last planned one, by more than the trial allows: the
    terminal line may then be that of the distribution, too steep, and clearance too high."""
    planned = profile.dose["LASTPLANNED"]
    return planned is not None and profile.hours[-1] < planned * (1 - settings["late"])


def _unknown(profile: Profile, found: dict[str, Found]) -> dict[str, Found]:
    """What a profile does not give, though it could be computed from the samples that are left."""
    if "ABOVE LIMIT" in profile.unused:
        reason = "a concentration is above the upper limit of quantification"
        return {code: Found(reason=reason) for code in found.keys() & FROM_PEAK}
    if not profile.first and min(profile.hours) > 0:
        return {code: Found(reason="no sample before the infusion") for code in found.keys() & FROM_START}
    return {}


def _sized(whole: Found, name: str, size: float | None) -> Found:
    """Of each m² of body surface, or of each kg of weight."""
    if isnan(whole.value) or not size:
        return Found(reason=whole.reason or SIZES[name])
    return Found(whole.value / size, "", whole.notes)


def _steady_clearance(profile: Profile, area: Found, settings: dict) -> Found:
    """Dose over the AUC of a day, where the concentrations at its start and end are near to each other."""
    dose = profile.dose["DOSEMG"]
    ends = [c for c, hour in zip(profile.concentrations, profile.planned, strict=True) if hour == INTERVAL_H]
    if isnan(area.value) or not dose:
        return Found(reason=area.reason or "the dose is not known")
    if not ends or not ends[0]:
        return Found(reason="no measurable sample at 24 h")
    if abs(ends[0] - profile.concentrations[0]) > settings["steady"] * ends[0]:
        return Found(reason="not near steady state")
    return Found.of(dose * NG_PER_MG / area.value / ML_PER_L, None, *area.notes)


def _compared(key: Key, profiles: dict[Key, Profile], found: dict[Key, dict[str, Found]]) -> dict[str, Found]:
    """Accumulation against the first infusion of the course, and the metabolite against the parent."""
    subject, analyte, course, day = key
    ratios: dict[str, Found] = {}
    if not profiles[key].first:
        first = (subject, analyte, course, 1)
        ratios["ARAUC"] = _ratio(
            found[key]["AUCINT"], found.get(first, {}).get("AUCINT"), "first infusion", _unequal(profiles, key, first)
        )
    if analyte == "METABOLITE":
        parent = found.get((subject, "PARENT", course, day), {})
        ratios |= {
            code: _ratio(found[key][of], parent.get(of), "parent drug")
            for code, of in RATIOS.items()
            if of in found[key]
        }
    return ratios


def _unequal(profiles: dict[Key, Profile], key: Key, first: Key) -> tuple[str, ...]:
    """Whether the two doses that are compared differ, or are not known to be alike."""
    doses = [profiles[one].dose["DOSEMG"] if one in profiles else None for one in (key, first)]
    if None in doses:
        return ("DOSEUNKNOWN",)
    return ("DOSEDIFFERS",) * (abs(doses[0] - doses[1]) > DOSES_ALIKE * doses[1])


def _ratio(above: Found, below: Found | None, what: str, notes: Iterable[str] = ()) -> Found:
    if isnan(above.value):
        return Found(reason=above.reason)
    if below is None or isnan(below.value):
        return Found(reason=f"of the {what}: {below.reason}" if below else f"no profile of the {what}")
    if below.value <= 0:
        return Found(reason=f"of the {what}: nothing measurable")
    return Found.of(above.value / below.value, None, *dict.fromkeys([*above.notes, *below.notes, *notes]))
