"""A large delivery and what loading it takes: python -m tests.large [--rows 5000000] [--formats xpt parquet]

Writes an invented LB beside the sample trial's other domains, as SAS transport and as Parquet; times how long
pyreadstat alone takes to read the transport file, and loads each delivery through `python -m ingest`, each in a process
of its own. Seconds mean something on a quiet machine only; processor seconds always do.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import numpy  # noqa: E402
import pandas  # noqa: E402
import pyarrow  # noqa: E402
import pyarrow.parquet  # noqa: E402
import pyreadstat  # noqa: E402
from pandas import DataFrame  # noqa: E402
from raw import ROOT  # noqa: E402
from transport import NUMBER, TEXT, in_order, transport  # noqa: E402

CUT = "2008-02-29"
SAMPLE = ROOT / "sample_data" / "cuts" / CUT
PIECE = 250_000
RATIO, SECONDS, PEAK_GIB = 2.5, 60, 3
"""What the project asks: XPT as a multiple of pyreadstat's own time, Parquet, and the peak memory of each."""
SLOWEST = 6
WHOLE = """
import sys, time, tempfile, pyreadstat
from ingest.xport import layout
from pathlib import Path
seconds, processor, name = 0.0, 0.0, sys.argv[1]
with open(name, "rb") as stream, tempfile.TemporaryDirectory() as folder:
    found = layout(stream, name)
    stream.seek(0)
    head, piece = stream.read(found.rows_at), Path(folder) / "piece.xpt"
    for start in range(0, found.rows, 200_000):
        body = stream.read(min(200_000, found.rows - start) * found.width)
        piece.write_bytes(head + body + b" " * (-len(body) % 80))
        began, used = time.monotonic(), time.process_time()
        pyreadstat.read_xport(str(piece), disable_datetime_conversion=True)
        seconds, processor = seconds + time.monotonic() - began, processor + time.process_time() - used
print(f"{seconds:.1f} {processor:.1f}", file=sys.stderr)
"""
"""How long pyreadstat takes for all rows: in pieces cut at the ends of rows, each a whole file, so that they fit."""


@dataclass(frozen=True)
class Taken:
    """What one process took: seconds, processor seconds, its peak of memory in GiB, and when it said each line."""

    seconds: float
    processor: float
    peak_gib: float
    lines: tuple[tuple[float, str], ...]

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.processor:.1f} s of processor), peak {self.peak_gib:.2f} GiB"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--seed", type=int, default=9)
    parser.add_argument("--formats", nargs="+", choices=tuple(WRITERS), default=list(WRITERS))
    parser.add_argument("--folder", type=Path, help="where the deliveries are written and kept; by default a new one")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="safety-large-") as made:
        folder = options.folder or Path(made)
        for kind in options.formats:
            delivered(folder / kind, kind, options.rows, options.seed)
            report(folder, kind)
    return 0


def report(folder: Path, kind: str) -> None:
    """Load one delivery, and print what it took."""
    shutil.rmtree(folder / "cuts", ignore_errors=True)
    loading = [sys.executable, "-m", "ingest", str(folder / kind), "--trial", str(ROOT / "sample_data" / "trial.toml")]
    loaded = run([*loading, "--cut", CUT, "--out", str(folder / "cuts")])
    print(f"{kind}: loaded in {loaded}; at most {PEAK_GIB} GiB is asked")
    if kind == "xpt":
        whole = run([sys.executable, "-c", WHOLE, str(folder / kind / "lb.xpt")])
        seconds, processor = map(float, whole.lines[-1][1].split())
        print(f"{kind}: pyreadstat alone {seconds} s ({processor} s of processor)")
        print(f"{kind}: ratio {loaded.seconds / seconds:.2f}, at most {RATIO} is asked", end="; ")
        print(f"{loaded.processor / processor:.2f} of processor seconds")
    else:
        print(f"{kind}: at most {SECONDS} s is asked, on two quiet processors")
    for seconds, line in slowest(loaded):
        print(f"    {seconds:6.1f} s  {line}")


def slowest(taken: Taken) -> list[tuple[float, str]]:
    """The steps that took longest: seconds up to each line, and the line."""
    before = (0.0, *(at for at, _ in taken.lines))
    steps = [(at - since, line) for since, (at, line) in zip(before, taken.lines, strict=False)]
    return sorted(steps, reverse=True)[:SLOWEST]


def run(command: list[str]) -> Taken:
    """Run a command to its end; CalledProcessError where it fails."""
    start, lines = time.monotonic(), []
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        for line in process.stderr:
            lines.append((time.monotonic() - start, line.rstrip()))
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, stderr="\n".join(line for _, line in lines))
    return Taken(time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, tuple(lines))


