"""Opens data cuts and asks them questions. `staging/*.sql` makes the analysis tables, `*.sql` are questions."""

from queries.cut import Cut, CutError, Question, list_cuts, open_cut, questions
from queries.filters import FILTERS, IN_ADDRESS, Filter, Filters
from queries.grading import grade_labs
from queries.view import View

__all__ = [
    "FILTERS",
    "IN_ADDRESS",
    "Cut",
    "CutError",
    "Filter",
    "Filters",
    "Question",
    "View",
    "grade_labs",
    "list_cuts",
    "open_cut",
    "questions",
]
