"""What became of the records already delivered: two cuts compared by the hashes of their records."""

from __future__ import annotations

from pandas import DataFrame, concat

from displays.display import Display, day, display
from displays.drawing import house
from displays.drawing.bars import named_bars
from displays.words import counted
from queries import View

DOMAINS = {
    "DM": "Demographics",
    "EX": "Infusions",
    "AE": "Adverse events",
    "LB": "Laboratory",
    "EG": "Electrocardiograms",
    "CV": "Echocardiograms",
    "RS": "Responses",
    "DS": "Disposition",
    "MH": "Medical history",
    "CM": "Medicines",
    "PR": "Procedures",
    "PC": "Concentrations",
    "VS": "Vital signs",
    "SV": "Visits",
    "DV": "Protocol deviations",
    "SUPPAE": "Adverse event flags",
    "SUPPDM": "Cohorts",
}
LABELS = {
    "DOMAIN": "Domain",
    "NAME": "Records of",
    "BEFORE": "Previous cut",
    "ADDED": "Added",
    "ADDEDNEW": "of these in new subjects",
    "CHANGED": "Changed",
    "WITHDRAWN": "Withdrawn",
    "NOW": "This cut",
}


def compare(now: DataFrame, before: DataFrame) -> DataFrame:
    """Count records added, changed and withdrawn between two cuts.

    now, before: DOMAIN, SUBJECT, RECORD, TOPIC, CONTENT, VALUE, one row a record. Returns DOMAIN, BEFORE, ADDED, ADDEDNEW
    (added in subjects of whom nothing had been delivered), CHANGED, WITHDRAWN, NOW, one row a domain.
    A record is known by its key; where a subject's records of a domain were renumbered, by its unchanged content,
    else by its natural key.
    """
    renumbered = _renumbered(now, before)
    pairs = concat(
        [_by_key(*_split(now, before, renumbered, False)), _by_topic(*_split(now, before, renumbered, True))]
    )
    known = set(before["SUBJECT"])
    pairs = pairs.assign(
        ADDED=pairs["_merge"] == "left_only",
        WITHDRAWN=pairs["_merge"] == "right_only",
        CHANGED=(pairs["_merge"] == "both") & (pairs["VALUE"] != pairs["VALUE_before"]),
    )
    pairs["ADDEDNEW"] = pairs["ADDED"] & ~pairs["SUBJECT"].isin(known)
    counts = pairs.groupby("DOMAIN")[["ADDED", "ADDEDNEW", "CHANGED", "WITHDRAWN"]].sum().astype(int)
    counts["BEFORE"], counts["NOW"] = before.groupby("DOMAIN").size(), now.groupby("DOMAIN").size()
    return (
        counts.fillna(0)
        .astype(int)
        .reset_index()[["DOMAIN", "BEFORE", "ADDED", "ADDEDNEW", "CHANGED", "WITHDRAWN", "NOW"]]
    )


def _numbered(frame: DataFrame, by: list[str]) -> DataFrame:
    # Records that share a key are told apart by their order, else one would match several.
    return frame.assign(NTH=frame.groupby(by).cumcount())


def _merge(now: DataFrame, before: DataFrame, by: list[str]) -> DataFrame:
    kept = before[[*by, "VALUE"]].rename(columns={"VALUE": "VALUE_before"})
    return _numbered(now, by).merge(_numbered(kept, by), on=[*by, "NTH"], how="outer", indicator=True)


def _by_key(now: DataFrame, before: DataFrame) -> DataFrame:
    return _merge(now, before, ["DOMAIN", "SUBJECT", "RECORD"])


def _by_topic(now: DataFrame, before: DataFrame) -> DataFrame:
    same = ["DOMAIN", "SUBJECT", "CONTENT"]
    now, before = _numbered(now, same), _numbered(before, same)
    unchanged = now.merge(before[[*same, "NTH"]], on=[*same, "NTH"])[[*same, "NTH"]]
    left, right = (
        frame.merge(unchanged, on=[*same, "NTH"], how="left", indicator="KNOWN").query("KNOWN == 'left_only'")
        for frame in (now, before)
    )
    return _merge(
        left.drop(columns=["KNOWN", "NTH"]), right.drop(columns=["KNOWN", "NTH"]), ["DOMAIN", "SUBJECT", "TOPIC"]
    )


def _renumbered(now: DataFrame, before: DataFrame) -> DataFrame:
    """The subjects and domains in which more records kept their content than kept content and number."""
    now, before = _not_all_kept(now, before)

    def matches(by: list[str]):
        return _merge(now, before, by).query("_merge == 'both'").groupby(["DOMAIN", "SUBJECT"]).size()

    content = matches(["DOMAIN", "SUBJECT", "CONTENT"])
    exact = matches(["DOMAIN", "SUBJECT", "CONTENT", "RECORD"]).reindex(content.index, fill_value=0)
    return content[content > exact].reset_index()[["DOMAIN", "SUBJECT"]]


