"""What the load tells the data manager: a summary for a mail, and the whole report as HTML or text.

The summary names no subject; the report does, in the first examples of each finding: it goes back to who delivered.
"""

from __future__ import annotations

import html
import os
import tempfile
import textwrap
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pandas import DataFrame, isna

from ingest.delivery import IngestError
from queries.frames import rows_of
from queries.opening import open_cut
from queries.weights import DECISION, WEIGHTS, of_each_weight

OF_FILES = ("manifest", "file_", "previous_")
"""Findings whose examples are names of files, never of subjects."""
MOST_NAMED = 12
"""So many findings that change a decision the summary names."""
WIDTH = 100
STYLE = """
body { font: 10.5pt/1.4 "Segoe UI", Helvetica, Arial, sans-serif; color: #1c2733; margin: 2rem auto; max-width: 72rem;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0.2rem; } h2 { font-size: 1.1rem; margin-top: 1.8rem; }
.synthetic { display: inline-block; border: 1.5pt solid #a02c1a; color: #a02c1a; padding: 0.1rem 0.5rem; }
table { border-collapse: collapse; width: 100%; } thead { display: table-header-group; }
th, td { border-bottom: 0.5pt solid #b9c2cc; padding: 0.3rem 0.5rem; text-align: left; vertical-align: top;
  overflow-wrap: break-word; }
th { font-weight: 600; border-bottom-width: 1pt; } tr { break-inside: avoid; } h2 { break-after: avoid; }
.number { text-align: right; white-space: nowrap; }
.hash { font: 8pt/1.3 Consolas, Menlo, monospace; overflow-wrap: anywhere; }
.wide { table-layout: fixed; }
@media print { body { margin: 0; max-width: none; font-size: 9pt; } @page { size: A4 landscape; margin: 12mm; } }
"""
FINDING_COLUMNS = {
    "DATASET": ("Dataset", 9),
    "WHAT": ("What was found", 34),
    "NRECS": ("Records", 7),
    "SEVERITY": ("Kind", 9),
    "EXAMPLES": ("First examples", 23),
    "ACTION": ("What to do", 18),
}
FILE_COLUMNS = {
    "FILENAME": ("File", 22),
    "DATASET": ("Dataset", 10),
    "NROWS": ("Rows", 8),
    "STATUS": ("Read", 20),
    "SHA256": ("SHA-256", 40),
}
"""Column → heading and width in %."""


@dataclass(frozen=True)
class Letter:
    """A finished cut as the data manager hears of it: facts (what, value), files and findings, the heaviest first."""

    title: str
    synthetic: bool
    facts: tuple[tuple[str, str], ...]
    files: DataFrame
    findings: DataFrame

    def of_weight(self, weight: str) -> DataFrame:
        return self.findings[self.findings["WEIGHT"] == weight]


def read_letter(path: Path) -> Letter:
    """What there is to tell of a cut that was just made."""
    cut = open_cut(path)
    try:
        files, findings, making = (cut.ask(name) for name in ("data_files", "data_findings", "data_making"))
        made = dict(zip(making["NAME"], making["SETTING"], strict=True))
        subjects = len(cut.table("adsl"))
        study = " ".join(dict.fromkeys(filter(None, (cut.study, cut.trial.short_title)))) or "a study without STUDYID"
        title = f"Data cut of {_day(cut.date)}, {study}"
        facts = (
            ("Files", _of_files(files)),
            ("Subjects", f"{subjects:,}"),
            ("Previous cut", made.get("Previous cut", "")),
            ("Delivery", made.get("Source", "")),
            ("Data cut", path.name),
            ("Made at (UTC)", made.get("Made at (UTC)", "")),
        )
        return Letter(title, cut.trial.synthetic, facts, files, findings)
    finally:
        cut.connection.close()


def _of_files(files: DataFrame) -> str:
    if files.empty:
        return "none: made from tables"
    unread = int((files["STATUS"] != "read").sum())
    rows = int(files["NROWS"].fillna(0).sum())
    return f"{len(files) - unread:,} read, with {rows:,} rows" + (f"; {unread:,} not read" if unread else "")


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def counts(letter: Letter) -> str:
    """ "21 findings: 2 change a decision, 8 change a number, 11 are for information."""
    numbers = {weight: len(letter.of_weight(weight)) for weight in WEIGHTS}
    total = sum(numbers.values())
    return f"{total or 'No'} {'finding' if total == 1 else 'findings'}: {', '.join(of_each_weight(numbers))}."


def summary(letter: Letter) -> str:
    """The last lines of a load: what was loaded, how much was found, and each finding that changes a decision."""
    lines = ["", f"{letter.title}.{' Synthetic data.' if letter.synthetic else ''}"]
    lines += [f"{what}: {value}." for what, value in letter.facts[:3]]
    lines.append(counts(letter))
    deciding = letter.of_weight(DECISION)
    if len(deciding):
        lines.append(f"{WEIGHTS[DECISION]}:")
        lines += [_in_summary(row) for row in rows_of(deciding.head(MOST_NAMED))]
    if len(deciding) > MOST_NAMED:
        lines.append(f"- and {len(deciding) - MOST_NAMED} more")
    lines.append("All findings, with examples and what to do: page Data of the dashboard, or --report.")
    return "\n".join(_plain(line) for line in lines)


