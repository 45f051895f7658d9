"""Remission rates with exact limits: ALL and AML beside each other, their denominators and the rates beside them."""

from __future__ import annotations

import pandas
from pandas import DataFrame

from displays.display import Display, display
from displays.drawing import house
from displays.drawing.interval_rows import interval_rows
from displays.groups import behind, key_of, no_subjects
from displays.remission.definitions import SOURCE, caveat, disease, doubts, no_responses, responses_collected, rules
from displays.remission.reasons import without_response
from displays.since import SINCE_LABELS, compare
from displays.words import counted, first_parts, listed, percent_range, rate
from queries import View
from queries.frames import rows_of
from stats.proportions import interval

BY_DISEASE = {
    "DISEASE": "Disease",
    "ANALYSIS": "Subjects",
    "REMISSION": "In remission",
    "N": "Of",
    "RATE": "Rate",
    "LOWER": "95 % CI from",
    "UPPER": "95 % CI to",
    "NCR": "CR",
    "NCRH": "CRh",
    "NCRI": "CRi",
    "NCONF": "Confirmed",
    "NOTDUE": "Not yet due",
    "UNCONF": "Not confirmed",
    "CONFRATE": "Rate confirmed",
    "LOST": "Lost early (not counted)",
    "RESPONDED": "As assessed",
    "INDEPREM": "By independent reader",
    "NINDEP": "Of (by reader)",
    "EARLY": "Early death or progression",
    "AWAITING": "Awaiting first assessment",
    "NOTEVAL": "Not evaluable",
} | SINCE_LABELS
FORMATS = {"RATE": "percent", "LOWER": "percent", "UPPER": "percent", "CONFRATE": "percent"}


REMISSION_RATE = ("remission_rate", "Remission by disease")


def remission_rate(view: View) -> Display:
    """How many subjects with ALL and with AML reached remission, of those evaluable, treated and enrolled."""
    if not responses_collected(view):
        return no_responses(view, *REMISSION_RATE)
    table = _with_confirmed_rate(with_limits(_by_disease(view)))
    if not table[["N", "AWAITING", "NOTEVAL"]].to_numpy().any():
        return no_subjects(view, *REMISSION_RATE)
    rates = [
        f"{rate(row.REMISSION, row.N)} with {disease(row.DISEASE)}" for row in rows_of(table[table.ANALYSISN == 1])
    ]
    return display(
        view,
        *REMISSION_RATE,
        finding=[
            f"Remission in {listed(rates)}.",
            *_possible(table),
            *beside(table, view.trial.response.confirmation_days),
            doubts(view),
        ],
        table=table,
        labels=BY_DISEASE,
        formats=FORMATS,
        figure=interval_rows(_disease_rows(table), axis_title="Subjects in remission (95 % CI)"),
        population=" ".join(
            _denominators(rows, _not_evaluable(view, name)) for name, rows in table.groupby("DISEASE", sort=False)
        ),
        method=rules(view) + caveat(view),
        source=SOURCE,
        questions=("remission_by_disease", "response_best", "remission_doubt_counts"),
        behind=in_remission(view, "DISEASE"),
    )


def in_remission(view: View, *columns: str) -> dict[str, tuple[str, ...]]:
    """The subjects in remission behind the mark of each group by the columns, of `response_best`."""
    return behind(view.ask("response_best").query("REMFL == 'Y'"), "in remission", *columns)


def _possible(table: DataFrame) -> list[str]:
    """The rate with those whose assessment that cannot be read or dated could be a remission; of each disease."""
    said = []
    for name, rows in table.groupby("DISEASE", sort=False):
        evaluable, treated = (rows[rows.ANALYSISN == number].iloc[0] for number in (1, 2))
        if not treated.POSSREM:
            continue
        known = rate(evaluable.REMISSION + treated.POSSREM, evaluable.N + treated.POSSNEW)
        said.append(
            f"{disease(name)}: possible, not known, in {treated.POSSREM} more (an assessment not read or not dated); "
            f"with {'it' if treated.POSSREM == 1 else 'them'} remission in {known}."
        )
    return said


def beside(table: DataFrame, days: int) -> list[str]:
    """The rates beside the rate: as assessed, of those confirmed, and by the independent reader; of each disease."""
    said = []
    for row in rows_of(table[table.ANALYSISN == 1]):
        name, asked = disease(row.DISEASE), pandas.notna(row.NCONF)
        if asked and row.LOST:
            lost = counted(row.LOST, "remission")
            told = f" ({row.LOSTTOLD} by a disposition or adverse event)" if row.LOSTTOLD else ""
            said.append(
                f"Not counted in {name}: {lost} lost within {days} days{told}; as the investigator assessed, "
                f"remission in {rate(row.RESPONDED, row.N)}."
            )
        if asked and row.NCONF < row.REMISSION:
            open_ones = row.REMISSION - row.NCONF
            said.append(
                f"{name}: without {open_ones} not confirmed over {days} days ({_open(row, days)}), remission in "
                f"{rate(row.NCONF, row.N)}."
            )
        if row.NINDEP:
            said.append(
                f"{name}, by the independent reader: remission in {rate(row.INDEPREM, row.NINDEP)} subjects whom the "
                f"reader could evaluate; by the investigator in {row.INVREM} of these."
            )
    return said


