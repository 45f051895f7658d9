"""Duration of remission, relapse and survival: Kaplan-Meier and cumulative incidence with the numbers at risk."""

from __future__ import annotations

from pandas import DataFrame, concat

from displays.display import Display, display, not_collected
from displays.drawing import house
from displays.groups import no_subjects
from displays.remission.rates import caveat, without_responses
from displays.remission.survival_figure import FEW, curve_figure
from displays.words import counted, percent, percent_range
from queries import View
from stats.survival import cumulative_incidence, kaplan_meier, median, numbers_at_risk

MONTH_DAYS = 30.4375
INCIDENCE_MONTHS = 3
UNDATED = "Death, date unknown"
KAPLAN_MEIER = (
    "Kaplan and Meier, J Am Stat Assoc 1958;53:457; Greenwood's variance with log-log limits (Kalbfleisch and Prentice 2002); "
    "median limits: Brookmeyer and Crowley, Biometrics 1982;38:29."
)
FOLLOW_UP = " Follow-up: Schemper and Smith, Control Clin Trials 1996;17:343."
TIMES = "A time counts its first and its last day; a month is 30.4 days. "
TRANSPLANTS = (
    "A transplant itself does not censor, but a remission without a disease assessment after it is censored at the last one before. "
    "That censoring is informative: who is transplanted depends on how the subject fares, so the curve may not hold for those transplanted. "
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
    "CHANGED": "Change",
}
FORMATS = {
    "STARTDT": "date",
    "ADT": "date",
    "ESTIMATE": "percent",
    "LOWER": "percent",
    "UPPER": "percent",
    "AVAL": "integer",
}


def duration_of_remission(view: View) -> Display:
    """How long remissions last: Kaplan-Meier by disease; a transplant itself censors nothing."""
    title = "Duration of remission"
    return without_responses(view, "duration_of_remission", title) or _kaplan_meier(
        view,
        "duration_of_remission",
        title,
        "DOR",
        what="relapse or death",
        of="remission",
        start="first remission",
        axis="Still in remission (%)",
        nobody_finding="No subject among those selected has reached remission.",
        method="From the investigator's first CR or CRi (in AML also CRh) to relapse, progression or death, whichever comes first; others are censored at their last "
        "disease assessment. " + TRANSPLANTS,
    )


def overall_survival(view: View) -> Display:
    """How long subjects live after the first infusion: Kaplan-Meier by disease."""
    title = "Overall survival"
    if "ex" not in view.cut.delivered:
        return not_collected(view, "overall_survival", title, "Infusions")
    return _kaplan_meier(
        view,
        "overall_survival",
        title,
        "OS",
        what="death",
        of="treated subject",
        start="first infusion",
        axis="Alive (%)",
        nobody_finding="No subjects match the filters.",
        method="From the first infusion to death of any cause; others are censored at the last dated record that shows them alive, at the latest at the data cut. ",
    )


def _kaplan_meier(
    view: View,
    name: str,
    title: str,
    endpoint: str,
    *,
    what: str,
    of: str,
    start: str,
    axis: str,
    nobody_finding: str,
    method: str,
) -> Display:
    subjects, untimed = _subjects(view, endpoint)
    if subjects.empty:
        return no_subjects(view, name, title, _left_out(untimed) or nobody_finding)
    table = concat([_on_curve(rows) for _, rows in subjects.groupby("GROUP", sort=False)], ignore_index=True)
    return display(
        view,
        name,
        title=title,
        table=table,
        labels=LABELS,
        formats=FORMATS,
        finding=" ".join(
            filter(
                None,
                [
                    *(_spoken(group, rows, what, of) for group, rows in table.groupby("GROUP", sort=False)),
                    _since(table, what),
                    _left_out(untimed),
                ],
            )
        ),
        figure=curve_figure(
            table, _colours(view, table), axis_title=axis, time_title=f"Months since the {start}", start=1.0
        ),
        population=_population(table, untimed, of),
        method=method + "Limits are log-log. " + TIMES + caveat(view),
        source=KAPLAN_MEIER + FOLLOW_UP,
        questions=(view.question("survival_times", endpoint=endpoint),),
    )


