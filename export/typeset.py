"""Typst with the fonts that come with the project, and with no other: a book is the same bytes on every machine."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import typst

LOG = logging.getLogger("safety")
FONTS = Path(__file__).with_name("fonts")
FAMILIES = ("Liberation Sans", "DejaVu Sans Mono")
"""The family that comes with the project, and the one within Typst for SQL and for letters that the first lacks."""
FAMILY_OF_DRAWING = re.compile(r'font-family:(?:&quot;|[^;"])*;')
LONG = 2_000_000
"""Letters of what a template is told, as JSON; of more it is typeset in a process of its own."""
REFUSED = 3
"""How that process ends where Typst says why it cannot; any other end but 0 is none that it chose."""
SIGNS = re.compile("[\u25c9\u2600-\u27bf]+")
"""Signs of which a drawing is told the family: in a drawing Typst does not look for it in the second one."""


def typeset(source: Path | bytes, told: Any = None, **options: Any) -> bytes:
    """The document that a template makes of what it is told (as JSON, in sys.inputs.told); options are Typst's own.

    typst.TypstError where the template fails, where PDF/UA is asked of letters that no font has, or where a process of
    its own was ended from outside.
    """
    inputs = {} if told is None else {"told": json.dumps(told)}
    if isinstance(source, Path) and len(inputs.get("told", "")) > LONG:
        return _apart(source, inputs, options)
    return _compiled(source, inputs, options)


def _compiled(source: Path | bytes, inputs: dict[str, str], options: dict[str, Any]) -> bytes:
    return typst.compile(source, sys_inputs=inputs, font_paths=[FONTS], ignore_system_fonts=True, **options)


def _apart(template: Path, inputs: dict[str, str], options: dict[str, Any]) -> bytes:
    """As `_compiled`, in a process of its own: Typst keeps what it laid out, of a long book a third of a GiB."""
    asked = json.dumps([str(template), inputs, options]).encode()
    done = subprocess.run([sys.executable, "-I", __file__], input=asked, capture_output=True, check=False)
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode == REFUSED:
        raise typst.TypstError(said)
    if done.returncode:
        LOG.error("typesetting ended with %s: %s", done.returncode, said)
        raise typst.TypstError(f"the process that typesets ended with {done.returncode}; is there enough memory?")
    return done.stdout


def main() -> int:
    """What was asked on standard input, to standard output; why not, to standard error."""
    template, inputs, options = json.load(sys.stdin)
    try:
        sys.stdout.buffer.write(_compiled(Path(template), inputs, options))
    except typst.TypstError as error:
        print(error, file=sys.stderr)
        return REFUSED
    return 0


def in_shipped_font(drawing: str) -> str:
    """An SVG drawing whose text is in the family that comes with the project; its letters are as wide as Arial's."""
    first, second = FAMILIES
    named = FAMILY_OF_DRAWING.sub(f"font-family: '{first}';", drawing)
    return SIGNS.sub(lambda signs: f"<tspan style=\"font-family: '{second}';\">{signs[0]}</tspan>", named)


if __name__ == "__main__":
    sys.exit(main())
