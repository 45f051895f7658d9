"""What a page costs viewers who are signed in and recorded, beside those who are not: python -m tests.members_cost

Two servers of the sample trial, one with members and a record and one without. So many viewers open a page at once on
the one, then on the other, in turns; processor time of each server, a page. At most 10 % more is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent), str(Path(__file__).parent / "browser")]

from acknowledging import acknowledge_all  # noqa: E402
from cost import processor_seconds  # noqa: E402
from kept_cuts import room  # noqa: E402
from server import Server, serving  # noqa: E402
from test_doors import LAST, WORDS, Way  # noqa: E402
from viewer import Viewer  # noqa: E402

from ingest.sample import ensure_sample  # noqa: E402
from members import Members  # noqa: E402
from queries import list_cuts, open_cut  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.members_cost", description=__doc__.splitlines()[0])
    parser.add_argument("--viewers", type=int, default=50)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--page", default="dose")
    wanted = parser.parse_args()
    cuts = ensure_sample(room())
    with tempfile.TemporaryDirectory(prefix="safety-members-") as made:
        folder = Path(made)
        Members(folder / "members.toml").add("c.closed", "closed member", WORDS, LAST)
        acknowledge_all(folder / "record.jsonl", [open_cut(path) for path in dict(list_cuts(cuts)).values()])
        settings = {"SAFETY_SIGN_IN": "members", "SAFETY_MEMBERS": str(folder / "members.toml")}
        settings |= {"SAFETY_RECORD": str(folder / "record.jsonl")}
        with serving(cuts) as without, serving(cuts, **settings) as signed_in:
            way = Way(signed_in.address, folder)
            visits = [way.visit("c.closed") for _ in range(wanted.viewers)]
            asyncio.run(report(without, signed_in, visits, wanted.page, wanted.pairs))
    return 0


async def report(without: Server, signed_in: Server, visits: list[str], page: str, pairs: int) -> None:
    async with AsyncExitStack() as stack:
        plain = [await stack.enter_async_context(Viewer.opened(without.address)) for _ in visits]
        known = [await stack.enter_async_context(Viewer.opened(signed_in.address, Cookie=visit)) for visit in visits]
        for server, viewers in ((without, plain), (signed_in, known)):
            await seconds(server, viewers, page)
        ratios = []
        for _ in range(pairs):
            one, other = await seconds(without, plain, page), await seconds(signed_in, known, page)
            ratios.append(other / one)
            print(f"{one * 1000:.1f} ms a page without, {other * 1000:.1f} ms signed in: {ratios[-1]:.3f}", flush=True)
        print(f"{page}: median {median(ratios):.3f} of {len(visits)} viewers")


async def seconds(server: Server, viewers: list[Viewer], page: str) -> float:
    """Processor seconds of a server for one page, opened by all viewers at once."""
    before = processor_seconds(server.process)
    seen = await asyncio.gather(*(viewer.open(page) for viewer in viewers))
    if errors := [one.errors for one in seen if one.errors]:
        raise RuntimeError(f"a page had errors: {errors[0]}")
    return (processor_seconds(server.process) - before) / len(viewers)


if __name__ == "__main__":
    sys.exit(main())
