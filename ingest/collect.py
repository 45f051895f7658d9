"""Gathers the files of one delivery: which dataset each file is, split domains stacked, everything odd reported.

What stops a load: any data file that cannot be read whole, since its records would silently be
missing (a display would say "not collected" of what was collected). What is only reported: a file
of trial design (TS, TA, …), on which no count rests, and files that are no data files.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from pandas import DataFrame

from ingest.delivery import Delivery, Finding, IngestError
from ingest.read import NOT_READ, READERS, File, read_file
from ingest.source import COLUMNS
from ingest.stack import stacked

TRIAL_DESIGN = {"TS", "TA", "TE", "TV", "TI", "TD", "TM", "TX"}
SUBJECT_DOMAINS = set(COLUMNS) - TRIAL_DESIGN - {"SUPP"}
ADAM_MARKS = {"PARAMCD", "TRTA", "TRTP", "TRT01A", "TRT01P", "SAFFL", "ITTFL", "TRTEMFL"}
SKIPPED = re.compile(r"^(\.|~\$|Thumbs\.db$|desktop\.ini$|__MACOSX)", re.IGNORECASE)

Progress = Callable[[str], None]


def collect(source: Path, progress: Progress = lambda line: None) -> Delivery:
    """Read every data file of a folder (or one file) into a Delivery; IngestError where one cannot be."""
    source = Path(source)
    paths = _paths(source)
    parts: dict[str, list[tuple[str, File]]] = {}
    records, findings = [], []
    for name, path in paths:
        record, finding, file = _one(name, path)
        if file:
            parts.setdefault(record["DATASET"], []).append((name, file))
            findings += _remarks(record, file)
        records.append(record)
        findings += [finding] if finding else []
        progress(
            f"{name}: " + (f"{record['NROWS']:,} rows to {record['DATASET'].upper()}" if file else record["STATUS"])
        )
    return _delivery(source, parts, records, findings)


def _paths(source: Path) -> list[tuple[str, Path]]:
    """(name as the reader knows it, path) of every file, in the order of the names."""
    if source.is_file():
        return [(_readable(source.name), source)]
    if not source.is_dir():
        raise IngestError(f"There is no file or folder {source}; give the folder that holds the delivered files.")
    found = sorted((_readable(str(path.relative_to(source))), path) for path in _walk(source))
    if not found:
        raise IngestError(f"The folder {source} is empty; give the folder that holds the delivered files.")
    return found


def _readable(name: str) -> str:
    """A file's name as text that can be shown and stored, whatever bytes it is made of."""
    return os.fsencode(name).decode("utf-8", "replace")


