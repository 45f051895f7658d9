"""Changes in the records already delivered: two cuts compared by the hashes of their records.

Of many records most are the same: groups of them (a subject's of a domain and a month) that both cuts hold, by the sums
that were made as they were loaded, are not read.
"""

from __future__ import annotations

from collections.abc import Callable

from pandas import DataFrame, Series, concat

from queries.matching import Key, match

SUBJECT = ("DOMAIN", "SUBJECT")
BY_NUMBER = (*SUBJECT, "RECORD")
BY_CONTENT = ((*SUBJECT, "CONTENT"), (*SUBJECT, "TOPIC"))
Ask = Callable[..., DataFrame]
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


def changes(ask: Ask, ask_before: Ask) -> DataFrame:
    """`compare_records` of all records of two cuts, each of which is asked its own questions.

    A group of records that both cuts hold alike holds no change. Where all that was delivered of a subject's domain is
    there as it was, its other groups are added as a whole; only what is left is read record by record.
    """
    now, before = ask("record_digests"), ask_before("record_digests")
    same = now.merge(before, on=["GROUPKEY", "NRECORDS", "DIGEST"])["GROUPKEY"]
    others = [groups[~groups["GROUPKEY"].isin(same)] for groups in (now, before)]
    added, touched = (_part(others[0], others[1][list(SUBJECT)].drop_duplicates(), inside) for inside in (False, True))
    found = compare_records(
        ask("overview_records", groups=touched["GROUPKEY"].tolist()),
        ask_before("overview_records", groups=others[1]["GROUPKEY"].tolist()),
    ).set_index("DOMAIN")
    counts = {name: found[name] for name in ("CHANGED", "WITHDRAWN")}
    for name, groups in (("ADDED", added), ("ADDEDNEW", added[~added["SUBJECT"].isin(before["SUBJECT"])])):
        counts[name] = found[name].add(_records_of(groups), fill_value=0)
    return _table(counts | {"BEFORE": _records_of(before), "NOW": _records_of(now)})


def judgements_changed(ask: Ask, ask_before: Ask) -> int:
    """How many adverse events were judged otherwise for DLT at the later of two cuts."""
    return int(compare_records(ask("overview_judgements"), ask_before("overview_judgements"))["CHANGED"].sum())


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
