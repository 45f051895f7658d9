"""A pack as files in a folder: whole under their names, or not there at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from export.book import book
from export.browser import images_available
from export.deck import deck
from export.earlier import read_manifest
from export.made import Book, Progress, silent
from export.manifest import compact, manifest, of_part, text_of
from export.names import file_name
from export.pack import PackError
from export.page import page
from export.pictures import pictures
from export.room import BEFORE, own_room
from export.since import since
from export.workbook_of_pack import workbook_of_pack

FILES: Mapping[str, Callable[..., bytes]] = {"pptx": deck, "pdf": book, "xlsx": workbook_of_pack, "html": page}
"""Formats of which a pack is one file."""
BY_DISPLAY = ("pptx",)
"""Files that tell the progress of each display that they draw."""
IMAGES = ("png", "svg")
"""Formats of which a pack is a folder of images, some sheets a display."""
FORMATS_OF_PACKS = (*FILES, *IMAGES)


def write_pack(
    made: Book,
    formats: tuple[str, ...],
    folder: Path,
    prepared: datetime,
    by: str = "",
    progress: Progress = silent,
    before: dict | None = None,
) -> list[Path]:
    """Write a pack and its manifest into a folder; the paths. A pack of the same name is replaced, all its files.

    progress: told before each file, and before each display of slides and images; what it raises ends the
    writing. before: the manifest of an earlier pack; the files then say what changed since. PackError where a format
    is not known, that manifest is of another trial or session, or the folder cannot be written; nothing half-written
    remains.
    """
    if unknown := [kind for kind in formats if kind not in FORMATS_OF_PACKS]:
        raise PackError(f"{unknown[0]!r} is no format of a pack; the formats are {', '.join(FORMATS_OF_PACKS)}.")
    if not images_available() and (asked := [kind for kind in formats if kind in IMAGES]):
        raise PackError(f"{asked[0].upper()} images need Chromium or Chrome on this machine; leave {asked[0]} out.")
    told = manifest(made, prepared, by)
    if before is not None:
        made = replace(made, since=since(told, before))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with own_room(folder) as own:
            files = _write_files(made, formats, own, prepared, by, progress)
            told["written"] = [path.name for path in files]
            written = [*files, _write_manifest(made, told, own)]
            _refuse_other_kinds(written, folder)
            left = _left_of_earlier(name_of(made), folder, {path.name for path in written})
            if left:
                progress(f"Removed, because they are of the earlier pack: {', '.join(path.name for path in left)}")
            return _put_in_place(written, left, folder, own)
    except OSError as error:
        what = "is the disk full?" if error.errno == errno.ENOSPC else "name a folder that can be written."
        raise PackError(f"The pack could not be written to {folder} ({error.strerror or error}); {what}") from error


def _write_files(
    made: Book, formats: tuple[str, ...], room: Path, prepared: datetime, by: str, progress: Progress
) -> list[Path]:
    name = name_of(made)
    files = {kind: room / f"{name}.{kind}" for kind in formats if kind in FILES}
    folders = {kind: room / f"{name}_{kind}" for kind in formats if kind in IMAGES}
    for kind, target in files.items():
        progress(f"{kind.upper()} is written")
        told = {"progress": progress} if kind in BY_DISPLAY else {}
        target.write_bytes(FILES[kind](made, prepared, by, **told))
    if folders:
        _write_images(made, folders, progress, manifest(made, prepared, by))
    return [*files.values(), *folders.values()]


def _write_manifest(made: Book, told: dict, room: Path) -> Path:
    target = room / f"{name_of(made)}_manifest.json"
    target.write_text(text_of(told), encoding="utf-8")
    return target


def _write_images(made: Book, folders: Mapping[str, Path], progress: Progress, told: dict) -> None:
    """The sheets of each display in the folder of each kind; a sheet is drawn once for all kinds."""
    for target in folders.values():
        target.mkdir()
    kinds = tuple(folders)
    for number, part in enumerate(made.parts, 1):
        progress(f"{', '.join(kinds).upper()} {number} of {len(made.parts)}: {part.title}")
        if part.display is not None:
            says = compact(of_part(told, number - 1))
            for kind, name, content in pictures(part.display, kinds, part.title, part.item.note, says):
                (folders[kind] / f"{number:02}_{name}").write_bytes(content)


def _refuse_other_kinds(written: list[Path], folder: Path) -> None:
    """PackError where a folder has the name of a file of the pack, or a file that of its folder of images."""
    for path in written:
        target = folder / path.name
        if target.exists() and target.is_dir() != path.is_dir():
            kind = "folder" if target.is_dir() else "file"
            raise PackError(f"{target} is a {kind} that is not of a pack; move it away, nothing was written.")


def _left_of_earlier(name: str, folder: Path, new: set[str]) -> list[Path]:
    """The files of an earlier pack of the name that the new one does not have, as far as its manifest lists them:
    beside a manifest of another comparison nobody could tell what they are of."""
    try:
        told = read_manifest((folder / f"{name}_manifest.json").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, PackError):
        return []
    own = [*(f"{name}.{kind}" for kind in FILES), *(f"{name}_{kind}" for kind in IMAGES)]
    listed = told.get("written")
    known = [one for one in own if isinstance(listed, list) and one in listed and one not in new]
    return [folder / one for one in known if (folder / one).exists()]


def _put_in_place(written: list[Path], left: list[Path], folder: Path, room: Path) -> list[Path]:
    """Put all that was written under its name, instead of an earlier pack; on the way stopped, as it was before.

    left: what goes of that pack without another file in its place.
    """
    aside: list[tuple[Path, Path]] = []
    placed: list[Path] = []
    try:
        for target in left:
            aside.append((target, room / f"{BEFORE}{target.name}"))
            os.replace(*aside[-1])
        for path in written:
            target = folder / path.name
            if target.exists():
                aside.append((target, room / f"{BEFORE}{path.name}"))
                os.replace(*aside[-1])
            os.replace(path, target)
            placed.append(target)
    except BaseException:
        for number, target in enumerate(placed):
            os.replace(target, room / f"after-{number}")
        for target, kept in aside:
            if kept.exists():
                os.replace(kept, target)
        raise
    return placed


def name_of(made: Book) -> str:
    """Trial, session, pack (and its subject, where it is of one), data cut, whether it is of some subjects alone."""
    filtered = bool(made.pack.filters) or any(item.filters for item in made.pack.items)
    subjects = {item.subject for item in made.pack.items}
    what = " ".join([*(subjects if len(subjects) == 1 else ()), made.pack.title]).strip()
    return file_name(made.study, made.session, what, made.view.cut.date, filtered=filtered)
