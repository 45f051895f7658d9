"""The reader's choice of subjects: each filter declared once, with its column, its key in the address and its label."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Filter:
    """One filter.

    name: the parameter of a question and the field of `Filters`. column: the column of `adsl` it chooses by.
    key: its name in the address; empty for subjects, who never stand there. label: what the control is called.
    noun: what its values are called in a phrase, where they do not speak for themselves. order: the column of `adsl`
    by whose lowest value its choices are ordered. by_dose: whether it chooses by dose; its choices are the dose
    levels, in order.
    """

    name: str
    column: str
    key: str
    label: str
    noun: str = ""
    order: str = ""
    by_dose: bool = False

    def words(self, chosen: tuple[str, ...]) -> str:
        """The values chosen as one phrase, e.g. "sites 101, 103"; of subjects how many they are."""
        plural = "s" if len(chosen) > 1 else ""
        if not self.key:
            return f"{len(chosen)} {self.noun}{plural}"
        return f"{self.noun}{plural} {', '.join(chosen)}" if self.noun else ", ".join(chosen)


def _filter(**declared: Any) -> Any:
    return field(default=(), metadata=declared)


@dataclass(frozen=True)
class Filters:
    """The subjects chosen: values of each filter; an empty tuple means all."""

    doses: tuple[str, ...] = _filter(column="TRTA", key="dose", label="Dose level", by_dose=True)
    diseases: tuple[str, ...] = _filter(column="DISEASE", key="disease", label="Disease")
    age_bands: tuple[str, ...] = _filter(column="AGEGR1", key="age", label="Age band", order="AGE")
    sites: tuple[str, ...] = _filter(column="SITEID", key="site", label="Site", noun="site")
    subjects: tuple[str, ...] = _filter(column="USUBJID", key="", label="Subjects", noun="selected subject")

    @property
    def any_set(self) -> bool:
        """Whether any filter leaves out subjects."""
        return any(self.chosen(known) for known in FILTERS)

    def chosen(self, known: Filter) -> tuple[str, ...]:
        """The values chosen in one filter."""
        return getattr(self, known.name)

    def parameters(self) -> dict[str, list[str] | None]:
        """The parameters of a question that takes filters; None selects every subject."""
        return {known.name: list(self.chosen(known)) or None for known in FILTERS}

    def words(self) -> str:
        """The filters as one phrase for screen and file."""
        parts = [known.words(self.chosen(known)) for known in FILTERS if self.chosen(known)]
        return "; ".join(parts) if parts else "All subjects (no filter)"


FILTERS = tuple(Filter(name=declared.name, **declared.metadata) for declared in fields(Filters))
"""Every filter, in the order in which a reader meets them."""
IN_ADDRESS = tuple(known for known in FILTERS if known.key)
"""Those that are set in the line of every page and named in the address; subjects are selected in a display."""
