"""How the displays of the escalation rule speak: doses in place of level numbers, who was read and who was not."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, day, display, not_collected
from displays.escalation.evaluation import why_not_evaluable
from displays.escalation.words import after_window
from displays.groups import dlts_collected, present, window
from displays.rule.design import IMPOSSIBLE, name_of, rule_of, six_at_most, subjects
from displays.since import since
from displays.words import counted, listed
from queries import View
from stats.escalation import Decision, Outcomes
from stats.escalation.outcomes import count
from stats.escalation.reasons import VERDICTS, count_words, in_words
from trial import Trial

ACTIONS = {
    "escalate": ("▲", "#cde5d5"),
    "stay": ("=", "#e9eef2"),
    "de-escalate": ("▼", "#f3c6b4"),
    "suspend": ("…", "#fbe9b8"),
    "stop": ("■", "#b9c6d1"),
    IMPOSSIBLE: ("?", "#ffffff"),
}
"""Action → its sign, which grey print keeps, and its colour."""
MODEL = (
    "rate at the posterior mean of the model's parameter, 90 % limits by a normal approximation of it (as R's dfcrm)"
)
NO_FILTER = "The filters do not apply here: the rule reads every treated subject of the cut."
SOURCES = {
    "Rolling Six": "Rolling Six: Skolnik, J Clin Oncol 2008;26:190; table 2 of JAMA Netw Open 2020;3(5):e204787.",
    "3+3": "3+3: Storer, Biometrics 1989;45:925; Korn, Stat Med 1994;13:1799.",
    "BOIN": "BOIN: Liu and Yuan, J R Stat Soc C 2015;64:507.",
    "Keyboard": "Keyboard: Yan, Clin Cancer Res 2017;23:3994.",
    "mTPI-2": "mTPI-2: Guo, Contemp Clin Trials 2017;58:23.",
    "CRM": "CRM: O'Quigley, Biometrics 1990;46:33; skeleton: Lee and Cheung, Clin Trials 2009;6:227.",
}


def undecided(view: View, name: str, title: str) -> Display | None:
    """The display in place of one that cannot be: no rule in the trial's definition, or no DLT verdicts in the cut."""
    if rule_of(view.trial) is None:
        why = (
            "the trial definition has no dose levels"
            if not view.trial.dose_levels
            else "the trial definition names no design"
        )
        return display(
            view,
            name,
            title=title,
            finding=f"No escalation rule defined: {why}.",
            table=DataFrame(),
            labels={},
            population="No records.",
            method="",
            source="",
            questions=(),
            collected=False,
        )
    return None if dlts_collected(view) else not_collected(view, name, title, "DLTs")


def comparable(cut) -> bool:
    """Whether a previous cut shows what the rule said then: its definition states a rule, it held adjudicated DLTs."""
    return rule_of(cut.trial) is not None and dlts_collected(View(cut))


def news(view: View, words: str) -> str:
    """What is new since the previous cut, or that the previous cut cannot be compared; "" where none is."""
    if view.previous is None or comparable(view.previous):
        return since(view, words)
    return f"The cut of {day(view.previous.date)} held no adjudicated DLTs or no rule to compare with."


def dose(rank: int, trial: Trial) -> str:
    """The label of a level counted from 1: "190 mg/m²/day"."""
    return trial.dose_levels[rank - 1].label


def dose_number(rank: int, trial: Trial) -> str:
    """The dose alone, for figures whose axis has the unit."""
    return f"{trial.dose_levels[rank - 1].dose:g}"


def reason(decision: Decision, trial: Trial) -> str:
    """The whole reason of a decision, in doses."""
    return in_words(decision.parts, lambda rank: dose(rank, trial))


def said(decision: Decision, trial: Trial, known: Outcomes | None = None) -> str:
    """A decision in few words: "escalate to 230 mg/m²/day"."""
    return " ".join(part for part in said_in_parts(decision, lambda rank: dose(rank, trial), known) if part)


def recommended(design, decision: Decision, trial: Trial, known: Outcomes | None = None) -> str:
    """ "Rolling Six recommends: escalate to 230 mg/m²/day"; that it makes no recommendation where it does not apply."""
    verb = "makes" if decision.action == IMPOSSIBLE else "recommends:"
    return f"{name_of(design)} {verb} {said(decision, trial, known)}"


