"""SAS transport files byte by byte, as writers other than ours make them and as damage leaves them."""

from __future__ import annotations

import struct

HEADER, MARK = b"HEADER RECORD*******", b"HEADER RECORD!!!!!!!"
WRITTEN = b"01JAN07:00:00:00"
NUMBER, TEXT = 1, 2


def described(name: str, kind: int, length: int, place: int, number: int = 1, format_: str = "") -> bytes:
    """The 140 bytes that describe one variable."""
    return (
        struct.pack(">hhhh", kind, 0, length, number)
        + name.ljust(8).encode()
        + b" " * 40
        + format_.ljust(8).encode()
        + struct.pack(">hhh", 0, 0, 0)
        + b" " * 10
        + struct.pack(">hhi", 0, 0, place)
        + bytes(52)
    )


def transport(descriptions: list[bytes], rows: list[bytes], filling: bytes = b" ") -> bytes:
    """A file of version 5 with these descriptions and rows, filled up to whole records of 80 bytes."""
    names, body = b"".join(descriptions), b"".join(rows)
    return b"".join(
        [
            HEADER + b"LIBRARY " + MARK + b"0" * 30 + b"  ",
            b"SAS     SAS     SASLIB  9.4     LINUX   " + b" " * 24 + WRITTEN,
            WRITTEN + b" " * 64,
            HEADER + b"MEMBER  " + MARK + b"000000000000000001600000000140  ",
            HEADER + b"DSCRPTR " + MARK + b"0" * 30 + b"  ",
            b"SAS     LB      SASDATA 9.4     LINUX   " + b" " * 24 + WRITTEN,
            WRITTEN + b" " * 64,
            HEADER + b"NAMESTR " + MARK + b"000000%04d" % len(descriptions) + b"0" * 20 + b"  ",
            names + b" " * (-len(names) % 80),
            HEADER + b"OBS     " + MARK + b"0" * 30 + b"  ",
            body + filling * (-len(body) % 80),
        ]
    )


def in_order(*variables: tuple) -> list[bytes]:
    """Descriptions of (name, kind, length[, format]) that follow each other in the row."""
    found, place = [], 0
    for number, (name, kind, length, *format_) in enumerate(variables, 1):
        found.append(described(name, kind, length, place, number, *format_))
        place += length
    return found


def ibm(value: float, length: int = 8) -> bytes:
    """A number as SAS writes it: sign, exponent of 16, mantissa; cut off to its length."""
    if value == 0:
        return bytes(length)
    sign, value, exponent = (0x80 if value < 0 else 0), abs(value), 64
    while value >= 1:
        value, exponent = value / 16, exponent + 1
    while value < 1 / 16:
        value, exponent = value * 16, exponent - 1
    return (bytes([sign | exponent]) + int(value * 2**56).to_bytes(7, "big"))[:length]
