"""The worst grade of each subject in each group of adverse events; of many subjects the shares of each dose level."""

from __future__ import annotations

from pandas import DataFrame

from displays.adverse_events.heat_map_figure import pooled_figure, subjects_figure
from displays.display import Display, display, not_collected
from displays.escalation.words import GRADES, emergence, emergent
from displays.groups import doses_in_order, nobody, present
from displays.since import SINCE_LABELS, Compared, compare, since
from displays.words import counted, listed, percent, sentence, share
from queries import View

HEAT_MAP = ("ae_heat_map", "Worst grade by subject and group of events")
CLASS, INTEREST = "class", "interest"
BY = ((CLASS, "System organ classes"), (INTEREST, "Special interest"))
EVENT = {CLASS: "an event", INTEREST: "an event of special interest"}
MOST_SUBJECTS = 120
"""Of more treated subjects than these the shares of each dose level are drawn."""
LABELS = {
    "SUBJID": "Subject",
    "TRTA": "Dose level",
    "DISEASE": "Disease",
    "GRP": "Group of events",
    "GRADE": "Worst grade",
    "AEDECOD": "Worst event",
    "NEVENT": "Events (n)",
} | SINCE_LABELS
POOLED_LABELS = {
    "GRP": "Group of events",
    "TRTA": "Dose level",
    "SHARE": "Grade ≥ 3, of treated",
    "N3": "Grade ≥ 3 (n)",
    "N": "Any grade (n)",
    "NUNGR": "Ungraded, none ≥ 3 (n)",
    "NTREATED": "Treated (n)",
    "FRACTION": "Share with grade ≥ 3",
}


def ae_heat_map(view: View, by: str = CLASS) -> Display:
    """The worst grade of every treated subject in every group of adverse events, the most severe group first."""
    if "ae" not in view.cut.received:
        return not_collected(view, *HEAT_MAP, "Adverse events")
    if int(view.ask("ae_by_dose")["NTREATED"].sum()) > MOST_SUBJECTS:
        return _pooled(view, by)
    subjects = view.ask("ae_worst", by=by)
    compared = _compared(view, subjects, by)
    groups = _worst_first(compared.rows)
    order = {group: place for place, group in enumerate(groups)}
    table = compared.rows.sort_values("GRP", key=lambda names: names.map(order), kind="stable", ignore_index=True)
    return display(
        view,
        *HEAT_MAP,
        finding=_finding(view, subjects, table, compared, by),
        table=table,
        labels=LABELS,
        formats={"GRP": "words"},
        figure=subjects_figure(view, subjects.drop_duplicates("USUBJID"), table, groups) if len(table) else None,
        population=_population(view, subjects, by),
        questions=(view.question("ae_worst", by=by),),
        **_method(view),
    )


def _method(view: View) -> dict:
    return dict(
        method=f"{emergence(view.trial)} Each square: the worst grade of a subject’s events of the group; “?”: none is "
        f"graded. Subjects by dose, then disease, then first infusion. Groups: the most subjects with grade 3 or worse "
        f"first, then the most of any grade. Framed: new, or of another worst grade than at the previous cut. {GRADES}",
        source="Adverse events as delivered.",
    )


def _compared(view: View, subjects: DataFrame, by: str) -> Compared:
    """One row a subject and group with GRADE in words, beside the previous cut's."""
    # everybody of the previous cut: what was known before is not new because its subject has come under the filters
    before = view.previous.ask("ae_worst", by=by) if view.previous else None
    now, then = (_graded(rows) if rows is not None else None for rows in (subjects, before))
    return compare(now, then, ("USUBJID", "GRP"), lambda row: row.GRADE)


def _graded(rows: DataFrame) -> DataFrame:
    events = rows[rows["GRP"].notna()]
    words = [f"{grade:g}" if present(grade) else "not graded" for grade in events["WORST"]]
    return events.assign(GRADE=words).reset_index(drop=True)


def _worst_first(table: DataFrame) -> list[str]:
    """The groups, that with most subjects of grade 3 or worse first."""
    counts = table.assign(SEVERE=table["SEVEREFL"] == "Y").groupby("GRP")["SEVERE"].agg(["sum", "size"]).reset_index()
    return list(counts.sort_values(["sum", "size", "GRP"], ascending=[False, False, True], kind="stable")["GRP"])


