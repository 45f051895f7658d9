"""The kinds of value a trial definition holds. Each refuses any other in words: what it must be, what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationError, WrapValidator

LONGEST_SHOWN = 60
RISING = "a list of two numbers that rise"


def must_be(what: str) -> WrapValidator:
    """Put one sentence in place of whatever the library says of a wrong value."""

    def checked(value: Any, validate: Callable[[Any], Any]) -> Any:
        try:
            return validate(value)
        except ValidationError:
            raise ValueError(f"must be {what}; found {shown(value)}") from None

    return WrapValidator(checked)


def must_be_one_of(names: Iterable[str]) -> BeforeValidator:
    """Refuse a text that is none of the names."""
    known = tuple(names)

    def checked(value: Any) -> Any:
        if value not in known:
            raise ValueError(f"must be one of {', '.join(known)}; found {shown(value)}")
        return value

    return BeforeValidator(checked)


def has_only(kind: type, what: str = "key") -> BeforeValidator:
    """Refuse what is no table, and a table with a name in it that the kind does not have."""

    def checked(table: Any) -> Any:
        names = tuple(kind.__annotations__)
        if not isinstance(table, dict):
            raise ValueError(f"must be a table; found {shown(table)}")
        for name in table:
            if name not in names:
                raise ValueError(f"has no {what} {name}; {meant(name, names)}")
        return table

    return BeforeValidator(checked)


def written_many_times(name: str) -> BeforeValidator:
    """Refuse a table that ought to be written [[name]] and is not."""

    def checked(rows: Any) -> Any:
        if not isinstance(rows, list):
            raise ValueError(f"must be written [[{name}]], one table each; found {shown(rows)}")
        return rows

    return BeforeValidator(checked)


def meant(wrong: str, names: Iterable[str]) -> str:
    """ "did you mean window_days", or all that there is where nothing is near."""
    known = tuple(names)
    near = get_close_matches(wrong, known, n=1)
    return f"did you mean {near[0]}" if near else f"it takes {', '.join(known)}"


def shown(value: Any) -> str:
    """A value as a message shows it, never longer than a line."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def _rising(numbers: list[float]) -> list[float]:
    if numbers != sorted(numbers):
        raise ValueError(RISING)
    return numbers


Text = Annotated[str, Strict(), Field(pattern=r"\S"), must_be("text")]
Words = Annotated[str, Strict(), must_be("text, which may be empty")]
Flag = Annotated[bool, Strict(), must_be("true or false")]
Day = Annotated[date, Strict(), must_be("a date such as 2007-11-30")]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False), must_be("a number")]
Positive = Annotated[float, Strict(), Field(gt=0, allow_inf_nan=False), must_be("a number above 0")]
NotNegative = Annotated[float, Strict(), Field(ge=0), must_be("a number of at least 0")]
Rate = Annotated[float, Strict(), Field(gt=0, lt=1), must_be("a rate between 0 and 1, such as 0.3")]
Share = Annotated[float, Strict(), Field(gt=0, le=1), must_be("a share above 0 and up to 1, such as 0.8")]
Whole = Annotated[int, Strict(), must_be("a whole number")]
Count = Annotated[int, Strict(), Field(ge=1), must_be("a whole number of at least 1")]
Days = Annotated[int, Strict(), Field(ge=0), must_be("a whole number of at least 0")]
VERSIONS = ("4.03", "5.0", "6.0")
"""The versions of CTCAE by which laboratory values can be graded."""


def version_number(written: str | float) -> str:
    """A version as NCI numbers it: "5.0" for 5, "5" and "v5.0"."""
    version = str(written).strip().lower().removeprefix("v")
    return version if "." in version else f"{version}.0"


def _known(written: str | float) -> str | float:
    if version_number(written) not in VERSIONS:
        raise ValueError(
            f"must be a version of CTCAE that has laboratory criteria here, one of {', '.join(VERSIONS)}; "
            f"found {shown(written)}"
        )
    return written


Version = Annotated[Annotated[Text | Number, must_be('a version such as "5.0"')], AfterValidator(_known)]
Texts = Annotated[list[Text], Strict(), must_be("a list of texts")]
Terms = Annotated[list[Text], Strict(), Field(min_length=1), must_be("a list of at least one text")]
Hours = Annotated[list[NotNegative], Strict(), must_be("a list of hours")]
Limits = Annotated[list[Positive], Strict(), Field(min_length=1), must_be("a list of numbers above 0")]
Rates = Annotated[list[Rate], Strict(), must_be("a list of rates between 0 and 1")]
Range = Annotated[
    list[NotNegative], Strict(), Field(min_length=2, max_length=2), AfterValidator(_rising), must_be(RISING)
]
