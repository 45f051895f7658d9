"""The laboratory tests of a cut: which the reader may choose, their names, and how CTCAE grades them."""

from __future__ import annotations

from displays.display import plain
from displays.groups import present
from displays.pages import Options
from displays.words import as_words, term_in_words
from queries import View
from queries.frames import rows_of

NO_RESULT = "No treated subject has a laboratory result that can be read."


def lab_tests(view: View) -> Options:
    """The tests with a result, those with most subjects of grade 3 or worse first."""
    return tuple((row.PARAMCD, _words(row)) for row in rows_of(view.ask("lab_tests")))


def _words(row) -> str:
    return as_words(row.PARAM) + (f" ({row.NSEVERE} with grade ≥ 3)" if row.NSEVERE else "")


def chosen(view: View, test: str) -> tuple[str, str] | None:
    """The test wanted, or the first of all; with its name. None where no test has a result."""
    names = dict(view.ask("lab_tests")[["PARAMCD", "PARAM"]].itertuples(index=False))
    code = test if test in names else next(iter(names), "")
    return (code, plain(as_words(names[code]))) if code else None


def grading(view: View, test: str) -> str:
    """By which version and terms of CTCAE a test is graded, what is assumed, and how its text is read."""
    version = f"NCI CTCAE v{view.trial.ctcae_version}"
    terms = view.ask("lab_readings", test=test)
    if terms.empty:
        return f"{version} has no criteria by number for this test here."
    parts = [f"Graded by {version}: {' and '.join(term_in_words(term) for term in terms['TERM'])}."]
    for row in rows_of(terms):
        parts += [f"{row.TERM}: the worst case is assumed ({row.ASSUMES})."] if present(row.ASSUMES) else []
        parts += [f"{row.TERM}: {row.READING[:1].lower()}{row.READING[1:]}."] if present(row.READING) else []
    return " ".join(parts)