def _walk(source: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(source):
        folders[:] = [name for name in folders if not SKIPPED.match(name)]
        yield from (Path(folder) / name for name in files if not SKIPPED.match(name))


def _one(name: str, path: Path) -> tuple[dict, Finding | None, File | None]:
    """The record of one file, what is to be reported of it, and its content where it was read."""
    record = dict(
        FILENAME=name, FORMAT="", NBYTES=None, SHA256="", NROWS=None, NCOLS=None, DATASET="", ENCODING="", STATUS="read"
    )
    if _is_special(path):
        why = "no regular file (a pipe, socket or device)"
        return (
            record | {"STATUS": f"not read: {why}"},
            Finding("left out", "", "file_not_read", f"It was not read: {why}.", 1, name),
            None,
        )
    record |= {"NBYTES": _size(path), "SHA256": _sha256(path)}
    if path.suffix.lower() not in READERS:
        why = NOT_READ.get(path.suffix.lower(), "no data file of a kind that is read (XPT, CSV, Parquet, SAS7BDAT)")
        return (
            record | {"STATUS": f"not read: {why}"},
            Finding("left out", "", "file_not_read", f"The file was not read: {why}.", 1, name),
            None,
        )
    try:
        file = read_file(path, name)
        dataset = dataset_of(path.stem, file, name)
    except IngestError as error:
        if path.stem.upper() not in TRIAL_DESIGN:
            raise
        finding = Finding(
            "left out",
            path.stem.upper(),
            "file_not_readable",
            f"The trial design file could not be read, and no count rests on it: {error}",
            1,
            name,
            "Ask for the file again.",
        )
        return record | {"STATUS": f"not read: {error}"}, finding, None
    read = {
        "FORMAT": file.format,
        "NROWS": len(file.frame),
        "NCOLS": len(file.frame.columns),
        "DATASET": dataset,
        "ENCODING": file.encoding,
    }
    return record | read, None, file


def _is_special(path: Path) -> bool:
    """Whether reading would wait for ever; what cannot be asked is told when it is read."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _sha256(path: Path) -> str:
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise IngestError(
            f"{path.name} cannot be read ({error.strerror}); check the file and who may read it."
        ) from error


def dataset_of(stem: str, file: File, name: str) -> str:
    """Which dataset a file is, lower case: by its DOMAIN column first, by its name where it has none;
    `adam.adsl` for ADaM."""
    columns = _columns(file.frame, name)
    names = [re.sub(r"[^A-Z0-9_]", "_", text.upper()) for text in (stem, file.inside) if text]
    if {"RDOMAIN", "QNAM", "QVAL"} <= columns.keys():
        return _supplemental(file.frame, columns["RDOMAIN"], names)
    adam = next((n for n in names if re.fullmatch(r"AD[A-Z0-9]{2,6}", n)), None)
    if adam and (ADAM_MARKS & columns.keys() or "DOMAIN" not in columns):
        return f"adam.{adam.lower()}"
    domain = _domain(file.frame, columns, names, name)
    if domain in SUBJECT_DOMAINS and "USUBJID" not in columns:
        raise IngestError(
            f"{name} ({domain}) has no column USUBJID, so its records belong to nobody; ask for the file again."
        )
    return domain.lower()


def _columns(frame: DataFrame, name: str) -> dict[str, str]:
    """Upper-case column name → name as delivered; two that differ only in case cannot be told apart."""
    upper = [str(column).upper() for column in frame.columns]
    twice = [column for column, count in Counter(upper).items() if count > 1]
    if twice:
        raise IngestError(f"{name}: the column {twice[0]} is there twice; name every column once.")
    return dict(zip(upper, frame.columns, strict=True))


def _values(frame: DataFrame, column: str) -> list[str]:
    texts = frame[column].dropna().astype(str).str.strip().str.upper()
    return sorted(set(texts) - {"", "NA"})


def _supplemental(frame: DataFrame, column: str, names: list[str]) -> str:
    domains = _values(frame, column)
    if len(domains) == 1:
        return f"supp{domains[0].lower()}"
    return next((n.lower() for n in names if n.startswith("SUPP")), "suppqual")


def _domain(frame: DataFrame, columns: dict[str, str], names: list[str], name: str) -> str:
    domains = _values(frame, columns["DOMAIN"]) if "DOMAIN" in columns else []
    if len(domains) > 1:
        raise IngestError(f"{name} holds records of several domains ({', '.join(domains)}); deliver one file a domain.")
    if domains and re.fullmatch(r"[A-Z0-9_]+", domains[0]):
        return domains[0]
    for candidate in names:
        if candidate in COLUMNS or candidate in TRIAL_DESIGN:
            return candidate
        if candidate[:2] in SUBJECT_DOMAINS and {f"{candidate[:2]}SEQ", f"{candidate[:2]}TESTCD"} & columns.keys():
            return candidate[:2]
    return names[0] if re.match(r"[A-Z_]", names[0]) else f"_{names[0]}"


def _remarks(record: dict, file: File) -> list[Finding]:
    dataset, name = record["DATASET"].upper(), record["FILENAME"]
    found = [Finding("note", dataset, "reading", f"In one file {remark}.", 1, name) for remark in file.remarks]
    if file.encoding == "Windows-1252":
        found.append(
            Finding(
                "note",
                dataset,
                "encoding",
                "Text was not UTF-8 and was read as Windows-1252.",
                1,
                name,
                "Look at accented letters and apostrophes in it.",
            )
        )
    stem = Path(name).stem.upper()
    expected = dataset.removeprefix("ADAM.")
    if stem != expected and not stem.startswith(expected):
        found.append(
            Finding(
                "note", dataset, "file_name", f"The file's content says that it is {expected}, not its name.", 1, name
            )
        )
    return found


def _delivery(source: Path, parts: dict, records: list[dict], findings: list[Finding]) -> Delivery:
    frames = {dataset: stacked(dataset, files, findings) for dataset, files in sorted(parts.items())}
    if "dm" not in frames:
        raise IngestError(_no_subjects(source, frames, records))
    adam = {name.removeprefix("adam."): frame for name, frame in frames.items() if name.startswith("adam.")}
    sdtm = {name: frame for name, frame in frames.items() if not name.startswith("adam.")}
    return Delivery(sdtm, adam, tuple(records), tuple(findings), _readable("/".join(source.resolve().parts[-2:])))


def _no_subjects(source: Path, frames: dict, records: list[dict]) -> str:
    unread = [r["FILENAME"] for r in records if r["STATUS"] != "read"]
    others = f"; not read: {', '.join(unread[:5])}" if unread else ""
    came = ", ".join(name.upper() for name in frames) or "nothing that can be read"
    return (
        f"{source} contains no DM (demographics), so there are no subjects to load; found {came}{others}; "
        "give the folder that holds the delivered SDTM files."
    )
