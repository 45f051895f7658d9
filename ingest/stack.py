"""Puts the files of one split domain (LBCH, LBHE) on top of each other; the same data twice is an error."""

from __future__ import annotations

from pathlib import Path

import pandas
from pandas import DataFrame

from ingest.delivery import Finding, IngestError
from ingest.read import File


def stacked(dataset: str, files: list[tuple[str, File]], findings: list[Finding]) -> DataFrame:
    """One frame of the files of one dataset; more than one is reported."""
    if len(files) == 1:
        return files[0][1].frame
    _refuse_same_name(dataset, files)
    frame = pandas.concat(_alike([file.frame for _, file in files]), ignore_index=True)
    _refuse_same_records(dataset, files, frame)
    names = ", ".join(f"{name} ({len(file.frame):,} rows)" for name, file in files)
    findings.append(
        Finding(
            "note",
            dataset.upper(),
            "stacked",
            "The domain was delivered in several files, which were stacked.",
            len(files),
            names,
        )
    )
    return frame


def _refuse_same_name(dataset: str, files: list[tuple[str, File]]) -> None:
    seen: dict[str, str] = {}
    for name, _ in files:
        other = seen.setdefault(Path(name).stem.upper(), name)
        if other != name:
            raise IngestError(
                f"{dataset.upper()} was delivered twice, as {other} and {name}; leave one of them in the folder."
            )


def _alike(frames: list[DataFrame]) -> list[DataFrame]:
    """The frames with upper-case columns; a column that is text in one is text in all."""
    frames = [frame.rename(columns=lambda name: str(name).upper()) for frame in frames]
    for column in {column for frame in frames for column in frame.columns}:
        kinds = {pandas.api.types.is_numeric_dtype(f[column]) for f in frames if column in f}
        if len(kinds) == 2:
            frames = [f.assign(**{column: _text(f[column])}) if column in f else f for f in frames]
    return frames


def _text(column: pandas.Series) -> pandas.Series:
    if not pandas.api.types.is_numeric_dtype(column):
        return column
    return column.map(lambda value: f"{value:.15g}", na_action="ignore").astype("str")


def _refuse_same_records(dataset: str, files: list[tuple[str, File]], frame: DataFrame) -> None:
    """A record that stands in two of the files, value for value, would be counted twice."""
    origin = pandas.Series([name for name, file in files for _ in range(len(file.frame))], index=frame.index)
    repeated = frame[frame.duplicated(keep=False)]
    if repeated.empty:
        return
    texts = repeated.astype("str").fillna("")
    by_record = origin[repeated.index].groupby([texts[c] for c in texts.columns], sort=False).nunique()
    shared = int((by_record > 1).sum())
    if shared:
        names = " and ".join(name for name, _ in files)
        raise IngestError(
            f"{dataset.upper()}: {shared:,} records are in more than one of {names}; deliver each record once."
        )
