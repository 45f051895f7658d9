"""Changes in the records already delivered: two cuts compared by the hashes of their records.

Of many records most are the same: groups of them (a subject's of a domain and a month) that both cuts hold, by the sums
that were made as they were loaded, are not read.
"""

from __future__ import annotations

from pandas import DataFrame, Series, concat

from displays.display import Display, blank, day, display
from displays.groups import NOBODY
from displays.since import Key, match
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
    "ADDEDNEW": "Added in new subjects",
    "CHANGED": "Changed",
    "WITHDRAWN": "Withdrawn",
    "NOW": "This cut",
}
SUBJECT = ("DOMAIN", "SUBJECT")
BY_NUMBER = (*SUBJECT, "RECORD")
BY_CONTENT = ((*SUBJECT, "CONTENT"), (*SUBJECT, "TOPIC"))
NO_CUT = "No earlier cut was chosen, so there is nothing to compare with."
COUNTS = ("BEFORE", "ADDED", "ADDEDNEW", "CHANGED", "WITHDRAWN", "NOW")


def compare_records(now: DataFrame, before: DataFrame) -> DataFrame:
    """Count records added, changed and withdrawn between two cuts.

    now, before: DOMAIN, SUBJECT, RECORD, TOPIC, CONTENT, VALUE, one row a record. Returns DOMAIN, BEFORE, ADDED,
    ADDEDNEW (added in subjects of whom nothing had been delivered), CHANGED, WITHDRAWN, NOW, one row a domain.
    A record is known by its number; where a subject's records of a domain were renumbered (unchanged content under
    another number), by its content, else by its natural key.
    """
    now_rest, before_rest = _not_as_before(now, before)
    renumbered = now_rest.iloc[match(now_rest, before_rest, BY_CONTENT[0])["NOW"]][list(SUBJECT)].drop_duplicates()
    parts = [
        _outcomes(_part(now_rest, renumbered, inside), _part(before_rest, renumbered, inside), key)
        for key, inside in ((BY_NUMBER, False), (BY_CONTENT, True))
    ]
    found = concat(parts)
    new = (found["OUTCOME"] == "ADDED") & ~found["SUBJECT"].isin(set(before["SUBJECT"]))
    counts = {outcome: _by_domain(found[found["OUTCOME"] == outcome]) for outcome in ("ADDED", "CHANGED", "WITHDRAWN")}
    counts |= {"ADDEDNEW": _by_domain(found[new]), "BEFORE": _by_domain(before), "NOW": _by_domain(now)}
    return _table(counts)


def _compared(view: View) -> DataFrame:
    """`compare_records` of all records of both cuts.

    A group of records that both cuts hold alike holds no change. Where all that was delivered of a subject's domain is
    there as it was, its other groups are added as a whole; only what is left is read record by record.
    """
    now, before = view.ask("record_digests"), view.ask_previous("record_digests")
    same = now.merge(before, on=["GROUPKEY", "NRECORDS", "DIGEST"])["GROUPKEY"]
    others = [groups[~groups["GROUPKEY"].isin(same)] for groups in (now, before)]
    added, touched = (_part(others[0], others[1][list(SUBJECT)].drop_duplicates(), inside) for inside in (False, True))
    found = compare_records(
        view.ask("overview_records", groups=touched["GROUPKEY"].tolist()),
        view.ask_previous("overview_records", groups=others[1]["GROUPKEY"].tolist()),
    ).set_index("DOMAIN")
    counts = {name: found[name] for name in ("CHANGED", "WITHDRAWN")}
    for name, groups in (("ADDED", added), ("ADDEDNEW", added[~added["SUBJECT"].isin(before["SUBJECT"])])):
        counts[name] = found[name].add(_records_of(groups), fill_value=0)
    return _table(counts | {"BEFORE": _records_of(before), "NOW": _records_of(now)})


def _records_of(groups: DataFrame) -> Series:
    return groups.groupby("DOMAIN")["NRECORDS"].sum()


def _table(counts: dict[str, Series]) -> DataFrame:
    table = DataFrame({column: counts[column] for column in COUNTS}).fillna(0).astype(int)
    return table.rename_axis("DOMAIN").reset_index()


def _by_domain(records: DataFrame) -> Series:
    return records.groupby("DOMAIN").size()


