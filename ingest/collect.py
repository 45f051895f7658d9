"""Gathers the files of one delivery: which dataset each file is, split domains stacked, everything odd reported.

What stops a load and what is only reported of a file that cannot be read: ingest.unread.
"""

from __future__ import annotations

import hashlib
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.against_manifest import MANIFEST, check_manifests
from ingest.archive import ENDING, Room
from ingest.delivery import Delivery, Finding, IngestError, NotData
from ingest.identify import dataset_of, named_dataset
from ingest.manifest import is_manifest
from ingest.read import READERS, File, read_file
from ingest.stack import stacked
from ingest.unread import Unread, reason_not_read, settled
from ingest.variables import lacking
from ingest.walk import delivered_files, readable
from ingest.weights import INFORMATION

Progress = Callable[[str], None]
SAID_ROWS = 1_000_000
"""After so many rows of a file its reader hears how many are left."""


def collect(source: Path, progress: Progress = lambda line: None) -> Delivery:
    """Read every data file of a folder, an archive or one file into a Delivery; IngestError where it cannot be."""
    source = Path(source)
    parts: dict[str, list[tuple[str, File]]] = {}
    records, findings, unread, paths = [], [], [], {}
    with tempfile.TemporaryDirectory(prefix="safety-ingest-") as folder:
        delivered = list(delivered_files(source, Room(Path(folder))))
        for number, (name, path, why) in enumerate(delivered, 1):
            said = _Said(progress, name, f"(file {number} of {len(delivered)})")
            record, file, failed = _one(name, path, why, said.rows)
            if file:
                parts.setdefault(record["DATASET"], []).append((name, file))
                findings += _remarks(record, file)
            records.append(record)
            paths[name] = path
            unread += [failed] if failed else []
            said.end(f"{record['NROWS']:,} rows to {record['DATASET'].upper()}" if file else record["STATUS"])
        findings += check_manifests(records, paths)
    findings += settled(unread, parts, records)
    return _delivery(source, parts, records, findings)


@dataclass(frozen=True)
class _Said:
    """What is said of one file while it is read: where it is, and of a large one how much is left."""

    progress: Progress
    file: str
    place: str

    def rows(self, read: int, of: int) -> None:
        if read % SAID_ROWS == 0 and read < of:
            self.end(f"{read:,} of {of:,} rows read")

    def end(self, what: str) -> None:
        self.progress(f"{self.file}: {what} {self.place}")


def _one(
    name: str, path: Path, why: IngestError | None, said: Callable[[int, int], None]
) -> tuple[dict, File | None, Unread | None]:
    """The record of one file, its content where it was read, and else why it was not."""
    record = dict(
        FILENAME=name, FORMAT="", NBYTES=None, SHA256="", NROWS=None, NCOLS=None, DATASET="", ENCODING="", STATUS="read"
    )
    dataset = named_dataset(name)
    if _is_special(path):
        return _failed(
            record, Unread(name, dataset, "no regular file (a pipe, socket or device)", broken=bool(dataset))
        )
    record |= {"NBYTES": _size(path), "SHA256": _sha256(path, name)}
    if path.suffix.lower() == ENDING:
        return _failed(record, Unread(name, dataset, str(why))) if why else (record | {"FORMAT": "ZIP"}, None, None)
    if is_manifest(name, path):
        return record | {"FORMAT": MANIFEST}, None, None
    if path.suffix.lower() not in READERS:
        return _failed(record, Unread(name, *reason_not_read(path, dataset), broken=False))
    try:
        file = read_file(path, name, said)
    except IngestError as error:
        return _failed(
            record, Unread(name, dataset, str(error), broken=bool(dataset) or not isinstance(error, NotData))
        )
    dataset = dataset_of(path.stem, file, name)
    read = {
        "FORMAT": file.format,
        "NROWS": len(file.table),
        "NCOLS": len(file.table.column_names),
        "DATASET": dataset,
        "ENCODING": file.encoding,
    }
    return record | read, file, None


def _failed(record: dict, unread: Unread) -> tuple[dict, None, Unread]:
    return record | {"STATUS": unread.status}, None, unread


def _is_special(path: Path) -> bool:
    """Whether reading would wait for ever; what cannot be asked is told when it is read."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _sha256(path: Path, name: str) -> str:
    try:
        with open(path, "rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise IngestError(f"{name} cannot be read ({error.strerror}); check the file and who may read it.") from error


def _remarks(record: dict, file: File) -> list[Finding]:
    dataset, name = record["DATASET"].upper(), record["FILENAME"]
    found = [
        Finding("note", dataset, "reading", f"In one file {remark}.", 1, name, weight=INFORMATION)
        for remark in file.remarks
    ]
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
                weight=INFORMATION,
            )
        )
    stem = Path(name).stem.upper()
    expected = dataset.removeprefix("ADAM.")
    if stem != expected and not stem.startswith(expected):
        found.append(
            Finding(
                "note",
                dataset,
                "file_name",
                f"The file's content says that it is {expected}, not its name.",
                1,
                name,
                weight=INFORMATION,
            )
        )
    return found


def _delivery(source: Path, parts: dict, records: list[dict], findings: list[Finding]) -> Delivery:
    tables = {dataset: stacked(dataset, files, findings) for dataset, files in sorted(parts.items())}
    if "dm" not in tables and "adam.adsl" not in tables:
        raise IngestError(_no_subjects(source, tables, records))
    adam = {name.removeprefix("adam."): table for name, table in tables.items() if name.startswith("adam.")}
    sdtm = {name: table for name, table in tables.items() if not name.startswith("adam.")}
    findings += lacking(sdtm)
    return Delivery(sdtm, adam, tuple(records), tuple(findings), readable("/".join(source.resolve().parts[-2:])))


def _no_subjects(source: Path, tables: dict, records: list[dict]) -> str:
    unread = [r["FILENAME"] for r in records if r["STATUS"] != "read"]
    others = f"; not read: {', '.join(unread[:5])}" if unread else ""
    came = ", ".join(name.upper() for name in tables) or "nothing that can be read"
    if any(name.startswith("adam.") for name in tables):
        return (
            f"{source} contains neither DM nor ADSL, so there are no subjects to load; found {came}{others}; "
            "without SDTM, ADSL is needed beside the other analysis datasets."
        )
    return (
        f"{source} contains no DM (demographics), so there are no subjects to load; found {came}{others}; "
        "give the folder that holds the delivered SDTM files."
    )