def delivered(folder: Path, kind: str, rows: int, seed: int) -> None:
    """The sample trial's files with an LB of so many rows; left as it is where it is there."""
    if (folder / f"lb.{kind}").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SAMPLE, folder)
    (folder / "lb.xpt").unlink()
    WRITERS[kind](folder / f"lb.{kind}", laboratory(rows, seed))


def laboratory(rows: int, seed: int) -> Iterator[DataFrame]:
    """LB in pieces: the sample trial's rows again and again, later on the same days, with values that differ."""
    sample, _ = pyreadstat.read_xport(str(SAMPLE / "lb.xpt"), disable_datetime_conversion=True)
    random = numpy.random.default_rng(seed)
    for start in range(0, rows, PIECE):
        number = numpy.arange(start, min(start + PIECE, rows))
        yield _again(sample.iloc[number % len(sample)].reset_index(drop=True), number // len(sample), random)


def _again(frame: DataFrame, turn: numpy.ndarray, random: numpy.random.Generator) -> DataFrame:
    value = (frame["LBSTRESN"] * random.uniform(0.9, 1.1, len(frame))).round(1).where(turn > 0, frame["LBSTRESN"])
    text = value.map(lambda number: f"{number:g}", na_action="ignore").astype("str")
    minutes = 480 + turn
    clock = [f"T{hour:02}:{minute:02}" for hour, minute in zip(minutes // 60 % 24, minutes % 60, strict=True)]
    changed = value.notna() & (turn > 0)
    return frame.assign(
        LBSEQ=frame["LBSEQ"] + 1000 * turn,
        LBSTRESN=value,
        LBSTRESC=frame["LBSTRESC"].where(~changed, text),
        LBORRES=frame["LBORRES"].where(~changed, text),
        LBBLFL=frame["LBBLFL"].where(turn == 0, ""),
        LBDTC=frame["LBDTC"].where(frame["LBDTC"].str.len() != 10, frame["LBDTC"] + pandas.Series(clock)),
    )


def write_parquet(path: Path, pieces: Iterator[DataFrame]) -> None:
    writer = None
    for piece in pieces:
        table = pyarrow.Table.from_pandas(piece, preserve_index=False)
        writer = writer or pyarrow.parquet.ParquetWriter(path, table.schema)
        writer.write_table(table.cast(writer.schema))
    writer.close()


LENGTHS = {"STUDYID": 11, "LBTEST": 40, "LBCAT": 15, "LBREASND": 18, "USUBJID": 19, "LBDTC": 16, "VISIT": 20}
"""Bytes of text that need more, or less, than twelve."""


def write_transport(path: Path, pieces: Iterator[DataFrame]) -> None:
    """SAS transport version 5, piece by piece."""
    with open(path, "wb") as stream:
        for number, piece in enumerate(pieces):
            if not number:
                kinds = {name: NUMBER if piece[name].dtype.kind == "f" else TEXT for name in piece}
                lengths = {name: 8 if kind == NUMBER else LENGTHS.get(name, 12) for name, kind in kinds.items()}
                described = in_order(*((name, kinds[name], lengths[name]) for name in piece))
                stream.write(transport(described, []))
            parts = [_bytes(piece[name], lengths[name]) for name in piece]
            stream.write(numpy.concatenate(parts, axis=1).tobytes())
        stream.write(b" " * (-stream.tell() % 80))


def _bytes(values: pandas.Series, length: int) -> numpy.ndarray:
    """One line of bytes a value: text filled up with blanks, numbers as SAS writes them."""
    if values.dtype.kind == "f":
        return _ibm(values.to_numpy())
    texts = values.to_numpy(dtype=f"S{length}")
    raw = texts.view("u1").reshape(len(texts), length)
    return numpy.where(raw == 0, numpy.uint8(32), raw)


def _ibm(values: numpy.ndarray) -> numpy.ndarray:
    missing = numpy.isnan(values)
    mantissa, exponent = numpy.frexp(numpy.abs(numpy.where(missing, 0.0, values)))
    sixteenth = -(-exponent // 4)
    whole = numpy.ldexp(mantissa, exponent - 4 * sixteenth + 56).astype("u8")
    sign = numpy.where(values < 0, numpy.uint64(1 << 63), numpy.uint64(0))
    word = numpy.where(whole == 0, numpy.uint64(0), (sixteenth + 64).astype("u8") << numpy.uint64(56) | whole | sign)
    word = numpy.where(missing, numpy.uint64(ord(".") << 56), word)
    return word.astype(">u8").view("u1").reshape(-1, 8)


WRITERS = {"xpt": write_transport, "parquet": write_parquet}

if __name__ == "__main__":
    sys.exit(main())
