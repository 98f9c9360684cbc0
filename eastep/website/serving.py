"""The web server and the worker, run together until one of them ends or somebody stops them."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

HOST = "127.0.0.1"
PR_SET_PDEATHSIG = 1  # of Linux' prctl: the signal that a process gets when its parent ends
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PAUSE = 3  # seconds before a worker that ended is started again


class DidNotStart(Exception):
    """The web server did not answer; what it said stands above."""


def free_port(wanted: int, host: str = HOST) -> int:
    """*wanted* if nobody listens there, else the next free one."""
    for port in range(wanted, wanted + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
            return port
    raise DidNotStart(f"No free port from {wanted} to {wanted + 99}.")


def web(host: str, port: int, workers: int) -> list[str]:
    """The command line of the web server."""
    return [
        *(sys.executable, "-m", "granian", "eastep.website.wsgi:application", "--interface", "wsgi"),
        *("--host", host, "--port", str(port), "--workers", str(workers)),
        *("--blocking-threads", "4", "--log-level", "warning", "--no-ws"),
        *("--workers-kill-timeout", "5"),  # a worker that is told to stop while it starts does not hear it
    ]


def worker() -> list[str]:
    """The command line of the worker for background jobs."""
    return [sys.executable, "-m", "eastep.website.cli", "worker"]


@contextmanager
def processes(*commands: list[str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Start *commands* and end them all on the way out, however that comes: Ctrl-C, SIGTERM, a closed window."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) != signal.SIG_IGN:  # as under nohup
            signal.signal(number, _interrupt)
    started: list[subprocess.Popen[bytes]] = []
    try:
        for command in commands:
            started.append(_start(command))
        yield started
    finally:
        for process in started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in started:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # with its own children


def wait_until_answering(address: str, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Return when *address* answers. Raises DidNotStart if the server ends or stays silent."""
    known = os.environ.get("EASTEP_HOSTS", "localhost").split(",")[0].lstrip(".*") or "localhost"
    question = urllib.request.Request(address, headers={"Host": known})
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urllib.request.urlopen(question, timeout=5).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise DidNotStart(f"Nothing answers at {address}.")


def wait_for_end(started: list[subprocess.Popen[bytes]]) -> int:
    """Wait until the web server, the first process, ends, or somebody presses Ctrl-C or sends SIGTERM (both are a good end).

    Another process that ends, a worker which a bad file brought down, is started again.
    """
    try:
        while started[0].poll() is None:
            time.sleep(0.2)
            for number, process in enumerate(started):
                if number and process.poll() is not None:
                    time.sleep(PAUSE)
                    started[number] = _start(process.args)
    except KeyboardInterrupt:
        return 0
    return 1


def _start(command: Any) -> subprocess.Popen[bytes]:
    """In a group of its own, so that Ctrl-C reaches this process alone, which then ends the others in order.

    On Linux it ends by itself where this process is killed.
    """
    return subprocess.Popen(command, env=os.environ, process_group=0, preexec_fn=_end_with_parent)  # noqa: PLW1509


def _end_with_parent() -> None:
    if LIBC:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
