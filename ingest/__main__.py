"""The command line: one delivery becomes one data cut, or one line on stderr says why not."""

from __future__ import annotations

import argparse
import signal
import sys
from datetime import date
from pathlib import Path

from ingest.build import build_cut
from ingest.collect import collect
from ingest.delivery import IngestError
from ingest.letter import read_letter, refuse_report, summary, write_letter
from ingest.open import make_open_cut
from ingest.publish import cut_path, refuse_existing
from one_line import OneLine, UsageError, day_of
from trial import Trial, TrialError

EPILOG = """SOURCE is a folder of SAS transport (XPT v5 or v8), CSV, Parquet, SAS7BDAT and Dataset-JSON files, nested
or in ZIP archives, or one such file. Split domains (LBCH, LBHE) are stacked; a record in two files counts
once. A file of DM, EX, AE, DS or SUPPAE that cannot be read whole stops the load; any other that cannot is
named, and its displays say so. Files of other kinds are reported and left.
Everything odd is counted in the cut's report, which the dashboard shows on its Data page.

Compared with: the latest earlier cut of the same study in --out, for records and subjects that are gone; a manifest
among the files (manifest.csv, SHA256SUMS): another checksum of DM, EX, AE, DS or SUPPAE stops the load.

The last lines (stderr) are a summary for a mail, without subjects' IDs; the one line of stdout is the cut's path.
The file of --report holds subjects' IDs, in the first examples of each finding: it is for who delivered the data.

--open makes of a loaded cut the file for an open session's server: SOURCE is the folder of the loaded cuts, --cut one
of them, --out a folder of its own. It holds the answers that an open session gets, of the cut and of the one before it,
and no subject."""

STOPPED = "Stopped; nothing was written."


def main(arguments: list[str] | None = None) -> int:
    """0, or 1 with the reason on one line of stderr."""
    _stop_cleanly()
    try:
        options = _parsed(arguments)
        if options.open:
            print(_opened(options))
            return 0
        made = _ingest(options)
    except (IngestError, TrialError, UsageError) as error:
        return _failed(str(error))
    except KeyboardInterrupt:
        return _failed(STOPPED)
    except MemoryError:
        return _failed("The memory of this machine does not suffice for this delivery; nothing was written.")
    except Exception as error:  # noqa: BLE001  one line, whatever happens
        if str(error) == "Query interrupted":  # DuckDB's word for a signal that came during a query
            return _failed(STOPPED)
        return _failed(f"The data cut could not be made ({type(error).__name__}: {error}); nothing was written.")
    return _told(made, options.report)


def _told(made: Path, report: Path | None) -> int:
    """Tell of a cut that is made: 0, or 1 where its report could not be written. Its path is printed either way."""
    why = ""
    try:
        letter = read_letter(made)
        _say(summary(letter))
        if report:
            write_letter(letter, report)
            _say(f"Report: {report}")
    except KeyboardInterrupt:
        why = "stopped before its report was written"
    except Exception as error:  # noqa: BLE001  the cut is there, whatever happens to what is told of it
        why = f"its report could not be written: {error}"
    print(made)
    return _failed(f"{made} was made, but {why}") if why else 0


def _stop_cleanly() -> None:
    """A request to end, or a closed terminal, cleans up like Ctrl-C; who ignores hang-ups (nohup) goes on."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(_signal, _frame) -> None:
    raise KeyboardInterrupt


def _failed(reason: str) -> int:
    print(" ".join(reason.split()), file=sys.stderr)
    return 1


def _parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = OneLine(
        prog="python -m ingest",
        description=__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "source", type=Path, metavar="SOURCE", help="folder or ZIP archive of delivered files, or one file"
    )
    parser.add_argument("--trial", type=Path, help="trial.toml; left out, the groups are the arms as delivered")
    parser.add_argument(
        "--cut", required=True, type=cut_date, help="date up to which the data are complete, e.g. 2007-11-30"
    )
    parser.add_argument("--out", required=True, type=Path, help="folder that gets cut_<date>.duckdb")
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="writes what was found as a page (.html) or as text (.txt), with subjects' IDs in the examples",
    )
    parser.add_argument(
        "--open", action="store_true", help="makes the file for an open session's server out of a loaded cut"
    )
    return parser.parse_args(arguments)


def _opened(options: argparse.Namespace) -> Path:
    """The file for an open session; UsageError for an option that is of a delivery."""
    for name in ("trial", "report"):
        if getattr(options, name):
            raise UsageError(f"--{name} belongs to a delivery; --open takes SOURCE, --cut and --out alone.")
    return make_open_cut(options.source, options.cut, options.out, _say)


def cut_date(text: str) -> date:
    """The date of a data cut; argparse shows the reason where it cannot be one."""
    day = day_of(text)
    if day > date.today():
        raise argparse.ArgumentTypeError(f"{text} lies in the future; give the date up to which the data are complete")
    return day


def _ingest(options: argparse.Namespace) -> Path:
    refuse_existing(cut_path(options.out, options.cut))
    if options.report:
        refuse_report(options.report)
    trial = Trial.read(options.trial) if options.trial else Trial.none()
    delivery = collect(options.source, progress=_say)
    return build_cut(delivery, trial, options.cut, options.out, progress=_say, let_go=True)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
