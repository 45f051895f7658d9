"""How much a finding of the load weighs: whether it could change a decision of the board, a number, or nothing.

A weight is no severity: "left out", "doubtful" and "note" say what became of the records, the weight what follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from queries.weights import DECISION, INFORMATION, NUMBER
from queries.weights import WEIGHTS as HEADED

__all__ = ["DECIDING", "DECISION", "INFORMATION", "NUMBER", "WEIGHTS", "Weight", "of_dataset"]
WEIGHTS = tuple(HEADED)
"""The heaviest first."""
DECIDING = frozenset("AE CM CV DD DM DS EX LB PR SS SUPPAE SUPPDM SUPPDS SUPPEX SV".split())
"""Datasets on which doses and stopping rules rest: subjects with their cohorts, infusions with the reasons for what was
not given, events with their adjudication, disposition and death, the heart, visits, other therapies, and the counts by
which aplasia is assessed."""


def of_dataset(dataset: str, otherwise: str = NUMBER) -> str:
    """The weight of something wrong with a whole dataset (`AE`, `ae`)."""
    return DECISION if dataset.upper() in DECIDING else otherwise


@dataclass(frozen=True)
class Weight:
    """The weight of a check, as its header states it: `number; decision in AE, EX`, `number; decision where late`.

    named: weight → the datasets or variables in which a record weighs so. where: in words, of which records the column
    DECIDES says that they change a decision.
    """

    usual: str
    named: tuple[tuple[str, frozenset[str]], ...] = ()
    where: str = ""

    @classmethod
    def parse(cls, text: str) -> Weight:
        """ValueError for a weight that is none of the three, or a clause that cannot be read."""
        usual, *clauses = re.split(r"; +", text.strip())
        named, where = [], ""
        for clause in clauses:
            weight, how, rest = (*clause.split(" ", 2), "", "")[:3]
            if weight not in WEIGHTS or how not in ("in", "where") or not rest or (how == "where" and where):
                raise ValueError(f"{clause!r} is no weight; write decision in AE, EX, or decision where in words.")
            if how == "in":
                named.append((weight, frozenset(re.split(r", *", rest))))
            else:
                where = rest
        if usual not in WEIGHTS:
            raise ValueError(f"{usual!r} is no weight; the weights are {', '.join(WEIGHTS)}.")
        return cls(usual, tuple(named), where)

    def of(self, dataset: str, variable: str | None, decides: bool) -> str:
        """The heaviest that holds for a record."""
        held = [weight for weight, names in self.named if {dataset, variable or ""} & names]
        return min([self.usual, *held, *([DECISION] if decides else [])], key=WEIGHTS.index)
