"""Which tests go to one worker: those that share what is costly to make, or that would disturb each other.

The largest groups are begun first; tests that share nothing stand alone and fill up the end.
"""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadScopeScheduling

BY_FILE = ("cuts", "pages")
"""Kinds of test of which those of a file share cuts, and servers of pages."""
FILES = ("test_stats_escalation_safety.py",)
"""Other files whose tests share something: there the trials are drawn once."""
TOGETHER = ("browser",)
"""Kinds of test that are all in one group: they measure times."""
PACKS = ("test_pack.py", "test_pack_few.py", "test_first_sentences.py")
"""Files whose tests are of every display of each cut of the sample trial: these are made once for all of them."""


class BySharing(LoadScopeScheduling):
    """Sends each group of tests to one worker."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """The group of a test: its kind, its file, or itself alone."""
    path = nodeid.partition("::")[0]
    kind, file = path.split("/")[-2:]
    if kind in TOGETHER:
        return kind
    if file in PACKS:
        return "packs"
    return path if kind in BY_FILE or file in FILES else nodeid


class Sharing:
    """The plugin."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_make_scheduler(self, config, log) -> BySharing:
        return BySharing(config, log)
