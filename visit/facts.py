"""What a cut says that is asked at each run: what can be filtered by, its sites and its subjects; found once a cut."""

from __future__ import annotations

from pandas import DataFrame

from queries import IN_ADDRESS, Cut, Filter
from visit.caches import FACTS


def filter_options(cut: Cut) -> dict[str, list[str]]:
    """What can be chosen in each filter, in the order in which a reader looks for it."""
    return FACTS(("filter options", *cut.key), lambda: _filter_options(cut))


def _filter_options(cut: Cut) -> dict[str, list[str]]:
    subjects = cut.table("adsl")
    return {known.name: cut.dose_labels if known.by_dose else _values(subjects, known) for known in IN_ADDRESS}


def _values(subjects: DataFrame, known: Filter) -> list[str]:
    if not known.order:
        return sorted(subjects[known.column].dropna().unique())
    return list(subjects.dropna(subset=[known.column]).groupby(known.column)[known.order].min().sort_values().index)


def site_names(cut: Cut) -> dict[str, str]:
    """Site number → its name, where it has one."""
    named = ["SITEID", "SITENAM"]
    return FACTS(("site names", *cut.key), lambda: dict(cut.table("adsl")[named].dropna().drop_duplicates().values))


def numbers_of(cut: Cut) -> dict[str, str]:
    """Number → USUBJID of every subject of a cut."""
    return FACTS(("subjects", *cut.key), lambda: _numbers(cut.table("adsl")[["SUBJID", "USUBJID"]]))


def _numbers(subjects: DataFrame) -> dict[str, str]:
    alone = subjects.dropna().drop_duplicates("SUBJID", keep=False)
    return dict(zip(alone["SUBJID"], alone["USUBJID"], strict=True))


def subjects_of(cut: Cut) -> frozenset[str]:
    """Every subject (USUBJID) of a cut."""
    return FACTS(("subject ids", *cut.key), lambda: frozenset(cut.table("adsl")["USUBJID"]))
