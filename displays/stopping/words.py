"""The words of one stopping rule: what is counted, its state, what would meet it, who is not in the count."""

from __future__ import annotations

from displays.groups import present
from displays.stopping.parts import MET, UNKNOWN, RuleState
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
    "would meet it. Not met: more are needed. No rule is met without an event, whatever its prior."
)
SOURCE = (
    "Rules: trial.toml. Thall and Simon, Biometrics 1994;50:337; Geller, Follmann, Leifer and Carter, "
    "Advances in Clinical Trial Biostatistics 2003 (beta-binomial rule)."
)
NAMED = 6


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
        [STATES, *(definition(rule, view.trial.expansion_cohort) for rule in view.trial.stopping_rules), CONVENTION]
    )


def definition(rule: StoppingRule, expansion: str) -> str:
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


def people(rule: StoppingRule, expansion: str) -> str:
    words = {
        "treated": "in treated subjects",
        "evaluable for heart": "in subjects with a baseline and a later LVEF by the same method",
        "evaluable for DLT": "in subjects evaluable for DLT",
    }
    return words[rule.population] + of_cohort(rule, expansion)


def of_cohort(rule: StoppingRule, expansion: str) -> str:
    """ " of the expansion", " of cohort B"; empty where the rule asks every cohort."""
    if not rule.cohort:
        return ""
    return " of the expansion" if rule.cohort == expansion else f" of cohort {rule.cohort}"


def certainty(rule: StoppingRule) -> str:
    if rule.method == "geller":
        return (
            f"P(true rate > {percent(rule.threshold)}) exceeds the cutoff that keeps the chance of ever stopping at "
            f"{percent(rule.threshold)} to {percent(rule.alpha)} at most (Geller)"
        )
    return f"P(true rate > {percent(rule.threshold)}) exceeds {percent(rule.cutoff)}"


def notes(now: RuleState) -> str:
    """Who is not in the count and why, what was not graded or judged, whether the plan has run out, and the remarks."""
    rows, parts = now.subjects, []
    for status, words in (("Awaited", "awaiting follow-up"), ("Left out", "left out")):
        those = rows[rows["STATUS"] == status]
        if len(those):
            parts.append(f"{len(those)} {words}: " + _named(those))
    return "; ".join(parts + _cautions(now) + remarks(now))


def _named(rows) -> str:
    """The subjects with their reasons, those with the event first; of many the first."""
    rows = rows.sort_values("EVENTFL", ascending=False, kind="stable")
    shown = [f"{row.SUBJID} ({_why(row)})" for row in rows.head(NAMED).itertuples()]
    return listed(shown + ([f"{len(rows) - NAMED} others"] if len(rows) > NAMED else []))


def _why(row) -> str:
    happened = f"; had the event: {row.EVENTTERM}" if row.EVENTFL == "Y" else ""
    return (row.REASON if present(row.REASON) else "no reason known") + happened


def _cautions(now: RuleState) -> list[str]:
    rows, parts = now.subjects, []
    unseen = now.counted[now.counted["REASON"].notna() & (now.counted["STATUS"] == "No event")]
    if len(unseen):
        parts.append(f"{len(unseen)} counted without an event though it could not be judged: " + _named(unseen))
    if rows["NNOGRADE"].sum():
        parts.append(f"{counted(int(rows['NNOGRADE'].sum()), 'event')} of this kind not graded, not counted")
    if now.n > now.rule.n_max:
        planned = f"more subjects than the {now.rule.n_max} that the rule was planned for"
        parts.append(f"{planned}; the boundary goes on by the same cutoff")
    return parts


def remarks(now: RuleState) -> list[str]:
    """What the count does not show and the board must see beside it, in the figure too."""
    if now.subjects is None:
        return []
    words = [nobody(now), met_earlier(now), _beyond_the_cutoff(now), follow_up(now)]
    return [word for word in words if word]


def nobody(now: RuleState) -> str:
    whose = of_cohort(now.rule, now.expansion)
    return f"no treated subject{whose} in this cut" if whose and not len(now.subjects) else ""


def met_earlier(now: RuleState) -> str:
    if now.state == MET or not now.met_before:
        return ""
    return f"as known now, in order of first infusion, the boundary was met at {runs(now.met_before)}"


def runs(numbers: list[int]) -> str:
    """ "1 subject", "1 to 3 and 7 subjects"."""
    starts = [n for n in numbers if n - 1 not in numbers]
    ends = [n for n in numbers if n + 1 not in numbers]
    runs = [f"{start}" if start == end else f"{start} to {end}" for start, end in zip(starts, ends, strict=True)]
    return f"{listed(runs)} subject{'' if numbers == [1] else 's'}"


def _beyond_the_cutoff(now: RuleState) -> str:
    """Why a rule whose posterior is beyond the cutoff is not met."""
    rule, chance = now.rule, now.posterior
    if now.state == MET or chance is None or chance <= now.boundary.cutoff:
        return ""
    why = (
        "no rule is met without an event"
        if not now.events
        else f"monitoring starts at {rule.minimum_subjects} subjects"
    )
    return f"P(true rate > {percent(rule.threshold)}) is beyond the cutoff, but {why}"


def follow_up(now: RuleState) -> str:
    """How long the hearts of those without the event were watched: a late one is seen only by a later LVEF."""
    free = now.counted[now.counted["STATUS"] == "No event"]
    if not now.rule.heart or now.rule.within_days or free.empty:
        return ""
    days, first = free["LVEFDY"].dropna().astype(int), now.counted["EVENTDY"].min()
    unseen = f"; {len(free) - len(days)} without any comparable LVEF" if len(days) < len(free) else ""
    if present(first):
        return (
            f"the last comparable LVEF was before day {first}, the earliest day of an event, in {(days < first).sum()} "
            f"of {counted(len(free), 'subject')} without one{unseen}"
        )
    whom = counted(len(free), "subject")
    return f"last comparable LVEF of the {whom} without the event: {_span(days)}{unseen if len(days) else ''}"


def _span(days) -> str:
    """Days in words: "median day 57 (day 28 to 113)"."""
    if len(days) > 1:
        return f"median day {days.median():g} (day {days.min()} to {days.max()})"
    return f"day {days.iloc[0]}" if len(days) else "none"


def state_words(now: RuleState) -> str:
    """ "Not met: 3 of 29; 5 more events would meet it"."""
    if now.state == UNKNOWN:
        return "Not collected in this cut: the rule cannot be assessed"
    return sentence(f"{now.state}: {now.events} of {now.n}; {further_words(now)}").removesuffix(".")


def further_words(now: RuleState) -> str:
    if now.state == MET:
        return f"met from {counted(now.limit(now.n), 'event')} on"
    further, fewest = now.further, now.fewest
    if fewest is None:
        return "no number of events can meet it within its planned subjects"
    if fewest == 0:
        return "it will be met at a later analysis with no more events"
    if fewest != further:
        return f"{_events(fewest)} would meet it" + (
            f" ({further} in new subjects)" if further is not None else ", some in subjects already counted"
        )
    return f"{_events(fewest)} would meet it"


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