def _finding(view: View, subjects: DataFrame, table: DataFrame, compared: Compared, by: str) -> list[str]:
    number = subjects["USUBJID"].nunique()
    if not number:
        return [nobody(view)]
    whom = counted(number, "treated subject")
    first = _grades(table, whom, by)
    groups = table[table["SEVEREFL"] == "Y"].groupby("GRP", sort=False)["USUBJID"].nunique()
    named = [f"{group[:1].lower()}{group[1:].lower()} {n}" for group, n in groups.head(3).items()]
    news = f"{counted(len(compared.new), 'new square')}, {len(compared.changed) or 'none'} of another worst grade"
    return [
        sentence(first),
        sentence(f"most subjects with grade 3 or worse: {listed(named)}") if named else "",
        since(view, news),
    ]


def _grades(table: DataFrame, whom: str, by: str) -> str:
    """ "Worst grade 5 in 2, 4 in 6 and 3 in 24 of 35 treated subjects": each subject once."""
    worst = table.groupby("USUBJID")["WORST"].max()
    found = [f"{grade} in {n}" for grade in (5, 4, 3) if (n := int((worst == grade).sum()))]
    severe = set(table.loc[table["SEVEREFL"] == "Y", "USUBJID"]) - set(worst.index[worst >= 3])
    found += [f"called severe without a grade in {len(severe)}"] if severe else []
    if not found:
        return f"none of {whom} had {EVENT[by]} of grade 3 or worse"
    return f"{'special interest: ' if by == INTEREST else ''}worst grade {listed(found)} of {whom}"


def _population(view: View, subjects: DataFrame, by: str) -> str:
    number = subjects["USUBJID"].nunique()
    if not number:
        return "No treated subjects."
    free = int(subjects["GRP"].isna().sum())
    what = "system organ class" if by == CLASS else "category of special interest"
    ungraded = int(((subjects["UNGRADFL"] == "Y") & subjects["GRP"].notna()).sum())
    parts = [
        f"{counted(number, 'treated subject')}, {free or 'none'} of them without such an event; one row a {what}",
        f"{counted(ungraded, 'square')} with an ungraded event" if ungraded else "",
        emergent(view.trial),
    ]
    return " ".join(sentence(part) for part in parts if part)


def _pooled(view: View, by: str) -> Display:
    """The share of subjects of each dose level with an event of grade 3 or worse, by group of events."""
    rows = view.ask("ae_worst_by_dose", by=by)
    sums = rows.groupby("GRP")[["N3", "N"]].transform("sum")
    order = rows.assign(SEVERE=-sums["N3"], ANY=-sums["N"]).sort_values(["SEVERE", "ANY", "GRP"], kind="stable")
    rows = rows.loc[order.index].reset_index(drop=True)
    fraction = rows["N3"] / rows["NTREATED"]
    table = rows.assign(
        FRACTION=fraction, SHARE=[share(*row) for row in zip(rows["N3"], rows["NTREATED"], fraction, strict=True)]
    )
    doses = doses_in_order(view, table["TRTA"])
    number = int(table.drop_duplicates("TRTA")["NTREATED"].sum())
    behind = {
        f"SHARE {place}": tuple(those) for place, those in enumerate(table["SUBJECTS"]) if table["N3"].iloc[place]
    }
    return display(
        view,
        *HEAT_MAP,
        finding=_pooled_finding(table, number) if len(table) else [f"No adverse event in {number} treated subjects."],
        table=table.drop(columns="SUBJECTS"),
        labels=POOLED_LABELS,
        formats={"FRACTION": "percent", "GRP": "words"},
        figure=pooled_figure(view, table, doses) if len(table) else None,
        behind=behind,
        population=f"{number:,} treated subjects: more than {MOST_SUBJECTS}, so shares of each dose level are drawn in "
        f"place of single subjects. {emergent(view.trial)}",
        questions=(view.question("ae_worst_by_dose", by=by),),
        **_method(view),
    )


def _pooled_finding(table: DataFrame, number: int) -> list[str]:
    groups = table.groupby("GRP", sort=False)["N3"].sum()
    first, severe = groups.index[0], int(groups.iloc[0])
    words = (
        f"most subjects with grade 3 or worse: {first.lower()}, {severe:,} of {number:,} ({percent(severe / number)})"
    )
    return [sentence(words)]
