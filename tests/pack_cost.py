"""What the default closed pack of the sample trial costs: python -m tests.pack_cost

Draws its figures one by one with `figure.write_image`, as whoever has no pack would, then writes its formats, each in a
process of its own and without MathJax, and prints seconds by the clock and of processors, their ratios, and the peak
memory of the process and of its browser beside what is asked. Where other work shares the machine the clock says
little; processor time, the browser's included, says what the pack itself costs.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from kept_cuts import room  # noqa: E402

from export.folder import FORMATS_OF_PACKS, IMAGES, write_pack  # noqa: E402
from export.made import Book, make  # noqa: E402
from export.presets import preset  # noqa: E402
from ingest.sample import ensure_sample  # noqa: E402
from queries import View, list_cuts  # noqa: E402

PREPARED = datetime(2008, 3, 5, 14, tzinfo=UTC)
DOCUMENTS = tuple(kind for kind in FORMATS_OF_PACKS if kind not in IMAGES)
PARTS = {"figures": (), "documents": DOCUMENTS, "all": FORMATS_OF_PACKS}
"""What is measured: the figures one by one, the formats that are one file, and all formats."""
ASKED = {"documents": 0.25, "all": 0.6}
"""At most so much of the time of the figures."""
PEAK_GIB = 1.5
LOOK_SECONDS = 0.2
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Step:
    """What was done, and when it began and ended (time.perf_counter, one clock for all processes)."""

    what: str
    began: float
    ended: float

    @property
    def seconds(self) -> float:
        return self.ended - self.began


@dataclass(frozen=True)
class Taken:
    """What one part took: its steps, what its processes had used by when (seconds), and their peak of memory in GiB."""

    steps: tuple[Step, ...]
    used: tuple[tuple[float, float], ...]
    peak_gib: float

    @property
    def seconds(self) -> float:
        return sum(step.seconds for step in self.steps)

    @property
    def processor(self) -> float:
        return sum(map(self.processor_of, self.steps))

    def processor_of(self, step: Step) -> float:
        """Processor seconds of a step, to the nearest looks."""
        return self._used(step.ended) - self._used(step.began)

    def _used(self, when: float) -> float:
        return min(self.used, key=lambda look: abs(look[0] - when))[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=tuple(PARTS), help="one part, in this process")
    only = parser.parse_args().only
    if only:
        print(json.dumps([(step.what, step.began, step.ended) for step in measured(only)]))
        return 0
    taken = {part: run(part) for part in PARTS}
    figures = taken["figures"]
    print("By the clock, and in brackets seconds of processors")
    print(f"{both(figures.seconds, figures.processor)} for {figures.steps[0].what} by one with figure.write_image")
    for part, most in ASKED.items():
        one = taken[part]
        ratios = f"{one.seconds / figures.seconds:.2f} ({one.processor / figures.processor:.2f})"
        print(f"{both(one.seconds, one.processor)} for {', '.join(PARTS[part])}: {ratios}, at most {most} is asked")
        print("   ", ", ".join(f"{step.what} {both(step.seconds, one.processor_of(step))}" for step in one.steps))
        print(f"    peak {one.peak_gib:.2f} GiB with the browser, at most {PEAK_GIB} GiB is asked")
    return 0


def both(clock: float, processor: float) -> str:
    return f"{clock:.1f} s ({processor:.1f} s)"


def run(part: str) -> Taken:
    """Measure a part in a process of its own."""
    command, peak = [sys.executable, "-m", "tests.pack_cost", "--only", part], 0
    ticks: dict[int, int] = {}
    used = []
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            family = processes(process.pid)
            ticks |= family
            used.append((time.perf_counter(), sum(ticks.values()) / TICKS))
            peak = max(peak, sum(map(_held, family)))
            time.sleep(LOOK_SECONDS)
        told = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Taken(tuple(Step(*step) for step in json.loads(told)), tuple(used), peak / 2**20)


def processes(root: int) -> dict[int, int]:
    """A process and all below it, each with the ticks of processors that it has used."""
    parents, used = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = path.read_text().rpartition(")")[2].split()
        except OSError:  # ended in between
            continue
        number = int(path.parent.name)
        parents[number], used[number] = int(told[1]), int(told[11]) + int(told[12])
    family, new = {root}, {root}
    while new:
        new = {number for number, parent in parents.items() if parent in family} - family
        family |= new
    return {number: used[number] for number in family if number in used}


def _held(number: int) -> int:
    """The memory (KiB) that a process holds; what several share is counted once over all."""
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def measured(part: str) -> list[Step]:
    """The steps of a part."""
    made = pack()
    with tempfile.TemporaryDirectory(prefix="safety-pack-") as folder:
        return one_by_one(made, Path(folder)) if part == "figures" else written(made, PARTS[part], Path(folder))


def pack() -> Book:
    """The default closed pack of the newest cut of the sample trial, beside the cut before."""
    from export.__main__ import _opened

    cuts = dict(list_cuts(ensure_sample(room())))
    newest, before = sorted(cuts, reverse=True)[:2]
    return make(preset("closed"), View(_opened(cuts[newest]), _opened(cuts[before])))


def one_by_one(made: Book, folder: Path) -> list[Step]:
    """Draws the figure of each display with Plotly's own means."""
    import plotly.io

    plotly.io.defaults.mathjax = None
    figures = [part.display.figure for part in made.parts if part.display and part.display.figure is not None]
    began = time.perf_counter()
    for figure in figures:
        figure.write_image(folder / "figure.png")
    return [Step(f"{len(figures)} figures one", began, time.perf_counter())]


def written(made: Book, formats: tuple[str, ...], folder: Path) -> list[Step]:
    """Writes a pack in these formats: each by itself, as the progress says it."""
    began = [("begun", time.perf_counter())]

    def progress(line: str) -> None:
        if (what := line.split(":")[0].split(" ")[0]) != began[-1][0]:
            began.append((what, time.perf_counter()))

    write_pack(made, formats, folder, PREPARED, progress=progress)
    ends = [at for _, at in began[1:]] + [time.perf_counter()]
    return [Step(what, at, end) for (what, at), end in zip(began, ends, strict=True)]


if __name__ == "__main__":
    sys.exit(main())
