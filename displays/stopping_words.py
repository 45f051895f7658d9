"""The words of the stopping rules: what is counted, where a rule stands, what would meet it."""
from __future__ import annotations

from displays.display import day
from displays.stopping_parts import MET, NEAR, NOT_MET, UNKNOWN, Standing
from displays.words import counted, listed, percent, sentence
from queries import Filters, View
from trial.stopping_rule import StoppingRule

CONVENTION = (
    "Subjects enter in the order of their first infusion, each as known at the data cut: an event is counted where its subject stands, "
    "whenever it happened, so the path shows no looks of the past. A subject without an event that has not been observed as long as the rule "
    "asks is left out until then; one with the event counts at once."
)
STATES = (
    "Met: the events counted reach the boundary. Further events: in subjects already counted where events count at any time, else in the very next subjects. "
    "Near: one further event would meet it. Not met: it takes more."
)
UNFILTERED = "Filters do not change a stopping rule: every subject is asked."
SOURCE = (
    "Rules: trial.toml. Thall and Simon, Biometrics 1994;50:337; Geller, Follmann, Leifer and Carter, Advances in Clinical Trial Biostatistics 2003 "
    "(beta-binomial rule)."
)
NAMED = 6


def source(view: View) -> str:
    assumed = any(about.startswith("stopping_rule") for about in view.trial.assumptions)
    return SOURCE.replace("trial.toml", "trial.toml (assumptions: no source of the trial states a stopping rule)") if assumed else SOURCE


def method(view: View) -> str:
    return " ".join([STATES, *(definition(rule) for rule in view.trial.stopping_rules), CONVENTION])


def definition(rule: StoppingRule) -> str:
    """What the rule counts, in whom, and when it is met."""
    first = f", looking from {rule.minimum_subjects} to {rule.n_max} subjects"
    return sentence(f"{rule.name}: {event(rule)}, {people(rule)}; met when {certainty(rule)}, prior Beta({rule.prior[0]:g}, {rule.prior[1]:g}){first}")


def event(rule: StoppingRule) -> str:
    """ "death of any cause on days 1 to 30, day 1 = first infusion"."""
    if rule.counts == "early_death":
        return f"death of any cause on days 1 to {rule.within_days}, day 1 = first infusion"
    if rule.counts == "dlt":
        return "adjudicated DLT"
    words = _adverse(rule) if rule.counts == "ae" else "CTRCD severe" if rule.counts == "ctrcd_severe" else f"CTRCD {rule.counts[6:]} or worse"
    words += f" by day {rule.within_days}" if rule.within_days else " at any time since the first infusion"
    return words + (f" (without it a subject counts from day {rule.observed_days} on)" if rule.observed_days else "")


def _adverse(rule: StoppingRule) -> str:
    named = list(rule.terms) + ([f"any term of {rule.category}"] if rule.category else [])
    return f"adverse event of grade {rule.minimum_grade} or worse ({listed(named)})"


def briefly(rule: StoppingRule) -> str:
    """What is counted and the threshold, in one short line."""
    words = "DLT" if rule.counts == "dlt" else f"Grade {rule.minimum_grade} or worse: {rule.category or ', '.join(rule.terms)}" if rule.counts == "ae" else event(rule).split(" at any")[0].split(", day 1")[0]
    return f"{words[:1].upper()}{words[1:]}; threshold {percent(rule.threshold)}"


def people(rule: StoppingRule) -> str:
    words = {"treated": "in treated subjects", "evaluable for heart": "in subjects with a baseline and a later LVEF by the same method", "evaluable for DLT": "in subjects evaluable for DLT"}
    return words[rule.population] + (f" of cohort {rule.cohort}" if rule.cohort else "")


def certainty(rule: StoppingRule) -> str:
    if rule.method == "geller":
        return f"P(true rate > {percent(rule.threshold)}) exceeds the cutoff that keeps the chance of ever stopping at {percent(rule.threshold)} to {percent(rule.alpha)} at most (Geller)"
    return f"P(true rate > {percent(rule.threshold)}) exceeds {percent(rule.cutoff)}"


def state_words(standing: Standing) -> str:
    """ "Not met: 3 of 29; 5 further events would meet it"."""
    if standing.state == UNKNOWN:
        return "Not collected in this cut: the rule cannot be judged"
    return sentence(f"{standing.state}: {standing.events} of {standing.n}; {further_words(standing)}").removesuffix(".")


def further_words(standing: Standing) -> str:
    if standing.state == MET:
        return f"met from {counted(standing.limit(standing.n), 'event')} on"
    further, here = standing.further, standing.further_here
    if further is None and here is None:
        return "no further event can meet it within its planned subjects"
    if here is not None and here != further:
        return f"{_events(here)} would meet it" + (f" ({further} in new subjects)" if further is not None else ", in subjects already counted")
    return f"{_events(further)} would meet it"


def _events(number: int) -> str:
    return f"{number} further event{'' if number == 1 else 's'}"


