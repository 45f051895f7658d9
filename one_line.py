"""A command line whose complaints are one line, like every other reason to stop."""

from __future__ import annotations

import argparse
from typing import NoReturn


class UsageError(ValueError):
    """Something on the command line that cannot be understood; its text is one sentence that names the help."""


class OneLine(argparse.ArgumentParser):
    """A parser that raises UsageError where argparse would print its usage and exit with 2."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}; see {self.prog} --help.")