def _in_summary(row) -> str:
    """One finding without its subjects; files are named."""
    named = f" {row.EXAMPLES}." if row.CHECKID.startswith(OF_FILES) and row.EXAMPLES else ""
    records = f"{row.NRECS:,} {'record' if row.NRECS == 1 else 'records'}"
    head = ", ".join(part for part in (row.DATASET, "" if named else records) if part)
    return f"- {f'{head}: ' if head else ''}{row.WHAT}{named} {row.ACTION}".rstrip()


def _plain(text: object) -> str:
    """Delivered text on one line, without characters that a terminal or a browser would obey."""
    words = "" if isna(text) else str(text)
    return "".join(letter if letter.isprintable() else " " for letter in words)


def as_text(letter: Letter) -> str:
    """The whole report as text."""
    lines = [letter.title, *(["SYNTHETIC DATA"] if letter.synthetic else []), ""]
    lines += [f"{what}: {_plain(value)}" for what, value in letter.facts]
    lines += ["", counts(letter)]
    for weight in WEIGHTS:
        found = letter.of_weight(weight)
        lines += ["", f"{WEIGHTS[weight]} ({len(found)})", ""]
        lines += [line for row in rows_of(found) for line in _in_text(row)] or ["None."]
    lines += ["", f"Files ({len(letter.files)})", ""]
    for row in rows_of(letter.files):
        rows = "" if isna(row.NROWS) else f", {int(row.NROWS):,} rows"
        lines += [f"{_plain(row.FILENAME)}: {_plain(row.STATUS)}{rows}", f"    SHA-256 {_plain(row.SHA256)}"]
    return "\n".join(lines) + "\n"


def _in_text(row) -> list[str]:
    head = f"{row.DATASET or 'Delivery'}: {row.WHAT} ({int(row.NRECS):,}, {row.SEVERITY})"
    more = [f"For example: {row.EXAMPLES}" if row.EXAMPLES else "", row.ACTION]
    wrapped = [textwrap.wrap(_plain(part), WIDTH - 4) for part in (head, *more) if part]
    return [f"{'  - ' if place == 0 else '    '}{line}" for place, line in enumerate(sum(wrapped, []))]


def as_html(letter: Letter) -> str:
    """The whole report as one page that needs nothing else and runs nothing."""
    mark = '<p class="synthetic">Synthetic data</p>' if letter.synthetic else ""
    facts = "".join(f"<tr><th>{_safe(what)}</th><td>{_safe(value)}</td></tr>" for what, value in letter.facts)
    parts = [f"<h1>{_safe(letter.title)}</h1>", mark, f"<p>{_safe(counts(letter))}</p>", f"<table>{facts}</table>"]
    for weight in WEIGHTS:
        found = letter.of_weight(weight)
        parts.append(f"<h2>{WEIGHTS[weight]} ({len(found)})</h2>")
        parts.append(_table(found, FINDING_COLUMNS) if len(found) else "<p>None.</p>")
    files = letter.files.assign(DATASET=letter.files["DATASET"].str.upper())
    parts += [f"<h2>Files ({len(files)})</h2>", _table(files, FILE_COLUMNS)]
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{_safe(letter.title)}</title><style>{STYLE}</style></head>\n<body>\n"
        + "\n".join(part for part in parts if part)
        + "\n</body></html>\n"
    )


def _table(frame: DataFrame, columns: dict[str, tuple[str, int]]) -> str:
    kinds = {"NRECS": ' class="number"', "NROWS": ' class="number"', "SHA256": ' class="hash"'}
    head = "".join(f"<th{kinds.get(column, '')}>{label}</th>" for column, (label, _) in columns.items())
    widths = "".join(f'<col style="width: {width}%">' for _, width in columns.values())
    rows = [
        "".join(f"<td{kinds.get(column, '')}>{_cell(row[column])}</td>" for column in columns)
        for row in frame.to_dict("records")
    ]
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return (
        f'<table class="wide"><colgroup>{widths}</colgroup>'
        + f"<thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"
    )


def _cell(value: object) -> str:
    return f"{int(value):,}" if not isinstance(value, str) and not isna(value) else _safe(value)


def _safe(text: object) -> str:
    return html.escape(_plain(text))


WRITERS = {".html": as_html, ".htm": as_html, ".txt": as_text}
"""Ending of the report's name → what writes it."""


def refuse_report(path: Path) -> None:
    """Before the long work: IngestError where the report could not be written, or would replace a file."""
    if path.suffix.lower() not in WRITERS:
        raise IngestError(f"{path} is no name for the report; it can end in {', '.join(WRITERS)}.")
    if os.path.lexists(path):
        raise IngestError(f"{path} exists already and is not overwritten; give another --report.")
    near = next(folder for folder in path.absolute().parents if folder.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=near):  # asking for permission alone would not do everywhere
            pass
    except OSError as error:
        raise IngestError(f"{path} cannot be written ({near}: {error.strerror}); give another --report.") from error


def write_letter(letter: Letter, path: Path) -> None:
    """Write the report; IngestError where it cannot be, and then nothing of it is left."""
    content = WRITERS[path.suffix.lower()](letter).encode("utf-8", "replace")
    made = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb") as stream:
            made = True
            stream.write(content)
    except OSError as error:
        if made:
            path.unlink(missing_ok=True)
        raise IngestError(f"{path} could not be written ({error.strerror}).") from error
