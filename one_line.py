"""A command line whose complaints are one line, like every other reason to stop, and what it reads: a day."""

from __future__ import annotations

import argparse
from datetime import date, datetime
from typing import NoReturn


class UsageError(ValueError):
    """Something on the command line that cannot be understood; its text is one sentence that names the help."""


class OneLine(argparse.ArgumentParser):
    """A parser that raises UsageError where argparse would print its usage and exit with 2."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.")


def day_of(text: str) -> date:
    """A day as an argument writes it; argparse shows the reason where it cannot be one."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a valid date; write it as 2007-11-30") from None
