"""Files and folders as one ZIP file: the same files are the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

WHEN = (1980, 1, 1, 0, 0, 0)
"""The date of every file inside: the earliest that a ZIP file can hold."""


def zip_files(paths: Iterable[Path], target: Path) -> None:
    """Write files, and folders with the files in them, into a ZIP file."""
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for path in paths:
            inside = sorted(path.iterdir()) if path.is_dir() else [path]
            for file in inside:
                archive.writestr(_told(file.relative_to(path.parent).as_posix()), file.read_bytes())


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """Files, each by its name, as the bytes of a ZIP file."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(_told(name), content)
    return target.getvalue()


def _told(name: str) -> ZipInfo:
    told = ZipInfo(name, WHEN)
    told.compress_type, told.external_attr = ZIP_DEFLATED, 0o644 << 16
    return told
