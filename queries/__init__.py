"""Opens data cuts and asks them questions. `staging/*.sql` makes the analysis tables, `*.sql` are questions."""

from queries.cut import Cut, CutError, Question, list_cuts, open_cut, questions
from queries.grading import grade_labs
from queries.view import Filters, View

__all__ = ["Cut", "CutError", "Filters", "Question", "View", "grade_labs", "list_cuts", "open_cut", "questions"]
