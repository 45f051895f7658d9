"""The delivered files read plainly, so that counts can be checked without the project's own reading."""

from pathlib import Path

import pandas
import pyreadstat

ROOT = Path(__file__).parents[1]


def raw(folder: Path) -> dict[str, pandas.DataFrame]:
    """Every XPT and Parquet file of a folder by lower-case name, read with pyreadstat and pandas alone."""
    frames = {}
    for path in sorted(Path(folder).iterdir()):
        if path.suffix == ".xpt":
            try:
                frame, _ = pyreadstat.read_xport(str(path), disable_datetime_conversion=True)
            except (UnicodeDecodeError, pyreadstat.ReadstatError):
                frame, _ = pyreadstat.read_xport(str(path), disable_datetime_conversion=True, encoding="WINDOWS-1252")
            frames[path.stem] = frame
        elif path.suffix == ".parquet":
            frames[path.stem] = pandas.read_parquet(path)
    return frames


def sample(cut: str) -> dict[str, pandas.DataFrame]:
    """The raw datasets of a cut of the sample trial, e.g. sample("2007-11-30")."""
    return raw(ROOT / "sample_data" / "cuts" / cut)
