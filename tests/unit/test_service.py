"""systemd reads the service as it is written, and finds it closed to what the dashboard does not need."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRITTEN = ROOT / "deploy" / "safety@.service"
PROGRAM = "/opt/safety/.venv/bin/streamlit"
MOST_EXPOSED = 40
"""Of 100, as systemd-analyze counts; a service without any of it has 96."""

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not on this machine; the package systemd has it"
)


def analysed(tmp_path: Path, text: str, *command: str) -> subprocess.CompletedProcess:
    """What systemd says of the service, with a program and a folder of this machine in place of its own."""
    assert PROGRAM in text and "WorkingDirectory=/opt/safety" in text
    path = tmp_path / "safety@closed.service"
    path.write_text(text.replace(PROGRAM, sys.executable).replace("=/opt/safety\n", f"={ROOT}\n"))
    return subprocess.run(["systemd-analyze", *command, str(path)], capture_output=True, text=True, timeout=60)


@needs_systemd
def test_systemd_understands_every_line(tmp_path):
    text = WRITTEN.read_text()
    found = analysed(tmp_path, text, "verify", "--man=no")
    assert (found.returncode, [line for line in found.stderr.splitlines() if "safety@" in line]) == (0, [])
    misspelt = analysed(tmp_path, text.replace("ProtectHome=yes", "ProtectHome=perhaps"), "verify", "--man=no")
    assert "protect home" in misspelt.stderr


@needs_systemd
def test_the_service_is_closed_to_what_it_does_not_need(tmp_path):
    text = WRITTEN.read_text()
    command = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}")
    found = analysed(tmp_path, text, *command)
    assert found.returncode == 0, found.stdout[-2000:]
    assert analysed(tmp_path, text.replace("NoNewPrivileges=yes", "").replace("Protect", "#"), *command).returncode != 0
