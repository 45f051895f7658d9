"""Damaged deliveries of the sample trial and what becomes of them: python -m tests.mutated 500 [--seed 9] [--from 0]

Prints by kind of damage how many were refused, right, told by a finding, or silently wrong, then each that is not as it
must be. Every 25th is drawn on all pages, whatever was found.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from mutations import files, headers, records, values  # noqa: E402, F401
from mutations.draft import ALL  # noqa: E402
from mutations.outcome import FAILED, REFUSED, RIGHT, SILENT, TOLD, Outcome, outcome  # noqa: E402

VERDICTS = (REFUSED, RIGHT, TOLD, SILENT, FAILED)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--kind", help="only kinds of damage whose name holds this text")
    parser.add_argument("--all", action="store_true", help="print every outcome")
    options = parser.parse_args()
    found = []
    for number in range(options.first, options.first + options.number):
        if options.kind and options.kind not in ALL[number % len(ALL)].name:
            continue
        found.append(outcome(options.seed, number, with_displays=number % 25 == 0))
        if options.all or not found[-1].good:
            print(f"{number} {found[-1]}", flush=True)
    print(table(found))
    return 0


def table(found: list[Outcome]) -> str:
    """One line a kind of damage, and the sums."""
    counts: dict[tuple[str, str], Counter] = {}
    for one in found:
        counts.setdefault((one.mutation.kind, one.mutation.name), Counter())[one.verdict] += 1
        counts.setdefault((one.mutation.kind, ""), Counter())[one.verdict] += 1
    lines = [f"{'':50}" + "".join(f"{verdict:>9}" for verdict in VERDICTS)]
    for (kind, name), count in sorted(counts.items()):
        lines.append(f"{kind + ' ' + name:50}" + "".join(f"{count[verdict]:>9}" for verdict in VERDICTS))
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
