"""What a page costs the server, beside an empty page in the same run: python -m tests.cost [--data FOLDER]

Processor time is the server's own (user and system), so that what else runs on the machine weighs little.
Seconds of a first view are what one viewer waits; they mean something on a quiet machine only.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from server import ROOT, Server, serving
from viewer import Viewer, visit, visit_together

from displays.catalogue import PAGES

PATHS = ("", *(page.key for page in PAGES[1:]))
"""The address of each page; the first has none of its own."""
SCREENS = tuple(
    f"{path}?section={part.key}" if part.key else path
    for path, page in zip(PATHS, PAGES, strict=True)
    for part in page.sections
)
"""Each section of each page, as an address."""
EMPTY_PAGE, RUNS, TOGETHER = "two", 5, 6
NEW_FILTERS = "age=6+to+11+years"
OTHER_CUT = "cut=2007-11-30"
EMPTY = {
    "app.py": """
import gc
from contextlib import asynccontextmanager
import streamlit as st

@asynccontextmanager
async def lifespan(app):
    import duckdb, pandas, plotly.graph_objects  # the same libraries as the dashboard's
    gc.collect()
    gc.freeze()
    yield {}

app = st.App("main.py", lifespan=lifespan)
""",
    "main.py": 'import streamlit as st\nst.navigation([st.Page("one.py"), st.Page("two.py")]).run()\n',
    "one.py": 'import streamlit as st\nst.title("Empty")\n',
    "two.py": 'import streamlit as st\nst.title("Empty")\n',
}


@dataclass(frozen=True)
class Taken:
    """What one thing took: seconds until it was there, processor seconds of the server."""

    seconds: float
    processor: float


@contextmanager
def empty_app() -> Iterator[Server]:
    """An app of two empty pages under the dashboard's settings."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in EMPTY.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        (Path(folder) / ".streamlit").symlink_to(ROOT / ".streamlit")
        with serving(None, Path(folder), health="/_stcore/health") as server:
            yield server


def processor_seconds(process: int) -> float:
    """Processor time that a process has used, user and system, over all its threads.

    By the clock that Linux keeps for each process, in nanoseconds: /proc counts in hundredths of a second, which is
    more than a page costs.
    """
    return time.clock_gettime((~process << 3) | 2)


def memory_mib(process: int) -> float:
    """Memory that a process holds (resident, MiB)."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def warm_runs(empty: Server, server: Server, pages: tuple[str, ...], rounds: int = 8) -> tuple[float, dict[str, float]]:
    """Processor milliseconds of one run of the empty page, and of each page that has been seen before.

    All take turns, so that what else runs on the machine at one time does not fall on one of them alone; the empty
    page, beside which all are held, before every few (TOGETHER) of them.
    """
    return asyncio.run(_warm_runs(empty, server, pages, rounds))


async def _warm_runs(empty: Server, server: Server, pages: tuple[str, ...], rounds: int):
    spent = dict.fromkeys([EMPTY_PAGE, *pages], 0.0)
    async with Viewer.opened(empty.address) as nowhere, Viewer.opened(server.address) as somewhere:
        await _processor(empty, nowhere, EMPTY_PAGE)
        for page in pages:
            await _processor(server, somewhere, page)
        for _ in range(rounds):
            for number, page in enumerate(pages):
                if number % TOGETHER == 0:
                    spent[EMPTY_PAGE] += await _processor(empty, nowhere, EMPTY_PAGE)
                spent[page] += await _processor(server, somewhere, page)
    milliseconds = {page: 1000 * seconds / rounds / RUNS for page, seconds in spent.items()}
    return milliseconds.pop(EMPTY_PAGE) / ceil(len(pages) / TOGETHER), milliseconds


async def _processor(server: Server, viewer: Viewer, page: str) -> float:
    """Processor seconds of some runs of a page in a row; its section, where it names one, in the query."""
    before = processor_seconds(server.process)
    path, _, query = page.partition("?")
    _no_errors([await viewer.open(path, query) for _ in range(RUNS)])
    return processor_seconds(server.process) - before


def first_view(server: Server, page: str, query: str) -> Taken:
    """What a viewer who is already there waits for a screen that nobody has seen with this query."""
    before = processor_seconds(server.process)
    path, _, section = page.partition("?")
    (seen,) = _no_errors(asyncio.run(visit(server.address, [path], "&".join(filter(None, [section, query])))))
    return Taken(seen.seconds, processor_seconds(server.process) - before)


def what_if(server: Server) -> Taken:
    """What a viewer waits for the dose page with a supposed cohort, all open and read before."""
    return asyncio.run(_what_if(server))


async def _what_if(server: Server) -> Taken:
    async with Viewer.opened(server.address) as viewer:
        await viewer.open("dose")
        await viewer.press("What if …")
        before = processor_seconds(server.process)
        seen = await viewer.set("Subjects with a DLT", 1)
        _no_errors([seen])
        return Taken(seen.seconds, processor_seconds(server.process) - before)


def crowd(server: Server, viewers: int, pages: tuple[str, ...]) -> list[float]:
    """Seconds of every page of many viewers who click at once, shortest first."""
    return sorted(one.seconds for one in _no_errors(visit_together(server.address, viewers, list(pages))))


def memory_after(server: Server, sessions: int, pages: tuple[str, ...]) -> float:
    """Memory (MiB) of the server once so many sessions were opened, one after another, and closed."""
    for number in range(sessions):
        asyncio.run(visit(server.address, [pages[number % len(pages)]]))
    return memory_mib(server.process)


def _no_errors(visits):
    errors = [one.errors for one in visits if one.errors]
    if errors:
        raise RuntimeError(f"a page showed an error: {errors[0]}")
    return visits


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.cost", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="a folder of cuts; the sample trial's where it is left out")
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--sessions", type=int, default=100)
    wanted = parser.parse_args()
    with empty_app() as empty, serving(wanted.data) as server:
        report(empty, server, wanted.viewers, wanted.sessions)


def report(empty: Server, server: Server, viewers: int, sessions: int) -> None:
    """Print every measure, one a line."""
    least, milliseconds = warm_runs(empty, server, SCREENS)
    print(f"empty page: {least:.1f} ms of processor a run")
    for page, taken in milliseconds.items():
        print(f"{page or 'summary'}: {taken:.1f} ms of processor a warm run, {taken / least:.1f} x the empty page")
    for words, query in (("new filters", NEW_FILTERS), ("another cut", OTHER_CUT)):
        for page in SCREENS:
            taken = first_view(server, page, query)
            print(
                f"{page or 'summary'}, first view with {words}: "
                f"{taken.seconds:.2f} s ({taken.processor:.2f} s of processor)"
            )
    supposed = what_if(server)
    print(f"what if: {supposed.seconds:.2f} s ({supposed.processor:.2f} s of processor)")
    for name, running, pages in (("dashboard", server, PATHS), ("empty app", empty, ("", EMPTY_PAGE))):
        seconds = crowd(running, viewers, pages)
        print(
            f"{viewers} viewers, {name}: median {statistics.median(seconds):.2f} s, "
            f"p95 {seconds[int(0.95 * len(seconds))]:.2f} s, longest {seconds[-1]:.2f} s"
        )
    before = memory_mib(server.process)
    after = memory_after(server, sessions, PATHS)
    print(f"memory: {before:.0f} MiB before, {after:.0f} MiB after {sessions} sessions opened and closed")


if __name__ == "__main__":
    main()
