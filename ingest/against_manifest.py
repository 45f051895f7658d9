"""Holds what was delivered against the manifest that came with it: names, rows, checksums.

A file of DM, EX, AE, DS or SUPPAE with another checksum stops the load, as a damaged one does: its bytes are not those
that were sent, so nothing in it can be trusted. A file that is missing, one too many or another number of rows is a
finding: the manifest may list what is sent apart, or count a heading.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import NamedTuple

from ingest.archive import ENDING
from ingest.check import EXAMPLES
from ingest.delivery import Finding, IngestError
from ingest.identify import named_dataset
from ingest.manifest import KINDS, Entry, Manifest, read_manifest
from ingest.read import READERS
from ingest.unread import STOPPING
from ingest.weights import DECISION, INFORMATION, NUMBER

MANIFEST = "Manifest"
"""The format of a manifest in the list of files."""
WORDS = {"md5": "MD5", "sha1": "SHA-1", "sha256": "SHA-256", "sha512": "SHA-512"}


class _About(NamedTuple):
    """What is told of one file; is_data: whether it holds a dataset, or would by its name."""

    dataset: str
    example: str
    is_data: bool


def _about(name: str, record: Mapping = MappingProxyType({}), told: str = "") -> _About:
    dataset = record.get("DATASET") or named_dataset(_path(name))
    is_data = bool(dataset) or record.get("NROWS") is not None or PurePosixPath(_path(name)).suffix == ENDING
    return _About(dataset, f"{name}{told}", is_data)


@dataclass
class _Checked:
    """What was found on the way, by kind, and the files that a manifest lists."""

    missing: list[_About] = field(default_factory=list)
    checksum: list[_About] = field(default_factory=list)
    rows: list[_About] = field(default_factory=list)
    listed: set[str] = field(default_factory=set)


def check_manifests(records: list[dict], paths: Mapping[str, Path]) -> list[Finding]:
    """The findings of every manifest among the delivered files; IngestError where a deciding file is another one.

    records: of all files; paths: name → where the file is.
    """
    names = [record["FILENAME"] for record in records if record["FORMAT"] == MANIFEST]
    if not names:
        return []
    findings, manifests = [], []
    for name in names:
        try:
            manifests.append(read_manifest(paths[name], name))
        except (ValueError, OSError) as error:
            why = str(getattr(error, "strerror", None) or error)
            next(record for record in records if record["FILENAME"] == name)["STATUS"] = f"not read: {why}"
            findings.append(_not_readable(name, why))
    findings += [_partly(manifest) for manifest in manifests if manifest.unread]
    checked, others = _Checked(), [record for record in records if record["FORMAT"] != MANIFEST]
    for manifest in manifests:
        for entry in manifest.entries:
            _check(manifest, entry, others, paths, checked, names)
    _refuse_another_file(checked, manifests)
    whole = [manifest for manifest in manifests if not manifest.of_one_file]
    return findings + _told(checked, _extra(others, checked.listed) if whole else [], manifests)


def _check(
    manifest: Manifest, entry: Entry, records: list[dict], paths: Mapping[str, Path], checked: _Checked, own: list[str]
) -> None:
    """Hold one entry against the file of its name; of several of one name, against the one that fits."""
    found = _named(entry.name, manifest.name, records)
    if not found:
        if not any(_same(entry.name, name) for name in own):
            checked.missing.append(_about(entry.name))
        return
    checked.listed |= {record["FILENAME"] for record in found}
    differing = [(record, _sums_differ(entry, record, paths), _rows_differ(entry, record)) for record in found]
    record, sums, rows = min(differing, key=lambda one: (bool(one[1]), bool(one[2])))
    if sums:
        checked.checksum.append(_about(record["FILENAME"], record, f": {sums}"))
    if rows:
        checked.rows.append(_about(record["FILENAME"], record, f": {rows}"))


def _named(name: str, manifest: str, records: list[dict]) -> list[dict]:
    """The delivered files that an entry names: by the whole path, from the manifest's folder, by the end of the path,
    by the name alone, or by the dataset's name without an ending."""
    wanted = _path(name)
    beside = str(PurePosixPath(_path(manifest)).parent / wanted)
    last = PurePosixPath(wanted).name
    ways = (
        lambda path: path in (wanted, beside),
        lambda path: path.endswith(f"/{wanted}") or wanted.endswith(f"/{path}"),
        lambda path: PurePosixPath(path).name == last,
        lambda path: PurePosixPath(path).stem == last and PurePosixPath(path).suffix in READERS,
    )
    for is_it in ways:
        if found := [record for record in records if is_it(_path(record["FILENAME"]))]:
            return found
    return []


