"""Remission rates: ALL and AML beside each other, their difference, and by dose."""

from __future__ import annotations

from math import copysign, floor

from pandas import DataFrame

from displays.display import Display, blank, display, not_collected
from displays.drawing import house
from displays.drawing.interval_rows import interval_rows
from displays.groups import no_subjects
from displays.words import counted, listed, percent_range, rate
from queries import View
from stats.proportions import difference, fisher, interval

SOURCE = (
    "AML: ELN 2022 (Döhner, Blood 2022;140:1345). ALL: marrow below 5 % blasts with recovered counts, no recurrence for "
    "4 weeks (Biol Blood Marrow Transplant 2010;16:1187). Intervals: Clopper and Pearson 1934."
)
RULES = (
    "Remission is a best response of CR or CRi, in AML also CRh, by the investigator, up to a transplant or another antileukaemic "
    "therapy. Response-evaluable: treated and assessed, or dead or progressed before an assessment, which counts as no response. "
    "A subject without an assessment is awaiting it for {days} days after the first infusion. All enrolled is the intention to treat. "
)
CAVEAT = "Phase I with small numbers and no control group: the numbers describe these subjects and prove no effect of dose or disease."


def rules(view: View) -> str:
    """Who is in remission and who can be judged, with the trial's own days."""
    return RULES.format(days=view.trial.first_assessment_days)


def caveat(view: View) -> str:
    """What a phase I trial cannot show; a delivery without a trial's definition may be any other trial."""
    return CAVEAT if view.trial.defined else "The display describes; it is no comparison of groups."


def remission_rate(view: View) -> Display:
    """How many subjects with ALL and with AML reached remission, of those evaluable, treated and enrolled."""
    title = "Remission by disease"
    absent = without_responses(view, "remission_rate", title)
    if absent:
        return absent
    table = _with_previous(with_limits(view.ask("remission_by_disease")), view.ask_previous("remission_by_disease"))
    if table.N.sum() == 0 and table.AWAITING.sum() + table.NOTEVAL.sum() == 0:
        return no_subjects(view, "remission_rate", title)
    evaluable = table[table.ANALYSISN == 1]
    return display(
        view,
        "remission_rate",
        title=title,
        finding=f"Remission in {listed([f'{rate(r.REMISSION, r.N)} response-evaluable subjects with {disease(r.DISEASE)}' for r in evaluable.itertuples()])}.",
        table=table.drop(columns="CRHOUT"),
        labels=RATE_LABELS,
        formats={"RATE": "percent", "LOWER": "percent", "UPPER": "percent"},
        figure=interval_rows(_rate_rows(table), axis_title="Subjects in remission (95 % CI)"),
        population=" ".join(_spoken(rows) for _, rows in table.groupby("DISEASE", sort=False)),
        method=rules(view) + caveat(view),
        source=SOURCE,
        questions=("remission_by_disease",),
    )


RATE_LABELS = {
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
    "UNCONF": "CR not yet confirmed",
    "LOST": "CR lost within 4 weeks",
    "EARLY": "Early death or progression",
    "AWAITING": "Awaiting first assessment",
    "NOTEVAL": "Not evaluable",
    "PREVIOUS": "Previous meeting",
    "CHANGED": "Change",
}


def without_responses(view: View, name: str, title: str) -> Display | None:
    """The display that says so where no response assessment was delivered."""
    if view.cut.ask("response_collected").ASSESSED[0]:
        return None
    return not_collected(view, name, title, "Response assessments")


def disease(code: str) -> str:
    return "a disease that was not stated" if code == "Not stated" else code


def with_limits(table: DataFrame) -> DataFrame:
    """The rate with exact limits beside REMISSION and N; nan for 0 of 0."""
    limits = [interval(int(r.REMISSION), int(r.N)) for r in table.itertuples()]
    return table.assign(
        RATE=[x.estimate for x in limits], LOWER=[x.lower for x in limits], UPPER=[x.upper for x in limits]
    )


def _with_previous(table: DataFrame, before: DataFrame | None) -> DataFrame:
    """PREVIOUS: "5 of 12" at the previous meeting; CHANGED where either number moved."""
    if before is None:
        return table.assign(PREVIOUS="", CHANGED="")
    old = {(r.DISEASE, r.ANALYSISN): (r.REMISSION, r.N) for r in before.itertuples()}
    pairs = [old.get((r.DISEASE, r.ANALYSISN), (0, 0)) for r in table.itertuples()]
    changed = ["changed" if pair != (r.REMISSION, r.N) else "" for pair, r in zip(pairs, table.itertuples())]
    return table.assign(PREVIOUS=[f"{x} of {n}" for x, n in pairs], CHANGED=changed)


