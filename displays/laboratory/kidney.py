"""The kidney: acute kidney injury of each subject by KDIGO stage, by dose, with the lowest estimated GFR."""

from __future__ import annotations

import plotly.graph_objects as go
from pandas import DataFrame

from displays.display import Display, display, not_collected, plain
from displays.drawing import house
from displays.groups import behind, doses_in_order, key_of, no_subjects
from displays.laboratory.kidney_words import (
    NOT_KNOWN,
    STAGES,
    UNIT,
    kidney,
    kidney_before,
    limits_words,
    method,
    question,
    rise_words,
)
from displays.since import compare_numbers
from displays.words import counted, exactly, first_of, rate, sentence
from queries import View
from queries.frames import rows_of

KIDNEY = ("kidney_by_dose", "Acute kidney injury by dose: each subject's worst KDIGO stage")
LABELS = {
    "TRTA": "Dose",
    "STAGEWORDS": "Worst KDIGO stage",
    "N": "Subjects (n)",
    "NTREATED": "Treated (n)",
    "SINCE": "Since previous cut",
    "PREVIOUS": "Previous cut",
}
COLOURS = dict(zip(STAGES, (house.GRADE[0], house.GRADE[1], house.GRADE[3], house.GRADE[4]), strict=True))
COLOURS |= {NOT_KNOWN: "#9aa5ae"}
ROW_PIXELS, TOP_PIXELS, BOTTOM_PIXELS = 46, 48, 62


def kidney_by_dose(view: View) -> Display:
    """How many treated subjects of each dose had an acute kidney injury of which stage, and who."""
    if "lb" not in view.cut.received:
        return not_collected(view, *KIDNEY, "Laboratory results", "lb")
    people = kidney(view)
    if people.empty:
        return no_subjects(view, *KIDNEY)
    table = compare_numbers(_counts(people), _counts_before(view), ("TRTA", "STAGEWORDS"), "N")
    return display(
        view,
        *KIDNEY,
        finding=_finding(people, kidney_before(view)),
        table=table,
        labels=LABELS,
        figure=_figure(view, table),
        population=_population(people),
        method=method(view),
        source="KDIGO 2012, Kidney Int Suppl 2012;2:1; Schwartz, J Am Soc Nephrol 2009;20:629; Pierce, Kidney Int "
        f"2021;99:948; NCI CTCAE v{view.trial.ctcae_version}. Data: LB, VS and PR.",
        questions=(question(view),),
        behind=_behind(people),
    )


def _behind(people: DataFrame) -> dict[str, tuple[str, ...]]:
    groups = [behind(rows, str(words), "TRTA") for words, rows in people.groupby("STAGEWORDS", sort=False)]
    return {key: names for group in groups for key, names in group.items()}


def _counts(people: DataFrame) -> DataFrame:
    """Dose × worst stage with the number of subjects, zeros included."""
    treated = people.groupby("TRTA").size()
    numbers = people.groupby(["TRTA", "STAGEWORDS"]).size()
    rows = [
        dict(TRTA=dose, STAGEWORDS=words, N=int(numbers.get((dose, words), 0)), NTREATED=int(treated[dose]))
        for dose in dict.fromkeys(people.sort_values(["TRTAN", "TRTA"])["TRTA"])
        for words in COLOURS
    ]
    return DataFrame(rows, columns=["TRTA", "STAGEWORDS", "N", "NTREATED"])


def _counts_before(view: View) -> DataFrame | None:
    before = kidney_before(view)
    return None if before is None else _counts(before)


def _finding(people: DataFrame, before: DataFrame | None) -> list[str]:
    known = people[people["STAGE"].notna()]
    hurt = known[known["STAGE"] > 0]
    worst = int((hurt["STAGE"] == 3).sum())
    last = f", stage 3 in {worst}" if len(hurt) else ""
    first = sentence(f"acute kidney injury (KDIGO) in {rate(len(hurt), len(known), ci=False)} assessed subjects{last}")
    named = first_of([f"{row.SUBJID} ({rise_words(row)})" for row in rows_of(hurt)])
    low = people[people["EGFRLOW"] < 60].sort_values("EGFRLOW")
    slow = first_of([f"{row.SUBJID} ({exactly(row.EGFRLOW, 0)} {UNIT})" for row in rows_of(low)])
    return [
        first,
        sentence(f"worst first: {named}") if len(hurt) else "",
        _new(hurt, before),
        _filtration(people, low, slow),
    ]