def _path(name: str) -> str:
    return name.strip().replace("\\", "/").removeprefix("./").lstrip("/").lower()


def _same(name: str, other: str) -> bool:
    return PurePosixPath(_path(name)).name == PurePosixPath(_path(other)).name


def _sums_differ(entry: Entry, record: dict, paths: Mapping[str, Path]) -> str:
    """ "SHA-256 1234abcd… here, 9876fedc… in the manifest"; empty where all agree."""
    for given in entry.sums:
        kind = KINDS[len(given)]
        own = record["SHA256"] if kind == "sha256" else _digest(paths[record["FILENAME"]], kind)
        if own != given:
            return f"{WORDS.get(kind, kind.upper())} {own[:8]}… here, {given[:8]}… in the manifest"
    return ""


def _digest(path: Path, kind: str) -> str:
    with open(path, "rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()


def _rows_differ(entry: Entry, record: dict) -> str:
    rows = record["NROWS"]
    if entry.rows is None or rows is None or rows == entry.rows:
        return ""
    return f"{rows:,} rows here, {entry.rows:,} in the manifest"


def _refuse_another_file(checked: _Checked, manifests: Iterable[Manifest]) -> None:
    deciding = [file.example for file in checked.checksum if file.dataset in STOPPING]
    if deciding:
        names = ", ".join(manifest.name for manifest in manifests)
        verb = "is not the file" if len(deciding) == 1 else "are not the files"
        raise IngestError(
            f"{'; '.join(deciding[:5])}: {verb} that {names} lists; ask for the delivery again, or for the manifest "
            "that belongs to it."
        )


def _extra(records: list[dict], listed: set[str]) -> list[_About]:
    """The files that no manifest lists. An archive and what is in it are listed together."""
    extra = []
    for record in records:
        name = record["FILENAME"]
        if name in listed or any(name.startswith(f"{one}/") or one.startswith(f"{name}/") for one in listed):
            continue
        extra.append(_about(name, record))
    return extra


def _told(checked: _Checked, extra: list[_About], manifests: list[Manifest]) -> list[Finding]:
    kinds = (
        ("manifest_missing", "{} that the manifest lists were not delivered.", checked.missing),
        ("manifest_checksum", "{} are not those that the manifest lists.", checked.checksum),
        ("manifest_rows", "{} hold another number of rows than the manifest says.", checked.rows),
        ("manifest_extra", "{} were delivered that the manifest does not list.", extra),
    )
    weighed = (("Files", DECISION, True), ("Files without data", INFORMATION, False))
    action = "Ask the sponsor which is right, the manifest or the delivery."
    found = [
        Finding("doubtful", "", check, what.format(named), len(files), _examples(files), action, weight=weight)
        for check, what, every in kinds
        for named, weight, of_data in weighed
        if (files := [file for file in every if file.is_data == of_data])
    ]
    if manifests and not any(finding.weight == DECISION for finding in found):
        names = ", ".join(manifest.name for manifest in manifests)
        found.append(
            Finding(
                "note",
                "",
                "manifest_agrees",
                "Every file is as the manifest lists it.",
                len(checked.listed),
                names,
                "Nothing.",
                weight=INFORMATION,
            )
        )
    return found


def _examples(files: list[_About]) -> str:
    """The first examples, those of deciding datasets before others."""
    in_order = sorted(files, key=lambda file: file.dataset not in STOPPING)
    return "; ".join(file.example for file in in_order[:EXAMPLES])


def _not_readable(name: str, why: str) -> Finding:
    what = f"The manifest could not be read, so no file was checked against it: {why}."
    action = "Ask for a manifest with names, rows and SHA-256, as CSV or JSON."
    return Finding("left out", "", "file_not_read", what, 1, name, action, weight=NUMBER)


def _partly(manifest: Manifest) -> Finding:
    what = "Lines or values of the manifest could not be read and were not checked."
    action = "Look into the manifest."
    return Finding("left out", "", "manifest_not_readable", what, manifest.unread, manifest.name, action, weight=NUMBER)
