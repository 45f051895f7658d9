"""Times to an event: whose they are, how long they were followed, who has the event but no time."""

from __future__ import annotations

from pandas import DataFrame

from displays.drawing import crowd, house
from displays.groups import dose_colours
from displays.since import SINCE_LABELS, compare
from displays.words import counted
from queries import View
from stats.survival import median

MONTH_DAYS = 30.4375
UNDATED = "Death, date unknown"
AFTER_CUT = "Censored: died after the data cut"
FOLLOW_UP = " Follow-up: Schemper and Smith, Control Clin Trials 1996;17:343."
TIMES = "A time counts its first and its last day; a month is 30.4 days. "
TRANSPLANTS = (
    "A transplant or later therapy itself does not censor (an estimate censored at it stands beside the duration of "
    "remission), but a remission without a disease assessment after it is censored at the "
    "last one before. That censoring is informative: who is transplanted depends on how the subject fares, so the "
    "curve may not hold for those transplanted. "
)
LABELS = {
    "SUBJID": "Subject",
    "GROUP": "Group",
    "STARTDT": "From",
    "ADT": "To",
    "AVAL": "Days",
    "EVNTDESC": "What ended the time",
    "TRANSPLANT": "Transplant in between",
    "LATERTRANSPLANT": "Transplant after censoring",
    "AT_RISK": "At risk",
    "ESTIMATE": "Estimate",
    "LOWER": "95 % CI from",
    "UPPER": "95 % CI to",
} | SINCE_LABELS
CENSORED_LABELS = {
    "AVALT": "Days, censored at transplant or later therapy",
    "EVNTDESCT": "What ended that time",
}
CENSORED_FORMATS = {"AVALT": "integer"}
FORMATS = {
    "STARTDT": "date",
    "ADT": "date",
    "ESTIMATE": "percent",
    "LOWER": "percent",
    "UPPER": "percent",
    "AVAL": "integer",
}


def times(view: View, endpoint: str) -> tuple[DataFrame, DataFrame]:
    """The subjects of an end point (AVAL days, EVENT 1 or 0) with GROUP, SINCE, PREVIOUS; and those without a time."""
    answer = view.ask("survival_times", endpoint=endpoint)
    timed = answer[answer.AVAL.notna()].reset_index(drop=True).astype({"AVAL": int})
    by_disease = timed.DISEASE.notna().any()
    group = timed.DISEASE.fillna("Disease not stated") if by_disease else timed.TRTA
    subjects = _with_news(timed.assign(GROUP=group), view.ask_previous("survival_times", endpoint=endpoint))
    order = ["GROUP"] if by_disease else ["TRTAN", "GROUP"]
    return subjects.sort_values([*order, "AVAL", "USUBJID"], ignore_index=True), answer[answer.AVAL.isna()]


def _with_news(subjects: DataFrame, before: DataFrame | None) -> DataFrame:
    """An event that the previous cut did not have is new; a longer follow-up alone is not a change."""
    table = compare(subjects, before, ("USUBJID",), lambda row: row.EVENT, words=lambda then, _: then.EVNTDESC).rows
    happened = (table.EVENT == 1) & (table.SINCE != "")
    return table.assign(SINCE=table.SINCE.where(table.SINCE == "changed", "").mask(happened, "new"))


def joined(rows: DataFrame, curve: DataFrame) -> DataFrame:
    """Each subject with the estimate just after its own time; curve: time (days), at_risk, ESTIMATE, lower, upper."""
    curve = curve.rename(columns={"time": "AVAL", "at_risk": "AT_RISK", "lower": "LOWER", "upper": "UPPER"})
    columns = ["AVAL", "AT_RISK", "ESTIMATE", "LOWER", "UPPER"]
    found = rows.merge(curve[columns], on="AVAL", how="left", validate="many_to_one")
    return found.assign(MONTHS=found.AVAL / MONTH_DAYS)


def with_censored(table: DataFrame, censored: DataFrame) -> DataFrame:
    """Each subject with the time that is censored at transplant or later therapy: AVALT days, EVENTT 1 or 0."""
    names = {"AVAL": "AVALT", "EVENT": "EVENTT", "EVNTDESC": "EVNTDESCT"}
    other = censored[["USUBJID", *names]].rename(columns=names)
    return table.merge(other, on="USUBJID", how="left", validate="one_to_one")


def months(days: float) -> str:
    """Days in months, "not reached" where undefined."""
    return "not reached" if days != days else f"{days / MONTH_DAYS:.1f} months"


def lost_early(view: View) -> str:
    """How many remissions are not among the durations since they were lost before the days that the protocol asks."""
    best = view.ask("response_best")
    lost = int(((best.RSPFL == "Y") & (best.REMFL == "N")).sum())
    words = f"{counted(lost, 'remission')} lost within {view.trial.response.confirmation_days} days, not among these."
    return words.capitalize() if lost else ""


def population(table: DataFrame, untimed: DataFrame, of: str, lost: str = "") -> str:
    """How many were followed and how long, who was transplanted, and who is left out."""
    after_cut = int((table.EVNTDESC == AFTER_CUT).sum())
    words = [
        f"{counted(len(table), of)}; {_transplants(table)}.",
        _followed(table),
        f"{counted(after_cut, 'death')} after the data cut, not counted." if after_cut else "",
        without_time(untimed),
        lost,
        crowd.words(table, f"the {crowd.NAMED} whose event came first", "the curves and the table are of all"),
    ]
    return " ".join(filter(None, words))


def _transplants(table: DataFrame) -> str:
    within, later = int(table.TRANSPLANT.sum()), int(table.LATERTRANSPLANT.sum())
    words = f"{within} with a transplant within the time"
    more = f"; {later} more had a transplant after their last assessment and are censored there"
    return words + (more if later else "")


def _followed(table: DataFrame) -> str:
    """Median follow-up: the Kaplan-Meier median of being still followed, where an event ends the knowledge of it."""
    followed = table[table.EVENT == 0].AVAL
    span = f"; those without the event {followed.min()} to {followed.max()} days" if len(followed) else ""
    return f"Median follow-up {months(median(table.AVAL, 1 - table.EVENT).estimate)} (reverse Kaplan-Meier{span})."


def without_time(untimed: DataFrame) -> str:
    """Who has the event but no time; empty where nobody."""
    undated = int((untimed.EVNTDESC == UNDATED).sum())
    early = len(untimed) - undated
    words = [
        f"{counted(undated, 'death')} without a date, left out: no time." if undated else "",
        f"{counted(early, 'subject')} left out: the event is dated before the start." if early else "",
    ]
    return " ".join(filter(None, words))


def colours(view: View, table: DataFrame) -> dict[str, str]:
    """Group → colour: of the disease, or where none was stated of the dose."""
    groups = list(table.GROUP.unique())
    if table.DISEASE.notna().any():
        return {group: house.disease_colour(group) for group in groups}
    found = dose_colours(view, groups)
    return {group: found[group] for group in groups}
