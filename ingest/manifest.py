"""The list of files that a sender puts beside them (manifest.csv, SHA256SUMS): how it is recognised and read.

What it says of the files is held against what was delivered in ingest.against_manifest.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

LISTS = {".csv", ".tsv", ".txt", ".json", ""}
SUMS = {".sha256", ".sha1", ".sha512", ".md5", ".sha256sum", ".sha1sum", ".sha512sum", ".md5sum"}
CALLED = re.compile(
    r"manifests?(?![a-z])|^((sha-?(1|224|256|384|512)|md5)[-_ ]?(sums?)?|check[-_ ]?sums?|hash(es)?)([-_. ]|$)"
)
MOST_BYTES = 20 * 10**6
LOOKED_AT = 2**16
KINDS = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
"""Digits of a checksum → what it is: the number tells, whatever its column is called."""
NAMES = (
    "file",
    "filename",
    "filepath",
    "path",
    "location",
    "href",
    "member",
    "name",
    "dataset",
    "datasetname",
    "memname",
)
NAMES += ("domain",)
ROWS = re.compile(
    r"^(no|num|number|total|n)?(of)?(rows?|records?|recs?|obs|observations?)(count|number|total)?$|^(n|count)$"
)
CHECKSUM = re.compile(r"sha\d|^sha$|md5|checksum|hash|digest|fingerprint")
NO_VALUE = {"", "na", "n/a", "-", "–", ".", "null", "none"}
NO_FILE = {"total", "totals", "sum", "all"}
HEADER_WITHIN = 10
"""So many lines may stand above the heading."""


@dataclass(frozen=True)
class Entry:
    """One file as the manifest has it: its name, its rows where they are given, and its checksums in small letters."""

    name: str
    rows: int | None = None
    sums: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What one manifest lists, and how many of its lines or values could not be read."""

    name: str
    entries: tuple[Entry, ...]
    unread: int = 0

    @property
    def of_one_file(self) -> str:
        """The file that it is the checksum of (`ae.xpt` of `ae.xpt.sha256`); empty where it lists a delivery."""
        path = PurePosixPath(self.name)
        return path.stem if path.suffix.lower() in SUMS and PurePosixPath(path.stem).suffix else ""


def is_manifest(name: str, path: Path) -> bool:
    """Whether a delivered file is a manifest by its name, and no dataset by its content."""
    inside = PurePosixPath(name)
    ending = inside.suffix.lower()
    if ending not in SUMS and not (ending in LISTS and CALLED.search(inside.name.lower())):
        return False
    try:
        with open(path, "rb") as stream:
            return b"USUBJID" not in stream.read(LOOKED_AT).upper()
    except OSError:
        return False


def read_manifest(path: Path, name: str) -> Manifest:
    """ValueError says why it cannot be read, OSError too."""
    content = path.read_bytes()
    if len(content) > MOST_BYTES:
        raise ValueError("it is too large for a list of files")
    text = _text(content)
    if not text.strip():
        raise ValueError("it is empty")
    found = list(_of_json(text) if text.lstrip()[:1] in ("{", "[") else _of_lines(text, name))
    entries = tuple(entry for entry, _ in found if entry and not _is_total(entry.name))
    if not entries:
        raise ValueError("it names no file")
    return Manifest(name, entries, sum(unread for _, unread in found))


def _is_total(name: str) -> bool:
    """Whether a line sums up the others: Total, Total files."""
    return name.lower().split()[0].rstrip(":") in NO_FILE and "." not in name


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


Found = Iterator[tuple[Entry | None, int]]
"""Each entry, and how many of its values could not be read; no entry where nothing of a line could be."""


def _of_json(text: str) -> Found:
    try:
        yield from _objects(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ValueError("it is not valid JSON") from error


def _objects(node: object, name: str = "") -> Found:
    """Every object that names a file itself, or stands under a file's name."""
    if isinstance(node, list):
        for child in node:
            yield from [(Entry(child), 0)] if isinstance(child, str) and _is_name(child) else _objects(child)
    if not isinstance(node, dict):
        return
    values = {_plain(str(key)): value for key, value in node.items() if not isinstance(value, (dict, list))}
    own = next((str(values[key]) for key in NAMES if isinstance(values.get(key), str)), name)
    if own and (own == name or any(map(_is_value, values)) or _is_name(own)):
        yield _entry(own, values)
        return
    for key, child in node.items():
        if isinstance(child, (dict, list)):
            yield from _objects(child, str(key) if _is_name(str(key)) else "")
        elif _is_name(str(key)):
            yield _tokens([str(key), str(child)])


def _of_lines(text: str, name: str) -> Found:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith(("#", "//"))]
    for place, line in enumerate(lines[:HEADER_WITHIN]):
        for delimiter in (",", ";", "\t", "|", None):
            heading = [_plain(cell) for cell in _split(line, delimiter)]
            if _is_heading(heading):
                yield from (
                    _entry("", dict(zip(heading, _split(row, delimiter), strict=False))) for row in lines[place + 1 :]
                )
                return
    yield from (_of_line(line, name) for line in lines)