def _not_all_kept(now: DataFrame, before: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Only the subjects and domains of which some record is not there as it was: few, of many thousand records."""
    same = ["RECORD", "CONTENT"]
    kept = before.merge(now[same].drop_duplicates(), on=same, how="left", indicator="KEPT")
    lost = kept.loc[kept["KEPT"] == "left_only", ["DOMAIN", "SUBJECT"]].drop_duplicates()
    return now.merge(lost, on=["DOMAIN", "SUBJECT"]), before.merge(lost, on=["DOMAIN", "SUBJECT"])


def _split(now: DataFrame, before: DataFrame, chosen: DataFrame, inside: bool) -> tuple[DataFrame, DataFrame]:
    def part(frame: DataFrame) -> DataFrame:
        marked = frame.merge(chosen, on=["DOMAIN", "SUBJECT"], how="left", indicator="IN")
        return marked[(marked["IN"] == "both") == inside].drop(columns="IN")

    return part(now), part(before)


def records_changed(view: View) -> Display:
    """Records added, changed and withdrawn since the previous meeting, by domain."""
    view = view.pooled()
    name, title = "records_changed", "Changes in records already delivered"
    if view.previous is None:
        return display(
            view,
            name,
            title=title,
            finding="No earlier cut was chosen, so there is nothing to compare with.",
            table=DataFrame(columns=list(LABELS)),
            labels=LABELS,
            population="",
            method="",
            source="",
            questions=(),
            audience="open",
            collected=False,
        )
    table = compare(view.ask("overview_records"), view.ask_previous("overview_records"))
    table.insert(1, "NAME", [DOMAINS.get(domain, domain) for domain in table["DOMAIN"]])
    table = (
        table.assign(ORDER=-(table["CHANGED"] + table["WITHDRAWN"]))
        .sort_values(["ORDER", "DOMAIN"], ignore_index=True)
        .drop(columns="ORDER")
    )
    judged = compare(view.ask("overview_judgements"), view.ask_previous("overview_judgements"))
    return display(
        view,
        name,
        title=title,
        finding=_finding(view, table, judged),
        table=table,
        labels=LABELS,
        figure=_figure(table),
        population=_population(table),
        method="A record is known by its subject and sequence number; where a subject's records were renumbered, by unchanged content, then by test or "
        "term and date. Changed: any variable that the dashboard reads. Demographics and open events change as subjects go on (end dates, outcomes).",
        source="All delivered domains of both cuts.",
        questions=("overview_records", "overview_judgements"),
        audience="open",
    )


def _finding(view: View, table: DataFrame, judged: DataFrame) -> str:
    changed, withdrawn, added = (int(table[column].sum()) for column in ("CHANGED", "WITHDRAWN", "ADDED"))
    again = int(judged["CHANGED"].sum())
    adjudicated = (
        f"; {counted(again, 'adverse event')} was judged anew for DLT"
        if again == 1
        else f"; {counted(again, 'adverse event')} were judged anew for DLT"
        if again
        else "; no DLT judgement was changed"
    )
    before = int(table["BEFORE"].sum())
    if table.empty:
        return "No subjects match the filters." if view.filters.any_set else "Neither cut holds a record."
    if not before:
        return f"Nothing of these subjects was delivered by {day(view.previous.date)}; {counted(added, 'record')} {'was' if added == 1 else 'were'} added since."
    return (
        f"Of {before:,} records delivered by {day(view.previous.date)}, {changed:,} {'was' if changed == 1 else 'were'} changed and "
        f"{withdrawn:,} withdrawn; {added:,} {'was' if added == 1 else 'were'} added{adjudicated}."
    )


def _figure(table: DataFrame):
    drawn = table[(table["CHANGED"] + table["WITHDRAWN"]) > 0]
    if drawn.empty:
        return None
    total = (drawn["CHANGED"] + drawn["WITHDRAWN"]).astype(float)
    rows = DataFrame(
        {
            "PART": "",
            "NAME": drawn["NAME"],
            "VALUE": [_value(row) for row in drawn.itertuples()],
            "TRACK": total,
            "START": drawn["CHANGED"].astype(float),
            "LENGTH": drawn["WITHDRAWN"].astype(float),
            "COLOUR": house.INK,
            "SCALE": total.max(),
        }
    )
    return named_bars(rows, track="Changed or withdrawn", part="Withdrawn", track_colour=house.NEW)


def _value(row) -> str:
    parts = [f"<b>{row.CHANGED}</b> changed"] * (row.CHANGED > 0) + [f"<b>{row.WITHDRAWN}</b> withdrawn"] * (
        row.WITHDRAWN > 0
    )
    return ", ".join(parts) + f" of {row.BEFORE:,}"


def _population(table: DataFrame) -> str:
    known = table[table["BEFORE"] > 0]
    words = "Every record of the selected subjects in both cuts"
    if known.empty:
        return words + "."
    same = int((known["CHANGED"] + known["WITHDRAWN"] == 0).sum())
    return f"{words}; nothing was changed or withdrawn in {same} of {counted(len(known), 'domain')} delivered before."
