"""What follows where a delivered file cannot be read: nothing of it may be missing without a word.

DM, EX, AE, DS and SUPPAE decide doses: a damaged file of them stops the load, and so does one of a kind that is not
read where nothing else was delivered of them. Any other file is named, and its dataset is shown as delivered and not
readable: also where another part of it (LBHE beside a damaged LBCH) was read, since a part would pass for the whole.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ingest.delivery import Finding, IngestError
from ingest.from_adam import SOURCES
from ingest.identify import TRIAL_DESIGN
from ingest.read import File
from ingest.weights import DECISION, INFORMATION, NUMBER, of_dataset

DECIDING = ("dm", "ex", "ae", "ds")
STOPPING = {*DECIDING, "suppae", "suppqual"}
DOCUMENTS = {".pdf", ".doc", ".docx", ".ppt", ".pptx", ".rtf", ".md", ".htm", ".html", ".xsl", ".css", ".log", ".lst"}
DOCUMENTS |= {".sas", ".r", ".py", ".sql", ".toml", ".png", ".jpg", ".jpeg", ".svg", ".sas7bcat", ".sha256", ".md5"}
READ_KINDS = "XPT, CSV, Parquet, SAS7BDAT, Dataset-JSON, ZIP"
NOT_READ = {
    ".xlsx": "workbooks are not read; save each sheet as CSV",
    ".xls": "workbooks are not read; save each sheet as CSV",
    ".ods": "workbooks are not read; save each sheet as CSV",
    ".gz": "compressed files are not read; unpack it",
    ".tgz": "compressed files are not read; unpack it",
    ".7z": "archives other than ZIP are not read; unpack it",
    ".rar": "archives other than ZIP are not read; unpack it",
    ".tar": "archives other than ZIP are not read; unpack it",
    ".txt": "text is read from files named .csv or .tsv; rename it if it is a table",
    ".sas7bcat": "format catalogues are not needed",
    ".xml": "metadata are not read; a dataset is read as Dataset-JSON",
}
"""Why files of other kinds are left; anything else is no data file."""


@dataclass(frozen=True)
class Unread:
    """A file that was not read: which dataset it is by its name (empty where that says nothing), and why.

    broken: of a kind that is read, and damaged; else of another kind.
    """

    name: str
    dataset: str
    why: str
    broken: bool = True

    @property
    def status(self) -> str:
        """What the list of files says of it; the dashboard's displays look for the first two words."""
        return f"not readable: {self.why}" if self.broken else f"not read: {self.why}"


def reason_not_read(path: Path, dataset: str) -> tuple[str, str]:
    """(dataset, why) of a file of a kind that is not read; a document is no dataset, whatever its name."""
    ending = path.suffix.lower()
    why = NOT_READ.get(ending, f"no data file of a kind that is read ({READ_KINDS})")
    return "" if ending in DOCUMENTS else dataset, why


def settled(unread: list[Unread], parts: dict[str, list[tuple[str, File]]], records: list[dict]) -> list[Finding]:
    """The findings of what was not read; IngestError where the load must stop.

    The dataset of such a file is put into its record, and what was read of it otherwise is taken out of the parts.
    """
    unread = [_for_its_domain(failed, parts) for failed in unread]
    for failed in unread:
        _refuse_deciding(failed, parts)
    findings = [_named(failed, parts, records) for failed in unread]
    return findings + [
        finding
        for dataset in sorted({failed.dataset for failed in unread if failed.broken and failed.dataset})
        for finding in _withdrawn(dataset, parts, records)
    ]


def _for_its_domain(failed: Unread, parts: dict) -> Unread:
    """An analysis dataset that a domain would have been read from stands for that domain, which did not come."""
    waiting = [
        name.lower() for name in SOURCES.get(failed.dataset.removeprefix("adam."), ()) if name.lower() not in parts
    ]
    return replace(failed, dataset=waiting[0]) if failed.dataset.startswith("adam.") and waiting else failed


def _refuse_deciding(failed: Unread, parts: dict) -> None:
    if failed.dataset in STOPPING and failed.broken:
        raise IngestError(_sentence(failed))
    if failed.dataset in STOPPING and failed.dataset not in parts:
        raise IngestError(
            f"{failed.name} was not read ({failed.why}), and no other file holds {failed.dataset.upper()}; "
            f"deliver {failed.dataset.upper()} as one of {READ_KINDS}."
        )
    missing = [dataset.upper() for dataset in DECIDING if dataset not in parts]
    if failed.broken and not failed.dataset and missing:
        raise IngestError(
            f"{_sentence(failed).rstrip('.')} (its name does not say what it holds; it may be {' or '.join(missing)})."
        )


def _sentence(failed: Unread) -> str:
    return failed.why if failed.name in failed.why else f"{failed.name} cannot be read: {failed.why}."


def _named(failed: Unread, parts: dict, records: list[dict]) -> Finding:
    if failed.dataset and (failed.broken or failed.dataset not in parts):
        record = next(record for record in records if record["FILENAME"] == failed.name)
        record["DATASET"] = failed.dataset
        what = _not_readable(failed)
        return Finding(
            "left out",
            _shown(failed.dataset),
            "file_not_readable",
            what,
            1,
            failed.name,
            "Ask for the file again.",
            weight=INFORMATION if _shown(failed.dataset) in TRIAL_DESIGN else of_dataset(failed.dataset),
        )
    check = "file_not_readable" if failed.broken else "file_not_read"
    what = "It was not read" if failed.why.startswith("no regular") else "The file was not read"
    weight = _weight_of_unknown(failed)
    return Finding("left out", "", check, f"{what}: {failed.why.rstrip('.')}.", 1, failed.name, weight=weight)


def _weight_of_unknown(failed: Unread) -> str:
    """A damaged file whose name does not say what it holds may hold anything, a workbook or an archive a dataset."""
    if failed.broken and not failed.dataset:
        return DECISION
    ending = PurePosixPath(failed.name).suffix.lower()
    return NUMBER if ending in NOT_READ and ending not in DOCUMENTS | {".txt", ".xml"} else INFORMATION


def _not_readable(failed: Unread) -> str:
    why = failed.why.rstrip(".")
    if failed.dataset.upper() in TRIAL_DESIGN:
        return f"The trial design file could not be read, and no count rests on it: {why}."
    return f"The file was delivered and could not be read; its displays say so: {why}."


def _withdrawn(dataset: str, parts: dict, records: list[dict]) -> list[Finding]:
    """What was read of a dataset of which another file could not be read; it is not shown."""
    files = parts.pop(dataset, [])
    for record in records:
        if record["FILENAME"] in {name for name, _ in files}:
            record["STATUS"] = f"not used: another file of {_shown(dataset)} could not be read"
    rows = sum(len(file.table) for _, file in files)
    return [
        Finding(
            "left out",
            _shown(dataset),
            "part_not_used",
            "A part of the dataset was read and another could not be; nothing of it is shown, since a part would pass "
            "for the whole.",
            rows,
            ", ".join(name for name, _ in files),
            "Ask for the other file again.",
            weight=of_dataset(dataset),
        )
    ] * bool(files)


def _shown(dataset: str) -> str:
    return dataset.upper()