def relapse_incidence(view: View) -> Display:
    """How many remissions have ended in relapse by each time, with death in remission as the competing event."""
    name, title = "relapse_incidence", "Cumulative incidence of relapse"
    absent = without_responses(view, name, title)
    if absent:
        return absent
    subjects, untimed = _subjects(view, "DOR")
    if subjects.empty:
        return no_subjects(
            view, name, title, _left_out(untimed) or "No subject among those selected has reached remission."
        )
    table = concat([_on_incidence(rows) for _, rows in subjects.groupby("GROUP", sort=False)], ignore_index=True)
    numbers = [_incidence_spoken(group, rows) for group, rows in table.groupby("GROUP", sort=False)]
    return display(
        view,
        name,
        title=title,
        finding=" ".join([*numbers, *filter(None, [_left_out(untimed)])]),
        table=table,
        labels=LABELS,
        formats=FORMATS,
        figure=curve_figure(
            table,
            _colours(view, table),
            axis_title="Relapsed (%)",
            time_title="Months since the first remission",
            start=0.0,
        ),
        population=_population(table, untimed, "remission"),
        method="Aalen-Johansen estimate with death in remission as competing event. "
        + TRANSPLANTS
        + f"The estimate is given at {INCIDENCE_MONTHS} months, or at the last month before with {FEW} subjects at risk. "
        + TIMES
        + caveat(view),
        source="Aalen and Johansen 1978; variance of Aalen 1978; limits: Choudhury, Stat Med 2002;21:1129." + FOLLOW_UP,
        questions=(view.question("survival_times", endpoint="DOR"),),
    )


def _subjects(view: View, endpoint: str) -> tuple[DataFrame, DataFrame]:
    """The subjects of an end point with GROUP and CHANGED, and those who have no time."""
    answer = view.ask("survival_times", endpoint=endpoint)
    subjects = answer[answer.AVAL.notna()].reset_index(drop=True).astype({"AVAL": int})
    group = subjects.DISEASE.fillna("Disease not stated") if subjects.DISEASE.notna().any() else subjects.TRTA
    subjects = subjects.assign(
        GROUP=group, CHANGED=_changes(subjects, view.ask_previous("survival_times", endpoint=endpoint))
    )
    order = ["GROUP"] if subjects.DISEASE.notna().any() else ["TRTAN", "GROUP"]
    return subjects.sort_values([*order, "AVAL", "USUBJID"], ignore_index=True), answer[answer.AVAL.isna()]


def _changes(subjects: DataFrame, before: DataFrame | None) -> list[str]:
    """An event that the previous cut did not have is new; a longer follow-up alone is no change."""
    if before is None:
        return [""] * len(subjects)
    known = dict(zip(before.USUBJID, before.EVENT))
    return [
        "new" if r.EVENT and not known.get(r.USUBJID) else "changed" if known.get(r.USUBJID) and not r.EVENT else ""
        for r in subjects.itertuples()
    ]


def _on_curve(rows: DataFrame) -> DataFrame:
    """Each subject with the Kaplan-Meier estimate just after its own time."""
    curve = kaplan_meier(rows.AVAL, rows.EVENT)
    return _joined(rows, curve.rename(columns={"survival": "ESTIMATE"}))


def _on_incidence(rows: DataFrame) -> DataFrame:
    codes = [{"Relapse": 1, "Death in remission": 2}.get(text, 0) for text in rows.EVNTDESC]
    return _joined(rows, cumulative_incidence(rows.AVAL, codes, cause=1).rename(columns={"incidence": "ESTIMATE"}))


def _joined(rows: DataFrame, curve: DataFrame) -> DataFrame:
    curve = curve.rename(columns={"time": "AVAL", "at_risk": "AT_RISK", "lower": "LOWER", "upper": "UPPER"})
    joined = rows.merge(
        curve[["AVAL", "AT_RISK", "ESTIMATE", "LOWER", "UPPER"]], on="AVAL", how="left", validate="many_to_one"
    )
    return joined.assign(MONTHS=joined.AVAL / MONTH_DAYS)


