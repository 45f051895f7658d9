"""nginx with the project's own configuration in front of a server, on free ports of 127.0.0.1, for tests."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from server import ROOT, free_port

PROGRAM = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
WRITTEN = ROOT / "deploy" / "nginx.conf"
AROUND = """daemon off;
pid {folder}/pid;
error_log {folder}/start.log;
{user}
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/safety.conf;
}}
"""


@dataclass(frozen=True)
class Ports:
    """Where nginx answers, encrypted and not, and where the dashboard does."""

    encrypted: int
    plain: int
    dashboard: int

    @classmethod
    def free(cls) -> Ports:
        return cls(free_port(), free_port(), free_port())


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that nobody else vouches for, and its key."""
    pem, key = folder / "localhost.pem", folder / "localhost.key"
    asked = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command = ["openssl", "req", *asked, "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key)]
    subprocess.run([*command, "-out", str(pem)], check=True, capture_output=True)
    return pem, key


def configuration(folder: Path, ports: Ports) -> str:
    """The project's file for this folder and these ports; each of its own values is there to be replaced."""
    text = WRITTEN.read_text(encoding="utf-8")
    pem, key = certificate(folder)
    for own, other in {
        "listen 80;": f"listen 127.0.0.1:{ports.plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{ports.encrypted} ssl;",
        "server_name safety.example.org;": "server_name localhost;",
        "/etc/ssl/safety.example.org.pem": str(pem),
        "/etc/ssl/private/safety.example.org.key": str(key),
        "/var/log/nginx/": f"{folder}/",
        "http://127.0.0.1:8501": f"http://127.0.0.1:{ports.dashboard}",
    }.items():
        if own not in text:
            raise ValueError(f"{WRITTEN.name} has no {own}")
        text = text.replace(own, other)
    return text


@contextmanager
def proxy(folder: Path, ports: Ports):
    """The TLS context of a browser that trusts this nginx, while it runs."""
    (folder / "safety.conf").write_text(configuration(folder, ports), encoding="utf-8")
    user = "user root;" if os.geteuid() == 0 else ""  # else its workers could not read the folder of a test
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user), encoding="utf-8")
    command = [str(PROGRAM), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "start.log")]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_it_runs(folder, process)
        yield ssl.create_default_context(cafile=str(folder / "localhost.pem"))
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_it_runs(folder: Path, process: subprocess.Popen, seconds: int = 20) -> None:
    until = time.monotonic() + seconds
    while not (folder / "pid").exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"nginx does not run: {(folder / 'start.log').read_text()[-2000:]}")
        time.sleep(0.05)
