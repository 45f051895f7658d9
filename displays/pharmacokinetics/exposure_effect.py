"""Exposure to the study drug against its effects: toxicity, heart, counts, leukaemia. Exploratory, and it says so."""

from __future__ import annotations

from math import exp, isnan, log, log2

from pandas import DataFrame

from displays.display import Display, blank, display, not_collected
from displays.drawing import crowd
from displays.groups import no_subjects, treated
from displays.pharmacokinetics.concentrations import amount, estimate, no_concentrations
from displays.pharmacokinetics.effects import EFFECTS, Effect, course_of
from displays.pharmacokinetics.exposure_effect_figure import Drawn, exposure_figure
from displays.pharmacokinetics.exposures import CUMULATIVE, EXPOSURES, FIRST, exposed, in_unit, small
from displays.since import SINCE_LABELS, since
from displays.words import counted, first_of, listed, p_value, percent, sentence
from queries import View
from stats.penalised import Penalised, penalised_logistic
from stats.ranks import least_correlation, least_superiority, rank_correlation, rank_test

EXPOSURE_EFFECT = ("exposure_effect", "Exposure and effect")
EFFECT_CHOICES = tuple((key, asked.title) for key, asked in EFFECTS.items())
LEAST_EACH = 5
"""So many subjects with and without the event are needed for a fitted line."""
CAVEAT = (
    "Exposure rises with the dose and is confounded with it, baseline counts with leukaemia; tests and intervals are "
    "unadjusted and exploratory."
)
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "X": "Exposure",
    "EFFECT": "Effect",
    "OUT": "Not drawn because",
} | SINCE_LABELS


def exposure_options(view: View, effect: str) -> tuple[tuple[str, str], ...]:
    """The exposures of an effect: that of the first infusion, or of the heart that up to each echo."""
    return tuple((key, EXPOSURES[key][0]) for key in (CUMULATIVE if effect == "lvef" else FIRST))


def exposure_effect(view: View, effect: str = "dlt", exposure: str = "auc") -> Display:
    """Exposure to the study drug of each subject against one effect, with what so few subjects can tell."""
    if view.ask("pk_sampled").empty and view.ask("pk_held").empty:
        return no_concentrations(view, *EXPOSURE_EFFECT)
    if not treated(view):
        return no_subjects(view, *EXPOSURE_EFFECT)
    asked, kind = EFFECTS[effect], _exposure(effect, exposure)
    table = exposed(view, asked, kind)
    if table["EVENT" if asked.event else "VALUE"].isna().all() and not set(asked.datasets) & set(view.cut.received):
        return not_collected(view, *EXPOSURE_EFFECT, asked.what, *asked.datasets)
    name, unit = in_unit(view, kind)
    drawn = table[table["OUT"].isna()]
    if drawn.empty:
        return _nothing(view, asked, name, table)
    model = _model(asked, drawn)
    return display(
        view,
        EXPOSURE_EFFECT[0],
        f"{asked.title} against {small(name)}",
        finding=[*_finding(asked, name, unit, drawn, model), CAVEAT, _news(view, table)],
        table=table,
        labels=LABELS | {"X": f"{name} ({unit})", "EFFECT": asked.title},
        formats={"X": "amount"},
        figure=exposure_figure(view, Drawn(asked, name, unit, table, model)),
        population=_population(kind, table),
        method=_method(asked, kind),
        source=f"Mann and Whitney 1947; Spearman 1904; Firth 1993; Heinze and Schemper 2002. Data: PC, {asked.source}.",
        questions=(view.question("first_exposure", course=course_of(view)), *asked.questions(view)),
    )


def _exposure(effect: str, exposure: str) -> str:
    """The exposure that is wanted, or the first one where it is none of this effect's."""
    known = CUMULATIVE if effect == "lvef" else FIRST
    return exposure if exposure in known else known[0]


def _model(asked: Effect, drawn: DataFrame) -> Penalised | None:
    """The penalised logistic regression on the exposure's doublings, where enough had the event and had it not."""
    if not asked.event:
        return None
    event = drawn["EVENT"].astype(bool)
    if min(event.sum(), (~event).sum()) < LEAST_EACH or (drawn["X"] <= 0).any():
        return None
    model = penalised_logistic([log2(value) for value in drawn["X"]], [int(value) for value in event])
    return None if model.why else model


def _finding(asked: Effect, name: str, unit: str, drawn: DataFrame, model: Penalised | None) -> list[str]:
    if asked.event:
        return [*_groups(asked, name, unit, drawn), *_line(asked, drawn, model)]
    return _correlation(asked, name, drawn)


def _groups(asked: Effect, name: str, unit: str, drawn: DataFrame) -> list[str]:
    """The medians of both groups, the exact test, and the least difference that so few can tell from chance."""
    event = drawn["EVENT"].astype(bool)
    groups = drawn.loc[event, "X"], drawn.loc[~event, "X"]
    lone = next((words for words, values in zip((asked.no, asked.yes), groups, strict=True) if values.empty), "")
    if lone:
        return [f"{sentence(counted(len(drawn), 'subject'))[:-1]} with a known {name}, all {lone}: nothing to compare."]
    with_event, without = groups
    found = rank_test(with_event, without)
    how = "exact rank test" if found.exact else "rank test"
    least = least_superiority(found.with_event, found.without)
    sizes = f"with {found.with_event} and {counted(found.without, 'subject')}"
    return [
        f"{name}: median {amount(with_event.median())} {unit} in {counted(len(with_event), 'subject')} {asked.yes}, "
        f"{amount(without.median())} in {len(without)} {asked.no}.",
        f"Each paired with each, the subject {asked.yes} had the higher value in {percent(found.superiority)} of pairs "
        f"({how}, {p_value(found.p)}).",
        sentence(
            f"{sizes} no difference, however large, could be told from chance (p ≤ 0.05)"
            if isnan(least)
            else f"{sizes} only a share of {percent(least)} or more, or {percent(1 - least)} or less, could be told "
            "from chance (p ≤ 0.05)"
        ),
    ]


