"""Opens data cuts and asks them questions. `staging/*.sql` makes the analysis tables, `*.sql` are questions."""

from queries.cut import Cut, CutError, Question, questions
from queries.filters import FILTERS, IN_ADDRESS, Filter, Filters
from queries.grading import grade_labs
from queries.opening import list_cuts, open_cut
from queries.text_storage import hold_text
from queries.view import View

hold_text()

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
    "hold_text",
    "list_cuts",
    "open_cut",
    "questions",
]
