"""The README names only what exists."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("page", ["Overview", "Dose escalation", "Heart", "Remission", "Subject", "Data", "Methods"])
def test_every_page_of_the_dashboard_is_described(page):
    assert f'"{page}"' in (ROOT / "dashboard.py").read_text() and f"| {page} |" in README


@pytest.mark.parametrize("command", ["bin/dashboard", "bin/test", "bin/setup", ".ci/run"])
def test_the_commands_can_be_run(command):
    assert (ROOT / command).stat().st_mode & 0o111
