"""The words of one stopping rule: what is counted, its state, and what would meet it."""

from __future__ import annotations

from displays.stopping.state import MET, UNKNOWN, RuleState
from displays.words import counted, listed, percent, sentence
from queries import View
from trial.stopping_rule import StoppingRule

CONVENTION = (
    "Subjects enter in the order of their first infusion, each as known at the data cut: an event is counted "
    "at the place of its subject, whenever it occurred, so the path does not show past analyses. A subject "
    "without an event that has not been observed as long as the rule asks is left out until then; one with "
    "the event counts at once."
)
STATES = (
    "Met: the events counted reach the boundary. Additional events: the fewest that would meet it, in new "
    "subjects, and where events count at any time also in subjects already counted. Near: one further event "
    "would meet it, or none is needed once its minimum of subjects is counted (it holds the dose as one that is met "
    "does). Not met: more are needed. No rule is met without an event, whatever its prior."
)
SOURCE = (
    "Rules: trial.toml. Thall and Simon, Biometrics 1994;50:337; Geller, Follmann, Leifer and Carter, "
    "Advances in Clinical Trial Biostatistics 2003 (beta-binomial rule)."
)


def source(view: View) -> str:
    assumed = any(about.startswith("stopping_rule") for about in view.trial.assumptions)
    return (
        SOURCE.replace(
            "trial.toml", "trial.toml (assumptions: no published source of the trial states a stopping rule)"
        )
        if assumed
        else SOURCE
    )


def method(view: View) -> str:
    return " ".join(
        [STATES, *(definition(rule, view.trial.expansion_cohorts) for rule in view.trial.stopping_rules), CONVENTION]
    )


def predicted_method(view: View) -> str:
    """What the chance after the next cohort is of."""
    size = counted(view.trial.escalation["cohort_size"], "new subject")
    return (
        f"Chance after the next cohort: beta-binomial with the rule's own prior (above), {size} of its population, the "
        "subjects awaited resolved first by the same distribution; looked at once, when all are known (Lee and Liu, "
        "Clin Trials 2008;5:93)."
    )


def definition(rule: StoppingRule, expansion: tuple[str, ...]) -> str:
    """What the rule counts, in whom, and when it is met."""
    first = f", monitored from {rule.minimum_subjects} to {rule.n_max} subjects"
    return sentence(
        f"{rule.name}: {event(rule)}, {people(rule, expansion)}; met when {certainty(rule)}, prior "
        f"Beta({rule.prior[0]:g}, {rule.prior[1]:g}){first}"
    )


def event(rule: StoppingRule) -> str:
    """ "death of any cause on days 1 to 30, day 1 = first infusion"."""
    if rule.counts == "dlt":
        return "adjudicated DLT"
    if rule.counts == "early_death":
        words = f"{_early_death(rule)}, day 1 = first infusion"
    else:
        words = (_adverse(rule) if rule.counts == "ae" else _dysfunction(rule)) + (
            f" by day {rule.within_days}" if rule.within_days else " at any time since the first infusion"
        )
    since = _counts_since(rule)
    return f"{words} (without it a subject counts {since})" if since else words


def _counts_since(rule: StoppingRule) -> str:
    """From when on a subject without the event counts; empty where from the start, or by the event's own days."""
    if not rule.heart:
        return f"from day {rule.observed_days} on" if rule.observed_days else ""
    if rule.observed:
        return f"once a comparable LVEF was taken on day {rule.observed} or later"
    return "from its first comparable LVEF on" if rule.population == "evaluable for heart" else ""


def _early_death(rule: StoppingRule) -> str:
    return f"death of any cause on days 1 to {rule.within_days}"


def _dysfunction(rule: StoppingRule) -> str:
    return "CTRCD severe" if rule.counts == "ctrcd_severe" else f"CTRCD {rule.counts.removeprefix('ctrcd_')} or worse"


