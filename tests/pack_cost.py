"""What the default closed pack of the sample trial costs: python -m tests.pack_cost

Draws its figures one by one with `figure.write_image`, as whoever has no pack would, then writes its formats, each in a
process of its own and without MathJax, and prints seconds, their ratios, and the peak memory of the process and of its
browser beside what is asked. Seconds mean something on a quiet machine only; their ratios a little more.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
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


@dataclass(frozen=True)
class Taken:
    """What one part took: seconds of each step, and the peak of memory of its processes in GiB."""

    steps: dict[str, float]
    peak_gib: float

    @property
    def seconds(self) -> float:
        return sum(self.steps.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=tuple(PARTS), help="one part, in this process")
    only = parser.parse_args().only
    if only:
        print(json.dumps(measured(only)))
        return 0
    taken = {part: run(part) for part in PARTS}
    figures = taken["figures"].seconds
    print(f"{round(figures, 1)} s for the figures one by one with figure.write_image")
    for part, most in ASKED.items():
        one = taken[part]
        print(f"{one.seconds:.1f} s for {', '.join(PARTS[part])}: {one.seconds / figures:.2f}, at most {most} is asked")
        print("   ", ", ".join(f"{kind} {seconds:.1f} s" for kind, seconds in one.steps.items()))
        print(f"    peak {one.peak_gib:.2f} GiB with the browser, at most {PEAK_GIB} GiB is asked")
    return 0


def run(part: str) -> Taken:
    """Measure a part in a process of its own."""
    command, peak = [sys.executable, "-m", "tests.pack_cost", "--only", part], 0
    with subprocess.Popen(command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = max(peak, memory(process.pid))
            time.sleep(LOOK_SECONDS)
        told = process.stdout.read()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Taken(json.loads(told), peak / 2**20)


def memory(root: int) -> int:
    """The memory (KiB) that a process and all below it hold, what they share counted once."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:  # ended in between
            continue
    family, new = {root}, True
    while new:
        new = {number for number, parent in parents.items() if parent in family} - family
        family |= new
    return sum(map(_held, family))


def _held(number: int) -> int:
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def measured(part: str) -> dict[str, float]:
    """Seconds of each step of a part."""
    made = pack()
    with tempfile.TemporaryDirectory(prefix="safety-pack-") as folder:
        return one_by_one(made, Path(folder)) if part == "figures" else written(made, PARTS[part], Path(folder))


def pack() -> Book:
    """The default closed pack of the newest cut of the sample trial, beside the cut before."""
    from export.__main__ import _opened

    cuts = dict(list_cuts(ensure_sample(room())))
    newest, before = sorted(cuts, reverse=True)[:2]
    return make(preset("closed"), View(_opened(cuts[newest]), _opened(cuts[before])))


def one_by_one(made: Book, folder: Path) -> dict[str, float]:
    """Seconds to draw the figure of each display with Plotly's own means."""
    import plotly.io

    plotly.io.defaults.mathjax = None
    figures = [part.display.figure for part in made.parts if part.display and part.display.figure is not None]
    steps = [seconds(lambda figure=figure: figure.write_image(folder / "figure.png")) for figure in figures]
    return {f"{len(figures)} figures": sum(steps)}


def written(made: Book, formats: tuple[str, ...], folder: Path) -> dict[str, float]:
    """Seconds to write a pack in these formats, each format by itself as the progress says it."""
    began = [("", time.perf_counter())]
    write_pack(made, formats, folder, PREPARED, progress=lambda line: began.append((line, time.perf_counter())))
    ends = [at for _, at in began[1:]] + [time.perf_counter()]
    steps: dict[str, float] = {}
    for (line, at), end in zip(began, ends, strict=True):
        kind = line.partition(" ")[0] or "begun"
        steps[kind] = steps.get(kind, 0) + end - at
    return steps


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
