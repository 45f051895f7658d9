"""The values of a SAS transport file, piece by piece: text filled up with blanks, numbers in IBM's format.

Each value lies where its description says, so the order of storage does not matter. Common readers take that order for
granted, end a text at its first zero byte, and read some numbers otherwise than they are stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy
import pyarrow
from pyarrow import DictionaryArray

from ingest.delivery import IngestError
from ingest.table import PIECE_ROWS, TEXT
from ingest.xport import Layout
from ingest.xport_variables import Variable

MISSING = numpy.frombuffer(b"._ABCDEFGHIJKLMNOPQRSTUVWXYZ", dtype="u1")
"""First bytes of SAS's missing values; the other bytes of a missing value are zero."""
MANTISSA, SIGN = numpy.uint64((1 << 56) - 1), numpy.uint64(1 << 63)
AGAIN = "ask for the file again, transferred as binary"
Piece = list[pyarrow.Array]


def pieces(stream: BinaryIO, found: Layout, encoding: str, file: str) -> Iterator[Piece]:
    """The columns of each piece, in the order of the header; at least one piece.

    IngestError where bytes are no value, UnicodeDecodeError where text is not of the encoding."""
    stream.seek(found.rows_at)
    for start in range(0, max(found.rows, 1), PIECE_ROWS):
        number = min(PIECE_ROWS, found.rows - start)
        content = stream.read(number * found.width)
        if len(content) != number * found.width:
            raise IngestError(f"{file} became shorter while it was read; load it again.")
        rows = numpy.frombuffer(content, dtype="u1").reshape(number, found.width)
        yield [_column(rows, variable, start, encoding, file) for variable in found.variables]


def _column(rows: numpy.ndarray, variable: Variable, start: int, encoding: str, file: str) -> pyarrow.Array:
    raw = numpy.ascontiguousarray(rows[:, variable.place : variable.place + variable.length])
    if variable.text:
        return _texts(raw, variable, start, encoding, file)
    return pyarrow.array(_numbers(raw, variable, start, file), from_pandas=True)


def _texts(raw: numpy.ndarray, variable: Variable, start: int, encoding: str, file: str) -> DictionaryArray:
    """Each different text is decoded once; blanks and zero bytes at its end are filling."""
    coded = pyarrow.FixedSizeBinaryArray.from_buffers(
        pyarrow.binary(variable.length), len(raw), [None, pyarrow.py_buffer(raw)]
    ).dictionary_encode()
    texts = [text.rstrip(b" \0") for text in coded.dictionary.to_pylist()]
    _refuse_zero_bytes(texts, coded, variable, start, file)
    decoded = pyarrow.array([text.decode(encoding) for text in texts], type=TEXT.value_type)
    return DictionaryArray.from_arrays(coded.indices, decoded)


def _refuse_zero_bytes(texts: list[bytes], coded: DictionaryArray, variable: Variable, start: int, file: str) -> None:
    """Readers end a text at its first zero byte: what follows one may be of another value, and would be lost."""
    lost = [code for code, text in enumerate(texts) if b"\0" in text]
    if lost:
        row = int(numpy.isin(coded.indices.to_numpy(), lost).argmax())
        raise IngestError(
            f"{file}: {variable.name} holds zero bytes inside its text, first in row {start + row + 1}; {AGAIN}."
        )


def _numbers(raw: numpy.ndarray, variable: Variable, start: int, file: str) -> numpy.ndarray:
    """IBM hexadecimal floating point: a sign, an exponent of 16 (excess 64), and up to 56 bits behind the point.

    Missing as NaN; IngestError where the bytes are no number."""
    whole = numpy.zeros((len(raw), 8), dtype="u1")
    whole[:, : variable.length] = raw
    word = whole.view(">u8").reshape(-1).astype("u8")
    mantissa, first = word & MANTISSA, whole[:, 0]
    exponent = 4 * ((first & 0x7F).astype("i4") - 64) - 56
    value = numpy.ldexp(mantissa.astype("f8"), exponent)
    value = numpy.where(word & SIGN, -value, value)
    empty = mantissa == 0
    missing = empty & numpy.isin(first, MISSING)
    odd = empty & ~missing & (first != 0) & (first != 0x80)
    if odd.any():
        raise IngestError(
            f"{file} is damaged: {variable.name} is neither a number nor missing in row "
            f"{start + int(odd.argmax()) + 1}; {AGAIN}."
        )
    return numpy.where(missing, numpy.nan, numpy.where(empty, 0.0, value))
