"""What every display of the escalation rule shares: the guard, whom the designs read, their conventions and sources."""

from __future__ import annotations

from dataclasses import replace

from pandas import DataFrame

from displays.display import Display, blank, display, not_collected
from displays.escalation.dose import notable_doses
from displays.escalation.evaluation import why_not_evaluable
from displays.escalation.words import after_window, by_calendar
from displays.groups import dlts_collected, present, window
from displays.rule.alarms import alarms, counts, deaths_without_cause, held, unassessed, warnings
from displays.rule.design import name_of, rule_of, six_at_most, subjects
from displays.stopping.asked import questions as stopping_questions
from displays.words import MOST_LISTED, counted, first_of, listed, sentence
from queries import View
from queries.frames import rows_of

NO_FILTER = "The filters do not apply here: the rule reads every enrolled subject of the cut."
SOURCES = {
    "Rolling Six": "Rolling Six: Skolnik, J Clin Oncol 2008;26:190; table 2 of JAMA Netw Open 2020;3(5):e204787.",
    "3+3": "3+3: Storer, Biometrics 1989;45:925; Korn, Stat Med 1994;13:1799.",
    "BOIN": "BOIN: Liu and Yuan, J R Stat Soc C 2015;64:507.",
    "Keyboard": "Keyboard: Yan, Clin Cancer Res 2017;23:3994.",
    "mTPI-2": "mTPI-2: Guo, Contemp Clin Trials 2017;58:23.",
    "CRM": "CRM: O'Quigley, Biometrics 1990;46:33; skeleton: Lee and Cheung, Clin Trials 2009;6:227.",
}


def undecided(view: View, name: str, title: str) -> Display | None:
    """The display in place of one that cannot be: the trial defines no rule, or the cut holds no adjudicated DLTs."""
    if rule_of(view.trial) is None:
        lacks = "names no design" if view.trial.dose_levels else "has no dose levels"
        return blank(view, name, title, f"No escalation rule defined: the trial definition {lacks}.")
    if dlts_collected(view):
        return None
    absent = not_collected(view, name, title, "DLTs", "ae")
    sentences = (*what_holds(view), *absent.sentences)
    return replace(absent, finding=" ".join(sentences), sentences=sentences)


def what_holds(view: View) -> list[str]:
    """What holds any rule, with or without DLTs: stopping rules met, near or not assessed, deaths without a cause."""
    found = alarms(view.cut)
    dead = deaths_without_cause(subjects(view.cut))
    parts = [held(found), counts(found.met), warnings(found), dead, unassessed(found.absent)]
    return [sentence(part) for part in parts if part]


def rule_display(
    view: View, name: str, title: str, used: list, *, method: str, source: str = "", compared: bool = False, **parts
) -> Display:
    """A display of what designs say, with whom they read, how they take pending subjects and where they come from.

    used: the designs, the protocol's first. compared: whether several designs are beside each other.
    """
    return display(
        view,
        name,
        title=title,
        population=_population(view, used[0], compared),
        method=f"{method} {conventions(used)}",
        source=f"{_sources(view, used)} {source}".rstrip(),
        **({"questions": ("rule_outcomes", *stopping_questions(view))} | parts),
    )


def _population(view: View, design, compared: bool) -> str:
    """Who the design read, who was left out and why."""
    rows = subjects(view.cut)
    treated = rows[rows["TRTFL"] == "Y"]
    read = rows["RESULT"].notna() & rows["RANK"].notna()
    expansion = read & (rows["EXPFL"] == "Y")
    waiting = _awaiting(rows[rows["TRTFL"] == "N"])
    first = (
        f"{counted(len(treated), 'treated subject')} in the cut{waiting}: {(read & ~expansion).sum()} of the dose "
        f"finding and {expansion.sum()} of the expansion evaluable or pending"
    )
    doses = notable_doses(treated)
    words = "; ".join(part for part in (first, *_left_out(treated), doses, other_name(view, rows)) if part)
    own = _expansion(expansion.sum(), design, compared)
    return f"{words}. {own}{NO_FILTER} {window(view)}{by_calendar(view)}{after_window(view, treated)}"


def _awaiting(rows: DataFrame) -> str:
    """ " and 1 enrolled or assigned, awaiting the first infusion (S6 at 130 mg/m²/day)"; "" where all were treated."""
    if rows.empty:
        return ""
    places = [row.TRTA if present(row.RANK) else "no planned dose, left out" for row in rows_of(rows)]
    who = first_of(
        [f"{subject} at {place}" for subject, place in zip(rows["SUBJID"], places, strict=True)], MOST_LISTED
    )
    assigned = "or assigned " if rows["AWAITCD"].fillna("").str.contains("ASSIGNED").any() else ""
    return f" and {len(rows)} enrolled {assigned}and awaiting the first infusion ({who})"


def other_name(view: View, rows: DataFrame) -> str:
    """That nobody is in the cohort that the definition names as the expansion, with the cohorts delivered."""
    names, delivered = view.trial.expansion_cohorts, list(rows["COHORT"].dropna().unique())
    if not names or not delivered or (rows["EXPFL"] == "Y").any():
        return ""
    cohorts = ", ".join(sorted(delivered))
    return f"no subject is in the expansion ({' or '.join(names)} in trial.toml; cohorts delivered: {cohorts})"


def _left_out(rows: DataFrame) -> list[str]:
    mute = rows[rows["DLTSTAT"] == "Not evaluable"]
    names = first_of([f"{row.SUBJID} ({why_not_evaluable(row)})" for row in rows_of(mute)], MOST_LISTED)
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


def _sources(view: View, designs: list) -> str:
    """Where the designs come from, and that the protocol's is an assumption where it is one."""
    about = [key for key in ("escalation.rule", "dlt.rule") if key in view.trial.assumptions]
    stated = "The rule is stated in trial.toml" + (" (an assumption of the trial definition). " if about else ". ")
    return stated + " ".join(SOURCES[name_of(design)] for design in designs)
