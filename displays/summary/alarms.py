"""What the board is to look at first: the alarms of every source, the gravest first, beside the previous cut."""

from __future__ import annotations

from pandas import DataFrame

from displays.display import Display, day, display
from displays.groups import everybody
from displays.heart.measurements import every_question
from displays.laboratory.hys_law import asked as hys_law_question
from displays.laboratory.lysis import asked as lysis_question
from displays.stopping.asked import questions as stopping_questions
from displays.summary.alarm import SEVERITIES, Alarm
from displays.summary.alarms_of_events import of_adjudications, of_deaths, of_heart_failure
from displays.summary.alarms_of_hearts import of_lvef, of_qtc, of_unseen
from displays.summary.alarms_of_laboratory import of_aplasia, of_liver, of_lysis
from displays.summary.alarms_of_rules import of_findings, of_stopping_rules
from displays.summary.corrections import of_corrections
from displays.words import counted, sentence
from queries import Filters, View
from queries.frames import rows_of

ALARMS = ("alarms", "Look at these first")
MOST_SHOWN = 6
"""So many lines are drawn; the table has all."""
SOURCES = (
    of_stopping_rules,
    of_deaths,
    of_heart_failure,
    of_lvef,
    of_unseen,
    of_liver,
    of_lysis,
    of_aplasia,
    of_qtc,
    of_findings,
    of_adjudications,
    of_corrections,
)
LABELS = {"RANK": "Rank", "SEVERITY": "Severity", "ALARM": "What was found"}
METHOD = (
    "The gravest first: stopping rules met, that will be met, that cannot be read, or are near (one more event would "
    "meet it); deaths with a fatal event reported as related to the study drug, or without its relation; heart failure "
    "of moderate severity or worse (an unknown severity counts as moderate), with or without an LVEF; LVEF below 50 % "
    "or of CTCAE grade 3 after the first infusion (severe: CTRCD severe, or below 40 %); no ejection fraction "
    "since the first infusion in subjects given another course or with an overdue echocardiogram; candidates of Hy's "
    "law, cholestasis not excluded included (who is near is none); clinical tumour lysis syndrome after course 1 and "
    "aplasia beyond the trial's late day without leukaemia, unless adjudicated a DLT and counted as such; "
    "QTcF above 500 ms; "
    "what was an alarm at the previous cut and is none now; adjudications of a DLT that changed; "
    "findings of the load that could change a decision; corrected values that changed a grade (LVEF of "
    "grade 2 or worse or QTcF above 480 ms in either cut, laboratory results by CTCAE v{ctcae} and adverse events of "
    "grade 3 or worse) "
    "and withdrawn ones (LVEF below 50 %, else grade 3 or worse, or a DLT); LVEF that fell by 10 points or more; "
    "tumour lysis syndrome after course 1 by laboratory alone. "
    "Not assessed: what was not collected, cannot be read or has nothing to be compared with."
)


def alarms(view: View) -> Display:
    """The alarms of this cut, the gravest first; what could not be assessed is said, never taken for none."""
    whole = everybody(view)
    table = _table(whole)
    return display(
        whole,
        *ALARMS,
        finding=_finding(whole, table),
        table=table,
        labels=LABELS,
        formats={"RANK": "integer"},
        population=_population(view.filters),
        method=METHOD.replace("{ctcae}", view.trial.ctcae_version),
        source="Stopping rules: trial.toml. Data: AE, CV, DM, DS, EG, EX, LB, and the findings of the load.",
        questions=(
            *stopping_questions(whole),
            every_question(whole, "LVEF"),
            "heart_unreadable",
            "hearts_without_echo",
            "deaths",
            "symptomatic_hearts",
            "ecg_subjects",
            "ecg_by_dose",
            hys_law_question(whole),
            lysis_question(whole, "1"),
            "late_aplasia",
            "findings_that_decide",
            whole.question("graded_values", keys=None, people=None, days=None),
            "ae_events",
        ),
    )


def _table(view: View) -> DataFrame:
    """A row an alarm: RANK (1 the gravest; none where not assessed), CODE and SEVERITY, ALARM.

    TEXT, WHO (subjects, each with words), PREVIOUS and LEADS (the display that has more) are what a screen draws of it.
    """
    found = [alarm for source in SOURCES for alarm in source(view)]
    found.sort(key=lambda alarm: list(SEVERITIES).index(alarm.severity))
    rows = [_row(number, alarm) for number, alarm in enumerate(found, 1)]
    return DataFrame(rows, columns=["RANK", "CODE", "SEVERITY", "ALARM", "PREVIOUS", "TEXT", "WHO", "LEADS"]).astype(
        {"RANK": "Int64"}
    )


def _row(number: int, alarm: Alarm) -> tuple:
    known = alarm.severity != "not assessed"
    return (
        number if known else None,
        alarm.severity,
        SEVERITIES[alarm.severity],
        sentence(alarm.sentence),
        alarm.previous,
        alarm.text,
        alarm.people,
        alarm.leads,
    )


def _finding(view: View, table: DataFrame) -> list[str]:
    """How many there are, how many of them are new, and the first; what was not assessed."""
    known, open_ = table[table["RANK"].notna()], table[table["RANK"].isna()]
    unknown = sentence(f"not assessed: {'; '.join(open_['TEXT'])}") if len(open_) else ""
    if known.empty:
        return ["No alarm in what could be assessed." if len(open_) else "No alarm.", unknown]
    since = f", {_news(known)} since {day(view.previous_date)}" if view.previous else ""
    return [sentence(f"{counted(len(known), 'alarm')}{since}"), known["ALARM"].iloc[0], unknown]


def _news(known: DataFrame) -> str:
    """ "2 new or changed"."""
    changed = [bool(row.PREVIOUS) or any(who.since for who in row.WHO) for row in rows_of(known)]
    return f"{sum(changed) or 'none'} new or changed"


def _population(chosen: Filters) -> str:
    words = f" The filters now chosen ({chosen.words()}) are not applied here." if chosen.any_set else ""
    return f"Every treated subject and everything delivered; filters do not apply to alarms.{words}"
