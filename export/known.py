"""Whether a data cut has the subjects and the values of filters that a pack names."""

from __future__ import annotations

from collections.abc import Mapping

from displays.words import first_of
from export.pack import Pack, PackError
from queries import IN_ADDRESS, Cut


def refuse_unknown(pack: Pack, cut: Cut) -> None:
    """PackError for a subject or a value of a filter that the cut does not have: one sentence that says which it has.

    Of them a pack would be made of nobody, and seem to say that nothing happened.
    """
    for filters in (pack.filters, *(item.filters or {} for item in pack.items)):
        _refuse_filters(filters, cut)
    if named := {item.subject for item in pack.items if item.subject}:
        has = list(cut.table("adsl")["USUBJID"])
        _refuse("subject", sorted(named), sorted(has))


def _refuse_filters(filters: Mapping[str, tuple[str, ...]], cut: Cut) -> None:
    known = {filter_.key: filter_ for filter_ in IN_ADDRESS}
    for key, values in filters.items():
        filter_ = known[key]
        column = [] if filter_.by_dose or not values else cut.table("adsl")[filter_.column].dropna().unique()
        _refuse(filter_.label.lower(), values, cut.dose_labels if filter_.by_dose else sorted(column))


def _refuse(what: str, named: tuple[str, ...] | list[str], has: list[str]) -> None:
    if unknown := [value for value in named if value not in has]:
        those = first_of(has) if has else "none"
        raise PackError(f"This data cut has no {what} {unknown[0]!r}; it has {those}.")