def _rate_rows(table: DataFrame) -> DataFrame:
    text = [
        f"<b>{r.DISEASE}</b> {r.ANALYSIS.lower()}: {short_rate(r)}" + _before(r.PREVIOUS) for r in table.itertuples()
    ]
    return _drawn(table, text).assign(WEIGHT=[4 if n == 1 else 2 for n in table.ANALYSISN])


def _before(previous: str) -> str:
    return (
        f"<br><span style='font-size:11px;color:{house.MUTED}'>previous meeting {previous}</span>" if previous else ""
    )


def short_rate(row) -> str:
    """A row's rate short enough for a narrow figure."""
    if row.N == 0:
        return "no subjects"
    return f"{row.REMISSION} of {row.N} ({percent_range(row.LOWER, row.UPPER)})"


def _drawn(table: DataFrame, text: list[str]) -> DataFrame:
    return table.assign(
        TEXT=text,
        ESTIMATE=table.RATE,
        COLOUR=[house.disease_colour(d) for d in table.DISEASE],
        SYMBOL=[house.DISEASE_SYMBOL.get(d, "square") for d in table.DISEASE],
    )


def _spoken(rows: DataFrame) -> str:
    """The denominators of one disease in words."""
    evaluable, treated, enrolled = (rows[rows.ANALYSISN == n].iloc[0] for n in (1, 2, 3))
    early = (
        f" ({counted(evaluable.EARLY, 'died or progressed', 'died or progressed')} before an assessment)"
        if evaluable.EARLY
        else ""
    )
    reasons = f" ({treated.REASONS})" if treated.NOTEVAL else ""
    parts = [
        f"{disease(evaluable.DISEASE)}: {evaluable.N} of {treated.N} treated are response-evaluable{early}",
        f"{treated.AWAITING} awaiting first assessment",
        f"{treated.NOTEVAL} not evaluable{reasons}",
        f"of all treated, remission in {rate(treated.REMISSION, treated.N)}" if treated.N != enrolled.N else "",
        f"of all enrolled, remission in {rate(enrolled.REMISSION, enrolled.N)}",
        f"{evaluable.UNCONF} of the CRs not yet confirmed over 4 weeks" if evaluable.UNCONF else "",
        f"{evaluable.LOST} of the CRs lost within 4 weeks, counted as the investigator judged"
        if evaluable.LOST
        else "",
        f"{evaluable.CRHOUT} with CRh not counted" if evaluable.CRHOUT else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def remission_difference(view: View) -> Display:
    """Whether the remission rates of the two diseases differ by more than chance."""
    title = "Difference between the diseases"
    absent = without_responses(view, "remission_difference", title)
    if absent:
        return absent
    counts = view.ask("remission_by_disease")
    pair = counts[(counts.ANALYSISN == 1) & (counts.N > 0) & (counts.DISEASE != "Not stated")]
    if len(pair) != 2:
        return blank(view, "remission_difference", title, _no_comparison(counts[counts.ANALYSISN == 1]), collected=True)
    one, other = pair.iloc[0], pair.iloc[1]
    table = _differences(one, other)
    score = table.iloc[0]
    return display(
        view,
        "remission_difference",
        title=title,
        table=table,
        finding=f"{one.DISEASE} minus {other.DISEASE}: {points(score.ESTIMATE)} percentage points (95 % CI {points(score.LOWER)} to "
        f"{points(score.UPPER)}); Fisher's p = {score.P:.2f}. {_verdict(score)}",
        labels={
            "METHOD": "Method",
            "COMPARISON": "Comparison",
            "ESTIMATE": "Difference",
            "LOWER": "95 % CI from",
            "UPPER": "95 % CI to",
            "P": "Fisher's p (two-sided)",
        },
        formats={"ESTIMATE": "percent", "LOWER": "percent", "UPPER": "percent", "P": "p"},
        figure=interval_rows(
            table.assign(
                TEXT=[
                    f"{r.METHOD}: {points(r.ESTIMATE)} ({points(r.LOWER)} to {points(r.UPPER)})"
                    for r in table.itertuples()
                ],
                COLOUR=house.INK,
                SYMBOL="square",
            ),
            axis_title=f"{one.DISEASE} minus {other.DISEASE} (95 % CI)",
            limits=(-1, 1),
            zero=True,
        ),
        population=f"Response-evaluable: {one.N} with {one.DISEASE}, {other.N} with {other.DISEASE}.",
        method="Difference of the remission rates with score limits after Miettinen and Nurminen and hybrid score limits after Newcombe; Fisher's exact test, "
        "two-sided, adding all tables no likelier than the one observed. " + rules(view) + caveat(view),
        source="Miettinen and Nurminen, Stat Med 1985;4:213. Newcombe, Stat Med 1998;17:873 (method 10). Fisher 1935.",
        questions=("remission_by_disease",),
    )


def _no_comparison(evaluable: DataFrame) -> str:
    numbers = listed([f"{r.N} with {disease(r.DISEASE)}" for r in evaluable.itertuples()])
    return f"No comparison: it needs response-evaluable subjects with two diseases; there are {numbers}."


def _differences(one, other) -> DataFrame:
    counts = tuple(int(value) for value in (one.REMISSION, one.N, other.REMISSION, other.N))
    rows = []
    for method, name in (("miettinen-nurminen", "Miettinen-Nurminen"), ("newcombe", "Newcombe")):
        limits = difference(*counts, method=method)
        rows.append(
            (name, f"{one.DISEASE} minus {other.DISEASE}", limits.estimate, limits.lower, limits.upper, fisher(*counts))
        )
    return DataFrame(rows, columns=["METHOD", "COMPARISON", "ESTIMATE", "LOWER", "UPPER", "P"])


def points(fraction: float) -> str:
    """A signed difference in percentage points: "+17", "−25", "0"."""
    value = int(copysign(floor(abs(fraction) * 100 + 0.5 + 1e-9), fraction))  # a half goes away from 0, as in `percent`
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{abs(value)}"


def _verdict(score) -> str:
    if score.LOWER <= 0 <= score.UPPER:
        return "The data are compatible with no difference."
    return "The interval excludes no difference."


def remission_by_dose(view: View) -> Display:
    """Remission rates at each dose level within each disease."""
    title = "Remission by dose within disease"
    absent = without_responses(view, "remission_by_dose", title)
    if absent:
        return absent
    table = with_limits(view.ask("remission_by_dose"))
    if table.empty:
        return no_subjects(view, "remission_by_dose", title)
    colours = house.dose_colours(list(table.TRTA), view.cut.dose_labels)
    rows = _drawn(table, [f"<b>{r.DISEASE}</b> {r.TRTA}: {short_rate(r)}" for r in table.itertuples()])
    return display(
        view,
        "remission_by_dose",
        title=title,
        finding=_by_dose_finding(table),
        table=table,
        labels={
            "DISEASE": "Disease",
            "TRTA": "Group",
            "REMISSION": "In remission",
            "N": "Response-evaluable",
            "RATE": "Rate",
            "LOWER": "95 % CI from",
            "UPPER": "95 % CI to",
            "TREATED": "Treated",
            "AWAITING": "Awaiting first assessment",
            "NOTEVAL": "Not evaluable",
        },
        formats={"RATE": "percent", "LOWER": "percent", "UPPER": "percent"},
        figure=interval_rows(
            rows.assign(COLOUR=[colours[d] for d in table.TRTA], LINE=house.MUTED),
            axis_title="Response-evaluable subjects in remission (95 % CI)",
        ),
        population=f"{table.N.sum()} response-evaluable of {table.TREATED.sum()} treated; {table.AWAITING.sum()} awaiting first assessment, "
        f"{table.NOTEVAL.sum()} not evaluable. Levels above the highest one treated are left out.",
        method=rules(view) + caveat(view),
        source=SOURCE,
        questions=("remission_by_dose",),
    )


def _by_dose_finding(table: DataFrame) -> str:
    spoken = []
    for name, rows in table.groupby("DISEASE", sort=False):
        numbers = [f"{r.REMISSION} of {r.N} at {r.TRTA}" for r in rows.itertuples() if r.N]
        spoken.append(f"{name}: {listed(numbers) if numbers else 'no evaluable subjects'}")
    return "; ".join(spoken) + "."
