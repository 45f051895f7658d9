"""Puts the files of one split domain (LBCH, LBHE) on top of each other; a record that is in two of them counts once."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pandas
from pandas import DataFrame, Series

from ingest.delivery import Finding, IngestError
from ingest.read import File
from ingest.weights import INFORMATION, of_dataset

Files = list[tuple[str, File]]
IDENTITY = ("TESTCD", "TRT", "TERM", "DTC", "STDTC")
"""Two records of one sequence number are the same one where these too agree: a number may begin again in each file."""
SUPPLEMENTAL = ("RDOMAIN", "USUBJID", "IDVAR", "IDVARVAL", "QNAM")


def stacked(dataset: str, files: Files, findings: list[Finding]) -> DataFrame:
    """One frame of the files of one dataset; more than one is reported."""
    if len(files) == 1:
        return files[0][1].frame
    files = sorted(files, key=lambda named: (_is_split(named[0]), named[0]))
    frames = _alike([file.frame for _, file in files])
    new = [frames[0]]
    for place in range(1, len(files)):
        earlier = pandas.concat(frames[:place], ignore_index=True)
        again = _again(dataset, files, place, earlier, frames[place])
        new.append(frames[place][~again])
        findings += _twice(dataset, files[place][0], again)
    names = ", ".join(f"{name} ({len(file.frame):,} rows)" for name, file in files)
    findings.append(
        Finding(
            "note",
            dataset.upper(),
            "stacked",
            "The domain was delivered in several files, which were stacked.",
            len(files),
            names,
            weight=INFORMATION,
        )
    )
    findings += _beside_the_whole(dataset, files, new)
    return pandas.concat(new, ignore_index=True)


def _is_split(name: str) -> bool:
    """Whether a file lies in a folder `split` of an eCTD, whose records its whole domain should hold too."""
    return "split" in {part.lower() for part in PurePosixPath(name).parts[:-1]}


def _again(dataset: str, files: Files, place: int, earlier: DataFrame, frame: DataFrame) -> Series:
    """Which records of a file are in the files before it; IngestError where the same record differs."""
    key = _key(dataset, earlier, frame)
    # two columns tell most files apart, at a fraction of the cost
    near = _hashes(frame, key[:2]).isin(_hashes(earlier, key[:2]))
    near_earlier = earlier[_hashes(earlier, key[:2]).isin(_hashes(frame[near], key[:2]))]
    candidates = near_earlier[_hashes(near_earlier, key).isin(_hashes(frame[near], key))]
    same_key = near.copy()
    same_key[near] = _hashes(frame[near], key).isin(_hashes(candidates, key))
    common = [column for column in frame.columns if column in earlier.columns]
    again = same_key.copy()
    again[same_key] = _hashes(frame[same_key], common).isin(_hashes(candidates, common))
    _refuse_other_version(dataset, files, place, again)
    if (same_key & ~again).any():
        raise IngestError(_differs(dataset, files, place, frame[same_key & ~again], candidates, key, common))
    return again


def _key(dataset: str, *frames: DataFrame) -> list[str]:
    """The columns that name a record in all frames; without any, all columns of all of them."""
    common = set.intersection(*(set(frame.columns) for frame in frames))
    if {"QNAM", "USUBJID"} <= common:
        return [column for column in SUPPLEMENTAL if column in common]
    if dataset in ("dm", "adam.adsl") and "USUBJID" in common:
        return ["USUBJID"]
    prefix = re.sub(r"^adam\.ad", "", dataset)[:2].upper()
    if {"USUBJID", f"{prefix}SEQ"} <= common:
        wanted = ["USUBJID", f"{prefix}SEQ", *(f"{prefix}{ending}" for ending in IDENTITY), "PARAMCD", "ADT"]
        return [column for column in wanted if column in common]
    return sorted(set().union(*(set(frame.columns) for frame in frames)))


def _hashes(frame: DataFrame, columns: list[str]) -> Series:
    """A number for each record by its values; blank, missing and absent are the same."""
    values = {c: _plain(frame[c]) if c in frame else Series("", frame.index) for c in columns}
    return pandas.util.hash_pandas_object(DataFrame(values, index=frame.index), index=False)


def _plain(column: Series) -> Series:
    """The values as they are compared: numbers as numbers, text without differences of writing alone."""
    if pandas.api.types.is_numeric_dtype(column):
        return column.astype("float64") + 0.0
    codes, texts = pandas.factorize(column.astype("object"), use_na_sentinel=True)
    plain = Series([*(_plain_text(str(text)) for text in texts), ""], dtype="object")
    return plain.iloc[codes].set_axis(column.index)


def _plain_text(text: str) -> str:
    text = text.strip()
    return "" if text == "NA" else re.sub(r"^(-?\d+)\.0+$", r"\1", text)


def _refuse_other_version(dataset: str, files: Files, place: int, again: Series) -> None:
    """Two files of one name are one dataset twice: one must hold all records of the other."""
    name, file = files[place]
    for other, earlier in files[:place]:
        one, two = (PurePosixPath(path).name.partition(".")[0].upper() for path in (other, name))
        if one == two and int(again.sum()) < min(len(earlier.frame), len(file.frame)):
            raise IngestError(
                f"{dataset.upper()} was delivered twice, as {other} and {name}, which differ; "
                "leave one of them in the folder."
            )


def _differs(
    dataset: str, files: Files, place: int, odd: DataFrame, candidates: DataFrame, key: list[str], common: list[str]
) -> str:
    """Which records two files give differently, and in what."""
    first = odd.iloc[:1]
    twin = candidates[_hashes(candidates, key).isin(_hashes(first, key))].iloc[:1]
    differing = [column for column in common if _plain(first[column]).iloc[0] != _plain(twin[column]).iloc[0]]
    named = ", ".join(f"{column} {_plain(first[column]).iloc[0]}" for column in key[:2])
    others = " and ".join(name for name, _ in files[:place])
    return (
        f"{dataset.upper()}: {len(odd):,} records of {files[place][0]} are in {others} too, with other values "
        f"({named}: {', '.join(differing[:4])}); deliver each record once."
    )


def _twice(dataset: str, name: str, again: Series) -> list[Finding]:
    count = int(again.sum())
    return [
        Finding(
            "left out",
            dataset.upper(),
            "record_in_two_files",
            "The same records are in more than one file; each counts once.",
            count,
            f"{name}: {count:,} of {len(again):,} rows",
            "Ask the sponsor which file is meant.",
            weight=of_dataset(dataset),
        )
    ] * bool(count)


def _beside_the_whole(dataset: str, files: Files, new: list[DataFrame]) -> list[Finding]:
    """Records of an eCTD's folder `split` that the whole domain beside it lacks; they are counted."""
    split = [(name, len(frame)) for (name, _), frame in zip(files, new, strict=True) if _is_split(name) and len(frame)]
    if len([name for name, _ in files if _is_split(name)]) == len(files) or not split:
        return []
    return [
        Finding(
            "doubtful",
            dataset.upper(),
            "split_beyond_whole",
            "The split files hold records that the whole domain lacks; they are counted too.",
            sum(count for _, count in split),
            ", ".join(f"{name}: {count:,}" for name, count in split),
            "Ask the sponsor which of them is complete.",
            weight=of_dataset(dataset),
        )
    ]


def _alike(frames: list[DataFrame]) -> list[DataFrame]:
    """The frames with upper-case columns; a column that is text in one is text in all."""
    frames = [frame.rename(columns=lambda name: str(name).upper()) for frame in frames]
    for column in {column for frame in frames for column in frame.columns}:
        kinds = {pandas.api.types.is_numeric_dtype(f[column]) for f in frames if column in f}
        if len(kinds) == 2:
            frames = [f.assign(**{column: _text(f[column])}) if column in f else f for f in frames]
    return frames


def _text(column: Series) -> Series:
    if not pandas.api.types.is_numeric_dtype(column):
        return column
    return column.map(lambda value: f"{value:.15g}", na_action="ignore").astype("str")