def _open(row, days: int) -> str:
    parts = {
        "not yet due": row.NOTDUE,
        f"contradicted by PR or NR within {days} days": row.CONTRAD,
        "with an assessment that could not be read": row.NOTREAD,
        "ended later without being confirmed": row.RECURRED,
        "not assessable or not assessed": row.UNCONF - row.CONTRAD - row.NOTREAD - row.RECURRED,
    }
    return listed([f"{number} {words}" for words, number in parts.items() if number])


def _with_confirmed_rate(table: DataFrame) -> DataFrame:
    """The rate of the remissions confirmed where the protocol asks for it; missing elsewhere, and for 0 of 0."""
    confirmed, number = table.NCONF.astype("Float64"), table.N.astype("Float64")
    return table.assign(CONFRATE=(confirmed / number.where(number > 0)).astype("float64"))


def _by_disease(view: View) -> DataFrame:
    """The counts with SINCE where either number moved, and PREVIOUS as "5 of 12"."""
    now, before = view.ask("remission_by_disease"), view.ask_previous("remission_by_disease")
    return compare(now, before, ("DISEASE", "ANALYSISN"), _counts, always=True).rows


def _counts(row) -> str:
    return f"{row.REMISSION} of {row.N}"


def with_limits(table: DataFrame) -> DataFrame:
    """The rate with exact limits beside REMISSION and N, as fractions; nan for 0 of 0."""
    limits = [interval(int(row.REMISSION), int(row.N)) for row in rows_of(table)]
    return table.assign(
        RATE=[found.estimate for found in limits],
        LOWER=[found.lower for found in limits],
        UPPER=[found.upper for found in limits],
    )


def _disease_rows(table: DataFrame) -> DataFrame:
    text = [
        f"<b>{row.DISEASE}</b> {row.ANALYSIS.lower()}: {short_rate(row)}{_before(row.PREVIOUS)}"
        for row in rows_of(table)
    ]
    keys = [key_of("in remission", name) for name in table.DISEASE]
    return drawn(table, text).assign(KEY=keys, WEIGHT=[4 if number == 1 else 2 for number in table.ANALYSISN])


def _before(previous: str) -> str:
    words = f"<br><span style='color:{house.MUTED}'>previous meeting {previous}</span>"
    return words if previous else ""


def short_rate(row) -> str:
    """A row's rate short enough for a narrow figure."""
    if row.N == 0:
        return "no subjects"
    return f"{row.REMISSION} of {row.N} ({percent_range(row.LOWER, row.UPPER)})"


def drawn(table: DataFrame, text: list[str]) -> DataFrame:
    """The rows of rates as `interval_rows` draws them."""
    return table.assign(
        TEXT=text,
        ESTIMATE=table.RATE,
        COLOUR=[house.disease_colour(name) for name in table.DISEASE],
        SYMBOL=[house.DISEASE_SYMBOL.get(name, "square") for name in table.DISEASE],
    )


def _not_evaluable(view: View, name: str) -> str:
    """Why the treated subjects with one disease who are not evaluable are not, as far as a reason is known."""
    rows = view.ask("response_best").query("DISEASE == @name and EVALSTAT == 'Not evaluable'")
    return first_parts([reason for row in rows_of(rows) if (reason := without_response(row))])


def _denominators(rows: DataFrame, not_evaluable: str) -> str:
    """The denominators of one disease in words."""
    evaluable, treated, enrolled = (rows[rows.ANALYSISN == number].iloc[0] for number in (1, 2, 3))
    early = counted(evaluable.EARLY, "died or progressed", "died or progressed")
    parts = [
        f"{disease(evaluable.DISEASE)}: {evaluable.N} of {treated.N} treated are response-evaluable"
        + (f" ({early} before an assessment)" if evaluable.EARLY else ""),
        f"{treated.AWAITING} awaiting first assessment",
        f"{treated.NOTEVAL} not evaluable" + (f" ({not_evaluable})" if treated.NOTEVAL else ""),
        f"of all treated, remission in {rate(treated.REMISSION, treated.N)}" if treated.N != enrolled.N else "",
        f"of all enrolled, remission in {rate(enrolled.REMISSION, enrolled.N)}",
        *_doubts(evaluable, treated),
    ]
    return "; ".join(filter(None, parts)) + "."


def _doubts(evaluable, treated) -> list[str]:
    """What is not counted or not certain: responses of a kind that does not count, assessments that cannot be read."""
    other, unread = evaluable.OTHERKIND, treated.UNREAD
    return [
        f"{counted(other, 'subject')} with a CR, CRh or CRi that the trial does not count as remission"
        if other
        else "",
        f"{counted(unread, 'subject')} with assessments whose response or date could not be read" if unread else "",
    ]