def _line(asked: Effect, drawn: DataFrame, model: Penalised | None) -> list[str]:
    event = drawn["EVENT"].astype(bool)
    if model is None:
        return [
            f"No line is fitted: it would need at least {LEAST_EACH} subjects {asked.yes} and {LEAST_EACH} "
            f"{asked.no}; there are {event.sum()} and {(~event).sum()}."
        ]
    odds, low, high = (_odds(limits[1]) for limits in (model.coefficients, model.lower, model.upper))
    return [
        f"The odds change by a factor of {odds} for each doubling of the exposure (95 % CI {low} to {high}; penalised "
        "logistic regression)."
    ]


def _odds(coefficient: float) -> str:
    """An odds ratio of its logarithm."""
    return estimate(exp(coefficient)) if coefficient < log(10_000) else "over 10,000"


def _correlation(asked: Effect, name: str, drawn: DataFrame) -> list[str]:
    known = drawn[drawn["VALUE"].notna()]
    found = rank_correlation(known["X"], known["VALUE"])
    subjects = counted(len(known), "subject")
    first = f"{asked.title} against {small(name)}: "
    if found.why:
        return [f"{first}no correlation in {subjects}, {found.why}.", _open_words(drawn)]
    least, how = least_correlation(found.n), "exact" if found.exact else "Student's t"
    return [
        f"{first}rank correlation {_rho(found.rho)} in {subjects} ({p_value(found.p)}, {how}).",
        _open_words(drawn),
        f"With {subjects} "
        + (
            "no correlation could be told from chance."
            if isnan(least)
            else f"a correlation nearer to 0 than {least:.2f} cannot be told from chance (p > 0.05)."
        ),
        "No line is drawn.",
        asked.note,
    ]


def _rho(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _open_words(drawn: DataFrame) -> str:
    """Who has no number but a day until which it had not happened, by what came first."""
    waiting = drawn[drawn["VALUE"].isna()]
    if waiting.empty:
        return ""
    parts = [f"{number} {words}" for words, number in waiting["EFFECT"].value_counts().items()]
    return sentence(f"{len(waiting)} more have no time and are in no correlation: {listed(parts)}")


def _news(view: View, table: DataFrame) -> str:
    if not view.previous:
        return ""
    drawn = table[table["OUT"].isna()]
    new, changed = (drawn.loc[drawn["SINCE"] == state, "SUBJID"].tolist() for state in ("new", "changed"))
    parts = [f"{counted(len(new), 'new subject')}{f' ({first_of(new)})' if new else ''}"]
    parts += [f"{len(changed)} changed ({first_of(changed)})" if changed else "none changed"]
    return since(view, ", ".join(parts))


def _population(kind: str, table: DataFrame) -> str:
    drawn = table["OUT"].isna()
    reasons = [f"{number} {words}" for words, number in table.loc[~drawn, "OUT"].value_counts().items()]
    words = f"{drawn.sum()} of {counted(len(table), 'treated subject')} with both known"
    far = table.loc[drawn, "AUCNOTE"].fillna("").str.contains("EXTENDED").sum() if kind in ("auc", "total") else 0
    words += f"; not drawn: {listed(reasons)}" if reasons else ""
    words += f"; the AUC of {far} extrapolated from the last measured concentration to 24 h" if far else ""
    said = [sentence(words)]
    return " ".join([*said, crowd.words(table[drawn], f"the {crowd.NAMED} most severe", crowd.DOTS)]).strip()


def _method(asked: Effect, kind: str) -> str:
    exposure = {
        "auc": "AUC over 24 h: area under the concentrations of the study drug from the start of the first infusion to "
        "24 hours (AUCINT), before the second one; measured to the last sample before it, "
        "and extrapolated by the terminal phase where that is earlier than 24 hours.",
        "cmax": "Cmax: the highest concentration of the study drug after the first infusion.",
        "total": "",
        "dose": "",
    }[kind]
    tests = (
        "Medians as bars. Exact two-sided rank test (Wilcoxon-Mann-Whitney) over all ways to choose the groups. Line: "
        "logistic regression on the logarithm of exposure with Firth's penalty and profile limits (95 %, pointwise), "
        f"only where at least {LEAST_EACH} subjects had the event and {LEAST_EACH} had not."
        if asked.event
        else "Spearman's rank correlation, two-sided; of few pairs exact. A line is never fitted to it."
    )
    return " ".join(filter(None, [exposure, asked.definition, tests]))


def _nothing(view: View, asked: Effect, name: str, table: DataFrame) -> Display:
    """Nobody has both: why, by number."""
    reasons = [f"{number} {words}" for words, number in table["OUT"].value_counts().items()]
    none = f"No subject has both a known {small(name)} and a known effect ({small(asked.title)})."
    return blank(
        view,
        *EXPOSURE_EFFECT,
        none,
        population=sentence(f"{counted(len(table), 'treated subject')}: {listed(reasons)}"),
        collected=True,
    )
