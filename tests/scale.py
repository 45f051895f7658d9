"""A trial of many subjects and what each page of the dashboard then costs: python -m tests.scale [--subjects 10000]

Writes the sample trial's delivery again and again under other numbers, as Parquet, with so many laboratory rows; loads
it through `python -m ingest`, opens every section as a viewer would, and prints what each took beside what is asked.
Seconds mean something on a quiet machine only; processor seconds always do.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import numpy  # noqa: E402
import pandas  # noqa: E402
import pyreadstat  # noqa: E402
from cost import SCREENS, memory_mib, processor_seconds  # noqa: E402
from large import run, write_parquet  # noqa: E402
from pandas import DataFrame  # noqa: E402
from raw import ROOT  # noqa: E402
from server import Server, serving  # noqa: E402
from viewer import PATIENCE, Viewer, Visit  # noqa: E402

SAMPLE, TRIAL = ROOT / "sample_data" / "cuts", ROOT / "sample_data" / "trial.toml"
CUTS = ("2007-11-30", "2008-02-29")
PIECE = 200
"""So many copies of the trial are written at a time."""
WARM_SECONDS, FIRST_SECONDS, SENT_MB, SERVER_GIB, INGEST_GIB = 0.5, 2.0, 1.5, 2.0, 3.0
"""What the project asks of a trial of 10,000 subjects and 5 million laboratory rows."""


@dataclass(frozen=True)
class Page:
    """What one section took: the first view and a later one, each with the processor seconds of the server."""

    first: Visit
    warm: Visit
    processor: tuple[float, float]

    def within(self, by_processor: bool) -> bool:
        """Whether it is what the project asks; by_processor: by the seconds of the processor, not of the clock."""
        first, warm = self.processor if by_processor else (self.first.seconds, self.warm.seconds)
        sent = max(self.first.sent, self.warm.sent) / 1e6
        return first <= FIRST_SECONDS and warm <= WARM_SECONDS and sent <= SENT_MB


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__.splitlines()[0])
    parser.add_argument("--subjects", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=5_000_000, help="laboratory rows")
    parser.add_argument("--folder", type=Path, help="where deliveries and cuts are kept; by default a new one")
    parser.add_argument("--screens", nargs="*", help="the sections to open, as addresses; all where left out")
    parser.add_argument("--processor", action="store_true", help="judge by processor seconds: where others compute too")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="safety-scale-") as made:
        folder = wanted.folder or Path(made)
        for cut in CUTS:
            load(folder, cut, wanted.subjects, wanted.rows)
        with serving(folder / "cuts") as server:
            asyncio.run(report(server, wanted.screens or SCREENS, wanted.processor))
    return 0


def load(folder: Path, cut: str, subjects: int, rows: int) -> None:
    """Write one delivery and load it, each where it is not there yet; what the load took."""
    delivery = folder / cut
    if not delivery.exists():
        write(delivery, SAMPLE / cut, subjects, rows)
    if (folder / "cuts" / f"cut_{cut}.duckdb").exists():
        return
    out = ["--trial", str(TRIAL), "--cut", cut, "--out", str(folder / "cuts")]
    taken = run([sys.executable, "-m", "ingest", str(delivery), *out])
    print(f"{cut}: loaded in {taken}; at most {INGEST_GIB} GiB is asked", flush=True)


def write(folder: Path, sample: Path, subjects: int, rows: int) -> None:
    """The sample trial's delivery of a cut, so often that it has so many subjects and laboratory rows."""
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    frames = {path.stem: read(path) for path in sorted(sample.glob("*.xpt"))}
    # as many copies of every cut as the last one needs, or subjects and results of the first would be gone in it
    copies = math.ceil(subjects / len(read(SAMPLE / CUTS[-1] / "dm.xpt")))
    turns = max(round(rows / len(read(SAMPLE / CUTS[-1] / "lb.xpt")) / copies, 2), 1.0)
    for name, frame in frames.items():
        often = turns if name == "lb" else 1.0
        pieces = copied(frame, copies, often) if "USUBJID" in frame else iter([frame])
        write_parquet(unfinished / f"{name}.parquet", pieces)
    unfinished.rename(folder)


def read(path: Path) -> DataFrame:
    frame, _ = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
    return frame


def copied(frame: DataFrame, copies: int, turns: float):
    """The rows of a domain under other subjects' numbers; the measured values of each copy differ a little."""
    for start in range(0, copies, PIECE):
        numbers = numpy.arange(start, min(start + PIECE, copies))
        again = numpy.repeat(numbers, len(frame))
        part = pandas.concat([frame] * len(numbers), ignore_index=True)
        yield numbered(part, again)
        if turns > 1:
            more = apart(part, again) < 0.97 + 0.06 * (turns - 1)
            yield later(numbered(part[more].reset_index(drop=True), again[more]))


def numbered(frame: DataFrame, copy: numpy.ndarray) -> DataFrame:
    suffix = pandas.Series(copy).map(lambda number: f"-{number:04}" if number else "")
    given = {name: frame[name] + suffix for name in ("USUBJID", "SUBJID") if name in frame}
    if "LBSTRESN" in frame:
        value = (frame["LBSTRESN"] * apart(frame, copy)).round(3)
        value = value.where(copy > 0, frame["LBSTRESN"])
        text = frame["LBSTRESC"].where(value.isna(), value.map("{:g}".format))
        given |= {"LBSTRESN": value, "LBSTRESC": text, "LBORRES": frame["LBORRES"].where(value.isna(), text)}
    return frame.assign(**given)


def apart(frame: DataFrame, copy: numpy.ndarray) -> numpy.ndarray:
    """A factor from 0.97 to 1.03 for each result: the same one in every cut, or all results would be corrections."""
    keys = frame[["USUBJID", "LBSEQ"]].assign(COPY=copy)
    return 0.97 + 0.06 * (pandas.util.hash_pandas_object(keys, index=False).to_numpy() % 1000) / 999


def later(frame: DataFrame) -> DataFrame:
    """The same tests measured again in the evening."""
    day = frame["LBDTC"].str[:10]
    return frame.assign(LBSEQ=frame["LBSEQ"] + 5000, LBBLFL="", LBDTC=day.where(day.str.len() != 10, day + "T21:30"))


async def report(server: Server, screens: tuple[str, ...], by_processor: bool) -> None:
    """Open every section as a viewer who comes to it, and print what it took, one a line."""
    for screen in screens:
        try:
            async with Viewer.opened(server.address) as viewer:
                page = await opened(server, viewer, screen)
        except TimeoutError:
            print(f"OVER  {screen or 'summary'}: no answer within {PATIENCE} s", flush=True)
            continue
        print(
            f"{'' if page.within(by_processor) else 'OVER  '}{screen or 'summary'}: "
            f"first view {page.first.seconds:.2f} s ({page.processor[0]:.2f} s of processor), "
            f"warm {page.warm.seconds:.2f} s ({page.processor[1]:.2f}), "
            f"{page.first.sent / 1e6:.2f} MB; {', '.join(page.first.errors)[:200]}",
            flush=True,
        )
    held = memory_mib(server.process) / 1024
    print(f"server: {held:.2f} GiB; at most {SERVER_GIB} GiB is asked")


async def opened(server: Server, viewer: Viewer, screen: str) -> Page:
    path, _, query = screen.partition("?")
    before = processor_seconds(server.process)
    first = await viewer.open(path, query)
    between = processor_seconds(server.process)
    warm = await viewer.open(path, query)
    return Page(first, warm, (between - before, processor_seconds(server.process) - between))


if __name__ == "__main__":
    sys.exit(main())
