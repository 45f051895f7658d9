"""Cardiac adverse events of any grade, overdue and late echocardiograms, and what stands in no chart."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.conduct.currency import gone_words
from displays.display import Display, day, display, not_collected, plain
from displays.drawing import house
from displays.groups import nobody, present, window
from displays.heart.parts import collected, compare, on_day, ring, who
from displays.since import compare_events, gone_events
from displays.words import amount, counted, listed, sentence
from queries import View

EVENT_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "AEDECOD": "Event",
    "AETERM": "As reported",
    "ATOXGR": "Grade",
    "ASTDT": "Onset",
    "ADY": "Day",
    "AENDT": "End",
    "TIMING": "When",
    "CUMDOSE": "Study drug by onset ({unit})",
    "AEREL": "Causality",
    "AESERC": "Serious",
    "DLTFL": "DLT",
    "AEACN": "Action taken",
    "AEOUT": "Outcome",
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}
ECHO_LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose",
    "DISEASE": "Disease",
    "AVISIT": "Visit",
    "STATUS": "Status",
    "DUEDT": "Due",
    "WINHI": "Window ended",
    "DAYSLATE": "Days late",
    "ADT": "Done late on",
    "LASTDT": "Last LVEF on",
    "LASTLVEF": "Last LVEF (%)",
    "LASTCTRCD": "CTRCD then",
    "CUMDOSE": "Study drug ({unit})",
    "NOTE": "Note",
    "BEFORE": "Previous cut",
    "CHANGED": "Change",
}
STATUS = {"Missed": "Done late"}
"""What the reader calls a status: one name for it on every page."""
LEFT_LABELS = {"PARAM": "Measurement", "REASON": "What and why", "N": "Results (n)", "NSUBJ": "Subjects (n)"}
PARAMETER = {
    "SF": "Shortening fraction",
    "GLS": "Strain",
    "TROPONIN": "Troponin",
    "NTPROBNP": "NT-proBNP",
    "QTCF": "QTcF",
    "QTCB": "QTcB",
}
MOST_DRAWN = 60
"""More events than these make no readable chart: the table is shown in its place."""
TIMINGS = ("Before the first infusion", "Inside the DLT window", "After the DLT window")


def cardiac_events(view: View) -> Display:
    """Every cardiac adverse event of any grade at any time, inside the DLT window and after it."""
    name, title = "cardiac_events", "Cardiac adverse events of any grade, at any time"
    if "ae" not in view.cut.delivered:
        return not_collected(view, name, title, "Adverse events")
    now, before = view.ask("heart_events"), view.ask_previous("heart_events")
    table, lost = compare_events(now, before), gone_events(now, before)
    return display(
        view,
        name,
        title=title,
        finding=_events_finding(view, table),
        table=table,
        labels=_event_labels(view),
        formats={"CUMDOSE": "amount", "ATOXGR": "integer"},
        figure=_events_figure(view, table) if 0 < table["ADY"].notna().sum() <= MOST_DRAWN else None,
        population=_events_population(view, table, lost),
        method="Cardiac: system organ class Cardiac disorders, or a preferred term that the trial definition lists under heart (ejection fraction, troponin, QT and others "
        f"that MedDRA codes elsewhere). {window(view) + ' ' if view.trial.defined else ''}A partial onset is placed at its earliest possible day.",
        source="Data: AE, EX. Terms: trial.toml.",
        questions=("heart_events",),
    )


def _event_labels(view: View) -> dict[str, str]:
    """Without a trial definition there is no DLT window to be inside of."""
    return {
        column: words
        for column, words in EVENT_LABELS.items()
        if view.trial.defined or column not in ("TIMING", "DLTFL")
    }


def _events_finding(view: View, table: DataFrame) -> str:
    treated = len(view.ask("heart_subjects"))
    if not treated:
        return nobody(view)
    if table.empty:
        return f"No cardiac adverse event was reported in {counted(treated, 'treated subject')}."
    words = f"{counted(len(table), 'cardiac event')} in {table['USUBJID'].nunique()} of {counted(treated, 'treated subject')}{_begun_before(table)}"
    if view.trial.defined:
        words += f"; {int((table['TIMING'] == TIMINGS[2]).sum())} of them after the DLT window"
    return sentence(f"{words}; {_worst_events(table)}")


def _begun_before(table: DataFrame) -> str:
    """How many events began before treatment, and what is left without them; empty where none did."""
    before, since = table[table["TIMING"] == TIMINGS[0]], table[table["TIMING"] != TIMINGS[0]]
    if before.empty:
        return ""
    return f"; {len(before)} of them began before the first infusion ({len(since)} in {counted(since['USUBJID'].nunique(), 'subject')} since)"


def _worst_events(table: DataFrame) -> str:
    graded = table[table["ATOXGR"].notna()]
    if graded.empty:
        return f"none is graded, {int((table['AESEV'].str.upper() == 'SEVERE').sum())} severe as delivered"
    high = graded[graded["ATOXGR"] >= 3]
    named = listed([f"{row.SUBJID} {row.AEDECOD} (grade {row.ATOXGR}, {on_day(row.ADY)})" for row in high.itertuples()])
    return f"grade 3 or worse: {named}" if len(high) else f"none of the {len(graded)} graded is of grade 3 or worse"


def _events_population(view: View, table: DataFrame, lost: DataFrame) -> str:
    undated, ungraded = int(table["ADY"].isna().sum()), int(table["ATOXGR"].isna().sum())
    words = sentence(f"{counted(len(view.ask('heart_subjects')), 'treated subject')}; {counted(len(table), 'event')}")
    words += f" {counted(undated, 'event')} without an onset date, in the table alone." if undated else ""
    words += f" {counted(ungraded, 'event')} without a grade." if ungraded else ""
    if view.previous:
        kinds = table["CHANGED"].value_counts()
        words += f" Since {day(view.previous.date)}: {kinds.get('new', 0)} new, {kinds.get('changed', 0)} changed, {len(lost)} gone"
        words += f" ({listed([f'{row.SUBJID} {row.AEDECOD}' for row in lost.itertuples()])})." if len(lost) else "."
    return words


def _events_figure(view: View, table: DataFrame) -> go.Figure:
    rows = table[table["ADY"].notna()].sort_values(["ADY", "SUBJID"], ascending=False).reset_index(drop=True)
    edge, width = ring(rows["CHANGED"])
    marks = go.Scatter(
        x=rows["ADY"],
        y=rows.index,
        mode="markers+text",
        showlegend=False,
        cliponaxis=False,
        customdata=rows[["USUBJID"]],
        marker=dict(
            size=17,
            opacity=1,
            color=[house.GRADE.get(g, house.PAPER) if present(g) else house.PAPER for g in rows["ATOXGR"]],
            line=dict(color=edge, width=width),
        ),
        text=[f"{g}" if present(g) else "?" for g in rows["ATOXGR"]],
        textfont=dict(size=11, color=["#ffffff" if present(g) and g >= 3 else house.INK for g in rows["ATOXGR"]]),
        hovertext=[_event_hover(row, view.trial.amount_unit) for row in rows.itertuples()],
        hoverinfo="text",
    )
    low, high = (
        min(rows["ADY"].min(), 0),
        max(max(_last_day(row) for row in rows.itertuples()), view.trial.dlt_window_days),
    )
    pad = 0.06 * (high - low)
    fig = house.figure(
        _courses(rows),
        marks,
        height=130 + 44 * len(rows),
        margin=dict(t=30, l=14, r=14),
        xaxis=dict(title="Day since first infusion (number: grade)", range=[low - pad, high + pad]),
        yaxis=dict(visible=False, range=[-0.6, len(rows) - 0.2]),
    )
    if view.trial.defined:
        fig.add_vrect(x0=0.5, x1=view.trial.dlt_window_days + 0.5, fillcolor="#eef2f5", line_width=0, layer="below")
        fig.add_annotation(
            x=0.5,
            xanchor="left",
            y=1,
            yref="paper",
            yanchor="bottom",
            text="DLT window",
            showarrow=False,
            font=dict(size=12, color=house.MUTED),
        )
    for row in rows.itertuples():
        place = (row.ADY - low) / (high - low)
        fig.add_annotation(
            x=row.ADY,
            y=row.Index + 0.28,
            xanchor="left" if place < 0.33 else "center" if place < 0.67 else "right",
            yanchor="bottom",
            showarrow=False,
            font=dict(size=12),
            text=f"{plain(row.SUBJID)} {plain(row.AEDECOD)}" + (" (new)" if row.CHANGED == "new" else ""),
        )
    return fig


def _courses(rows: DataFrame) -> go.Scatter:
    """From onset to end; an event without an end runs on to the cut."""
    x, y = [], []
    for row in rows.itertuples():
        x += [row.ADY, _last_day(row), None]
        y += [row.Index, row.Index, None]
    return go.Scatter(x=x, y=y, mode="lines", line=dict(color="#a9b8c4", width=3), hoverinfo="skip", showlegend=False)


def _last_day(row) -> int:
    return max(row.AENDY if present(row.AENDY) else row.CUTDY, row.ADY)


def _event_hover(row, unit: str) -> str:
    end = f"day {int(row.AENDY)}" if present(row.AENDY) else "no end reported"
    grade = f"grade {row.ATOXGR}" if present(row.ATOXGR) else "not graded"
    return f"{who(row)}<br>{plain(row.AEDECOD)}, {grade}<br>{on_day(row.ADY)} to {end}; {row.TIMING.lower()}<br>study drug by onset {amount(row.CUMDOSE)} {unit}"


def overdue_echos(view: View) -> Display:
    """Whose heart should have been looked at and was not."""
    name, title = "overdue_echos", "Overdue and late echocardiograms"
    if not (view.trial.content.get("schedule") and collected(view, "LVEF", "SF", "GLS")):
        return not_collected(
            view,
            name,
            title,
            "An echocardiogram schedule" if collected(view, "LVEF", "SF", "GLS") else "Echocardiograms",
        )
    table = compare(
        _named(view.ask("heart_overdue")),
        _named(view.ask_previous("heart_overdue")),
        ("USUBJID", "AVISIT"),
        lambda row: row.STATUS,
    )
    table["NOTE"] = [_echo_note(row) for row in table.itertuples()]
    counts = view.ask("heart_echo_status")
    return display(
        view,
        name,
        title=title,
        finding=_echo_finding(view, table, counts),
        table=table,
        labels=ECHO_LABELS,
        formats={"CUMDOSE": "amount", "LASTLVEF": "decimal1"},
        population=_echo_population(counts),
        method="Overdue: the window closed before the cut and none was done in it or since, in a subject treated, alive and on study at the due date; "
        "in one since dead or off study it can no longer be done and stands apart. Done late: none in the window but one later. Days late: from the end of the "
        "window to the cut, or to the later echocardiogram. Due on treatment: after the first infusion; baselines stand apart.",
        source="Schedule: trial.toml"
        + (" (assumption)" if "schedule" in view.trial.assumptions else "")
        + ". Data: CV, EX, DS.",
        questions=("heart_overdue", "heart_echo_status", "heart_unseen"),
    )


def _named(echos: DataFrame | None) -> DataFrame | None:
    return None if echos is None else echos.assign(STATUS=echos["STATUS"].replace(STATUS))


def _echo_note(row) -> str:
    return "; ".join(["since dead or off study"] * (row.GONEFL == "Y") + ["baseline"] * (row.BASEFL == "Y"))


def _echo_finding(view: View, table: DataFrame, counts: DataFrame) -> str:
    if counts.empty:
        return nobody(view)
    due = _count(counts, "Done", "Missed", "Overdue")
    treatment = table[table["BASEFL"].isna()]
    late = treatment[(treatment["STATUS"] == "Overdue") & (treatment["GONEFL"] == "N")]
    words = f"{len(late)} of {counted(due, 'echocardiogram')} due on treatment {'is' if len(late) == 1 else 'are'} overdue, in {counted(late['USUBJID'].nunique(), 'subject')}"
    if len(late):
        words += f" ({listed(list(dict.fromkeys(late['SUBJID'])))}), the longest by {int(late['DAYSLATE'].max())} days"
    words += gone_words(_count(counts, "Overdue", gone="Y"))
    made_up = _count(counts, "Missed")
    return sentence(words + f"; {made_up} {'was' if made_up == 1 else 'were'} done late") + _unseen_words(
        view.ask("heart_unseen")
    )


def _count(counts: DataFrame, *statuses: str, base: str = "N", gone: str | None = None) -> int:
    rows = counts[counts["STATUS"].isin(statuses) & (counts["BASEFL"] == base)]
    return int(rows.loc[rows["GONEFL"] == gone, "N"].sum() if gone else rows["N"].sum())


def _unseen_words(further: DataFrame) -> str:
    """Who was dosed further though nobody looked at the heart."""
    unseen = further[further["NLATER"] == 0]
    if unseen.empty:
        return ""
    named = listed([f"{row.SUBJID} ({counted(int(row.NCOURSE), 'course')}, {row.TRTA})" for row in unseen.itertuples()])
    return f" {len(unseen)} of {counted(len(further), 'subject')} given a further course {'has' if len(unseen) == 1 else 'have'} no ejection fraction since the first infusion: {named}."


def _echo_population(counts: DataFrame) -> str:
    told = ", ".join(
        f"{_count(counts, status)} {STATUS.get(status, status).lower()}"
        for status in ("Done", "Overdue", "Missed", "Not due", "Not expected")
    )
    baseline = f"{_count(counts, 'Done', base='Y')} of {_count(counts, 'Done', 'Overdue', 'Missed', base='Y')}"
    return f"Scheduled echocardiograms of treated subjects on treatment: {told}. Baseline: {baseline} done."


def heart_left_out(view: View) -> Display:
    """What was delivered of heart and ECG and stands in no chart, or stands there unjudged."""
    name, title = "heart_left_out", "What these charts leave out"
    if not collected(view, "LVEF", "SF", "GLS", "TROPONIN", "NTPROBNP", "ECG"):
        return not_collected(view, name, title, "Heart measurements and ECG")
    table = view.ask("heart_left_out")
    table["PARAM"] = [PARAMETER.get(code, code) for code in table["PARAM"]]
    total = int(table["N"].sum()) if len(table) else 0
    if total:
        finding = f"{counted(total, 'result')} {'is' if total == 1 else 'are'} left out or not judged; the reasons stand below."
    else:
        finding = "Every delivered result is shown and judged." if len(view.ask("heart_subjects")) else nobody(view)
    return display(
        view,
        name,
        title=title,
        finding=sentence(finding),
        table=table,
        labels=LEFT_LABELS,
        population="Results of treated subjects within the filters.",
        method="Results that no chart of this page shows, or shows without judging them.",
        source="Data: CV, LB, EG.",
        questions=("heart_left_out",),
    )