def _outcomes(now: DataFrame, before: DataFrame, key: Key) -> DataFrame:
    """What became of each record that is not as it was: DOMAIN, SUBJECT, OUTCOME (ADDED, CHANGED or WITHDRAWN)."""
    pairs = match(now, before, key)
    was, value = before["VALUE"].to_numpy()[pairs["BEFORE"]], now["VALUE"].to_numpy()[pairs["NOW"]]
    changed = now.iloc[pairs["NOW"][value != was]].assign(OUTCOME="CHANGED")
    added = now.drop(now.index[pairs["NOW"]]).assign(OUTCOME="ADDED")
    withdrawn = before.drop(before.index[pairs["BEFORE"]]).assign(OUTCOME="WITHDRAWN")
    return concat([changed, added, withdrawn])[[*SUBJECT, "OUTCOME"]]


def _not_as_before(now: DataFrame, before: DataFrame) -> tuple[DataFrame, DataFrame]:
    """The records of each cut that are not in the other with number and content: few, of many thousand records."""
    same = ["DOMAIN", "RECORD", "CONTENT", "VALUE"]
    numbered = [frame.assign(NTH=frame.groupby(same).cumcount()) for frame in (now, before)]
    both = numbered[0].merge(numbered[1], on=[*same, "NTH"])[[*same, "NTH"]]
    marked = [frame.merge(both, on=[*same, "NTH"], how="left", indicator="KEPT") for frame in numbered]
    rest = [frame[frame["KEPT"] == "left_only"].drop(columns=["NTH", "KEPT"]) for frame in marked]
    return rest[0], rest[1]


def _part(records: DataFrame, chosen: DataFrame, inside: bool) -> DataFrame:
    """The records of the chosen subjects and domains, or all others."""
    marked = records.merge(chosen, on=list(SUBJECT), how="left", indicator="IN")
    return marked[(marked["IN"] == "both") == inside].drop(columns="IN")


RECORDS_CHANGED = ("records_changed", "Changes in records already delivered")


def records_changed(view: View) -> Display:
    """Records added, changed and withdrawn since the previous meeting, by domain."""
    if view.previous is None:
        return blank(view, *RECORDS_CHANGED, NO_CUT, audience="open")
    table = _compared(view)
    table.insert(1, "NAME", [DOMAINS.get(domain, domain) for domain in table["DOMAIN"]])
    touched = table["CHANGED"] + table["WITHDRAWN"]
    # those with most changes first, else in the order of their names, which the counts are in
    table = table.loc[touched.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)
    judged = compare_records(view.ask("overview_judgements"), view.ask_previous("overview_judgements"))
    return display(
        view,
        *RECORDS_CHANGED,
        finding=_finding(view, table, judged),
        table=table,
        labels=LABELS,
        brief=("NAME", "BEFORE", "CHANGED", "WITHDRAWN", "ADDED", "NOW"),
        population=_population(table),
        method="A record is known by its subject and sequence number; where a subject's records were renumbered, by "
        "unchanged content, then by test or term and date. Changed: any variable that the dashboard reads. "
        "Demographics and open events change as subjects go on (end dates, outcomes).",
        source="All delivered domains of both cuts.",
        questions=("record_digests", view.question("overview_records", groups=None), "overview_judgements"),
        audience="open",
    )


def _finding(view: View, table: DataFrame, judged: DataFrame) -> str:
    if table.empty:
        return NOBODY if view.filters.any_set else "Neither cut holds a record."
    changed, withdrawn, added = (int(table[column].sum()) for column in ("CHANGED", "WITHDRAWN", "ADDED"))
    before, on = int(table["BEFORE"].sum()), day(view.previous.date)
    if not before:
        return (
            f"Nothing of these subjects was delivered by {on}; {counted(added, 'record')} {_were(added)} added since."
        )
    return (
        f"Of {before:,} records delivered by {on}, {changed:,} {_were(changed)} changed and {withdrawn:,} withdrawn; "
        f"{added:,} {_were(added)} added; {_readjudicated(int(judged['CHANGED'].sum()))}."
    )


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _readjudicated(number: int) -> str:
    if not number:
        return "no DLT adjudication was changed"
    return f"{counted(number, 'adverse event')} {_were(number)} re-adjudicated for DLT"


def _population(table: DataFrame) -> str:
    known = table[table["BEFORE"] > 0]
    words = "Every record of the selected subjects in both cuts"
    if known.empty:
        return words + "."
    same = int((known["CHANGED"] + known["WITHDRAWN"] == 0).sum())
    return f"{words}; nothing was changed or withdrawn in {same} of {counted(len(known), 'domain')} delivered before."
