"""Opens data cuts and asks them questions. `staging/*.sql` makes the analysis tables, `*.sql` are questions."""

from queries.cut import Cut, CutError, Question, list_cuts, open_cut, questions
from queries.grading import grade_labs
from queries.view import Filters, View

__all__ = ["Cut", "CutError", "Filters", "Question", "View", "grade_labs", "list_cuts", "open_cut", "questions"]

STAGING = (
    "surface",
    "exdose",
    "adex",
    "cmdose",
    "dosetold",
    "deathtold",
    "adsl",
    "adae",
    "contact",
    "addl",
    "labvalue",
    "labgrade",
    "adlb",
    "adeg",
    "adcv",
    "adrs",
    "adtte",
    "adpc",
    "addue",
)
"""The analysis tables in the order in which they are made; each may read the ones before it."""

PASSING = ("surface", "exdose", "cmdose", "dosetold", "deathtold", "contact", "labvalue", "labgrade")
"""Steps on the way to a table, not kept in the cut."""
