"""A server of the dashboard for tests: on 127.0.0.1, a free port, ended by the test that started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@dataclass(frozen=True)
class Server:
    """A running server: its address and its process."""

    address: str
    process: int


@contextmanager
def dashboard(data: Path | None, root: Path = ROOT, **environment: str):
    """The address of a running dashboard over a folder of cuts; root is where app.py lies."""
    with serving(data, root, **environment) as server:
        yield server.address


@contextmanager
def serving(
    data: Path | None, root: Path = ROOT, health: str = "/health", port: int = 0, host: str = "", **environment: str
):
    """The same with its process; health is the path that answers, at this host, once the server is up."""
    port = port or free_port()
    variables = {**os.environ, **environment, **({"SAFETY_DATA": str(data)} if data else {})}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=root,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait_until_it_answers(f"http://127.0.0.1:{port}{health}", host or f"127.0.0.1:{port}", process)
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=20)


def _wait_until_it_answers(address: str, host: str, process: subprocess.Popen, seconds: int = 90) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}: {process.stdout.read().decode()[-2000:]}")
        try:
            urllib.request.urlopen(urllib.request.Request(address, headers={"Host": host}), timeout=2)
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} did not answer within {seconds} s")
