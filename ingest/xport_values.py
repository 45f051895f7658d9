"""The values of a SAS transport file that common readers get wrong: numbers in IBM's format, zero bytes inside text,
and files whose rows are stored in another order than the header's."""

from __future__ import annotations

import numpy

from ingest.delivery import IngestError
from ingest.xport import Layout
from ingest.xport_variables import Variable, stored_order

MISSING = numpy.frombuffer(b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype="u1")
"""First bytes of SAS's missing values; the other bytes of a missing value are zero."""
BLOCK_ROWS = 100_000
MANTISSA, SIGN = numpy.uint64((1 << 56) - 1), numpy.uint64(1 << 63)
AGAIN = "ask for the file again, transferred as binary"


def is_plain(content: bytes, found: Layout) -> bool:
    """Whether every reader reads it right: variables described in the order of storage, filled up with blanks."""
    end = found.rows_at + found.rows * found.width
    return found.variables == stored_order(found.variables) and not content[end:].strip(b" ")


def plainest(content: bytes, found: Layout) -> bytes:
    """The same file with its variables described in the order of storage, and filled up with blanks."""
    stored = stored_order(found.variables)
    descriptions = b"".join(variable.description for variable in stored)
    end = found.rows_at + found.rows * found.width
    head = content[: found.names_at] + descriptions + content[found.names_at + len(descriptions) : found.rows_at]
    return head + content[found.rows_at : end] + b" " * (len(content) - end)


def refuse_zero_bytes_in_text(content: bytes, found: Layout, file: str) -> None:
    """Readers end a text at its first zero byte: what follows one would be lost. Zero bytes at the end are filling."""
    for variable in found.variables:
        if not variable.text:
            continue
        for start in range(0, found.rows, BLOCK_ROWS):
            lost = _after_zero(_bytes_of(content, found, variable)[start : start + BLOCK_ROWS])
            if lost.any():
                raise IngestError(
                    f"{file}: {variable.name} holds zero bytes inside its text, first in row "
                    f"{start + int(lost.argmax()) + 1}; {AGAIN}."
                )


def _after_zero(raw: numpy.ndarray) -> numpy.ndarray:
    """In which rows more than blanks and zero bytes follow a zero byte."""
    zero = raw == 0
    if not zero.any():
        return numpy.zeros(len(raw), dtype="bool")
    return (numpy.logical_or.accumulate(zero, axis=1) & ~zero & (raw != 32)).any(axis=1)


def numbers(content: bytes, found: Layout, file: str) -> dict[str, numpy.ndarray]:
    """Every number as it is stored, missing as NaN; IngestError where the bytes are no number."""
    return {v.name: _decoded(content, found, v, file) for v in found.variables if not v.text}


def _decoded(content: bytes, found: Layout, variable: Variable, file: str) -> numpy.ndarray:
    """IBM hexadecimal floating point: a sign, an exponent of 16 (excess 64), and up to 56 bits behind the point."""
    raw = numpy.zeros((found.rows, 8), dtype="u1")
    raw[:, : variable.length] = _bytes_of(content, found, variable)
    word = raw.view(">u8").reshape(-1).astype("u8")
    mantissa, first = word & MANTISSA, raw[:, 0]
    exponent = 4 * ((first & 0x7F).astype("i4") - 64) - 56
    value = numpy.ldexp(mantissa.astype("f8"), exponent)
    value = numpy.where(word & SIGN, -value, value)
    empty = mantissa == 0
    missing = empty & numpy.isin(first, MISSING)
    odd = empty & ~missing & (first != 0) & (first != 0x80)
    if odd.any():
        raise IngestError(
            f"{file} is damaged: {variable.name} is neither a number nor missing in row {int(odd.argmax()) + 1}; "
            f"{AGAIN}."
        )
    return numpy.where(missing, numpy.nan, numpy.where(empty, 0.0, value))


def _bytes_of(content: bytes, found: Layout, variable: Variable) -> numpy.ndarray:
    """The bytes of one variable, one line a row."""
    body = numpy.frombuffer(memoryview(content)[found.rows_at : found.rows_at + found.rows * found.width], dtype="u1")
    return body.reshape(found.rows, found.width)[:, variable.place : variable.place + variable.length]
