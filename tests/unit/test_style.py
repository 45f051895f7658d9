"""What the linter has no rule for: no conditional expression holds another, and lines of SQL are as short as others."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHON = sorted(
    path for path in ROOT.rglob("*.py") if not {".venv", "__pycache__"} & set(path.relative_to(ROOT).parts[:-1])
)


def nested(tree: ast.AST) -> list[int]:
    """The lines on which a conditional expression holds another in one of its three parts."""
    outer = [node for node in ast.walk(tree) if isinstance(node, ast.IfExp)]
    return sorted({node.lineno for node in outer if any(isinstance(one, ast.IfExp) for one in _inside(node))})


def _inside(conditional: ast.IfExp):
    """Everything within its condition and its two values."""
    return (node for part in (conditional.test, conditional.body, conditional.orelse) for node in ast.walk(part))


def test_nested_conditionals_are_found():
    assert nested(ast.parse("x = a if b else (c if d else e)")) == [1]
    assert nested(ast.parse("x = a if b else c\ny = d if e else f")) == []


def test_no_conditional_expression_holds_another():
    found = {path: nested(ast.parse(path.read_text(encoding="utf-8"))) for path in PYTHON}
    assert PYTHON and {str(path.relative_to(ROOT)): lines for path, lines in found.items() if lines} == {}


MOST_CHARACTERS = 120
SQL = sorted(path for path in ROOT.rglob("*.sql") if ".venv" not in path.relative_to(ROOT).parts)


def long_lines(path: Path) -> list[int]:
    """The numbers of the lines of a file that are longer than a line of Python may be."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    return [number for number, line in lines if len(line) > MOST_CHARACTERS]


def test_no_line_of_sql_is_longer_than_one_of_python():
    found = {str(path.relative_to(ROOT)): long_lines(path) for path in SQL}
    assert SQL and {name: lines for name, lines in found.items() if lines} == {}