def _filtration(people: DataFrame, low: DataFrame, slow: str) -> str:
    """In how many estimated GFR was below 60, of those in whom it could be estimated."""
    estimated = int(people["EGFRLOW"].notna().sum())
    if not estimated:
        return "GFR could be estimated in no subject after the first infusion."
    words = f"estimated GFR below 60 {UNIT} in {len(low) or 'none'} of {counted(estimated, 'subject')}"
    return sentence(words + (f": {slow}" if len(low) else ""))


def _new(hurt: DataFrame, before: DataFrame | None) -> str:
    """Who has an injury of a higher stage than at the previous cut."""
    if before is None:
        return ""
    was = before.set_index("USUBJID")["STAGE"].fillna(0).to_dict()
    new = [row.SUBJID for row in rows_of(hurt) if row.STAGE > was.get(row.USUBJID, 0)]
    return sentence(f"new, or of a higher stage than at the previous cut: {first_of(new)}") if new else ""


def _population(people: DataFrame) -> str:
    unknown = people[people["STAGE"].isna()]
    words = [counted(len(people), "treated subject")]
    words += [f"{len(rows)} not assessable ({reason})" for reason, rows in unknown.groupby("STAGEWHY", sort=False)]
    presumed = int((people["STAGEBY"] == "PRESUMED").sum())
    words += [f"in {presumed} the rise is presumed: no result in the 7 days before it"] if presumed else []
    gaps = people["EGFRWHY"].dropna().value_counts()
    words += [f"no estimated GFR in {number} ({reason})" for reason, number in gaps.items()]
    words += [f"{counted(int(people['NCHANGING'].sum()), 'result')} not read as GFR while creatinine was changing"]
    return sentence("; ".join(words)) + limits_words(people)


def _figure(view: View, table: DataFrame) -> go.Figure:
    doses = doses_in_order(view, table["TRTA"])[::-1]
    occur = [words for words in COLOURS if table.loc[table["STAGEWORDS"] == words, "N"].any()]
    treated = table.drop_duplicates("TRTA").set_index("TRTA")["NTREATED"]
    return house.figure(
        *[_bar(table[table["STAGEWORDS"] == words], words) for words in occur],
        height=ROW_PIXELS * len(doses) + TOP_PIXELS + BOTTOM_PIXELS,
        barmode="stack",
        bargap=0.28,
        margin=dict(t=TOP_PIXELS, b=BOTTOM_PIXELS, l=58, r=14),
        legend=dict(itemclick=False, traceorder="normal"),
        xaxis=dict(title="Treated subjects", tickformat="d", range=[0, treated.max() * 1.02], nticks=8),
        yaxis=dict(
            tickvals=doses,
            ticktext=[f"{plain(dose).replace('/day', '')}<br>n = {treated[dose]}" for dose in doses],
            ticks="",
            showgrid=False,
            categoryorder="array",
            categoryarray=doses,
        ),
    )


def _bar(rows: DataFrame, words: str) -> go.Bar:
    framed = [
        house.NEW if str(since).startswith("+") and words in STAGES[1:] else house.PAPER for since in rows["SINCE"]
    ]
    return go.Bar(
        x=rows["N"],
        y=rows["TRTA"],
        orientation="h",
        name=words,
        marker=dict(color=COLOURS[words], line=dict(color=framed, width=[3 if c == house.NEW else 1 for c in framed])),
        text=[str(n) if n else "" for n in rows["N"]],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont=dict(color="#ffffff" if words in STAGES[2:] else house.INK),
        customdata=[[key_of(words, dose)] for dose in rows["TRTA"]],
        hovertext=[f"{plain(row.TRTA)}: {words} in {row.N} of {row.NTREATED} treated" for row in rows_of(rows)],
        hoverinfo="text",
    )
