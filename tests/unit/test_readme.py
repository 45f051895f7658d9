"""The README names only what exists."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from displays.catalogue import PAGES

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path",
    sorted(
        set(
            re.findall(
                r"(?:`|\()((?:bin|docs|sample_data|ingest|queries|stats|displays|pages|export)/[\w./*-]*|[\w-]+\.(?:py|md))(?:`|\))",
                README,
            )
        )
    ),
)
def test_every_path_that_the_readme_names_exists(path):
    assert list(ROOT.glob(path.rstrip("/"))), path


@pytest.mark.parametrize("module", sorted(set(re.findall(r"-m ([a-z_.]+)", README))))
def test_every_command_that_the_readme_names_answers(module):
    answer = subprocess.run(
        [sys.executable, "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert answer.returncode == 0 and "usage" in answer.stdout


def test_the_table_of_pages_is_the_catalogue_s():
    rows = [f"| {page.title} | {page.sessions} | {page.answers} |" for page in PAGES]
    table = "\n".join(["| page | session | what it answers |", "|---|---|---|", *rows, ""])
    assert table in README, f"The README's table of pages differs from displays/catalogue; write:\n{table}"


@pytest.mark.parametrize("command", ["bin/dashboard", "bin/test", "bin/setup", ".ci/run"])
def test_the_commands_can_be_run(command):
    assert (ROOT / command).stat().st_mode & 0o111
