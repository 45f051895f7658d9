"""The command line that withdraws a data cut, or restores one: it is marked so, and never gone."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from one_line import OneLine, UsageError, day_of
from queries import CutError, list_cuts
from queries.withdrawn import FILE, RESTORED, WITHDRAWN, WithdrawalError, withdraw

EPILOG = f"""A withdrawn cut is no longer the one that readers get unasked; it is listed as withdrawn, and every
screen and file of it says so. Who, when and why stands in {FILE} beside the cuts, of the very file
(SHA-256): another file of the same date is not withdrawn. --restore undoes it, with a reason."""


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 with the reason on one line of stderr."""
    try:
        options = _parsed(arguments)
        found = dict(list_cuts(options.folder)) if options.folder.is_dir() else {}
        if options.cut not in found:
            there = ", ".join(map(str, found)) or "none"
            raise WithdrawalError(f"{options.folder} holds no data cut of {options.cut} (it has {there}).")
        action = RESTORED if options.restore else WITHDRAWN
        told = withdraw(found[options.cut], options.by, options.because, action)
        print(f"The data cut of {options.cut} was {told.action} by {told.who}, because: {told.reason}")
        return 0
    except (CutError, UsageError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 1


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = OneLine(
        prog="python -m ingest.withdraw",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", type=Path, metavar="CUTS", help="the folder of data cuts")
    parser.add_argument("--cut", type=day_of, required=True, help="the date of the data cut")
    parser.add_argument("--by", required=True, help="who withdraws or restores it")
    parser.add_argument("--because", required=True, help="why, in a sentence")
    parser.add_argument("--restore", action="store_true", help="it is withdrawn no more")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