def _adverse(rule: StoppingRule) -> str:
    named = list(rule.terms) + ([f"any term of {rule.category}"] if rule.category else [])
    return f"adverse event of grade {rule.minimum_grade} or worse ({listed(named)})"


def briefly(rule: StoppingRule) -> str:
    """What is counted and the threshold, in one short line."""
    words = {
        "dlt": "DLT",
        "early_death": _early_death(rule),
        "ae": f"Grade {rule.minimum_grade} or worse: {rule.category or ', '.join(rule.terms)}",
    }.get(rule.counts) or _dysfunction(rule)
    within = f" by day {rule.within_days}" if rule.within_days and rule.counts != "early_death" else ""
    return f"{words[:1].upper()}{words[1:]}{within}; threshold {percent(rule.threshold)}"


def people(rule: StoppingRule, expansion: tuple[str, ...]) -> str:
    words = {
        "treated": "in treated subjects",
        "evaluable for heart": "in subjects evaluable for cardiac function (a later LVEF compared with a baseline by "
        "the same method, one below 40 % without a baseline, or heart failure)",
        "evaluable for DLT": "in subjects evaluable for DLT",
    }
    return words[rule.population] + of_cohort(rule, expansion)


def of_cohort(rule: StoppingRule, expansion: tuple[str, ...]) -> str:
    """ " of the expansion", " of cohort B"; empty where the rule asks every cohort."""
    if not rule.cohort:
        return ""
    names = {name.lower() for name in expansion}
    return " of the expansion" if rule.cohort.strip().lower() in names else f" of cohort {rule.cohort}"


def certainty(rule: StoppingRule) -> str:
    if rule.method == "geller":
        return (
            f"P(true rate > {percent(rule.threshold)}) exceeds the cutoff that keeps the chance of ever stopping at "
            f"{percent(rule.threshold)} to {percent(rule.alpha)} at most (Geller)"
        )
    return f"P(true rate > {percent(rule.threshold)}) exceeds {percent(rule.cutoff)}"


def state_words(now: RuleState) -> str:
    """ "Not met: 3 of 29; 5 more events would meet it"."""
    if now.state == UNKNOWN:
        return f"{now.absent[:1].upper()}{now.absent[1:]}: the rule cannot be assessed"
    return f"{now.state[:1].upper()}{now.state[1:]}: {now.score}; {further_words(now)}"


def further_words(now: RuleState) -> str:
    now = now.deciding
    if now.state == MET:
        return f"met from {counted(now.limit(now.n), 'event')} on"
    further, fewest = now.further, now.fewest
    if fewest is None:
        return "no number of events can meet it within its planned subjects"
    if fewest == 0:
        return will_be_met(now)
    if fewest != further:
        return f"{_events(fewest)} would meet it" + (
            f" ({further} in new subjects)" if further is not None else ", some in subjects already counted"
        )
    return f"{_events(fewest)} would meet it"


def will_be_met(now: RuleState) -> str:
    """ "it will be met at the next subject whatever happens", "it will be met at 5 subjects whatever happens"."""
    at = "the next subject" if at_the_next(now) else f"{now.certain_from} subjects"
    return f"it will be met at {at} whatever happens"


def at_the_next(now: RuleState) -> bool:
    """Whether a rule that will be met whatever happens is met at the very next subject."""
    return now.certain_from == now.deciding.n + 1


def _events(number: int) -> str:
    return f"{number} more event{'' if number == 1 else 's'}"


def boundary_words(now: RuleState) -> tuple[str, str]:
    """The boundary now and at the next subject: "8 of 29", "8 of 30"."""
    return tuple(_limit(now, n) for n in (now.n, now.n + 1))


def _limit(now: RuleState, n: int) -> str:
    rule, limit = now.rule, now.limit(n)
    if limit is not None:
        return f"{limit} of {n}"
    if n > rule.n_max:
        return f"ends at {rule.n_max} subjects"
    return f"starts at {rule.minimum_subjects} subjects" if n < rule.minimum_subjects else f"none of {n}"
