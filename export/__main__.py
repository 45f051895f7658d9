"""The command line: a pack of a data cut becomes files, or one line on stderr says why not."""

from __future__ import annotations

import argparse
import logging
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Event
from typing import TypeVar

from export.earlier import read_manifest
from export.folder import FORMATS_OF_PACKS
from export.legal import legal
from export.pack import Pack, PackError, read_pack
from export.presets import PRESETS, preset
from export.workshop import Order, written
from one_line import OneLine, UsageError, day_of
from queries import Cut, CutError, View, list_cuts, open_cut
from queries.kept import Kept
from queries.withdrawn import withdrawn

EPILOG = """A pack is the displays of a meeting in their order. Without --pack and --preset it is everything that the
session sees. A display that fails has a page that says so, and the exit status is 1.
A pack of the same trial, session, name and cut is replaced; files of it that its manifest lists and this run does not
make are removed, as its last line then says. With --time the same pack is the same bytes.

Progress is on stderr; stdout has the paths of the files."""
What = TypeVar("What")
STOPPED = "Stopped; nothing was written."
TOLD_TO_STOP = Event()
"""A signal during a question ends that question, which is then taken for a display that failed: it is looked for again
before each step."""
MOST_BYTES = 64 << 20
"""So long may the file of a pack or a manifest be: those of every display of a large trial have some megabytes."""


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 with the reason on one line of stderr."""
    try:
        with _one_line_alone():
            return _exported(_parsed(arguments))
    except (PackError, CutError, UsageError) as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        return _failed(STOPPED)
    except Exception as error:  # noqa: BLE001  one line, whatever happens
        return _failed(f"The pack could not be made ({type(error).__name__}: {error}); nothing was written.")


def _exported(options: argparse.Namespace) -> int:
    view = View(*_cuts(options.data, options.cut, options.previous))
    pack = _pack(options)
    if view.cut.for_open_session and pack.session != "open":
        raise PackError(f"{view.cut.path.name} is for an open session; give --session open.")
    before = _read(options.since, read_manifest) if options.since else None
    order = Order(pack, view, options.formats, options.by, before, options.dashboard or "", options.time)
    files, failed = written(order, options.out, _say)
    print(*files, sep="\n")
    if failed:
        reasons = "; ".join(f"{name} ({why})" for name, why in failed.items())
        return _failed(f"The pack was written, but without displays that could not be made: {reasons}.")
    return 0


def _pack(options: argparse.Namespace) -> Pack:
    if options.pack is None:
        pack = preset(options.preset or options.session, options.subject)
    else:
        pack = _read(options.pack, read_pack)
    if pack.session != options.session:
        raise PackError(f"This is a pack of the {pack.session} session; --session says {options.session}.")
    return pack


def _read(path: Path, read: Callable[[str], What]) -> What:
    """What a file holds; PackError where it cannot be read, or is longer than any that the dashboard makes."""
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise PackError(f"{path} is larger than {MOST_BYTES >> 20} MB; choose a file that the dashboard made.")
        return read(content.decode("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(f"{path} cannot be read ({error}).") from error


def _cuts(folder: Path, wanted: date | None, previous: date | None) -> tuple[Cut, Cut | None]:
    """The cut, by default the newest, and the one compared with, by default the one before it."""
    found = dict(list_cuts(folder)) if folder.is_dir() else {}
    if not found:
        raise PackError(f"{folder} holds no data cut; load one with python -m ingest.")
    day = wanted or max(_not_withdrawn(found) or found)
    if day in found and (cut := _opened(found[day])).for_open_session:
        return _of_open_session(cut, previous)
    before = previous or max((other for other in _not_withdrawn(found) if other < day), default=None)
    for asked in filter(None, (day, before)):
        if asked not in found:
            raise PackError(f"{folder} holds no cut of {asked}; it has {', '.join(map(str, sorted(found)))}.")
    if before is not None and before >= day:
        raise PackError(f"The previous cut ({before}) must be earlier than the cut ({day}).")
    return _opened(found[day]), _opened(found[before]) if before else None


def _of_open_session(cut: Cut, previous: date | None) -> tuple[Cut, Cut | None]:
    """A cut for an open session with the one that it brings to be compared with."""
    if previous and (cut.before is None or previous != cut.before.date):
        known = f"with {cut.before.date}" if cut.before else "with none"
        raise PackError(f"{cut.path.name} is for an open session and can be compared {known}, not with {previous}.")
    return cut, cut.before


def _opened(path: Path) -> Cut:
    """A cut of which each question is asked once; files of one that was withdrawn say so."""
    told = withdrawn(path)
    return replace(open_cut(path), answers=Kept(2000), mark=told.mark if told else "")


def _not_withdrawn(found: dict[date, Path]) -> list[date]:
    return [day for day, path in found.items() if withdrawn(path) is None]


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = OneLine(
        prog="python -m export",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of data cuts")
    parser.add_argument("--cut", type=day_of, help="date of the data cut; by default the newest")
    parser.add_argument("--previous", type=day_of, help="date of the cut compared with; by default the one before")
    parser.add_argument("--session", choices=("open", "closed"), required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder that gets the files")
    kinds = ",".join(FORMATS_OF_PACKS)
    parser.add_argument("--formats", type=_formats, default=_formats("pptx,pdf,xlsx,html"), help=f"some of {kinds}")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--pack", type=Path, help="file of a pack")
    which.add_argument("--preset", choices=tuple(PRESETS), help="a pack that is ready")
    parser.add_argument("--subject", default="", help="the subject of the preset “subject” (USUBJID)")
    parser.add_argument(
        "--since", type=Path, metavar="MANIFEST", help="manifest of an earlier pack: what changed since"
    )
    parser.add_argument(
        "--dashboard", type=_address, metavar="URL", help="address of the dashboard, to which slides lead"
    )
    parser.add_argument("--by", type=legal, default="", help="who made it, as the cover says")
    parser.add_argument("--time", type=_time, default=datetime.now(UTC), help="when it was made (ISO 8601), as it says")
    return parser.parse_args(arguments)


def _address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+/?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no address; write it as https://safety.example.org")
    return text.rstrip("/")


def _time(text: str) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as 2007-12-05T14:00Z") from None
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)


def _formats(text: str) -> tuple[str, ...]:
    kinds = tuple(dict.fromkeys(kind.strip().lower() for kind in text.split(",") if kind.strip()))
    if unknown := [kind for kind in kinds if kind not in FORMATS_OF_PACKS] or ([] if kinds else ["nothing"]):
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is no format; they are {', '.join(FORMATS_OF_PACKS)}")
    return kinds


def _say(line: str) -> None:
    if TOLD_TO_STOP.is_set():
        raise KeyboardInterrupt
    print(line, file=sys.stderr)


@contextmanager
def _one_line_alone() -> Iterator[None]:
    """Nothing is logged, and a signal ends the run with its own line; afterwards all is as it was."""
    log = logging.getLogger("safety")
    level, handlers = log.level, {}
    log.setLevel(logging.CRITICAL)
    try:
        for kind in (getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)):
            if signal.getsignal(kind) is not signal.SIG_IGN:
                handlers[kind] = signal.signal(kind, _stop)
        yield
    finally:
        log.setLevel(level)
        for kind, handler in handlers.items():
            signal.signal(kind, handler)


def _failed(reason: str) -> int:
    print(" ".join(reason.split()), file=sys.stderr)
    return 1


def _stop(_signal, _frame) -> None:
    TOLD_TO_STOP.set()
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