def boundary_words(standing: Standing) -> tuple[str, str]:
    """The boundary now and at the next subject: "8 of 29", "8 of 30"."""
    return tuple(_limit(standing, n) for n in (standing.n, standing.n + 1))


def _limit(standing: Standing, n: int) -> str:
    rule, limit = standing.rule, standing.limit(n)
    if limit is not None:
        return f"{limit} of {n}"
    if n > rule.n_max:
        return f"ends at {rule.n_max} subjects"
    return f"looks from {rule.minimum_subjects} subjects" if n < rule.minimum_subjects else f"none of {n}"


def notes(standing: Standing) -> str:
    """Who is not in the count and why, what was not graded, what the path met before, whether the plan has run out."""
    rows, parts = standing.subjects, []
    for status, words in (("Awaited", "awaited"), ("Left out", "left out")):
        those = rows[rows["STATUS"] == status]
        if len(those):
            parts.append(f"{len(those)} {words}: " + _named(those))
    return "; ".join(parts + _cautions(standing))


def _named(rows) -> str:
    """The subjects with their reasons, those with the event first; of many the first."""
    rows = rows.sort_values("EVENTFL", ascending=False, kind="stable")
    shown = [f"{row.SUBJID} ({row.REASON}{'; had the event: ' + row.EVENTTERM if row.EVENTFL == 'Y' else ''})" for row in rows.head(NAMED).itertuples()]
    return listed(shown + ([f"{len(rows) - NAMED} others"] if len(rows) > NAMED else []))


def _cautions(standing: Standing) -> list[str]:
    rows, parts = standing.subjects, []
    unseen = standing.counted[standing.counted["REASON"].notna() & (standing.counted["STATUS"] == "No event")]
    if len(unseen):
        parts.append(f"{len(unseen)} counted without an event though it could not be judged: " + _named(unseen))
    if rows["NNOGRADE"].sum():
        parts.append(f"{counted(int(rows['NNOGRADE'].sum()), 'event')} of this kind not graded, not counted")
    if standing.met_before and standing.state != MET:
        parts.append(f"as known now, the boundary was met at {_runs(standing.met_before)} subjects")
    if standing.n > standing.rule.n_max:
        parts.append(f"more subjects than the {standing.rule.n_max} that the rule was planned for; the boundary goes on by the same cutoff")
    return parts


def _runs(numbers: list[int]) -> str:
    """ "1 to 3 and 7"."""
    starts = [n for n in numbers if n - 1 not in numbers]
    ends = [n for n in numbers if n + 1 not in numbers]
    return listed([f"{start}" if start == end else f"{start} to {end}" for start, end in zip(starts, ends)])


def finding(view: View, both: list[tuple[Standing, Standing | None]]) -> str:
    """Which rules are met, which near, and what moved since the previous cut."""
    now = [standing for standing, _ in both]
    words = []
    for state, verb in ((MET, "met"), (NEAR, "near, one further event would meet it")):
        names = [f"{s.rule.name} ({s.events} of {s.n})" for s in now if s.state == state]
        if names:
            words.append(f"{len(names)} of {counted(len(now), 'stopping rule')} {'is' if len(names) == 1 else 'are'} {verb}: {listed(names)}")
    calm = [s for s in now if s.state == NOT_MET]
    if not words and calm:
        words.append(f"none of {counted(len(now), 'stopping rule')} is met or near")
    unknown = [s.rule.name for s in now if s.state == UNKNOWN]
    if unknown:
        words.append(f"cannot be judged, since what they count was not collected in this cut: {listed(unknown)}")
    return " ".join(sentence(word) for word in words + _moved(view, both))


def _moved(view: View, both: list[tuple[Standing, Standing | None]]) -> list[str]:
    if view.previous is None:
        return []
    moved = [f"{now.rule.name} went from {was.state} to {now.state}" for now, was in both if was.state != now.state]
    return [f"since {day(view.previous.date)}: " + ("; ".join(moved) if moved else "no rule changed its standing")]


def population(view: View, both: list[tuple[Standing, Standing | None]], filters: Filters) -> str:
    """Each rule's denominator, and that filters do not touch it."""
    rules = [f"{now.rule.name} {now.n} of {len(now.subjects)} treated subject{'' if len(now.subjects) == 1 else 's'}{_missing(now)}" for now, _ in both if now.subjects is not None]
    words = "Counted: " + "; ".join(rules) + ". " if rules else ""
    chosen = "" if filters == Filters() else f" The filters now chosen ({filters.words()}) are not applied here."
    return words + "Near: one further event would meet the rule. " + UNFILTERED + chosen


def _missing(now: Standing) -> str:
    """ " (2 awaited, 1 left out)": who is not in the count."""
    status = now.subjects["STATUS"].value_counts()
    parts = [f"{status[key]} {words}" for key, words in (("Awaited", "not observed long enough yet"), ("Left out", "left out")) if key in status]
    return f" ({', '.join(parts)})" if parts else ""
