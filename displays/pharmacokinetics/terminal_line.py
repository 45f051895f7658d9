"""The terminal phase of one profile: the line behind its half-life, and what it would be without some samples."""

from __future__ import annotations

from math import isnan

from pandas import DataFrame

from displays.display import Display, blank, display, supposing
from displays.groups import no_subjects, treated
from displays.pharmacokinetics.concentrations import (
    PARENT,
    UNIT,
    Occasion,
    amount,
    analytes,
    no_concentrations,
    occasion_words,
)
from displays.pharmacokinetics.profile import EXTRAVASCULAR, ML_PER_L, Profile, profile_of
from displays.pharmacokinetics.terminal_figure import terminal_figure
from displays.words import counted, exactly, listed, sentence, signed
from queries import View
from queries.frames import rows_of
from stats.noncompartmental import NCA

TERMINAL = ("terminal_line", "Terminal phase of one subject")
Options = tuple[tuple[str, str], ...]
PARAMETERS = (
    ("half_life", "Half-life (h)", 1),
    ("lambda_z", "lambda_z (1/h)", 1),
    ("lambda_z_points", "Samples in the line (n)", 1),
    ("lambda_z_first_h", "First sample in the line (h)", 1),
    ("lambda_z_last_h", "Last sample in the line (h)", 1),
    ("r2_adjusted", "Adjusted R²", 1),
    ("auc_last", f"AUC to the last sample (h·{UNIT})", 1),
)
OF_FIRST = (
    ("auc_inf", f"AUC to infinity (h·{UNIT})", 1),
    ("auc_extrapolated_pct", "Extrapolated share of it (%)", 1),
)
OF_PARENT = (("clearance", "Clearance (L/h)", ML_PER_L), ("vss", "Volume at steady state (L)", ML_PER_L))
OF_ORAL = (("clearance", "Clearance over bioavailability (L/h)", ML_PER_L),)
LABELS = {
    "PARAM": "Parameter",
    "NOW": "Now",
    "THEN": "With these samples left out",
    "CHANGE": "Change",
    "WHY": "Why not",
}
METHOD = (
    "Non-compartmental analysis of the samples in the profile by their actual times, the planned ones where a time is "
    "not known. The line: least squares of the logarithms, through the last three or more measured samples after Cmax, "
    "none before the end of the infusion, with the best adjusted R² (within 0.0001 of it the most samples). AUC: "
    "linear-up log-down; to infinity by the last measured concentration. AUC to infinity, clearance and volume are of "
    "the first infusion of a course alone, by the dose actually given (mg). A sample left out here is left out of the "
    "line alone, never of the AUC to the last sample."
)


def terminal_line_subjects(view: View) -> Options:
    """The subjects with a profile, the largest extrapolated share first."""
    rows = view.ask("pk_profiles").drop_duplicates("USUBJID") if analytes(view) else DataFrame()
    return tuple((row.USUBJID, f"{row.SUBJID} · {row.TRTA}") for row in rows_of(rows))


def terminal_line_analytes(view: View, subject: str) -> Options:
    """The analytes of which a subject has a profile."""
    own = _profiles(view, subject)["ANALYTE"].unique()
    return tuple((code, name) for code, name in analytes(view).items() if code in own)


def terminal_line_days(view: View, subject: str, analyte: str) -> Options:
    """The infusions after which a subject has a profile of an analyte."""
    own = _profiles(view, subject)
    days = [(row.COURSE, row.COURSEDY) for row in rows_of(own[own["ANALYTE"] == analyte])]
    return tuple((f"{course}.{day}", sentence(occasion_words((course, day), days))[:-1]) for course, day in days)


def terminal_line_samples(view: View, subject: str, analyte: str, day: str) -> Options:
    """The samples that the terminal line may use; each names its subject, so that it is of no other one."""
    rows = profile_of(view, subject, analyte, _occasion(day)).terminal()
    return tuple((f"{subject} {row.PCSEQ}", f"{exactly(row.HOUR, 2)} h") for row in rows_of(rows))


def _profiles(view: View, subject: str) -> DataFrame:
    rows = view.ask("pk_profiles")
    return rows[rows["USUBJID"] == subject]


def _occasion(day: str) -> Occasion:
    course, _, number = day.partition(".")
    return int(course), int(number)


def terminal_line(
    view: View, subject: str = "", analyte: str = PARENT, day: str = "", left_out: tuple[str, ...] = ()
) -> Display:
    """The terminal phase of one subject's profile, with samples left out where the reader supposes so."""
    if not analytes(view):
        return no_concentrations(view, *TERMINAL)
    if not treated(view):
        return no_subjects(view, *TERMINAL)
    known = terminal_line_subjects(view)
    if not known:
        return blank(view, *TERMINAL, "No subject has a measured concentration in a profile.", collected=True)
    who = subject if subject in dict(known) else known[0][0]
    own = terminal_line_analytes(view, who)
    code = analyte if analyte in dict(own) else own[0][0]
    days = terminal_line_days(view, who, code)
    profile = profile_of(view, who, code, _occasion(day if day in dict(days) else days[0][0]))
    actual = _made(view, profile, ())
    out = _numbers(profile, who, left_out)
    if not out:
        return actual
    return supposing(_made(view, profile, out), _supposed(profile, out), actual)


