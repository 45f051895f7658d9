"""Who is in remission and who is evaluable for response, as the reader sees it, with the sources."""

from __future__ import annotations

from displays.display import Display, not_collected
from displays.words import counted, listed
from queries import View
from queries.frames import rows_of

SOURCE = (
    "AML: ELN 2022 (Döhner, Blood 2022;140:1345). ALL: marrow below 5 % blasts with recovered counts, no recurrence "
    "for 4 weeks (Biol Blood Marrow Transplant 2010;16:1187). Intervals: Clopper and Pearson 1934."
)
RULES = (
    "Remission is {kinds} by the investigator, up to a transplant or a later antileukaemic therapy (by category, or a "
    "drug of the trial's list); after it an assessment does not count toward best response, while relapse and death "
    "still end a remission. {confirmation}Of several assessments that differ on one day the least favourable counts; a "
    "partial date counts as early as it can mean, but for nothing where it may be after the transplant or therapy; an "
    "assessment after death counts for nothing. Response-evaluable: treated and assessed, or died by day {days} "
    "without an assessment while on study (early death) or progressed before one, which counts as no response. Not "
    "evaluable: left the study or died later without an assessment, or has only assessments whose response or date "
    "cannot be read. A subject without an assessment that could be evaluated is awaiting it until day {days}. All "
    "enrolled is the intention to treat. "
)
CONFIRMATION = (
    "In {diseases} the protocol asks that a remission lasts {days} days: one lost by relapse or progression before "
    "(assessed, or told by a disposition or adverse event without a later remission) is not counted, with the rate as "
    "assessed beside it; one not yet observed so long counts and is marked, with the "
    "rate of those confirmed beside it. Only a later CR, CRh or CRi confirms; a PR or NR within the days contradicts "
    "the remission, and one that cannot be read leaves it not known. "
)
CAVEAT = (
    "Phase I with small numbers and no control group: the numbers describe these subjects and do not prove an effect "
    "of dose or disease."
)
NO_REMISSION = "No subject among those selected has reached remission."


def rules(view: View) -> str:
    """Who is in remission and who is evaluable, with the trial's own kinds of remission and days."""
    days = view.trial.first_assessment_days
    return RULES.format(kinds=kinds(view), confirmation=confirmation(view), days=days)


def kinds(view: View) -> str:
    """The responses that are a remission: "CR, CRh or CRi"; by disease where they differ."""
    by_disease = view.trial.response.remission
    if len(set(by_disease.values())) == 1:
        return _either(next(iter(by_disease.values())))
    named = [f"in {code} {_either(names)}" for code, names in by_disease.items() if code]
    return f"{'; '.join(named)}; in a disease that was not stated {_either(by_disease[''])}"


def doubts(view: View) -> str:
    """The remissions that a later assessment leaves open: not read, or PR or NR; empty without any."""
    counts = view.ask("remission_doubt_counts").iloc[0]
    parts = {
        "a later assessment could not be read or dated": int(counts.NUNREAD),
        "relapse or progression is recorded outside the assessments, and not counted": int(counts.NTOLD),
        "PR or NR followed, a relapse or a contradiction": int(counts.NAGAINST),
    }
    known = [f"in {number} {words}" for words, number in parts.items() if number]
    lasted = f"{counted(int(counts.NDOUBT), 'remission')} lasted or may have ended in relapse or progression"
    return f"Not known whether {lasted}: {listed(known)}." if known else ""


def not_confirmed(view: View) -> str:
    """ "4 in ALL not confirmed": the remissions that count where the protocol asks that they last and that have not
    been seen to; "" for none."""
    rows = view.ask("remission_by_disease").query("ANALYSISN == 1 and NCONF.notna()")
    numbers = {row.DISEASE: int(row.REMISSION - row.NCONF) for row in rows_of(rows)}
    open_ = [f"{number} in {disease(name)}" for name, number in numbers.items() if number]
    return f"{listed(open_)} not confirmed" if open_ else ""


def _either(names: tuple[str, ...]) -> str:
    return listed(list(names)).replace(" and ", " or ")


def confirmation(view: View) -> str:
    """Where the protocol asks that a remission lasts, and what that decides; empty where it does not."""
    settings = view.trial.response
    if not settings.confirmation:
        return ""
    return CONFIRMATION.format(diseases=listed(list(settings.confirmation)), days=settings.confirmation_days)


def caveat(view: View) -> str:
    """What a phase I trial cannot show; a delivery without a trial's definition may be any other trial."""
    return CAVEAT if view.trial.defined else "The display describes; it is not a comparison of groups."


def responses_collected(view: View) -> bool:
    """Whether this cut holds response assessments at all, whatever the filters leave."""
    return bool(view.cut.ask("response_collected").ASSESSED[0])


def no_responses(view: View, name: str, title: str) -> Display:
    """The display of a cut without response assessments."""
    return not_collected(view, name, title, "Response assessments", "rs")


def disease(code: str) -> str:
    """A disease within a sentence."""
    return "a disease that was not stated" if code == "Not stated" else code