def _split(line: str, delimiter: str | None) -> list[str]:
    cells = line.split() if delimiter is None else next(csv.reader([line], delimiter=delimiter))
    return [cell.strip() for cell in cells]


def _is_heading(heading: list[str]) -> bool:
    known = [cell for cell in heading if _is_value(cell)]
    return bool(set(NAMES) & set(heading)) and (bool(known) or len(heading) == 1)


def _is_value(heading: str) -> bool:
    """Whether a column of this name holds rows or checksums."""
    return bool(ROWS.search(heading) or CHECKSUM.search(heading))


def _of_line(line: str, name: str) -> tuple[Entry | None, int]:
    """A line of sha256sum ("… *ae.xpt", "SHA256 (ae.xpt) = …"), or any with a name, a number and a checksum."""
    if found := re.match(r"^(?:SHA|MD)\d+ ?\((.+)\) ?= ?([0-9a-fA-F]+)$", line.strip()):
        return _tokens([found[2]], found[1])
    if found := re.match(r"^\\?([0-9a-fA-F]{32,128}) +[ *]?(.+)$", line.strip()):
        return _tokens([found[1]], found[2])
    delimiter = next((mark for mark in (",", ";", "\t", "|") if mark in line), None)
    cells = _split(line, delimiter)
    own = PurePosixPath(name).stem if len(cells) == 1 and len(cells[0]) in KINDS else ""
    return _tokens(cells, own)


def _tokens(cells: list[str], name: str = "") -> tuple[Entry | None, int]:
    sums = [cell for cell in map(_checksum, cells) if cell]
    numbers = [cell for cell in cells if re.fullmatch(r"\d[\d,]*", cell) and not _checksum(cell)]
    names = [name] if name else [cell for cell in cells if _is_name(cell)]
    if not names:
        return None, 1
    rows = int(numbers[0].replace(",", "")) if len(numbers) == 1 else None  # of several, one may be the size
    return Entry(names[0], rows, tuple(sums)), 0


def _is_name(text: str) -> bool:
    return bool(
        re.search(r"[A-Za-z0-9_)]\.(xpt|csv|tsv|txt|json|ndjson|parquet|sas7bdat|zip|xml|pdf|\w{2,8})$", text, re.I)
    )


def _entry(name: str, values: dict) -> tuple[Entry | None, int]:
    """An entry by its named values; unread are rows that are no number and checksums that are none."""
    texts = {key: "" if value is None else str(value).strip() for key, value in values.items()}
    own = name or next((texts[key] for key in NAMES if texts.get(key, "").lower() not in NO_VALUE), "")
    if not own:
        return None, int(any(texts.values()))
    counts = [texts[key] for key in texts if ROWS.search(key) and texts[key].lower() not in NO_VALUE]
    checks = [texts[key] for key in texts if CHECKSUM.search(key) and texts[key].lower() not in NO_VALUE]
    rows, sums = [_number(text) for text in counts], [_checksum(text) for text in checks]
    unread = sum(value is None for value in rows) + sums.count("")
    known = [value for value in rows if value is not None]
    return Entry(own, known[0] if known else None, tuple(filter(None, sums))), unread


def _number(text: str) -> int | None:
    plain = re.sub(r"(?<=\d)[,_'  ](?=\d{3})", "", text)
    return int(plain.split(".")[0]) if re.fullmatch(r"\d+(\.0+)?", plain) else None


def _checksum(text: str) -> str:
    """A checksum in small letters; empty where the text is none."""
    plain = re.sub(r"^(sha-?\d+|md5|0x)[:=-]?", "", text.strip().lower())
    return plain if len(plain) in KINDS and re.fullmatch(r"[0-9a-f]+", plain) else ""


def _plain(heading: str) -> str:
    return re.sub(r"[^a-z0-9]", "", heading.lower())