def _numbers(profile: Profile, who: str, left_out: tuple[str, ...]) -> tuple[int, ...]:
    """The samples (PCSEQ) left out, as far as the line may use them."""
    rows = profile.terminal()
    return tuple(number for number in rows["PCSEQ"] if f"{who} {number}" in left_out)


def _supposed(profile: Profile, out: tuple[int, ...]) -> str:
    rows = profile.used[profile.used["PCSEQ"].isin(out)]
    times = listed([f"{exactly(hour, 2)} h" for hour in rows["HOUR"]])
    return f"Hypothetical: without the {'sample' if len(rows) == 1 else 'samples'} at {times}"


def _made(view: View, profile: Profile, out: tuple[int, ...]) -> Display:
    now, then = profile.analysed(), profile.analysed(out)
    (course, day), dose = profile.occasion, profile.dose
    asked = dict(usubjid=dose.USUBJID, analyte=profile.analyte, course=course, day=day)
    return display(
        view,
        *TERMINAL,
        finding=_findings(view, profile, then),
        table=_table(profile, now, then, bool(out)),
        labels=LABELS if out else {name: words for name, words in LABELS.items() if name not in ("THEN", "CHANGE")},
        figure=terminal_figure(profile, now, then, out),
        population=_population(profile),
        method=METHOD,
        source="Gabrielsson and Weiner, Pharmacokinetic and Pharmacodynamic Data Analysis, ch. 2.8. Data: PC, EX.",
        questions=(view.question("pk_profile", **asked), "pk_profiles"),
    )


def _findings(view: View, profile: Profile, found: NCA) -> list[str]:
    row = profile.dose
    whose = f"{row.SUBJID}, {row.PARAM}, {occasion_words(profile.occasion, [profile.occasion])}"
    if isnan(found.half_life):
        return [f"{whose}: no half-life, {found.why.get('half_life', 'not defined')}.", _areas(profile, found)]
    span = f"{exactly(found.lambda_z_first_h)} to {exactly(found.lambda_z_last_h)} h"
    line = f"{counted(found.lambda_z_points, 'sample')} from {span}, adjusted R² {_fit(found.r2_adjusted)}"
    first = f"{whose}: half-life {amount(found.half_life)} h ({line})."
    return [first, _areas(profile, found), _doubts(view, profile, found)]


def _fit(value: float) -> str:
    return "–" if isnan(value) else f"{value:.3f}"


def _areas(profile: Profile, found: NCA) -> str:
    """The AUC to infinity, its extrapolated share and the clearance, where they can be of this infusion."""
    if not profile.first:
        return "AUC to infinity and clearance are of the first infusion of a course alone."
    if isnan(found.auc_inf):
        return f"No AUC to infinity: {found.why.get('auc_inf', 'not defined')}."
    words = f"AUC to infinity {amount(found.auc_inf)} h·{UNIT}, {found.auc_extrapolated_pct:.1f} % of it extrapolated"
    if profile.analyte != PARENT:
        return f"{words}."
    if isnan(found.clearance):
        return f"{words}; no clearance: {found.why.get('clearance', 'not defined')}."
    name = "clearance over bioavailability" if profile.route == EXTRAVASCULAR else "clearance"
    return f"{words}; {name} {amount(found.clearance / ML_PER_L)} L/h."


def _doubts(view: View, profile: Profile, found: NCA) -> str:
    """What makes the line or what follows from it uncertain, by the limits of the trial's definition."""
    pk, said = view.trial.content["pk"], []
    if found.half_lives_spanned < pk["half_lives_least"]:
        said += [f"the line spans {found.half_lives_spanned:.1f} half-lives, below {exactly(pk['half_lives_least'])}"]
    if found.r2_adjusted < pk["r2_adjusted_least"]:
        said += [f"adjusted R² below {exactly(pk['r2_adjusted_least'], 2)}"]
    if profile.first and found.auc_extrapolated_pct > 100 * pk["extrapolated_above"]:
        said += [f"more than {exactly(100 * pk['extrapolated_above'])} % extrapolated"]
    return sentence(f"uncertain: {'; '.join(said)}") if said else ""


def _table(profile: Profile, now: NCA, then: NCA, supposed: bool) -> DataFrame:
    shown = PARAMETERS + (OF_FIRST if profile.first else ())
    if profile.first and profile.analyte == PARENT:
        shown += OF_ORAL if profile.route == EXTRAVASCULAR else OF_PARENT
    rows = [
        (words, getattr(now, name) / unit, getattr(then, name) / unit, (then if supposed else now).why.get(name, ""))
        for name, words, unit in shown
    ]
    table = DataFrame(rows, columns=["PARAM", "NOW", "THEN", "WHY"])
    share = (table["THEN"] / table["NOW"] - 1).where(table["NOW"] != 0)
    return table.assign(CHANGE=["" if isnan(part) or not part else f"{signed(100 * part)} %" for part in share])


def _population(profile: Profile) -> str:
    row, used = profile.dose, profile.used
    left = len(profile.rows) - len(used)
    length = f"over {exactly(row.DOSEDUR, 2)} h" if profile.infusion_h else "of unknown length"
    parts = [
        f"{len(used)} of {counted(len(profile.rows), 'sample')} in the profile",
        f"{left} in none (×)" if left else "",
        f"dose {exactly(row.DOSEMG)} mg {length if profile.route == 'infusion' else f'({profile.route})'}",
    ]
    return sentence("; ".join(filter(None, parts)))