def _spoken(group: str, rows: DataFrame, what: str, of: str) -> str:
    middle = median(rows.AVAL, rows.EVENT)
    limits = (
        ""
        if middle.lower != middle.lower
        else f"95 % CI {_months(middle.lower)} "
        + ("or more" if middle.upper != middle.upper else f"to {_months(middle.upper)}")
    )
    notes = "; ".join(filter(None, [limits, _resting(rows, middle.estimate)]))
    return f"{group}: {what} in {rows.EVENT.sum()} of {counted(len(rows), of)}; median {_months(middle.estimate)}{f' ({notes})' if notes else ''}."


def _resting(rows: DataFrame, days: float) -> str:
    """How many were at risk at the median: a median of the last one or two followed is hardly one."""
    if days != days:
        return ""
    at_risk = numbers_at_risk(rows.AVAL, [days])[0]
    return f"{at_risk} at risk" + (": rests on few subjects" if at_risk < FEW else "")


def _incidence_spoken(group: str, rows: DataFrame) -> str:
    causes = rows.EVNTDESC.value_counts()
    words = f"{group}: {causes.get('Relapse', 0)} of {counted(len(rows), 'remission')} relapsed, {causes.get('Death in remission', 0)} died in remission; "
    month = next((m for m in range(INCIDENCE_MONTHS, 0, -1) if numbers_at_risk(rows.MONTHS, [m])[0] >= FEW), None)
    if month is None:
        return words + f"no estimate, fewer than {FEW} at risk at 1 month."
    seen = rows[rows.MONTHS <= month].tail(1)
    estimate = 0.0 if seen.empty else seen.ESTIMATE.iloc[0]
    limits = (
        f"95 % CI {percent_range(seen.LOWER.iloc[0], seen.UPPER.iloc[0])}"
        if estimate > 0 and seen.LOWER.notna().all()
        else "no interval"
    )
    return (
        words
        + f"incidence of relapse {percent(estimate)} at {counted(month, 'month')} ({limits}; {numbers_at_risk(rows.MONTHS, [month])[0]} at risk)."
    )


def _months(days: float) -> str:
    return "not reached" if days != days else f"{days / MONTH_DAYS:.1f} months"


def _since(table: DataFrame, what: str) -> str:
    new = sum(table.CHANGED == "new")
    return f"{counted(new, 'event').capitalize()} ({what}) since the previous meeting." if new else ""


def _population(table: DataFrame, untimed: DataFrame, of: str) -> str:
    transplants = f"{sum(table.TRANSPLANT)} with a transplant within the time"
    if later := sum(table.LATERTRANSPLANT):
        transplants += f"; {later} more had a transplant after their last assessment and are censored there"
    cut = sum(table.EVNTDESC == "Censored: died after the data cut")
    after = f"{counted(cut, 'death')} after the data cut, not counted." if cut else ""
    return " ".join(
        filter(None, [f"{counted(len(table), of)}; {transplants}.", _followed(table), after, _left_out(untimed)])
    )


def _followed(table: DataFrame) -> str:
    """Median follow-up: the Kaplan-Meier median of being still followed, where an event ends the knowledge of it."""
    followed = table[table.EVENT == 0].AVAL
    range_ = f"; those without the event {followed.min()} to {followed.max()} days" if len(followed) else ""
    return f"Median follow-up {_months(median(table.AVAL, 1 - table.EVENT).estimate)} (reverse Kaplan-Meier{range_})."


def _left_out(untimed: DataFrame) -> str:
    """Who has the event but no time, in words."""
    undated = sum(untimed.EVNTDESC == UNDATED)
    early = len(untimed) - undated
    return " ".join(
        filter(
            None,
            [
                f"{counted(undated, 'death')} without a date, left out: no time." if undated else "",
                f"{counted(early, 'subject')} left out: the event is dated before the start." if early else "",
            ],
        )
    )


def _colours(view: View, table: DataFrame) -> dict[str, str]:
    groups = list(table.GROUP.unique())
    if table.DISEASE.notna().any():
        return {group: house.disease_colour(group) for group in groups}
    return house.dose_colours(groups, view.cut.dose_labels)
