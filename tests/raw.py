"""The delivered files read plainly, so that counts can be checked without the project's own reading."""

from functools import lru_cache
from pathlib import Path

import pandas
import pyreadstat

ROOT = Path(__file__).parents[1]


def raw(folder: Path) -> dict[str, pandas.DataFrame]:
    """Every XPT and Parquet file of a folder by lower-case name, read with pyreadstat and pandas alone.

    Each is read once a process; whoever asks has frames of its own (pandas copies on write)."""
    paths = [path for path in sorted(Path(folder).iterdir()) if path.suffix in (".xpt", ".parquet")]
    return {path.stem: _read(path, path.stat().st_mtime_ns).copy(deep=False) for path in paths}


@lru_cache(maxsize=200)
def _read(path: Path, _written: int) -> pandas.DataFrame:
    if path.suffix == ".parquet":
        return pandas.read_parquet(path)
    try:
        frame, _ = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
    except (UnicodeDecodeError, pyreadstat.ReadstatError):
        frame, _ = pyreadstat.read_xport(str(path), disable_datetime_conversion=True, encoding="WINDOWS-1252")
    return frame


def sample(cut: str) -> dict[str, pandas.DataFrame]:
    """The raw datasets of a cut of the sample trial, e.g. sample("2007-11-30")."""
    return raw(ROOT / "sample_data" / "cuts" / cut)
