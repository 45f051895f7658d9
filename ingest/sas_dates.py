"""--DTC variables delivered as SAS numbers (days or seconds since 1960), as the ISO 8601 text they should be."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas
from pandas import DataFrame, Series

SECONDS = re.compile(r"DATETIME|DATEAMPM|MDYAMPM|^DT|^NLDATM|[EB]8601(DT|DZ|DN|DX|LX|LZ)")
"""Formats of moments. DTDATE9. and E8601DN10. show the day of one; the number under them is still seconds."""
DAYS = re.compile(r"DATE|YYMM|DDMM|MMDD|MONYY|JULIAN|WEEKDAT|WORDDAT|[EB]8601DA")
EPOCH = pandas.Timestamp(1960, 1, 1)
FIRST, LAST = -36_524, 54_786
"""Days of the years 1860 to 2110."""
UNFORMATTED = 7_000
"""Without a format of a date a small number may be a year or a study day: days are taken from 1979 on."""
LEAST_SECONDS = 1.0e8
"""Seconds from 1963 on (or before 1957), so that no number can be days and seconds."""


def dates_as_text(frame: DataFrame, formats: Mapping[str, object]) -> tuple[DataFrame, list[str]]:
    """The frame with numeric --DTC variables as ISO 8601 text, and their names.

    formats: variable → its SAS format. Days or seconds is what makes most of the numbers a date of 1860 to 2110;
    a number that is none stays the number it is, and is found unreadable.
    """
    named = [n for n in frame.columns if n.upper().endswith("DTC") and frame[n].dtype.kind in "fi"]
    units = {name: _unit(frame[name].dropna(), str(formats.get(name) or "").upper()) for name in named}
    found = {name: _text(frame[name], unit) for name, unit in units.items() if unit}
    return frame.assign(**found), list(found)


def _unit(values: Series, format_: str) -> str:
    """ "D" for days, "s" for seconds, empty where the numbers are no dates."""
    fitting = {"D": int(_fits(values, "D").sum()), "s": int(_fits(values, "s").sum())}
    likely = max(fitting, key=lambda unit: fitting[unit])
    if SECONDS.search(format_) or DAYS.search(format_):
        return likely
    all_fit = len(values) and fitting[likely] == len(values)
    return likely if all_fit and (likely == "s" or values.min() >= UNFORMATTED) else ""


def _fits(values: Series, unit: str) -> Series:
    if unit == "D":
        return values.between(FIRST, LAST)
    return values.between(FIRST * 86_400.0, LAST * 86_400.0) & (values.abs() >= LEAST_SECONDS)


def _text(values: Series, unit: str) -> Series:
    """Each different number is written once: a laboratory's millions of dates are some thousand days."""
    codes, different = pandas.factorize(values)
    return _written(Series(different), unit).reindex(codes).set_axis(values.index)


def _written(values: Series, unit: str) -> Series:
    fits = _fits(values, unit)
    moments = iso(EPOCH + pandas.to_timedelta(values.where(fits), unit=unit))
    numbers = values.map(lambda value: f"{value:.15g}").astype("str")
    return moments.where(fits, numbers)


def iso(moments: Series) -> Series:
    """ISO 8601 text; midnight is a day without a time, unless the time carries an offset from UTC."""
    if moments.dt.tz is not None:
        text = moments.dt.strftime("%Y-%m-%dT%H:%M:%S%z")
        return text.str.replace(r"(\d\d)$", r":\1", regex=True).astype("str")
    text = moments.dt.strftime("%Y-%m-%dT%H:%M:%S")
    return text.str.removesuffix("T00:00:00").astype("str")