def said_in_parts(decision: Decision, name, known: Outcomes | None = None) -> tuple[str, str]:
    """A decision as the action and what it is about; `name` gives a level's name."""
    if decision.action == "stop":
        return ("stop:", f"MTD is {name(decision.dose)}" if decision.dose else "no dose tolerated")
    if decision.dose is None:
        return (
            ("wait", "for the pending subjects")
            if decision.action == "suspend"
            else ("no recommendation:", "this is outside the rule")
        )
    if known is not None and not known.cohorts:
        return ("start", f"at {name(decision.dose)}")
    return decision.action, f"{'at' if decision.action == 'stay' else 'to'} {name(decision.dose)}"


def counts_at(known: Outcomes, rank: int, trial: Trial) -> str:
    """ "2 of 6 evaluable subjects at 190 mg/m²/day had a DLT (1 pending)"."""
    return count_words(count(known, rank), lambda level: dose(level, trial))


def why(decision: Decision, known: Outcomes, trial: Trial) -> str:
    """The design's reason without the counts before it and what only repeats the decision; "" where that is all."""
    said_before = count(known, known.level) if known.cohorts else None
    parts = decision.parts[1:] if decision.parts[:1] == (said_before,) else decision.parts
    return in_words(tuple(part for part in parts if part.code not in VERDICTS), lambda rank: dose(rank, trial))


def population(view: View, design, *, compared: bool = False) -> str:
    """Who the design read, who was left out and why."""
    rows = subjects(view.cut)
    read = rows["RESULT"].notna() & rows["RANK"].notna()
    expansion = read & (rows["EXPFL"] == "Y")
    parts = [
        f"{counted(len(rows), 'treated subject')} in the cut: {(read & ~expansion).sum()} of the dose finding and "
        f"{expansion.sum()} of the expansion evaluable or pending"
    ]
    parts += _left_out(rows)
    return (
        f"{'; '.join(parts)}. {_expansion(expansion.sum(), design, compared)}{NO_FILTER} "
        f"{window(view)}{after_window(view, rows)}"
    )


def _left_out(rows: DataFrame) -> list[str]:
    mute = rows[rows["DLTSTAT"] == "Not evaluable"]
    names = listed([f"{row.SUBJID} ({why_not_evaluable(row)})" for row in mute.itertuples()])
    unplanned = rows[rows["RANK"].isna() & rows["RESULT"].notna()]
    parts = [f"{len(mute)} not evaluable and left out: {names}"] if len(mute) else ["none not evaluable"]
    if len(unplanned):
        dlts = (unplanned["RESULT"] == "T").sum()
        parts.append(f"{len(unplanned)} at no planned level, left out ({dlts} with a DLT)")
    return parts


def _expansion(number: int, design, compared: bool) -> str:
    if not number:
        return ""
    if compared:
        return (
            "The expansion counts in BOIN, Keyboard, mTPI-2 and CRM, which learn from every subject; "
            "Rolling Six and 3+3 take six subjects at a level and leave it out. "
        )
    if six_at_most(design):
        return f"{name_of(design)} takes six subjects at a level: the expansion is kept apart from it. "
    return f"{name_of(design)} learns from every subject: the expansion counts. "


def conventions(designs: list) -> str:
    """How each design takes pending subjects, those with one convention together."""
    by_words: dict[str, list[str]] = {}
    for design in designs:
        by_words.setdefault(design.pending_convention, []).append(name_of(design))
    return "Pending subjects. " + " ".join(f"{listed(names)}: {words}" for words, names in by_words.items())


def sources(view: View, designs: list) -> str:
    """Where the designs come from, and that the protocol's is an assumption where it is one."""
    about = [key for key in ("escalation.rule", "dlt.rule") if key in view.trial.assumptions]
    stated = "The rule is stated in trial.toml" + (" (an assumption of the trial definition). " if about else ". ")
    return stated + " ".join(SOURCES[name_of(design)] for design in designs)


def target(view: View) -> float:
    """The DLT rate the trial holds its dose against: the protocol's, else that of the designs."""
    return view.trial.target_rate if present(view.trial.target_rate) else view.trial.escalation["target"]
